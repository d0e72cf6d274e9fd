//! Batches: images as scaled tensors on a device.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::config::{ClassWeights, DataConfig, Experiment};
use crate::processor;

use super::augmentation::Augmenter;
use super::{Dataset, READINGS, Readings, Shuffle, epoch_order};

/// Images in a batch outside training. It bounds memory; no result depends on it.
pub(crate) const EVAL_BATCH_SIZE: usize = 4096;

/// Images and their classes, ready for a network.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Scaled pixels, `[batch, inputs]`.
    pub images: Tensor<2>,
    /// Class indices, `[batch]`.
    pub targets: Tensor<1, Int>,
    /// Weight of each image in the loss, `[batch]`; `None` if all are equal.
    pub weights: Option<Tensor<1>>,
    /// The part of a larger batch that this is; `None` for a whole batch.
    pub shard: Option<Shard>,
}

/// A part of a batch that is shared among devices.
#[derive(Debug, Clone)]
pub struct Shard {
    /// Counted from 0.
    pub index: usize,
    /// Weight of its mean loss in that of the whole batch: its share of the images, or of their weights.
    pub weight: f32,
    /// The device that adds up the gradients of all shards.
    pub main_device: Device,
}

/// A batch before it is on a device: all that takes time to compute, and needs no device.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HostBatch {
    /// Scaled pixels, image after image.
    images: Vec<f32>,
    /// Class indices.
    targets: Vec<i32>,
    /// Weight of each image in the loss; `None` if all are equal.
    weights: Option<Vec<f32>>,
    /// Pixels of each image.
    inputs: usize,
}

impl HostBatch {
    /// Moves the batch to a device.
    pub(crate) fn upload(self, device: &Device) -> Batch {
        let Self { images, targets, weights, inputs } = self;
        let count = targets.len();
        Batch {
            images: processor::tensor(images, [count, inputs], device),
            targets: Tensor::from_data(TensorData::new(targets, [count]), device),
            weights: weights.map(|weights| Tensor::from_data(TensorData::new(weights, [count]), device)),
            shard: None,
        }
    }
}

/// Makes batches: gathers images, scales their pixels, puts them on a device.
///
/// No other code scales pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batcher {
    scale: f32,
    offset: f32,
    /// `1 / scale`, if multiplying by it gives the bits of dividing by `scale`.
    factor: Option<f32>,
}

impl Batcher {
    /// A batcher that divides pixels by `scale` and then adds `offset`.
    pub fn new(config: &DataConfig) -> Self {
        let DataConfig { scale, offset, .. } = *config;
        Self { scale, offset, factor: exact_reciprocal(scale) }
    }

    /// Gathers the images `indices` of `dataset`, in that order.
    ///
    /// Pixels are gathered and scaled in one pass and uploaded once: the dataset is never held as floats.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn batch(&self, dataset: &Dataset, indices: &[usize], device: &Device) -> Batch {
        self.host_batch(dataset, indices).upload(device)
    }

    fn host_batch(&self, dataset: &Dataset, indices: &[usize]) -> HostBatch {
        let mut images = Vec::with_capacity(indices.len() * dataset.inputs());
        for &index in indices {
            self.scale(dataset.pixels(index).iter().map(|&value| f32::from(value)), &mut images);
        }
        HostBatch { images, targets: targets(dataset, indices), weights: None, inputs: dataset.inputs() }
    }

    /// The scaled pixels of images, one after the other: `[images, inputs]`.
    ///
    /// # Panics
    /// If they are not whole images.
    pub fn images(&self, pixels: &[u8], inputs: usize, device: &Device) -> Tensor<2> {
        assert!(pixels.len().is_multiple_of(inputs), "whole images");
        processor::tensor(self.scaled(pixels), [pixels.len() / inputs, inputs], device)
    }

    /// The scaled pixels of images on the host.
    pub fn scaled(&self, pixels: &[u8]) -> Vec<f32> {
        let mut scaled = Vec::with_capacity(pixels.len());
        self.scale(pixels.iter().map(|&value| f32::from(value)), &mut scaled);
        scaled
    }

    /// The scaled pixels of the readings of images: `[images * READINGS, inputs]`.
    pub(crate) fn readings(&self, pixels: &[u8], inputs: usize, readings: &Readings, device: &Device) -> Tensor<2> {
        let mut scaled = Vec::new();
        for image in pixels.chunks_exact(inputs) {
            self.scale(readings.of(image), &mut scaled);
        }
        processor::tensor(scaled, [pixels.len() / inputs * READINGS, inputs], device)
    }

    /// Appends scaled pixels.
    ///
    /// Divides, as PyTorch and NumPy users would: for most scales, a reciprocal gives other bits. Where it does not, it
    /// takes half the time.
    fn scale(&self, values: impl Iterator<Item = f32>, scaled: &mut Vec<f32>) {
        match self.factor {
            Some(factor) => scaled.extend(values.map(|value| value * factor + self.offset)),
            None => scaled.extend(values.map(|value| value / self.scale + self.offset)),
        }
    }
}

