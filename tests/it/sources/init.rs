//! `chiffres init`, and networks for the user's own images.

use std::fs;

use image::{GrayImage, Luma, Rgb, RgbImage};
use insta::assert_snapshot;
use serde_json::Value;

use chiffres::config::Column;
use chiffres::native::detect::detect;

use super::any_bytes::npy;
use super::colour::colour_png;
use super::{grey_png, png};
use crate::cli::{Place, text};
use crate::digits;

/// Pictures of 28x28 pixels with a bar or a dash on them, somewhere near the middle.
fn bars_and_dashes(place: &Place, folder: &str) {
    for i in 0..20u32 {
        let (dx, dy) = (i % 5, i / 5);
        let bar = |x: u32, y: u32| (11 + dx..14 + dx).contains(&x) && (3 + dy..24).contains(&y);
        let draw = |ink: &dyn Fn(u32, u32) -> bool| {
            png(&GrayImage::from_fn(28, 28, |x, y| Luma([if ink(x, y) { 220 - i as u8 } else { 0 }])))
        };
        place.put(&format!("{folder}/bar/{i:02}.png"), draw(&bar));
        place.put(&format!("{folder}/dash/{i:02}.png"), draw(&|x, y| bar(y, x)));
    }
}

#[test]
fn a_network_for_pictures_of_ones_own_is_four_commands() {
    let place = Place::new();
    bars_and_dashes(&place, "shapes");
    assert_snapshot!("init_folder", place.ok(&["init", "shapes"]));
    place.ok(&["config", "check", "shapes.toml"]);
    place.ok(&["data", "check", "shapes.toml"]);
    let printed =
        place.ok(&["train", "shapes.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=30"]);
    assert!(printed.contains("0 errors of 8 images"), "{printed}");

    // All commands name the classes.
    assert!(printed.contains("bar") && printed.contains("dash"), "{printed}");
    let shown = place.ok(&["show", "0", "39", "--config", "shapes.toml"]);
    assert!(
        shown.starts_with("image 0: bar  (shapes/bar/00.png)\n")
            && shown.contains("\nimage 39: dash  (shapes/dash/19.png)\n"),
        "{shown}"
    );
    let answer = place.ok(&["predict", "shapes", "shapes/dash/03.png", "--device", "flex"]);
    assert!(answer.starts_with("shapes/dash/03.png: dash ("), "{answer}");
    assert!(answer.contains("\u{2588}\u{2588}"), "{answer}");
    let answer = place.ok(&["predict", "shapes", "0", "--device", "flex"]);
    assert!(answer.starts_with("image 0: bar (") && answer.contains("target bar: right"), "{answer}");
    let line: Value = serde_json::from_str(&place.ok(&["predict", "shapes", "shapes/bar/00.png", "--json"])).unwrap();
    assert_eq!((&line["label"], line["pixels"].as_array().unwrap().len()), (&"bar".into(), 784));
    let verdict = place.ok(&["evaluate", "shapes", "--device", "flex"]);
    assert!(verdict.contains("bar") && verdict.contains("dash"), "{verdict}");
    let explained = place.ok(&["predict", "shapes", "shapes/bar/00.png", "--explain", "--device", "flex"]);
    assert!(explained.contains("nearest training images"), "{explained}");

    // A network that has hardly learnt makes mistakes, and they are named too.
    let args = ["train", "shapes.toml", "--name", "fresh", "--device", "flex", "--progress", "none"];
    place.ok(&[&args[..], &["--set", "training.epochs=1", "--set", "optimizer.learning_rate=1e-9"]].concat());
    let errors = place.ok(&["errors", "fresh", "--device", "flex"]);
    assert!(errors.contains("bar read as dash") || errors.contains("dash read as bar"), "{errors}");

    // Pictures of another size are resized, as by `predict`, and that is said.
    place.put("small/bar/1.png", grey_png(8, 8, 1));
    place.put("small/dash/1.png", grey_png(8, 8, 2));
    for i in 2..20 {
        place.put(&format!("small/bar/{i}.png"), grey_png(8, 8, i));
        place.put(&format!("small/dash/{i}.png"), grey_png(8, 8, 100 + i));
    }
    let judged = place.ok(&["evaluate", "shapes", "--data", "small"]);
    assert!(
        judged.starts_with(
            "judged    all 38 images in small\nresized   to 28x28, as predict does: small/bar/1.png is 8x8\n"
        ),
        "{judged}"
    );
    fs::rename(place.path("shapes"), place.path("moved")).unwrap();
    let judged = place.ok(&["evaluate", "shapes", "--data", "moved", "--device", "flex"]);
    assert_eq!(
        judged,
        format!("judged    the 8 test images of training, now in moved; 32 others are not judged\n\n{verdict}")
    );
    let note = place.fails(1, &["evaluate", "shapes"]);
    assert!(note.starts_with("error: shapes: cannot be read: "), "{note}");
}

