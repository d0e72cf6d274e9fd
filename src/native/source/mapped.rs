//! Files that are mapped into memory: they take no more of it than is looked at, and give it back.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use crate::data::Bytes;
use crate::native::error::Result;

use super::{cannot_read, data_error};

struct Mapped(Mmap);

impl Bytes for Mapped {
    fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn release(&self) {
        // SAFETY: the map is of a file and never written to: what is dropped is read from the file again.
        #[cfg(unix)]
        let _ = unsafe { self.0.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }
}

/// The bytes of a file, where they lie.
///
/// The file must not be made shorter while the program runs: the system ends programs that look beyond its end.
///
/// # Errors
/// [`Error::Data`](crate::native::Error::Data) for what is no file, or cannot be read.
pub fn map(path: &Path) -> Result<Arc<dyn Bytes>> {
    let fail = |error| cannot_read(path, &error);
    let file = File::open(path).map_err(fail)?;
    let metadata = file.metadata().map_err(fail)?;
    if !metadata.is_file() {
        return Err(data_error(path, "is no file", "name a file"));
    }
    if metadata.len() == 0 {
        return Ok(Arc::new(Vec::new()));
    }
    // SAFETY: the map is only read; that nobody shortens the file meanwhile is asked of its owner.
    let map = unsafe { Mmap::map(&file) }.map_err(fail)?;
    Ok(Arc::new(Mapped(map)))
}
