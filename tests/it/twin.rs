//! The scikit-learn twin: from the same starting weights, the same training, number by number.
//!
//! `tests/fixtures/sklearn_twin.json` holds what scikit-learn's MLPClassifier computed (SGD with Nesterov
//! momentum, batches of 200 in file order, no penalty, 20 epochs).

use serde::Deserialize;

use chiffres::config::Experiment;
use chiffres::model::LayerWeights;
use chiffres::native::device;
use chiffres::{Classifier, SavedModel, TrainingState};

use crate::{digits, experiment, learn};

#[derive(Deserialize)]
pub struct Twin {
    learning_rate: f64,
    momentum: f64,
    batch_size: usize,
    epochs: usize,
    start: Weights,
    mean_loss_per_epoch: Vec<f64>,
    pub end: Weights,
    test_predictions: Vec<usize>,
    test_errors: usize,
    test_probabilities_first_10: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
pub struct Weights {
    w1: Vec<Vec<f32>>,
    b1: Vec<f32>,
    w2: Vec<Vec<f32>>,
    b2: Vec<f32>,
}

impl Weights {
    pub fn layers(&self) -> Vec<LayerWeights> {
        let layer = |weight: &[Vec<f32>], bias: &[f32]| LayerWeights {
            inputs: weight.len(),
            outputs: bias.len(),
            weight: weight.concat(),
            bias: bias.to_vec(),
        };
        vec![layer(&self.w1, &self.b1), layer(&self.w2, &self.b2)]
    }
}

pub fn twin() -> (Twin, Experiment) {
    let twin: Twin = serde_json::from_str(include_str!("../fixtures/sklearn_twin.json")).unwrap();
    let experiment = experiment(&[
        &format!("optimizer.learning_rate={}", twin.learning_rate),
        &format!("optimizer.momentum={}", twin.momentum),
        "optimizer.weight_decay=0",
        &format!("training.batch_size={}", twin.batch_size),
        &format!("training.epochs={}", twin.epochs),
        "training.shuffle=false",
    ]);
    (twin, experiment)
}

#[track_caller]
fn assert_close<T: Copy + Into<f64>>(ours: &[T], theirs: &[T], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (i, (&a, &b)) in ours.iter().zip(theirs).enumerate() {
        let (a, b): (f64, f64) = (a.into(), b.into());
        assert!((a - b).abs() < 1e-4, "{what}[{i}]: ours {a}, scikit-learn's {b}");
    }
}

#[test]
fn training_agrees_with_scikit_learn_on_every_cpu_backend() {
    let (twin, experiment) = twin();
    for name in ["ndarray", "flex"] {
        let Ok(device) = device::open(Some(name)) else { continue };
        let start = TrainingState { weights: twin.start.layers(), ..TrainingState::start(&experiment, &digits()) };
        let state = learn(&experiment, Some(start), device.device.clone()).state;

        let losses: Vec<f64> = state.history.epochs.iter().map(|epoch| epoch.train.loss).collect();
        assert_close(&losses, &twin.mean_loss_per_epoch, &format!("{name}: loss"));
        for (i, (ours, theirs)) in state.weights.iter().zip(twin.end.layers()).enumerate() {
            assert_close(&ours.weight, &theirs.weight, &format!("{name}: weight {i}"));
            assert_close(&ours.bias, &theirs.bias, &format!("{name}: bias {i}"));
        }

        let saved = SavedModel::new(&experiment, &digits(), state.weights);
        let indices: Vec<usize> = (1000..1797).collect();
        let predictions = Classifier::new(&saved, &device.device).predict_many(&digits(), &indices).unwrap();
        let labels: Vec<usize> = predictions.iter().map(|prediction| prediction.label).collect();
        assert_eq!(labels, twin.test_predictions, "{name}");
        let errors =
            labels.iter().zip(1000..).filter(|(label, i)| **label != digits().image(*i).unwrap().label).count();
        assert_eq!(errors, twin.test_errors, "{name}");
        for (ours, theirs) in predictions.iter().zip(&twin.test_probabilities_first_10) {
            let ours: Vec<f64> = ours.probabilities.iter().map(|&p| f64::from(p)).collect();
            assert_close(&ours, theirs, &format!("{name}: probabilities"));
        }
    }
}
