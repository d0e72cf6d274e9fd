//! PyTorch: safetensors that `nn.Sequential` loads, with weights `[outputs, inputs]` named after the place of their layer.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::network::{Layer, Network};
use super::text::Description;
use crate::checkpoint::METADATA_KEY;
use crate::config::Activation;
use crate::model::LayerWeights;

const DESCRIPTION: &str = "description";

/// The bytes of a file, of a network that reads an image once.
pub fn write(network: &Network) -> Vec<u8> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let bytes = |values: &mut dyn Iterator<Item = f32>| values.flat_map(f32::to_le_bytes).collect();
    for (place, layer) in network.layers.iter().enumerate() {
        if let Layer::Dense(LayerWeights { inputs, outputs, weight, bias }) = layer {
            let mut turned = transposed(weight, *inputs, *outputs);
            tensors.push((format!("{place}.weight"), vec![*outputs, *inputs], bytes(&mut turned)));
            tensors.push((format!("{place}.bias"), vec![*outputs], bytes(&mut bias.iter().copied())));
        }
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes).expect("as many bytes as the shape has");
        (name, view)
    });
    // One entry: a map has no order.
    let scaling = Some([network.input.scale, network.input.offset]);
    let mut description = Description::new(network);
    description.scaling = scaling;
    let metadata = HashMap::from([(DESCRIPTION.to_string(), description.to_json())]);
    safetensors::serialize(views, Some(metadata)).expect("named tensors of checked shapes serialize")
}

/// The columns of a matrix, one after the other.
fn transposed(values: &[f32], rows: usize, columns: usize) -> impl Iterator<Item = f32> + '_ {
    (0..columns).flat_map(move |column| (0..rows).map(move |row| values[row * columns + column]))
}

/// The network in the bytes of a file; `None` for others.
pub fn read(bytes: &[u8]) -> Option<Network> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).ok()?;
    let json = metadata.metadata().as_ref()?.get(DESCRIPTION)?.clone();
    let tensors = SafeTensors::deserialize(bytes).ok()?;
    let floats = |name: String| {
        let tensor = tensors.tensor(&name).ok().filter(|tensor| tensor.dtype() == Dtype::F32)?;
        Some(tensor.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect::<Vec<f32>>())
    };
    let description = Description::from_json(&json)?;
    let scaling = description.scaling?;
    description.network(scaling, |[place, _], inputs, outputs| {
        let weight =
            floats(format!("{place}.weight")).filter(|weight| Some(weight.len()) == inputs.checked_mul(outputs))?;
        let weight = transposed(&weight, outputs, inputs).collect();
        Some(LayerWeights { inputs, outputs, weight, bias: floats(format!("{place}.bias"))? })
    })
}

/// Returns whether the bytes of a file are those of a model file of this program.
pub fn is_model(bytes: &[u8]) -> bool {
    let metadata = SafeTensors::read_metadata(bytes);
    metadata.is_ok_and(|(_, found)| found.metadata().as_ref().is_some_and(|entries| entries.contains_key(METADATA_KEY)))
}

/// A program in Python that makes an `nn.Sequential` of the weights.
pub fn usage(network: &Network, file: &str) -> String {
    let layer = |layer: &Layer| match layer {
        Layer::Stage(_) => unreachable!("networks with stages are refused"),
        Layer::Dense(layer) => format!("    nn.Linear({}, {}),\n", layer.inputs, layer.outputs),
        Layer::Activation(Activation::Sigmoid) => "    nn.Sigmoid(),\n".into(),
        Layer::Activation(Activation::Tanh) => "    nn.Tanh(),\n".into(),
        Layer::Activation(Activation::Relu) => "    nn.ReLU(),\n".into(),
        Layer::Activation(Activation::Gelu) => "    nn.GELU(approximate=\"tanh\"),\n".into(),
        Layer::Activation(Activation::Identity) => "    nn.Identity(),\n".into(),
    };
    format!(
        r#"import torch
from safetensors.torch import load_file
from torch import nn

model = nn.Sequential(
{layers})
model.load_state_dict(load_file({file:?}), strict=True)
classes = {classes}
pixels = torch.zeros(1, {pixels})  # {takes}
probabilities = model(pixels / {scale:?} + {offset:?}).softmax(dim=1)
print(classes[probabilities.argmax()], probabilities)
"#,
        layers = network.layers.iter().map(layer).collect::<String>(),
        classes = serde_json::to_string(&network.classes).expect("names are plain data"),
        pixels = network.input.pixels(),
        takes = network.takes(),
        scale = network.input.scale,
        offset = network.input.offset,
    )
}
