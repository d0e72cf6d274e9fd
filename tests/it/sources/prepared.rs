//! Images of arrays, tables and idx files go the way of pictures: `data.preprocess`.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use chiffres::Dataset;
use chiffres::error::Language;
use chiffres::native::source::{self, OpenOptions};
use image::ImageFormat;

use crate::cli::Place;

use super::{idx_bytes, names, npy, opened, pixels, reading};

/// MNIST's digits among the fixtures, 28x28 grey values each, with their labels; they are also in the folder `mnist`.
fn mnist_digits(place: &Place) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut files: Vec<_> = fs::read_dir("tests/fixtures/handwriting").unwrap().map(|entry| entry.unwrap()).collect();
    files.sort_by_key(|entry| entry.file_name());
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for entry in files {
        let name = entry.file_name().into_string().unwrap();
        if name.contains("mnist") {
            let bytes = fs::read(entry.path()).unwrap();
            let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap().into_luma8();
            assert_eq!(picture.dimensions(), (28, 28));
            images.push(picture.into_raw());
            labels.push(name.as_bytes()[0] - b'0');
            place.put(&format!("mnist/{}/{name}", &name[..1]), bytes);
        }
    }
    assert_eq!(images.len(), 20);
    (images, labels)
}

/// The same images as an idx folder, an archive of arrays, an array of shares of 1, and a table.
fn put_in_every_form(place: &Place, images: &[Vec<u8>], labels: &[u8]) {
    let all = images.concat();
    place.put("idx/train-images-idx3-ubyte", idx_bytes(&[images.len(), 28, 28], &all));
    place.put("idx/train-labels-idx1-ubyte", idx_bytes(&[labels.len()], labels));
    let count = labels.len();
    place.put("bytes/x.npy", npy("|u1", false, &format!("{count}, 784"), &all));
    place.put("bytes/y.npy", npy("|u1", false, &format!("{count},"), labels));
    let shares: Vec<u8> = all.iter().flat_map(|&value| (f32::from(value) / 255.0).to_le_bytes()).collect();
    place.put("shares/x.npy", npy("<f4", false, &format!("{count}, 28, 28"), &shares));
    place.put("shares/y.npy", npy("|u1", false, &format!("{count},"), labels));
    let row = |(image, label): (&Vec<u8>, &u8)| {
        let values: Vec<String> = image.iter().map(ToString::to_string).collect();
        format!("{label},{}\n", values.join(","))
    };
    let header: Vec<String> = (0..784).map(|pixel| format!("p{pixel}")).collect();
    let rows: String = images.iter().zip(labels).map(row).collect();
    place.put("table.csv", format!("label,{}\n{rows}", header.join(",")));
}

const FORMS: [(&str, &str); 4] = [("idx", "idx"), ("npz", "bytes"), ("npz", "shares"), ("csv", "table.csv")];

fn said(dataset: &Dataset) -> String {
    dataset.reading().sentences(Language::English).join("; ")
}

#[test]
fn images_of_every_source_become_digits_as_pictures_do() {
    let place = Place::new();
    let (images, labels) = mnist_digits(&place);
    put_in_every_form(&place, &images, &labels);
    let pictures = opened(&place, "folder", "mnist", "preprocess = \"digit\"");
    for (source, path) in FORMS {
        let dataset = opened(&place, source, path, "preprocess = \"digit\"");
        assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (8, 8, 16), "{path}");
        assert_eq!(pixels(&dataset), pixels(&pictures), "{path}");
        assert_eq!(names(&dataset), names(&pictures), "{path}");
        assert!(said(&dataset).contains("the digit on each 28x28 image is found"), "{path}: {}", said(&dataset));
        let settings = reading(&place, source, path, "preprocess = \"digit\"");
        assert_eq!((settings.data.scale, settings.data.reads_digits()), (16.0, true));
    }
}

#[test]
fn images_without_a_digit_are_left_out_and_named() {
    let place = Place::new();
    let (mut images, mut labels) = mnist_digits(&place);
    let whole = opened(&place, "folder", "mnist", "preprocess = \"digit\"");
    images.insert(3, vec![7; 784]);
    labels.insert(3, 9);
    put_in_every_form(&place, &images, &labels);
    for (source, path) in FORMS {
        let dataset = opened(&place, source, path, "preprocess = \"digit\"");
        assert_eq!((pixels(&dataset), names(&dataset)), (pixels(&whole), names(&whole)), "{path}");
        assert!(said(&dataset).contains("1 image left out: no digit was found ("), "{path}: {}", said(&dataset));
        // The images behind it keep their numbers.
        let number = if path == "table.csv" { "row 6" } else { "image 4" };
        let place_of_next = dataset.place(3).to_string();
        assert!(place_of_next.ends_with(number), "{place_of_next}");
    }
}

