//! Rules: straight thin lines across the paper, which are not ink of the digits.
//!
//! A rule is found by the Hough transform of thin runs of ink, and followed from column to column. Where a stroke crosses
//! it, the run of ink is longer than the rule is thick, and stays (as in the removal of staff lines from printed music:
//! I. Fujinaga, Staff Detection and Removal, 2004).

use super::Grid;
use super::grid::median;
use super::groups::LOW;

/// A straight line through a grid: its row in the middle column, and the rows that it falls for each column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    row: f64,
    pub(super) slope: f64,
    /// Columns with a thin run of ink on the line, as a share of all.
    coverage: f64,
    /// First and last of these columns, as shares of the width.
    ends: [f64; 2],
}

/// A vertical run of ink in a column.
#[derive(Debug, Clone, Copy)]
struct Run {
    top: usize,
    length: usize,
}

/// The thin runs of ink in each column.
pub(super) struct Runs {
    columns: Vec<Vec<Run>>,
    height: usize,
}

/// Lengths below are shares of the longer side of the grid.
/// Thickness of a rule at most.
const THIN: f64 = 0.012;
/// Columns that a line covers at least, as a share of all.
const LEAST: f64 = 0.4;

/// The rules across a page and down it, at slopes up to `steepest`; those down are lines of the transposed grid.
pub(super) fn on_page(ink: &Grid, steepest: f64) -> [Vec<Line>; 2] {
    let longest = ink.height().max(ink.width()) as f64;
    let thickest = ((THIN * longest).round() as usize).max(2);
    let across = Runs::of(ink, thickest).lines(steepest, LEAST);
    let down = Runs::of(&ink.transposed(), thickest).lines(steepest, LEAST);
    let (families, whole) = ([family(&across, 3), family(&down, 3)], [whole(&across), whole(&down)]);
    match families {
        // A table has two sides, even if it has no columns.
        [Some(rows), None] => [rows, family(&down, 2).unwrap_or(whole[1].clone())],
        [None, Some(columns)] => [family(&across, 2).unwrap_or(whole[0].clone()), columns],
        [Some(rows), Some(columns)] => [rows, columns],
        [None, None] => whole,
    }
}

/// Parallel lines across the page; `None` if fewer than `least` of them are certain.
fn family(lines: &[Line], least: usize) -> Option<Vec<Line>> {
    /// Ends of a line across the page.
    const ENDS: [f64; 2] = [0.15, 0.85];
    /// Columns that a line covers for certain.
    const CERTAIN: f64 = 0.62;
    let long: Vec<Line> =
        lines.iter().filter(|line| line.ends[0] < ENDS[0] && line.ends[1] > ENDS[1]).copied().collect();
    let mut slopes: Vec<f64> = long.iter().filter(|line| line.coverage > CERTAIN).map(|line| line.slope).collect();
    if slopes.len() < least {
        return None;
    }
    let usual = median(&mut slopes);
    let is_parallel = |line: &&Line| (line.slope - usual).abs() < 0.04;
    let parallel: Vec<Line> = long.iter().filter(is_parallel).copied().collect();
    let certain = parallel.iter().filter(|line| line.coverage > CERTAIN).count();
    (certain >= least).then_some(parallel)
}

/// Lines from edge to edge.
fn whole(lines: &[Line]) -> Vec<Line> {
    let is_whole = |line: &&Line| line.ends[0] < 0.04 && line.ends[1] > 0.96 && line.coverage > 0.7;
    lines.iter().filter(is_whole).copied().collect()
}

/// Removes lines from the ink of a grid, except where strokes cross them.
pub(super) fn remove(ink: &Grid, lines: &[Line], thickest: usize) -> Grid {
    let runs = Runs::of(ink, thickest);
    let (height, width) = (ink.height(), ink.width());
    let mut is_rule = vec![false; height * width];
    let mut fringes = vec![0; height * width];
    for line in lines {
        let followed = runs.followed(line, width);
        let lengths: Vec<f64> = followed.iter().flatten().map(|run| run.length as f64).collect();
        if lengths.is_empty() {
            continue;
        }
        let most = 1.6 * median(&mut lengths.clone()) + 1.0;
        for (column, run) in followed.into_iter().enumerate() {
            if let Some(run) = run.filter(|run| run.length as f64 <= most) {
                for row in run.top..run.top + run.length {
                    is_rule[row * width + column] = true;
                    fringes[row * width + column] = 2 + run.length / 4;
                }
            }
        }
    }
    // The soft edges of a rule go with it.
    let mut cleaned = ink.values().to_vec();
    for column in 0..width {
        for row in (0..height).filter(|row| is_rule[row * width + column]) {
            let fringe = fringes[row * width + column];
            for near in row.saturating_sub(fringe)..(row + fringe + 1).min(height) {
                let i = near * width + column;
                if is_rule[i] || ink.values()[i] <= LOW {
                    cleaned[i] = 0.0;
                }
            }
        }
    }
    Grid::from_fn(height, width, |row, column| cleaned[row * width + column])
}

