//! Grids of numbers and of black and white, with the filters of the preprocessing.

use super::Raster;

/// A grid of numbers, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    height: usize,
    width: usize,
    values: Vec<f64>,
}

/// A grid of paper and ink, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    height: usize,
    width: usize,
    ink: Vec<bool>,
}

impl Grid {
    /// A grid of computed values: `value(row, column)` at each place.
    pub(super) fn from_fn(height: usize, width: usize, mut value: impl FnMut(usize, usize) -> f64) -> Self {
        let mut values = Vec::with_capacity(height * width);
        for row in 0..height {
            values.extend((0..width).map(|column| value(row, column)));
        }
        Self { height, width, values }
    }

    /// A picture reduced by a whole factor: means of `factor` x `factor` pixels. The right and bottom edges are repeated.
    pub(crate) fn reduced(raster: &Raster, factor: usize) -> Self {
        let (height, width) = (raster.height().div_ceil(factor), raster.width().div_ceil(factor));
        let mut sums = vec![0u64; height * width];
        for (y, line) in raster.pixels().chunks_exact(raster.width()).enumerate() {
            // The last row counts once more for each row that is missing below it.
            let is_last = y + 1 == raster.height();
            let times = if is_last { (height * factor - y) as u64 } else { 1 };
            let sums = &mut sums[y / factor * width..][..width];
            for (sum, pixels) in sums.iter_mut().zip(line.chunks(factor)) {
                let missing = (factor - pixels.len()) as u64 * u64::from(line[line.len() - 1]);
                *sum += times * (pixels.iter().map(|&pixel| u64::from(pixel)).sum::<u64>() + missing);
            }
        }
        let pixels = (factor * factor) as f64;
        Self { height, width, values: sums.into_iter().map(|sum| sum as f64 / pixels).collect() }
    }

    /// The grid reduced by a whole factor: means of `factor` x `factor` values. The right and bottom edges are repeated.
    pub(super) fn shrunk(&self, factor: usize) -> Self {
        Self::from_fn(self.height.div_ceil(factor), self.width.div_ceil(factor), |row, column| {
            let mut sum = 0.0;
            for y in row * factor..(row + 1) * factor {
                for x in column * factor..(column + 1) * factor {
                    sum += self.at(y.min(self.height - 1), x.min(self.width - 1));
                }
            }
            sum / (factor * factor) as f64
        })
    }

    /// The grid smoothed by means of 3x3 values. The edges are repeated.
    pub(super) fn smoothed(&self) -> Self {
        let near = |i: usize, size: usize| [i.saturating_sub(1), i, (i + 1).min(size - 1)];
        Self::from_fn(self.height, self.width, |row, column| {
            let rows = near(row, self.height).into_iter();
            rows.map(|y| near(column, self.width).into_iter().map(|x| self.at(y, x)).sum::<f64>()).sum::<f64>() / 9.0
        })
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The value at a row and a column.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        assert!(column < self.width, "column {column} of {}", self.width);
        self.values[row * self.width + column]
    }

    /// The value at a row and a column, 0 beyond the edges.
    pub(super) fn or_zero(&self, row: isize, column: isize) -> f64 {
        let is_within = (0..self.height as isize).contains(&row) && (0..self.width as isize).contains(&column);
        if is_within { self.at(row as usize, column as usize) } else { 0.0 }
    }

    /// The value at any point, linear between the centres of four cells; 0 beyond the edges.
    pub(super) fn bilinear(&self, row: f64, column: f64) -> f64 {
        let (top, left) = (row.floor(), column.floor());
        let (down, right) = (row - top, column - left);
        let (top, left) = (top as isize, left as isize);
        let across = |row: isize| self.or_zero(row, left) * (1.0 - right) + self.or_zero(row, left + 1) * right;
        across(top) * (1.0 - down) + across(top + 1) * down
    }

