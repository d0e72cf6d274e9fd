//! Gradients against finite differences of a loss written out by hand, in double precision.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use chiffres::config::{Activation, DataConfig};
use chiffres::data::Batcher;
use chiffres::model::LayerWeights;
use chiffres::native::device;
use chiffres::train::compute_gradients;
use chiffres::{Mlp, MlpConfig};

use crate::digits;

const IMAGES: usize = 7;

fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
        Activation::Relu => x.max(0.0),
        Activation::Gelu => 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
        Activation::Identity => x,
    }
}

/// The mean cross-entropy of the first images, in plain loops.
fn loss(activation: Activation, layers: &[Vec<f64>], sizes: &[(usize, usize)]) -> f64 {
    let digits = digits();
    let total: f64 = (0..IMAGES)
        .map(|i| {
            let image = digits.image(i).unwrap();
            let mut h: Vec<f64> = image.pixels.iter().map(|&pixel| f64::from(pixel) / 16.0).collect();
            for (layer, (weights, &(inputs, outputs))) in layers.iter().zip(sizes).enumerate() {
                let (weight, bias) = weights.split_at(inputs * outputs);
                h = (0..outputs)
                    .map(|o| {
                        let sum = bias[o] + (0..inputs).map(|i| h[i] * weight[i * outputs + o]).sum::<f64>();
                        if layer + 1 < layers.len() { activate(activation, sum) } else { sum }
                    })
                    .collect();
            }
            let top = h.iter().copied().fold(f64::MIN, f64::max);
            top + h.iter().map(|logit| (logit - top).exp()).sum::<f64>().ln() - h[image.label]
        })
        .sum();
    total / IMAGES as f64
}

struct Collect<'a> {
    gradients: &'a GradientsParams,
    values: Vec<f32>,
}

impl ModuleVisitor for Collect<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = self.gradients.get::<D>(param.id).expect("every parameter has a gradient");
        self.values.extend(gradient.into_data().try_into_vec_as::<f32>().unwrap());
    }
}

#[test]
fn gradients_agree_with_finite_differences_for_every_activation() {
    let indices: Vec<usize> = (0..IMAGES).collect();
    for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Gelu, Activation::Identity]
    {
        let config = MlpConfig::new(64, vec![5, 4], 10).with_activation(activation).with_seed(1);
        let sizes: Vec<(usize, usize)> = config.layers().collect();
        let weights: Vec<LayerWeights> = config.starting_weights();
        let device = Device::flex().autodiff();
        let model = Mlp::from_weights(activation, &weights, &device);
        let (gradients, _) =
            compute_gradients(&model, Batcher::new(&DataConfig::default()).batch(&digits(), &indices, &device));
        let mut collect = Collect { gradients: &gradients, values: Vec::new() };
        model.visit(&mut collect);

        let mut layers: Vec<Vec<f64>> = weights
            .iter()
            .map(|layer| layer.weight.iter().chain(&layer.bias).map(|&value| f64::from(value)).collect())
            .collect();
        let mut ours = collect.values.into_iter();
        for i in 0..layers.len() {
            for j in 0..layers[i].len() {
                const STEP: f64 = 1e-6;
                let value = layers[i][j];
                layers[i][j] = value + STEP;
                let above = loss(activation, &layers, &sizes);
                layers[i][j] = value - STEP;
                let below = loss(activation, &layers, &sizes);
                layers[i][j] = value;
                let expected = (above - below) / (2.0 * STEP);
                let got = f64::from(ours.next().unwrap());
                assert!((got - expected).abs() < 1e-5, "{activation}, layer {i}, parameter {j}: {got} and {expected}");
            }
        }
        assert_eq!(ours.next(), None);
    }
}

/// Ours costs less time than Burn's; this is what allows it.
#[test]
fn the_loss_and_its_gradient_are_those_of_burn_to_the_bit() {
    let bits = |tensor: Tensor<2>| -> Vec<f32> { tensor.into_data().try_into_vec_as().unwrap() };
    for name in device::available().into_iter().filter(|name| ["flex", "ndarray"].contains(name)) {
        let device = device::open(Some(name)).unwrap().device.autodiff();
        let batch = Batcher::new(&DataConfig::default()).batch(&digits(), &(0..100).collect::<Vec<_>>(), &device);
        let logits = MlpConfig::new(64, vec![5], 10).init(&device).forward(batch.images.clone()).detach();
        let class_weights: Vec<f32> = (1..=10).map(|class| class as f32 / 4.0).collect();
        for class_weights in [None, Some(class_weights)] {
            let image_weights = class_weights
                .as_ref()
                .map(|weights| Tensor::<1>::from_floats(weights.as_slice(), &device).gather(0, batch.targets.clone()));
            let burns = CrossEntropyLossConfig::new().with_weights(class_weights).init(&device);
            let (a, b) = (logits.clone().require_grad(), logits.clone().require_grad());
            let ours = Mlp::loss(a.clone(), batch.targets.clone(), image_weights);
            let burns = burns.forward(b.clone(), batch.targets.clone());
            assert_eq!(ours.clone().into_scalar::<f32>(), burns.clone().into_scalar::<f32>());
            assert_eq!(bits(a.grad(&ours.backward()).unwrap()), bits(b.grad(&burns.backward()).unwrap()));
        }
    }
}