/// The reciprocal of a power of two: multiplying by it and dividing are the same number, rounded once.
fn exact_reciprocal(value: f32) -> Option<f32> {
    const MANTISSA: u32 = (1 << 23) - 1;
    let reciprocal = 1.0 / value;
    (value.is_normal() && reciprocal.is_normal() && value.to_bits() & MANTISSA == 0).then_some(reciprocal)
}

/// Makes training batches: images in the order of the epoch, with augmentation and class weights.
#[derive(Debug, Clone)]
pub struct TrainingBatcher {
    batcher: Batcher,
    augmenter: Option<Augmenter>,
    seed: u64,
    shuffle: Shuffle,
    batch_size: usize,
    /// Weight of each class; empty if all are equal.
    class_weights: Vec<f32>,
}

impl TrainingBatcher {
    /// The batches of an experiment that trains on the images `train`.
    pub fn new(experiment: &Experiment, dataset: &Dataset, train: &[usize]) -> Self {
        Self {
            batcher: Batcher::new(&experiment.data),
            augmenter: Augmenter::new(&experiment.augmentation, experiment.seed, dataset),
            seed: experiment.seed,
            shuffle: Shuffle::of(&experiment.training),
            batch_size: experiment.training.batch_size,
            class_weights: match experiment.training.class_weights {
                ClassWeights::None => Vec::new(),
                ClassWeights::Balanced => balanced_weights(dataset, train),
            },
        }
    }

    /// The images of an epoch, counted from 1, in its order.
    pub fn order(&self, images: &[usize], epoch: usize) -> Vec<usize> {
        let mut order = epoch_order(images.len(), self.seed, epoch, self.shuffle);
        order.iter_mut().for_each(|position| *position = images[*position]);
        order
    }

    /// Images in a batch; the last batch of an epoch may have fewer.
    pub fn batch_size(&self) -> usize {
        self.batch_size
    }

    /// Frees the memory of mapped images after each shuffled buffer; `before` and `after` are the numbers of the epoch's
    /// images that were done before this step and after it.
    pub(crate) fn release(&self, dataset: &Dataset, before: usize, after: usize) {
        if let Shuffle::Buffer(images) = self.shuffle
            && before / images != after / images
        {
            dataset.release();
        }
    }

    /// Total weight of these images in the loss.
    pub(crate) fn weight(&self, dataset: &Dataset, indices: &[usize]) -> f32 {
        match self.class_weights.is_empty() {
            true => indices.len() as f32,
            false => indices.iter().map(|&index| self.class_weights[dataset.label(index)]).sum(),
        }
    }

    /// Returns whether images are varied.
    pub(crate) fn is_augmented(&self) -> bool {
        self.augmenter.is_some()
    }

    /// Gathers the images `indices` of `dataset`, with the augmentation of `epoch`.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn batch(&self, dataset: &Dataset, indices: &[usize], epoch: usize, device: &Device) -> Batch {
        self.host_batch(dataset, indices, epoch).upload(device)
    }

    /// As [`TrainingBatcher::batch`], but for the upload.
    pub(crate) fn host_batch(&self, dataset: &Dataset, indices: &[usize], epoch: usize) -> HostBatch {
        let batch = match &self.augmenter {
            None => self.batcher.host_batch(dataset, indices),
            Some(augmenter) => {
                let variants = augmenter.variants(dataset, indices, epoch);
                let mut images = Vec::with_capacity(variants.len());
                self.batcher.scale(variants.into_iter(), &mut images);
                HostBatch { images, targets: targets(dataset, indices), weights: None, inputs: dataset.inputs() }
            }
        };
        let weight = |&index: &usize| self.class_weights[dataset.label(index)];
        let weights = (!self.class_weights.is_empty()).then(|| indices.iter().map(weight).collect());
        HostBatch { weights, ..batch }
    }
}

fn targets(dataset: &Dataset, indices: &[usize]) -> Vec<i32> {
    indices.iter().map(|&index| dataset.label(index) as i32).collect()
}

/// Class weights `images / (classes * images of the class)`, as scikit-learn's `balanced`; 0 for a class without images.
fn balanced_weights(dataset: &Dataset, images: &[usize]) -> Vec<f32> {
    let mut counts = vec![0usize; dataset.classes().len()];
    images.iter().for_each(|&image| counts[dataset.label(image)] += 1);
    let weight = |&count: &usize| images.len() as f64 / (counts.len() * count.max(1)) as f64;
    counts.iter().map(|count| if *count == 0 { 0.0 } else { weight(count) as f32 }).collect()
}
