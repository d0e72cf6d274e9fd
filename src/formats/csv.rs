//! Text tables with an image in each row: pixels, a label, and perhaps a group.

use std::io::{Read, Write};

use ::csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use crate::config::{Column, DataConfig, Header};
use crate::data::{Dataset, GreyValues, Images, Labels, Origin, Pixels};
use crate::error::Result;

use super::{brief, broken, shape};

/// What the column of the labels is called, where the configuration does not say.
const LABEL_NAMES: [&str; 4] = ["label", "class", "target", "y"];
/// Most columns of a table: an image of 4096x4096 pixels, a label and a group.
const MAX_COLUMNS: usize = 4096 * 4096 + 2;

/// Where the parts of an image stand in a row.
struct Columns {
    count: usize,
    label: usize,
    group: Option<usize>,
    /// What the header calls them; empty where there is none.
    names: Vec<String>,
}

/// Reads a table; `file` is the name that problems are reported under.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) with the row, counted from 1 with the header, that is not like the others.
pub fn read(file: &str, from: impl Read, config: &DataConfig) -> Result<Images> {
    let separator = config.separator.as_bytes().first().copied().unwrap_or(b',');
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(from);
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        reader.read_byte_record(record).map_err(|error| {
            broken(file, format!("it cannot be read on: {error}"), "the file is damaged: get it again")
        })
    };
    if !next(&mut record)? {
        return Err(broken(file, "the file is empty", "give a table with an image in each row"));
    }
    if let Some(stripped) = record.get(0).and_then(|field| field.strip_prefix(b"\xef\xbb\xbf")).map(<[u8]>::to_vec) {
        // What some programs begin a text with.
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
        return Err(broken(file, "the table has a header, but no images", "give a table with an image in each row"));
    }

    let first = 1 + usize::from(has_header);
    let (mut pixels, mut labels, mut groups) = (GreyValues::default(), Vec::new(), Vec::new());
    loop {
        let row = first + labels.len();
        let place = || format!("{file}, row {row}");
        if record.len() != columns.count {
            let reason = format!("{} values, but the first row has {}", record.len(), columns.count);
            return Err(broken(place(), reason, "give every row the same number of values"));
        }
        for (column, field) in record.iter().enumerate() {
            let at = || format!("{}, column {}", place(), columns.name(column));
            if column == columns.label {
                labels.push(text(field, &at)?);
            } else if Some(column) == columns.group {
                groups.push(text(field, &at)?);
            } else {
                let value = number(field).ok_or_else(|| {
                    let shown: String = String::from_utf8_lossy(field).chars().take(20).collect();
                    let hint = "pixels are numbers; data.label and data.group name the columns that are none";
                    broken(at(), format!("the pixel {shown:?} is no number"), hint)
                })?;
                let hint = "values are whole numbers from 0 to 255, or all of them from 0 to 1";
                pixels.push(value).map_err(|reason| broken(at(), reason, hint))?;
            }
        }
        if !next(&mut record)? {
            break;
        }
    }
    let size = columns.count - 1 - usize::from(columns.group.is_some());
    let (height, width) = shape(file, size, &config.size)?;
    let is_unit = pixels.is_unit();
    Ok(Images {
        height,
        width,
        pixels: Pixels::in_memory(size, pixels.into_bytes()),
        is_light: false,
        is_unit,
        labels: Labels::from_texts(labels),
        // "7", "07" and "7.0" are three names.
        groups: columns.group.map(|_| Labels::Names(groups)),
        origin: Origin::File { path: file.into(), unit: "row", first },
    })
}

impl Columns {
    /// What a column is called: by the header, or by its position as a configuration counts it, from 0.
    fn name(&self, column: usize) -> String {
        match self.names.get(column) {
            Some(name) if !name.is_empty() => format!("{:?}", brief(name)),
            _ => column.to_string(),
        }
    }

    fn find(file: &str, first_row: &ByteRecord, has_header: bool, config: &DataConfig, separator: u8) -> Result<Self> {
        let count = first_row.len();
        let names: Vec<String> = match has_header {
            true => first_row.iter().map(|name| String::from_utf8_lossy(name).trim().to_string()).collect(),
            false => Vec::new(),
        };
        let by_name = |name: &str| names.iter().position(|known| known.eq_ignore_ascii_case(name));
        let find = |setting: &str, column: &Column| match column {
            Column::Position(position) if *position < count => Ok(*position),
            Column::Position(position) => {
                let reason = format!(
                    "data.{setting} is column {position}, but there are columns 0 to {}",
                    count.saturating_sub(1)
                );
                Err(broken(file, reason, "count the columns from 0"))
            }
            Column::Name(name) if has_header => by_name(name).ok_or_else(|| {
                let known: Vec<String> = names
                    .iter()
                    .take(5)
                    .map(|name| format!("{:?}", name.chars().take(20).collect::<String>()))
                    .collect();
                let reason = format!("data.{setting} is {name:?}, but there is no such column");
                broken(file, reason, &format!("the columns begin with {}", known.join(", ")))
            }),
            Column::Name(name) => {
                let reason = format!("data.{setting} is {name:?}, but the first row has no such name");
                Err(broken(file, reason, "name the column by its position, counted from 0"))
            }
        };
        if !(2..=MAX_COLUMNS).contains(&count) {
            let reason = format!(
                "the first row has {count} value{}, separated by {:?}",
                if count == 1 { "" } else { "s" },
                char::from(separator)
            );
            return Err(broken(
                format!("{file}, row 1"),
                reason,
                "set data.separator to what stands between two values",
            ));
        }
        let label = match config.label.is_none() {
            false => find("label", &config.label)?,
            true => LABEL_NAMES.iter().find_map(|name| by_name(name)).ok_or_else(|| {
                let hint =
                    format!("name their column: data.label = 0 is the first, data.label = {} the last", count - 1);
                broken(file, "it does not say which column holds the labels", &hint)
            })?,
        };
        let group = if config.group.is_none() { None } else { Some(find("group", &config.group)?) };
        if group == Some(label) || count < 2 + usize::from(group.is_some()) {
            return Err(broken(
                file,
                "label, group and pixels must be columns of their own",
                "check data.label and data.group",
            ));
        }
        Ok(Self { count, label, group, names })
    }
}

/// Whether a first row that is full of numbers has names all the same: the pixels' are numbers, the labels' is not.
fn names_the_labels(first_row: &ByteRecord, config: &DataConfig) -> bool {
    let is_name = |field: &[u8], name: &str| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
    first_row.iter().any(|field| match &config.label {
        Column::Name(name) if !name.is_empty() => is_name(field, name),
        // A single letter may be a class.
        _ => LABEL_NAMES.iter().any(|name| name.len() > 1 && is_name(field, name)),
    })
}

/// A label or the name of a group.
fn text(field: &[u8], place: &dyn Fn() -> String) -> Result<String> {
    let text = std::str::from_utf8(field)
        .map_err(|_| broken(place(), "the label is no UTF-8 text", "save the table as UTF-8"))?
        .trim();
    if text.is_empty() || text.chars().count() > 100 || text.contains(char::is_control) {
        return Err(broken(
            place(),
            "the label is empty, or no name of at most 100 characters",
            "give every image a label",
        ));
    }
    Ok(text.into())
}

/// The number that a field holds.
fn number(field: &[u8]) -> Option<f64> {
    // Most are one to three digits.
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

/// Writes images as a table with a header: `label`, then `group` where groups are known, then the pixels. Classes and
/// groups stand there by their names.
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
