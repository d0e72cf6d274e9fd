//! Centring, as MNIST's makers did it to every digit: fitted into a box, and put into a larger image by its centre of mass.
//!
//! Source: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-Based Learning Applied to Document Recognition, 1998.

use super::normalize::edges_of_strokes;
use super::{DigitPreprocessing, Grid, Raster};

/// Rows and columns of the image.
pub(crate) const SIDE: usize = 28;
/// Rows and columns of the box that a digit is fitted into.
pub(super) const BOX: usize = 20;
/// Row and column of the centre of mass, counted from 0.
const MIDDLE: f64 = 14.0;
/// Points across a pixel, and down, whose ink a pixel is the mean of.
const POINTS: usize = 4;

/// The digit as large as the box, up and down or across.
pub(super) fn fitted(ink: &Grid, settings: &DigitPreprocessing) -> Grid {
    let [top, bottom, left, right] = edges_of_strokes(ink, settings, |_, x| x);
    let (height, width) = (bottom - top, right - left);
    // Pixels of the ink for each pixel of the box.
    let scale = height.max(width) / BOX as f64;
    let (rows, columns) = (pixels(height / scale), pixels(width / scale));
    let centre = ((top + bottom) / 2.0, (left + right) / 2.0);
    let point =
        |i: usize, point: usize, size: usize| i as f64 + (point as f64 + 0.5) / POINTS as f64 - size as f64 / 2.0;
    Grid::from_fn(rows, columns, |row, column| {
        let ink_at = |i: usize| {
            let y = centre.0 + point(row, i / POINTS, rows) * scale;
            let x = centre.1 + point(column, i % POINTS, columns) * scale;
            ink.bilinear(y, x)
        };
        (0..POINTS * POINTS).map(ink_at).sum::<f64>() / (POINTS * POINTS) as f64
    })
}

/// Whole pixels for a length up to that of the box.
fn pixels(length: f64) -> usize {
    ((length - 1e-9).ceil() as usize).clamp(1, BOX)
}

/// The image with the centre of mass in its middle: 0 for paper, 255 for ink.
pub(super) fn centred(fitted: &Grid) -> Vec<u8> {
    let (height, width) = (fitted.height(), fitted.width());
    let moment = |of: fn(usize, usize) -> f64| -> f64 {
        (0..height * width).map(|i| fitted.values()[i] * of(i / width, i % width)).sum()
    };
    let mass = moment(|_, _| 1.0);
    // The first row or column of the digit. MNIST's digits have their centre of mass in the row and column after the middle.
    let first = |centre: f64, size: usize| (MIDDLE - centre).round().clamp(0.0, (SIDE - size) as f64) as usize;
    let mass = mass.max(f64::MIN_POSITIVE);
    let top = first(moment(|row, _| row as f64) / mass, height);
    let left = first(moment(|_, column| column as f64) / mass, width);
    let mut image = vec![0; SIDE * SIDE];
    for (i, value) in fitted.values().iter().enumerate() {
        image[(top + i / width) * SIDE + left + i % width] = (value * f64::from(u8::MAX)).round() as u8;
    }
    image
}

/// Returns whether a picture is such an image already: light on dark, as large as the box, and centred.
pub(super) fn is_centred(picture: &Raster) -> bool {
    /// Whole pixels leave half a pixel, and a little more where MNIST's own was rounded.
    const NEAR: f64 = 0.55;
    if (picture.height(), picture.width()) != (SIDE, SIDE) {
        return false;
    }
    let inked = || (0..SIDE * SIDE).filter(|&i| picture.pixels()[i] > 0);
    let (Some(top), Some(bottom)) = (inked().map(|i| i / SIDE).min(), inked().map(|i| i / SIDE).max()) else {
        return false;
    };
    let (left, right) = (inked().map(|i| i % SIDE).min().unwrap_or(0), inked().map(|i| i % SIDE).max().unwrap_or(0));
    let mass: f64 = picture.pixels().iter().map(|&value| f64::from(value)).sum();
    let is_in_the_middle = |place: fn(usize) -> usize| {
        let centre = inked().map(|i| f64::from(picture.pixels()[i]) * place(i) as f64).sum::<f64>() / mass;
        (centre - MIDDLE).abs() <= NEAR
    };
    let longer = (bottom - top).max(right - left) + 1;
    (BOX - 1..=BOX).contains(&longer) && is_in_the_middle(|i| i / SIDE) && is_in_the_middle(|i| i % SIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Fixture {
        cases: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        height: usize,
        width: usize,
        grey: Vec<u8>,
        pixels: Vec<u8>,
    }

    #[test]
    fn digits_are_centred_as_numpy_computes_it() {
        let fixture: Fixture = serde_json::from_str(include_str!("../../tests/fixtures/centred.json")).unwrap();
        for Case { name, height, width, grey, pixels } in fixture.cases {
            let picture = Raster::new(height, width, grey);
            let steps = DigitPreprocessing::default().centred(&picture).unwrap();
            let far = steps.pixels.iter().zip(&pixels).filter(|(ours, numpys)| ours.abs_diff(**numpys) > 1).count();
            assert_eq!(far, 0, "{name}: {:?}", steps.pixels);
            // What is centred stays as it is.
            let again = Raster::new(SIDE, SIDE, steps.pixels.clone());
            assert!(is_centred(&again), "{name}");
            assert_eq!(DigitPreprocessing::default().centred(&again).unwrap().pixels, steps.pixels);
        }
    }
}
