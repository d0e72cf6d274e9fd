//! A training run from start to end: its folder, the Learner, checkpoints, the model and the test report.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::checkpoint::SavedModel;
use crate::config::{Experiment, ScheduleKind, Source};
use crate::data::{Dataset, Reading, Split, SplitName};
use crate::evaluate::{Evaluation, evaluate};
use crate::metrics::Interval;
use crate::native::error::{Error, PathOption, Result, ResumeProblem, RunProblem};
use crate::predict::Classifier;
use crate::preprocess::DigitPreprocessing;
use crate::train::{Arithmetic, TrainingState};

use super::device::{self, Devices};
use super::interrupt;
use super::learner::{Outcome, Training, train};
use super::progress::Progress;
use super::run_dir::{RunDir, RunInfo, Status, same_but_epochs};
use super::source::{self, OpenOptions};

/// The way a run is trained and shown, beside what its experiment decides.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// The device to train on, `NAME[:INDEX]`; `None` for the default, or, when a run is resumed, for its last.
    pub device: Option<String>,
    /// The display.
    pub progress: Progress,
    /// Keeps the dashboard open at the end.
    pub hold: bool,
    /// Limit of epochs per second.
    pub pace: Option<f64>,
}

/// A training run: its folder, and what it trains on what.
#[derive(Debug, Clone)]
pub struct Run {
    /// The folder.
    pub dir: RunDir,
    /// The content of its `run.json`.
    pub info: RunInfo,
    /// The experiment.
    pub experiment: Arc<Experiment>,
    /// The images.
    pub dataset: Arc<Dataset>,
    /// The images of each part.
    pub split: Arc<Split>,
    /// The way from a picture to a digit; a run that is resumed keeps its own.
    pub preprocessing: DigitPreprocessing,
}

/// A training run that has ended, with its test result.
pub struct Session {
    /// The run.
    pub run: Run,
    /// Its last state.
    pub state: TrainingState,
    /// The network on the test images.
    pub evaluation: Evaluation,
    /// The figures, under their stable names.
    pub report: TrainReport,
    /// True if the user stopped the run before it was done.
    pub interrupted: bool,
    /// The files that could not be written, with the reason: the disk may be full. The run can be resumed.
    pub unsaved: Vec<Error>,
}

/// The settings of a run that may change when it is resumed: they are not part of what was trained so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resumption {
    /// The number of epochs in all; `None` for that of the run.
    pub epochs: Option<usize>,
    /// The path of the images, if they have moved.
    pub path: Option<String>,
}

/// The figures of a training run under the names that `train --json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainReport {
    /// Weights and biases.
    pub parameters: usize,
    /// Number of training images.
    pub train_images: usize,
    /// Number of validation images.
    pub validation_images: usize,
    /// Number of test images.
    pub test_images: usize,
    /// Wrongly classified test images.
    pub errors: usize,
    /// `errors / test_images`.
    pub error_rate: f64,
    /// Wilson 95 % interval of the error rate.
    pub error_rate_interval: Interval,
    /// Predicted classes of the first ten test images, by index.
    pub first_predictions: Vec<usize>,
    /// Classes of the first ten test images, by index.
    pub first_targets: Vec<usize>,
    /// Epochs that are done.
    pub epochs: usize,
    /// Optimisation steps that are done.
    pub steps: usize,
    /// Seconds of training, before and after each resumption; loading and reporting not counted.
    pub train_seconds: f64,
    /// The device that trained last.
    pub device: String,
    /// The arithmetic of all epochs; `null` for a finished run of a version that did not say.
    pub arithmetic: Option<Arithmetic>,
    /// The run's folder.
    pub run: String,
    /// Epoch of the saved weights, with early stopping.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best_epoch: Option<usize>,
    /// The reading report: parts of the source, interpretations and omissions.
    pub reading: Reading,
}

/// Starts a new run and trains it to its end.
///
/// # Errors
/// Any of [`Error`]: a folder, a device or training can fail.
pub fn start(
    root: &Path,
    experiment: Experiment,
    replace: bool,
    options: SessionOptions,
    opening: OpenOptions<'_>,
) -> Result<Session> {
    let devices = device::open_all(options.device.as_deref())?;
    let dataset = Arc::new(source::open(&experiment.data, opening)?);
    let experiment = Experiment { data: dataset.resolved(&experiment.data), ..experiment };
    // Before there is a folder: images that do not split as asked are an error.
    let split = Arc::new(Split::new(&dataset, &experiment)?);
    let info = RunInfo::start(&devices, &experiment, &dataset);
    let dir = RunDir::create(root, &experiment, &info, replace)?;
    let preprocessing = DigitPreprocessing::default();
    Run { dir, info, experiment: Arc::new(experiment), dataset, split, preprocessing }.finish(None, devices, options)
}

