//! The loaders that burn-train's Learner takes its batches from.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use burn::data::dataloader::batcher::Batcher as BurnBatcher;
use burn::data::dataloader::{DataLoader, DataLoaderBuilder, DataLoaderIterator, Progress};
use burn::data::dataset::{DatasetError, InMemDataset};
use burn::tensor::Device;

use crate::data::{Batch, Batcher, Dataset, EVAL_BATCH_SIZE, HostBatch, Shard, Split, TrainingBatcher};
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
pub(super) struct EpochLoader {
    source: Source,
    next_epoch: AtomicUsize,
    last_epoch: usize,
    device: Device,
    /// The thread that prepares batches, between two epochs.
    ahead: Mutex<Option<Ahead>>,
}

impl EpochLoader {
    /// A loader whose first epoch is `first_epoch`, counted from 1, and whose last is `last_epoch`.
    pub(super) fn new(
        dataset: Arc<Dataset>,
        split: Arc<Split>,
        batcher: TrainingBatcher,
        (first_epoch, last_epoch): (usize, usize),
        device: Device,
    ) -> Self {
        let source = Source { dataset, split, batcher: Arc::new(batcher), shard: None };
        Self { source, next_epoch: AtomicUsize::new(first_epoch), last_epoch, device, ahead: Mutex::new(None) }
    }

    /// A loader of the same epochs that loads one shard of each batch, on another device.
    pub(super) fn shard(&self, shard: ShardOf, device: Device) -> Self {
        self.with(Source { shard: Some(shard), ..self.source.clone() }, device)
    }

    /// A loader of the same epochs, which counts them itself.
    fn with(&self, source: Source, device: Device) -> Self {
        let next_epoch = AtomicUsize::new(self.next_epoch.load(Ordering::Relaxed));
        Self { source, next_epoch, last_epoch: self.last_epoch, device, ahead: Mutex::new(None) }
    }

