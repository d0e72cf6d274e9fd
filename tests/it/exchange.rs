//! Networks for other programs: what is written, read back, and refused.

use burn::tensor::Device;
use sha2::{Digest, Sha256};

use chiffres::config::Activation;
use chiffres::error::{ExportError, ExportProblem};
use chiffres::evaluate::Relation;
use chiffres::exchange::network::Layer;
use chiffres::exchange::{self, Format, Loss, Network, ReadBack};
use chiffres::train::Arithmetic;
use chiffres::{Classifier, MlpConfig, SavedModel, Trainer};

use crate::{digits, experiment};

/// The network of `config/recipe.toml`, as `chiffres export recipe --to rust` writes it.
#[path = "../fixtures/exchange/recipe.rs"]
mod recipe;

fn recipe_model() -> SavedModel {
    SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model").unwrap()).unwrap()
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

/// The formats that hold all bits of them.
fn exact_formats() -> impl Iterator<Item = Format> {
    formats().filter(|format| *format != Format::CInt8)
}

/// A network of images in colour with its starting weights; three classes.
pub fn colour_network(height: usize, width: usize, settings: &[&str]) -> SavedModel {
    let of_pictures = ["data.source=folder", "data.path=pictures", "data.split=stratified", "data.train=auto"];
    let others = ["seed=3", "data.validation=auto", "data.scale=255", "data.channels=3"];
    let experiment = experiment(&[&of_pictures, &others, settings].concat());
    let weights = MlpConfig::from_experiment(&experiment, [height, width, 3], 3).starting_weights();
    let classes = ["apple", "leaf", "sky"].map(String::from).to_vec();
    SavedModel { classes, height, width, channels: 3, ..SavedModel::new(&experiment, &digits(), weights) }
}

/// The bytes of 50 images of so many values, all different.
pub fn colours(values: usize) -> Vec<u8> {
    let mut state = 7u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..50 * values).map(|_| byte()).collect()
}

/// Writes a network of digits in every format that has its parts, and compares each with the program's answers.
fn assert_read_back(saved: &SavedModel) {
    let pixels: Vec<u8> = (0..50).flat_map(|image| digits().image(image).unwrap().pixels.to_vec()).collect();
    assert_read_back_on(saved, &pixels);
}

