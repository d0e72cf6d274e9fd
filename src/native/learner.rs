//! Training with burn-train's Learner.
//!
//! The Learner, its events and its renderers are Burn's; the strategy is ours. Burn's own strategy measures,
//! logs and reports every batch, which for a network this small costs more than training it. Ours takes the
//! same steps with the same Learner, and measures once an epoch.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress as LoaderProgress};
use burn::data::dataset::DatasetError;
use burn::module::Module;
use burn::optim::lr_scheduler::LrSchedulerRecord;
use burn::optim::{GradientsAccumulator, OptimizerRecord};
use burn::store::ModuleRecord;
use burn::tensor::{Device, ExecutionError};
use burn::train::checkpoint::{
    Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
};
use burn::train::logger::MetricLogger;
use burn::train::metric::store::{EpochSummary, EventStoreClient, MetricsUpdate, Split as MetricSplit};
use burn::train::metric::{MetricDefinition, NumericEntry};
use burn::train::renderer::MetricsRenderer;
use burn::train::train::{MultiDeviceStepError, MultiDevicesTrainStep};
use burn::train::{
    EventProcessorTraining, InferenceStep, Interrupter, ItemLazy, Learner, LearnerEvent, SupervisedLearningStrategy,
    SupervisedTraining, SupervisedTrainingEventProcessor, TrainLoader, TrainOutput, TrainStep, TrainingComponents,
    TrainingItem, TrainingStrategy, ValidLoader,
};

use crate::config::Experiment;
use crate::data::{Batch, Batcher, Dataset, EVAL_BATCH_SIZE, Shard, Split, TrainingBatcher};
use crate::metrics::{EpochRecord, History, Scores};
use crate::model::Mlp;
use crate::native::error::{Error, Result};
use crate::train::{
    EarlyStopping, Schedule, ScheduleCursor, StepOutput, Tally, TrainingState, compute_gradients, record_bytes,
    record_from_bytes,
};

use super::device::{Devices, NamedDevice, is_remote, quietly};
use super::interrupt;
use super::metric::ScoreMetric;
use super::progress::Progress;

/// Keeps a state of a training somewhere it survives the process.
pub type KeepState = Box<dyn Fn(&TrainingState) -> Result<()> + Send + Sync>;

/// A training to run: the experiment, and how it is run and shown.
pub struct Training {
    /// What to train.
    pub experiment: Experiment,
    /// On which images.
    pub dataset: Arc<Dataset>,
    /// Where.
    pub devices: Devices,
    /// From where; `None` from the starting weights of the seed.
    pub start: Option<TrainingState>,
    /// What to show.
    pub progress: Progress,
    /// Whether the dashboard stays open at the end until the reader closes it.
    pub hold: bool,
    /// Most epochs a second; `None` for as many as it can.
    pub pace: Option<f64>,
    /// Keeps a state on the way; called every `training.checkpoint_every` epochs.
    pub checkpoint: KeepState,
}

/// What burn-train's dashboard panics with when its reader ends the program from it.
const KILLED_FROM_DASHBOARD: &str = "Killing training from user input.";

/// How a training ended.
pub struct Outcome {
    /// Where it stands.
    pub state: TrainingState,
    /// Whether it was stopped by its reader before it was done.
    pub interrupted: bool,
    /// The dashboard, still open: to be dropped when all is saved. Dropping waits for its reader, with `hold`.
    pub display: Option<Box<dyn MetricsRenderer>>,
}

