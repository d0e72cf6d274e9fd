//! Networks of other programs that are not imported.

use std::fmt;

use super::data::{DataProblem, NpzProblem};
use super::{Error, Language, Message, Place, english, french};
use crate::config::{Activation, Setting};

/// A file whose network is not imported. The page's large module imports none: its messages stay small without these.
#[derive(Debug)]
pub struct ImportError {
    /// The file.
    pub file: String,
    /// The reason.
    pub problem: ImportProblem,
}

/// The reason why a network is not imported.
#[derive(Debug)]
pub enum ImportProblem {
    /// A pickle, plain or of joblib: opening it runs the code in it.
    Pickle,
    /// A pickle in an archive, as `torch.save` writes it.
    Torch,
    /// A file of Keras.
    Keras,
    /// A model file of this program.
    Model,
    /// Bytes of none of the formats.
    Format,
    /// An archive or an array that cannot be read.
    Archive {
        /// The file, and the array in it.
        place: Box<Place>,
        /// The problem.
        problem: Box<NpzProblem>,
    },
    /// Bytes that the format does not allow.
    Damaged {
        /// The name of the format.
        format: &'static str,
        /// The text of the library that reads it.
        source: String,
    },
    /// An estimator or a step of a pipeline that is not a network of dense layers, nor a scaler of single pixels.
    Object {
        /// The name of its class.
        name: String,
    },
    /// A setting of an estimator that no network here has.
    Setting {
        /// The name of its class.
        object: String,
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: String,
    },
    /// An attribute, array or input that is missing.
    Missing {
        /// Its name.
        name: String,
    },
    /// An array or tensor that does not fit.
    Array {
        /// Its name.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A node of a graph that is not part of such a network.
    Node {
        /// Its operator.
        operator: String,
        /// Its name, or its place among the nodes.
        node: String,
    },
    /// GELU by the error function: here it has the tanh form.
    ExactGelu {
        /// The node.
        node: String,
    },
    /// A layer with other inputs than the values that reach it.
    Inputs {
        /// The layer.
        layer: String,
        /// Its inputs.
        inputs: usize,
        /// The values.
        values: usize,
    },
    /// No dense layer.
    NoLayers,
    /// Layers whose order neither their names nor their sizes tell.
    Order {
        /// Their names.
        layers: Vec<String>,
    },
    /// Different activations between the layers.
    Activations {
        /// Two of them.
        found: [Activation; 2],
    },
    /// A function of the last layer's outputs, or of the pixels, that is neither softmax nor one logistic function.
    Place {
        /// The activation.
        activation: Activation,
    },
    /// Numbers of inputs that are not known to be an image.
    NoSize {
        /// The inputs.
        inputs: usize,
    },
    /// A size with another number of values than the network has inputs.
    Size {
        /// Rows, columns and channels.
        size: [usize; 3],
        /// The inputs.
        inputs: usize,
    },
    /// A size from which the stages do not lead to as many numbers as the first layer has inputs.
    StagesSize {
        /// Rows and columns.
        size: [usize; 2],
        /// The stages.
        stages: usize,
        /// The filters of the last.
        filters: usize,
        /// The inputs.
        inputs: usize,
    },
    /// Pixels that are scaled each in its own way before a convolution.
    ScaledPixels,
    /// The file does not say how pixels become inputs.
    NoScale {
        /// The usual value of full ink on images of this size.
        max_value: u8,
    },
    /// The file does not say the activation.
    NoActivation,
    /// The file does not say the classes.
    NoClasses {
        /// Their number.
        classes: usize,
    },
    /// More or fewer names than classes.
    ClassCount {
        /// The names.
        found: usize,
        /// The classes.
        expected: usize,
    },
    /// Two classes of one name.
    SameClass {
        /// The name.
        name: String,
    },
    /// An option that contradicts the file.
    Contradiction {
        /// The option.
        option: &'static str,
        /// Its value.
        given: String,
        /// The file's.
        found: String,
    },
    /// A size or number that no network here may have.
    Limit {
        /// The setting.
        setting: &'static Setting,
        /// Its value.
        found: String,
    },
    /// A weight, a bias or the scaling is infinite or not a number.
    NotFinite,
}

impl ImportProblem {
    /// The problem of an archive. Only its sentences are linked: those of other data would be a tenth of the page's module.
    pub(crate) fn archive(error: Error) -> Self {
        match error {
            Error::Data { place, problem: DataProblem::Npz(problem) } => {
                Self::Archive { place, problem: Box::new(problem) }
            }
            // Reading an archive has no other errors.
            _ => Self::Format,
        }
    }
}

impl ImportError {
    /// The problem and what to do about it.
    pub fn message(&self, language: Language) -> Message {
        let message = match language {
            Language::English => english::import(&self.file, &self.problem),
            Language::French => french::import(&self.file, &self.problem),
        };
        // The error about an archive has a place in it.
        if message.place.is_some() { message } else { message.at(&self.file) }
    }

    /// The file is right, but an option is missing or wrong.
    pub fn is_usage(&self) -> bool {
        use ImportProblem::{
            ClassCount, Contradiction, NoActivation, NoClasses, NoScale, NoSize, SameClass, Size, StagesSize,
        };
        matches!(
            self.problem,
            NoSize { .. }
                | Size { .. }
                | StagesSize { .. }
                | NoScale { .. }
                | NoActivation
                | NoClasses { .. }
                | ClassCount { .. }
                | SameClass { .. }
                | Contradiction { .. }
        )
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message(Language::English).fmt(f)
    }
}

impl std::error::Error for ImportError {}
