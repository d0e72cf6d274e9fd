//! Single calls of the library that `benches/ratios.py` sets beside other programs.
//!
//! `calls kernel EPOCHS` has the fused kernel compute loss and gradients of the steps of `config/mlp.toml`, with packing.
//! `calls guard` sets the kernel beside a plain loop, and fails where it takes twice what it usually does.
//! `calls answers DEVICE` prints the median of the wall seconds in which a `Classifier` names 10,000 images.

use std::hint::black_box;
use std::time::Instant;

use burn::module::Module;

use chiffres::config::{Activation, Experiment};
use chiffres::fused::kernel::{Examples, InTurn, Instructions, Layer, Network, Workspace};
use chiffres::model::LayerWeights;
use chiffres::native::device;
use chiffres::{Classifier, Dataset, MlpConfig, SavedModel};

const IMAGES: usize = 10_000;
const CALLS: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["kernel", epochs] => println!("{}", kernel(epochs.parse().expect("EPOCHS is a number"))),
        ["guard"] => guard(),
        ["answers", name] => println!("{}", answers(name)),
        _ => eprintln!("usage: calls kernel EPOCHS | calls guard | calls answers DEVICE"),
    }
}

/// The training images of `config/mlp.toml`, their classes, and the network's starting weights.
struct Step {
    images: Vec<f32>,
    targets: Vec<usize>,
    weights: Vec<LayerWeights>,
    activation: Activation,
}

impl Step {
    fn new() -> Self {
        let text = include_str!("../config/mlp.toml");
        let experiment = Experiment::from_toml("config/mlp.toml", text, &[]).expect("the configuration is right");
        let digits = Dataset::digits().expect("the digits are in the program");
        let examples: Vec<_> = (0..1000).map(|image| digits.image(image).expect("there are 1,797")).collect();
        Self {
            images: examples.iter().flat_map(|image| image.pixels).map(|&pixel| f32::from(pixel) / 16.0).collect(),
            targets: examples.iter().map(|image| image.label).collect(),
            weights: MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).starting_weights(),
            activation: experiment.model.activation,
        }
    }

    /// Calls `run` with the network and each batch, and returns the sum of what it returns.
    fn epoch(&self, mut run: impl FnMut(Network<'_>, Examples<'_>) -> f64) -> f64 {
        let layers: Vec<Layer<'_>> =
            self.weights.iter().map(|layer| Layer { weight: &layer.weight, bias: &layer.bias }).collect();
        let network = Network { layers: &layers, activation: self.activation };
        let batches = self.images.chunks(200 * 64).zip(self.targets.chunks(200));
        batches.map(|(images, targets)| run(network, Examples { images, targets, weights: None })).sum()
    }
}

/// The mean loss, so that nothing is left out as unused. The weights stay as they are: the cost is the same.
fn kernel(epochs: usize) -> f64 {
    let step = Step::new();
    let mut workspace = Workspace::default();
    let mut sum = 0.0;
    for _ in 0..epochs {
        sum += step.epoch(|network, examples| {
            let (loss, gradients) = workspace.gradients(network, examples, false, &InTurn);
            black_box(gradients);
            loss.mean
        });
    }
    sum / (5 * epochs) as f64
}

/// Fails if the kernel takes twice its usual part of the time of a plain loop, on any of this processor's instructions.
///
/// Code that the compiler does not inline into the kernel is compiled for the oldest processors: no result shows it, but the time.
fn guard() {
    let step = Step::new();
    let fastest = |run: &mut dyn FnMut() -> f64| -> f64 {
        let time = |_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64()
        };
        (0..200).map(time).fold(f64::MAX, f64::min)
    };
    let mut failed = false;
    for instructions in Instructions::all() {
        let mut workspace = Workspace::new(instructions);
        let kernel = fastest(&mut || {
            step.epoch(|network, examples| workspace.gradients(network, examples, false, &InTurn).0.mean)
        });
        let ratio = kernel / fastest(&mut || step.epoch(plain));
        let usual = match instructions.lanes() {
            16 => 0.1,
            8 => 0.15,
            _ => 0.3,
        };
        println!("{:2} lanes: {ratio:.3} of a plain loop, usually {usual}", instructions.lanes());
        failed |= ratio > 2.0 * usual;
    }
    if failed {
        eprintln!("the kernel is slow: look for a function or a closure in it that is not inlined");
        std::process::exit(1);
    }
}

/// Loss and gradients of a logistic network with one hidden layer, as one would write them first.
fn plain(network: Network<'_>, examples: Examples<'_>) -> f64 {
    let [first, second] = network.layers else { unreachable!("one hidden layer") };
    let (hidden, classes) = (first.bias.len(), second.bias.len());
    let inputs = first.weight.len() / hidden;
    let mut gradients = network.layers.iter().map(|layer| (vec![0.0; layer.weight.len()], vec![0.0; layer.bias.len()]));
    let (mut g1, mut g2) = (gradients.next().expect("two layers"), gradients.next().expect("two layers"));
    let forward = |layer: &Layer<'_>, x: &[f32]| -> Vec<f32> {
        let mut z = layer.bias.to_vec();
        for (x, row) in x.iter().zip(layer.weight.chunks(z.len())) {
            z.iter_mut().zip(row).for_each(|(z, w)| *z += x * w);
        }
        z
    };
    let add = |(weight, bias): &mut (Vec<f32>, Vec<f32>), x: &[f32], d: &[f32]| {
        for (x, row) in x.iter().zip(weight.chunks_mut(d.len())) {
            row.iter_mut().zip(d).for_each(|(g, d)| *g += x * d);
        }
        bias.iter_mut().zip(d).for_each(|(g, d)| *g += d);
    };
    let mut loss = 0.0;
    for (x, &target) in examples.images.chunks(inputs).zip(examples.targets) {
        let h: Vec<f32> = forward(first, x).iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect();
        let z = forward(second, &h);
        let largest = z.iter().copied().fold(f32::MIN, f32::max);
        let e: Vec<f32> = z.iter().map(|z| (z - largest).exp()).collect();
        let sum: f32 = e.iter().sum();
        loss += f64::from(sum.ln() + largest - z[target]);
        let mut d2: Vec<f32> = e.iter().map(|e| e / sum).collect();
        d2[target] -= 1.0;
        let back = second.weight.chunks(classes).map(|row| row.iter().zip(&d2).map(|(w, d)| w * d).sum::<f32>());
        let d1: Vec<f32> = back.zip(&h).map(|(d, h)| d * h * (1.0 - h)).collect();
        add(&mut g1, x, &d1);
        add(&mut g2, &h, &d2);
    }
    black_box((g1, g2));
    loss / examples.targets.len() as f64
}

fn answers(name: &str) -> f64 {
    let device = device::open(Some(name)).expect("CPU backends always work").device;
    let text = include_str!("../config/mlp.toml");
    let experiment = Experiment::from_toml("config/mlp.toml", text, &[]).expect("the configuration is right");
    let digits = Dataset::digits().expect("the digits are in the program");
    let model = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).init(&device).valid();
    let classifier = Classifier::new(&SavedModel::new(&experiment, &digits, model.weights()), &device);
    let indices: Vec<usize> = (0..IMAGES).map(|i| i % digits.len()).collect();
    let mut seconds: Vec<f64> = (0..CALLS)
        .map(|_| {
            let start = Instant::now();
            let predictions = classifier.predict_many(&digits, &indices).expect("the digits suit the network");
            let seconds = start.elapsed().as_secs_f64();
            assert_eq!(predictions.len(), IMAGES);
            seconds
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[CALLS / 2]
}
