//! Pictures of another shape than the images, and colours that vary.

use burn::tensor::Device;
use image::{Rgb, RgbImage};

use chiffres::config::{AugmentationConfig, Channels, Fit};
use chiffres::data::{Augmenter, Images, Labels, Origin, Parts, Pixels, Reading, Unit};
use chiffres::error::Language;
use chiffres::native::pictures;
use chiffres::preprocess::Raster;
use chiffres::{Dataset, Experiment, Recogniser, SavedModel, Split, Trainer};

use super::colour::colour_png;
use super::{opened, pixels, reading};
use crate::cli::Place;

#[test]
fn a_wide_picture_gets_bars_or_loses_its_sides_or_is_stretched() {
    let wide = Raster::new(2, 4, vec![10, 20, 30, 40, 50, 60, 70, 80]);
    // All of it is border, with the mean 45.
    assert_eq!(
        wide.fitted(4, 4, Fit::Letterbox).pixels(),
        [45, 45, 45, 45, 10, 20, 30, 40, 50, 60, 70, 80, 45, 45, 45, 45]
    );
    assert_eq!(wide.fitted(2, 2, Fit::Crop).pixels(), [20, 30, 60, 70]);
    assert_eq!(wide.fitted(2, 2, Fit::Stretch), wide.resized(2, 2));
    let high = Raster::with_channels(4, 1, 3, vec![9, 8, 7, 9, 8, 7, 9, 8, 7, 9, 8, 7]);
    assert_eq!(high.fitted(4, 3, Fit::Letterbox).pixels(), [9, 8, 7].repeat(12));
    assert_eq!(high.fitted(1, 1, Fit::Crop).pixels(), [9, 8, 7]);
    // A picture of the same shape is the same with each fit, and the thinnest line is not lost.
    let square = Raster::new(6, 6, (0..36).collect());
    for fit in [Fit::Letterbox, Fit::Crop, Fit::Stretch] {
        assert_eq!(square.fitted(4, 4, fit), square.resized(4, 4), "{fit}");
        for (height, width) in [(1, 4000), (4000, 1), (1, 1), (3, 1000)] {
            let line = Raster::new(height, width, vec![7; height * width]);
            for (rows, columns) in [(8, 8), (1, 1), (1, 9), (28, 3)] {
                assert_eq!(line.fitted(rows, columns, fit).pixels(), vec![7; rows * columns], "{fit}");
            }
        }
    }
    assert!(square.has_shape(3, 3) && !wide.has_shape(3, 3) && wide.has_shape(3, 6));
}

/// Folders of wide pictures: red on the left, or green on the right.
fn wide(place: &Place) {
    for i in 0..12 {
        let picture = |is_red: bool| {
            RgbImage::from_fn(24, 12, |x, y| match (is_red, x < 5, x >= 19) {
                (true, true, _) => Rgb([200, 30 + i, 40]),
                (false, _, true) => Rgb([20, 150, 70 + i]),
                _ => Rgb([(90 + 3 * x) as u8, (100 + 2 * y) as u8, 120]),
            })
        };
        place.put(&format!("wide/red/{i:02}.png"), colour_png(&picture(true)));
        place.put(&format!("wide/green/{i:02}.png"), colour_png(&picture(false)));
    }
}

#[test]
fn pictures_to_predict_are_fitted_as_those_of_training() {
    let place = Place::new();
    wide(&place);
    let device = Device::flex();
    for (fit, sentence) in [
        ("letterbox", "pictures of another shape than data.size get bars (data.fit)"),
        ("crop", "pictures of another shape than data.size lose their edges (data.fit)"),
        ("stretch", "pictures of another shape than data.size are stretched (data.fit)"),
    ] {
        let data = format!("size = [8, 8]\nchannels = 3\nfit = \"{fit}\"\n");
        let settings = format!("{data}[training]\nepochs = 1\nbatch_size = 4");
        let experiment = reading(&place, "folder", "wide", &settings);
        let dataset = opened(&place, "folder", "wide", &data);
        assert_eq!(dataset.reading().sentences(Language::English)[1], sentence);
        let mut trainer = Trainer::new(&experiment, &dataset, &device).unwrap();
        while trainer.epoch().is_some() {}
        let bytes = SavedModel::new(&experiment, &dataset, trainer.final_weights()).to_bytes();
        let recogniser = Recogniser::new(&SavedModel::from_bytes("model", &bytes).unwrap(), &device);
        for index in 0..dataset.len() {
            let file = dataset.place(index).file.unwrap();
            let picture = pictures::read_as(file.as_ref(), experiment.data.paper, Channels::COLOUR).unwrap();
            let image = dataset.image(index).unwrap();
            assert_eq!(recogniser.recognise(&picture).unwrap().pixels, image.pixels, "{fit} {file}");
        }
    }
    let of = |fit: &str| pixels(&opened(&place, "folder", "wide", &format!("size = [8, 8]\nchannels = 3\n{fit}")));
    assert_eq!(of(""), of("fit = \"stretch\""), "as it was before there was a choice");
    // A crop of the middle loses what tells these pictures apart.
    assert_eq!(of("fit = \"crop\"")[0], of("fit = \"crop\"")[12]);
    assert_ne!(of("fit = \"letterbox\"")[0], of("fit = \"letterbox\"")[12]);
}