/// Runs a training with burn-train's Learner.
///
/// # Errors
/// [`Error::Training`] when the device or the dashboard fails, or an error of `checkpoint`.
pub fn train(training: Training) -> Result<Outcome> {
    let Training { experiment, dataset, devices, start, progress, hold, pace, checkpoint } = training;
    let experiment = Arc::new(experiment);
    let split = Split::new(&dataset, &experiment)?;
    let train_images = split.train.len();
    let device = devices.home.clone().autodiff();

    let start = start.unwrap_or_else(|| TrainingState::start(&experiment, &dataset));
    let done = start.epochs();
    let model = Mlp::from_weights(experiment.model.activation, &start.weights, &device);
    let schedule = Schedule::new(&experiment.optimizer, experiment.total_steps(train_images));
    let schedule = ScheduleCursor::new(schedule, done * experiment.steps_per_epoch(train_images));
    let mut optimizer = experiment.optimizer.init();
    if done > 0 {
        optimizer = optimizer
            .load_record(record_from_bytes(&start.optimizer).map_err(|error| Error::Training(error.to_string()))?);
    }
    let learner = Learner::new(model, optimizer, schedule);

    let watches = !split.validation.is_empty();
    let loader = |images: Vec<usize>, batches: Batches| {
        Arc::new(Loader { dataset: dataset.clone(), images: images.into(), device: device.clone(), batches, cut: None })
    };
    let next_epoch = || Arc::new(AtomicUsize::new(done + 1));
    let batcher = Arc::new(TrainingBatcher::new(&experiment, &dataset, &split.train));
    let train_loader = loader(split.train, Batches::OfEpochs { batcher: batcher.clone(), next_epoch: next_epoch() });
    let parts = (devices.all.len() > 1).then(|| {
        let part = |(index, named): (usize, &NamedDevice)| Loader {
            device: named.device.clone().autodiff(),
            batches: Batches::OfEpochs { batcher: batcher.clone(), next_epoch: next_epoch() },
            cut: Some(ShardOf { index, of: devices.all.len(), home: device.clone() }),
            ..Loader::clone(&train_loader)
        };
        devices.all.iter().enumerate().map(part).collect::<Vec<_>>()
    });
    let validation_loader = loader(split.validation, Batches::AsStored(Batcher::new(&experiment.data)));

    let interrupter = Interrupter::new();
    let (records, mailbox) = mailbox();
    let strategy = Arc::new(EpochStrategy {
        experiment: experiment.clone(),
        device,
        parts,
        devices: devices.clone(),
        last: Mutex::new(None),
        start,
        progress,
        pace,
        checkpoint,
        mailbox: Mutex::new(mailbox),
        outcome: Mutex::new(None),
    });
    let mut supervised = SupervisedTraining::<Mlp>::new(".", train_loader, validation_loader)
        .metric_train_numeric(ScoreMetric::loss())
        .metric_train_numeric(ScoreMetric::error_rate())
        .with_metric_logger(NoLog)
        .with_application_logger(None)
        .with_interrupter(interrupter.clone())
        .with_custom_checkpointers(records.model, records.optimizer, records.scheduler)
        .with_checkpointing_strategy(WhenAsked)
        .renderer(progress.renderer(&interrupter, (done > 0).then_some(done), hold))
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()))
        .num_epochs(experiment.training.epochs)
        .label(&experiment.name);
    if watches {
        supervised =
            supervised.metric_valid_numeric(ScoreMetric::loss()).metric_valid_numeric(ScoreMetric::error_rate());
    }

    // The dashboard's "stop immediately" panics in every thread it reaches; so may a device that is lost.
    let launch = || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| supervised.launch(learner)));
    let result = if devices.has_remote() { quietly(launch).expect("it catches its own panics") } else { launch() };
    if let Some(lost) = strategy.lost(result.is_err())? {
        interrupt::restore_terminal();
        return Err(lost);
    }
    let result = result.map_err(|panic| {
        interrupt::restore_terminal();
        let message = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast::<String>().ok().map(|text| *text));
        match message {
            Some(text) if text == KILLED_FROM_DASHBOARD => Error::Killed,
            message => Error::Training(message.unwrap_or_else(|| "it panicked".into())),
        }
    })?;
    if let Some(error) = result.error {
        return Err(Error::Training(error.to_string()));
    }
    let outcome = strategy.outcome.lock().expect("the strategy does not panic while it holds this").take();
    let outcome = outcome.unwrap_or_else(|| Err(Error::Training("the Learner never ran its strategy".into())))?;
    Ok(Outcome { display: Some(result.renderer), ..outcome })
}

/// What the Learner hands on: a batch's output, or the scores that batches add up to.
///
/// One of the latter is all that metrics, log and dashboard see of an epoch.
pub enum LearnerItem {
    /// Of one batch.
    Batch(Box<StepOutput>),
    /// Of many.
    Scores(Scores),
}

