//! A network as other programs need it: what stands between a model file and every format.

use serde::{Deserialize, Serialize};

use super::origin::Origin;
use crate::checkpoint::SavedModel;
use crate::config::{Activation, Experiment};
use crate::data::{Movement, READINGS, Readings, digits};
use crate::error::ExportProblem;
use crate::evaluate::{EvaluationReport, Relation};
use crate::model::LayerWeights;
use crate::train::Arithmetic;

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
    /// From the input on: dense layers, with the same activation between each two. The last one's outputs are the logits.
    pub layers: Vec<Layer>,
    /// The classes' names, in the order of the outputs.
    pub classes: Vec<String>,
    /// Its making; `None` if it is not known.
    pub provenance: Option<Provenance>,
    /// The file that it was imported from, and the program that wrote it; `None` for a network of this program.
    pub origin: Option<Origin>,
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
    /// The program that made the description, with its version.
    pub exporter: String,
    /// The arithmetic that made the weights; `None` if the model file does not say.
    pub arithmetic: Option<Arithmetic>,
    /// The experiment that trained it.
    pub experiment: Experiment,
    /// [`SavedModel::weights_sha256`].
    pub weights_sha256: String,
    /// [`Dataset::sha256`](crate::Dataset::sha256) of its images; `None` if it is not known.
    pub data_sha256: Option<String>,
    /// Its evaluation; `None` if there were no images for one.
    pub evaluation: Option<(EvaluationReport, Relation)>,
}

/// The size of a network, and the work of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Weights and biases.
    pub parameters: usize,
    /// The biases among them.
    pub biases: usize,
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

impl Provenance {
    /// The evaluation on the test images of training; `None` without one, or if it was on other images.
    pub fn test_result(&self) -> Option<&EvaluationReport> {
        self.evaluation.as_ref().filter(|(_, images)| *images == Relation::Same).map(|(report, _)| report)
    }
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
        let layers = joined(saved.weights.iter().cloned().map(Layer::Dense), saved.experiment.model.activation);
        let provenance = Provenance {
            exporter: format!("chiffres {}", env!("CARGO_PKG_VERSION")),
            arithmetic: saved.arithmetic.clone(),
            experiment: saved.experiment.clone(),
            weights_sha256: saved.weights_sha256(),
            data_sha256: None,
            evaluation: None,
        };
        let (classes, origin) = (saved.classes.clone(), Origin::of(saved));
        Self { name: name.into(), input, layers, classes, provenance: Some(provenance), origin }
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
            biases: self.dense().map(|layer| layer.bias.len()).sum(),
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

    /// Checks that it is a network that every format can describe.
    ///
    /// # Errors
    /// [`ExportProblem::Layers`] unless dense layers, with one activation between them, lead from the pixels to the classes;
    /// [`ExportProblem::NotFinite`] for a number that is not finite.
    pub(super) fn check(&self) -> Result<(), ExportProblem> {
        let Input { height, width, scale, offset, .. } = self.input;
        let mut size = height.checked_mul(width).filter(|&size| size > 0).ok_or(ExportProblem::Layers)?;
        for LayerWeights { inputs, outputs, weight, bias } in self.dense() {
            let fits = *inputs == size && inputs.checked_mul(*outputs) == Some(weight.len()) && bias.len() == *outputs;
            if !fits || *outputs == 0 {
                return Err(ExportProblem::Layers);
            }
            size = *outputs;
        }
        let layers = self.dense().map(|layer| Shape::Dense(layer.inputs, layer.outputs));
        if size != self.classes.len() || self.layers.is_empty() || self.shapes() != joined(layers, self.activation()) {
            return Err(ExportProblem::Layers);
        }
        let numbers = self.dense().flat_map(|layer| layer.weight.iter().chain(&layer.bias)).chain([&scale, &offset]);
        let is_finite = scale != 0.0 && numbers.into_iter().all(|number| number.is_finite());
        if is_finite { Ok(()) } else { Err(ExportProblem::NotFinite) }
    }
}

impl Cost {
    /// Bytes of the weights and biases.
    pub fn flash(&self) -> usize {
        4 * self.parameters
    }

    /// The same, of weights in 8 bits, with a step for each bias.
    pub fn flash_int8(&self) -> usize {
        (self.parameters - self.biases) + 8 * self.biases
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

/// Dense layers with an activation between each two; none for the identity.
pub(super) fn joined<L: From<Activation>>(dense: impl Iterator<Item = L>, activation: Activation) -> Vec<L> {
    let mut layers = Vec::new();
    for layer in dense {
        if !layers.is_empty() && activation != Activation::Identity {
            layers.push(activation.into());
        }
        layers.push(layer);
    }
    layers
}

impl From<Activation> for Layer {
    fn from(activation: Activation) -> Self {
        Self::Activation(activation)
    }
}

impl From<Activation> for Shape {
    fn from(activation: Activation) -> Self {
        Self::Activation(activation)
    }
}
