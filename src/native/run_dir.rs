//! A run's folder: everything that a training run saves.
//!
//! Every file is written under a temporary name, synced and renamed, and a folder appears with its configuration in it. So a
//! process that is killed leaves the last complete version of each.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::checkpoint::{SavedModel, checkpoint_from_bytes, checkpoint_to_bytes};
use crate::config::{Channels, Experiment, Fit, Paper};
use crate::data::Dataset;
use crate::error::{DamageReason, FileKind};
use crate::exchange::Origin;
use crate::metrics::{ConfusionMatrix, History};
use crate::native::error::{Error, FileAction, Result, RunProblem};
use crate::reading_network::READING;
use crate::train::{Arithmetic, TrainingState};

use super::curves;
use super::device::Devices;
use super::files::{exchange, file_error, new_beside, read, remove_temporary, sync_folder, write_whole};

/// The folder of all runs, in the folder that the program is started in.
pub const ROOT: &str = "artifacts";

/// The folder of one run.
#[derive(Debug, Clone)]
pub struct RunDir {
    path: PathBuf,
    /// The lock file, while this process has the run.
    lock: Option<Arc<File>>,
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
    /// SHA-256 of the images and labels; `None` for a run of a version that did not say.
    #[serde(default)]
    pub data_sha256: Option<String>,
    /// Start of the run, RFC 3339, UTC.
    pub started: String,
    /// Seconds of training so far, before and after each resumption.
    pub train_seconds: f64,
    /// Epochs that are done.
    pub epochs: usize,
    /// `running`, `interrupted`, `done` or `diverged`; a killed run stays `running`.
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
    /// The loss was infinite or not a number in the epoch after `epochs`.
    Diverged,
}

/// A saved network, and what its run says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The network.
    pub saved: SavedModel,
    /// [`Dataset::sha256`] of its images; `None` for a model file without its run.
    pub data_sha256: Option<String>,
    /// The epoch in which the run diverged when it was last trained; the network is from before.
    pub diverged: Option<usize>,
}

impl RunDir {
    /// Makes the folder of a new run, `NAME`, or `NAME-2`, `NAME-3`, … when that is taken, and takes it for this process.
    ///
    /// With `replace`, it takes the place of a run of that name.
    ///
    /// # Errors
    /// [`Error::File`] when the folder cannot be made; [`Error::Run`] when the folder to replace is not a run's.
    pub fn create(root: &Path, experiment: &Experiment, info: &RunInfo, replace: bool) -> Result<Self> {
        fs::create_dir_all(root).map_err(|source| file_error(FileAction::Create, root, source))?;
        // Filled under another name, so that the run appears with its configuration in it, and locked.
        let staged = new_beside(root, &experiment.name, |path| fs::create_dir(path));
        let (staged, ()) = staged.map_err(|source| file_error(FileAction::Create, root, source))?;
        let placed = Self::at(&staged).take().and_then(|run| run.fill_and_place(root, experiment, info, replace));
        if placed.is_err() {
            let _ = fs::remove_dir_all(&staged);
        }
        placed
    }

    fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf(), lock: None }
    }

    fn fill_and_place(&self, root: &Path, experiment: &Experiment, info: &RunInfo, replace: bool) -> Result<Self> {
        self.write_experiment(experiment)?;
        self.write_info(info)?;
        let moved = |path: PathBuf| sync_folder(root).map(|()| Self { path, lock: self.lock.clone() });
        let first = root.join(&experiment.name);
        if replace && first.symlink_metadata().is_ok() {
            let old = Self::open(&first)?.take()?;
            exchange(&self.path, &old.path).map_err(|source| file_error(FileAction::Replace, &first, source))?;
            fs::remove_dir_all(&self.path).map_err(|source| file_error(FileAction::Remove, &self.path, source))?;
            return moved(first);
        }
        let names = std::iter::once(first).chain((2..).map(|n| root.join(format!("{}-{n}", experiment.name))));
        for path in names {
            // A folder is renamed over nothing or an empty folder, never over a run: of two processes that want a name,
            // the second gets the next one.
            if path.symlink_metadata().is_ok() {
                continue;
            }
            match fs::rename(&self.path, &path) {
                Ok(()) => return moved(path),
                Err(_) if path.symlink_metadata().is_ok() => continue,
                Err(source) => return Err(file_error(FileAction::Create, &path, source)),
            }
        }
        unreachable!("there are more names than runs")
    }

    /// The folder of a run: its name under [`ROOT`], or its path.
    ///
    /// # Errors
    /// [`Error::Run`] when there is no such run, with the names of the others.
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
        let run = Self::at(path);
        if let Some(origin) = imported(path) {
            return Err(RunProblem::Imported { path: path.display().to_string(), file: origin.file }.into());
        }
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

    /// Takes the run for this process, until the last clone of the returned one is dropped or the process ends.
    ///
    /// # Errors
    /// [`Error::Run`] when another process has it, or has just replaced it.
    pub(crate) fn take(self) -> Result<Self> {
        let path = self.lock_file();
        let in_use = || RunProblem::InUse { path: self.path.display().to_string() };
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(|source| file_error(FileAction::Write, &path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use().into()),
            // Some network file systems have no locks; that is no reason not to train.
            Err(TryLockError::Error(_)) => {}
        }
        // Between opening and locking, another process may have put its own run in the place of this one.
        if !is_at(&file, &path) {
            return Err(in_use().into());
        }
        Ok(Self { lock: Some(Arc::new(file)), ..self })
    }

    /// The same folder, which this process no longer has.
    pub(crate) fn released(self) -> Self {
        Self { lock: None, ..self }
    }

    fn lock_file(&self) -> PathBuf {
        self.path.join(".lock")
    }

    /// Checks that the folder is still the one that this process has taken.
    ///
    /// # Errors
    /// [`RunProblem::Gone`].
    fn check_is_here(&self) -> Result<()> {
        match &self.lock {
            Some(lock) if !is_at(lock, &self.lock_file()) => Err(self.gone()),
            _ => Ok(()),
        }
    }

    fn gone(&self) -> Error {
        RunProblem::Gone { path: self.path.display().to_string() }.into()
    }

    /// Writes a file of the run. Nothing is made anew if the folder is gone.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.check_is_here()?;
        write_whole(path, bytes).map_err(|error| match error {
            Error::File { source, .. } if source.kind() == ErrorKind::NotFound => self.gone(),
            error => error,
        })
    }

    fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value).expect("reports are plain data");
        text.push('\n');
        self.write(path, text.as_bytes())
    }

    /// Removes what a killed process has left in a run that this process has taken.
    pub(crate) fn clean(&self) {
        remove_temporary(&self.path);
        remove_temporary(&self.path.join("checkpoint"));
    }

    /// The experiment, with every setting that it had when the run began.
    ///
    /// # Errors
    /// [`Error::File`], or an [error of the configuration](crate::Error::Config) when it was changed since.
    pub(crate) fn experiment(&self) -> Result<Experiment> {
        let path = self.config();
        let text = fs::read_to_string(&path).map_err(|source| file_error(FileAction::Read, &path, source))?;
        let mut experiment = Experiment::from_toml(&path.display().to_string(), &text, &[])?;
        let file = text.parse::<toml::Table>().unwrap_or_default();
        let is_given = |name: &str| file.get("data").is_some_and(|data| data.get(name).is_some());
        // A run of a version without the setting: each transparent picture had a paper of its own.
        if !is_given("paper") {
            experiment.data.paper = Paper::Each;
        }
        // Pictures were grey, and stretched to their size.
        if !is_given("channels") {
            (experiment.data.channels, experiment.data.fit) = (Channels::GREY, Fit::Stretch);
        }
        Ok(experiment)
    }

    /// Writes the experiment again, with more epochs.
    pub(crate) fn write_experiment(&self, experiment: &Experiment) -> Result<()> {
        self.write(&self.config(), experiment.to_toml().as_bytes())
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
        self.write_json(&self.info(), info)
    }

    /// Writes the state to resume from.
    pub fn write_checkpoint(&self, experiment: &Experiment, dataset: &Dataset, state: &TrainingState) -> Result<()> {
        let path = self.checkpoint();
        let folder = path.parent().expect("a checkpoint has a folder");
        self.check_is_here()?;
        match fs::create_dir(folder) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(self.gone()),
            Err(source) => return Err(file_error(FileAction::Create, folder, source)),
        }
        self.write(&path, &checkpoint_to_bytes(experiment, dataset, state))
    }

    /// The state to resume from; `None` when the run was stopped before it saved one.
    ///
    /// # Errors
    /// As [`checkpoint_from_bytes`], or [`Error::File`] when it cannot be read.
    pub(crate) fn read_checkpoint(&self) -> Result<Option<(Experiment, TrainingState)>> {
        let path = self.checkpoint();
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        Ok(Some(checkpoint_from_bytes(&path.display().to_string(), &read(&path)?)?))
    }

    /// The finished network of this folder; `None` without one.
    ///
    /// # Errors
    /// As [`SavedModel::from_bytes`], or [`Error::File`] when it cannot be read.
    pub(crate) fn read_own_model(&self) -> Result<Option<SavedModel>> {
        let path = self.model();
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        Ok(Some(SavedModel::from_bytes(&path.display().to_string(), &read(&path)?)?))
    }

    /// Writes the finished network.
    pub(crate) fn write_model(&self, model: &SavedModel) -> Result<()> {
        self.write(&self.model(), &model.to_bytes())
    }

    /// Returns whether there is a finished network.
    pub(crate) fn has_model(&self) -> bool {
        self.model().is_file()
    }

    /// The finished network of a run, by its name or folder, or of a model file alone; [`READING`] is that of the program.
    ///
    /// # Errors
    /// [`Error::Run`] when there is none; when it cannot be used, as [`SavedModel::from_bytes`].
    pub fn read_model(run: &str) -> Result<SavedModel> {
        Ok(Self::read_trained(run)?.saved)
    }

    /// The same, with the fingerprint of the images that trained it.
    ///
    /// Images may have moved: their path is that of the run's `config.toml`, also while more epochs are trained.
    ///
    /// # Errors
    /// As [`RunDir::read_model`].
    pub fn read_trained(run: &str) -> Result<Trained> {
        let places = [Path::new(ROOT).join(run), PathBuf::from(run)];
        let path = places.iter().flat_map(|place| [place.clone(), place.join("model")]).find(|path| path.is_file());
        let Some(path) = path else {
            return match Self::find(run) {
                Ok(found) => Err(found.why_no_model(run)),
                // A run comes before a network inside the program, as a file comes before an experiment.
                Err(Error::Run(RunProblem::NotFound { .. })) if run == READING => {
                    Ok(Trained { saved: SavedModel::reading(), diverged: None, data_sha256: None })
                }
                Err(error) => Err(error),
            };
        };
        let mut saved = SavedModel::from_bytes(&path.display().to_string(), &read(&path)?)?;
        let dir = path.parent().filter(|_| path.ends_with("model")).and_then(|folder| Self::open(folder).ok());
        let info = dir.as_ref().and_then(|dir| dir.read_info().ok());
        if let Some(Ok(experiment)) = dir.as_ref().map(Self::experiment)
            && same_but_epochs(&experiment, &saved.experiment)
        {
            saved.experiment.data.path = experiment.data.path;
        }
        let diverged = info.as_ref().filter(|info| info.status == Status::Diverged).map(|info| info.epochs + 1);
        Ok(Trained { saved, diverged, data_sha256: info.and_then(|info| info.data_sha256) })
    }

    /// The reason why the run has no model.
    fn why_no_model(self, run: &str) -> Error {
        let info = match self.read_info() {
            Ok(info) => info,
            Err(error) => return error,
        };
        let (path, run) = (self.path.display().to_string(), run.to_string());
        let is_in_use = self.take().is_err();
        let problem = match info.status {
            Status::Running if is_in_use => RunProblem::BeingTrained { path },
            Status::Diverged => RunProblem::Diverged { path, epoch: info.epochs + 1 },
            Status::Done => RunProblem::NoModel { path, run },
            _ => RunProblem::Unfinished { path, run },
        };
        problem.into()
    }

    /// Writes `metrics.csv`.
    pub(crate) fn write_metrics(&self, history: &History) -> Result<()> {
        self.write(&self.path.join("metrics.csv"), &metrics_csv(history))
    }

    /// Writes `curves.svg`.
    pub(crate) fn write_curves(&self, history: &History) -> Result<()> {
        self.write(&self.path.join("curves.svg"), curves::svg(history)?.as_bytes())
    }

    /// Writes `report.json` and `confusion.csv`.
    pub(crate) fn write_report(
        &self,
        report: &impl Serialize,
        classes: &[String],
        confusion: &ConfusionMatrix,
    ) -> Result<()> {
        self.write_json(&self.path.join("report.json"), report)?;
        self.write(&self.path.join("confusion.csv"), &confusion_csv(classes, confusion))
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
            data_sha256: Some(dataset.sha256()),
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            train_seconds: 0.0,
            epochs: 0,
            status: Status::Running,
        }
    }
}

/// The origin of the imported network in a model file; `None` for anything else.
fn imported(path: &Path) -> Option<Origin> {
    let bytes = path.is_file().then(|| read(path).ok())??;
    Origin::of(&SavedModel::from_bytes("", &bytes).ok()?)
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

/// Returns whether two experiments train the same: only the path of the images may differ.
pub(crate) fn same_but_path(a: &Experiment, b: &Experiment) -> bool {
    let mut a = a.clone();
    a.data.path.clone_from(&b.data.path);
    a == *b
}

/// Returns whether two experiments train the same, but for the number of epochs and the path of the images.
pub(crate) fn same_but_epochs(a: &Experiment, b: &Experiment) -> bool {
    let mut a = a.clone();
    a.training.epochs = b.training.epochs;
    same_but_path(&a, b)
}

/// Returns whether an open file is the one at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    file.metadata().is_ok_and(|open| fs::metadata(path).is_ok_and(|there| same(open, there)))
}

/// Elsewhere, returns whether there is a file at the path: an open one cannot be removed or replaced.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.is_file()
}
