//! Signs that the ink is not a digit, which are lost in an image of 8x8 pixels.

use super::connected::{Touch, connected};
use super::grid::{median, quantile};
use super::groups::Group;
use super::{Grid, Steps};

/// Ink above which a pixel belongs to a stroke.
const STROKE: f64 = 0.4;
/// Share of its box that the ink of a patch fills.
const FULL: f64 = 0.6;
/// Ratio of width to height above which a box is not narrow: that of a 1 is full of ink.
const NARROW: f64 = 0.5;
/// Size of a large part as a share of the largest.
const LARGE: f64 = 0.4;
/// Size of a hole as a share of the box; smaller ones are gaps between strokes that touch.
const HOLE: f64 = 0.004;
/// Holes that no digit has, not even one whose strokes touch once too often.
const MANY: usize = 4;
/// The usual window in which the paper is searched for, as a share of the longer side of the picture.
const WINDOW: f64 = 0.25;
/// Share of the pixels that are surely ink.
const INKED: f64 = 0.02;

/// What the ink of a digit does not look like.
///
/// The limits were chosen on the last 10,000 training digits of MNIST: each sign is on less than one of a hundred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The ink fills its box, and has no strokes.
    pub is_patch: bool,
    /// The ink is in two large parts or more.
    pub has_parts: bool,
    /// The ink encloses several holes.
    pub has_holes: bool,
}

impl Steps {
    /// Signs that the ink is not a digit; `None` for a picture that is an 8x8 image already.
    pub fn shape(&self) -> Option<Shape> {
        let found = self.found.as_ref()?;
        let ink = &found.isolated;
        let strokes = groups(ink, Touch::Corners, |ink| ink > STROKE);
        let largest = strokes.iter().map(|part| part.pixels).max().unwrap_or(0);
        let large = strokes.iter().filter(|part| part.pixels as f64 > LARGE * largest as f64).count();
        let whole = strokes.into_iter().reduce(Group::with)?;
        let holes = groups(ink, Touch::Sides, |ink| ink <= STROKE);
        let is_hole = |hole: &&Group| !hole.is_at_edge(ink) && hole.pixels as f64 >= HOLE * whole.area();
        Some(Shape {
            is_patch: whole.is_patch() || self.is_large_patch(found.is_dark),
            has_parts: large > 1,
            has_holes: holes.iter().filter(is_hole).count() >= MANY,
        })
    }

    /// Returns whether the largest dark place is a patch. One that is larger than the window in which the paper is searched
    /// for is hollow afterwards, so this looks at the grey values.
    fn is_large_patch(&self, is_dark: bool) -> bool {
        let grey = if is_dark { self.grey.clone() } else { self.grey.map(|value| -value) };
        let last = |position: usize, size: usize| position == 0 || position + 1 == size;
        let is_edge = |i: usize| last(i / grey.width(), grey.height()) || last(i % grey.width(), grey.width());
        let mut edge: Vec<f64> = (0..grey.values().len()).filter(|&i| is_edge(i)).map(|i| grey.values()[i]).collect();
        let half = (median(&mut edge) + quantile(&mut grey.values().to_vec(), INKED)) / 2.0;
        let dark = groups(&grey, Touch::Corners, |value| value < half);
        let inside = dark.iter().filter(|place| !place.is_at_edge(&grey));
        let least = WINDOW * grey.height().max(grey.width()) as f64;
        let is_large = |place: &Group| place.height().max(place.width()) as f64 > least;
        inside.max_by_key(|place| place.pixels).is_some_and(|place| is_large(place) && place.is_patch())
    }
}

impl Group {
    /// Both groups as one.
    fn with(self, other: Self) -> Self {
        Self {
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
            left: self.left.min(other.left),
            right: self.right.max(other.right),
            pixels: self.pixels + other.pixels,
            mass: self.mass + other.mass,
            peak: self.peak.max(other.peak),
        }
    }

    /// Pixels of the box around it.
    fn area(&self) -> f64 {
        (self.height() * self.width()) as f64
    }

    fn is_patch(&self) -> bool {
        self.pixels as f64 > FULL * self.area() && self.width() as f64 > NARROW * self.height() as f64
    }

    fn is_at_edge(&self, grid: &Grid) -> bool {
        self.top == 0 || self.left == 0 || self.bottom + 1 == grid.height() || self.right + 1 == grid.width()
    }
}

/// The groups of the pixels whose values `is_in` holds for.
fn groups(grid: &Grid, touch: Touch, is_in: impl Fn(f64) -> bool) -> Vec<Group> {
    let mut groups = Vec::new();
    let size = [grid.height(), grid.width()];
    connected(size, touch, |pixel| is_in(grid.values()[pixel]), |pixels| groups.push(Group::of(grid, pixels)));
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
        steps.shape().unwrap()
    }

    fn is_ring(row: f64, column: f64, centre: (f64, f64), radius: f64) -> bool {
        (distance(row - centre.0, column - centre.1) - radius).abs() < 2.0
    }

    fn distance(rows: f64, columns: f64) -> f64 {
        (rows * rows + columns * columns).sqrt()
    }

    #[test]
    fn a_ring_and_a_bar_are_like_digits() {
        let like_a_digit = Shape { is_patch: false, has_parts: false, has_holes: false };
        assert_eq!(shape(|row, column| is_ring(row, column, (30.0, 30.0), 16.0)), like_a_digit);
        assert_eq!(shape(|row, column| (10.0..50.0).contains(&row) && (28.0..33.0).contains(&column)), like_a_digit);
    }

    #[test]
    fn a_patch_parts_and_holes_are_seen() {
        for radius in [6.0, 12.0, 20.0] {
            assert!(shape(|row, column| distance(row - 30.0, column - 30.0) < radius).is_patch, "{radius}");
        }
        // One above the other's corner: beside each other they would fill their box.
        let centres = [(24.0, 23.0), (36.0, 35.0)];
        let dots = shape(|row, column| centres.iter().any(|(y, x)| distance(row - y, column - x) < 6.0));
        assert_eq!(dots, Shape { is_patch: false, has_parts: true, has_holes: false });
        let rings = shape(|row, column| [12.0, 24.0, 36.0, 48.0].iter().any(|&y| is_ring(row, column, (y, 30.0), 6.0)));
        assert!(rings.has_holes && !rings.has_parts);
    }
}
