//! A network as other programs need it: what stands between a model file and every format.

use serde::{Deserialize, Serialize};

use crate::checkpoint::SavedModel;
use crate::config::{Activation, Experiment};
use crate::data::{Movement, READINGS, Readings, digits};
use crate::evaluate::EvaluationReport;
use crate::model::LayerWeights;

/// A finished network without anything of this program: pixels in, probabilities of classes out.
///
/// ```text
/// x = pixels / scale + offset        x = layer(x), for each layer        probabilities = softmax(x)
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// The name that files, functions and headings take.
    pub name: String,
    /// The images that go in.
    pub input: Input,
    /// From the input on; the last one's outputs are the logits.
    pub layers: Vec<Layer>,
    /// The classes' names, in the order of the outputs.
    pub classes: Vec<String>,
    /// Its making; `None` if it is not known.
    pub provenance: Option<Provenance>,
}

/// The images that a network reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The grey value of full ink; 0 is none.
    pub max_value: u8,
    /// Grey values are divided by this.
    pub scale: f32,
    /// Added afterwards.
    pub offset: f32,
    /// True for digits that the preprocessing of this program finds on pictures.
    pub is_digit: bool,
    /// True if an image is read together with four small variants of it, and the mean logits count:
    /// `prediction.variants`.
    pub variants: bool,
}

/// One step from the scaled pixels to the logits.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// `x W + b`
    Dense(LayerWeights),
    /// A function of each value.
    Activation(Activation),
}

/// The making of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// The program that made it, with its version.
    pub producer: String,
    /// The experiment that trained it.
    pub experiment: Experiment,
    /// [`SavedModel::weights_sha256`].
    pub weights_sha256: String,
    /// [`Dataset::sha256`](crate::Dataset::sha256) of its images; `None` if it is not known.
    pub data_sha256: Option<String>,
    /// Its evaluation on test images; `None` if they are missing.
    pub evaluation: Option<EvaluationReport>,
}

/// The size of a network, and the work of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Weights and biases.
    pub parameters: usize,
    /// Multiplications of weights, each with an addition.
    pub multiply_adds: usize,
    /// Values that are in memory at once: two arrays hold those before and after a layer, in turn.
    pub values: [usize; 2],
}

/// The size of a layer, or its function: what a file says besides numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shape {
    Dense(usize, usize),
    Activation(Activation),
}

impl Network {
    /// The network of a model file.
    pub fn new(name: &str, saved: &SavedModel) -> Self {
        let data = &saved.experiment.data;
        let (scale, offset) = (data.scale, data.offset);
        let one = (scale * (1.0 - offset)).round().clamp(1.0, 255.0) as u8;
        let input = Input {
            height: saved.height,
            width: saved.width,
            max_value: if data.reads_digits() { digits::MAX_VALUE } else { one },
            scale,
            offset,
            is_digit: data.reads_digits(),
            variants: saved.experiment.prediction.variants,
        };
        let mut layers = Vec::new();
        for layer in &saved.weights {
            if !layers.is_empty() && saved.experiment.model.activation != Activation::Identity {
                layers.push(Layer::Activation(saved.experiment.model.activation));
            }
            layers.push(Layer::Dense(layer.clone()));
        }
        let provenance = Provenance {
            producer: format!("chiffres {}", env!("CARGO_PKG_VERSION")),
            experiment: saved.experiment.clone(),
            weights_sha256: saved.weights_sha256(),
            data_sha256: None,
            evaluation: None,
        };
        Self { name: name.into(), input, layers, classes: saved.classes.clone(), provenance: Some(provenance) }
    }

    /// The probabilities of images given as grey values, one image after the other, in double precision.
    ///
    /// A plain loop, against which the kernel and every format are held.
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

    /// The activation of the hidden layers.
    pub fn activation(&self) -> Activation {
        let found = self.layers.iter().find_map(|layer| match layer {
            Layer::Activation(activation) => Some(*activation),
            Layer::Dense(_) => None,
        });
        found.unwrap_or(Activation::Identity)
    }

    /// The dense layers.
    pub fn dense(&self) -> impl Iterator<Item = &LayerWeights> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Dense(layer) => Some(layer),
            Layer::Activation(_) => None,
        })
    }

    /// Its size and work.
    pub fn cost(&self) -> Cost {
        let mut values = [self.input.pixels(), 1];
        for (index, layer) in self.dense().enumerate() {
            let values = &mut values[(index + 1) % 2];
            *values = layer.outputs.max(*values);
        }
        Cost {
            parameters: self.dense().map(|layer| layer.weight.len() + layer.bias.len()).sum(),
            multiply_adds: self.input.readings() * self.dense().map(|layer| layer.weight.len()).sum::<usize>(),
            values,
        }
    }

    /// `64 -> 15 -> 10 (sigmoid), 1,135 parameters`
    pub fn summary(&self) -> String {
        let outputs: String = self.dense().map(|layer| format!(" -> {}", layer.outputs)).collect();
        let activation = match self.activation() {
            Activation::Identity => String::new(),
            activation => format!(" ({activation})"),
        };
        let parameters = self.cost().parameters;
        format!("{}{outputs}{activation}, {parameters} parameters", self.input.pixels())
    }

    /// `8x8 pixels, 0 (paper) to 16 (ink)`
    pub fn takes(&self) -> String {
        let Input { height, width, max_value, is_digit, .. } = self.input;
        match is_digit {
            true => format!("{height}x{width} pixels, 0 (paper) to {max_value} (ink), row after row"),
            false => format!("{height}x{width} pixels, 0 to {max_value} as in the training images, row after row"),
        }
    }

    /// The shapes and functions of the layers.
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let shape = |layer: &Layer| match layer {
            Layer::Dense(layer) => Shape::Dense(layer.inputs, layer.outputs),
            Layer::Activation(activation) => Shape::Activation(*activation),
        };
        self.layers.iter().map(shape).collect()
    }

    /// Returns whether each layer's numbers fit the next, the images and the classes, and all are finite.
    pub(super) fn is_sound(&self) -> bool {
        let Input { height, width, scale, offset, .. } = self.input;
        let Some(mut size) = height.checked_mul(width).filter(|&size| size > 0) else { return false };
        for layer in self.dense() {
            let LayerWeights { inputs, outputs, weight, bias } = layer;
            let fits = *inputs == size && inputs.checked_mul(*outputs) == Some(weight.len()) && bias.len() == *outputs;
            if !fits || !weight.iter().chain(bias).all(|value| value.is_finite()) {
                return false;
            }
            size = *outputs;
        }
        size == self.classes.len() && size > 0 && scale.is_finite() && scale != 0.0 && offset.is_finite()
    }
}

impl Cost {
    /// Bytes of the weights and biases.
    pub fn flash(&self) -> usize {
        4 * self.parameters
    }

    /// Bytes of the values, without those of function calls.
    pub fn ram(&self) -> usize {
        4 * self.values.iter().sum::<usize>()
    }
}

impl Input {
    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        self.height * self.width
    }

    /// Readings of an image.
    pub fn readings(&self) -> usize {
        if self.variants { READINGS } else { 1 }
    }

    /// The movements of all readings, the image itself first.
    pub(super) fn movements(&self) -> Vec<Movement> {
        let still = Movement { across: 0.0, down: 0.0, sin: 0.0, cos: 1.0 };
        let variants = Readings::movements(self.height, self.width);
        std::iter::once(still).chain(variants.into_iter().filter(|_| self.variants)).collect()
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
