//! A look inside a network: its weights as pictures, and one image on its way through with every number.

use burn::tensor::{DType, Device, Int, Tensor, TensorData, activation};

use crate::config::Experiment;
use crate::data::{Batch, Batcher};
use crate::model::{LayerWeights, Mlp, Parameter};
use crate::train::compute_gradients;

/// The incoming weights of one neuron, laid out as the image they look at.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightMap {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// One weight per pixel, row after row: positive ones want ink there, negative ones want none.
    pub weights: Vec<f32>,
    /// The neuron's bias.
    pub bias: f32,
}

/// The neurons of the first layer as pictures of what they look for.
///
/// # Panics
/// When the layer does not have `height * width` inputs.
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
    /// What the first step of the experiment's optimiser, at its peak learning rate, adds to each weight and bias.
    pub updates: Vec<LayerWeights>,
    /// The loss of this image after that step.
    pub loss_after: f32,
}

/// One layer of a [`Trace`].
#[derive(Debug, Clone, PartialEq)]
pub struct LayerTrace {
    /// Weighted sum of each neuron, with its bias.
    pub sums: Vec<f32>,
    /// What the neuron hands on; in the last layer the sums themselves, which are the logits.
    pub outputs: Vec<f32>,
}

/// Follows one image of the class `target` through a network, and one step of learning from it.
///
/// # Panics
/// When the weights are not of the experiment's network, or `target` is no class.
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
    let layers = model.forward_by_layer(batch.images.clone());
    let logits = layers.last().expect("a network has an output layer").0.clone();
    let layers = layers.into_iter().map(|(sums, outputs)| LayerTrace { sums: floats(sums), outputs: floats(outputs) });
    let (layers, probabilities) = (layers.collect(), floats(activation::softmax(logits.clone(), 1)));
    let loss = Mlp::loss(logits, batch.targets.clone(), None).into_scalar::<f32>();

    let (steps, _) = compute_gradients(&model, batch.clone());
    let gradients = model.gradient_values(&steps);
    let after = experiment.optimizer.init().step(experiment.optimizer.learning_rate, model, steps);
    let (_, loss_after) = after.logits_and_loss(&batch);
    let difference = |after: &[f32], before: &[f32]| after.iter().zip(before).map(|(a, b)| a - b).collect();
    let update = |(after, before): (LayerWeights, &LayerWeights)| LayerWeights {
        weight: difference(&after.weight, &before.weight),
        bias: difference(&after.bias, &before.bias),
        ..after
    };
    let updates = after.weights().into_iter().zip(weights).map(update).collect();
    Trace { inputs, layers, probabilities, loss, gradients, updates, loss_after: loss_after.into_scalar::<f32>() }
}

/// The derivative of an image's loss by one parameter without any calculus: the loss with the parameter a little larger,
/// less the loss with it a little smaller, over the difference. In double precision.
///
/// # Panics
/// As [`trace`], and when there is no such parameter.
pub fn finite_difference(
    experiment: &Experiment,
    weights: &[LayerWeights],
    pixels: &[u8],
    target: usize,
    parameter: Parameter,
    device: &Device,
) -> f64 {
    const STEP: f64 = 1e-5;
    let model = Mlp::from_weights(experiment.model.activation, weights, device);
    let batch = one_image(experiment, pixels, target, device);
    let images = Tensor::from_data(batch.images.into_data().convert::<f64>(), (device, DType::F64));
    let loss = |by: f64| {
        let logits = model.nudged(parameter, by).forward(images.clone());
        Mlp::loss(logits, batch.targets.clone(), None).into_scalar::<f64>()
    };
    (loss(STEP) - loss(-STEP)) / (2.0 * STEP)
}

fn one_image(experiment: &Experiment, pixels: &[u8], target: usize, device: &Device) -> Batch {
    Batch {
        images: Batcher::new(&experiment.data).image(pixels, device),
        targets: Tensor::<1, Int>::from_data(TensorData::new(vec![target as i32], [1]), device),
        weights: None,
        shard: None,
    }
}

fn floats(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec_as().expect("the network computes with floats")
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

    #[test]
    fn a_trace_agrees_with_a_hand_computation() {
        // Two pixels, one logistic neuron, two classes; the image [16, 8] of class 0.
        let mut experiment = Experiment::default();
        experiment.model.hidden = vec![1];
        let layer = |inputs, outputs, weight, bias| LayerWeights { inputs, outputs, weight, bias };
        let weights = [layer(2, 1, vec![1.0, -2.0], vec![0.5]), layer(1, 2, vec![1.0, -1.0], vec![0.0, 0.25])];
        let trace = trace(&experiment, &weights, &[16, 8], 0, &Device::flex());
        let h = 1.0 / (1.0 + (-0.5f64).exp());
        let (p, z) = (1.0 / (1.0 + (0.25 - 2.0 * h).exp()), [h, 0.25 - h]);
        let close = |found: &[f32], expected: &[f64]| {
            let near = |(a, b): (&f32, &f64)| (f64::from(*a) - b).abs() < 1e-6;
            assert!(found.iter().zip(expected).all(near), "{found:?}, expected {expected:?}");
        };
        assert_eq!(trace.inputs, [1.0, 0.5]);
        close(&trace.layers[0].sums, &[0.5]);
        close(&trace.layers[0].outputs, &[h]);
        close(&trace.layers[1].outputs, &z);
        close(&trace.probabilities, &[p, 1.0 - p]);
        close(&[trace.loss], &[-p.ln()]);
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
