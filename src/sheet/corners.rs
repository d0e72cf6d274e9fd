//! The sheets on a picture, by the marks in their corners.

use std::collections::BTreeMap;

use crate::error::SheetProblem;
use crate::preprocess::Raster;

use super::layout::{Corner, Paper, Point};
use super::mark::{CELLS, Cells, Code};
use super::perspective::Projection;
use super::squares::{Quadrilateral, grey_at, squares};

/// A mark on a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark {
    code: Code,
    /// Its corners, clockwise from that which is top left on the paper.
    corners: Quadrilateral,
}

/// A sheet on a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The number of the sheet.
    pub sheet: u16,
    /// The size of its paper.
    pub paper: Paper,
    /// The way from millimetres of the paper to pixels of the picture.
    pub projection: Projection,
}

/// Least difference in grey between black cells and paper.
const MIN_CONTRAST: f64 = 24.0;
/// Farthest that a corner of a mark may be from its place on flat paper, in millimetres.
const MAX_OFFSET: f64 = 3.0;

/// The whole sheets on a picture, from the lowest number, and the problems with others.
pub fn sheets(picture: &Raster) -> (Vec<Place>, Vec<SheetProblem>) {
    let mut by_sheet: BTreeMap<(u16, Paper), BTreeMap<Corner, Vec<Mark>>> = BTreeMap::new();
    for mark in squares(picture).into_iter().filter_map(|square| mark(picture, square)) {
        let sheet = by_sheet.entry((mark.code.sheet, mark.code.paper)).or_default();
        sheet.entry(mark.code.corner).or_default().push(mark);
    }
    let (mut places, mut problems) = (Vec::new(), Vec::new());
    for ((sheet, paper), corners) in by_sheet {
        let missing: Vec<Corner> = Corner::ALL.into_iter().filter(|corner| !corners.contains_key(corner)).collect();
        if !missing.is_empty() {
            problems.push(SheetProblem::MissingCorners { sheet, corners: missing });
            continue;
        }
        match projections(paper, &corners) {
            found if found.is_empty() => problems.push(SheetProblem::NotFlat { sheet }),
            found => places.extend(found.into_iter().map(|projection| Place { sheet, paper, projection })),
        }
    }
    // A single square that looks like a mark may be anything.
    if !places.is_empty() {
        problems
            .retain(|problem| !matches!(problem, SheetProblem::MissingCorners { corners, .. } if corners.len() > 2));
    }
    if places.is_empty() && problems.is_empty() {
        problems.push(SheetProblem::NoSheet);
    }
    (places, problems)
}

/// The projections of sheets with one number: a photograph may show a sheet and its copy.
fn projections(paper: Paper, corners: &BTreeMap<Corner, Vec<Mark>>) -> Vec<Projection> {
    let mut corners = corners.clone();
    let mut found = Vec::new();
    while let Some((projection, used)) = best(paper, &corners) {
        found.push(projection);
        for mark in used {
            let others = corners.entry(mark.code.corner).or_default();
            others.retain(|other| *other != mark);
        }
    }
    found
}

/// The four marks that fit flat paper best.
fn best(paper: Paper, corners: &BTreeMap<Corner, Vec<Mark>>) -> Option<(Projection, [Mark; 4])> {
    /// Copies of a sheet on one photograph.
    const MAX_COPIES: usize = 6;
    let of = |corner| corners.get(&corner).map_or(&[][..], |marks| &marks[..marks.len().min(MAX_COPIES)]);
    let [a, b, c, d] = Corner::ALL.map(of);
    let mut best: Option<(f64, Projection, [Mark; 4])> = None;
    for (&a, &b) in a.iter().flat_map(|a| b.iter().map(move |b| (a, b))) {
        for (&c, &d) in c.iter().flat_map(|c| d.iter().map(move |d| (c, d))) {
            let marks = [a, b, c, d];
            let points = |mark: Mark| paper.mark(mark.code.corner).corners().into_iter().zip(mark.corners);
            let pairs: Vec<(Point, Point)> = marks.into_iter().flat_map(points).collect();
            let back: Vec<(Point, Point)> = pairs.iter().map(|&(paper, picture)| (picture, paper)).collect();
            let (Some(projection), Some(back_projection)) = (Projection::fit(&pairs), Projection::fit(&back)) else {
                continue;
            };
            let off = |&(picture, paper): &(Point, Point)| {
                let [x, y] = back_projection.apply(picture);
                (x - paper[0]).abs().max((y - paper[1]).abs())
            };
            let offset = back.iter().map(off).fold(0.0, f64::max);
            if offset <= MAX_OFFSET && best.as_ref().is_none_or(|(least, ..)| offset < *least) {
                best = Some((offset, projection, marks));
            }
        }
    }
    best.map(|(_, projection, marks)| (projection, marks))
}

/// The mark that a square is; `None` if its cells are no code.
fn mark(picture: &Raster, square: Quadrilateral) -> Option<Mark> {
    let side = CELLS as f64;
    let unit = [[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]];
    let projection = Projection::fit(&std::array::from_fn::<_, 4, _>(|i| (unit[i], square[i])))?;
    // The mean over the middle of a cell.
    let grey = |row: f64, column: f64| {
        let around = [[0.5, 0.5], [0.3, 0.3], [0.7, 0.3], [0.3, 0.7], [0.7, 0.7]];
        around.iter().map(|[x, y]| grey_at(picture, projection.apply([column + x, row + y]))).sum::<f64>() / 5.0
    };
    let values: [[f64; CELLS]; CELLS] = std::array::from_fn(|row| std::array::from_fn(|i| grey(row as f64, i as f64)));
    let ends = [-1.0, side];
    let around = (0..CELLS).flat_map(|i| ends.into_iter().flat_map(move |end| [(end, i as f64), (i as f64, end)]));
    let mut paper: Vec<f64> = around.map(|(row, column)| grey(row, column)).collect();
    paper.sort_by(f64::total_cmp);
    let paper = paper[paper.len() / 2];
    let rim = || {
        let is_rim = |i: usize| i == 0 || i + 1 == CELLS;
        let cells = (0..CELLS).flat_map(|row| (0..CELLS).map(move |column| (row, column)));
        cells.filter(move |&(row, column)| is_rim(row) || is_rim(column)).map(|(row, column)| values[row][column])
    };
    let black = rim().sum::<f64>() / rim().count() as f64;
    let middle = (black + paper) / 2.0;
    if paper - black < MIN_CONTRAST || rim().filter(|&value| value >= middle).count() > 1 {
        return None;
    }
    let cells: Cells = values.map(|row| row.map(|value| value < middle));
    let (code, turns) = Code::of(&cells)?;
    Some(Mark { code, corners: std::array::from_fn(|i| square[(i + turns) % 4]) })
}
