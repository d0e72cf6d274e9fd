//! An [`Experiment`]: everything that decides a training, read from a TOML file.
//!
//! The structs below and their `Default` are the only home of the settings and their default values;
//! [`KEYS`] says what each may be. A file is read by [`Experiment::from_toml`], which reports every
//! problem it finds, each with its place, what was found and what is expected.

mod document;
mod keys;

pub use document::{ConfigErrors, Override, Problem};
pub use keys::{KEYS, Key, Kind, json_schema};

use serde::{Deserialize, Serialize};

/// Everything that decides a training: the same experiment on the same CPU backend ends with the same weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiment {
    /// Name of the run's folder.
    pub name: String,
    /// Seed of the starting weights, of the order of the images and of their variants.
    pub seed: u64,
    /// Which images, and how they are split and scaled.
    pub data: DataConfig,
    /// How training varies its images.
    pub augmentation: AugmentationConfig,
    /// The network.
    pub model: ModelConfig,
    /// How gradients become updates.
    pub optimizer: OptimizerConfig,
    /// How long, in which portions.
    pub training: TrainingConfig,
    /// How `validate` judges the experiment by its training images alone.
    pub validation: ValidationConfig,
}

/// Which images, and how they are split and scaled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// Where the images come from.
    pub source: Source,
    /// Images, from the first, that train; the others test.
    pub train: usize,
    /// Images, the last of those `train`, held out of training to watch it.
    pub validation: usize,
    /// What pixel values are divided by before they enter the network.
    pub scale: f32,
    /// What is added to them after that.
    pub offset: f32,
}

/// How training varies its images, anew in each epoch; 0 is not at all.
///
/// `U` stands for a number drawn evenly from -1 to 1, for each image, epoch and setting anew.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentationConfig {
    /// Moves by `shift * U` pixels, across and down.
    pub shift: f64,
    /// Turns by `rotation * U` degrees.
    pub rotation: f64,
    /// Grows by the factor `exp(scale * U)`.
    pub scale: f64,
    /// Grows in width and shrinks in height by the factor `exp(anisotropy * U)`.
    pub anisotropy: f64,
    /// Leans by `shear * U` pixels to the right for each pixel down.
    pub shear: f64,
    /// Bends by a smooth field: standard deviation of its displacements at 3x3 control points, in pixels.
    pub elastic: f64,
    /// Multiplies grey values by `exp(gain * U)`.
    pub gain: f64,
    /// Multiplies the difference from middle grey by a factor from 1 to `1 + contrast`.
    pub contrast: f64,
    /// Adds `brightness * U` grey values.
    pub brightness: f64,
}

/// Where images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The 1,797 handwritten digits of 8x8 pixels that come with the program.
    Digits,
}

impl Source {
    /// Number of images, where it is known without opening anything.
    pub fn len(self) -> usize {
        match self {
            Self::Digits => 1797,
        }
    }

    /// Whether there are no images at all.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// The network: a multilayer perceptron between the pixels and the classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// Neurons of each hidden layer, from the input on; `[]` is a linear classifier.
    pub hidden: Vec<usize>,
    /// What hidden neurons do with their weighted sum.
    pub activation: Activation,
    /// How the starting weights are drawn.
    pub init: Init,
}

/// How the starting weights are drawn (Glorot and Bengio, 2010).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Init {
    /// Weights and biases evenly from `-b..b` with `b = sqrt(6 / (inputs + outputs))`, and
    /// `sqrt(2 / (inputs + outputs))` with the logistic activation, as scikit-learn draws them.
    GlorotUniform,
    /// Weights normal with variance `2 / (inputs + outputs)`, biases 0.
    GlorotNormal,
}

/// What a hidden neuron does with its weighted sum `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// The logistic function `1 / (1 + exp(-x))`.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `max(0, x)`.
    Relu,
    /// `x * Phi(x)` in its tanh form (Hendrycks and Gimpel, 2016).
    Gelu,
    /// `x` itself.
    Identity,
}

