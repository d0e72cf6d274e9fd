//! Training: one optimisation step, and the loops around it.
//!
//! A step is [`compute_gradients`] and an update by one of Burn's optimisers; [`optimize`] does both. [`Trainer`] is the loop to
//! read: it needs nothing but the library and runs in a browser too. On a computer, `native::learner` has burn-train's
//! Learner take the same gradients and updates; both end with the same weights.

mod early_stopping;
mod optimizer;
mod schedule;
mod tally;
mod trainer;

pub use early_stopping::{Best, EarlyStopping};
pub(crate) use optimizer::{record_bytes, record_from_bytes};
pub use schedule::{Schedule, ScheduleCursor};
pub use tally::{StepOutput, Tally, score};
pub use trainer::{Trainer, TrainingState};

use burn::optim::{GradientsParams, ModuleOptimizer};

use crate::data::{Batch, Shard};
use crate::model::Mlp;

/// Gradients of the loss of a batch, with what the step says about the batch.
///
/// Those of a part of a batch count as much as the part does, and are where they are added up.
pub fn compute_gradients(model: &Mlp, batch: Batch) -> (GradientsParams, StepOutput) {
    let (logits, loss) = model.forward_loss(&batch);
    let Some(Shard { index, weight, home }) = batch.shard else {
        let gradients = GradientsParams::from_grads(loss.backward(), model);
        return (gradients, StepOutput::new(logits, loss, batch.targets));
    };
    // Weighted like this, the gradients of the parts add up to those of the whole batch.
    let gradients = GradientsParams::from_grads(loss.clone().mul_scalar(weight).backward(), model);
    (gradients.to_device(&home, model), StepOutput::new(logits, loss, batch.targets).of_shard(index))
}

/// One optimisation step: forward, loss, backward, update.
pub fn optimize(model: Mlp, optimizer: &mut ModuleOptimizer, learning_rate: f64, batch: Batch) -> (Mlp, StepOutput) {
    let (gradients, output) = compute_gradients(&model, batch);
    (optimizer.step(learning_rate, model, gradients), output)
}
