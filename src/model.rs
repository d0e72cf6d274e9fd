//! The network: a multilayer perceptron, in the form of [Burn's guide](https://burn.dev/books/burn/basic-workflow/model.html).
//!
//! A configuration makes the module, `config.init(&device)`, and the module computes, `model.forward(images)`.
//! `stages.rs` beside this file has the convolution that may come before the perceptron; `weights.rs` draws the starting
//! weights and moves weights into and out of the module; `plain.rs` computes the same by plain loops.

pub(crate) mod plain;
mod stages;
mod weights;

pub use stages::{Stages, StagesConfig};
pub use weights::LayerWeights;

use burn::config::Config;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Int, Tensor, activation};

use crate::config::{Activation, Experiment, Init, ModelConfig};
use crate::data::Batch;

/// Shape and starting weights of a network.
///
/// `[model]` of a configuration file ([`ModelConfig`]) says only what a file can know. The images add `inputs` and
/// `classes`, and the experiment its seed: [`MlpConfig::from_experiment`] puts them together.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use chiffres::MlpConfig;
///
/// let device = Device::flex();
/// let model = MlpConfig::new(64, vec![15], 10).with_seed(7).init(&device);
/// let images = Tensor::<2>::zeros([3, 64], &device);
/// assert_eq!(model.forward(images).dims(), [3, 10]);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct MlpConfig {
    /// Pixels of an image.
    pub inputs: usize,
    /// Neurons of each hidden layer, from the input on.
    pub hidden: Vec<usize>,
    /// Classes; the network has one logit for each.
    pub classes: usize,
    /// The activation of the hidden neurons.
    #[config(default = "ModelConfig::default().activation")]
    pub activation: Activation,
    /// The distribution of the starting weights.
    #[config(default = "ModelConfig::default().init")]
    pub init: Init,
    /// Seed of the starting weights. It is a part of the configuration, and not the device's as in the guide, so that
    /// a configuration makes the same network on every device.
    #[config(default = 0)]
    pub seed: u64,
    /// The stages of convolution before the hidden layers; none by default.
    #[config(default = "StagesConfig::none()")]
    pub stages: StagesConfig,
}

/// A multilayer perceptron, with stages of convolution before it if its configuration has any.
///
/// `h0 = stages(images)`, `h(i+1) = activation(h(i) W(i) + b(i))`; the last layer has no activation, and its sums are the
/// logits. The softmax belongs to the loss and to [`Mlp::probabilities`].
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::data::Batcher;
/// use chiffres::{Dataset, Mlp, SavedModel};
///
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model")?)?;
/// let model = saved.config().with_weights(&saved.weights, &Device::flex());
/// let batch = Batcher::new(&saved.experiment.data).batch(&Dataset::digits()?, &[1000, 1001, 1002], &Device::flex());
/// let answers = model.probabilities(batch.images).argmax(1);
/// assert_eq!(answers.into_data().iter::<i64>().collect::<Vec<_>>(), [1, 4, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Module, Debug)]
pub struct Mlp {
    pub(crate) stages: Stages,
    pub(crate) layers: Vec<Linear>,
    #[module(skip)]
    activation: Activation,
}

impl MlpConfig {
    /// The network of an experiment, for images of these rows, columns and channels in `classes` classes.
    pub fn from_experiment(experiment: &Experiment, image: [usize; 3], classes: usize) -> Self {
        let ModelConfig { filters, hidden, activation, init } = experiment.model.clone();
        let inputs = image.into_iter().fold(1, usize::saturating_mul);
        let stages = StagesConfig { image, filters };
        Self { inputs, hidden, classes, activation, init, seed: experiment.seed, stages }
    }

    /// Makes the network with its starting weights on `device`.
    pub fn init(&self, device: &Device) -> Mlp {
        // Not by `LinearConfig`: Burn's random numbers may change between versions and devices, ours do not.
        self.with_weights(&self.starting_weights(), device)
    }

    /// Inputs and outputs of each layer, those of the stages first.
    pub fn layers(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let first = if self.stages.filters.is_empty() { self.inputs } else { self.stages.outputs() };
        let inputs = std::iter::once(first).chain(self.hidden.iter().copied());
        let outputs = self.hidden.iter().copied().chain([self.classes]);
        // A list, because a chain of iterators is compiled anew for each caller, and the page has no room.
        let mut layers = self.stages.windows();
        layers.extend(inputs.zip(outputs));
        layers.into_iter()
    }

    /// Number of weights and biases in all layers.
    pub fn parameters(&self) -> usize {
        self.layers().map(|(inputs, outputs)| (inputs + 1) * outputs).sum()
    }
}

impl Mlp {
    /// The logits of a batch: the network's answer before the softmax.
    ///
    /// # Shapes
    /// - images `[batch, inputs]`, scaled as the training images were
    /// - output `[batch, classes]`
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        let (output, hidden) = self.layers.split_last().expect("a network has an output layer");
        let h = self.stages.forward(images);
        let h = hidden.iter().fold(h, |h, layer| self.activate(layer.forward(h)));
        output.forward(h)
    }

    /// The logits and the loss of a batch, as `forward_classification` in Burn's guide.
    pub fn forward_loss(&self, batch: &Batch) -> (Tensor<2>, Tensor<1>) {
        let logits = self.forward(batch.images.clone());
        let loss = Self::loss(logits.clone(), batch.targets.clone(), batch.weights.clone());
        (logits, loss)
    }

    /// Mean cross-entropy of a batch, in nats; with weights `w`, the weighted mean `sum(w l) / sum(w)`.
    ///
    /// # Shapes
    /// - logits `[batch, classes]`
    /// - targets `[batch]`, class indices
    /// - weights `[batch]`
    /// - output `[1]`
    pub fn loss(logits: Tensor<2>, targets: Tensor<1, Int>, weights: Option<Tensor<1>>) -> Tensor<1> {
        // Burn's `CrossEntropyLoss` has the same bits, as a test shows; one more tensor in its graph takes 1 to 3 % of
        // a step of so small a network.
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

    /// The probability of each class.
    ///
    /// # Shapes
    /// - images `[batch, inputs]`
    /// - output `[batch, classes]`, each row adds up to 1
    pub fn probabilities(&self, images: Tensor<2>) -> Tensor<2> {
        activation::softmax(self.forward(images), 1)
    }

    /// The activation of the hidden neurons.
    pub(crate) fn activation(&self) -> Activation {
        self.activation
    }

    /// The activation of the hidden neurons' sums.
    pub(crate) fn activate(&self, sums: Tensor<2>) -> Tensor<2> {
        match self.activation {
            Activation::Sigmoid => activation::sigmoid(sums),
            Activation::Tanh => activation::tanh(sums),
            Activation::Relu => activation::relu(sums),
            Activation::Gelu => activation::gelu_approximate(sums),
            Activation::Identity => sums,
        }
    }
}
