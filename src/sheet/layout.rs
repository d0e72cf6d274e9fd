//! The layout of a sheet: where its boxes and marks are, in millimetres from the top left corner of the paper.

pub use crate::error::Corner;

/// A size of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paper {
    /// 210 x 297 mm.
    A4,
    /// 8.5 x 11 inches.
    Letter,
}

/// A point, in millimetres of the paper or in pixels of a picture: across, then down.
pub type Point = [f64; 2];

/// An upright rectangle on the paper, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Rows of boxes.
pub const ROWS: usize = 10;
/// Boxes in a row: one for each digit, in order.
pub const COLUMNS: usize = 10;
/// The side of a mark.
pub const MARK: f64 = 14.0;
/// The inside of a box, from frame to frame.
pub const BOX: f64 = 16.5;
/// The width of a frame's line.
pub const FRAME: f64 = 0.3;
/// The height of the strip for the name, above the marks: nothing of it is read.
pub const NAME_STRIP: f64 = 20.0;
/// The space between a mark and the other edges of the paper.
pub(super) const MARGIN: f64 = 10.0;
/// The space between the marks and the boxes.
const GAP: f64 = 5.0;
/// The space from a box to the next one in its row.
const BESIDE: f64 = 2.5;
/// The height of the digit that is printed above a box.
pub(super) const LABEL: f64 = 2.4;
/// The space between that digit and the box.
pub(super) const LABEL_GAP: f64 = 1.1;

impl Paper {
    /// Width and height.
    pub fn size(self) -> Point {
        match self {
            Self::A4 => [210.0, 297.0],
            Self::Letter => [215.9, 279.4],
        }
    }

    /// The name, as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::A4 => "A4",
            Self::Letter => "letter",
        }
    }

    /// The mark in a corner.
    pub fn mark(self, corner: Corner) -> Rectangle {
        let [width, height] = self.size();
        let is_left = matches!(corner, Corner::TopLeft | Corner::BottomLeft);
        let is_top = matches!(corner, Corner::TopLeft | Corner::TopRight);
        let x = if is_left { MARGIN } else { width - MARGIN - MARK };
        let y = if is_top { NAME_STRIP } else { height - MARGIN - MARK };
        Rectangle { x, y, width: MARK, height: MARK }
    }

    /// The inside of a box; rows and columns count from 0. The digit of a box is its column.
    pub fn inside(self, row: usize, column: usize) -> Rectangle {
        let across = BOX + BESIDE;
        let left = (self.size()[0] - across * COLUMNS as f64 + BESIDE) / 2.0;
        let Rectangle { y, height, .. } = self.grid();
        let down = height / ROWS as f64;
        let (x, y) = (left + across * column as f64, y + down * (row + 1) as f64 - BOX - FRAME);
        Rectangle { x, y, width: BOX, height: BOX }
    }

    /// The part of the paper that has the boxes, and the digits printed above them.
    pub(super) fn grid(self) -> Rectangle {
        let [width, _] = self.size();
        let top = NAME_STRIP + MARK + GAP;
        let bottom = self.mark(Corner::BottomLeft).y - GAP;
        Rectangle { x: MARGIN, y: top, width: width - 2.0 * MARGIN, height: bottom - top }
    }
}

impl Rectangle {
    /// The corners, clockwise from the top left one.
    pub fn corners(self) -> [Point; 4] {
        let Self { x, y, width, height } = self;
        [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    }

    /// The centre.
    pub fn centre(self) -> Point {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// The rectangle with its edges moved outwards.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }

    /// The smallest rectangle around this one and another.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self { x, y, width: right - x, height: bottom - y }
    }

    /// True for a point inside.
    pub fn contains(self, [x, y]: Point) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_a_sheet_overlaps_and_boxes_are_large() {
        for paper in [Paper::A4, Paper::Letter] {
            let mut all: Vec<Rectangle> = Corner::ALL.map(|corner| paper.mark(corner).grown(2.0)).to_vec();
            for (row, column) in (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column))) {
                let inside = paper.inside(row, column);
                assert!(inside.width >= 15.0 && inside.height >= 15.0);
                let with_label = Rectangle {
                    y: inside.y - FRAME - LABEL_GAP - LABEL,
                    height: inside.height + 2.0 * FRAME + LABEL_GAP + LABEL,
                    ..inside
                };
                all.push(Rectangle { x: inside.x - FRAME, width: inside.width + 2.0 * FRAME, ..with_label });
            }
            let [width, height] = paper.size();
            for (i, a) in all.iter().enumerate() {
                assert!(a.x >= 5.0 && a.x + a.width <= width - 5.0 && a.y + a.height <= height - 5.0, "{a:?}");
                for b in &all[..i] {
                    let is_beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
                    let is_below = a.y + a.height <= b.y || b.y + b.height <= a.y;
                    assert!(is_beside || is_below, "{a:?} overlaps {b:?}");
                }
            }
        }
    }
}