    fn ahead(&self) -> MutexGuard<'_, Option<Ahead>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DataLoader<Batch> for EpochLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = self.next_epoch.fetch_add(1, Ordering::Relaxed);
        let ahead = self.ahead().take().or_else(|| Ahead::start(&self.source, epoch, self.last_epoch));
        let batches = match ahead {
            Some(ahead) => Batches::Ahead { ahead, images_done: 0 },
            None => Batches::InTurn(self.source.epoch(epoch)),
        };
        Box::new(EpochIterator { loader: self, batches: Some(batches) })
    }

    fn num_items(&self) -> usize {
        self.source.split.train.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(self.with(self.source.clone(), device.clone()))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        let split = &self.source.split;
        let split = Split { train: split.train[start..end].to_vec(), ..Split::clone(split) };
        Arc::new(self.with(Source { split: Arc::new(split), ..self.source.clone() }, self.device.clone()))
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

/// All that batches are made of.
#[derive(Clone)]
struct Source {
    dataset: Arc<Dataset>,
    split: Arc<Split>,
    batcher: Arc<TrainingBatcher>,
    /// The shard of each batch that is loaded; `None` for whole batches.
    shard: Option<ShardOf>,
}

/// A batch that is to be moved to a device.
struct Prepared {
    batch: HostBatch,
    shard: Option<Shard>,
}

impl Source {
    fn epoch(&self, epoch: usize) -> EpochBatches {
        EpochBatches::new(&self.batcher, &self.split.train, epoch)
    }

    /// The next batch of an epoch, or its shard; `None` at the end, and for a batch of fewer images than there are shards.
    fn next(&self, batches: &mut EpochBatches) -> Option<Prepared> {
        let epoch = batches.epoch();
        batches.next_with(&self.batcher, &self.dataset, |images| self.prepare(images, epoch))
    }

    fn prepare(&self, images: &[usize], epoch: usize) -> Option<Prepared> {
        let Self { dataset, batcher, shard, .. } = self;
        let Some(ShardOf { index, of, main_device }) = shard else {
            return Some(Prepared { batch: batcher.host_batch(dataset, images, epoch), shard: None });
        };
        let start = |index: usize| images.len() * index / of;
        let own = &images[start(*index)..start(index + 1)];
        if own.is_empty() {
            return None;
        }
        let weight = batcher.weight(dataset, own) / batcher.weight(dataset, images);
        let shard = Shard { index: *index, weight, main_device: main_device.clone() };
        Some(Prepared { batch: batcher.host_batch(dataset, own, epoch), shard: Some(shard) })
    }

    /// Returns whether batches are prepared ahead: when that takes longer than their way from thread to thread.
    ///
    /// A batch changes threads in 5 to 20 microseconds, because one of the two sleeps. In that time 5,000 pixels are varied, or
    /// 50,000 gathered. So the article's batches, 12,800 pixels in 2 microseconds, are made in turn with the steps.
    fn pays_ahead(&self) -> bool {
        const MIN_PIXELS: usize = 50_000;
        const MIN_AUGMENTED_PIXELS: usize = 5_000;
        let images = self.batcher.batch_size().min(self.split.train.len());
        let shards = self.shard.as_ref().map_or(1, |shard| shard.of);
        let min_pixels = if self.batcher.is_augmented() { MIN_AUGMENTED_PIXELS } else { MIN_PIXELS };
        images * self.dataset.inputs() / shards >= min_pixels
            && thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
    }
}

/// A thread that prepares the batches of one epoch after the other while steps are taken.
///
/// It is a batch or two ahead of the steps: one waits in the channel while it prepares another. It uses no device, whose work
/// may depend on the thread that asks for it.
struct Ahead {
    /// `None` when it is dropped.
    prepared: Option<Receiver<(Option<Prepared>, usize)>>,
    thread: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Starts with the epoch `first`; `None` if that does not pay, or the system has no thread left.
    fn start(source: &Source, first: usize, last: usize) -> Option<Self> {
        if first > last || !source.pays_ahead() {
            return None;
        }
        let source = source.clone();
        let (send, prepared) = mpsc::sync_channel(1);
        let prepare = move || {
            for epoch in first..=last {
                let mut batches = source.epoch(epoch);
                while !batches.is_done() {
                    let batch = source.next(&mut batches);
                    // Training is over: it was interrupted, has stopped early, or has failed.
                    if send.send((batch, batches.images_done())).is_err() {
                        return;
                    }
                }
            }
        };
        let thread = thread::Builder::new().name("batches".into()).spawn(prepare).ok()?;
        Some(Self { prepared: Some(prepared), thread: Some(thread) })
    }

    /// The next batch, if it is not empty, and the number of the epoch's images that are done with it.
    ///
    /// # Panics
    /// If the thread has.
    fn next(&mut self) -> (Option<Prepared>, usize) {
        let next = self.prepared.as_ref().map(Receiver::recv);
        if let Some(Ok(next)) = next {
            return next;
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Err(panic)) => resume_unwind(panic),
            _ => unreachable!("the thread ends after its last epoch"),
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // A thread that waits in the channel goes on when the other end is gone.
        self.prepared = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The batches of one epoch, or one shard of each.
struct EpochIterator<'a> {
    loader: &'a EpochLoader,
    /// `None` when it is dropped.
    batches: Option<Batches>,
}

enum Batches {
    /// Made when they are asked for.
    InTurn(EpochBatches),
    /// Made by a thread.
    Ahead { ahead: Ahead, images_done: usize },
}

impl Batches {
    fn images_done(&self) -> usize {
        match self {
            Self::InTurn(batches) => batches.images_done(),
            Self::Ahead { images_done, .. } => *images_done,
        }
    }
}

impl Iterator for EpochIterator<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let EpochLoader { source, device, .. } = self.loader;
        let images = self.loader.num_items();
        // A shard without images is not the end of the epoch: Burn's step goes on without this device, and asks it again for
        // the next batch.
        let Prepared { batch, shard } = match self.batches.as_mut()? {
            Batches::InTurn(batches) => source.next(batches)?,
            Batches::Ahead { images_done, .. } if *images_done == images => return None,
            Batches::Ahead { ahead, images_done } => {
                let batch;
                (batch, *images_done) = ahead.next();
                batch?
            }
        };
        Some(Ok(Batch { shard, ..batch.upload(device) }))
    }
}

impl DataLoaderIterator<Batch> for EpochIterator<'_> {
    fn progress(&self) -> Progress {
        let images_done = self.batches.as_ref().map_or(0, Batches::images_done);
        Progress::new(images_done, self.loader.num_items(), Some("items".into()))
    }
}