/// Resumes a run that was killed or interrupted, or that is to have more epochs.
///
/// # Errors
/// [`Error::Resume`] when nothing is left to do, or the run would not end as one that never stopped; any of [`Error`] when
/// the run cannot be read or training fails.
pub fn resume(dir: RunDir, changes: Resumption, options: SessionOptions, opening: OpenOptions<'_>) -> Result<Session> {
    let dir = dir.take()?;
    dir.clean();
    let mut info = dir.read_info()?;
    let mut experiment = dir.experiment()?;
    let checkpoint = dir.read_checkpoint()?;
    let name = dir.path().display().to_string();
    let refuse = |problem| Error::Resume { run: name.clone(), problem };
    if info.status == Status::Diverged {
        return Err(refuse(ResumeProblem::Diverged { epoch: info.epochs + 1 }));
    }
    if let Some(path) = changes.path {
        if experiment.data.source == Source::Digits {
            return Err(refuse(ResumeProblem::BuiltInImages));
        }
        experiment.data.path = path;
    }
    // The model of a run says how an earlier version found digits on pictures.
    let preprocessing = dir.read_own_model()?.map(|saved| saved.preprocessing).unwrap_or_default();
    let opening = OpenOptions { preprocessing: Some(&preprocessing), ..opening };
    let dataset = source::open(&experiment.data, opening).map_err(|error| error.naming(PathOption::Data))?;
    let dataset = Arc::new(dataset);

    experiment.data = dataset.resolved(&experiment.data);
    // A run of a version that did not say takes the images that it is first resumed with.
    let digest = dataset.sha256();
    if *info.data_sha256.get_or_insert_with(|| digest.clone()) != digest {
        return Err(refuse(ResumeProblem::OtherImages));
    }
    let (trained, state) = checkpoint.unzip();
    // A run of a version that did not save them has yet to get the settings that its images decide.
    let resolved = |trained: Experiment| Experiment { data: dataset.resolved(&trained.data), ..trained };
    if trained.map(resolved).is_some_and(|trained| !same_but_epochs(&trained, &experiment)) {
        return Err(refuse(ResumeProblem::OtherConfig));
    }
    if info.status == Status::Done && state.is_none() {
        return Err(RunProblem::NoCheckpoint { path: dir.path().display().to_string() }.into());
    }
    let wanted = changes.epochs.unwrap_or(experiment.training.epochs);
    let done = state.as_ref().map_or(0, TrainingState::epochs);
    // A finished run that has lost its model is finished once more.
    let is_finished = info.status == Status::Done && dir.has_model();
    check_epochs(&experiment, done, wanted, is_finished).map_err(refuse)?;
    experiment.training.epochs = wanted;

    let devices = device::open_all(Some(options.device.as_deref().unwrap_or(&info.device)))?;
    info.device = devices.name.clone();
    info.status = Status::Running;
    // In this order: a kill in between leaves a run that is not finished, whatever its configuration says.
    dir.write_info(&info)?;
    dir.write_experiment(&experiment)?;
    let split = Arc::new(Split::new(&dataset, &experiment)?);
    Run { dir, info, experiment: Arc::new(experiment), dataset, split, preprocessing }.finish(state, devices, options)
}

/// Checks that training up to epoch `wanted` has something to do, and ends as if it had never stopped.
fn check_epochs(experiment: &Experiment, done: usize, wanted: usize, is_finished: bool) -> Result<(), ResumeProblem> {
    let planned = experiment.training.epochs;
    if wanted < planned {
        return Err(ResumeProblem::FewerEpochs { wanted, planned });
    }
    if is_finished && done < planned {
        return Err(ResumeProblem::StoppedEarly { done });
    }
    if is_finished && wanted == planned {
        return Err(ResumeProblem::Finished { done, planned });
    }
    let optimizer = &experiment.optimizer;
    if wanted > planned && (optimizer.schedule != ScheduleKind::Constant || optimizer.warmup > 0.0) {
        return Err(ResumeProblem::LearningRate);
    }
    Ok(())
}

