//! A network's answers by a plain loop in double precision, against which the kernel and every format are held.

use super::network::{Layer, Network};
use crate::config::Activation;
use crate::data::Readings;
use crate::model::LayerWeights;

impl Network {
    /// The probabilities of images given as grey values, one image after the other, in double precision.
    pub fn probabilities(&self, pixels: &[u8]) -> Vec<Vec<f64>> {
        let readings = self.input.variants.then(|| Readings::new(self.input.height, self.input.width));
        let probabilities = |image: &[u8]| match &readings {
            None => softmax(&self.logits(image.iter().map(|&value| f64::from(value)).collect())),
            Some(readings) => {
                let values: Vec<f64> = readings.of(image).map(f64::from).collect();
                let logits: Vec<_> = values.chunks_exact(image.len()).map(|one| self.logits(one.to_vec())).collect();
                let sum = |class: usize| logits.iter().map(|logits| logits[class]).sum::<f64>();
                softmax(&(0..self.classes.len()).map(|class| sum(class) / logits.len() as f64).collect::<Vec<_>>())
            }
        };
        pixels.chunks_exact(self.input.pixels()).map(probabilities).collect()
    }

    /// The logits of one image, given as grey values.
    fn logits(&self, image: Vec<f64>) -> Vec<f64> {
        let (scale, offset) = (f64::from(self.input.scale), f64::from(self.input.offset));
        let mut values: Vec<f64> = image.iter().map(|&value| value / scale + offset).collect();
        for layer in &self.layers {
            values = match layer {
                Layer::Dense(layer) => dense(layer, &values),
                Layer::Activation(activation) => values.iter().map(|&x| activate(*activation, x)).collect(),
            };
        }
        values
    }
}

fn dense(layer: &LayerWeights, values: &[f64]) -> Vec<f64> {
    let mut sums: Vec<f64> = layer.bias.iter().map(|&bias| f64::from(bias)).collect();
    for (value, weights) in values.iter().zip(layer.weight.chunks_exact(layer.outputs)) {
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum += value * f64::from(weight);
        }
    }
    sums
}

fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
        Activation::Tanh => libm::tanh(x),
        Activation::Relu => x.max(0.0),
        Activation::Gelu => 0.5 * x * (1.0 + libm::tanh(0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x))),
        Activation::Identity => x,
    }
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds: Vec<f64> = logits.iter().map(|logit| libm::exp(logit - largest)).collect();
    let sum: f64 = odds.iter().sum();
    odds.iter().map(|odds| odds / sum).collect()
}
