//! Groups: connected pixels of ink.

use super::Grid;
use super::connected::{Touch, connected};

/// Ink above which neighbouring pixels belong to one group.
pub(super) const LOW: f64 = 0.3;
/// Ink that a group of strokes reaches somewhere; the others are smudges.
pub(super) const HIGH: f64 = 0.5;

/// Connected pixels: first and last row, first and last column.
pub(super) struct Group {
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) left: usize,
    pub(super) right: usize,
    /// Their number.
    pub(super) pixels: usize,
    /// The sum of their ink.
    pub(super) mass: f64,
    /// The darkest ink.
    pub(super) peak: f64,
}

/// The group of each pixel, and the groups, in the order of their first pixels.
pub(super) fn groups(ink: &Grid) -> (Vec<Option<usize>>, Vec<Group>) {
    let mut labels = vec![None; ink.values().len()];
    let mut groups = Vec::new();
    let is_ink = |pixel: usize| ink.values()[pixel] > LOW;
    connected([ink.height(), ink.width()], Touch::Corners, is_ink, |pixels| {
        pixels.iter().for_each(|&pixel| labels[pixel] = Some(groups.len()));
        groups.push(Group::of(ink, pixels));
    });
    (labels, groups)
}

impl Group {
    /// The group of some pixels.
    pub(super) fn of(ink: &Grid, pixels: &[usize]) -> Self {
        let start = Self { top: usize::MAX, bottom: 0, left: usize::MAX, right: 0, pixels: 0, mass: 0.0, peak: 0.0 };
        pixels.iter().fold(start, |group, &pixel| {
            let (row, column, ink) = (pixel / ink.width(), pixel % ink.width(), ink.values()[pixel]);
            Self {
                top: group.top.min(row),
                bottom: group.bottom.max(row),
                left: group.left.min(column),
                right: group.right.max(column),
                pixels: group.pixels + 1,
                mass: group.mass + ink.min(1.0),
                peak: group.peak.max(ink),
            }
        })
    }

    pub(super) fn height(&self) -> usize {
        self.bottom - self.top + 1
    }

    pub(super) fn width(&self) -> usize {
        self.right - self.left + 1
    }
}
