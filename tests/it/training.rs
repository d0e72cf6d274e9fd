//! The promises of a training run: the same numbers run after run, after a restart, and with either loop.

use std::sync::{Arc, Mutex};

use burn::tensor::Device;

use chiffres::checkpoint::{checkpoint_from_bytes, checkpoint_to_bytes};
use chiffres::config::OptimizerKind;
use chiffres::error::StateProblem;
use chiffres::metrics::wilson_interval;
use chiffres::native::device::{Devices, NamedDevice};
use chiffres::native::{Error, Training, device, train};
use chiffres::{Classifier, SavedModel, Split, SplitName, Trainer, TrainingState, evaluate};

use crate::{digits, experiment, learn, learn_keeping};

/// Settings whose state is not trivial: momentum, Adam's two means, schedules, early stopping, a last batch
/// smaller than the others, images that are varied.
const KINDS: [&[&str]; 4] = [
    &["training.epochs=6", "training.batch_size=300"],
    &[
        "training.epochs=6",
        "optimizer.kind=adamw",
        "optimizer.learning_rate=0.01",
        "optimizer.schedule=cosine",
        "optimizer.warmup=0.2",
        "model.activation=gelu",
        "model.hidden=[8, 6]",
    ],
    &[
        "training.epochs=6",
        "training.patience=2",
        "data.validation=200",
        "optimizer.kind=adam",
        "optimizer.learning_rate=0.05",
        "optimizer.schedule=linear",
    ],
    &[
        "training.epochs=6",
        "training.batch_size=300",
        "augmentation.shift=0.5",
        "augmentation.rotation=10",
        "augmentation.elastic=0.3",
        "augmentation.contrast=0.4",
        "model.init=glorot-normal",
    ],
];

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for name in device::available().into_iter().filter(|name| ["ndarray", "flex"].contains(name)) {
        let device = || device::open(Some(name)).unwrap().device;
        let experiment = experiment(&["training.epochs=5"]);
        let bytes = |seed: u64| {
            let experiment = chiffres::Experiment { seed, ..experiment.clone() };
            let state = learn(&experiment, None, device()).state;
            SavedModel::new(&experiment, &digits(), state.weights).to_bytes()
        };
        assert_eq!(bytes(7), bytes(7), "{name}");
        assert_ne!(bytes(7), bytes(8), "{name}");
    }
}

#[test]
fn the_learner_and_the_explicit_loop_end_with_the_same_weights() {
    for settings in KINDS.into_iter().chain(STOPPING_EARLY) {
        let experiment = experiment(settings);
        let by_learner = learn(&experiment, None, Device::flex()).state;
        let digits = digits();
        let mut trainer = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
        while trainer.epoch().is_some() {}
        let by_trainer = trainer.state();
        assert_eq!(by_learner.weights, by_trainer.weights, "{settings:?}");
        assert_eq!(by_learner.best, by_trainer.best, "{settings:?}");
        for (a, b) in by_learner.history.epochs.iter().zip(&by_trainer.history.epochs) {
            assert_eq!(
                (a.train, a.validation, a.learning_rate),
                (b.train, b.validation, b.learning_rate),
                "{settings:?}"
            );
        }
    }
}

#[test]
fn a_training_resumed_from_any_epoch_ends_as_if_it_had_never_stopped() {
    for settings in KINDS {
        let mut experiment = experiment(settings);
        experiment.training.checkpoint_every = 1;
        let kept: Arc<Mutex<Vec<TrainingState>>> = Arc::default();
        let keep = kept.clone();
        let whole =
            learn_keeping(&experiment, None, Device::flex(), move |state| keep.lock().unwrap().push(state.clone()));
        let kept = kept.lock().unwrap();
        assert_eq!(kept.len() + 1, whole.state.epochs(), "one at each epoch but the last: {settings:?}");
        for state in kept.iter() {
            // Through the bytes of the file, as after a kill.
            let bytes = checkpoint_to_bytes(&experiment, &digits(), state);
            let (found, state) = checkpoint_from_bytes("checkpoint", &bytes).unwrap();
            assert_eq!(found, experiment);
            let resumed = learn(&experiment, Some(state), Device::flex()).state;
            assert_eq!(resumed.weights, whole.state.weights, "{settings:?}");
            assert_eq!(resumed.best, whole.state.best, "{settings:?}");
        }
    }
}