/// How gradients become updates of the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimizerConfig {
    /// The algorithm.
    pub kind: OptimizerKind,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// How the learning rate evolves after the warm-up.
    pub schedule: ScheduleKind,
    /// Share of all steps over which the learning rate rises linearly to its peak.
    pub warmup: f64,
    /// `sgd`: share of the last update carried into the next.
    pub momentum: f64,
    /// `sgd`: look ahead along the momentum (Nesterov).
    pub nesterov: bool,
    /// L2 penalty on the weights, biases excepted; `adamw` applies it apart from the gradient.
    pub weight_decay: f64,
    /// `adam`, `adamw`: decay of the running mean of the gradient.
    pub beta1: f64,
    /// `adam`, `adamw`: decay of the running mean of its square.
    pub beta2: f64,
    /// `adam`, `adamw`: added to the denominator.
    pub epsilon: f64,
}

/// An optimisation algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// Stochastic gradient descent with momentum.
    Sgd,
    /// Adam (Kingma and Ba, 2015).
    Adam,
    /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
    Adamw,
}

/// How the learning rate evolves after the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// It stays at its peak.
    Constant,
    /// It falls to 0 along a line.
    Linear,
    /// It falls to 0 along half a cosine.
    Cosine,
}

/// How long to train, in which portions, and when to stop or save.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingConfig {
    /// Passes over the training images.
    pub epochs: usize,
    /// Images per optimisation step.
    pub batch_size: usize,
    /// Whether each epoch takes the images in a new order.
    pub shuffle: bool,
    /// Epochs without a better validation loss after which training stops; 0 never stops early.
    pub patience: usize,
    /// Epochs between checkpoints; 0 saves at the end and on interruption only.
    pub checkpoint_every: usize,
}

/// How `validate` judges an experiment by its training images alone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValidationConfig {
    /// How the training images are parted.
    pub folds: Folds,
}

/// How the training images are parted: each part is held out once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Folds {
    /// One part for each group of images that belong together.
    By(Grouping),
    /// So many parts of about equal size, of images drawn from the seed.
    Number(usize),
}

/// What images have in common that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// The hand that wrote them: what is judged is how the network reads one it has never seen.
    Writers,
}

impl Default for Folds {
    fn default() -> Self {
        Self::By(Grouping::Writers)
    }
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            name: "run".into(),
            seed: 0,
            data: DataConfig::default(),
            augmentation: AugmentationConfig::default(),
            model: ModelConfig::default(),
            optimizer: OptimizerConfig::default(),
            training: TrainingConfig::default(),
            validation: ValidationConfig::default(),
        }
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self { source: Source::Digits, train: 1000, validation: 0, scale: 16.0, offset: 0.0 }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self { hidden: vec![15], activation: Activation::Sigmoid, init: Init::GlorotUniform }
    }
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            kind: OptimizerKind::Sgd,
            learning_rate: 0.1,
            schedule: ScheduleKind::Constant,
            warmup: 0.0,
            momentum: 0.9,
            nesterov: true,
            weight_decay: 0.0,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        }
    }
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self { epochs: 200, batch_size: 200, shuffle: true, patience: 0, checkpoint_every: 0 }
    }
}

impl Experiment {
    /// Reads an experiment from the text of a TOML file.
    ///
    /// `file` is the name that problems are reported under. `overrides` replace values of the file, in order.
    ///
    /// # Errors
    /// [`ConfigErrors`] lists every problem: syntax, unknown keys, wrong types, values out of range, and
    /// settings that contradict each other.
    pub fn from_toml(file: &str, text: &str, overrides: &[Override]) -> Result<Self, ConfigErrors> {
        document::read(file, text, overrides)
    }

    /// The experiment as TOML, every setting included; [`Experiment::from_toml`] reads it back unchanged.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("an experiment is plain tables of plain values")
    }

    /// Images that are trained on: those of the training split that are not held out.
    pub fn train_images(&self) -> usize {
        self.data.train - self.data.validation
    }

    /// Optimisation steps of one epoch; the last batch may be smaller than the others.
    pub fn steps_per_epoch(&self) -> usize {
        self.train_images().div_ceil(self.training.batch_size)
    }

    /// Optimisation steps of the whole training.
    pub fn total_steps(&self) -> usize {
        self.steps_per_epoch() * self.training.epochs
    }
}

/// The name a setting has in a configuration file.
macro_rules! display_as_in_toml {
    ($($type:ty),*) => {$(
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.serialize(f)
            }
        }
    )*};
}
display_as_in_toml!(Source, Activation, Init, OptimizerKind, ScheduleKind);
