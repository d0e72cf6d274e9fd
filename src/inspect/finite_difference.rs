//! Gradients without calculus: the slope of the loss between two values of one parameter.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::config::Experiment;
use crate::model::{LayerWeights, Mlp};

use super::one_image;

/// One weight or bias of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// The weight from an input of a layer to one of its neurons: `weight[index]` of its [`LayerWeights`].
    Weight {
        /// Counted from 0, from the input on.
        layer: usize,
        /// `input * outputs + neuron`.
        index: usize,
    },
    /// The bias of a neuron: `bias[index]`.
    Bias {
        /// Counted from 0, from the input on.
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
pub fn finite_difference(
    experiment: &Experiment,
    weights: &[LayerWeights],
    pixels: &[u8],
    target: usize,
    parameter: Parameter,
    device: &Device,
) -> f64 {
    const STEP: f64 = 1e-5;
    let model = Mlp::from_weights(experiment.model.activation, weights, device);
    let batch = one_image(experiment, pixels, target, device);
    let images = Tensor::from_data(batch.images.into_data().convert::<f64>(), (device, DType::F64));
    let loss = |by: f64| {
        let logits = nudged(&model, parameter, by).forward(images.clone());
        Mlp::loss(logits, batch.targets.clone(), None).into_scalar::<f64>()
    };
    (loss(STEP) - loss(-STEP)) / (2.0 * STEP)
}

/// The same network in double precision, with one parameter moved by `by`.
fn nudged(model: &Mlp, parameter: Parameter, by: f64) -> Mlp {
    let mut nudge = Nudge { parameter, by, visited: 0 };
    let model = model.clone().map(&mut nudge);
    assert!(parameter.tensor() < nudge.visited, "no such layer: {parameter:?}");
    model
}

/// Converts parameters to double precision, and moves one of them.
struct Nudge {
    parameter: Parameter,
    by: f64,
    visited: usize,
}

impl ModuleMapper for Nudge {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let is_it = self.visited == self.parameter.tensor();
        self.visited += 1;
        param.map(|tensor| {
            let (shape, device) = (tensor.shape(), tensor.device());
            let mut values: Vec<f64> = tensor.into_data().iter::<f64>().collect();
            if is_it {
                values[self.parameter.index()] += self.by;
            }
            Tensor::from_data(TensorData::new(values, shape), (&device, DType::F64))
        })
    }
}

impl Parameter {
    /// The position of its tensor in the module, which visits each layer's weights and then its biases.
    fn tensor(self) -> usize {
        match self {
            Self::Weight { layer, .. } => 2 * layer,
            Self::Bias { layer, .. } => 2 * layer + 1,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Weight { index, .. } | Self::Bias { index, .. } => index,
        }
    }
}
