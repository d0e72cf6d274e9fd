//! Views: the part of a picture that is looked at, turned so that its paper stands upright.

use super::hull::Hull;
use super::{Bitmap, Grid, Raster};

/// A rectangle on a picture, in any direction, and the size that it is brought to.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// Pixels of the picture along a pixel of the view.
    factor: usize,
    /// The direction of the rows: down and right, of length 1.
    along: [f64; 2],
    /// The middle, in pixels of the picture: down and right.
    middle: [f64; 2],
    height: usize,
    width: usize,
    /// The outline of the paper, in pixels of the picture.
    paper: Hull,
    /// Pixels of the picture at the edge of the paper that are not looked at.
    margin: f64,
}

impl View {
    /// The whole picture, its longer side brought down to at most `side` pixels.
    pub(super) fn whole(raster: &Raster, side: usize) -> Self {
        let (height, width) = (raster.height(), raster.width());
        let factor = height.max(width).div_ceil(side);
        let (rows, columns) = (height.div_ceil(factor), width.div_ceil(factor));
        let corners = [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)];
        Self {
            factor,
            along: [0.0, 1.0],
            middle: [(rows * factor) as f64 / 2.0, (columns * factor) as f64 / 2.0],
            height: rows,
            width: columns,
            paper: Hull::around(&corners).expect("four corners"),
            margin: 0.0,
        }
    }

    /// The sheet with an outline in pixels of the picture.
    pub(super) fn of_sheet(paper: Hull, margin: f64, side: usize) -> Self {
        let (along, _) = paper.rectangle();
        Self { factor: 1, along, middle: [0.0; 2], height: 1, width: 1, paper, margin }.fitted(along, side)
    }

    /// The same paper, its rows turned to those with a slope on this view, down for each pixel to the right.
    pub(super) fn turned(&self, slope: f64, side: usize) -> Self {
        let [down, right] = self.along;
        let length = (1.0 + slope * slope).sqrt();
        let along = [(down + slope * right) / length, (right - slope * down) / length];
        self.clone().fitted(along, side)
    }

    /// The smallest view of the paper in a direction.
    fn fitted(self, along: [f64; 2], side: usize) -> Self {
        let [(left, right), (top, bottom)] = self.paper.extent(along);
        let factor = (((right - left).max(bottom - top) / side as f64).ceil() as usize).max(1);
        let size = |length: f64| ((length / factor as f64).ceil() as usize).max(1);
        let (across, down) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let middle = [across * along[0] + down * along[1], across * along[1] - down * along[0]];
        Self { factor, along, middle, height: size(bottom - top), width: size(right - left), ..self }
    }

    /// The point of the picture under a point of the view; both are (row, column) with pixels from one edge to the next.
    fn to_picture(&self, [row, column]: [f64; 2]) -> [f64; 2] {
        let down = (row - self.height as f64 / 2.0) * self.factor as f64;
        let across = (column - self.width as f64 / 2.0) * self.factor as f64;
        let [y, x] = self.along;
        [self.middle[0] + across * y + down * x, self.middle[1] + across * x - down * y]
    }

    fn to_view(&self, [row, column]: [f64; 2]) -> [f64; 2] {
        let (down, right) = (row - self.middle[0], column - self.middle[1]);
        let [y, x] = self.along;
        let factor = self.factor as f64;
        [
            (down * x - right * y) / factor + self.height as f64 / 2.0,
            (down * y + right * x) / factor + self.width as f64 / 2.0,
        ]
    }

    fn is_straight(&self) -> bool {
        self.along == [0.0, 1.0]
    }

    /// The grey values seen.
    pub(super) fn grey(&self, raster: &Raster) -> Grid {
        let reduced = Grid::reduced(raster, self.factor);
        if self.is_straight() && (reduced.height(), reduced.width()) == (self.height, self.width) {
            return reduced;
        }
        let inside = |place: f64, size: usize| (place / self.factor as f64 - 0.5).clamp(0.0, size as f64 - 1.0);
        Grid::from_fn(self.height, self.width, |row, column| {
            let [y, x] = self.to_picture([row as f64 + 0.5, column as f64 + 0.5]);
            reduced.bilinear(inside(y, reduced.height()), inside(x, reduced.width()))
        })
    }

    /// The paper seen; `None` if all of the view is paper.
    pub(super) fn paper(&self) -> Option<Bitmap> {
        if self.is_straight() && self.margin == 0.0 {
            return None;
        }
        let paper = self.paper.moved(|point| self.to_view(point));
        // A turned picture has edges, though no table is seen beyond them.
        let margin = (self.margin / self.factor as f64).max(1.0);
        let inside = Grid::from_fn(self.height, self.width, |row, column| {
            f64::from(u8::from(paper.contains([row as f64 + 0.5, column as f64 + 0.5], margin)))
        });
        Some(Bitmap::above(&inside, 0.5))
    }

    /// The smallest upright rectangle around pixels of the view, from first to last row and column: top, bottom, left and
    /// right edge on the picture.
    pub(super) fn around(&self, [top, bottom, left, right]: [usize; 4]) -> [f64; 4] {
        let (bottom, right) = (bottom + 1, right + 1);
        let corners = [[top, left], [top, right], [bottom, left], [bottom, right]];
        corners.into_iter().fold([f64::MAX, f64::MIN, f64::MAX, f64::MIN], |[top, bottom, left, right], corner| {
            let [y, x] = self.to_picture(corner.map(|place| place as f64));
            [top.min(y), bottom.max(y), left.min(x), right.max(x)]
        })
    }
}
