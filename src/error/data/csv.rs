//! Problems with text tables.

use crate::config::Column;

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
    /// Two columns that both could be the labels.
    TwoLabelColumns {
        /// One of them.
        first: Column,
        /// The other one.
        second: Column,
    },
    /// Rows of pairs of a position and a value, as libsvm writes them.
    SparseRows,
    /// An ARFF file with rows of pairs of a position and a value.
    SparseArff,
    /// A column of the training images that another table has not.
    MissingColumn {
        /// The column.
        name: Column,
    },
    /// A column that the table of the training images has not.
    AdditionalColumn {
        /// The column.
        name: Column,
    },
    /// Another number of columns than the table of the training images, without names.
    OtherColumnCount {
        /// Columns of the table.
        found: usize,
        /// Columns of the table of the training images.
        expected: usize,
    },
    /// A row without a 1, or with several, in the columns of one-hot labels.
    NotOneHot,
    /// A cell without a value: empty, or NaN.
    MissingValue {
        /// The text in its place.
        text: String,
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
