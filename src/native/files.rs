//! Files: read with clear errors, written completely or not at all.

use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufWriter, Cursor, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::data::Dataset;
use crate::formats::{npz, table};
use crate::native::error::{Error, FileAction, FileProblem, Result};

/// The bytes of a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| file_error(FileAction::Read, path, source))
}

/// Writes a file completely or not at all: under another name first, which is then replaced.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = WholeFile::new(path.to_path_buf())?;
    file.write_all(bytes).map_err(|source| file_error(FileAction::Write, path, source))?;
    file.finish()
}

/// A file that is written under a temporary name until it is complete: it is there completely or not at all.
///
/// Anything but a regular file, like a pipe or a device, is written to directly.
pub struct WholeFile {
    path: PathBuf,
    /// The temporary name; `None` for what is written to directly, and once the file has its own name.
    temporary: Option<PathBuf>,
    file: BufWriter<File>,
}

impl WholeFile {
    /// Begins a file under a name that the user chose; links are followed. It replaces an earlier file that begins with
    /// `begin`, or is empty, when it is complete.
    ///
    /// # Errors
    /// [`Error::Unsuited`] with `refusal` for another file of that name: it is not replaced. [`Error::File`] in a folder
    /// that is not there or cannot be written to.
    pub fn chosen(path: &Path, begin: &[u8], refusal: FileProblem) -> Result<Self> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let Ok(existing) = fs::metadata(&target) else { return Self::new(target) };
        if !existing.is_file() {
            let file = File::options().write(true).open(&target);
            let file = file.map_err(|source| file_error(FileAction::Write, path, source))?;
            return Ok(Self { path: target, temporary: None, file: BufWriter::new(file) });
        }
        let mut start = Vec::new();
        let opened = File::open(&target).and_then(|file| file.take(begin.len() as u64).read_to_end(&mut start));
        opened.map_err(|source| file_error(FileAction::Replace, path, source))?;
        if !start.is_empty() && start != begin {
            return Err(unsuited(path, refusal));
        }
        Self::new(target)
    }

    /// Begins a file that replaces whatever has its name.
    fn new(path: PathBuf) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let made = new_beside(folder(&path), &name, |path| File::create_new(path));
        let (temporary, file) = made.map_err(|source| file_error(FileAction::Write, &path, source))?;
        Ok(Self { path, temporary: Some(temporary), file: BufWriter::new(file) })
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// [`Error::File`], for a full disk for example; an earlier file is still there then.
    pub fn finish(mut self) -> Result<()> {
        let finish = |whole: &mut Self| -> std::io::Result<()> {
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
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
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
/// # Errors
/// As [`WholeFile::chosen`]: an existing file that is not a PNG picture is not replaced.
pub fn write_png(path: &Path, bytes: &[u8]) -> Result<()> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    write_chosen(path, SIGNATURE, FileProblem::NotPng, |file| file.write_all(bytes))
}

/// Writes a PDF file under a name that the user chose.
///
/// # Errors
/// As [`WholeFile::chosen`]: an existing file that is not a PDF file is not replaced.
pub fn write_pdf(path: &Path, bytes: &[u8]) -> Result<()> {
    write_chosen(path, b"%PDF-", FileProblem::NotPdf, |file| file.write_all(bytes))
}

/// Writes all images of a dataset as an archive of arrays, under a name that the user chose.
///
/// # Errors
/// As [`WholeFile::chosen`]: an existing file that is not such an archive is not replaced.
pub fn write_npz(path: &Path, dataset: &Dataset) -> Result<()> {
    let all: Vec<usize> = (0..dataset.len()).collect();
    let mut bytes = Cursor::new(Vec::new());
    npz::write_part(&mut bytes, dataset, &all).expect("memory takes all that is written to it");
    write_chosen(path, b"PK\x03\x04", FileProblem::NotNpz, |file| file.write_all(bytes.get_ref()))
}

/// Writes all images of a dataset as a table, under a name that the user chose.
///
/// # Errors
/// As [`WholeFile::chosen`]: an existing file that is not such a table is not replaced.
pub fn write_table(path: &Path, dataset: &Dataset) -> Result<()> {
    let all: Vec<usize> = (0..dataset.len()).collect();
    write_chosen(path, b"label,group,pixel0,", FileProblem::Exists, |file| table::write(file, dataset, &all))
}

/// Writes a file under a name that the user chose.
///
/// # Errors
/// As [`WholeFile::chosen`].
pub(super) fn write_chosen(
    path: &Path,
    begin: &[u8],
    refusal: FileProblem,
    write: impl FnOnce(&mut WholeFile) -> std::io::Result<()>,
) -> Result<()> {
    let mut file = WholeFile::chosen(path, begin, refusal)?;
    write(&mut file).map_err(|source| file_error(FileAction::Write, path, source))?;
    file.finish()
}

/// A table under a name that the user chose, written row after row: it is there completely or not at all.
pub struct TableFile {
    path: PathBuf,
    rows: csv::Writer<WholeFile>,
}

impl TableFile {
    /// Begins a table with the names of its columns.
    ///
    /// # Errors
    /// As [`WholeFile::chosen`]: an existing file that is not a table of these columns is not replaced.
    pub fn new(path: &Path, columns: &[&str]) -> Result<Self> {
        let mut header = csv::Writer::from_writer(Vec::new());
        header.write_record(columns).expect("memory takes every record");
        let header = header.into_inner().expect("memory flushes");
        let file = WholeFile::chosen(path, &header, FileProblem::Exists)?;
        let mut table = Self { path: path.into(), rows: csv::Writer::from_writer(file) };
        table.row(columns)?;
        Ok(table)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error::File`], for a full disk for example.
    pub fn row<T: AsRef<[u8]>>(&mut self, values: impl IntoIterator<Item = T>) -> Result<()> {
        let written = self.rows.write_record(values);
        written.map_err(|error| file_error(FileAction::Write, &self.path, error.into()))
    }

    /// Gives the complete table its name.
    ///
    /// # Errors
    /// As [`WholeFile::finish`].
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        let file = self.rows.into_inner();
        file.map_err(|error| file_error(FileAction::Write, &path, error.into_error()))?.finish()
    }
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
