//! Experiments as the page has them: the presets, and what is told of the one that is set.

use chiffres::{Dataset, Experiment, MlpConfig, Split, SplitName};
use serde_json::json;

use crate::json::{Answer, mistake, text, thrown};

/// The experiment of the article, or of the recipe.
pub fn preset(name: &str) -> Answer<Experiment> {
    let (file, text) = match name {
        "article" => ("mlp.toml", include_str!("../../config/mlp.toml")),
        "recipe" => ("recipe.toml", include_str!("../../config/recipe.toml")),
        _ => return Err(mistake(&format!("there is no preset {name:?}"))),
    };
    Experiment::from_toml(file, text, &[]).map_err(thrown)
}

/// A preset with the seed and the held-out images of an experiment.
pub fn with_own(mut preset: Experiment, own: &Experiment) -> Experiment {
    preset.seed = own.seed;
    preset.data.validation = own.data.validation;
    preset
}

/// An experiment as the page takes it: settings, what differs from an empty file, and the sizes that follow.
///
/// # Errors
/// Where the digits cannot be parted as it says.
pub fn describe(experiment: &Experiment, digits: &Dataset) -> Answer<String> {
    let split = Split::new(digits, experiment).map_err(thrown)?;
    let config = network_of(experiment, digits);
    // Whose settings they are, whatever the seed and the images held out.
    let is_like = |name: &&str| preset(name).is_ok_and(|preset| with_own(preset, experiment) == *experiment);
    let preset = ["article", "recipe"].into_iter().find(is_like);
    let part = |image| split.part_of(image).map(SplitName::as_str);
    let images = json!({ "train": split.train.len(), "validation": split.validation.len(), "test": split.test.len() });
    Ok(text(&json!({
        "settings": experiment,
        // JavaScript's numbers do not hold every seed.
        "seed": experiment.seed.to_string(),
        "changes": experiment.changes(),
        "layers": layers(&config),
        "parameters": config.parameters(),
        "images": images,
        "parts": (0..digits.len()).map(part).collect::<Vec<_>>(),
        "steps": experiment.total_steps(split.train.len()),
        "preset": preset,
    })))
}

/// The network that an experiment makes for the digits.
pub fn network_of(experiment: &Experiment, digits: &Dataset) -> MlpConfig {
    MlpConfig::new(&experiment.model, digits.inputs(), digits.classes().len())
}

/// Neurons of each layer, the inputs first.
pub fn layers(config: &MlpConfig) -> Vec<usize> {
    std::iter::once(config.inputs).chain(config.layers().map(|(_, outputs)| outputs)).collect()
}
