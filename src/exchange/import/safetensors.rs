//! `.safetensors` of PyTorch's `Linear` layers, weights `[outputs, inputs]` and biases, and of `Conv2d` layers before them,
//! `[filters, channels, 3, 3]`, with ReLU and max pooling after each; and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::chain::{Chain, Step};
use super::layer::Dense;
use super::options::ImportOptions;
use super::stage::Convolution;
use crate::error::ImportProblem;
use crate::formats::npz::half;

/// Maximum number of layers whose order is found by their sizes.
const MAX_UNORDERED: usize = 8;

/// A layer's tensors.
#[derive(Default)]
struct Linear<'a> {
    weight: Option<TensorView<'a>>,
    bias: Option<TensorView<'a>>,
}

/// Returns whether bytes begin as safetensors do: the length of the header, and a JSON object.
pub fn is_safetensors(bytes: &[u8]) -> bool {
    bytes.get(8) == Some(&b'{') && bytes[..8].iter().rev().take(4).all(|&byte| byte == 0)
}

/// The network in the bytes of a file.
pub fn read(bytes: &[u8], options: &ImportOptions) -> Result<Chain, ImportProblem> {
    let damaged = |error: safetensors::SafeTensorError| ImportProblem::Damaged {
        format: "safetensors",
        source: error.to_string(),
    };
    let tensors = SafeTensors::deserialize(bytes).map_err(damaged)?;
    let mut layers: BTreeMap<&str, Linear> = BTreeMap::new();
    for (name, tensor) in tensors.iter() {
        let (layer, part) = name.rsplit_once('.').unwrap_or(("", name));
        match (part, tensor.shape().len()) {
            ("weight", 2 | 4) => layers.entry(layer).or_default().weight = Some(tensor),
            ("bias", 1) => layers.entry(layer).or_default().bias = Some(tensor),
            _ => return Err(not_linear(name, &tensor)),
        }
    }
    let (mut dense, mut convolutions) = (Vec::new(), Vec::new());
    for (name, Linear { weight, bias }) in layers {
        let Some(weight) = weight else {
            let bias = bias.expect("a layer has one of the two");
            return Err(not_linear(&format!("{name}.bias"), &bias));
        };
        let bias = bias.map(|bias| numbers(&format!("{name}.bias"), &bias)).transpose()?;
        let numbers = numbers(&format!("{name}.weight"), &weight)?;
        match weight.shape().len() {
            4 => convolutions.push(Convolution::new(&format!("{name}.weight"), weight.shape(), numbers, bias)?),
            _ => dense.push(Dense::transposed(name, weight.shape(), &numbers, bias)?),
        }
    }
    convolutions.sort_by_cached_key(|layer| natural(layer.name()));
    let dense = in_order(dense)?;
    let activation = match dense.len() {
        0 => return Err(ImportProblem::NoLayers),
        1 => None,
        _ => Some(options.activation(None)?.ok_or(ImportProblem::NoActivation)?),
    };
    let mut chain = Chain::default();
    chain.steps.extend(convolutions.into_iter().map(Step::Convolution));
    for (place, layer) in dense.into_iter().enumerate() {
        if place > 0 {
            chain.steps.extend(activation.map(Step::Activation));
        }
        chain.steps.push(Step::Dense(layer));
    }
    Ok(chain)
}

fn not_linear(name: &str, tensor: &TensorView) -> ImportProblem {
    ImportProblem::Array { name: name.into(), shape: tensor.shape().into() }
}

/// The numbers of a tensor of floats.
fn numbers(name: &str, tensor: &TensorView) -> Result<Vec<f64>, ImportProblem> {
    let bytes = tensor.data();
    Ok(match tensor.dtype() {
        Dtype::F64 => bytes.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        Dtype::F32 => bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes).into()).collect(),
        // The upper half of a float.
        Dtype::BF16 => {
            let whole = |&[low, high]: &[u8; 2]| f64::from(f32::from_le_bytes([0, 0, low, high]));
            bytes.as_chunks().0.iter().map(whole).collect()
        }
        Dtype::F16 => {
            let half = |&bytes: &[u8; 2]| half(u16::from_le_bytes(bytes));
            bytes.as_chunks().0.iter().map(half).collect()
        }
        _ => return Err(not_linear(name, tensor)),
    })
}

/// The layers as their names say, numbers by their value, if their sizes agree; else as their sizes say, in the one way that
/// there is.
fn in_order(mut layers: Vec<Dense>) -> Result<Vec<Dense>, ImportProblem> {
    layers.sort_by_cached_key(|layer| natural(layer.name()));
    let order: Vec<usize> = (0..layers.len()).collect();
    if fits(&layers, &order) {
        return Ok(layers);
    }
    let mut orders = Vec::new();
    if layers.len() <= MAX_UNORDERED {
        permutations(&layers, &mut Vec::new(), &mut orders);
    }
    match &orders[..] {
        [order] => {
            let mut layers: Vec<Option<Dense>> = layers.into_iter().map(Some).collect();
            Ok(order.iter().filter_map(|&index| layers[index].take()).collect())
        }
        _ => Err(ImportProblem::Order { layers: layers.iter().map(|layer| layer.name().into()).collect() }),
    }
}

/// A name in parts: words, and numbers by their value.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = vec![Default::default()];
    let mut is_number = false;
    for c in name.chars() {
        let last = parts.last_mut().expect("there is a part");
        match c.to_digit(10) {
            Some(digit) => {
                last.1 = last.1.saturating_mul(10).saturating_add(digit.into());
                is_number = true;
            }
            None if is_number => {
                parts.push((c.into(), 0));
                is_number = false;
            }
            None => last.0.push(c),
        }
    }
    parts
}

fn fits(layers: &[Dense], order: &[usize]) -> bool {
    order.windows(2).all(|pair| layers[pair[0]].outputs() == layers[pair[1]].inputs())
}

/// Finds orders in which every layer takes what the one before gives; two are enough.
fn permutations(layers: &[Dense], begun: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
    if begun.len() == layers.len() {
        found.push(begun.clone());
    }
    let used: BTreeSet<usize> = begun.iter().copied().collect();
    for next in (0..layers.len()).filter(|index| !used.contains(index)) {
        if found.len() > 1 {
            return;
        }
        begun.push(next);
        if fits(layers, &begun[begun.len().saturating_sub(2)..]) {
            permutations(layers, begun, found);
        }
        begun.pop();
    }
}
