//! A network's answers by a plain loop in double precision, against which the kernel and every format are held.

use super::network::{Layer, Network, Stage};
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
                Layer::Stage(stage) => pooled(stage, &values),
                Layer::Dense(layer) => dense(layer, &values),
                Layer::Activation(activation) => values.iter().map(|&x| activate(*activation, x)).collect(),
            };
        }
        values
    }
}

/// A stage: the sums of all windows, and the largest of each four.
fn pooled(stage: &Stage, values: &[f64]) -> Vec<f64> {
    let ([height, width, filters], [_, columns, channels]) = (stage.output(), stage.image);
    let mut out = vec![0.0f64; height * width * filters];
    for y in 0..2 * height {
        for x in 0..2 * width {
            let mut window = Vec::with_capacity(stage.window.inputs);
            for (row, column) in (0..9).map(|i| (y + i / 3, x + i % 3)) {
                // Counted from the border, which is 0.
                let is_inside = (1..=stage.image[0]).contains(&row) && (1..=columns).contains(&column);
                match is_inside {
                    true => window.extend(&values[((row - 1) * columns + column - 1) * channels..][..channels]),
                    false => window.extend(std::iter::repeat_n(0.0, channels)),
                }
            }
            let place = (y / 2 * width + x / 2) * filters;
            for (largest, sum) in out[place..][..filters].iter_mut().zip(dense(&stage.window, &window)) {
                *largest = largest.max(sum);
            }
        }
    }
    out
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
