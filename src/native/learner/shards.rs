//! Training on several devices: each takes a shard of every batch.
//!
//! Burn's `ExecutionStrategy::multi` gives each device full batches of its own part of the dataset, and adds their
//! gradients: that is a batch of twice the size with two devices, so another training run than with one. Its `ddp` needs an
//! all-reduce that only CUDA has. Ours takes the engine of the former, [`MultiDevicesTrainStep`], and weights the gradients
//! of the shards so that they add up to those of the batch.

use burn::data::dataloader::{DataLoader, DataLoaderIterator};
use burn::optim::{GradientsAccumulator, GradientsParams};
use burn::tensor::Device;
use burn::train::Learner;
use burn::train::train::{MultiDeviceStepError, MultiDevicesTrainStep};

use crate::data::Batch;
use crate::metrics::Scores;
use crate::model::Mlp;
use crate::native::device::{Devices, NamedDevice, is_remote};
use crate::native::error::{Result, TrainingProblem};
use crate::train::Tally;

use super::item::LearnerItem;
use super::loader::{EpochLoader, ShardOf};
use super::steps::Steps;

/// Several devices that train together.
pub(super) struct MultiDevice {
    /// One loader of shards per device.
    loaders: Vec<EpochLoader>,
    /// Burn's threads, one per device.
    step: MultiDevicesTrainStep<Mlp>,
    names: Vec<String>,
}

impl MultiDevice {
    /// Splits the batches of `loader` among devices; the main device adds up their gradients.
    pub(super) fn new(loader: &EpochLoader, devices: &Devices, main_device: &Device) -> Self {
        let handles: Vec<Device> = devices.all.iter().map(|named| named.device.clone().autodiff()).collect();
        let shard = |(index, device): (usize, &Device)| {
            let shard = ShardOf { index, of: handles.len(), main_device: main_device.clone() };
            loader.shard(shard, device.clone())
        };
        Self {
            loaders: handles.iter().enumerate().map(shard).collect(),
            step: MultiDevicesTrainStep::new(&handles),
            names: devices.all.iter().map(|NamedDevice { name, .. }| name.clone()).collect(),
        }
    }

    /// The steps of the next epoch.
    pub(super) fn epoch(&self) -> ShardedSteps<'_> {
        ShardedSteps {
            devices: self,
            shards: self.loaders.iter().map(|loader| loader.iter()).collect(),
            tallies: self.loaders.iter().map(|_| Tally::default()).collect(),
            images_done: 0,
        }
    }

    fn problem(&self, error: MultiDeviceStepError) -> TrainingProblem {
        let failure = match &error {
            MultiDeviceStepError::Workers(failures) => failures.first(),
            MultiDeviceStepError::Dataset(_) => None,
        };
        let Some(failure) = failure else { return TrainingProblem::Learner { error: error.to_string() } };
        let device = self.names[failure.device_id].clone();
        match is_remote(&device) {
            // The strategy knows the epochs.
            true => TrainingProblem::Lost { device, epochs: 0 },
            false => TrainingProblem::Device { device, error: failure.message.clone() },
        }
    }
}

/// The steps of one epoch on several devices.
pub(super) struct ShardedSteps<'a> {
    devices: &'a MultiDevice,
    shards: Vec<Box<dyn DataLoaderIterator<Batch> + 'a>>,
    /// One per device, because a tally adds up tensors of one device.
    tallies: Vec<Tally>,
    images_done: usize,
}

impl Steps for ShardedSteps<'_> {
    fn next(&mut self, learner: &Learner<Mlp>) -> Result<Option<GradientsParams>> {
        let model = learner.model();
        let step = self.devices.step.step(&mut self.shards, &model);
        let (outputs, progress) = step.map_err(|error| self.devices.problem(error))?;
        if outputs.is_empty() {
            return Ok(None);
        }
        let of_batch = |item, gradients| match item {
            LearnerItem::Batch(output) => Some((output, gradients)),
            LearnerItem::Scores(_) => None,
        };
        let mut outputs: Vec<_> =
            outputs.into_iter().filter_map(|output| of_batch(output.output.item, output.output.grads)).collect();
        // Devices finish in any order, and the last bits of a sum depend on the order of its terms.
        outputs.sort_by_key(|(output, _)| output.shard);
        let mut sum = GradientsAccumulator::new();
        for (output, gradients) in outputs {
            sum.accumulate(&model, gradients);
            self.tallies[output.shard].add(*output);
        }
        self.images_done = progress.items_processed / self.shards.len();
        Ok(Some(sum.grads()))
    }

    fn images_done(&self) -> usize {
        self.images_done
    }

    fn scores(&mut self) -> Scores {
        Scores::together(self.tallies.iter_mut().map(Tally::scores))
    }
}
