//! A run's folder: everything that a training run saves.
//!
//! Every file is written under a temporary name, synced and renamed, and a folder appears with its configuration in it. So a
//! process that is killed leaves the last complete version of each.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::checkpoint::{SavedModel, checkpoint_from_bytes, checkpoint_to_bytes};
use crate::config::Experiment;
use crate::data::Dataset;
use crate::error::{DamageReason, FileKind};
use crate::metrics::{ConfusionMatrix, History};
use crate::native::error::{FileAction, Result, RunProblem};
use crate::train::{Arithmetic, TrainingState};

use super::curves;
use super::device::Devices;
use super::files::{exchange, file_error, read, sync_folder, write_whole};

/// The folder of all runs, in the folder that the program is started in.
pub const ROOT: &str = "artifacts";

/// The folder of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunDir {
    path: PathBuf,
}

/// The content of `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// Version of this program.
    pub version: String,
    /// The commit that the program was built from, if it was built from one.
    pub git_commit: Option<String>,
    /// Device that the run was trained on.
    pub device: String,
    /// Arithmetic of all epochs; `None` for a run of a version that did not say.
    #[serde(default)]
    pub arithmetic: Option<Arithmetic>,
    /// Seed of weights and order.
    pub seed: u64,
    /// SHA-256 of the images and labels.
    pub data_sha256: String,
    /// Start of the run, RFC 3339, UTC.
    pub started: String,
    /// Seconds of training so far, before and after each resumption.
    pub train_seconds: f64,
    /// Epochs that are done.
    pub epochs: usize,
    /// `running`, `interrupted` or `done`; a killed run stays `running`.
    pub status: Status,
}

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Under way, or killed.
    Running,
    /// Stopped by the user; can be resumed.
    Interrupted,
    /// All epochs are done, or early stopping ended it.
    Done,
}

impl RunDir {
    /// Makes the folder of a new run, `NAME`, or `NAME-2`, `NAME-3`, … when that is taken.
    ///
    /// With `replace`, it takes the place of a run of that name.
    ///
    /// # Errors
    /// [`Error::File`](super::Error::File) when the folder cannot be made; [`Error::Run`](super::Error::Run) when the folder to replace is not a run's.
    pub fn create(root: &Path, experiment: &Experiment, info: &RunInfo, replace: bool) -> Result<Self> {
        fs::create_dir_all(root).map_err(|source| file_error(FileAction::Create, root, source))?;
        // Filled under another name, so that the run appears with its configuration in it.
        let staged = root.join(format!(".{}.{}.tmp", experiment.name, std::process::id()));
        if staged.exists() {
            fs::remove_dir_all(&staged).map_err(|source| file_error(FileAction::Replace, &staged, source))?;
        }
        fs::create_dir(&staged).map_err(|source| file_error(FileAction::Create, &staged, source))?;
        let staged = Self { path: staged };
        let placed = staged.fill_and_place(root, experiment, info, replace);
        if placed.is_err() {
            let _ = fs::remove_dir_all(&staged.path);
        }
        placed
    }

    fn fill_and_place(&self, root: &Path, experiment: &Experiment, info: &RunInfo, replace: bool) -> Result<Self> {
        write_whole(&self.config(), experiment.to_toml().as_bytes())?;
        self.write_info(info)?;
        let first = root.join(&experiment.name);
        if replace && first.symlink_metadata().is_ok() {
            let old = Self::open(&first)?;
            let _lock = old.lock()?;
            exchange(&self.path, &old.path).map_err(|source| file_error(FileAction::Replace, &first, source))?;
            fs::remove_dir_all(&self.path).map_err(|source| file_error(FileAction::Remove, &self.path, source))?;
            return sync_folder(root).map(|()| Self { path: first });
        }
        let names = std::iter::once(first).chain((2..).map(|n| root.join(format!("{}-{n}", experiment.name))));
        for path in names {
            // A folder is renamed over nothing or an empty folder, never over a run: of two processes that want a name,
            // the second gets the next one.
            if path.symlink_metadata().is_ok() {
                continue;
            }
            match fs::rename(&self.path, &path) {
                Ok(()) => return sync_folder(root).map(|()| Self { path }),
                Err(_) if path.symlink_metadata().is_ok() => continue,
                Err(source) => return Err(file_error(FileAction::Create, &path, source)),
            }
        }
        unreachable!("there are more names than runs")
    }

