//! Images from files: read as they were written, parted as asked for, and refused in one clear line.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::tensor::{Device, Int, Tensor, TensorData};
use flate2::Compression;
use flate2::write::GzEncoder;
use image::{GrayImage, ImageFormat, Luma};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use chiffres::config::{Column, DataConfig};
use chiffres::data::{Images, Labels, Origin, Pixels};
use chiffres::formats::npz::{Archive, Array};
use chiffres::formats::{csv, idx, npz};
use chiffres::native::Error;
use chiffres::native::detect::detect;
use chiffres::native::source::{self, OpenOptions};
use chiffres::{Classifier, Dataset, Experiment, Mlp, SavedModel, Split, SplitName, Trainer, evaluate};

use crate::cli::{Place, text};
use crate::{digits, experiment};

/// An experiment on images in a place: `settings` follow source and path in the table `[data]`.
fn reading(place: &Place, source: &str, path: &str, settings: &str) -> Experiment {
    let path = toml::Value::from(place.path(path).to_str().unwrap());
    let text = format!("[data]\nsource = \"{source}\"\npath = {path}\n{settings}");
    Experiment::from_toml("test.toml", &text, &[]).unwrap_or_else(|error| panic!("{error}"))
}

fn open(place: &Place, source: &str, path: &str, settings: &str) -> Result<Dataset, Error> {
    source::open(&reading(place, source, path, settings).data, OpenOptions::QUIET)
}

#[track_caller]
fn opened(place: &Place, source: &str, path: &str, settings: &str) -> Dataset {
    open(place, source, path, settings).unwrap_or_else(|error| panic!("{error}: {:?}", error.hint()))
}

fn pixels(dataset: &Dataset) -> Vec<Vec<u8>> {
    (0..dataset.len()).map(|i| dataset.image(i).unwrap().pixels.to_vec()).collect()
}

/// The class of each image by name.
fn names(dataset: &Dataset) -> Vec<&str> {
    dataset.labels().iter().map(|&label| dataset.classes()[label as usize].as_str()).collect()
}

fn idx_bytes(dimensions: &[usize], values: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    idx::write(&mut bytes, dimensions, std::iter::once(values)).unwrap();
    bytes
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn png(picture: &GrayImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

fn grey_png(height: u32, width: u32, value: u8) -> Vec<u8> {
    png(&GrayImage::from_pixel(width, height, Luma([value])))
}

/// Images of one pixel, labelled and grouped as given.
fn made_up(labels: &[i64], groups: Option<&[i64]>, test: Option<&[i64]>) -> Dataset {
    let part = |labels: &[i64], groups: Option<&[i64]>| Images {
        height: 1,
        width: 1,
        pixels: Pixels::in_memory(1, (0..labels.len()).map(|i| i as u8).collect()),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels.to_vec()),
        groups: groups.map(|groups| Labels::Numbers(groups.to_vec())),
        origin: Origin::File { path: "made up".into(), unit: "image", first: 0 },
    };
    Dataset::new(part(labels, groups), test.map(|labels| part(labels, None)), &[], None).unwrap()
}

fn split(dataset: &Dataset, settings: &str) -> chiffres::Result<Split> {
    let text =
        format!("[data]\nsource = \"csv\"\npath = \"x\"\ngroup = \"g\"\n{settings}\n[training]\nbatch_size = 1\n");
    Split::new(dataset, &Experiment::from_toml("test.toml", &text, &[]).unwrap())
}

fn sizes(split: &Split) -> (usize, usize, usize) {
    (split.train.len(), split.validation.len(), split.test.len())
}

/// Every image is in one part at most, and parts are in ascending order.
fn assert_parted(split: &Split, images: usize) {
    let all = [&split.train[..], &split.validation, &split.test].concat();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "no image is in two parts");
    assert!(all.iter().all(|&image| image < images));
    for name in SplitName::ALL {
        assert!(split.part(name).is_sorted(), "{name}");
    }
}

// What is written is read back.

/// The digits written in a format, and the configuration that reads them: that of `config/mlp.toml` with the printed
/// table in place of its own.
fn exported(place: &Place, format: &str, more: &[&str]) -> Experiment {
    let out = place.path(&format!("out-{format}"));
    let args = ["data", "export", "config/mlp.toml", "--to", format, out.to_str().unwrap()];
    let printed = place.ok(&[&args, more].concat());
    let mut whole: toml::Table = include_str!("../../config/mlp.toml").parse().unwrap();
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
            assert_eq!(dataset.given_train(), Some(1000), "{format}");
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
    // Folders sort by class: each part has the same images in another order.
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

/// Images of 8x8 pixels as two pupils would draw them, with their names.
fn drawn() -> Dataset {
    let images = Images {
        height: 8,
        width: 8,
        pixels: Pixels::in_memory(64, (0..4 * 64).map(|i| (i % 17) as u8).collect()),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(vec![3, 7, 3, 9]),
        groups: Some(Labels::Names(["zo\u{eb}, 12", "\u{1f98a}", "zo\u{eb}, 12", "07"].map(Into::into).to_vec())),
        origin: Origin::File { path: "drawn".into(), unit: "image", first: 0 },
    };
    let digits: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    Dataset::new(images, None, &digits, Some(16)).unwrap()
}

#[test]
fn the_names_of_groups_survive_a_table() {
    let (place, drawn) = (Place::new(), drawn());
    assert_eq!(drawn.group_names(), ["zo\u{eb}, 12", "\u{1f98a}", "07"]);
    assert_eq!(drawn.groups(), Some(&[0, 1, 0, 2][..]));
    // Numbers are given in the order of the images: the one that comes first in the table is 0.
    let mut table = Vec::new();
    csv::write(&mut table, &drawn, &[1, 0, 2, 3]).unwrap();
    place.put("drawn.csv", table);
    let dataset = opened(&place, "csv", "drawn.csv", "group = \"group\"");
    assert_eq!(dataset.group_names(), ["\u{1f98a}", "zo\u{eb}, 12", "07"]);
    assert_eq!(dataset.groups(), Some(&[0, 1, 1, 2][..]));
    assert_eq!(names(&dataset), ["7", "3", "3", "9"]);
    // Without groups there are no names of them.
    assert!(made_up(&[0, 1], None, None).group_names().is_empty());
}

#[test]
fn groups_that_are_called_by_numbers_are_written_as_the_table_has_them() {
    let place = Place::new();
    place.put("x.csv", "label,group,a\n0,7,1\n1,07,2\n0,7.0,3\n1,7,4\n");
    let dataset = opened(&place, "csv", "x.csv", "group = \"group\"");
    assert_eq!(dataset.group_names(), ["7", "07", "7.0"]);
    assert_eq!(dataset.groups(), Some(&[0, 1, 2, 0][..]));
    // A name has 100 characters, whatever the number of their bytes.
    let table = |length: usize| format!("label,group,a\n0,{},1\n1,b,2\n", "\u{eb}".repeat(length));
    place.put("long.csv", table(100));
    assert_eq!(opened(&place, "csv", "long.csv", "group = \"group\"").group_names()[0].chars().count(), 100);
    place.put("long.csv", table(101));
    assert!(open(&place, "csv", "long.csv", "group = \"group\"").is_err());
}

#[test]
fn one_part_of_images_is_an_archive_of_three_arrays() {
    let (place, drawn) = (Place::new(), drawn());
    let mut archive = Cursor::new(Vec::new());
    npz::write_part(&mut archive, &drawn, &[3, 1, 0]).unwrap();
    place.put("drawn.npz", archive.into_inner());
    let archive = Archive::open("FILE", Arc::new(place.file("drawn.npz"))).unwrap();
    assert_eq!(archive.array("y").unwrap().labels().unwrap(), [9, 7, 3]);
    assert_eq!(archive.array("group").unwrap().labels().unwrap(), [2, 1, 0]);
    assert!(!archive.has("x_train"));
    let dataset = opened(&place, "npz", "drawn.npz", "group = \"group\"");
    assert_eq!((dataset.height(), dataset.width(), dataset.given_train()), (8, 8, None));
    assert_eq!(pixels(&dataset), [3, 1, 0].map(|image| drawn.image(image).unwrap().pixels.to_vec()));
    assert_eq!((names(&dataset), dataset.groups()), (vec!["9", "7", "3"], Some(&[0, 1, 2][..])));
    assert_eq!(dataset.group_names(), ["2", "1", "0"]);
}

// NumPy's arrays.

#[test]
fn numpys_own_arrays_are_read() {
    let place = Place::new();
    let expected: Vec<Vec<u8>> = (0..6).map(|image| (0..6).map(|pixel| 7 * (6 * image + pixel)).collect()).collect();
    let files = [
        ("bytes", ""),
        ("compressed", ""),
        ("doubles", ""),
        ("fortran", ""),
        ("rows", "size = [2, 3]"),
        ("shares", ""),
        ("parts", ""),
        ("parts", "group = \"writer\""),
        ("bytes", "size = [2, 3]"),
    ];
    for (name, settings) in files {
        fs::copy(format!("tests/fixtures/arrays/{name}.npz"), place.path("x.npz")).unwrap();
        let dataset = opened(&place, "npz", "x.npz", settings);
        assert_eq!(pixels(&dataset), expected, "{name}");
        assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (2, 3, 245), "{name}");
        assert_eq!(names(&dataset), ["0", "1", "2", "0", "1", "2"], "{name}");
        assert_eq!(dataset.given_train(), (name == "parts").then_some(3), "{name}");
        let groups: Option<&[u32]> = if settings.contains("group") { Some(&[0, 0, 1, 2, 2, 2]) } else { None };
        assert_eq!(dataset.groups(), groups, "{name} {settings}");
    }
    assert_eq!(
        opened(&place, "npz", "x.npz", "").place(3),
        format!("{}, array \"x\", image 3", place.path("x.npz").display())
    );
}

