//! Files that say what they are: a finished model, or a training to go on with.
//!
//! Both are [safetensors](https://github.com/huggingface/safetensors): weights that Python reads with one
//! call, under the names `layers.0.weight`, `layers.0.bias`, and so on. One metadata entry, `chiffres`, says
//! in JSON all the rest: format version, kind, experiment, classes, image size. The tensor `digest` is the
//! SHA-256 of everything else, so that no altered byte goes unnoticed.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::Experiment;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::model::{LayerWeights, MlpConfig};
use crate::preprocess::DigitPreprocessing;
use crate::train::{Best, TrainingState, record_from_bytes};

/// The newest format this version writes and reads.
pub const FORMAT: u32 = 3;

const MODEL: &str = "model";
const CHECKPOINT: &str = "checkpoint";
const METADATA_KEY: &str = "chiffres";
const DIGEST: &str = "digest";
const OPTIMIZER: &str = "optimizer";
const HISTORY: &str = "history";

/// A finished network with everything needed to use it: nothing beside the file is read.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedModel {
    /// What it was trained with, the scaling of the pixels included.
    pub experiment: Experiment,
    /// The classes' names, in the order of the network's outputs.
    pub classes: Vec<String>,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// How a picture becomes such an image.
    pub preprocessing: DigitPreprocessing,
    /// The weights of all layers, from the input on.
    pub weights: Vec<LayerWeights>,
}

#[derive(Serialize, Deserialize)]
struct ModelHeader {
    experiment: Experiment,
    classes: Vec<String>,
    height: usize,
    width: usize,
    /// Files of format 1 have none; it was never anything else for them.
    #[serde(default)]
    preprocessing: DigitPreprocessing,
}

#[derive(Serialize, Deserialize)]
struct CheckpointHeader {
    experiment: Experiment,
    best: Option<BestHeader>,
    /// Shape of the network, which the weights must have.
    inputs: usize,
    classes: usize,
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
    /// A network that was trained on `dataset`.
    pub fn new(experiment: &Experiment, dataset: &Dataset, weights: Vec<LayerWeights>) -> Self {
        Self {
            experiment: experiment.clone(),
            classes: dataset.classes().to_vec(),
            height: dataset.height(),
            width: dataset.width(),
            preprocessing: DigitPreprocessing::default(),
            weights,
        }
    }

    /// The shape of the network.
    pub fn config(&self) -> MlpConfig {
        MlpConfig::from_experiment(&self.experiment, self.height * self.width, self.classes.len())
    }

    /// The bytes of a model file; equal models give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = ModelHeader {
            experiment: self.experiment.clone(),
            classes: self.classes.clone(),
            height: self.height,
            width: self.width,
            preprocessing: self.preprocessing.clone(),
        };
        write(MODEL, &header, weight_tensors("layers", &self.weights))
    }

    /// Reads the bytes of a model file; `path` is the name that problems are reported under.
    ///
    /// # Errors
    /// [`Error::Damaged`] for bytes that are truncated, altered or something else; [`Error::TooNew`] for a
    /// format that only a later version knows.
    pub fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self> {
        let file = File::<ModelHeader>::read(MODEL, path, bytes)?;
        let ModelHeader { experiment, classes, height, width, preprocessing } = file.header;
        let preprocessing_check = preprocessing.check().map_err(|name| format!("preprocessing.{name} is out of range"));
        check(&experiment).and(preprocessing_check).map_err(|reason| damaged(MODEL, path, reason))?;
        if height == 0 || width == 0 || classes.is_empty() {
            return Err(damaged(MODEL, path, "it has no pixels or no classes".into()));
        }
        let config = MlpConfig::from_experiment(&experiment, height.saturating_mul(width), classes.len());
        let weights = read_weights(&file.tensors, "layers", &config).map_err(|reason| damaged(MODEL, path, reason))?;
        Ok(Self { experiment, classes, height, width, preprocessing, weights })
    }
}

/// The bytes of a checkpoint file.
pub fn checkpoint_to_bytes(experiment: &Experiment, dataset: &Dataset, state: &TrainingState) -> Vec<u8> {
    let header = CheckpointHeader {
        experiment: experiment.clone(),
        best: state.best.as_ref().map(|best| BestHeader { epoch: best.epoch, loss: best.loss }),
        inputs: dataset.inputs(),
        classes: dataset.classes().len(),
    };
    let mut tensors = weight_tensors("layers", &state.weights);
    if let Some(best) = &state.best {
        tensors.extend(weight_tensors("best", &best.weights));
    }
    // A long history does not fit into a header.
    let history = serde_json::to_vec(&state.history).expect("a history is plain data");
    for (name, bytes) in [(OPTIMIZER, state.optimizer.clone()), (HISTORY, history)] {
        tensors.push(NamedTensor { name: name.into(), dtype: Dtype::U8, shape: vec![bytes.len()], bytes });
    }
    write(CHECKPOINT, &header, tensors)
}

