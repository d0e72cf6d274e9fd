//! One way from a picture to an answer, with and without the training images.

use std::sync::Arc;

use burn::tensor::Device;
use image::GrayImage;
use image::imageops::{self, FilterType};
use proptest::prelude::*;

use chiffres::config::{DataConfig, PicturePreprocessing, Source};
use chiffres::data::{Images, Labels, Origin, Pixels, Reading, Unit};
use chiffres::error::{DatasetShape, Error, InputProblem, NoDigit};
use chiffres::model::LayerWeights;
use chiffres::novelty::{Doubt, NoveltyDetector, Reason};
use chiffres::preprocess::{DigitPreprocessing, Raster};
use chiffres::{Classifier, Dataset, Experiment, MlpConfig, Recogniser, SavedModel, Split};

use crate::digits;

/// The network of the recipe, as the page ships it.
fn recipe() -> SavedModel {
    SavedModel::from_bytes("recipe.model", include_bytes!("../../examples/recipe.model")).unwrap()
}

/// An untrained network of two classes of images of 3x4 pixels, and its images.
fn other_images(max_value: u8, classes: [&str; 2], is_light: bool) -> (SavedModel, Arc<Dataset>) {
    untrained([3, 4], PicturePreprocessing::Resize, max_value, classes, is_light)
}

