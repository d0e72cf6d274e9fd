//! Files mapped into memory: the system loads the parts that are read, and frees them again.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use crate::data::Bytes;
use crate::native::error::{Result, SourceProblem};

use super::{source_error, unreadable};

struct Mapped(Mmap);

impl Bytes for Mapped {
    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn release(&self) {
        // SAFETY: the map is of a file and never written to: the system reads freed parts from the file again.
        #[cfg(unix)]
        let _ = unsafe { self.0.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }
}

/// The bytes of a file, mapped into memory.
///
/// The file must not become shorter while the program runs: the system ends programs that read beyond its end.
///
/// # Errors
/// [`Error::Source`](crate::native::Error::Source) for anything but a readable file.
pub fn map(path: &Path) -> Result<Arc<dyn Bytes>> {
    let fail = |error| unreadable(path, error);
    let file = File::open(path).map_err(fail)?;
    let metadata = file.metadata().map_err(fail)?;
    if !metadata.is_file() {
        return Err(source_error(path, SourceProblem::NotAFile));
    }
    if metadata.len() == 0 {
        return Ok(Arc::new(Vec::new()));
    }
    // SAFETY: the map is only read; the documentation above asks that nobody shortens the file.
    let map = unsafe { Mmap::map(&file) }.map_err(fail)?;
    Ok(Arc::new(Mapped(map)))
}
