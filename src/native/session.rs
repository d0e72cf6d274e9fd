//! A whole training: folder, Learner, checkpoints, model, test report.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::checkpoint::SavedModel;
use crate::config::{Experiment, ScheduleKind};
use crate::data::{Dataset, Split, SplitName};
use crate::evaluate::{Evaluation, evaluate};
use crate::metrics::Interval;
use crate::native::error::{Error, Result};
use crate::predict::Classifier;
use crate::train::TrainingState;

use super::device::{self, Devices};
use super::interrupt;
use super::learner::{Training, train};
use super::progress::Progress;
use super::run_dir::{RunDir, RunInfo, Status};
use super::source::{self, OpenOptions};

/// How a training is run and shown, beside what its experiment decides.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// Where to train, `NAME[:INDEX]`; `None` for the default, or where a run that is resumed was trained so far.
    pub device: Option<String>,
    /// What to show meanwhile.
    pub progress: Progress,
    /// Whether the dashboard stays open at the end.
    pub hold: bool,
    /// Most epochs a second.
    pub pace: Option<f64>,
}

/// A training that has ended, and the verdict.
pub struct Session {
    /// Where everything was saved.
    pub run: RunDir,
    /// What was trained.
    pub experiment: Experiment,
    /// The images.
    pub dataset: Arc<Dataset>,
    /// Where the training stands.
    pub state: TrainingState,
    /// The network on the test images.
    pub evaluation: Evaluation,
    /// The figures, under their stable names.
    pub report: TrainReport,
    /// Whether it was stopped by its reader before it was done.
    pub interrupted: bool,
}

/// The figures of a training under the names that `train --json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainReport {
    /// Weights and biases.
    pub parameters: usize,
    /// Images that were trained on.
    pub train_images: usize,
    /// Images that training was watched on.
    pub validation_images: usize,
    /// Images that judge the network.
    pub test_images: usize,
    /// Wrongly classified test images.
    pub errors: usize,
    /// `errors / test_images`.
    pub error_rate: f64,
    /// Wilson 95 % interval of the error rate.
    pub error_rate_interval: Interval,
    /// Class indices the network gives the first ten test images.
    pub first_predictions: Vec<usize>,
    /// Class indices of the first ten test images.
    pub first_targets: Vec<usize>,
    /// Epochs that were done.
    pub epochs: usize,
    /// Optimisation steps that were done.
    pub steps: usize,
    /// Seconds of training, all sittings together; loading and reporting not counted.
    pub train_seconds: f64,
    /// Device of the last sitting.
    pub device: String,
    /// The run's folder.
    pub run: String,
    /// Epoch the weights are from, where early stopping chose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_epoch: Option<usize>,
}

/// Starts a new run and trains it to its end.
///
/// # Errors
/// Any of [`Error`]: a folder, device or training that fails.
pub fn start(
    root: &Path,
    experiment: Experiment,
    replace: bool,
    options: SessionOptions,
    opening: OpenOptions<'_>,
) -> Result<Session> {
    let devices = device::open_all(options.device.as_deref())?;
    let dataset = Arc::new(source::open(&experiment.data, opening)?);
    // What cannot be trained on is said before there is a folder.
    Split::new(&dataset, &experiment)?;
    let info = RunInfo::start(&devices.name, &experiment, &dataset);
    let run = RunDir::create(root, &experiment, &info, replace)?;
    let _lock = run.lock()?;
    finish(run, experiment, dataset, info, None, devices, options)
}

/// Goes on with a run that was killed or interrupted, or that is to have more epochs.
///
/// # Errors
/// [`Error::Request`] when nothing is left to do, or going on would not end as an uninterrupted training does; any of
/// [`Error`] when the run cannot be read or the training fails.
pub fn resume(
    run: RunDir,
    epochs: Option<usize>,
    options: SessionOptions,
    opening: OpenOptions<'_>,
) -> Result<Session> {
    let _lock = run.lock()?;
    let mut info = run.read_info()?;
    let mut experiment = run.experiment()?;
    let checkpoint = run.read_checkpoint()?;
    let dataset = Arc::new(source::open(&experiment.data, opening)?);

    check_unchanged(&run, &info, &experiment, &dataset, checkpoint.as_ref().map(|(trained, _)| trained))?;
    let state = checkpoint.map(|(_, state)| state);
    let wanted = epochs.unwrap_or(experiment.training.epochs);
    check_epochs(&run, &info, &experiment, state.as_ref(), wanted)?;
    experiment.training.epochs = wanted;

    let devices = device::open_all(Some(options.device.as_deref().unwrap_or(&info.device)))?;
    info.device = devices.name.clone();
    info.status = Status::Running;
    // In this order: a kill in between leaves a run that is not finished, whatever its configuration says.
    run.write_info(&info)?;
    run.write_experiment(&experiment)?;
    finish(run, experiment, dataset, info, state, devices, options)
}