/// An untrained network of two classes, and an image of each.
fn untrained(
    [height, width]: [usize; 2],
    preprocess: PicturePreprocessing,
    max_value: u8,
    classes: [&str; 2],
    is_light: bool,
) -> (SavedModel, Arc<Dataset>) {
    let inputs = height * width;
    let grey = (0..2 * inputs).map(|i| if i % 5 == 0 { max_value } else { (i % 3) as u8 }).collect();
    let images = Images {
        height,
        width,
        channels: 1,
        pixels: Pixels::in_memory(inputs, grey),
        is_light,
        is_unit: false,
        labels: Labels::Numbers(vec![0, 1]),
        groups: None,
        origin: Origin::File { file: "images".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("images"),
    };
    let dataset = Dataset::new(images, &classes.map(String::from), None).unwrap();
    let data = DataConfig { scale: 255.0, ..DataConfig::of(Source::Npz, preprocess) };
    let experiment = Experiment { data, ..Experiment::default() };
    let weights = MlpConfig::from_experiment(&experiment, [1, inputs, 1], 2).starting_weights();
    (SavedModel::new(&experiment, &dataset, weights), Arc::new(dataset))
}

/// A 1, drawn in a grey on paper of another.
fn one(ink: u8, paper: u8) -> Raster {
    let is_ink = |row: usize, column: usize| (10..50).contains(&row) && (27..32).contains(&column);
    Raster::new(60, 60, (0..60 * 60).map(|i| if is_ink(i / 60, i % 60) { ink } else { paper }).collect())
}

#[test]
fn a_network_of_centred_digits_reads_them_centred() {
    let (saved, _) = untrained([28, 28], PicturePreprocessing::Centred, 255, ["0", "1"], true);
    let recognition = Recogniser::new(&saved, &Device::flex()).recognise(&one(30, 220)).unwrap();
    let steps = DigitPreprocessing::default().centred(&one(30, 220)).unwrap();
    assert_eq!(recognition.pixels, steps.pixels);
    assert_eq!(recognition.centred, Some(steps));
    assert_eq!(recognition.image().max_value, 255);
}

#[test]
fn digits_are_found_and_answered_in_one_call() {
    let saved = recipe();
    let recognition = Recogniser::new(&saved, &Device::flex()).recognise(&one(30, 220)).unwrap();
    let steps = DigitPreprocessing::default().digit(&one(30, 220)).unwrap();
    assert_eq!(recognition.pixels, steps.pixels);
    assert_eq!(recognition.prediction, Classifier::new(&saved, &Device::flex()).predict(&steps.pixels).unwrap());
    assert_eq!(recognition.prediction.label, 1);
    assert_eq!(recognition.steps, Some(steps));
    let image = recognition.image();
    assert_eq!((image.height, image.width, image.max_value, image.is_light), (8, 8, 16, false));
}

#[test]
fn the_training_images_add_doubts_and_change_no_answer() {
    let (saved, digits) = (recipe(), digits());
    let split = Split::new(&digits, &saved.experiment).unwrap();
    let detector = NoveltyDetector::new(digits.clone(), &split.train);
    let without = Recogniser::new(&saved, &Device::flex());
    let with = without.clone().with_novelty(detector.clone()).unwrap();

    let (alone, compared) = (without.recognise(&one(0, 255)).unwrap(), with.recognise(&one(0, 255)).unwrap());
    assert_eq!((&alone.pixels, &alone.prediction), (&compared.pixels, &compared.prediction));
    assert_eq!((alone.novelty.as_ref(), alone.doubts()), (None, &[][..]));
    assert_eq!(compared.novelty, Some(detector.detect(&compared.pixels, 5)));

    // A picture of a chequerboard of 8x8 is read as it is; it is no digit.
    let chequered: Vec<u8> = (0..64).map(|i| if (i / 8 + i) % 2 == 0 { 16 } else { 0 }).collect();
    let image = chiffres::data::Image { pixels: &chequered, ..digits.image(0).unwrap() };
    let doubts = with.recognise_image(&image).unwrap().doubts().to_vec();
    let none = doubts.last().expect("a chequerboard is doubtful");
    assert!(matches!(none, Doubt::NoClass { is_digit: true, .. }), "{none}");
    assert!(matches!(none.reasons(), [Reason::Far { .. }, Reason::Ink { ink: 512, .. }]), "{none}");
}

/// The share of the right test images that are marked as unsure, and that of the wrong ones.
fn unsure(recogniser: &Recogniser, split: &Split, digits: &Dataset) -> [f64; 2] {
    let mut counts = [[0.0; 2]; 2];
    for &index in &split.test {
        let image = digits.image(index).unwrap();
        let recognition = recogniser.recognise_image(&image).unwrap();
        let is_unsure = recognition.doubts().iter().any(|doubt| doubt.kind() == "unsure");
        counts[usize::from(recognition.prediction.label != image.label)][usize::from(is_unsure)] += 1.0;
    }
    counts.map(|[sure, unsure]| unsure / (sure + unsure))
}

#[test]
fn most_wrong_answers_are_unsure_and_few_right_ones() {
    let (saved, digits) = (recipe(), digits());
    let split = Split::new(&digits, &saved.experiment).unwrap();
    let detector = NoveltyDetector::new(digits.clone(), &split.train);
    let recogniser = Recogniser::new(&saved, &Device::flex()).with_novelty(detector).unwrap();
    let [right, wrong] = unsure(&recogniser, &split, &digits);
    assert!(right < 0.05 && wrong > 0.6, "{right} {wrong}");

    let nine = digits.image(split.test[0]).unwrap();
    let clear = recogniser.recognise_image(&nine).unwrap();
    assert_eq!(clear.doubts(), []);
}

#[test]
fn references_in_a_model_file_give_doubts_without_the_training_images() {
    let (saved, digits) = (recipe(), digits());
    let split = Split::new(&digits, &saved.experiment).unwrap();
    let classifier = Classifier::new(&saved, &Device::flex());
    let references = classifier.references(&digits, &split, 200).unwrap();
    assert!((180..=200).contains(&references.as_ref().unwrap().len()));
    let with = SavedModel { references, ..saved.clone() };
    let bytes = with.to_bytes();
    assert!(bytes.len() < saved.to_bytes().len() + 200 * 34 + 500, "{} bytes", bytes.len());
    let read = SavedModel::from_bytes("FILE", &bytes).unwrap();
    assert_eq!(read, with);

    let recogniser = Recogniser::new(&read, &Device::flex());
    let chequered: Vec<u8> = (0..64).map(|i| if (i / 8 + i) % 2 == 0 { 16 } else { 0 }).collect();
    let image = chiffres::data::Image { pixels: &chequered, ..digits.image(0).unwrap() };
    let recognition = recogniser.recognise_image(&image).unwrap();
    assert_eq!(recognition.novelty.as_ref().unwrap().neighbours.len(), 5);
    assert_eq!(recognition.doubts().last().unwrap().kind(), "no-digit");
    let [right, wrong] = unsure(&recogniser, &split, &digits);
    assert!(right < 0.15 && wrong > 0.8, "{right} {wrong}");
    assert_eq!(classifier.references(&digits, &Split { train: Vec::new(), ..split }, 200).unwrap(), None);
}

#[test]
fn five_readings_are_those_of_numpy() {
    // numpy, with cubic convolution written out: softmax of the mean over the five readings of
    // image 1000 / 8 - 1, times these weights.
    let digits = digits();
    let mut experiment = recipe().experiment;
    experiment.model.hidden.clear();
    let weight = (0..640).map(|i| (((i / 10 * 7 + i % 10 * 3) % 11) as f32 - 5.0) / 20.0).collect();
    let weights = vec![LayerWeights { inputs: 64, outputs: 10, weight, bias: vec![0.0; 10] }];
    for (variants, expected) in [
        (false, [0.12223, 0.0184, 0.03775, 0.4033, 0.09169, 0.03373, 0.07414, 0.13258, 0.03229, 0.0539]),
        (true, [0.12738, 0.02745, 0.05042, 0.30409, 0.11127, 0.04908, 0.07563, 0.135, 0.04841, 0.07127]),
    ] {
        experiment.prediction.variants = variants;
        let saved = SavedModel::new(&experiment, &digits, weights.clone());
        let saved = SavedModel::from_bytes("FILE", &saved.to_bytes()).unwrap();
        let classifier = Classifier::new(&saved, &Device::flex());
        let prediction = classifier.predict(digits.image(1000).unwrap().pixels).unwrap();
        for (found, expected) in prediction.probabilities.iter().zip(expected) {
            assert!((found - expected).abs() < 2e-5, "{:?}", prediction.probabilities);
        }
        let margin = f64::from(expected[3] / expected[7]).ln();
        assert!((prediction.margin() - margin).abs() < 1e-3 && prediction.leaders() == [3, 7]);
        // One by one, some at a time, and from a dataset.
        let all: Vec<usize> = (1000..1010).collect();
        let many = classifier.predict_many(&digits, &all).unwrap();
        let pixels: Vec<u8> = all.iter().flat_map(|&i| digits.image(i).unwrap().pixels).copied().collect();
        assert_eq!(many[0], prediction);
        assert_eq!(many, classifier.predict_images(&pixels).unwrap());
    }
}

#[test]
fn answers_below_a_confidence_are_rejected() {
    let recogniser = Recogniser::new(&recipe(), &Device::flex());
    let recognition = recogniser.recognise(&one(30, 220)).unwrap();
    let confidence = f64::from(recognition.prediction.confidence());
    assert!(!recognition.is_rejected);
    for (least, is_rejected) in [(confidence, false), (confidence + 1e-6, true)] {
        let recognition = recogniser.clone().rejecting_below(least).recognise(&one(30, 220)).unwrap();
        assert_eq!(recognition.is_rejected, is_rejected, "{least} of {confidence}");
    }
}

#[test]
fn pictures_of_other_things_get_the_size_and_the_range_of_the_images() {
    let picture = Raster::new(6, 8, (0..48).map(|i| 5 * i).collect());
    let resized = picture.resized(3, 4).into_pixels();
    for (max_value, most) in [(40, 40), (64, 64), (65, 255), (255, 255)] {
        let (saved, dataset) = other_images(max_value, ["hat", "shoe"], true);
        let detector = NoveltyDetector::new(dataset.clone(), &[0, 1]);
        let recogniser = Recogniser::new(&saved, &Device::flex()).with_novelty(detector).unwrap();
        let recognition = recogniser.recognise(&picture).unwrap();
        let expected = resized.iter().map(|&value| (f64::from(value) * f64::from(most) / 255.0).round() as u8);
        assert_eq!(recognition.pixels, expected.collect::<Vec<_>>(), "{max_value}");
        assert_eq!(recognition.steps, None);
        let image = recognition.image();
        assert_eq!((image.height, image.width, image.max_value, image.is_light), (3, 4, most, true));
    }
    // Without the training images, the scale tells the range.
    let (mut saved, _) = other_images(40, ["hat", "shoe"], false);
    for (scale, most) in [(40.0, 40), (255.0, 255), (1000.0, 255)] {
        saved.experiment.data.scale = scale;
        let recognition = Recogniser::new(&saved, &Device::flex()).recognise(&picture).unwrap();
        assert_eq!((recognition.image().max_value, recognition.image().is_light), (most, true), "{scale}");
    }
}

#[test]
fn inputs_that_the_network_cannot_read_are_typed_errors() {
    let device = Device::flex();
    let (saved, dataset) = other_images(255, ["hat", "shoe"], true);
    let problem = |error: Error| match error {
        Error::Input(problem) => problem,
        error => panic!("{error}"),
    };

    let blank = Raster::new(20, 20, vec![255; 400]);
    let error = Recogniser::new(&recipe(), &device).recognise(&blank).unwrap_err();
    assert!(!error.is_usage(), "the command is right, the picture is not");
    assert_eq!(problem(error), InputProblem::NoDigit(NoDigit::Uniform));
    assert!(Recogniser::new(&saved, &device).recognise(&blank).is_ok(), "other images may be blank");
    let as_digits = Recogniser::for_drawings(&saved, &device);
    assert_eq!(problem(as_digits.recognise(&blank).unwrap_err()), InputProblem::NoDigit(NoDigit::Uniform));

    let error = Classifier::new(&saved, &device).predict(&[0; 64]).unwrap_err();
    assert!(error.is_usage());
    assert_eq!(problem(error), InputProblem::WrongImageSize { found: 64, height: 3, width: 4, channels: 1 });

    let error = Classifier::new(&recipe(), &device).predict_many(&dataset, &[0]).unwrap_err();
    let shape = |height, width, classes| DatasetShape { height, width, channels: 1, classes };
    let (found, expected) = (shape(3, 4, 2), shape(8, 8, 10));
    assert_eq!(problem(error), InputProblem::OtherDataset { found, expected });

    let (_, gloves) = other_images(255, ["hat", "glove"], true);
    let error = Recogniser::new(&saved, &device).with_novelty(NoveltyDetector::new(gloves, &[0])).unwrap_err();
    let (found, expected) = ("glove".to_string(), "shoe".to_string());
    assert_eq!(problem(error), InputProblem::OtherClass { index: 1, found, expected });
}

fn resized_by_the_image_crate(picture: &Raster, height: usize, width: usize) -> Vec<u8> {
    let (columns, rows) = (picture.width() as u32, picture.height() as u32);
    let grey = GrayImage::from_raw(columns, rows, picture.pixels().to_vec()).unwrap();
    imageops::resize(&grey, width as u32, height as u32, FilterType::Triangle).into_raw()
}

/// Values without a pattern, from a small congruential generator.
fn noise(height: usize, width: usize, seed: u64) -> Raster {
    let mut state = seed;
    let pixels = (0..height * width).map(|_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 56) as u8
    });
    Raster::new(height, width, pixels.collect())
}

#[test]
fn large_pictures_are_resized_as_the_image_crate_does_to_the_bit() {
    for (height, width, to) in [(3024, 4032, (28, 28)), (480, 640, (64, 48)), (7, 1001, (3, 333)), (28, 28, (224, 224))]
    {
        let picture = noise(height, width, 7);
        let resized = picture.resized(to.0, to.1);
        assert_eq!((resized.height(), resized.width()), to);
        assert_eq!(resized.pixels(), resized_by_the_image_crate(&picture, to.0, to.1), "{height}x{width} to {to:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn small_pictures_are_resized_as_the_image_crate_does_to_the_bit(
        (height, width) in (1usize..70, 1usize..70), (rows, columns) in (1usize..40, 1usize..40), seed in any::<u64>(),
    ) {
        let picture = noise(height, width, seed);
        prop_assert_eq!(picture.resized(rows, columns).into_pixels(), resized_by_the_image_crate(&picture, rows, columns));
    }
}
