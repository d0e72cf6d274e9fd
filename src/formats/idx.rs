//! The files of the MNIST family: a short header, then bytes.
//!
//! Four bytes begin such a file: two zeros, the type of the values (8 for bytes) and the number of dimensions. Each
//! dimension follows as a big-endian number of 32 bits, then the values, the last dimension changing fastest.
//!
//! Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, 1998.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use crate::data::{Bytes, Pixels};
use crate::error::Result;

use super::broken;

const BYTES: u8 = 8;
/// Most dimensions a file may have: images, rows, columns.
const MAX_DIMENSIONS: usize = 3;
const HINT: &str = "an idx file begins with 00 00 08, the number of dimensions, and each dimension in four bytes";

/// What the beginning of a file promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Items, then what each consists of.
    pub dimensions: Vec<usize>,
}

impl Header {
    /// Bytes of the header itself.
    pub fn len(&self) -> usize {
        4 + 4 * self.dimensions.len()
    }

    /// Whether the file promises nothing at all.
    pub fn is_empty(&self) -> bool {
        self.values() == Some(0)
    }

    /// Bytes that follow the header; `None` for more than there can be.
    fn values(&self) -> Option<usize> {
        self.dimensions.iter().try_fold(1usize, |product, &size| product.checked_mul(size))
    }

    fn shown(&self) -> String {
        self.dimensions.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
    }

    /// Reads a header; `file` is the name that problems are reported under.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for a beginning that is none.
    pub fn read(file: &str, from: &mut impl Read) -> Result<Self> {
        let mut magic = [0; 4];
        fill(file, from, &mut magic, 0)?;
        let [0, 0, kind, count] = magic else {
            return Err(broken(
                format!("{file}, byte 0"),
                format!(
                    "the file begins with {}, as no idx file does",
                    magic.map(|byte| format!("{byte:02x}")).join(" ")
                ),
                HINT,
            ));
        };
        if kind != BYTES {
            let reason = format!("the values are of type 0x{kind:02x}, but only bytes (0x08) are read here");
            return Err(broken(format!("{file}, byte 2"), reason, "save the images as bytes, 0 to 255"));
        }
        if !(1..=MAX_DIMENSIONS).contains(&usize::from(count)) {
            let reason = format!("there are {count} dimensions, but images have 2 or 3 and labels have 1");
            return Err(broken(format!("{file}, byte 3"), reason, HINT));
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

/// Reads all values of a file from a stream, no more than there are.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) when there are fewer or more than the header promises.
pub fn read_values(file: &str, from: &mut impl Read) -> Result<(Header, Vec<u8>)> {
    let header = Header::read(file, from)?;
    let promised = header.values();
    let mut values = Vec::new();
    // One more, to see whether it ends there.
    let most = promised.map_or(u64::MAX, |bytes| (bytes as u64).saturating_add(1));
    from.take(most)
        .read_to_end(&mut values)
        .map_err(|error| stream_error(file, header.len() + values.len(), &error))?;
    check_length(file, &header, values.len())?;
    values.shrink_to_fit();
    Ok((header, values))
}

/// The images in the bytes of a whole file.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) when the bytes are not what the header promises, or no images.
pub fn images(file: &str, bytes: Arc<dyn Bytes>) -> Result<(usize, usize, Pixels)> {
    let all = bytes.bytes();
    let header = Header::read(file, &mut &*all)?;
    check_length(file, &header, all.len().saturating_sub(header.len()))?;
    let (height, width) = image_size(file, &header)?;
    let range = header.len()..all.len();
    Ok((height, width, Pixels::new(height * width, bytes, range)))
}

/// Rows and columns of the images that a header promises; rows of numbers are squares, or one row.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) for labels, and for images without pixels.
pub fn image_size(file: &str, header: &Header) -> Result<(usize, usize)> {
    let (height, width) = match header.dimensions[..] {
        [_, height, width] => (height, width),
        [_, pixels] if pixels.isqrt().pow(2) == pixels => (pixels.isqrt(), pixels.isqrt()),
        [_, pixels] => (1, pixels),
        _ => return Err(broken(format!("{file}, byte 3"), "these are labels, but images are needed here", HINT)),
    };
    if height == 0 || width == 0 || height > 4096 || width > 4096 {
        let reason = format!("the images are {height}x{width}, but must be 1x1 to 4096x4096");
        return Err(broken(format!("{file}, byte 8"), reason, HINT));
    }
    Ok((height, width))
}

/// The labels that a header promises, which are the values.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) for images.
pub fn labels(file: &str, header: &Header, values: &[u8]) -> Result<Vec<i64>> {
    if header.dimensions.len() != 1 {
        return Err(broken(format!("{file}, byte 3"), "these are images, but labels are needed here", HINT));
    }
    Ok(values.iter().map(|&label| i64::from(label)).collect())
}

fn check_length(file: &str, header: &Header, found: usize) -> Result<()> {
    match header.values() {
        Some(promised) if promised == found => Ok(()),
        Some(promised) if found > promised => {
            let place = format!("{file}, byte {}", header.len() + promised);
            let reason = format!("the file goes on, but its header promises {} values", header.shown());
            Err(broken(place, reason, "the file is damaged: get it again"))
        }
        promised => {
            let promised = match (promised, &header.dimensions[..]) {
                (Some(_), [bytes]) => bytes.to_string(),
                (Some(bytes), _) => format!("{} = {bytes}", header.shown()),
                (None, _) => format!("{}, more than any file has", header.shown()),
            };
            let place = format!("{file}, byte {}", header.len() + found);
            let reason = format!("the file ends after {found} values, but its header promises {promised}");
            Err(broken(place, reason, "the file is cut short: get it again"))
        }
    }
}

fn fill(file: &str, from: &mut impl Read, buffer: &mut [u8], at: usize) -> Result<()> {
    from.read_exact(buffer).map_err(|error| stream_error(file, at, &error))
}

fn stream_error(file: &str, at: usize, error: &io::Error) -> crate::Error {
    let reason = match error.kind() {
        ErrorKind::UnexpectedEof => "the file is cut short".to_string(),
        _ => format!("it cannot be read on: {error}"),
    };
    broken(format!("{file}, byte {at} of its content"), reason, "the file is damaged: get it again")
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
