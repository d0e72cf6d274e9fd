//! A network in a file of another program, as a model file.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::checkpoint::SavedModel;
use crate::exchange::{self, ImportOptions, Imported};
use crate::native::error::{FileProblem, Result};

use super::files::{self, unsuited, write_chosen};

/// Reads the network in a file.
///
/// # Errors
/// [`Error::Import`](crate::native::Error::Import) for a file without such a network, or if an option is missing;
/// [`Error::File`](crate::native::Error::File) when it cannot be read.
pub fn read(path: &Path, options: &ImportOptions) -> Result<Imported> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Ok(exchange::import(&name, &files::read(path)?, options)?)
}

/// Writes an imported network as a model file: completely, or not at all. The default of `out` is the name of the file it came
/// from, with the ending `.model`, in the current folder.
///
/// # Errors
/// [`Error::Unsuited`](crate::native::Error::Unsuited) for a file that is there already, unless it is an imported network;
/// [`Error::File`](crate::native::Error::File) when it cannot be written.
pub fn write(imported: &Imported, from: &Path, out: Option<&Path>) -> Result<PathBuf> {
    let default = || PathBuf::from(from.with_extension("model").file_name().unwrap_or_default());
    let path = out.map_or_else(default, Path::to_path_buf);
    if path.is_file() {
        let found = files::read(&path)?;
        let is_imported = || SavedModel::from_bytes("", &found).is_ok_and(|saved| saved.origin.is_some());
        if !found.is_empty() && !is_imported() {
            return Err(unsuited(&path, FileProblem::Exists));
        }
    }
    let bytes = imported.saved.to_bytes();
    write_chosen(&path, &[], FileProblem::Exists, |file| file.write_all(&bytes))?;
    Ok(path)
}
