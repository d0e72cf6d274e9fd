//! Normalisation, as NIST did it to every digit: one size, one thickness of stroke, upright.

use super::{Bitmap, DigitPreprocessing, Grid};

/// Side of the grid that a digit is drawn on.
pub(super) const SIDE: usize = 32;
/// Columns that a digit fills, unless it is narrow.
const WIDTH: f64 = 20.0;
/// Maximum number of rounds of making strokes thicker or thinner.
const ROUNDS: usize = 4;
/// Pixels of ink below which strokes would break if made thinner.
const THIN: usize = 150;

/// The digit set upright by its moments, and stretched to the full height and to 20 of the 32 columns.
pub(super) fn upright(ink: &Grid, settings: &DigitPreprocessing) -> Grid {
    let pixels = || (0..ink.height()).flat_map(|row| (0..ink.width()).map(move |column| (row, column)));
    let moment = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        pixels().map(|(row, column)| ink.at(row, column) * of(row as f64, column as f64)).sum()
    };
    let mass = moment(&|_, _| 1.0);
    let (centre_y, centre_x) = (moment(&|y, _| y) / mass, moment(&|_, x| x) / mass);
    let spread = moment(&|y, _| (y - centre_y) * (y - centre_y)) / mass;
    let slant = moment(&|y, x| (y - centre_y) * (x - centre_x)) / mass;
    let lean = (slant / (spread + 1e-9)).clamp(-settings.lean, settings.lean);
    let across = |y: f64, x: f64| x - lean * (y - centre_y);

    let [top, bottom, left, right] = edges_of_strokes(ink, settings, across);
    let (height, width) = (bottom - top, right - left);
    let narrow = settings.narrow * height;
    let target = if width >= narrow { WIDTH } else { (WIDTH * width / narrow).max(2.0) };
    let from_centre = |i: usize| i as f64 + 0.5 - SIDE as f64 / 2.0;
    Grid::from_fn(SIDE, SIDE, |row, column| {
        let y = (top + bottom) / 2.0 + from_centre(row) * height / SIDE as f64;
        let x = (left + right) / 2.0 + from_centre(column) * width / target;
        ink.bilinear(y, x + lean * (y - centre_y))
    })
}

/// The top, bottom, left and right of the strokes, between pixels: where the ink falls below a stroke. `across` is the place
/// across of a row and a column.
pub(super) fn edges_of_strokes(
    ink: &Grid,
    settings: &DigitPreprocessing,
    across: impl Fn(f64, f64) -> f64,
) -> [f64; 4] {
    let pixels = (0..ink.height()).flat_map(|row| (0..ink.width()).map(move |column| (row, column)));
    let (mut top, mut bottom, mut left, mut right) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
    for (row, column) in pixels.filter(|&(row, column)| ink.at(row, column) > settings.stroke) {
        let here = ink.at(row, column);
        let reach = |dy: isize, dx: isize| {
            let beside = ink.or_zero(row as isize + dy, column as isize + dx);
            if beside > settings.stroke { 0.5 } else { (here - settings.stroke) / (here - beside).max(1e-9) }
        };
        let (y, x) = (row as f64, across(row as f64, column as f64));
        top = top.min(y - reach(-1, 0));
        bottom = bottom.max(y + reach(1, 0));
        left = left.min(x - reach(0, -1));
        right = right.max(x + reach(0, 1));
    }
    [top, bottom, left, right]
}

/// The digit in black and white, its strokes as thick as on the training images, and sheared along its left side.
pub(super) fn bitmap(upright: &Grid, settings: &DigitPreprocessing) -> Bitmap {
    let [least, most] = settings.ink;
    let mut bitmap = Bitmap::above(upright, settings.stroke);
    for _ in 0..ROUNDS {
        let thinner = bitmap.eroded();
        if bitmap.count() <= most || thinner.count() < THIN {
            break;
        }
        bitmap = thinner;
    }
    for _ in 0..ROUNDS {
        if bitmap.count() >= least {
            break;
        }
        bitmap = bitmap.dilated();
    }
    sheared(bitmap)
}

/// Shifts rows so that the left end of the ink near the bottom comes under the one near the top.
fn sheared(bitmap: Bitmap) -> Bitmap {
    /// Distances from the first and last row, which may be a serif.
    const NEAR: [usize; 3] = [2, 3, 4];
    const MIN_HEIGHT: usize = 13;
    let is_inked = |row: &usize| bitmap.row(*row).contains(&true);
    let (Some(top), Some(bottom)) = ((0..SIDE).find(is_inked), (0..SIDE).rfind(is_inked)) else { return bitmap };
    if bottom - top + 1 < MIN_HEIGHT {
        return bitmap;
    }
    let leftmost = |row: usize| bitmap.row(row).iter().position(|&ink| ink);
    let at_top = NEAR.iter().filter_map(|distance| leftmost(top + distance)).min();
    let at_bottom = NEAR.iter().filter_map(|distance| leftmost(bottom - distance)).min();
    let (Some(at_top), Some(at_bottom)) = (at_top, at_bottom) else { return bitmap };
    let lean = (at_top as f64 - at_bottom as f64) / (bottom - top - 6) as f64;

    let mut sheared = bitmap.clone();
    for row in 0..SIDE {
        let shift = ((row as f64 - SIDE as f64 / 2.0) * lean).round() as isize;
        let from = bitmap.row(row);
        for (column, ink) in sheared.row_mut(row).iter_mut().enumerate() {
            *ink = column.checked_add_signed(-shift).and_then(|column| from.get(column)) == Some(&true);
        }
    }
    sheared
}
