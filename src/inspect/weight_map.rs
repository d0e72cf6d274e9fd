//! The neurons of the first layer as pictures of what they look for.

use crate::model::LayerWeights;

/// The incoming weights of one neuron, laid out as the image they look at.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightMap {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// One weight per pixel, row after row: ink under a positive one raises the neuron's sum, under a negative one
    /// lowers it.
    pub weights: Vec<f32>,
    /// The neuron's bias.
    pub bias: f32,
}

/// The incoming weights of each neuron of the first layer as a picture.
///
/// # Panics
/// If the layer does not have `height * width` inputs.
///
/// ```
/// use chiffres::MlpConfig;
/// use chiffres::inspect::first_layer_maps;
///
/// let weights = MlpConfig::new(64, vec![15], 10).starting_weights();
/// let maps = first_layer_maps(&weights[0], 8, 8);
/// assert_eq!((maps.len(), maps[0].weights.len()), (15, 64));
/// ```
pub fn first_layer_maps(layer: &LayerWeights, height: usize, width: usize) -> Vec<WeightMap> {
    assert_eq!(layer.inputs, height * width, "one input per pixel");
    (0..layer.outputs)
        .map(|neuron| WeightMap {
            height,
            width,
            weights: (0..layer.inputs).map(|input| layer.weight[input * layer.outputs + neuron]).collect(),
            bias: layer.bias[neuron],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_gathers_the_column_of_its_neuron() {
        let layer = LayerWeights {
            inputs: 2,
            outputs: 3,
            weight: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            bias: vec![7.0, 8.0, 9.0],
        };
        let maps = first_layer_maps(&layer, 1, 2);
        assert_eq!(maps[1], WeightMap { height: 1, width: 2, weights: vec![2.0, 5.0], bias: 8.0 });
    }
}
