//! Text tables with an image in each row: its pixels, its label, and its group if there is one.

use std::io::{Read, Write};

use ::csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use crate::config::{Column, DataConfig, Header};
use crate::data::{Dataset, Grey, GreyRange, GreyValues, Images, Labels, Origin, Pixels, Reading, Unit};
use crate::error::data::CsvProblem;
use crate::error::{Error, Place, Result, Step};

use super::{MAX_SIDE, shape};

/// Usual names of the column of the labels, for configurations that do not name it.
const LABEL_NAMES: [&str; 4] = ["label", "class", "target", "y"];
/// Maximum number of columns of a table: the largest image, a label and a group.
const MAX_COLUMNS: usize = MAX_SIDE * MAX_SIDE + 2;
/// Maximum number of characters of a label.
const MAX_LABEL_LENGTH: usize = 100;

/// The columns of a table by their contents.
struct Columns {
    count: usize,
    label: usize,
    group: Option<usize>,
    /// The names in the header; empty without a header.
    names: Vec<String>,
}

/// Reads a table, with the range of its numbers; `file` is its name in errors, and `open` opens it: again, if its numbers have a range of their own.
///
/// # Errors
/// [`Error::Data`] with the row that cannot be read, counted from 1 with the header.
pub fn read<R: Read, E: From<Error>>(
    file: &str,
    mut open: impl FnMut() -> Result<R, E>,
    config: &DataConfig,
    range: Option<GreyRange>,
) -> Result<(Images, Option<GreyRange>), E> {
    let mut table = None;
    let mut size = 1;
    let mut first = 1;
    let grey = Grey::read::<E>(
        range,
        |pixels| {
            let (columns, row, labels, groups) = read_rows(file, open()?, config, pixels)?;
            size = columns.count - 1 - usize::from(columns.group.is_some());
            first = row;
            table = Some((columns, labels, groups));
            Ok(())
        },
        |index| Place::file(file).at(Step::Value(index)),
    )?;
    let (columns, labels, groups) = table.expect("the rows were read");
    let (height, width) = shape(file, size, &config.size)?;
    let mut reading = Reading::new(file);
    GreyRange::report(grey.range, grey.clamped, &mut reading);
    let images = Images {
        height,
        width,
        is_unit: grey.is_unit(),
        pixels: Pixels::in_memory(size, grey.values),
        is_light: false,
        labels: Labels::from_texts(labels),
        // "7", "07" and "7.0" are different names.
        groups: columns.group.map(|_| Labels::Names(groups)),
        origin: Origin::File { file: file.into(), unit: Unit::Row, first },
        reading,
    };
    Ok((images, grey.range))
}

fn read_rows(
    file: &str,
    from: impl Read,
    config: &DataConfig,
    pixels: &mut GreyValues,
) -> Result<(Columns, usize, Vec<String>, Vec<String>)> {
    let separator = config.separator.as_bytes().first().copied().unwrap_or(b',');
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(from);
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        reader
            .read_byte_record(record)
            .map_err(|error| Error::data(file, CsvProblem::Stopped { error: error.to_string() }))
    };
    if !next(&mut record)? {
        return Err(Error::data(file, CsvProblem::Empty));
    }
    if let Some(stripped) = record.get(0).and_then(|field| field.strip_prefix(b"\xef\xbb\xbf")).map(<[u8]>::to_vec) {
        // Some programs begin a text with a byte order mark.
        let fields: Vec<Vec<u8>> = std::iter::once(stripped).chain(record.iter().skip(1).map(<[u8]>::to_vec)).collect();
        record = ByteRecord::from(fields);
    }
    let numbers = record.iter().filter(|field| number(field).is_some()).count();
    let has_header = match config.header {
        Header::Yes => true,
        Header::No => false,
        Header::Auto => 2 * numbers < record.len() || names_the_labels(&record, config),
    };
    let columns = Columns::find(file, &record, has_header, config, separator)?;
    if has_header && !next(&mut record)? {
        return Err(Error::data(file, CsvProblem::NoImages));
    }

    let first = 1 + usize::from(has_header);
    let (mut labels, mut groups) = (Vec::new(), Vec::new());
    loop {
        let row = first + labels.len();
        let place = || Place::file(file).at(Step::Row(row));
        if record.len() != columns.count {
            let problem = CsvProblem::RaggedRow { found: record.len(), expected: columns.count };
            return Err(Error::data(place(), problem));
        }
        for (column, field) in record.iter().enumerate() {
            let at = || place().at(Step::Column(columns.name(column)));
            if column == columns.label {
                labels.push(label(field).map_err(|problem| Error::data(at(), problem))?);
            } else if Some(column) == columns.group {
                groups.push(label(field).map_err(|problem| Error::data(at(), problem))?);
            } else {
                let value = number(field).ok_or_else(|| {
                    let text = String::from_utf8_lossy(field).chars().take(20).collect();
                    Error::data(at(), CsvProblem::NotANumber { text })
                })?;
                pixels.push(value).map_err(|problem| Error::data(at(), problem))?;
            }
        }
        if !next(&mut record)? {
            break;
        }
    }
    Ok((columns, first, labels, groups))
}

