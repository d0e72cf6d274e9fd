//! Networks that a format cannot hold.

use crate::config::Activation;

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
    /// A weight, a bias or the scaling is infinite or not a number.
    NotFinite,
    /// The bytes that were made do not answer as the network does.
    NotReadBack {
        /// Images that were compared.
        images: usize,
        /// Images with the same answer.
        labels: usize,
    },
}

impl ExportProblem {
    /// The network is right, but not for this format.
    pub(super) fn is_usage(&self) -> bool {
        matches!(self, Self::Variants | Self::Activation { .. })
    }
}
