//! Networks of other programs: what comes in, answers as it does there, and goes out again.

use std::collections::HashMap;
use std::io::{Cursor, Write};

use burn::tensor::Device;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::Deserialize;

use chiffres::config::{Activation, Channels};
use chiffres::error::ImportProblem;
use chiffres::exchange::{self, ColourOrder, Format, ImageSize, ImportOptions, Imported, Network, Origin};
use chiffres::{Classifier, SavedModel, Trainer};

use crate::exchange::colour_network;
use crate::{digits, experiment};

/// The images in colour of the fixtures.
const PLANES: ImageSize = ImageSize { height: 10, width: 9, colours: Some(ColourOrder::Planes) };

const FOLDER: &str = "tests/fixtures/imports";

/// Files of other programs, with their probabilities of a few digits.
#[derive(Deserialize)]
struct Report {
    images: Vec<usize>,
    /// Images in colour, in hexadecimal.
    #[serde(default)]
    colours: Vec<String>,
    files: HashMap<String, Answers>,
}

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    scale: Option<f64>,
    #[serde(default)]
    classes: Option<Vec<String>>,
    /// Of the command line.
    #[serde(default)]
    options: Vec<String>,
    probabilities: Vec<Vec<f64>>,
}

fn fixture(file: &str) -> Vec<u8> {
    std::fs::read(format!("{FOLDER}/{file}")).unwrap()
}

fn report(file: &str) -> Report {
    serde_json::from_slice(&fixture(file)).unwrap()
}

/// The options that the command line has.
fn options(arguments: &[String]) -> ImportOptions {
    let mut options = ImportOptions::default();
    for pair in arguments.chunks_exact(2) {
        match (pair[0].as_str(), &pair[1]) {
            ("--scale", scale) => options.scale = Some(scale.parse().unwrap()),
            ("--classes", names) => options.classes = Some(names.split(',').map(String::from).collect()),
            ("--size", size) if size == "10x9" => options.size = Some(ImageSize::new(10, 9)),
            ("--size", size) if size == "3x10x9" => options.size = Some(PLANES),
            ("--activation", name) if name == "relu" => options.activation = Some(Activation::Relu),
            ("--activation", name) if name == "tanh" => options.activation = Some(Activation::Tanh),
            ("--activation", name) if name == "sigmoid" => options.activation = Some(Activation::Sigmoid),
            other => panic!("{other:?}"),
        }
    }
    options
}

fn import(file: &str, options: &ImportOptions) -> Imported {
    exchange::import(file, &fixture(file), options).unwrap_or_else(|error| panic!("{error}"))
}

fn problem(file: &str, bytes: &[u8], options: &ImportOptions) -> ImportProblem {
    exchange::import(file, bytes, options).unwrap_err().problem
}

/// The images of a report that a file reads: of digits, or in colour.
fn images(report: &Report, file: &str) -> Vec<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    match file.starts_with("colour") {
        true => report.colours.iter().map(|hex| hex.as_bytes().chunks(2).map(byte).collect()).collect(),
        false => report.images.iter().map(|&image| digits().image(image).unwrap().pixels.to_vec()).collect(),
    }
}

/// Every file of a report, imported.
fn imported(report: &Report) -> impl Iterator<Item = (&str, &Answers, Imported)> {
    report.files.iter().map(|(file, answers)| {
        let mut options = options(&answers.options);
        options.scale = options.scale.or(answers.scale);
        (file.as_str(), answers, import(file, &options))
    })
}

/// Compares the answers of imported networks with those of the program that made them.
fn assert_equal_answers(report: &Report) {
    for (file, answers, Imported { saved, .. }) in imported(report) {
        let saved = SavedModel::from_bytes(file, &saved.to_bytes()).unwrap();
        let classifier = Classifier::new(&saved, &Device::flex());
        for (image, expected) in images(report, file).iter().zip(&answers.probabilities) {
            let found = classifier.predict(image).unwrap().probabilities;
            assert_eq!(found.len(), expected.len(), "{file}");
            for (found, expected) in found.iter().zip(expected) {
                assert!((f64::from(*found) - expected).abs() < 1e-6, "{file}: {found} {expected}");
            }
        }
    }
}