/// Whether the images and the configuration are still those the run was trained with, but for the epochs.
fn check_unchanged(
    run: &RunDir,
    info: &RunInfo,
    experiment: &Experiment,
    dataset: &Dataset,
    trained: Option<&Experiment>,
) -> Result<()> {
    let path = run.path().display();
    if info.data_sha256 != dataset.sha256() {
        let message = format!("{path} was trained on other images than there are now");
        return refuse(message, "go on with the version of chiffres, or the data, that it was started with");
    }
    let same_but_epochs = trained.is_none_or(|trained| {
        let mut trained = trained.clone();
        trained.training.epochs = experiment.training.epochs;
        trained == *experiment
    });
    if !same_but_epochs {
        let message = format!("{path} has a config.toml that its checkpoint was not trained with");
        return refuse(message, "undo the change, or train anew with it");
    }
    Ok(())
}

/// Whether training up to epoch `wanted` has anything to do, and ends as if it had never stopped.
fn check_epochs(
    run: &RunDir,
    info: &RunInfo,
    experiment: &Experiment,
    state: Option<&TrainingState>,
    wanted: usize,
) -> Result<()> {
    let path = run.path().display();
    let before = experiment.training.epochs;
    let done = state.map_or(0, TrainingState::epochs);
    if info.status == Status::Done && state.is_none() {
        return Err(Error::Run {
            message: format!("{path} is finished, but its checkpoint is missing"),
            hint: "train anew; its model, if it is there, can still be used".into(),
        });
    }
    if wanted < before {
        let message = format!("training.epochs is {wanted}, but {path} was to have {before}");
        return refuse(message, "epochs can be raised, not lowered");
    }
    // A finished run that has lost its model is finished once more.
    let is_finished = info.status == Status::Done && run.has_model();
    if is_finished && done < before {
        let message = format!("{path} is finished: it stopped at epoch {done}, with no better held-out loss in sight");
        return refuse(message, "train anew with a greater training.patience");
    }
    if is_finished && wanted == before {
        let message = format!("{path} is finished: {done} of {before} epochs are done");
        return refuse(message, format!("raise the epochs to go on: --set training.epochs={}", 2 * before));
    }
    let optimizer = &experiment.optimizer;
    if wanted > before && (optimizer.schedule != ScheduleKind::Constant || optimizer.warmup > 0.0) {
        let message =
            format!("{path} has a learning rate that depends on the number of epochs, which cannot be raised");
        return refuse(message, "train anew; with a constant schedule and no warm-up, epochs can be raised");
    }
    Ok(())
}

fn refuse(message: String, hint: impl Into<String>) -> Result<()> {
    Err(Error::Request { message, hint: hint.into() })
}

/// Trains a run to its end and writes what it leaves behind.
fn finish(
    run: RunDir,
    experiment: Experiment,
    dataset: Arc<Dataset>,
    mut info: RunInfo,
    start: Option<TrainingState>,
    devices: Devices,
    options: SessionOptions,
) -> Result<Session> {
    let checkpoint = {
        let (run, experiment, dataset) = (run.clone(), experiment.clone(), dataset.clone());
        Box::new(move |state: &TrainingState| run.write_checkpoint(&experiment, &dataset, state))
    };
    let outcome = train(Training {
        experiment: Arc::new(experiment.clone()),
        dataset: dataset.clone(),
        split: Split::new(&dataset, &experiment)?,
        devices: devices.clone(),
        start,
        progress: options.progress,
        hold: options.hold,
        pace: options.pace,
        checkpoint,
    })?;
    let state = outcome.state;
    run.write_checkpoint(&experiment, &dataset, &state)?;
    run.write_history(&state.history)?;

    let saved = SavedModel::new(&experiment, &dataset, state.final_weights().to_vec());
    run.write_model(&saved)?;
    let classifier = Classifier::new(&saved, &devices.here());
    let split = Split::new(&dataset, &experiment)?;
    let evaluation = evaluate(&classifier, &dataset, &split, SplitName::Test)?;
    let report = TrainReport::new(&run, &experiment, &saved, &state, &evaluation, &split, &devices.name);
    run.write_report(&report, &evaluation.classes, &evaluation.confusion)?;

    info.epochs = report.epochs;
    info.train_seconds = report.train_seconds;
    info.status = if outcome.interrupted { Status::Interrupted } else { Status::Done };
    run.write_info(&info)?;
    // Now the dashboard may be looked at for as long as its reader likes.
    interrupt::all_is_saved();
    drop(outcome.display);
    Ok(Session { run, experiment, dataset, state, evaluation, report, interrupted: outcome.interrupted })
}

impl TrainReport {
    fn new(
        run: &RunDir,
        experiment: &Experiment,
        saved: &SavedModel,
        state: &TrainingState,
        evaluation: &Evaluation,
        split: &Split,
        device: &str,
    ) -> Self {
        let first = &evaluation.answers[..evaluation.answers.len().min(10)];
        Self {
            parameters: saved.config().parameters(),
            train_images: split.train.len(),
            validation_images: split.validation.len(),
            test_images: evaluation.answers.len(),
            errors: evaluation.errors(),
            error_rate: evaluation.error_rate(),
            error_rate_interval: evaluation.error_rate_interval(),
            first_predictions: first.iter().map(|answer| answer.prediction.label).collect(),
            first_targets: first.iter().map(|answer| answer.target).collect(),
            epochs: state.epochs(),
            steps: state.epochs() * experiment.steps_per_epoch(split.train.len()),
            train_seconds: state.history.seconds(),
            device: device.into(),
            run: run.path().display().to_string(),
            best_epoch: state.best.as_ref().map(|best| best.epoch),
        }
    }
}
