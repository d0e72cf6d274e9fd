//! A network as a file of another program has it, in double precision, and the way from it to a [`Network`].

use std::collections::BTreeSet;

use super::options::ImportOptions;
use crate::config::Activation;
use crate::data::digits;
use crate::error::ImportProblem;
use crate::exchange::network::{Input, Layer, Network, joined};
use crate::model::LayerWeights;

/// The size of the digits inside the program, and that of MNIST's: other images must say theirs.
const KNOWN_SIZES: [[usize; 2]; 2] = [[8, 8], [28, 28]];

/// The steps of a network in their order, with what its file says about images and classes.
#[derive(Debug, Default)]
pub struct Chain {
    pub steps: Vec<Step>,
    /// Rows and columns of its images.
    pub size: Option<[usize; 2]>,
    /// True if it takes grey values as they are.
    pub is_raw: bool,
    /// The classes' names, in the order of the outputs.
    pub classes: Option<Vec<String>>,
}

/// A step from the inputs to the logits.
#[derive(Debug)]
pub enum Step {
    Scaling(Scaling),
    Dense(Dense),
    /// A function of each value. The logistic function of a single last output is that of two classes.
    Activation(Activation),
}

/// `x * factor + offset`, with one number for all values or one for each.
#[derive(Debug, Clone)]
pub struct Scaling {
    /// The name in errors.
    name: String,
    factor: Vec<f64>,
    offset: Vec<f64>,
}

/// `x W + b`, with W `[inputs, outputs]`, row after row.
#[derive(Debug)]
pub struct Dense {
    /// The name in errors.
    name: String,
    inputs: usize,
    outputs: usize,
    weight: Vec<f64>,
    bias: Vec<f64>,
}

/// Dense layers with one activation between each two, after a scaling of the inputs.
struct Folded {
    scaling: Scaling,
    layers: Vec<Dense>,
    activation: Activation,
}

impl Chain {
    /// The outputs of the last layer.
    pub fn outputs(&self) -> Option<usize> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Dense(layer) => Some(layer.outputs),
            _ => None,
        })
    }

    /// The network, with what only the user can say.
    pub fn network(self, name: &str, options: &ImportOptions) -> Result<Network, ImportProblem> {
        let Folded { scaling, mut layers, activation } = folded(self.steps)?;
        if layers.len() > 1 {
            options.activation(Some(activation))?;
        }
        if let Some(found) = self.size {
            options.check_size(found)?;
        }
        let [height, width] = size(layers[0].inputs, options.size.or(self.size))?;
        if self.is_raw {
            options.check_scale(1.0)?;
        }
        let scale = options.scale.or(self.is_raw.then_some(1.0));
        let scale = scale.ok_or_else(|| ImportProblem::NoScale { max_value: max_value([height, width], 1.0) })?;
        let max_value = max_value([height, width], scale / scaling.common_factor());
        let is_digit = max_value == digits::MAX_VALUE;
        let mut divisor = scale;
        // Full ink is the divisor itself for all images but the digits.
        if !scaling.is_identity() || !(is_digit || scale == f64::from(max_value)) {
            divisor = f64::from(max_value);
            layers[0].scale_inputs(&Scaling::by(divisor / scale).then(&scaling));
        }
        let last = layers.last_mut().expect("there is a layer");
        last.split_single();
        let classes = classes(last.outputs, self.classes, options.classes.as_deref())?;
        let input = Input { height, width, max_value, scale: divisor as f32, offset: 0.0, is_digit, variants: false };
        let layers = joined(layers.into_iter().map(|layer| Layer::Dense(layer.rounded())), activation);
        Ok(Network { name: name.into(), input, layers, classes, provenance: None, origin: None })
    }
}

