//! The network of a model file, as far as a forward pass needs it.
//!
//! `SavedModel` of the library reads all settings of the experiment and checks them, which takes more room than all else
//! here. This reads the few that a forward pass needs; the page brings the file itself.

use chiffres::Prediction;
use chiffres::config::{Activation, DataConfig};
use chiffres::data::Batcher;
use chiffres::fused::kernel::convolution::{self, Stage};
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
    /// Stages of convolution, each with the rows, columns and channels that go in.
    stages: Vec<([usize; 3], Weights)>,
    layers: Vec<Weights>,
    workspace: Workspace,
}

/// The parameters of a layer, as the kernel takes them.
struct Weights {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Weights {
    fn layer(&self) -> Layer<'_> {
        Layer { weight: &self.weight, bias: &self.bias }
    }
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
    #[serde(default)]
    filters: Vec<usize>,
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
        let weights = |name: String, inputs: usize| -> Option<Weights> {
            let weights = Weights { weight: values(format!("{name}.weight"))?, bias: values(format!("{name}.bias"))? };
            let outputs = weights.bias.len();
            (outputs > 0 && weights.weight.len() == inputs * outputs).then_some(weights)
        };
        let mut image = [SIDE, SIDE, 1];
        let mut stages = Vec::new();
        for stage in 0..model.filters.len() {
            if image[0] < 2 {
                return None;
            }
            let window = weights(format!("stages.{stage}"), 9 * image[2])?;
            let filters = window.bias.len();
            stages.push((image, window));
            image = [image[0] / 2, image[1] / 2, filters];
        }
        let mut inputs = image.into_iter().product();
        let mut layers = Vec::new();
        for layer in 0..=model.hidden.len() {
            let layer = weights(format!("layers.{layer}"), inputs)?;
            inputs = layer.bias.len();
            layers.push(layer);
        }
        Some(Self {
            preprocessing,
            batcher: Batcher::new(&DataConfig { scale: data.scale, offset: data.offset, ..DataConfig::default() }),
            activation: model.activation,
            stages,
            layers,
            workspace: Workspace::default(),
        })
    }

    /// Names an image of 8x8 pixels.
    pub fn predict(&mut self, pixels: &[u8]) -> Prediction {
        let mut values = self.batcher.scaled(pixels);
        for (image, window) in &self.stages {
            let stage = Stage { image: *image, window: window.layer() };
            (values, _) = convolution::forward(self.workspace.instructions(), stage, &values, &InTurn);
        }
        let layers: Vec<Layer<'_>> = self.layers.iter().map(Weights::layer).collect();
        let network = kernel::Network { layers: &layers, activation: self.activation };
        Prediction::of(self.workspace.probabilities(network, &values, &InTurn))
    }
}
