//! Dark squares on a picture, seen from any side.

use crate::preprocess::Raster;
use crate::preprocess::connected::{Touch, connected};
use crate::preprocess::hull::Hull;

use super::layout::Point;

/// A dark quadrilateral: its corners, clockwise, to a fraction of a pixel.
pub type Quadrilateral = [Point; 4];

/// A pixel is dark if it has less than this share of the mean around it.
const DARK: f64 = 0.72;
/// Half the window of that mean, as a share of the longer side of the picture.
const WINDOW: f64 = 1.0 / 30.0;
/// The least side of a square in pixels: two for each of its cells.
const MIN_SIDE: usize = 14;
/// The largest side of a square, as a share of the longer side of the picture.
const MAX_SIDE: f64 = 0.25;
/// The least share of its hull that a square fills.
const MIN_FILL: f64 = 0.85;

/// The dark squares on a picture that may be marks.
pub fn squares(picture: &Raster) -> Vec<Quadrilateral> {
    let is_dark = dark(picture);
    let (height, width) = (picture.height(), picture.width());
    let most = (MAX_SIDE * height.max(width) as f64) as usize;
    let mut found = Vec::new();
    connected(
        [height, width],
        Touch::Sides,
        |pixel| is_dark[pixel],
        |pixels| {
            if let Some(hull) = hull_of_square(pixels, width, height, most) {
                found.extend(quadrilateral(&hull).map(|rough| refined(picture, rough)));
            }
        },
    );
    found
}

/// The pixels that are darker than those around them.
fn dark(picture: &Raster) -> Vec<bool> {
    let (height, width) = (picture.height(), picture.width());
    let reach = (WINDOW * height.max(width) as f64).ceil() as usize;
    // Sums over all pixels above and to the left of each corner between pixels.
    let across = width + 1;
    let mut sums = vec![0u32; (height + 1) * across];
    for (row, line) in picture.pixels().chunks_exact(width).enumerate() {
        let mut sum = 0;
        for (column, &value) in line.iter().enumerate() {
            sum += u32::from(value);
            sums[(row + 1) * across + column + 1] = sums[row * across + column + 1] + sum;
        }
    }
    let mut is_dark = Vec::with_capacity(height * width);
    for row in 0..height {
        let (top, bottom) = (row.saturating_sub(reach), (row + reach + 1).min(height));
        for column in 0..width {
            let (left, right) = (column.saturating_sub(reach), (column + reach + 1).min(width));
            let sum = |row: usize, column: usize| sums[row * across + column];
            let sum = (sum(bottom, right) - sum(top, right)) - (sum(bottom, left) - sum(top, left));
            let mean = f64::from(sum) / ((bottom - top) * (right - left)) as f64;
            is_dark.push(f64::from(picture.pixels()[row * width + column]) < DARK * mean);
        }
    }
    is_dark
}

/// The convex hull of a group of pixels, clockwise; `None` if its size or its place is not that of a mark.
fn hull_of_square(pixels: &[usize], width: usize, height: usize, most: usize) -> Option<Vec<Point>> {
    if pixels.len() < MIN_SIDE * MIN_SIDE / 3 || pixels.len() > most * most {
        return None;
    }
    let rows = || pixels.iter().map(|pixel| pixel / width);
    let columns = || pixels.iter().map(|pixel| pixel % width);
    let (top, bottom, left, right) = (rows().min()?, rows().max()?, columns().min()?, columns().max()?);
    let (tall, wide) = (bottom - top + 1, right - left + 1);
    let is_at_edge = top == 0 || left == 0 || bottom + 1 == height || right + 1 == width;
    let is_long = tall > 3 * wide || wide > 3 * tall;
    if is_at_edge || is_long || tall.min(wide) < MIN_SIDE || tall.max(wide) > most {
        return None;
    }
    let pixels: Vec<(usize, usize)> = pixels.iter().map(|pixel| (pixel / width, pixel % width)).collect();
    let mut points: Vec<Point> = Hull::around(&pixels)?.points().iter().map(|&[y, x]| [x, y]).collect();
    points.reverse();
    Some(points)
}

/// Twice the area of a triangle; positive if it is clockwise where y points down.
fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn area(polygon: &[Point]) -> f64 {
    (1..polygon.len().saturating_sub(1)).map(|i| turn(polygon[0], polygon[i], polygon[i + 1]) / 2.0).sum()
}

/// The four corners of a hull that is nearly a quadrilateral.
fn quadrilateral(hull: &[Point]) -> Option<Quadrilateral> {
    let count = hull.len() as f64;
    let centre = hull.iter().fold([0.0; 2], |sum, p| [sum[0] + p[0] / count, sum[1] + p[1] / count]);
    let farthest = |from: Point| hull.iter().copied().max_by(|&a, &b| distance(a, from).total_cmp(&distance(b, from)));
    let first = farthest(centre)?;
    let third = farthest(first)?;
    let beside = |sign: f64| {
        let side = |point: Point| sign * turn(first, third, point);
        hull.iter().copied().max_by(|&a, &b| side(a).total_cmp(&side(b)))
    };
    // On the left of the way from the first to the third lies the second, clockwise.
    let corners = [first, beside(-1.0)?, third, beside(1.0)?];
    let sides: [f64; 4] = std::array::from_fn(|i| distance(corners[i], corners[(i + 1) % 4]));
    let (least, most) = (sides.into_iter().fold(f64::MAX, f64::min), sides.into_iter().fold(0.0, f64::max));
    let is_convex = (0..4).all(|i| turn(corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4]) > 0.0);
    let is_filled = area(&corners) >= MIN_FILL * area(hull);
    (is_convex && is_filled && least >= MIN_SIDE as f64 / 2.0 && most <= 3.0 * least).then_some(corners)
}

