//! An imported network as a model file.

use toml::Value;

use crate::checkpoint::SavedModel;
use crate::config::{Channels, Experiment, Portion, Setting, Source, SplitBy};
use crate::error::ImportProblem;
use crate::exchange::network::Network;
use crate::preprocess::DigitPreprocessing;

/// The model file of an imported network.
///
/// Its experiment is that of the notes of an export, or one that describes the images and the network, and says nothing of
/// training.
pub fn saved(network: &Network) -> Result<SavedModel, ImportProblem> {
    let note = network.origin.as_ref().and_then(|origin| origin.note("experiment"));
    described(network, note.and_then(|text| Experiment::from_toml("experiment", text, &[]).ok()))
}

/// The model file of an imported network, with the experiment in the notes of an export, if there is one.
pub fn described(network: &Network, noted: Option<Experiment>) -> Result<SavedModel, ImportProblem> {
    let origin = network.origin.clone().unwrap_or_default();
    check(network, &origin.file)?;
    let mut experiment = noted.filter(|experiment| describes_images(experiment, network)).unwrap_or_else(|| {
        let mut experiment = Experiment { name: "imported".into(), ..Experiment::default() };
        if !network.input.is_digit {
            let data = &mut experiment.data;
            (data.source, data.path) = (Source::Npz, origin.file.clone());
            (data.split, data.train, data.validation) = (SplitBy::Stratified, Portion::Auto, Portion::Auto);
        }
        experiment
    });
    experiment.model.filters = network.stages().map(|stage| stage.window.outputs).collect();
    experiment.model.hidden = hidden(network);
    if !experiment.model.hidden.is_empty() {
        experiment.model.activation = network.activation();
    }
    if network.input.channels > 1 {
        experiment.data.channels = Channels::Number(network.input.channels);
    }
    (experiment.data.scale, experiment.data.offset) = (network.input.scale, network.input.offset);
    experiment.prediction.variants = network.input.variants;
    Ok(SavedModel {
        experiment,
        classes: network.classes.clone(),
        height: network.input.height,
        width: network.input.width,
        channels: network.input.channels,
        preprocessing: DigitPreprocessing::default(),
        weights: network.weights().cloned().collect(),
        arithmetic: None,
        references: None,
        origin: Some(origin.to_json()),
    })
}

/// The outputs of the hidden layers.
fn hidden(network: &Network) -> Vec<usize> {
    let outputs: Vec<usize> = network.dense().map(|layer| layer.outputs).collect();
    outputs[..outputs.len() - 1].to_vec()
}

/// Checks what a network says against the limits of the settings. Not by writing an experiment as TOML and reading it back:
/// that would be a tenth of the page's module.
fn check(network: &Network, file: &str) -> Result<(), ImportProblem> {
    let hidden = hidden(network).into_iter().map(|outputs| Value::Integer(outputs as i64)).collect();
    // The number that a file would have: in double precision, 1e-6 would be a little less than its limit.
    let float = |value: f32| Value::Float(value.to_string().parse().unwrap_or(f64::NAN));
    let filters = network.stages().map(|stage| Value::Integer(stage.window.outputs as i64)).collect();
    let values = [
        ("model.filters", Value::Array(filters)),
        ("model.hidden", Value::Array(hidden)),
        ("data.scale", float(network.input.scale)),
        ("data.offset", float(network.input.offset)),
        ("data.path", Value::String(file.into())),
    ];
    for (path, value) in values {
        let setting = Setting::at(path).expect("these settings exist");
        if !setting.allowed.permits(&value) {
            return Err(ImportProblem::Limit { setting, found: value.to_string() });
        }
    }
    Ok(())
}

/// Returns whether the images of an experiment are read as the network's.
fn describes_images(experiment: &Experiment, network: &Network) -> bool {
    experiment.data.reads_digits() == network.input.is_digit
}
