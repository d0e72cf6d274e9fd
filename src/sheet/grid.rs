//! The boxes of a sheet seen straight from above, in even light.

use crate::preprocess::Raster;

use super::corners::Place;
use super::layout::{BOX, COLUMNS, FRAME, Paper, Point, ROWS, Rectangle};
use super::squares::grey_at;

/// Pixels in a millimetre.
pub const SCALE: f64 = 5.0;
/// Side of the tiles that the light is measured on, in pixels.
const TILE: usize = 15;
/// Boxes of a sheet.
pub const BOXES: usize = ROWS * COLUMNS;

/// The part of a sheet that has the boxes. The strip with the name is not in it.
pub struct BoxGrid {
    /// Rows of pixels.
    pub height: usize,
    /// Pixels in a row.
    pub width: usize,
    /// How much darker than the paper around it each pixel is: 0 on paper, towards 1 under the pen.
    pub ink: Vec<f32>,
    /// The inside of each box, in pixels, where its frame was found.
    pub boxes: Vec<Rectangle>,
}

impl BoxGrid {
    /// Straightens a sheet of a picture.
    pub fn new(picture: &Raster, place: &Place) -> Self {
        let grid = place.paper.grid();
        let (height, width) = ((grid.height * SCALE) as usize, (grid.width * SCALE) as usize);
        let point =
            |row: usize, column: usize| [grid.x + (column as f64 + 0.5) / SCALE, grid.y + (row as f64 + 0.5) / SCALE];
        let at = |i: usize| grey_at(picture, place.projection.apply(point(i / width, i % width))) as f32;
        let grey: Vec<f32> = (0..height * width).map(at).collect();
        let paper = Light::measure(&grey, height, width);
        let ink = |(i, grey): (usize, f32)| (1.0 - grey / paper.at(i / width, i % width)).clamp(0.0, 1.0);
        let ink: Vec<f32> = grey.into_iter().enumerate().map(ink).collect();
        let mut straight = Self { height, width, ink, boxes: boxes(place.paper) };
        straight.find_frames();
        straight
    }

    /// The ink with each pixel the mean of it and those around it.
    pub fn smoothed(&self) -> Vec<f32> {
        let across: Vec<f32> = self.ink.chunks_exact(self.width).flat_map(mean_of_three).collect();
        let line = |row: usize| &across[row * self.width..][..self.width];
        let rows = (0..self.height).flat_map(|row| {
            let (above, below) = (line(row.saturating_sub(1)), line((row + 1).min(self.height - 1)));
            above.iter().zip(line(row)).zip(below).map(|((a, b), c)| (a + b + c) / 3.0).collect::<Vec<f32>>()
        });
        rows.collect()
    }

    /// Moves each box to where its frame is: paper that is not quite flat shifts them by a millimetre or two.
    fn find_frames(&mut self) {
        let smooth = self.smoothed();
        let shifts: Vec<Point> = self.boxes.iter().map(|inside| self.shift(&smooth, *inside)).collect();
        // Strokes along a frame mislead one box, not those around it too.
        let median = |row: usize, column: usize, axis: usize| {
            let rows = row.saturating_sub(1)..(row + 2).min(ROWS);
            let columns = column.saturating_sub(1)..(column + 2).min(COLUMNS);
            let near = rows.flat_map(|row| columns.clone().map(move |column| row * COLUMNS + column));
            let mut values: Vec<f64> = near.map(|i| shifts[i][axis]).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        for (i, inside) in self.boxes.iter_mut().enumerate() {
            inside.x += median(i / COLUMNS, i % COLUMNS, 0);
            inside.y += median(i / COLUMNS, i % COLUMNS, 1);
        }
    }

    /// The shift of a box that puts the most ink below its frame, in pixels.
    fn shift(&self, smooth: &[f32], inside: Rectangle) -> Point {
        const REACH: i32 = 9;
        /// Ink darker than a frame counts as much as a frame.
        const MOST: f32 = 0.3;
        /// A shift by a pixel costs so much ink: without a frame, the box stays where it is.
        const COST: f32 = 0.002;
        let frame = inside.grown(FRAME * SCALE / 2.0);
        let [left, top, right, bottom] = [frame.x, frame.y, frame.x + frame.width, frame.y + frame.height];
        let ink = |x: f64, y: f64| {
            let inside = |value: f64, size: usize| (value.max(0.0) as usize).min(size - 1);
            smooth[inside(y, self.height) * self.width + inside(x, self.width)].min(MOST)
        };
        let steps = frame.width as usize;
        // The lines across and those down move apart from each other.
        let best = |line: &dyn Fn(f64, f64) -> f32| {
            let score = |shift: i32| {
                let sum: f32 = (0..steps).map(|k| line(k as f64 + 0.5, f64::from(shift))).sum();
                sum / steps as f32 / 2.0 - COST * shift.abs() as f32
            };
            let shifts = || -REACH..=REACH;
            let best = shifts().max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.abs().cmp(&a.abs())));
            f64::from(best.unwrap_or_default())
        };
        let down = best(&|k, shift| ink(left + k, top + shift) + ink(left + k, bottom + shift));
        let across = best(&|k, shift| ink(left + shift, top + down + k) + ink(right + shift, top + down + k));
        [across, down]
    }
}