    /// The folder of a run: its name under [`ROOT`], or its path.
    ///
    /// # Errors
    /// [`Error::Run`](super::Error::Run) when there is no such run, with the names of the others.
    pub fn find(run: &str) -> Result<Self> {
        if run.is_empty() {
            return Err(RunProblem::NoName.into());
        }
        for path in [Path::new(ROOT).join(run), PathBuf::from(run)] {
            match fs::metadata(&path) {
                Ok(_) => return Self::open(&path),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(file_error(FileAction::Read, &path, source)),
            }
        }
        Err(RunProblem::NotFound { run: run.into(), folder: ROOT, others: Self::names(Path::new(ROOT)) }.into())
    }

    /// An existing folder, if it is a run's.
    fn open(path: &Path) -> Result<Self> {
        let run = Self { path: path.to_path_buf() };
        for file in [run.config(), run.info()] {
            match fs::metadata(&file) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                    return Err(file_error(FileAction::Read, &file, error));
                }
                Err(_) => {
                    let missing = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    return Err(RunProblem::NotARun { path: path.display().to_string(), missing }.into());
                }
            }
        }
        Ok(run)
    }

    /// The names of all runs in a folder.
    fn names(root: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| Self::open(&entry.path()).is_ok())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn config(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    fn info(&self) -> PathBuf {
        self.path.join("run.json")
    }

    fn model(&self) -> PathBuf {
        self.path.join("model")
    }

    fn checkpoint(&self) -> PathBuf {
        self.path.join("checkpoint").join("state")
    }

    /// Takes the run for this process, until the returned file is dropped or the process ends.
    ///
    /// # Errors
    /// [`Error::Run`](super::Error::Run) when another process has it.
    pub(crate) fn lock(&self) -> Result<File> {
        let path = self.path.join(".lock");
        let file = File::create(&path).map_err(|source| file_error(FileAction::Write, &path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(RunProblem::InUse { path: self.path.display().to_string() }.into()),
            // Some network file systems have no locks; that is no reason not to train.
            Err(TryLockError::Error(_)) => Ok(file),
        }
    }

    /// The experiment, with every setting that it had when the run began.
    ///
    /// # Errors
    /// [`Error::File`](super::Error::File), or an [error of the configuration](crate::Error::Config) when it was changed since.
    pub(crate) fn experiment(&self) -> Result<Experiment> {
        let path = self.config();
        let text = fs::read_to_string(&path).map_err(|source| file_error(FileAction::Read, &path, source))?;
        Ok(Experiment::from_toml(&path.display().to_string(), &text, &[])?)
    }

    /// Writes the experiment again, with more epochs.
    pub(crate) fn write_experiment(&self, experiment: &Experiment) -> Result<()> {
        write_whole(&self.config(), experiment.to_toml().as_bytes())
    }

    /// Reads `run.json`.
    pub(crate) fn read_info(&self) -> Result<RunInfo> {
        let path = self.info();
        let bytes = read(&path)?;
        serde_json::from_slice(&bytes).map_err(|error| {
            let reason = DamageReason::Json { source: error.to_string() };
            crate::error::Error::Damaged { kind: FileKind::Run, path: path.display().to_string(), reason }.into()
        })
    }

    /// Writes `run.json`.
    pub(crate) fn write_info(&self, info: &RunInfo) -> Result<()> {
        write_json(&self.info(), info)
    }

    /// Writes the state to resume from.
    pub fn write_checkpoint(&self, experiment: &Experiment, dataset: &Dataset, state: &TrainingState) -> Result<()> {
        let path = self.checkpoint();
        let folder = path.parent().expect("a checkpoint has a folder");
        fs::create_dir_all(folder).map_err(|source| file_error(FileAction::Create, folder, source))?;
        write_whole(&path, &checkpoint_to_bytes(experiment, dataset, state))
    }

    /// The state to resume from; `None` when the run was stopped before it saved one.
    ///
    /// # Errors
    /// As [`checkpoint_from_bytes`], or [`Error::File`](super::Error::File) when it cannot be read.
    pub(crate) fn read_checkpoint(&self) -> Result<Option<(Experiment, TrainingState)>> {
        let path = self.checkpoint();
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        Ok(Some(checkpoint_from_bytes(&path.display().to_string(), &read(&path)?)?))
    }

    /// Writes the finished network.
    pub(crate) fn write_model(&self, model: &SavedModel) -> Result<()> {
        write_whole(&self.model(), &model.to_bytes())
    }

    /// Returns whether there is a finished network.
    pub(crate) fn has_model(&self) -> bool {
        self.model().is_file()
    }

    /// The finished network of a run, by its name or folder, or of a model file alone.
    ///
    /// # Errors
    /// [`Error::Run`](super::Error::Run) when there is none; when it cannot be used, as [`SavedModel::from_bytes`].
    pub fn read_model(run: &str) -> Result<SavedModel> {
        let places = [Path::new(ROOT).join(run), PathBuf::from(run)];
        let path = places.iter().flat_map(|place| [place.clone(), place.join("model")]).find(|path| path.is_file());
        if let Some(path) = path {
            return Ok(SavedModel::from_bytes(&path.display().to_string(), &read(&path)?)?);
        }
        let found = Self::find(run)?;
        let (path, run) = (found.path.display().to_string(), run.to_string());
        let is_in_use = found.lock().is_err();
        Err(match found.read_info()?.status {
            Status::Running if is_in_use => RunProblem::BeingTrained { path },
            Status::Done => RunProblem::NoModel { path, run },
            _ => RunProblem::Unfinished { path, run },
        }
        .into())
    }

    /// Writes `metrics.csv` and `curves.svg`.
    pub(crate) fn write_history(&self, history: &History) -> Result<()> {
        write_whole(&self.path.join("metrics.csv"), &metrics_csv(history))?;
        write_whole(&self.path.join("curves.svg"), curves::svg(history)?.as_bytes())
    }

    /// Writes `report.json` and `confusion.csv`.
    pub(crate) fn write_report(
        &self,
        report: &impl Serialize,
        classes: &[String],
        confusion: &ConfusionMatrix,
    ) -> Result<()> {
        write_json(&self.path.join("report.json"), report)?;
        write_whole(&self.path.join("confusion.csv"), &confusion_csv(classes, confusion))
    }
}

impl RunInfo {
    /// A run that starts now.
    pub fn start(devices: &Devices, experiment: &Experiment, dataset: &Dataset) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            git_commit: option_env!("CHIFFRES_GIT_COMMIT").map(Into::into),
            device: devices.name.clone(),
            arithmetic: Some(devices.arithmetic()),
            seed: experiment.seed,
            data_sha256: dataset.sha256(),
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            train_seconds: 0.0,
            epochs: 0,
            status: Status::Running,
        }
    }
}

