//! The explicit training loop: nothing hidden, nothing native.

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;

use crate::config::Experiment;
use crate::data::{Batcher, Dataset, Split, SplitName, TrainingBatcher};
use crate::error::{Error, Result, SplitProblem};
use crate::metrics::{EpochRecord, History, Scores};
use crate::model::{LayerWeights, Mlp};

use super::{Arithmetic, Bookkeeper, EpochBatches, Schedule, Tally, TrainingState, optimize, record_bytes, score};

/// A training run, driven step by step or epoch by epoch by its caller.
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
    dataset: D,
    split: Split,
    batcher: TrainingBatcher,
    validation_batcher: Batcher,
    schedule: Schedule,
    device: Device,
    model: Mlp,
    optimizer: ModuleOptimizer,
    steps: usize,
    /// The epoch under way; `None` between two epochs.
    batches: Option<EpochBatches>,
    tally: Tally,
    books: Bookkeeper,
}

impl<D: AsRef<Dataset>> Trainer<D> {
    /// Starts a training run from the starting weights of the experiment's seed.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn new(experiment: &Experiment, dataset: D, device: &Device) -> Result<Self> {
        // Not through the builder: it can resume, which the page never does, and whose code would add 40 KB to its download.
        let images = dataset.as_ref();
        let (split, start) = (Split::new(images, experiment)?, TrainingState::start(experiment, images));
        let device = device.clone().autodiff();
        let model = start.restore_model(experiment, images, &device)?;
        Self::at(&start, (model, experiment.optimizer.init()), experiment, dataset, split, device)
    }

    /// Resumes from a state, as if training had never stopped: the weights at the end have the same bits.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use chiffres::{Dataset, Experiment, Trainer};
    ///
    /// let mut experiment = Experiment::default();
    /// experiment.training.epochs = 3;
    /// let digits = Dataset::digits()?;
    /// let mut trainer = Trainer::new(&experiment, &digits, &Device::flex())?;
    /// trainer.epoch();
    /// let mut resumed = Trainer::resume(&experiment, &digits, &trainer.state(), &Device::flex())?;
    /// while trainer.epoch().is_some() {}
    /// while resumed.epoch().is_some() {}
    /// assert_eq!(resumed.final_weights(), trainer.final_weights());
    /// # Ok::<(), chiffres::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::State`] when the state is not one of this experiment on these images; else as [`Split::new`].
    pub fn resume(experiment: &Experiment, dataset: D, state: &TrainingState, device: &Device) -> Result<Self> {
        Trainer::builder(experiment, dataset, device).state(state.clone()).build()
    }

    /// Prepares a training run with a split or starting weights other than the experiment's.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use chiffres::{Dataset, Experiment, Split, Trainer};
    ///
    /// let (experiment, digits) = (Experiment::default(), Dataset::digits()?);
    /// let first_writers = Split { train: (0..386).collect(), validation: (386..516).collect(), test: vec![] };
    /// let trainer = Trainer::builder(&experiment, &digits, &Device::flex()).split(first_writers).build()?;
    /// assert_eq!(trainer.split().train.len(), 386);
    /// # Ok::<(), chiffres::Error>(())
    /// ```
    pub fn builder<'a>(experiment: &'a Experiment, dataset: D, device: &Device) -> TrainerBuilder<'a, D> {
        TrainerBuilder { experiment, dataset, device: device.clone().autodiff(), split: None, state: None }
    }

    /// A trainer at a state, with the network and the optimiser that were restored from it.
    fn at(
        state: &TrainingState,
        (model, optimizer): (Mlp, ModuleOptimizer),
        experiment: &Experiment,
        dataset: D,
        split: Split,
        device: Device,
    ) -> Result<Self> {
        if split.train.is_empty() {
            return Err(Error::Split(SplitProblem::Empty { split: SplitName::Train }));
        }
        Ok(Self {
            batcher: TrainingBatcher::new(experiment, dataset.as_ref(), &split.train),
            validation_batcher: Batcher::new(&experiment.data),
            schedule: Schedule::new(&experiment.optimizer, experiment.total_steps(split.train.len())),
            steps: state.epochs() * experiment.steps_per_epoch(split.train.len()),
            books: Bookkeeper::new(experiment, state, Arithmetic::of(&device)),
            batches: None,
            tally: Tally::default(),
            dataset,
            split,
            device,
            model,
            optimizer,
        })
    }

    /// Trains for one epoch, or to the end of the one under way; `None` when training is done.
    pub fn epoch(&mut self) -> Option<&EpochRecord> {
        let epochs = self.books.epochs();
        while self.books.epochs() == epochs {
            if !self.step() {
                return None;
            }
        }
        self.history().epochs.last()
    }

    /// Takes one optimisation step, and ends the epoch after its last batch; `false` when training is done.
    pub fn step(&mut self) -> bool {
        let Some(epoch) = self.books.next_epoch() else { return false };
        let new_epoch = || EpochBatches::new(&self.batcher, &self.split.train, epoch);
        let batches = self.batches.get_or_insert_with(new_epoch);
        let batch = batches.next(&self.batcher, self.dataset.as_ref(), &self.device);
        let batch = batch.expect("an epoch under way has a batch left");

        let learning_rate = self.schedule.learning_rate(self.steps);
        let (model, output) = optimize(self.model.clone(), &mut self.optimizer, learning_rate, batch);
        self.model = model;
        self.steps += 1;
        self.tally.add(output);

        if batches.is_done() {
            self.end_epoch(epoch, learning_rate);
        }
        true
    }

    fn end_epoch(&mut self, epoch: usize, learning_rate: f64) {
        self.batches = None;
        let train = std::mem::take(&mut self.tally).scores();
        let record = EpochRecord { epoch, train, validation: self.validate(), learning_rate, seconds: 0.0 };
        self.books.end_epoch(record, || self.model.weights());
    }

    /// The scores of the validation images, if there are any.
    fn validate(&self) -> Option<Scores> {
        let images = &self.split.validation;
        (!images.is_empty()).then(|| {
            let (model, device) = (self.model.valid(), self.device.clone().inner());
            score(&model, self.dataset.as_ref(), images, self.validation_batcher, &device)
        })
    }

    /// Returns whether all epochs are done, or the validation loss has stopped improving.
    pub fn is_done(&self) -> bool {
        self.books.is_done()
    }

    /// The number of optimisation steps so far.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Every epoch so far.
    pub fn history(&self) -> &History {
        self.books.history()
    }

    /// The images of each split.
    pub fn split(&self) -> &Split {
        &self.split
    }

    /// The network as it is now, without automatic differentiation.
    pub fn model(&self) -> Mlp {
        self.model.valid()
    }

    /// The weights of the finished network, as [`TrainingState::final_weights`].
    pub fn final_weights(&self) -> Vec<LayerWeights> {
        self.books.best().map_or_else(|| self.model.weights(), |best| best.weights.clone())
    }

    /// The arithmetic that makes the weights; `None` when the run was resumed from a state with nothing left to train.
    pub fn arithmetic(&self) -> Option<&Arithmetic> {
        self.books.arithmetic()
    }

    /// The state to resume from.
    ///
    /// Within an epoch it has the weights of the moment, and a run that resumes from it repeats the epoch: take it between
    /// two epochs.
    pub fn state(&self) -> TrainingState {
        self.books.state(self.model.weights(), record_bytes(self.optimizer.to_record()))
    }
}