#[test]
fn a_folder_of_arrays_is_read_like_an_archive() {
    let place = Place::new();
    let mut archive = zip::ZipArchive::new(fs::File::open("tests/fixtures/arrays/bytes.npz").unwrap()).unwrap();
    fs::create_dir(place.path("arrays")).unwrap();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut file, &mut bytes).unwrap();
        place.put(&format!("arrays/{}", file.name()), bytes);
    }
    fs::copy("tests/fixtures/arrays/bytes.npz", place.path("x.npz")).unwrap();
    let (folder, archive) = (opened(&place, "npz", "arrays", ""), opened(&place, "npz", "x.npz", ""));
    assert_eq!(folder.sha256(), archive.sha256());
}

// Tables.

#[test]
fn a_table_is_read_however_it_is_written() {
    let place = Place::new();
    let expected = [[0, 10, 200, 255], [1, 2, 3, 4], [5, 6, 7, 8]];
    let read = |content: &[u8], settings: &str| {
        place.put("x.csv", content);
        let dataset = opened(&place, "csv", "x.csv", settings);
        assert_eq!(pixels(&dataset), expected, "{}", String::from_utf8_lossy(content));
        names(&dataset).join(" ")
    };
    let with_header = "label,a,b,c,d\n0,0,10,200,255\n1,1,2,3,4\n0,5,6,7,8\n";
    let without = "0,0,10,200,255\n1,1,2,3,4\n0,5,6,7,8\n";
    assert_eq!(read(with_header.as_bytes(), ""), "0 1 0");
    assert_eq!(read(without.as_bytes(), "label = 0"), "0 1 0");
    assert_eq!(read(without.as_bytes(), "label = 0\nheader = \"no\""), "0 1 0");
    for separator in [";", "\t", "|", " "] {
        let table = with_header.replace(',', separator);
        assert_eq!(read(table.as_bytes(), &format!("separator = {}", toml::Value::from(separator))), "0 1 0");
    }
    assert_eq!(read(&gz(with_header.as_bytes()), ""), "0 1 0");
    // Two files, compressed apart and put together, are one.
    let (first, rest) = with_header.as_bytes().split_at(20);
    assert_eq!(read(&[gz(first), gz(rest)].concat(), ""), "0 1 0");
    assert_eq!(read(format!("\u{feff}{with_header}").as_bytes(), ""), "0 1 0");
    assert_eq!(read(format!("\u{feff}{without}").as_bytes(), "label = 0"), "0 1 0");
    assert_eq!(read(with_header.replace('\n', "\r\n").as_bytes(), ""), "0 1 0");
    assert_eq!(read(with_header.trim_end().as_bytes(), ""), "0 1 0", "no end of line at the end");
    assert_eq!(read(with_header.replace('\n', "\n\n").as_bytes(), ""), "0 1 0", "empty lines");
    assert_eq!(read(with_header.replace(',', " , ").as_bytes(), ""), "0 1 0", "spaces");
    assert_eq!(read(with_header.replace(",10,", ",10.0,").as_bytes(), ""), "0 1 0", "whole floats");
    let quoted = "\"Label\",\"a\",\"b\",\"c\",\"d\"\n\"x y\",0,10,200,255\n\"y,z\",1,2,3,4\n\"x y\",5,6,7,8\n";
    assert_eq!(read(quoted.as_bytes(), ""), "x y y,z x y");
    // The labels' column, by name and by position, wherever it stands.
    let last = "a,b,c,d,digit\n0,10,200,255,cat\n1,2,3,4,dog\n5,6,7,8,cat\n";
    assert_eq!(read(last.as_bytes(), "label = \"digit\""), "cat dog cat");
    assert_eq!(read(last.as_bytes(), "label = \"DIGIT\""), "cat dog cat");
    assert_eq!(read(last.as_bytes(), "label = 4"), "cat dog cat");
    // Names of pixels that are numbers, as pandas writes them.
    let numbered = "0,1,2,3,target\n0,10,200,255,cat\n1,2,3,4,dog\n5,6,7,8,cat\n";
    assert_eq!(read(numbered.as_bytes(), ""), "cat dog cat");
    assert_eq!(read(numbered.as_bytes(), "label = \"target\""), "cat dog cat");
    assert_eq!(read(numbered.as_bytes(), "label = 4"), "cat dog cat");
    assert_eq!(read(numbered.as_bytes(), "label = 4\nheader = \"yes\""), "cat dog cat");
    // Classes in an order of one's own, by name and by number.
    assert_eq!(read(last.as_bytes(), "label = 4\nclasses = [\"owl\", \"dog\", \"cat\"]"), "cat dog cat");
    assert_eq!(read(with_header.as_bytes(), "classes = [\"zero\", \"one\"]"), "zero one zero");
}

