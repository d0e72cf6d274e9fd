//! A look inside a network: its weights as pictures, one image on its way through with every number, and
//! the evidence in its pixels.

mod evidence;
mod finite_difference;
mod stage_maps;
mod trace;
mod weight_map;

pub use evidence::evidence;
pub use finite_difference::{Parameter, finite_difference};
pub use stage_maps::{StageMaps, stage_maps};
pub use trace::{LayerTrace, StageTrace, Trace, trace};
pub use weight_map::{WeightMap, filter_maps, first_layer_maps};

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::config::Experiment;
use crate::data::{Batch, Batcher};

/// A batch of one image of the class `target`.
fn one_image(experiment: &Experiment, pixels: &[u8], target: usize, device: &Device) -> Batch {
    Batch {
        images: Batcher::new(&experiment.data).images(pixels, pixels.len(), device),
        targets: Tensor::<1, Int>::from_data(TensorData::new(vec![target as i32], [1]), device),
        weights: None,
        shard: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::SavedModel;
    use crate::model::LayerWeights;
    use crate::preprocess::DigitPreprocessing;

    /// A network of two classes.
    pub(super) fn network(
        experiment: &Experiment,
        [height, width, channels]: [usize; 3],
        weights: Vec<LayerWeights>,
    ) -> SavedModel {
        SavedModel {
            experiment: experiment.clone(),
            classes: vec!["no".into(), "yes".into()],
            height,
            width,
            channels,
            preprocessing: DigitPreprocessing::default(),
            weights,
            arithmetic: None,
            references: None,
            origin: None,
        }
    }

    /// The same with stages of convolution, and starting weights.
    pub(super) fn with_stages(filters: Vec<usize>, image: [usize; 3]) -> SavedModel {
        let mut experiment = Experiment::default();
        (experiment.model.filters, experiment.model.hidden) = (filters, vec![3]);
        let saved = network(&experiment, image, Vec::new());
        SavedModel { weights: saved.config().starting_weights(), ..saved }
    }
}
