//! The files of the MNIST family: a short header, then bytes.
//!
//! Four bytes begin such a file: two zeros, the type of the values (8 for bytes) and the number of dimensions. Each
//! dimension follows as a big-endian number of 32 bits, then the values, the last dimension changing fastest.
//!
//! Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use crate::data::{Bytes, Pixels};
use crate::error::data::{IdxProblem, ImagesProblem};
use crate::error::{Error, Place, Result, Step};

use super::{ImageShape, MAX_SIDE};

/// The number of the type of bytes.
const BYTES: u8 = 8;
/// Maximum number of dimensions of a file: images, rows, columns, colours.
const MAX_DIMENSIONS: usize = 4;

/// The dimensions that a file promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Number of items, then the dimensions of each.
    pub dimensions: Vec<usize>,
}

impl Header {
    /// Bytes of the header itself.
    pub fn len(&self) -> usize {
        4 + 4 * self.dimensions.len()
    }

    /// True for a file that promises no values.
    pub fn is_empty(&self) -> bool {
        self.values() == Some(0)
    }

    /// Number of bytes after the header; `None` for more than a computer can count.
    fn values(&self) -> Option<usize> {
        self.dimensions.iter().try_fold(1usize, |product, &size| product.checked_mul(size))
    }

    /// Reads a header; `file` is its name in errors.
    ///
    /// # Errors
    /// [`Error::Data`] for other bytes.
    pub fn read(file: &str, from: &mut impl Read) -> Result<Self> {
        let mut magic = [0; 4];
        fill(file, from, &mut magic, 0)?;
        let [0, 0, kind, count] = magic else {
            return Err(fail(file, 0, IdxProblem::Magic { found: magic }));
        };
        if kind != BYTES {
            return Err(fail(file, 2, IdxProblem::ValueType { found: kind }));
        }
        if !(1..=MAX_DIMENSIONS).contains(&usize::from(count)) {
            return Err(fail(file, 3, IdxProblem::Dimensions { found: count }));
        }
        let mut dimensions = Vec::new();
        for i in 0..usize::from(count) {
            let mut size = [0; 4];
            fill(file, from, &mut size, 4 + 4 * i)?;
            dimensions.push(u32::from_be_bytes(size) as usize);
        }
        Ok(Self { dimensions })
    }
}

/// Reads all values of a file from a stream.
///
/// # Errors
/// [`Error::Data`] when there are fewer or more than the header promises.
pub fn read_values(file: &str, from: &mut impl Read) -> Result<(Header, Vec<u8>)> {
    let header = Header::read(file, from)?;
    let promised = header.values();
    let mut values = Vec::new();
    // One more, to notice a file that is too long.
    let most = promised.map_or(u64::MAX, |bytes| (bytes as u64).saturating_add(1));
    from.take(most)
        .read_to_end(&mut values)
        .map_err(|error| stream_error(file, header.len() + values.len(), &error))?;
    check_length(file, &header, values.len())?;
    values.shrink_to_fit();
    Ok((header, values))
}

