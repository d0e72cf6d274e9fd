//! Single calls of the library that `benches/ratios.py` sets beside other programs.
//!
//! `calls answers DEVICE` prints the median of the wall seconds in which a `Classifier` names 10,000 images.

use std::time::Instant;

use burn::module::Module;

use chiffres::config::Experiment;
use chiffres::native::device;
use chiffres::{Classifier, Dataset, MlpConfig, SavedModel};

const IMAGES: usize = 10_000;
const CALLS: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["answers", name] => println!("{}", answers(name)),
        _ => eprintln!("usage: calls answers DEVICE"),
    }
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
