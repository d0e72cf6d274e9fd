//! Tables of a class's drawings, as [`to_csv`](super::to_csv) writes them and spreadsheets save them again.
//!
//! Other tables are for `formats::table`: it finds out what a file does not say, and is larger than the page can be.

use csv::{ByteRecord, ReaderBuilder};

use crate::config::Column;
use crate::data::{Images, Labels, Origin, Pixels, Reading, Unit};
use crate::error::data::{CsvProblem, ImagesProblem, PixelProblem};
use crate::error::{DataProblem, Error, Place, Result, Step};
use crate::formats::table::{GROUP_NAMES, LABEL_NAMES};

/// Reads a table with a header: a column of labels, others of pixels, and one of writers if they are known.
///
/// # Errors
/// [`Error::Data`] with the row and the column that cannot be read, counted from 1 with the header.
pub fn read(file: &str, bytes: &[u8]) -> Result<Images> {
    // Some programs begin a text with a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first_row = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    // Spreadsheets of a language with decimal commas separate values with semicolons.
    let separator = if first_row.contains(&b';') && !first_row.contains(&b',') { b';' } else { b',' };
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        let stopped = |error: csv::Error| Error::data(file, CsvProblem::Stopped { error: error.to_string() });
        rows.read_byte_record(record).map_err(stopped)
    };
    if !next(&mut record)? {
        return Err(Error::data(file, CsvProblem::Empty));
    }
    if record.len() < 2 {
        let problem = CsvProblem::ColumnCount { found: record.len(), separator: char::from(separator) };
        return Err(Error::data(Place::file(file).at(Step::Row(1)), problem));
    }
    let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_string()).collect();
    let called =
        |known: &[&str]| names.iter().position(|name| known.iter().any(|known| name.eq_ignore_ascii_case(known)));
    let no_label = || Error::data(file, CsvProblem::NoLabelColumn { last: names.len().saturating_sub(1) });
    let label = called(&LABEL_NAMES).ok_or_else(no_label)?;
    let writer = called(&GROUP_NAMES);
    let pixels = names.len() - 1 - usize::from(writer.is_some());
    let side = pixels.isqrt();
    if side * side != pixels || side == 0 {
        return Err(Error::data(file, ImagesProblem::NotSquare { pixels, channels: 1 }));
    }

    let (mut values, mut labels, mut writers) = (Vec::new(), Vec::new(), Vec::new());
    while next(&mut record)? {
        let place = Place::file(file).at(Step::Row(2 + labels.len()));
        if record.len() != names.len() {
            let problem = CsvProblem::RaggedRow { found: record.len(), expected: names.len() };
            return Err(Error::data(place, problem));
        }
        for (column, field) in record.iter().enumerate() {
            let fail = |problem: DataProblem| {
                Error::data(place.clone().at(Step::Column(Column::Name(names[column].clone()))), problem)
            };
            let text = std::str::from_utf8(field).map_err(|_| fail(CsvProblem::NotUtf8.into()))?.trim();
            match column {
                _ if column == label => labels.push(text.to_string()),
                _ if Some(column) == writer => writers.push(text.to_string()),
                _ => {
                    let not_a_number =
                        |_| fail(CsvProblem::NotANumber { text: text.chars().take(20).collect() }.into());
                    let found = text.parse::<i32>().map_err(not_a_number)?;
                    let outside = |_| fail(PixelProblem::OutOfRange { found: found.into() }.into());
                    values.push(u8::try_from(found).map_err(outside)?);
                }
            }
        }
    }
    if labels.is_empty() {
        return Err(Error::data(file, CsvProblem::NoImages));
    }
    Ok(Images {
        height: side,
        width: side,
        channels: 1,
        pixels: Pixels::in_memory(pixels, values),
        is_light: false,
        is_unit: false,
        labels: Labels::from_texts(labels, &[]),
        groups: writer.map(|_| Labels::Names(writers)),
        origin: Origin::File { file: file.into(), unit: Unit::Row, first: 2 },
        reading: Reading::new(file),
    })
}
