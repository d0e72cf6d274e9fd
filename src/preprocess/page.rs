//! Pages: every digit on a picture, whatever else is on it.

use std::fmt;

use crate::error::{Language, NoDigit};

use super::digits::{self, Cluster};
use super::hull::Hull;
use super::view::View;
use super::{
    DigitPreprocessing, Found, Grid, MAX_VALUE, Raster, SIDE, Steps, already_8x8, frames, grid, ink, normalize, paper,
    rules,
};

/// A picture, and the digits found on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The page, at most [`DigitPreprocessing::page`] pixels long: grey values from 0 for black to 255 for white.
    pub grey: Grid,
    /// It is a sheet that was found on the picture, and not all of it.
    pub is_sheet: bool,
    /// The ink is darker than the paper.
    pub is_dark: bool,
    /// The ink, from 0 for paper to 1 for ink.
    pub ink: Grid,
    /// The same without rules, frames and underlines.
    pub cleaned: Grid,
    /// Number of the rules that were removed.
    pub rules: usize,
    /// Number of the frames, circles and underlines that were removed.
    pub frames: usize,
    /// The digits in the order of reading: line by line, from left to right.
    pub digits: Vec<PageDigit>,
}

/// A digit on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageDigit {
    /// The place on the picture.
    pub area: Area,
    /// The line of writing, from 0.
    pub line: usize,
    /// The reasons to take it for something else than one digit.
    pub oddities: Vec<Oddity>,
    /// The steps from the page to 8x8.
    pub steps: Steps,
}

/// A rectangle on a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First row.
    pub top: usize,
    /// First column.
    pub left: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

/// A reason to take a group of ink for something else than one digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// It is broader than digits are: two that touch, a word or a drawing.
    Broad,
    /// It ends at the edge of the picture.
    CutOff,
    /// Much of the page is no digits: it is print, or a drawing.
    Print,
}

impl Oddity {
    /// The reason as a sentence.
    pub fn message(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Broad, Language::English) => "perhaps not one digit: it is broader than digits are",
            (Self::Broad, Language::French) => "peut-être pas un seul chiffre\u{a0}: c’est plus large qu’un chiffre",
            (Self::CutOff, Language::English) => "it ends at the edge of the picture",
            (Self::CutOff, Language::French) => "il s’arrête au bord de l’image",
            (Self::Print, Language::English) => "perhaps no digit: much of this page is none, as in printed text",
            (Self::Print, Language::French) => {
                "peut-être pas un chiffre\u{a0}: une grande part de la page n’en est pas, comme un texte imprimé"
            }
        }
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message(Language::English))
    }
}

/// Ratio of width to height above which a group is broader than a digit.
const BROAD: f64 = 1.3;
/// Ink above which a pixel of a page belongs to a stroke: smoothing leaves the edges of strokes half as dark.
const STROKE: f64 = 0.5;

impl DigitPreprocessing {
    /// The same; settings from before pages were read take the default for them.
    #[must_use]
    pub fn with_pages(&self) -> Self {
        let page = if self.page == 0 { Self::default().page } else { self.page };
        Self { page, ..self.clone() }
    }

    /// Finds every digit on a picture. A picture without any is a page without digits.
    pub fn page(&self, raster: &Raster) -> Page {
        let (height, width) = (raster.height(), raster.width());
        if let Some(steps) = already_8x8(raster) {
            let area = Area { top: 0, left: 0, height, width };
            let digit = PageDigit { area, line: 0, oddities: Vec::new(), steps: steps.clone() };
            let ink = Grid::from_fn(SIDE, SIDE, |row, column| {
                f64::from(steps.pixels[row * SIDE + column]) / f64::from(MAX_VALUE)
            });
            let grey = steps.grey;
            let full = (0..SIDE * SIDE).max_by_key(|&pixel| steps.pixels[pixel]).unwrap_or_default();
            let lightest = grey.max();
            return Page {
                is_dark: grey.values()[full] < lightest,
                grey,
                is_sheet: false,
                cleaned: ink.clone(),
                ink,
                rules: 0,
                frames: 0,
                digits: vec![digit],
            };
        }
        let side = self.page.max(SIDE);
        let whole = View::whole(raster, side);
        let (mut view, mut is_sheet) = match find_sheet(raster) {
            Some((sheet, margin)) => (View::of_sheet(sheet, margin, side), true),
            None => (whole.clone(), false),
        };
        let (mut grey, mut found) = self.seen(&view, is_sheet, raster);
        if found.is_none() && is_sheet {
            (view, is_sheet) = (whole, false);
            (grey, found) = self.seen(&view, is_sheet, raster);
        }
        let slope = found.as_ref().filter(|_| !ink::is_small(&grey)).and_then(|(ink, _)| slope(ink));
        if let Some(slope) = slope {
            view = view.turned(slope, side);
            (grey, found) = self.seen(&view, is_sheet, raster);
        }
        let Some((ink, is_dark)) = found else {
            let ink = grey.map(|_| 0.0);
            return Page {
                cleaned: ink.clone(),
                grey,
                is_sheet,
                is_dark: true,
                ink,
                rules: 0,
                frames: 0,
                digits: Vec::new(),
            };
        };
        let (cleaned, rules, frames) = if ink::is_small(&grey) { (ink.clone(), 0, 0) } else { cleaned(&ink) };
        let clusters = digits::clusters(&cleaned, view.paper().as_ref(), self);
        let digits =
            clusters.into_iter().map(|cluster| self.page_digit(cluster, &ink, is_dark, &view, raster)).collect();
        Page { grey, is_sheet, is_dark, ink, cleaned, rules, frames, digits }
    }