/// Brings every scaling but that of the inputs into the layers.
fn folded(steps: Vec<Step>) -> Result<Folded, ImportProblem> {
    let mut layers: Vec<(Dense, Option<Activation>)> = Vec::new();
    let (mut of_inputs, mut pending) = (Scaling::identity(), Scaling::identity());
    for step in steps {
        match (step, layers.last_mut()) {
            (Step::Scaling(scaling), Some((layer, None))) => {
                scaling.check(layer.outputs)?;
                layer.scale_outputs(&scaling);
            }
            (Step::Scaling(scaling), _) => {
                if pending.len() > 1 {
                    scaling.check(pending.len())?;
                }
                pending = pending.then(&scaling);
            }
            (Step::Activation(activation), Some((_, function @ None))) => *function = Some(activation),
            (Step::Activation(activation), _) => return Err(ImportProblem::Place { activation }),
            (Step::Dense(mut layer), before) => {
                pending.check(layer.inputs)?;
                let scaling = std::mem::replace(&mut pending, Scaling::identity());
                match before {
                    None => of_inputs = scaling,
                    Some((before, _)) if before.outputs != layer.inputs => {
                        let (inputs, values) = (layer.inputs, before.outputs);
                        return Err(ImportProblem::Inputs { layer: layer.name, inputs, values });
                    }
                    Some(_) => layer.scale_inputs(&scaling),
                }
                layers.push((layer, None));
            }
        }
    }
    let (last, end) = layers.last().ok_or(ImportProblem::NoLayers)?;
    match end {
        Some(Activation::Sigmoid) if last.outputs == 1 && pending.is_identity() => {}
        Some(activation) => return Err(ImportProblem::Place { activation: *activation }),
        None => {}
    }
    let between = layers[..layers.len() - 1].iter().map(|(_, function)| function.unwrap_or(Activation::Identity));
    let activation = between.clone().next().unwrap_or(Activation::Identity);
    match between.clone().find(|other| *other != activation) {
        Some(other) => Err(ImportProblem::Activations { found: [activation, other] }),
        None => {
            let layers = layers.into_iter().map(|(layer, _)| layer).collect();
            Ok(Folded { scaling: of_inputs, layers, activation })
        }
    }
}

/// The size of the images.
fn size(inputs: usize, said: Option<[usize; 2]>) -> Result<[usize; 2], ImportProblem> {
    let fits = |&[height, width]: &[usize; 2]| height.checked_mul(width) == Some(inputs);
    match said.or_else(|| KNOWN_SIZES.into_iter().find(fits)) {
        None => Err(ImportProblem::NoSize { inputs }),
        Some(size) if fits(&size) => Ok(size),
        Some(size) => Err(ImportProblem::Size { size, inputs }),
    }
}

/// The grey value of full ink: 16 on images of 8x8 pixels, unless they are divided by more, else 255.
fn max_value(size: [usize; 2], divisor: f64) -> u8 {
    match size == KNOWN_SIZES[0] && divisor.abs() <= f64::from(digits::MAX_VALUE) {
        true => digits::MAX_VALUE,
        false => u8::MAX,
    }
}

/// The classes' names.
pub fn classes(
    expected: usize,
    found: Option<Vec<String>>,
    given: Option<&[String]>,
) -> Result<Vec<String>, ImportProblem> {
    let names = given.map(<[String]>::to_vec).or(found).ok_or(ImportProblem::NoClasses { classes: expected })?;
    if names.len() != expected {
        return Err(ImportProblem::ClassCount { found: names.len(), expected });
    }
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(ImportProblem::SameClass { name: name.clone() }),
        None => Ok(names),
    }
}

impl Scaling {
    /// A scaling with one number for all values, or as many as there are values.
    pub fn new(name: &str, factor: Vec<f64>, offset: Vec<f64>) -> Result<Self, ImportProblem> {
        let (a, b) = (factor.len(), offset.len());
        match a > 0 && b > 0 && (a == b || a == 1 || b == 1) {
            true => Ok(Self { name: name.into(), factor, offset }),
            false => Err(ImportProblem::Array { name: name.into(), shape: vec![a.max(b)] }),
        }
    }

    /// The values as they are.
    fn identity() -> Self {
        Self::by(1.0)
    }

    fn by(factor: f64) -> Self {
        Self { name: String::new(), factor: vec![factor], offset: vec![0.0] }
    }

    fn is_identity(&self) -> bool {
        self.factor.iter().all(|&factor| factor == 1.0) && self.offset.iter().all(|&offset| offset == 0.0)
    }

    /// Numbers of values that it can scale; 1 for any.
    pub fn len(&self) -> usize {
        self.factor.len().max(self.offset.len())
    }