/// The same on any images.
fn assert_read_back_on(saved: &SavedModel, pixels: &[u8]) {
    let network = Network::new("a network", saved);
    let answers = Classifier::new(saved, &Device::flex()).predict_images(pixels).unwrap();
    let (is_gelu, variants) = (network.activation() == Activation::Gelu, network.input.variants);
    let has_stages = network.stages().next().is_some();
    for format in exact_formats() {
        let refused = match format {
            Format::Sklearn => is_gelu || variants || has_stages,
            Format::Pytorch => variants,
            _ => false,
        };
        if refused {
            let error = exchange::write(&network, format).unwrap_err();
            assert!(error.is_usage(), "{error}");
            continue;
        }
        let bytes = exchange::write(&network, format).unwrap();
        let read = ReadBack::new(&bytes, format, pixels, &answers).unwrap();
        assert_eq!((read.images, read.labels), (50, 50), "{format:?}");
        assert!(read.difference < 1e-6, "{format:?}: {read:?}");
        let again = exchange::read(&bytes, format).unwrap();
        assert_eq!(again, Network { provenance: None, origin: again.origin.clone(), ..network.clone() }, "{format:?}");
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
fn stages_are_written_and_read_back() {
    for settings in [
        &["model.filters=[3]", "model.hidden=[]"][..],
        &["model.filters=[5, 4]", "model.hidden=[7]", "model.activation=relu"],
        &["model.filters=[2, 3, 4]", "model.hidden=[6, 5]", "model.activation=gelu", "prediction.variants=true"],
    ] {
        assert_read_back(&trained(settings));
    }
}

/// With stages and without, which every format but scikit-learn's reads; odd sides too.
#[test]
fn networks_of_colours_are_written_and_read_back() {
    for (height, width, settings) in [
        (6, 5, &["model.hidden=[]"][..]),
        (6, 5, &["model.hidden=[4, 3]", "model.activation=tanh"]),
        (6, 5, &["model.hidden=[4]", "prediction.variants=true"]),
        (7, 6, &["model.filters=[3]", "model.hidden=[]"]),
        (9, 8, &["model.filters=[4, 2]", "model.hidden=[5]", "model.activation=relu"]),
        (8, 9, &["model.filters=[4, 2]", "model.hidden=[]", "prediction.variants=true"]),
    ] {
        let saved = colour_network(height, width, settings);
        assert_read_back_on(&saved, &colours(height * width * 3));
        let network = Network::new("a network", &saved);
        let size = format!("{height}x{width} pixels in colour");
        assert!(
            network.takes().starts_with(&size)
                && network.takes().ends_with("red, green and blue of a pixel side by side")
        );
        for format in Format::ALL {
            // What the order of the values is stands in every file, and in every program that uses one.
            if let Ok(bytes) = exchange::write(&network, format) {
                let text =
                    String::from_utf8_lossy(&bytes).into_owned() + &exchange::usage(&network, format, "file").unwrap();
                assert!(text.contains(&network.takes()), "{format:?}: {text}");
            }
        }
    }
    let stages = colour_network(7, 6, &["model.filters=[3]", "model.hidden=[]"]);
    assert_eq!(Network::new("n", &stages).summary(), "7x6x3 -> 3x3x3 -> 3, 168 parameters");
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
    for format in exact_formats() {
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
    provenance.arithmetic = Some(Arithmetic::Fused);
    provenance.evaluation = Some((evaluation.report(), Relation::Same));
    let text = card(&network);
    let errors = format!("{} errors of 797 test images", evaluation.errors());
    for part in [&errors, &digits.sha256(), &saved.weights_sha256(), &saved.experiment.to_toml()] {
        assert!(text.contains(part.as_str()), "{part}: {text}");
    }
    let row = evaluation.confusion.rows()[3].iter().map(|count| format!(" {count} |")).collect::<String>();
    assert!(text.contains(&format!("\n| **3** |{row}\n")), "{text}");
    assert!(text.contains("model-index") && text.contains("byte for byte with every version"), "{text}");
    assert!(exchange::is_export(text.as_bytes(), Format::Card) && !exchange::is_export(b"---\nmine", Format::Card));
}

#[test]
fn figures_of_other_images_are_not_those_of_the_test_images() {
    let saved = recipe_model();
    let digits = digits();
    let evaluation = chiffres::evaluate_images(&Classifier::new(&saved, &Device::flex()), &digits, &[5, 6, 7]).unwrap();
    let mut network = Network::new("recipe", &saved);
    for (relation, doubt) in [
        (Relation::Changed, "**These are not the test images of training**: some were added"),
        (Relation::Other, "**These are not the test images of training**, but others"),
        (Relation::Unknown, "**It is not known which images trained the network**"),
    ] {
        network.provenance.as_mut().unwrap().evaluation = Some((evaluation.report(), relation));
        let card = String::from_utf8(exchange::write(&network, Format::Card).unwrap()).unwrap();
        assert!(card.contains(doubt) && card.contains(" errors of 3 images: "), "{card}");
        assert!(!card.contains("model-index"), "{card}");
        let onnx = exchange::write(&network, Format::Onnx).unwrap();
        assert!(!onnx.windows(11).any(|bytes| bytes == b"test_errors"));
    }
}

#[test]
fn a_card_promises_bytes_by_the_arithmetic_alone() {
    let saved = recipe_model();
    for (arithmetic, promise) in [
        (None, "the model file does not say which arithmetic"),
        (Some(Arithmetic::Shards), "not byte for byte: the last bits of the arithmetic that made these (`shards`)"),
        (Some(Arithmetic::Fused), "byte for byte with every version whose arithmetic is `fused-1`"),
    ] {
        let network = Network::new("recipe", &SavedModel { arithmetic, ..saved.clone() });
        let card = String::from_utf8(exchange::write(&network, Format::Card).unwrap()).unwrap();
        assert!(card.contains(promise), "{card}");
    }
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
            let is_text = matches!(format, Format::C | Format::CInt8 | Format::Rust | Format::Js);
            let held = exchange::held(&network, format).layers;
            assert!(read.is_none_or(|layers| is_text && layers == held), "{format:?} of {end} bytes");
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
fn weights_of_8_bits_are_read_back_as_they_are_and_what_they_cost_is_measured() {
    let saved = recipe_model();
    let network = Network::new("recipe", &saved);
    let digits = digits();
    let pixels: Vec<u8> = (1000..1797).flat_map(|image| digits.image(image).unwrap().pixels.to_vec()).collect();
    let targets: Vec<usize> = (1000..1797).map(|image| digits.image(image).unwrap().label).collect();
    let answers = Classifier::new(&saved, &Device::flex()).predict_images(&pixels).unwrap();
    let (loss, rounded) = Loss::new(&network, Format::CInt8, &pixels, &answers, Some(&targets)).unwrap();
    let [before, after] = loss.errors.unwrap();
    let wrong = answers.iter().zip(&targets).filter(|(answer, target)| answer.label != **target).count();
    assert_eq!((before, loss.images), (wrong, 797));
    // The kernel with the rounded weights.
    let held = exchange::held(&network, Format::CInt8);
    let held_saved = SavedModel { weights: held.dense().cloned().collect(), ..saved.clone() };
    let kernel = Classifier::new(&held_saved, &Device::flex()).predict_images(&pixels).unwrap();
    let count = |is_counted: &dyn Fn(usize) -> bool| (0..797).filter(|&image| is_counted(image)).count();
    assert_eq!(loss.labels, count(&|image| kernel[image].label == answers[image].label));
    assert_eq!(after, count(&|image| kernel[image].label != targets[image]));
    assert!(loss.difference > 0.001 && loss.difference < 0.5, "{loss:?}");

    let bytes = exchange::write(&network, Format::CInt8).unwrap();
    let read = ReadBack::new(&bytes, Format::CInt8, &pixels, &rounded).unwrap();
    assert!(read.labels == 797 && read.difference < 1e-6, "{read:?}");
    let again = exchange::read(&bytes, Format::CInt8).unwrap();
    assert_eq!(again, Network { provenance: None, origin: again.origin.clone(), ..held.clone() });
    assert_eq!(exchange::held(&held, Format::CInt8), held, "rounded once");
    // Each weight moves by at most half a step, 127 of which are the largest weight of its output.
    for (exact, held) in network.dense().zip(held.dense()) {
        for output in 0..exact.outputs {
            let column =
                |weights: &[f32]| -> Vec<f32> { weights[output..].iter().step_by(exact.outputs).copied().collect() };
            let (exact, held) = (column(&exact.weight), column(&held.weight));
            let largest = exact.iter().fold(0.0, |largest: f32, weight| largest.max(weight.abs()));
            let moved = exact.iter().zip(&held).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(moved > 0.0 && moved <= 0.501 * largest / 127.0, "{moved} of {largest}");
        }
    }
    assert!(Loss::new(&network, Format::C, &pixels, &answers, None).is_none());
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

#[test]
fn layers_that_do_not_lead_from_the_pixels_to_the_classes_are_refused() {
    let network = Network::new("mlp", &trained(&["model.hidden=[6, 5]", "model.activation=tanh"]));
    let unsound: [fn(&mut Network); 6] = [
        |network| network.layers.clear(),
        |network| {
            network.layers.clear();
            network.classes = vec!["a pixel".into(); 64];
        },
        |network| drop(network.classes.pop()),
        |network| network.input.width = 7,
        |network| network.layers[1] = Layer::Activation(Activation::Relu),
        |network| network.layers.push(Layer::Activation(Activation::Tanh)),
    ];
    for (case, change) in unsound.into_iter().enumerate() {
        for format in Format::ALL {
            let mut network = network.clone();
            change(&mut network);
            let error = exchange::write(&network, format).unwrap_err();
            assert!(matches!(error, ExportError { problem: ExportProblem::Layers, .. }), "{case}: {error}");
            assert_eq!(exchange::usage(&network, format, "file"), Err(error), "{case}");
        }
    }
    let gelu = Network::new("gelu", &recipe_model());
    assert!(exchange::usage(&gelu, Format::Sklearn, "file").is_err(), "no program with another activation");
}

/// Answers of PyTorch, which `benches/peers/pytorch.py` wrote: its package is gigabytes.
#[derive(serde::Deserialize)]
struct Torch {
    program: String,
    sha256: String,
    images: Vec<usize>,
    probabilities: Vec<Vec<f32>>,
}

#[test]
fn pytorch_answers_as_the_program_does() {
    let torch: Torch = serde_json::from_slice(&std::fs::read("tests/fixtures/exchange/pytorch.json").unwrap()).unwrap();
    let saved = recipe_model();
    let network = Network::new("recipe", &saved);
    let bytes = exchange::write(&network, Format::Pytorch).unwrap();
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, torch.sha256, "the file that PyTorch has read");
    assert_eq!(exchange::usage(&network, Format::Pytorch, "recipe.safetensors").unwrap(), torch.program);
    let pixels: Vec<u8> =
        torch.images.iter().flat_map(|&image| digits().image(image).unwrap().pixels.to_vec()).collect();
    let ours = Classifier::new(&saved, &Device::flex()).predict_images(&pixels).unwrap();
    assert_eq!(ours.len(), torch.probabilities.len());
    for (ours, theirs) in ours.iter().zip(&torch.probabilities) {
        let differences = ours.probabilities.iter().zip(theirs).map(|(a, b)| (a - b).abs());
        assert!(differences.fold(0.0, f32::max) < 1e-6, "{ours:?} {theirs:?}");
    }
}
