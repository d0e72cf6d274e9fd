//! Problems of a training state.

use crate::config::OptimizerKind;

/// The reason why training cannot go on from a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateProblem {
    /// The weights are not those of the experiment's network.
    Layers {
        /// Inputs and outputs of the layers in the state.
        found: Vec<(usize, usize)>,
        /// Inputs and outputs of the layers of the network.
        expected: Vec<(usize, usize)>,
    },
    /// The optimiser's bytes are not a record.
    Record {
        /// The answer of Burn's reader.
        text: String,
    },
    /// The optimiser's record is not one of the experiment's optimiser.
    Optimizer {
        /// The experiment's optimiser.
        kind: OptimizerKind,
    },
}
