//! Preprocessing: from a picture of one handwritten digit to the 8x8 image that the training data would have had of it.
//!
//! The training images were made in 1998 with NIST's programs from digits on forms: cut out, brought to one size and one
//! thickness of stroke, set upright, and counted on a grid of 4x4 cells. [`DigitPreprocessing::digit`] finds the ink on any
//! picture, does the same with it, and keeps every step to show it.
//!
//! All of it is written by hand, though libraries of image processing have most of it. The filters, thresholds and groups are
//! a few dozen lines each, made to be read as lessons; and their results must stay the same to the bit for years, since
//! trained networks depend on them, while a library may change the rounding of a filter in any version.
//!
//! Source of the last steps: M. D. Garris et al., NIST Form-Based Handprint Recognition System (Release 2.0), 1997.

mod centred;
pub(crate) mod connected;
mod digits;
mod frames;
mod grid;
mod groups;
pub(crate) mod hull;
mod ink;
mod isolate;
mod normalize;
mod page;
mod paper;
mod raster;
mod rules;
mod shape;
mod view;

pub use crate::error::NoDigit;
pub(crate) use centred::SIDE as CENTRED_SIDE;
pub use grid::{Bitmap, Grid};
pub use page::{Area, Oddity, Page, PageDigit};
pub use raster::Raster;
pub use shape::Shape;

use serde::{Deserialize, Serialize};

use crate::data::digits::{MAX_VALUE, SIDE};

/// Largest setting of [`DigitPreprocessing::side`].
const MAX_SIDE: usize = 4096;

/// The settings of the preprocessing; a model file carries them.
///
/// Lengths are shares of the longer side of the picture unless said otherwise; ink is 1 where the pen was, 0 on paper.
///
/// ```
/// use chiffres::preprocess::{DigitPreprocessing, NoDigit, Raster};
///
/// // A 7, drawn with a dark pen of 6 pixels on light paper of 100x80.
/// let is_ink = |row: usize, column: usize| match row {
///     20..26 => (20..60).contains(&column),
///     26..80 => (60 - row / 2..66 - row / 2).contains(&column),
///     _ => false,
/// };
/// let grey = (0..100 * 80).map(|i| if is_ink(i / 80, i % 80) { 40 } else { 230 }).collect();
///
/// let preprocessing = DigitPreprocessing::default();
/// let steps = preprocessing.digit(&Raster::new(100, 80, grey))?;
/// assert_eq!(steps.pixels.len(), 8 * 8);
/// assert!(steps.found.is_some_and(|found| found.is_dark));
///
/// let blank = Raster::new(100, 80, vec![230; 100 * 80]);
/// assert_eq!(preprocessing.digit(&blank), Err(NoDigit::Uniform));
/// # Ok::<(), NoDigit>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigitPreprocessing {
    /// Pixels that the longer side of the picture is brought down to.
    pub side: usize,
    /// Half the width of the window in which the paper is searched for.
    pub window: f64,
    /// Least difference between ink and paper, in grey values.
    pub contrast: f64,
    /// Least ratio of that difference to the standard deviation of the paper.
    pub separation: f64,
    /// Ink above which a pixel belongs to a stroke.
    pub stroke: f64,
    /// Largest lean that is set upright, in pixels across for each pixel down.
    pub lean: f64,
    /// Ratio of width to height below which a digit is not stretched to the full width, so that a 1 stays thin.
    pub narrow: f64,
    /// Pixels of ink, of 32x32, below which strokes are made thicker, and above which thinner.
    pub ink: [usize; 2],
    /// Pixels that the longer side of a page is brought down to, on which paper, rules, frames and several digits are looked
    /// for; 0 for none of that.
    #[serde(default)]
    pub page: usize,
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
            page: 1024,
        }
    }
}

/// Every step on the way from a picture to 8x8.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    /// The picture, at most [`DigitPreprocessing::side`] pixels long: grey values from 0 for black to 255 for white. For a
    /// digit of a page, its ink alone on white or black paper.
    pub grey: Grid,
    /// The steps of finding the digit; `None` for a picture that is an 8x8 image already.
    pub found: Option<Found>,
    /// Number of other digits on the picture, as far as they were looked for.
    pub others: usize,
    /// The image for the network: 8x8, from 0 for paper to 16 for ink.
    pub pixels: Vec<u8>,
}

/// The steps of finding a digit and bringing it into shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The ink is darker than the paper.
    pub is_dark: bool,
    /// The ink of the whole picture, from 0 for paper to 1 for ink; for a digit of a page, its own.
    pub ink: Grid,
    /// The same without rules and frames, if there were any.
    pub cleaned: Option<Grid>,
    /// The ink of the digit alone, cut out.
    pub isolated: Grid,
    /// The digit upright and stretched to 32x32 pixels, from 0 for paper to 1 for ink.
    pub upright: Grid,
    /// The digit in black and white, with strokes of the usual thickness, and straight on its left side.
    pub bitmap: Bitmap,
}

/// Every step on the way from a picture to a centred image.
#[derive(Debug, Clone, PartialEq)]
pub struct CentredSteps {
    /// The picture, at most [`DigitPreprocessing::side`] pixels long: grey values from 0 for black to 255 for white.
    pub grey: Grid,
    /// The steps of finding the digit; `None` for a picture that is a centred image already.
    pub found: Option<FoundCentred>,
    /// The image for the network: 28x28, from 0 for paper to 255 for ink.
    pub pixels: Vec<u8>,
}

