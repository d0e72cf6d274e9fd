//! One image on its way through a network: every sum, gradient and update.

use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::checkpoint::SavedModel;
use crate::model::plain::{pooled, window_sums};
use crate::model::{LayerWeights, Mlp};
use crate::train::{compute_gradients, forward_loss};

use super::one_image;

/// One image on its way through a network, and what the network would learn from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The pixels, scaled as the network reads them.
    pub inputs: Vec<f32>,
    /// The stages of convolution, from the input on; none in a perceptron.
    pub stages: Vec<StageTrace>,
    /// Every layer after them.
    pub layers: Vec<LayerTrace>,
    /// Of each class.
    pub probabilities: Vec<f32>,
    /// Cross-entropy of this image, in nats.
    pub loss: f32,
    /// The derivative of the loss by each weight and bias, those of the stages first.
    pub gradients: Vec<LayerWeights>,
    /// The change of each weight and bias in the first step of the experiment's optimizer, at its peak learning rate.
    pub updates: Vec<LayerWeights>,
    /// The loss of this image after that step.
    pub loss_after: f32,
}

/// One stage of convolution in a [`Trace`].
#[derive(Debug, Clone, PartialEq)]
pub struct StageTrace {
    /// Rows, columns and channels of what goes in.
    pub image: [usize; 3],
    /// The sum of each window that is pooled, with its bias: `[2 * height, 2 * width, filters]`.
    pub sums: Vec<f32>,
    /// The outputs, the largest of each 2x2 sums or 0: `[height, width, filters]`.
    pub outputs: Vec<f32>,
}

/// One layer of a [`Trace`].
#[derive(Debug, Clone, PartialEq)]
pub struct LayerTrace {
    /// Weighted sum of each neuron, with its bias.
    pub sums: Vec<f32>,
    /// The activation of each sum; in the last layer the sums themselves, which are the logits.
    pub outputs: Vec<f32>,
}

/// Follows one image of the class `target` through a network, and one step of learning from it.
///
/// # Panics
/// If `target` is not a class, or the pixels are not those of one image.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::inspect::trace;
/// use chiffres::{Dataset, Experiment, MlpConfig, SavedModel};
///
/// let (experiment, digits) = (Experiment::default(), Dataset::digits()?);
/// let weights = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).starting_weights();
/// let saved = SavedModel::new(&experiment, &digits, weights);
/// let image = digits.image(0)?;
/// let trace = trace(&saved, image.pixels, image.label, &Device::flex());
/// assert_eq!((trace.layers[0].sums.len(), trace.probabilities.len()), (15, 10));
/// assert!(trace.loss_after < trace.loss);
/// # Ok::<(), chiffres::Error>(())
/// ```
pub fn trace(saved: &SavedModel, pixels: &[u8], target: usize, device: &Device) -> Trace {
    let device = device.clone().autodiff();
    let (experiment, weights) = (&saved.experiment, &saved.weights);
    let model = saved.config().with_weights(weights, &device);
    let batch = one_image(experiment, pixels, target, &device);
    let inputs = floats(batch.images.clone());
    let stages = stages(saved, &inputs);
    let flat = stages.last().map_or(&inputs, |stage| &stage.outputs);
    let layers = forward_by_layer(&model, Tensor::from_data(TensorData::new(flat.clone(), [1, flat.len()]), &device));
    let logits = layers.last().expect("a network has an output layer").0.clone();
    let layers = layers.into_iter().map(|(sums, outputs)| LayerTrace { sums: floats(sums), outputs: floats(outputs) });
    let (layers, probabilities) = (layers.collect(), floats(activation::softmax(logits.clone(), 1)));
    let loss = Mlp::loss(logits, batch.targets.clone(), None).into_scalar::<f32>();

    let (steps, _) = compute_gradients(&model, batch.clone());
    let gradients = gradient_values(&model, &steps);
    let after = experiment.optimizer.init().step(experiment.optimizer.learning_rate, model, steps);
    let difference = |after: &[f32], before: &[f32]| after.iter().zip(before).map(|(a, b)| a - b).collect();
    let update = |(after, before): (LayerWeights, &LayerWeights)| LayerWeights {
        weight: difference(&after.weight, &before.weight),
        bias: difference(&after.bias, &before.bias),
        ..after
    };
    let updates = after.weights().into_iter().zip(weights).map(update).collect();
    let loss_after = forward_loss(&after, batch).0.into_scalar::<f32>();
    Trace { inputs, stages, layers, probabilities, loss, gradients, updates, loss_after }
}

