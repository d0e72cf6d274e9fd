//! Single calls of the library that `benches/ratios.py` sets beside other programs.
//!
//! `calls kernel EPOCHS` has the fused kernel compute loss and gradients of the steps of `config/mlp.toml`, with packing.
//! `calls answers DEVICE` prints the median of the wall seconds in which a `Classifier` names 10,000 images.

use std::hint::black_box;
use std::time::Instant;

use burn::module::Module;

use chiffres::config::Experiment;
use chiffres::fused::kernel::{Examples, InTurn, Layer, Network, Workspace};
use chiffres::native::device;
use chiffres::{Classifier, Dataset, MlpConfig, SavedModel};

const IMAGES: usize = 10_000;
const CALLS: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["kernel", epochs] => println!("{}", kernel(epochs.parse().expect("EPOCHS is a number"))),
        ["answers", name] => println!("{}", answers(name)),
        _ => eprintln!("usage: calls kernel EPOCHS | calls answers DEVICE"),
    }
}

/// The mean loss, so that nothing is left out as unused. The weights stay as they are: the cost is the same.
fn kernel(epochs: usize) -> f64 {
    let text = include_str!("../config/mlp.toml");
    let experiment = Experiment::from_toml("config/mlp.toml", text, &[]).expect("the configuration is right");
    let digits = Dataset::digits().expect("the digits are in the program");
    let examples: Vec<_> = (0..1000).map(|image| digits.image(image).expect("there are 1,797")).collect();
    let images: Vec<f32> =
        examples.iter().flat_map(|image| image.pixels).map(|&pixel| f32::from(pixel) / 16.0).collect();
    let targets: Vec<usize> = examples.iter().map(|image| image.label).collect();
    let weights = MlpConfig::from_experiment(&experiment, 64, 10).starting_weights();
    let layers: Vec<Layer<'_>> =
        weights.iter().map(|layer| Layer { weight: &layer.weight, bias: &layer.bias }).collect();
    let network = Network { layers: &layers, activation: experiment.model.activation };
    let mut workspace = Workspace::default();
    let mut sum = 0.0;
    for _ in 0..epochs {
        for (images, targets) in images.chunks(200 * 64).zip(targets.chunks(200)) {
            let (loss, gradients) =
                workspace.gradients(network, Examples { images, targets, weights: None }, false, &InTurn);
            black_box(gradients);
            sum += loss.mean;
        }
    }
    sum / (5 * epochs) as f64
}

fn answers(name: &str) -> f64 {
    let device = device::open(Some(name)).expect("CPU backends always work").device;
    let text = include_str!("../config/mlp.toml");
    let experiment = Experiment::from_toml("config/mlp.toml", text, &[]).expect("the configuration is right");
    let digits = Dataset::digits().expect("the digits are in the program");
    let model = MlpConfig::from_experiment(&experiment, 64, 10).init(&device).valid();
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
