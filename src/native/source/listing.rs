//! The contents of folders. No other file of the sources lists a folder, so nothing is left out without a word.

use std::fs;
use std::path::{Path, PathBuf};

use crate::data::{Reading, Reason, Thing};
use crate::native::error::Result;

use super::super::pictures::shown;
use super::unreadable;

/// A file or folder that may be data.
pub struct Entry {
    pub path: PathBuf,
    pub name: String,
    pub is_folder: bool,
}

/// The files and folders in a folder, in the order of their names. What is never data is left out of it.
///
/// # Errors
/// [`Error::Source`](crate::native::Error::Source) for a folder that cannot be read.
pub fn entries(folder: &Path, reading: &mut Reading) -> Result<Vec<Entry>> {
    let fail = |error| unreadable(folder, error);
    let mut all = fs::read_dir(folder)
        .map_err(fail)?
        .map(|entry| {
            let path = entry.map_err(fail)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(Entry { is_folder: path.is_dir(), name, path })
        })
        .collect::<Result<Vec<Entry>>>()?;
    all.sort_by(|a, b| a.path.cmp(&b.path));
    let (folders, files): (Vec<Entry>, Vec<Entry>) = all.into_iter().partition(|entry| entry.is_folder);
    let judge = |entry: Entry| match never_data(&entry) {
        Some(reason) => Err((shown(&entry.path), reason)),
        None => Ok(entry),
    };
    let mut kept = reading.sift(Thing::Folder, folders, judge);
    kept.extend(reading.sift(Thing::File, files, judge));
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(kept)
}

/// The reason why a file or folder is never data.
fn never_data(entry: &Entry) -> Option<Reason> {
    const SYSTEM: [&str; 6] = ["__MACOSX", "Thumbs.db", "desktop.ini", "lost+found", "@eaDir", "$RECYCLE.BIN"];
    match entry.name.as_str() {
        name if name.starts_with('.') => Some(Reason::Hidden),
        name if SYSTEM.iter().any(|system| name.eq_ignore_ascii_case(system)) => Some(Reason::System),
        _ => None,
    }
}
