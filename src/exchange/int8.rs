//! Weights of 8 bits: whole numbers from -127 to 127, and the step between two of them, for each output.

use super::network::{Layer, Network, Stage};
use crate::model::LayerWeights;

/// The largest whole number; its negative is the smallest, so that weights of both signs are rounded alike.
const LARGEST: f32 = 127.0;

/// The weights of a dense layer in 8 bits: symmetric, with a step for each output.
pub struct Int8 {
    /// `[inputs, outputs]`, row after row.
    pub weight: Vec<i8>,
    /// A weight is its whole number times the step of its output.
    pub steps: Vec<f32>,
}

impl Int8 {
    /// Rounds the weights of a layer; those that are multiples of a step already stay the same.
    pub fn new(layer: &LayerWeights) -> Self {
        let mut largest = vec![0.0_f32; layer.outputs];
        for row in layer.weight.chunks_exact(layer.outputs) {
            for (largest, weight) in largest.iter_mut().zip(row) {
                *largest = largest.max(weight.abs());
            }
        }
        let steps: Vec<f32> = largest.into_iter().map(|largest| short(largest / LARGEST)).collect();
        let round = |(weight, step): (&f32, &f32)| (weight / step).round().clamp(-LARGEST, LARGEST) as i8;
        let weight = layer.weight.chunks_exact(layer.outputs).flat_map(|row| row.iter().zip(&steps).map(round));
        Self { weight: weight.collect(), steps }
    }

    /// The weights of whole numbers and steps that were read; `None` for numbers that are not whole, or have more bits.
    pub fn read(numbers: &[f32], steps: Vec<f32>) -> Option<Self> {
        let whole = |&number: &f32| (number.fract() == 0.0 && number.abs() <= LARGEST).then_some(number as i8);
        let weight = numbers.iter().map(whole).collect::<Option<Vec<i8>>>()?;
        (!steps.is_empty()).then_some(Self { weight, steps })
    }

    /// The weights that they stand for.
    pub fn weights(&self) -> Vec<f32> {
        let rows = self.weight.chunks(self.steps.len());
        rows.flat_map(|row| row.iter().zip(&self.steps).map(|(&weight, step)| f32::from(weight) * step)).collect()
    }
}

/// The next larger number with a mantissa of 17 bits: its products with whole numbers of 7 bits are exact.
fn short(number: f32) -> f32 {
    const REST: u32 = (1 << 7) - 1;
    f32::from_bits((number.to_bits() + REST) & !REST)
}

/// The network whose weights are those that are left in 8 bits.
pub fn rounded(network: &Network) -> Network {
    let round = |layer: &Layer| match layer {
        Layer::Stage(Stage { image, window }) => {
            let window = LayerWeights { weight: Int8::new(window).weights(), ..window.clone() };
            Layer::Stage(Stage { image: *image, window })
        }
        Layer::Dense(layer) => Layer::Dense(LayerWeights { weight: Int8::new(layer).weights(), ..layer.clone() }),
        Layer::Activation(activation) => Layer::Activation(*activation),
    };
    Network { layers: network.layers.iter().map(round).collect(), ..network.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_has_its_own_step() {
        // By hand: the columns are 1.27, -0.5, 0.004 and 100, 0, -30; 30 * 127 / 100 is 38.1.
        let weight = vec![1.27, 100.0, -0.5, 0.0, 0.004, -30.0];
        let layer = LayerWeights { inputs: 3, outputs: 2, weight, bias: vec![0.0; 2] };
        let int8 = Int8::new(&layer);
        assert_eq!(int8.weight, [127, 127, -50, 0, 0, -38]);
        // A mantissa of 17 bits is larger by less than one part in 2^16.
        for (step, expected) in int8.steps.iter().zip([0.01, 100.0 / 127.0]) {
            assert!((-1e-7..1.0 / 65_536.0).contains(&(step / expected - 1.0)), "{step}");
        }
        let rounded = LayerWeights { weight: int8.weights(), ..layer };
        assert_eq!(Int8::new(&rounded).weights(), rounded.weight, "rounded once");
    }

    #[test]
    fn odd_weights_are_rounded_too() {
        for weights in [[0.0; 2], [f32::MIN_POSITIVE, 1e-45], [1.0, -1.0]] {
            let layer = LayerWeights { inputs: 2, outputs: 1, weight: weights.to_vec(), bias: vec![0.0] };
            let rounded = LayerWeights { weight: Int8::new(&layer).weights(), ..layer };
            assert!(rounded.weight.iter().all(|weight| weight.is_finite()), "{weights:?}");
            assert_eq!(Int8::new(&rounded).weights(), rounded.weight, "{weights:?}");
        }
    }
}
