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
pub use trace::{LayerTrace, Trace, trace};
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