    /// Checks that it can scale so many values.
    pub fn check(&self, values: usize) -> Result<(), ImportProblem> {
        match self.len() {
            1 => Ok(()),
            inputs if inputs == values => Ok(()),
            inputs => Err(ImportProblem::Inputs { layer: self.name.clone(), inputs, values }),
        }
    }

    /// This one, and then another one.
    pub fn then(&self, next: &Self) -> Self {
        let both = |value: usize| {
            let ([factor, offset], [next_factor, next_offset]) = (self.of(value), next.of(value));
            (factor * next_factor, offset * next_factor + next_offset)
        };
        let (factor, offset) = (0..self.len().max(next.len())).map(both).unzip();
        Self { name: next.name.clone(), factor, offset }
    }

    /// Factor and offset of a value.
    fn of(&self, value: usize) -> [f64; 2] {
        [&self.factor, &self.offset].map(|numbers| numbers[if numbers.len() == 1 { 0 } else { value }])
    }

    /// The factor of all values; 1 if they have different ones.
    fn common_factor(&self) -> f64 {
        if let [factor] = self.factor[..] { factor } else { 1.0 }
    }
}

impl Dense {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn inputs(&self) -> usize {
        self.inputs
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// A layer with weights of the shape `[inputs, outputs]`; without biases, they are 0.
    pub fn new(name: &str, shape: &[usize], weight: Vec<f64>, bias: Option<Vec<f64>>) -> Result<Self, ImportProblem> {
        let name = name.to_string();
        match *shape {
            [inputs, outputs] if !weight.is_empty() && inputs.checked_mul(outputs) == Some(weight.len()) => {
                let bias = bias.unwrap_or_else(|| vec![0.0; outputs]);
                match bias.len() == outputs {
                    true => Ok(Self { name, inputs, outputs, weight, bias }),
                    false => Err(ImportProblem::Array { name, shape: vec![bias.len()] }),
                }
            }
            _ => Err(ImportProblem::Array { name, shape: shape.into() }),
        }
    }

    /// The same with weights of the shape `[outputs, inputs]`.
    pub fn transposed(
        name: &str,
        shape: &[usize],
        weight: &[f64],
        bias: Option<Vec<f64>>,
    ) -> Result<Self, ImportProblem> {
        match *shape {
            [outputs, inputs] if outputs.checked_mul(inputs) == Some(weight.len()) && outputs > 0 => {
                let column = |input: usize| weight.iter().skip(input).step_by(inputs).copied();
                Self::new(name, &[inputs, outputs], (0..inputs).flat_map(column).collect(), bias)
            }
            _ => Err(ImportProblem::Array { name: name.into(), shape: shape.into() }),
        }
    }

    /// The same layer for values before their scaling.
    fn scale_inputs(&mut self, scaling: &Scaling) {
        for (input, row) in self.weight.chunks_exact_mut(self.outputs).enumerate() {
            let [factor, offset] = scaling.of(input);
            for (weight, bias) in row.iter_mut().zip(&mut self.bias) {
                *bias += offset * *weight;
                *weight *= factor;
            }
        }
    }

    /// The same layer with its outputs scaled.
    fn scale_outputs(&mut self, scaling: &Scaling) {
        for row in self.weight.chunks_exact_mut(self.outputs) {
            row.iter_mut().enumerate().for_each(|(output, weight)| *weight *= scaling.of(output)[0]);
        }
        for (output, bias) in self.bias.iter_mut().enumerate() {
            let [factor, offset] = scaling.of(output);
            *bias = *bias * factor + offset;
        }
    }

    /// Makes two logits of one: 0 for the first class, and the single output for the second.
    fn split_single(&mut self) {
        if self.outputs == 1 {
            let pairs = |values: &[f64]| values.iter().flat_map(|&value| [0.0, value]).collect();
            (self.outputs, self.weight, self.bias) = (2, pairs(&self.weight), pairs(&self.bias));
        }
    }

    /// The layer in single precision.
    fn rounded(self) -> LayerWeights {
        let single = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
        LayerWeights {
            inputs: self.inputs,
            outputs: self.outputs,
            weight: single(self.weight),
            bias: single(self.bias),
        }
    }
}
