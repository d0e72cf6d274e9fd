//! The backend ndarray, which Burn has deprecated in favour of flex.
#![allow(deprecated)]

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, NdArray};
use burn::tensor::{Device, Tensor};
use ndarray::ArrayD;

use super::Processor;

type Floats = FloatTensor<NdArray>;
type Integers = IntTensor<NdArray>;

/// Returns whether a device is this backend's.
pub(super) fn is_on(device: &Device) -> bool {
    device.clone().inner() == Device::ndarray()
}

/// A tensor on this backend.
///
/// `from_data` looks at every number, which takes longer than a training step where the backend is compiled without
/// optimisation.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    let tensor = NdArray::tensor(values, &shape, &Default::default());
    match device.is_autodiff() {
        true => Tensor::from_primitive::<Autodiff<NdArray>>(FloatTensor::<Autodiff<NdArray>>::new(tensor)),
        false => Tensor::from_primitive::<NdArray>(tensor),
    }
}

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

    fn tensor(values: Vec<f32>, shape: &[usize], _: &Self::Device) -> FloatTensor<Self> {
        let array = ArrayD::from_shape_vec(shape, values).expect("there are as many numbers as the shape says");
        array.into_shared().into()
    }

    fn indices(tensor: &IntTensor<Self>) -> Option<Vec<usize>> {
        match tensor {
            Integers::I64(values) => Some(values.view().to_slice()?.iter().map(|&index| index as usize).collect()),
            Integers::I32(values) => Some(values.view().to_slice()?.iter().map(|&index| index as usize).collect()),
            _ => None,
        }
    }
}
