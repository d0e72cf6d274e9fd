//! The boxes of a sheet: which are empty, which are crossed out, and the digits in the others.

use crate::preprocess::{DigitPreprocessing, Raster};

use super::grid::{BoxGrid, SCALE};
use super::layout::{FRAME, Rectangle};
use super::strokes::{BoxInk, Strokes};

/// The grey of paper on the picture of a box.
const PAPER: f32 = 235.0;
/// Area of ink in square millimetres below which a box is empty: a dot, or a slip of the pen.
const MIN_INK: f64 = 1.2;
/// Length in millimetres that some stroke of a digit has.
const MIN_LENGTH: f64 = 2.5;
/// Paper around the ink, in millimetres.
const MARGIN: f64 = 0.8;

/// The content of a box, as far as it is known without a network.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Content {
    /// The box seen from above, without its frame and the strokes of others; `None` for an empty one.
    pub raster: Option<Raster>,
    /// The 8x8 image; `None` for an empty box, and one whose ink is no digit.
    pub pixels: Option<Vec<u8>>,
    /// Area of ink, in square millimetres.
    pub ink: f64,
    /// Strokes that a line across the ink meets on average, times those that a line down meets.
    pub crossings: f64,
    /// A stroke runs into a neighbouring box.
    pub enters: bool,
    /// A stroke is connected with one in a neighbouring box.
    pub touches: bool,
    /// A stroke beside the digit crosses the frame.
    pub has_stranger: bool,
}

/// The contents of all boxes of a sheet.
pub(super) fn contents(grid: &BoxGrid, preprocessing: &DigitPreprocessing) -> Vec<Content> {
    let strokes = Strokes::find(grid);
    let content = |(ink, inside): (&BoxInk, &Rectangle)| content(grid, &strokes, ink, *inside, preprocessing);
    strokes.boxes.iter().zip(&grid.boxes).map(content).collect()
}

fn content(
    grid: &BoxGrid,
    strokes: &Strokes,
    ink: &BoxInk,
    inside: Rectangle,
    preprocessing: &DigitPreprocessing,
) -> Content {
    let area = ink.pixels.len() as f64 / (SCALE * SCALE);
    let empty = Content {
        raster: None,
        pixels: None,
        ink: area,
        crossings: 0.0,
        enters: false,
        touches: false,
        has_stranger: false,
    };
    let Some(extent) = extent(grid, &ink.pixels) else { return empty };
    if area < MIN_INK || extent.width.max(extent.height) < MIN_LENGTH * SCALE {
        return empty;
    }
    let raster = raster(grid, strokes, ink, inside, extent);
    let pixels = preprocessing.digit(&raster).ok().map(|steps| steps.pixels);
    let crossings = crossings(grid, &ink.pixels, extent);
    let (enters, touches, has_stranger) = (ink.enters, ink.touches, ink.has_stranger());
    Content { raster: Some(raster), pixels, ink: area, crossings, enters, touches, has_stranger }
}

/// The smallest rectangle around pixels.
fn extent(grid: &BoxGrid, pixels: &[usize]) -> Option<Rectangle> {
    let rows = || pixels.iter().map(|pixel| pixel / grid.width);
    let columns = || pixels.iter().map(|pixel| pixel % grid.width);
    let (top, bottom, left, right) = (rows().min()?, rows().max()?, columns().min()?, columns().max()?);
    let (width, height) = ((right + 1 - left) as f64, (bottom + 1 - top) as f64);
    Some(Rectangle { x: left as f64, y: top as f64, width, height })
}

/// The picture of a box: all that is inside its frame, and its strokes beyond; paper elsewhere.
fn raster(grid: &BoxGrid, strokes: &Strokes, ink: &BoxInk, inside: Rectangle, extent: Rectangle) -> Raster {
    let cut = extent.grown(MARGIN * SCALE).union(inside);
    let (left, top) = (cut.x.max(0.0) as usize, cut.y.max(0.0) as usize);
    let right = (cut.x + cut.width).min(grid.width as f64) as usize;
    let bottom = (cut.y + cut.height).min(grid.height as f64) as usize;
    let (height, width) = (bottom - top, right - left);
    let mut is_own = vec![false; height * width];
    for &pixel in &ink.pixels {
        let (row, column) = (pixel / grid.width, pixel % grid.width);
        // The soft edge of a stroke is part of it.
        for y in row.saturating_sub(2).max(top)..(row + 3).min(bottom) {
            for x in column.saturating_sub(2).max(left)..(column + 3).min(right) {
                is_own[(y - top) * width + x - left] = true;
            }
        }
    }
    let within = inside.grown(-FRAME * SCALE);
    let is_foreign = |row: usize, column: usize| {
        let mut near = (row.saturating_sub(1)..(row + 2).min(grid.height))
            .flat_map(|y| (column.saturating_sub(1)..(column + 2).min(grid.width)).map(move |x| y * grid.width + x));
        near.any(|pixel| strokes.is_ink[pixel])
    };
    let value = |i: usize| {
        let (row, column) = (top + i / width, left + i % width);
        let is_paper =
            !is_own[i] && (!within.contains([column as f64 + 0.5, row as f64 + 0.5]) || is_foreign(row, column));
        let ink = if is_paper { 0.0 } else { grid.ink[row * grid.width + column] };
        (PAPER * (1.0 - ink)).round() as u8
    };
    Raster::new(height, width, (0..height * width).map(value).collect())
}

/// How many strokes lines across meet on average, times how many lines down meet.
fn crossings(grid: &BoxGrid, ink: &[usize], extent: Rectangle) -> f64 {
    let (left, top) = (extent.x as usize, extent.y as usize);
    let (width, height) = (extent.width as usize, extent.height as usize);
    let mut is_ink = vec![false; height * width];
    for pixel in ink {
        is_ink[(pixel / grid.width - top) * width + pixel % grid.width - left] = true;
    }
    let row = |row: usize| runs((0..width).map(|column| is_ink[row * width + column]).collect());
    let column = |column: usize| runs((0..height).map(|row| is_ink[row * width + column]).collect());
    let mean = |runs: &mut dyn Iterator<Item = usize>| {
        let (sum, lines) = runs.filter(|&runs| runs > 0).fold((0, 0), |(sum, lines), runs| (sum + runs, lines + 1));
        sum as f64 / f64::from(lines.max(1))
    };
    mean(&mut (0..height).map(row)) * mean(&mut (0..width).map(column))
}

fn runs(line: Vec<bool>) -> usize {
    line.chunk_by(|a, b| a == b).filter(|run| run[0]).count()
}
