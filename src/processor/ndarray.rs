//! The backend ndarray, which Burn has deprecated in favour of flex.
#![allow(deprecated)]

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, NdArray};
use burn::tensor::{Device, FloatDType, Tensor};

use super::Processor;

/// A tensor on this backend; `None` for another device.
///
/// `from_data` looks at every number, which takes longer than a training step where the backend is compiled without
/// optimisation. Zeros that are written over do not.
pub(super) fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Option<Tensor<D>> {
    if device.clone().inner() != Device::ndarray() {
        return None;
    }
    let zeros = Tensor::<D>::zeros(shape, device);
    if let Ok(zeros) = zeros.clone().try_into_primitive::<Autodiff<NdArray>>() {
        let tensor = FloatTensor::<Autodiff<NdArray>>::new(filled(zeros.into_primitive(), values));
        return Some(Tensor::from_primitive::<Autodiff<NdArray>>(tensor));
    }
    let zeros = zeros.try_into_primitive::<NdArray>().ok()?;
    Some(Tensor::from_primitive::<NdArray>(filled(zeros, values)))
}

fn filled(mut tensor: Floats, values: &[f32]) -> Floats {
    NdArray::values_mut(&mut tensor).expect("zeros are of single precision").copy_from_slice(values);
    tensor
}

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

    fn tensor(values: Vec<f32>, shape: &[usize], device: &Self::Device) -> FloatTensor<Self> {
        filled(Self::float_zeros(shape.to_vec().into(), device, FloatDType::F32), &values)
    }

    fn indices(tensor: &IntTensor<Self>) -> Option<Vec<usize>> {
        match tensor {
            Integers::I64(values) => Some(values.view().to_slice()?.iter().map(|&index| index as usize).collect()),
            Integers::I32(values) => Some(values.view().to_slice()?.iter().map(|&index| index as usize).collect()),
            _ => None,
        }
    }
}
