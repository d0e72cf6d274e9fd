//! Ink and paper: tells them apart in uneven light, with grain, dark on light or light on dark.

use super::grid::{median, quantile, running_max};
use super::{Bitmap, DigitPreprocessing, Grid, NoDigit};

/// Largest side of a small picture, like those of MNIST; a larger one is a photo.
pub(super) const SMALL: usize = 64;

/// Returns whether a picture is a small one, like those of MNIST.
pub(super) fn is_small(grey: &Grid) -> bool {
    grey.height().max(grey.width()) <= SMALL
}

/// The ink of a picture, 0 on paper and about 1 under the pen; and `true` if it is darker than the paper.
///
/// # Errors
/// [`NoDigit`] if nothing stands out.
pub(super) fn find(grey: &Grid, settings: &DigitPreprocessing) -> Result<(Grid, bool), NoDigit> {
    let longest = grey.height().max(grey.width());
    let is_small = is_small(grey);
    let smooth = if is_small { grey.clone() } else { grey.smoothed() };
    let reach = ((settings.window * longest as f64).round_ties_even() as usize).max(2);
    let light = Light::fit(&smooth);

    // Dark ink is darker than the lightest paper around it, light ink lighter than the darkest.
    let stands_out = |picture: &Grid, sign: f64| {
        let around = if is_small {
            padded(picture, reach + 1, |row, column| sign * light.at(row, column))
        } else {
            padded_by_its_edges(picture, reach + 1, reach)
        };
        let closed = around.closed(reach);
        Grid::from_fn(picture.height(), picture.width(), |row, column| {
            (closed.at(row + reach + 1, column + reach + 1) - picture.at(row, column)).max(0.0)
        })
    };
    let dark = stands_out(&smooth, 1.0);
    let bright = stands_out(&smooth.map(|value| -value), -1.0);

    // Ink differs from the light on the paper as well as from the paper around it.
    let from_light = Grid::from_fn(smooth.height(), smooth.width(), |row, column| {
        smooth.at(row, column) - light.at(row as f64, column as f64)
    });
    let weight = |ink: &Grid, sign: f64| -> f64 {
        let both = ink.zip(&from_light, |ink, from_light| ink.min(sign * from_light).max(0.0));
        both.values().iter().map(|value| value * value).sum()
    };
    let is_dark = weight(&dark, -1.0) >= weight(&bright, 1.0);
    let mut ink = if is_dark { dark } else { bright };
    if share(&ink, |value| value > 0.0) > 0.6 {
        let grain = median(&mut ink.values().to_vec());
        ink = ink.map(|value| (value - grain).max(0.0));
    }
    let full = full_ink(&ink, settings)?;
    Ok((ink.map(|value| value / full), is_dark))
}

