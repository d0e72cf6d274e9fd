//! Model files and checkpoint files: a finished network, and a training run to resume.
//!
//! Both are [safetensors](https://github.com/huggingface/safetensors): weights that Python reads with one
//! call, under the names `layers.0.weight`, `layers.0.bias`, and so on; those of stages of convolution are
//! `stages.0.weight`, `[3, 3, channels, filters]`, and `stages.0.bias`. One metadata entry, `chiffres`, has
//! the rest as JSON: format version, kind, experiment, classes, image size, arithmetic. The tensor `digest` is
//! the SHA-256 of everything else, so that no altered byte goes unnoticed. A model may have references, a few training images:
//! `references.levels`, a few bits for each pixel, and `references.labels`.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::config::{Experiment, most_stages};
use crate::data::Dataset;
use crate::error::{DamageReason, Error, FileKind, Result};
use crate::model::{LayerWeights, MlpConfig};
use crate::novelty::{References, ReferencesHeader};
use crate::preprocess::DigitPreprocessing;
use crate::train::{Arithmetic, Best, TrainingState, record_from_bytes};

/// The newest format this version writes and reads.
pub const FORMAT: u32 = 3;

pub(crate) const METADATA_KEY: &str = "chiffres";
const DIGEST: &str = "digest";
const OPTIMIZER: &str = "optimizer";
const HISTORY: &str = "history";
/// The first words of the names of stages and of layers.
const LAYERS: [&str; 2] = ["stages", "layers"];
/// The same in the best epoch of a checkpoint.
const BEST: [&str; 2] = ["best_stages", "best"];
const LEVELS: &str = "references.levels";
const LABELS: &str = "references.labels";

/// A finished network with everything needed to use it: a model file needs no other file.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::{Classifier, Dataset, Experiment, SavedModel, Trainer};
///
/// let (mut experiment, digits) = (Experiment::default(), Dataset::digits()?);
/// experiment.training.epochs = 2;
/// let mut trainer = Trainer::new(&experiment, &digits, &Device::flex())?;
/// while trainer.epoch().is_some() {}
///
/// let bytes = SavedModel::new(&experiment, &digits, trainer.final_weights()).to_bytes();
/// let saved = SavedModel::from_bytes("my-model", &bytes)?;
/// let classifier = Classifier::new(&saved, &Device::flex());
/// let prediction = classifier.predict(&digits.image(0)?.pixels)?;
/// assert!(prediction.confidence() >= 0.1);
/// # Ok::<(), chiffres::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SavedModel {
    /// The experiment it was trained by, which includes the scaling of the pixels.
    pub experiment: Experiment,
    /// The classes' names, in the order of the network's outputs.
    pub classes: Vec<String>,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// The way from a picture to such an image.
    pub preprocessing: DigitPreprocessing,
    /// The weights of all layers, from the input on.
    pub weights: Vec<LayerWeights>,
    /// The arithmetic that made the weights; `None` in files that do not say.
    pub arithmetic: Option<Arithmetic>,
    /// A few training images, to flag doubtful answers without the others; `None` in most files.
    pub references: Option<References>,
    /// JSON of the [`Origin`](crate::exchange::Origin) of an imported network, of whose training nothing is known; `None` for
    /// those of this program. It is text here: the page keeps it without reading it.
    pub origin: Option<String>,
}

/// Settings of JSON, read as those of TOML are: the page has no room for a second reader of all of them.
fn experiment<'de, D: Deserializer<'de>>(header: D) -> Result<Experiment, D::Error> {
    Experiment::deserialize(toml::Value::deserialize(header)?).map_err(D::Error::custom)
}

#[derive(Serialize, Deserialize)]
struct ModelHeader {
    #[serde(deserialize_with = "experiment")]
    experiment: Experiment,
    classes: Vec<String>,
    height: usize,
    width: usize,
    /// Added within format 3, for networks that read colours.
    #[serde(default = "grey", skip_serializing_if = "is_grey")]
    channels: usize,
    /// Files of format 1 have none: all of them used the default of the time.
    #[serde(default = "preprocessing_of_format_1")]
    preprocessing: DigitPreprocessing,
    /// Added within format 3: readers ignore fields that they do not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arithmetic: Option<Arithmetic>,
    /// As above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    references: Option<ReferencesHeader>,
    /// As above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
}