#[test]
fn a_table_may_have_shares_groups_sizes_and_two_files() {
    let place = Place::new();
    place.put("shares.csv", "label,a,b,c,d\n0,0,1,0.5,1\n1,0.2,0.4,0.6,0.8\n");
    let dataset = opened(&place, "csv", "shares.csv", "");
    assert_eq!(pixels(&dataset), [[0, 255, 128, 255], [51, 102, 153, 204]]);

    place.put("groups.csv", "writer,label,a,b,c,d,e,f\nanna,0,1,2,3,4,5,6\nbob,1,1,2,3,4,5,7\nanna,0,1,2,3,4,5,8\n");
    for group in ["\"writer\"", "0"] {
        let dataset = opened(&place, "csv", "groups.csv", &format!("group = {group}\nsize = [2, 3]"));
        assert_eq!((dataset.height(), dataset.width(), dataset.inputs()), (2, 3, 6));
        assert_eq!(dataset.groups(), Some(&[0, 1, 0][..]));
        assert!(dataset.place(2).ends_with("groups.csv, row 4"), "{}", dataset.place(2));
    }

    place.put("both/train.csv", "label,a\n0,1\n1,2\n");
    place.put("both/test.csv.gz", gz(b"label,a\n1,3\n0,4\n"));
    let dataset = opened(&place, "csv", "both", "");
    assert_eq!((dataset.given_train(), pixels(&dataset).concat()), (Some(2), vec![1, 2, 3, 4]));
    assert!(dataset.place(3).ends_with("test.csv.gz, row 3"), "{}", dataset.place(3));
}

// The MNIST family.

#[test]
fn idx_files_are_found_under_their_usual_names_and_under_others() {
    let place = Place::new();
    let images = |first: u8| idx_bytes(&[4, 2, 3], &(first..first + 24).collect::<Vec<_>>());
    let labels = idx_bytes(&[4], &[3, 1, 3, 1]);
    place.put("plain/train-images-idx3-ubyte", images(0));
    place.put("plain/train-labels-idx1-ubyte", &labels);
    place.put("plain/t10k-images-idx3-ubyte", images(100));
    place.put("plain/t10k-labels-idx1-ubyte", &labels);
    place.put("gz/train-images.idx3-ubyte.gz", gz(&images(0)));
    place.put("gz/train-labels.idx1-ubyte.gz", gz(&labels));
    place.put("gz/t10k-images-idx3-ubyte.gz", gz(&images(100)));
    place.put("gz/t10k-labels-idx1-ubyte", &labels);
    place.put("own/letters/a", images(0));
    place.put("own/b", gz(&labels));
    place.put("own/c", gz(&images(100)));
    place.put("own/d", &labels);
    let own = "train_images = \"letters/a\"\ntrain_labels = \"b\"\ntest_images = \"c\"\ntest_labels = \"d\"";
    let [plain, gz, own] =
        [("plain", ""), ("gz", ""), ("own", own)].map(|(path, more)| opened(&place, "idx", path, more));
    assert_eq!((plain.len(), plain.given_train(), plain.max_value()), (8, Some(4), 123));
    assert_eq!(pixels(&plain).concat(), (0..24).chain(100..124).collect::<Vec<u8>>());
    assert_eq!(names(&plain), ["3", "1", "3", "1", "3", "1", "3", "1"]);
    assert_eq!([gz.sha256(), own.sha256()], [plain.sha256(), plain.sha256()]);
    assert_eq!(plain.place(5), format!("{}, image 1", place.path("plain/t10k-images-idx3-ubyte").display()));
    let renamed = opened(&place, "idx", "plain", "classes = [\"a\", \"b\", \"c\", \"d\"]");
    assert_eq!((names(&renamed)[..2].join(" "), renamed.classes().len()), ("d b".into(), 4));
    assert_eq!(names(&opened(&place, "idx", "plain", "classes = [\"3\", \"1\"]"))[..2], ["3", "1"]);
}

#[test]
fn without_test_images_a_fifth_of_each_class_tests() {
    let place = Place::new();
    let labels: Vec<u8> = (0..100).map(|i| u8::from(i % 10 == 0)).collect();
    place.put("x/train-images-idx3-ubyte", idx_bytes(&[100, 1, 1], &(0..100).collect::<Vec<_>>()));
    place.put("x/train-labels-idx1-ubyte", idx_bytes(&[100], &labels));
    let mut experiment = reading(&place, "idx", "x", "");
    experiment.training.batch_size = 10;
    let dataset = source::open(&experiment.data, OpenOptions::QUIET).unwrap();
    let split = Split::new(&dataset, &experiment).unwrap();
    let rare = |images: &[usize]| images.iter().filter(|&&image| dataset.labels()[image] == 1).count();
    assert_eq!(sizes(&split), (80, 0, 20));
    assert_eq!((rare(&split.train), rare(&split.test)), (8, 2));
}

// Folders of pictures.

#[test]
fn a_folder_of_pictures_is_one_tree_or_two_parts() {
    let place = Place::new();
    for (path, value) in [("b/2.png", 20), ("b/deep/er/1.PNG", 30), ("a/x.png", 10), ("a/.hidden.png", 99)] {
        place.put(&format!("tree/{path}"), grey_png(2, 3, value));
    }
    place.put("tree/readme.txt", "no class");
    place.put("tree/a/notes.txt", "no picture");
    place.put("tree/.git/x.png", "no class either");
    let dataset = opened(&place, "folder", "tree", "");
    assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (2, 3, 255));
    assert_eq!((names(&dataset).join(" "), dataset.given_train()), ("a b b".into(), None));
    assert_eq!(pixels(&dataset), [[10; 6], [20; 6], [30; 6]]);
    assert!(dataset.place(2).ends_with("tree/b/deep/er/1.PNG"), "{}", dataset.place(2));

    for (path, value) in [("train/a/1.png", 1), ("train/b/1.png", 2), ("test/b/1.png", 3), ("test/a/1.png", 4)] {
        place.put(&format!("parts/{path}"), grey_png(1, 1, value));
    }
    let dataset = opened(&place, "folder", "parts", "");
    assert_eq!((names(&dataset).join(" "), dataset.given_train()), ("a b a b".into(), Some(2)));
    assert_eq!(pixels(&dataset).concat(), [1, 2, 4, 3]);
}

#[test]
fn pictures_of_several_sizes_are_brought_to_one() {
    let place = Place::new();
    place.put("x/a/1.png", grey_png(4, 4, 40));
    place.put("x/b/1.png", grey_png(6, 2, 60));
    let error = open(&place, "folder", "x", "").unwrap_err();
    assert!(error.to_string().contains("x/b/1.png: is 6x2 pixels, but "), "{error}");
    assert!(error.hint().unwrap().contains("data.size"));
    let dataset = opened(&place, "folder", "x", "size = [2, 2]");
    assert_eq!(pixels(&dataset), [[40; 4], [60; 4]]);
}

#[test]
fn digits_on_pictures_are_found_and_become_8x8() {
    let place = Place::new();
    for name in ["7-mnist24443.png", "7-paper28219.jpg", "3-mnist18477.png", "3-paper8135.jpg"] {
        let bytes = fs::read(format!("tests/fixtures/handwriting/{name}")).unwrap();
        place.put(&format!("x/{}/{name}", &name[..1]), bytes);
    }
    let dataset = opened(&place, "folder", "x", "preprocess = \"digit\"");
    assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (8, 8, 16));
    assert_eq!(names(&dataset).join(" "), "3 3 7 7");
    assert_eq!(reading(&place, "folder", "x", "preprocess = \"digit\"").data.scale, 16.0);
    for image in pixels(&dataset) {
        let ink: u32 = image.iter().map(|&value| u32::from(value)).sum();
        assert!((100..700).contains(&ink) && image.iter().all(|&value| value <= 16), "{image:?}");
    }
}