impl LearnerItem {
    /// Loss and errors.
    pub fn scores(&self) -> Scores {
        match self {
            Self::Scores(scores) => *scores,
            Self::Batch(output) => {
                let mut tally = Tally::default();
                tally.add((**output).clone());
                tally.scores()
            }
        }
    }
}

impl ItemLazy for LearnerItem {
    fn sync(self) -> std::result::Result<Self, ExecutionError> {
        Ok(self)
    }
}

impl TrainStep for Mlp {
    type Input = Batch;
    type Output = LearnerItem;

    fn step(&self, batch: Batch) -> TrainOutput<LearnerItem> {
        let (grads, output) = compute_gradients(self, batch);
        TrainOutput { grads, item: LearnerItem::Batch(Box::new(output)) }
    }
}

impl InferenceStep for Mlp {
    type Input = Batch;
    type Output = LearnerItem;

    fn step(&self, batch: Batch) -> LearnerItem {
        let (logits, loss) = self.forward_loss(&batch);
        LearnerItem::Batch(Box::new(StepOutput::new(logits, loss, batch.targets)))
    }
}

/// Trains epoch by epoch; measures, reports, and keeps states at their ends.
struct EpochStrategy {
    experiment: Arc<Experiment>,
    /// Where the network lives.
    device: Device,
    /// A loader for each device, where there are several.
    parts: Option<Vec<Loader>>,
    devices: Devices,
    /// Where the training stood after the last epoch, kept where a device may be lost.
    last: Mutex<Option<TrainingState>>,
    start: TrainingState,
    progress: Progress,
    pace: Option<f64>,
    checkpoint: KeepState,
    mailbox: Mutex<Mailbox>,
    outcome: Mutex<Option<Result<Outcome>>>,
}

type Processor = SupervisedTrainingEventProcessor<Mlp>;

impl SupervisedLearningStrategy<Mlp> for EpochStrategy {
    fn fit(
        &self,
        components: TrainingComponents<Mlp>,
        learner: Learner<Mlp>,
        train_loader: TrainLoader<Mlp>,
        validation_loader: ValidLoader<Mlp>,
        _: usize,
    ) -> (Mlp, Processor) {
        let mut components = components;
        let mut learner = learner;
        let mut train_loader = match &self.parts {
            None => TrainBatches::OnOne(train_loader),
            Some(parts) => TrainBatches::on_several(parts, &self.devices),
        };
        let outcome = self.run(&mut components, &mut learner, &mut train_loader, &validation_loader);
        *self.outcome.lock().expect("nothing panics while it holds this") = Some(outcome);
        (learner.model(), components.event_processor)
    }
}

impl EpochStrategy {
    fn run(
        &self,
        components: &mut TrainingComponents<Mlp>,
        learner: &mut Learner<Mlp>,
        train_loader: &mut TrainBatches,
        validation_loader: &ValidLoader<Mlp>,
    ) -> Result<Outcome> {
        let training = &self.experiment.training;
        let first = self.start.epochs() + 1;
        let mut history = self.start.history.clone();
        let mut early_stopping = EarlyStopping::new(training.patience, self.start.best.clone());
        let validation_loader = validation_loader.to_device(&self.device.clone().inner());
        let mut interrupted = false;

        for epoch in first..=training.epochs {
            if early_stopping.as_ref().is_some_and(|watch| watch.should_stop(epoch - 1)) {
                break;
            }
            let clock = Instant::now();
            let shown = self.progress.shows(epoch, first, training.epochs);
            let mut events = EpochEvents { components, shown, images: train_loader.images() };

            events.start_train(epoch);
            let train = match train_loader {
                TrainBatches::OnOne(loader) => self.train_epoch(learner, loader, &mut events)?,
                TrainBatches::OnSeveral(several) => self.train_epoch_on_several(learner, several, &mut events)?,
            };
            events.end_train(epoch, train);
            if !train.loss.is_finite() {
                return Err(crate::Error::Diverged { epoch }.into());
            }

            let validation = self.validate(learner, &validation_loader)?;
            if let Some(scores) = validation {
                events.validation(epoch, scores);
            }
            events.end_epoch(epoch);

            history.epochs.push(EpochRecord {
                epoch,
                train,
                validation,
                learning_rate: learner.lr_current().base(),
                seconds: clock.elapsed().as_secs_f64(),
            });
            if let (Some(watch), Some(scores)) = (&mut early_stopping, validation) {
                watch.observe(epoch, scores.loss, || learner.model().weights());
            }
            if self.devices.has_remote() {
                let state = self.state(components, learner, epoch, &history, early_stopping.as_ref())?;
                *self.last.lock().expect("nothing panics while it holds this") = Some(state);
            }
            interrupted = components.interrupter.should_stop() || interrupt::requested();
            let due = training.checkpoint_every > 0 && epoch % training.checkpoint_every == 0;
            if due && epoch < training.epochs && !interrupted {
                let state = self.state(components, learner, epoch, &history, early_stopping.as_ref())?;
                (self.checkpoint)(&state)?;
            }
            if interrupted {
                break;
            }
            if epoch < training.epochs && self.pause(clock, &components.interrupter) {
                interrupted = true;
                break;
            }
        }
        let state = self.state(components, learner, history.epochs.len(), &history, early_stopping.as_ref())?;
        let unfinished = history.epochs.len() < training.epochs;
        Ok(Outcome { state, interrupted: interrupted && unfinished, display: None })
    }

