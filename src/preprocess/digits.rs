//! Digits: the groups of ink on a page put together, and set in the order of reading.

use super::groups::{Group, HIGH, groups};
use super::{Bitmap, DigitPreprocessing, Grid, isolate};

/// Lengths below are shares of the usual height of a digit on the page.
/// Height of a group that is a part of a digit at most, as the bar of a 5.
const PART: f64 = 0.6;
/// Distance of a part from the rest of its digit.
const GAP: f64 = 0.2;
/// Height of a digit put together of a part and the rest, or of two parts above each other.
const TALL: f64 = 1.4;
const STACKED: f64 = 1.75;
/// Width of a digit put together, as a share of its height.
const BROAD: f64 = 1.15;
/// Height below which a group is a speck, a point or a dash, and no digit.
const SPECK: f64 = 0.45;
/// Pixels of the page below which nothing is a digit: print, or grain.
const LEAST: usize = 8;

/// The ink of one digit on a page.
pub(super) struct Cluster {
    /// First and last row, first and last column.
    pub(super) extent: [usize; 4],
    /// The ink of it alone, cut out.
    pub(super) isolated: Grid,
    /// The line of writing, from 0.
    pub(super) line: usize,
}

/// Groups of ink that make one digit.
#[derive(Clone)]
struct Part {
    members: Vec<usize>,
    top: f64,
    bottom: f64,
    left: f64,
    right: f64,
    mass: f64,
}

/// The digits on a page, line by line, each line from left to right.
pub(super) fn clusters(ink: &Grid, paper: Option<&Bitmap>, settings: &DigitPreprocessing) -> Vec<Cluster> {
    let (labels, groups) = groups(ink);
    let at_edge = at_edge(ink, paper, &labels, groups.len());
    let mut parts: Vec<Part> = groups
        .iter()
        .enumerate()
        .filter(|(i, group)| group.peak > HIGH && !at_edge[*i])
        .map(|(i, group)| Part::of(i, group))
        .collect();
    let Some(usual) = usual_height(&parts) else { return Vec::new() };
    parts.retain(|part| part.height().max(part.width()) >= 0.15 * usual && part.mass >= 3.0);
    let parts = joined(parts, usual);
    let is_digit = |part: &Part| part.height() >= (SPECK * usual).max(LEAST as f64);
    let lines = lines(parts.into_iter().filter(is_digit).collect());
    let mut clusters = Vec::new();
    for (line, parts) in lines.into_iter().enumerate() {
        for part in parts {
            let chosen: Vec<bool> = (0..groups.len()).map(|group| part.members.contains(&group)).collect();
            let extent = [part.top, part.bottom, part.left, part.right].map(|edge| edge as usize);
            clusters.extend(isolate::cut(ink, &labels, &chosen, extent, settings).map(|isolated| Cluster {
                extent,
                isolated,
                line,
            }));
        }
    }
    clusters
}

