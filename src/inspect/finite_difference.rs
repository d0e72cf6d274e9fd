//! Gradients without calculus: the slope of the loss between two values of one parameter.

use crate::checkpoint::SavedModel;
use crate::data::Batcher;
use crate::model::LayerWeights;
use crate::model::plain::{activate, dense, pooled, window_sums};

/// One weight or bias of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// The weight from an input of a layer to one of its neurons: `weight[index]` of its [`LayerWeights`].
    Weight {
        /// Counted from 0, from the input on: the stages of convolution, then the layers.
        layer: usize,
        /// `input * outputs + neuron`.
        index: usize,
    },
    /// The bias of a neuron: `bias[index]`.
    Bias {
        /// Counted from 0, from the input on: the stages of convolution, then the layers.
        layer: usize,
        /// The neuron.
        index: usize,
    },
}

/// The derivative of an image's loss by one parameter, from two losses: with the parameter a little larger and a little
/// smaller, `(loss(p + h) - loss(p - h)) / 2h`. In double precision.
///
/// # Panics
/// As [`trace`](super::trace()), and if there is no such parameter.
pub fn finite_difference(saved: &SavedModel, pixels: &[u8], target: usize, parameter: Parameter) -> f64 {
    const STEP: f64 = 1e-5;
    let images = Batcher::new(&saved.experiment.data).scaled(pixels);
    let images: Vec<f64> = images.into_iter().map(f64::from).collect();
    let mut layers: Vec<Layer> = saved.weights.iter().map(Layer::of).collect();
    let value = *parameter.of(&mut layers);
    let mut loss = |nudged| {
        *parameter.of(&mut layers) = nudged;
        loss(&logits(saved, &layers, &images), target)
    };
    (loss(value + STEP) - loss(value - STEP)) / (2.0 * STEP)
}

/// The parameters of a layer in double precision.
struct Layer {
    weight: Vec<f64>,
    bias: Vec<f64>,
}

impl Layer {
    fn of(layer: &LayerWeights) -> Self {
        let double = |values: &[f32]| values.iter().copied().map(f64::from).collect();
        Self { weight: double(&layer.weight), bias: double(&layer.bias) }
    }
}

impl Parameter {
    fn of(self, layers: &mut [Layer]) -> &mut f64 {
        match self {
            Self::Weight { layer, index } => &mut layers[layer].weight[index],
            Self::Bias { layer, index } => &mut layers[layer].bias[index],
        }
    }
}

/// [`Mlp::forward`](crate::Mlp::forward) for one image.
fn logits(saved: &SavedModel, layers: &[Layer], images: &[f64]) -> Vec<f64> {
    let shapes = saved.config().stages.shapes();
    let (stages, layers) = layers.split_at(shapes.len() - 1);
    let mut values = images.to_vec();
    for (Layer { weight, bias }, shapes) in stages.iter().zip(shapes.windows(2)) {
        values = pooled(shapes[1], &window_sums(shapes[0], weight, bias, &values));
    }
    for (i, Layer { weight, bias }) in layers.iter().enumerate() {
        values = dense(weight, bias, &values);
        if i + 1 < layers.len() {
            values.iter_mut().for_each(|sum| *sum = activate(saved.experiment.model.activation, *sum));
        }
    }
    values
}

/// Cross-entropy of an image, in nats.
fn loss(logits: &[f64], target: usize) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    libm::log(logits.iter().map(|logit| libm::exp(logit - largest)).sum()) + largest - logits[target]
}
