//! Holding out: which images, and that threads change nothing.

use burn::tensor::Device;

use chiffres::cross_validation::{CrossValidation, folds, hold_out};
use chiffres::native::{self, cross_validation::cross_validate};
use chiffres::{Error, Split, Trainer};

use crate::{digits, experiment};

fn run(settings: &[&str], threads: usize) -> CrossValidation {
    cross_validate(&experiment(settings), &digits(), 2, threads, &Device::flex(), || {}).unwrap()
}

#[test]
fn writers_are_held_out_one_at_a_time() {
    let folds = folds(&experiment(&[]), &digits()).unwrap();
    let borders: Vec<usize> = folds.iter().map(|fold| fold.held_out[0]).collect();
    assert_eq!(borders, [0, 130, 256, 386, 516, 646, 776, 906]);
    let all: Vec<usize> = folds.iter().flat_map(|fold| fold.held_out.clone()).collect();
    assert_eq!(all, (0..1000).collect::<Vec<_>>());
    for fold in &folds {
        assert_eq!(fold.train.len() + fold.held_out.len(), 1000);
        assert!(fold.train.iter().all(|image| !fold.held_out.contains(image) && *image < 1000), "{}", fold.name);
    }
    assert_eq!(folds[7].name, "writer 8");
}

#[test]
fn folds_of_a_number_are_drawn_from_the_seed() {
    let parts = |seed: u64| {
        let experiment = chiffres::Experiment { seed, ..experiment(&["validation.folds=7"]) };
        folds(&experiment, &digits()).unwrap()
    };
    let mut all: Vec<usize> = parts(0).iter().flat_map(|fold| fold.held_out.clone()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..1000).collect::<Vec<_>>(), "every training image once, and no test image");
    assert_eq!(parts(0), parts(0));
    assert_ne!(parts(0), parts(1));
}

#[test]
fn the_figures_do_not_depend_on_the_number_of_threads() {
    let settings = ["training.epochs=3", "augmentation.elastic=0.3", "augmentation.shift=0.5", "validation.folds=3"];
    let one = run(&settings, 1);
    assert_eq!(one, run(&settings, 4));
    assert_eq!(one.folds.iter().map(|fold| fold.images).sum::<usize>(), 1000);
    let errors: usize = one.folds.iter().flat_map(|fold| &fold.errors).sum();
    assert!((one.error_rate - errors as f64 / 2000.0).abs() < 1e-12);
    assert_eq!(one.error_rates.len(), 2);
    assert!(one.error_rate > 0.05 && one.error_rate < 0.95, "three epochs are few: {}", one.error_rate);
}

#[test]
fn a_fold_is_judged_by_a_network_that_never_saw_it() {
    let experiment = experiment(&["training.epochs=4"]);
    let digits = digits();
    let fold = &folds(&experiment, &digits).unwrap()[0];
    let mut epochs = 0;
    let scores = hold_out(&experiment, &digits, fold, &Device::flex(), || epochs += 1).unwrap();
    assert_eq!((scores.images, epochs), (130, 4));
    // The first writer has images 0 to 129: a run on 130 to 999, and on nothing else, is scored on those.
    let split = Split { train: (130..1000).collect(), validation: (0..130).collect(), test: vec![] };
    let mut trainer = Trainer::builder(&experiment, &digits, &Device::flex()).split(split).build().unwrap();
    while trainer.epoch().is_some() {}
    assert_eq!(trainer.state().history.epochs[3].validation, Some(scores));
    assert_eq!(run(&["training.epochs=4"], 2).folds[0].errors[0], scores.errors);
}

#[test]
fn what_cannot_be_validated_is_refused() {
    let refused = |settings: &[&str]| match folds(&experiment(settings), &digits()) {
        Err(error @ Error::Folds(_)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let early = refused(&["training.patience=5", "data.validation=100"]);
    assert!(early.contains("also stop its training"), "{early}");
    let few = refused(&["data.train=10", "validation.folds=11", "training.batch_size=1"]);
    assert_eq!(few, "10 images cannot be split into 11 folds");
    let one = refused(&["data.train=100", "training.batch_size=10"]);
    assert_eq!(one, "100 images cannot be split into 2 folds", "they are all of one writer");
    let diverged = cross_validate(
        &experiment(&["optimizer.learning_rate=1000", "model.activation=relu", "training.epochs=20"]),
        &digits(),
        1,
        2,
        &Device::flex(),
        || {},
    );
    assert!(matches!(diverged, Err(native::Error::Core(Error::Diverged { .. }))), "{diverged:?}");
}