    /// Finds the digit on a photograph, and makes the image of it that the network reads.
    ///
    /// Paper, rules and frames are looked for first; a picture without any of them goes the way of
    /// [`digit`](Self::digit), as all pictures do with settings from before pages were read.
    ///
    /// # Errors
    /// [`NoDigit`] with the reason.
    pub fn photograph(&self, raster: &Raster) -> Result<Steps, NoDigit> {
        if self.page == 0 || raster.height().max(raster.width()) <= ink::SMALL {
            return self.digit(raster);
        }
        let page = self.page(raster);
        let is_plain = !page.is_sheet && page.rules + page.frames == 0;
        // What is odd is taken for the digit only where nothing else is.
        let size = |digit: &PageDigit| (digit.oddities.is_empty(), digit.area.height);
        let Some(chosen) = (0..page.digits.len()).max_by_key(|&digit| size(&page.digits[digit])) else {
            return self.digit(raster);
        };
        let largest = page.digits[chosen].clone();
        let is_digit = |digit: &PageDigit| digit.oddities.is_empty() && 2 * digit.area.height > largest.area.height;
        let others = page.digits.iter().enumerate().filter(|(i, digit)| *i != chosen && is_digit(digit)).count();
        if is_plain {
            return Ok(Steps { others, ..self.digit(raster)? });
        }
        let cleaned = (page.rules + page.frames > 0).then_some(page.cleaned);
        let found = largest.steps.found.map(|found| Found { ink: page.ink, cleaned, ..found });
        Ok(Steps { grey: page.grey, found, others, ..largest.steps })
    }

    /// The grey values of a view, and its ink.
    fn seen(&self, view: &View, is_sheet: bool, raster: &Raster) -> (Grid, Option<(Grid, bool)>) {
        let grey = view.grey(raster);
        let found = match ink::is_small(&grey) {
            true => ink::find(&grey, self).ok(),
            false => ink::on_page(&grey, view.paper().as_ref(), is_sheet, self),
        };
        (grey, found)
    }

    fn page_digit(&self, cluster: Cluster, ink: &Grid, is_dark: bool, view: &View, raster: &Raster) -> PageDigit {
        let Cluster { extent: [top, bottom, left, right], isolated, line } = cluster;
        let mut oddities = Vec::new();
        if (right - left + 1) as f64 > BROAD * (bottom - top + 1) as f64 {
            oddities.push(Oddity::Broad);
        }
        if !ink::is_small(ink) && (top == 0 || left == 0 || bottom + 1 == ink.height() || right + 1 == ink.width()) {
            oddities.push(Oddity::CutOff);
        }
        let edges = view.around([top, bottom, left, right]);
        let within = |edge: f64, size: usize| edge.round().clamp(0.0, size as f64) as usize;
        let [top, bottom] = [edges[0], edges[1]].map(|edge| within(edge, raster.height()));
        let [left, right] = [edges[2], edges[3]].map(|edge| within(edge, raster.width()));
        let area = Area { top, left, height: bottom - top, width: right - left };
        let settings = Self { stroke: STROKE, ..self.clone() };
        let upright = normalize::upright(&isolated, &settings);
        let bitmap = normalize::bitmap(&upright, &settings);
        let pixels = bitmap.counts(normalize::SIDE / SIDE);
        let white = f64::from(u8::MAX);
        let grey = isolated.map(|ink| white * if is_dark { 1.0 - ink.min(1.0) } else { ink.min(1.0) });
        let found = Found { is_dark, ink: isolated.clone(), cleaned: None, isolated, upright, bitmap };
        PageDigit { area, line, oddities, steps: Steps { grey, found: Some(found), others: 0, pixels } }
    }
}

/// The sheet on a photograph, and how many pixels at its edge are uncertain; all in pixels of the picture.
fn find_sheet(raster: &Raster) -> Option<(Hull, f64)> {
    /// Pixels that the longer side is brought down to.
    const SIDE: usize = 320;
    let factor = raster.height().max(raster.width()).div_ceil(SIDE);
    let grey = Grid::reduced(raster, factor);
    if ink::is_small(&grey) {
        return None;
    }
    let sheet = paper::find(&grey)?.scaled(factor as f64);
    Some((sheet, raster.height().max(raster.width()) as f64 / 60.0))
}

/// Slope of the rules on a page: rows down for each column to the right; `None` without rules, or if they are level.
fn slope(ink: &Grid) -> Option<f64> {
    /// The steepest rules that are looked for: 20 degrees.
    const STEEPEST: f64 = 0.364;
    const LEVEL: f64 = 0.03;
    let [across, down] = rules::on_page(ink, STEEPEST);
    let mut slopes: Vec<f64> =
        across.iter().map(|line| line.slope).chain(down.iter().map(|line| -line.slope)).collect();
    if slopes.len() < 2 {
        return None;
    }
    let slope = grid::median(&mut slopes);
    (slope.abs() > LEVEL).then_some(slope)
}

/// The ink without rules, frames, circles and underlines; and how many rules and frames there were.
fn cleaned(ink: &Grid) -> (Grid, usize, usize) {
    /// Rules lie straight by now, as far as the paper does.
    const STEEPEST: f64 = 0.06;
    let thickest = (ink.height().max(ink.width()) / 80).max(2);
    let [across, down] = rules::on_page(ink, STEEPEST);
    let rules = across.len() + down.len();
    let ink = if across.is_empty() { ink.clone() } else { rules::remove(ink, &across, thickest) };
    let ink = if down.is_empty() { ink } else { rules::remove(&ink.transposed(), &down, thickest).transposed() };
    let (ink, frames) = frames::remove(&ink);
    (ink, rules, frames)
}
