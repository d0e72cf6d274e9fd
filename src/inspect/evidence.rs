//! Evidence: what each pixel of an image says for one class and against another.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::checkpoint::SavedModel;
use crate::data::Batch;
use crate::train::forward_loss;

use super::one_image;
use super::trace::floats;

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
/// use chiffres::{Dataset, Experiment, MlpConfig, SavedModel};
///
/// let (experiment, digits) = (Experiment::default(), Dataset::digits()?);
/// let weights = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).starting_weights();
/// let saved = SavedModel::new(&experiment, &digits, weights);
/// let pixels = digits.image(0)?.pixels;
/// let parts = evidence(&saved, pixels, 4, 9, &Device::flex());
/// assert_eq!(parts.len(), 64);
/// assert!(parts.iter().zip(pixels).all(|(part, ink)| *ink > 0 || *part == 0.0));
/// # Ok::<(), chiffres::Error>(())
/// ```
pub fn evidence(saved: &SavedModel, pixels: &[u8], class: usize, other: usize, device: &Device) -> Vec<f32> {
    let device = device.clone().autodiff();
    let model = saved.config().with_weights(&saved.weights, &device);
    let scaled = |pixels: &[u8]| floats(one_image(&saved.experiment, pixels, 0, &device).images);
    let (paper, mut parts) = (scaled(&vec![0; pixels.len()]), scaled(pixels));
    let inputs = parts.len();
    let mut way = Vec::with_capacity(STEPS * inputs);
    for step in 0..STEPS {
        let share = (step as f32 + 0.5) / STEPS as f32;
        way.extend((0..inputs).map(|i| paper[i] + share * (parts[i] - paper[i])));
    }

    // Of each image on the way, the gradient of the mean loss by its pixels.
    let gradients = |target: usize| {
        let images = Tensor::<2>::from_data(TensorData::new(way.clone(), [STEPS, inputs]), &device).require_grad();
        let targets = Tensor::<1, Int>::from_data(TensorData::new(vec![target as i32; STEPS], [STEPS]), &device);
        let batch = Batch { images: images.clone(), targets, weights: None, shard: None };
        let gradients = forward_loss(&model, batch).0.backward();
        floats(images.grad(&gradients).expect("the loss depends on the images"))
    };
    // The loss of a class is the same number for all classes, minus the logit of that class: the number cancels out.
    let (of_class, of_other) = (gradients(class), gradients(other));
    for (i, part) in parts.iter_mut().enumerate() {
        let gradient: f32 = (0..STEPS).map(|step| of_other[step * inputs + i] - of_class[step * inputs + i]).sum();
        *part = (*part - paper[i]) * gradient;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::tests::{network, with_stages};
    use super::super::trace;
    use super::*;
    use crate::config::Experiment;
    use crate::model::LayerWeights;

    #[test]
    fn the_evidence_of_a_linear_network_is_ink_times_weights() {
        let mut experiment = Experiment::default();
        experiment.model.hidden = vec![];
        let weights =
            vec![LayerWeights { inputs: 2, outputs: 2, weight: vec![1.0, -2.0, 0.5, 0.75], bias: vec![0.3, 0.1] }];
        let parts = evidence(&network(&experiment, [1, 2, 1], weights), &[16, 8], 0, 1, &Device::flex());
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
        let weights = vec![
            layer(3, 2, vec![1.5, -2.0, -0.5, 1.0, 3.0, 0.25], vec![0.5, -1.0]),
            layer(2, 2, vec![2.0, -1.0, -3.0, 1.0], vec![0.0, 0.25]),
        ];
        let saved = network(&experiment, [1, 3, 1], weights);
        assert_parts_make_up_the_difference(&saved, &[16, 0, 7], 1e-3);
    }

    #[test]
    fn all_parts_make_up_the_difference_behind_stages_too() {
        let pixels: Vec<u8> = (0..64).map(|i| i * 37 % 17).collect();
        // Maxima make the way uneven.
        assert_parts_make_up_the_difference(&with_stages(vec![3, 2], [8, 8, 1]), &pixels, 1e-2);
    }

    fn assert_parts_make_up_the_difference(saved: &SavedModel, pixels: &[u8], apart: f32) {
        let device = Device::flex();
        let parts = evidence(saved, pixels, 1, 0, &device);
        let difference = |pixels: &[u8]| {
            let logits = &trace(saved, pixels, 0, &device).layers[1].outputs;
            logits[1] - logits[0]
        };
        let added = difference(pixels) - difference(&vec![0; pixels.len()]);
        let blank = pixels.iter().zip(&parts).filter(|(ink, _)| **ink == 0);
        assert!(blank.map(|(_, part)| part).all(|part| *part == 0.0));
        assert!((parts.iter().sum::<f32>() - added).abs() < apart, "{parts:?} do not make up {added}");
    }
}
