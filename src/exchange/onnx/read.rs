//! Reads the ONNX files that [`write`](super::write) makes, node by node.

use std::collections::HashMap;

use prost::Message;

use super::messages::{FLOAT, Graph, Model, Node, Tensor};
use super::{DESCRIBED, GELU_CUBE, GELU_SLOPE, Resampling};
use crate::config::Activation;
use crate::data::READINGS;
use crate::exchange::network::{Input, Layer, Network, Stage};
use crate::exchange::origin::Origin;
use crate::model::LayerWeights;

/// The network in the bytes of a file; `None` for another kind of file or graph.
///
/// Numbers and layers come from the graph, not from the metadata; names and sizes are there alone.
pub fn read(bytes: &[u8]) -> Option<Network> {
    let model = Model::decode(bytes).ok()?;
    let metadata: HashMap<&str, &str> =
        model.metadata_props.iter().map(|entry| (entry.key.as_str(), entry.value.as_str())).collect();
    let graph = model.graph.as_ref()?;
    let mut chain = Chain::new(graph)?;
    chain.take("Cast")?;
    chain.take("Flatten")?;
    let number = |key: &str| metadata.get(key)?.parse().ok();
    let input = Input {
        height: number("height")?,
        width: number("width")?,
        channels: metadata.get("channels").map_or(Some(1), |channels| channels.parse().ok())?,
        max_value: metadata.get("max_value")?.parse().ok()?,
        scale: 1.0,
        offset: 0.0,
        is_digit: *metadata.get("is_digit")? == "true",
        variants: chain.operator()? == "Gather",
    };
    if input.variants {
        chain.readings(&input)?;
    }
    let scale = chain.number("Div")?;
    let offset = chain.number("Add")?;
    let mut layers = chain.stages(&input)?;
    let end = if input.variants { "Reshape" } else { "Softmax" };
    while chain.operator()? != end {
        layers.push(chain.layer()?);
    }
    if input.variants {
        chain.take("Reshape")?;
        chain.take("ReduceMean")?;
    }
    chain.take("Softmax")?;
    let probabilities = chain.value;
    chain.take("ArgMax")?;
    let outputs: Vec<&str> = graph.output.iter().map(|output| output.name.as_str()).collect();
    if !chain.nodes.is_empty() || outputs != [chain.value, probabilities] {
        return None;
    }
    let notes = model.metadata_props.iter().filter(|entry| !DESCRIBED.contains(&entry.key.as_str()));
    let notes = notes.map(|entry| (entry.key.clone(), entry.value.clone())).collect();
    let network = Network {
        name: metadata.get("name")?.to_string(),
        input: Input { scale, offset, ..input },
        layers,
        classes: serde_json::from_str(metadata.get("classes")?).ok()?,
        provenance: None,
        origin: Some(Origin { notes, ..Origin::default() }),
    };
    network.check().is_ok().then_some(network)
}

/// The nodes that are left, and the last value.
struct Chain<'a> {
    value: &'a str,
    nodes: &'a [Node],
    constants: HashMap<&'a str, &'a Tensor>,
}

impl<'a> Chain<'a> {
    fn new(graph: &'a Graph) -> Option<Self> {
        let [input] = graph.input.as_slice() else { return None };
        let constants = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        Some(Self { value: &input.name, nodes: &graph.node, constants })
    }