#[test]
fn decoded_pictures_are_kept_for_the_next_time() {
    let place = Place::new();
    for (path, value) in [("a/1.png", 1), ("a/2.png", 2), ("b/1.png", 3)] {
        place.put(&format!("x/{path}"), grey_png(2, 2, value));
    }
    let cache = place.path("cache");
    // The images, and how many pictures were decoded for them.
    let open = |settings: &str| {
        let decoded = AtomicUsize::new(0);
        let watch = |done: usize, _: usize| {
            decoded.fetch_max(done, Ordering::Relaxed);
        };
        let opening = OpenOptions { cache: Some(&cache), watch: &watch };
        let dataset = source::open(&reading(&place, "folder", "x", settings).data, opening).unwrap();
        (pixels(&dataset).concat(), decoded.into_inner())
    };
    let first = open("");
    assert_eq!(first, ([[1; 4], [2; 4], [3; 4]].concat(), 3));
    assert_eq!(open(""), (first.0.clone(), 0), "what was kept");
    assert_eq!(open("size = [1, 1]"), (vec![1, 2, 3], 3), "another size is decoded anew");
    assert_eq!(open("size = [1, 1]").1, 0);

    // What is kept belongs to the contents of the files and to their names.
    place.put("x/a/2.png", grey_png(2, 2, 9));
    assert_eq!(open(""), ([[1; 4], [9; 4], [3; 4]].concat(), 3));
    fs::rename(place.path("x/a/1.png"), place.path("x/a/3.png")).unwrap();
    assert_eq!(open(""), ([[9; 4], [1; 4], [3; 4]].concat(), 3));
    assert_eq!(open("").1, 0);

    // Damaged or cut short, it is decoded again, and kept anew.
    for damage in [
        |bytes: &mut Vec<u8>| bytes[0] ^= 1,
        |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1),
        |bytes: &mut Vec<u8>| bytes.clear(),
    ] {
        for entry in fs::read_dir(&cache).unwrap() {
            let path = entry.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::write(&path, bytes).unwrap();
        }
        assert_eq!(open(""), ([[9; 4], [1; 4], [3; 4]].concat(), 3));
        assert_eq!(open("").1, 0);
    }

    // No more than eight sets are kept.
    for value in 0..12 {
        place.put("x/a/2.png", grey_png(2, 2, 100 + value));
        open("");
    }
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 8);
    assert_eq!(open("").1, 0, "the last one is among them");
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_end_and_stay_inside() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    for (path, value) in [("a/1.png", 1), ("b/1.png", 3)] {
        place.put(&format!("x/{path}"), grey_png(2, 2, value));
        place.put(&format!("outside/{path}"), grey_png(2, 2, value));
    }
    // Within the folder they may lead anywhere.
    symlink("../a/1.png", place.path("x/b/2.png")).unwrap();
    assert_eq!(pixels(&opened(&place, "folder", "x", "")), [[1; 4], [3; 4], [1; 4]]);

    let refused = |link: &str, target: &Path| {
        symlink(target, place.path(link)).unwrap();
        let error = open(&place, "folder", "x", "").unwrap_err();
        fs::remove_file(place.path(link)).unwrap();
        error.to_string().replace(&format!("{}/", place.0.path().display()), "")
    };
    assert_eq!(refused("x/b/again", Path::new("..")), "x/b/again: is a link back to x: it has no end");
    assert_eq!(refused("x/c", &place.path("outside/a")), "x/c: is a link that leads out of x");
    assert_eq!(refused("x/b/9.png", &place.path("outside/a/1.png")), "x/b/9.png: is a link that leads out of x");
    assert_eq!(refused("x/c", Path::new("/")), "x/c: is a link that leads out of x", "and nobody goes there");
    let gone = refused("x/b/gone.png", Path::new("nowhere.png"));
    assert!(gone.starts_with("x/b/gone.png: cannot be read: "), "{gone}");
    opened(&place, "folder", "x", "");
}

// Splits.

#[test]
fn a_split_has_the_number_or_the_share_that_is_asked_for() {
    let dataset = made_up(&[0, 1].repeat(50), None, None);
    for by in ["order", "random", "stratified"] {
        let sizes = |settings: &str| {
            let split = split(&dataset, &format!("split = \"{by}\"\n{settings}")).unwrap();
            assert_parted(&split, 100);
            sizes(&split)
        };
        assert_eq!(sizes(""), (80, 0, 20), "{by}");
        assert_eq!(sizes("train = \"auto\""), (80, 0, 20), "{by}");
        assert_eq!(sizes("train = 60"), (60, 0, 40), "{by}");
        assert_eq!(sizes("train = 0.25"), (25, 0, 75), "{by}");
        assert_eq!(sizes("train = 0.5\nvalidation = 10"), (40, 10, 50), "{by}");
        assert_eq!(sizes("train = 0.5\nvalidation = 0.1"), (45, 5, 50), "{by}");
    }
    let given = made_up(&[0, 1].repeat(50), None, Some(&[1, 0, 1]));
    for by in ["order", "random", "stratified"] {
        let split = |settings: &str| split(&given, &format!("split = \"{by}\"\n{settings}")).unwrap();
        assert_eq!(sizes(&split("")), (100, 0, 3), "{by}");
        assert_eq!(sizes(&split("train = 40\nvalidation = 0.25")), (30, 10, 3), "some are not used");
        assert_eq!(split("train = 0.5").test, [100, 101, 102], "what comes as test images tests");
    }
    let two = made_up(&[0, 1, 0, 1], None, None);
    assert_eq!(sizes(&split(&two, "split = \"stratified\"").unwrap()), (2, 0, 2), "one of each stays and one goes");
}

#[test]
fn random_splits_come_from_the_seed_alone() {
    let dataset = made_up(&[0, 1].repeat(10), Some(&[0, 0, 1, 1, 2, 2, 3, 3, 4, 4].repeat(2)), None);
    let test = |by: &str, seed: u64| {
        let config = format!(
            "[data]\nsource = \"csv\"\npath = \"x\"\ngroup = \"g\"\nsplit = \"{by}\"\ntrain = 14\n[training]\nbatch_size = 1\n"
        );
        let mut experiment = Experiment::from_toml("test.toml", &config, &[]).unwrap();
        experiment.seed = seed;
        let split = Split::new(&dataset, &experiment).unwrap();
        assert_eq!(split, Split::new(&dataset, &experiment).unwrap());
        assert_parted(&split, 20);
        split.test
    };
    // A seed is to give the same split for years: these numbers change with the generator.
    assert_eq!(test("order", 0), [14, 15, 16, 17, 18, 19]);
    assert_eq!(test("random", 0), [1, 6, 10, 11, 17, 18]);
    assert_eq!(test("random", 1), [6, 8, 12, 15, 17, 19]);
    assert_eq!(test("stratified", 0), [3, 5, 6, 10, 11, 16]);
    assert_eq!(test("stratified", 1), [3, 4, 9, 11, 12, 16]);
    assert_eq!(test("group", 0), [2, 3, 12, 13]);
    assert_eq!(test("group", 1), [8, 9, 18, 19]);
}

#[test]
fn a_stratified_split_loses_no_class() {
    let labels: Vec<i64> = (0..200).map(|i| if i < 196 { i % 3 } else { 3 + (i - 196) / 2 }).collect();
    let dataset = made_up(&labels, None, None);
    for seed in 0..20 {
        let config = "[data]\nsource = \"csv\"\npath = \"x\"\nvalidation = 0.2\n[training]\nbatch_size = 1\n";
        let experiment = Experiment { seed, ..Experiment::from_toml("test.toml", config, &[]).unwrap() };
        let split = Split::new(&dataset, &experiment).unwrap();
        assert_parted(&split, 200);
        assert_eq!(sizes(&split), (128, 32, 40));
        let of =
            |class: u32, images: &[usize]| images.iter().filter(|&&image| dataset.labels()[image] == class).count();
        for class in [3, 4] {
            assert_eq!((of(class, &split.train), of(class, &split.test)), (1, 1), "class {class}");
        }
        for class in 0..3 {
            assert!((12..=14).contains(&of(class, &split.test)), "class {class}");
        }
    }
}

