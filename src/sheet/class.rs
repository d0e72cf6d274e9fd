//! The sheets of a class, each counted once, as a dataset.

use std::collections::BTreeMap;

use crate::data::{Dataset, Labels, Origin, Unit, digits};
use crate::error::{Result, SheetProblem};

use super::read::{BoxReading, Sheet};

/// Mean difference of a pixel, from 0 to 16, above which two images are not of the same digit.
const SAME: f64 = 2.0;

/// Sheets by their numbers, each with the photograph that it comes from.
#[derive(Debug, Clone, Default)]
pub struct Class {
    sheets: BTreeMap<u16, (String, Sheet)>,
}

/// What became of a sheet that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is part of the class.
    New,
    /// It is the same sheet as one that the class has.
    Again {
        /// The photograph of that one.
        kept: String,
    },
    /// It has the number of another sheet, and is left out.
    Other(SheetProblem),
}

impl Class {
    /// Adds a sheet of a photograph.
    pub fn add(&mut self, photograph: &str, sheet: Sheet) -> Added {
        match self.sheets.get(&sheet.number) {
            None => {
                self.sheets.insert(sheet.number, (photograph.into(), sheet));
                Added::New
            }
            Some((kept, same)) if is_same(same, &sheet) => Added::Again { kept: kept.clone() },
            Some((kept, _)) => Added::Other(SheetProblem::OtherDigits { sheet: sheet.number, kept: kept.clone() }),
        }
    }

    /// The sheets from the lowest number, each with its photograph.
    pub fn sheets(&self) -> impl Iterator<Item = (&str, &Sheet)> {
        self.sheets.values().map(|(photograph, sheet)| (photograph.as_str(), sheet))
    }

    /// True if the class has a sheet of this number.
    pub fn has(&self, number: u16) -> bool {
        self.sheets.contains_key(&number)
    }

    /// The number of digits of all sheets.
    pub fn len(&self) -> usize {
        self.digits().count()
    }

    /// True without a digit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn digits(&self) -> impl Iterator<Item = (u16, &BoxReading, &[u8])> {
        let sheets = self.sheets.values().map(|(_, sheet)| sheet);
        sheets.flat_map(|sheet| {
            sheet.boxes.iter().filter_map(|reading| Some((sheet.number, reading, reading.pixels.as_deref()?)))
        })
    }

    /// The digits as a dataset: the labels are those of the boxes, the groups the numbers of the sheets.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) without a digit.
    pub fn dataset(&self, file: &str) -> Result<Dataset> {
        let pixels = self.digits().flat_map(|(_, _, pixels)| pixels).copied().collect();
        let labels = self.digits().map(|(_, reading, _)| reading.column as i64).collect();
        let sheets = Labels::Numbers(self.digits().map(|(sheet, ..)| i64::from(sheet)).collect());
        let origin = Origin::File { file: file.into(), unit: Unit::Image, first: 0 };
        digits::dataset(pixels, labels, sheets, origin)
    }
}

/// Two photographs of one sheet: most of the boxes that both have digits in show the same ones, or neither has any digit.
fn is_same(a: &Sheet, b: &Sheet) -> bool {
    let both = a.boxes.iter().zip(&b.boxes).filter_map(|(a, b)| a.pixels.as_ref().zip(b.pixels.as_ref()));
    let differences: Vec<f64> = both
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64)
        .collect();
    if differences.is_empty() {
        let is_blank = |sheet: &Sheet| sheet.boxes.iter().all(|reading| reading.pixels.is_none());
        return a.paper == b.paper && is_blank(a) && is_blank(b);
    }
    let same = differences.iter().filter(|&&difference| difference < SAME).count();
    a.paper == b.paper && 2 * same >= differences.len()
}
