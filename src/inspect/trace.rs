//! One image on its way through a network: every sum, gradient and update.

use burn::nn::Linear;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, activation};

use crate::config::Experiment;
use crate::model::{LayerWeights, Mlp};
use crate::train::compute_gradients;

use super::one_image;

/// One image on its way through a network, and what the network would learn from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The pixels, scaled as the network reads them.
    pub inputs: Vec<f32>,
    /// Every layer, from the input on.
    pub layers: Vec<LayerTrace>,
    /// Of each class.
    pub probabilities: Vec<f32>,
    /// Cross-entropy of this image, in nats.
    pub loss: f32,
    /// The derivative of the loss by each weight and bias.
    pub gradients: Vec<LayerWeights>,
    /// The change of each weight and bias in the first step of the experiment's optimizer, at its peak learning rate.
    pub updates: Vec<LayerWeights>,
    /// The loss of this image after that step.
    pub loss_after: f32,
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
/// If the weights are not of the experiment's network, or `target` is not a class.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::inspect::trace;
/// use chiffres::{Dataset, Experiment, MlpConfig};
///
/// let (experiment, digits) = (Experiment::default(), Dataset::digits()?);
/// let weights = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).starting_weights();
/// let image = digits.image(0)?;
/// let trace = trace(&experiment, &weights, image.pixels, image.label, &Device::flex());
/// assert_eq!((trace.layers[0].sums.len(), trace.probabilities.len()), (15, 10));
/// assert!(trace.loss_after < trace.loss);
/// # Ok::<(), chiffres::Error>(())
/// ```
pub fn trace(
    experiment: &Experiment,
    weights: &[LayerWeights],
    pixels: &[u8],
    target: usize,
    device: &Device,
) -> Trace {
    let device = device.clone().autodiff();
    let model = Mlp::from_weights(experiment.model.activation, weights, &device);
    let batch = one_image(experiment, pixels, target, &device);
    let inputs = floats(batch.images.clone());
    let layers = forward_by_layer(&model, batch.images.clone());
    let logits = layers.last().expect("a network has an output layer").0.clone();
    let layers = layers.into_iter().map(|(sums, outputs)| LayerTrace { sums: floats(sums), outputs: floats(outputs) });
    let (layers, probabilities) = (layers.collect(), floats(activation::softmax(logits.clone(), 1)));
    let loss = Mlp::loss(logits, batch.targets.clone(), None).into_scalar::<f32>();

    let (steps, _) = compute_gradients(&model, batch.clone());
    let gradients = gradient_values(&model, &steps);
    let after = experiment.optimizer.init().step(experiment.optimizer.learning_rate, model, steps);
    let (_, loss_after) = after.forward_loss(&batch);
    let difference = |after: &[f32], before: &[f32]| after.iter().zip(before).map(|(a, b)| a - b).collect();
    let update = |(after, before): (LayerWeights, &LayerWeights)| LayerWeights {
        weight: difference(&after.weight, &before.weight),
        bias: difference(&after.bias, &before.bias),
        ..after
    };
    let updates = after.weights().into_iter().zip(weights).map(update).collect();
    Trace { inputs, layers, probabilities, loss, gradients, updates, loss_after: loss_after.into_scalar::<f32>() }
}

/// [`Mlp::forward`] with every layer kept: its weighted sums, and their activation. The last sums are the logits, which
/// have none.
fn forward_by_layer(model: &Mlp, images: Tensor<2>) -> Vec<(Tensor<2>, Tensor<2>)> {
    let mut h = images;
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
    model.layers.iter().map(of).collect()
}

pub(super) fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec_as().expect("the network computes with floats")
}

#[cfg(test)]
mod tests {
    use super::super::{Parameter, finite_difference};
    use super::*;

    #[test]
    fn a_trace_agrees_with_a_hand_computation() {
        // Two pixels, one logistic neuron, two classes; the image [16, 8] of class 0.
        let mut experiment = Experiment::default();
        experiment.model.hidden = vec![1];
        let layer = |inputs, outputs, weight, bias| LayerWeights { inputs, outputs, weight, bias };
        let weights = [layer(2, 1, vec![1.0, -2.0], vec![0.5]), layer(1, 2, vec![1.0, -1.0], vec![0.0, 0.25])];
        let trace = trace(&experiment, &weights, &[16, 8], 0, &Device::flex());
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
        let by_difference =
            |parameter| finite_difference(&experiment, &weights, &[16, 8], 0, parameter, &Device::flex());
        let found = by_difference(Parameter::Weight { layer: 0, index: 1 });
        assert!((found - 0.5 * delta).abs() < 1e-9, "{found}, expected {}", 0.5 * delta);
        let found = by_difference(Parameter::Bias { layer: 1, index: 1 });
        assert!((found - (1.0 - p)).abs() < 1e-9, "{found}, expected {}", 1.0 - p);
    }
}
