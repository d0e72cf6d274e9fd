//! Files of many images, in the formats of other programs, both ways.
//!
//! Everything here works on bytes and readers; `native::source` finds and opens the files. A header is not trusted: its
//! promises are compared with the bytes that are there before memory is allocated for them.

pub mod idx;
pub mod names;
pub mod npz;
pub mod table;

use crate::error::data::ImagesProblem;
use crate::error::{Error, Place, Result};

/// Largest height and width of an image.
const MAX_SIDE: usize = 4096;

/// The shape of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageShape {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
}

impl ImageShape {
    /// Values of an image.
    pub fn values(self) -> usize {
        self.height * self.width * self.channels
    }
}

/// Rows, columns and channels of images that are rows of `values` numbers. `size` has rows and columns, or nothing for
/// squares; then the channels, if they are not one.
fn shape(place: impl Into<Place>, values: usize, size: &[usize]) -> Result<(usize, usize, usize)> {
    let (size, channels) = match *size {
        [ref size @ .., channels] if size.len() != 1 => (size, channels),
        _ => (size, 1),
    };
    let pixels = values / channels;
    match *size {
        [height, width] if height * width * channels == values => Ok((height, width, channels)),
        [height, width] => {
            Err(Error::data(place, ImagesProblem::SizeSetting { pixels: values, height, width, channels }))
        }
        _ => {
            let side = pixels.isqrt();
            if side * side * channels == values && side > 0 {
                return Ok((side, side, channels));
            }
            Err(Error::data(place, ImagesProblem::NotSquare { pixels: values, channels }))
        }
    }
}
