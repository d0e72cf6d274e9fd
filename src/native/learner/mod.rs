//! Training with burn-train's Learner.
//!
//! The Learner, its events, its dashboard and its engine for several devices are Burn's. Where a part of ours takes the place
//! of one of Burn's, its file says why: `strategy.rs`, `shards.rs`, `loader.rs`, `records.rs`, `metric.rs`.

mod events;
mod item;
mod loader;
mod metric;
mod records;
mod shards;
mod steps;
mod strategy;
mod training;

pub use training::{Outcome, SaveState, Training};

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use burn::tensor::Device;
use burn::train::checkpoint::KeepLastNCheckpoints;
use burn::train::logger::InMemoryMetricLogger;
use burn::train::{Interrupter, Learner, SupervisedTraining, TrainingStrategy};

use crate::config::Experiment;
use crate::data::{Batcher, Dataset, TrainingBatcher};
use crate::model::Mlp;
use crate::native::error::{Error, Result, TrainingProblem};
use crate::train::{Schedule, ScheduleCursor, TrainingState};

use self::loader::{EpochLoader, validation_loader};
use self::metric::ScoreMetric;
use self::records::{Discard, optimizer_records};
use self::shards::MultiDevice;
use self::strategy::EpochStrategy;

use super::device::without_panic_message;
use super::interrupt;

/// The message of burn-train's dashboard when it panics because the user ends the program.
const KILLED_FROM_DASHBOARD: &str = "Killing training from user input.";

/// Trains with burn-train's Learner.
///
/// # Errors
/// [`Error::Training`] when the device or the dashboard fails, or an error of `checkpoint`.
pub fn train(training: Training) -> Result<Outcome> {
    let has_remote = training.devices.has_remote();
    let (learner, supervised, strategy) = assemble(training)?;
    // The dashboard's "stop immediately" panics in every thread it reaches; so may a device that is lost.
    let launch = || catch_unwind(AssertUnwindSafe(|| supervised.launch(learner)));
    let result = match has_remote {
        true => without_panic_message(launch).expect("it catches its own panics"),
        false => launch(),
    };
    if let Some(lost) = strategy.lost(result.is_err())? {
        interrupt::restore_terminal();
        return Err(lost.into());
    }
    let result = result.map_err(|panic| {
        interrupt::restore_terminal();
        error_of_panic(panic)
    })?;
    if let Some(error) = result.error {
        return Err(TrainingProblem::Learner { error: error.to_string() }.into());
    }
    let outcome = strategy.outcome.lock().expect("the strategy does not panic while it holds this").take();
    let outcome = outcome.expect("the Learner has run its strategy")?;
    Ok(Outcome { display: Some(result.renderer), ..outcome })
}

/// Assembles the run from Burn's parts, and from ours where Burn's do not fit.
fn assemble(training: Training) -> Result<(Learner<Mlp>, SupervisedTraining<Mlp>, Arc<EpochStrategy>)> {
    let Training { experiment, dataset, split, devices, start, progress, hold, pace, checkpoint } = training;
    let device = devices.main.clone().autodiff();
    let start = start.unwrap_or_else(|| TrainingState::start(&experiment, &dataset));
    let done = start.epochs();
    let learner = learner(&experiment, &dataset, &start, split.train.len(), &device)?;

    let batcher = TrainingBatcher::new(&experiment, &dataset, &split.train);
    let epochs = (done + 1, experiment.training.epochs);
    let train_loader = EpochLoader::new(dataset.clone(), split.clone(), batcher, epochs, device.clone());
    let multi_device = (devices.all.len() > 1).then(|| MultiDevice::new(&train_loader, &devices, &device));
    let has_validation = !split.validation.is_empty();
    let validation_batcher = Batcher::new(&experiment.data);
    let validation_loader = validation_loader(dataset, split.validation.clone(), validation_batcher, device.inner());

    let interrupter = Interrupter::new();
    let (forward_optimizer, records) = optimizer_records();
    let strategy = Arc::new(EpochStrategy {
        experiment: experiment.clone(),
        start,
        devices,
        multi_device: Mutex::new(multi_device),
        progress,
        pace,
        save: checkpoint,
        optimizer_records: Mutex::new(records),
        last_state: Mutex::new(None),
        outcome: Mutex::new(None),
    });
    let supervised = SupervisedTraining::<Mlp>::new(".", Arc::new(train_loader), validation_loader)
        .metric_train_numeric(ScoreMetric::loss())
        .metric_train_numeric(ScoreMetric::error_rate())
        // The default loggers write files for each epoch and metric. The run folder writes the history, once.
        .with_metric_logger(InMemoryMetricLogger::new())
        .with_application_logger(None)
        .with_interrupter(interrupter.clone())
        .with_custom_checkpointers(Discard, forward_optimizer, Discard)
        // The strategy asks for a record when it needs one; none is ever to be deleted.
        .with_checkpointing_strategy(KeepLastNCheckpoints::new(usize::MAX))
        .renderer(progress.renderer(&interrupter, (done > 0).then_some(done), hold))
        .with_training_strategy(TrainingStrategy::Custom(strategy.clone()))
        .num_epochs(experiment.training.epochs)
        .label(&experiment.name);
    let supervised = match has_validation {
        true => supervised.metric_valid_numeric(ScoreMetric::loss()).metric_valid_numeric(ScoreMetric::error_rate()),
        false => supervised,
    };
    Ok((learner, supervised, strategy))
}

fn learner(
    experiment: &Experiment,
    dataset: &Dataset,
    start: &TrainingState,
    train_images: usize,
    device: &Device,
) -> Result<Learner<Mlp>> {
    let (model, optimizer) = start.restore(experiment, dataset, device)?;
    let schedule = Schedule::new(&experiment.optimizer, experiment.total_steps(train_images));
    let steps_done = start.epochs() * experiment.steps_per_epoch(train_images);
    Ok(Learner::new(model, optimizer, ScheduleCursor::new(schedule, steps_done)))
}

fn error_of_panic(panic: Box<dyn Any + Send>) -> Error {
    let message = match panic.downcast::<String>() {
        Ok(text) => Some(*text),
        Err(panic) => panic.downcast_ref::<&str>().map(ToString::to_string),
    };
    match message {
        Some(text) if text == KILLED_FROM_DASHBOARD => TrainingProblem::Killed,
        Some(error) => TrainingProblem::Learner { error },
        None => TrainingProblem::Panicked,
    }
    .into()
}
