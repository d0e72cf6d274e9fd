//! The rows of a table, one after the other.

use std::io::{Chain, Read};

use csv::{ByteRecord, Reader};

use crate::config::{DataConfig, LeaveOut};
use crate::data::{GreyValues, Reading, Remark};
use crate::error::data::CsvProblem;
use crate::error::{Error, Place, Result, Step};

use super::columns::{Columns, Expected, LabelColumns};
use super::dialect::Dialect;
use super::found::Found;
use super::number::{digits, has_decimal_comma, is_missing, label, number};
use super::text::Text;

/// A table that is being read: row after row, in constant memory.
pub struct Rows<R> {
    file: String,
    rows: Reader<Chain<Beginning, Text<R>>>,
    dialect: Dialect,
    columns: Columns,
    roles: Roles,
    record: ByteRecord,
    /// Number of the row in `record`, counted from 1 with the header.
    row: usize,
    first: usize,
    /// The names of the classes, if a setting has them.
    classes: Vec<String>,
    one_hot_names: Vec<String>,
    has_decimal_comma: bool,
    reading: Reading,
}

/// The contents of the columns.
enum Roles {
    /// Of each column, in the order of the file.
    InOrder(Vec<Role>),
    /// The pixels are in another order.
    Moved,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Pixel,
    Other,
}

/// Label and group of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labelled {
    /// The label; `None` in a table without labels.
    pub label: Option<String>,
    /// The group; `None` in a table without groups.
    pub group: Option<String>,
}

impl<R: Read> Rows<R> {
    /// Begins to read a table: finds its separator, its header and its columns. `file` is its name in errors.
    ///
    /// # Errors
    /// [`Error::Data`] for a file that is not a table, or whose columns are not those of the settings.
    pub fn open(file: &str, from: R, config: &DataConfig, expected: Expected<'_>) -> Result<Self> {
        let stopped = |error: std::io::Error| Error::data(file, CsvProblem::Stopped { error: error.to_string() });
        let mut text = Text::new(from).map_err(stopped)?;
        let mut begin = Vec::new();
        let found = Found::at_the_beginning(file, &mut text, &mut begin, config, expected)?;
        let Found { preamble, dialect, has_header, columns, reading: of_the_rows } = found;
        let mut reading = Reading::new(file);
        if text.is_utf16() {
            reading.remark(Remark::Utf16);
        }
        reading.merge(of_the_rows);
        let begin = Beginning { bytes: begin, at: preamble.bytes };
        let mut table = Self {
            file: file.into(),
            rows: dialect.reader(begin.chain(text)),
            dialect,
            roles: Roles::of(&columns),
            one_hot_names: columns.one_hot_names(),
            columns,
            record: ByteRecord::new(),
            row: preamble.lines,
            first: preamble.lines + 1 + usize::from(has_header),
            classes: config.classes.clone(),
            has_decimal_comma: false,
            reading,
        };
        if has_header {
            table.read_record()?;
        }
        Ok(table)
    }

    /// The columns by their contents.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Settings that read the table as it was found.
    pub fn settings(&self, config: DataConfig) -> DataConfig {
        let columns = &self.columns;
        let label = match columns.label {
            LabelColumns::One(column) => columns.name(column),
            _ => config.label,
        };
        let left_out = columns.left_out.iter().map(|(column, _)| columns.name(*column)).collect::<Vec<_>>();
        let leave_out = if left_out.is_empty() { config.leave_out } else { LeaveOut::Columns(left_out) };
        let separator = match self.dialect.separator {
            b',' => config.separator,
            separator => char::from(separator).to_string(),
        };
        DataConfig { label, leave_out, separator, ..config }
    }

    /// Number of the first row with an image, counted from 1 with the header.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The place of the row that was read last.
    pub fn place(&self) -> Place {
        Place::file(&*self.file).at(Step::Row(self.row))
    }

    /// The place of a pixel, counted over all images.
    pub fn place_of(&self, index: usize) -> Place {
        let (row, pixel) = (index / self.columns.pixels.len(), index % self.columns.pixels.len());
        let column = self.columns.name(self.columns.pixels[pixel]);
        Place::file(&*self.file).at(Step::Row(self.first + row)).at(Step::Column(column))
    }

    /// The reading report, once all rows are read.
    pub fn into_reading(self) -> Reading {
        let mut reading = self.reading;
        if self.has_decimal_comma {
            reading.remark(Remark::DecimalComma);
        }
        reading
    }

    /// The values of the columns that number the rows, in the row that was read last.
    pub fn id(&self) -> Option<&str> {
        let (column, _) = self.columns.left_out.iter().find(|(_, reason)| *reason == crate::data::Reason::Index)?;
        std::str::from_utf8(self.record.get(*column)?).ok()
    }

