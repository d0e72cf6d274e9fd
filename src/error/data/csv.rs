//! Problems with text tables.

/// A problem with a text table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CsvProblem {
    /// The file ends too early, or its compressed bytes do not fit together.
    Stopped {
        /// The text of the library that reads it.
        error: String,
    },
    /// No rows at all.
    Empty,
    /// A header without rows below it.
    NoImages,
    /// A first row with one value, or with more than an image has.
    ColumnCount {
        /// Values of the row.
        found: usize,
        /// The character between two values.
        separator: char,
    },
    /// A row that is longer or shorter than the first one.
    RaggedRow {
        /// Values of the row.
        found: usize,
        /// Values of the first row.
        expected: usize,
    },
    /// No setting and no header that names the column of the labels.
    NoLabelColumn {
        /// Position of the last column.
        last: usize,
    },
    /// A column that the header does not name.
    NoSuchColumn {
        /// The setting: `data.label`, `data.group`.
        setting: &'static str,
        /// Its value.
        name: String,
        /// The first of the names in the header.
        known: Vec<String>,
    },
    /// A column by its name in a table without a header.
    NoHeader {
        /// The setting: `data.label`, `data.group`.
        setting: &'static str,
        /// Its value.
        name: String,
    },
    /// A position beyond the last column.
    NoSuchPosition {
        /// The setting: `data.label`, `data.group`.
        setting: &'static str,
        /// Its value.
        position: usize,
        /// Position of the last column.
        last: usize,
    },
    /// One column for two things, or none for the pixels.
    SharedColumn,
    /// A pixel that is not a number.
    NotANumber {
        /// The text in its place.
        text: String,
    },
    /// A label or a group in another encoding.
    NotUtf8,
    /// A label or a group that is empty, too long, or not on one line.
    LabelLength {
        /// Maximum number of characters of a label.
        max: usize,
    },
}
