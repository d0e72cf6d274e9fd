//! Section 4, the test result.

use chiffres::metrics::mcnemar;
use chiffres::{Evaluation, SplitName, evaluate};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::{Answer, text, to_js};

#[wasm_bindgen]
impl Session {
    /// Evaluates the network in use on its test images.
    pub fn evaluate(&self) -> Answer<String> {
        let network = self.network_in_use()?;
        let evaluation =
            evaluate(network.reader.classifier(), &self.digits, &network.split, SplitName::Test).map_err(to_js)?;
        Ok(text(&report(&evaluation)))
    }

    /// How likely two equally good networks differ at least as much by chance, if they read the same images and this many
    /// are read right by only one of them.
    pub fn chance(&self, only_first: usize, only_second: usize) -> f64 {
        mcnemar(only_first, only_second)
    }
}

fn report(evaluation: &Evaluation) -> Value {
    let answer = |answer: &chiffres::evaluate::Answer| {
        json!({ "index": answer.index, "target": answer.target, "label": answer.prediction.label,
                "probabilities": answer.prediction.probabilities })
    };
    let answers: Vec<Value> = evaluation.answers.iter().map(answer).collect();
    json!({ "report": evaluation.report(), "answers": answers })
}
