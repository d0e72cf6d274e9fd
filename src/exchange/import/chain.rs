//! A network as a file of another program has it, in double precision, and the way from it to a [`Network`].

use std::collections::BTreeSet;

use super::layer::{Dense, Scaling};
use super::options::{ColourOrder, ImageSize, ImportOptions};
use super::stage::{Convolution, stages};
use crate::config::Activation;
use crate::data::digits;
use crate::error::ImportProblem;
use crate::exchange::network::{Input, Layer, Network, joined};

/// The size of the digits inside the program, and that of MNIST's: other images must say theirs.
const KNOWN_SIZES: [ImageSize; 2] = [ImageSize::new(8, 8), ImageSize::new(28, 28)];
/// The size of CIFAR's, which are in colour: it is known before a convolution.
const KNOWN_COLOURS: [ImageSize; 1] = [ImageSize { height: 32, width: 32, colours: Some(ColourOrder::Planes) }];

/// The steps of a network in their order, with what its file says about images and classes.
#[derive(Debug, Default)]
pub struct Chain {
    pub steps: Vec<Step>,
    /// The size of its images.
    pub size: Option<ImageSize>,
    /// True if it takes bytes as they are.
    pub is_raw: bool,
    /// The classes' names, in the order of the outputs.
    pub classes: Option<Vec<String>>,
}

/// A step from the inputs to the logits.
#[derive(Debug)]
pub enum Step {
    Scaling(Scaling),
    /// A convolution with ReLU and max pooling after it.
    Convolution(Convolution),
    Dense(Dense),
    /// A function of each value. The logistic function of a single last output is that of two classes.
    Activation(Activation),
}

/// Dense layers with one activation between each two, after a scaling of the inputs, and stages if there are any.
struct Folded {
    scaling: Scaling,
    convolutions: Vec<Convolution>,
    layers: Vec<Dense>,
    activation: Activation,
}

impl Chain {
    /// The outputs of the last layer.
    pub fn outputs(&self) -> Option<usize> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Dense(layer) => Some(layer.outputs()),
            _ => None,
        })
    }

    /// The network, with what only the user can say.
    pub fn network(self, name: &str, options: &ImportOptions) -> Result<Network, ImportProblem> {
        let Folded { scaling, convolutions, mut layers, activation } = folded(self.steps)?;
        if layers.len() > 1 {
            options.activation(Some(activation))?;
        }
        if let Some(found) = self.size {
            options.check_size(found)?;
        }
        // The file says the colours too, where an option has only rows and columns.
        let said = self.size.or(options.size);
        let size = match convolutions.first() {
            None => size(layers[0].inputs(), said)?,
            Some(first) => size_before(&convolutions, layers[0].inputs(), first.size(said, options)?)?,
        };
        if self.is_raw {
            options.check_scaling(1.0, 0.0)?;
        }
        let scale = options.scale.or(self.is_raw.then_some(1.0));
        let scale = scale.ok_or_else(|| ImportProblem::NoScale { max_value: max_value(size, 1.0) })?;
        let scaling = Scaling::of_all(1.0, options.offset.unwrap_or(0.0)).then(&scaling)?;
        let max_value = max_value(size, scale / scaling.common_factor());
        let is_digit = max_value == digits::MAX_VALUE;
        let (mut divisor, mut offset) = (scale, 0.0);
        if !convolutions.is_empty() {
            // Not into the weights: the border is 0 in the scaled image.
            let [factor, shift] = scaling.of_all_values().ok_or(ImportProblem::ScaledPixels)?;
            (divisor, offset) = (scale / factor, shift);
            layers[0].take_pixels(convolutions.last().map_or(1, Convolution::filters));
        // Full ink is the divisor itself for all images but the digits.
        } else if !scaling.is_identity() || !(is_digit || scale == f64::from(max_value)) {
            divisor = f64::from(max_value);
            layers[0].scale_inputs(&Scaling::of_all(divisor / scale, 0.0).then(&scaling)?);
        }
        if convolutions.is_empty() && size.colours == Some(ColourOrder::Planes) {
            layers[0].take_pixels(size.channels());
        }
        let last = layers.last_mut().expect("there is a layer");
        last.split_single();
        let classes = classes(last.outputs(), self.classes, options.classes.as_deref())?;
        let (scale, offset) = (divisor as f32, offset as f32);
        let (ImageSize { height, width, .. }, channels) = (size, size.channels());
        let input = Input { height, width, channels, max_value, scale, offset, is_digit, variants: false };
        let dense = joined(layers.into_iter().map(|layer| Layer::Dense(layer.rounded())), activation);
        let layers = [stages(input.image(), convolutions), dense].concat();
        Ok(Network { name: name.into(), input, layers, classes, provenance: None, origin: None })
    }
}

