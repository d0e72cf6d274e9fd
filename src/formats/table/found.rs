//! The first rows of a table, and what they say about it: the separator, the header, the columns.

use std::io::Read;

use csv::ByteRecord;

use crate::config::{Column, DataConfig, Header as HeaderSetting};
use crate::data::{Reading, Remark, Thing};
use crate::error::data::CsvProblem;
use crate::error::{DataProblem, Error, Place, Result, Step};

use super::columns::{Columns, Expected, Header, LABEL_NAMES};
use super::contents::{EDGE, Sample, counts_pixels, is_header};
use super::dialect::Dialect;
use super::number::{is_pair, number};
use super::preamble::Preamble;

/// Rows at the beginning in which labels and indices are recognised, and the maximum number of their bytes.
const SAMPLE: (usize, usize) = (500, 4 << 20);
/// The same for a table that is sorted by class: its first rows have one label.
const LARGE_SAMPLE: (usize, usize) = (20_000, 32 << 20);
/// Rows of a sample that are kept whole.
const WHOLE_ROWS: usize = 100;

/// The separator, header and columns that the first rows of a table show.
pub struct Found {
    pub preamble: Preamble,
    pub dialect: Dialect,
    pub has_header: bool,
    pub columns: Columns,
    pub reading: Reading,
}

impl Found {
    /// Reads the first rows of a text to `begin`, and looks at them: at more of them if they do not tell where the labels
    /// are.
    ///
    /// # Errors
    /// [`Error::Data`] for a file that is not a table, or whose columns are not those of the settings.
    pub fn at_the_beginning(
        file: &str,
        text: &mut impl Read,
        begin: &mut Vec<u8>,
        config: &DataConfig,
        expected: Expected<'_>,
    ) -> Result<Self> {
        let mut look = |(max_rows, max_bytes)| {
            let is_whole = read_rows(text, begin, max_rows, max_bytes)
                .map_err(|error| Error::data(file, CsvProblem::Stopped { error: error.to_string() }))?;
            let found = Self::in_rows(file, begin, max_rows, is_whole, config, expected);
            Ok::<_, Error>((found, is_whole))
        };
        match look(SAMPLE)? {
            (Err(error), false) if is_about_labels(&error) => look(LARGE_SAMPLE)?.0,
            (found, _) => found,
        }
    }

    /// Looks at up to `max_rows` rows in the beginning of a table.
    fn in_rows(
        file: &str,
        begin: &[u8],
        max_rows: usize,
        is_whole: bool,
        config: &DataConfig,
        expected: Expected<'_>,
    ) -> Result<Self> {
        let fail = |problem: CsvProblem| Error::data(file, problem);
        let mut reading = Reading::new(file);
        let preamble = Preamble::read(begin).map_err(fail)?;
        let body = &begin[preamble.bytes..];
        if body.trim_ascii().is_empty() {
            return Err(fail(if preamble.attributes.is_some() { CsvProblem::NoImages } else { CsvProblem::Empty }));
        }
        // A table to predict may have another separator than that of the training images.
        let first_line = body.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let is_other = expected.inputs.is_some() && !config.separator.bytes().all(|byte| first_line.contains(&byte));
        let separator = if is_other { "auto" } else { &config.separator };
        let dialect = match preamble.attributes {
            Some(_) => Dialect::arff(body),
            None => Dialect::find(body, separator, preamble.separator),
        };
        if separator == "auto" && dialect.separator != b',' {
            reading.remark(Remark::Separator { separator: char::from(dialect.separator) });
        }
        let (mut sampled, edges) = sampled(&dialect, body, max_rows, is_whole);
        if sampled.first().is_some_and(is_sparse) {
            return Err(fail(CsvProblem::SparseRows));
        }
        let header = Self::header(&preamble, &dialect, &mut sampled, config, &mut reading);
        let has_header = preamble.attributes.is_none() && !header.names.is_empty();
        let sample = Sample { rows: &sampled, edges: &edges, columns: header.count, is_whole };
        let columns = match expected.columns {
            Some(columns) => {
                let inputs = expected.inputs(header.count);
                columns.matching(header, sample, inputs)
            }
            None => {
                let inputs = expected.inputs(header.count);
                Columns::find(header, sample, config, inputs)
            }
        };
        let columns = columns.map_err(|problem| match problem {
            CsvProblem::ColumnCount { .. } => Error::data(Place::file(file).at(Step::Row(preamble.lines + 1)), problem),
            _ => fail(problem),
        })?;
        for remark in &columns.remarks {
            reading.remark(remark.clone());
        }
        for (column, reason) in &columns.left_out {
            let place = Place::file(file).at(Step::Column(columns.name(*column)));
            reading.leave_out(Thing::Column, place.to_string(), reason.clone());
        }
        Ok(Self { preamble, dialect, has_header, columns, reading })
    }

