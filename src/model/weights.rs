//! The weights of a network as plain numbers: drawn from a seed, moved into the network, and read out of it.

use burn::module::{Param, ParamId};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

use crate::config::{Activation, Init};
use crate::random::{Purpose, generator};

use super::{Mlp, MlpConfig};

/// The weights of one layer: `outputs = inputs * weight + bias`.
///
/// Weights leave a network as these and not as one of Burn's records: model files, exports and pictures of weights need
/// numbers, not tensors on a device.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerWeights {
    /// Inputs of each neuron.
    pub inputs: usize,
    /// Neurons.
    pub outputs: usize,
    /// `[inputs, outputs]`, row after row.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
}

impl MlpConfig {
    /// Starting weights as scikit-learn draws them, from the seed alone and with the same bits on every platform.
    pub fn starting_weights(&self) -> Vec<LayerWeights> {
        let mut random = generator(self.seed, Purpose::Weights);
        self.layers()
            .map(|(inputs, outputs)| {
                let ends = (inputs + outputs) as f64;
                let (weight, bias) = match self.init {
                    Init::GlorotUniform => {
                        let factor = if self.activation == Activation::Sigmoid { 2.0 } else { 6.0 };
                        let bound = (factor / ends).sqrt();
                        let mut draw = |count| (0..count).map(|_| random.symmetric(bound) as f32).collect();
                        (draw(inputs * outputs), draw(outputs))
                    }
                    Init::GlorotNormal => {
                        let deviation = (2.0 / ends).sqrt();
                        let weight = (0..inputs * outputs).map(|_| (deviation * random.normal()) as f32).collect();
                        (weight, vec![0.0; outputs])
                    }
                };
                LayerWeights { inputs, outputs, weight, bias }
            })
            .collect()
    }
}

impl Mlp {
    /// A network with given weights.
    ///
    /// # Panics
    /// If a layer's vectors do not have the lengths that its sizes promise.
    pub fn from_weights(activation: Activation, weights: &[LayerWeights], device: &Device) -> Self {
        // Numbered parameters, not the random ids of `LinearConfig`: an optimizer's state is stored by parameter id,
        // and must find its parameters again after a restart.
        let mut ids = (1u64..).map(ParamId::from);
        let mut id = || ids.next().expect("there are more ids than parameters");
        let layers = weights
            .iter()
            .map(|layer| {
                let weight = TensorData::new(layer.weight.clone(), [layer.inputs, layer.outputs]);
                let bias = TensorData::new(layer.bias.clone(), [layer.outputs]);
                Linear { weight: parameter(id(), weight, device), bias: Some(parameter(id(), bias, device)) }
            })
            .collect();
        Self { layers, activation }
    }

    /// The current weights of all layers, from the input on.
    pub fn weights(&self) -> Vec<LayerWeights> {
        self.layers
            .iter()
            .map(|layer| {
                let [inputs, outputs] = layer.weight.dims();
                let bias = layer.bias.as_ref().expect("every layer is built with a bias");
                LayerWeights { inputs, outputs, weight: floats(layer.weight.val()), bias: floats(bias.val()) }
            })
            .collect()
    }
}

/// A parameter, trainable where the device can differentiate.
fn parameter<const D: usize>(id: ParamId, data: TensorData, device: &Device) -> Param<Tensor<D>> {
    let tensor = Tensor::from_data(data, device);
    Param::initialized(id, if device.is_autodiff() { tensor.require_grad() } else { tensor })
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec_as().expect("weights are floats")
}