/// Reads the bytes of a checkpoint file: what was being trained, and where it stood.
///
/// # Errors
/// As [`SavedModel::from_bytes`].
pub fn checkpoint_from_bytes(path: &str, bytes: &[u8]) -> Result<(Experiment, TrainingState)> {
    let broken = |reason: String| damaged(CHECKPOINT, path, reason);
    let file = File::<CheckpointHeader>::read(CHECKPOINT, path, bytes)?;
    let CheckpointHeader { experiment, best, inputs, classes } = file.header;
    check(&experiment).map_err(broken)?;
    let config = MlpConfig::from_experiment(&experiment, inputs, classes);
    let weights = read_weights(&file.tensors, "layers", &config).map_err(broken)?;
    let best = match best {
        None => None,
        Some(BestHeader { epoch, loss }) => {
            Some(Best { epoch, loss, weights: read_weights(&file.tensors, "best", &config).map_err(broken)? })
        }
    };
    let history = file.tensors.tensor(HISTORY).map_err(|error| broken(error.to_string()))?;
    let history = serde_json::from_slice(history.data()).map_err(|error| broken(error.to_string()))?;
    let optimizer = file.tensors.tensor(OPTIMIZER).map_err(|error| broken(error.to_string()))?;
    record_from_bytes(optimizer.data()).map_err(broken)?;
    Ok((experiment, TrainingState { weights, optimizer: optimizer.data().to_vec(), history, best }))
}

/// Whether every setting is one that a configuration file may have.
fn check(experiment: &Experiment) -> Result<(), String> {
    match Experiment::from_toml("experiment", &experiment.to_toml(), &[]) {
        Ok(_) => Ok(()),
        Err(errors) => Err(errors.problems.first().map_or_else(String::new, |problem| problem.message.clone())),
    }
}

struct NamedTensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

fn weight_tensors(prefix: &str, weights: &[LayerWeights]) -> Vec<NamedTensor> {
    let floats = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let tensor = |name, shape, values| NamedTensor { name, dtype: Dtype::F32, shape, bytes: floats(values) };
    weights
        .iter()
        .enumerate()
        .flat_map(|(i, layer)| {
            [
                tensor(format!("{prefix}.{i}.weight"), vec![layer.inputs, layer.outputs], &layer.weight),
                tensor(format!("{prefix}.{i}.bias"), vec![layer.outputs], &layer.bias),
            ]
        })
        .collect()
}

fn read_weights(tensors: &SafeTensors<'_>, prefix: &str, config: &MlpConfig) -> Result<Vec<LayerWeights>, String> {
    let floats = |name: String, shape: &[usize]| -> Result<Vec<f32>, String> {
        let tensor = tensors.tensor(&name).map_err(|error| error.to_string())?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            return Err(format!(
                "{name} is {:?} {:?}, but the network needs F32 {shape:?}",
                tensor.dtype(),
                tensor.shape()
            ));
        }
        Ok(tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    };
    config
        .layers()
        .enumerate()
        .map(|(i, (inputs, outputs))| {
            Ok(LayerWeights {
                inputs,
                outputs,
                weight: floats(format!("{prefix}.{i}.weight"), &[inputs, outputs])?,
                bias: floats(format!("{prefix}.{i}.bias"), &[outputs])?,
            })
        })
        .collect()
}

fn write(kind: &str, header: &impl Serialize, mut tensors: Vec<NamedTensor>) -> Vec<u8> {
    let json = |value: serde_json::Result<String>| value.expect("headers are plain data");
    let envelope = Envelope { format: FORMAT, kind: kind.into(), header: json(serde_json::to_string(header)) };
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
    fn read(kind: &'static str, path: &str, bytes: &'a [u8]) -> Result<Self> {
        let broken = |reason: &str| damaged(kind, path, reason.to_string());
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| broken(&short(&error)))?;
        let metadata = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let metadata = metadata.ok_or_else(|| broken("it is a safetensors file, but not one of ours"))?;
        let envelope: Envelope =
            serde_json::from_str(metadata).map_err(|error| broken(&format!("its header says {error}")))?;
        if envelope.format > FORMAT {
            return Err(Error::TooNew { path: path.into(), found: envelope.format, known: FORMAT });
        }
        if envelope.kind != kind {
            return Err(broken(&format!("it is a {} file", envelope.kind)));
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| broken(&short(&error)))?;
        let mut named = tensors.tensors();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        let found = digest(metadata, named.iter().filter(|(name, _)| name != DIGEST).map(|(n, t)| (n.as_str(), t)));
        let promised = tensors.tensor(DIGEST).map_err(|_| broken("its digest is missing"))?;
        if promised.data() != found {
            return Err(broken("its content does not match its digest"));
        }
        let header =
            serde_json::from_str(&envelope.header).map_err(|error| broken(&format!("its header says {error}")))?;
        Ok(Self { header, tensors })
    }
}

/// What is wrong with a file's header, without the grammar of all headers.
fn short(error: &SafeTensorError) -> String {
    match error {
        SafeTensorError::InvalidHeader(_) | SafeTensorError::InvalidHeaderDeserialization(_) => {
            "its header is not readable".into()
        }
        SafeTensorError::HeaderTooLarge | SafeTensorError::HeaderTooSmall => "it is empty or something else".into(),
        SafeTensorError::InvalidHeaderLength | SafeTensorError::MetadataIncompleteBuffer => {
            "it is cut short, or has bytes too many".into()
        }
        other => other.to_string(),
    }
}

fn damaged(what: &'static str, path: &str, reason: String) -> Error {
    Error::Damaged { what, path: path.into(), reason }
}