#[test]
fn a_group_is_in_one_part_only() {
    let labels: Vec<i64> = (0..120).map(|i| i % 2).collect();
    let groups: Vec<i64> = (0..120).map(|i| (i * i / 97) % 17).collect();
    let dataset = made_up(&labels, Some(&groups), None);
    for seed in 0..20 {
        let config = "[data]\nsource = \"csv\"\npath = \"x\"\ngroup = \"g\"\nsplit = \"group\"\ntrain = 0.7\nvalidation = 0.2\n[training]\nbatch_size = 1\n";
        let experiment = Experiment { seed, ..Experiment::from_toml("test.toml", config, &[]).unwrap() };
        let split = Split::new(&dataset, &experiment).unwrap();
        assert_parted(&split, 120);
        let of = |part: &[usize]| part.iter().map(|&image| groups[image]).collect::<BTreeSet<_>>();
        let [train, validation, test] = [&split.train, &split.validation, &split.test].map(|part| of(part));
        assert!(train.is_disjoint(&validation) && train.is_disjoint(&test) && validation.is_disjoint(&test));
        assert_eq!(split.train.len() + split.validation.len() + split.test.len(), 120);
        assert!((70..=98).contains(&(split.train.len() + split.validation.len())), "{:?}", sizes(&split));
    }
}

#[test]
fn a_split_that_cannot_be_is_refused() {
    let in_order = made_up(&[0, 0, 0, 0, 1, 1, 1, 1, 2, 2], Some(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    let single = made_up(&[0, 0, 0, 1, 1, 1, 2], None, None);
    let given = made_up(&[0, 1, 0, 1], None, Some(&[0, 2]));
    let few = made_up(&[0, 1], None, None);
    let many = made_up(&(0..24).map(|i| i / 2).collect::<Vec<_>>(), None, None);
    let refused = |dataset: &Dataset, settings: &str| {
        let error = split(dataset, settings).unwrap_err();
        format!("{}\n{error}\nhint: {}\n\n", settings.replace('\n', ", "), error.hint().unwrap())
    };
    let mut transcript: String = [
        (&in_order, "split = \"order\""),
        (&in_order, "split = \"order\"\ntrain = 4"),
        (&many, "split = \"order\"\ntrain = 12"),
        (&in_order, "split = \"group\""),
        (&single, "split = \"group\""),
        (&single, "split = \"stratified\""),
        (&given, "split = \"stratified\""),
        (&few, "split = \"random\""),
        (&in_order, "train = 10"),
        (&in_order, "train = 0.01"),
        (&in_order, "validation = 8"),
        (&in_order, "train = 0.5\nvalidation = 0.99"),
        (&given, "train = 5"),
    ]
    .iter()
    .map(|(dataset, settings)| refused(dataset, settings))
    .collect();
    let config = "[data]\nsource = \"csv\"\npath = \"x\"\n[training]\nbatch_size = 9\n";
    let error = Split::new(&in_order, &Experiment::from_toml("test.toml", config, &[]).unwrap()).unwrap_err();
    transcript += &format!("batch_size = 9\n{error}\nhint: {}\n", error.hint().unwrap());
    assert_snapshot!(transcript);
}

// Class weights.

#[test]
fn the_weighted_loss_and_its_gradient_are_those_of_pytorch() {
    // torch.nn.functional.cross_entropy(logits, targets, weight=torch.tensor([0.5, 2, 1.25])), PyTorch 2.15.
    let device = Device::flex().autodiff();
    let logits = [[2.0f32, 0.5, -1.0], [0.1, 0.2, 0.3], [-2.0, 1.0, 0.0], [1.0, 1.0, 1.0]].concat();
    let logits = Tensor::<2>::from_data(TensorData::new(logits, [4, 3]), &device).require_grad();
    let targets = Tensor::<1, Int>::from_data(TensorData::new(vec![0i32, 2, 1, 1], [4]), &device);
    let weights = Tensor::<1>::from_data(TensorData::new(vec![0.5f32, 1.25, 2.0, 2.0], [4]), &device);
    let loss = Mlp::loss(logits.clone(), targets, Some(weights));
    let value: Vec<f32> = loss.clone().into_data().try_into_vec_as().unwrap();
    assert!((f64::from(value[0]) - 0.742_318_749_427_795_4).abs() < 1e-6, "{value:?}");
    let gradients = loss.backward();
    let gradient: Vec<f32> = logits.grad(&gradients).unwrap().into_data().try_into_vec_as().unwrap();
    let expected =
        [[-0.0186f32, 0.0152, 0.0034], [0.0653, 0.0722, -0.1376], [0.0122, -0.1025, 0.0903], [0.1159, -0.2319, 0.1159]]
            .concat();
    for (found, expected) in gradient.iter().zip(&expected) {
        assert!((found - expected).abs() < 6e-5, "{gradient:?}");
    }
}

#[test]
fn balanced_training_finds_more_of_a_rare_class() {
    // Two classes that overlap, one of them in a tenth of the images.
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8 / 2
    };
    let labels: Vec<i64> = (0..600).map(|i| i64::from(i % 10 == 0)).collect();
    let values = labels.iter().flat_map(|&label| [noise() + 40 * label as u8, noise() / 2 + noise() / 2]).collect();
    let images = Images {
        height: 1,
        width: 2,
        pixels: Pixels::in_memory(2, values),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels),
        groups: None,
        origin: Origin::File { path: "made up".into(), unit: "image", first: 0 },
    };
    let dataset = Dataset::new(images, None, &[], None).unwrap();
    let judge = |class_weights: &str| {
        let config = format!(
            "[data]\nsource = \"csv\"\npath = \"x\"\ntrain = 300\n[training]\nclass_weights = \"{class_weights}\"\nepochs = 60\nbatch_size = 50\n[model]\nhidden = [4]\n"
        );
        let experiment = Experiment::from_toml("test.toml", &config, &[]).unwrap();
        let mut trainer = Trainer::new(&experiment, &dataset, &Device::flex()).unwrap();
        while trainer.epoch().is_some() {}
        let saved = SavedModel::new(&experiment, &dataset, trainer.model().weights());
        let split = Split::new(&dataset, &experiment).unwrap();
        let classifier = Classifier::new(&saved, &Device::flex());
        let evaluation = evaluate(&classifier, &dataset, &split, SplitName::Test).unwrap();
        (saved.weights, evaluation.confusion.class_scores()[1].recall.unwrap())
    };
    let ((plain_weights, plain), (balanced_weights, balanced)) = (judge("none"), judge("balanced"));
    assert_ne!(plain_weights, balanced_weights);
    assert!(balanced > plain + 0.3, "{plain} of the rare class without weights, {balanced} with them");
}

// Bad input.

