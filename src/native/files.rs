//! Files: read with clear errors, written completely or not at all.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

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
    let fail = |source| file_error(FileAction::Write, path, source);
    let (temporary, mut file) = new_beside(folder, &name, |path| File::create_new(path)).map_err(fail)?;
    let mut write = || -> std::io::Result<()> {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|source| {
        let _ = fs::remove_file(&temporary);
        fail(source)
    })?;
    sync_folder(folder)
}

/// Makes something new in a folder, under a temporary name for `name`, and returns its path.
///
/// The name is random. Two containers on one volume may have the same process number, and a number of one machine says
/// nothing about another.
pub(super) fn new_beside<T>(
    folder: &Path,
    name: &str,
    make: impl Fn(&Path) -> std::io::Result<T>,
) -> std::io::Result<(PathBuf, T)> {
    new_with(folder, name, || RandomState::new().build_hasher().finish(), make)
}

/// The same; a name that `random` has made for someone else too is not taken.
fn new_with<T>(
    folder: &Path,
    name: &str,
    mut random: impl FnMut() -> u64,
    make: impl Fn(&Path) -> std::io::Result<T>,
) -> std::io::Result<(PathBuf, T)> {
    loop {
        let path = folder.join(format!(".{name}.{:016x}.tmp", random()));
        match make(&path) {
            Ok(made) => return Ok((path, made)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Removes what a killed process has left in a folder that nobody else writes to.
pub(super) fn remove_temporary(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.ends_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
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

/// Writes a table under a name that the user chose: the name of each column, then the rows.
///
/// # Errors
/// [`Error::Unsuited`] for an existing file that is not such a table: it is not replaced.
pub fn write_table(path: &Path, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<()> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(columns).expect("memory takes every record");
    rows.into_iter().for_each(|row| table.write_record(row).expect("memory takes every record"));
    let bytes = table.into_inner().expect("memory flushes");

    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let Ok(existing) = fs::metadata(&target) else { return write_whole(&target, &bytes) };
    if !existing.is_file() {
        return fs::write(&target, bytes).map_err(|source| file_error(FileAction::Write, path, source));
    }
    let header = columns.join(",");
    let mut start = Vec::new();
    let opened = File::open(&target).and_then(|file| file.take(header.len() as u64).read_to_end(&mut start));
    opened.map_err(|source| file_error(FileAction::Replace, path, source))?;
    if !start.is_empty() && start != header.as_bytes() {
        return Err(unsuited(path, FileProblem::Exists));
    }
    write_whole(&target, &bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_name_that_is_taken_is_not_shared() {
        let folder = tempfile::tempdir().unwrap();
        let mut same = [7, 7, 7, 8].into_iter();
        let mut make = || new_with(folder.path(), "model", || same.next().unwrap(), |path| File::create_new(path));
        let (first, second) = (make().unwrap().0, make().unwrap().0);
        assert_eq!(first.file_name().unwrap(), ".model.0000000000000007.tmp");
        assert_eq!(second.file_name().unwrap(), ".model.0000000000000008.tmp");
        let names: std::collections::BTreeSet<PathBuf> =
            (0..100).map(|_| new_beside(folder.path(), "x", |path| File::create_new(path)).unwrap().0).collect();
        assert_eq!(names.len(), 100);
        remove_temporary(folder.path());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