#[test]
fn networks_of_scikit_learn_answer_as_they_do_there() {
    let report = report("sklearn.json");
    assert_equal_answers(&report);
    for (file, answers, Imported { saved, .. }) in imported(&report) {
        assert_eq!(Some(saved.classes), answers.classes, "{file}");
    }
}

#[test]
fn networks_of_pytorch_answer_as_they_do_there() {
    assert_equal_answers(&report("pytorch.json"));
}

#[test]
fn an_imported_network_is_saved_with_what_its_file_says() {
    let Imported { network, saved } =
        import("standard.skops", &ImportOptions { scale: Some(1.0), ..ImportOptions::default() });
    assert_eq!(network.summary(), "64 -> 4 -> 10 (relu), 310 parameters");
    assert_eq!(network.takes(), "8x8 pixels, 0 (paper) to 16 (ink), row after row");
    let origin = Origin::of(&saved).unwrap();
    assert_eq!(origin.file, "standard.skops");
    assert!(origin.program.starts_with("scikit-learn ") && origin.program.contains(": StandardScaler, MLPClassifier"));
    assert_eq!((saved.height, saved.width, saved.experiment.model.hidden.as_slice()), (8, 8, &[4][..]));
    assert_eq!(SavedModel::from_bytes("", &saved.to_bytes()).unwrap(), saved);
    // One logistic function decides between two classes: the first logit is 0.
    let Imported { saved, .. } =
        import("plain.skops", &ImportOptions { scale: Some(16.0), ..ImportOptions::default() });
    assert!(saved.classes == ["0", "1"] && saved.weights[0].weight.chunks_exact(2).all(|pair| pair[0] == 0.0));
}

#[test]
fn exports_come_back_and_go_out_again_with_the_same_bytes() {
    let recipe = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model").unwrap()).unwrap();
    let mut variants = recipe.clone();
    variants.experiment.prediction.variants = true;
    let settings = ["training.epochs=1", "model.activation=tanh", "model.hidden=[6, 5]"];
    let digits = digits();
    let experiment = experiment(&settings);
    let mut trainer = Trainer::new(&experiment, &digits, &Device::flex()).unwrap();
    while trainer.epoch().is_some() {}
    let tanh = SavedModel::new(&experiment, &digits, trainer.final_weights());
    let mut two = tanh.clone();
    two.classes = vec!["no".into(), "yes".into()];
    let last = two.weights.last_mut().unwrap();
    last.weight = last.weight.chunks_exact(10).flat_map(|row| [row[0], row[1]]).collect();
    (last.outputs, last.bias) = (2, last.bias[..2].to_vec());
    let colours = colour_network(9, 8, &["model.filters=[4, 2]", "model.hidden=[5]"]);
    let rows = colour_network(5, 4, &["model.hidden=[5]", "model.activation=tanh"]);
    let mut written = 0;
    for saved in [recipe, variants, tanh, two, colours, rows] {
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Card) {
            let mut network = Network::new("a network", &saved);
            network.provenance.as_mut().unwrap().data_sha256 = Some("a digest".into());
            // What a format cannot hold is refused.
            let Ok(bytes) = exchange::write(&network, format) else { continue };
            let imported = exchange::import("file", &bytes, &ImportOptions::default()).unwrap();
            let saved = SavedModel::from_bytes("", &imported.saved.to_bytes()).unwrap();
            // As on the page: the same network, without the settings of its training run.
            let described = exchange::import_without_experiment("file", &bytes, &ImportOptions::default()).unwrap();
            let described = SavedModel::from_bytes("", &described.to_bytes()).unwrap();
            assert_eq!((described.experiment.name.as_str(), &described.weights), ("imported", &saved.weights));
            assert_eq!(Network::new("file", &described).input, Network::new("file", &saved).input);
            assert!(saved.origin.is_some());
            let again = exchange::write(&Network::new("a network", &saved), format).unwrap();
            assert!(again == bytes, "{format:?}: {}", imported.network.summary());
            written += 1;
        }
    }
    assert_eq!(written, 38);
}

