//! The network as burn-train's Learner drives it: one step, and the item that a step returns.

use burn::tensor::ExecutionError;
use burn::train::{InferenceStep, ItemLazy, TrainOutput, TrainStep};

use crate::data::Batch;
use crate::metrics::Scores;
use crate::model::Mlp;
use crate::train::{StepOutput, Tally, compute_gradients, infer};

/// The output of a batch, or the scores of many batches.
///
/// Steps return the first. Metrics and dashboard get the second, once an epoch; Burn wants one type for both.
pub enum LearnerItem {
    /// The output of one batch.
    Batch(Box<StepOutput>),
    /// The scores of many batches.
    Scores(Scores),
}

impl LearnerItem {
    /// Loss and errors.
    pub fn scores(&self) -> Scores {
        match self {
            Self::Scores(scores) => *scores,
            Self::Batch(output) => {
                let mut tally = Tally::default();
                tally.add((**output).clone());
                tally.scores()
            }
        }
    }
}

impl ItemLazy for LearnerItem {
    fn sync(self) -> Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl TrainStep for Mlp {
    type Input = Batch;
    type Output = LearnerItem;

    fn step(&self, batch: Batch) -> TrainOutput<LearnerItem> {
        let (grads, output) = compute_gradients(self, batch);
        TrainOutput { grads, item: LearnerItem::Batch(Box::new(output)) }
    }
}

impl InferenceStep for Mlp {
    type Input = Batch;
    type Output = LearnerItem;

    fn step(&self, batch: Batch) -> LearnerItem {
        LearnerItem::Batch(Box::new(infer(self, batch)))
    }
}
