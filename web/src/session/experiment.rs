//! Section 2, the network: the settings of the experiment.

use chiffres::Experiment;
use chiffres::config::{Override, Place, Source};
use serde::Deserialize;
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::{Answer, internal_error, refusal, to_js};
use crate::settings::{describe, network_of, preset, with_seed};

/// A larger network takes too long to train in a browser.
const MAX_PARAMETERS: usize = 1_000_000;

/// A setting and its new value: in TOML, or a bare word.
#[derive(Deserialize)]
struct Change(String, String);

#[wasm_bindgen]
impl Session {
    /// The experiment: settings, shape, the images of each split, and the settings that differ from the defaults.
    pub fn experiment(&self) -> Answer<String> {
        describe(&self.experiment, &self.digits)
    }

    /// Changes settings, all of them or none: `[["training.epochs", "50"], ...]`.
    pub fn configure(&mut self, changes: &str) -> Answer<String> {
        let current = self.experiment.to_toml();
        self.change(&current, changes)
    }

    /// Replaces the experiment by the defaults with `changes`, as an address has them.
    pub fn restore(&mut self, changes: &str) -> Answer<String> {
        self.change("", changes)
    }

    /// Takes the settings of `article` or `recipe`. Keeps the seed.
    pub fn preset(&mut self, name: &str) -> Answer<String> {
        self.replace(with_seed(preset(name)?, self.experiment.seed))
    }

    /// Turns the recipe's augmentation on, or all augmentation off.
    pub fn augment(&mut self, is_on: bool) -> Answer<String> {
        let augmentation = if is_on { preset("recipe")?.augmentation } else { Default::default() };
        self.replace(Experiment { augmentation, ..self.experiment.clone() })
    }

    /// Reads the experiment from the text of a configuration. Errors name it `file`.
    #[wasm_bindgen(js_name = loadToml)]
    pub fn load_toml(&mut self, file: &str, text: &str) -> Answer<String> {
        self.replace(Experiment::from_toml(file, text, &[]).map_err(to_js)?)
    }

    /// The experiment as a configuration for `chiffres train`.
    pub fn toml(&self) -> String {
        self.experiment.to_toml()
    }
}

impl Session {
    fn change(&mut self, toml: &str, changes: &str) -> Answer<String> {
        let changes: Vec<Change> = serde_json::from_str(changes).map_err(|error| internal_error(&error.to_string()))?;
        let overrides: Vec<Override> = changes
            .into_iter()
            .map(|Change(path, value)| Override { origin: format!("{path} = {value}"), path, value })
            .collect();
        let experiment = Experiment::from_toml("", toml, &overrides).map_err(|mut errors| {
            // The message names the setting. A line of a text that the visitor never saw would only confuse.
            errors.problems.iter_mut().for_each(|problem| problem.place = Place::File(String::new()));
            to_js(errors)
        })?;
        self.replace(experiment)
    }

    /// Replaces the experiment, if the page can train `experiment`.
    fn replace(&mut self, experiment: Experiment) -> Answer<String> {
        if experiment.data.source != Source::Digits {
            return Err(refusal("other-images", json!({})));
        }
        let parameters = network_of(&experiment, &self.digits).parameters();
        if parameters > MAX_PARAMETERS {
            return Err(refusal("network-too-large", json!({ "parameters": parameters, "most": MAX_PARAMETERS })));
        }
        let description = describe(&experiment, &self.digits)?;
        self.experiment = experiment;
        Ok(description)
    }
}