#[test]
fn digits_that_were_found_are_kept_for_the_next_time() {
    let place = Place::new();
    let (images, labels) = mnist_digits(&place);
    put_in_every_form(&place, &images, &labels);
    let cache = place.path("cache");
    let open = |path: &str, stroke: f64| {
        let made = AtomicUsize::new(0);
        let watch = |done: usize, _: usize| {
            made.fetch_max(done, Ordering::Relaxed);
        };
        let preprocessing = chiffres::preprocess::DigitPreprocessing { stroke, ..Default::default() };
        let preprocessing = Some(&preprocessing);
        let opening = OpenOptions { cache: Some(&cache), watch: &watch, preprocessing, ..OpenOptions::QUIET };
        let data = reading(&place, "idx", path, "preprocess = \"digit\"").data;
        (pixels(&source::open(&data, opening).unwrap()), made.into_inner())
    };
    let (first, made) = open("idx", 0.4);
    assert_eq!(made, 20);
    assert_eq!(open("idx", 0.4), (first.clone(), 0), "what was kept");
    let (other, made) = open("idx", 0.5);
    assert_eq!(made, 20, "other settings are computed anew");
    assert_ne!(other, first);
    let blank = [&images[..19], &[vec![0; 784]]].concat();
    place.put("idx/train-images-idx3-ubyte", idx_bytes(&[20, 28, 28], &blank.concat()));
    assert_eq!(open("idx", 0.4), (first[..19].to_vec(), 20), "other images, one without a digit");
    assert_eq!(open("idx", 0.4), (first[..19].to_vec(), 0));
}

#[test]
fn photographs_in_folders_are_read_as_predict_reads_them() {
    let place = Place::new();
    let preprocessing = chiffres::preprocess::DigitPreprocessing::default();
    let (mut expected, mut plain) = (Vec::new(), Vec::new());
    for (case, digit) in [("squared-paper", 2), ("boxed-digit", 4), ("boxed-digit", 5)] {
        let bytes = fs::read(format!("tests/fixtures/cases/{case}/{digit}.png")).unwrap();
        let picture =
            chiffres::native::pictures::read(format!("tests/fixtures/cases/{case}/{digit}.png").as_ref()).unwrap();
        expected.push(preprocessing.photograph(&picture).unwrap().pixels);
        plain.push(preprocessing.digit(&picture).map(|steps| steps.pixels));
        place.put(&format!("photos/{digit}/{case}.png"), bytes);
    }
    let data = reading(&place, "folder", "photos", "preprocess = \"digit\"").data;
    assert_eq!(pixels(&source::open(&data, OpenOptions::QUIET).unwrap()), expected);
    let differs = |(expected, plain): (Vec<u8>, Result<Vec<u8>, _>)| plain.map_or(true, |plain| plain != expected);
    assert!(expected.into_iter().zip(plain).any(differs), "rules and frames are not ink of the digit");
}

