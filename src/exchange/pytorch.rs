//! PyTorch: safetensors that `nn.Sequential` loads, with weights `[outputs, inputs]` named after the place of their layer.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::network::{Layer, Network, Shape, Stage};
use super::text::Description;
use crate::checkpoint::METADATA_KEY;
use crate::config::Activation;
use crate::model::LayerWeights;

const DESCRIPTION: &str = "description";

/// The bytes of a file, of a network that reads an image once.
pub fn write(network: &Network) -> Vec<u8> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let bytes = |values: &mut dyn Iterator<Item = f32>| values.flat_map(f32::to_le_bytes).collect();
    for (layer, Module { place, order }) in network.layers.iter().zip(modules(network.input.image(), &network.shapes()))
    {
        let (layer, shape) = match layer {
            Layer::Stage(Stage { image, window }) => (window, vec![window.outputs, image[2], 3, 3]),
            Layer::Dense(layer) => (layer, vec![layer.outputs, layer.inputs]),
            Layer::Activation(_) => continue,
        };
        let weight = reordered(&layer.weight, layer.outputs, order.map(|[pixels, channels]| [channels, pixels]));
        let mut turned = transposed(&weight, layer.inputs, layer.outputs);
        tensors.push((format!("{place}.weight"), shape, bytes(&mut turned)));
        tensors.push((format!("{place}.bias"), vec![layer.outputs], bytes(&mut layer.bias.iter().copied())));
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

/// A layer in `nn.Sequential`.
#[derive(Clone, Copy)]
struct Module {
    /// The place of the module with its weights: a stage is three modules, and `nn.Flatten` makes a row of planes.
    place: usize,
    /// Pixels and channels of its inputs. PyTorch has a plane for each channel; here the channels of a pixel lie side by side.
    order: Option<[usize; 2]>,
}

fn modules([height, width, channels]: [usize; 3], shapes: &[Shape]) -> Vec<Module> {
    let (mut modules, mut next) = (Vec::new(), 0);
    let mut planes = (channels > 1).then(|| [height.saturating_mul(width), channels]);
    for shape in shapes {
        // `nn.Flatten`
        next += usize::from(planes.is_some() && !matches!(shape, Shape::Stage(..)));
        let order = match *shape {
            Shape::Stage([_, _, channels], _) => Some([9, channels]),
            Shape::Dense(..) | Shape::Activation(_) => planes.take(),
        };
        modules.push(Module { place: next, order });
        next += 1;
        if let Shape::Stage([height, width, _], filters) = *shape {
            planes = Some([(height / 2).saturating_mul(width / 2), filters]);
            next += 2;
        }
    }
    modules
}

/// A weight whose inputs are `[a, b]`, with them as `[b, a]`.
fn reordered(weight: &[f32], outputs: usize, order: Option<[usize; 2]>) -> Vec<f32> {
    let Some([b, a]) = order else { return weight.to_vec() };
    let places = (0..b).flat_map(|second| (0..a).map(move |first| first * b + second));
    places.flat_map(|place| &weight[place * outputs..][..outputs]).copied().collect()
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
    let modules = modules(description.image(), description.shapes());
    description.network(scaling, |[place, _], inputs, outputs| {
        let Module { place, order } = modules[place];
        let weight =
            floats(format!("{place}.weight")).filter(|weight| Some(weight.len()) == inputs.checked_mul(outputs))?;
        if order.is_some_and(|[pixels, channels]| pixels.checked_mul(channels) != Some(inputs)) {
            return None;
        }
        let weight: Vec<f32> = transposed(&weight, outputs, inputs).collect();
        let weight = reordered(&weight, outputs, order);
        Some(LayerWeights { inputs, outputs, weight, bias: floats(format!("{place}.bias"))? })
    })
}

/// Returns whether the bytes of a file are those of a model file of this program.
pub fn is_model(bytes: &[u8]) -> bool {
    let metadata = SafeTensors::read_metadata(bytes);
    metadata.is_ok_and(|(_, found)| found.metadata().as_ref().is_some_and(|entries| entries.contains_key(METADATA_KEY)))
}

/// The line that makes planes of images, for stages and for colours.
fn planes(network: &Network) -> String {
    match network.input.image() {
        [_, _, 1] if network.stages().next().is_none() => String::new(),
        [height, width, 1] => format!("pixels = pixels.reshape(-1, 1, {height}, {width})\n"),
        [height, width, channels] => format!(
            "pixels = pixels.reshape(-1, {height}, {width}, {channels}).permute(0, 3, 1, 2)  # a plane for each colour\n"
        ),
    }
}

/// A program in Python that makes an `nn.Sequential` of the weights.
pub fn usage(network: &Network, file: &str) -> String {
    let has_planes = network.stages().next().is_some() || network.input.channels > 1;
    let layer = |layer: &Layer| match layer {
        Layer::Stage(Stage { image: [_, _, channels], window }) => {
            format!("    nn.Conv2d({channels}, {}, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),\n", window.outputs)
        }
        Layer::Dense(layer) => {
            let is_first = network.dense().next().is_some_and(|first| std::ptr::eq(first, layer));
            let flatten = if has_planes && is_first { "    nn.Flatten(),\n" } else { "" };
            format!("{flatten}    nn.Linear({}, {}),\n", layer.inputs, layer.outputs)
        }
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
pixels = torch.zeros(1, {values})  # {takes}
{planes}probabilities = model(pixels / {scale:?} + {offset:?}).softmax(dim=1)
print(classes[probabilities.argmax()], probabilities)
"#,
        layers = network.layers.iter().map(layer).collect::<String>(),
        classes = serde_json::to_string(&network.classes).expect("names are plain data"),
        values = network.input.values(),
        takes = network.takes(),
        planes = planes(network),
        scale = network.input.scale,
        offset = network.input.offset,
    )
}
