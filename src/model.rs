//! The network: a multilayer perceptron as a Burn module, from pixels to logits.

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::{DType, Device, Int, Tensor, TensorData, activation};

use crate::config::{Activation, Init, ModelConfig};
use crate::data::Batch;
use crate::random::{Purpose, generator};

/// The shape of a network: what [`Mlp::init`] and [`Mlp::from_weights`] build.
#[derive(Debug, Clone, PartialEq)]
pub struct MlpConfig {
    /// Numbers that go in: the pixels of an image.
    pub inputs: usize,
    /// Neurons of each hidden layer, from the input on.
    pub hidden: Vec<usize>,
    /// Numbers that come out: one logit per class.
    pub classes: usize,
    /// What hidden neurons do with their weighted sum.
    pub activation: Activation,
    /// How the starting weights are drawn.
    pub init: Init,
}

/// The weights of one layer: `outputs = inputs * weight + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerWeights {
    /// Numbers that go in.
    pub inputs: usize,
    /// Numbers that come out.
    pub outputs: usize,
    /// `[inputs, outputs]`, row after row.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
}

/// A multilayer perceptron.
///
/// `h0 = images`, `h(i+1) = activation(h(i) W(i) + b(i))`, and the logits are the last layer's sum without
/// activation. The softmax belongs to the loss and to [`Mlp::probabilities`].
#[derive(Module, Debug)]
pub struct Mlp {
    layers: Vec<Linear>,
    #[module(skip)]
    activation: Activation,
}

impl MlpConfig {
    /// The network of a configuration, for images of `inputs` pixels in `classes` classes.
    pub fn new(config: &ModelConfig, inputs: usize, classes: usize) -> Self {
        Self { inputs, hidden: config.hidden.clone(), classes, activation: config.activation, init: config.init }
    }

    /// Inputs and outputs of each layer.
    pub fn layers(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let inputs = std::iter::once(self.inputs).chain(self.hidden.iter().copied());
        let outputs = self.hidden.iter().copied().chain([self.classes]);
        inputs.zip(outputs)
    }

    /// Weights and biases of all layers.
    pub fn parameters(&self) -> usize {
        self.layers().map(|(inputs, outputs)| (inputs + 1) * outputs).sum()
    }

