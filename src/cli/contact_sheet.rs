//! Pictures with captions on one sheet, written as a PNG file.

use std::path::Path;

use chiffres::native::Result;
use chiffres::native::{files, pictures};
use font8x8::UnicodeFonts;

use super::picture::{Picture, Rgb};

/// Pictures in a row of a sheet.
pub const PER_ROW: usize = 10;

/// A picture, and the lines below it.
pub type Captioned = (Picture, Vec<String>);

// All in pixels of the sheet.
const MARGIN: usize = 12;
const LINE_HEIGHT: usize = 10;
const LETTER_WIDTH: usize = 8;
/// The longer side of a picture, about.
const SIDE: usize = 96;
const CAPTION_GAP: usize = 3;

const WHITE: u8 = 255;
const BLACK: Rgb = [0, 0, 0];

/// Writes pictures with captions as one PNG file, up to `per_row` in a row.
///
/// # Panics
/// If there are no pictures: callers have something to draw.
///
/// # Errors
/// [`Error::File`](chiffres::native::Error::File) if the file cannot be written.
pub fn write_png(path: &Path, pictures: &[Captioned], per_row: usize) -> Result<()> {
    assert!(!pictures.is_empty(), "a sheet has pictures");
    let pictures: Vec<(Picture, &[String])> =
        pictures.iter().map(|(picture, captions)| (picture.clone().within(SIDE), captions.as_slice())).collect();
    let per_row = pictures.len().min(per_row);
    let picture_height = max(&pictures, |picture, _| picture.height() * zoom(picture));
    let picture_width = max(&pictures, |picture, _| picture.width() * zoom(picture));
    let letters = max(&pictures, |_, captions| captions.iter().map(|line| line.chars().count()).max().unwrap_or(0));
    let lines = max(&pictures, |_, captions| captions.len());
    let cell_width = picture_width.max(letters * LETTER_WIDTH) + MARGIN;
    let cell_height = picture_height + lines * LINE_HEIGHT + MARGIN;

    let mut canvas =
        Canvas::new(pictures.len().div_ceil(per_row) * cell_height + MARGIN, per_row * cell_width + MARGIN);
    for (i, (picture, captions)) in pictures.iter().enumerate() {
        let (top, left) = (MARGIN + i / per_row * cell_height, MARGIN + i % per_row * cell_width);
        canvas.draw(picture, top, left);
        for (line, caption) in captions.iter().enumerate() {
            canvas.write(caption, top + picture_height + CAPTION_GAP + line * LINE_HEIGHT, left, BLACK);
        }
    }
    canvas.write_png(path)
}

/// Pixels of the sheet across a pixel of the picture.
fn zoom(picture: &Picture) -> usize {
    (SIDE / picture.height().max(picture.width())).max(1)
}

fn max(pictures: &[(Picture, &[String])], size: impl Fn(&Picture, &[String]) -> usize) -> usize {
    pictures.iter().map(|(picture, captions)| size(picture, captions)).max().unwrap_or(0)
}

/// A white sheet to draw on: three bytes a pixel, row by row.
pub struct Canvas {
    height: usize,
    width: usize,
    bytes: Vec<u8>,
}

impl Canvas {
    pub fn new(height: usize, width: usize) -> Self {
        Self { height, width, bytes: vec![WHITE; height * width * 3] }
    }

    pub fn set(&mut self, y: usize, x: usize, rgb: Rgb) {
        self.bytes[(y * self.width + x) * 3..][..3].copy_from_slice(&rgb);
    }

    fn draw(&mut self, picture: &Picture, top: usize, left: usize) {
        let zoom = zoom(picture);
        for y in 0..picture.height() * zoom {
            for x in 0..picture.width() * zoom {
                self.set(top + y, left + x, picture.pixel(y / zoom, x / zoom));
            }
        }
    }

    /// Writes the sheet as a PNG file.
    ///
    /// # Errors
    /// As [`files::write_png`].
    pub fn write_png(self, path: &Path) -> Result<()> {
        files::write_png(path, &pictures::png(self.width as u32, self.height as u32, self.bytes))
    }

    /// Writes a line of text; a letter that the font lacks is a space.
    pub fn write(&mut self, text: &str, top: usize, left: usize, rgb: Rgb) {
        for (column, letter) in text.chars().enumerate() {
            let glyph = font8x8::BASIC_FONTS.get(letter).unwrap_or_default();
            for (y, bits) in glyph.into_iter().enumerate() {
                for x in (0..LETTER_WIDTH).filter(|x| bits >> x & 1 == 1) {
                    self.set(top + y, left + column * LETTER_WIDTH + x, rgb);
                }
            }
        }
    }
}
