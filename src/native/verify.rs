//! A finished run trained again from its seed: the weights of its model must come out byte for byte.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::checkpoint::SavedModel;
use crate::config::{Experiment, Source};
use crate::native::error::{Error, PathOption, Result, VerifyProblem};
use crate::train::Arithmetic;

use super::device::{self, Devices};
use super::learner::{Training, train};
use super::progress::Progress;
use super::run_dir::{RunDir, RunInfo, Status, same_but_path};
use super::source::{self, OpenOptions};

/// The weights of a run beside those that its training ends with now, under the names that `verify --json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verification {
    /// The run's folder.
    pub run: String,
    /// True if all weights have the same bytes.
    pub verified: bool,
    /// SHA-256 of the weights in the model.
    pub saved_sha256: String,
    /// SHA-256 of the weights that training ends with now.
    pub trained_sha256: String,
    /// Weights and biases.
    pub parameters: usize,
    /// Weights and biases with other bytes.
    pub different: usize,
    /// The largest difference of two weights or biases; `null` when the layers have other sizes.
    pub largest_difference: Option<f32>,
    /// The settings whose values in the model are not those of the run.
    pub other_settings: Vec<String>,
    /// Epochs that were trained again.
    pub epochs: usize,
    /// Seconds it took.
    pub train_seconds: f64,
    /// The device that trained again.
    pub device: String,
    /// The seed of starting weights and order.
    pub seed: u64,
    /// The arithmetic of the run, and of this program.
    pub arithmetic: Arithmetic,
}

/// Trains a finished run again, on its images and its kind of device, and compares the weights. Nothing is saved.
///
/// `data` is the new path of the images, if they have moved.
///
/// # Errors
/// [`Error::Verify`] when the run is not one that this program can repeat; any of [`Error`] when it cannot be read, or
/// training fails.
pub fn verify(run: &str, data: Option<&Path>, progress: Progress, opening: OpenOptions<'_>) -> Result<Verification> {
    let dir = RunDir::find(run)?;
    let info = dir.read_info()?;
    let saved = RunDir::read_model(run)?;
    let path = dir.path().display().to_string();
    let refuse = |problem| Error::Verify { run: path.clone(), problem };
    let experiment = dir.experiment()?;
    if let Some(problem) = obstacle(&dir, &info, &experiment, &saved)? {
        return Err(refuse(problem));
    }
    let mut images = experiment.data.clone();
    if let Some(path) = data {
        if images.source == Source::Digits {
            return Err(refuse(VerifyProblem::BuiltInImages));
        }
        images.path = path.display().to_string();
    }
    let opening = OpenOptions { preprocessing: Some(&saved.preprocessing), ..opening };
    let dataset = source::open(&images, opening).map_err(|error| error.naming(PathOption::Data))?;
    let dataset = Arc::new(dataset);
    // A run of a version that did not say is trusted: its weights tell.
    if info.data_sha256.as_ref().is_some_and(|trained| *trained != dataset.sha256()) {
        return Err(refuse(VerifyProblem::OtherImages));
    }
    let devices = open_processor(&info.device)?;
    let training = Training::new(&experiment, dataset.clone(), devices)?;
    let device = training.devices.name.clone();
    let state = train(Training { progress, ..training })?.state;

    let again = SavedModel::new(&experiment, &dataset, state.final_weights().to_vec());
    let (different, largest_difference) = difference(&saved, &again);
    Ok(Verification {
        run: path,
        verified: different == 0,
        saved_sha256: saved.weights_sha256(),
        trained_sha256: again.weights_sha256(),
        parameters: again.config().parameters(),
        different,
        largest_difference,
        other_settings: other_settings(&saved.experiment, &experiment),
        epochs: state.epochs(),
        train_seconds: state.history.seconds(),
        device,
        seed: experiment.seed,
        arithmetic: Arithmetic::Fused,
    })
}

/// The reason why training the experiment again cannot end with the weights of the model, if there is one.
fn obstacle(
    dir: &RunDir,
    info: &RunInfo,
    experiment: &Experiment,
    saved: &SavedModel,
) -> Result<Option<VerifyProblem>> {
    if info.status == Status::Diverged {
        return Ok(Some(VerifyProblem::Diverged { epoch: info.epochs + 1 }));
    }
    if info.status != Status::Done {
        return Ok(Some(VerifyProblem::Unfinished { done: info.epochs, planned: experiment.training.epochs }));
    }
    // Of configuration, checkpoint and model, one that differs from the two others was changed.
    let is_changed =
        |(trained, _)| !same_but_path(&trained, experiment) && !same_but_path(&saved.experiment, experiment);
    if dir.read_checkpoint()?.is_some_and(is_changed) {
        return Ok(Some(VerifyProblem::OtherConfig));
    }
    let found = saved.arithmetic.clone();
    let device = info.device.clone();
    Ok((found != Some(Arithmetic::Fused)).then_some(VerifyProblem::Arithmetic { found, device }))
}

/// The device of a run on the processor. In a build without it flex takes its place, whose arithmetic is the same.
fn open_processor(name: &str) -> Result<Devices> {
    let is_here = device::available().contains(&name);
    Ok(Devices::single(device::open(Some(if is_here { name } else { "flex" }))?))
}

/// The number of weights and biases of `b` that have other bytes in `a`, and the largest difference.
fn difference(a: &SavedModel, b: &SavedModel) -> (usize, Option<f32>) {
    let (config_a, config_b) = (a.config(), b.config());
    if !config_a.layers().eq(config_b.layers()) {
        return (config_b.parameters(), None);
    }
    let numbers = |model: &SavedModel| -> Vec<f32> {
        model.weights.iter().flat_map(|layer| layer.weight.iter().chain(&layer.bias)).copied().collect()
    };
    let (a, b) = (numbers(a), numbers(b));
    let pairs = || a.iter().zip(&b);
    let different = pairs().filter(|(a, b)| a.to_bits() != b.to_bits()).count();
    (different, Some(pairs().fold(0.0, |most, (a, b)| (a - b).abs().max(most))))
}

/// The settings in which two experiments differ.
fn other_settings(a: &Experiment, b: &Experiment) -> Vec<String> {
    let (a, b) = (a.changes(), b.changes());
    let only = |these: &[(String, String)], those: &[(String, String)]| -> Vec<String> {
        these.iter().filter(|change| !those.contains(change)).map(|(path, _)| path.clone()).collect()
    };
    let mut paths = [only(&a, &b), only(&b, &a)].concat();
    // The path of the images is not part of what is trained.
    paths.retain(|path| path != "data.path");
    paths.sort();
    paths.dedup();
    paths
}