/// Passes the images of a stream to `take`, one after the other, with their shape.
///
/// # Errors
/// [`Error::Data`] when there are fewer or more than the header promises, or no images; the errors of `take`.
pub fn for_each_image<E: From<Error>>(
    file: &str,
    from: &mut impl Read,
    mut take: impl FnMut(ImageShape, &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let header = Header::read(file, from)?;
    let shape = image_shape(file, &header)?;
    if header.dimensions[0] == 0 {
        return Err(Error::data(file, ImagesProblem::None).into());
    }
    let mut image = vec![0; shape.values()];
    for index in 0..header.dimensions[0] {
        let mut filled = 0;
        while filled < image.len() {
            let at = index * image.len() + filled;
            match from.read(&mut image[filled..]) {
                Ok(0) => check_length(file, &header, at)?,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(stream_error(file, header.len() + at, &error).into()),
            }
        }
        take(shape, &image)?;
    }
    let values = header.dimensions[0] * image.len();
    let more = from.read(&mut [0]).map_err(|error| stream_error(file, header.len() + values, &error))?;
    Ok(check_length(file, &header, values + more)?)
}

/// The images in the bytes of a whole file.
///
/// # Errors
/// [`Error::Data`] when the bytes are not as many as the header promises, or not images.
pub fn images(file: &str, bytes: Arc<dyn Bytes>) -> Result<(ImageShape, Pixels)> {
    let all = bytes.bytes();
    let header = Header::read(file, &mut &*all)?;
    check_length(file, &header, all.len().saturating_sub(header.len()))?;
    let shape = image_shape(file, &header)?;
    let range = header.len()..all.len();
    Ok((shape, Pixels::new(shape.values(), bytes, range)))
}

/// The shape of the images that a header promises; an image of one dimension is a square, or one row, and one of three
/// dimensions has colours: red, green and blue of a pixel side by side.
///
/// # Errors
/// [`Error::Data`] for labels, and for images without pixels.
pub fn image_shape(file: &str, header: &Header) -> Result<ImageShape> {
    let (height, width, channels) = match header.dimensions[..] {
        [_, height, width] => (height, width, 1),
        [_, height, width, channels @ (1 | 3)] => (height, width, channels),
        [_, _, _, _] => return Err(fail(file, 3, IdxProblem::Dimensions { found: 4 })),
        [_, pixels] if pixels.isqrt().pow(2) == pixels => (pixels.isqrt(), pixels.isqrt(), 1),
        [_, pixels] => (1, pixels, 1),
        _ => return Err(fail(file, 3, IdxProblem::LabelsForImages)),
    };
    if [height, width].iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
        return Err(fail(file, 8, IdxProblem::ImageSize { height, width, max: MAX_SIDE }));
    }
    Ok(ImageShape { height, width, channels })
}

/// The values of a file of labels.
///
/// # Errors
/// [`Error::Data`] for images.
pub fn labels(file: &str, header: &Header, values: &[u8]) -> Result<Vec<i64>> {
    if header.dimensions.len() != 1 {
        return Err(fail(file, 3, IdxProblem::ImagesForLabels));
    }
    Ok(values.iter().map(|&label| i64::from(label)).collect())
}

fn check_length(file: &str, header: &Header, found: usize) -> Result<()> {
    let dimensions = header.dimensions.clone();
    match header.values() {
        Some(promised) if promised == found => Ok(()),
        Some(promised) if found > promised => {
            Err(fail(file, header.len() + promised, IdxProblem::TooLong { dimensions }))
        }
        _ => Err(fail(file, header.len() + found, IdxProblem::TooShort { dimensions, found })),
    }
}

fn fill(file: &str, from: &mut impl Read, buffer: &mut [u8], at: usize) -> Result<()> {
    from.read_exact(buffer).map_err(|error| stream_error(file, at, &error))
}

fn fail(file: &str, byte: usize, problem: IdxProblem) -> Error {
    Error::data(Place::file(file).at(Step::Byte(byte)), problem)
}

fn stream_error(file: &str, at: usize, error: &io::Error) -> Error {
    let problem = match error.kind() {
        ErrorKind::UnexpectedEof => IdxProblem::CutShort,
        _ => IdxProblem::Stopped { error: error.to_string() },
    };
    Error::data(Place::file(file).at(Step::ContentByte(at)), problem)
}

/// Writes a header and its values.
///
/// # Errors
/// Those of the writer.
pub fn write<'a>(to: &mut impl Write, dimensions: &[usize], values: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
    to.write_all(&[0, 0, BYTES, dimensions.len() as u8])?;
    for &size in dimensions {
        let size = u32::try_from(size).map_err(|_| io::Error::other("too many images for an idx file"))?;
        to.write_all(&size.to_be_bytes())?;
    }
    values.into_iter().try_for_each(|values| to.write_all(values))
}