/// The channels of files that do not say.
fn grey() -> usize {
    1
}

fn is_grey(channels: &usize) -> bool {
    *channels == 1
}

/// One digit a picture, without looking for paper.
fn preprocessing_of_format_1() -> DigitPreprocessing {
    DigitPreprocessing { page: 0, ..DigitPreprocessing::default() }
}

#[derive(Serialize, Deserialize)]
struct CheckpointHeader {
    #[serde(deserialize_with = "experiment")]
    experiment: Experiment,
    best: Option<BestHeader>,
    /// Shape of the network, which the weights must have.
    inputs: usize,
    classes: usize,
    /// Rows, columns and channels of an image, for stages of convolution; a perceptron needs `inputs` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<[usize; 3]>,
    /// As in a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arithmetic: Option<Arithmetic>,
}

#[derive(Serialize, Deserialize)]
struct BestHeader {
    epoch: usize,
    loss: f64,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u32,
    kind: String,
    /// JSON of the kind's header, as text: it is hashed as it stands.
    header: String,
}

impl SavedModel {
    /// A network that was trained on `dataset`, without a word on the arithmetic that made its weights.
    pub fn new(experiment: &Experiment, dataset: &Dataset, weights: Vec<LayerWeights>) -> Self {
        let experiment = Experiment { data: dataset.resolved(&experiment.data), ..experiment.clone() };
        Self {
            experiment,
            classes: dataset.classes().to_vec(),
            height: dataset.height(),
            width: dataset.width(),
            channels: dataset.channels(),
            preprocessing: DigitPreprocessing::default(),
            weights,
            arithmetic: None,
            references: None,
            origin: None,
        }
    }

    /// The same, made by an arithmetic: [`Trainer::arithmetic`](crate::Trainer::arithmetic).
    #[must_use]
    pub fn made_by(self, arithmetic: Option<&Arithmetic>) -> Self {
        Self { arithmetic: arithmetic.cloned(), ..self }
    }

