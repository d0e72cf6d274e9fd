//! The library's error type: kinds with their values. The sentences are in `english/` and `french/`.

mod code;
mod config;
mod damaged;
pub mod data;
mod english;
mod export;
mod folds;
mod french;
mod import;
mod input;
mod place;
mod sheet;
mod split;
mod state;
mod words;

use std::fmt;

use crate::config::ConfigErrors;

pub use code::CodeProblem;
pub use damaged::{DamageReason, FileKind};
pub use data::DataProblem;
pub use export::{ExportError, ExportProblem};
pub use folds::FoldsProblem;
pub use import::{ImportError, ImportProblem};
pub use input::{DatasetShape, InputProblem, NoDigit};
pub use place::{Place, Step};
pub use sheet::{Corner, SheetProblem};
pub use split::{ClassRemedy, SplitProblem};
pub use state::StateProblem;
pub(crate) use words::brief;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the core: configuration, data, training or prediction.
///
/// A variant holds values, never a sentence. `Display` writes the English on one line: what, where, expected and got.
/// [`Error::messages`] writes any [`Language`], and [`Error::hint`] says what to do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// One or more problems in a configuration.
    Config(ConfigErrors),

    /// A model or checkpoint file that is truncated, altered, or another kind of file.
    Damaged {
        /// The kind of file that it should be.
        kind: FileKind,
        /// The file.
        path: String,
        /// The reason.
        reason: DamageReason,
    },

    /// A file in a format that only a later version of this program reads.
    TooNew {
        /// The file.
        path: String,
        /// The format it declares.
        found: u32,
        /// The newest format this version reads.
        known: u32,
    },

    /// An image index beyond the dataset.
    NoSuchImage {
        /// The index asked for.
        index: usize,
        /// The last index of the dataset.
        last: usize,
    },

    /// Images that are not readable, or that do not fit together.
    Data {
        /// The file, and the row, image or byte in it.
        place: Box<Place>,
        /// The problem.
        problem: DataProblem,
    },

    /// Drawings for an experiment on other images than the built-in digits in their order.
    DrawingsNeedDigits,

    /// Images that do not split as asked, or a split without images.
    Split(SplitProblem),

    /// A picture, image or dataset that the network cannot read.
    Input(InputProblem),

    /// Training images that cannot be held out fold by fold.
    Folds(FoldsProblem),

    /// A training state that does not belong to the experiment.
    State(StateProblem),

    /// The loss is infinite or NaN.
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
    },
}

/// A language that messages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

/// An error in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The file, and the line, row or image in it.
    pub place: Option<String>,
    /// The problem: what was found, and what is expected.
    pub text: String,
    /// The next step for the user.
    pub hint: Option<String>,
}

impl Error {
    /// The error in `language`: one message, or one for each problem of a configuration.
    pub fn messages(&self, language: Language) -> Vec<Message> {
        match language {
            Language::English => english::messages(self),
            Language::French => french::messages(self),
        }
    }

    /// The next step for the user, in English; `None` for a configuration, whose problems have hints of their own.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Config(_) => None,
            _ => english::messages(self).into_iter().find_map(|message| message.hint),
        }
    }

    /// True if the input is at fault (configuration, arguments), rather than the machine or a file.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Input(problem) => problem.is_usage(),
            _ => matches!(
                self,
                Self::Config(_) | Self::NoSuchImage { .. } | Self::Split(_) | Self::Folds(_) | Self::DrawingsNeedDigits
            ),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(errors) => errors.fmt(f),
            _ => english::messages(self).iter().try_for_each(|message| message.fmt(f)),
        }
    }
}

impl std::error::Error for Error {}

impl From<InputProblem> for Error {
    fn from(problem: InputProblem) -> Self {
        Self::Input(problem)
    }
}

impl From<ConfigErrors> for Error {
    fn from(errors: ConfigErrors) -> Self {
        Self::Config(errors)
    }
}

impl Message {
    /// A message without a place and without a hint.
    pub fn new(text: impl Into<String>) -> Self {
        Self { place: None, text: text.into(), hint: None }
    }

    /// The same, about a place.
    #[must_use]
    pub fn at(self, place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// Place and text, without the hint.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.text)
    }
}
