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
    /// From the input on: stages of convolution, if there are any, and dense layers, with the same activation between each
    /// two of these. The last one's outputs are the logits.
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
    /// Values of a pixel, side by side: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// The grey value of full ink, or the largest value of a colour; 0 is none.
    pub max_value: u8,
    /// Values are divided by this.
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
    /// A 3x3 convolution, ReLU and 2x2 max pooling.
    Stage(Stage),
    /// `x W + b`
    Dense(LayerWeights),
    /// A function of each value.
    Activation(Activation),
}

/// A stage of convolution: every window of 3x3 pixels goes through a linear layer, and the largest of each 2x2 sums, at
/// least 0, remains. Beyond the border all is 0; an odd last row or column is dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Rows, columns and channels of what goes in; the channels of a pixel lie side by side.
    pub image: [usize; 3],
    /// The layer of a window, `[3 * 3 * channels, filters]`, in the order of the pixels.
    pub window: LayerWeights,
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
    /// Rows, columns and channels of what goes in, and the filters.
    Stage([usize; 3], usize),
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
            channels: saved.channels,
            max_value: if data.reads_digits() { digits::MAX_VALUE } else { one },
            scale,
            offset,
            is_digit: data.reads_digits(),
            variants: saved.experiment.prediction.variants,
        };
        let mut weights = saved.weights.iter().cloned();
        let stages = saved.config().stages.shapes().into_iter().take(saved.experiment.model.filters.len());
        let stages: Vec<Layer> =
            stages.zip(weights.by_ref()).map(|(image, window)| Layer::Stage(Stage { image, window })).collect();
        let dense = joined(weights.map(Layer::Dense), saved.experiment.model.activation);
        let layers = [stages, dense].concat();
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
            Layer::Stage(_) | Layer::Dense(_) => None,
        });
        found.unwrap_or(Activation::Identity)
    }

    /// The stages of convolution.
    pub fn stages(&self) -> impl Iterator<Item = &Stage> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Stage(stage) => Some(stage),
            Layer::Dense(_) | Layer::Activation(_) => None,
        })
    }

    /// The weights and biases of all layers, from the input on.
    pub fn weights(&self) -> impl Iterator<Item = &LayerWeights> {
        self.stages().map(|stage| &stage.window).chain(self.dense())
    }

    /// The dense layers.
    pub fn dense(&self) -> impl Iterator<Item = &LayerWeights> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Dense(layer) => Some(layer),
            Layer::Stage(_) | Layer::Activation(_) => None,
        })
    }

    /// Its size and work.
    pub fn cost(&self) -> Cost {
        let mut values = [self.input.values(), 1];
        let outputs = self.stages().map(Stage::outputs).chain(self.dense().map(|layer| layer.outputs));
        for (index, outputs) in outputs.enumerate() {
            let values = &mut values[(index + 1) % 2];
            *values = outputs.max(*values);
        }
        let products =
            self.stages().map(Stage::multiply_adds).chain(self.dense().map(|layer| layer.weight.len())).sum::<usize>();
        Cost {
            parameters: self.weights().map(|layer| layer.weight.len() + layer.bias.len()).sum(),
            biases: self.weights().map(|layer| layer.bias.len()).sum(),
            multiply_adds: self.input.readings() * products,
            values,
        }
    }

    /// `64 -> 15 -> 10 (sigmoid), 1135 parameters`, or with stages `8x8 -> 4x4x16 -> 10, 1770 parameters`
    pub fn summary(&self) -> String {
        let stages =
            self.stages().map(Stage::output).map(|[height, width, filters]| format!("{height}x{width}x{filters}"));
        let outputs = stages.chain(self.dense().map(|layer| layer.outputs.to_string()));
        let outputs: String = outputs.map(|outputs| format!(" -> {outputs}")).collect();
        let Input { height, width, channels, .. } = self.input;
        let inputs = match self.stages().next() {
            Some(_) if channels > 1 => format!("{height}x{width}x{channels}"),
            Some(_) => format!("{height}x{width}"),
            None => self.input.values().to_string(),
        };
        let activation = match self.activation() {
            Activation::Identity => String::new(),
            activation => format!(" ({activation})"),
        };
        let parameters = self.cost().parameters;
        format!("{inputs}{outputs}{activation}, {parameters} parameters")
    }

    /// `8x8 pixels, 0 (paper) to 16 (ink), row after row`
    pub fn takes(&self) -> String {
        let Input { height, width, channels, max_value, is_digit, .. } = self.input;
        let range = match is_digit {
            true => format!("0 (paper) to {max_value} (ink)"),
            false => format!("0 to {max_value} as in the training images"),
        };
        match channels {
            1 => format!("{height}x{width} pixels, {range}, row after row"),
            _ => format!(
                "{height}x{width} pixels in colour, {range}, row after row, red, green and blue of a pixel side by side"
            ),
        }
    }

    /// The shapes and functions of the layers.
    pub(super) fn shapes(&self) -> Vec<Shape> {
        let shape = |layer: &Layer| match layer {
            Layer::Stage(stage) => Shape::Stage(stage.image, stage.window.outputs),
            Layer::Dense(layer) => Shape::Dense(layer.inputs, layer.outputs),
            Layer::Activation(activation) => Shape::Activation(*activation),
        };
        self.layers.iter().map(shape).collect()
    }

    /// Checks that it is a network that every format can describe.
    ///
    /// # Errors
    /// [`ExportProblem::Layers`] unless stages, and dense layers with one activation between them, lead from the pixels, grey or
    /// in colour, to the classes;
    /// [`ExportProblem::NotFinite`] for a number that is not finite.
    pub(super) fn check(&self) -> Result<(), ExportProblem> {
        let Input { height, width, channels, scale, offset, .. } = self.input;
        let values = height.checked_mul(width).and_then(|pixels| pixels.checked_mul(channels));
        if values.is_none_or(|values| values == 0) || ![1, 3].contains(&channels) {
            return Err(ExportProblem::Layers);
        }
        let mut image = [height, width, channels];
        for stage in self.stages() {
            if stage.image != image || !stage.fits() {
                return Err(ExportProblem::Layers);
            }
            image = stage.output();
        }
        let mut size: usize = image.into_iter().product();
        for LayerWeights { inputs, outputs, weight, bias } in self.dense() {
            let fits = *inputs == size && inputs.checked_mul(*outputs) == Some(weight.len()) && bias.len() == *outputs;
            if !fits || *outputs == 0 {
                return Err(ExportProblem::Layers);
            }
            size = *outputs;
        }
        let stages = self.stages().map(|stage| Shape::Stage(stage.image, stage.window.outputs)).collect();
        let dense = self.dense().map(|layer| Shape::Dense(layer.inputs, layer.outputs));
        let is_chain = self.shapes() == [stages, joined(dense, self.activation())].concat();
        if size != self.classes.len() || self.dense().next().is_none() || !is_chain {
            return Err(ExportProblem::Layers);
        }
        let numbers = self.weights().flat_map(|layer| layer.weight.iter().chain(&layer.bias)).chain([&scale, &offset]);
        let is_finite = scale != 0.0 && numbers.into_iter().all(|number| number.is_finite());
        if is_finite { Ok(()) } else { Err(ExportProblem::NotFinite) }
    }
}

