//! Exported images are read back as they were.

use std::io::Cursor;
use std::sync::Arc;

use burn::tensor::Device;
use serde_json::Value;

use chiffres::data::{Images, Labels, Origin, Pixels, Reading, Unit};
use chiffres::formats::npz::Archive;
use chiffres::formats::{npz, table};
use chiffres::native::source::{self, OpenOptions};
use chiffres::{Dataset, Experiment, Split, Trainer};

use super::{given, grey_png, made_up, names, opened, pixels, sizes};
use crate::cli::Place;
use crate::{digits, experiment};

/// Exports the digits, and returns the experiment that reads them: `config/mlp.toml` with the printed table `[data]`.
fn exported(place: &Place, format: &str, more: &[&str]) -> Experiment {
    let out = place.path(&format!("out-{format}"));
    let args = ["data", "export", "config/mlp.toml", "--to", format, out.to_str().unwrap()];
    let printed = place.ok(&[&args, more].concat());
    let mut whole: toml::Table = include_str!("../../../config/mlp.toml").parse().unwrap();
    whole.extend(printed.parse::<toml::Table>().unwrap());
    Experiment::from_toml("exported.toml", &toml::to_string(&whole).unwrap(), &[]).unwrap()
}

#[test]
fn exported_digits_are_read_back_in_the_same_split() {
    let digits = digits();
    for held_out in [0, 200] {
        let place = Place::new();
        let setting = format!("data.validation={held_out}");
        let expected = Split::new(&digits, &experiment(&[&setting])).unwrap();
        for format in ["csv", "npz", "idx"] {
            let experiment = exported(&place, format, &["--set", &setting]);
            let dataset = source::open(&experiment.data, OpenOptions::QUIET).unwrap();
            assert_eq!(dataset.sha256(), digits.sha256(), "{format}: pixels and labels");
            assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (8, 8, 16), "{format}");
            assert_eq!(dataset.classes(), digits.classes(), "{format}");
            assert_eq!(given(&dataset), [1000, 0, 797], "{format}");
            assert_eq!(Split::new(&dataset, &experiment).unwrap(), expected, "{format}");
            assert_eq!((experiment.data.scale, experiment.data.reads_digits()), (16.0, true), "{format}");
            let has_groups = format != "idx";
            assert_eq!(dataset.groups(), digits.groups().filter(|_| has_groups), "{format}");
            assert_eq!(dataset.group_names(), if has_groups { digits.group_names() } else { &[] }, "{format}");
        }
    }
}

#[test]
fn exported_pictures_are_the_digits_in_full_range() {
    let (place, digits) = (Place::new(), digits());
    let experiment = exported(&place, "folder", &["--set", "data.validation=200"]);
    let dataset = source::open(&experiment.data, OpenOptions::QUIET).unwrap();
    assert_eq!(dataset.classes(), digits.classes());
    assert_eq!((experiment.data.scale, dataset.max_value()), (255.0, 255));
    let split = Split::new(&dataset, &experiment).unwrap();
    assert_eq!(sizes(&split), (800, 200, 797));
    // Folders are sorted by class: each part has the same images in another order.
    let part = |dataset: &Dataset, range: std::ops::Range<usize>, bring: fn(u8) -> u8| {
        let image = |i| {
            let image = dataset.image(i).unwrap();
            (image.label, image.pixels.iter().map(|&value| bring(value)).collect::<Vec<u8>>())
        };
        let mut part: Vec<(usize, Vec<u8>)> = range.map(image).collect();
        part.sort();
        part
    };
    for range in [0..1000, 1000..1797] {
        let full = |value: u8| ((u32::from(value) * 255 + 8) / 16) as u8;
        assert!(part(&dataset, range.clone(), |value| value) == part(&digits, range, full), "the same images");
    }
}

#[test]
fn training_on_exported_digits_ends_with_the_same_weights() {
    let place = Place::new();
    let weights = |experiment: &Experiment, dataset: &Dataset| {
        let experiment = Experiment {
            training: chiffres::config::TrainingConfig { epochs: 5, ..experiment.training.clone() },
            ..experiment.clone()
        };
        let mut trainer = Trainer::new(&experiment, dataset, &Device::flex()).unwrap();
        while trainer.epoch().is_some() {}
        let weights = trainer.model().weights();
        let bits = weights.iter().flat_map(|layer| layer.weight.iter().chain(&layer.bias)).map(|x| x.to_bits());
        bits.collect::<Vec<u32>>()
    };
    let expected = weights(&experiment(&[]), &digits());
    for format in ["csv", "npz", "idx"] {
        let experiment = exported(&place, format, &[]);
        let dataset = source::open(&experiment.data, OpenOptions::QUIET).unwrap();
        assert!(weights(&experiment, &dataset) == expected, "{format}");
    }
}

#[test]
fn an_export_replaces_nothing() {
    let place = Place::new();
    place.put("kept", "kept");
    let note = place.fails(2, &["data", "export", "config/mlp.toml", "--to", "npz", "kept"]);
    assert!(note.starts_with("error: kept exists already\nhint: "), "{note}");
    assert_eq!(place.file("kept"), b"kept");
}