#[test]
fn what_cannot_be_read_is_one_clear_line_with_its_place() {
    let place = Place::new();
    let mut transcript = String::new();
    let mut refused = |title: &str, source: &str, path: &str, settings: &str| {
        let error = match open(&place, source, path, settings) {
            Ok(dataset) => panic!("{title}: {} images were read", dataset.len()),
            Err(error) => error,
        };
        let shown = format!("{error}\nhint: {}", error.hint().unwrap_or_default());
        let shown = shown.replace(&format!("{}/", place.0.path().display()), "");
        assert!(shown.lines().count() == 2 && error.to_string().len() < 400, "{title}: {shown}");
        transcript += &format!("# {title}\n{shown}\n\n");
    };

    let labels = idx_bytes(&[2], &[0, 1]);
    let images = idx_bytes(&[2, 2, 2], &[1, 2, 3, 4, 5, 6, 7, 8]);
    let mut pair = |title: &str, images: &[u8], labels: &[u8]| {
        place.put("idx/train-images-idx3-ubyte", images);
        place.put("idx/train-labels-idx1-ubyte", labels);
        refused(title, "idx", "idx", "");
    };
    let many = [&[0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28][..], &[7; 50]].concat();
    // Its three dimensions make 2^64 - 1.
    let sizes = [1_431_655_765u32, 6_700_417, 1923].map(u32::to_be_bytes).concat();
    let most = [&[0, 0, 8, 3][..], &sizes].concat();
    pair("idx: no magic number", b"P5 2 2 255", &labels);
    pair("idx: the values are floats", &[&[0, 0, 13, 3][..], &images[4..]].concat(), &labels);
    pair("idx: five dimensions", &[&[0, 0, 8, 5][..], &images[4..]].concat(), &labels);
    pair("idx: labels in place of images", &labels, &labels);
    pair("idx: images in place of labels", &images, &images);
    pair("idx: four billion images promised", &many, &labels);
    pair("idx.gz: four billion images promised", &gz(&many), &labels);
    pair("idx: all there can be promised", &most, &labels);
    pair("idx.gz: all there can be promised", &gz(&most), &labels);
    pair("idx: cut short", &images[..images.len() - 3], &labels);
    pair("idx: cut short in its header", &images[..9], &labels);
    pair("idx: labels cut short", &images, &labels[..9]);
    pair("idx: too many bytes", &[&images[..], b"x"].concat(), &labels);
    pair("idx.gz: too many bytes", &gz(&[&images[..], b"x"].concat()), &labels);
    let random: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let large = gz(&idx_bytes(&[20, 10, 10], &random));
    pair("idx.gz: cut short", &large[..large.len() - 4], &labels);
    // In the checksum: what is found in damaged data depends on the decompressor.
    let mut damaged = large.clone();
    damaged[large.len() - 8] ^= 1;
    pair("idx.gz: damaged", &damaged, &labels);
    pair("idx: three labels for two images", &images, &idx_bytes(&[3], &[0, 1, 0]));
    pair("idx: images without pixels", &idx_bytes(&[2, 0, 2], &[]), &labels);
    pair("idx: no images", &idx_bytes(&[0, 2, 2], &[]), &idx_bytes(&[0], &[]));
    pair("idx: empty", b"", &labels);
    pair("idx: one class", &images, &idx_bytes(&[2], &[4, 4]));
    place.put("idx/train-images-idx3-ubyte", &images);
    refused("idx: digits of another size", "idx", "idx", "preprocess = \"digit\"");
    place.put("idx/train-labels-idx1-ubyte", idx_bytes(&[2], &[0, 7]));
    refused("idx: a label beyond the classes", "idx", "idx", "classes = [\"a\", \"b\"]");
    refused("idx: a file out of the folder", "idx", "idx", "train_images = \"../x\"");
    refused("idx: a file that is not there", "idx", "idx", "train_images = \"nowhere\"");
    place.put("idx/t10k-labels-idx1-ubyte", &labels);
    refused("idx: test labels without images", "idx", "idx", "");
    place.put("idx/t10k-images-idx3-ubyte", idx_bytes(&[2, 1, 2], &[1, 2, 3, 4]));
    refused("idx: test images of another size", "idx", "idx", "");
    refused("idx: no such folder", "idx", "nowhere", "");
    refused("idx: a file in place of a folder", "idx", "config/mlp.toml", "");
    refused("idx: a folder without them", "idx", "config", "");

    let mut table = |title: &str, content: &[u8], settings: &str| {
        place.put("x.csv", content);
        refused(title, "csv", "x.csv", settings);
    };
    table("csv: rows of unequal length", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3\n", "");
    table("csv: not a number", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,NaN,4\n", "");
    table("csv: infinite", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,inf,4\n", "");
    table("csv: a word among the pixels", b"label,a,b,c,d\n0,1,2,3,4\n1,1,two,3,4\n", "");
    table("csv: an empty pixel", b"label,a,b,c,d\n0,1,2,3,4\n1,1,,3,4\n", "");
    table("csv: 256", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,256\n", "");
    table("csv: negative", b"label,a,b,c,d\n0,-1,2,3,4\n1,1,2,3,4\n", "");
    table("csv: shares and whole numbers", b"label,a,b,c,d\n0,0.5,2,3,4\n1,1,2,3,4\n", "");
    table("csv: whole numbers, then a share", b"label,a,b,c,d\n0,1,2,3,4\n1,0.5,2,3,4\n", "");
    table("csv: halves", b"label,a,b,c,d\n0,1,2,3,4\n1,1.5,2,3,4\n", "");
    table("csv: no column of labels", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "");
    table("csv: no header, labels not named", b"0,1,2,3,4\n1,1,2,3,4\n", "");
    table("csv: no such column", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = \"digit\"");
    table("csv: a name, but no header", b"0,1,2,3,4\n1,1,2,3,4\n", "label = \"digit\"");
    table("csv: no such position", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = 5");
    table("csv: label and group in one column", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = 0\ngroup = \"x\"");
    table("csv: empty", b"", "");
    table("csv: a header alone", b"label,a,b,c,d\n", "");
    table("csv: one column", b"label\n0\n1\n", "");
    table("csv: another separator", b"label;a;b;c;d\n0;1;2;3;4\n", "");
    table("csv: no square", b"label,a,b,c\n0,1,2,3\n1,1,2,3\n", "");
    table("csv: another size", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "size = [3, 2]");
    table("csv: an empty label", b"label,a,b,c,d\n0,1,2,3,4\n,1,2,3,4\n", "");
    table("csv: a label in Latin 1", b"label,a,b,c,d\n0,1,2,3,4\n\xe9,1,2,3,4\n", "");
    table(
        "csv: a label that is no class",
        b"label,a,b,c,d\ncat,1,2,3,4\ncot,1,2,3,4\n",
        "classes = [\"cat\", \"dog\"]",
    );
    table("csv: bytes", &random, "");
    table("csv: a quote that never ends", b"label,a,b,c,d\n0,1,2,3,4\n1,\"1,2,3,4\n0,1,2,3,4\n", "");
    let digits = |value: &str| {
        let row = |label: u8| format!("{label}{}\n", format!(",{value}").repeat(64)).into_bytes();
        [row(3), row(7)].concat()
    };
    let as_digits = "label = 0\nheader = \"no\"\npreprocess = \"digit\"";
    table("csv: digits of another size", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "preprocess = \"digit\"");
    table("csv: digits beyond 16", &[digits("16"), digits("17")].concat(), as_digits);
    table("csv: digits from 0 to 1", &digits("0.5"), as_digits);
    let compressed = gz(b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n");
    table("csv.gz: cut short", &compressed[..compressed.len() - 12], "");
    refused("csv: no such file", "csv", "nowhere.csv", "");
    refused("csv: a folder without train.csv", "csv", "config", "");
    place.put("two/train.csv", "label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n");
    place.put("two/test.csv", "label,a\n0,1\n1,1\n");
    refused("csv: test images of another size", "csv", "two", "");

    for (name, settings) in
        [("objects", ""), ("nan", "size = [1, 2]"), ("rows", "size = [3, 3]"), ("bytes", "size = [3, 2]")]
    {
        fs::copy(format!("tests/fixtures/arrays/{name}.npz"), place.path("x.npz")).unwrap();
        refused(&format!("npz: {name}"), "npz", "x.npz", settings);
    }
    refused("npz: digits of another size", "npz", "x.npz", "preprocess = \"digit\"");
    refused("npz: groups by position", "npz", "x.npz", "group = 2");
    refused("npz: no such array", "npz", "x.npz", "group = \"writer\"");
    place.put("x.npz", "this is no archive of arrays\n");
    refused("npz: a text", "npz", "x.npz", "");
    let whole = fs::read("tests/fixtures/arrays/bytes.npz").unwrap();
    place.put("x.npz", &whole[..whole.len() - 100]);
    refused("npz: cut short", "npz", "x.npz", "");
    place.put("arrays/x.npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': '|u1',");
    place.put("arrays/y.npy", "");
    refused("npy: cut short", "npz", "arrays", "");
    refused("npy: a folder without arrays", "npz", "config", "");

    place.put("pictures/a/1.png", grey_png(2, 2, 1));
    fs::create_dir_all(place.path("pictures/b")).unwrap();
    refused("folder: a class without pictures", "folder", "pictures", "");
    place.put("pictures/b/1.png", "this is no picture\n");
    refused("folder: a text called .png", "folder", "pictures", "");
    place.put("pictures/b/2.jpg", "");
    refused("folder: two that are no pictures", "folder", "pictures", "");
    place.put("pictures/b/3.png", &grey_png(2, 2, 1)[..40]);
    refused("folder: three that are no pictures", "folder", "pictures", "");
    fs::create_dir_all(place.path("empty")).unwrap();
    refused("folder: empty", "folder", "empty", "");
    place.put("one/a/1.png", grey_png(2, 2, 1));
    refused("folder: one class", "folder", "one", "");
    place.put("blank/a/1.png", grey_png(200, 200, 250));
    place.put("blank/b/1.png", grey_png(200, 200, 250));
    refused("folder: no digit on the picture", "folder", "blank", "preprocess = \"digit\"");
    place.put("half/test/a/1.png", grey_png(2, 2, 1));
    refused("folder: test without train", "folder", "half", "");
    refused("folder: a file", "folder", "x.csv", "");
    refused("folder: no such folder", "folder", "nowhere", "");
    assert_snapshot!(transcript);
}

#[test]
fn every_picture_that_cannot_be_read_is_listed() {
    let place = Place::new();
    place.put("x/a/1.png", grey_png(2, 2, 1));
    place.put("x/a/2.png", "text");
    place.put("x/b/1.png", "");
    place.put("x/b/2.png", &grey_png(2, 2, 1)[..40]);
    place.put("x.toml", "[data]\nsource = \"folder\"\npath = \"x\"\n");
    assert_snapshot!(place.fails(1, &["data", "check", "x.toml"]));
}

// The program.

/// A small table with everything that is worth a remark: copies, a conflict, a blank image, too few dogs.
fn odd_table() -> String {
    let row = |label: &str, i: u32| format!("{label},{i},{},{},{}\n", 2 * i, 250 - i, (7 * i) % 100);
    let mut table = String::from("label,a,b,c,d\n");
    table.extend((0..32).map(|i| row("cat", i)));
    table.extend((32..38).map(|i| row("dog", i)));
    table += &row("dog", 3);
    table += "cat,9,9,9,9\n";
    // To test.
    table.extend((40..46).map(|i| row("cat", i)));
    table.extend((46..48).map(|i| row("dog", i)));
    table + &row("cat", 5) + &row("cat", 6)
}

#[test]
fn a_check_says_what_is_odd_about_the_images() {
    let place = Place::new();
    place.put("odd.csv", odd_table());
    place.put("odd.toml", "[data]\nsource = \"csv\"\npath = \"odd.csv\"\nsplit = \"order\"\ntrain = 40\nscale = 16.0\n[training]\nbatch_size = 10\n");
    assert_snapshot!(place.ok(&["data", "check", "odd.toml"]));
    let report = place.json(&["data", "check", "odd.toml", "--json", "--set", "data.validation=4"]);
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "advice",
            "blank",
            "classes",
            "constant_pixels",
            "duplicates",
            "height",
            "images",
            "imbalance",
            "leaked",
            "max",
            "mean",
            "min",
            "shared_groups",
            "width"
        ]
    );
    let copies = &report["duplicates"][1];
    assert_eq!((&copies["places"][0], &copies["parts"][1]), (&"odd.csv, row 7".into(), &"test".into()));
    assert_eq!(report["classes"][1]["validation"], 3);
    place.ok(&["data", "check", "odd.toml", "--png", "odd.png"]);
    let sheet = image::load_from_memory(&place.file("odd.png")).unwrap();
    assert!(sheet.width() > 100 && sheet.height() > 50, "{} x {}", sheet.width(), sheet.height());
    let clean = place.ok(&["data", "check", "config/mlp.toml", "--set", "data.validation=200"]);
    assert_snapshot!("a_check_of_the_digits", clean);
}

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

    // Everything calls the classes by their names.
    assert!(printed.contains("bar") && printed.contains("dash"), "{printed}");
    let shown = place.ok(&["show", "0", "39", "--config", "shapes.toml"]);
    assert!(shown.starts_with("image 0: bar\n") && shown.contains("\nimage 39: dash\n"), "{shown}");
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

    // A network that has hardly learnt makes mistakes, which have names too.
    let args = ["train", "shapes.toml", "--name", "fresh", "--device", "flex", "--progress", "none"];
    place.ok(&[&args[..], &["--set", "training.epochs=1", "--set", "optimizer.learning_rate=1e-9"]].concat());
    let errors = place.ok(&["errors", "fresh", "--device", "flex"]);
    assert!(errors.contains("bar read as dash") || errors.contains("dash read as bar"), "{errors}");

    // Images of another size, or of other classes, are not for this network.
    place.put("small/bar/1.png", grey_png(8, 8, 1));
    place.put("small/dash/1.png", grey_png(8, 8, 2));
    for i in 2..20 {
        place.put(&format!("small/bar/{i}.png"), grey_png(8, 8, i));
        place.put(&format!("small/dash/{i}.png"), grey_png(8, 8, 100 + i));
    }
    let note = place.fails(2, &["evaluate", "shapes", "--data", "small"]);
    assert!(note.contains("8x8") && note.contains("28x28"), "{note}");
    fs::rename(place.path("shapes"), place.path("moved")).unwrap();
    assert_eq!(place.ok(&["evaluate", "shapes", "--data", "moved", "--device", "flex"]), verdict);
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
    // An image of the table as a picture: ink that is 16 there is 255 here.
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
        // An idx file has no place for groups.
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
    assert!(note.starts_with("error: notes.md is of no kind of file that images are read from\nhint: "), "{note}");
    place.put("notes.txt", "Dear diary,\ntoday no images.\n");
    let note = place.run(&["init", "notes.txt"]);
    assert!(!note.status.success() && !place.has("notes.toml"), "{}", text(&note.stderr));
    place.fails(2, &["init", "nowhere"]);
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
    assert_eq!(group(), Column::default(), "letters are no numbers");
}

// Any bytes.

#[track_caller]
fn assert_clear(error: &chiffres::Error) {
    let message = error.to_string();
    assert!(message.starts_with("FILE"), "{message}");
    assert!(!message.contains(char::is_control) && message.len() < 400, "{message:?}");
    let hint = error.hint().unwrap();
    assert!(!hint.contains(char::is_control) && hint.len() < 400, "{hint:?}");
}

fn check_images(height: usize, width: usize, pixels: &Pixels) {
    for i in 0..pixels.len() {
        assert_eq!(pixels.image(i).len(), height * width);
    }
}

fn check_idx(bytes: &[u8]) {
    match idx::read_values("FILE", &mut &*bytes) {
        Ok((header, values)) => assert_eq!(header.dimensions.iter().product::<usize>(), values.len()),
        Err(error) => assert_clear(&error),
    }
    match idx::images("FILE", Arc::new(bytes.to_vec())) {
        Ok((height, width, pixels)) => check_images(height, width, &pixels),
        Err(error) => assert_clear(&error),
    }
}

fn check_csv(bytes: &[u8], config: &DataConfig) {
    match csv::read("FILE", bytes, config) {
        Ok(images) => {
            check_images(images.height, images.width, &images.pixels);
            assert_eq!(images.pixels.len(), images.labels.len());
            assert!(images.groups.is_none_or(|groups| groups.len() == images.labels.len()));
        }
        Err(error) => assert_clear(&error),
    }
}

fn check_array(array: &Array) {
    for size in [&[][..], &[2, 3]] {
        match array.images(size) {
            Ok(images) => check_images(images.height, images.width, &images.pixels),
            Err(error) => assert_clear(&error),
        }
    }
    if let Err(error) = array.labels() {
        assert_clear(&error);
    }
}

fn check_npz(bytes: &[u8]) {
    match Archive::open("FILE", Arc::new(bytes.to_vec())) {
        Ok(archive) => {
            for name in ["x", "y", "x_train", "writer_test"] {
                match archive.array(name) {
                    Ok(array) => check_array(&array),
                    Err(error) => assert_clear(&error),
                }
            }
        }
        Err(error) => assert_clear(&error),
    }
    check_array(&Array::of_file("FILE", Arc::new(bytes.to_vec())));
}

fn table_config(choice: u8) -> DataConfig {
    let text = [
        "",
        "label = 0\nheader = \"no\"",
        "label = 1\ngroup = 0\nseparator = \";\"",
        "label = \"a\"\ngroup = \"b\"\nheader = \"yes\"\nsize = [1, 2]",
    ][usize::from(choice % 4)];
    let text = format!("[data]\nsource = \"csv\"\npath = \"x\"\n{text}");
    Experiment::from_toml("test.toml", &text, &[]).unwrap().data
}

/// The beginning of a NumPy array, as NumPy writes it.
fn npy(descr: &str, is_fortran: bool, shape: &str, values: &[u8]) -> Vec<u8> {
    let order = if is_fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({shape}), }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), values].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_images_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300), choice in 0u8..4) {
        check_idx(&bytes);
        check_csv(&bytes, &table_config(choice));
        check_npz(&bytes);
    }

    #[test]
    fn any_bytes_after_an_idx_header_are_images_or_an_error(
        dimensions in proptest::collection::vec(prop_oneof![0usize..4, any::<u32>().prop_map(|n| n as usize)], 1..4),
        values in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        check_idx(&idx_bytes(&dimensions, &values));
    }

    #[test]
    fn any_text_is_a_table_or_an_error(
        text in "(label|a|b|[0-9]{1,3}|0\\.5|NaN|\"|;|,|,|,|\n|\n|\r|\\PC){0,60}",
        header in any::<bool>(),
        choice in 0u8..4,
    ) {
        let header = if header { "label,a,b\n0,1,2\n" } else { "" };
        check_csv(format!("{header}{text}").as_bytes(), &table_config(choice));
    }

    #[test]
    fn any_bytes_after_an_array_header_are_images_or_an_error(
        descr in prop_oneof![
            Just("|u1"), Just("<u2"), Just(">i4"), Just("<i8"), Just("<f4"), Just(">f8"), Just("|b1"), Just("|O"),
            Just("<U7"), Just("<c16"), Just("<f2"), Just("<M8[D]"), Just("|S0"), Just("|V3"), Just("<f16"),
        ],
        is_fortran in any::<bool>(),
        shape in proptest::collection::vec(prop_oneof![0u64..5, any::<u64>()], 0..6),
        values in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let shape: String = shape.iter().map(|size| format!("{size}, ")).collect();
        check_array(&Array::of_file("FILE", Arc::new(npy(descr, is_fortran, &shape, &values))));
    }

    #[test]
    fn any_array_header_is_read_or_an_error(header in "\\PC{0,200}", values in proptest::collection::vec(any::<u8>(), 0..30)) {
        let bytes = [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), &values].concat();
        check_array(&Array::of_file("FILE", Arc::new(bytes)));
    }

    #[test]
    fn a_damaged_archive_is_images_or_an_error(
        name in prop_oneof![Just("bytes"), Just("compressed"), Just("parts"), Just("objects")],
        damage in proptest::collection::vec((0.0f64..1.0, any::<u8>()), 0..5),
        end in prop_oneof![Just(1.0f64), 0.0f64..1.0],
    ) {
        let mut bytes = fs::read(format!("tests/fixtures/arrays/{name}.npz")).unwrap();
        for (place, value) in damage {
            let at = (bytes.len() as f64 * place) as usize;
            bytes[at] = value;
        }
        bytes.truncate((bytes.len() as f64 * end) as usize);
        check_npz(&bytes);
    }
}

