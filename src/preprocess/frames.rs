//! Frames, circles and underlines: ink around a digit or below it, which is not the digit's.

use super::groups::{Group, HIGH, groups};
use super::{Grid, rules};

/// The ink of a page without frames, tables, circles and underlines; and how many there were.
pub(super) fn remove(ink: &Grid) -> (Grid, usize) {
    let (boxless, boxes) = without_boxes(ink);
    let (labels, groups) = groups(&boxless);
    let is_frame: Vec<bool> = (0..groups.len())
        .map(|i| groups[i].peak > HIGH && (is_underline(i, &groups) || surrounds(i, &groups, &labels, boxless.width())))
        .collect();
    let frames = is_frame.iter().filter(|&&is_frame| is_frame).count();
    (without(&boxless, &labels, &is_frame), boxes + frames)
}

/// The ink without some of its groups, and without their soft edges.
fn without(ink: &Grid, labels: &[Option<usize>], is_left_out: &[bool]) -> Grid {
    if !is_left_out.contains(&true) {
        return ink.clone();
    }
    let (height, width) = (ink.height(), ink.width());
    let near = |i: usize, size: usize| i.saturating_sub(2)..(i + 3).min(size);
    Grid::from_fn(height, width, |row, column| {
        let is_out = match labels[row * width + column] {
            Some(own) => is_left_out[own],
            None => near(row, height)
                .any(|y| near(column, width).any(|x| labels[y * width + x].is_some_and(|other| is_left_out[other]))),
        };
        if is_out { 0.0 } else { ink.at(row, column) }
    })
}

/// Removes the straight sides of groups that have two across and two down at least: frames and tables.
fn without_boxes(ink: &Grid) -> (Grid, usize) {
    /// Thickness of a side, as a share of the group's longer side.
    const THICK: f64 = 0.07;
    /// Slope of a side.
    const STEEP: f64 = 0.1;
    /// The share of the group's width that a side covers.
    const LONG: f64 = 0.75;
    const MIN_SIDE: usize = 24;
    let (labels, groups) = groups(ink);
    let mut boxes = 0;
    let mut cleaned: Option<Grid> = None;
    for (i, group) in groups.iter().enumerate() {
        if group.height().min(group.width()) < MIN_SIDE || group.peak <= HIGH {
            continue;
        }
        // Boxes are hollow.
        let area = (group.height() * group.width()) as f64;
        if group.mass > 0.5 * area {
            continue;
        }
        const MARGIN: usize = 3;
        let crop = Grid::from_fn(group.height() + 2 * MARGIN, group.width() + 2 * MARGIN, |row, column| {
            let place = (row + group.top).checked_sub(MARGIN).zip((column + group.left).checked_sub(MARGIN));
            match place {
                Some((row, column))
                    if row < ink.height() && column < ink.width() && labels[row * ink.width() + column] == Some(i) =>
                {
                    ink.at(row, column)
                }
                _ => 0.0,
            }
        });
        let thickest = ((THICK * group.height().max(group.width()) as f64) as usize).max(2);
        let turned = crop.transposed();
        let across = rules::Runs::of(&crop, thickest).lines(STEEP, LONG);
        let down = rules::Runs::of(&turned, thickest).lines(STEEP, LONG);
        if across.len() < 2 || down.len() < 2 {
            continue;
        }
        let rest = rules::remove(&crop, &across, thickest);
        let rest = rules::remove(&rest.transposed(), &down, thickest).transposed();
        let target = cleaned.get_or_insert_with(|| ink.clone());
        *target = Grid::from_fn(ink.height(), ink.width(), |row, column| {
            let inside = (group.top..=group.bottom).contains(&row) && (group.left..=group.right).contains(&column);
            if inside && labels[row * ink.width() + column] == Some(i) {
                rest.at(row + MARGIN - group.top, column + MARGIN - group.left)
            } else {
                target.at(row, column)
            }
        });
        boxes += 1;
    }
    (cleaned.unwrap_or_else(|| ink.clone()), boxes)
}

/// Returns whether a group is a flat stroke below another one, at least as broad.
fn is_underline(i: usize, groups: &[Group]) -> bool {
    let group = &groups[i];
    let is_flat = group.width() as f64 >= 3.5 * group.height() as f64;
    is_flat
        && groups.iter().any(|other| {
            let is_above = other.bottom as f64 <= group.top as f64 + 0.1 * other.height() as f64;
            let gap = group.top.saturating_sub(other.bottom) as f64;
            let shared = other.right.min(group.right) as f64 - other.left.max(group.left) as f64;
            other.height() >= 3 * group.height()
                && other.peak > HIGH
                && is_above
                && gap <= 0.8 * other.height() as f64
                && shared >= 0.5 * other.width() as f64
                && group.width() as f64 >= 0.9 * other.width() as f64
        })
}

/// Returns whether a group goes around another one, seen from the middle of that one, as a circle or an open frame does.
fn surrounds(i: usize, groups: &[Group], labels: &[Option<usize>], width: usize) -> bool {
    let around = &groups[i];
    groups.iter().enumerate().any(|(j, inner)| {
        let is_within = j != i
            && inner.peak > HIGH
            && inner.top > around.top
            && inner.bottom < around.bottom
            && inner.left > around.left
            && inner.right < around.right
            && inner.height() as f64 >= 0.25 * around.height() as f64;
        is_within && share_around(i, around, inner, labels, width) >= 0.8
    })
}

/// The share of directions in which a group lies outside the box of another one, seen from the middle of that one.
fn share_around(i: usize, around: &Group, inner: &Group, labels: &[Option<usize>], width: usize) -> f64 {
    // Directions as places along the edge of a square: no angle has to be computed.
    const EDGE: usize = 16;
    let mut is_met = [false; 4 * EDGE];
    let (middle_y, middle_x) = ((inner.top + inner.bottom) as f64 / 2.0, (inner.left + inner.right) as f64 / 2.0);
    for row in around.top..=around.bottom {
        for column in around.left..=around.right {
            let is_inner = (inner.top..=inner.bottom).contains(&row) && (inner.left..=inner.right).contains(&column);
            if labels[row * width + column] != Some(i) || is_inner {
                continue;
            }
            let (y, x) = (row as f64 - middle_y, column as f64 - middle_x);
            let (side, along) = match (y.abs() >= x.abs(), y > 0.0, x > 0.0) {
                (true, true, _) => (0, x / y),
                (true, false, _) => (1, x / -y),
                (false, _, true) => (2, y / x),
                (false, _, false) => (3, y / -x),
            };
            is_met[side * EDGE + (((along + 1.0) / 2.0 * EDGE as f64) as usize).min(EDGE - 1)] = true;
        }
    }
    is_met.iter().filter(|&&is_met| is_met).count() as f64 / is_met.len() as f64
}