#[test]
fn a_network_of_digits_answers_about_larger_images_as_about_pictures() {
    let place = Place::new();
    let (images, labels) = mnist_digits(&place);
    put_in_every_form(&place, &images, &labels);
    place.put_twin("twin");
    let ask = |what: &str| -> Vec<serde_json::Value> {
        let printed = place.ok(&["predict", "twin", what, "--json", "--device", "flex"]);
        let answer = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["probabilities"].clone();
        printed.lines().map(answer).collect()
    };
    let pictures = ask("mnist");
    assert_eq!(pictures.len(), 20);
    let without_labels = |row: &str| row.split_once(',').unwrap().1.to_string() + "\n";
    let table = String::from_utf8(place.file("table.csv")).unwrap();
    place.put("plain.csv", table.lines().map(without_labels).collect::<String>());
    place.put("bare.csv", table.lines().skip(1).map(without_labels).collect::<String>());
    for file in ["idx/train-images-idx3-ubyte", "bytes/x.npy", "shares/x.npy", "table.csv", "plain.csv", "bare.csv"] {
        assert_eq!(ask(file), pictures, "{file}");
    }
    // Blank paper is answered about too, and said.
    place.put("blank.npy", npy("|u1", false, "2, 28, 28", &[images[0].as_slice(), &[9; 784]].concat()));
    let output = place.run(&["predict", "twin", "blank.npy", "--device", "flex"]);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(
        notes.contains("no digit was found on 1 image (blank.npy, image 1): its answer is about blank paper"),
        "{notes}"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}

#[test]
fn a_network_of_centred_digits_reads_photographs() {
    let place = Place::new();
    let (images, labels) = mnist_digits(&place);
    put_in_every_form(&place, &images, &labels);
    // MNIST's own images are centred already: they stay as they are, and files of bytes stay mapped.
    for (source, path) in FORMS {
        let dataset = opened(&place, source, path, "preprocess = \"centred\"");
        assert_eq!(pixels(&dataset), images, "{path}");
        assert!(!said(&dataset).contains("centred"), "{path}: {}", said(&dataset));
    }
    // As pictures they stay as they are, too.
    let pictures = opened(&place, "folder", "mnist", "preprocess = \"centred\"");
    assert_eq!((pixels(&pictures), pictures.max_value(), pictures.is_light()), (images.clone(), 255, false));
    // Digits that lie elsewhere, dark on light, are brought to the middle.
    let moved: Vec<Vec<u8>> = images.iter().map(|image| elsewhere(image)).collect();
    place.put("moved/x.npy", npy("|u1", false, "20, 36, 40", &moved.concat()));
    place.put("moved/y.npy", npy("|u1", false, "20,", &labels));
    let dataset = opened(&place, "npz", "moved", "preprocess = \"centred\"");
    assert!(said(&dataset).contains("found and centred in 28x28"), "{}", said(&dataset));
    for (found, image) in pixels(&dataset).iter().zip(&images) {
        let difference: f64 = found.iter().zip(image).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / 784.0;
        assert!(difference < 20.0, "{difference}");
    }

    // A network that has learnt MNIST's images reads these digits wherever they lie.
    put_in_every_form(&place, &images, &labels);
    for kind in ["images-idx3-ubyte", "labels-idx1-ubyte"] {
        place.put(&format!("idx/t10k-{kind}"), place.file(&format!("idx/train-{kind}")));
    }
    place.put(
        "centred.toml",
        "[data]\nsource = \"idx\"\npath = \"idx\"\npreprocess = \"centred\"\n[model]\nhidden = [32]\n\
         [training]\nepochs = 100\nbatch_size = 20\n",
    );
    place.ok(&["train", "centred.toml", "--name", "centred", "--progress", "none", "--device", "flex"]);
    for (i, image) in moved.iter().enumerate() {
        let picture = image::GrayImage::from_raw(40, 36, image.clone()).unwrap();
        place.put(&format!("photos/{i:02}.png"), super::png(&picture));
    }
    let answers = |what: &str| -> Vec<String> {
        let printed = place.ok(&["predict", "centred", what, "--json", "--device", "flex"]);
        let label = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["label"].clone();
        printed.lines().map(|line| label(line).as_str().unwrap().to_string()).collect()
    };
    let expected: Vec<String> = labels.iter().map(ToString::to_string).collect();
    assert_eq!(answers("idx/train-images-idx3-ubyte"), expected);
    assert_eq!(answers("mnist"), expected);
    let right = answers("photos").iter().zip(&expected).filter(|(answer, label)| answer == label).count();
    assert!(right >= 18, "{right} of 20");
    place.put("moved.npy", npy("|u1", false, "20, 36, 40", &moved.concat()));
    assert_eq!(answers("moved.npy"), answers("photos"), "arrays go the way of pictures");
    let steps = place.ok(&["predict", "centred", "photos/00.png", "--explain", "--device", "flex"]);
    assert!(steps.contains("4 fitted") && steps.contains("5 28x28"), "{steps}");
    let judged = place.json(&["evaluate", "centred", "--data", "idx", "--json", "--device", "flex"]);
    assert_eq!((&judged["total"], &judged["judged"]["same_images"]), (&20.into(), &true.into()), "{judged}");
    let judged = place.json(&["evaluate", "centred", "--data", "mnist", "--json", "--device", "flex"]);
    assert_eq!((&judged["total"], &judged["errors"]), (&20.into(), &0.into()), "{judged}");
}

/// An image of MNIST as a photograph of 36x40 pixels, dark on light, with the digit near a corner.
fn elsewhere(image: &[u8]) -> Vec<u8> {
    let ink = |row: usize, column: usize| match (row.checked_sub(1), column.checked_sub(9)) {
        (Some(row), Some(column)) if row < 28 && column < 28 => image[row * 28 + column],
        _ => 0,
    };
    (0..36 * 40).map(|i| 230 - (u32::from(ink(i / 40, i % 40)) * 200 / 255) as u8).collect()
}
