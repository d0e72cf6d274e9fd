//! Images in colour, from every source to an answer.

use std::io::Cursor;

use burn::tensor::Device;
use image::{ImageFormat, Rgb, RgbImage};

use chiffres::config::{AugmentationConfig, Channels};
use chiffres::data::{Augmenter, Images, Labels, Origin, Parts, Pixels, Reading, Unit};
use chiffres::error::Language;
use chiffres::evaluate::evaluate;
use chiffres::native::pictures;
use chiffres::{Classifier, Dataset, Experiment, Recogniser, SavedModel, Split, SplitName, Trainer};

use super::{npy, open, opened, pixels, reading};
use crate::cli::Place;

/// Two colours with the grey value 74: 0.2126 red + 0.7152 green + 0.0722 blue.
const RED: [u8; 3] = [200, 40, 40];
const GREEN: [u8; 3] = [20, 90, 70];
const GREY: u8 = 74;

pub fn colour_png(picture: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A square of a colour somewhere on grey: the same grey everywhere.
fn square(colour: [u8; 3], at: u32) -> RgbImage {
    let is_in = |x: u32, y: u32| (at % 5..at % 5 + 4).contains(&x) && (at / 5 % 5..at / 5 % 5 + 4).contains(&y);
    RgbImage::from_fn(8, 8, |x, y| Rgb(if is_in(x, y) { colour } else { [GREY; 3] }))
}

/// Folders of red and green squares.
fn squares(place: &Place) {
    for at in 0..25 {
        place.put(&format!("squares/red/{at:02}.png"), colour_png(&square(RED, at)));
        place.put(&format!("squares/green/{at:02}.png"), colour_png(&square(GREEN, at)));
    }
}

fn said(dataset: &Dataset) -> Vec<String> {
    dataset.reading().sentences(Language::English)
}

#[test]
fn pictures_keep_their_colours_where_the_setting_says_so() {
    let place = Place::new();
    squares(&place);
    let expected = square(GREEN, 0).into_raw();
    for (setting, channels, first, sentence) in [
        ("", 1, &[GREY; 64][..], "colours became grey (training with data.channels = 3 keeps them)"),
        ("channels = 1", 1, &[GREY; 64], "colours became grey (training with data.channels = 3 keeps them)"),
        ("channels = 3", 3, &expected, "images are read in colour: three values a pixel"),
        ("channels = \"auto\"", 3, &expected, "images are read in colour: three values a pixel"),
    ] {
        let dataset = opened(&place, "folder", "squares", setting);
        assert_eq!((dataset.channels(), dataset.inputs()), (channels, 64 * channels), "{setting}");
        assert_eq!(dataset.image(0).unwrap().pixels, first, "{setting}");
        assert_eq!(said(&dataset), [sentence], "{setting}");
        let resolved = dataset.resolved(&reading(&place, "folder", "squares", setting).data);
        assert_eq!(resolved.channels, Channels::Number(channels), "{setting}");
    }
}

#[test]
fn grey_pictures_stay_as_they_were() {
    let place = Place::new();
    for (class, shift) in [("a", 0), ("b", 9)] {
        for i in 0..3 {
            let value = |x: u32, y: u32| (x * 23 + y * 31 + i * 17 + shift) as u8;
            let picture = RgbImage::from_fn(11, 13, |x, y| Rgb([value(x, y); 3]));
            place.put(&format!("grey/{class}/{i}.png"), colour_png(&picture));
        }
    }
    let of = |setting: &str| opened(&place, "folder", "grey", &format!("size = [8, 8]\n{setting}"));
    let (before, auto, three) = (of(""), of("channels = \"auto\""), of("channels = 3"));
    assert_eq!((before.channels(), auto.channels(), three.channels()), (1, 1, 3));
    assert_eq!(before.sha256(), auto.sha256());
    let stretched = "pictures of another shape than data.size are stretched (data.fit)";
    assert_eq!((said(&before), said(&auto)), (vec![stretched.into()], vec![stretched.into()]));
    assert_eq!(said(&three), ["grey values became three equal ones a pixel", stretched]);
    for (grey, colours) in pixels(&before).iter().zip(pixels(&three)) {
        assert!(colours.as_chunks::<3>().0.iter().zip(grey).all(|(colour, value)| colour == &[*value; 3]));
    }
    assert_eq!(before.sha256().len(), 64);
    assert_ne!(before.sha256(), three.sha256());
}

#[test]
fn the_cache_keeps_colours_apart_from_grey() {
    let place = Place::new();
    squares(&place);
    let check = |channels: &str| {
        let toml = format!("[data]\nsource = \"folder\"\npath = \"squares\"\nchannels = {channels}\n");
        place.put("squares.toml", format!("{toml}[training]\nbatch_size = 10\n"));
        place.json(&["data", "check", "squares.toml", "--json"])
    };
    for channels in ["1", "3", "\"auto\"", "1", "3", "\"auto\""] {
        let report = check(channels);
        let (values, sentence) = match channels {
            "1" => (1, "colours became grey (training with data.channels = 3 keeps them)"),
            _ => (3, "images are read in colour: three values a pixel"),
        };
        assert_eq!((&report["channels"], &report["reading"]["remarks"][0]), (&values.into(), &sentence.into()));
    }
}

#[test]
fn arrays_hold_colours_last_or_first_or_in_rows() {
    let place = Place::new();
    // Two images of 2x2: the values of a pixel side by side, and in planes.
    let last: Vec<u8> = (0..24).collect();
    let first: Vec<u8> =
        [0, 12].into_iter().flat_map(|image| (0..12).map(move |i| image + i % 4 * 3 + i / 4)).collect();
    place.put("last/y.npy", npy("|u1", false, "2,", &[0, 1]));
    place.put("last/x.npy", npy("|u1", false, "2, 2, 2, 3", &last));
    place.put("first/y.npy", npy("|u1", false, "2,", &[0, 1]));
    place.put("first/x.npy", npy("|u1", false, "2, 3, 2, 2", &first));
    place.put("rows/y.npy", npy("|u1", false, "2,", &[0, 1]));
    place.put("rows/x.npy", npy("|u1", false, "2, 12", &last));
    place.put(
        "rows.csv",
        "label,0,1,2,3,4,5,6,7,8,9,10,11\n0,0,1,2,3,4,5,6,7,8,9,10,11\n1,12,13,14,15,16,17,18,19,20,21,22,23\n",
    );
    let expected = [last[..12].to_vec(), last[12..].to_vec()];
    for (source, path) in [("npz", "last"), ("npz", "first"), ("npz", "rows"), ("csv", "rows.csv")] {
        for size in ["", "size = [2, 2]\n"] {
            let dataset = opened(&place, source, path, &format!("{size}channels = 3\n"));
            assert_eq!((dataset.height(), dataset.width(), dataset.channels()), (2, 2, 3), "{path}");
            assert_eq!(pixels(&dataset), expected, "{path}");
        }
    }
    let planes = "each image of the array [n, 3, rows, columns] is read as three planes: red, green, blue";
    assert_eq!(said(&opened(&place, "npz", "first", "channels = \"auto\""))[0], planes);
    // Grey as before: 0.2126, 0.7152 and 0.0722 of each colour.
    assert_eq!(pixels(&opened(&place, "npz", "last", ""))[0], [1, 4, 7, 10]);
    let error = open(&place, "csv", "rows.csv", "channels = 3\nsize = [2, 3]").unwrap_err().to_string();
    assert!(error.contains("12 values, but data.size = [2, 3] with data.channels = 3 makes 18"), "{error}");
    // Swapped rows and columns keep pixels whole.
    let swapped = opened(&place, "npz", "last", "channels = 3\ntranspose = true");
    assert_eq!(swapped.image(0).unwrap().pixels, [0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11]);
}

#[test]
fn exported_colours_are_read_back() {
    let place = Place::new();
    squares(&place);
    let toml = "[data]\nsource = \"folder\"\npath = \"squares\"\nchannels = 3\n[training]\nbatch_size = 10\n";
    place.put("squares.toml", toml);
    let experiment = reading(&place, "folder", "squares", "channels = 3\n[training]\nbatch_size = 10");
    let dataset = opened(&place, "folder", "squares", "channels = 3");
    let split = Split::new(&dataset, &experiment).unwrap();
    let mut expected: Vec<Vec<u8>> =
        [split.train, split.test].concat().iter().map(|&image| dataset.image(image).unwrap().pixels.to_vec()).collect();
    for format in ["npz", "idx", "csv", "folder"] {
        let out = place.path(&format!("out-{format}"));
        let table = place.ok(&["data", "export", "squares.toml", "--to", format, out.to_str().unwrap()]);
        let table = format!("{table}[training]\nbatch_size = 10\n");
        let experiment = Experiment::from_toml("exported", &table, &[]).unwrap_or_else(|error| panic!("{error}"));
        let read = chiffres::native::source::open(&experiment.data, super::OpenOptions::QUIET).unwrap();
        let mut found = pixels(&read);
        if format == "folder" {
            // By class, and not in the order of the split.
            found.sort();
            expected.sort();
        }
        assert_eq!(found, expected, "{format}");
        assert_eq!(read.classes(), dataset.classes(), "{format}");
    }
}

/// A network trained on the squares, and the images that it was trained and tested with.
fn trained(place: &Place, channels: &str) -> (SavedModel, Dataset, Experiment) {
    let settings = format!(
        "channels = {channels}\n[model]\nhidden = [8]\n[training]\nepochs = 60\nbatch_size = 8\n[prediction]\nreferences = 10\n"
    );
    let experiment = reading(place, "folder", "squares", &settings);
    let dataset = opened(place, "folder", "squares", &format!("channels = {channels}"));
    let mut trainer = Trainer::new(&experiment, &dataset, &Device::flex()).unwrap();
    while trainer.epoch().is_some() {}
    let saved = SavedModel::new(&experiment, &dataset, trainer.final_weights());
    (saved, dataset, experiment)
}

#[test]
fn a_network_tells_hues_apart_that_are_one_grey() {
    let place = Place::new();
    squares(&place);
    let device = Device::flex();
    let errors = |channels: &str| {
        let (saved, dataset, experiment) = trained(&place, channels);
        let split = Split::new(&dataset, &experiment).unwrap();
        let classifier = Classifier::new(&saved, &device);
        let evaluation = evaluate(&classifier, &dataset, &split, SplitName::Test).unwrap();
        (evaluation.errors(), evaluation.answers.len())
    };
    assert_eq!(errors("\"auto\""), (0, 10));
    assert_eq!(errors("1"), (5, 10), "the pictures are the same grey everywhere");
}

#[test]
fn a_model_file_keeps_the_channels_and_reads_pictures_as_in_training() {
    let place = Place::new();
    squares(&place);
    let (saved, dataset, experiment) = trained(&place, "\"auto\"");
    let device = Device::flex();
    let split = Split::new(&dataset, &experiment).unwrap();
    let classifier = Classifier::new(&saved, &device);
    let references = classifier.references(&dataset, &split, 10).unwrap();
    let saved = SavedModel { references, ..saved };
    let read = SavedModel::from_bytes("model", &saved.to_bytes()).unwrap();
    assert_eq!(read, saved);
    assert_eq!((read.channels, read.experiment.data.channels), (3, Channels::COLOUR));
    let recogniser = Recogniser::new(&read, &device);
    let picture = pictures::read_as(&place.path("squares/red/07.png"), read.experiment.data.paper, Channels::COLOUR);
    let recognition = recogniser.recognise(&picture.unwrap()).unwrap();
    assert_eq!(read.classes[recognition.prediction.label], "red");
    assert_eq!(recognition.pixels, square(RED, 7).into_raw());
    assert_eq!(recognition.image().channels, 3);
    assert!(recognition.novelty.is_some(), "compared with the references");
    // A grey picture has three equal values a pixel.
    let grey = chiffres::preprocess::Raster::new(8, 8, vec![GREY; 64]);
    assert_eq!(recogniser.recognise(&grey).unwrap().pixels, [GREY; 192]);
    let error = classifier.predict(&[0; 64]).unwrap_err().to_string();
    assert!(error.contains("64 values, but the network reads 8x8x3"), "{error}");

    // A network of grey images says nothing of channels in its file, and makes colours grey.
    let (grey, ..) = trained(&place, "1");
    let bytes = grey.to_bytes();
    let header = String::from_utf8_lossy(&bytes[..2000]).into_owned();
    assert!(!header.contains("\"width\\\":8,\\\"channels"), "{header}");
    let recogniser = Recogniser::new(&SavedModel::from_bytes("model", &bytes).unwrap(), &device);
    let raster = chiffres::preprocess::Raster::with_channels(8, 8, 3, square(RED, 7).into_raw());
    assert_eq!(recogniser.recognise(&raster).unwrap().pixels, [GREY; 64]);
}

#[test]
fn each_channel_is_varied_as_a_grey_image_is() {
    let values: Vec<u8> = (0..4 * 5 * 7 * 3).map(|i| (i * 37 % 251) as u8).collect();
    let dataset = |channels: usize, values: Vec<u8>| {
        let images = Images {
            height: 5,
            width: 7,
            channels,
            pixels: Pixels::in_memory(35 * channels, values),
            is_light: true,
            is_unit: false,
            labels: Labels::Numbers(vec![0, 1, 0, 1]),
            groups: None,
            origin: Origin::File { file: "made up".into(), unit: Unit::Image, first: 0 },
            reading: Reading::new("made up"),
        };
        Dataset::new(Parts::from(images), &[], Some(255)).unwrap()
    };
    let config = AugmentationConfig {
        shift: 1.0,
        rotation: 20.0,
        elastic: 0.5,
        gain: 0.3,
        brightness: 9.0,
        mirror: 0.5,
        ..Default::default()
    };
    let variants = |dataset: &Dataset| Augmenter::new(&config, 3, dataset).unwrap().variants(dataset, &[3, 0, 2], 5);
    let all = variants(&dataset(3, values.clone()));
    for channel in 0..3 {
        let of_channel = |values: &[u8]| values.iter().skip(channel).step_by(3).copied().collect();
        let plane = variants(&dataset(1, of_channel(&values)));
        assert!(all.iter().skip(channel).step_by(3).eq(&plane), "{channel}");
    }
}

#[test]
fn digits_are_grey_whatever_the_channels() {
    let place = Place::new();
    squares(&place);
    let text = format!(
        "[data]\nsource = \"folder\"\npath = {:?}\npreprocess = \"digit\"\nchannels = 3",
        place.path("squares")
    );
    let error = Experiment::from_toml("test.toml", &text, &[]).unwrap_err().to_string();
    assert!(error.contains("data.channels is 3, but data.preprocess"), "{error}");
}
