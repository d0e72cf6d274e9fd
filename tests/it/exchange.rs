//! Networks for other programs: what is written, read back, and refused.

use burn::tensor::Device;

use chiffres::config::Activation;
use chiffres::error::{ExportError, ExportProblem};
use chiffres::exchange::network::Layer;
use chiffres::exchange::{self, Format, Network, ReadBack};
use chiffres::{Classifier, SavedModel, Trainer};

use crate::{digits, experiment};

/// The network of `config/recipe.toml`, as `chiffres export recipe --to rust` writes it.
#[path = "../fixtures/exchange/recipe.rs"]
mod recipe;

fn recipe_model() -> SavedModel {
    SavedModel::from_bytes("recipe.model", &std::fs::read("web/www/recipe.model").unwrap()).unwrap()
}

/// A network after two epochs.
fn trained(settings: &[&str]) -> SavedModel {
    let settings: Vec<&str> = settings.iter().copied().chain(["training.epochs=2"]).collect();
    let experiment = experiment(&settings);
    let digits = digits();
    let mut trainer = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
    while trainer.epoch().is_some() {}
    SavedModel::new(&experiment, &digits, trainer.final_weights())
}

/// The formats that hold weights.
fn formats() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|format| *format != Format::Card)
}

/// Writes a network in every format that has its parts, and compares each with the program's answers.
fn assert_read_back(saved: &SavedModel) {
    let network = Network::new("a network", saved);
    let pixels: Vec<u8> = (0..50).flat_map(|image| digits().image(image).unwrap().pixels.to_vec()).collect();
    let answers = Classifier::new(saved, &Device::flex()).predict_images(&pixels).unwrap();
    let (is_gelu, variants) = (network.activation() == Activation::Gelu, network.input.variants);
    for format in formats() {
        let refused = match format {
            Format::Sklearn => is_gelu || variants,
            Format::Pytorch => variants,
            _ => false,
        };
        if refused {
            let error = exchange::write(&network, format).unwrap_err();
            assert!(error.is_usage(), "{error}");
            continue;
        }
        let bytes = exchange::write(&network, format).unwrap();
        let read = ReadBack::new(&bytes, format, &pixels, &answers).unwrap();
        assert_eq!((read.images, read.labels), (50, 50), "{format:?}");
        assert!(read.difference < 1e-6, "{format:?}: {read:?}");
        let again = exchange::read(&bytes, format).unwrap();
        assert_eq!(again, Network { provenance: None, ..network.clone() }, "{format:?}");
    }
}

#[test]
fn every_activation_is_written_and_read_back() {
    for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Gelu, Activation::Identity]
    {
        for hidden in ["[]", "[7]", "[6, 5]"] {
            let (activation, hidden) = (format!("model.activation={activation}"), format!("model.hidden={hidden}"));
            assert_read_back(&trained(&[&activation, &hidden]));
        }
    }
}

#[test]
fn a_network_of_the_recipe_is_written_and_read_back() {
    assert_read_back(&recipe_model());
}

#[test]
fn a_network_that_reads_variants_is_written_and_read_back() {
    let mut saved = recipe_model();
    saved.experiment.prediction.variants = true;
    assert_read_back(&saved);
    saved.experiment.model.activation = Activation::Tanh;
    assert_read_back(&saved);
}

#[test]
fn two_classes_are_written_and_read_back() {
    let mut saved = trained(&["model.activation=tanh"]);
    saved.classes = vec!["no".into(), "yes".into()];
    let last = &mut saved.weights[1];
    last.weight = last.weight.chunks_exact(10).flat_map(|row| [row[0], row[1]]).collect();
    last.bias.truncate(2);
    last.outputs = 2;
    let network = Network::new("two", &saved);
    let pixels: Vec<u8> = (0..50).flat_map(|image| digits().image(image).unwrap().pixels.to_vec()).collect();
    let answers = Classifier::new(&saved, &Device::flex()).predict_images(&pixels).unwrap();
    for format in formats() {
        let read = ReadBack::new(&exchange::write(&network, format).unwrap(), format, &pixels, &answers).unwrap();
        assert!(read.labels == 50 && read.difference < 1e-6, "{format:?}: {read:?}");
    }
}

#[test]
fn a_card_says_what_the_network_is() {
    let mut network = Network::new("mlp", &trained(&[]));
    let card = |network: &Network| String::from_utf8(exchange::write(network, Format::Card).unwrap()).unwrap();
    assert!(card(&network).contains("The test images were missing"), "{}", card(&network));
    let saved = recipe_model();
    let digits = digits();
    let split = chiffres::Split::new(&digits, &saved.experiment).unwrap();
    let classifier = Classifier::new(&saved, &Device::flex());
    let evaluation = chiffres::evaluate(&classifier, &digits, &split, chiffres::SplitName::Test).unwrap();
    network = Network::new("recipe", &saved);
    let provenance = network.provenance.as_mut().unwrap();
    provenance.data_sha256 = Some(digits.sha256());
    provenance.evaluation = Some(evaluation.report());
    let text = card(&network);
    let errors = format!("{} errors of 797 test images", evaluation.errors());
    for part in [&errors, &digits.sha256(), &saved.weights_sha256(), &saved.experiment.to_toml()] {
        assert!(text.contains(part.as_str()), "{part}: {text}");
    }
    let row = evaluation.confusion.rows()[3].iter().map(|count| format!(" {count} |")).collect::<String>();
    assert!(text.contains(&format!("\n| **3** |{row}\n")), "{text}");
    assert!(exchange::is_export(text.as_bytes(), Format::Card) && !exchange::is_export(b"---\nmine", Format::Card));
}

