//! scikit-learn: an archive of NumPy arrays with `coefs_` and `intercepts_`, as `MLPClassifier` has them.
//!
//! Two classes have one output there, the logistic function of the difference of the two logits.

use std::io::{Cursor, Write};
use std::sync::Arc;

use zip::{CompressionMethod, ZipWriter, write::FileOptions};

use super::network::Network;
use super::text::Description;
use crate::config::Activation;
use crate::formats::npz::Archive;
use crate::model::LayerWeights;

/// The name of an activation in scikit-learn; `None` if it has none.
pub fn activation(activation: Activation) -> Option<&'static str> {
    match activation {
        Activation::Sigmoid => Some("logistic"),
        Activation::Tanh => Some("tanh"),
        Activation::Relu => Some("relu"),
        Activation::Identity => Some("identity"),
        Activation::Gelu => None,
    }
}

/// The bytes of an archive, of a network that reads an image once, with an activation that scikit-learn has.
pub fn write(network: &Network) -> Vec<u8> {
    let mut archive = Writer(ZipWriter::new(Cursor::new(Vec::new())));
    let layers: Vec<LayerWeights> = network.dense().cloned().collect();
    let last = layers.len() - 1;
    for (index, layer) in layers.into_iter().enumerate() {
        let layer = if index == last && layer.outputs == 2 { difference(&layer) } else { layer };
        archive.floats(&format!("coefs_{index}"), &[layer.inputs, layer.outputs], &layer.weight);
        archive.floats(&format!("intercepts_{index}"), &[layer.outputs], &layer.bias);
    }
    archive.texts("classes", &network.classes);
    archive.floats("scale", &[], &[network.input.scale]);
    archive.floats("offset", &[], &[network.input.offset]);
    archive.texts("description", &[Description::new(network).to_json()]);
    archive.0.finish().expect("memory takes every byte").into_inner()
}

/// A layer with one output, the second logit minus the first.
fn difference(layer: &LayerWeights) -> LayerWeights {
    let difference = |pair: &[f32]| pair[1] - pair[0];
    let weight = layer.weight.chunks_exact(2).map(difference).collect();
    LayerWeights { inputs: layer.inputs, outputs: 1, weight, bias: vec![difference(&layer.bias)] }
}

/// An archive that is being written.
struct Writer(ZipWriter<Cursor<Vec<u8>>>);

impl Writer {
    fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        self.array(name, "<f4", shape, values.iter().flat_map(|value| value.to_le_bytes()).collect());
    }

    /// An array of texts, or one text.
    fn texts(&mut self, name: &str, texts: &[String]) {
        // NumPy takes zeros from the end of a text.
        let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
        let padded = |text: &String| {
            let none = std::iter::repeat_n(0, width - text.chars().count());
            text.chars().map(u32::from).chain(none).collect::<Vec<_>>()
        };
        let bytes = texts.iter().flat_map(padded).flat_map(u32::to_le_bytes).collect();
        self.array(name, &format!("<U{width}"), &[texts.len()], bytes);
    }

    fn array(&mut self, name: &str, kind: &str, shape: &[usize], bytes: Vec<u8>) {
        const BEGIN: usize = 10;
        let sizes: String = shape.iter().map(|size| format!("{size},")).collect();
        let mut header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({sizes}), }}");
        // The values begin at a multiple of 64.
        header += &" ".repeat((BEGIN + header.len() + 1).next_multiple_of(64) - BEGIN - header.len() - 1);
        header += "\n";
        let options = FileOptions::default().compression_method(CompressionMethod::Stored);
        let length = u16::try_from(header.len()).expect("a shape is short").to_le_bytes();
        let written = self.0.start_file(format!("{name}.npy"), options).map_err(std::io::Error::from).and_then(|()| {
            self.0.write_all(&[b"\x93NUMPY\x01\x00".as_slice(), &length, header.as_bytes(), &bytes].concat())
        });
        written.expect("memory takes every byte");
    }
}

/// The network in the bytes of an archive; `None` for others.
pub fn read(bytes: &[u8]) -> Option<Network> {
    let archive = Archive::open("", Arc::new(bytes.to_vec())).ok()?;
    let floats = |name: &str| -> Option<Vec<f32>> {
        Some(archive.array(name).ok()?.floats()?.into_iter().map(|number| number as f32).collect())
    };
    let one = |name: &str| floats(name)?.first().copied();
    let description = archive.array("description").ok()?.words()?.pop()?;
    let scaling = [one("scale")?, one("offset")?];
    Description::from_json(&description)?.network(scaling, |[_, index], inputs, outputs| {
        let weight = floats(&format!("coefs_{index}"))?;
        let bias = floats(&format!("intercepts_{index}"))?;
        // The first logit is 0 where there is one output for two classes.
        let is_difference = outputs == 2 && bias.len() == 1;
        let both = |values: Vec<f32>| values.into_iter().flat_map(|value| [0.0, value]).collect();
        Some(match is_difference {
            true => LayerWeights { inputs, outputs, weight: both(weight), bias: both(bias) },
            false => LayerWeights { inputs, outputs, weight, bias },
        })
    })
}

/// A program in Python that makes an `MLPClassifier` of the arrays.
pub fn usage(network: &Network, file: &str) -> String {
    let sizes: Vec<usize> = network.dense().map(|layer| layer.outputs).collect();
    let hidden: Vec<String> = sizes[..sizes.len() - 1].iter().map(usize::to_string).collect();
    let hidden = match hidden.as_slice() {
        [one] => format!("({one},)"),
        several => format!("({})", several.join(", ")),
    };
    let (outputs, output) = match network.classes.len() {
        2 => (1, "logistic"),
        classes => (classes, "softmax"),
    };
    format!(
        r#"import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import LabelBinarizer

arrays = np.load({file:?})
model = MLPClassifier(hidden_layer_sizes={hidden}, activation="{activation}")
model.coefs_ = [arrays[f"coefs_{{i}}"] for i in range({layers})]
model.intercepts_ = [arrays[f"intercepts_{{i}}"] for i in range({layers})]
model.n_layers_, model.n_outputs_, model.out_activation_ = {n_layers}, {outputs}, "{output}"
model.classes_ = arrays["classes"]
model._label_binarizer = LabelBinarizer().fit(model.classes_)
model._label_binarizer.classes_ = model.classes_

pixels = np.zeros((1, {values}))  # {takes}
images = (pixels / arrays["scale"] + arrays["offset"]).astype(np.float32)
print(model.predict(images), model.predict_proba(images))
"#,
        activation = activation(network.activation()).expect("one that scikit-learn has"),
        layers = sizes.len(),
        n_layers = sizes.len() + 1,
        values = network.input.values(),
        takes = network.takes(),
    )
}
