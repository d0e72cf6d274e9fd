//! Convex hulls: the outline of a sheet, and the rectangle around it.

/// A convex outline: points (row, column), in order, counter-clockwise on the picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hull(Vec<[f64; 2]>);

/// Twice the area of a triangle; its sign says on which side of the line from `a` to `b` the point is.
fn side([ay, ax]: [f64; 2], [by, bx]: [f64; 2], [y, x]: [f64; 2]) -> f64 {
    (bx - ax) * (y - ay) - (by - ay) * (x - ax)
}

impl Hull {
    /// The hull of pixels, edges included (Andrew, 1979); `None` if there are none.
    pub(crate) fn around(pixels: &[(usize, usize)]) -> Option<Self> {
        // The first and the last pixel of each row are enough.
        let rows = pixels.iter().map(|&(row, _)| row).max()? + 1;
        let mut ends = vec![None; rows];
        for &(row, column) in pixels {
            let (first, last) = ends[row].unwrap_or((column, column));
            ends[row] = Some((first.min(column), last.max(column)));
        }
        let mut points: Vec<[f64; 2]> = Vec::new();
        for (row, (first, last)) in ends.into_iter().enumerate().filter_map(|(row, ends)| ends.map(|ends| (row, ends)))
        {
            let (y, left, right) = (row as f64, first as f64, (last + 1) as f64);
            points.extend([[y, left], [y, right], [y + 1.0, left], [y + 1.0, right]]);
        }
        points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        points.dedup();
        let chain = |points: &mut dyn Iterator<Item = [f64; 2]>| {
            let mut chain: Vec<[f64; 2]> = Vec::new();
            for point in points {
                while let [.., a, b] = chain[..]
                    && side(a, b, point) >= 0.0
                {
                    chain.pop();
                }
                chain.push(point);
            }
            chain.pop();
            chain
        };
        let mut hull = chain(&mut points.iter().copied());
        hull.extend(chain(&mut points.iter().rev().copied()));
        Some(Self(hull))
    }

    /// The points.
    pub(crate) fn points(&self) -> &[[f64; 2]] {
        &self.0
    }

    /// The same in pixels of another size.
    pub(super) fn scaled(&self, factor: f64) -> Self {
        self.moved(|[y, x]| [y * factor, x * factor])
    }

    /// The same with every point moved, which leaves it convex.
    pub(super) fn moved(&self, to: impl Fn([f64; 2]) -> [f64; 2]) -> Self {
        Self(self.0.iter().map(|&point| to(point)).collect())
    }

    /// The sides, each from a point to the next.
    fn sides(&self) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
        self.0.iter().copied().zip(self.0.iter().copied().cycle().skip(1))
    }

    /// The area within.
    pub(super) fn area(&self) -> f64 {
        self.sides().map(|(a, b)| a[1] * b[0] - a[0] * b[1]).sum::<f64>().abs() / 2.0
    }

    /// Points on the outline, a pixel from each other, each with the direction away from the hull.
    pub(super) fn border(&self) -> Vec<([f64; 2], [f64; 2])> {
        let mut border = Vec::new();
        for ([ay, ax], [by, bx]) in self.sides() {
            let (down, right) = (by - ay, bx - ax);
            let length = (down * down + right * right).sqrt();
            let outside = [right / length, -down / length];
            let steps = length.ceil() as usize;
            border.extend((0..steps).map(|step| {
                let share = (step as f64 + 0.5) / steps as f64;
                ([ay + share * down, ax + share * right], outside)
            }));
        }
        let middle = self.0.iter().fold([0.0; 2], |sum, point| [sum[0] + point[0], sum[1] + point[1]]);
        let middle = middle.map(|sum| sum / self.0.len() as f64);
        for (point, outside) in &mut border {
            if (point[0] - middle[0]) * outside[0] + (point[1] - middle[1]) * outside[1] < 0.0 {
                *outside = outside.map(|part| -part);
            }
        }
        border
    }

    /// The smallest rectangle around the hull: the direction of one side, (down, right) with length 1 and nearer to the rows
    /// than to the columns, and its length along this direction and across. One of its sides lies on one of the hull's.
    pub(super) fn rectangle(&self) -> ([f64; 2], [f64; 2]) {
        let mut best = ([0.0, 1.0], [f64::MAX, f64::MAX]);
        for ([ay, ax], [by, bx]) in self.sides() {
            let (down, right) = (by - ay, bx - ax);
            let length = (down * down + right * right).sqrt();
            let (mut down, mut right) = (down / length, right / length);
            // A side that runs down is one that runs across, turned.
            if down.abs() > right.abs() {
                (down, right) = (-right, down);
            }
            if right < 0.0 {
                (down, right) = (-down, -right);
            }
            let [(first, last), (top, bottom)] = self.extent([down, right]);
            let sides = [last - first, bottom - top];
            if sides[0] * sides[1] < best.1[0] * best.1[1] {
                best = ([down, right], sides);
            }
        }
        best
    }

    /// First and last place of the hull along a direction, and across it.
    pub(super) fn extent(&self, [down, right]: [f64; 2]) -> [(f64, f64); 2] {
        let range = |along: [f64; 2]| {
            self.0
                .iter()
                .map(|point| point[0] * along[0] + point[1] * along[1])
                .fold((f64::MAX, f64::MIN), |range, place| (range.0.min(place), range.1.max(place)))
        };
        [range([down, right]), range([right, -down])]
    }

    /// Returns whether a point is inside, at least `margin` from every side.
    pub(super) fn contains(&self, point: [f64; 2], margin: f64) -> bool {
        let inner = |(a, b): ([f64; 2], [f64; 2])| {
            let length = ((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1])).sqrt();
            side(a, b, point) / length
        };
        let distances = self.sides().map(inner);
        // All on one side, whichever way round the points run.
        let (least, most) =
            distances.fold((f64::MAX, f64::MIN), |(least, most), distance| (least.min(distance), most.max(distance)));
        least >= margin || most <= -margin
    }
}

#[cfg(test)]
mod tests {
    use super::Hull;

    #[test]
    fn the_hull_of_a_turned_square_has_its_area_and_its_direction() {
        // All pixels whose centres are in a square of 40 pixels, turned by the angle of a 3-4-5 triangle.
        let is_inside = |row: usize, column: usize| {
            let (y, x) = (row as f64 + 0.5 - 50.0, column as f64 + 0.5 - 50.0);
            (0.28 * y + 0.96 * x).abs() <= 20.0 && (0.96 * y - 0.28 * x).abs() <= 20.0
        };
        let pixels: Vec<_> =
            (0..10_000).map(|i| (i / 100, i % 100)).filter(|&(row, column)| is_inside(row, column)).collect();
        let hull = Hull::around(&pixels).unwrap();
        assert!((hull.area() - 1600.0).abs() < 100.0, "{}", hull.area());
        let ([down, right], sides) = hull.rectangle();
        assert!((down - 0.28).abs() < 0.03 && (right - 0.96).abs() < 0.02, "{down} {right}");
        assert!(sides.iter().all(|side| (side - 40.0).abs() < 3.0), "{sides:?}");
        assert!(hull.contains([50.0, 50.0], 15.0) && !hull.contains([50.0, 50.0], 25.0));
        assert!(!hull.contains([20.0, 20.0], 0.0));
        // Away from the middle: 2 pixels outside of every point of the border is outside.
        assert!(
            hull.border().iter().all(|([y, x], [down, right])| !hull.contains([y + 2.0 * down, x + 2.0 * right], 0.0))
        );
    }
}
