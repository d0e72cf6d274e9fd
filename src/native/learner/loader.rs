//! The loaders that burn-train's Learner takes its batches from.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::batcher::Batcher as BurnBatcher;
use burn::data::dataloader::{DataLoader, DataLoaderBuilder, DataLoaderIterator, Progress};
use burn::data::dataset::{DatasetError, InMemDataset};
use burn::tensor::Device;

use crate::data::{Batch, Batcher, Dataset, EVAL_BATCH_SIZE, Shard, Split, TrainingBatcher};
use crate::train::EpochBatches;

/// Burn's loader over the validation images, in the order of the dataset.
pub(super) fn validation_loader(
    dataset: Arc<Dataset>,
    images: Vec<usize>,
    batcher: Batcher,
    device: Device,
) -> Arc<dyn DataLoader<Batch>> {
    DataLoaderBuilder::new(ImageBatcher { dataset, batcher })
        .batch_size(EVAL_BATCH_SIZE)
        .set_device(device)
        .build(InMemDataset::new(images))
}

/// Makes batches of image indices.
struct ImageBatcher {
    dataset: Arc<Dataset>,
    batcher: Batcher,
}

impl BurnBatcher<usize, Batch> for ImageBatcher {
    fn batch(&self, images: Vec<usize>, device: &Device) -> Batch {
        let batch = self.batcher.batch(&self.dataset, &images, device);
        self.dataset.release();
        batch
    }
}

/// The training batches: each call of `iter` is the next epoch, in its own order and with its own variants.
///
/// Burn's loader shuffles with a generator that keeps its state from epoch to epoch, so that a resumed run would see other batches
/// than one that never stopped. Ours draws an epoch's order from the seed and the epoch.
#[derive(Clone)]
pub(super) struct EpochLoader {
    dataset: Arc<Dataset>,
    split: Arc<Split>,
    batcher: Arc<TrainingBatcher>,
    next_epoch: Arc<AtomicUsize>,
    device: Device,
    /// The shard of each batch that it loads; `None` for whole batches.
    shard: Option<ShardOf>,
}

impl EpochLoader {
    /// A loader whose first epoch is `first_epoch`, counted from 1.
    pub(super) fn new(
        dataset: Arc<Dataset>,
        split: Arc<Split>,
        batcher: TrainingBatcher,
        first_epoch: usize,
        device: Device,
    ) -> Self {
        let next_epoch = Arc::new(AtomicUsize::new(first_epoch));
        Self { dataset, split, batcher: Arc::new(batcher), next_epoch, device, shard: None }
    }

    /// A loader of the same epochs that loads one shard of each batch, on another device.
    pub(super) fn shard(&self, shard: ShardOf, device: Device) -> Self {
        // Each loader counts its epochs itself.
        let next_epoch = Arc::new(AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed)));
        Self { next_epoch, shard: Some(shard), device, ..self.clone() }
    }
}

impl DataLoader<Batch> for EpochLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        Box::new(EpochIterator { loader: self, batches: EpochBatches::new(&self.batcher, &self.split.train, epoch) })
    }

    fn num_items(&self) -> usize {
        self.split.train.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        let split = Split { train: self.split.train[start..end].to_vec(), ..Split::clone(&self.split) };
        Arc::new(Self { split: Arc::new(split), ..self.clone() })
    }
}

/// One shard of each batch.
#[derive(Clone)]
pub(super) struct ShardOf {
    /// Counted from 0.
    pub(super) index: usize,
    /// The number of shards.
    pub(super) of: usize,
    /// The device that adds up the gradients of all shards.
    pub(super) main_device: Device,
}

impl ShardOf {
    /// The shard of a batch, with its weight; `None` when the batch has fewer images than there are shards.
    fn batch(
        &self,
        batcher: &TrainingBatcher,
        dataset: &Dataset,
        images: &[usize],
        epoch: usize,
        device: &Device,
    ) -> Option<Batch> {
        let start = |index: usize| images.len() * index / self.of;
        let own = &images[start(self.index)..start(self.index + 1)];
        if own.is_empty() {
            return None;
        }
        let weight = batcher.weight(dataset, own) / batcher.weight(dataset, images);
        let shard = Shard { index: self.index, weight, main_device: self.main_device.clone() };
        Some(Batch { shard: Some(shard), ..batcher.batch(dataset, own, epoch, device) })
    }
}

/// The batches of one epoch, or one shard of each.
struct EpochIterator<'a> {
    loader: &'a EpochLoader,
    batches: EpochBatches,
}

impl Iterator for EpochIterator<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let EpochLoader { dataset, batcher, device, shard, .. } = self.loader;
        let batch = match shard {
            None => self.batches.next(batcher, dataset, device),
            Some(shard) => {
                let epoch = self.batches.epoch();
                // Without a batch, Burn's step goes on without this device, and asks it again for the next one.
                self.batches.next_with(batcher, dataset, |images| shard.batch(batcher, dataset, images, epoch, device))
            }
        };
        batch.map(Ok)
    }
}

impl DataLoaderIterator<Batch> for EpochIterator<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.batches.images_done(), self.loader.num_items(), Some("items".into()))
    }
}
