//! ONNX: raw pixels in, label and probabilities out.
//!
//! ```text
//! pixels [images, height, width], or [images, height, width, 3] in colour, bytes
//!     -> Cast, Flatten -> Div, Add -> Gemm, activation, Gemm, ... -> Softmax -> ArgMax
//! ```
//!
//! Where a network reads variants of an image, they are made after `Flatten` by `Gather, Mul, ReduceSum, Concat`, and their
//! logits end in `ReduceMean`.
//!
//! Operators of version 17, which runtimes since 2022 have; GELU, which came with 20, is spelled out.

pub mod messages;
mod read;
mod write;

pub use read::read;
pub use write::write;

use super::network::{Input, Network};
use crate::data::Readings;

/// The metadata that describe the network itself; others are notes of its making.
const DESCRIBED: [&str; 8] = ["name", "classes", "height", "width", "channels", "max_value", "is_digit", "input"];

/// The version of the operators.
const OPSET: i64 = 17;
/// The file format that belongs to it.
const IR_VERSION: i64 = 8;

/// The constants of GELU in its tanh form: `x/2 (1 + tanh(SLOPE (x + CUBE x^3)))`.
const GELU_CUBE: f32 = 0.044_715;
const GELU_SLOPE: f32 = 0.797_884_6;

/// The pixels that each pixel of the variants is made of, and their weights.
///
/// # Shapes
/// - pixels and weights `[variants * inputs, width]`, row after row
struct Resampling {
    pixels: Vec<i64>,
    weights: Vec<f32>,
    rows: usize,
    width: usize,
}

impl Resampling {
    fn new(input: &Input) -> Self {
        let readings = Readings::new(input.image());
        let width = readings.sources().map(<[_]>::len).max().unwrap_or(0).max(1);
        let padded = |source: &[(u32, f32)]| {
            let none = std::iter::repeat_n((0, 0.0), width - source.len());
            source.iter().copied().chain(none).collect::<Vec<_>>()
        };
        let (pixels, weights): (Vec<i64>, Vec<f32>) =
            readings.sources().flat_map(padded).map(|(pixel, weight)| (i64::from(pixel), weight)).unzip();
        Self { rows: weights.len() / width, pixels, weights, width }
    }
}

/// A program in Python that classifies a blank image.
pub fn usage(network: &Network, file: &str) -> String {
    let sizes: Vec<String> = network.input.sizes().iter().map(usize::to_string).collect();
    format!(
        r#"import json

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession({file:?})
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
pixels = np.zeros((1, {sizes}), np.uint8)  # {takes}
labels, probabilities = session.run(None, {{"pixels": pixels}})
print(classes[labels[0]], probabilities[0])
"#,
        sizes = sizes.join(", "),
        takes = network.takes(),
    )
}