    /// Starting weights, from the seed alone, drawn as [`Init`] says.
    pub fn starting_weights(&self, seed: u64) -> Vec<LayerWeights> {
        let mut random = generator(seed, Purpose::Weights);
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
    /// A network with the starting weights of `seed`.
    pub fn init(config: &MlpConfig, seed: u64, device: &Device) -> Self {
        Self::from_weights(config.activation, &config.starting_weights(seed), device)
    }

    /// A network with given weights.
    ///
    /// # Panics
    /// When a layer's vectors do not have the lengths its sizes promise.
    pub fn from_weights(activation: Activation, weights: &[LayerWeights], device: &Device) -> Self {
        // Fixed parameter ids: the optimiser's state finds its parameters again after a restart.
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

    /// The same network in double precision, with one parameter moved by `by`.
    ///
    /// # Panics
    /// When there is no such parameter.
    pub(crate) fn nudged(&self, parameter: Parameter, by: f64) -> Self {
        let mut nudge = Nudge { parameter, by, visited: 0 };
        let model = self.clone().map(&mut nudge);
        assert!(parameter.tensor() < nudge.visited, "no such layer: {parameter:?}");
        model
    }

    /// The gradients of all layers, laid out as their weights are.
    ///
    /// # Panics
    /// When they are those of another network.
    pub fn gradient_values(&self, gradients: &GradientsParams) -> Vec<LayerWeights> {
        let of = |layer: &Linear| {
            let [inputs, outputs] = layer.weight.dims();
            let bias = layer.bias.as_ref().expect("every layer is built with a bias");
            let weight = gradients.get::<2>(layer.weight.id).expect("every parameter has a gradient");
            let bias = gradients.get::<1>(bias.id).expect("every parameter has a gradient");
            LayerWeights { inputs, outputs, weight: numbers(weight), bias: numbers(bias) }
        };
        self.layers.iter().map(of).collect()
    }

    /// The current weights of all layers, from the input on.
    pub fn weights(&self) -> Vec<LayerWeights> {
        self.layers
            .iter()
            .map(|layer| {
                let [inputs, outputs] = layer.weight.dims();
                let bias = layer.bias.as_ref().expect("every layer is built with a bias");
                LayerWeights { inputs, outputs, weight: numbers(layer.weight.val()), bias: numbers(bias.val()) }
            })
            .collect()
    }

    /// The network's answer before the softmax.
    ///
    /// # Shapes
    /// - images `[batch, inputs]`, scaled as the training images were
    /// - output `[batch, classes]`
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        let (output, hidden) = self.layers.split_last().expect("a network has an output layer");
        let h = hidden.iter().fold(images, |h, layer| self.activate(layer.forward(h)));
        output.forward(h)
    }

    /// What [`Mlp::forward`] goes through: the weighted sums of each layer, and what its neurons make of them. The last
    /// sums are the logits, which stay as they are.
    ///
    /// # Shapes
    /// - images `[batch, inputs]`, scaled as the training images were
    /// - outputs `[batch, neurons]` each
    pub fn forward_by_layer(&self, images: Tensor<2>) -> Vec<(Tensor<2>, Tensor<2>)> {
        let mut h = images;
        let pass = |(i, layer): (usize, &Linear)| {
            let sums = layer.forward(h.clone());
            h = if i + 1 < self.layers.len() { self.activate(sums.clone()) } else { sums.clone() };
            (sums, h.clone())
        };
        self.layers.iter().enumerate().map(pass).collect()
    }

    /// The probability of each class.
    ///
    /// # Shapes
    /// - images `[batch, inputs]`
    /// - output `[batch, classes]`, rows sum to 1
    pub fn probabilities(&self, images: Tensor<2>) -> Tensor<2> {
        activation::softmax(self.forward(images), 1)
    }

    /// Mean cross-entropy of a batch, in nats; with weights, the weighted mean.
    ///
    /// # Shapes
    /// - logits `[batch, classes]`
    /// - targets `[batch]`, class indices
    /// - weights `[batch]`
    /// - output `[1]`
    pub fn loss(logits: Tensor<2>, targets: Tensor<1, Int>, weights: Option<Tensor<1>>) -> Tensor<1> {
        let [batch, _] = logits.dims();
        let log_probabilities = activation::log_softmax(logits, 1).gather(1, targets.reshape([batch, 1]));
        match weights {
            None => log_probabilities.mean().neg(),
            Some(weights) => {
                let sum = weights.clone().sum();
                (log_probabilities.reshape([batch]) * weights).sum().neg() / sum
            }
        }
    }

    /// The logits and the loss of a batch.
    pub fn logits_and_loss(&self, batch: &Batch) -> (Tensor<2>, Tensor<1>) {
        let logits = self.forward(batch.images.clone());
        let loss = Self::loss(logits.clone(), batch.targets.clone(), batch.weights.clone());
        (logits, loss)
    }

    fn activate(&self, sums: Tensor<2>) -> Tensor<2> {
        match self.activation {
            Activation::Sigmoid => activation::sigmoid(sums),
            Activation::Tanh => activation::tanh(sums),
            Activation::Relu => activation::relu(sums),
            Activation::Gelu => activation::gelu_approximate(sums),
            Activation::Identity => sums,
        }
    }
}

/// One number that a network learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// From an input of a layer to one of its neurons: `weight[index]` of its [`LayerWeights`].
    Weight {
        /// Counted from 0, from the input on.
        layer: usize,
        /// `input * outputs + neuron`.
        index: usize,
    },
    /// Of a neuron of a layer: `bias[index]`.
    Bias {
        /// Counted from 0, from the input on.
        layer: usize,
        /// The neuron.
        index: usize,
    },
}

impl Parameter {
    /// The tensor it is in, counted in the order of the module: each layer's weights, then its biases.
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

/// Brings parameters to double precision, and moves one of them.
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

/// A parameter; it is learnt where the device can differentiate.
fn parameter<const D: usize>(id: ParamId, data: TensorData, device: &Device) -> Param<Tensor<D>> {
    let tensor = Tensor::from_data(data, device);
    Param::initialized(id, if device.is_autodiff() { tensor.require_grad() } else { tensor })
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec_as().expect("weights are floats")
}
