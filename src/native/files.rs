//! Files: read with clear errors, written completely or not at all.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use crate::native::error::{Error, FileAction, FileProblem, Result};

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| file_error(FileAction::Read, path, source))
}

/// Writes a file completely or not at all: under another name first, which is then replaced.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.tmp"));
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&temporary);
        file_error(FileAction::Write, path, source)
    })?;
    sync_folder(folder)
}

/// Writes a PNG picture under a name that the user chose.
///
/// A link is followed; anything but a regular file (a pipe, a device) is written to directly.
///
/// # Errors
/// [`Error::Unsuited`] for an existing file that is not a PNG picture: it is not replaced.
pub fn write_png(path: &Path, bytes: &[u8]) -> Result<()> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let Ok(existing) = fs::metadata(&target) else {
        return write_whole(&target, bytes);
    };
    if !existing.is_file() {
        return fs::write(&target, bytes).map_err(|source| file_error(FileAction::Write, path, source));
    }
    let mut start = Vec::new();
    let opened = File::open(&target).and_then(|file| file.take(SIGNATURE.len() as u64).read_to_end(&mut start));
    opened.map_err(|source| file_error(FileAction::Replace, path, source))?;
    if !start.is_empty() && start != SIGNATURE {
        return Err(unsuited(path, FileProblem::NotPng));
    }
    write_whole(&target, bytes)
}

/// Swaps two folders of one parent; on Linux, both names have a folder at every moment.
pub(super) fn exchange(a: &Path, b: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
        // Some file systems cannot.
    }
    let aside = a.with_extension("aside.tmp");
    fs::rename(b, &aside)?;
    fs::rename(a, b)?;
    fs::rename(&aside, a)
}

/// Writes a folder to disk, and with it the renames in it.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    match File::open(folder) {
        Ok(folder) => {
            // Some file systems do not sync folders; the rename has happened anyway.
            let _ = folder.sync_all();
            Ok(())
        }
        // Windows does not open folders as files.
        Err(_) => Ok(()),
    }
}

/// [`Error::File`] for a path.
pub(super) fn file_error(action: FileAction, path: &Path, source: std::io::Error) -> Error {
    Error::File { action, path: path.display().to_string(), source }
}

/// [`Error::Unsuited`] for a path.
pub(super) fn unsuited(path: &Path, problem: FileProblem) -> Error {
    Error::Unsuited { path: path.display().to_string(), problem }
}
