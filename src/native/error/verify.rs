//! Runs that cannot be trained again to the same bytes.

use crate::train::Arithmetic;

/// The reason why a run cannot be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyProblem {
    /// The run is being trained, or was stopped.
    Unfinished {
        /// Epochs that are done.
        done: usize,
        /// Epochs of the run.
        planned: usize,
    },
    /// The loss was infinite or NaN.
    Diverged {
        /// The epoch.
        epoch: usize,
    },
    /// The configuration is not the one in the model.
    OtherConfig,
    /// A path for images that are inside the program.
    BuiltInImages,
    /// The images are not those that the run was trained on.
    OtherImages,
    /// An arithmetic that this program does not repeat bit for bit.
    Arithmetic {
        /// The arithmetic of the run; `None` if its model does not say.
        found: Option<Arithmetic>,
        /// The device of the run.
        device: String,
    },
}
