//! `chiffres predict`, on pictures and on images of the dataset.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use super::{Place, text};

/// A place with the network that scikit-learn trained, and pictures to classify.
fn place_with_pictures() -> Place {
    let place = Place::new();
    place.put_twin("twin");
    place.put("photos/7.png", fixture("handwriting/7-mnist24443.png"));
    place.put("photos/more/3.JPG", fixture("handwriting/3-paper8135.jpg"));
    place.put("photos/notes.txt", "not a picture");
    place
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(format!("tests/fixtures/{name}")).unwrap()
}

#[test]
fn pictures_are_read_from_files_folders_and_standard_input() {
    let place = place_with_pictures();
    assert_snapshot!("predict_pictures", place.ok(&["predict", "twin", "photos", "--device", "flex", "--top", "2"]));
    assert_snapshot!("explain", place.ok(&["predict", "twin", "photos/more/3.JPG", "--explain", "--device", "flex"]));

    let mut command = place.command(&["predict", "twin", "-", "--device", "flex", "--top", "1"]);
    let child = command.stdin(fs::File::open(place.path("photos/7.png")).unwrap()).output().unwrap();
    assert!(text(&child.stdout).starts_with("standard input: 7 ("), "{}", text(&child.stdout));

    let objects = place.json_lines(&["predict", "twin", "photos", "0", "--json", "--device", "flex"]);
    assert_eq!(objects.len(), 3);
    assert_eq!((&objects[0]["file"], &objects[0]["label"]), (&"photos/7.png".into(), &"7".into()));
    assert_eq!(objects[1]["file"], "photos/more/3.JPG");
    assert_eq!(objects[0]["pixels"].as_array().unwrap().len(), 64);
    assert_eq!(objects[0]["probabilities"].as_array().unwrap().len(), 10);
    assert!(objects[0]["confidence"].is_f64() && objects[0]["doubtful"].is_boolean());
    assert_eq!(objects[0]["doubts"].as_array().unwrap().is_empty(), !objects[0]["doubtful"].as_bool().unwrap());

    place.ok(&["predict", "twin", "photos/7.png", "--explain", "--png", "way.png", "--device", "flex"]);
    let sheet = image::load_from_memory(&place.file("way.png")).unwrap();
    assert!(sheet.width() > 600 && sheet.height() > 200, "{} x {}", sheet.width(), sheet.height());
}

#[test]
fn the_reading_network_needs_no_run_and_comes_after_a_run_of_its_name() {
    let place = place_with_pictures();
    let answer = |place: &Place| place.json_lines(&["predict", "reading", "photos", "--json", "--device", "flex"]);
    let labels = |answers: &[Value]| answers.iter().map(|answer| answer["label"].to_string()).collect::<Vec<_>>();
    let inside = answer(&place);
    assert_eq!(labels(&inside), ["\"7\"", "\"3\""]);

    // Its training images are not here; the references in its file explain.
    let explained = place.ok(&["predict", "reading", "photos/more/3.JPG", "--explain", "--device", "flex"]);
    assert!(explained.contains("stage 2") && explained.contains("3, reference "), "{explained}");

    place.put_twin("reading");
    assert_ne!(answer(&place)[0]["probabilities"], inside[0]["probabilities"]);

    // A run of this name that lacks a file is not passed over.
    std::fs::remove_file(place.path("reading")).unwrap();
    place.put("artifacts/reading/config.toml", "");
    let note = place.fails(1, &["predict", "reading", "photos"]);
    assert!(note.contains("artifacts/reading") && note.contains("run.json"), "{note}");
}

