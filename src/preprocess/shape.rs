//! Signs that the ink is not a digit, which are lost in an image of 8x8 pixels.

use super::{Found, Grid};

/// Ink above which a pixel belongs to a stroke.
const STROKE: f64 = 0.4;
/// Share of its box that the ink of a patch fills.
const FULL: f64 = 0.62;
/// Ratio of width to height above which a box is not narrow: that of a 1 is full of ink.
const NARROW: f64 = 0.5;
/// Size of a large part as a share of the largest.
const LARGE: f64 = 0.25;
/// Size of a hole as a share of the box; smaller ones are gaps between strokes that touch.
const HOLE: f64 = 0.004;
/// Holes that no digit has.
const MANY: usize = 3;

/// What the ink of a digit does not look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The ink fills its box, and has no strokes.
    pub is_patch: bool,
    /// The ink is in two large parts or more.
    pub has_parts: bool,
    /// The ink encloses three holes or more.
    pub has_holes: bool,
}

impl Found {
    /// Signs that the ink is not a digit.
    pub fn shape(&self) -> Shape {
        let ink = &self.isolated;
        let is_ink = |row: usize, column: usize| ink.at(row, column) > STROKE;
        let rows = || (0..ink.height()).filter(|&row| (0..ink.width()).any(|column| is_ink(row, column)));
        let columns = || (0..ink.width()).filter(|&column| (0..ink.height()).any(|row| is_ink(row, column)));
        let extent =
            |first: Option<usize>, last: Option<usize>| last.zip(first).map_or(0, |(last, first)| last - first + 1);
        let (height, width) = (extent(rows().next(), rows().last()), extent(columns().next(), columns().last()));
        let area = (height * width) as f64;

        let mut parts = groups(ink, true, is_ink);
        parts.sort_unstable_by(|a, b| b.pixels.cmp(&a.pixels));
        let pixels: usize = parts.iter().map(|part| part.pixels).sum();
        let large = parts.iter().filter(|part| part.pixels as f64 > LARGE * parts[0].pixels as f64).count();
        let holes = groups(ink, false, |row, column| !is_ink(row, column));
        let holes = holes.iter().filter(|hole| !hole.is_at_edge && hole.pixels as f64 >= HOLE * area).count();
        Shape {
            is_patch: pixels as f64 > FULL * area && width as f64 > NARROW * height as f64,
            has_parts: large > 1,
            has_holes: holes >= MANY,
        }
    }
}

/// Connected pixels.
struct Group {
    pixels: usize,
    is_at_edge: bool,
}

/// The groups of connected pixels, over corners too if `by_corners`.
fn groups(grid: &Grid, by_corners: bool, is_in: impl Fn(usize, usize) -> bool) -> Vec<Group> {
    let (height, width) = (grid.height(), grid.width());
    let mut waiting: Vec<bool> = (0..height * width).map(|pixel| is_in(pixel / width, pixel % width)).collect();
    let mut groups = Vec::new();
    for first in 0..waiting.len() {
        if !std::mem::take(&mut waiting[first]) {
            continue;
        }
        let mut group = Group { pixels: 0, is_at_edge: false };
        let mut pending = vec![first];
        while let Some(pixel) = pending.pop() {
            let (row, column) = (pixel / width, pixel % width);
            group.pixels += 1;
            group.is_at_edge |= row == 0 || column == 0 || row + 1 == height || column + 1 == width;
            for y in row.saturating_sub(1)..(row + 2).min(height) {
                for x in column.saturating_sub(1)..(column + 2).min(width) {
                    let is_beside = by_corners || y == row || x == column;
                    if is_beside && std::mem::take(&mut waiting[y * width + x]) {
                        pending.push(y * width + x);
                    }
                }
            }
        }
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preprocess::{DigitPreprocessing, Raster};

    /// The shape of the dark places of a picture of 60x60 pixels.
    fn shape(is_ink: impl Fn(f64, f64) -> bool) -> Shape {
        let grey = (0..3600).map(|i| if is_ink((i / 60) as f64, (i % 60) as f64) { 20 } else { 230 }).collect();
        let steps = DigitPreprocessing::default().digit(&Raster::new(60, 60, grey)).unwrap();
        steps.found.unwrap().shape()
    }

    fn is_ring(row: f64, column: f64, centre: (f64, f64), radius: f64) -> bool {
        ((row - centre.0).hypot(column - centre.1) - radius).abs() < 2.0
    }

    #[test]
    fn a_ring_and_a_bar_are_like_digits() {
        let like_a_digit = Shape { is_patch: false, has_parts: false, has_holes: false };
        assert_eq!(shape(|row, column| is_ring(row, column, (30.0, 30.0), 16.0)), like_a_digit);
        assert_eq!(shape(|row, column| (10.0..50.0).contains(&row) && (28.0..33.0).contains(&column)), like_a_digit);
    }

    #[test]
    fn a_patch_parts_and_holes_are_seen() {
        assert!(shape(|row, column| (row - 30.0).hypot(column - 30.0) < 12.0).is_patch);
        let dots = shape(|row, column| [18.0, 36.0].iter().any(|x| (row - 30.0).hypot(column - x) < 6.0));
        assert!(dots.has_parts && !dots.is_patch && !dots.has_holes);
        let rings = shape(|row, column| [17.0, 30.0, 43.0].iter().any(|&y| is_ring(row, column, (y, 30.0), 6.5)));
        assert!(rings.has_holes && !rings.has_parts);
    }
}
