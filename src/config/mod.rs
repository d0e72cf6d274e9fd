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
///
/// Settings that a source has no use for stay at their defaults: empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// Where the images come from.
    pub source: Source,
    /// The file or folder they are in, seen from the folder the program is started in; `digits` has none.
    pub path: String,
    /// `idx`: the file of the training images, in the folder `path`; empty for the usual names.
    pub train_images: String,
    /// `idx`: the file of their labels.
    pub train_labels: String,
    /// `idx`: the file of the test images.
    pub test_images: String,
    /// `idx`: the file of their labels.
    pub test_labels: String,
    /// `csv`, `parquet`: the column of the labels; empty to look for it.
    pub label: Column,
    /// `csv`, `npz`, `parquet`: the column, or the array, that says which images belong together; empty for none.
    pub group: Column,
    /// `csv`: what stands between two values: one character.
    pub separator: String,
    /// `csv`: whether the first row has the names of the columns.
    pub header: Header,
    /// Rows and columns of an image: where the source does not say, or to bring pictures to; empty as they are.
    pub size: Vec<usize>,
    /// What a picture goes through: those of `folder` and `parquet`, and those to predict.
    pub preprocess: PicturePreprocessing,
    /// Names of the classes in the order of the network's outputs; empty for those in the data.
    pub classes: Vec<String>,
    /// By what training, held-out and test images are told apart.
    pub split: SplitBy,
    /// Images that train; the others test, unless the source has test images of its own.
    pub train: Portion,
    /// Images, of those `train`, held out of training to watch it.
    pub validation: Portion,
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
    /// Mirrors left and right with this probability.
    pub mirror: f64,
}

/// Where images come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The 1,797 handwritten digits of 8x8 pixels that come with the program.
    Digits,
    /// Files of the MNIST family, plain or compressed with gzip.
    Idx,
    /// A text table with an image in each row.
    Csv,
    /// A folder of pictures for each class.
    Folder,
    /// NumPy arrays.
    Npz,
    /// Parquet files with pictures in them, as Hugging Face keeps them.
    Parquet,
}

impl Source {
    /// Number of images, where it is known without opening anything.
    pub fn images(self) -> Option<usize> {
        (self == Self::Digits).then_some(1797)
    }
}

/// A part of some images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Portion {
    /// As the source comes: its own training images, all of them; four fifths where it has no test images of its own.
    AsGiven(AsGiven),
    /// So many.
    Images(usize),
    /// A share of all, above 0 and below 1.
    Share(f64),
}

/// The word for [`Portion::AsGiven`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsGiven {
    /// `"auto"`
    Auto,
}

impl Portion {
    /// As the source comes.
    pub const AUTO: Self = Self::AsGiven(AsGiven::Auto);
    /// None at all.
    pub const NONE: Self = Self::Images(0);

    /// How many of `all` images that is; `None` where the source decides.
    pub fn of(self, all: usize) -> Option<usize> {
        match self {
            Self::AsGiven(_) => None,
            Self::Images(images) => Some(images),
            Self::Share(share) => Some((share * all as f64).round() as usize),
        }
    }
}

/// A column of a table, or an array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// Counted from 0.
    Position(usize),
    /// By name; the empty name stands for none.
    Name(String),
}

impl Column {
    /// Whether none is named.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Name(name) if name.is_empty())
    }
}

impl Default for Column {
    fn default() -> Self {
        Self::Name(String::new())
    }
}

/// Whether the first row of a table has the names of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Header {
    /// If most of it is no numbers, or one is the name of the labels' column.
    Auto,
    /// It has.
    Yes,
    /// It is an image.
    No,
}

/// What a picture goes through on its way to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PicturePreprocessing {
    /// It becomes grey and, where `size` says so, another size.
    Resize,
    /// The digit on it is found, set upright and becomes 8x8.
    Digit,
}