    /// SHA-256 of the weights, in hexadecimal: of each layer the weight and the bias, in little-endian single precision.
    pub fn weights_sha256(&self) -> String {
        let mut hash = Sha256::new();
        for values in self.weights.iter().flat_map(|layer| [&layer.weight, &layer.bias]) {
            hash.update(floats(values));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Values of an image.
    pub fn inputs(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// The shape of the network.
    pub fn config(&self) -> MlpConfig {
        MlpConfig::from_experiment(&self.experiment, self.shape(), self.classes.len())
    }

    /// Rows, columns and channels of an image.
    pub fn shape(&self) -> [usize; 3] {
        [self.height, self.width, self.channels]
    }

    /// The bytes of a model file; equal models give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = ModelHeader {
            experiment: self.experiment.clone(),
            classes: self.classes.clone(),
            height: self.height,
            width: self.width,
            channels: self.channels,
            preprocessing: self.preprocessing.clone(),
            arithmetic: self.arithmetic.clone(),
            references: self.references.as_ref().map(References::header),
            origin: self.origin.clone(),
        };
        let references = self.references.iter().flat_map(reference_tensors);
        write(
            FileKind::Model,
            &header,
            weight_tensors(LAYERS, &self.config(), &self.weights).into_iter().chain(references).collect(),
        )
    }

    /// Reads the bytes of a model file; `path` is the name that problems are reported under.
    ///
    /// # Errors
    /// [`Error::Damaged`] for bytes that are truncated, altered or something else; [`Error::TooNew`] for a
    /// format that only a later version knows.
    pub fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self> {
        let broken = |reason| damaged(FileKind::Model, path, reason);
        let file = File::<ModelHeader>::read(FileKind::Model, path, bytes)?;
        let ModelHeader { experiment, classes, height, width, channels, preprocessing, arithmetic, references, origin } =
            file.header;
        check(&experiment).map_err(broken)?;
        preprocessing.check().map_err(|setting| broken(DamageReason::Preprocessing { setting }))?;
        let is_too_small = experiment.model.filters.len() > most_stages(height, width);
        if height == 0 || width == 0 || ![1, 3].contains(&channels) || classes.is_empty() || is_too_small {
            return Err(broken(DamageReason::NoImages));
        }
        let config = MlpConfig::from_experiment(&experiment, [height, width, channels], classes.len());
        let weights = read_weights(&file.tensors, LAYERS, &config).map_err(broken)?;
        let references = match references {
            None => None,
            Some(header) => Some(read_references(&file.tensors, &header, &config).map_err(broken)?),
        };
        Ok(Self {
            experiment,
            classes,
            height,
            width,
            channels,
            preprocessing,
            weights,
            arithmetic,
            references,
            origin,
        })
    }
}

/// The bytes of a checkpoint file.
pub fn checkpoint_to_bytes(experiment: &Experiment, dataset: &Dataset, state: &TrainingState) -> Vec<u8> {
    let header = CheckpointHeader {
        experiment: experiment.clone(),
        best: state.best.as_ref().map(|best| BestHeader { epoch: best.epoch, loss: best.loss }),
        inputs: dataset.inputs(),
        classes: dataset.classes().len(),
        image: (!experiment.model.filters.is_empty()).then(|| dataset.shape()),
        arithmetic: state.arithmetic.clone(),
    };
    let config = MlpConfig::from_experiment(experiment, dataset.shape(), dataset.classes().len());
    let mut tensors = weight_tensors(LAYERS, &config, &state.weights);
    if let Some(best) = &state.best {
        tensors.extend(weight_tensors(BEST, &config, &best.weights));
    }
    // A long history does not fit into a header.
    let history = serde_json::to_vec(&state.history).expect("a history is plain data");
    for (name, bytes) in [(OPTIMIZER, state.optimizer.clone()), (HISTORY, history)] {
        tensors.push(NamedTensor { name: name.into(), dtype: Dtype::U8, shape: vec![bytes.len()], bytes });
    }
    write(FileKind::Checkpoint, &header, tensors)
}

/// Reads the bytes of a checkpoint file: the experiment, and the state of its training run.
///
/// # Errors
/// As [`SavedModel::from_bytes`].
pub fn checkpoint_from_bytes(path: &str, bytes: &[u8]) -> Result<(Experiment, TrainingState)> {
    let broken = |reason| damaged(FileKind::Checkpoint, path, reason);
    let file = File::<CheckpointHeader>::read(FileKind::Checkpoint, path, bytes)?;
    let CheckpointHeader { experiment, best, inputs, classes, image, arithmetic } = file.header;
    check(&experiment).map_err(broken)?;
    // For a perceptron any shape of as many numbers will do.
    let image = image.unwrap_or([1, inputs, 1]);
    if experiment.model.filters.len() > most_stages(image[0], image[1]) {
        return Err(broken(DamageReason::NoImages));
    }
    let config = MlpConfig::from_experiment(&experiment, image, classes);
    let weights = read_weights(&file.tensors, LAYERS, &config).map_err(broken)?;
    let best = match best {
        None => None,
        Some(BestHeader { epoch, loss }) => {
            Some(Best { epoch, loss, weights: read_weights(&file.tensors, BEST, &config).map_err(broken)? })
        }
    };
    let history = tensor(&file.tensors, HISTORY).map_err(broken)?;
    let history = serde_json::from_slice(history.data())
        .map_err(|error| broken(DamageReason::History { source: error.to_string() }))?;
    let optimizer = tensor(&file.tensors, OPTIMIZER).map_err(broken)?;
    let state = TrainingState { weights, optimizer: optimizer.data().to_vec(), history, best, arithmetic };
    // Before the first epoch there is no record.
    if state.epochs() > 0 || !state.optimizer.is_empty() {
        record_from_bytes(&state.optimizer)
            .map_err(|error| broken(DamageReason::Optimizer { source: error.to_string() }))?;
    }
    Ok((experiment, state))
}

/// Checks that a configuration file may have every setting.
fn check(experiment: &Experiment) -> Result<(), DamageReason> {
    match Experiment::from_toml("experiment", &experiment.to_toml(), &[]) {
        Ok(_) => Ok(()),
        Err(mut errors) => Err(DamageReason::Setting { problem: Box::new(errors.problems.swap_remove(0)) }),
    }
}

struct NamedTensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Name of each layer in a file, and the shape of its weight there.
fn names(words: [&str; 2], config: &MlpConfig) -> Vec<(String, Vec<usize>)> {
    let stages = config.stages.filters.len();
    let name = |(i, (inputs, outputs)): (usize, (usize, usize))| match i.checked_sub(stages) {
        None => (format!("{}.{i}", words[0]), vec![3, 3, inputs / 9, outputs]),
        Some(i) => (format!("{}.{i}", words[1]), vec![inputs, outputs]),
    };
    config.layers().enumerate().map(name).collect()
}

fn weight_tensors(words: [&str; 2], config: &MlpConfig, weights: &[LayerWeights]) -> Vec<NamedTensor> {
    let tensor = |name, shape, values| NamedTensor { name, dtype: Dtype::F32, shape, bytes: floats(values) };
    names(words, config)
        .into_iter()
        .zip(weights)
        .flat_map(|((name, shape), layer)| {
            [
                tensor(format!("{name}.weight"), shape, &layer.weight),
                tensor(format!("{name}.bias"), vec![layer.outputs], &layer.bias),
            ]
        })
        .collect()
}

fn read_weights(
    tensors: &SafeTensors<'_>,
    words: [&str; 2],
    config: &MlpConfig,
) -> Result<Vec<LayerWeights>, DamageReason> {
    let floats = |name: String, shape: &[usize]| -> Result<Vec<f32>, DamageReason> {
        let tensor = tensor(tensors, &name)?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            let (dtype, found) = (format!("{:?}", tensor.dtype()), tensor.shape().into());
            return Err(DamageReason::OtherShape { name, dtype, found, expected: shape.into() });
        }
        Ok(tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    };
    config
        .layers()
        .zip(names(words, config))
        .map(|((inputs, outputs), (name, shape))| {
            Ok(LayerWeights {
                inputs,
                outputs,
                weight: floats(format!("{name}.weight"), &shape)?,
                bias: floats(format!("{name}.bias"), &[outputs])?,
            })
        })
        .collect()
}

fn reference_tensors(references: &References) -> [NamedTensor; 2] {
    let images = references.len();
    let levels = references.packed();
    let labels = references.labels().iter().flat_map(|label| label.to_le_bytes()).collect();
    [
        NamedTensor {
            name: LEVELS.into(),
            dtype: Dtype::U8,
            shape: vec![images, levels.len() / images],
            bytes: levels,
        },
        NamedTensor { name: LABELS.into(), dtype: Dtype::U16, shape: vec![images], bytes: labels },
    ]
}

fn read_references(
    tensors: &SafeTensors<'_>,
    header: &ReferencesHeader,
    config: &MlpConfig,
) -> Result<References, DamageReason> {
    let (levels, labels) = (tensor(tensors, LEVELS)?, tensor(tensors, LABELS)?);
    let labels = labels.data().chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    References::from_parts(header, levels.data(), labels, config.inputs, config.classes).ok_or(DamageReason::References)
}

fn tensor<'a>(tensors: &SafeTensors<'a>, name: &str) -> Result<TensorView<'a>, DamageReason> {
    tensors.tensor(name).map_err(|_| DamageReason::NoTensor { name: name.into() })
}

