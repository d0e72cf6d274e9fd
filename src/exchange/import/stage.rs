//! The convolutions of a chain: 3x3 with a border of 1, ReLU and 2x2 max pooling after each.

use super::options::{ColourOrder, ImageSize, ImportOptions};
use crate::error::ImportProblem;
use crate::exchange::network::{Layer, Stage};

/// A convolution, with ReLU and max pooling after it.
#[derive(Debug)]
pub struct Convolution {
    /// The name in errors.
    name: String,
    channels: usize,
    /// `[filters, channels, 3, 3]`
    kernel: Vec<f64>,
    bias: Vec<f64>,
}

impl Convolution {
    /// A convolution with a kernel of the shape `[filters, channels, 3, 3]`; without biases, they are 0.
    pub fn new(name: &str, shape: &[usize], kernel: Vec<f64>, bias: Option<Vec<f64>>) -> Result<Self, ImportProblem> {
        let refused = |shape: &[usize]| ImportProblem::Array { name: name.into(), shape: shape.into() };
        let &[filters, channels, 3, 3] = shape else { return Err(refused(shape)) };
        let length = filters.checked_mul(channels).and_then(|length| length.checked_mul(9));
        if kernel.is_empty() || length != Some(kernel.len()) {
            return Err(refused(shape));
        }
        let bias = bias.unwrap_or_else(|| vec![0.0; filters]);
        match bias.len() == filters {
            true => Ok(Self { name: name.into(), channels, kernel, bias }),
            false => Err(refused(&[bias.len()])),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn filters(&self) -> usize {
        self.bias.len()
    }

    /// Returns whether it takes three channels.
    pub fn takes_colours(&self) -> bool {
        self.channels == 3
    }

    /// The size of the images before it, of the size that was said: it takes grey images or planes of colours.
    pub fn size(&self, said: Option<ImageSize>, options: &ImportOptions) -> Result<Option<ImageSize>, ImportProblem> {
        let Some(said) = said else { return Ok(None) };
        let found = ImageSize { colours: self.takes_colours().then_some(ColourOrder::Planes), ..said };
        options.check_size(found)?;
        match said.colours {
            Some(ColourOrder::Planes) => self.check(said.channels())?,
            // Its channels are the second dimension of a value, which are the rows here.
            Some(ColourOrder::Pixels) => self.check(said.height)?,
            None => {}
        }
        Ok(Some(found))
    }

    /// Checks that it takes grey images or colours.
    pub fn check_first(&self) -> Result<(), ImportProblem> {
        if self.takes_colours() { Ok(()) } else { self.check(1) }
    }

    /// Checks that it takes so many channels.
    pub fn check(&self, channels: usize) -> Result<(), ImportProblem> {
        match self.channels == channels {
            true => Ok(()),
            false => Err(ImportProblem::Inputs { layer: self.name.clone(), inputs: self.channels, values: channels }),
        }
    }

    /// The error about a convolution after a dense layer or a scaling.
    pub fn misplaced(&self) -> ImportProblem {
        ImportProblem::Node { operator: "Conv".into(), node: self.name.clone() }
    }
}

/// The stages of convolutions, for images of these rows, columns and channels.
pub fn stages(mut image: [usize; 3], convolutions: Vec<Convolution>) -> Vec<Layer> {
    let single = |values: Vec<f64>| -> Vec<f32> { values.into_iter().map(|value| value as f32).collect() };
    let stage = |Convolution { kernel, bias, .. }: Convolution| {
        let stage = Stage::of_kernel(image, &single(kernel), single(bias));
        image = stage.output();
        Layer::Stage(stage)
    };
    convolutions.into_iter().map(stage).collect()
}