/// The ink of a page with strokes of any number, 0 on paper and about 1 under the pen; and `true` if it is darker than the
/// paper. `None` if nothing stands out.
///
/// Ink takes a share of the light on the paper, so that it is as dark in a shadow as beside it.
pub(super) fn on_page(
    grey: &Grid,
    paper: Option<&Bitmap>,
    is_sheet: bool,
    settings: &DigitPreprocessing,
) -> Option<(Grid, bool)> {
    /// Half the width of the broadest stroke, as a share of the page.
    const STROKE: f64 = 0.08;
    let longest = grey.height().max(grey.width());
    let reach = ((STROKE * longest as f64) as usize).max(2);
    let smooth = grey.smoothed();
    let is_paper = |row: usize, column: usize| paper.is_none_or(|paper| paper.row(row)[column]);
    let stands_out = |picture: &Grid| {
        // What is beyond the paper is as dark as can be, and so much broader than a stroke that it is no ink.
        let picture = &Grid::from_fn(picture.height(), picture.width(), |row, column| {
            if is_paper(row, column) { picture.at(row, column) } else { 0.0 }
        });
        let closed = padded_by_its_edges(picture, reach + 1, reach).closed(reach);
        /// Grey value of the darkest paper.
        const DARKEST: f64 = 24.0;
        Grid::from_fn(picture.height(), picture.width(), |row, column| {
            let paper = closed.at(row + reach + 1, column + reach + 1);
            let ink = (paper - picture.at(row, column)).max(0.0) / paper.max(DARKEST);
            if is_paper(row, column) { ink } else { 0.0 }
        })
    };
    // A sheet is lighter than the table, and what is written on it darker than the sheet.
    let is_dark = is_sheet || is_dark(grey, paper);
    let ink = if is_dark { stands_out(&smooth) } else { stands_out(&smooth.map(|value| f64::from(u8::MAX) - value)) };

    // For normal values, the standard deviation is 1.4826 times the median distance from the median.
    let on_paper: Vec<f64> = match paper {
        Some(paper) => ink.values().iter().zip(paper.ink()).filter(|(_, paper)| **paper).map(|(ink, _)| *ink).collect(),
        None => ink.values().to_vec(),
    };
    if on_paper.is_empty() {
        return None;
    }
    let grain = median(&mut on_paper.clone());
    let spread = 1.4826 * median(&mut on_paper.iter().map(|value| (value - grain).abs()).collect::<Vec<_>>());
    let least = settings.contrast / f64::from(u8::MAX);
    let threshold = (grain + settings.separation * spread.max(0.5 / f64::from(u8::MAX))).max(least);
    let mut strokes: Vec<f64> = ink.values().iter().copied().filter(|&value| value > threshold).collect();
    if strokes.is_empty() {
        return None;
    }
    // Once without the soft edges of the strokes, which are half as dark as the strokes at most.
    let half = grain + (quantile(&mut strokes, 0.75) - grain) / 2.0;
    strokes.retain(|&value| value >= half);
    let full = quantile(&mut strokes, 0.75) - grain;
    Some((ink.map(|value| ((value - grain) / full).max(0.0)), is_dark))
}

/// Returns whether the ink of a page is darker than its paper.
///
/// Strokes cover less than half of what is around them, so that they are further from its mean than the paper is. On the two
/// sides of a shadow's edge, the cubes of these distances cancel.
fn is_dark(grey: &Grid, paper: Option<&Bitmap>) -> bool {
    /// Pixels that the longer side is brought down to.
    const COARSE: usize = 256;
    /// Half the width of what is around a pixel.
    const AROUND: usize = 32;
    let factor = grey.height().max(grey.width()).div_ceil(COARSE);
    let weight = Grid::from_fn(grey.height(), grey.width(), |row, column| {
        f64::from(u8::from(paper.is_none_or(|paper| paper.row(row)[column])))
    });
    let sums = grey.zip(&weight, |value, weight| value * weight).shrunk(factor);
    let weight = weight.shrunk(factor);
    let means = sums.windowed(AROUND).zip(&weight.windowed(AROUND), |sum, weight| sum / weight.max(1e-9));
    let distance = sums.zip(&means.zip(&weight, |mean, weight| mean * weight), |value, mean| value - mean);
    distance.values().iter().map(|distance| distance * distance * distance).sum::<f64>() <= 0.0
}