/// Brings every scaling but that of the inputs into the layers.
fn folded(steps: Vec<Step>) -> Result<Folded, ImportProblem> {
    let mut layers: Vec<(Dense, Option<Activation>)> = Vec::new();
    let mut convolutions: Vec<Convolution> = Vec::new();
    let (mut of_inputs, mut pending) = (Scaling::identity(), Scaling::identity());
    for step in steps {
        match (step, layers.last_mut()) {
            (Step::Scaling(scaling), Some((layer, None))) => {
                scaling.check(layer.outputs())?;
                layer.scale_outputs(&scaling);
            }
            (Step::Convolution(convolution), None) if convolutions.is_empty() || pending.is_identity() => {
                if convolutions.is_empty() {
                    of_inputs = std::mem::replace(&mut pending, Scaling::identity());
                }
                match convolutions.last() {
                    Some(before) => convolution.check(before.filters())?,
                    None => convolution.check_first()?,
                }
                convolutions.push(convolution);
            }
            (Step::Convolution(convolution), _) => return Err(convolution.misplaced()),
            (Step::Scaling(scaling), _) => {
                pending = pending.then(&scaling)?;
            }
            (Step::Activation(activation), Some((_, function @ None))) => *function = Some(activation),
            (Step::Activation(activation), _) => return Err(ImportProblem::Place { activation }),
            (Step::Dense(mut layer), before) => {
                pending.check(layer.inputs())?;
                let scaling = std::mem::replace(&mut pending, Scaling::identity());
                match before {
                    None if !convolutions.is_empty() => layer.scale_inputs(&scaling),
                    None => of_inputs = scaling,
                    Some((before, _)) if before.outputs() != layer.inputs() => {
                        let (inputs, values) = (layer.inputs(), before.outputs());
                        return Err(ImportProblem::Inputs { layer: layer.name().into(), inputs, values });
                    }
                    Some(_) => layer.scale_inputs(&scaling),
                }
                layers.push((layer, None));
            }
        }
    }
    let (last, end) = layers.last().ok_or(ImportProblem::NoLayers)?;
    match end {
        Some(Activation::Sigmoid) if last.outputs() == 1 && pending.is_identity() => {}
        Some(activation) => return Err(ImportProblem::Place { activation: *activation }),
        None => {}
    }
    let between = layers[..layers.len() - 1].iter().map(|(_, function)| function.unwrap_or(Activation::Identity));
    let activation = between.clone().next().unwrap_or(Activation::Identity);
    match between.clone().find(|other| *other != activation) {
        Some(other) => Err(ImportProblem::Activations { found: [activation, other] }),
        None => {
            let layers = layers.into_iter().map(|(layer, _)| layer).collect();
            Ok(Folded { scaling: of_inputs, convolutions, layers, activation })
        }
    }
}

/// The size of the images.
fn size(inputs: usize, said: Option<ImageSize>) -> Result<ImageSize, ImportProblem> {
    let fits = |size: &ImageSize| size.pixels().checked_mul(size.channels()) == Some(inputs);
    match said.or_else(|| KNOWN_SIZES.into_iter().find(fits)) {
        None => Err(ImportProblem::NoSize { inputs }),
        Some(size) if fits(&size) => Ok(size),
        Some(size) => {
            let size = [size.height, size.width, size.channels()];
            Err(ImportProblem::Size { size, inputs })
        }
    }
}

/// The size of the images before stages, of which `inputs` numbers are left.
fn size_before(
    convolutions: &[Convolution],
    inputs: usize,
    said: Option<ImageSize>,
) -> Result<ImageSize, ImportProblem> {
    let filters = convolutions.last().map_or(1, Convolution::filters);
    let left = |size: &ImageSize| {
        let [height, width] =
            [size.height, size.width].map(|size| size.checked_shr(convolutions.len() as u32).unwrap_or(0));
        height.checked_mul(width).and_then(|pixels| pixels.checked_mul(filters))
    };
    let is_colour = convolutions.first().is_some_and(Convolution::takes_colours);
    let known: &[ImageSize] = if is_colour { &KNOWN_COLOURS } else { &KNOWN_SIZES };
    match said.or_else(|| known.iter().copied().find(|size| left(size) == Some(inputs))) {
        None => Err(ImportProblem::NoSize { inputs }),
        Some(size) if left(&size) == Some(inputs) => Ok(size),
        Some(ImageSize { height, width, .. }) => {
            let size = [height, width];
            Err(ImportProblem::StagesSize { size, stages: convolutions.len(), filters, inputs })
        }
    }
}

/// The grey value of full ink: 16 on images of 8x8 pixels, unless they are divided by more, else 255.
fn max_value(size: ImageSize, divisor: f64) -> u8 {
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