fn distance(a: Point, b: Point) -> f64 {
    ((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])).sqrt()
}

/// The grey value at a point of a picture, between its pixels; beyond the picture, that of its edge.
pub fn grey_at(picture: &Raster, [x, y]: Point) -> f64 {
    let inside = |value: f64, size: usize| (value - 0.5).clamp(0.0, (size - 1) as f64);
    let (x, y) = (inside(x, picture.width()), inside(y, picture.height()));
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(picture.width() - 1), (top + 1).min(picture.height() - 1));
    let (across, down) = (x - left as f64, y - top as f64);
    let value = |row: usize, column: usize| f64::from(picture.pixels()[row * picture.width() + column]);
    let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
    mix(mix(value(top, left), value(top, right), across), mix(value(bottom, left), value(bottom, right), across), down)
}

/// A line: a point, and a direction of length 1.
type Line = (Point, Point);

/// The corners where the edges of a square meet, each a line through the points half way from black to white.
fn refined(picture: &Raster, rough: Quadrilateral) -> Quadrilateral {
    let edges: [Option<Line>; 4] = std::array::from_fn(|i| edge(picture, rough[i], rough[(i + 1) % 4]));
    std::array::from_fn(|i| {
        let (Some(before), Some(after)) = (edges[(i + 3) % 4], edges[i]) else { return rough[i] };
        let met = crossing(before, after);
        met.filter(|&met| distance(met, rough[i]) < distance(rough[i], rough[(i + 1) % 4]) / 5.0).unwrap_or(rough[i])
    })
}

fn edge(picture: &Raster, from: Point, to: Point) -> Option<Line> {
    const POINTS: usize = 16;
    let length = distance(from, to);
    let along = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    let outwards = [along[1], -along[0]];
    // Two thirds of a cell on both sides.
    let reach = length / 10.0;
    let step = (reach / 8.0).max(0.125);
    let steps = (reach / step) as i32;
    let mut points: Vec<Point> = Vec::new();
    for i in 0..POINTS {
        let t = length * (0.1 + 0.8 * (i as f64 + 0.5) / POINTS as f64);
        let at = |offset: f64| {
            [from[0] + along[0] * t + outwards[0] * offset, from[1] + along[1] * t + outwards[1] * offset]
        };
        let profile: Vec<f64> = (-steps..=steps).map(|k| grey_at(picture, at(f64::from(k) * step))).collect();
        let middle = (profile[0] + profile[profile.len() - 1]) / 2.0;
        let crossed = profile.windows(2).position(|pair| pair[0] < middle && pair[1] >= middle);
        if let Some(k) = crossed {
            let share = (middle - profile[k]) / (profile[k + 1] - profile[k]);
            points.push(at((k as f64 + share - f64::from(steps)) * step));
        }
    }
    let line = line_through(&points)?;
    let off = |point: &Point| ((point[0] - line.0[0]) * line.1[1] - (point[1] - line.0[1]) * line.1[0]).abs();
    let mut by_distance = points.clone();
    by_distance.sort_by(|a, b| off(a).total_cmp(&off(b)));
    line_through(&by_distance[..(by_distance.len() * 3).div_ceil(4)])
}

/// The line that fits points best, at right angles to it; `None` for fewer than 4.
fn line_through(points: &[Point]) -> Option<Line> {
    if points.len() < 4 {
        return None;
    }
    let count = points.len() as f64;
    let centre = points.iter().fold([0.0; 2], |sum, p| [sum[0] + p[0] / count, sum[1] + p[1] / count]);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for [x, y] in points {
        let (dx, dy) = (x - centre[0], y - centre[1]);
        (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
    }
    // The eigenvector of the larger eigenvalue of [[xx, xy], [xy, yy]], from the row that is not near 0.
    let half = (xx - yy) / 2.0;
    let root = (half * half + xy * xy).sqrt();
    let direction = if half >= 0.0 { [half + root, xy] } else { [xy, root - half] };
    let length = distance(direction, [0.0; 2]);
    (length > 0.0).then(|| (centre, [direction[0] / length, direction[1] / length]))
}

fn crossing((p, u): Line, (q, v): Line) -> Option<Point> {
    let determinant = u[0] * v[1] - u[1] * v[0];
    let t = ((q[0] - p[0]) * v[1] - (q[1] - p[1]) * v[0]) / determinant;
    (determinant.abs() > 0.1).then(|| [p[0] + u[0] * t, p[1] + u[1] * t])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_square_is_found_to_a_tenth_of_a_pixel() {
        // A square of 40 pixels, turned by about 17 degrees, with soft edges.
        let ([x, y], [u, v]) = ([130.0, 120.0], [0.96, 0.28]);
        let corner = |a: f64, b: f64| [x + 20.0 * (a * u - b * v), y + 20.0 * (a * v + b * u)];
        let truth = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        let grey = |row: usize, column: usize| {
            let (dx, dy) = (column as f64 + 0.5 - x, row as f64 + 0.5 - y);
            let outside = (dx * u + dy * v).abs().max((dy * u - dx * v).abs()) - 20.0;
            (30.0 + 190.0 * (outside / 2.0 + 0.5).clamp(0.0, 1.0)) as u8
        };
        let picture = Raster::new(240, 260, (0..240 * 260).map(|i| grey(i / 260, i % 260)).collect());
        let found = squares(&picture);
        assert_eq!(found.len(), 1);
        for point in truth {
            let nearest = found[0].iter().map(|&corner| distance(corner, point)).fold(f64::MAX, f64::min);
            assert!(nearest < 0.1, "{found:?} has no corner at {point:?}");
        }
        assert!((0..4).all(|i| turn(found[0][i], found[0][(i + 1) % 4], found[0][(i + 2) % 4]) > 0.0), "clockwise");
    }
}