fn metrics_csv(history: &History) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = [
        "epoch",
        "train_loss",
        "train_error_rate",
        "validation_loss",
        "validation_error_rate",
        "learning_rate",
        "seconds",
    ];
    let rows = history.epochs.iter().map(|epoch| {
        let validation = |figure: fn(&crate::metrics::Scores) -> f64| {
            epoch.validation.as_ref().map_or(String::new(), |scores| figure(scores).to_string())
        };
        [
            epoch.epoch.to_string(),
            epoch.train.loss.to_string(),
            epoch.train.error_rate().to_string(),
            validation(|scores| scores.loss),
            validation(|scores| scores.error_rate()),
            epoch.learning_rate.to_string(),
            format!("{:.6}", epoch.seconds),
        ]
    });
    table.write_record(header).expect("memory takes every record");
    rows.for_each(|row| table.write_record(row).expect("memory takes every record"));
    table.into_inner().expect("memory flushes")
}

fn confusion_csv(classes: &[String], confusion: &ConfusionMatrix) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let header = std::iter::once("target").chain(classes.iter().map(String::as_str));
    table.write_record(header).expect("memory takes every record");
    for (class, row) in classes.iter().zip(confusion.rows()) {
        let cells = std::iter::once(class.clone()).chain(row.iter().map(usize::to_string));
        table.write_record(cells).expect("memory takes every record");
    }
    table.into_inner().expect("memory flushes")
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).expect("reports are plain data");
    text.push('\n');
    write_whole(path, text.as_bytes())
}
