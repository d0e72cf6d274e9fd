//! The strokes on a sheet: connected ink, and the box that each belongs to.

use crate::preprocess::connected::{Touch, connected};

use super::grid::{BOXES, BoxGrid, SCALE};
use super::layout::{BOX, COLUMNS, FRAME, LABEL, LABEL_GAP, ROWS, Rectangle};

/// Least ink of a stroke in the darkest part of a box: less is paper, the pen's shadow, or what shines through.
const MIN_INK: f32 = 0.12;
/// Ink of a stroke, as a share of the darkest in its box.
const STROKE: f32 = 0.45;
/// Ink of the darkest strokes of a box, as a share of what is usual on the sheet.
const MIN_SHARE: f32 = 0.3;
/// How much darker a stroke must be to be one where the frame is printed.
const FRAME_INK: f32 = 0.15;
/// The area that the darkest ink of a box is measured on, in square millimetres.
const DARKEST: f64 = 1.6;
/// Least area of a stroke, in square millimetres: smaller ones are dots.
const MIN_AREA: f64 = 0.4;
/// Area of a stroke in a second box above which it runs into that box.
const MIN_ENTERED: f64 = 0.6;
/// Share of a stroke in a second box above which two digits touch each other.
const SHARED: f64 = 0.3;

/// The ink that belongs to a box.
#[derive(Debug, Clone, Default)]
pub struct BoxInk {
    /// Its pixels, by their places in the grid.
    pub pixels: Vec<usize>,
    /// A stroke runs into a neighbouring box.
    pub enters: bool,
    /// The area of its largest stroke, in pixels.
    largest: usize,
    /// The area of its largest stroke that crosses the frame.
    largest_across: usize,
    /// A stroke is connected with one in a neighbouring box.
    pub touches: bool,
}

impl BoxInk {
    /// A stroke crosses the frame, and it is not the main one: it may be part of a digit beside.
    pub fn has_stranger(&self) -> bool {
        self.largest_across > 0 && self.largest_across < self.largest
    }

    fn add(&mut self, group: &[usize], inside: usize) {
        self.pixels.extend(group);
        self.largest = self.largest.max(group.len());
        if area_mm(group.len() - inside) >= MIN_ENTERED {
            self.largest_across = self.largest_across.max(group.len());
        }
    }
}

/// The area of pixels, in square millimetres.
fn area_mm(pixels: usize) -> f64 {
    pixels as f64 / (SCALE * SCALE)
}

/// The strokes of a sheet, by box; and all pixels of strokes, those of no box too.
pub struct Strokes {
    /// The ink of each box.
    pub boxes: Vec<BoxInk>,
    /// True for each pixel of a stroke.
    pub is_ink: Vec<bool>,
}

impl Strokes {
    /// Finds the strokes.
    pub fn find(grid: &BoxGrid) -> Self {
        let smooth = grid.smoothed();
        let darkest: Vec<f32> = grid.boxes.iter().map(|inside| darkest(grid, &smooth, *inside)).collect();
        let usual = median(darkest.iter().copied().filter(|&ink| ink > MIN_INK).collect());
        let least = MIN_INK.max(MIN_SHARE * usual);
        let thresholds: Vec<f32> =
            darkest.iter().map(|&ink| STROKE * if ink < least { usual.max(least) } else { ink }).collect();
        let is_ink = is_ink(grid, &smooth, &thresholds);
        let mut boxes = vec![BoxInk::default(); BOXES];
        connected(
            [grid.height, grid.width],
            Touch::Corners,
            |pixel| is_ink[pixel],
            |group| {
                if area_mm(group.len()) >= MIN_AREA {
                    assign(grid, group, &mut boxes);
                }
            },
        );
        boxes.iter_mut().zip(&darkest).filter(|(_, ink)| **ink < least).for_each(|(ink, _)| *ink = BoxInk::default());
        Self { boxes, is_ink }
    }
}