/// Every stage of a network for one image.
fn stages(saved: &SavedModel, inputs: &[f32]) -> Vec<StageTrace> {
    let single = |values: &[f64]| values.iter().map(|&value| value as f32).collect();
    let shapes = saved.config().stages.shapes();
    let mut values: Vec<f64> = inputs.iter().copied().map(f64::from).collect();
    let stage = |(shapes, window): (&[[usize; 3]], &LayerWeights)| {
        let sums = window_sums(shapes[0], &window.weight, &window.bias, &values);
        values = pooled(shapes[1], &sums);
        StageTrace { image: shapes[0], sums: single(&sums), outputs: single(&values) }
    };
    shapes.windows(2).zip(&saved.weights).map(stage).collect()
}

/// [`Mlp::forward`] from the stages on, with every layer kept: its weighted sums, and their activation. The last sums are the
/// logits, which have none.
fn forward_by_layer(model: &Mlp, values: Tensor<2>) -> Vec<(Tensor<2>, Tensor<2>)> {
    let mut h = values;
    let pass = |(i, layer): (usize, &Linear)| {
        let sums = layer.forward(h.clone());
        h = if i + 1 < model.layers.len() { model.activate(sums.clone()) } else { sums.clone() };
        (sums, h.clone())
    };
    model.layers.iter().enumerate().map(pass).collect()
}

/// The gradients of all layers, laid out as their weights are.
pub(super) fn gradient_values(model: &Mlp, gradients: &GradientsParams) -> Vec<LayerWeights> {
    let of = |layer: &Linear| {
        let [inputs, outputs] = layer.weight.dims();
        let bias = layer.bias.as_ref().expect("every layer is built with a bias");
        let weight = gradients.get::<2>(layer.weight.id).expect("every parameter has a gradient");
        let bias = gradients.get::<1>(bias.id).expect("every parameter has a gradient");
        LayerWeights { inputs, outputs, weight: floats(weight), bias: floats(bias) }
    };
    model.linear().map(of).collect()
}

