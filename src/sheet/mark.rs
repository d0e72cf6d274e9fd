//! The marks in the corners of a sheet: black squares whose cells say which corner of which sheet it is.
//!
//! A QR code would need a library to write it and another to read it, and its cells would be half as large for the same
//! space. A mark has 7x7 cells of 2 mm. The outer ones are black, so that it is found as a square; the inner 5x5 are bits. Each of
//! the four marks has them all, so that nothing has to be guessed when one is missing.

use super::layout::{Corner, MARK, Paper};

/// Cells of a mark along a side, with the black ones around.
pub const CELLS: usize = 7;
/// Cells of a mark along a side that are bits.
const BITS: usize = CELLS - 2;
/// The side of a cell in millimetres.
pub const CELL: f64 = MARK / CELLS as f64;
/// The largest number of a sheet.
pub const MAX_SHEET: u16 = 500;

/// The version of the layout: the next one, if boxes or marks move, has another number.
const VERSION: u32 = 1;
const SHEET_BITS: u32 = 9;
const CHECK_BITS: u32 = 10;
/// CRC-10 of ITU-T I.610: it finds any three wrong bits of these 25.
const POLYNOMIAL: u32 = 0x233;
/// Mixes the cells, so that no mark is another one turned on its side: chosen for numbers up to [`MAX_SHEET`].
const MASK: u32 = 0x8b_c496;

/// The code of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// The size of the paper, which decides the layout.
    pub paper: Paper,
    /// The number of the sheet, from 1.
    pub sheet: u16,
    /// The corner that the mark is in.
    pub corner: Corner,
}

/// The black cells of a mark: `[row][column]`.
pub type Cells = [[bool; CELLS]; CELLS];

impl Code {
    /// The mark of this code, upright.
    pub fn cells(self) -> Cells {
        let paper = u32::from(self.paper == Paper::Letter);
        let data = ((self.corner as u32) << 2 | VERSION) << 2 | paper;
        let data = data << SHEET_BITS | u32::from(self.sheet);
        let bits = (data << CHECK_BITS | check(data)) ^ MASK;
        let mut cells = [[true; CELLS]; CELLS];
        for i in 0..BITS * BITS {
            cells[1 + i / BITS][1 + i % BITS] = bits >> (BITS * BITS - 1 - i) & 1 == 1;
        }
        cells
    }

    /// The code of an upright mark; `None` if its bits are not one.
    fn of_upright(cells: &Cells) -> Option<Self> {
        let inner = cells[1..=BITS].iter().flat_map(|row| &row[1..=BITS]);
        let bits = inner.fold(0, |bits, &is_black| bits << 1 | u32::from(is_black)) ^ MASK;
        let (data, found) = (bits >> CHECK_BITS, bits & ((1 << CHECK_BITS) - 1));
        let (front, sheet) = (data >> SHEET_BITS, data & ((1 << SHEET_BITS) - 1));
        let paper = [Paper::A4, Paper::Letter].get((front & 3) as usize).copied()?;
        let corner = Corner::ALL[(front >> 4) as usize];
        let is_right = found == check(data) && front >> 2 & 3 == VERSION && (1..=u32::from(MAX_SHEET)).contains(&sheet);
        is_right.then_some(Self { paper, sheet: sheet as u16, corner })
    }

    /// The code of a mark, and the quarter turns to the right that its first cell's corner has made.
    pub fn of(cells: &Cells) -> Option<(Self, usize)> {
        let mut turned = *cells;
        for turns in 0..4 {
            if let Some(code) = Self::of_upright(&turned) {
                return Some((code, turns));
            }
            turned = turned_left(&turned);
        }
        None
    }
}

fn turned_left(cells: &Cells) -> Cells {
    std::array::from_fn(|row| std::array::from_fn(|column| cells[column][CELLS - 1 - row]))
}

/// The remainder of a division of polynomials.
fn check(data: u32) -> u32 {
    const DATA_BITS: u32 = (BITS * BITS) as u32 - CHECK_BITS;
    (0..DATA_BITS).rev().fold(0, |remainder, bit| {
        let is_odd = (remainder >> (CHECK_BITS - 1) ^ data >> bit) & 1 == 1;
        let shifted = remainder << 1 & ((1 << CHECK_BITS) - 1);
        if is_odd { shifted ^ POLYNOMIAL } else { shifted }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Code> {
        let of = |paper| (1..=MAX_SHEET).flat_map(move |sheet| Corner::ALL.map(|corner| Code { paper, sheet, corner }));
        of(Paper::A4).chain(of(Paper::Letter))
    }

    #[test]
    fn a_mark_is_read_in_all_four_directions() {
        for code in all() {
            let mut turned = code.cells();
            for turns in [0, 3, 2, 1] {
                assert_eq!(Code::of(&turned), Some((code, turns)));
                turned = turned_left(&turned);
            }
        }
    }

    #[test]
    fn up_to_three_wrong_cells_are_noticed() {
        let code = Code { paper: Paper::A4, sheet: 7, corner: Corner::BottomLeft };
        let flipped = |cells: &[usize]| {
            let mut wrong = code.cells();
            cells.iter().for_each(|&cell| wrong[1 + cell / BITS][1 + cell % BITS] ^= true);
            wrong
        };
        let triples = (0..25).flat_map(|a| (a + 1..25).flat_map(move |b| (b + 1..25).map(move |c| [a, b, c])));
        for wrong in triples {
            for few in [&wrong[..1], &wrong[..2], &wrong] {
                assert_eq!(Code::of_upright(&flipped(few)), None, "{few:?}");
            }
        }
    }
}