/// Early stopping that does stop a run; momentum, plain SGD and Adam.
const STOPPING_EARLY: [&[&str]; 3] = [
    &["training.epochs=30", "training.patience=2", "data.validation=200", "optimizer.learning_rate=3"],
    &[
        "training.epochs=30",
        "training.patience=1",
        "data.validation=200",
        "optimizer.momentum=0",
        "optimizer.learning_rate=9",
    ],
    &[
        "training.epochs=30",
        "training.patience=1",
        "data.validation=200",
        "optimizer.kind=adam",
        "optimizer.learning_rate=0.5",
    ],
];

#[test]
fn a_trainer_resumed_from_any_epoch_ends_as_if_it_had_never_stopped() {
    let digits = digits();
    for settings in KINDS.into_iter().chain(STOPPING_EARLY) {
        let experiment = experiment(settings);
        let mut states = Vec::new();
        let mut trainer = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
        states.push(trainer.state());
        while trainer.epoch().is_some() {
            states.push(trainer.state());
        }
        if experiment.training.epochs == 30 {
            assert!(trainer.history().epochs.len() < 30, "it never stopped early: {settings:?}");
        }
        for state in &states {
            let mut resumed = Trainer::resume(&experiment, &digits, state, &Device::flex()).unwrap();
            assert_eq!(resumed.steps(), state.epochs() * experiment.steps_per_epoch(resumed.split().train.len()));
            while resumed.epoch().is_some() {}
            assert_eq!(resumed.state().weights, trainer.state().weights, "{settings:?}");
            assert_eq!(resumed.final_weights(), trainer.final_weights(), "{settings:?}");
            assert_eq!(resumed.state().best, trainer.state().best, "{settings:?}");
            assert_eq!(resumed.history(), trainer.history(), "{settings:?}");
        }
    }
}

#[test]
fn a_checkpoint_from_before_the_first_epoch_starts_the_same_run() {
    let (experiment, digits) = (experiment(&["training.epochs=2"]), digits());
    let start = TrainingState::start(&experiment, &digits);
    let (_, read) = checkpoint_from_bytes("file", &checkpoint_to_bytes(&experiment, &digits, &start)).unwrap();
    assert_eq!(read, start);
    let mut fresh = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
    let mut resumed = Trainer::resume(&experiment, &digits, &read, &Device::flex()).unwrap();
    while fresh.epoch().is_some() {}
    while resumed.epoch().is_some() {}
    assert_eq!(resumed.final_weights(), fresh.final_weights());
}

#[test]
fn a_state_of_another_network_or_optimizer_is_an_error() {
    let digits = digits();
    let adam: &[&str] = &["training.epochs=2", "optimizer.kind=adam"];
    let state = |settings: &[&str]| {
        let mut trainer = Trainer::new(&experiment(settings), &digits, &Device::flex()).unwrap();
        trainer.epoch();
        trainer.state()
    };
    let problem = |settings: &[&str], state: &TrainingState| match Trainer::resume(
        &experiment(settings),
        &digits,
        state,
        &Device::flex(),
    ) {
        Err(chiffres::Error::State(problem)) => problem,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it went on: {settings:?}"),
    };
    let good = state(adam);
    for bytes in [vec![], vec![0; 100], good.optimizer[..good.optimizer.len() / 2].to_vec(), b"no record".to_vec()] {
        let bad = TrainingState { optimizer: bytes, ..good.clone() };
        assert!(matches!(problem(adam, &bad), StateProblem::Record { .. }));
    }
    let of_adam = StateProblem::Optimizer { kind: OptimizerKind::Adam };
    assert_eq!(problem(adam, &state(&["training.epochs=2"])), of_adam, "a record of SGD with momentum");
    assert_eq!(problem(adam, &state(&["training.epochs=2", "optimizer.momentum=0"])), of_adam, "a record of plain SGD");
    let of_sgd = StateProblem::Optimizer { kind: OptimizerKind::Sgd };
    assert_eq!(problem(&["training.epochs=2"], &good), of_sgd);
    let wider = [adam, &["model.hidden=[20]"]].concat();
    let layers = |hidden: usize| vec![(64, hidden), (hidden, 10)];
    assert_eq!(problem(&wider, &good), StateProblem::Layers { found: layers(15), expected: layers(20) });
}

