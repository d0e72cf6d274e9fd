//! Section 7, a class: drawings under names, as files, and as training images.

use std::rc::Rc;

use chiffres::drawings::{self, Drawing, Drawings};
use chiffres::error::Language;
use chiffres::{Dataset, Experiment};
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::{Answer, internal_error, refusal, text, to_js};

/// The name under which the configuration finds the table of the digits and the class's drawings.
const CLASS_FILE: &str = "chiffres-class.csv";

#[wasm_bindgen]
impl Session {
    /// Replaces the drawings of the class: `[{"label": 3, "author": "...", "pixels": [64 values]}, ...]`.
    #[wasm_bindgen(js_name = setClass)]
    pub fn set_class(&mut self, drawings: &str) -> Answer<String> {
        let drawings: Vec<Drawing> =
            serde_json::from_str(drawings).map_err(|error| internal_error(&error.to_string()))?;
        self.class = Drawings::new(drawings).map_err(to_js)?;
        Ok(text(&self.class.test_mask()))
    }

    /// The drawings in a file of a class, and what was taken for what or left out, a sentence each in both languages. Errors
    /// name the file `file`.
    #[wasm_bindgen(js_name = readClass)]
    pub fn read_class(&self, file: &str, bytes: Vec<u8>) -> Answer<String> {
        let (found, reading) = Drawings::read(file, bytes).map_err(to_js)?;
        let [en, fr] = [Language::English, Language::French].map(|language| reading.sentences(language));
        Ok(text(&json!({ "drawings": found.drawings(), "notes": { "en": en, "fr": fr } })))
    }

    /// The class's drawings, with or without the digits, as a table.
    #[wasm_bindgen(js_name = classCsv)]
    pub fn class_csv(&self, with_digits: bool) -> Answer<Vec<u8>> {
        Ok(drawings::to_csv(&self.class_dataset(with_digits)?))
    }

    /// The class's drawings as NumPy arrays.
    #[wasm_bindgen(js_name = classNpz)]
    pub fn class_npz(&self) -> Answer<Vec<u8>> {
        Ok(drawings::to_npz(&self.class_dataset(false)?))
    }

    /// The configuration that trains on the digits and the class's drawings. It reads their table from its own folder.
    #[wasm_bindgen(js_name = classToml)]
    pub fn class_toml(&self) -> Answer<String> {
        Ok(self.class.experiment(&self.experiment, CLASS_FILE).map_err(to_js)?.to_toml())
    }

    /// The scores of the network in use on the test drawings of each person.
    #[wasm_bindgen(js_name = classScores)]
    pub fn class_scores(&self) -> Answer<String> {
        Ok(text(&self.class.scores(self.network_in_use()?.reader.classifier()).map_err(to_js)?))
    }
}

impl Session {
    /// The experiment and the dataset to train on the digits and the class's drawings.
    pub(super) fn experiment_with_class(&self) -> Answer<(Experiment, Rc<Dataset>)> {
        self.require_drawings()?;
        let experiment = self.class.experiment(&self.experiment, CLASS_FILE).map_err(to_js)?;
        Ok((experiment, Rc::new(self.class_dataset(true)?)))
    }

    fn class_dataset(&self, with_digits: bool) -> Answer<Dataset> {
        self.require_drawings()?;
        let train = self.experiment.data.train.of(self.digits.len()).unwrap_or_default();
        let dataset = if with_digits { self.class.with_digits(&self.digits, train) } else { self.class.dataset() };
        dataset.map_err(to_js)
    }

    fn require_drawings(&self) -> Answer<()> {
        if self.class.drawings().is_empty() {
            return Err(refusal("no-drawings", json!({})));
        }
        Ok(())
    }
}