/// The steps of finding a digit and fitting it into a box.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundCentred {
    /// The ink is darker than the paper.
    pub is_dark: bool,
    /// The ink of the whole picture, from 0 for paper to 1 for ink.
    pub ink: Grid,
    /// The ink of the digit alone, cut out.
    pub isolated: Grid,
    /// The digit fitted into 20x20 pixels: the share of ink on each.
    pub fitted: Grid,
}

impl DigitPreprocessing {
    /// Checks the range of every setting; `Err` names the first that is out of it.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let Self { side, window, contrast, separation, stroke, lean, narrow, ink: [least, most], page } = *self;
        let checks = [
            ("side", (SIDE..=MAX_SIDE).contains(&side)),
            ("window", (0.0..=1.0).contains(&window)),
            ("contrast", (0.0..=f64::from(u8::MAX)).contains(&contrast)),
            ("separation", (0.0..=1e6).contains(&separation)),
            ("stroke", stroke > 0.0 && stroke < 1.0),
            ("lean", (0.0..=10.0).contains(&lean)),
            ("narrow", (0.0..=10.0).contains(&narrow)),
            ("ink", least <= most && most <= normalize::SIDE * normalize::SIDE),
            ("page", page <= MAX_SIDE),
        ];
        match checks.iter().find(|(_, is_right)| !is_right) {
            Some((name, _)) => Err(name),
            None => Ok(()),
        }
    }

    /// Returns whether a picture is an image already as [`DigitPreprocessing::centred`] makes them.
    pub(crate) fn is_centred(raster: &Raster) -> bool {
        centred::is_centred(raster)
    }

    /// Finds the digit on a picture, and centres it as MNIST's digits are: 28x28 pixels, from 0 for paper to 255 for ink. A
    /// picture that is such an image already stays as it is.
    ///
    /// # Errors
    /// [`NoDigit`] with the reason.
    pub fn centred(&self, raster: &Raster) -> Result<CentredSteps, NoDigit> {
        if centred::is_centred(raster) {
            return Ok(CentredSteps { grey: Grid::reduced(raster, 1), found: None, pixels: raster.pixels().to_vec() });
        }
        let Isolated { grey, is_dark, ink, isolated } = self.isolated(raster)?;
        let fitted = centred::fitted(&isolated, self);
        let pixels = centred::centred(&fitted);
        Ok(CentredSteps { grey, found: Some(FoundCentred { is_dark, ink, isolated, fitted }), pixels })
    }

    /// Finds the digit on a picture and makes the image of it that the network reads.
    ///
    /// # Errors
    /// [`NoDigit`] with the reason.
    pub fn digit(&self, raster: &Raster) -> Result<Steps, NoDigit> {
        if let Some(steps) = already_8x8(raster) {
            return Ok(steps);
        }
        let Isolated { grey, is_dark, ink, isolated } = self.isolated(raster)?;
        let upright = normalize::upright(&isolated, self);
        let bitmap = normalize::bitmap(&upright, self);
        let pixels = bitmap.counts(normalize::SIDE / SIDE);
        Ok(Steps {
            grey,
            found: Some(Found { is_dark, ink, cleaned: None, isolated, upright, bitmap }),
            others: 0,
            pixels,
        })
    }

    /// The ink of the digit alone, and the steps to it.
    fn isolated(&self, raster: &Raster) -> Result<Isolated, NoDigit> {
        let longest = raster.height().max(raster.width());
        let grey = Grid::reduced(raster, longest.div_ceil(self.side));
        let (ink, is_dark) = ink::find(&grey, self)?;
        let isolated = isolate::digit(&ink, self).ok_or(NoDigit::NoInk)?;
        Ok(Isolated { grey, is_dark, ink, isolated })
    }
}

/// The ink of a digit, cut out of a picture.
struct Isolated {
    grey: Grid,
    is_dark: bool,
    ink: Grid,
    isolated: Grid,
}

/// A picture that is an 8x8 image of a digit already, or one enlarged by a whole factor: it stays as it is.
fn already_8x8(raster: &Raster) -> Option<Steps> {
    /// Largest difference in grey between pixels that count as equal.
    const SAME: u8 = 8;
    /// Smallest difference in grey that counts as an edge.
    const SHARP: f64 = 48.0;
    /// Sums of all 64 values that digits have.
    const INK: std::ops::RangeInclusive<u32> = 200..=480;

    let cell = raster.height() / SIDE;
    if raster.height() != raster.width() || cell == 0 || raster.height() != cell * SIDE {
        return None;
    }
    for row in 0..SIDE {
        for column in 0..SIDE {
            let line = |y: usize| &raster.pixels()[(row * cell + y) * raster.width() + column * cell..][..cell];
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
    let most = f64::from(MAX_VALUE);
    let value = |grey: &f64| (most * (grey - paper) / full).round_ties_even().clamp(0.0, most) as u8;
    let pixels: Vec<u8> = grey.values().iter().map(value).collect();
    let ink = pixels.iter().map(|&value| u32::from(value)).sum();
    (full.abs() >= SHARP && is_sharp && INK.contains(&ink)).then_some(Steps { grey, found: None, others: 0, pixels })
}