#[test]
fn networks_of_other_programs_go_out_with_the_same_bytes_twice() {
    for report in [report("sklearn.json"), report("pytorch.json")] {
        for (file, _, Imported { saved, .. }) in imported(&report) {
            for format in [Format::Onnx, Format::Sklearn, Format::Pytorch] {
                let Ok(bytes) = exchange::write(&Network::new("network", &saved), format) else {
                    // scikit-learn has no GELU and no convolution.
                    let is_refused =
                        file == "bytes.onnx" || file.starts_with("stages.") || file.starts_with("colours.");
                    assert!(is_refused && format == Format::Sklearn, "{file} {format:?}");
                    continue;
                };
                let again = exchange::import("other", &bytes, &ImportOptions::default()).unwrap();
                let note = Origin::of(&again.saved).unwrap().note("imported_from").map(String::from);
                assert!(note.is_some_and(|note| note.starts_with(file)), "{file}");
                assert_eq!(again.saved.weights, saved.weights, "{file} {format:?}");
                assert!(exchange::write(&Network::new("network", &again.saved), format).unwrap() == bytes, "{file}");
            }
        }
    }
}

/// PyTorch's own file, its weights turned into the order of pixels and back.
#[test]
fn networks_of_colours_go_back_to_pytorch_as_they_came() {
    for (file, options) in [
        ("colours.safetensors", ImportOptions { size: Some(ImageSize::new(10, 9)), ..of_colours() }),
        ("colours.safetensors", ImportOptions { size: Some(PLANES), ..of_colours() }),
        (
            "colour-rows.safetensors",
            ImportOptions { size: Some(PLANES), activation: Some(Activation::Tanh), ..of_colours() },
        ),
    ] {
        let Imported { network, saved } = import(file, &options);
        assert_eq!((saved.shape(), saved.experiment.data.channels), ([10, 9, 3], Channels::COLOUR));
        assert!(network.takes().starts_with("10x9 pixels in colour, 0 to 255 "), "{}", network.takes());
        let bytes = exchange::write(&Network::new("network", &saved), Format::Pytorch).unwrap();
        let (theirs, ours) = (fixture(file), SafeTensors::deserialize(&bytes).unwrap());
        let theirs = SafeTensors::deserialize(&theirs).unwrap();
        assert_eq!(theirs.len(), ours.len());
        for (name, tensor) in theirs.iter() {
            assert_eq!(ours.tensor(name).unwrap(), tensor, "{file}: {name}");
        }
    }
}

#[test]
fn the_order_of_colours_is_asked_for_where_it_is_not_known() {
    let rows = fixture("colour-rows.safetensors");
    let options = |size| ImportOptions { size, activation: Some(Activation::Tanh), ..of_colours() };
    let asked = problem("rows", &rows, &options(None));
    assert!(matches!(asked, ImportProblem::NoSize { inputs: 270 }), "{asked:?}");
    let asked = problem("rows", &rows, &options(Some(ImageSize::new(10, 9))));
    assert!(matches!(asked, ImportProblem::Size { size: [10, 9, 1], inputs: 270 }), "{asked:?}");
    // The other order is another network, and no error.
    let pixels = ImageSize { colours: Some(ColourOrder::Pixels), ..PLANES };
    let one = exchange::import("rows", &rows, &options(Some(PLANES))).unwrap().saved;
    let other = exchange::import("rows", &rows, &options(Some(pixels))).unwrap().saved;
    assert_eq!((one.weights[0].weight[4 * 3], one.shape()), (other.weights[0].weight[4], other.shape()));
    // A convolution takes planes, and a grey one no colours.
    for (file, size) in [("colours.safetensors", pixels), ("colours.onnx", pixels), ("colour-rows.onnx", pixels)] {
        let found = problem(file, &fixture(file), &options(Some(size)));
        let ImportProblem::Contradiction { option, given, found } = found else { panic!("{found:?}") };
        assert_eq!((option, given.as_str(), found.as_str()), ("--size", "10x9x3", "3x10x9"), "{file}");
    }
    let eight = ImageSize { height: 8, width: 8, ..PLANES };
    let found = problem(
        "stages.safetensors",
        &fixture("stages.safetensors"),
        &ImportOptions { activation: Some(Activation::Relu), ..options(Some(eight)) },
    );
    assert!(matches!(found, ImportProblem::Contradiction { .. }), "{found:?}");
}