    /// The largest value.
    pub(super) fn max(&self) -> f64 {
        self.values.iter().copied().fold(f64::MIN, f64::max)
    }

    pub(super) fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self { values: self.values.iter().map(|&value| f(value)).collect(), ..*self }
    }

    /// Values of two grids of one size, combined.
    pub(super) fn zip(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(&a, &b)| f(a, b)).collect();
        Self { values, ..*self }
    }

    /// Morphological closing by a square of `2 reach + 1`: fills up dark places that fit into the square.
    pub(super) fn closed(&self, reach: usize) -> Self {
        let lines = |grid: &Self| {
            let mut grid = grid.clone();
            grid.values.chunks_exact_mut(grid.width).for_each(|line| running_max(line, reach));
            grid
        };
        let highest = |grid: &Self| lines(&lines(grid).transposed()).transposed();
        highest(&highest(self).map(|value| -value)).map(|value| -value)
    }

    /// Sums of the values at most `reach` rows and columns away.
    pub(super) fn windowed(&self, reach: usize) -> Self {
        let lines = |grid: &Self| {
            let mut sums = Vec::with_capacity(grid.values.len());
            for line in grid.values.chunks_exact(grid.width) {
                let mut until = vec![0.0; line.len() + 1];
                line.iter().enumerate().for_each(|(i, value)| until[i + 1] = until[i] + value);
                sums.extend(
                    (0..line.len()).map(|i| until[(i + reach + 1).min(line.len())] - until[i.saturating_sub(reach)]),
                );
            }
            Self { values: sums, ..*grid }
        };
        lines(&lines(self).transposed()).transposed()
    }

    /// Rows as columns.
    pub(super) fn transposed(&self) -> Self {
        Self::from_fn(self.width, self.height, |row, column| self.at(column, row))
    }
}

/// Replaces each value by the largest at most `reach` away (van Herk, 1992; Gil and Werman, 1993). It takes three comparisons
/// a value for any reach.
pub(super) fn running_max(line: &mut [f64], reach: usize) {
    let window = 2 * reach + 1;
    let mut from_left = vec![f64::MIN; (line.len() + 2 * reach).next_multiple_of(window)];
    from_left[reach..][..line.len()].copy_from_slice(line);
    let mut from_right = from_left.clone();
    // `f64::max` also handles NaN, which makes it slower.
    let larger = |a: f64, b: f64| if a > b { a } else { b };
    let highest_so_far = |highest: f64, value: &mut f64| {
        *value = larger(*value, highest);
        *value
    };
    for (left, right) in from_left.chunks_exact_mut(window).zip(from_right.chunks_exact_mut(window)) {
        left.iter_mut().fold(f64::MIN, highest_so_far);
        right.iter_mut().rev().fold(f64::MIN, highest_so_far);
    }
    for ((value, left), right) in line.iter_mut().zip(&from_left[window - 1..]).zip(&from_right) {
        *value = larger(*left, *right);
    }
}