#[test]
fn a_network_for_small_grey_values_reads_pictures_too() {
    let place = Place::new();
    let printed = place.ok(&["data", "export", "config/mlp.toml", "--to", "csv", "out"]);
    let plain = printed.replace("preprocess = \"digit\"", "scale = 16");
    assert_ne!(plain, printed);
    place.put("out.toml", format!("name = \"out\"\n{plain}\n"));
    place.ok(&["train", "out.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=40"]);
    // An image of the table as a picture: 16 becomes 255.
    let digits = digits();
    let image = digits.image(1000).unwrap();
    let pixels = image.pixels.iter().map(|&value| (u32::from(value) * 255 / 16) as u8).collect();
    place.put("picture.png", png(&GrayImage::from_raw(8, 8, pixels).unwrap()));
    let answer = |args: &[&str]| -> Value {
        serde_json::from_str(&place.ok(&[&["predict", "out", "--json", "--device", "flex"], args].concat())).unwrap()
    };
    let (picture, row) = (answer(&["picture.png"]), answer(&["1000"]));
    let found: Vec<u64> = picture["pixels"].as_array().unwrap().iter().map(|value| value.as_u64().unwrap()).collect();
    assert_eq!(found, image.pixels.iter().map(|&value| u64::from(value)).collect::<Vec<_>>());
    assert_eq!(picture["probabilities"], row["probabilities"]);
}

#[test]
fn a_network_trained_on_exported_digits_reads_photographs_of_them() {
    let place = Place::new();
    let train = |config: &str| {
        place.ok(&["train", config, "--device", "flex", "--progress", "none", "--set", "training.epochs=40"]);
    };
    let picture = std::env::current_dir().unwrap().join("tests/fixtures/handwriting/3-paper8135.jpg");
    let read = |run: &str| place.json(&["predict", run, picture.to_str().unwrap(), "--json", "--device", "flex"]);
    train("config/mlp.toml");
    let expected = read("mlp");
    let settings = fs::read_to_string("config/mlp.toml").unwrap().parse::<toml::Table>().unwrap();
    for format in ["csv", "npz", "idx"] {
        let printed = place.ok(&["data", "export", "config/mlp.toml", "--to", format, &format!("out-{format}")]);
        assert!(printed.contains("preprocess = \"digit\"") && !printed.contains("size"), "{printed}");
        let mut settings = settings.clone();
        settings.extend(printed.parse::<toml::Table>().unwrap());
        settings.insert("name".into(), format.into());
        place.put(&format!("{format}.toml"), toml::to_string(&settings).unwrap());
        train(&format!("{format}.toml"));
        assert_eq!(read(format), expected, "{format}");
    }
}

#[test]
fn a_configuration_is_written_for_any_source_and_trains() {
    let place = Place::new();
    for format in ["csv", "npz", "idx"] {
        place.ok(&["data", "export", "config/mlp.toml", "--to", format, &format!("digits-{format}")]);
    }
    place.put("digits.tsv", text(&place.file("digits-csv/train.csv")).replace(',', "\t"));
    fs::rename(place.path("digits-npz"), place.path("digits.npz")).unwrap();
    let header = text(&place.file("digits-csv/train.csv"));
    place.put("bare.csv", header.split_once('\n').unwrap().1);
    for path in ["digits-csv", "digits.npz", "digits-idx", "digits.tsv"] {
        let config = format!("{path}.toml");
        let written = place.ok(&["init", path, "-o", &config]);
        assert_eq!(format!("{}\n", text(&place.file(&config))), written);
        assert!(written.contains("preprocess = \"digit\" "), "{path}: {written}");
        // idx files have no groups.
        assert_eq!(written.contains("group = \"group\" "), path != "digits-idx", "{path}: {written}");
        place.ok(&["config", "check", &config]);
        place.ok(&["data", "check", &config]);
        let args = ["train", &config, "--device", "flex", "--progress", "none", "--json", "--set", "training.epochs=5"];
        let report = place.json(&args);
        let rate = report["error_rate"].as_f64().unwrap();
        assert!(rate < 0.5, "{path}: {rate}");
    }
    assert_snapshot!("init_csv", text(&place.file("digits.tsv.toml")));
    let note = place.fails(2, &["init", "digits-idx", "-o", "digits-idx.toml"]);
    assert!(note.starts_with("error: digits-idx.toml exists already\nhint: "), "{note}");
    place.put("notes.md", "no images");
    let note = place.fails(2, &["init", "notes.md"]);
    assert!(note.starts_with("error: notes.md is not a kind of file that images are read from\nhint: "), "{note}");
    place.put("notes.txt", "Dear diary,\ntoday no images.\n");
    let note = place.run(&["init", "notes.txt"]);
    assert!(!note.status.success() && !place.has("notes.toml"), "{}", text(&note.stderr));
    place.fails(2, &["init", "nowhere"]);
}