/// The options of the fixtures in colour.
fn of_colours() -> ImportOptions {
    let classes = Some(["apple", "leaf", "sky"].map(String::from).to_vec());
    ImportOptions { scale: Some(255.0), classes, ..ImportOptions::default() }
}

#[test]
fn what_a_file_does_not_say_is_asked_for() {
    let none = ImportOptions::default();
    let bytes = fixture("relu.safetensors");
    let ask = |options: &ImportOptions| problem("relu.safetensors", &bytes, options);
    assert!(matches!(ask(&none), ImportProblem::NoActivation));
    let mut options = ImportOptions { activation: Some(Activation::Relu), ..none.clone() };
    assert!(matches!(ask(&options), ImportProblem::NoScale { max_value: 16 }));
    options.scale = Some(16.0);
    assert!(matches!(ask(&options), ImportProblem::NoClasses { classes: 10 }));
    options.classes = Some(vec!["0".into(), "1".into()]);
    assert!(matches!(ask(&options), ImportProblem::ClassCount { found: 2, expected: 10 }));
    options.classes = Some(vec!["0".into(); 10]);
    assert!(matches!(ask(&options), ImportProblem::SameClass { .. }));
    options.classes = Some((0..10).map(|class| class.to_string()).collect());
    options.size = Some(ImageSize::new(6, 8));
    assert!(matches!(ask(&options), ImportProblem::Size { size: [6, 8, 1], inputs: 64 }));
    options.size = Some(ImageSize::new(4, 16));
    let imported = exchange::import("relu.safetensors", &bytes, &options).unwrap();
    assert_eq!(imported.network.takes(), "4x16 pixels, 0 to 255 as in the training images, row after row");

    let (linear, size) = (network_of(&[(6, 3)], 0.5), ImportOptions { scale: Some(1.0), ..none.clone() });
    assert!(matches!(problem("f", &linear, &size), ImportProblem::NoSize { inputs: 6 }));
}

#[test]
fn pixels_that_were_standardised_outside_of_the_file_are_scaled_by_options() {
    // (pixels / 16 - 0.25) / 0.5, as PyTorch's Normalize has it.
    let (bytes, given) = (network_of(&[(64, 2)], 0.5), ["a", "b"].map(String::from).to_vec());
    let options = |scale, offset| ImportOptions { scale, offset, classes: Some(given.clone()), ..Default::default() };
    let network = |options| exchange::import("file", &bytes, &options).unwrap().network;
    let found = network(options(Some(8.0), Some(-0.5)));
    let layer = found.dense().next().unwrap();
    assert_eq!((found.input.scale, found.input.max_value), (16.0, 16));
    assert!(layer.weight.iter().all(|&weight| weight == 1.0) && layer.bias == [-16.0; 2], "{:?}", layer.bias);
    let plain = network(options(Some(8.0), None));
    assert_eq!((plain.input.scale, &plain.dense().next().unwrap().weight), (8.0, &vec![0.5; 128]));
}

#[test]
fn options_that_contradict_a_file_are_refused() {
    let contradicted = |file: &str, options: ImportOptions| match problem(file, &fixture(file), &options) {
        ImportProblem::Contradiction { option, given, found } => (option, given, found),
        other => panic!("{other:?}"),
    };
    let none = ImportOptions::default;
    let activation = ImportOptions { activation: Some(Activation::Tanh), scale: Some(1.0), ..none() };
    assert_eq!(contradicted("standard.skops", activation), ("--activation", "tanh".into(), "relu".into()));
    let scale = ImportOptions { scale: Some(16.0), ..none() };
    assert_eq!(contradicted("bytes.onnx", scale), ("--scale", "16".into(), "1".into()));
    let size = ImportOptions { size: Some(ImageSize::new(4, 16)), scale: Some(1.0), ..none() };
    assert_eq!(contradicted("softmax.onnx", size), ("--size", "4x16".into(), "8x8".into()));

    let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model").unwrap()).unwrap();
    let bytes = exchange::write(&Network::new("recipe", &saved), Format::Onnx).unwrap();
    for options in [
        ImportOptions { scale: Some(3.0), ..none() },
        ImportOptions { offset: Some(3.0), ..none() },
        ImportOptions { size: Some(ImageSize::new(4, 16)), ..none() },
        ImportOptions { activation: Some(Activation::Tanh), ..none() },
    ] {
        assert!(matches!(problem("recipe.onnx", &bytes, &options), ImportProblem::Contradiction { .. }));
    }
    let names: Vec<String> = ('a'..='j').map(String::from).collect();
    let renamed = exchange::import("recipe.onnx", &bytes, &ImportOptions { classes: Some(names.clone()), ..none() });
    assert_eq!(renamed.unwrap().saved.classes, names);
}

