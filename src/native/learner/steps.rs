//! The steps of an epoch: from batches to gradients and scores.

use burn::data::dataloader::DataLoaderIterator;
use burn::optim::GradientsParams;
use burn::train::{Learner, TrainLoader};

use crate::data::Batch;
use crate::metrics::Scores;
use crate::model::Mlp;
use crate::native::error::{Result, TrainingProblem};
use crate::train::Tally;

use super::item::LearnerItem;

/// The steps of one epoch.
pub(super) trait Steps {
    /// The gradients of the next batch; `None` at the end of the epoch.
    fn next(&mut self, learner: &Learner<Mlp>) -> Result<Option<GradientsParams>>;

    /// The number of images in the steps so far.
    fn images_done(&self) -> usize;

    /// Loss and errors of the steps so far.
    fn scores(&mut self) -> Scores;
}

/// The steps of one epoch on one device.
pub(super) struct SingleDeviceSteps<'a> {
    batches: Box<dyn DataLoaderIterator<Batch> + 'a>,
    tally: Tally,
}

impl<'a> SingleDeviceSteps<'a> {
    /// The steps of the next epoch of a loader.
    pub(super) fn new(loader: &'a TrainLoader<Mlp>) -> Self {
        Self { batches: loader.iter(), tally: Tally::default() }
    }
}

impl Steps for SingleDeviceSteps<'_> {
    fn next(&mut self, learner: &Learner<Mlp>) -> Result<Option<GradientsParams>> {
        let Some(batch) = self.batches.next() else { return Ok(None) };
        let batch = batch.map_err(|error| TrainingProblem::Learner { error: error.to_string() })?;
        let step = learner.train_step(batch);
        if let LearnerItem::Batch(output) = step.item {
            self.tally.add(*output);
        }
        Ok(Some(step.grads))
    }

    fn images_done(&self) -> usize {
        self.batches.progress().items_processed
    }

    fn scores(&mut self) -> Scores {
        self.tally.scores()
    }
}
