//! Options that complete what a file says about its network.

use std::fmt;

use crate::config::Activation;
use crate::error::ImportProblem;

/// The size of images, and the order of their colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSize {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The order of the colours; `None` for grey images, or where a convolution tells.
    pub colours: Option<ColourOrder>,
}

/// The order of the values of an image in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColourOrder {
    /// A plane of red, one of green and one of blue, as PyTorch has images.
    Planes,
    /// Red, green and blue of a pixel side by side, as NumPy and files of pictures have them.
    Pixels,
}

impl ImageSize {
    /// The size of grey images, or of others whose colours are not said.
    pub const fn new(height: usize, width: usize) -> Self {
        Self { height, width, colours: None }
    }

    /// Pixels of an image.
    pub(super) fn pixels(self) -> usize {
        self.height.saturating_mul(self.width)
    }

    /// Values of a pixel, as far as it is said.
    pub(super) fn channels(self) -> usize {
        if self.colours.is_some() { 3 } else { 1 }
    }
}

/// `28x28`, `3x32x32` for planes, or `32x32x3`.
impl fmt::Display for ImageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { height, width, colours } = self;
        match colours {
            None => write!(f, "{height}x{width}"),
            Some(ColourOrder::Planes) => write!(f, "3x{height}x{width}"),
            Some(ColourOrder::Pixels) => write!(f, "{height}x{width}x3"),
        }
    }
}

/// Options that complete what a file says about its network.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// The size of the images.
    pub size: Option<ImageSize>,
    /// The number that values are divided by before they enter the network.
    pub scale: Option<f64>,
    /// The number that is added afterwards; 0 if it is not given.
    pub offset: Option<f64>,
    /// The activation of the hidden layers.
    pub activation: Option<Activation>,
    /// The classes' names, in the order of the outputs.
    pub classes: Option<Vec<String>>,
}

impl ImportOptions {
    /// The activation: the file's, or, if it does not say, that of the options.
    pub(super) fn activation(&self, found: Option<Activation>) -> Result<Option<Activation>, ImportProblem> {
        match (found, self.activation) {
            (Some(found), Some(given)) if found != given => {
                Err(contradiction("--activation", given.to_string(), found.to_string()))
            }
            (found, given) => Ok(found.or(given)),
        }
    }

    /// Checks a size that the file says. The order of its colours need not be given again.
    pub(super) fn check_size(&self, found: ImageSize) -> Result<(), ImportProblem> {
        let known = |given: ImageSize| ImageSize { colours: given.colours.or(found.colours), ..given };
        match self.size {
            Some(given) if known(given) != found => Err(contradiction("--size", given.to_string(), found.to_string())),
            _ => Ok(()),
        }
    }

    /// Checks a scale and an offset that the file says.
    pub(super) fn check_scaling(&self, scale: f32, offset: f32) -> Result<(), ImportProblem> {
        for (option, given, found) in [("--scale", self.scale, scale), ("--offset", self.offset, offset)] {
            if let Some(given) = given.filter(|&given| given as f32 != found) {
                return Err(contradiction(option, given.to_string(), found.to_string()));
            }
        }
        Ok(())
    }
}

fn contradiction(option: &'static str, given: String, found: String) -> ImportProblem {
    ImportProblem::Contradiction { option, given, found }
}
