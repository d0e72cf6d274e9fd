//! The explicit training loop: nothing hidden, nothing native.

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;

use crate::config::Experiment;
use crate::data::{Batcher, Dataset, Split, TrainingBatcher};
use crate::error::Result;
use crate::metrics::{EpochRecord, History};
use crate::model::{LayerWeights, Mlp, MlpConfig};

use super::early_stopping::{Best, EarlyStopping};
use super::{Schedule, Tally, optimize, optimizer, record_bytes, score};

/// Where a training stands after some epochs: all it takes to go on as if it had never stopped.
///
/// The order of the images and the learning rate are functions of the epoch, so they need no state.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// Weights after the last epoch.
    pub weights: Vec<LayerWeights>,
    /// The optimiser's memory: the bytes of one of Burn's records.
    pub optimizer: Vec<u8>,
    /// Every epoch so far.
    pub history: History,
    /// The best epoch by validation loss, where training watches it.
    pub best: Option<Best>,
}

impl TrainingState {
    /// Before the first epoch: the starting weights of the experiment's seed, and no memory of anything.
    pub fn start(experiment: &Experiment, dataset: &Dataset) -> Self {
        let config = MlpConfig::new(&experiment.model, dataset.inputs(), dataset.classes().len());
        Self {
            weights: config.starting_weights(experiment.seed),
            optimizer: record_bytes(optimizer(&experiment.optimizer).to_record()),
            history: History::default(),
            best: None,
        }
    }

    /// Epochs that are done.
    pub fn epochs(&self) -> usize {
        self.history.0.len()
    }

    /// The weights that a training which ends here hands out: the best by validation loss where early
    /// stopping watches it, else the last.
    pub fn final_weights(&self) -> &[LayerWeights] {
        self.best.as_ref().map_or(&self.weights, |best| &best.weights)
    }
}

/// A training under way, driven epoch by epoch by whoever holds it.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::{Dataset, Experiment, Trainer};
///
/// let mut experiment = Experiment::default();
/// experiment.training.epochs = 2;
/// let digits = Dataset::digits()?;
/// let mut trainer = Trainer::new(&experiment, &digits, &Device::flex())?;
/// while let Some(epoch) = trainer.epoch() {
///     println!("epoch {}: loss {:.3}", epoch.epoch, epoch.train.loss);
/// }
/// # Ok::<(), chiffres::Error>(())
/// ```
pub struct Trainer<'a> {
    experiment: &'a Experiment,
    dataset: &'a Dataset,
    split: Split,
    batcher: TrainingBatcher,
    schedule: Schedule,
    step: usize,
    device: Device,
    model: Mlp,
    optimizer: ModuleOptimizer,
    early_stopping: Option<EarlyStopping>,
    history: History,
}

impl<'a> Trainer<'a> {
    /// Starts a training with the starting weights of the experiment's seed.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn new(experiment: &'a Experiment, dataset: &'a Dataset, device: &Device) -> Result<Self> {
        Self::with_weights(experiment, dataset, &TrainingState::start(experiment, dataset).weights, device)
    }

    /// Starts a training with given weights.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn with_weights(
        experiment: &'a Experiment,
        dataset: &'a Dataset,
        weights: &[LayerWeights],
        device: &Device,
    ) -> Result<Self> {
        Ok(Self::with_split(experiment, dataset, Split::new(dataset, experiment)?, weights, device))
    }

    /// Starts a training with given weights on images of one's own choice.
    pub fn with_split(
        experiment: &'a Experiment,
        dataset: &'a Dataset,
        split: Split,
        weights: &[LayerWeights],
        device: &Device,
    ) -> Self {
        Self {
            experiment,
            dataset,
            batcher: TrainingBatcher::new(experiment, dataset, &split.train),
            schedule: Schedule::new(&experiment.optimizer, experiment.total_steps(split.train.len())),
            split,
            step: 0,
            device: device.clone().autodiff(),
            model: Mlp::from_weights(experiment.model.activation, weights, &device.clone().autodiff()),
            optimizer: optimizer(&experiment.optimizer),
            early_stopping: EarlyStopping::new(experiment.training.patience, None),
            history: History::default(),
        }
    }

    /// Trains for one epoch; `None` when all are done or the validation loss has stopped improving.
    pub fn epoch(&mut self) -> Option<&EpochRecord> {
        let done = self.history.0.len();
        let stopped = self.early_stopping.as_ref().is_some_and(|watch| watch.should_stop(done));
        if done == self.experiment.training.epochs || stopped {
            return None;
        }
        let epoch = done + 1;
        let mut tally = Tally::default();
        let mut learning_rate = 0.0;
        let order = self.batcher.order(&self.split.train, epoch);
        let mut done = 0;
        for indices in order.chunks(self.batcher.batch_size()) {
            learning_rate = self.schedule.learning_rate(self.step);
            let batch = self.batcher.batch(self.dataset, indices, epoch, &self.device);
            let (model, output) = optimize(self.model.clone(), &mut self.optimizer, learning_rate, batch);
            self.model = model;
            self.step += 1;
            tally.add(output);
            self.batcher.release(self.dataset, done, done + indices.len());
            done += indices.len();
        }
        let validation = (!self.split.validation.is_empty()).then(|| {
            let batcher = Batcher::new(&self.experiment.data);
            score(&self.model.valid(), self.dataset, &self.split.validation, batcher, &self.device.clone().inner())
        });
        if let (Some(watch), Some(scores)) = (&mut self.early_stopping, &validation) {
            watch.observe(epoch, scores.loss, || self.model.weights());
        }
        self.history.0.push(EpochRecord { epoch, train: tally.scores(), validation, learning_rate, seconds: 0.0 });
        self.history.0.last()
    }

    /// Where the training stands.
    pub fn state(&self) -> TrainingState {
        TrainingState {
            weights: self.model.weights(),
            optimizer: record_bytes(self.optimizer.to_record()),
            history: self.history.clone(),
            best: self.early_stopping.as_ref().and_then(EarlyStopping::best).cloned(),
        }
    }

    /// The network as it is now, without what only training needs.
    pub fn model(&self) -> Mlp {
        self.model.valid()
    }
}