#[test]
fn other_networks_are_refused_by_name() {
    let scale = ImportOptions { scale: Some(1.0), activation: Some(Activation::Relu), ..ImportOptions::default() };
    let refused = |file: &str| problem(file, &fixture(file), &scale);
    let node = |file: &str| match refused(file) {
        ImportProblem::Node { operator, .. } => operator,
        other => panic!("{other:?}"),
    };
    let no_activation = ImportOptions { activation: None, ..scale.clone() };
    assert_eq!(node("leaky.onnx"), "LeakyRelu");
    assert_eq!(node("normalised.onnx"), "LayerNormalization");
    assert!(matches!(refused("erf.onnx"), ImportProblem::ExactGelu { .. }));
    let mixed = problem(
        "mixed.onnx",
        &fixture("mixed.onnx"),
        &ImportOptions { activation: Some(Activation::Tanh), ..scale.clone() },
    );
    assert!(matches!(mixed, ImportProblem::Activations { found: [Activation::Tanh, Activation::Relu] }), "{mixed:?}");
    let convolution = refused("convolution.safetensors");
    assert!(matches!(&convolution, ImportProblem::Array { name, shape } if name == "0.weight" && shape.len() == 4));

    let estimator = archive(&[("schema.json", r#"{"__class__": "RandomForestClassifier", "content": {}}"#)]);
    assert!(
        matches!(problem("f", &estimator, &scale), ImportProblem::Object { name } if name == "RandomForestClassifier")
    );
    let untrained =
        r#"{"__class__": "MLPClassifier", "content": {"content": {"activation": {"content": "\"relu\""}}}}"#;
    let untrained = problem("f", &archive(&[("schema.json", untrained)]), &no_activation);
    assert!(matches!(&untrained, ImportProblem::Missing { name } if name == "MLPClassifier.coefs_"), "{untrained:?}");
    assert!(matches!(problem("f", &archive(&[("schema.json", "{")]), &scale), ImportProblem::Damaged { .. }));
}

#[test]
fn a_scaler_of_other_values_than_the_inputs_is_an_error() {
    let array = |shape: &str, numbers: usize| {
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}");
        [
            b"\x93NUMPY\x01\x00".as_slice(),
            &(header.len() as u16).to_le_bytes(),
            header.as_bytes(),
            &vec![0; 4 * numbers],
        ]
        .concat()
    };
    let node = |file: &str| format!("{{\"file\": \"{file}.npy\"}}");
    let scaler = format!(
        "{{\"__class__\": \"StandardScaler\", \"content\": {{\"content\": {{\"mean_\": {}, \"scale_\": {}}}}}}}",
        node("3"),
        node("2")
    );
    let step = format!("{{\"content\": [0, {scaler}]}}");
    let schema = format!(
        "{{\"__class__\": \"Pipeline\", \"content\": {{\"content\": {{\"steps\": {{\"content\": [{step}, {step}]}}}}}}}}"
    );
    let (two, three) = (array("2,", 2), array("3,", 3));
    let files = [("schema.json", schema.as_bytes()), ("2.npy", &two[..]), ("3.npy", &three[..])];
    let options = ImportOptions { scale: Some(1.0), ..ImportOptions::default() };
    let found = problem("f", &archive(&files), &options);
    assert!(matches!(&found, ImportProblem::Inputs { inputs: 2, values: 3, .. }), "{found:?}");
}

#[test]
fn files_that_could_run_code_are_not_opened() {
    let none = ImportOptions::default();
    assert!(matches!(problem("network.pkl", b"\x80\x04\x95", &none), ImportProblem::Pickle));
    assert!(matches!(problem("network.joblib", b"\x78\x5e", &none), ImportProblem::Pickle));
    assert!(matches!(problem("network.joblib.gz", b"\x1f\x8b", &none), ImportProblem::Pickle));
    assert!(matches!(problem("network.pth", b"\x80\x02\x8a", &none), ImportProblem::Torch));
    assert!(matches!(problem("network.pt", &archive(&[("network/data.pkl", "")]), &none), ImportProblem::Torch));
    assert!(matches!(problem("network.keras", &archive(&[("model.weights.h5", "")]), &none), ImportProblem::Keras));
    assert!(matches!(problem("network.h5", b"\x89HDF\r\n\x1a\n", &none), ImportProblem::Keras));
    let model = std::fs::read("examples/recipe.model").unwrap();
    assert!(matches!(problem("recipe.model", &model, &none), ImportProblem::Model));
    for bytes in [&b""[..], b"text", b"{}", &[0; 100], &archive(&[("notes.txt", "")])] {
        assert!(matches!(problem("file", bytes, &none), ImportProblem::Format), "{bytes:?}");
    }
    assert!(matches!(problem("network.onnx", b"text", &none), ImportProblem::Damaged { format: "ONNX", .. }));
}

#[test]
fn numbers_and_sizes_that_no_network_here_has_are_refused() {
    let options = |height, width| ImportOptions {
        size: Some(ImageSize::new(height, width)),
        scale: Some(1.0),
        activation: Some(Activation::Relu),
        classes: Some(vec!["a".into(), "b".into()]),
        ..ImportOptions::default()
    };
    let wide = network_of(&[(4, 5000), (5000, 2)], 0.5);
    let limit = exchange::import("wide", &wide, &options(2, 2)).unwrap_err();
    assert!(
        matches!(limit.problem, ImportProblem::Limit { .. }) && limit.to_string().contains("model.hidden"),
        "{limit}"
    );
    let infinite = network_of(&[(4, 2)], f32::INFINITY);
    assert!(matches!(problem("f", &infinite, &options(2, 2)), ImportProblem::NotFinite));
    let apart = network_of(&[(4, 3), (5, 2)], 0.5);
    assert!(matches!(problem("f", &apart, &options(2, 2)), ImportProblem::Order { .. }));
    assert!(matches!(problem("f", &network_of(&[], 0.5), &options(2, 2)), ImportProblem::NoLayers));
    assert!(exchange::import("f", &network_of(&[(4, 3), (3, 2)], 0.5), &options(2, 2)).is_ok());
}

#[test]
fn damaged_files_are_errors() {
    let options = ImportOptions { scale: Some(1.0), activation: Some(Activation::Relu), ..ImportOptions::default() };
    for file in ["standard.skops", "arrays.npz", "two.onnx", "bytes.onnx", "relu.safetensors"] {
        let bytes = fixture(file);
        for end in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
            assert!(exchange::import(file, &bytes[..end], &options).is_err(), "{file}, {end} bytes");
        }
        // Any byte may be another; nothing panics.
        for place in (0..bytes.len()).step_by(bytes.len() / 300 + 1) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0x55;
            let _ = exchange::import(file, &bytes, &options);
        }
    }
}

/// safetensors of linear layers, whose numbers are all the same.
fn network_of(layers: &[(usize, usize)], number: f32) -> Vec<u8> {
    let tensors: Vec<(String, Vec<usize>, Vec<u8>)> = layers
        .iter()
        .enumerate()
        .map(|(index, &(inputs, outputs))| {
            (format!("{index}.weight"), vec![outputs, inputs], number.to_le_bytes().repeat(inputs * outputs))
        })
        .collect();
    let views =
        tensors.iter().map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

/// A zip archive.
fn archive(files: &[(&str, impl AsRef<[u8]>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, zip::write::FileOptions::default()).unwrap();
        archive.write_all(content.as_ref()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