/// Groups that end at the edge of the paper. They are no digits, unless there is nothing else.
fn at_edge(ink: &Grid, paper: Option<&Bitmap>, labels: &[Option<usize>], groups: usize) -> Vec<bool> {
    let (height, width) = (ink.height(), ink.width());
    let mut at_edge = vec![false; groups];
    let is_edge = |row: usize, column: usize| {
        let beyond = |row: usize, column: usize| paper.is_some_and(|paper| !paper.row(row)[column]);
        row == 0
            || column == 0
            || row + 1 == height
            || column + 1 == width
            || [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
                .into_iter()
                .any(|(y, x)| beyond(y, x))
    };
    for (i, label) in labels.iter().enumerate() {
        if let Some(group) = *label
            && !at_edge[group]
            && is_edge(i / width, i % width)
        {
            at_edge[group] = true;
        }
    }
    if at_edge.iter().all(|&is| is) { vec![false; groups] } else { at_edge }
}

/// The height of most of the ink.
fn usual_height(parts: &[Part]) -> Option<f64> {
    let mut heights: Vec<(f64, f64)> = parts.iter().map(|part| (part.height(), part.mass)).collect();
    heights.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = heights.iter().map(|(_, mass)| mass).sum();
    let mut below = 0.0;
    heights
        .into_iter()
        .find(|(_, mass)| {
            below += mass;
            below >= 0.5 * all
        })
        .map(|(height, _)| height)
}

/// Parts put together, the nearest first, until no two make one digit.
fn joined(mut parts: Vec<Part>, usual: f64) -> Vec<Part> {
    /// More groups than this are no handwriting: comparing them all would take too long.
    const MANY: usize = 2000;
    loop {
        if parts.len() > MANY {
            return parts;
        }
        let mut pairs = Vec::new();
        for (i, one) in parts.iter().enumerate() {
            let others = parts.iter().enumerate().skip(i + 1);
            pairs.extend(others.filter_map(|(j, other)| Some((one.distance_within(other, usual)?, i, j))));
        }
        if pairs.is_empty() {
            return parts;
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut rest: Vec<Option<Part>> = parts.into_iter().map(Some).collect();
        // A part that has grown is compared again in the next round.
        let mut has_grown = vec![false; rest.len()];
        for (_, i, j) in pairs {
            if has_grown[i] || has_grown[j] {
                continue;
            }
            (has_grown[i], has_grown[j]) = (true, true);
            if let (Some(one), Some(other)) = (rest[i].clone(), rest[j].take()) {
                rest[i] = Some(one.with(other));
            }
        }
        parts = rest.into_iter().flatten().collect();
    }
}

/// Lines of writing from top to bottom, each from left to right.
///
/// A digit follows the nearest one to its left that stands at the same height.
fn lines(mut parts: Vec<Part>) -> Vec<Vec<Part>> {
    parts.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut lines: Vec<Vec<Part>> = Vec::new();
    for part in parts {
        let shared = |line: &Vec<Part>| {
            let last = line.last().expect("a line has a digit");
            let both = last.bottom.min(part.bottom) - last.top.max(part.top);
            both / last.height().min(part.height())
        };
        let best = lines.iter_mut().map(|line| (shared(line), line)).max_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((shared, line)) if shared > 0.4 => line.push(part),
            _ => lines.push(vec![part]),
        }
    }
    let middle = |line: &Vec<Part>| line.iter().map(|part| part.top + part.bottom).sum::<f64>() / line.len() as f64;
    lines.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    lines
}

impl Part {
    fn of(member: usize, group: &Group) -> Self {
        let [top, bottom, left, right] = [group.top, group.bottom, group.left, group.right].map(|edge| edge as f64);
        Self { members: vec![member], top, bottom, left, right, mass: group.mass }
    }

    fn height(&self) -> f64 {
        self.bottom - self.top + 1.0
    }

    fn width(&self) -> f64 {
        self.right - self.left + 1.0
    }

    /// The distance of two parts, if they belong to one digit.
    fn distance_within(&self, other: &Self, usual: f64) -> Option<f64> {
        let height = self.bottom.max(other.bottom) - self.top.min(other.top) + 1.0;
        let width = self.right.max(other.right) - self.left.min(other.left) + 1.0;
        if width > BROAD * height.max(usual) {
            return None;
        }
        let down = self.top.max(other.top) - self.bottom.min(other.bottom);
        let across = self.left.max(other.left) - self.right.min(other.right);
        let distance = (down.max(0.0) * down.max(0.0) + across.max(0.0) * across.max(0.0)).sqrt();
        let lower = self.height().min(other.height());
        let is_part = lower < PART * usual && distance <= GAP * usual && height <= TALL * usual;
        let is_stacked = -across >= 0.3 * self.width().min(other.width())
            && (-0.35 * lower..=GAP * usual).contains(&down)
            && height <= STACKED * usual;
        (is_part || is_stacked).then_some(distance)
    }

    fn with(self, other: Self) -> Self {
        Self {
            members: [self.members, other.members].concat(),
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
            left: self.left.min(other.left),
            right: self.right.max(other.right),
            mass: self.mass + other.mass,
        }
    }
}