/// The choices of a [`Trainer`]; see [`Trainer::builder`].
#[must_use]
pub struct TrainerBuilder<'a, D: AsRef<Dataset>> {
    experiment: &'a Experiment,
    dataset: D,
    device: Device,
    split: Option<Split>,
    state: Option<TrainingState>,
}

impl<D: AsRef<Dataset>> TrainerBuilder<'_, D> {
    /// Trains on a split of the caller's instead of the experiment's.
    pub fn split(self, split: Split) -> Self {
        Self { split: Some(split), ..self }
    }

    /// Starts from weights of the caller's instead of those of the experiment's seed.
    pub fn weights(self, weights: Vec<LayerWeights>) -> Self {
        let start = TrainingState::start(self.experiment, self.dataset.as_ref());
        self.state(TrainingState { weights, ..start })
    }

    /// Resumes from a state, as [`Trainer::resume`].
    pub fn state(self, state: TrainingState) -> Self {
        Self { state: Some(state), ..self }
    }

    /// Makes the trainer.
    ///
    /// # Errors
    /// [`Error::Split`] without training images, [`Error::State`] when the state does not fit; else as [`Split::new`].
    pub fn build(self) -> Result<Trainer<D>> {
        let Self { experiment, dataset, device, split, state } = self;
        let images = dataset.as_ref();
        let split = split.map_or_else(|| Split::new(images, experiment), Ok)?;
        let state = state.unwrap_or_else(|| TrainingState::start(experiment, images));
        let restored = state.restore(experiment, images, &device)?;
        Trainer::at(&state, restored, experiment, dataset, split, device)
    }
}
