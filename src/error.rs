//! The one error type of the library: what went wrong, where, what was expected, and what to do next.

use crate::config::ConfigErrors;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong on the way from a configuration to a prediction.
///
/// `Display` says what, where, expected and got, on one line; [`Error::hint`] says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// One or more problems in an experiment's configuration.
    #[error(transparent)]
    Config(#[from] ConfigErrors),

    /// The operating system refused to read or write something.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was being done: `read`, `write`, `create`.
        action: &'static str,
        /// The file or folder.
        path: String,
        /// What the operating system answered.
        source: std::io::Error,
    },

    /// A model or checkpoint file that is truncated, altered, or something else altogether.
    #[error("{path} is not a usable {what} file: {reason}")]
    Damaged {
        /// `model`, `checkpoint` or `run`.
        what: &'static str,
        /// The file.
        path: String,
        /// What does not fit.
        reason: String,
    },

    /// A file of a format that only a later version of this program knows.
    #[error("{path} has format {found}, but this version of chiffres reads formats up to {known}")]
    TooNew {
        /// The file.
        path: String,
        /// The format it declares.
        found: u32,
        /// The newest format this version reads.
        known: u32,
    },

    /// An image index beyond the dataset.
    #[error("there is no image {index}: the dataset has images 0 to {last}")]
    NoSuchImage {
        /// What was asked for.
        index: usize,
        /// The last index there is.
        last: usize,
    },

    /// A split that holds no images.
    #[error("the {split} split is empty")]
    EmptySplit {
        /// `train`, `validation` or `test`.
        split: &'static str,
    },

    /// An embedded or external dataset whose content is not what it should be.
    #[error("{dataset}, line {line}: {reason}")]
    Dataset {
        /// Which dataset.
        dataset: String,
        /// The line, counted from 1.
        line: usize,
        /// What does not fit.
        reason: String,
    },

    /// Images that cannot be read, or do not fit together.
    #[error("{place}: {reason}")]
    Data {
        /// The file, and the row, image or byte in it.
        place: String,
        /// What does not fit.
        reason: String,
        /// What to do about it.
        hint: String,
    },

    /// Images that cannot be parted as asked for.
    #[error("{reason}")]
    Split {
        /// What does not fit.
        reason: String,
        /// What to do about it.
        hint: String,
    },

    /// A picture that cannot be read, or has no digit on it.
    #[error("{path}: {reason}")]
    Picture {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
        /// What to do about it.
        hint: String,
    },

    /// A device that cannot be used.
    #[error("device {name:?} {reason}")]
    Device {
        /// What was asked for.
        name: String,
        /// Why it cannot be used.
        reason: String,
        /// What to do about it.
        hint: String,
    },

    /// A run folder that is missing, already there, or not a run.
    #[error("{message}")]
    Run {
        /// What is wrong with which folder.
        message: String,
        /// What to do about it.
        hint: String,
    },

    /// A request that contradicts itself or the run it is made of.
    #[error("{message}")]
    Request {
        /// What cannot be done.
        message: String,
        /// What to do instead.
        hint: String,
    },

    /// The reader ended the training at once; nothing of its last epochs was saved.
    #[error("the training was ended at once; its run has no more than its last checkpoint, if it kept one")]
    Killed,

    /// The loss is infinite or no number: every further step is lost.
    #[error("the training ran away: its loss is no longer a number in epoch {epoch}")]
    Diverged {
        /// Counted from 1.
        epoch: usize,
    },

    /// A device on another machine, or another process, does not answer any more.
    #[error("the connection to {device} was lost; the training stopped after epoch {epochs}")]
    Lost {
        /// The device.
        device: String,
        /// Epochs that are done and kept.
        epochs: usize,
    },

    /// The training stopped on an error of the framework or the device.
    #[error("the training stopped: {0}")]
    Training(String),
}

impl Error {
    /// What the reader can do next, if there is something to say.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Damaged { what: "checkpoint", .. } => {
                Some("the rest of the run is untouched; train again without --resume to start over".into())
            }
            Self::Damaged { .. } => Some("train again to make a new one, or name another run".into()),
            Self::TooNew { .. } => Some("update chiffres, or train again with this version".into()),
            Self::Lost { .. } => Some("start the worker again, then go on where it stopped: train --resume RUN".into()),
            Self::Diverged { .. } => Some("try a smaller optimizer.learning_rate".into()),
            Self::EmptySplit { split: "validation" } => {
                Some("hold images out with --set data.validation=200 when training".into())
            }
            Self::Data { hint, .. }
            | Self::Split { hint, .. }
            | Self::Picture { hint, .. }
            | Self::Device { hint, .. }
            | Self::Run { hint, .. }
            | Self::Request { hint, .. } => Some(hint.clone()),
            _ => None,
        }
    }

    /// Whether the fault lies in what was asked (configuration, arguments) rather than in doing it.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Config(_)
                | Self::NoSuchImage { .. }
                | Self::EmptySplit { .. }
                | Self::Split { .. }
                | Self::Device { .. }
                | Self::Request { .. }
        )
    }
}
