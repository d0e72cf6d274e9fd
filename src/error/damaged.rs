//! Reasons why a file that the library wrote is not usable any more.

use crate::config::Problem;

/// A kind of file that the library writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A finished network.
    Model,
    /// A training run to resume.
    Checkpoint,
    /// The description of a run, `run.json`.
    Run,
}

/// Reason why a model, checkpoint or run file is not usable.
///
/// `source` is the text of a library: safetensors, serde or Burn.
#[derive(Debug, Clone, PartialEq)]
pub enum DamageReason {
    /// A file too small for a header, or a header of absurd length.
    NoHeader,
    /// A header that is not JSON.
    UnreadableHeader,
    /// A length other than the header declares.
    WrongLength,
    /// Anything else that safetensors refuses.
    Safetensors {
        /// Its text.
        source: String,
    },
    /// A safetensors file of another program.
    OfAnotherProgram,
    /// A header whose fields do not fit this version.
    Header {
        /// The text of the JSON reader.
        source: String,
    },
    /// A file of another kind.
    OtherKind {
        /// The kind that it says it is.
        found: String,
    },
    /// No checksum.
    NoDigest,
    /// Content that does not match its checksum.
    WrongDigest,
    /// Images without pixels, or no classes.
    NoImages,
    /// A setting that no configuration may have.
    Setting {
        /// The problem of the configuration.
        problem: Box<Problem>,
    },
    /// A setting of the preprocessing out of range.
    Preprocessing {
        /// Its name.
        setting: &'static str,
    },
    /// References that are not images of its size and classes.
    References,
    /// No tensor of this name.
    NoTensor {
        /// Its name.
        name: String,
    },
    /// A tensor that does not fit the network.
    OtherShape {
        /// Its name.
        name: String,
        /// Its type, as safetensors calls it.
        dtype: String,
        /// Its shape.
        found: Box<[usize]>,
        /// The shape that the network needs.
        expected: Box<[usize]>,
    },
    /// A `run.json` that does not describe a run.
    Json {
        /// The text of the JSON reader.
        source: String,
    },
    /// A history that does not parse.
    History {
        /// The text of the JSON reader.
        source: String,
    },
    /// A state of the optimizer that Burn cannot read.
    Optimizer {
        /// The text of Burn.
        source: String,
    },
}