/// By what images are told apart into those that train, those held out, and those that test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitBy {
    /// The first ones train, the last ones test.
    Order,
    /// Drawn from the seed.
    Random,
    /// Drawn from the seed, class by class, so that every part has its share of each.
    Stratified,
    /// Drawn from the seed, group by group, so that no group is in two parts.
    Group,
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
    /// How much each class counts in the loss.
    pub class_weights: ClassWeights,
    /// Images that are shuffled at a time, for data larger than memory; 0 shuffles all of them at once.
    pub shuffle_buffer: usize,
    /// Epochs between checkpoints; 0 saves at the end and on interruption only.
    pub checkpoint_every: usize,
}

/// How much each class counts in the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeights {
    /// Every image the same.
    None,
    /// Every class the same: an image of class `c` counts `images / (classes * images of c)`.
    Balanced,
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
    /// The group that `data.group` puts them in, of the digits the hand that wrote them: what is judged is how the
    /// network reads one it has never seen.
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
        Self {
            source: Source::Digits,
            path: String::new(),
            train_images: String::new(),
            train_labels: String::new(),
            test_images: String::new(),
            test_labels: String::new(),
            label: Column::default(),
            group: Column::default(),
            separator: ",".into(),
            header: Header::Auto,
            size: Vec::new(),
            preprocess: PicturePreprocessing::Resize,
            classes: Vec::new(),
            split: SplitBy::Order,
            train: Portion::Images(1000),
            validation: Portion::NONE,
            scale: 16.0,
            offset: 0.0,
        }
    }
}

impl DataConfig {
    /// The defaults of a source: those of the digits are the article's, the others take what they find.
    pub fn of(source: Source, preprocess: PicturePreprocessing) -> Self {
        let article = Self { source, preprocess, ..Self::default() };
        if source == Source::Digits {
            return article;
        }
        let scale = if preprocess == PicturePreprocessing::Digit { article.scale } else { 255.0 };
        Self { split: SplitBy::Stratified, train: Portion::AUTO, scale, ..article }
    }

    /// Whether a picture becomes an image by finding the digit on it.
    pub fn reads_digits(&self) -> bool {
        self.source == Source::Digits || self.preprocess == PicturePreprocessing::Digit
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
        Self {
            epochs: 200,
            batch_size: 200,
            shuffle: true,
            patience: 0,
            class_weights: ClassWeights::None,
            shuffle_buffer: 0,
            checkpoint_every: 0,
        }
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

    /// The settings that are not as an empty file leaves them: each as `table.key` and its value in TOML, as
    /// [`Override`] takes them.
    pub fn changes(&self) -> Vec<(String, String)> {
        let table = |experiment: &Self| toml::Table::try_from(experiment).expect("settings are plain values");
        let data = DataConfig::of(self.data.source, self.data.preprocess);
        let defaults = table(&Self { data, ..Self::default() });
        // The source decides about defaults, so it is a change wherever it is not the usual one.
        let usual = table(&Self::default());
        let is_change = |path: &str, value: &toml::Value, default: Option<&toml::Value>| match path {
            "data.source" | "data.preprocess" => usual["data"].get(&path["data.".len()..]) != Some(value),
            _ => default != Some(value),
        };
        let mut changes = Vec::new();
        for (name, value) in table(self) {
            match value {
                toml::Value::Table(settings) => {
                    for (key, value) in settings {
                        let path = format!("{name}.{key}");
                        if is_change(&path, &value, defaults[&name].get(&key)) {
                            changes.push((path, value.to_string()));
                        }
                    }
                }
                value if is_change(&name, &value, defaults.get(&name)) => changes.push((name, value.to_string())),
                _ => {}
            }
        }
        changes
    }

    /// Optimisation steps of one epoch over `images` training images; the last batch may be smaller than the others.
    pub fn steps_per_epoch(&self, images: usize) -> usize {
        images.div_ceil(self.training.batch_size)
    }

    /// Optimisation steps of the whole training on `images` training images.
    pub fn total_steps(&self, images: usize) -> usize {
        self.steps_per_epoch(images) * self.training.epochs
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
display_as_in_toml!(Source, Activation, Init, OptimizerKind, ScheduleKind, SplitBy, Header, PicturePreprocessing);
