//! The batches of one epoch, in the epoch's own order.

use burn::tensor::Device;

use crate::data::{Batch, Dataset, TrainingBatcher};

/// Iterates over the batches of one epoch.
///
/// It borrows nothing, so that a [`Trainer`](super::Trainer) can keep it between two steps: the batcher and the dataset are
/// arguments.
#[derive(Debug, Clone)]
pub struct EpochBatches {
    epoch: usize,
    order: Vec<usize>,
    images_done: usize,
}

impl EpochBatches {
    /// Puts the training images in the order of an epoch, which is counted from 1.
    pub fn new(batcher: &TrainingBatcher, images: &[usize], epoch: usize) -> Self {
        Self { epoch, order: batcher.order(images, epoch), images_done: 0 }
    }

    /// The next batch; `None` at the end of the epoch.
    pub fn next(&mut self, batcher: &TrainingBatcher, dataset: &Dataset, device: &Device) -> Option<Batch> {
        let epoch = self.epoch;
        self.next_with(batcher, dataset, |images| Some(batcher.batch(dataset, images, epoch, device)))
    }

    /// As [`EpochBatches::next`], with what `make` builds from the images of the batch.
    pub fn next_with<T>(
        &mut self,
        batcher: &TrainingBatcher,
        dataset: &Dataset,
        make: impl FnOnce(&[usize]) -> Option<T>,
    ) -> Option<T> {
        let before = self.images_done;
        let images = self.order[before..].chunks(batcher.batch_size()).next()?;
        self.images_done += images.len();
        let batch = make(images);
        batcher.release(dataset, before, self.images_done);
        batch
    }

    /// The epoch, counted from 1.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// The number of images in the batches so far.
    pub fn images_done(&self) -> usize {
        self.images_done
    }

    /// Returns whether every image has been in a batch.
    pub fn is_done(&self) -> bool {
        self.images_done == self.order.len()
    }
}
