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

/// The weights of each filter of a first stage of convolution as a picture of its window; those of several channels side by
/// side.
///
/// # Panics
/// If the layer is not that of a stage.
pub fn filter_maps(window: &LayerWeights) -> Vec<WeightMap> {
    assert!(window.inputs.is_multiple_of(9), "a window has 9 pixels");
    let (channels, filters) = (window.inputs / 9, window.outputs);
    let weight = |filter: usize, row: usize, column: usize| {
        let (channel, column) = (column / 3, column % 3);
        window.weight[((row * 3 + column) * channels + channel) * filters + filter]
    };
    let map = |filter| {
        let places = (0..3).flat_map(|row| (0..3 * channels).map(move |column| (row, column)));
        let weights = places.map(|(row, column)| weight(filter, row, column)).collect();
        WeightMap { height: 3, width: 3 * channels, weights, bias: window.bias[filter] }
    };
    (0..filters).map(map).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_shows_its_channels_side_by_side() {
        let weight = (0..36).map(|i| i as f32).collect();
        let window = LayerWeights { inputs: 18, outputs: 2, weight, bias: vec![7.0, 8.0] };
        let map = &filter_maps(&window)[1];
        assert_eq!((map.height, map.width, map.bias), (3, 6, 8.0));
        assert_eq!(map.weights[..6], [1.0, 5.0, 9.0, 3.0, 7.0, 11.0]);
    }

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
