//! Text tables with an image in each row: its pixels, its label, and its group if there is one.
//!
//! [`Rows`] reads them one after the other. It takes the text of the file as UTF-8, skips what comes before the rows, finds
//! the separator in the first of them, and what the [`Columns`] hold: by the settings, by their names, or by what is in them.

mod columns;
mod contents;
mod dialect;
mod found;
mod number;
mod preamble;
mod rows;
mod text;
mod write;

use std::cell::RefCell;
use std::io::Read;

use crate::config::DataConfig;
use crate::data::{Grey, GreyRange, GreyValues, Images, Labels, Origin, Pixels, Reading, Unit};
use crate::error::data::{CsvProblem, ImagesProblem};
use crate::error::{Error, Place, Result};

use super::shape;
use text::Text;

pub use columns::{Columns, Expected, GROUP_NAMES, LABEL_NAMES};
pub use rows::{Labelled, Rows};
pub use write::write;

/// A table that was read.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its images; their labels are empty names in a table without labels.
    pub images: Images,
    /// Its columns.
    pub columns: Columns,
    /// The range of its numbers; `None` for whole numbers from 0 to 255.
    pub range: Option<GreyRange>,
}

/// Reads a table. `file` is its name in errors, and `open` opens it: again, if its numbers have a range of their own.
/// `range` is that of its numbers, if it is known.
///
/// # Errors
/// [`Error::Data`] with the row that cannot be read, counted from 1 with the header.
pub fn read<R: Read, E: From<Error>>(
    file: &str,
    mut open: impl FnMut() -> Result<R, E>,
    config: &DataConfig,
    range: Option<GreyRange>,
    expected: Expected<'_>,
) -> Result<Table, E> {
    let table = RefCell::new(None::<(Rows<R>, Vec<String>, Vec<String>)>);
    let grey = Grey::read::<E>(
        range,
        |pixels| {
            let mut rows = Rows::open(file, open()?, config, expected)?;
            let (mut labels, mut groups) = (Vec::new(), Vec::new());
            let (mut row, mut count) = (Labelled::default(), 0);
            while rows.next(pixels, &mut row)? {
                labels.extend(row.label.take());
                groups.extend(row.group.take());
                count += 1;
            }
            if count == 0 {
                return Err(Error::data(file, CsvProblem::NoImages).into());
            }
            *table.borrow_mut() = Some((rows, labels, groups));
            Ok(())
        },
        |index| table.borrow().as_ref().map_or_else(|| Place::file(file), |(rows, ..)| rows.place_of(index)),
    )?;
    let (rows, labels, groups) = table.into_inner().expect("the rows were read");
    let (columns, first) = (rows.columns().clone(), rows.first());
    let (height, width, channels) = shape(file, columns.pixels(), &config.row_shape())?;
    let mut reading = rows.into_reading();
    GreyRange::report(grey.range, grey.clamped, &mut reading);
    let images = Images {
        height,
        width,
        channels,
        is_unit: grey.is_unit(),
        pixels: Pixels::in_memory(columns.pixels(), grey.values),
        is_light: false,
        labels: Labels::from_texts(labels, &config.classes),
        // "7", "07" and "7.0" are different names.
        groups: columns.has_groups().then_some(Labels::Names(groups)),
        origin: Origin::File { file: file.into(), unit: Unit::Row, first },
        reading,
    };
    Ok(Table { images, columns, range: grey.range })
}

/// An image of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Grey values from 0 to 255, in the order of the training images.
    pub pixels: &'a [u8],
    /// The range of the table's numbers; `None` for whole numbers from 0 to 255.
    pub range: Option<GreyRange>,
    /// The label, if the table has labels.
    pub label: Option<&'a str>,
    /// The value in the column that numbers the rows, if there is one.
    pub id: Option<&'a str>,
    /// The place: the row of the file, counted from 1 with the header.
    pub place: &'a Place,
}

/// Passes the images of a table to `take`, one after the other, in constant memory; returns the columns and the report.
///
/// The numbers have the range of the setting, or are looked at first, in a pass of its own.
///
/// # Errors
/// As [`read`], those of `take`, and rows of another number of pixels than expected.
pub fn for_each_row<R: Read, E: From<Error>>(
    file: &str,
    mut open: impl FnMut() -> Result<R, E>,
    config: &DataConfig,
    expected: Expected<'_>,
    mut take: impl FnMut(Row<'_>) -> Result<(), E>,
) -> Result<(Columns, Reading), E> {
    let mut begin = || -> Result<Rows<R>, E> {
        let rows = Rows::open(file, open()?, config, expected)?;
        let pixels = rows.columns().pixels();
        let channels = config.channels.number().unwrap_or(1);
        match (&config.size[..], expected.inputs) {
            (&[height, width], Some(inputs)) if inputs != pixels => {
                Err(Error::data(file, ImagesProblem::RowNotOfNetwork { pixels, expected: (height, width), channels })
                    .into())
            }
            _ => shape(file, pixels, &config.row_shape()).map(|_| rows).map_err(Into::into),
        }
    };
    let setting = GreyRange::of_setting(&config.range);
    let range = match setting {
        Some(_) => setting,
        None => {
            let rows: RefCell<Option<Rows<R>>> = RefCell::new(None);
            GreyRange::measure::<E>(
                |pixels| {
                    let mut table = begin()?;
                    let mut row = Labelled::default();
                    while table.next(pixels, &mut row)? {}
                    *rows.borrow_mut() = Some(table);
                    Ok(())
                },
                |index| rows.borrow().as_ref().map_or_else(|| Place::file(file), |rows| rows.place_of(index)),
            )?
        }
    };
    let mut rows = begin()?;
    let mut pixels = GreyValues::new(range);
    let mut row = Labelled::default();
    let (mut count, mut clamped) = (0, 0);
    while rows.next(&mut pixels, &mut row)? {
        let place = rows.place();
        let grey = pixels.take_row().map_err(|problem| Error::data(place.clone(), problem))?;
        (count, clamped) = (count + 1, clamped + grey.clamped);
        take(Row { pixels: &grey.values, range, label: row.label.as_deref(), id: rows.id(), place: &place })?;
    }
    if count == 0 {
        return Err(Error::data(file, CsvProblem::NoImages).into());
    }
    let columns = rows.columns().clone();
    let mut reading = rows.into_reading();
    GreyRange::report(range, clamped, &mut reading);
    Ok((columns, reading))
}

/// The beginning of a file as UTF-8; `None` for what is not text.
fn text(beginning: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    Text::new(beginning).ok()?.take(1 << 20).read_to_end(&mut text).ok()?;
    Some(text).filter(|text| !text.contains(&0))
}

/// Returns whether the beginning of a file looks like text.
pub fn is_text(beginning: &[u8]) -> bool {
    text(beginning).is_some()
}

/// Returns whether the beginning of a file looks like a table of images: rows of several numbers, or an ARFF file.
pub fn is_table(beginning: &[u8]) -> bool {
    let Some(text) = text(beginning) else { return false };
    match preamble::Preamble::read(&text) {
        Ok(preamble) if preamble.attributes.is_some() => true,
        Ok(preamble) => dialect::makes_numbers(&text[preamble.bytes..]),
        Err(CsvProblem::SparseArff) => true,
        Err(_) => false,
    }
}
