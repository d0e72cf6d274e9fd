//! The weights of a network as plain numbers: drawn from a seed, moved into the network, and read out of it.

use burn::module::{Param, ParamId};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

use crate::config::{Activation, Init};
use crate::random::{Purpose, generator};

use super::stages::WINDOW;
use super::{Mlp, MlpConfig, Stages};

/// The weights of one layer: `outputs = inputs * weight + bias`.
///
/// The layer of a stage of convolution has the `3 * 3 * channels` numbers of a window as inputs, row after row, the channels
/// of a pixel side by side, and a filter for each output.
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
        let stages = self.stages.filters.len();
        self.layers()
            .enumerate()
            .map(|(i, (inputs, outputs))| {
                let is_stage = i < stages;
                // A number goes into all windows around it.
                let ends = (inputs + if is_stage { WINDOW * WINDOW * outputs } else { outputs }) as f64;
                let (weight, bias) = match self.init {
                    Init::GlorotUniform => {
                        let factor = if self.activation == Activation::Sigmoid && !is_stage { 2.0 } else { 6.0 };
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

    /// The network with given weights, in the order of [`MlpConfig::layers`].
    ///
    /// # Panics
    /// If a layer's vectors do not have the lengths that its sizes promise.
    pub fn with_weights(&self, weights: &[LayerWeights], device: &Device) -> Mlp {
        // Numbered parameters, not the random ids of `LinearConfig`: an optimizer's state is stored by parameter id,
        // and must find its parameters again after a restart.
        let mut ids = (1u64..).map(ParamId::from);
        let mut id = || ids.next().expect("there are more ids than parameters");
        let mut windows: Vec<Linear> = weights
            .iter()
            .map(|layer| {
                let weight = TensorData::new(layer.weight.clone(), [layer.inputs, layer.outputs]);
                let bias = TensorData::new(layer.bias.clone(), [layer.outputs]);
                Linear { weight: parameter(id(), weight, device), bias: Some(parameter(id(), bias, device)) }
            })
            .collect();
        let layers = windows.split_off(self.stages.filters.len());
        Mlp { stages: Stages::new(&self.stages, windows), layers, activation: self.activation }
    }
}

impl Mlp {
    /// A perceptron without stages, with given weights.
    ///
    /// # Panics
    /// As [`MlpConfig::with_weights`].
    pub fn from_weights(activation: Activation, weights: &[LayerWeights], device: &Device) -> Self {
        MlpConfig::new(0, Vec::new(), 0).with_activation(activation).with_weights(weights, device)
    }

    /// The linear layers of the stages and of the perceptron.
    pub(crate) fn linear(&self) -> impl Iterator<Item = &Linear> {
        self.stages.windows.iter().chain(&self.layers)
    }

    /// The current weights of all layers, from the input on.
    pub fn weights(&self) -> Vec<LayerWeights> {
        self.linear()
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
