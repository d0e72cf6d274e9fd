//! Problems of training with burn-train's Learner.

/// The reason why training stopped, or could not begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrainingProblem {
    /// The dashboard was asked for without a terminal.
    NoTerminal,
    /// The user ended the run at once, without saving its last epochs.
    Killed,
    /// A device on another machine stopped answering.
    Lost {
        /// The device.
        device: String,
        /// Epochs that are done and saved.
        epochs: usize,
    },
    /// One of several devices failed.
    Device {
        /// The device.
        device: String,
        /// The message of its panic.
        error: String,
    },
    /// The Learner, its dashboard or the device failed.
    Learner {
        /// The message of Burn's error or panic.
        error: String,
    },
    /// Training panicked without a message.
    Panicked,
    /// The Learner's checkpointer stopped.
    NoCheckpointer,
    /// The history cannot be drawn.
    Curves {
        /// The message of the drawing library.
        error: String,
    },
}
