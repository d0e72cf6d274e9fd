//! Evidence: what each pixel of an image says for one class and against another.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::config::Experiment;
use crate::data::Batch;
use crate::model::{LayerWeights, Mlp};
use crate::train::compute_gradients;

use super::one_image;
use super::trace::{floats, gradient_values};

/// Images on the way from blank paper to the image.
const STEPS: usize = 32;

/// The part of each pixel in the difference of two logits: above 0 where ink speaks for `class`, below 0 where it speaks for
/// `other`, and 0 where the paper is blank.
///
/// These are integrated gradients (Sundararajan, Taly and Yan: "Axiomatic Attribution for Deep Networks", 2017). The ink of
/// a pixel is multiplied by the mean gradient on the straight way from blank paper to the image. All parts together make up
/// what the ink adds to the difference of the logits.
///
/// # Panics
/// As [`trace`](super::trace()).
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::inspect::evidence;
/// use chiffres::{Dataset, Experiment, MlpConfig};
///
/// let (experiment, digits) = (Experiment::default(), Dataset::digits()?);
/// let weights = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).starting_weights();
/// let pixels = digits.image(0)?.pixels;
/// let parts = evidence(&experiment, &weights, pixels, 4, 9, &Device::flex());
/// assert_eq!(parts.len(), 64);
/// assert!(parts.iter().zip(pixels).all(|(part, ink)| *ink > 0 || *part == 0.0));
/// # Ok::<(), chiffres::Error>(())
/// ```
pub fn evidence(
    experiment: &Experiment,
    weights: &[LayerWeights],
    pixels: &[u8],
    class: usize,
    other: usize,
    device: &Device,
) -> Vec<f32> {
    let device = device.clone().autodiff();
    let model = Mlp::from_weights(experiment.model.activation, weights, &device);
    let scaled = |pixels: &[u8]| floats(one_image(experiment, pixels, 0, &device).images);
    let (paper, mut parts) = (scaled(&vec![0; pixels.len()]), scaled(pixels));
    let inputs = parts.len();
    let mut way = Vec::with_capacity(STEPS * inputs);
    for step in 0..STEPS {
        let share = (step as f32 + 0.5) / STEPS as f32;
        way.extend((0..inputs).map(|i| paper[i] + share * (parts[i] - paper[i])));
    }
    let images: Tensor<2> = Tensor::from_data(TensorData::new(way, [STEPS, inputs]), &device);

    // The mean gradient of the loss by the sum of each neuron of the first layer.
    let deltas = |target: usize| {
        let targets = Tensor::<1, Int>::from_data(TensorData::new(vec![target as i32; STEPS], [STEPS]), &device);
        let batch = Batch { images: images.clone(), targets, weights: None, shard: None };
        gradient_values(&model, &compute_gradients(&model, batch).0).swap_remove(0).bias
    };
    // The loss of a class is the same number for all classes, minus the logit of that class: the number cancels out.
    let (of_class, of_other) = (deltas(class), deltas(other));
    let neurons = of_class.len();
    for (i, part) in parts.iter_mut().enumerate() {
        let gradient = |j: usize| weights[0].weight[i * neurons + j] * (of_other[j] - of_class[j]);
        *part = (*part - paper[i]) * (0..neurons).map(gradient).sum::<f32>();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::trace;
    use super::*;

    #[test]
    fn the_evidence_of_a_linear_network_is_ink_times_weights() {
        let mut experiment = Experiment::default();
        experiment.model.hidden = vec![];
        let weights =
            [LayerWeights { inputs: 2, outputs: 2, weight: vec![1.0, -2.0, 0.5, 0.75], bias: vec![0.3, 0.1] }];
        let parts = evidence(&experiment, &weights, &[16, 8], 0, 1, &Device::flex());
        for (part, expected) in parts.iter().zip([1.0 * (1.0 + 2.0), 0.5 * (0.5 - 0.75)]) {
            assert!((part - expected).abs() < 1e-6, "{part}, expected {expected}");
        }
    }

    #[test]
    fn all_parts_make_up_what_the_ink_adds_to_the_difference() {
        let mut experiment = Experiment::default();
        // Blank paper is -1.
        (experiment.data.scale, experiment.data.offset) = (8.0, -1.0);
        experiment.model.hidden = vec![2];
        let layer = |inputs, outputs, weight, bias| LayerWeights { inputs, outputs, weight, bias };
        let weights = [
            layer(3, 2, vec![1.5, -2.0, -0.5, 1.0, 3.0, 0.25], vec![0.5, -1.0]),
            layer(2, 2, vec![2.0, -1.0, -3.0, 1.0], vec![0.0, 0.25]),
        ];
        let device = Device::flex();
        let pixels = [16, 0, 7];
        let parts = evidence(&experiment, &weights, &pixels, 1, 0, &device);
        let difference = |pixels: &[u8]| {
            let logits = &trace(&experiment, &weights, pixels, 0, &device).layers[1].outputs;
            logits[1] - logits[0]
        };
        let added = difference(&pixels) - difference(&[0; 3]);
        assert_eq!(parts[1], 0.0);
        assert!((parts.iter().sum::<f32>() - added).abs() < 1e-3, "{parts:?} do not make up {added}");
    }
}
