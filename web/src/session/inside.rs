//! Section 6, inside the network: one image forward, one step of learning back, and the gradient check.

use chiffres::SavedModel;
use chiffres::inspect::{self, Parameter, Trace};
use chiffres::model::LayerWeights;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::{Answer, internal_error, text};

/// The image that was traced through the network in use.
pub(super) struct TracedImage {
    pixels: Vec<u8>,
    target: usize,
    trace: Trace,
}

#[wasm_bindgen]
impl Session {
    /// Traces an 8x8 image of the class `target` through the network in use, and one step of learning from it. The gradients
    /// of the last image that `is_kept` can be checked.
    pub fn trace(&mut self, pixels: &[u8], target: usize, is_kept: bool) -> Answer<String> {
        let saved = self.network_for(pixels, target)?;
        let trace = inspect::trace(saved, pixels, target, &self.device);
        let layer = |i: usize, image: Option<[usize; 3]>, sums: &[f32], outputs: &[f32]| {
            json!({
                "image": image,
                "weights": numbers(&saved.weights[i]),
                "sums": sums,
                "outputs": outputs,
                "gradients": numbers(&trace.gradients[i]),
                "updates": numbers(&trace.updates[i]),
            })
        };
        let stages = trace.stages.iter().enumerate();
        let stages = stages.map(|(i, stage)| layer(i, Some(stage.image), &stage.sums, &stage.outputs));
        let layers = trace.layers.iter().enumerate();
        let layers = layers.map(|(i, l)| layer(trace.stages.len() + i, None, &l.sums, &l.outputs));
        let answer = text(&json!({
            "inputs": trace.inputs,
            "stages": stages.collect::<Vec<_>>(),
            "layers": layers.collect::<Vec<_>>(),
            "probabilities": trace.probabilities,
            "loss": trace.loss,
            "lossAfter": trace.loss_after,
            "target": target,
            "activation": saved.experiment.model.activation,
            "optimizer": saved.experiment.optimizer,
            "scale": saved.experiment.data.scale,
            "offset": saved.experiment.data.offset,
        }));
        if is_kept {
            self.traced = Some(TracedImage { pixels: pixels.to_vec(), target, trace });
        }
        Ok(answer)
    }

    /// What each pixel of an 8x8 image says to the network in use for the class `class` and against `other`.
    pub fn evidence(&self, pixels: &[u8], class: usize, other: usize) -> Answer<Vec<f32>> {
        let saved = self.network_for(pixels, class.max(other))?;
        Ok(inspect::evidence(saved, pixels, class, other, &self.device))
    }

    /// The derivative of the traced image's loss by one weight (`index` is `input * neurons + neuron`) or bias of a layer, those
    /// of the stages counted first,
    /// from two losses in double precision.
    #[wasm_bindgen(js_name = finiteDifference)]
    pub fn finite_difference(&self, layer: usize, is_bias: bool, index: usize) -> Answer<f64> {
        let (traced, saved) = self.traced()?;
        let weights = saved.weights.get(layer).map(|weights| if is_bias { &weights.bias } else { &weights.weight });
        if weights.is_none_or(|weights| index >= weights.len()) {
            return Err(internal_error("there is no such weight"));
        }
        let parameter = if is_bias { Parameter::Bias { layer, index } } else { Parameter::Weight { layer, index } };
        Ok(difference(saved, traced, parameter))
    }

    /// Checks gradients against finite differences: those of all biases, and of at most `most` weights, evenly spread.
    /// Returns how many were checked, and the largest distance between the two.
    #[wasm_bindgen(js_name = checkGradients)]
    pub fn check_gradients(&self, most: usize) -> Answer<String> {
        let (traced, saved) = self.traced()?;
        let gradients = &traced.trace.gradients;
        let weights =
            parameters(gradients, |layer| layer.weight.len(), |layer, index| Parameter::Weight { layer, index });
        let biases = parameters(gradients, |layer| layer.bias.len(), |layer, index| Parameter::Bias { layer, index });
        let stride = weights.len().div_ceil(most.max(1)).max(1);
        let (mut count, mut largest) = (0, 0.0f64);
        for &parameter in weights.iter().step_by(stride).chain(&biases) {
            let gradient = match parameter {
                Parameter::Weight { layer, index } => gradients[layer].weight[index],
                Parameter::Bias { layer, index } => gradients[layer].bias[index],
            };
            let distance = (difference(saved, traced, parameter) - f64::from(gradient)).abs();
            // A distance that is not a number must show: `max` would drop it.
            largest = if distance > largest || distance.is_nan() { distance } else { largest };
            count += 1;
        }
        Ok(text(&json!({ "count": count, "all": weights.len() + biases.len(), "largest": largest })))
    }
}

impl Session {
    /// The network in use, if it reads images of this size and knows the class.
    fn network_for(&self, pixels: &[u8], class: usize) -> Answer<&SavedModel> {
        let saved = &self.network_in_use()?.saved;
        if pixels.len() != saved.height * saved.width || class >= saved.classes.len() {
            return Err(internal_error("there is no such image or class"));
        }
        Ok(saved)
    }

    fn traced(&self) -> Answer<(&TracedImage, &SavedModel)> {
        let traced = self.traced.as_ref().ok_or_else(|| internal_error("no image was traced yet"))?;
        Ok((traced, &self.network_in_use()?.saved))
    }
}

/// The weights, or the biases, of all layers.
fn parameters(
    layers: &[LayerWeights],
    count: impl Fn(&LayerWeights) -> usize,
    make: impl Fn(usize, usize) -> Parameter + Copy,
) -> Vec<Parameter> {
    let of_layer = |(layer, weights)| (0..count(weights)).map(move |index| make(layer, index));
    layers.iter().enumerate().flat_map(of_layer).collect()
}

fn numbers(layer: &LayerWeights) -> Value {
    json!({ "inputs": layer.inputs, "outputs": layer.outputs, "weight": layer.weight, "bias": layer.bias })
}

fn difference(saved: &SavedModel, traced: &TracedImage, parameter: Parameter) -> f64 {
    inspect::finite_difference(saved, &traced.pixels, traced.target, parameter)
}
