//! Files: refused actions, and files that do not suit a command.

use std::io;

use crate::config::SplitName;

/// The action that the operating system refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAction {
    /// Read a file or a folder.
    Read,
    /// Write a file.
    Write,
    /// Create a folder.
    Create,
    /// Put a file or a folder in the place of another.
    Replace,
    /// Remove a file or a folder.
    Remove,
}

/// A file or folder that does not suit a command.
#[derive(Debug)]
pub enum FileProblem {
    /// There is something already where a new file or folder would be written.
    Exists,
    /// A picture would replace a file of another kind.
    NotPng,
    /// A PDF file would replace a file of another kind.
    NotPdf,
    /// An archive of arrays would replace a file of another kind.
    NotNpz,
    /// A configuration that is not there, or a folder.
    NotAConfig {
        /// The answer of the operating system.
        source: io::Error,
        /// The experiment inside the program that has the file's name.
        built_in: Option<&'static str>,
    },
    /// A name that is neither that of a file nor that of an experiment inside the program.
    NoExperiment {
        /// The experiment that was probably meant.
        similar: Option<&'static str>,
        /// All experiments inside the program.
        names: Vec<&'static str>,
    },
    /// Images for `init` that cannot be looked at.
    Unreadable {
        /// The answer of the operating system.
        source: io::Error,
    },
    /// A table for `init` that is not text.
    NotATable {
        /// The answer of the operating system.
        source: io::Error,
    },
    /// A file of no format that images are read from.
    UnknownFormat,
    /// A folder without images.
    NoImages,
    /// Images to judge a network on, without the part that is asked for.
    NoPart {
        /// The part.
        part: SplitName,
    },
    /// Images to judge a network on that reads digits, without a digit on any of them.
    NoDigits {
        /// Number of the images.
        images: usize,
    },
    /// A class whose name cannot be the name of a folder.
    ClassName {
        /// The class.
        class: String,
    },
}
