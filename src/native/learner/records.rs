//! Gets the optimiser's record out of the Learner.
//!
//! The Learner keeps its optimiser private, but for its checkpointers. Burn's `FileCheckpointer` writes model, optimiser and
//! scheduler to three files on three threads, so that a kill leaves files of different epochs, and its loader panics on a
//! damaged one. Ours passes the optimiser's record to the strategy, which has the rest of the state, and the run folder writes
//! one file with a digest.

use std::sync::mpsc::{Receiver, Sender, channel};

use burn::optim::OptimizerRecord;
use burn::train::checkpoint::{Checkpoint, Checkpointer, CheckpointerError};

/// Connects a checkpointer for the optimiser with the receiver of its records.
pub(super) fn optimizer_records() -> (ForwardOptimizer, Receiver<OptimizerRecord>) {
    let (sender, receiver) = channel();
    (ForwardOptimizer(sender), receiver)
}

/// Sends each record to the strategy.
pub(super) struct ForwardOptimizer(Sender<OptimizerRecord>);

/// Drops each record.
pub(super) struct Discard;

impl Checkpointer<OptimizerRecord> for ForwardOptimizer {
    fn save(&self, _: usize, record: OptimizerRecord) -> Result<(), CheckpointerError> {
        self.0.send(record).map_err(|error| CheckpointerError::Unknown(error.to_string()))
    }

    fn delete(&self, _: usize) -> Result<(), CheckpointerError> {
        Ok(())
    }

    fn restore(&self, epoch: usize) -> Result<OptimizerRecord, CheckpointerError> {
        not_kept(epoch)
    }
}

impl<R: Checkpoint> Checkpointer<R> for Discard {
    fn save(&self, _: usize, _: R) -> Result<(), CheckpointerError> {
        Ok(())
    }

    fn delete(&self, _: usize) -> Result<(), CheckpointerError> {
        Ok(())
    }

    fn restore(&self, epoch: usize) -> Result<R, CheckpointerError> {
        not_kept(epoch)
    }
}

fn not_kept<R>(epoch: usize) -> Result<R, CheckpointerError> {
    Err(CheckpointerError::Unknown(format!("epoch {epoch} is not kept here: a run folder keeps it")))
}
