//! What the stages of convolution make of one image: a picture for each filter of each stage.

use burn::tensor::Device;

use crate::checkpoint::SavedModel;
use crate::data::Batcher;

/// What comes out of a stage for one image.
#[derive(Debug, Clone, PartialEq)]
pub struct StageMaps {
    /// Rows of a map.
    pub height: usize,
    /// Columns of a map.
    pub width: usize,
    /// For each filter the numbers of its map, row after row; none is below 0.
    pub maps: Vec<Vec<f32>>,
}

/// The maps of each stage of a network for one image, from the image on; none for a perceptron.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::inspect::stage_maps;
/// use chiffres::{Dataset, Experiment, MlpConfig, SavedModel};
///
/// let digits = Dataset::digits()?;
/// let experiment = Experiment::from_toml("example", "[model]\nfilters = [8, 16]", &[])?;
/// let weights = MlpConfig::from_experiment(&experiment, digits.shape(), 10).starting_weights();
/// let saved = SavedModel::new(&experiment, &digits, weights);
/// let stages = stage_maps(&saved, digits.image(0)?.pixels, &Device::flex());
/// assert_eq!(stages.len(), 2);
/// assert_eq!((stages[1].height, stages[1].width, stages[1].maps.len()), (2, 2, 16));
/// # Ok::<(), chiffres::Error>(())
/// ```
///
/// # Panics
/// If the pixels are not those of one image.
pub fn stage_maps(saved: &SavedModel, pixels: &[u8], device: &Device) -> Vec<StageMaps> {
    let model = saved.config().with_weights(&saved.weights, device);
    let images = Batcher::new(&saved.experiment.data).images(pixels, saved.config().inputs, device);
    let of_stage = |planes: burn::tensor::Tensor<4>| {
        let [_, _, height, width] = planes.dims();
        let values: Vec<f32> = planes.into_data().try_into_vec_as().expect("the network computes with floats");
        StageMaps { height, width, maps: values.chunks_exact(height * width).map(<[f32]>::to_vec).collect() }
    };
    model.stages.planes(images).into_iter().map(of_stage).collect()
}