pub(super) fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec_as().expect("the network computes with floats")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{network, with_stages};
    use super::super::{Parameter, finite_difference, stage_maps};
    use super::*;
    use crate::config::Experiment;

    #[test]
    fn a_trace_agrees_with_a_hand_computation() {
        // Two pixels, one logistic neuron, two classes; the image [16, 8] of class 0.
        let mut experiment = Experiment::default();
        experiment.model.hidden = vec![1];
        let layer = |inputs, outputs, weight, bias| LayerWeights { inputs, outputs, weight, bias };
        let weights = vec![layer(2, 1, vec![1.0, -2.0], vec![0.5]), layer(1, 2, vec![1.0, -1.0], vec![0.0, 0.25])];
        let saved = network(&experiment, [1, 2, 1], weights);
        let trace = trace(&saved, &[16, 8], 0, &Device::flex());
        let h = 1.0 / (1.0 + libm::exp(-0.5));
        let (p, z) = (1.0 / (1.0 + libm::exp(0.25 - 2.0 * h)), [h, 0.25 - h]);
        let close = |found: &[f32], expected: &[f64]| {
            let near = |(a, b): (&f32, &f64)| (f64::from(*a) - b).abs() < 1e-6;
            assert!(found.iter().zip(expected).all(near), "{found:?}, expected {expected:?}");
        };
        assert_eq!(trace.inputs, [1.0, 0.5]);
        close(&trace.layers[0].sums, &[0.5]);
        close(&trace.layers[0].outputs, &[h]);
        close(&trace.layers[1].outputs, &z);
        close(&trace.probabilities, &[p, 1.0 - p]);
        close(&[trace.loss], &[-libm::log(p)]);
        let delta = 2.0 * (p - 1.0) * h * (1.0 - h);
        close(&trace.gradients[1].weight, &[(p - 1.0) * h, (1.0 - p) * h]);
        close(&trace.gradients[0].weight, &[delta, 0.5 * delta]);
        close(&trace.gradients[0].bias, &[delta]);
        // Nesterov's momentum from rest: 1.9 times the gradient.
        close(&trace.updates[0].bias, &[-0.1 * 1.9 * delta]);
        assert!(trace.loss_after < trace.loss);
        let by_difference = |parameter| finite_difference(&saved, &[16, 8], 0, parameter);
        let found = by_difference(Parameter::Weight { layer: 0, index: 1 });
        assert!((found - 0.5 * delta).abs() < 1e-9, "{found}, expected {}", 0.5 * delta);
        let found = by_difference(Parameter::Bias { layer: 1, index: 1 });
        assert!((found - (1.0 - p)).abs() < 1e-9, "{found}, expected {}", 1.0 - p);
    }
    #[test]
    fn a_stage_is_traced_window_by_window() {
        let mut saved = with_stages(vec![1], [3, 2, 1]);
        // The pixel itself, and twice the one below it.
        saved.weights[0].weight = vec![0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0];
        saved.weights[0].bias = vec![-0.25];
        // Scaled: 1, 0 / 0.5, 0.25 / 0, 1.
        let trace = trace(&saved, &[16, 0, 8, 4, 0, 16], 1, &Device::flex());
        assert_eq!(trace.stages.len(), 1);
        let stage = &trace.stages[0];
        assert_eq!(stage.image, [3, 2, 1]);
        assert_eq!(stage.sums, [1.75, 0.25, 0.25, 2.0]);
        assert_eq!(stage.outputs, [2.0]);
    }

    #[test]
    fn the_stages_of_a_trace_are_those_of_the_network() {
        let saved = with_stages(vec![2, 3], [5, 4, 3]);
        let pixels: Vec<u8> = (0..60).map(|i| i * 37 % 17).collect();
        let trace = trace(&saved, &pixels, 0, &Device::flex());
        let maps = stage_maps(&saved, &pixels, &Device::flex());
        assert_eq!(trace.stages.len(), maps.len());
        for (stage, maps) in trace.stages.iter().zip(&maps) {
            let filters = maps.maps.len();
            assert_eq!(stage.outputs.len(), maps.height * maps.width * filters);
            for (i, output) in stage.outputs.iter().enumerate() {
                let expected = maps.maps[i % filters][i / filters];
                assert!((output - expected).abs() < 1e-5, "{output}, expected {expected}");
            }
        }
        let logits = floats(
            saved
                .config()
                .with_weights(&saved.weights, &Device::flex())
                .forward(one_image(&saved.experiment, &pixels, 0, &Device::flex()).images),
        );
        for (found, expected) in trace.layers[1].outputs.iter().zip(logits) {
            assert!((found - expected).abs() < 1e-5, "{found}, expected {expected}");
        }
    }

    #[test]
    fn every_gradient_of_stages_agrees_with_its_finite_difference() {
        let saved = with_stages(vec![2, 3], [4, 6, 1]);
        let pixels: Vec<u8> = (0..24).map(|i| i * 37 % 17).collect();
        let trace = trace(&saved, &pixels, 1, &Device::flex());
        assert_eq!(trace.gradients.len(), 4);
        for (layer, gradients) in trace.gradients.iter().enumerate() {
            let weights = gradients.weight.iter().enumerate();
            let weights = weights.map(|(index, gradient)| (Parameter::Weight { layer, index }, gradient));
            let biases = gradients.bias.iter().enumerate();
            let biases = biases.map(|(index, gradient)| (Parameter::Bias { layer, index }, gradient));
            for (parameter, &gradient) in weights.chain(biases) {
                let found = finite_difference(&saved, &pixels, 1, parameter);
                assert!((found - f64::from(gradient)).abs() < 1e-6, "{parameter:?}: {gradient}, expected {found}");
            }
        }
        assert!(trace.loss_after < trace.loss);
    }
}