impl Run {
    /// Trains the run to its end, evaluates the network and saves everything.
    fn finish(self, start: Option<TrainingState>, devices: Devices, options: SessionOptions) -> Result<Session> {
        let device = devices.local();
        let Outcome { state, interrupted, display } = match self.train(start, devices, options) {
            Err(Error::Core(crate::Error::Diverged { epoch })) => {
                let epochs = epoch.saturating_sub(1);
                // The divergence is the news, even where it cannot be written down.
                let _ = self.dir.write_info(&RunInfo { status: Status::Diverged, epochs, ..self.info.clone() });
                return Err(crate::Error::Diverged { epoch }.into());
            }
            trained => trained?,
        };
        let saved = SavedModel::new(&self.experiment, &self.dataset, state.final_weights().to_vec());
        let saved =
            SavedModel { preprocessing: self.preprocessing.clone(), ..saved.made_by(state.arithmetic.as_ref()) };
        let classifier = Classifier::new(&saved, &device);
        let references = match self.experiment.prediction.references {
            0 => None,
            count => classifier.references(&self.dataset, &self.split, count)?,
        };
        let saved = SavedModel { references, ..saved };
        let evaluation = evaluate(&classifier, &self.dataset, &self.split, SplitName::Test)?;
        let report = TrainReport::new(&self, &saved, &state, &evaluation);

        let (info, unsaved) = self.save(&saved, &state, &evaluation, &report, interrupted);
        // With `hold` the dashboard stays open now until the user closes it.
        interrupt::all_is_saved();
        drop(display);
        let run = Self { info, dir: self.dir.released(), ..self };
        Ok(Session { run, state, evaluation, report, interrupted, unsaved })
    }

    /// Saves all files. A file that cannot be written does not keep the others from being written, nor the result from
    /// being reported.
    fn save(
        &self,
        saved: &SavedModel,
        state: &TrainingState,
        evaluation: &Evaluation,
        report: &TrainReport,
        interrupted: bool,
    ) -> (RunInfo, Vec<Error>) {
        // The network first: on a disk that is nearly full it is worth most.
        let written = [
            self.dir.write_model(saved),
            self.save_checkpoint(state),
            self.dir.write_metrics(&state.history),
            self.dir.write_curves(&state.history),
            self.dir.write_report(report, &evaluation.classes, &evaluation.confusion),
        ];
        let mut unsaved: Vec<Error> = written.into_iter().filter_map(Result::err).collect();
        // A run that lacks a file is not done: resuming it writes the file.
        if !unsaved.is_empty() {
            return (self.info.clone(), unsaved);
        }
        let status = if interrupted { Status::Interrupted } else { Status::Done };
        let arithmetic = state.arithmetic.clone();
        let (epochs, train_seconds) = (report.epochs, report.train_seconds);
        let info = RunInfo { arithmetic, epochs, train_seconds, status, ..self.info.clone() };
        unsaved.extend(self.dir.write_info(&info).err());
        (info, unsaved)
    }

    fn train(&self, start: Option<TrainingState>, devices: Devices, options: SessionOptions) -> Result<Outcome> {
        let run = self.clone();
        train(Training {
            experiment: self.experiment.clone(),
            dataset: self.dataset.clone(),
            split: self.split.clone(),
            devices,
            start,
            progress: options.progress,
            hold: options.hold,
            pace: options.pace,
            checkpoint: Box::new(move |state| run.save_checkpoint(state)),
        })
    }

    fn save_checkpoint(&self, state: &TrainingState) -> Result<()> {
        self.dir.write_checkpoint(&self.experiment, &self.dataset, state)
    }
}

impl TrainReport {
    fn new(run: &Run, saved: &SavedModel, state: &TrainingState, evaluation: &Evaluation) -> Self {
        let first = &evaluation.answers[..evaluation.answers.len().min(10)];
        Self {
            parameters: saved.config().parameters(),
            train_images: run.split.train.len(),
            validation_images: run.split.validation.len(),
            test_images: evaluation.answers.len(),
            errors: evaluation.errors(),
            error_rate: evaluation.error_rate(),
            error_rate_interval: evaluation.error_rate_interval(),
            first_predictions: first.iter().map(|answer| answer.prediction.label).collect(),
            first_targets: first.iter().map(|answer| answer.target).collect(),
            epochs: state.epochs(),
            steps: state.epochs() * run.experiment.steps_per_epoch(run.split.train.len()),
            train_seconds: state.history.seconds(),
            device: run.info.device.clone(),
            arithmetic: state.arithmetic.clone(),
            run: run.dir.path().display().to_string(),
            best_epoch: state.best.as_ref().map(|best| best.epoch),
            reading: run.dataset.reading().clone(),
        }
    }
}
