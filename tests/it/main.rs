//! Integration tests, in one binary: a module for each subject.

mod article;
mod augmentation;
mod backends;
mod cli;
mod config;
mod convolution;
mod cross_validation;
mod data;
mod devices;
mod exchange;
mod files;
mod fused;
mod gradients;
mod handwriting;
mod import;
mod imports;
#[cfg(feature = "lab")]
mod lab;
mod messages;
mod pages;
mod recognise;
mod sheet;
mod sources;
mod structure;
mod training;
mod twin;

use std::sync::Arc;

use burn::tensor::Device;

use chiffres::native::device::{Devices, NamedDevice};
use chiffres::native::{Outcome, Training, train};
use chiffres::{Dataset, Experiment, TrainingState};

/// The embedded digits.
fn digits() -> Arc<Dataset> {
    Arc::new(Dataset::digits().unwrap())
}

/// The experiment of `config/mlp.toml` with a few settings replaced.
fn experiment(overrides: &[&str]) -> Experiment {
    let overrides: Vec<_> = overrides.iter().map(|text| chiffres::config::Override::parse(text).unwrap()).collect();
    Experiment::from_toml("config/mlp.toml", include_str!("../../config/mlp.toml"), &overrides).unwrap()
}

/// Trains as `chiffres train` does, but without a run folder.
fn learn(experiment: &Experiment, start: Option<TrainingState>, device: Device) -> Outcome {
    learn_keeping(experiment, start, device, |_| {})
}

/// The same, passing every checkpoint to `keep`.
fn learn_keeping(
    experiment: &Experiment,
    start: Option<TrainingState>,
    device: Device,
    keep: impl Fn(&TrainingState) + Send + Sync + 'static,
) -> Outcome {
    let devices = Devices::single(NamedDevice { name: "device".into(), device });
    let checkpoint = move |state: &TrainingState| {
        keep(state);
        Ok(())
    };
    let training = Training::new(experiment, digits(), devices).unwrap();
    train(Training { start, checkpoint: Box::new(checkpoint), ..training }).unwrap()
}
