//! Training: one optimisation step, and the loops around it.
//!
//! At its heart training is a dozen lines. Here they are with Burn's own types, without anything of this module:
//!
//! ```
//! use burn::nn::loss::CrossEntropyLossConfig;
//! use burn::optim::{GradientsParams, SgdConfig};
//! use burn::tensor::Device;
//! use chiffres::data::TrainingBatcher;
//! use chiffres::{Dataset, Experiment, MlpConfig};
//!
//! let (experiment, digits) = (Experiment::default(), Dataset::digits()?);
//! let device = Device::flex().autodiff();
//! let train: Vec<usize> = (0..1000).collect();
//! let batcher = TrainingBatcher::new(&experiment, &digits, &train);
//!
//! let mut model = MlpConfig::new(64, vec![15], 10).init(&device);
//! let mut optimizer = SgdConfig::new().init();
//! let cross_entropy = CrossEntropyLossConfig::new().init(&device);
//! let mut losses = Vec::new();
//!
//! for epoch in 1..=20 {
//!     for images in batcher.order(&train, epoch).chunks(batcher.batch_size()) {
//!         let batch = batcher.batch(&digits, images, epoch, &device);
//!         let logits = model.forward(batch.images);
//!         let loss = cross_entropy.forward(logits, batch.targets);
//!         let gradients = GradientsParams::from_grads(loss.backward(), &model);
//!         model = optimizer.step(1.0, model, gradients);
//!         losses.push(loss.into_scalar::<f32>());
//!     }
//! }
//! assert!(losses[99] < 0.5 * losses[0], "the loss falls: {losses:?}");
//! # Ok::<(), chiffres::Error>(())
//! ```
//!
//! A step is [`compute_gradients`] and an update; [`optimize`] does both. On the processor each is one operation, of
//! `fused`; elsewhere it is the operations above. [`Trainer`] is the whole loop, with validation, early stopping and a
//! history: it needs nothing but the library, and runs in a browser too. On a computer, `native::learner` has burn-train's
//! Learner take the same gradients and updates. Both end with the same weights.

mod arithmetic;
mod bookkeeper;
mod early_stopping;
mod epoch_batches;
mod optimizer;
mod schedule;
mod state;
mod tally;
mod trainer;

pub use arithmetic::Arithmetic;
pub(crate) use bookkeeper::Bookkeeper;
pub use early_stopping::Best;
pub(crate) use early_stopping::EarlyStopping;
pub(crate) use epoch_batches::EpochBatches;
pub(crate) use optimizer::{record_bytes, record_from_bytes};
pub(crate) use schedule::{Schedule, ScheduleCursor};
pub use state::TrainingState;
pub use tally::StepOutput;
pub(crate) use tally::{Tally, infer, score};
pub use trainer::{Trainer, TrainerBuilder};

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;

use crate::data::{Batch, Shard};
use crate::fused;
use crate::model::Mlp;

/// Gradients of the loss of a batch, with the output of the step.
///
/// The gradients of a shard are weighted by its share of the batch, and moved to the device that adds them up.
pub fn compute_gradients(model: &Mlp, mut batch: Batch) -> (GradientsParams, StepOutput) {
    let shard = batch.shard.take();
    let Some(Shard { index, weight, main_device }) = shard else {
        if let Some((gradients, loss)) = fused::gradients(model, &batch) {
            return (gradients, StepOutput::counted(loss, batch.targets.dims()[0]));
        }
        let (loss, output) = forward_loss(model, batch);
        return (GradientsParams::from_grads(loss.backward(), model), output);
    };
    let (loss, output) = forward_loss(model, batch);
    // With these weights, the gradients of all shards add up to those of the whole batch.
    let gradients = GradientsParams::from_grads(loss.mul_scalar(weight).backward(), model);
    (gradients.to_device(&main_device, model), output.of_shard(index))
}

/// The loss of a batch, ready for `backward`: in one operation on the processor, by the network's own elsewhere.
pub(crate) fn forward_loss(model: &Mlp, batch: Batch) -> (Tensor<1>, StepOutput) {
    if let Some((loss, value)) = fused::forward_loss(model, &batch) {
        return (loss, StepOutput::counted(value, batch.targets.dims()[0]));
    }
    let (logits, loss) = model.forward_loss(&batch);
    (loss.clone(), StepOutput::new(logits, loss, batch.targets))
}

/// One optimisation step: forward, loss, backward, update.
pub fn optimize(model: Mlp, optimizer: &mut ModuleOptimizer, learning_rate: f64, batch: Batch) -> (Mlp, StepOutput) {
    let (gradients, output) = compute_gradients(&model, batch);
    (optimizer.step(learning_rate, model, gradients), output)
}
