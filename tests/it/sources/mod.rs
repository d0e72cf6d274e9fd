//! Images from files: read as they were written, split as asked for, and refused in one clear line.

mod also;
mod any_bytes;
mod check;
mod class_weights;
mod colour;
mod csv;
mod export;
mod fit;
mod folder;
mod formats;
mod idx;
mod init;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod prepared;
mod split;
mod table_forms;
#[cfg(unix)]
mod walker;

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use image::{GrayImage, ImageFormat, Luma};

use chiffres::data::{Images, Labels, Origin, Parts, Pixels, Reading, Unit};
use chiffres::formats::idx as idx_format;
use chiffres::native::Error;
use chiffres::native::source::{self, OpenOptions};
use chiffres::{Dataset, Experiment, Split, SplitName};

use crate::cli::Place;

pub use any_bytes::npy;

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

pub fn idx_bytes(dimensions: &[usize], values: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    idx_format::write(&mut bytes, dimensions, std::iter::once(values)).unwrap();
    bytes
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
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
        channels: 1,
        pixels: Pixels::in_memory(1, (0..labels.len()).map(|i| i as u8).collect()),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels.to_vec()),
        groups: groups.map(|groups| Labels::Numbers(groups.to_vec())),
        origin: Origin::File { file: "made up".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("made up"),
    };
    let test = test.map(|labels| part(labels, None));
    Dataset::new(Parts { train: part(labels, groups), validation: None, test }, &[], None).unwrap()
}

/// Numbers of the images to train on, to hold out and to test with, as the source names them.
fn given(dataset: &Dataset) -> [usize; 3] {
    SplitName::ALL.map(|part| dataset.given(part).len())
}

fn sizes(split: &Split) -> (usize, usize, usize) {
    (split.train.len(), split.validation.len(), split.test.len())
}

/// The messages about files that cannot be read, each under a title.
struct Refusals<'a> {
    place: &'a Place,
    transcript: String,
}

impl<'a> Refusals<'a> {
    fn of(place: &'a Place) -> Self {
        Self { place, transcript: String::new() }
    }

    /// Opens a source that cannot be read, and adds its message and its hint.
    fn add(&mut self, title: &str, source: &str, path: &str, settings: &str) {
        let error = match open(self.place, source, path, settings) {
            Ok(dataset) => panic!("{title}: {} images were read", dataset.len()),
            Err(error) => error,
        };
        let shown = format!("{error}\nhint: {}", error.hint().unwrap_or_default());
        let shown = shown.replace(self.place.path("").to_str().unwrap(), "");
        assert!(shown.lines().count() == 2 && error.to_string().len() < 400, "{title}: {shown}");
        self.transcript += &format!("# {title}\n{shown}\n\n");
    }
}
