//! Files with many images in them: what their bytes mean, and how images become such bytes.
//!
//! Everything here works on bytes and readers; `native::source` finds and opens the files. A header is never believed:
//! what it promises is held against the bytes that are there before any memory is asked for.

pub mod csv;
pub mod idx;
pub mod npz;

use crate::error::Error;

/// An error in a file.
fn broken(place: impl Into<String>, reason: impl Into<String>, hint: &str) -> Error {
    Error::Data { place: place.into(), reason: reason.into(), hint: hint.into() }
}

/// What a file or a library says, short and on one line.
fn brief(text: &str) -> String {
    let line = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

/// Rows and columns of images given as rows of `pixels` numbers: as `size` says, or as a square.
fn shape(file: &str, pixels: usize, size: &[usize]) -> crate::Result<(usize, usize)> {
    match *size {
        [height, width] if height * width == pixels => Ok((height, width)),
        [height, width] => {
            let reason =
                format!("an image has {pixels} pixels, but data.size = [{height}, {width}] makes {}", height * width);
            Err(broken(file, reason, "set data.size to the rows and columns of the images"))
        }
        _ => {
            let side = pixels.isqrt();
            if side * side == pixels && side > 0 {
                return Ok((side, side));
            }
            let reason = format!("an image has {pixels} pixels, which make no square");
            Err(broken(file, reason, "say how many rows and columns it has: data.size = [rows, columns]"))
        }
    }
}
