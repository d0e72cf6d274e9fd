//! Types of the settings that are more than a number or a text.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::declare::words;

words! {
    /// Source of the images.
    pub enum Source {
        /// The 1,797 handwritten digits of 8x8 pixels inside the program.
        Digits = "digits",
        /// Files of the MNIST family, plain or compressed with gzip.
        Idx = "idx",
        /// A text table with an image in each row.
        Csv = "csv",
        /// A folder of pictures for each class.
        Folder = "folder",
        /// NumPy arrays.
        Npz = "npz",
        /// Parquet files with pictures in them, as Hugging Face stores them.
        Parquet = "parquet",
    }

    /// Content of the first row of a table.
    pub enum Header {
        /// Names if most fields are not numbers, if they count, or one of them is that of the label column; else an image.
        Auto = "auto",
        /// The names of the columns.
        Yes = "yes",
        /// An image.
        No = "no",
    }

    /// Paper behind transparent pictures.
    pub enum Paper {
        /// White, or black if the ink of most training pictures is light; decided when they are read.
        Auto = "auto",
        /// White.
        White = "white",
        /// Black.
        Black = "black",
        /// Behind each picture the one that its ink stands out from.
        Each = "each",
    }

    /// Fit of a picture into an image of another shape.
    pub enum Fit {
        /// The whole picture, and bars in the mean colour of its border.
        Letterbox = "letterbox",
        /// The middle of the picture, without its sides or without its top and bottom.
        Crop = "crop",
        /// The whole picture, wider or narrower than it is.
        Stretch = "stretch",
    }

    /// Preprocessing that turns a picture into an image.
    pub enum PicturePreprocessing {
        /// Makes the picture grey and, if `size` is set, of that size.
        Resize = "resize",
        /// Finds the digit on the picture, sets it upright and reduces it to 8x8.
        Digit = "digit",
        /// Finds the digit on the picture, and centres it in 28x28 as MNIST's are.
        Centred = "centred",
    }

    /// Method of splitting the images into those that train, those held out, and those that test.
    pub enum SplitBy {
        /// The first ones train, the last ones test.
        Order = "order",
        /// Drawn from the seed.
        Random = "random",
        /// Drawn from the seed, class by class, so that each split has its share of each.
        Stratified = "stratified",
        /// Drawn from the seed, group by group, so that no group is in two splits.
        Group = "group",
    }

    /// Name of one of the three splits of the images.
    pub enum SplitName {
        /// Images that the network is trained on.
        Train = "train",
        /// Images held out of training, to watch its loss on.
        Validation = "validation",
        /// Images that only the evaluation of a finished network sees.
        Test = "test",
    }

    /// Distribution of the starting weights (Glorot and Bengio, 2010).
    pub enum Init {
        /// Weights and biases uniform in `-b..b` with `b = sqrt(6 / (inputs + outputs))`, or
        /// `sqrt(2 / (inputs + outputs))` for the logistic activation, as scikit-learn draws them.
        GlorotUniform = "glorot-uniform",
        /// Weights normal with variance `2 / (inputs + outputs)`, biases 0.
        GlorotNormal = "glorot-normal",
    }

    /// Activation function: the output of a hidden neuron whose weighted sum is `x`.
    pub enum Activation {
        /// The logistic function `1 / (1 + exp(-x))`.
        Sigmoid = "sigmoid",
        /// The hyperbolic tangent.
        Tanh = "tanh",
        /// `max(0, x)`.
        Relu = "relu",
        /// `x * Phi(x)` in its tanh form (Hendrycks and Gimpel, 2016).
        Gelu = "gelu",
        /// `x` itself.
        Identity = "identity",
    }

    /// Optimisation algorithm.
    pub enum OptimizerKind {
        /// Stochastic gradient descent with momentum.
        Sgd = "sgd",
        /// Adam (Kingma and Ba, 2015).
        Adam = "adam",
        /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
        Adamw = "adamw",
    }

    /// Course of the learning rate after the warm-up.
    pub enum ScheduleKind {
        /// Stays at its peak.
        Constant = "constant",
        /// Falls to 0 along a line.
        Linear = "linear",
        /// Falls to 0 along half a cosine.
        Cosine = "cosine",
    }

    /// Weight of the classes in the loss.
    pub enum ClassWeights {
        /// Every image counts the same.
        None = "none",
        /// Every class counts the same: an image of class `c` counts `images / (classes * images of c)`.
        Balanced = "balanced",
    }
}

/// Number of values of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Channels {
    /// As many as the source has.
    #[serde(with = "auto")]
    Auto,
    /// One grey value, or three: red, green and blue.
    Number(usize),
}

/// A number, or share, of some images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Portion {
    /// As the source comes: all of its own training images, or four fifths of its images if it has no test images.
    #[serde(with = "auto")]
    Auto,
    /// This many images.
    Images(usize),
    /// This share of all images, above 0 and below 1.
    Share(f64),
}

/// A column of a table, or an array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// By its position, counted from 0.
    Position(usize),
    /// By its name; the empty name stands for none.
    Name(String),
}

/// Columns of a table that are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LeaveOut {
    /// Those that number the rows, and those without values.
    #[serde(with = "auto")]
    Auto,
    /// These alone.
    Columns(Vec<Column>),
}

/// Folds of the training images; each is held out once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Folds {
    /// One for each writer, or each group of `data.group`: measures the accuracy on unseen writers.
    #[serde(with = "writers")]
    Writers,
    /// This many of about equal size, of images drawn from the seed.
    Number(usize),
}

impl Source {
    /// Returns whether its images are pictures, in files of a picture format.
    pub fn has_pictures(self) -> bool {
        matches!(self, Self::Folder | Self::Parquet)
    }

    /// Number of images, if it is known without opening anything.
    pub fn images(self) -> Option<usize> {
        (self == Self::Digits).then_some(1797)
    }
}

impl Channels {
    /// One grey value.
    pub const GREY: Self = Self::Number(1);
    /// Red, green and blue.
    pub const COLOUR: Self = Self::Number(3);

    /// The number; `None` if the source decides.
    pub fn number(self) -> Option<usize> {
        match self {
            Self::Auto => None,
            Self::Number(number) => Some(number),
        }
    }
}

impl SplitName {
    /// All splits.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];
}

impl Portion {
    /// No images.
    pub const NONE: Self = Self::Images(0);

    /// Number of images out of `all`; `None` if the source decides.
    pub fn of(self, all: usize) -> Option<usize> {
        match self {
            Self::Auto => None,
            Self::Images(images) => Some(images),
            Self::Share(share) => Some((share * all as f64).round() as usize),
        }
    }
}

/// As it is written in a configuration.
impl fmt::Display for Portion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("\"auto\""),
            Self::Images(images) => images.fmt(f),
            Self::Share(share) => share.fmt(f),
        }
    }
}

impl Column {
    /// Returns whether no column is named.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Name(name) if name.is_empty())
    }
}

impl Default for Column {
    fn default() -> Self {
        Self::Name(String::new())
    }
}

/// Serde of a variant that is one word, in an enum whose other variants are numbers.
macro_rules! serde_of_word {
    ($word:ident) => {
        mod $word {
            use serde::de::{Deserialize, Deserializer, Error};
            use serde::ser::Serializer;

            pub(super) fn serialize<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(stringify!($word))
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
                let word = String::deserialize(deserializer)?;
                (word == stringify!($word)).then_some(()).ok_or_else(|| D::Error::custom("another word"))
            }
        }
    };
}
serde_of_word!(auto);
serde_of_word!(writers);
