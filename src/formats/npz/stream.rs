//! The images of an array one after the other, in constant memory.

use std::io::{Cursor, Read};

use npyz::Order;

use crate::data::{GreyRange, GreyValues, Remark};
use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, Step, brief};

use super::archive::Archive;
use super::array::{Array, stopped};
use super::header::Header;
use super::images::{Layout, is_byte};
use super::values::Numbers;

/// About this many bytes are read at a time.
const CHUNK_BYTES: usize = 1 << 18;
/// The pages of a mapped file are freed after about this many bytes.
const RELEASE_BYTES: usize = 1 << 23;

/// An array of images that is not held in memory.
pub struct ImageStream {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    from: Origin,
    place: Place,
    shape: Vec<u64>,
    layout: Layout,
    numbers: Numbers,
    is_byte: bool,
}

/// The place that bytes come from, again for each pass.
enum Origin {
    Array(Array),
    Archive(Archive, String),
}

impl ImageStream {
    /// Opens an array of an archive.
    ///
    /// # Errors
    /// [`Error::Data`] for an array that is not images; `size` is that of [`Array::images`].
    pub fn of_archive(archive: &Archive, name: &str, size: &[usize]) -> Result<Self> {
        if !archive.is_compressed(name)? {
            return Self::of_array(archive.array(name)?, size);
        }
        let place = archive.place(name);
        Self::open(Origin::Archive(archive.clone(), name.into()), place, size)
    }

    /// Opens an array.
    ///
    /// # Errors
    /// As [`ImageStream::of_archive`].
    pub fn of_array(array: Array, size: &[usize]) -> Result<Self> {
        array.contents()?;
        let place = array.place().clone();
        Self::open(Origin::Array(array), place, size)
    }

    fn open(from: Origin, place: Place, size: &[usize]) -> Result<Self> {
        let mut header = None;
        from.read::<Error>(&mut |bytes| {
            header = Some(Header::read(&place, &mut { bytes })?.0);
            Ok(())
        })?;
        let header = header.expect("the header was read");
        header.length(&place)?;
        let layout = Layout::of(&place, &header, size)?;
        // The values of an image lie far apart.
        let from = match (header.order, from) {
            (Order::Fortran, Origin::Archive(archive, name)) => Origin::Array(archive.array(&name)?),
            (_, from) => from,
        };
        let numbers = header.kind.as_ref().and_then(Numbers::of);
        let problem = || Error::data(place.clone(), NpzProblem::ImageType { kind: brief(&header.type_text) });
        Ok(Self {
            height: layout.height,
            width: layout.width,
            channels: layout.channels(),
            numbers: numbers.ok_or_else(problem)?,
            is_byte: header.kind.as_ref().is_some_and(is_byte),
            shape: header.shape.clone(),
            from,
            layout,
            place,
        })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.layout.images
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its place in errors.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The range of the numbers, in a pass of its own; `None` for whole numbers from 0 to 255.
    ///
    /// # Errors
    /// [`Error::Data`] for values that are not grey values, and for an array cut short.
    pub fn range(&self) -> Result<Option<GreyRange>> {
        if self.is_byte {
            return Ok(None);
        }
        let place = |at: usize| self.place.clone().at(Step::Value(at));
        let mut at = 0;
        let feed = |values: &mut GreyValues| {
            self.for_each_chunk(&mut |numbers: &mut dyn Iterator<Item = f64>| {
                for number in numbers {
                    values.push(number).map_err(|problem| Error::data(place(at), problem))?;
                    at += 1;
                }
                Ok(())
            })
        };
        GreyRange::measure(feed, place)
    }

    /// The remark about the order of colours.
    pub fn remark(&self) -> Option<Remark> {
        self.layout.remark()
    }

    /// Passes the values of each image to `take`, in their order; `range` is that of the numbers. Returns the count of
    /// the numbers a little outside of it, which became its nearest end.
    ///
    /// # Errors
    /// [`Error::Data`] for values that are not grey values, and for an array cut short; the errors of `take`.
    pub fn for_each<E: From<Error>>(
        &self,
        range: Option<GreyRange>,
        take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<usize, E> {
        let place = |at: usize| self.place.clone().at(Step::Value(at));
        if let (Origin::Array(array), true) = (&self.from, self.is_out_of_order()?) {
            let images = array.images(&[self.height, self.width], range)?;
            (0..images.pixels.len()).try_for_each(|image| take(images.pixels.image(image)))?;
            return Ok(images.clamped);
        }
        let (mut at, mut clamped, mut values) = (0, 0, GreyValues::new(range));
        self.for_each_chunk::<E>(&mut |numbers| {
            for number in numbers {
                values.push(number).map_err(|problem| Error::data(place(at), problem))?;
                at += 1;
            }
            let grey = values.take_row().map_err(|problem| Error::data(self.place.clone(), problem))?;
            clamped += grey.clamped;
            self.layout.side_by_side(grey.values).chunks_exact(self.layout.values()).try_for_each(&mut *take)
        })?;
        Ok(clamped)
    }

    /// Passes the numbers of some whole images at a time to `take`.
    fn for_each_chunk<E: From<Error>>(
        &self,
        take: &mut dyn FnMut(&mut dyn Iterator<Item = f64>) -> Result<(), E>,
    ) -> Result<(), E> {
        let image_bytes = self.layout.values() * self.numbers.size();
        let at_a_time = (CHUNK_BYTES / image_bytes).max(1);
        self.from.read::<E>(&mut |bytes| {
            let mut bytes = bytes;
            Header::read(&self.place, &mut bytes)?;
            let (mut left, mut since) = (self.layout.images, 0);
            let mut chunk = Vec::new();
            while left > 0 {
                let images = at_a_time.min(left);
                chunk.resize(images * image_bytes, 0);
                bytes.read_exact(&mut chunk).map_err(|error| Error::data(self.place.clone(), stopped(&error)))?;
                take(&mut self.numbers.iter(&chunk))?;
                left -= images;
                since += chunk.len();
                if since > RELEASE_BYTES {
                    self.from.release();
                    since = 0;
                }
            }
            // To its end, where an archive compares the checksum.
            match bytes.read(&mut [0]).map_err(|error| Error::data(self.place.clone(), stopped(&error)))? {
                0 => Ok(()),
                more => {
                    let bytes = self.layout.images * image_bytes;
                    let problem = NpzProblem::Length { shape: self.shape.clone(), bytes, found: bytes + more };
                    Err(Error::data(self.place.clone(), problem).into())
                }
            }
        })
    }

    fn is_out_of_order(&self) -> Result<bool> {
        match &self.from {
            Origin::Array(array) => Ok(array.contents()?.header.order == Order::Fortran),
            Origin::Archive(..) => Ok(false),
        }
    }
}

impl Origin {
    fn read<E: From<Error>>(&self, read: &mut dyn FnMut(&mut dyn Read) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Array(array) => read(&mut Cursor::new(array.bytes())),
            Self::Archive(archive, name) => archive.stream(name, read),
        }
    }

    /// Frees the memory of a mapped file; it is read again when needed.
    fn release(&self) {
        if let Self::Array(array) = self {
            array.shared().release();
        }
    }
}
