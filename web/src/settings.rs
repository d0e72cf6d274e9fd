//! Experiments as the page has them: the presets, and the description of an experiment.

use chiffres::{Dataset, Experiment, MlpConfig, Split, SplitName};
use serde_json::{Value, json};

use crate::json::{Answer, internal_error, text, to_js};

/// The experiment `article` or `recipe`.
pub fn preset(name: &str) -> Answer<Experiment> {
    let (file, text) = match name {
        "article" => ("mlp.toml", include_str!("../../config/mlp.toml")),
        "recipe" => ("recipe.toml", include_str!("../../config/recipe.toml")),
        _ => return Err(internal_error("there is no such preset")),
    };
    Experiment::from_toml(file, text, &[]).map_err(to_js)
}

/// A preset with another seed.
pub fn with_seed(preset: Experiment, seed: u64) -> Experiment {
    Experiment { seed, ..preset }
}

/// The description of an experiment: settings, those that differ from the defaults, and the sizes that follow from them.
///
/// # Errors
/// The digits do not split as the settings ask.
pub fn describe(experiment: &Experiment, digits: &Dataset) -> Answer<String> {
    let split = Split::new(digits, experiment).map_err(to_js)?;
    let config = network_of(experiment, digits);
    let is_like = |name: &&str| preset(name).is_ok_and(|preset| with_seed(preset, experiment.seed) == *experiment);
    let preset = ["article", "recipe"].into_iter().find(is_like);
    let split_of = |image| split.part_of(image).map(SplitName::as_str);
    let images = json!({ "train": split.train.len(), "validation": split.validation.len(), "test": split.test.len() });
    Ok(text(&json!({
        "settings": experiment,
        // As text, because JavaScript's numbers do not hold every seed.
        "seed": experiment.seed.to_string(),
        "changes": experiment.changes(),
        "shape": shape(&config),
        "images": images,
        "parts": (0..digits.len()).map(split_of).collect::<Vec<_>>(),
        "steps": experiment.total_steps(split.train.len()),
        "preset": preset,
    })))
}

/// The network that an experiment trains on the digits.
pub fn network_of(experiment: &Experiment, digits: &Dataset) -> MlpConfig {
    MlpConfig::from_experiment(experiment, digits.shape(), digits.classes().len())
}

/// The shape of a network: rows, columns and channels of what goes into its first stage of convolution and of what comes out
/// of each, nothing for a perceptron; the numbers that go into its layers and come out of each; its parameters; and its sizes
/// in words.
pub fn shape(config: &MlpConfig) -> Value {
    let stages = &config.stages;
    let shapes = if stages.filters.is_empty() { Vec::new() } else { stages.shapes() };
    let inputs = if stages.filters.is_empty() { config.inputs } else { stages.outputs() };
    let outputs = config.layers().skip(stages.filters.len()).map(|(_, outputs)| outputs);
    json!({
        "stages": shapes,
        "layers": std::iter::once(inputs).chain(outputs).collect::<Vec<_>>(),
        "parameters": config.parameters(),
        "sizes": config.sizes().replace('x', "×").replace("->", "→"),
    })
}
