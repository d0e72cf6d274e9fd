//! Options that complete what a file says about its network.

use crate::config::Activation;
use crate::error::ImportProblem;

/// Options that complete what a file says about its network.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// Rows and columns of the images.
    pub size: Option<[usize; 2]>,
    /// The number that grey values are divided by before they enter the network.
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

    /// Checks a size that the file says.
    pub(super) fn check_size(&self, found: [usize; 2]) -> Result<(), ImportProblem> {
        let text = |[height, width]: [usize; 2]| format!("{height}x{width}");
        match self.size {
            Some(given) if given != found => Err(contradiction("--size", text(given), text(found))),
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
