//! Loss and errors of many steps, reduced on the device and read in one go.

use burn::tensor::{Device, Int, Tensor};

use crate::data::{Batch, Batcher, Dataset, EVAL_BATCH_SIZE};
use crate::metrics::Scores;
use crate::model::Mlp;

/// The logits and the loss of a batch; they stay on the device until they are read in one go.
#[derive(Debug, Clone)]
pub struct StepOutput {
    /// `[batch, classes]`
    logits: Tensor<2>,
    /// Mean over the batch, `[1]`.
    loss: Tensor<1>,
    /// `[batch]`
    targets: Tensor<1, Int>,
    /// The shard of the batch, counted from 0.
    pub shard: usize,
}

impl StepOutput {
    /// The output of a step, with the tensors detached from automatic differentiation.
    pub(crate) fn new(logits: Tensor<2>, loss: Tensor<1>, targets: Tensor<1, Int>) -> Self {
        Self { logits: logits.inner(), loss: loss.inner(), targets: targets.inner(), shard: 0 }
    }

    /// The same, of a shard of a batch.
    pub(crate) fn of_shard(self, shard: usize) -> Self {
        Self { shard, ..self }
    }
}

/// Adds up the outputs of steps.
///
/// Reading a number from a device waits for it. A tally waits once, when it is read, however many steps were added.
#[derive(Debug, Default)]
pub struct Tally {
    pending: Vec<StepOutput>,
    pending_images: usize,
    loss_sum: f64,
    errors: usize,
    images: usize,
}

impl Tally {
    /// The number of images whose logits are kept before they are reduced. It bounds the memory of a long epoch.
    const MAX_PENDING: usize = 16_384;

    /// Adds a step.
    pub fn add(&mut self, output: StepOutput) {
        self.pending_images += output.logits.dims()[0];
        self.pending.push(output);
        if self.pending_images >= Self::MAX_PENDING {
            self.reduce();
        }
    }

    /// Loss and errors of all steps so far.
    pub fn scores(&mut self) -> Scores {
        self.reduce();
        Scores { loss: self.loss_sum / self.images as f64, errors: self.errors, images: self.images }
    }

    fn reduce(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let sizes: Vec<usize> = pending.iter().map(|output| output.logits.dims()[0]).collect();
        let (mut logits, mut losses, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for output in pending {
            logits.push(output.logits);
            losses.push(output.loss);
            targets.push(output.targets);
        }
        let predictions = Tensor::cat(logits, 0).argmax(1).reshape([self.pending_images]);
        let errors: i64 = predictions.not_equal(Tensor::cat(targets, 0)).int().sum().into_scalar();
        let losses: Vec<f32> = Tensor::cat(losses, 0).into_data().try_into_vec_as().expect("losses are floats");
        for (loss, images) in losses.into_iter().zip(sizes) {
            self.loss_sum += f64::from(loss) * images as f64;
        }
        self.errors += errors as usize;
        self.images += self.pending_images;
        self.pending_images = 0;
    }
}

/// The output of a batch that is judged, not learned from.
pub fn infer(model: &Mlp, batch: Batch) -> StepOutput {
    let (logits, loss) = model.forward_loss(&batch);
    StepOutput::new(logits, loss, batch.targets)
}

/// Loss and errors of a network over some images.
///
/// # Panics
/// If an index is beyond the dataset.
pub fn score(model: &Mlp, dataset: &Dataset, indices: &[usize], batcher: Batcher, device: &Device) -> Scores {
    let mut tally = Tally::default();
    for indices in indices.chunks(EVAL_BATCH_SIZE) {
        let batch = batcher.batch(dataset, indices, device);
        tally.add(infer(model, batch));
        dataset.release();
    }
    tally.scores()
}
