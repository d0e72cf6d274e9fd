//! The backend ndarray, which Burn has deprecated in favour of flex.
#![allow(deprecated)]

use burn::backend::NdArray;
use burn::backend::tensor::{FloatTensor, IntTensor};

use super::Processor;

type Floats = FloatTensor<NdArray>;
type Integers = IntTensor<NdArray>;

impl Processor for NdArray {
    fn values(tensor: &FloatTensor<Self>) -> Option<&[f32]> {
        match tensor {
            Floats::F32(values) => values.view().to_slice(),
            _ => None,
        }
    }

    fn values_mut(tensor: &mut FloatTensor<Self>) -> Option<&mut [f32]> {
        match tensor {
            Floats::F32(values) => {
                let values = values.ensure_owned();
                if !values.is_standard_layout() {
                    *values = values.as_standard_layout().into_owned().into();
                }
                values.as_slice_mut()
            }
            _ => None,
        }
    }

    fn indices(tensor: &IntTensor<Self>) -> Option<Vec<usize>> {
        match tensor {
            Integers::I64(values) => Some(values.view().to_slice()?.iter().map(|&index| index as usize).collect()),
            Integers::I32(values) => Some(values.view().to_slice()?.iter().map(|&index| index as usize).collect()),
            _ => None,
        }
    }
}
