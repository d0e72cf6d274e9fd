//! The values of ONNX's tensors: numbers and texts.

use crate::exchange::onnx::messages::Tensor;
use crate::formats::npz::half;

/// The numbers of a tensor; `None` for one of other values, or in another file.
pub fn numbers(tensor: &Tensor) -> Option<Vec<f64>> {
    let raw = tensor.raw_data.as_slice();
    Some(match tensor.data_type {
        1 if raw.is_empty() => tensor.float_data.iter().map(|&number| number.into()).collect(),
        1 => raw.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes).into()).collect(),
        11 if raw.is_empty() => tensor.double_data.clone(),
        11 => raw.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
        10 => raw.as_chunks().0.iter().map(|&bytes| half(u16::from_le_bytes(bytes))).collect(),
        _ => integers(tensor)?.into_iter().map(|number| number as f64).collect(),
    })
}

/// The whole numbers of a tensor.
pub fn integers(tensor: &Tensor) -> Option<Vec<i64>> {
    let raw = tensor.raw_data.as_slice();
    Some(match tensor.data_type {
        6 if raw.is_empty() => tensor.int32_data.iter().map(|&number| number.into()).collect(),
        6 => raw.as_chunks().0.iter().map(|&bytes| i32::from_le_bytes(bytes).into()).collect(),
        7 if raw.is_empty() => tensor.int64_data.clone(),
        7 => raw.as_chunks().0.iter().map(|&bytes| i64::from_le_bytes(bytes)).collect(),
        _ => return None,
    })
}

/// The texts of a tensor, or its whole numbers as texts.
pub fn names(tensor: &Tensor) -> Option<Vec<String>> {
    match tensor.string_data.is_empty() {
        false => Some(texts(&tensor.string_data)),
        true => Some(integers(tensor)?.iter().map(i64::to_string).collect()),
    }
}

/// Texts in UTF-8.
pub fn texts(bytes: &[Vec<u8>]) -> Vec<String> {
    bytes.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}