impl Runs {
    /// The runs of ink that are at most `thickest` long.
    pub(super) fn of(ink: &Grid, thickest: usize) -> Self {
        let (height, width) = (ink.height(), ink.width());
        let mut columns = vec![Vec::new(); width];
        let mut lengths = vec![0usize; width];
        for row in 0..=height {
            for column in 0..width {
                if row < height && ink.values()[row * width + column] > LOW {
                    lengths[column] += 1;
                } else if lengths[column] > 0 {
                    let length = std::mem::take(&mut lengths[column]);
                    if length <= thickest {
                        columns[column].push(Run { top: row - length, length });
                    }
                }
            }
        }
        Self { columns, height }
    }

    /// Lines of a slope up to `steepest` that cover a share of the columns, the most covered first; none near another.
    pub(super) fn lines(&self, steepest: f64, least: f64) -> Vec<Line> {
        let width = self.columns.len();
        // From slope to slope, the ends of a line move by a pixel and a half.
        let step = 3.0 / width as f64;
        let slopes = (steepest / step).ceil() as isize;
        // Lines in the middle column may begin above and end below the grid.
        let beyond = (steepest * width as f64 / 2.0) as usize + 4;
        let mut candidates = Vec::new();
        for slope in (-slopes..=slopes).map(|i| i as f64 * step) {
            let mut votes = vec![0u32; self.height + 2 * beyond];
            for (column, runs) in self.columns.iter().enumerate() {
                let rise = slope * (column as f64 + 0.5 - width as f64 / 2.0) - beyond as f64;
                for run in runs {
                    votes[(run.middle() - rise) as usize] += 1;
                }
            }
            for (row, three) in votes.windows(3).enumerate() {
                let coverage = three.iter().sum::<u32>() as f64 / width as f64;
                if coverage >= least && three[1] >= three[0] && three[1] >= three[2] {
                    let row = row as f64 + 1.5 - beyond as f64;
                    candidates.push(Line { row, slope, coverage, ends: [0.0; 2] });
                }
            }
        }
        candidates.sort_by(|a, b| b.coverage.total_cmp(&a.coverage));
        let mut lines: Vec<Line> = Vec::new();
        let half = width as f64 / 2.0;
        for candidate in candidates {
            let apart = |other: &Line| {
                let (middle, slope) = (candidate.row - other.row, candidate.slope - other.slope);
                // At the ends and in the middle.
                [middle - slope * half, middle, middle + slope * half].iter().all(|distance| distance.abs() > 4.0)
            };
            if lines.iter().all(apart) {
                lines.push(candidate);
            }
        }
        for line in &mut lines {
            let followed = self.followed(line, width);
            let first = followed.iter().position(Option::is_some).unwrap_or(0);
            let last = followed.iter().rposition(Option::is_some).unwrap_or(0);
            line.ends = [first, last].map(|column| column as f64 / width as f64);
            line.coverage = followed.iter().flatten().count() as f64 / width as f64;
        }
        lines.retain(|line| line.coverage >= least);
        lines
    }

    /// The run on a line in each column. A line that is a little bent is followed.
    fn followed(&self, line: &Line, width: usize) -> Vec<Option<Run>> {
        /// Rows that a run is away from the line at most.
        const NEAR: f64 = 2.5;
        /// The share of a distance that the line is moved by.
        const FOLLOW: f64 = 0.2;
        let mut offset = 0.0;
        let mut follow = |column: usize| {
            let row = line.row + line.slope * (column as f64 + 0.5 - width as f64 / 2.0) + offset;
            let nearest = self.columns[column]
                .iter()
                .copied()
                .min_by(|a, b| (a.middle() - row).abs().total_cmp(&(b.middle() - row).abs()));
            let run = nearest.filter(|run| (run.middle() - row).abs() <= NEAR);
            if let Some(run) = run {
                offset += FOLLOW * (run.middle() - row);
            }
            run
        };
        (0..width).map(&mut follow).collect()
    }
}

impl Run {
    fn middle(&self) -> f64 {
        self.top as f64 + self.length as f64 / 2.0
    }
}