#[test]
fn networks_with_filters_read_colours_in_their_own_shape() {
    let data = |text: &str| {
        let text = format!("[data]\nsource = \"folder\"\npath = \"photos\"\n{text}");
        let experiment = Experiment::from_toml("test.toml", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let back = Experiment::from_toml("test.toml", &experiment.to_toml(), &[]).unwrap();
        assert_eq!(back, experiment);
        let changes: Vec<_> = experiment.changes().into_iter().map(|(path, _)| path).collect();
        (experiment.data.channels, experiment.data.fit, changes.join(" "))
    };
    let perceptron = (Channels::GREY, Fit::Stretch, "data.source data.path".to_string());
    assert_eq!(data(""), perceptron);
    let (channels, fit, changes) = data("[model]\nfilters = [8]");
    assert_eq!((channels, fit, &*changes), (Channels::Auto, Fit::Letterbox, "data.source data.path model.filters"));
    let (channels, fit, _) = data("channels = 1\nfit = \"crop\"\n[model]\nfilters = [8]");
    assert_eq!((channels, fit), (Channels::GREY, Fit::Crop));
    let (channels, fit, _) = data("preprocess = \"digit\"\n[model]\nfilters = [8]");
    assert_eq!((channels, fit), (Channels::GREY, Fit::Stretch));
}

/// One image of one pixel, or more, in colour.
fn dataset(colours: &[[u8; 3]]) -> Dataset {
    let images = Images {
        height: 1,
        width: 1,
        channels: 3,
        pixels: Pixels::in_memory(3, colours.as_flattened().to_vec()),
        is_light: true,
        is_unit: false,
        labels: Labels::Numbers((0..colours.len() as i64).collect()),
        groups: None,
        origin: Origin::File { file: "made up".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("made up"),
    };
    Dataset::new(Parts::from(images), &[], Some(255)).unwrap()
}

/// Red, green and blue of each image in an epoch.
fn varied(dataset: &Dataset, strengths: [f64; 3], epoch: usize) -> Vec<[f32; 3]> {
    let config = AugmentationConfig { colour: strengths.to_vec(), ..Default::default() };
    let images: Vec<usize> = (0..dataset.len()).collect();
    let values = Augmenter::new(&config, 7, dataset).unwrap().variants(dataset, &images, epoch);
    values.as_chunks::<3>().0.to_vec()
}

fn luminance([red, green, blue]: [f32; 3]) -> f32 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The hue of a colour in degrees, around the grey axis.
fn hue([red, green, blue]: [f32; 3]) -> f32 {
    (3f32.sqrt() * (green - blue)).atan2(2.0 * red - green - blue).to_degrees()
}

#[test]
fn hue_saturation_and_brightness_vary_each_within_its_strength() {
    let colours = dataset(&[[140, 90, 100], [100, 130, 90], [90, 100, 150], [120, 120, 120]]);
    let plain: Vec<[f32; 3]> =
        (0..4).map(|i| <[u8; 3]>::try_from(colours.image(i).unwrap().pixels).unwrap().map(f32::from)).collect();
    let (mut turns, mut saturations, mut lights) = (Vec::new(), Vec::new(), Vec::new());
    for epoch in 1..=50 {
        for (i, colour) in varied(&colours, [30.0, 0.0, 0.0], epoch).into_iter().enumerate().take(3) {
            let turn = (hue(colour) - hue(plain[i]) + 540.0) % 360.0 - 180.0;
            assert!(turn.abs() < 30.1, "{turn}");
            let sums: [f32; 2] = [colour, plain[i]].map(|colour| colour.iter().sum());
            assert!((sums[0] - sums[1]).abs() < 0.01, "a turn around the grey axis keeps the sum");
            turns.push(turn);
        }
        for (i, colour) in varied(&colours, [0.0, 0.5, 0.0], epoch).into_iter().enumerate() {
            assert!((luminance(colour) - luminance(plain[i])).abs() < 0.01, "saturation keeps the grey value");
            assert!(i == 3 || (hue(colour) - hue(plain[i])).abs() < 0.1, "and the hue");
            if i < 3 {
                saturations.push((colour[0] - colour[1]) / (plain[i][0] - plain[i][1]));
            }
        }
        for (i, colour) in varied(&colours, [0.0, 0.0, 0.2], epoch).into_iter().enumerate() {
            let factor = colour[0] / plain[i][0];
            assert!((0..3).all(|channel| (colour[channel] - factor * plain[i][channel]).abs() < 0.01));
            lights.push(factor);
        }
        // Grey has no hue and no saturation.
        let grey = varied(&colours, [180.0, 2.0, 0.0], epoch)[3];
        assert!(grey.iter().all(|value| (value - 120.0).abs() < 0.01), "{grey:?}");
    }
    let range = |values: &[f32]| values.iter().fold([f32::MAX, f32::MIN], |[low, high], &x| [low.min(x), high.max(x)]);
    let [least, most] = range(&turns);
    assert!(least < -25.0 && most > 25.0, "{least} {most}");
    let [least, most] = range(&saturations).map(f32::ln);
    assert!((-0.51..-0.4).contains(&least) && (0.4..0.51).contains(&most), "{least} {most}");
    let [least, most] = range(&lights).map(f32::ln);
    assert!((-0.21..-0.17).contains(&least) && (0.17..0.21).contains(&most), "{least} {most}");
}

#[test]
fn colours_vary_by_seed_epoch_and_image_alone() {
    let colours = dataset(&[[140, 90, 100], [140, 90, 100], [255, 0, 0]]);
    let [first, second] = [1, 2].map(|epoch| varied(&colours, [20.0, 0.3, 0.2], epoch));
    assert_eq!(first, varied(&colours, [20.0, 0.3, 0.2], 1));
    assert!(first != second && first[0] != first[1]);
    assert!([first, second].concat().as_flattened().iter().all(|value| (0.0..=255.0).contains(value)));
    // Other draws stay as they are when colours vary, too.
    let config = AugmentationConfig { gain: 0.3, mirror: 0.5, elastic: 0.1, ..Default::default() };
    let with = AugmentationConfig { colour: vec![0.0, 0.0, 0.0], ..config.clone() };
    let [plain, with] = [config, with].map(|config| Augmenter::new(&config, 7, &colours).unwrap().variation(3, 1));
    assert_eq!(plain, with);
}

#[test]
fn grey_images_have_no_colours_to_vary() {
    let text = "[data]\nsource = \"folder\"\npath = \"wide\"\n[augmentation]\ncolour = [5, 0.3, 0.2]";
    let error = Experiment::from_toml("test.toml", text, &[]).unwrap_err().to_string();
    assert!(error.contains("augmentation.colour") && error.contains("data.channels = 1"), "{error}");
    let text = text.replace("[augmentation]", "channels = \"auto\"\n[augmentation]");
    let experiment = Experiment::from_toml("test.toml", &text, &[]).unwrap();
    let error = Split::new(&Dataset::digits().unwrap(), &experiment).unwrap_err().to_string();
    assert!(error.contains("augmentation.colour changes colours, but the images are grey"), "{error}");
    for strengths in ["[5.0]", "[200.0, 0.0, 0.0]", "[1, -1, 0]", "3", "[5, 0.1, 0.1, 0.1]"] {
        let text = format!("[augmentation]\ncolour = {strengths}");
        let error = Experiment::from_toml("test.toml", &text, &[]).unwrap_err().to_string();
        assert!(error.contains("must be [hue, saturation, brightness]"), "{strengths}: {error}");
    }
}
