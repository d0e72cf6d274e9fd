//! Isolation: the ink of the digit alone, which is the largest group of strokes and those near it.

use super::groups::{Group, HIGH, groups};
use super::{DigitPreprocessing, Grid};

/// Largest side of a picture on which a digit may touch the edges.
const TIGHT: usize = 40;
/// Longest side of a digit in pixels; a larger one is reduced.
const LARGE: usize = 64;

/// The ink of the digit alone, cut out with a margin; `None` if no group of strokes could be a digit.
pub(super) fn digit(ink: &Grid, settings: &DigitPreprocessing) -> Option<Grid> {
    let longest = ink.height().max(ink.width());
    let (labels, groups) = groups(ink);
    let chosen = choose(&groups, ink)?;
    let (top, bottom, left, right) = extent(&groups, &chosen);
    if (((bottom - top).max(right - left) + 1) as f64) < f64::max(4.0, 0.06 * longest as f64) {
        return None;
    }
    cut(ink, &labels, &chosen, [top, bottom, left, right], settings)
}

/// The ink of the chosen groups within first and last row, first and last column, cut out with a margin; `None` if there are
/// no strokes.
pub(super) fn cut(
    ink: &Grid,
    labels: &[Option<usize>],
    chosen: &[bool],
    [top, bottom, left, right]: [usize; 4],
    settings: &DigitPreprocessing,
) -> Option<Grid> {
    // Pixels of other groups are removed with their soft edges; those of the digit's own strokes stay.
    let is_foreign = |row: isize, column: isize| {
        let beside = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (row + dy, column + dx)));
        let label = |(row, column): (isize, isize)| {
            let is_within = (0..ink.height() as isize).contains(&row) && (0..ink.width() as isize).contains(&column);
            is_within.then(|| labels[row as usize * ink.width() + column as usize]).flatten()
        };
        !label((row, column)).is_some_and(|own| chosen[own]) && beside.filter_map(label).any(|other| !chosen[other])
    };
    const MARGIN: usize = 2;
    let cut = Grid::from_fn(bottom - top + 1 + 2 * MARGIN, right - left + 1 + 2 * MARGIN, |row, column| {
        let (row, column) = ((row + top) as isize - MARGIN as isize, (column + left) as isize - MARGIN as isize);
        if is_foreign(row, column) { 0.0 } else { ink.or_zero(row, column).min(1.0) }
    });
    let factor = cut.height().max(cut.width()).div_ceil(LARGE);
    let cut = if factor > 1 { with_margin(&cut.shrunk(factor)) } else { cut };
    let strokes = cut.values().iter().filter(|&&value| value > settings.stroke).count();
    (strokes >= 3).then_some(cut)
}

fn with_margin(grid: &Grid) -> Grid {
    Grid::from_fn(grid.height() + 2, grid.width() + 2, |row, column| {
        grid.or_zero(row as isize - 1, column as isize - 1)
    })
}

/// The groups of the digit: the one with the most ink that does not run out of the picture, and those near it.
fn choose(groups: &[Group], ink: &Grid) -> Option<Vec<bool>> {
    let (height, width) = (ink.height(), ink.width());
    let longest = height.max(width);
    let edges = |group: &Group| {
        let touched = [group.top == 0, group.left == 0, group.bottom == height - 1, group.right == width - 1];
        if longest <= TIGHT { 0 } else { touched.into_iter().filter(|&touches| touches).count() }
    };
    // Lines ruled across the paper and rims of shadows are thin and as long as the picture.
    let is_line = |group: &Group| {
        let thin = 0.06 * longest as f64 + 1.0;
        let (tall, wide) = (group.height() as f64, group.width() as f64);
        let is_at_side = group.left == 0 || group.right == width - 1 || group.height() == height;
        (wide > 0.8 * width as f64 && tall < thin) || (tall > 0.8 * height as f64 && wide < thin && is_at_side)
    };
    let usable: Vec<bool> = groups.iter().map(|group| group.peak > HIGH && !is_line(group)).collect();
    let score = |i: usize| groups[i].mass * [1.0, 0.5, 0.15][edges(&groups[i]).min(2)];
    let main = (0..groups.len()).filter(|&i| usable[i]).fold(None, |best, i| match best {
        Some(best) if score(best) >= score(i) => Some(best),
        _ => Some(i),
    })?;

    let size = groups[main].height().max(groups[main].width()) as f64;
    let mut chosen: Vec<bool> = (0..groups.len()).map(|i| i == main).collect();
    for _ in 0..3 {
        let (top, bottom, left, right) = extent(groups, &chosen);
        let joins = |group: &Group| {
            let gap = |near: usize, far: usize| near.saturating_sub(far) as f64;
            let down = gap(group.top, bottom).max(gap(top, group.bottom));
            let across = gap(group.left, right).max(gap(left, group.right));
            let share = group.mass / groups[main].mass;
            let most = 0.4 * size * (4.0 * share).min(1.0).sqrt();
            share >= 0.04
                && (down * down + across * across).sqrt() <= most
                && (edges(group) == 0 || down + across == 0.0)
        };
        let next: Vec<bool> = (0..groups.len()).map(|i| chosen[i] || (usable[i] && joins(&groups[i]))).collect();
        if next == chosen {
            break;
        }
        chosen = next;
    }
    Some(chosen)
}

/// First and last row, first and last column of the chosen groups.
fn extent(groups: &[Group], chosen: &[bool]) -> (usize, usize, usize, usize) {
    let chosen = || groups.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(group, _)| group);
    let least = |of: fn(&Group) -> usize| chosen().map(of).min().expect("a group is chosen");
    let most = |of: fn(&Group) -> usize| chosen().map(of).max().expect("a group is chosen");
    (least(|g| g.top), most(|g| g.bottom), least(|g| g.left), most(|g| g.right))
}
