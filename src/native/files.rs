//! Files: read with clear errors, written whole or not at all.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use crate::native::error::{Error, FileAction, Result};

/// The text of a configuration file.
///
/// # Errors
/// [`Error::Request`] when there is no such file, or it is no text.
pub fn read_config(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::InvalidData | ErrorKind::IsADirectory => Error::Request {
            message: format!("cannot read {} as a configuration: {source}", path.display()),
            hint: "config/mlp.toml is the article's experiment".into(),
        },
        _ => file_error(FileAction::Read, path, source),
    })
}

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| file_error(FileAction::Read, path, source))
}

/// Writes a file so that it is there whole or not at all.
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

/// Writes a PNG picture where its reader asked for it.
///
/// A link is followed, and what is no regular file (a pipe, a device) is written into as it is.
///
/// # Errors
/// [`Error::Request`] rather than replacing an existing file that is no PNG.
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
        return Err(Error::Request {
            message: format!("{} exists and is no PNG picture", path.display()),
            hint: "name another file, or remove this one first".into(),
        });
    }
    write_whole(&target, bytes)
}

/// Swaps two folders of one parent: at no moment is either name without a folder where the system can do that.
pub(super) fn exchange(a: &Path, b: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
        // A file system that cannot is treated like a system that cannot.
    }
    let aside = a.with_extension("aside.tmp");
    fs::rename(b, &aside)?;
    fs::rename(a, b)?;
    fs::rename(&aside, a)
}

/// A rename is on disk once its folder is.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    match File::open(folder) {
        Ok(folder) => {
            // Some file systems do not sync folders; the rename has happened all the same.
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