    fn train_epoch(
        &self,
        learner: &mut Learner<Mlp>,
        loader: &TrainLoader<Mlp>,
        events: &mut EpochEvents<'_>,
    ) -> Result<Scores> {
        let mut tally = Tally::default();
        let mut batches = loader.iter();
        let mut reported = Instant::now();
        while let Some(batch) = batches.next() {
            let batch = batch.map_err(|error| Error::Training(error.to_string()))?;
            let step = learner.train_step(batch);
            learner.lr_step();
            learner.optimizer_step(step.grads);
            if let LearnerItem::Batch(output) = step.item {
                tally.add(*output);
            }
            // A long epoch moves the dashboard's bar while it lasts.
            if reported.elapsed() > Duration::from_millis(200) && self.progress == Progress::Dashboard {
                events.within_train(batches.progress().items_processed, tally.scores());
                reported = Instant::now();
            }
        }
        Ok(tally.scores())
    }

    /// The same on several devices, each with a part of each batch; the gradients are added up where the network lives.
    fn train_epoch_on_several(
        &self,
        learner: &mut Learner<Mlp>,
        several: &mut MultiDevice,
        events: &mut EpochEvents<'_>,
    ) -> Result<Scores> {
        let mut tallies: Vec<Tally> = several.loaders.iter().map(|_| Tally::default()).collect();
        let mut batches: Vec<_> = several.loaders.iter().map(|loader| loader.iter()).collect();
        let mut reported = Instant::now();
        loop {
            let model = learner.model();
            let (outputs, progress) = several.step.step(&mut batches, &model).map_err(|error| several.error(error))?;
            if outputs.is_empty() {
                break;
            }
            let mut outputs: Vec<_> = outputs
                .into_iter()
                .filter_map(|output| match output.output.item {
                    LearnerItem::Batch(item) => Some((item, output.output.grads)),
                    LearnerItem::Scores(_) => None,
                })
                .collect();
            // They come as they are done; sums are to be the same every time.
            outputs.sort_by_key(|(item, _)| item.shard);
            let mut sum = GradientsAccumulator::new();
            for (item, gradients) in outputs {
                sum.accumulate(&model, gradients);
                tallies[item.shard].add(*item);
            }
            learner.lr_step();
            learner.optimizer_step(sum.grads());
            if reported.elapsed() > Duration::from_millis(200) && self.progress == Progress::Dashboard {
                let done = progress.items_processed / several.loaders.len();
                events.within_train(done, Scores::together(tallies.iter_mut().map(Tally::scores)));
                reported = Instant::now();
            }
        }
        Ok(Scores::together(tallies.iter_mut().map(Tally::scores)))
    }

