//! `chiffres import`: a network of another program as a model file.

use super::{Place, text};

/// A place with a network of scikit-learn, which is imported as `network.model`.
fn imported() -> Place {
    let place = Place::new();
    place.put("network.skops", std::fs::read("tests/fixtures/imports/standard.skops").unwrap());
    place.ok(&["import", "network.skops", "--scale", "1"]);
    place
}

#[test]
fn a_network_comes_in_as_a_model_file() {
    let place = Place::new();
    place.put("network.skops", std::fs::read("tests/fixtures/imports/standard.skops").unwrap());
    let note = place.fails(2, &["import", "network.skops"]);
    let ask = "error: network.skops: it does not say how pixels become its inputs\nhint: add --scale 16 if ";
    assert!(note.starts_with(ask), "{note}");
    let output = place.run(&["import", "network.skops", "--scale", "1"]);
    let (summary, notes) = (text(&output.stdout), text(&output.stderr));
    for line in [
        "network     64 -> 4 -> 10 (relu), 310 parameters\n",
        "images      8x8 pixels, 0 (paper) to 16 (ink), row after row\n",
        "classes     0, 1, 2, 3, 4, 5, 6, 7, 8, 9\n",
    ] {
        assert!(summary.contains(line), "{summary}");
    }
    assert!(
        summary.starts_with("written by  scikit-learn ") && notes.starts_with("network.model written; "),
        "{notes}"
    );
    place.ok(&["import", "network.skops", "--scale", "1"]);
    place.fails(1, &["import", "nowhere.skops"]);
    place.fails(2, &["import", "network.skops", "--scale", "0"]);
    place.fails(2, &["import", "network.skops", "--size", "8"]);
    assert_eq!(place.files("."), ["config", "network.model", "network.skops"]);
}

#[test]
fn an_imported_network_is_evaluated_on_images_that_are_named() {
    let place = imported();
    let note = place.fails(2, &["evaluate", "network.model"]);
    assert!(note.starts_with("error: the network was imported from network.skops: "), "{note}");
    place.ok(&["data", "export", "mlp", "--to", "npz", "digits.npz"]);
    let judged = place.ok(&["evaluate", "network.model", "--data", "digits.npz"]);
    assert!(
        judged.contains("797 test images in digits.npz") && judged.contains("does not say which images"),
        "{judged}"
    );
    place.ok(&["errors", "network.model", "--data", "digits.npz"]);
}

#[test]
fn doubt_about_the_answers_of_an_imported_network_is_not_known() {
    let place = imported();
    let picture = std::fs::canonicalize("tests/fixtures/handwriting").unwrap();
    let picture = std::fs::read_dir(picture).unwrap().next().unwrap().unwrap().path();
    let output = place.run(&["predict", "network.model", picture.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let note = "note: doubt is not known: network.skops, which the network was imported from, has no training images\n";
    assert_eq!(text(&output.stderr), note);
    let note = place.fails(2, &["predict", "network.model", "7"]);
    assert!(note.contains("name images by --data PATH"), "{note}");
    place.ok(&["data", "export", "mlp", "--to", "npz", "digits.npz"]);
    place.ok(&["predict", "network.model", "7", "--data", "digits.npz"]);
}

#[test]
fn an_imported_network_says_where_it_comes_from() {
    let place = imported();
    let output = place.run(&["show", "--neurons", "network.model"]);
    let notes = text(&output.stderr);
    assert!(notes.starts_with("imported from network.skops, written by scikit-learn "), "{notes}");
    assert!(text(&output.stdout).contains("neuron 3"));
    let output = place.run(&["export", "network.model", "--to", "card"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let card = text(&place.file("network.md"));
    assert!(card.contains("Imported from network.skops") && !card.contains("Make it again"), "{card}");
}

#[test]
fn an_imported_network_is_neither_verified_nor_resumed() {
    let place = imported();
    for command in [&["verify", "network.model"][..], &["train", "--resume", "network.model"]] {
        let note = place.fails(2, command);
        assert!(note.starts_with("error: network.model was imported from network.skops: its training "), "{note}");
    }
}

#[test]
fn only_an_imported_network_is_replaced() {
    let place = imported();
    place.train(&[]);
    let model = place.file("artifacts/mlp/model");
    for file in ["network.skops", "artifacts/mlp/model"] {
        let note = place.fails(2, &["import", "network.skops", "--scale", "1", "-o", file]);
        assert!(note.contains("exists already"), "{note}");
    }
    assert_eq!(place.file("artifacts/mlp/model"), model);
}