impl Columns {
    /// The name of a column in the header, or its position, counted from 0 as in a configuration.
    fn name(&self, column: usize) -> Column {
        match self.names.get(column) {
            Some(name) if !name.is_empty() => Column::Name(name.clone()),
            _ => Column::Position(column),
        }
    }

    fn find(file: &str, first_row: &ByteRecord, has_header: bool, config: &DataConfig, separator: u8) -> Result<Self> {
        let count = first_row.len();
        let names: Vec<String> = match has_header {
            true => first_row.iter().map(|name| String::from_utf8_lossy(name).trim().to_string()).collect(),
            false => Vec::new(),
        };
        let by_name = |name: &str| names.iter().position(|known| known.eq_ignore_ascii_case(name));
        let find = |setting: &'static str, column: &Column| match column {
            Column::Position(position) if *position < count => Ok(*position),
            &Column::Position(position) => {
                let last = count.saturating_sub(1);
                Err(CsvProblem::NoSuchPosition { setting, position, last })
            }
            Column::Name(name) if has_header => by_name(name).ok_or_else(|| {
                let known = names.iter().take(5).map(|name| name.chars().take(20).collect()).collect();
                CsvProblem::NoSuchColumn { setting, name: name.clone(), known }
            }),
            Column::Name(name) => Err(CsvProblem::NoHeader { setting, name: name.clone() }),
        };
        let fail = |problem: CsvProblem| Error::data(file, problem);
        if !(2..=MAX_COLUMNS).contains(&count) {
            let problem = CsvProblem::ColumnCount { found: count, separator: char::from(separator) };
            return Err(Error::data(Place::file(file).at(Step::Row(1)), problem));
        }
        let label = match config.label.is_none() {
            false => find("data.label", &config.label).map_err(fail)?,
            true => LABEL_NAMES
                .iter()
                .find_map(|name| by_name(name))
                .ok_or_else(|| fail(CsvProblem::NoLabelColumn { last: count - 1 }))?,
        };
        let group = match config.group.is_none() {
            true => None,
            false => Some(find("data.group", &config.group).map_err(fail)?),
        };
        if group == Some(label) || count < 2 + usize::from(group.is_some()) {
            return Err(fail(CsvProblem::SharedColumn));
        }
        Ok(Self { count, label, group, names })
    }
}

/// Recognises a header in which the names of the pixels are numbers, by the name of the labels' column.
fn names_the_labels(first_row: &ByteRecord, config: &DataConfig) -> bool {
    let is_name = |field: &[u8], name: &str| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
    first_row.iter().any(|field| match &config.label {
        Column::Name(name) if !name.is_empty() => is_name(field, name),
        // A single letter may be a class.
        _ => LABEL_NAMES.iter().any(|name| name.len() > 1 && is_name(field, name)),
    })
}

/// A label, or the name of a group.
fn label(field: &[u8]) -> Result<String, CsvProblem> {
    let text = std::str::from_utf8(field).map_err(|_| CsvProblem::NotUtf8)?.trim();
    let is_label = (1..=MAX_LABEL_LENGTH).contains(&text.chars().count()) && !text.contains(char::is_control);
    if is_label { Ok(text.into()) } else { Err(CsvProblem::LabelLength { max: MAX_LABEL_LENGTH }) }
}

/// The number that a field holds.
fn number(field: &[u8]) -> Option<f64> {
    // A fast way for one to three digits, as most pixels have.
    match field {
        [a @ b'0'..=b'9'] => return Some(f64::from(a - b'0')),
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => return Some(f64::from(10 * (a - b'0') + (b - b'0'))),
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            let [a, b, c] = [a, b, c].map(|digit| u16::from(digit - b'0'));
            return Some(f64::from(100 * a + 10 * b + c));
        }
        _ => {}
    }
    std::str::from_utf8(field).ok()?.trim().parse().ok()
}

/// Writes images as a table with a header: `label`, `group` if groups are known, the pixels. Classes and groups are
/// written as their names.
///
/// # Errors
/// Those of the writer.
pub fn write(to: impl Write, dataset: &Dataset, images: &[usize]) -> std::io::Result<()> {
    let mut table = WriterBuilder::new().from_writer(to);
    let groups = dataset.groups();
    let names = std::iter::once("label".to_string())
        .chain(groups.map(|_| "group".to_string()))
        .chain((0..dataset.inputs()).map(|pixel| format!("pixel{pixel}")));
    table.write_record(names)?;
    for &image in images {
        let label = dataset.classes()[dataset.label(image)].clone();
        let group = groups.map(|groups| dataset.group_names()[groups[image] as usize].clone());
        let pixels = dataset.pixels(image).iter().map(ToString::to_string);
        table.write_record(std::iter::once(label).chain(group).chain(pixels))?;
    }
    table.flush()
}
