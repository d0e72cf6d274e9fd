//! Paper: the sheet on a photograph, lighter than the table that it lies on.

use super::Grid;
use super::connected::{Touch, connected};
use super::grid::quantile;
use super::hull::Hull;

/// Pixels that the longer side of a photograph is brought down to, to look for a sheet.
const COARSE: usize = 160;
/// Half the width of the ink, in coarse pixels, that is filled up with paper before.
const INK: usize = 4;
/// Brightness levels above which a sheet is looked for.
const LEVELS: usize = 24;
/// Differences of grey between neighbouring pixels below which paper is smooth.
const SMOOTH: [f64; 5] = [4.0, 6.0, 9.0, 14.0, 20.0];
/// Smallest sheet, as a share of the picture.
const SMALL: f64 = 0.08;
/// Largest sheet: beyond it there is no table.
const LARGE: f64 = 0.97;

/// The outline of the sheet on a photograph, in pixels of the grid; `None` if all of it is paper, or no sheet is found.
///
/// A sheet is a light or a smooth region with four straight sides, all of them lighter inside than outside. The edge of a
/// shadow is one side only, and a region of light is round.
pub(super) fn find(grey: &Grid) -> Option<Hull> {
    let factor = grey.height().max(grey.width()).div_ceil(COARSE);
    let coarse = grey.shrunk(factor);
    if coarse.height().min(coarse.width()) <= 4 * INK {
        return None;
    }
    let closed = coarse.smoothed().closed(INK);
    let mut values = closed.values().to_vec();
    let (low, high) = (quantile(&mut values, 0.02), quantile(&mut values, 0.98));
    let level = |i: usize| low + (high - low) * (i as f64 + 0.5) / LEVELS as f64;
    let is_light = (0..LEVELS).map(|i| closed.map(|value| f64::from(u8::from(value > level(i)))));
    let edges = steepness(&closed);
    let is_smooth = SMOOTH.iter().map(|most| edges.map(|value| f64::from(u8::from(value < *most))));
    let sheets = is_light.chain(is_smooth).flat_map(|mask| regions(&mask)).filter_map(|region| {
        let hull = Hull::around(&region)?;
        likeness(&hull, region.len(), &closed).map(|likeness| (hull, likeness))
    });
    let (best, _) = sheets.max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(best.scaled(factor as f64))
}

/// The difference between the lightest and the darkest of the nine pixels around each.
fn steepness(grey: &Grid) -> Grid {
    let near = |i: usize, size: usize| i.saturating_sub(1)..(i + 2).min(size);
    Grid::from_fn(grey.height(), grey.width(), |row, column| {
        let (mut least, mut most) = (f64::MAX, f64::MIN);
        for y in near(row, grey.height()) {
            for x in near(column, grey.width()) {
                least = least.min(grey.at(y, x));
                most = most.max(grey.at(y, x));
            }
        }
        most - least
    })
}

/// The large regions of a mask: the rows and columns of their pixels.
fn regions(mask: &Grid) -> Vec<Vec<(usize, usize)>> {
    let (height, width) = (mask.height(), mask.width());
    let mut regions = Vec::new();
    connected(
        [height, width],
        Touch::Sides,
        |pixel| mask.values()[pixel] > 0.5,
        |pixels| {
            if pixels.len() as f64 >= 0.8 * SMALL * (height * width) as f64 {
                regions.push(pixels.iter().map(|pixel| (pixel / width, pixel % width)).collect());
            }
        },
    );
    regions
}

/// The likeness of a region to a sheet: of the right size, with four straight sides, lighter inside than outside. `None` for
/// one that is none.
fn likeness(hull: &Hull, pixels: usize, grey: &Grid) -> Option<f64> {
    /// Pixels that fill the outline; ink that was not filled up leaves holes.
    const FILLED: f64 = 0.8;
    /// The outline fills a turned rectangle; a circle fills 79 %.
    const RECTANGULAR: f64 = 0.86;
    /// Sides beyond the picture, as a share of all.
    const CUT: f64 = 0.45;
    /// Sides that are lighter inside, as a share of those on the picture.
    const LIGHTER: f64 = 0.85;
    let (height, width) = (grey.height() as f64, grey.width() as f64);
    let area = hull.area();
    if !(SMALL * height * width..=LARGE * height * width).contains(&area) || (pixels as f64) < FILLED * area {
        return None;
    }
    let (_, sides) = hull.rectangle();
    let rectangular = area / (sides[0] * sides[1]);
    if rectangular < RECTANGULAR || sides[0].min(sides[1]) < 0.15 * height.min(width) {
        return None;
    }
    let at = |[y, x]: [f64; 2]| {
        let is_on_picture = y >= 0.0 && x >= 0.0 && y < height && x < width;
        is_on_picture.then(|| grey.at(y as usize, x as usize))
    };
    let (mut all, mut cut, mut lighter) = (0.0, 0.0, 0.0);
    for ([y, x], [down, right]) in hull.border() {
        all += 1.0;
        let (inside, outside) = (at([y - 2.5 * down, x - 2.5 * right]), at([y + 3.0 * down, x + 3.0 * right]));
        match (inside, outside) {
            (Some(inside), Some(outside)) if inside - outside >= f64::max(10.0, 0.08 * inside) => lighter += 1.0,
            (_, None) => cut += 1.0,
            _ => {}
        }
    }
    // A sheet and a piece of the table beside it are larger than the sheet, but less like a rectangle.
    let share = lighter / (all - cut);
    let weight = rectangular * rectangular * share;
    (cut <= CUT * all && share >= LIGHTER).then(|| weight * weight * area.sqrt())
}
