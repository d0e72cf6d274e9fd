//! From a picture of one handwritten digit to the 8x8 image that the training data would have had of it.
//!
//! The training images were made in 1998 with NIST's programs from digits on forms: cut out, brought to one size and one
//! thickness of stroke, set upright, and counted on a grid of 4x4 cells. [`DigitPreprocessing::digit`] does the same with
//! any picture, after finding the ink on it, and keeps every step for those who want to see it.
//!
//! Source of the last part: M. D. Garris et al., NIST Form-Based Handprint Recognition System (Release 2.0), 1997.

pub mod grey;
mod grid;
mod ink;
mod isolate;
mod normalize;

pub use grid::{Bitmap, Grid};

use serde::{Deserialize, Serialize};

/// A picture in grey, from 0 for black to 255 for white, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    height: usize,
    width: usize,
    pixels: Vec<u8>,
}

impl Raster {
    /// A picture of given grey values.
    ///
    /// # Panics
    /// When there are no pixels, or not as many as the sizes promise.
    pub fn new(height: usize, width: usize, pixels: Vec<u8>) -> Self {
        assert!(height * width > 0 && height * width == pixels.len(), "{height}x{width} is {} pixels", pixels.len());
        Self { height, width, pixels }
    }

    /// A picture in colour, as a browser's canvas gives it: red, green, blue and opacity of each pixel.
    ///
    /// Where it is transparent, it lies on white, or on black if what is on it is light.
    ///
    /// # Panics
    /// As [`Raster::new`].
    pub fn from_rgba(height: usize, width: usize, pixels: &[u8]) -> Self {
        assert_eq!(pixels.len() % 4, 0, "four values a pixel");
        Self::new(height, width, grey::of_rgba(pixels))
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Grey values, row after row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }
}

/// What the way from a picture to 8x8 depends on; a model file carries it.
///
/// Lengths are shares of the longer side of the picture unless said otherwise; ink is 1 where the pen was, 0 on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigitPreprocessing {
    /// Pixels that the longer side of the picture is brought down to.
    pub side: usize,
    /// Half the width of the window in which the paper is looked for.
    pub window: f64,
    /// Least difference between ink and paper, in grey values of 255.
    pub contrast: f64,
    /// Least ratio of that difference to the standard deviation of the paper.
    pub separation: f64,
    /// Ink from which on a pixel belongs to a stroke.
    pub stroke: f64,
    /// Largest lean that is set upright, in pixels across for each pixel down.
    pub lean: f64,
    /// Ratio of width to height below which a digit is not stretched to the full width: a 1 stays thin.
    pub narrow: f64,
    /// Pixels of ink, of 32x32, below which strokes are made thicker, and above which thinner.
    pub ink: [usize; 2],
}

impl Default for DigitPreprocessing {
    fn default() -> Self {
        Self {
            side: 256,
            window: 0.125,
            contrast: 10.0,
            separation: 7.5,
            stroke: 0.4,
            lean: 0.8,
            narrow: 0.4,
            ink: [270, 390],
        }
    }
}

/// Everything on the way from a picture to 8x8.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    /// The picture, reduced to what the eye needs: grey values from 0 for black to 255 for white.
    pub grey: Grid,
    /// How the digit was found; `None` for a picture that is an 8x8 image already.
    pub found: Option<Found>,
    /// The image for the network: 8x8, from 0 for paper to 16 for ink.
    pub pixels: Vec<u8>,
}

/// How a digit was found and brought into shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Whether the ink is darker than the paper.
    pub is_dark: bool,
    /// The ink of the whole picture, from 0 for paper to 1 for ink.
    pub ink: Grid,
    /// The same of the digit alone, cut out.
    pub isolated: Grid,
    /// The digit upright and stretched: 32x32 of ink.
    pub upright: Grid,
    /// The same in black and white, with strokes of the usual thickness, and straight on its left side.
    pub bitmap: Bitmap,
}

