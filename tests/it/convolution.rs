//! Networks with stages of convolution: their answers, gradients, files and refusals.

use burn::tensor::Device;

use chiffres::checkpoint::{checkpoint_from_bytes, checkpoint_to_bytes};
use chiffres::error::SplitProblem;
use chiffres::exchange::Network;
use chiffres::model::StagesConfig;
use chiffres::{Classifier, Dataset, Error, Experiment, MlpConfig, SavedModel, Split, Trainer};

use crate::fused::processors;
use crate::{digits, experiment};

const SMALL: [&str; 4] = ["model.filters=[3, 5]", "model.hidden=[6]", "training.epochs=2", "training.batch_size=50"];

fn trainer(experiment: &Experiment) -> Trainer<std::sync::Arc<Dataset>> {
    Trainer::new(experiment, digits(), &Device::flex()).unwrap()
}

fn trained(experiment: &Experiment) -> SavedModel {
    let mut trainer = trainer(experiment);
    while trainer.epoch().is_some() {}
    SavedModel::new(experiment, &digits(), trainer.final_weights()).made_by(trainer.arithmetic())
}

/// A network for images of any size, with its starting weights.
fn untrained(height: usize, width: usize, settings: &[&str]) -> SavedModel {
    let experiment = experiment(settings);
    let config = MlpConfig::from_experiment(&experiment, [height, width, 1], 10);
    let saved = SavedModel::new(&experiment, &digits(), config.starting_weights());
    SavedModel { height, width, ..saved }
}

#[test]
fn stages_have_the_shapes_and_parameters_that_pytorch_counts() {
    // nn.Conv2d(1, 16, 3), nn.Conv2d(16, 32, 3), nn.Linear(1568, 64), nn.Linear(64, 10): 160 + 4,640 + 100,416 + 650.
    let stages = StagesConfig::new([28, 28, 1], vec![16, 32]);
    let config = MlpConfig::new(784, vec![64], 10).with_stages(stages);
    assert_eq!(config.parameters(), 105_866);
    assert_eq!(config.sizes(), "28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10");
    // nn.Conv2d(3, 32, 3), nn.Conv2d(32, 64, 3), nn.Linear(4096, 10): 896 + 18,496 + 40,970.
    let stages = StagesConfig::new([32, 32, 3], vec![32, 64]);
    let config = MlpConfig::new(3072, vec![], 10).with_stages(stages);
    assert_eq!(config.parameters(), 60_362);
    assert_eq!(config.sizes(), "32x32x3 -> 16x16x32 -> 8x8x64 -> 10");
}

/// By the plain loop in double precision, which knows nothing of Burn. Odd sides drop their last row and column.
#[test]
fn answers_are_those_of_a_plain_loop() {
    for (height, width, settings) in [
        (8, 8, &["model.filters=[8, 16]", "model.hidden=[]"][..]),
        (9, 7, &["model.filters=[3, 5]", "model.hidden=[6]", "model.activation=tanh"]),
        (5, 12, &["model.filters=[17]", "model.hidden=[6, 4]", "model.activation=gelu"]),
        (13, 13, &["model.filters=[2, 33, 1]", "model.hidden=[]", "model.init=glorot-normal"]),
    ] {
        let saved = untrained(height, width, settings);
        let pixels: Vec<u8> = (0..20 * height * width).map(|i| (i * 7919 % 17) as u8).collect();
        let exact = Network::new("network", &saved).probabilities(&pixels);
        for device in processors() {
            let classifier = Classifier::new(&saved, &device);
            for (image, exact) in pixels.chunks_exact(height * width).zip(&exact) {
                let found = classifier.predict(image).unwrap().probabilities;
                for (found, exact) in found.iter().zip(exact) {
                    assert!((f64::from(*found) - exact).abs() < 1e-5, "{height}x{width}: {found}, not {exact}");
                }
            }
        }
    }
}

#[test]
fn a_resumed_run_ends_as_one_that_never_stopped() {
    let experiment = experiment(&SMALL);
    let mut trainer = trainer(&experiment);
    trainer.epoch();
    let bytes = checkpoint_to_bytes(&experiment, &digits(), &trainer.state());
    let (read, state) = checkpoint_from_bytes("checkpoint", &bytes).unwrap();
    assert_eq!((&read, &state), (&experiment, &trainer.state()));
    let mut resumed = Trainer::resume(&experiment, digits(), &state, &Device::flex()).unwrap();
    while trainer.epoch().is_some() {}
    while resumed.epoch().is_some() {}
    assert_eq!(resumed.final_weights(), trainer.final_weights());
}

#[test]
fn a_model_file_gives_the_network_back_and_names_its_stages() {
    let saved = trained(&experiment(&SMALL));
    let bytes = saved.to_bytes();
    assert_eq!(SavedModel::from_bytes("model", &bytes).unwrap(), saved);
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("stages.0.weight"), [3, 3, 1, 3]);
    assert_eq!(shape("stages.1.weight"), [3, 3, 3, 5]);
    assert_eq!((shape("stages.1.bias"), shape("layers.0.weight")), (vec![5], vec![20, 6]));
    for end in (0..bytes.len()).step_by(97) {
        assert!(SavedModel::from_bytes("model", &bytes[..end]).is_err());
    }
    // An image that is too small for its stages.
    for (height, width) in [(3, 8), (8, 3), (1, 1), (0, 8), (usize::MAX, usize::MAX)] {
        let other = SavedModel { height, width, ..saved.clone() };
        let written = std::panic::catch_unwind(|| other.to_bytes());
        assert!(written.is_err() || SavedModel::from_bytes("model", &written.unwrap()).is_err());
    }
}

#[test]
fn training_learns() {
    let learned = trained(&experiment(&["model.filters=[8, 16]", "model.hidden=[]", "training.epochs=25"]));
    let split = Split::new(&digits(), &learned.experiment).unwrap();
    let classifier = Classifier::new(&learned, &Device::flex());
    let evaluation = chiffres::evaluate(&classifier, &digits(), &split, chiffres::SplitName::Test).unwrap();
    assert!(evaluation.error_rate() < 0.1, "{}", evaluation.error_rate());
}

#[test]
fn too_many_stages_are_an_error_before_training() {
    let text = "[model]\nfilters = [2, 2, 2, 2]";
    let error = Experiment::from_toml("my.toml", text, &[]).unwrap_err().to_string();
    assert!(error.starts_with("my.toml:2:11: model.filters has 4 stages, but images of 8x8 pixels"), "{error}");
    let mut experiment = experiment(&SMALL);
    experiment.model.filters = vec![2; 4];
    let problem = Trainer::new(&experiment, digits(), &Device::flex()).err();
    let expected = SplitProblem::TooManyStages { stages: 4, height: 8, width: 8, max: 3 };
    assert!(matches!(problem, Some(Error::Split(problem)) if problem == expected));
}
