//! Loss and errors of many steps, reduced on the device and read in one go.

use burn::tensor::{Device, Int, Tensor};

use crate::data::{Batch, Batcher, Dataset, EVAL_BATCH_SIZE};
use crate::fused::{self, kernel::Loss};
use crate::metrics::Scores;
use crate::model::Mlp;

/// The loss and the errors of a batch: numbers, or tensors that stay on the device until they are read in one go.
#[derive(Debug, Clone)]
pub struct StepOutput {
    result: StepResult,
    /// The shard of the batch, counted from 0.
    pub shard: usize,
}

#[derive(Debug, Clone)]
enum StepResult {
    Scores(Scores),
    OnDevice(Box<Answers>),
}

#[derive(Debug, Clone)]
struct Answers {
    /// `[batch, classes]`
    logits: Tensor<2>,
    /// Mean over the batch, `[1]`.
    loss: Tensor<1>,
    /// `[batch]`
    targets: Tensor<1, Int>,
}

impl StepOutput {
    /// The output of a step on `images` images that is known.
    pub(crate) fn counted(loss: Loss, images: usize) -> Self {
        let scores = Scores { loss: loss.mean, errors: loss.errors, images };
        Self { result: StepResult::Scores(scores), shard: 0 }
    }

    /// The output of a step, with the tensors detached from automatic differentiation.
    pub(crate) fn new(logits: Tensor<2>, loss: Tensor<1>, targets: Tensor<1, Int>) -> Self {
        let answers = Answers { logits: logits.inner(), loss: loss.inner(), targets: targets.inner() };
        Self { result: StepResult::OnDevice(Box::new(answers)), shard: 0 }
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
    pending: Vec<Answers>,
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
        match output.result {
            StepResult::Scores(scores) => {
                self.loss_sum += scores.loss * scores.images as f64;
                self.errors += scores.errors;
                self.images += scores.images;
            }
            StepResult::OnDevice(answers) => {
                self.pending_images += answers.logits.dims()[0];
                self.pending.push(*answers);
            }
        }
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
        let sizes: Vec<usize> = pending.iter().map(|answers| answers.logits.dims()[0]).collect();
        let (mut logits, mut losses, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for answers in pending {
            logits.push(answers.logits);
            losses.push(answers.loss);
            targets.push(answers.targets);
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
    if let Some(loss) = fused::loss(model, &batch) {
        return StepOutput::counted(loss, batch.targets.dims()[0]);
    }
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
