//! Section 3, training: one run, step by step.

use std::rc::Rc;

use chiffres::{Dataset, Experiment, Trainer};
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::{Answer, text, to_js};
use crate::settings::network_of;

/// A training run, finished or not.
pub(super) struct TrainingRun {
    pub experiment: Experiment,
    pub dataset: Rc<Dataset>,
    pub with_class: bool,
    pub trainer: Trainer<Rc<Dataset>>,
}

#[wasm_bindgen]
impl Session {
    /// Starts to train the experiment, on the digits alone or with the class's drawings.
    pub fn begin(&mut self, with_class: bool) -> Answer<()> {
        let (experiment, dataset) = match with_class {
            false => (self.experiment.clone(), self.digits.clone()),
            true => self.experiment_with_class()?,
        };
        let trainer = Trainer::new(&experiment, dataset.clone(), &self.device).map_err(to_js)?;
        self.training = Some(TrainingRun { experiment, dataset, with_class, trainer });
        Ok(())
    }

    /// Takes one step. `false` if there is no step left, or nothing to train.
    pub fn step(&mut self) -> bool {
        self.training.as_mut().is_some_and(|training| training.trainer.step())
    }

    /// Trains to the end of the epoch. `false` if there is no epoch left, or nothing to train.
    pub fn epoch(&mut self) -> bool {
        self.training.as_mut().is_some_and(|training| training.trainer.epoch().is_some())
    }

    /// The progress of training, with the records of the epochs after the first `known`.
    pub fn progress(&self, known: usize) -> String {
        let Some(training) = &self.training else { return "null".into() };
        let trainer = &training.trainer;
        let history = &trainer.history().epochs;
        text(&json!({
            "epoch": history.len(),
            "epochs": training.experiment.training.epochs,
            "step": trainer.steps(),
            "steps": training.experiment.total_steps(trainer.split().train.len()),
            "isDone": trainer.is_done(),
            "withClass": training.with_class,
            "history": history.get(known..).unwrap_or_default(),
        }))
    }

    /// The weights and biases as they are now: of each stage and layer the weights, input after input, then the biases.
    pub fn weights(&self) -> Vec<f32> {
        let weights = match &self.training {
            Some(training) => training.trainer.model().weights(),
            None => network_of(&self.experiment, &self.digits).starting_weights(),
        };
        let mut numbers = Vec::new();
        for layer in weights {
            numbers.extend(layer.weight);
            numbers.extend(layer.bias);
        }
        numbers
    }
}
