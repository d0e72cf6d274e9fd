//! The bytes of one array.

use std::fmt::Display;
use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

use crate::data::Bytes;
use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, brief};

use super::header::Header;

/// The bytes of one array: its header and its values.
#[derive(Clone)]
pub struct Array {
    place: Place,
    bytes: Arc<dyn Bytes>,
    range: Range<usize>,
}

/// The header of an array, and the bytes of its values.
pub(super) struct Contents<'a> {
    pub header: Header,
    pub values: &'a [u8],
    /// The position of the values in [`Array::shared`].
    pub range: Range<usize>,
}

impl Array {
    /// The bytes of a `.npy` file; `file` is its name in errors.
    pub fn of_file(file: &str, bytes: Arc<dyn Bytes>) -> Self {
        let range = 0..bytes.bytes().len();
        Self::new(file.into(), bytes, range)
    }

    pub(super) fn new(place: Place, bytes: Arc<dyn Bytes>, range: Range<usize>) -> Self {
        Self { place, bytes, range }
    }

    /// Its place in errors.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The size of each dimension; the values are not looked at.
    ///
    /// # Errors
    /// [`Error::Data`] for bytes that do not begin with a header.
    pub fn shape(&self) -> Result<Vec<u64>> {
        Ok(Header::read(&self.place, &mut Cursor::new(self.bytes()))?.0.shape)
    }

    /// True if another array has the values of this one, in the same order and of the same type.
    pub fn has_values_of(&self, other: &Self) -> bool {
        match (self.contents(), other.contents()) {
            (Ok(a), Ok(b)) => {
                (&a.header.type_text, a.header.order) == (&b.header.type_text, b.header.order) && a.values == b.values
            }
            _ => false,
        }
    }

    pub(super) fn contents(&self) -> Result<Contents<'_>> {
        let mut cursor = Cursor::new(self.bytes());
        let (header, _) = Header::read(&self.place, &mut cursor)?;
        let start = cursor.position() as usize;
        let values = &self.bytes()[start..];
        let (bytes, found) = (header.length(&self.place)?, values.len());
        if bytes != found {
            return Err(self.fail(NpzProblem::Length { shape: header.shape, bytes, found }));
        }
        Ok(Contents { header, values, range: self.range.start + start..self.range.end })
    }

    /// The bytes that the array is a part of.
    pub(super) fn shared(&self) -> Arc<dyn Bytes> {
        self.bytes.clone()
    }

    pub(super) fn fail(&self, problem: NpzProblem) -> Error {
        Error::data(self.place.clone(), problem)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes.bytes()[self.range.clone()]
    }
}

pub(super) fn stopped(error: &dyn Display) -> NpzProblem {
    NpzProblem::Stopped { error: brief(&error.to_string()) }
}
