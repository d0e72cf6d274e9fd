//! Problems with the drawings of a class, and with the built-in digits.

/// A drawing that a class cannot have, or a file without drawings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawingProblem {
    /// More drawings than a class can have.
    TooMany {
        /// Number of drawings.
        found: usize,
        /// Maximum number of drawings.
        max: usize,
    },
    /// A label that is not a digit.
    Label {
        /// The label.
        found: i64,
    },
    /// The wrong number of pixels for a digit.
    PixelCount {
        /// Pixels of the drawing.
        found: usize,
        /// Pixels of a digit.
        expected: usize,
    },
    /// A pixel above full ink.
    Value {
        /// The pixel.
        found: u8,
        /// The value of full ink.
        max: u8,
    },
    /// No ink.
    Blank,
    /// A name of a writer that is empty, too long, or not on one line.
    Name {
        /// The name.
        name: String,
        /// Maximum number of characters of a name.
        max: usize,
    },
    /// The name of a writer of the built-in digits.
    ReservedName {
        /// The name.
        name: String,
    },
    /// A file that holds the built-in digits alone.
    OnlyBuiltIn,
    /// More or fewer labels, or names of writers, than images.
    Count {
        /// Number of images.
        images: usize,
        /// Number of labels or names.
        found: usize,
    },
    /// Names in the place of labels.
    NamedLabels,
}

/// The file of the built-in digits, altered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuiltInProblem {
    /// Bytes that are not compressed text.
    Stopped {
        /// The text of the decompressor.
        error: String,
    },
    /// A line without a comma.
    NoComma,
    /// A line with another number of pixels than a digit has.
    PixelCount {
        /// Pixels in the line.
        found: usize,
        /// Pixels of a digit.
        expected: usize,
    },
    /// A pixel or a label that is not a whole number, or too large.
    Number {
        /// The text in its place.
        text: String,
        /// The largest number.
        max: u8,
    },
}