/// The word for a kind of file in its header.
fn word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Model => "model",
        FileKind::Checkpoint => "checkpoint",
        FileKind::Run => "run",
    }
}

fn write(kind: FileKind, header: &impl Serialize, mut tensors: Vec<NamedTensor>) -> Vec<u8> {
    let json = |value: serde_json::Result<String>| value.expect("headers are plain data");
    let envelope = Envelope { format: FORMAT, kind: word(kind).into(), header: json(serde_json::to_string(header)) };
    let metadata = json(serde_json::to_string(&envelope));
    // In the order in which they are read back: by name.
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    let views: Vec<(&str, TensorView<'_>)> =
        tensors.iter().map(|tensor| (tensor.name.as_str(), view(tensor))).collect();
    let digest = NamedTensor {
        name: DIGEST.into(),
        dtype: Dtype::U8,
        shape: vec![32],
        bytes: digest(&metadata, views.iter().map(|(name, view)| (*name, view))),
    };
    let all = views.into_iter().chain([(DIGEST, view(&digest))]);
    safetensors::serialize(all, Some(HashMap::from([(METADATA_KEY.to_string(), metadata)])))
        .expect("named tensors of checked shapes serialize")
}

fn view(tensor: &NamedTensor) -> TensorView<'_> {
    TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes).expect("bytes fill the shape")
}

