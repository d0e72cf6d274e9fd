//! The network of a model file, as far as a forward pass needs it.
//!
//! `SavedModel` of the library reads all settings of the experiment and checks them, which takes more room than all else
//! here. This reads the few that a forward pass needs; the page brings the file itself.

use chiffres::Prediction;
use chiffres::config::{Activation, DataConfig};
use chiffres::data::Batcher;
use chiffres::fused::kernel::{self, InTurn, Layer, Workspace};
use chiffres::preprocess::DigitPreprocessing;
use safetensors::SafeTensors;
use serde::Deserialize;

/// Rows and columns of the images.
const SIDE: usize = 8;

/// A network of 8x8 digits, ready to read.
pub struct Network {
    /// The way from a picture to 8x8.
    pub preprocessing: DigitPreprocessing,
    batcher: Batcher,
    activation: Activation,
    layers: Vec<Weights>,
    workspace: Workspace,
}

/// The parameters of a layer, as the kernel takes them.
struct Weights {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// The metadata of a model file, under the key `chiffres`.
#[derive(Deserialize)]
struct Envelope {
    /// JSON of a [`Header`].
    header: String,
}

#[derive(Deserialize)]
struct Header {
    experiment: Experiment,
    preprocessing: DigitPreprocessing,
}

#[derive(Deserialize)]
struct Experiment {
    data: Scaling,
    model: Shape,
}

#[derive(Deserialize)]
struct Scaling {
    scale: f32,
    offset: f32,
}

#[derive(Deserialize)]
struct Shape {
    hidden: Vec<usize>,
    activation: Activation,
}

impl Network {
    /// The network of a model file; `None` for anything else, and for networks of other images.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).ok()?;
        let Envelope { header } = serde_json::from_str(metadata.metadata().as_ref()?.get("chiffres")?).ok()?;
        let Header { experiment: Experiment { data, model }, preprocessing } = serde_json::from_str(&header).ok()?;
        let tensors = SafeTensors::deserialize(bytes).ok()?;
        let values = |name: String| -> Option<Vec<f32>> {
            let bytes = tensors.tensor(&name).ok()?.data().chunks_exact(4);
            Some(bytes.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
        };
        let mut inputs = SIDE * SIDE;
        let mut layers = Vec::new();
        for layer in 0..=model.hidden.len() {
            let weights = Weights {
                weight: values(format!("layers.{layer}.weight"))?,
                bias: values(format!("layers.{layer}.bias"))?,
            };
            let outputs = weights.bias.len();
            if outputs == 0 || weights.weight.len() != inputs * outputs {
                return None;
            }
            layers.push(weights);
            inputs = outputs;
        }
        Some(Self {
            preprocessing,
            batcher: Batcher::new(&DataConfig { scale: data.scale, offset: data.offset, ..DataConfig::default() }),
            activation: model.activation,
            layers,
            workspace: Workspace::default(),
        })
    }

    /// Names an image of 8x8 pixels.
    pub fn predict(&mut self, pixels: &[u8]) -> Prediction {
        let layers: Vec<Layer<'_>> =
            self.layers.iter().map(|Weights { weight, bias }| Layer { weight, bias }).collect();
        let network = kernel::Network { layers: &layers, activation: self.activation };
        Prediction::of(self.workspace.probabilities(network, &self.batcher.scaled(pixels), &InTurn))
    }
}