    fn read_record(&mut self) -> Result<bool> {
        loop {
            let more = self.rows.read_byte_record(&mut self.record);
            let stopped = |error: csv::Error| CsvProblem::Stopped { error: error.to_string() };
            if !more.map_err(|error| Error::data(&*self.file, stopped(error)))? {
                return Ok(false);
            }
            self.row += 1;
            self.dialect.clean(&mut self.record);
            // A line of spaces is as empty as one without.
            if self.record.len() > 1 || !self.record.iter().all(|field| field.trim_ascii().is_empty()) {
                return Ok(true);
            }
        }
    }

    /// Reads the next row: passes its pixels to `pixels`, and its label and its group to `labels`. Returns whether there
    /// was one.
    ///
    /// # Errors
    /// [`Error::Data`] with row and column for a row that is too long or too short, and for a value that is not a number.
    pub fn next(&mut self, pixels: &mut GreyValues, labels: &mut Labelled) -> Result<bool> {
        if !self.read_record()? {
            return Ok(false);
        }
        let count = self.columns.count;
        if self.record.len() == count + 1 && self.record[count].trim_ascii().is_empty() {
            self.record.truncate(count);
        }
        if self.record.len() != count {
            let problem = CsvProblem::RaggedRow { found: self.record.len(), expected: count };
            return Err(Error::data(self.place(), problem));
        }
        match &self.roles {
            Roles::InOrder(roles) => {
                for (column, (field, role)) in self.record.iter().zip(roles).enumerate() {
                    if *role == Role::Pixel {
                        push(pixels, field, &mut self.has_decimal_comma)
                            .map_err(|problem| self.problem(column, problem))?;
                    }
                }
            }
            Roles::Moved => {
                for &column in &self.columns.pixels {
                    push(pixels, &self.record[column], &mut self.has_decimal_comma)
                        .map_err(|problem| self.problem(column, problem))?;
                }
            }
        }
        labels.label = self.label()?;
        labels.group = self.columns.group.map(|column| self.text(column, &[])).transpose()?;
        Ok(true)
    }

    fn label(&self) -> Result<Option<String>> {
        match &self.columns.label {
            LabelColumns::None => Ok(None),
            LabelColumns::One(column) => self.text(*column, &self.classes).map(Some),
            LabelColumns::OneHot(columns) => {
                let is_one = |column: &usize| number(&self.record[*column]) == Some(1.0);
                let is_zero = |column: &usize| number(&self.record[*column]) == Some(0.0);
                let one = columns.iter().position(is_one);
                let one = one.filter(|_| columns.iter().filter(|column| is_zero(column)).count() + 1 == columns.len());
                let class = one.ok_or_else(|| Error::data(self.place(), CsvProblem::NotOneHot))?;
                Ok(self.one_hot_names.get(class).cloned())
            }
        }
    }

    fn text(&self, column: usize, known: &[String]) -> Result<String> {
        label(&self.record[column], known).map_err(|problem| self.problem(column, problem.into()))
    }

    fn problem(&self, column: usize, problem: crate::error::DataProblem) -> Error {
        Error::data(self.place().at(Step::Column(self.columns.name(column))), problem)
    }
}

impl Roles {
    fn of(columns: &Columns) -> Self {
        if !columns.pixels.is_sorted() {
            return Self::Moved;
        }
        let mut roles = vec![Role::Other; columns.count];
        columns.pixels.iter().for_each(|&column| roles[column] = Role::Pixel);
        Self::InOrder(roles)
    }
}

/// Adds the pixel of a field.
#[inline]
fn push(
    pixels: &mut GreyValues,
    field: &[u8],
    has_comma: &mut bool,
) -> std::result::Result<(), crate::error::DataProblem> {
    match digits(field) {
        Some(byte @ 0..=255) => pixels.push_byte(byte as u8)?,
        Some(number) => pixels.push(f64::from(number))?,
        None => push_number(pixels, field, has_comma)?,
    }
    Ok(())
}

#[cold]
fn push_number(
    pixels: &mut GreyValues,
    field: &[u8],
    has_comma: &mut bool,
) -> std::result::Result<(), crate::error::DataProblem> {
    let Some(number) = number(field) else {
        let text: String = String::from_utf8_lossy(field).trim().chars().take(20).collect();
        return Err(if is_missing(field) {
            CsvProblem::MissingValue { text }
        } else {
            CsvProblem::NotANumber { text }
        }
        .into());
    };
    *has_comma |= std::str::from_utf8(field).is_ok_and(has_decimal_comma);
    Ok(pixels.push(number)?)
}

/// The first rows, once more; their memory is freed when they are read.
struct Beginning {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Beginning {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = (&self.bytes[self.at..]).read(buffer)?;
        self.at += length;
        if length == 0 {
            *self = Self { bytes: Vec::new(), at: 0 };
        }
        Ok(length)
    }
}