#[test]
fn a_trainer_starts_from_weights_and_a_split_of_the_callers() {
    let (experiment, digits) = (experiment(&["training.epochs=1"]), digits());
    let weights = TrainingState::start(&chiffres::Experiment { seed: 9, ..experiment.clone() }, &digits).weights;
    let split = Split { train: (0..400).collect(), validation: (400..500).collect(), test: vec![] };
    let builder = || Trainer::builder(&experiment, &digits, &Device::flex());
    let mut trainer = builder().split(split.clone()).weights(weights.clone()).build().unwrap();
    assert_eq!(trainer.final_weights(), weights);
    assert_eq!(trainer.epoch().map(|epoch| (epoch.train.images, epoch.validation.unwrap().images)), Some((400, 100)));
    let empty = Split { train: vec![], ..split };
    assert!(matches!(builder().split(empty).build(), Err(chiffres::Error::Split(_))));
}

#[test]
fn early_stopping_hands_out_the_weights_of_the_best_epoch() {
    let experiment = experiment(&[
        "data.validation=200",
        "training.patience=3",
        "training.epochs=60",
        "optimizer.learning_rate=3",
        "model.hidden=[60]",
    ]);
    let state = learn(&experiment, None, Device::flex()).state;
    let losses: Vec<f64> = state.history.epochs.iter().map(|epoch| epoch.validation.unwrap().loss).collect();
    let best = state.best.as_ref().unwrap();
    assert!(losses.len() < 60, "it never stopped early");
    assert_eq!(losses.len(), best.epoch + 3, "three epochs after the best one");
    assert!(losses.iter().all(|loss| *loss >= best.loss));
    assert_ne!(state.final_weights(), state.weights);
    // The best epoch's weights are those that a run of that many epochs ends with.
    let shorter = chiffres::Experiment {
        training: chiffres::config::TrainingConfig { epochs: best.epoch, ..experiment.training.clone() },
        ..experiment.clone()
    };
    assert_eq!(learn(&shorter, None, Device::flex()).state.weights, state.final_weights());
}

#[test]
fn the_articles_network_has_a_mean_error_rate_of_at_most_8_5_percent() {
    let digits = digits();
    let rates: Vec<f64> = (0..10)
        .map(|seed| {
            let experiment = chiffres::Experiment { seed, ..experiment(&[]) };
            // The backend of the README's command; a GPU's place is in `backends.rs`.
            let device = device::open(Some("ndarray")).map_or(Device::flex(), |opened| opened.device);
            let state = learn(&experiment, None, device.clone()).state;
            let classifier = Classifier::new(&SavedModel::new(&experiment, &digits, state.weights), &device);
            let split = Split::new(&digits, &experiment).unwrap();
            evaluate(&classifier, &digits, &split, SplitName::Test).unwrap().error_rate()
        })
        .collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    println!("error rates of seeds 0..9: {rates:?}, mean {mean:.4}");
    assert!(mean <= 0.085, "mean {mean:.4} of {rates:?}");
    // No seed is a failure that the others hide: all lie within the interval of the mean.
    let interval = wilson_interval((mean * 797.0).round() as usize, 797);
    assert!(rates.iter().all(|rate| *rate < interval.high + 0.01), "{rates:?}");
}

#[test]
fn a_training_that_runs_away_is_an_error() {
    let experiment = experiment(&["optimizer.learning_rate=1000", "model.activation=relu", "training.epochs=20"]);
    let devices = Devices::single(NamedDevice { name: "flex".into(), device: Device::flex() });
    let training = Training::new(&experiment, digits(), devices).unwrap();
    let error = train(training).map(|outcome| outcome.state).unwrap_err();
    assert!(matches!(error, Error::Core(chiffres::Error::Diverged { epoch }) if epoch <= 20), "{error}");

    // The explicit loop leaves the choice to its caller; a loss that is not a number survives the way through a file.
    let digits = digits();
    let mut trainer = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
    while trainer.epoch().is_some() {}
    let state = trainer.state();
    assert!(state.history.epochs.iter().any(|epoch| !epoch.train.loss.is_finite()));
    let (_, read) = checkpoint_from_bytes("file", &checkpoint_to_bytes(&experiment, &digits, &state)).unwrap();
    assert_eq!(read.epochs(), 20);
}