#[test]
fn answers_below_a_confidence_are_rejected() {
    let place = place_with_pictures();
    let answer = |least: &str| {
        let args = ["predict", "twin", "photos/7.png", "1000", "--json", "--device", "flex", "--reject-below", least];
        place.json_lines(&args).iter().map(|line| line["label"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(answer("0.05"), ["7", "1"]);
    assert_eq!(answer("99.9%"), ["?", "?"]);
    let printed = place.ok(&["predict", "twin", "1000", "--device", "flex", "--reject-below", "50%"]);
    assert!(
        printed.starts_with("image 1000: ? (not sure enough: 1 is 40.4 %, else 2 (30.6 %)), target 1"),
        "{printed}"
    );
}

#[test]
fn an_unreadable_picture_is_one_error_line_and_the_others_are_answered() {
    let place = place_with_pictures();
    let grey = |width: u32, height: u32, value: u8| {
        let mut file = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_pixel(width, height, image::Luma([value]));
        picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
        file.into_inner()
    };
    let photo = place.file("photos/more/3.JPG");
    let seven = place.file("photos/7.png");
    place.put("blank.png", grey(200, 200, 240));
    place.put("black.png", grey(200, 200, 0));
    place.put("one.png", grey(1, 1, 7));
    place.put("text.png", b"not a picture\n");
    place.put("empty.jpg", b"");
    place.put("cut.jpg", &photo[..photo.len() / 3]);
    place.put("cut.png", &seven[..seven.len() / 2]);
    place.put("head.png", &seven[..20]);
    place.put("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    // A bomb: the header promises 20,000 x 20,000 pixels, though the file has a few bytes.
    let mut bomb = grey(1, 1, 0);
    bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let mut checksum = flate2::Crc::new();
    checksum.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.sum().to_be_bytes());
    place.put("bomb.png", &bomb);

    let names = [
        "blank.png",
        "black.png",
        "one.png",
        "text.png",
        "empty.jpg",
        "cut.jpg",
        "cut.png",
        "head.png",
        "phone.heic",
        "bomb.png",
        "nowhere.png",
        "photos/7.png",
    ];
    let args: Vec<&str> = ["predict", "twin"].into_iter().chain(names).chain(["--device", "flex"]).collect();
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("photos/7.png: 7 ("), "{}", text(&output.stdout));
    assert_snapshot!("predict_bad_pictures", text(&output.stderr));

    let json = place.run(&[&args[..], &["--json"]].concat());
    let lines: Vec<Value> = text(&json.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), names.len(), "a line for each");
    assert!(lines[..11].iter().all(|line| line["error"].is_string()) && lines[11]["label"] == "7");
}

#[test]
fn predict_prints_json_objects_with_their_keys() {
    let place = Place::new();
    place.put_twin("twin");
    let objects = place.json_lines(&["predict", "twin", "0", "1000", "--json", "--device", "flex"]);
    assert_eq!(objects.len(), 2);
    assert_eq!(
        (&objects[0]["index"], &objects[0]["target"], &objects[0]["split"]),
        (&0.into(), &"0".into(), &"train".into())
    );
    let sum: f64 = objects[1]["probabilities"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-5);
}

#[test]
fn a_picture_like_the_negative_of_the_training_images_is_doubtful_and_can_be_inverted() {
    let place = Place::new();
    place.put_case("paper-for-a-light-model");
    place.ok(&["init", "light.csv"]);
    place.ok(&["train", "light.toml", "--device", "flex", "--progress", "none"]);
    let pictures = ["bar", "cross", "ring", "tee"];
    for name in pictures {
        let picture = format!("{name}.png");
        let output = place.run(&["predict", "light", &picture]);
        let (answer, note) = (text(&output.stdout), text(&output.stderr));
        assert!(answer.contains("it looks like the negative of the training images: its border is light"));
        assert_eq!(note, "hint: predict --invert reads pictures as their negatives\n");
        let objects = place.json_lines(&["predict", "light", &picture, "--json"]);
        assert!(objects[0]["doubts"].to_string().contains("negative of"), "{}", objects[0]);

        let output = place.run(&["predict", "light", &picture, "--invert"]);
        let answer = text(&output.stdout);
        assert!(answer.starts_with(&format!("{picture}: {name} (")), "{answer}");
        assert!(!answer.contains("negative") && text(&output.stderr).is_empty(), "{answer}");
        place.put(&format!("paper/{name}/1.png"), place.file(&picture));
    }
    let note = place.fails(2, &["predict", "light", "0", "--invert"]);
    assert!(note.contains("--invert is for pictures, but an image of the dataset is read as it is"), "{note}");
    let judged = place.ok(&["evaluate", "light", "--data", "paper"]);
    assert!(judged.contains("doubtful  they look like negatives of the training images"), "{judged}");
}
