//! Boxes and answers drawn on a picture, written as a PNG file.

use std::path::Path;

use chiffres::native::{Result, files, pictures};
use chiffres::preprocess::Raster;
use chiffres::read::PageReading;
use font8x8::UnicodeFonts;

use super::picture::Rgb;

/// Pixels of the longer side of the drawing.
const SIDE: usize = 1600;
/// Side of a letter in the font.
const LETTER: usize = 8;

const SURE: Rgb = [0, 110, 60];
const DOUBTFUL: Rgb = [200, 70, 0];

/// A picture in colour.
struct Canvas {
    height: usize,
    width: usize,
    bytes: Vec<u8>,
}

/// Draws a box around each digit of a picture, and its answer above.
///
/// # Errors
/// [`Error::File`](chiffres::native::Error::File) if the file cannot be written.
pub fn write_png(path: &Path, picture: &Raster, reading: &PageReading, answers: &[String]) -> Result<()> {
    let factor = picture.height().max(picture.width()).div_ceil(SIDE);
    let (height, width) = (picture.height().div_ceil(factor), picture.width().div_ceil(factor));
    let small = picture.resized(height, width);
    let mut canvas = Canvas { height, width, bytes: small.pixels().iter().flat_map(|&grey| [grey; 3]).collect() };
    let thick = (height.max(width) / 400).max(1);
    for (i, digit) in reading.page.digits.iter().enumerate() {
        let color = if reading.is_doubtful(i) { DOUBTFUL } else { SURE };
        let area = digit.area;
        let gap = thick + 1;
        let (top, left) = ((area.top / factor).saturating_sub(gap), (area.left / factor).saturating_sub(gap));
        let (bottom, right) = ((area.top + area.height) / factor + gap, (area.left + area.width) / factor + gap);
        canvas.frame(top, bottom, left, right, thick, color);
        let zoom = ((bottom - top) / 4 / LETTER).max(thick).max(1);
        // Without room above, the answer stands in the box.
        let letter_top = if top >= zoom * LETTER { top - zoom * LETTER } else { top + thick + 1 };
        canvas.write(&answers[i], letter_top, left, zoom, color);
    }
    files::write_png(path, &pictures::png(width as u32, height as u32, canvas.bytes))
}

impl Canvas {
    /// Colours a rectangle, as far as it is on the canvas.
    fn fill(&mut self, top: usize, left: usize, height: usize, width: usize, color: Rgb) {
        for y in top..(top + height).min(self.height) {
            for x in left..(left + width).min(self.width) {
                self.bytes[(y * self.width + x) * 3..][..3].copy_from_slice(&color);
            }
        }
    }

    fn frame(&mut self, top: usize, bottom: usize, left: usize, right: usize, thick: usize, color: Rgb) {
        let (height, width) = (bottom - top + thick, right - left + thick);
        self.fill(top, left, thick, width, color);
        self.fill(bottom, left, thick, width, color);
        self.fill(top, left, height, thick, color);
        self.fill(top, right, height, thick, color);
    }

    /// Writes a line of text, `zoom` pixels for each of the font.
    fn write(&mut self, text: &str, top: usize, left: usize, zoom: usize, color: Rgb) {
        for (column, letter) in text.chars().enumerate() {
            let glyph = font8x8::BASIC_FONTS.get(letter).unwrap_or_default();
            for (y, bits) in glyph.into_iter().enumerate() {
                for x in (0..LETTER).filter(|x| bits >> x & 1 == 1) {
                    self.fill(top + y * zoom, left + (column * LETTER + x) * zoom, zoom, zoom, color);
                }
            }
        }
    }
}
