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

/// Rows and columns of images that are rows of `pixels` numbers: those in `size`, or a square.
fn shape(place: impl Into<Place>, pixels: usize, size: &[usize]) -> Result<(usize, usize)> {
    match *size {
        [height, width] if height * width == pixels => Ok((height, width)),
        [height, width] => Err(Error::data(place, ImagesProblem::SizeSetting { pixels, height, width })),
        _ => {
            let side = pixels.isqrt();
            if side * side == pixels && side > 0 {
                return Ok((side, side));
            }
            Err(Error::data(place, ImagesProblem::NotSquare { pixels }))
        }
    }
}