/// Why no digit was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDigit {
    /// One grey value everywhere.
    #[error("it is all of one grey")]
    Uniform,
    /// Nothing stands out from the paper and its grain.
    #[error("it is blank: nothing stands out from the paper")]
    Blank,
    /// What stands out is too small, or a line across the picture.
    #[error("there is no ink that could be a digit")]
    NoInk,
}

impl DigitPreprocessing {
    /// Whether every setting is one that a digit can be found with; `Err` names the first that is not.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Self { side, window, contrast, separation, stroke, lean, narrow, ink: [least, most] } = *self;
        let checks = [
            ("side", (8..=4096).contains(&side)),
            ("window", (0.0..=1.0).contains(&window)),
            ("contrast", (0.0..=255.0).contains(&contrast)),
            ("separation", (0.0..=1e6).contains(&separation)),
            ("stroke", stroke > 0.0 && stroke < 1.0),
            ("lean", (0.0..=10.0).contains(&lean)),
            ("narrow", (0.0..=10.0).contains(&narrow)),
            ("ink", least <= most && most <= 1024),
        ];
        match checks.iter().find(|(_, is_right)| !is_right) {
            Some((name, _)) => Err(format!("preprocessing.{name} is out of range")),
            None => Ok(()),
        }
    }

    /// Finds the digit on a picture and makes the image of it that the network reads.
    ///
    /// # Errors
    /// [`NoDigit`] says why there is none.
    pub fn digit(&self, raster: &Raster) -> Result<Steps, NoDigit> {
        if let Some(steps) = already_8x8(raster) {
            return Ok(steps);
        }
        let longest = raster.height.max(raster.width);
        let grey = Grid::reduced(raster, longest.div_ceil(self.side));
        let (ink, is_dark) = ink::find(&grey, self)?;
        let isolated = isolate::digit(&ink, self).ok_or(NoDigit::NoInk)?;
        let upright = normalize::upright(&isolated, self);
        let bitmap = normalize::bitmap(&upright, self);
        let pixels = bitmap.counts(4);
        Ok(Steps { grey, found: Some(Found { is_dark, ink, isolated, upright, bitmap }), pixels })
    }
}

/// A picture that is an 8x8 image of a digit, or one enlarged by a whole factor: it is taken as it is.
fn already_8x8(raster: &Raster) -> Option<Steps> {
    const SIDE: usize = 8;
    /// Differences in grey that are none, and that are sharp.
    const SAME: u8 = 8;
    const SHARP: f64 = 48.0;
    /// Sums of all 64 values that digits have.
    const INK: std::ops::RangeInclusive<u32> = 200..=480;

    let cell = raster.height / SIDE;
    if raster.height != raster.width || cell == 0 || raster.height != cell * SIDE {
        return None;
    }
    for row in 0..SIDE {
        for column in 0..SIDE {
            let line = |y: usize| &raster.pixels[(row * cell + y) * raster.width + column * cell..][..cell];
            let values = || (0..cell).flat_map(line);
            if values().max()? - values().min()? > SAME {
                return None;
            }
        }
    }
    let grey = Grid::reduced(raster, cell);
    let mut margins: Vec<f64> = (0..SIDE).flat_map(|row| [grey.at(row, 0), grey.at(row, SIDE - 1)]).collect();
    let paper = grid::median(&mut margins);
    let full = grey.values().iter().map(|value| value - paper).max_by(|a, b| a.abs().total_cmp(&b.abs()))?;
    let is_sharp = (0..SIDE).any(|y| {
        (1..SIDE).any(|x| {
            (grey.at(y, x) - grey.at(y, x - 1)).abs() >= SHARP || (grey.at(x, y) - grey.at(x - 1, y)).abs() >= SHARP
        })
    });
    let value = |grey: &f64| (16.0 * (grey - paper) / full).round_ties_even().clamp(0.0, 16.0) as u8;
    let pixels: Vec<u8> = grey.values().iter().map(value).collect();
    let ink = pixels.iter().map(|&value| u32::from(value)).sum();
    (full.abs() >= SHARP && is_sharp && INK.contains(&ink)).then_some(Steps { grey, found: None, pixels })
}
