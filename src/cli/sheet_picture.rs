//! The boxes of a class's sheets on one picture, to check them by eye.

use std::path::Path;

use chiffres::native::Result;
use chiffres::preprocess::Raster;
use chiffres::sheet::{BoxReading, COLUMNS, Class, Finding, ROWS, Sheet};

use super::contact_sheet::Canvas;
use super::picture::Rgb;

// All in pixels.
/// The side of a box.
const SIDE: usize = 40;
/// From one box to the next.
const PITCH: usize = SIDE + 4;
const MARGIN: usize = 14;
const CAPTION: usize = 16;
/// Sheets beside each other.
const PER_ROW: usize = 3;

const BLACK: Rgb = [0, 0, 0];
const PALE: Rgb = [205, 205, 205];
const BLUE: Rgb = [0, 90, 200];
const RED: Rgb = [205, 40, 0];

/// Draws all boxes of all sheets: blue around those that are empty or crossed out and left out, red around those to look
/// at, with a mark beside.
pub fn write_png(path: &Path, class: &Class) -> Result<()> {
    let sheets: Vec<&Sheet> = class.sheets().map(|(_, sheet)| sheet).collect();
    let (width, height) = (COLUMNS * PITCH + MARGIN, ROWS * PITCH + CAPTION + MARGIN);
    let per_row = PER_ROW.min(sheets.len().max(1));
    let mut canvas = Canvas::new(sheets.len().div_ceil(per_row) * height + MARGIN, per_row * width + MARGIN);
    for (i, sheet) in sheets.into_iter().enumerate() {
        let (top, left) = (MARGIN + i / per_row * height, MARGIN + i % per_row * width);
        canvas.write(&format!("sheet {}", sheet.number), top, left, BLACK);
        for reading in &sheet.boxes {
            draw(&mut canvas, reading, top + CAPTION + reading.row * PITCH, left + reading.column * PITCH);
        }
    }
    canvas.write_png(path)
}

fn draw(canvas: &mut Canvas, reading: &BoxReading, top: usize, left: usize) {
    if let Some(raster) = &reading.raster {
        let small = fitted(raster);
        let (down, across) = ((SIDE - small.height()) / 2, (SIDE - small.width()) / 2);
        for (i, &value) in small.pixels().iter().enumerate() {
            canvas.set(top + down + i / small.width(), left + across + i % small.width(), [value; 3]);
        }
    }
    let mark = |finding: &Finding| match finding {
        Finding::Empty => "-".to_string(),
        Finding::CrossedOut => "x".into(),
        Finding::ReadAs { digit, .. } => format!("{digit}?"),
        _ => "!".into(),
    };
    let mark: String = reading.findings.iter().map(mark).collect();
    let (rgb, thick) = match (reading.findings.is_empty(), &reading.pixels) {
        (true, _) => (PALE, 1),
        (false, None) => (BLUE, 2),
        (false, Some(_)) => (RED, 2),
    };
    for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
        if y < thick || x < thick || y + thick >= SIDE || x + thick >= SIDE {
            canvas.set(top + y, left + x, rgb);
        }
    }
    canvas.write(&mark, top + 3, left + 3, rgb);
}

/// A picture of a box in the size that boxes are drawn in.
fn fitted(raster: &Raster) -> Raster {
    let longest = raster.height().max(raster.width());
    let size = |length: usize| (length * SIDE / longest).max(1);
    raster.resized(size(raster.height()), size(raster.width()))
}