#[test]
fn shares_are_not_mixed_with_whole_numbers() {
    let place = Place::new();
    place.put("t/train.csv", b"label,a\n0,0.5\n1,1\n0,0\n1,0.25\n");
    place.put("t/test.csv", b"label,a\n0,0\n1,1\n");
    let error = open(&place, "csv", "t", "").unwrap_err();
    assert!(
        error.to_string().ends_with(": the pixels are whole numbers, but those to train on are from 0 to 1"),
        "{error}"
    );
    assert!(error.to_string().contains("test.csv, row 2"), "{error}");
}

#[cfg(feature = "parquet")]
#[test]
fn a_parquet_file_names_its_classes_and_groups() {
    let place = Place::new();
    place.put("p/train-00000.parquet", include_bytes!("../fixtures/arrays/pictures.parquet"));
    let dataset = opened(&place, "parquet", "p", "group = \"writer\"\n");
    assert_eq!((dataset.len(), dataset.height(), dataset.width(), dataset.max_value()), (6, 2, 3, 255));
    assert_eq!(dataset.classes(), ["cat", "dog", "owl"]);
    assert_eq!(dataset.labels(), [2, 0, 1, 2, 0, 1]);
    assert_eq!(dataset.groups().unwrap(), [0, 0, 1, 1, 2, 2]);
    let values: Vec<u8> = (0..6).flat_map(|i| dataset.image(i).unwrap().pixels.to_vec()).collect();
    assert_eq!(values, (0..36).map(|i| 7 * i).collect::<Vec<u8>>());
    // In the order of the list, and brought to another size.
    let named = opened(&place, "parquet", "p", "size = [4, 6]\nclasses = [\"owl\", \"cat\", \"dog\"]\n");
    assert_eq!((named.classes()[0].as_str(), named.labels(), named.inputs()), ("owl", &[0, 1, 2, 0, 1, 2][..], 24));
}

#[cfg(feature = "parquet")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_parquet_file_is_images_or_an_error(at in 0usize..2500, value in any::<u8>(), cut in 0usize..2500) {
        let whole = include_bytes!("../fixtures/arrays/pictures.parquet");
        let mut damaged = whole.to_vec();
        let end = damaged.len();
        damaged[at % end] = value;
        let place = Place::new();
        for bytes in [&damaged[..], &whole[..cut % end]] {
            place.put("x.parquet", bytes);
            let path = place.0.path().join("x.parquet").display().to_string();
            let config = chiffres::config::DataConfig { path, ..chiffres::config::DataConfig::of(chiffres::config::Source::Parquet, chiffres::config::PicturePreprocessing::Resize) };
            if let Err(error) = source::open(&config, source::OpenOptions::QUIET) {
                prop_assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    }
}
