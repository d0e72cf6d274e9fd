//! Perspective: the way from the plane of a paper to a picture of it.

use super::layout::Point;

/// Unknowns of a projection.
const UNKNOWNS: usize = 8;

/// A projection of a plane onto another: `[x, y, 1]` times a 3x3 matrix whose last value is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection([f64; UNKNOWNS + 1]);

impl Projection {
    /// The projection that takes the first point of each pair to the second one, as nearly as it can (least squares).
    /// `None` for fewer than four pairs, or points on a line.
    ///
    /// With `h` for the matrix, a pair `(x, y)` and `(u, v)` gives two linear equations:
    /// `u = h0 x + h1 y + h2 - u (h6 x + h7 y)` and `v = h3 x + h4 y + h5 - v (h6 x + h7 y)`.
    pub fn fit(pairs: &[(Point, Point)]) -> Option<Self> {
        if pairs.len() < 4 {
            return None;
        }
        // Both planes are brought to the same range first, so that the equations have terms of one size.
        let from = Scale::of(pairs.iter().map(|pair| pair.0));
        let to = Scale::of(pairs.iter().map(|pair| pair.1));
        let mut normal = [[0.0; UNKNOWNS + 1]; UNKNOWNS];
        for &(point, image) in pairs {
            let ([x, y], [u, v]) = (from.apply(point), to.apply(image));
            let equations =
                [[x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u], [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v]];
            for terms in equations {
                for (row, term) in normal.iter_mut().zip(terms) {
                    row.iter_mut().zip(terms).for_each(|(cell, other)| *cell += term * other);
                }
            }
        }
        let h = solve(normal)?;
        let scaled = Self([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1.0]);
        let whole = product(&to.inverse(), &product(&scaled.0, &from.matrix()));
        (whole[8].abs() > 1e-9).then(|| Self(whole.map(|value| value / whole[8])))
    }

    /// The image of a point.
    pub fn apply(&self, [x, y]: Point) -> Point {
        let h = &self.0;
        let depth = h[6] * x + h[7] * y + h[8];
        [(h[0] * x + h[1] * y + h[2]) / depth, (h[3] * x + h[4] * y + h[5]) / depth]
    }
}

/// A shift and a scale that bring points around 0.
struct Scale {
    centre: Point,
    factor: f64,
}

impl Scale {
    fn of(points: impl Iterator<Item = Point> + Clone) -> Self {
        let count = points.clone().count() as f64;
        let sum = points.clone().fold([0.0; 2], |sum, point| [sum[0] + point[0], sum[1] + point[1]]);
        let centre = sum.map(|sum| sum / count);
        let farthest = points.map(|[x, y]| (x - centre[0]).abs().max((y - centre[1]).abs())).fold(0.0, f64::max);
        Self { centre, factor: 1.0 / farthest.max(f64::MIN_POSITIVE) }
    }

    fn apply(&self, [x, y]: Point) -> Point {
        [(x - self.centre[0]) * self.factor, (y - self.centre[1]) * self.factor]
    }

    fn matrix(&self) -> [f64; 9] {
        let ([x, y], k) = (self.centre, self.factor);
        [k, 0.0, -k * x, 0.0, k, -k * y, 0.0, 0.0, 1.0]
    }

    fn inverse(&self) -> [f64; 9] {
        let ([x, y], k) = (self.centre, self.factor);
        [1.0 / k, 0.0, x, 0.0, 1.0 / k, y, 0.0, 0.0, 1.0]
    }
}

fn product(a: &[f64; 9], b: &[f64; 9]) -> [f64; 9] {
    std::array::from_fn(|i| (0..3).map(|k| a[i / 3 * 3 + k] * b[k * 3 + i % 3]).sum())
}

/// Gaussian elimination, each time with the largest pivot; `None` if the equations have no single solution.
fn solve(mut matrix: [[f64; UNKNOWNS + 1]; UNKNOWNS]) -> Option<[f64; UNKNOWNS]> {
    for pivot in 0..UNKNOWNS {
        let largest = (pivot..UNKNOWNS).max_by(|&a, &b| matrix[a][pivot].abs().total_cmp(&matrix[b][pivot].abs()))?;
        matrix.swap(pivot, largest);
        if matrix[pivot][pivot].abs() < 1e-9 {
            return None;
        }
        let row = matrix[pivot].map(|cell| cell / matrix[pivot][pivot]);
        matrix[pivot] = row;
        for (_, other) in matrix.iter_mut().enumerate().filter(|(i, _)| *i != pivot) {
            let factor = other[pivot];
            other.iter_mut().zip(row).for_each(|(cell, part)| *cell -= factor * part);
        }
    }
    Some(matrix.map(|row| row[UNKNOWNS]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_is_found_from_its_points() {
        let truth = Projection([2.0, 0.3, 100.0, -0.2, 1.8, 50.0, 4e-4, -3e-4, 1.0]);
        let points = [[10.0, 20.0], [200.0, 20.0], [200.0, 287.0], [10.0, 287.0], [90.0, 130.0]];
        let pairs = points.map(|point| (point, truth.apply(point)));
        for pairs in [&pairs[..4], &pairs] {
            let found = Projection::fit(pairs).unwrap();
            for point in [[0.0, 0.0], [105.0, 148.0], [210.0, 297.0]] {
                let (a, b) = (found.apply(point), truth.apply(point));
                assert!((a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6, "{a:?} is not {b:?}");
            }
        }
        let on_a_line: Vec<_> = (0..8).map(|i| ([f64::from(i), 0.0], [f64::from(i), 0.0])).collect();
        assert_eq!(Projection::fit(&on_a_line), None);
        assert_eq!(Projection::fit(&pairs[..3]), None);
    }
}
