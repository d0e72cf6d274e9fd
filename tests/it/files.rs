//! Damaged files: one clear error each, never a panic, nothing lost.

use std::sync::OnceLock;

use burn::tensor::Device;
use proptest::prelude::*;

use chiffres::checkpoint::{checkpoint_from_bytes, checkpoint_to_bytes};
use chiffres::preprocess::DigitPreprocessing;
use chiffres::train::Arithmetic;
use chiffres::{Error, Experiment, SavedModel, Trainer, TrainingState};

use crate::{digits, experiment};

/// A small training run after one epoch, and the bytes of its files.
struct Files {
    experiment: Experiment,
    state: TrainingState,
    model: Vec<u8>,
    checkpoint: Vec<u8>,
}

fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let experiment =
            experiment(&["training.epochs=2", "model.hidden=[3]", "data.validation=200", "training.patience=1"]);
        let digits = digits();
        let mut trainer = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
        trainer.epoch();
        let state = trainer.state();
        let model = SavedModel::new(&experiment, &digits, state.weights.clone());
        let model = model.made_by(trainer.arithmetic()).to_bytes();
        let checkpoint = checkpoint_to_bytes(&experiment, &digits, &state);
        Files { experiment, state, model, checkpoint }
    })
}

fn assert_clear(error: Error) {
    let message = error.to_string();
    assert!(message.starts_with("FILE "), "{message}");
    assert!(!message.contains('\n') && message.len() < 300, "{message}");
    assert!(error.hint().is_some());
}

#[test]
fn files_are_read_back_as_they_were_written() {
    let Files { experiment, state, model, checkpoint } = files();
    let read = SavedModel::from_bytes("FILE", model).unwrap();
    assert_eq!((&read.experiment, &read.weights, read.height, read.width), (experiment, &state.weights, 8, 8));
    assert_eq!(read.to_bytes(), *model, "equal models give equal bytes");
    assert_eq!(read.arithmetic, Some(Arithmetic::Fused));
    let (found, read) = checkpoint_from_bytes("FILE", checkpoint).unwrap();
    assert_eq!((&found, &read), (experiment, state));
}

#[test]
fn one_kind_of_file_is_not_taken_for_the_other() {
    let error = SavedModel::from_bytes("FILE", &files().checkpoint).unwrap_err();
    assert_eq!(error.to_string(), "FILE is not a usable model file: it is a checkpoint file");
    let error = checkpoint_from_bytes("FILE", &files().model).unwrap_err();
    assert_eq!(error.to_string(), "FILE is not a usable checkpoint file: it is a model file");
}

#[test]
fn a_file_of_a_later_format_says_so() {
    let text = |bytes: &[u8]| bytes.iter().map(|&byte| byte as char).collect::<String>();
    let later: Vec<u8> =
        text(&files().model).replacen("\\\"format\\\":3", "\\\"format\\\":9", 1).chars().map(|c| c as u8).collect();
    let error = SavedModel::from_bytes("FILE", &later).unwrap_err();
    assert_eq!(error.to_string(), "FILE has format 9, but this version of chiffres reads formats up to 3");
}

/// The fields of the first format 3, as its readers knew them.
#[test]
fn readers_that_know_no_arithmetic_find_nothing_else_changed() {
    let header = |model: &SavedModel| {
        let bytes = model.to_bytes();
        let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        let envelope: serde_json::Value =
            serde_json::from_str(&metadata.metadata().as_ref().unwrap()["chiffres"]).unwrap();
        assert_eq!(envelope["format"], 3);
        let header: serde_json::Value = serde_json::from_str(envelope["header"].as_str().unwrap()).unwrap();
        header.as_object().unwrap().clone()
    };
    let model = SavedModel::from_bytes("FILE", &files().model).unwrap();
    let mut with = header(&model);
    assert_eq!(with.remove("arithmetic"), Some("fused-1".into()));
    assert_eq!(with, header(&SavedModel { arithmetic: None, ..model.clone() }));
    let other = Arithmetic::from("fused-9".to_string());
    let later = SavedModel { arithmetic: Some(other.clone()), ..model }.to_bytes();
    assert_eq!(SavedModel::from_bytes("FILE", &later).unwrap().arithmetic, Some(other), "of a later version");
}

#[test]
fn a_model_carries_its_preprocessing() {
    let mut model = SavedModel::from_bytes("FILE", &files().model).unwrap();
    assert_eq!(model.preprocessing, DigitPreprocessing::default());
    model.preprocessing.stroke = 0.5;
    let read = SavedModel::from_bytes("FILE", &model.to_bytes()).unwrap();
    assert_eq!(read.preprocessing, model.preprocessing);
    // Reading the file rejects settings that find no digit.
    let changes: [fn(&mut DigitPreprocessing); 5] = [
        |settings| settings.side = 0,
        |settings| settings.lean = -1.0,
        |settings| settings.window = 1e6,
        |settings| settings.stroke = f64::NAN,
        |settings| settings.ink = [400, 300],
    ];
    for change in changes {
        let mut model = model.clone();
        change(&mut model.preprocessing);
        assert_clear(SavedModel::from_bytes("FILE", &model.to_bytes()).unwrap_err());
    }
}

#[test]
fn files_of_earlier_formats_are_read() {
    let files = [&include_bytes!("../fixtures/model-format-1")[..], &include_bytes!("../fixtures/model-format-2")[..]];
    for bytes in files {
        let model = SavedModel::from_bytes("FILE", bytes).unwrap();
        let one_digit = DigitPreprocessing { page: 0, ..DigitPreprocessing::default() };
        assert_eq!(model.preprocessing, one_digit, "pages came later");
        assert_eq!(model.arithmetic, None);
        assert_eq!(model.config().parameters(), 64 * 2 + 2 + 2 * 10 + 10);
    }
}

#[test]
fn a_foreign_safetensors_file_says_so() {
    let empty = safetensors::serialize(Vec::<(&str, safetensors::tensor::TensorView<'_>)>::new(), None).unwrap();
    assert_clear(SavedModel::from_bytes("FILE", &empty).unwrap_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_truncated_file_is_an_error(share in 0.0f64..1.0) {
        let cut = |bytes: &'static [u8]| &bytes[..(bytes.len() as f64 * share) as usize];
        assert_clear(SavedModel::from_bytes("FILE", cut(&files().model)).unwrap_err());
        assert_clear(checkpoint_from_bytes("FILE", cut(&files().checkpoint)).unwrap_err());
    }

    #[test]
    fn a_flipped_bit_is_an_error(place in 0.0f64..1.0, bit in 0u8..8) {
        let flip = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let at = (bytes.len() as f64 * place) as usize;
            bytes[at] ^= 1 << bit;
            bytes
        };
        // Padding of the header is the only place where a flip may change nothing.
        match SavedModel::from_bytes("FILE", &flip(&files().model)) {
            Ok(model) => prop_assert_eq!(model.to_bytes(), files().model.clone()),
            Err(error) => assert_clear(error),
        }
        match checkpoint_from_bytes("FILE", &flip(&files().checkpoint)) {
            Ok((_, state)) => prop_assert_eq!(&state, &files().state),
            Err(error) => assert_clear(error),
        }
    }

    #[test]
    fn any_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        assert_clear(SavedModel::from_bytes("FILE", &bytes).unwrap_err());
        assert_clear(checkpoint_from_bytes("FILE", &bytes).unwrap_err());
    }
}
