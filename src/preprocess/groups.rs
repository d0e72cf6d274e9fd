//! Groups: connected pixels of ink.

use super::Grid;

/// Ink above which neighbouring pixels belong to one group.
pub(super) const LOW: f64 = 0.3;
/// Ink that a group of strokes reaches somewhere; the others are smudges.
pub(super) const HIGH: f64 = 0.5;

/// Connected pixels of ink: first and last row, first and last column.
pub(super) struct Group {
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) left: usize,
    pub(super) right: usize,
    /// The sum of its ink.
    pub(super) mass: f64,
    /// The darkest ink.
    pub(super) peak: f64,
}

/// The group of each pixel, and the groups, in the order of their first pixels.
pub(super) fn groups(ink: &Grid) -> (Vec<Option<usize>>, Vec<Group>) {
    let (height, width) = (ink.height(), ink.width());
    let mut labels = vec![None; height * width];
    let mut groups = Vec::new();
    for first in 0..labels.len() {
        if labels[first].is_some() || ink.values()[first] <= LOW {
            continue;
        }
        let (row, column) = (first / width, first % width);
        let mut group = Group { top: row, bottom: row, left: column, right: column, mass: 0.0, peak: 0.0 };
        let mut pending = vec![first];
        labels[first] = Some(groups.len());
        while let Some(pixel) = pending.pop() {
            let (row, column) = (pixel / width, pixel % width);
            group.top = group.top.min(row);
            group.bottom = group.bottom.max(row);
            group.left = group.left.min(column);
            group.right = group.right.max(column);
            group.mass += ink.values()[pixel].min(1.0);
            group.peak = group.peak.max(ink.values()[pixel]);
            for y in row.saturating_sub(1)..(row + 2).min(height) {
                for x in column.saturating_sub(1)..(column + 2).min(width) {
                    let beside = y * width + x;
                    if labels[beside].is_none() && ink.values()[beside] > LOW {
                        labels[beside] = Some(groups.len());
                        pending.push(beside);
                    }
                }
            }
        }
        groups.push(group);
    }
    (labels, groups)
}

impl Group {
    pub(super) fn height(&self) -> usize {
        self.bottom - self.top + 1
    }

    pub(super) fn width(&self) -> usize {
        self.right - self.left + 1
    }
}
