//! A network's answers by a plain loop in double precision, against which the kernel and every format are held.

use super::network::{Layer, Network};
use crate::data::Readings;
use crate::model::plain::{activate, dense, pooled, softmax, window_sums};

impl Network {
    /// The probabilities of images given as bytes, one image after the other, in double precision.
    pub fn probabilities(&self, pixels: &[u8]) -> Vec<Vec<f64>> {
        let readings = self.input.variants.then(|| Readings::new(self.input.image()));
        let probabilities = |image: &[u8]| match &readings {
            None => softmax(&self.logits(image.iter().map(|&value| f64::from(value)).collect())),
            Some(readings) => {
                let values: Vec<f64> = readings.of(image).map(f64::from).collect();
                let logits: Vec<_> = values.chunks_exact(image.len()).map(|one| self.logits(one.to_vec())).collect();
                let sum = |class: usize| logits.iter().map(|logits| logits[class]).sum::<f64>();
                softmax(&(0..self.classes.len()).map(|class| sum(class) / logits.len() as f64).collect::<Vec<_>>())
            }
        };
        pixels.chunks_exact(self.input.values()).map(probabilities).collect()
    }

    /// The logits of one image, given as bytes.
    fn logits(&self, image: Vec<f64>) -> Vec<f64> {
        let (scale, offset) = (f64::from(self.input.scale), f64::from(self.input.offset));
        let mut values: Vec<f64> = image.iter().map(|&value| value / scale + offset).collect();
        for layer in &self.layers {
            values = match layer {
                Layer::Stage(stage) => {
                    let window = &stage.window;
                    pooled(stage.output(), &window_sums(stage.image, &window.weight, &window.bias, &values))
                }
                Layer::Dense(layer) => dense(&layer.weight, &layer.bias, &values),
                Layer::Activation(activation) => values.iter().map(|&x| activate(*activation, x)).collect(),
            };
        }
        values
    }
}
