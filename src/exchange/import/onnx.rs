//! `.onnx` of other programs: a chain of nodes from the pixels to the classes, as skl2onnx and torch.onnx write it.
//!
//! Stages of convolution may come first: `Conv`, `Relu` and `MaxPool`, each 3x3 with a border of 1 and 2x2.
//!
//! Every node must compute with the last value of the chain and constants; after its end, with the outputs alone. Any other
//! is an error that names the node.

use std::collections::{HashMap, HashSet};

use super::chain::{Chain, Step};
use super::layer::{Dense, Scaling};
use super::options::{ColourOrder, ImageSize};
use super::stage::Convolution;
use super::tensor::{integers, names, numbers, texts};
use crate::config::Activation;
use crate::error::ImportProblem;
use crate::exchange::onnx::messages::{Attribute, Graph, Model, Node, Tensor, ValueInfo};

/// The operators of machine learning that are not of neural networks.
const ML: &str = "ai.onnx.ml";
/// The data types of floats: of 32, 16 and 64 bits, and bfloat16.
const FLOATS: [i64; 4] = [1, 10, 11, 16];

/// The network of a model, and the program that made it.
pub fn read(model: &Model) -> Result<(Chain, String), ImportProblem> {
    let graph = model.graph.as_ref().ok_or(ImportProblem::NoLayers)?;
    let mut walk = Walk::new(graph)?;
    for (place, node) in graph.node.iter().enumerate() {
        walk.step(node).map_err(|problem| problem.unwrap_or_else(|| refused(node, place)))?;
    }
    let Walk { chain, value, results, .. } = walk;
    let is_end = |output: &ValueInfo| output.name == value || results.contains(output.name.as_str());
    if !graph.output.iter().any(is_end) {
        let name = graph.output.first().map_or_else(|| "output".into(), |output| output.name.clone());
        return Err(ImportProblem::Missing { name });
    }
    let program = match model.producer_name.as_str() {
        "" => "ONNX".into(),
        name => format!("{name} {}", model.producer_version).trim().into(),
    };
    Ok((chain, program))
}

/// The error about a node; without a name, it is called by its place.
fn refused(node: &Node, place: usize) -> ImportProblem {
    let name = if node.name.is_empty() { place.to_string() } else { node.name.clone() };
    ImportProblem::Node { operator: node.op_type.clone(), node: name }
}

/// The way along the nodes.
struct Walk<'a> {
    constants: HashMap<&'a str, &'a Tensor>,
    /// Values that hold sizes of others: a flattening computes with them.
    sizes: HashSet<&'a str>,
    /// The last value of the chain.
    value: &'a str,
    chain: Chain,
    /// Whether ReLU and max pooling have followed the last convolution. `None` before the first, and when both have.
    stage: Option<[bool; 2]>,
    /// Softmax or the logistic function of two classes is done.
    is_done: bool,
    /// The probability of the first of two classes: 1 minus that of the second.
    complement: Option<&'a str>,
    /// Values made of the outputs: labels, and probabilities in other forms.
    results: HashSet<&'a str>,
}