    /// The header of the sampled rows, which is removed from them.
    fn header(
        preamble: &Preamble,
        dialect: &Dialect,
        sampled: &mut Vec<ByteRecord>,
        config: &DataConfig,
        reading: &mut Reading,
    ) -> Header {
        let separator = dialect.separator;
        if let Some(attributes) = &preamble.attributes {
            reading.remark(Remark::Arff);
            let words = (0..attributes.len()).filter(|&column| attributes[column].is_nominal).collect();
            let names = attributes.iter().map(|attribute| attribute.name.clone()).collect();
            return Header { count: attributes.len(), names, words, separator };
        }
        let Some((first, rest)) = sampled.split_first() else {
            return Header { count: 0, names: Vec::new(), words: Vec::new(), separator };
        };
        let has_header = match config.header {
            HeaderSetting::Yes => true,
            HeaderSetting::No => false,
            HeaderSetting::Auto => is_header(first, rest) || names_the_labels(first, config),
        };
        let mut names: Vec<String> = match has_header {
            true => first.iter().map(|name| String::from_utf8_lossy(name).trim().to_string()).collect(),
            false => Vec::new(),
        };
        if has_header && config.header == HeaderSetting::Auto {
            let numbers: Vec<f64> = first.iter().filter_map(number).collect();
            if 2 * numbers.len() >= first.len() && counts_pixels(first, &numbers, rest) {
                reading.remark(Remark::NumberedHeader);
            }
        }
        // A separator at the end of each line separates nothing.
        let ends =
            |row: &ByteRecord| row.len() > 1 && row.iter().next_back().is_some_and(|last| last.trim_ascii().is_empty());
        let mut count = first.len();
        let image = if has_header { rest.first() } else { Some(first) };
        if ends(first) && image.is_none_or(|row| row.len() < count || ends(row)) {
            count -= 1;
            names.truncate(count);
            reading.remark(Remark::TrailingSeparator);
        } else if has_header && !rest.is_empty() && rest.iter().all(|row| row.len() == count + 1) {
            if rest.iter().all(ends) {
                reading.remark(Remark::TrailingSeparator);
            } else {
                // R writes no name over the column that names the rows.
                names.insert(0, String::new());
                count += 1;
            }
        }
        if has_header {
            sampled.remove(0);
        }
        Header { count, names, words: Vec::new(), separator }
    }
}

/// Returns whether rows do not tell which column holds the labels.
fn is_about_labels(error: &Error) -> bool {
    use CsvProblem::{NoLabelColumn, TwoLabelColumns};
    matches!(error, Error::Data { problem: DataProblem::Csv(NoLabelColumn { .. } | TwoLabelColumns { .. }), .. })
}

/// Reads the first rows of a text, of which `bytes` may hold some. Returns whether they are all of it.
fn read_rows(text: &mut impl Read, bytes: &mut Vec<u8>, max_rows: usize, max_bytes: usize) -> std::io::Result<bool> {
    let lines_in = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count();
    let mut lines = lines_in(bytes);
    while lines <= max_rows && bytes.len() < max_bytes {
        let start = bytes.len();
        text.by_ref().take(1 << 16).read_to_end(bytes)?;
        if bytes.len() == start {
            return Ok(true);
        }
        lines += lines_in(&bytes[start..]);
    }
    Ok(false)
}

/// The rows in the beginning of a table: the first ones whole, then the first and the last columns.
fn sampled(dialect: &Dialect, body: &[u8], max_rows: usize, is_whole: bool) -> (Vec<ByteRecord>, Vec<ByteRecord>) {
    let mut rows = dialect.reader(body);
    let (mut whole, mut edges) = (Vec::new(), Vec::new());
    let mut row = ByteRecord::new();
    while whole.len() + edges.len() <= max_rows && matches!(rows.read_byte_record(&mut row), Ok(true)) {
        let is_last = rows.position().byte() == body.len() as u64;
        if is_last && !is_whole && !whole.is_empty() {
            // It may be cut off.
            break;
        }
        dialect.clean(&mut row);
        if row.len() < 2 && row.iter().all(|field| field.trim_ascii().is_empty()) {
            continue;
        }
        let ends = |row: &ByteRecord| row.len() > 1 && row.iter().next_back().is_some_and(<[u8]>::is_empty);
        if whole.len() <= WHOLE_ROWS {
            whole.push(row.clone());
            continue;
        }
        if ends(&row) && whole.last().is_some_and(ends) {
            // A separator at the end of each line.
            row.truncate(row.len() - 1);
        }
        if row.len() <= 2 * EDGE {
            edges.push(row.clone());
        } else {
            edges.push(row.iter().take(EDGE).chain(row.iter().skip(row.len() - EDGE)).collect());
        }
    }
    (whole, edges)
}

/// Returns whether a row is one of libsvm's: a label, then pairs of a position and a value.
fn is_sparse(row: &ByteRecord) -> bool {
    row.len() > 1 && row.iter().skip(1).filter(|field| !field.trim_ascii().is_empty()).all(is_pair)
}

/// Recognises a header in which the names of the pixels are numbers, by the name of the labels' column.
fn names_the_labels(first: &ByteRecord, config: &DataConfig) -> bool {
    let is_name = |field: &[u8], name: &str| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
    first.iter().any(|field| match &config.label {
        Column::Name(name) if !name.is_empty() => is_name(field, name),
        // A single letter may be a class.
        _ => LABEL_NAMES.iter().any(|name| name.len() > 1 && is_name(field, name)),
    })
}
