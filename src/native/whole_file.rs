//! A file that is written bit by bit, and is there completely or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::native::error::{FileAction, Result};

use super::files::{file_error, new_beside, sync_folder};

/// A file that is written under a temporary name until it is complete.
///
/// Anything but a regular file, like a pipe or a device, is written to directly.
pub struct WholeFile {
    path: PathBuf,
    /// The temporary name; `None` for what is written to directly, and once the file has its own name.
    temporary: Option<PathBuf>,
    file: BufWriter<File>,
}

impl WholeFile {
    /// Begins a file, which replaces an earlier one of its name when it is complete.
    ///
    /// # Errors
    /// [`Error::File`](crate::native::Error::File) in a folder that is not there or cannot be written to.
    pub fn create(path: &Path) -> Result<Self> {
        let fail = |source| file_error(FileAction::Write, path, source);
        // A link is followed.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if fs::metadata(&target).is_ok_and(|existing| !existing.is_file()) {
            let file = File::options().write(true).open(&target).map_err(fail)?;
            return Ok(Self { path: target, temporary: None, file: BufWriter::new(file) });
        }
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let (temporary, file) = new_beside(folder(&target), &name, |path| File::create_new(path)).map_err(fail)?;
        Ok(Self { path: target, temporary: Some(temporary), file: BufWriter::new(file) })
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// [`Error::File`](crate::native::Error::File), for a full disk for example; an earlier file is still there then.
    pub fn finish(mut self) -> Result<()> {
        let finish = |whole: &mut Self| -> io::Result<()> {
            whole.file.flush()?;
            if let Some(temporary) = &whole.temporary {
                whole.file.get_ref().sync_all()?;
                fs::rename(temporary, &whole.path)?;
                whole.temporary = None;
            }
            Ok(())
        };
        finish(&mut self).map_err(|source| file_error(FileAction::Write, &self.path, source))?;
        sync_folder(folder(&self.path))
    }

    /// Writes a text.
    ///
    /// # Errors
    /// [`Error::File`](crate::native::Error::File), for a full disk for example.
    pub fn write(&mut self, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).map_err(|source| file_error(FileAction::Write, &self.path, source))
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        }
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