/// The difference in grey between a full stroke and the paper.
fn full_ink(ink: &Grid, settings: &DigitPreprocessing) -> Result<f64, NoDigit> {
    let threshold = otsu(ink).ok_or(NoDigit::Uniform)?;
    let (mut strokes, paper): (Vec<f64>, Vec<f64>) = ink.values().iter().partition(|&&value| value >= threshold);
    if strokes.is_empty() || paper.is_empty() {
        return Err(NoDigit::Uniform);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let level = mean(&paper);
    let contrast = mean(&strokes) - level;
    let variance = mean(&paper.iter().map(|value| (value - level) * (value - level)).collect::<Vec<_>>());
    if contrast < settings.contrast || contrast / variance.sqrt().max(0.5) < settings.separation {
        return Err(NoDigit::Blank);
    }
    Ok(quantile(&mut strokes, 0.75))
}

/// The threshold between two classes of values that differ most (Otsu, 1979); `None` when all are 0.
fn otsu(grid: &Grid) -> Option<f64> {
    const BINS: usize = 256;
    let max = grid.max();
    if max <= 0.0 {
        return None;
    }
    let mut counts = [0.0; BINS];
    for value in grid.values() {
        counts[((value / max * BINS as f64) as usize).min(BINS - 1)] += 1.0;
    }
    let centre = |bin: usize| (bin as f64 + 0.5) * max / BINS as f64;
    let all: f64 = counts.iter().sum();
    let total: f64 = (0..BINS).map(|bin| counts[bin] * centre(bin)).sum();
    let (mut below, mut sum, mut best, mut threshold) = (0.0, 0.0, -1.0, 0);
    for (bin, count) in counts.iter().enumerate() {
        below += count;
        sum += count * centre(bin);
        if below == 0.0 || below == all {
            continue;
        }
        let excess = total * below / all - sum;
        let between = excess * excess / (below * (all - below));
        if between > best {
            (best, threshold) = (between, bin);
        }
    }
    Some((threshold + 1) as f64 * max / BINS as f64)
}

/// The light on the paper: a quadratic surface, fitted to the border of the picture without its strokes.
struct Light {
    coefficients: [f64; TERMS],
    height: usize,
    width: usize,
}

const TERMS: usize = 6;

impl Light {
    fn fit(grey: &Grid) -> Self {
        const BORDER: f64 = 0.08;
        const ROUNDS: usize = 6;
        let (height, width) = (grey.height(), grey.width());
        let border = ((BORDER * height.min(width) as f64).round_ties_even() as usize).max(1);
        let mut light = Self { coefficients: [0.0; TERMS], height, width };
        let mut ring: Vec<([f64; TERMS], f64)> = Vec::new();
        for row in 0..height {
            for column in 0..width {
                let is_inside = row >= border && row + border < height && column >= border && column + border < width;
                if !is_inside {
                    ring.push((light.terms(row as f64, column as f64), grey.at(row, column)));
                }
            }
        }
        // For normal values, the standard deviation is 1.4826 times the median distance.
        let deviation = |residuals: &[f64]| 1.4826 * median(&mut residuals.iter().map(|r| r.abs()).collect::<Vec<_>>());
        let middle = median(&mut ring.iter().map(|(_, value)| *value).collect::<Vec<_>>());
        let mut residuals: Vec<f64> = ring.iter().map(|(_, value)| value - middle).collect();
        let mut most = (2.5 * deviation(&residuals)).max(4.0);
        for _ in 0..ROUNDS {
            let paper =
                ring.iter().zip(&residuals).filter(|(_, residual)| residual.abs() <= most).map(|(point, _)| point);
            let coefficients = least_squares(paper, 1e-3 * ring.len() as f64);
            // The fit has converged: further rounds would give the same.
            if coefficients == light.coefficients {
                break;
            }
            light.coefficients = coefficients;
            residuals = ring.iter().map(|(terms, value)| value - dot(terms, &light.coefficients)).collect();
            most = 2.5 * deviation(&residuals).max(1.5);
        }
        light
    }

    /// The light at a point; beyond the picture, that of its edge.
    fn at(&self, row: f64, column: f64) -> f64 {
        let inside = |position: f64, size: usize| position.clamp(0.0, size as f64 - 1.0);
        dot(&self.terms(inside(row, self.height), inside(column, self.width)), &self.coefficients)
    }

    fn terms(&self, row: f64, column: f64) -> [f64; TERMS] {
        let longest = self.height.max(self.width) as f64;
        let centred = |position: f64, size: usize| (position - (size as f64 - 1.0) / 2.0) * 2.0 / longest;
        let (u, v) = (centred(column, self.width), centred(row, self.height));
        [1.0, u, v, u * u, u * v, v * v]
    }
}

fn dot(a: &[f64; TERMS], b: &[f64; TERMS]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The coefficients that fit points best in ridge regression; the first one, the constant, is not penalised.
fn least_squares<'a>(points: impl Iterator<Item = &'a ([f64; TERMS], f64)>, ridge: f64) -> [f64; TERMS] {
    let mut matrix = [[0.0; TERMS + 1]; TERMS];
    for (terms, value) in points {
        for (i, term) in terms.iter().enumerate() {
            let others = terms[i..].iter().chain([value]);
            matrix[i][i..].iter_mut().zip(others).for_each(|(cell, other)| *cell += term * other);
        }
    }
    // The matrix is symmetric: only its upper half was summed.
    for (row, column) in (1..TERMS).flat_map(|row| (0..row).map(move |column| (row, column))) {
        matrix[row][column] = matrix[column][row];
    }
    (1..TERMS).for_each(|i| matrix[i][i] += ridge);
    // Gauss-Jordan elimination; the matrix is positive definite, so that no pivot is 0.
    for pivot in 0..TERMS {
        let row = matrix[pivot].map(|cell| cell / matrix[pivot][pivot].max(f64::MIN_POSITIVE));
        matrix[pivot] = row;
        for (_, other) in matrix.iter_mut().enumerate().filter(|(i, _)| *i != pivot) {
            let factor = other[pivot];
            other.iter_mut().zip(row).for_each(|(cell, part)| *cell -= factor * part);
        }
    }
    matrix.map(|row| row[TERMS])
}

/// A picture with a margin whose values are computed from row and column, counted from the picture's first.
fn padded(picture: &Grid, margin: usize, value: impl Fn(f64, f64) -> f64) -> Grid {
    let (height, width) = (picture.height(), picture.width());
    Grid::from_fn(height + 2 * margin, width + 2 * margin, |row, column| {
        let inside = |i: usize, size: usize| (margin..margin + size).contains(&i).then(|| i - margin);
        match (inside(row, height), inside(column, width)) {
            (Some(row), Some(column)) => picture.at(row, column),
            _ => value(row as f64 - margin as f64, column as f64 - margin as f64),
        }
    })
}

/// A picture with a margin that continues its edges, without the strokes that cross them.
fn padded_by_its_edges(picture: &Grid, margin: usize, reach: usize) -> Grid {
    let (height, width) = (picture.height(), picture.width());
    let row = |row: usize| closed_line((0..width).map(|column| picture.at(row, column)).collect(), reach);
    let column = |column: usize| closed_line((0..height).map(|row| picture.at(row, column)).collect(), reach);
    let (top, bottom, left, right) = (row(0), row(height - 1), column(0), column(width - 1));
    padded(picture, margin, |row, column| {
        let end = |position: f64, size: usize| position.clamp(0.0, size as f64 - 1.0) as usize;
        let (is_above, is_below) = (row < 0.0, row >= height as f64);
        let (is_left, is_right) = (column < 0.0, column >= width as f64);
        let across = (is_above || is_below).then(|| if is_above { &top } else { &bottom }[end(column, width)]);
        let down = (is_left || is_right).then(|| if is_left { &left } else { &right }[end(row, height)]);
        across.into_iter().chain(down).fold(f64::MIN, f64::max)
    })
}

fn closed_line(mut line: Vec<f64>, reach: usize) -> Vec<f64> {
    running_max(&mut line, reach);
    line.iter_mut().for_each(|value| *value = -*value);
    running_max(&mut line, reach);
    line.into_iter().map(|value| -value).collect()
}

fn share(grid: &Grid, is: impl Fn(f64) -> bool) -> f64 {
    grid.values().iter().filter(|&&value| is(value)).count() as f64 / grid.values().len() as f64
}