impl Stage {
    /// Rows, columns and channels of what comes out.
    pub fn output(&self) -> [usize; 3] {
        let [height, width, _] = self.image;
        [height / 2, width / 2, self.window.outputs]
    }

    /// The weights as ONNX and PyTorch have them: `[filters, channels, 3, 3]`.
    pub fn kernel(&self) -> Vec<f32> {
        let ([_, _, channels], filters) = (self.image, self.window.outputs);
        let of_filter = move |filter| {
            (0..channels).flat_map(move |channel| (0..9).map(move |i| (i * channels + channel) * filters + filter))
        };
        (0..filters).flat_map(of_filter).map(|place| self.window.weight[place]).collect()
    }

    /// The stage of a kernel `[filters, channels, 3, 3]` of as many numbers.
    pub fn of_kernel(image: [usize; 3], kernel: &[f32], bias: Vec<f32>) -> Self {
        let ([_, _, channels], filters) = (image, bias.len());
        let of_pixel = move |i| {
            (0..channels).flat_map(move |channel| (0..filters).map(move |filter| (filter * channels + channel) * 9 + i))
        };
        let weight = (0..9).flat_map(of_pixel).map(|place| kernel[place]).collect();
        Self { image, window: LayerWeights { inputs: 9 * channels, outputs: filters, weight, bias } }
    }

    /// Numbers that come out.
    pub fn outputs(&self) -> usize {
        self.output().into_iter().product()
    }

    /// Multiplications of weights: those of the windows whose sums are pooled.
    fn multiply_adds(&self) -> usize {
        let [height, width, _] = self.output();
        4 * height * width * self.window.weight.len()
    }

    /// Returns whether its window has as many weights as the sizes promise, and something comes out.
    fn fits(&self) -> bool {
        let [height, width, channels] = self.image;
        let LayerWeights { inputs, outputs, weight, bias } = &self.window;
        let window = channels.checked_mul(9);
        height >= 2
            && width >= 2
            && *outputs > 0
            && window == Some(*inputs)
            && inputs.checked_mul(*outputs) == Some(weight.len())
            && bias.len() == *outputs
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
    /// Values of an image.
    pub fn values(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// Rows, columns and channels of an image.
    pub fn image(&self) -> [usize; 3] {
        [self.height, self.width, self.channels]
    }

    /// Rows and columns of an image, and channels of one in colour.
    pub(super) fn sizes(&self) -> Vec<usize> {
        let channels = (self.channels > 1).then_some(self.channels);
        [self.height, self.width].into_iter().chain(channels).collect()
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