/// The ink of the darkest part of a box.
fn darkest(grid: &BoxGrid, smooth: &[f32], inside: Rectangle) -> f32 {
    let mut values: Vec<f32> = pixels(grid, inside.grown(-SCALE)).map(|i| smooth[i]).collect();
    let rank = (DARKEST * SCALE * SCALE) as usize;
    if values.len() <= rank {
        return 0.0;
    }
    *values.select_nth_unstable_by(rank, |a, b| b.total_cmp(a)).1
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The pixels of a rectangle of the grid.
fn pixels(grid: &BoxGrid, place: Rectangle) -> impl Iterator<Item = usize> {
    let inside = |value: f64, size: usize| (value.max(0.0) as usize).min(size);
    let (width, columns) = (grid.width, inside(place.x, grid.width)..inside(place.x + place.width, grid.width));
    let rows = inside(place.y, grid.height)..inside(place.y + place.height, grid.height);
    rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
}

/// Every pixel that is part of a stroke, in any box or between them.
fn is_ink(grid: &BoxGrid, smooth: &[f32], thresholds: &[f32]) -> Vec<bool> {
    let mut is_ink = vec![false; grid.ink.len()];
    for (i, inside) in grid.boxes.iter().enumerate() {
        for pixel in pixels(grid, cell(grid, i)) {
            is_ink[pixel] = smooth[pixel] > thresholds[i];
        }
        // The frame, and some blur around it.
        let (outer, inner) = (inside.grown((FRAME + 0.3) * SCALE), inside.grown(-0.3 * SCALE));
        for pixel in pixels(grid, outer) {
            let point = [(pixel % grid.width) as f64 + 0.5, (pixel / grid.width) as f64 + 0.5];
            if !inner.contains(point) {
                is_ink[pixel] = smooth[pixel] > thresholds[i] + FRAME_INK;
            }
        }
        let label = Rectangle {
            x: inside.x + (BOX - LABEL) * SCALE / 2.0,
            y: inside.y - (FRAME + LABEL_GAP + LABEL + 0.4) * SCALE,
            width: LABEL * SCALE,
            height: (LABEL + 0.8) * SCALE,
        };
        pixels(grid, label).for_each(|pixel| is_ink[pixel] = false);
    }
    is_ink
}

/// The part of the grid that is nearer to a box than to others.
fn cell(grid: &BoxGrid, index: usize) -> Rectangle {
    let (row, column) = (index / COLUMNS, index % COLUMNS);
    let edge = |before: Option<f64>, after: f64| before.map_or(0.0, |before| (before + after) / 2.0);
    let of = |row: usize, column: usize| grid.boxes[row * COLUMNS + column];
    let inside = of(row, column);
    let x = edge((column > 0).then(|| of(row, column - 1).x + BOX * SCALE), inside.x);
    let y = edge((row > 0).then(|| of(row - 1, column).y + BOX * SCALE), inside.y);
    let right = match column + 1 < COLUMNS {
        true => edge(Some(inside.x + BOX * SCALE), of(row, column + 1).x),
        false => grid.width as f64,
    };
    let bottom = match row + 1 < ROWS {
        true => edge(Some(inside.y + BOX * SCALE), of(row + 1, column).y),
        false => grid.height as f64,
    };
    Rectangle { x, y, width: right - x, height: bottom - y }
}

/// Gives a group to the box that has most of it; groups between boxes are nobody's.
fn assign(grid: &BoxGrid, group: &[usize], boxes: &mut [BoxInk]) {
    let mut areas: Vec<(usize, usize)> = Vec::new();
    for &pixel in group {
        if let Some(index) = box_at(grid, pixel) {
            match areas.iter_mut().find(|(other, _)| *other == index) {
                Some((_, area)) => *area += 1,
                None => areas.push((index, 1)),
            }
        }
    }
    areas.sort_by_key(|&(index, area)| (std::cmp::Reverse(area), index));
    let Some(&(main, area)) = areas.first() else { return };
    if area_mm(area) < MIN_AREA {
        return;
    }
    let second = areas.get(1).map_or(0, |&(_, area)| area);
    if (second as f64) < SHARED * area as f64 {
        boxes[main].add(group, area);
        boxes[main].enters |= area_mm(second) >= MIN_ENTERED;
        return;
    }
    // Two digits that touch: each box takes what is nearer to it.
    for &pixel in group {
        let index = nearest_box(grid, pixel);
        boxes[index].pixels.push(pixel);
        boxes[index].touches = true;
    }
}

/// The box that a pixel is inside of.
fn box_at(grid: &BoxGrid, pixel: usize) -> Option<usize> {
    let index = nearest_box(grid, pixel);
    grid.boxes[index].contains(centre(grid, pixel)).then_some(index)
}

fn nearest_box(grid: &BoxGrid, pixel: usize) -> usize {
    let [x, y] = centre(grid, pixel);
    let row = ((y / grid.height as f64 * ROWS as f64) as usize).min(ROWS - 1);
    let column = ((x / grid.width as f64 * COLUMNS as f64) as usize).min(COLUMNS - 1);
    let near = (row.saturating_sub(1)..(row + 2).min(ROWS)).flat_map(|row| {
        (column.saturating_sub(1)..(column + 2).min(COLUMNS)).map(move |column| row * COLUMNS + column)
    });
    let distance = |index: usize| {
        let Rectangle { x: left, y: top, width, height } = grid.boxes[index];
        let beyond = |value: f64, first: f64, size: f64| (first - value).max(value - first - size).max(0.0);
        beyond(x, left, width).max(beyond(y, top, height))
    };
    near.min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap_or_default()
}

fn centre(grid: &BoxGrid, pixel: usize) -> [f64; 2] {
    [(pixel % grid.width) as f64 + 0.5, (pixel / grid.width) as f64 + 0.5]
}