    /// What is to be said when a device on the other end of a connection is gone; the last state is kept before.
    fn lost(&self, panicked: bool) -> Result<Option<Error>> {
        let lost = |outcome: &Option<Result<Outcome>>| matches!(outcome, Some(Err(Error::Lost { .. })));
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        // Within the Learner nothing else panics but the reader's wish to stop at once.
        let is_gone = |device: &NamedDevice| device.device.sync().is_err();
        if !self.devices.has_remote() || !(lost(&outcome) || panicked && self.devices.all.iter().any(is_gone)) {
            return Ok(None);
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        let epochs = last.as_ref().map_or(self.start.epochs(), TrainingState::epochs);
        if let Some(state) = last {
            (self.checkpoint)(&state)?;
        }
        let device = match &*outcome {
            Some(Err(Error::Lost { device, .. })) => device.clone(),
            _ => self.devices.name.clone(),
        };
        Ok(Some(Error::Lost { device, epochs }))
    }

    /// The scores of the held-out images, if there are any.
    fn validate(&self, learner: &Learner<Mlp>, loader: &ValidLoader<Mlp>) -> Result<Option<Scores>> {
        if loader.num_items() == 0 {
            return Ok(None);
        }
        let model = learner.model().valid();
        let mut tally = Tally::default();
        for batch in loader.iter() {
            let batch = batch.map_err(|error| Error::Training(error.to_string()))?;
            if let LearnerItem::Batch(output) = InferenceStep::step(&model, batch) {
                tally.add(*output);
            }
        }
        Ok(Some(tally.scores()))
    }

    /// The Learner keeps its optimiser to itself but for checkpointers: ask it for one, and open the mail.
    fn state(
        &self,
        components: &mut TrainingComponents<Mlp>,
        learner: &Learner<Mlp>,
        epoch: usize,
        history: &History,
        early_stopping: Option<&EarlyStopping>,
    ) -> Result<TrainingState> {
        let checkpointer = components.checkpointer.as_mut().expect("registered by `train`");
        checkpointer.checkpoint(learner, epoch, &components.event_store);
        let mailbox = self.mailbox.lock().expect("nothing panics while it holds this");
        let gone = |_| Error::Training("the Learner's checkpointer stopped".into());
        mailbox.model.recv().map_err(gone)?;
        let optimizer = mailbox.optimizer.recv().map_err(gone)?;
        mailbox.scheduler.recv().map_err(gone)?;
        Ok(TrainingState {
            weights: learner.model().weights(),
            optimizer: record_bytes(optimizer),
            history: history.clone(),
            best: early_stopping.and_then(EarlyStopping::best).cloned(),
        })
    }

    /// Sleeps until the epoch has taken its share of a second; returns whether it was interrupted meanwhile.
    fn pause(&self, clock: Instant, interrupter: &Interrupter) -> bool {
        let share = self.pace.map_or(Duration::ZERO, |pace| Duration::from_secs_f64(1.0 / pace));
        while let Some(rest) = share.checked_sub(clock.elapsed()) {
            if interrupt::requested() || interrupter.should_stop() {
                return true;
            }
            thread::sleep(rest.min(Duration::from_millis(50)));
        }
        false
    }
}

/// Where the batches of a training go.
enum TrainBatches {
    OnOne(TrainLoader<Mlp>),
    OnSeveral(MultiDevice),
}

impl TrainBatches {
    /// Images of an epoch.
    fn images(&self) -> usize {
        match self {
            Self::OnOne(loader) => loader.num_items(),
            Self::OnSeveral(several) => several.loaders.first().map_or(0, Loader::num_items),
        }
    }

    fn on_several(parts: &[Loader], devices: &Devices) -> Self {
        let handles: Vec<Device> = devices.all.iter().map(|device| device.device.clone().autodiff()).collect();
        Self::OnSeveral(MultiDevice {
            loaders: parts.to_vec(),
            step: MultiDevicesTrainStep::new(&handles),
            names: devices.all.iter().map(|device| device.name.clone()).collect(),
        })
    }
}

/// MultiDevice devices that train together.
struct MultiDevice {
    /// For each device its part of each batch.
    loaders: Vec<Loader>,
    /// Burn's threads, one for each device.
    step: MultiDevicesTrainStep<Mlp>,
    names: Vec<String>,
}

impl MultiDevice {
    fn error(&self, error: MultiDeviceStepError) -> Error {
        match error {
            MultiDeviceStepError::Workers(failures) => match failures.first() {
                Some(failure) if is_remote(&self.names[failure.device_id]) => {
                    Error::Lost { device: self.names[failure.device_id].clone(), epochs: 0 }
                }
                Some(failure) => {
                    Error::Training(format!("{} failed: {}", self.names[failure.device_id], failure.message))
                }
                None => Error::Training("a device failed".into()),
            },
            MultiDeviceStepError::Dataset(error) => Error::Training(error.to_string()),
        }
    }
}

/// Sends an epoch's events to burn-train's metrics and renderer, if it is one to show.
struct EpochEvents<'a> {
    components: &'a mut TrainingComponents<Mlp>,
    shown: bool,
    images: usize,
}

