//! An [`Experiment`]: everything that decides a training run, read from a TOML file.
//!
//! Every setting is declared once, in the table of `settings.rs`: its documentation, type, default, allowed values and
//! hint. [`SETTINGS`] lists them. [`Experiment::from_toml`] reads a file and reports every problem, each with its place,
//! the value found and the values allowed.

mod allowed;
mod built_in;
mod declare;
mod document;
mod overrides;
mod problem;
mod rules;
mod schema;
mod settings;
mod slip;
mod values;

pub use built_in::{BUILT_IN, BuiltIn};
pub use overrides::Override;
pub use problem::{ConfigErrors, Found, NotAnOverride, Place, Problem, ProblemKind};
pub use settings::{
    AugmentationConfig, DataConfig, Experiment, ModelConfig, OptimizerConfig, PredictionConfig, TrainingConfig,
    ValidationConfig,
};
pub use slip::Slip;
pub use values::{
    Activation, Channels, ClassWeights, Column, Fit, Folds, Header, Init, LeaveOut, OptimizerKind, Paper,
    PicturePreprocessing, Portion, ScheduleKind, Source, SplitBy, SplitName,
};

pub(crate) use rules::most_stages;

// The table of settings, for the program's reference and schema of configuration files.
#[doc(hidden)]
pub use allowed::Allowed;
#[doc(hidden)]
pub use schema::json_schema;
#[doc(hidden)]
pub use settings::{Hint, SETTINGS, Setting};

impl Experiment {
    /// Reads an experiment from the text of a TOML file.
    ///
    /// `file` is the name that problems are reported under. `overrides` replace values of the file, in order.
    ///
    /// # Errors
    /// [`ConfigErrors`] lists every problem: syntax errors, unknown settings, wrong types, values out of range, and
    /// settings that contradict each other.
    pub fn from_toml(file: &str, text: &str, overrides: &[Override]) -> Result<Self, ConfigErrors> {
        document::read(file, text, overrides)
    }

    /// The text of a TOML file, for [`Experiment::from_toml`].
    ///
    /// # Errors
    /// [`ProblemKind::NotUtf8`], with its place.
    pub fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, ConfigErrors> {
        document::decode(file, bytes)
    }

    /// The experiment as TOML, every setting included; [`Experiment::from_toml`] reads it back unchanged.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("an experiment is plain tables of plain values")
    }

    /// The settings that differ from those of an empty file, each as `table.name` and its value in TOML, for
    /// [`Override`].
    pub fn changes(&self) -> Vec<(String, String)> {
        let table = |experiment: &Self| toml::Table::try_from(experiment).expect("settings are plain values");
        let data = DataConfig::of(self.data.source, self.data.preprocess);
        let data = data.with_filters(!self.model.filters.is_empty());
        let (values, defaults) = (table(self), table(&Self { data, ..Self::default() }));
        let empty_file = table(&Self::default());
        let change = |setting: &Setting| {
            // These decide the defaults of others, so they are compared with those of an empty file.
            let is_source = ["data.source", "data.preprocess", "model.filters"].contains(&setting.path);
            let default = setting.value_in(if is_source { &empty_file } else { &defaults });
            let value = setting.value_in(&values);
            (value != default).then(|| (setting.path.to_string(), value.to_string()))
        };
        SETTINGS.iter().filter_map(change).collect()
    }

    /// Optimisation steps per epoch over `images` training images; the last batch may be smaller than the others.
    pub fn steps_per_epoch(&self, images: usize) -> usize {
        images.div_ceil(self.training.batch_size)
    }

    /// Optimisation steps of the whole training run over `images` training images.
    pub fn total_steps(&self, images: usize) -> usize {
        self.steps_per_epoch(images) * self.training.epochs
    }
}

impl DataConfig {
    /// The defaults of a source: the article's for the digits; other sources are stratified and use the images they have.
    pub fn of(source: Source, preprocess: PicturePreprocessing) -> Self {
        let article = Self { source, preprocess, ..Self::default() };
        if source == Source::Digits {
            return article;
        }
        Self {
            split: SplitBy::Stratified,
            train: Portion::Auto,
            validation: Portion::Auto,
            scale: if preprocess == PicturePreprocessing::Digit { article.scale } else { 255.0 },
            paper: if source == Source::Folder { Paper::Auto } else { article.paper },
            separator: if source == Source::Csv { "auto".into() } else { article.separator.clone() },
            ..article
        }
    }

    /// The same defaults, for a network with filters or without: filters read colours, and pictures in their own shape. A
    /// perceptron keeps what it had before there was a choice, and with it the results of older configurations.
    #[must_use]
    pub(crate) fn with_filters(self, has_filters: bool) -> Self {
        match has_filters && !self.finds_digits() {
            true => Self { channels: Channels::Auto, fit: Fit::Letterbox, ..self },
            false => self,
        }
    }

    /// The shape of images that are rows of numbers: [`DataConfig::size`], then the channels if they are not one.
    pub(crate) fn row_shape(&self) -> Vec<usize> {
        let channels = self.channels.number().filter(|&channels| channels > 1);
        self.size.iter().copied().chain(channels).collect()
    }

    /// Returns whether pictures become images by finding the digit on them.
    pub fn reads_digits(&self) -> bool {
        self.source == Source::Digits || self.preprocess == PicturePreprocessing::Digit
    }

    /// Returns whether the digit on an image is looked for, whatever becomes of it.
    pub fn finds_digits(&self) -> bool {
        self.reads_digits() || self.preprocess == PicturePreprocessing::Centred
    }
}

impl Setting {
    /// The setting at a path.
    pub fn at(path: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.path == path)
    }

    /// Its value in the tables of a whole experiment.
    fn value_in<'a>(&self, experiment: &'a toml::Table) -> &'a toml::Value {
        match self.path.split_once('.') {
            None => &experiment[self.path],
            Some((table, name)) => &experiment[table][name],
        }
    }
}
