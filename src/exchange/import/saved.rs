//! An imported network as a model file.

use crate::checkpoint::SavedModel;
use crate::config::{Experiment, Portion, Source, SplitBy};
use crate::error::ImportProblem;
use crate::exchange::network::Network;
use crate::preprocess::DigitPreprocessing;

/// The model file of an imported network.
///
/// Its experiment is that of the notes of an export, or one that describes the images and the network, and says nothing of
/// training.
pub fn saved(network: &Network) -> Result<SavedModel, ImportProblem> {
    let origin = network.origin.clone().unwrap_or_default();
    let noted = origin.note("experiment").and_then(|text| Experiment::from_toml("experiment", text, &[]).ok());
    let mut experiment = noted.filter(|experiment| describes_images(experiment, network)).unwrap_or_else(|| {
        let mut experiment = Experiment { name: "imported".into(), ..Experiment::default() };
        if !network.input.is_digit {
            let data = &mut experiment.data;
            (data.source, data.path) = (Source::Npz, origin.file.clone());
            (data.split, data.train, data.validation) = (SplitBy::Stratified, Portion::Auto, Portion::Auto);
        }
        experiment
    });
    let outputs: Vec<usize> = network.dense().map(|layer| layer.outputs).collect();
    experiment.model.hidden = outputs[..outputs.len() - 1].to_vec();
    if outputs.len() > 1 {
        experiment.model.activation = network.activation();
    }
    (experiment.data.scale, experiment.data.offset) = (network.input.scale, network.input.offset);
    experiment.prediction.variants = network.input.variants;
    if let Err(mut errors) = Experiment::from_toml("network", &experiment.to_toml(), &[]) {
        return Err(ImportProblem::Limit { problem: Box::new(errors.problems.swap_remove(0)) });
    }
    Ok(SavedModel {
        experiment,
        classes: network.classes.clone(),
        height: network.input.height,
        width: network.input.width,
        preprocessing: DigitPreprocessing::default(),
        weights: network.dense().cloned().collect(),
        arithmetic: None,
        references: None,
        origin: Some(origin.to_json()),
    })
}

/// Returns whether the images of an experiment are read as the network's.
fn describes_images(experiment: &Experiment, network: &Network) -> bool {
    experiment.data.reads_digits() == network.input.is_digit
}
