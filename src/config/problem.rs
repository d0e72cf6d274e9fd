//! Problems of a configuration, with their values; `src/error` has the sentences.

use std::fmt;

use super::settings::Setting;
use super::slip::Slip;
use super::values::{Portion, Source};

/// Everything that is wrong with a configuration, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigErrors {
    /// One or more.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The place it is found at.
    pub place: Place,
    /// The setting or table it is about, as `table.name`; empty for a syntax error.
    pub path: String,
    /// The problem itself.
    pub kind: ProblemKind,
    /// The slip that explains it, if it is one of those known.
    pub slip: Option<Slip>,
}

/// The place of a value; `Display` writes it as compilers do: `file:line:column`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A position in a file.
    Position {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted in characters from 1.
        column: usize,
    },
    /// A file as a whole: a default that contradicts its settings.
    File(String),
    /// An override, as the user typed it.
    Override(String),
}

/// The kinds of problems.
#[derive(Debug, Clone, PartialEq)]
pub enum ProblemKind {
    /// Text that is not UTF-8.
    NotUtf8 {
        /// It is UTF-16, as old versions of PowerShell write.
        is_utf16: bool,
    },
    /// Text that is not TOML.
    Syntax {
        /// The words of the TOML library.
        toml: String,
    },
    /// A name that no setting has.
    UnknownSetting {
        /// The setting or table of nearly the same name.
        similar: Option<&'static str>,
        /// The settings of the table it is in, if that exists.
        siblings: Vec<&'static str>,
    },
    /// A value in place of a table.
    NotATable,
    /// An override of a whole table.
    NotASetting {
        /// The settings of the table.
        settings: Vec<&'static str>,
    },
    /// A value of the wrong type, or out of range.
    NotAllowed {
        /// The setting.
        setting: &'static Setting,
        /// The value.
        found: Found,
        /// The word that was meant, if the value is nearly that.
        similar: Option<&'static str>,
    },
    /// A batch size that is not 1 to the number of training images.
    BatchSize {
        /// The batch size.
        found: i64,
        /// The training images.
        images: usize,
    },
    /// `data.train` leaves no image to test with.
    NothingToTest {
        /// The images to train on.
        train: usize,
        /// All images.
        images: usize,
    },
    /// `data.train` is `auto`, but the digits have no test images of their own.
    NoTestImages {
        /// All images.
        images: usize,
    },
    /// `data.validation` leaves no image to train on.
    NothingToTrain {
        /// The images to hold out.
        validation: usize,
        /// The images they are taken from.
        train: usize,
    },
    /// Early stopping, but no images are held out.
    NothingToWatch {
        /// The value of `training.patience`.
        patience: usize,
        /// A usual number or share of images to hold out.
        suggested: Portion,
    },
    /// `data.size` has one number.
    OneNumberForSize {
        /// The number.
        found: usize,
    },
    /// A setting that does not apply to the source.
    OtherSource {
        /// The source.
        source: Source,
        /// The sources it applies to.
        applies_to: &'static [Source],
    },
    /// A source that needs `data.path`.
    NoPath {
        /// The source.
        source: Source,
    },
    /// `data.size` where `data.preprocess` makes all images 8x8.
    SizeOfDigits,
    /// `data.channels` is 3 where `data.preprocess` finds digits, in grey.
    ColourOfDigits,
    /// `augmentation.colour` for grey images.
    GreyColours,
    /// Two settings for one thing.
    Twice {
        /// The other setting.
        other: &'static str,
    },
    /// A split by group without `data.group`.
    NoGroups,
    /// `data.classes` for the digits.
    ClassesOfDigits,
    /// More stages of convolution than the images can be halved.
    TooManyStages {
        /// The stages.
        stages: usize,
        /// Rows of an image.
        height: usize,
        /// Columns of an image.
        width: usize,
        /// The most stages that they can have.
        max: usize,
    },
}

/// A value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A value as it would be typed, shortened if it is long.
    Value(String),
    /// A table.
    Table,
    /// A number of more than 64 bits.
    HugeNumber,
}

/// An override that is not `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnOverride {
    /// The text.
    pub text: String,
}

impl Place {
    /// A number to sort by: the order of the file, then everything else.
    pub(super) fn order(&self) -> (usize, usize) {
        match self {
            Self::Position { line, column, .. } => (*line, *column),
            Self::File(_) | Self::Override(_) => (usize::MAX, usize::MAX),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Position { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::File(file) => f.write_str(file),
            Self::Override(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ConfigErrors {}

impl std::error::Error for NotAnOverride {}