impl EpochEvents<'_> {
    fn start_train(&mut self, epoch: usize) {
        self.train(LearnerEvent::StartSplit { epoch_number: epoch, total_items: self.images });
    }

    fn within_train(&mut self, images: usize, scores: Scores) {
        self.train(LearnerEvent::ProcessedItem(item(images, self.images, scores)));
    }

    fn end_train(&mut self, epoch: usize, scores: Scores) {
        self.within_train(self.images, scores);
        self.train(LearnerEvent::EndSplit(epoch));
    }

    fn validation(&mut self, epoch: usize, scores: Scores) {
        self.valid(LearnerEvent::StartSplit { epoch_number: epoch, total_items: scores.images });
        self.valid(LearnerEvent::ProcessedItem(item(scores.images, scores.images, scores)));
        self.valid(LearnerEvent::EndSplit(epoch));
    }

    fn end_epoch(&mut self, epoch: usize) {
        self.train(LearnerEvent::EndEpoch(epoch));
    }

    fn train(&mut self, event: LearnerEvent<LearnerItem>) {
        if self.shown {
            let sent = self.components.event_processor.process_train(event);
            self.components.interrupter.fail_on_error(sent);
        }
    }

    fn valid(&mut self, event: LearnerEvent<LearnerItem>) {
        if self.shown {
            let sent = self.components.event_processor.process_valid(event);
            self.components.interrupter.fail_on_error(sent);
        }
    }
}

fn item(images: usize, total: usize, scores: Scores) -> TrainingItem<LearnerItem> {
    let progress = LoaderProgress::new(images, total, Some("items".into()));
    TrainingItem::new(LearnerItem::Scores(scores), progress, None, None)
}

/// Batches of part of a dataset, as burn-train wants them.
#[derive(Clone)]
struct Loader {
    dataset: Arc<Dataset>,
    images: Arc<[usize]>,
    device: Device,
    batches: Batches,
    /// Which part of each batch it takes, of several.
    cut: Option<ShardOf>,
}

/// A part of each batch.
#[derive(Clone)]
struct ShardOf {
    index: usize,
    of: usize,
    /// Where the gradients of all parts are added up.
    home: Device,
}

/// How a loader goes through its images.
#[derive(Clone)]
enum Batches {
    /// In an epoch's own order and variants; each call of `iter` is the next epoch.
    OfEpochs { batcher: Arc<TrainingBatcher>, next_epoch: Arc<AtomicUsize> },
    /// Always the same.
    AsStored(Batcher),
}

impl DataLoader<Batch> for Loader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let (epoch, order) = match &self.batches {
            Batches::OfEpochs { batcher, next_epoch } => {
                let epoch = next_epoch.fetch_add(1, Ordering::Relaxed);
                (epoch, Cow::Owned(batcher.order(&self.images, epoch)))
            }
            Batches::AsStored(_) => (0, Cow::Borrowed(&*self.images)),
        };
        Box::new(Pass { loader: self, epoch, order, images_done: 0 })
    }

    fn num_items(&self) -> usize {
        self.images.len()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { device: device.clone(), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<Batch>> {
        Arc::new(Self { images: self.images[start..end].into(), ..self.clone() })
    }
}

impl ShardOf {
    /// Its images of a batch, and what they count; none of a batch that is smaller than the number of parts.
    fn take<'a>(
        &self,
        batcher: &TrainingBatcher,
        dataset: &Dataset,
        batch: &'a [usize],
    ) -> (&'a [usize], Option<Shard>) {
        let part = |index: usize| batch.len() * index / self.of;
        let images = &batch[part(self.index)..part(self.index + 1)];
        let share = batcher.weight(dataset, images) / batcher.weight(dataset, batch);
        (images, Some(Shard { index: self.index, weight: share, home: self.home.clone() }))
    }
}