#[test]
fn class_names_of_any_text_come_back() {
    let mut saved = trained(&[]);
    let names = [
        "*/",
        "\"",
        "\\",
        "\u{1f4a9}\u{202e}",
        "weight0 = 1;",
        "\n",
        "??/",
        "/*",
        "",
        "\u{2028}throw 1;\u{2029}\u{85}{}",
    ];
    saved.classes = names.map(String::from).to_vec();
    for format in formats() {
        let network = Network::new("*/ \" \n", &saved);
        let bytes = exchange::write(&network, format).unwrap();
        let again = exchange::read(&bytes, format).unwrap();
        assert_eq!((again.classes, again.name), (network.classes, network.name), "{format:?}");
        if let Ok(text) = String::from_utf8(bytes) {
            // Rust's `{:?}` leaves what can be seen as it is.
            let odd: String = text.chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(odd, if format == Format::Rust { "\u{1f4a9}" } else { "" }, "{format:?}");
        }
    }
}

#[test]
fn a_rust_module_answers_as_the_program_does() {
    let saved = recipe_model();
    let text = exchange::write(&Network::new("recipe", &saved), Format::Rust).unwrap();
    let fixture = "tests/fixtures/exchange/recipe.rs";
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::write(fixture, &text).unwrap();
    }
    assert_eq!(
        String::from_utf8(text).unwrap(),
        std::fs::read_to_string(fixture).unwrap(),
        "the module here is current"
    );
    let classifier = Classifier::new(&saved, &Device::flex());
    let digits = digits();
    for image in 1000..1797 {
        let pixels = digits.image(image).unwrap().pixels.to_vec();
        let expected = classifier.predict(&pixels).unwrap();
        let (label, probabilities) = recipe::classify(pixels.as_slice().try_into().unwrap());
        assert_eq!((label, recipe::CLASSES[label]), (expected.label, saved.classes[expected.label].as_str()));
        let differences = probabilities.iter().zip(&expected.probabilities).map(|(a, b)| (a - b).abs());
        assert!(differences.fold(0.0, f32::max) < 1e-6, "image {image}");
    }
    assert_eq!((recipe::HEIGHT, recipe::WIDTH, recipe::MAX_VALUE), (8, 8, 16));
}

#[test]
fn damaged_files_are_no_network() {
    let network = Network::new("mlp", &trained(&[]));
    for format in formats() {
        let bytes = exchange::write(&network, format).unwrap();
        for end in (0..bytes.len()).step_by(97) {
            // A text may be cut after its numbers.
            let read = exchange::read(&bytes[..end], format).map(|read| read.layers);
            let is_text = matches!(format, Format::C | Format::Rust | Format::Js);
            assert!(read.is_none_or(|layers| is_text && layers == network.layers), "{format:?} of {end} bytes");
        }
        for other in formats().filter(|&other| other != format) {
            assert_eq!(exchange::read(&bytes, other), None, "{format:?} as {other:?}");
        }
        // Any byte may be another; nothing panics.
        for place in (0..bytes.len()).step_by(131) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0x55;
            let _ = exchange::read(&bytes, format);
        }
    }
}

#[test]
fn a_file_with_another_number_is_not_passed_off_as_the_network() {
    let saved = trained(&[]);
    let mut other = Network::new("mlp", &saved);
    if let Layer::Dense(layer) = &mut other.layers[0] {
        layer.weight[100] += 0.5;
    }
    let pixels: Vec<u8> = (0..50).flat_map(|image| digits().image(image).unwrap().pixels.to_vec()).collect();
    let answers = Classifier::new(&saved, &Device::flex()).predict_images(&pixels).unwrap();
    let bytes = exchange::write(&other, Format::Js).unwrap();
    let error = ReadBack::new(&bytes, Format::Js, &pixels, &answers).unwrap_err();
    assert!(matches!(error, ExportError { problem: ExportProblem::NotReadBack { images: 50, .. }, .. }), "{error}");
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let mut saved = trained(&[]);
    saved.weights[0].bias[3] = f32::NAN;
    for format in formats() {
        let error = exchange::write(&Network::new("mlp", &saved), format).unwrap_err();
        assert!(matches!(error, ExportError { problem: ExportProblem::NotFinite, .. }), "{error}");
    }
}
