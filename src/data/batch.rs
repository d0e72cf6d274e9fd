//! From images as bytes to tensors on a device.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::Dataset;

/// Images that are looked at in one go where nothing is learnt from them; it bounds memory, and no result depends on it.
pub(crate) const LARGEST_BATCH: usize = 4096;

/// Images and their classes, ready for a network.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Scaled pixels, `[batch, inputs]`.
    pub images: Tensor<2>,
    /// Class indices, `[batch]`.
    pub targets: Tensor<1, Int>,
}

/// Makes batches: gathers images, scales their pixels, puts them on a device.
///
/// The scaling of pixels has its only home here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batcher {
    scale: f32,
}

impl Batcher {
    /// A batcher that divides pixels by `scale`.
    pub fn new(scale: f32) -> Self {
        Self { scale }
    }

    /// Gathers the images `indices` of `dataset`, in that order.
    ///
    /// Pixels are gathered as bytes and scaled on the way, in one pass and one upload: a dataset is never held as floats.
    ///
    /// # Panics
    /// When an index is beyond the dataset.
    pub fn batch(&self, dataset: &Dataset, indices: &[usize], device: &Device) -> Batch {
        let mut pixels = Vec::with_capacity(indices.len() * dataset.inputs());
        let mut targets = Vec::with_capacity(indices.len());
        for &index in indices {
            pixels.extend(dataset.pixels(index).iter().map(|&value| self.scaled(value)));
            targets.push(dataset.label(index) as i32);
        }
        Batch {
            images: Tensor::from_data(TensorData::new(pixels, [indices.len(), dataset.inputs()]), device),
            targets: Tensor::from_data(TensorData::new(targets, [indices.len()]), device),
        }
    }

    /// The scaled pixels of one image, `[1, inputs]`.
    pub fn image(&self, pixels: &[u8], device: &Device) -> Tensor<2> {
        let scaled: Vec<f32> = pixels.iter().map(|&value| self.scaled(value)).collect();
        Tensor::from_data(TensorData::new(scaled, [1, pixels.len()]), device)
    }

    /// Divides, as PyTorch and NumPy users would: for 16 this is exact, where a reciprocal may not be.
    fn scaled(&self, value: u8) -> f32 {
        f32::from(value) / self.scale
    }
}