/// SHA-256 of the metadata and of every tensor's name, type, shape and bytes, in the order of their names.
fn digest<'a, 'b: 'a>(metadata: &str, tensors: impl Iterator<Item = (&'a str, &'a TensorView<'b>)>) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(metadata.as_bytes());
    for (name, tensor) in tensors {
        part(name.as_bytes());
        part(format!("{:?}{:?}", tensor.dtype(), tensor.shape()).as_bytes());
        part(tensor.data());
    }
    hash.finalize().to_vec()
}

struct File<'a, H> {
    header: H,
    tensors: SafeTensors<'a>,
}

impl<'a, H: DeserializeOwned> File<'a, H> {
    fn read(kind: FileKind, path: &str, bytes: &'a [u8]) -> Result<Self> {
        let broken = |reason| damaged(kind, path, reason);
        let invalid = |error: serde_json::Error| broken(DamageReason::Header { source: error.to_string() });
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| broken(reason(&error)))?;
        let metadata = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let metadata = metadata.ok_or_else(|| broken(DamageReason::OfAnotherProgram))?;
        let envelope: Envelope = serde_json::from_str(metadata).map_err(invalid)?;
        if envelope.format > FORMAT {
            return Err(Error::TooNew { path: path.into(), found: envelope.format, known: FORMAT });
        }
        if envelope.kind != word(kind) {
            return Err(broken(DamageReason::OtherKind { found: envelope.kind }));
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| broken(reason(&error)))?;
        let mut named = tensors.tensors();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        let found = digest(metadata, named.iter().filter(|(name, _)| name != DIGEST).map(|(n, t)| (n.as_str(), t)));
        let declared = tensors.tensor(DIGEST).map_err(|_| broken(DamageReason::NoDigest))?;
        if declared.data() != found {
            return Err(broken(DamageReason::WrongDigest));
        }
        let header = serde_json::from_str(&envelope.header).map_err(invalid)?;
        Ok(Self { header, tensors })
    }
}

/// The reason for an error of safetensors. Its own words are for readers of the format's grammar.
fn reason(error: &SafeTensorError) -> DamageReason {
    match error {
        SafeTensorError::InvalidHeader(_) | SafeTensorError::InvalidHeaderDeserialization(_) => {
            DamageReason::UnreadableHeader
        }
        SafeTensorError::HeaderTooLarge | SafeTensorError::HeaderTooSmall => DamageReason::NoHeader,
        SafeTensorError::InvalidHeaderLength | SafeTensorError::MetadataIncompleteBuffer => DamageReason::WrongLength,
        other => DamageReason::Safetensors { source: other.to_string() },
    }
}

fn damaged(kind: FileKind, path: &str, reason: DamageReason) -> Error {
    Error::Damaged { kind, path: path.into(), reason }
}