/// The middle value, or the mean of the two middle ones.
pub(super) fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value that a share of all values are below, interpolated between two.
pub(super) fn quantile(values: &mut [f64], share: f64) -> f64 {
    let position = share * (values.len() - 1) as f64;
    let below = position.floor() as usize;
    let (_, &mut low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (position - below as f64) * (high - low)
}

impl Bitmap {
    /// Ink where the grid is above a threshold.
    pub(super) fn above(grid: &Grid, threshold: f64) -> Self {
        Self {
            height: grid.height,
            width: grid.width,
            ink: grid.values.iter().map(|&value| value > threshold).collect(),
        }
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// `true` for ink, row after row.
    pub fn ink(&self) -> &[bool] {
        &self.ink
    }

    /// Pixels of ink.
    pub(super) fn count(&self) -> usize {
        self.ink.iter().filter(|&&ink| ink).count()
    }

    pub(super) fn row(&self, row: usize) -> &[bool] {
        &self.ink[row * self.width..][..self.width]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [bool] {
        &mut self.ink[row * self.width..][..self.width]
    }

    /// Ink where there is ink on the pixel and its four neighbours.
    pub(super) fn eroded(&self) -> Self {
        self.with_neighbours(|pixels| pixels.into_iter().all(|ink| ink))
    }

    /// Ink where there is ink on the pixel or one of its four neighbours.
    pub(super) fn dilated(&self) -> Self {
        self.with_neighbours(|pixels| pixels.into_iter().any(|ink| ink))
    }

    fn with_neighbours(&self, decide: impl Fn([bool; 5]) -> bool) -> Self {
        let at = |row: Option<usize>, column: Option<usize>| match (row, column) {
            (Some(row), Some(column)) if row < self.height && column < self.width => self.row(row)[column],
            _ => false,
        };
        let mut ink = Vec::with_capacity(self.ink.len());
        for y in 0..self.height {
            for x in 0..self.width {
                let (row, column) = (Some(y), Some(x));
                ink.push(decide([
                    at(row, column),
                    at(y.checked_sub(1), column),
                    at(Some(y + 1), column),
                    at(row, x.checked_sub(1)),
                    at(row, Some(x + 1)),
                ]));
            }
        }
        Self { ink, ..*self }
    }

    /// Pixels of ink in each cell of `cell` x `cell`, row after row.
    pub(super) fn counts(&self, cell: usize) -> Vec<u8> {
        let columns = self.width / cell;
        let mut counts = vec![0; columns * (self.height / cell)];
        for (i, _) in self.ink.iter().enumerate().filter(|(_, ink)| **ink) {
            counts[i / self.width / cell * columns + i % self.width / cell] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_maximum_looks_both_ways() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0];
        for reach in 0..9 {
            let mut line = values;
            running_max(&mut line, reach);
            for (i, found) in line.into_iter().enumerate() {
                let near = &values[i.saturating_sub(reach)..(i + reach + 1).min(values.len())];
                assert_eq!(found, near.iter().copied().fold(f64::MIN, f64::max), "reach {reach}, value {i}");
            }
        }
    }

    #[test]
    fn quantiles_are_numpys() {
        // numpy.percentile([7, 1, 3, 9], [0, 25, 50, 75, 100])
        for (share, expected) in [(0.0, 1.0), (0.25, 2.5), (0.5, 5.0), (0.75, 7.5), (1.0, 9.0)] {
            assert_eq!(quantile(&mut [7.0, 1.0, 3.0, 9.0], share), expected);
        }
        assert_eq!(median(&mut [5.0]), 5.0);
    }

    #[test]
    fn a_picture_is_reduced_by_means_with_its_edges_repeated() {
        let raster = Raster::new(1, 3, vec![0, 100, 40]);
        let grid = Grid::reduced(&raster, 2);
        assert_eq!((grid.height(), grid.width(), grid.values()), (1, 2, &[50.0, 40.0][..]));
        assert_eq!(Grid::reduced(&raster, 1).shrunk(2), grid);
        // A strip of a million pixels costs no more than its pixels.
        let strip = Raster::new(1, 1_000_000, vec![7; 1_000_000]);
        assert_eq!(Grid::reduced(&strip, 3907).values(), [7.0; 256]);
    }

    #[test]
    fn erosion_and_dilation_take_and_give_a_pixel() {
        let one = Grid::from_fn(3, 3, |row, column| f64::from(u8::from(row == 1 && column == 1)));
        let cross = Bitmap::above(&one, 0.5).dilated();
        assert_eq!(cross.ink(), [false, true, false, true, true, true, false, true, false]);
        assert_eq!(cross.eroded(), Bitmap::above(&one, 0.5));
        assert_eq!(cross.dilated().count(), 9);
        assert_eq!(cross.dilated().eroded().count(), 1, "beyond the edges there is paper");
        assert_eq!(cross.counts(3), [5]);
    }
}