#[test]
fn photographs_of_digits_are_read_as_such() {
    let place = Place::new();
    let all = [
        "0-paper21028.jpg",
        "0-paper39220.jpg",
        "3-paper29765.jpg",
        "3-paper8135.jpg",
        "7-paper28219.jpg",
        "7-paper39088.jpg",
    ];
    let fixture = |name: &str| fs::read(format!("tests/fixtures/handwriting/{name}")).unwrap();
    for name in all {
        place.put(&format!("photos/{}/{name}", &name[..1]), fixture(name));
    }
    let written = place.ok(&["init", "photos"]);
    let line = written.lines().find(|line| line.starts_with("preprocess")).unwrap();
    assert!(line.starts_with("preprocess = \"digit\"") && line.contains("photographs of digits"), "{line}");
    assert!(written.contains("\nscale = 16.0 ") && !written.contains("\nsize = "), "{written}");
    place.ok(&["data", "check", "photos.toml"]);
    // A picture without a digit is read too, and then all are resized.
    place.put("photos/7/blank.png", grey_png(300, 200, 230));
    let written = place.ok(&["init", "photos", "-o", "with-blank.toml"]);
    assert!(written.contains("\nsize = ") && !written.contains("\npreprocess = "), "{written}");

    // Small images of one size stay as they are, and so do other classes.
    for name in ["0-mnist25285.png", "0-mnist5461.png", "3-mnist18477.png", "3-mnist53035.png"] {
        place.put(&format!("small/{}/{name}", &name[..1]), fixture(name));
    }
    for (i, name) in all.into_iter().enumerate() {
        place.put(&format!("letters/{}/{name}", ["a", "b"][i % 2]), fixture(name));
    }
    for path in ["small", "letters"] {
        let written = place.ok(&["init", path]);
        assert!(!written.contains("\npreprocess = "), "{written}");
    }
}

#[test]
fn a_configuration_names_groups_where_every_image_has_a_number_of_one() {
    let place = Place::new();
    let group = || detect(&place.path("arrays")).unwrap().group;
    let labels = |descr: &str| npy(descr, false, "2,", &[0, 1]);
    for part in ["train", "test"] {
        place.put(&format!("arrays/x_{part}.npy"), npy("|u1", false, "2, 1, 2", &[0, 1, 2, 3]));
        place.put(&format!("arrays/y_{part}.npy"), labels("|u1"));
        assert_eq!(group(), Column::default(), "{part}");
        place.put(&format!("arrays/group_{part}.npy"), labels("|u1"));
    }
    assert_eq!(group(), Column::Name("group".into()));
    place.put("arrays/group_test.npy", labels("|S1"));
    assert_eq!(group(), Column::default(), "letters are not numbers");
}

#[test]
fn larger_pictures_get_filters_and_tiny_ones_a_perceptron() {
    let place = Place::new();
    let put = |folder: &str, width: u32, height: u32| {
        for i in 0..12 {
            // Every third picture is upright.
            let (across, down) = if i % 3 == 0 { (height, width) } else { (width, height) };
            let picture =
                |red: u8| RgbImage::from_fn(across, down, |x, y| Rgb([red, (x * 5) as u8, (y * 3 + i) as u8]));
            place.put(&format!("{folder}/a/{i:02}.png"), colour_png(&picture(200)));
            place.put(&format!("{folder}/b/{i:02}.png"), colour_png(&picture(90)));
        }
    };
    put("photos", 48, 36);
    put("tiny", 8, 8);
    let init = |folder: &str| {
        let output = place.run(&["init", folder]);
        (text(&output.stdout), text(&output.stderr))
    };
    let (written, said) = init("photos");
    for line in [
        "size = [32, 32] ",
        "channels = 3 ",
        "fit = \"letterbox\" ",
        "filters = [8, 16] ",
        "# colour = [5.0, 0.2, 0.2]",
    ] {
        assert!(written.contains(line), "{line}: {written}");
    }
    assert!(written.contains("# 32x32x3 -> 16x16x8 -> 8x8x16 -> 32 -> 2"), "{written}");
    assert!(said.contains("pictures of another shape than data.size get bars"), "{said}");
    assert!(said.contains("\ntime        about ") && said.contains(" for all "), "{said}");
    let (written, _) = init("tiny");
    assert!(written.contains("channels = 3 ") && written.contains("# 192 -> 32 -> 2"), "{written}");
    assert!(!written.contains("filters") && !written.contains("fit = "), "{written}");
    // What the user gives stays.
    place.ok(&["init", "photos", "-o", "grey.toml", "--set", "data.channels=1", "--set", "data.fit=crop"]);
    let written = String::from_utf8(place.file("grey.toml")).unwrap();
    assert!(written.contains("channels = 1") && written.contains("fit = \"crop\""), "{written}");
    assert!(written.contains("32x32 -> 16x16x8"), "{written}");
}