/// `None` for a node that is not part of such a network.
type Taken<T = ()> = Result<T, Option<ImportProblem>>;

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph) -> Result<Self, ImportProblem> {
        let constants: HashMap<&str, &Tensor> =
            graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        let mut inputs = graph.input.iter().filter(|input| !constants.contains_key(input.name.as_str()));
        let input = inputs.next().ok_or_else(|| ImportProblem::Missing { name: "input".into() })?;
        if let Some(other) = inputs.next() {
            return Err(ImportProblem::Node { operator: "Input".into(), node: other.name.clone() });
        }
        let kind = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
        let chain = Chain {
            size: size(input),
            is_raw: kind.is_some_and(|kind| !FLOATS.contains(&kind.elem_type.into())),
            ..Chain::default()
        };
        let (value, sizes, results) = (input.name.as_str(), HashSet::new(), HashSet::new());
        Ok(Self { constants, sizes, value, chain, is_done: false, complement: None, results, stage: None })
    }

    fn step(&mut self, node: &'a Node) -> Taken {
        let output = node.output.first().ok_or(None)?.as_str();
        let uses = |name: &str| node.input.iter().any(|input| input == name);
        if node.op_type == "Constant" {
            let tensor = attribute(node, "value").and_then(|value| value.t.as_ref()).ok_or(None)?;
            self.constants.insert(output, tensor);
        } else if node.input.iter().all(|input| self.is_known(input)) {
            self.known(node, output)?;
        } else if node.op_type == "Shape" && uses(self.value) {
            self.sizes.insert(output);
        } else if node.input.iter().any(|input| self.results.contains(input.as_str()))
            || (uses(self.value) && (self.is_done || self.is_two_classes(node)))
        {
            self.end(node, output)?;
        } else if uses(self.value) {
            match node.op_type.as_str() {
                "ArgMax" | "ZipMap" => self.end(node, output)?,
                _ => {
                    self.layer(node)?;
                    self.value = output;
                }
            }
        } else {
            return Err(None);
        }
        Ok(())
    }

    fn is_known(&self, name: &str) -> bool {
        name.is_empty() || self.constants.contains_key(name) || self.sizes.contains(name)
    }

    /// A node that computes with constants and sizes alone.
    fn known(&mut self, node: &'a Node, output: &'a str) -> Taken {
        match (node.op_type.as_str(), node.input.first().and_then(|name| self.constants.get(name.as_str()))) {
            ("Identity", Some(&tensor)) => {
                self.constants.insert(output, tensor);
            }
            ("Gather" | "Unsqueeze" | "Concat" | "Cast" | "Slice" | "Squeeze" | "Identity", _) => {
                self.sizes.insert(output);
            }
            _ => return Err(None),
        }
        Ok(())
    }

    /// Returns whether the probabilities of two classes are put together of that of the second.
    fn is_two_classes(&self, node: &Node) -> bool {
        let is_logistic = matches!(self.chain.steps.last(), Some(Step::Activation(Activation::Sigmoid)));
        is_logistic && self.chain.outputs() == Some(1) && matches!(node.op_type.as_str(), "Sub" | "Concat")
    }

    /// A node after the last layer: the label, the classes' names, probabilities in another form.
    fn end(&mut self, node: &'a Node, output: &'a str) -> Taken {
        let inputs: Vec<&str> = node.input.iter().map(String::as_str).collect();
        match (node.op_type.as_str(), &inputs[..]) {
            ("Sub", [one, value]) if !self.is_done && *value == self.value && self.floats(one)?.1 == [1.0] => {
                self.complement = Some(output);
            }
            ("Concat", [first, second]) if self.complement == Some(first) && *second == self.value => {
                self.is_done = true;
                self.value = output;
                return Ok(());
            }
            ("ArrayFeatureExtractor", [classes, _]) => {
                let classes = self.constants.get(classes).ok_or(None)?;
                self.chain.classes = Some(names(classes).ok_or(None)?);
            }
            ("ZipMap", [_]) => {
                let labels = |name| attribute(node, name);
                let numbers = labels("classlabels_int64s").map(|found| found.ints.iter().map(i64::to_string).collect());
                let names = labels("classlabels_strings").map(|found| texts(&found.strings));
                self.chain.classes = numbers.or(names);
            }
            ("ArgMax" | "Cast" | "Reshape" | "Identity" | "Slice" | "Squeeze", _) => {}
            _ => return Err(None),
        }
        self.results.insert(output);
        Ok(())
    }

    /// A node of the chain.
    fn layer(&mut self, node: &'a Node) -> Taken {
        let is_ml = node.domain == ML;
        let number = |name: &str, default: i64| attribute(node, name).and_then(|found| found.i).unwrap_or(default);
        let is_before_layers = self.chain.outputs().is_none();
        let step = match node.op_type.as_str() {
            "Scaler" if is_ml => Step::Scaling(scaler(node)?),
            _ if is_ml => return Err(None),
            "Cast" if FLOATS.contains(&number("to", 0)) => return Ok(()),
            "Identity" => return Ok(()),
            // Its third input switches it on.
            "Dropout" if node.input.len() < 3 => return Ok(()),
            "Flatten" if number("axis", 1) == 1 => return Ok(()),
            "Reshape" if self.keeps_images(node) => return Ok(()),
            "Squeeze" | "Unsqueeze" if is_before_layers => return Ok(()),
            "Conv" if self.stage.is_none() => {
                self.stage = Some([false; 2]);
                Step::Convolution(self.convolution(node)?)
            }
            "Relu" | "MaxPool" if self.stage.is_some() => return self.end_of_stage(node),
            _ if self.stage.is_some() => return Err(None),
            "Add" | "Sub" | "Mul" | "Div" => Step::Scaling(self.arithmetic(node)?),
            "MatMul" => {
                let [_, weight] = self.operands(node)?;
                let (shape, numbers) = self.floats(weight)?;
                Step::Dense(Dense::new(weight, &shape, numbers, None)?)
            }
            "Gemm" => Step::Dense(self.gemm(node)?),
            "Sigmoid" => Step::Activation(Activation::Sigmoid),
            "Tanh" => Step::Activation(Activation::Tanh),
            "Relu" => Step::Activation(Activation::Relu),
            "Gelu" => match attribute(node, "approximate").map(|found| found.s.as_slice()) {
                Some(b"tanh") => Step::Activation(Activation::Gelu),
                _ => return Err(Some(ImportProblem::ExactGelu { node: node.name.clone() })),
            },
            "Softmax" | "LogSoftmax" if [1, -1].contains(&number("axis", 1)) && self.chain.outputs() > Some(1) => {
                self.is_done = true;
                return Ok(());
            }
            _ => return Err(None),
        };
        self.chain.steps.push(step);
        Ok(())
    }

    /// A convolution of 3x3 with a border of 1.
    fn convolution(&self, node: &'a Node) -> Taken<Convolution> {
        let [value, kernel, bias @ ..] = &node.input[..] else { return Err(None) };
        let is_plain = has(node, "pads", &[1, 1, 1, 1], true)
            && has(node, "strides", &[1, 1], false)
            && has(node, "dilations", &[1, 1], false)
            && attribute(node, "group").is_none_or(|group| group.i == Some(1));
        if value != self.value || !is_plain {
            return Err(None);
        }
        let (shape, numbers) = self.floats(kernel)?;
        let bias = match bias.first().filter(|name| !name.is_empty()) {
            Some(bias) => Some(self.floats(bias)?.1),
            None => None,
        };
        Ok(Convolution::new(&node.name, &shape, numbers, bias)?)
    }

    /// ReLU, or max pooling of 2x2, which may come in either order.
    fn end_of_stage(&mut self, node: &Node) -> Taken {
        let pools = has(node, "kernel_shape", &[2, 2], true)
            && has(node, "strides", &[2, 2], true)
            && has(node, "pads", &[0; 4], false)
            && attribute(node, "ceil_mode").is_none_or(|mode| mode.i.unwrap_or(0) == 0);
        self.stage = match (node.op_type.as_str(), self.stage) {
            ("Relu", Some([false, pooled])) => Some([true, pooled]),
            ("MaxPool", Some([is_relu, false])) if pools => Some([is_relu, true]),
            _ => return Err(None),
        };
        if self.stage == Some([true; 2]) {
            self.stage = None;
        }
        Ok(())
    }

    /// The two inputs of a node, the last value first.
    fn operands(&self, node: &'a Node) -> Taken<[&'a str; 2]> {
        match &node.input[..] {
            [value, other] if value == self.value && other != self.value => Ok([value, other]),
            _ => Err(None),
        }
    }

    /// Returns whether a reshaping leaves each image by itself: it has the images first, and a dimension or more after them.
    fn keeps_images(&self, node: &Node) -> bool {
        let Some(shape) = node.input.get(1) else { return false };
        let of_constant = || Some(integers(self.constants.get(shape.as_str())?)?.len() > 1);
        self.sizes.contains(shape.as_str()) || of_constant() == Some(true)
    }

    /// Addition, subtraction, multiplication or division of the last value and a constant.
    fn arithmetic(&self, node: &'a Node) -> Taken<Scaling> {
        let [first, second] = &node.input[..] else { return Err(None) };
        let is_first = first == self.value;
        let (shape, numbers) = self.floats(if is_first { second } else { first })?;
        // Numbers down a column would make a table of each value.
        if numbers.len() > 1 && shape.last() == Some(&1) {
            return Err(None);
        }
        let (factor, offset) = match (node.op_type.as_str(), is_first) {
            ("Add", _) => (vec![1.0], numbers),
            ("Sub", true) => (vec![1.0], numbers.iter().map(|number| -number).collect()),
            ("Sub", false) => (vec![-1.0], numbers),
            ("Mul", _) => (numbers, vec![0.0]),
            ("Div", true) => (numbers.iter().map(|number| 1.0 / number).collect(), vec![0.0]),
            _ => return Err(None),
        };
        Ok(Scaling::new(&node.name, factor, offset)?)
    }

    /// `alpha x W + beta b`
    fn gemm(&self, node: &'a Node) -> Taken<Dense> {
        let setting = |name: &str| attribute(node, name);
        let float = |name: &str| f64::from(setting(name).and_then(|found| found.f).unwrap_or(1.0));
        let flag = |name: &str| setting(name).and_then(|found| found.i).unwrap_or(0) != 0;
        let [value, weight, bias @ ..] = &node.input[..] else { return Err(None) };
        if value != self.value || flag("transA") {
            return Err(None);
        }
        let scaled = |numbers: Vec<f64>, factor: f64| numbers.into_iter().map(|number| factor * number).collect();
        let (shape, numbers) = self.floats(weight)?;
        let numbers: Vec<f64> = scaled(numbers, float("alpha"));
        let bias = match bias.first().filter(|name| !name.is_empty()) {
            Some(bias) => Some(scaled(self.floats(bias)?.1, float("beta"))),
            None => None,
        };
        Ok(match flag("transB") {
            true => Dense::transposed(weight, &shape, &numbers, bias)?,
            false => Dense::new(weight, &shape, numbers, bias)?,
        })
    }

    /// The shape and the numbers of a constant.
    fn floats(&self, name: &str) -> Taken<(Vec<usize>, Vec<f64>)> {
        let tensor = self.constants.get(name).ok_or(None)?;
        let missing = || Some(ImportProblem::Missing { name: name.into() });
        let shape: Vec<usize> = tensor.dims.iter().map(|&size| usize::try_from(size).unwrap_or(0)).collect();
        let numbers = numbers(tensor).ok_or_else(missing)?;
        let length = shape.iter().try_fold(1_usize, |length, &size| length.checked_mul(size));
        match length == Some(numbers.len()) {
            true => Ok((shape, numbers)),
            false => Err(Some(ImportProblem::Array { name: name.into(), shape })),
        }
    }
}

