//! Errors of what needs an operating system: files, devices, runs, the Learner.

mod device;
mod english;
mod file;
mod french;
mod lab;
mod picture;
mod run;
mod show;
mod source;
mod training;
mod verify;

use std::fmt;

use crate::config::ConfigErrors;
use crate::error::{ExportError, ImportError, Language, Message, Place};

pub use device::DeviceProblem;
pub use file::{FileAction, FileProblem};
pub use lab::LabProblem;
pub(crate) use picture::MAX_PIXELS;
pub use picture::{PictureProblem, PictureUse};
pub use run::{ResumeProblem, RunProblem};
pub use show::ShowProblem;
pub use source::{PathOption, SourceProblem};
pub use training::TrainingProblem;
pub use verify::VerifyProblem;

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of a command: an error of the library, or of the machine it runs on.
///
/// `Display`, [`Error::messages`] and [`Error::hint`] are as those of [`crate::Error`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An error of the core.
    Core(crate::error::Error),

    /// The operating system refused to read or write something.
    File {
        /// The action that was refused.
        action: FileAction,
        /// The file or folder.
        path: String,
        /// The answer of the operating system.
        source: std::io::Error,
    },

    /// A file or folder that does not suit the command.
    Unsuited {
        /// The file or folder.
        path: String,
        /// The problem.
        problem: FileProblem,
    },

    /// A file or folder of images that is not there, not readable, or not as its format demands.
    Source {
        /// The file or folder, and the row in it.
        place: Box<Place>,
        /// The problem.
        problem: SourceProblem,
    },

    /// Several files that cannot be read.
    Several {
        /// The error about the first one.
        first: Box<Error>,
        /// Number of the others.
        others: usize,
    },

    /// A picture that is not readable, or has no digit on it.
    Picture {
        /// The file, or the folder.
        path: String,
        /// The problem.
        problem: PictureProblem,
        /// The use that the picture was read for.
        purpose: PictureUse,
    },

    /// A request for a picture of something that is not there, or for one picture of several things.
    Show(ShowProblem),

    /// A device that cannot be used or shared.
    Device {
        /// The name asked for.
        name: String,
        /// The problem.
        problem: DeviceProblem,
    },

    /// A worker cannot listen at its address.
    Listen {
        /// The address and port.
        address: String,
        /// The answer of the operating system.
        source: std::io::Error,
    },

    /// A run folder that is missing, in use, incomplete, or not a run's.
    Run(RunProblem),

    /// A run that cannot be resumed as asked.
    Resume {
        /// The run: its folder, or the name that the user gave.
        run: String,
        /// The problem.
        problem: ResumeProblem,
    },

    /// A run that cannot be trained again to the same bytes.
    Verify {
        /// The run's folder.
        run: String,
        /// The problem.
        problem: VerifyProblem,
    },

    /// Training stopped, or could not begin.
    Training(TrainingProblem),

    /// A network that a format cannot hold.
    Export(ExportError),

    /// A network of another program that is not imported.
    Import(ImportError),

    /// Sheets that cannot be printed. The page prints none: its messages stay small without those about sheets.
    Sheet(crate::error::SheetProblem),

    /// The page cannot be served.
    Lab(LabProblem),
}

impl Error {
    /// The error in `language`: one message, or one for each problem of a configuration.
    pub fn messages(&self, language: Language) -> Vec<Message> {
        match (self, language) {
            (Self::Core(error), _) => error.messages(language),
            (_, Language::English) => vec![english::message(self)],
            (_, Language::French) => vec![french::message(self)],
        }
    }

    /// The same, with the option of the command at hand that says where images are.
    #[must_use]
    pub fn naming(self, option: PathOption) -> Self {
        match self {
            Self::Source { place, problem: SourceProblem::NotFound { source, relative_to, .. } } => {
                Self::Source { place, problem: SourceProblem::NotFound { source, relative_to, option } }
            }
            other => other,
        }
    }

    /// The next step for the user, in English.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Core(error) => error.hint(),
            _ => english::message(self).hint,
        }
    }

    /// True if the input is at fault (configuration, arguments), rather than the machine or a file.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Core(error) => error.is_usage(),
            Self::Export(error) => error.is_usage(),
            Self::Import(error) => error.is_usage(),
            Self::Run(problem) => {
                matches!(problem, RunProblem::NoName | RunProblem::Imported { .. } | RunProblem::ImagesUnknown { .. })
            }
            Self::Training(problem) => *problem == TrainingProblem::NoTerminal,
            Self::Unsuited { .. } | Self::Device { .. } | Self::Listen { .. } | Self::Resume { .. } => true,
            _ => matches!(self, Self::Lab(_) | Self::Sheet(_) | Self::Show(_)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Core(error) => error.fmt(f),
            _ => english::message(self).fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. }
            | Self::Listen { source, .. }
            | Self::Lab(LabProblem::Port { source, .. })
            | Self::Source {
                problem: SourceProblem::Unreadable { source } | SourceProblem::NotFound { source, .. },
                ..
            } => Some(source),
            Self::Several { first, .. } => Some(first),
            _ => None,
        }
    }
}

impl From<RunProblem> for Error {
    fn from(problem: RunProblem) -> Self {
        Self::Run(problem)
    }
}

impl From<TrainingProblem> for Error {
    fn from(problem: TrainingProblem) -> Self {
        Self::Training(problem)
    }
}

impl From<ShowProblem> for Error {
    fn from(problem: ShowProblem) -> Self {
        Self::Show(problem)
    }
}

impl From<ExportError> for Error {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl From<crate::error::SheetProblem> for Error {
    fn from(problem: crate::error::SheetProblem) -> Self {
        Self::Sheet(problem)
    }
}

impl From<crate::error::Error> for Error {
    fn from(error: crate::error::Error) -> Self {
        Self::Core(error)
    }
}

impl From<LabProblem> for Error {
    fn from(problem: LabProblem) -> Self {
        Self::Lab(problem)
    }
}

impl From<ConfigErrors> for Error {
    fn from(errors: ConfigErrors) -> Self {
        Self::Core(errors.into())
    }
}
