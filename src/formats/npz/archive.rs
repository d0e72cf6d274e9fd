//! Archives of arrays: `.npz`.

use std::fmt::Display;
use std::io::{Cursor, Read};
use std::sync::Arc;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::data::Bytes;
use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, Step, brief};

use super::array::{Array, stopped};
use super::header::Header;

/// An archive of arrays.
#[derive(Clone)]
pub struct Archive {
    file: String,
    bytes: Shared,
    zip: ZipArchive<Cursor<Shared>>,
    names: Vec<String>,
    others: Vec<String>,
}

/// The bytes of an archive.
#[derive(Clone)]
struct Shared(Arc<dyn Bytes>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl Archive {
    /// Opens the bytes of an archive; `file` is its name in errors.
    ///
    /// # Errors
    /// [`Error::Data`] for bytes that are not an archive.
    pub fn open(file: &str, bytes: Arc<dyn Bytes>) -> Result<Self> {
        let bytes = Shared(bytes);
        let zip = ZipArchive::new(Cursor::new(bytes.clone())).map_err(|error| {
            let problem = match error {
                ZipError::InvalidArchive(_) | ZipError::UnsupportedArchive(_) => {
                    NpzProblem::NotAnArchive { error: brief(&error.to_string()) }
                }
                error => stopped(&error),
            };
            Error::data(file, problem)
        })?;
        let (mut names, mut others) = (Vec::new(), Vec::new());
        for name in zip.file_names() {
            match name.strip_suffix(".npy") {
                Some(name) => names.push(name.into()),
                None => others.push(name.into()),
            }
        }
        names.sort();
        others.sort();
        Ok(Self { file: file.into(), bytes, zip, names, others })
    }

    /// The names of the arrays, in their order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The files in the archive that are not arrays.
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// The bytes of a file in the archive that is not an array; `None` if it cannot be read.
    pub fn other(&self, name: &str) -> Option<Vec<u8>> {
        // A compressed file could be of any size.
        const MAX_BYTES: u64 = 1 << 26;
        let mut archive = self.zip.clone();
        let (file, mut bytes) = (archive.by_name(name).ok()?, Vec::new());
        file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// True if there is an array of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The place of an array in errors.
    pub(super) fn place(&self, name: &str) -> Place {
        Place::file(&*self.file).at(Step::Array(name.into()))
    }

    /// Returns whether an array is compressed.
    pub(super) fn is_compressed(&self, name: &str) -> Result<bool> {
        self.entry(name, |_, entry| Ok(entry.compression() != zip::CompressionMethod::Stored))
    }

    /// The shape of the array of this name; its values are not read.
    ///
    /// # Errors
    /// As [`Archive::array`].
    pub fn shape(&self, name: &str) -> Result<Vec<u64>> {
        self.entry(name, |place, entry| Ok(Header::read(place, entry)?.0.shape))
    }

    /// The array of this name.
    ///
    /// # Errors
    /// [`Error::Data`] if there is none, with the names of the others.
    pub fn array(&self, name: &str) -> Result<Array> {
        self.entry(name, |place, entry| {
            if entry.compression() == zip::CompressionMethod::Stored {
                let start = usize::try_from(entry.data_start()).unwrap_or(usize::MAX);
                let end = usize::try_from(entry.size()).ok().and_then(|size| start.checked_add(size));
                let end = end
                    .filter(|&end| end <= self.bytes.as_ref().len())
                    .ok_or_else(|| Error::data(place.clone(), NpzProblem::BeyondEnd))?;
                return Ok(Array::new(place.clone(), self.bytes.0.clone(), start..end));
            }
            // Decompresses no more than the header promises, and one byte to notice an array that is too long.
            let (header, mut bytes) = Header::read(place, entry)?;
            let length = header.length(place)?;
            entry
                .take((length as u64).saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(|error| Error::data(place.clone(), stopped(&error)))?;
            let range = 0..bytes.len();
            Ok(Array::new(place.clone(), Arc::new(bytes), range))
        })
    }

    /// Passes the bytes of an array to `read`, decompressed; errors of the archive stop it.
    pub(super) fn stream<E: From<Error>>(
        &self,
        name: &str,
        read: &mut dyn FnMut(&mut dyn Read) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut outcome = Ok(());
        self.entry(name, |_, entry| {
            outcome = read(entry);
            Ok(())
        })?;
        outcome
    }

    /// Passes the file of an array to `read`, with its place in errors.
    fn entry<T>(&self, name: &str, read: impl FnOnce(&Place, &mut zip::read::ZipFile<'_>) -> Result<T>) -> Result<T> {
        let place = self.place(name);
        if !self.has(name) {
            let problem = NpzProblem::NoArray { name: name.into(), known: self.names.clone() };
            return Err(Error::data(&*self.file, problem));
        }
        let stopped = |error: &dyn Display| Error::data(place.clone(), stopped(error));
        // The entries are shared, and each reader has its own position.
        let mut archive = self.zip.clone();
        let mut entry = archive.by_name(&format!("{name}.npy")).map_err(|error| stopped(&error))?;
        read(&place, &mut entry)
    }
}
