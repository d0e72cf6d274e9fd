//! Networks that a format cannot hold.

use std::fmt;

use super::{Language, Message, english, french};
use crate::config::Activation;

/// A network that is not exported in a format. It is no kind of [`Error`](super::Error): the page's large module does without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportError {
    /// The name of the format.
    pub format: &'static str,
    /// The reason.
    pub problem: ExportProblem,
}

/// The reason why a network is not exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportProblem {
    /// The network reads an image together with variants of it, and the format holds one reading.
    Variants,
    /// The format, or the library that reads it, has no such activation.
    Activation {
        /// The activation.
        activation: Activation,
    },
    /// The format has no stages of convolution.
    Stages,
    /// The format has no weights of 8 bits.
    Int8,
    /// The layers do not lead from the pixels to the classes: their sizes do not fit, there is none, or their activations
    /// are not all the same.
    Layers,
    /// A weight, a bias or the scaling is infinite or not a number, or the pixels are divided by 0.
    NotFinite,
    /// The bytes that were made do not answer as the network does.
    NotReadBack {
        /// Images that were compared.
        images: usize,
        /// Images with the same answer.
        labels: usize,
    },
}

impl ExportError {
    /// The problem and what to do about it.
    pub fn message(&self, language: Language) -> Message {
        match language {
            Language::English => english::export(self.format, &self.problem),
            Language::French => french::export(self.format, &self.problem),
        }
    }

    /// The network is right, but not for this format.
    pub fn is_usage(&self) -> bool {
        matches!(
            self.problem,
            ExportProblem::Variants | ExportProblem::Activation { .. } | ExportProblem::Stages | ExportProblem::Int8
        )
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message(Language::English).fmt(f)
    }
}

impl std::error::Error for ExportError {}
