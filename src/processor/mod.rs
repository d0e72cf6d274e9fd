//! Backends whose tensors lie in this program's memory: tensors as slices, and slices as tensors.

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Flex};
use burn::tensor::{DType, Device, Tensor, TensorData};

#[cfg(feature = "ndarray")]
mod ndarray;

/// Calls `$run::<B>(..)`, which returns an option, for the backends `B` of the processor until one returns something.
macro_rules! on_processor {
    ($run:ident $(::<$($generic:ident),*>)? ($($argument:expr),*)) => {{
        let result = None;
        // Burn has deprecated ndarray in favour of flex.
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)]
        let result = result.or_else(|| $run::<burn::backend::NdArray $(, $($generic),*)?>($($argument),*));
        result.or_else(|| $run::<burn::backend::Flex $(, $($generic),*)?>($($argument),*))
    }};
}
pub(crate) use on_processor;

/// A tensor of numbers on a device.
pub(crate) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    #[cfg(feature = "ndarray")]
    if ndarray::is_on(device) {
        return ndarray::tensor(values, shape, device);
    }
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// A backend on the processor.
///
/// A tensor gives `None` if it is not of single precision or, to be read, not one row after another: an operation that finds
/// one leaves the work to the ordinary tensor operations.
pub(crate) trait Processor: Backend {
    /// The numbers of a tensor.
    fn values(tensor: &FloatTensor<Self>) -> Option<&[f32]>;

    /// The numbers of a tensor, to be changed; a tensor that is shared is copied first.
    fn values_mut(tensor: &mut FloatTensor<Self>) -> Option<&mut [f32]>;

    /// A tensor of numbers.
    fn tensor(values: Vec<f32>, shape: &[usize], device: &Self::Device) -> FloatTensor<Self>;

    /// Class indices.
    fn indices(tensor: &IntTensor<Self>) -> Option<Vec<usize>>;
}

impl Processor for Flex {
    // As the tensor's `as_slice`, which is compiled without optimisation.
    fn values(tensor: &FloatTensor<Self>) -> Option<&[f32]> {
        if tensor.dtype() != DType::F32 {
            return None;
        }
        let layout = tensor.layout();
        let mut count = 1;
        for (&size, &stride) in layout.shape().iter().zip(layout.strides()).rev() {
            if size != 1 && stride != count as isize {
                return None;
            }
            count *= size;
        }
        tensor.storage().get(layout.start_offset()..)?.get(..count)
    }

    fn values_mut(tensor: &mut FloatTensor<Self>) -> Option<&mut [f32]> {
        if tensor.dtype() == DType::F32
            && Self::values(tensor).is_none_or(|values| values.len() != tensor.storage::<f32>().len())
        {
            *tensor = tensor.to_contiguous();
        }
        (tensor.dtype() == DType::F32).then(|| tensor.storage_mut())
    }

    fn tensor(values: Vec<f32>, shape: &[usize], device: &Self::Device) -> FloatTensor<Self> {
        Self::float_from_data(TensorData::new(values, shape.to_vec()), device)
    }

    fn indices(tensor: &IntTensor<Self>) -> Option<Vec<usize>> {
        Some(tensor.as_slice::<i32>()?.iter().map(|&index| index as usize).collect())
    }
}
