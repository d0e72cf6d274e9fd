//! Every backend that is compiled in trains, and to the same result.

use chiffres::native::{Error, device};
use chiffres::{Classifier, Experiment, SavedModel, Split, SplitName, evaluate};

use crate::{digits, experiment, learn};

fn test_errors(experiment: &Experiment, device: &burn::tensor::Device) -> usize {
    let state = learn(experiment, None, device.clone()).state;
    let classifier = Classifier::new(&SavedModel::new(experiment, &digits(), state.weights), device);
    let split = Split::new(&digits(), experiment).unwrap();
    evaluate(&classifier, &digits(), &split, SplitName::Test).unwrap().errors()
}

#[test]
fn every_backend_trains_to_the_same_error_within_noise() {
    trains_alike_everywhere(&experiment(&["training.epochs=60"]));
}

#[test]
fn every_backend_trains_stages_of_convolution_to_the_same_error_within_noise() {
    trains_alike_everywhere(&experiment(&["model.filters=[4, 6]", "model.hidden=[]", "training.epochs=20"]));
}

/// On software Vulkan, where there is no GPU.
#[cfg(feature = "wgpu")]
#[test]
fn wgpu_trains_stages_of_convolution_and_answers_about_colours() {
    let experiment = experiment(&["model.filters=[4, 6]", "model.hidden=[5]", "training.epochs=20"]);
    trains_alike(&experiment, &["wgpu"]);

    let saved = crate::exchange::colour_network(9, 8, &["model.filters=[4, 2]", "model.hidden=[]"]);
    let pixels = crate::exchange::colours(9 * 8 * 3);
    let answers = |device: &burn::tensor::Device| Classifier::new(&saved, device).predict_images(&pixels).unwrap();
    let wgpu = device::open(Some("wgpu")).unwrap().device;
    for (one, other) in answers(&wgpu).iter().zip(answers(&burn::tensor::Device::flex())) {
        for (one, other) in one.probabilities.iter().zip(&other.probabilities) {
            assert!((one - other).abs() < 1e-5, "{one} {other}");
        }
    }
}

fn trains_alike_everywhere(experiment: &Experiment) {
    trains_alike(experiment, &device::available());
}

fn trains_alike(experiment: &Experiment, names: &[&str]) {
    // The training of one seed is the same sums in another order of additions: a handful of images near a
    // border between classes may fall on its other side.
    let reference = test_errors(experiment, &burn::tensor::Device::flex());
    for &name in names {
        let opened = match device::open(Some(name)) {
            Ok(opened) => opened,
            // A GPU backend without its hardware; CPU backends and wgpu's software device are always there in CI.
            Err(error) if !["ndarray", "flex", "wgpu"].contains(&name) => {
                println!("{name}: {error}");
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let errors = test_errors(experiment, &opened.device);
        println!("{name}: {errors} errors, flex {reference}");
        assert!(errors.abs_diff(reference) <= 5, "{name}: {errors} errors, flex {reference}");
    }
}

#[test]
fn the_most_specific_backend_is_the_default() {
    if cfg!(any(feature = "cuda", feature = "rocm", feature = "metal", feature = "vulkan")) {
        return;
    }
    let expected = match (cfg!(feature = "wgpu"), cfg!(feature = "flex"), cfg!(feature = "ndarray")) {
        (true, _, _) => "wgpu",
        (false, true, _) | (false, false, false) => "flex",
        (false, false, true) => "ndarray",
    };
    assert_eq!(device::open(None).unwrap().name, expected);
}

#[test]
fn a_device_that_is_not_there_says_what_to_do() {
    let message = |name: &str| {
        let error = device::open(Some(name)).unwrap_err();
        assert!(matches!(error, Error::Device { .. }) && error.is_usage());
        (error.to_string(), error.hint().unwrap())
    };
    let (text, hint) = message("tpu");
    assert_eq!(text, "device \"tpu\" is not a backend");
    assert!(hint.starts_with("compiled in: "), "{hint}");
    if !cfg!(feature = "rocm") {
        let (text, hint) = message("rocm");
        assert_eq!(text, "device \"rocm\" is not compiled in");
        assert!(hint.contains("--features rocm"), "{hint}");
    }
    assert_eq!(message("flex:1").0, "device \"flex:1\" does not exist");
    assert_eq!(message("flex:x").0, "device \"flex:x\" has no number after the colon");
    assert_eq!(device::open(Some("FLEX:0")).unwrap().name, "flex:0");
}