/// The inside of each box of flat paper, in pixels of the grid.
fn boxes(paper: Paper) -> Vec<Rectangle> {
    let grid = paper.grid();
    let of = |i: usize| {
        let Rectangle { x, y, .. } = paper.inside(i / COLUMNS, i % COLUMNS);
        let [x, y] = [(x - grid.x) * SCALE, (y - grid.y) * SCALE];
        Rectangle { x, y, width: BOX * SCALE, height: BOX * SCALE }
    };
    (0..BOXES).map(of).collect()
}

fn mean_of_three(line: &[f32]) -> Vec<f32> {
    let at = |i: usize| line[i.min(line.len() - 1)];
    (0..line.len()).map(|i| (at(i.saturating_sub(1)) + line[i] + at(i + 1)) / 3.0).collect()
}

/// The grey of the paper, measured on tiles.
struct Light {
    tiles: Vec<f32>,
    rows: usize,
    columns: usize,
}

impl Light {
    fn measure(grey: &[f32], height: usize, width: usize) -> Self {
        /// Share of a tile's pixels that are darker than its paper; strokes and frames cover less than the rest.
        const RANK: f64 = 0.75;
        /// Of a tile and those around it, the one that is no lighter than the paper: a scribble may cover three of them.
        const FEW: usize = 3;
        let (rows, columns) = (height.div_ceil(TILE), width.div_ceil(TILE));
        let tile = |i: usize| {
            let (top, left) = (i / columns * TILE, i % columns * TILE);
            let lines =
                (top..(top + TILE).min(height)).map(|row| &grey[row * width + left..][..TILE.min(width - left)]);
            let mut values: Vec<f32> = lines.flatten().copied().collect();
            let rank = (RANK * (values.len() - 1) as f64) as usize;
            *values.select_nth_unstable_by(rank, f32::total_cmp).1
        };
        let measured: Vec<f32> = (0..rows * columns).map(tile).collect();
        let filled = |i: usize| {
            let (row, column) = (i / columns, i % columns);
            let near = (row.saturating_sub(1)..(row + 2).min(rows))
                .flat_map(|row| (column.saturating_sub(1)..(column + 2).min(columns)).map(move |c| row * columns + c));
            let mut values: Vec<f32> = near.map(|i| measured[i]).collect();
            values.sort_by(f32::total_cmp);
            measured[i].max(0.9 * values[FEW.min(values.len() - 1)]).max(1.0)
        };
        Self { tiles: (0..rows * columns).map(filled).collect(), rows, columns }
    }

    fn at(&self, row: usize, column: usize) -> f32 {
        let place = |i: usize, count: usize| {
            let at = ((i as f32 + 0.5) / TILE as f32 - 0.5).clamp(0.0, (count - 1) as f32);
            let first = at as usize;
            (first, (first + 1).min(count - 1), at - first as f32)
        };
        let (top, bottom, down) = place(row, self.rows);
        let (left, right, across) = place(column, self.columns);
        let tile = |row: usize, column: usize| self.tiles[row * self.columns + column];
        let mix = |a: f32, b: f32, share: f32| a + (b - a) * share;
        let (above, below) =
            (mix(tile(top, left), tile(top, right), across), mix(tile(bottom, left), tile(bottom, right), across));
        mix(above, below, down)
    }
}