impl Drop for EpochIterator<'_> {
    fn drop(&mut self) {
        // The thread goes on with the next epoch. After the last, and one that was not finished, it ends.
        if let Some(Batches::Ahead { ahead, images_done }) = self.batches.take()
            && images_done == self.loader.num_items()
            && self.loader.next_epoch.load(Ordering::Relaxed) <= self.loader.last_epoch
        {
            *self.loader.ahead() = Some(ahead);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::config::{Experiment, Override};

    /// A batch as numbers: images, targets, weights, and the weight of the shard.
    type Numbers = (Vec<f32>, Vec<i64>, Option<Vec<f32>>, Option<f32>);

    fn numbers(batch: Batch) -> Numbers {
        let floats = |data: burn::tensor::TensorData| data.try_into_vec_as::<f32>().unwrap();
        let Batch { images, targets, weights, shard } = batch;
        let targets = targets.into_data().try_into_vec_as::<i64>().unwrap();
        let weights = weights.map(|weights| floats(weights.into_data()));
        (floats(images.into_data()), targets, weights, shard.map(|shard| shard.weight))
    }

    fn source(batch_size: usize) -> Source {
        let settings = [
            "augmentation.shift=0.5".to_string(),
            "augmentation.elastic=0.3".to_string(),
            "training.class_weights=balanced".to_string(),
            format!("training.batch_size={batch_size}"),
        ];
        let overrides = settings.map(|text| Override::parse(&text).unwrap());
        let experiment = Experiment::from_toml("mlp", include_str!("../../../config/mlp.toml"), &overrides).unwrap();
        let dataset = Arc::new(Dataset::digits().unwrap());
        let split = Arc::new(Split::new(&dataset, &experiment).unwrap());
        let batcher = Arc::new(TrainingBatcher::new(&experiment, &dataset, &split.train));
        Source { dataset, split, batcher, shard: None }
    }

    fn loader(source: &Source, first_epoch: usize, last_epoch: usize) -> EpochLoader {
        let batcher = TrainingBatcher::clone(&source.batcher);
        let (dataset, split) = (source.dataset.clone(), source.split.clone());
        EpochLoader::new(dataset, split, batcher, (first_epoch, last_epoch), Device::flex())
    }

    /// All batches of the next epoch, and whether a thread has made them; `None` for an empty shard.
    fn epoch(loader: &EpochLoader) -> (Vec<Option<Numbers>>, bool) {
        let mut batches = loader.iter();
        let mut all = Vec::new();
        while batches.progress().items_processed < loader.num_items() {
            all.push(batches.next().map(|batch| numbers(batch.unwrap())));
        }
        assert!(batches.next().is_none());
        drop(batches);
        let is_ahead = loader.ahead().is_some();
        (all, is_ahead)
    }

    fn in_turn(source: &Source, epoch: usize) -> Vec<Option<Numbers>> {
        let mut batches = source.epoch(epoch);
        let mut all = Vec::new();
        while !batches.is_done() {
            let upload = |Prepared { batch, shard }| numbers(Batch { shard, ..batch.upload(&Device::flex()) });
            all.push(source.next(&mut batches).map(upload));
        }
        all
    }

    fn has_two_cores() -> bool {
        thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
    }

    #[test]
    fn batches_prepared_ahead_are_those_made_in_turn() {
        let source = source(333);
        let loader = loader(&source, 3, 5);
        for number in 3..=5 {
            let (batches, is_ahead) = epoch(&loader);
            assert_eq!(batches.len(), 4);
            assert!(batches == in_turn(&source, number), "epoch {number}");
            assert_eq!(is_ahead, has_two_cores() && number < 5);
        }
        // Nobody has asked for more, so nothing more was prepared; who does gets it all the same.
        assert!(epoch(&loader).0 == in_turn(&source, 6));
    }

    #[test]
    fn shards_prepared_ahead_are_those_made_in_turn_and_an_empty_one_ends_no_epoch() {
        // The last batch has one image, less than there are devices.
        let mut source = source(333);
        let loader = loader(&source, 1, 3);
        for index in 0..3 {
            let shard = ShardOf { index, of: 3, main_device: Device::flex() };
            let of_device = loader.shard(shard.clone(), Device::flex());
            source.shard = Some(shard);
            for number in 1..=2 {
                let (batches, is_ahead) = epoch(&of_device);
                assert!(batches == in_turn(&source, number), "shard {index}, epoch {number}");
                assert_eq!(batches[3].is_none(), index < 2);
                assert_eq!(is_ahead, has_two_cores());
            }
        }
    }

    #[test]
    fn small_batches_are_made_in_turn() {
        assert!(!source(20).pays_ahead(), "1,280 pixels");
        assert_eq!(source(200).pays_ahead(), has_two_cores(), "12,800 pixels");
        let plain = Experiment::from_toml("mlp", include_str!("../../../config/mlp.toml"), &[]).unwrap();
        let varied = source(200);
        let batcher = Arc::new(TrainingBatcher::new(&plain, &varied.dataset, &varied.split.train));
        assert!(!Source { batcher, ..varied }.pays_ahead(), "12,800 pixels that are not varied");
    }

    #[test]
    fn after_an_epoch_that_was_not_finished_the_next_is_whole_and_the_thread_ends_with_the_loader() {
        let source = source(100);
        let loader = loader(&source, 1, 1000);
        let first = loader.iter().next().map(|batch| numbers(batch.unwrap()));
        assert!(first == in_turn(&source, 1)[0]);
        assert!(epoch(&loader).0 == in_turn(&source, 2));
        let mut unfinished = loader.iter();
        unfinished.next();
        drop(unfinished);
        assert!(epoch(&loader).0 == in_turn(&source, 4));
        drop(loader);
        // A thread that was still there would hold the images.
        assert_eq!(Arc::strong_count(&source.dataset), 1);
    }

    #[test]
    fn a_panic_of_the_thread_is_one_of_the_loader() {
        let mut source = source(100);
        source.split = Arc::new(Split { train: (0..1900).collect(), ..Split::clone(&source.split) });
        let batches = loader(&source, 1, 2);
        let panic = catch_unwind(AssertUnwindSafe(|| epoch(&batches).0.len())).unwrap_err();
        assert!(panic.downcast::<String>().unwrap().contains("1797"), "there are no more images");
    }
}
