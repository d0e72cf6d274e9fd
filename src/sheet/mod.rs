//! Sheets that collect the digits of a class: printed, filled by hand, photographed, and read into a dataset.
//!
//! [`print()`] writes a PDF file with a numbered page for each pupil. [`SheetReader`] finds the sheets on a photograph and
//! reads their boxes, and [`Class`] gathers them into a dataset.

mod boxes;
mod class;
mod corners;
mod grid;
mod layout;
mod mark;
mod perspective;
mod print;
mod read;
mod squares;
mod strokes;

pub use class::{Added, Class};
pub use layout::{BOX, COLUMNS, Corner, FRAME, MARK, NAME_STRIP, Paper, Point, ROWS, Rectangle};
pub use mark::{CELL, CELLS, Cells, Code, MAX_SHEET};
pub use perspective::Projection;
pub use print::{Shape, print, shapes};
pub use read::{BoxReading, DigitNetwork, Finding, Sheet, SheetReader};