/// One pass over the images of a loader.
struct Pass<'a> {
    loader: &'a Loader,
    epoch: usize,
    order: Cow<'a, [usize]>,
    images_done: usize,
}

impl Iterator for Pass<'_> {
    type Item = std::result::Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Loader { dataset, device, batches, .. } = self.loader;
        let size = match batches {
            Batches::OfEpochs { batcher, .. } => batcher.batch_size(),
            Batches::AsStored(_) => EVAL_BATCH_SIZE,
        };
        let indices = self.order[self.images_done..].chunks(size).next()?;
        let done = self.images_done + indices.len();
        let batch = match batches {
            Batches::OfEpochs { batcher, .. } => {
                let (indices, part) = match &self.loader.cut {
                    None => (indices, None),
                    Some(cut) => cut.take(batcher, dataset, indices),
                };
                if indices.is_empty() {
                    // Burn's step goes on without this device, and asks it again for the next one.
                    self.images_done = done;
                    return None;
                }
                let batch = batcher.batch(dataset, indices, self.epoch, device);
                batcher.release(dataset, self.images_done, done);
                Batch { shard: part, ..batch }
            }
            Batches::AsStored(batcher) => {
                let batch = batcher.batch(dataset, indices, device);
                dataset.release();
                batch
            }
        };
        self.images_done = done;
        Some(Ok(batch))
    }
}

impl DataLoaderIterator<Batch> for Pass<'_> {
    fn progress(&self) -> LoaderProgress {
        LoaderProgress::new(self.images_done, self.loader.images.len(), Some("items".into()))
    }
}

/// Checkpointers that keep nothing: they pass the Learner's records on.
struct Records {
    model: Forward<ModuleRecord>,
    optimizer: Forward<OptimizerRecord>,
    scheduler: Forward<LrSchedulerRecord>,
}

struct Mailbox {
    model: mpsc::Receiver<ModuleRecord>,
    optimizer: mpsc::Receiver<OptimizerRecord>,
    scheduler: mpsc::Receiver<LrSchedulerRecord>,
}

fn mailbox() -> (Records, Mailbox) {
    let ((model, model_mail), (optimizer, optimizer_mail), (scheduler, scheduler_mail)) =
        (mpsc::channel(), mpsc::channel(), mpsc::channel());
    (
        Records { model: Forward(model), optimizer: Forward(optimizer), scheduler: Forward(scheduler) },
        Mailbox { model: model_mail, optimizer: optimizer_mail, scheduler: scheduler_mail },
    )
}

struct Forward<R>(mpsc::Sender<R>);

impl<R: Checkpoint + fmt::Debug> Checkpointer<R> for Forward<R> {
    fn save(&self, _: usize, record: R) -> std::result::Result<(), CheckpointerError> {
        self.0.send(record).map_err(|error| CheckpointerError::Unknown(error.to_string()))
    }

    fn delete(&self, _: usize) -> std::result::Result<(), CheckpointerError> {
        Ok(())
    }

    fn restore(&self, epoch: usize) -> std::result::Result<R, CheckpointerError> {
        Err(CheckpointerError::Unknown(format!("epoch {epoch} is not kept here: a run folder keeps it")))
    }
}

/// Saves whenever the strategy asks, which decides itself when to.
struct WhenAsked;

impl CheckpointingStrategy for WhenAsked {
    fn checkpointing(&mut self, _: usize, _: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}

/// Burn's default logger writes files for every epoch; the history is written once, by the run folder.
struct NoLog;

impl MetricLogger for NoLog {
    fn log(&mut self, _: MetricsUpdate, _: usize, _: &MetricSplit) {}

    fn read_numeric(&mut self, _: &str, _: usize, _: &MetricSplit) -> std::result::Result<Vec<NumericEntry>, String> {
        Ok(Vec::new())
    }

    fn log_metric_definition(&mut self, _: MetricDefinition) {}

    fn log_epoch_summary(&mut self, _: EpochSummary) {}
}
