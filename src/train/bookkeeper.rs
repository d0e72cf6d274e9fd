//! Bookkeeping at the end of each epoch: history, early stopping, and the end of training.

use crate::config::Experiment;
use crate::metrics::{EpochRecord, History};
use crate::model::LayerWeights;

use super::{Arithmetic, Best, EarlyStopping, TrainingState};

/// Keeps the history of a training run, watches its validation loss, and says when it is done.
///
/// [`Trainer`](super::Trainer) and the native Learner are two loops around one bookkeeper.
#[derive(Debug, Clone)]
pub struct Bookkeeper {
    max_epochs: usize,
    history: History,
    early_stopping: Option<EarlyStopping>,
    arithmetic: Option<Arithmetic>,
}

impl Bookkeeper {
    /// Resumes from a state, or starts from [`TrainingState::start`], under an arithmetic.
    pub fn new(experiment: &Experiment, state: &TrainingState, arithmetic: Arithmetic) -> Self {
        let books = Self {
            max_epochs: experiment.training.epochs,
            history: state.history.clone(),
            early_stopping: EarlyStopping::new(experiment.training.patience, state.best.clone()),
            arithmetic: state.arithmetic.clone(),
        };
        if books.is_done() {
            return books;
        }
        let is_same = state.epochs() == 0 || state.arithmetic.as_ref() == Some(&arithmetic);
        Self { arithmetic: Some(if is_same { arithmetic } else { Arithmetic::Mixed }), ..books }
    }

    /// The epoch to train next, counted from 1; `None` when all are done or early stopping has ended training.
    pub fn next_epoch(&self) -> Option<usize> {
        (!self.is_done()).then(|| self.epochs() + 1)
    }

    /// Enters an epoch that is done; `weights` is called when its validation loss is the best so far.
    pub fn end_epoch(&mut self, record: EpochRecord, weights: impl FnOnce() -> Vec<LayerWeights>) {
        if let (Some(watch), Some(validation)) = (&mut self.early_stopping, &record.validation) {
            watch.observe(record.epoch, validation.loss, weights);
        }
        self.history.epochs.push(record);
    }

    /// Returns whether all epochs are done, or the validation loss has stopped improving.
    pub fn is_done(&self) -> bool {
        let stopped = self.early_stopping.as_ref().is_some_and(|watch| watch.should_stop(self.epochs()));
        self.epochs() >= self.max_epochs || stopped
    }

    /// The number of epochs that are done.
    pub fn epochs(&self) -> usize {
        self.history.epochs.len()
    }

    /// Every epoch so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The best epoch by validation loss, with early stopping.
    pub fn best(&self) -> Option<&Best> {
        self.early_stopping.as_ref().and_then(EarlyStopping::best)
    }

    /// The arithmetic of all epochs; `None` when none is left to train and the state did not say.
    pub fn arithmetic(&self) -> Option<&Arithmetic> {
        self.arithmetic.as_ref()
    }

    /// The state to resume from, with the weights after the last epoch and the bytes of the optimiser's record.
    pub fn state(&self, weights: Vec<LayerWeights>, optimizer: Vec<u8>) -> TrainingState {
        let (history, best, arithmetic) = (self.history.clone(), self.best().cloned(), self.arithmetic.clone());
        TrainingState { weights, optimizer, history, best, arithmetic }
    }
}