/// Returns whether an attribute is a list of these numbers, or is missing where it may be.
fn has(node: &Node, name: &str, numbers: &[i64], is_needed: bool) -> bool {
    attribute(node, name).map_or(!is_needed, |found| found.ints == numbers)
}

fn attribute<'a>(node: &'a Node, name: &str) -> Option<&'a Attribute> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// `(x - offset) * scale`
fn scaler(node: &Node) -> Taken<Scaling> {
    let numbers = |name: &str| -> Option<Vec<f64>> {
        Some(attribute(node, name)?.floats.iter().map(|&number| number.into()).collect())
    };
    let (scale, offset) = (numbers("scale").ok_or(None)?, numbers("offset").ok_or(None)?);
    let shift = Scaling::new(&node.name, vec![1.0], offset.iter().map(|offset| -offset).collect())?;
    Ok(shift.then(&Scaling::new(&node.name, scale, vec![0.0])?)?)
}

/// The size of the images that go in: `[images, rows, columns]`, with planes of colours before the rows, or colours after the
/// columns.
fn size(input: &ValueInfo) -> Option<ImageSize> {
    let shape = input.r#type.as_ref()?.tensor_type.as_ref()?.shape.as_ref()?;
    let sizes: Vec<Option<usize>> =
        shape.dim.iter().map(|dim| usize::try_from(dim.dim_value?).ok().filter(|&size| size > 0)).collect();
    let (height, width, colours) = match sizes[..] {
        [_, Some(3), Some(height), Some(width)] => (height, width, Some(ColourOrder::Planes)),
        [_, Some(height), Some(width), Some(3)] => (height, width, Some(ColourOrder::Pixels)),
        [_, Some(height), Some(width), Some(1)] => (height, width, None),
        [_, .., Some(height), Some(width)] if sizes.len() > 2 => (height, width, None),
        _ => return None,
    };
    Some(ImageSize { height, width, colours })
}
