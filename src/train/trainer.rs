//! The explicit training loop: nothing hidden, nothing native.

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;

use crate::config::Experiment;
use crate::data::{Batcher, Dataset, Split, TrainingBatcher};
use crate::error::Result;
use crate::metrics::{EpochRecord, History, Scores};
use crate::model::{LayerWeights, Mlp, MlpConfig};

use super::early_stopping::{Best, EarlyStopping};
use super::{Schedule, Tally, optimize, record_bytes, score};

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
        Self {
            weights: starting_weights(experiment, dataset),
            optimizer: record_bytes(experiment.optimizer.init().to_record()),
            history: History::default(),
            best: None,
        }
    }

    /// Epochs that are done.
    pub fn epochs(&self) -> usize {
        self.history.epochs.len()
    }

    /// The weights that a training which ends here hands out: the best by validation loss where early
    /// stopping watches it, else the last.
    pub fn final_weights(&self) -> &[LayerWeights] {
        self.best.as_ref().map_or(&self.weights, |best| &best.weights)
    }
}

/// A training under way, driven step by step or epoch by epoch by whoever holds it.
///
/// The dataset is borrowed or shared: a `&Dataset`, or an `Rc<Dataset>`.
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
pub struct Trainer<D: AsRef<Dataset>> {
    experiment: Experiment,
    dataset: D,
    split: Split,
    batcher: TrainingBatcher,
    schedule: Schedule,
    step: usize,
    device: Device,
    model: Mlp,
    optimizer: ModuleOptimizer,
    early_stopping: Option<EarlyStopping>,
    history: History,
    /// The epoch that has begun and not ended.
    underway: Option<Underway>,
}

/// An epoch between its first step and its last.
struct Underway {
    /// The images, in the order of the epoch.
    order: Vec<usize>,
    /// How many of them have been learnt from.
    done: usize,
    tally: Tally,
}

impl<D: AsRef<Dataset>> Trainer<D> {
    /// Starts a training with the starting weights of the experiment's seed.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn new(experiment: &Experiment, dataset: D, device: &Device) -> Result<Self> {
        let start = starting_weights(experiment, dataset.as_ref());
        Self::with_weights(experiment, dataset, &start, device)
    }

    /// Starts a training with given weights.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn with_weights(
        experiment: &Experiment,
        dataset: D,
        weights: &[LayerWeights],
        device: &Device,
    ) -> Result<Self> {
        let split = Split::new(dataset.as_ref(), experiment)?;
        Ok(Self::with_split(experiment, dataset, split, weights, device))
    }

    /// Starts a training with given weights on images of one's own choice.
    pub fn with_split(
        experiment: &Experiment,
        dataset: D,
        split: Split,
        weights: &[LayerWeights],
        device: &Device,
    ) -> Self {
        Self {
            batcher: TrainingBatcher::new(experiment, dataset.as_ref(), &split.train),
            schedule: Schedule::new(&experiment.optimizer, experiment.total_steps(split.train.len())),
            experiment: experiment.clone(),
            dataset,
            split,
            step: 0,
            device: device.clone().autodiff(),
            model: Mlp::from_weights(experiment.model.activation, weights, &device.clone().autodiff()),
            optimizer: experiment.optimizer.init(),
            early_stopping: EarlyStopping::new(experiment.training.patience, None),
            history: History::default(),
            underway: None,
        }
    }

    /// Trains for one epoch, or to the end of one that has begun; `None` when all are done or the validation loss has
    /// stopped improving.
    pub fn epoch(&mut self) -> Option<&EpochRecord> {
        let epoch = self.history.epochs.len() + 1;
        while self.history.epochs.len() < epoch {
            if !self.step() {
                return None;
            }
        }
        self.history.epochs.last()
    }

    /// Takes one optimisation step; an epoch's last step ends with its record in the history. `false` when there is none
    /// left to take.
    pub fn step(&mut self) -> bool {
        if self.is_done() {
            return false;
        }
        let epoch = self.history.epochs.len() + 1;
        let dataset = self.dataset.as_ref();
        let mut underway = self.underway.take().unwrap_or_else(|| Underway {
            order: self.batcher.order(&self.split.train, epoch),
            done: 0,
            tally: Tally::default(),
        });
        let before = underway.done;
        let after = underway.order.len().min(before + self.batcher.batch_size());
        let learning_rate = self.schedule.learning_rate(self.step);
        let batch = self.batcher.batch(dataset, &underway.order[before..after], epoch, &self.device);
        let (model, output) = optimize(self.model.clone(), &mut self.optimizer, learning_rate, batch);
        self.model = model;
        self.step += 1;
        underway.tally.add(output);
        self.batcher.release(dataset, before, after);
        underway.done = after;
        if after < underway.order.len() {
            self.underway = Some(underway);
        } else {
            self.end_epoch(epoch, underway.tally.scores(), learning_rate);
        }
        true
    }

    fn end_epoch(&mut self, epoch: usize, train: Scores, learning_rate: f64) {
        let validation = (!self.split.validation.is_empty()).then(|| {
            let batcher = Batcher::new(&self.experiment.data);
            let device = self.device.clone().inner();
            score(&self.model.valid(), self.dataset.as_ref(), &self.split.validation, batcher, &device)
        });
        if let (Some(watch), Some(scores)) = (&mut self.early_stopping, &validation) {
            watch.observe(epoch, scores.loss, || self.model.weights());
        }
        self.history.epochs.push(EpochRecord { epoch, train, validation, learning_rate, seconds: 0.0 });
    }

    /// Whether all epochs are done, or the validation loss has stopped improving.
    pub fn is_done(&self) -> bool {
        let done = self.history.epochs.len();
        let stopped = self.early_stopping.as_ref().is_some_and(|watch| watch.should_stop(done));
        done >= self.experiment.training.epochs || stopped
    }

    /// Optimisation steps so far.
    pub fn steps(&self) -> usize {
        self.step
    }

    /// Every epoch so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Which images train, watch and test.
    pub fn split(&self) -> &Split {
        &self.split
    }

    /// The weights that a training which ends here hands out, as [`TrainingState::final_weights`].
    pub fn final_weights(&self) -> Vec<LayerWeights> {
        match self.early_stopping.as_ref().and_then(EarlyStopping::best) {
            Some(best) => best.weights.clone(),
            None => self.model.weights(),
        }
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

/// Those of the experiment's seed, for the images of a dataset.
fn starting_weights(experiment: &Experiment, dataset: &Dataset) -> Vec<LayerWeights> {
    MlpConfig::from_experiment(experiment, dataset.inputs(), dataset.classes().len()).starting_weights()
}