#[test]
fn names_with_leading_zeros_survive_a_table() {
    let place = Place::new();
    for class in ["007", "07", "7"] {
        for i in 0..2 {
            place.put(&format!("agents/{class}/{i}.png"), grey_png(2, 2, 40 * class.len() as u8 + i));
        }
    }
    let path = toml::Value::from(place.path("agents").to_str().unwrap());
    let config = format!("[data]\nsource = \"folder\"\npath = {path}\n[training]\nbatch_size = 1\n");
    place.put("agents.toml", config);
    let printed = place.ok(&["data", "export", "agents.toml", "--to", "csv", "agents-csv"]);
    place.put("again.toml", format!("{printed}[training]\nbatch_size = 1\n"));
    let report = place.json(&["data", "check", "again.toml", "--json"]);
    let classes: Vec<&Value> = report["classes"].as_array().unwrap().iter().map(|class| &class["name"]).collect();
    assert_eq!(classes, ["007", "07", "7"]);
}

#[test]
fn odd_names_of_classes_survive_a_table() {
    let odd = [
        "1e1",
        "10",
        " a",
        "a",
        "a,b",
        "a;b",
        "\"q\"",
        "it's",
        "nan",
        "-0",
        "0",
        "007",
        "2.0",
        "2",
        "12345678901234567890123",
        "label",
        "\u{e9} \u{1f98a}",
    ];
    let place = Place::new();
    let images = Images {
        height: 1,
        width: 2,
        channels: 1,
        pixels: Pixels::in_memory(2, (0..4 * odd.len()).map(|i| i as u8).collect()),
        is_light: false,
        is_unit: false,
        labels: Labels::Names([odd, odd].concat().into_iter().map(Into::into).collect()),
        groups: None,
        origin: Origin::File { file: "made up".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("made up"),
    };
    let dataset = Dataset::new(images, &[], None).unwrap();
    let all: Vec<usize> = (0..dataset.len()).collect();
    let split = Split { train: all[..odd.len()].to_vec(), validation: Vec::new(), test: all[odd.len()..].to_vec() };
    let mut bytes = Vec::new();
    table::write(&mut bytes, &dataset, &split.train).unwrap();
    place.put("odd/train.csv", bytes);
    let mut bytes = Vec::new();
    table::write(&mut bytes, &dataset, &split.test).unwrap();
    place.put("odd/test.csv", bytes);
    // The list of the classes, as an export prints it, says which texts are names.
    let classes: Vec<toml::Value> = dataset.classes().iter().map(|name| name.as_str().into()).collect();
    let read = opened(&place, "csv", "odd", &format!("size = [1, 2]\nclasses = {}", toml::Value::from(classes)));
    assert_eq!((read.classes(), names(&read), pixels(&read)), (dataset.classes(), names(&dataset), pixels(&dataset)));
}

/// Images of 8x8 pixels as two pupils would draw them, with their names.
fn drawn() -> Dataset {
    let images = Images {
        height: 8,
        width: 8,
        channels: 1,
        pixels: Pixels::in_memory(64, (0..4 * 64).map(|i| (i % 17) as u8).collect()),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(vec![3, 7, 3, 9]),
        groups: Some(Labels::Names(["zo\u{eb}, 12", "\u{1f98a}", "zo\u{eb}, 12", "07"].map(Into::into).to_vec())),
        origin: Origin::File { file: "drawn".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("drawn"),
    };
    let digits: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    Dataset::new(images, &digits, Some(16)).unwrap()
}

#[test]
fn the_names_of_groups_survive_a_table() {
    let (place, drawn) = (Place::new(), drawn());
    assert_eq!(drawn.group_names(), ["zo\u{eb}, 12", "\u{1f98a}", "07"]);
    assert_eq!(drawn.groups(), Some(&[0, 1, 0, 2][..]));
    // Groups are numbered in the order of the table: the first one is 0.
    let mut bytes = Vec::new();
    table::write(&mut bytes, &drawn, &[1, 0, 2, 3]).unwrap();
    place.put("drawn.csv", bytes);
    let dataset = opened(&place, "csv", "drawn.csv", "group = \"group\"");
    assert_eq!(dataset.group_names(), ["\u{1f98a}", "zo\u{eb}, 12", "07"]);
    assert_eq!(dataset.groups(), Some(&[0, 1, 1, 2][..]));
    assert_eq!(names(&dataset), ["7", "3", "3", "9"]);
    // No groups, no names.
    assert!(made_up(&[0, 1], None, None).group_names().is_empty());
}

#[test]
fn one_part_of_images_is_an_archive_of_three_arrays() {
    let (place, drawn) = (Place::new(), drawn());
    let mut archive = Cursor::new(Vec::new());
    npz::write_part(&mut archive, &drawn, &[3, 1, 0]).unwrap();
    place.put("drawn.npz", archive.into_inner());
    let archive = Archive::open("FILE", Arc::new(place.file("drawn.npz"))).unwrap();
    assert_eq!(archive.array("y").unwrap().numbers().unwrap(), [9, 7, 3]);
    assert_eq!(archive.array("group").unwrap().numbers().unwrap(), [2, 1, 0]);
    assert!(!archive.has("x_train"));
    let dataset = opened(&place, "npz", "drawn.npz", "group = \"group\"");
    assert_eq!((dataset.height(), dataset.width(), given(&dataset)), (8, 8, [3, 0, 0]));
    assert_eq!(pixels(&dataset), [3, 1, 0].map(|image| drawn.image(image).unwrap().pixels.to_vec()));
    assert_eq!((names(&dataset), dataset.groups()), (vec!["9", "7", "3"], Some(&[0, 1, 2][..])));
    assert_eq!(dataset.group_names(), ["2", "1", "0"]);
}