    /// The operator of the next node.
    fn operator(&self) -> Option<&'a str> {
        self.nodes.first().map(|node| node.op_type.as_str())
    }

    /// Takes the next node, which must apply an operator to the last value; returns the names of its other inputs.
    fn take(&mut self, operator: &str) -> Option<&'a [String]> {
        let (node, rest) = self.nodes.split_first()?;
        let (input, others) = node.input.split_first()?;
        if node.op_type != operator || input != self.value {
            return None;
        }
        self.nodes = rest;
        self.value = node.output.first()?;
        Some(others)
    }

    /// Takes a node that computes with one number, and returns the number.
    fn number(&mut self, operator: &str) -> Option<f32> {
        let [name] = self.take(operator)? else { return None };
        match self.floats(name)?.as_slice() {
            [number] => Some(*number),
            _ => None,
        }
    }

    /// Takes the nodes that make the readings of images.
    fn readings(&mut self, input: &Input) -> Option<()> {
        // A forged size asks for no memory: the table has a number for each pixel.
        let image = self.value;
        let [pixels] = self.take("Gather")? else { return None };
        let pixels = *self.constants.get(pixels.as_str())?;
        let values = input.height.checked_mul(input.width)?.checked_mul(input.channels)?;
        let numbers = values.checked_mul(READINGS - 1)?;
        if numbers > pixels.raw_data.len() / size_of::<i64>() {
            return None;
        }
        self.take("Reshape")?;
        let [weights] = self.take("Mul")? else { return None };
        let weights = self.floats(weights)?;
        self.take("ReduceSum")?;
        let is_joined = self.take("Concat")? == [image];
        self.take("Reshape")?;
        let expected = Resampling::new(input);
        let bytes = expected.pixels.iter().flat_map(|pixel| pixel.to_le_bytes());
        (is_joined && weights == expected.weights && bytes.eq(pixels.raw_data.iter().copied())).then_some(())
    }

    /// Takes the nodes of all stages, if there are any.
    fn stages(&mut self, input: &Input) -> Option<Vec<Layer>> {
        let mut layers = Vec::new();
        if self.nodes.get(1).is_none_or(|node| node.op_type != "Transpose") {
            return Some(layers);
        }
        self.take("Reshape")?;
        self.take("Transpose")?;
        let mut image = [input.height, input.width, input.channels];
        while self.operator()? == "Conv" {
            let [weight, bias] = self.take("Conv")? else { return None };
            let (weight, bias) = (self.floats(weight)?, self.floats(bias)?);
            if image[2].checked_mul(9)?.checked_mul(bias.len())? != weight.len() {
                return None;
            }
            self.take("Relu")?;
            self.take("MaxPool")?;
            let stage = Stage::of_kernel(image, &weight, bias);
            image = stage.output();
            layers.push(Layer::Stage(stage));
        }
        self.take("Transpose")?;
        self.take("Flatten")?;
        Some(layers)
    }

    fn layer(&mut self) -> Option<Layer> {
        let activation = match self.operator()? {
            "Gemm" => {
                let [weight, bias] = self.take("Gemm")? else { return None };
                let [inputs, outputs] = *self.constants.get(weight.as_str())?.dims.as_slice() else { return None };
                return Some(Layer::Dense(LayerWeights {
                    inputs: inputs.try_into().ok()?,
                    outputs: outputs.try_into().ok()?,
                    weight: self.floats(weight)?,
                    bias: self.floats(bias)?,
                }));
            }
            "Mul" => {
                self.gelu()?;
                return Some(Layer::Activation(Activation::Gelu));
            }
            "Sigmoid" => Activation::Sigmoid,
            "Tanh" => Activation::Tanh,
            "Relu" => Activation::Relu,
            _ => return None,
        };
        let operator = self.operator()?;
        self.take(operator)?;
        Some(Layer::Activation(activation))
    }

    /// Takes the nodes of a GELU in its tanh form.
    fn gelu(&mut self) -> Option<()> {
        let x = self.value;
        let mut is_right = true;
        for operator in ["Mul", "Mul"] {
            is_right &= self.take(operator)? == [x];
        }
        is_right &= self.number("Mul")? == GELU_CUBE;
        is_right &= self.take("Add")? == [x];
        is_right &= self.number("Mul")? == GELU_SLOPE;
        self.take("Tanh")?;
        is_right &= self.number("Add")? == 1.0;
        is_right &= self.take("Mul")? == [x];
        is_right &= self.number("Mul")? == 0.5;
        is_right.then_some(())
    }

    /// The numbers of a constant.
    fn floats(&self, name: &str) -> Option<Vec<f32>> {
        let tensor = self.constants.get(name).filter(|tensor| tensor.data_type == FLOAT)?;
        let (numbers, rest) = tensor.raw_data.as_chunks::<4>();
        let length = tensor.dims.iter().try_fold(1_i64, |length, &size| length.checked_mul(size))?;
        let is_whole = rest.is_empty() && usize::try_from(length) == Ok(numbers.len());
        is_whole.then(|| numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
    }
}
