//! `chiffres export`: a run's network as a file for other programs.

use super::{Place, text};

#[test]
fn a_run_is_exported_and_read_back() {
    let place = Place::new();
    place.train(&[]);
    for (format, file, code) in [
        ("onnx", "mlp.onnx", "session = onnxruntime.InferenceSession(\"mlp.onnx\")"),
        ("c", "mlp.h", "#include \"mlp.h\""),
        ("rust", "mlp.rs", "#[path = \"mlp.rs\"]"),
        ("js", "mlp.mjs", "import { classify } from \"./mlp.mjs\";"),
        ("sklearn", "mlp.npz", "arrays = np.load(\"mlp.npz\")"),
        ("pytorch", "mlp.safetensors", "model.load_state_dict(load_file(\"mlp.safetensors\"), strict=True)"),
    ] {
        let output = place.run(&["export", "mlp", "--to", format]);
        let (usage, notes) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{notes}");
        assert!(notes.starts_with("read back: 797 of 797 labels, "), "{notes}");
        assert!(notes.contains(&format!("{file} written, ")), "{notes}");
        assert!(usage.contains(code), "{usage}");
        let bytes = place.file(file);
        assert_eq!(
            place.ok(&["export", "artifacts/mlp/model", "--to", format]),
            usage,
            "an earlier export is replaced"
        );
        assert_eq!(place.file(file), bytes, "the same bytes");
    }
    let notes = text(&place.run(&["export", "mlp", "--to", "c"]).stderr);
    let needs = "needs: 4,540 bytes of flash for the weights, about 316 bytes of RAM, 1,110 multiply-adds an image\n";
    assert!(notes.contains(needs), "{notes}");

    let notes = text(&place.run(&["export", "mlp", "--to", "c", "--int8"]).stderr);
    assert!(notes.starts_with("read back: 797 of 797 labels, "), "{notes}");
    assert!(
        notes.contains("\n8 bits: 79") && notes.contains(" of 797 labels as before, probabilities differ by up to 0."),
        "{notes}"
    );
    assert!(notes.contains("\nneeds: 1,310 bytes of flash for the weights, about 316 bytes of RAM, "), "{notes}");
    assert!(text(&place.file("mlp.h")).contains("static const signed char mlp_weight8_0[960] MLP_FLASH"));
    let note = place.fails(2, &["export", "mlp", "--to", "js", "--int8"]);
    assert!(note.starts_with("error: JavaScript is not written with weights of 8 bits, only C is\nhint: "), "{note}");
}

#[test]
fn a_card_has_the_figures_of_the_test_images() {
    let place = Place::new();
    let errors = place.train_report(&[])["errors"].clone();
    let output = place.run(&["export", "mlp", "--to", "card"]);
    assert!(text(&output.stderr).starts_with("mlp.md written, ") && output.stdout.is_empty());
    let card = text(&place.file("mlp.md"));
    assert!(card.contains(&format!("{errors} errors of 797 test images")), "{errors} {card}");
    place.ok(&["export", "mlp", "--to", "card"]);
    place.put("mlp.md", "my notes");
    place.fails(2, &["export", "mlp", "--to", "card"]);
}

#[test]
fn what_a_format_cannot_hold_is_refused_by_name() {
    let place = Place::new();
    place.train(&["--set", "model.activation=gelu", "--name", "gelu"]);
    let note = place.fails(2, &["export", "gelu", "--to", "sklearn"]);
    assert!(note.starts_with("error: scikit-learn has no activation gelu\nhint: "), "{note}");
    place.train(&["--set", "prediction.variants=true", "--name", "five"]);
    let note = place.fails(2, &["export", "five", "--to", "pytorch"]);
    assert!(note.starts_with("error: PyTorch holds one reading of an image, "), "{note}");
    let output = place.run(&["export", "five", "--to", "js"]);
    assert!(text(&output.stderr).starts_with("read back: 797 of 797 labels, "), "{}", text(&output.stderr));
    assert_eq!(place.files("."), ["artifacts", "config", "five.mjs"]);
}

#[test]
fn another_file_is_not_replaced() {
    let place = Place::new();
    place.train(&[]);
    place.put("mlp.onnx", "my notes");
    let note = place.fails(2, &["export", "mlp", "--to", "onnx"]);
    assert_eq!(note, "error: mlp.onnx exists already\nhint: choose another name, or remove it first\n");
    assert_eq!(place.file("mlp.onnx"), b"my notes");
    place.fails(1, &["export", "mlp", "--to", "js", "-o", "nowhere/mlp.mjs"]);
    assert_eq!(place.files("."), ["artifacts", "config", "mlp.onnx"], "nothing else was written");
}

#[test]
fn a_network_without_its_images_is_compared_on_random_ones() {
    let place = Place::new();
    let table = |ink: u8| (0..20).map(|i| format!("{},{i},{}\n", i % 2, ink * (i % 2))).collect::<String>();
    place.put("images.csv", table(9));
    let data = "[data]\nsource = \"csv\"\npath = \"images.csv\"\nlabel = 0\nsize = [1, 2]\ntrain = 16\n";
    place.put("table.toml", format!("name = \"table\"\n{data}[training]\nepochs = 3\nbatch_size = 5\n"));
    place.ok(&["train", "table.toml", "--device", "flex", "--progress", "none"]);
    let notes = text(&place.run(&["export", "table", "--to", "onnx"]).stderr);
    assert!(notes.starts_with("read back: 4 of 4 labels, "), "{notes}");

    std::fs::rename(place.path("images.csv"), place.path("moved.csv")).unwrap();
    let notes = text(&place.run(&["export", "table", "--to", "onnx"]).stderr);
    assert!(notes.starts_with("read back: 500 of 500 labels of random images, "), "{notes}");
    assert!(notes.contains("\nnote: the test images could not be read: images.csv"), "{notes}");
    let notes = text(&place.run(&["export", "table", "--to", "onnx", "--data", "moved.csv"]).stderr);
    assert!(notes.starts_with("read back: 4 of 4 labels, "), "{notes}");
    place.fails(1, &["export", "table", "--to", "onnx", "--data", "nowhere.csv"]);
    let notes = text(&place.run(&["export", "table", "--to", "card"]).stderr);
    assert!(notes.contains("note: the test images could not be read"), "{notes}");
    assert!(text(&place.file("table.md")).contains("The test images were missing"));

    place.put("images.csv", table(8));
    let notes = text(&place.run(&["export", "table", "--to", "onnx"]).stderr);
    assert!(notes.contains("\nnote: the images are not those of training"), "{notes}");
    place.ok(&["export", "table", "--to", "card"]);
    assert!(text(&place.file("table.md")).contains("**These are not the test images of training**: some were added"));
    let notes = text(&place.run(&["export", "table", "--to", "card", "--data", "images.csv"]).stderr);
    assert!(
        notes.contains("note: the figures are those of images.csv, which are not the images of training"),
        "{notes}"
    );
    assert!(text(&place.file("table.md")).contains("**These are not the test images of training**, but others"));
}
