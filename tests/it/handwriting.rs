//! Pictures of handwriting: from the file to 8x8 pixels, and to an answer.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use burn::tensor::Device;
use image::{DynamicImage, GrayAlphaImage, ImageFormat, LumaA, Rgba, RgbaImage};
use proptest::prelude::*;

use chiffres::data::Reading;
use chiffres::native::{pictures, source};
use chiffres::novelty::{Limits, NoveltyDetector, Reason};
use chiffres::preprocess::{DigitPreprocessing, NoDigit, Raster, Steps};
use chiffres::{Classifier, Experiment, SavedModel, Split, SplitName, evaluate};

use crate::{digits, learn};

const FOLDER: &str = "tests/fixtures/handwriting";

/// The network of the recipe, trained once for all tests.
fn recipe() -> &'static SavedModel {
    static MODEL: OnceLock<SavedModel> = OnceLock::new();
    MODEL.get_or_init(|| train_recipe(0))
}

fn train_recipe(seed: u64) -> SavedModel {
    let text = include_str!("../../config/recipe.toml");
    let recipe = Experiment::from_toml("config/recipe.toml", text, &[]).unwrap();
    let experiment = Experiment { seed, ..recipe };
    let state = learn(&experiment, None, Device::flex()).state;
    SavedModel::new(&experiment, &digits(), state.weights)
}

fn pictures_in(folder: &str) -> Vec<PathBuf> {
    source::pictures_in(Path::new(folder), &mut Reading::new(folder)).into_iter().map(Result::unwrap).collect()
}

fn files(kind: &str) -> Vec<PathBuf> {
    let all = pictures_in(FOLDER).into_iter();
    let of_kind: Vec<PathBuf> = all.filter(|path| path.to_str().unwrap().contains(kind)).collect();
    assert_eq!(of_kind.len(), 20);
    of_kind
}

fn steps(path: &Path) -> Steps {
    DigitPreprocessing::default().digit(&pictures::read(path).unwrap()).unwrap_or_else(|no| panic!("{path:?}: {no}"))
}

/// The digit that a file's name begins with.
fn digit(path: &Path) -> usize {
    let name = path.file_name().unwrap().to_str().unwrap();
    usize::from(name.as_bytes()[0] - b'0')
}

/// A stroke of a colour, opaque in its middle, half so at its edge, on `paper`; red, green, blue and opacity.
fn stroke(ink: [u8; 3], paper: [u8; 4]) -> RgbaImage {
    RgbaImage::from_fn(31, 40, |x, y| match (x.abs_diff(15), y) {
        (0..=2, 5..=34) => Rgba([ink[0], ink[1].wrapping_add(y as u8), ink[2], 255]),
        (3, 5..=34) => Rgba([ink[0], ink[1], ink[2], 97]),
        _ => Rgba(paper),
    })
}

#[test]
fn a_canvas_and_its_png_file_have_the_same_grey_values() {
    let cases = [
        // 0.2126 * 250 + 0.7152 * 240 + 0.0722 * 200 = 239.2
        ("opaque", stroke([20, 30, 160], [250, 240, 200, 255]), 239),
        ("dark ink on nothing", stroke([20, 30, 160], [0, 0, 0, 0]), 255),
        ("light ink on nothing", stroke([200, 200, 90], [255, 255, 255, 0]), 0),
    ];
    for (name, picture, paper) in cases {
        let canvas = Raster::from_rgba(40, 31, &picture);
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        assert_eq!(canvas, pictures::from_reader(name, file.get_ref().as_slice()).unwrap(), "{name}");
        let ink = canvas.pixels()[20 * 31 + 15];
        assert_eq!(canvas.pixels()[0], paper, "{name}");
        assert!(paper.abs_diff(ink) > 100, "{name}: {ink}");
    }
    // Grey pictures, opaque or not, are as grey in colours.
    let grey = GrayAlphaImage::from_fn(16, 16, |x, y| LumaA([(16 * y) as u8, (17 * x) as u8]));
    let colours = DynamicImage::from(grey.clone()).into_rgba8();
    let mut file = Cursor::new(Vec::new());
    grey.write_to(&mut file, ImageFormat::Png).unwrap();
    let read = pictures::from_reader("grey", file.get_ref().as_slice()).unwrap();
    assert_eq!(Raster::from_rgba(16, 16, &colours), read);
}

#[test]
fn the_recipe_reads_handwriting_from_elsewhere() {
    let classifier = Classifier::new(recipe(), &Device::flex());
    for kind in ["mnist", "paper"] {
        let right = files(kind)
            .iter()
            .filter(|path| classifier.predict(&steps(path).pixels).unwrap().label == digit(path))
            .count();
        println!("{kind}: {right} of 20 right");
        assert!(right >= 15, "{kind}: {right} of 20 right");
    }
}

#[test]
fn the_reading_network_reads_nearly_every_picture() {
    let reading = SavedModel::reading();
    let classifier = Classifier::new(&reading, &Device::flex());
    for kind in ["-mnist", "-paper"] {
        let read = |path: &PathBuf| classifier.predict(&steps(path).pixels).unwrap().label == digit(path);
        let right = files(kind).iter().filter(|path| read(path)).count();
        assert!(right >= 19, "{kind}: {right} of 20 right");
    }
    // Digits of other writers than any that it has learnt from, but for the last 29 of a form.
    let digits = digits();
    let others: Vec<usize> = (1000..1797).collect();
    let answers = classifier.predict_many(&digits, &others).unwrap();
    let right =
        answers.iter().zip(&others).filter(|(answer, i)| answer.label == digits.image(**i).unwrap().label).count();
    assert!(right >= 770, "{right} of 797 right");
}

#[test]
fn the_saved_network_of_the_recipe_is_up_to_date() {
    let saved = SavedModel::from_bytes("recipe.model", include_bytes!("../../examples/recipe.model")).unwrap();
    assert_eq!(saved.experiment, recipe().experiment);
    let (digits, device) = (digits(), Device::flex());
    let split = Split::new(&digits, &saved.experiment).unwrap();
    let answers = |model: &SavedModel| Classifier::new(model, &device).predict_many(&digits, &split.test).unwrap();
    let (saved, trained) = (answers(&saved), answers(recipe()));
    // Machines add floats in different orders; after 8,000 steps, hardly any answer differs.
    let others = saved.iter().zip(&trained).filter(|(a, b)| a.label != b.label).count();
    assert!(others <= 8, "{others} of 797 answers differ: save the model of config/recipe.toml, --device flex, anew");
}

#[test]
fn the_recipe_has_a_mean_error_rate_of_at_most_3_9_percent() {
    let digits = digits();
    let rates: Vec<f64> = (0..10)
        .map(|seed| {
            let other;
            let saved = match seed {
                0 => recipe(),
                _ => {
                    other = train_recipe(seed);
                    &other
                }
            };
            assert_eq!(saved.config().parameters(), 1135);
            assert_eq!(saved.experiment.total_steps(1000), 8000);
            let split = Split::new(&digits, &saved.experiment).unwrap();
            let classifier = Classifier::new(saved, &Device::flex());
            evaluate(&classifier, &digits, &split, SplitName::Test).unwrap().error_rate()
        })
        .collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    println!("error rates of seeds 0..9: {rates:?}, mean {mean:.4}");
    assert!(mean <= 0.039, "mean {mean:.4} of {rates:?}");
}

#[test]
fn a_picture_gives_the_same_image_dark_on_light_and_light_on_dark() {
    for path in files("mnist") {
        let raster = pictures::read(&path).unwrap();
        let inverted = pictures::read(&path).map(|_| invert(&path)).unwrap();
        let (light, dark) = (find(&raster), find(&inverted));
        assert!(!light.found.as_ref().unwrap().is_dark && dark.found.as_ref().unwrap().is_dark, "{path:?}");
        assert_eq!(light.pixels, dark.pixels, "{path:?}");
    }
}

fn find(raster: &Raster) -> Steps {
    DigitPreprocessing::default().digit(raster).unwrap()
}

fn invert(path: &Path) -> Raster {
    let mut grey = image::open(path).unwrap().into_luma8();
    image::imageops::invert(&mut grey);
    Raster::new(grey.height() as usize, grey.width() as usize, grey.into_raw())
}

#[test]
fn every_kind_of_picture_shows_the_same_seven() {
    let reference = steps(Path::new("tests/fixtures/handwriting/7-mnist24443.png")).pixels;
    for path in pictures_in("tests/fixtures/pictures") {
        let pixels = steps(&path).pixels;
        let distance: f64 =
            pixels.iter().zip(&reference).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum::<f64>().sqrt();
        // Enlarged, compressed, in 1 to 16 bits, on its side: the strokes are the same to a pixel or two.
        assert!(distance < 12.0, "{path:?} is {distance:.1} away");
    }
}

#[test]
fn bytes_after_a_jpeg_and_thumbnails_in_it_are_ignored() {
    let whole = std::fs::read("tests/fixtures/pictures/progressive.jpg").unwrap();
    let read = |bytes: &[u8]| pictures::from_reader("it", bytes);
    let reference = read(&whole).unwrap();
    // A film with markers in it, as telephones append one.
    let followed = [&whole[..], b"film \xff\xda film \xff\xc2 film"].concat();
    assert_eq!(read(&followed).unwrap(), reference);
    // A thumbnail in a segment of its own, whose end marker comes before the picture.
    let thumbnail = b"\xff\xe1\x00\x0a\xff\xd8\xff\xda\x00\x02\xff\xd9";
    let packed = [&whole[..2], thumbnail, &whole[2..]].concat();
    assert_eq!(read(&packed).unwrap(), reference);
    for bytes in [&packed, &whole] {
        let cut = read(&bytes[..bytes.len() - 200]).unwrap_err();
        assert_eq!(cut.to_string(), "it: is damaged or cut short");
    }
    // A thumbnail, then 5,000 x 5,000 progressive pixels of four colours: the decoder's buffers would be too large.
    let mut header =
        b"\xff\xd8\xff\xe1\x00\x0a\xff\xd8\xff\xda\x00\x02\xff\xd9\xff\xc2\x00\x14\x08\x13\x88\x13\x88\x04".to_vec();
    header.extend((1..=4).flat_map(|component| [component, 0x11, 0]));
    header.extend(b"\xff\xda\x00\x0e\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3f\x00\x12\xff\xd9");
    assert_eq!(read(&header).unwrap_err().to_string(), "it: is too large: 5000 x 5000 pixels");
}

#[test]
fn images_of_the_dataset_stay_as_they_are() {
    // As small as they are, enlarged, and in both polarities.
    let digits = digits();
    for index in 0..1000 {
        let pixels = digits.image(index).unwrap().pixels;
        let most = *pixels.iter().max().unwrap();
        for (zoom, is_dark) in [(1, true), (1, false), (12, true)] {
            let side = 8 * zoom;
            let grey = (0..side * side).map(|i| {
                let value = u32::from(pixels[i / side / zoom * 8 + i % side / zoom]) * 255 / 16;
                if is_dark { 255 - value as u8 } else { value as u8 }
            });
            let found = find(&Raster::new(side, side, grey.collect()));
            // Full ink is what is darkest: where that is not 16, the others grow with it.
            if most == 16 {
                assert_eq!(found.pixels, pixels, "image {index}, {zoom} times");
            }
        }
    }
}

#[test]
fn a_thin_one_stays_thin() {
    // A stroke of 6 x 80 pixels: stretched to the full width it would be a blob.
    let stroke = |row: usize, column: usize| (20..100).contains(&row) && (57..63).contains(&column);
    let grey = (0..120 * 120).map(|i| if stroke(i / 120, i % 120) { 30 } else { 230 }).collect();
    let pixels = find(&Raster::new(120, 120, grey)).pixels;
    for row in pixels.chunks(8) {
        assert!(row[..2].iter().chain(&row[6..]).all(|&value| value == 0), "{pixels:?}");
        assert!(row[3] > 8 && row[4] > 8, "{pixels:?}");
    }
}

#[test]
fn uneven_light_and_specks_are_not_ink() {
    let reference = find(&raster_of_a_bar(|_, _| 0)).pixels;
    // Light that falls off by 120 of 255 across the paper.
    let slope = find(&raster_of_a_bar(|_, column| -((column * 120 / 200) as i32))).pixels;
    let most = slope.iter().zip(&reference).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(most <= 1, "an edge may shift by a pixel of 32: {slope:?}");
    let specks = find(&raster_of_a_bar(|row, column| if row % 60 < 2 && column % 60 < 2 { -150 } else { 0 })).pixels;
    assert_eq!(specks, reference);
}

/// An upright bar with a foot, on paper whose grey is changed.
fn raster_of_a_bar(change: impl Fn(usize, usize) -> i32) -> Raster {
    let is_ink = |row: usize, column: usize| {
        ((50..150).contains(&row) && (90..105).contains(&column))
            || ((135..150).contains(&row) && (90..140).contains(&column))
    };
    let grey = (0..200 * 200).map(|i| {
        let (row, column) = (i / 200, i % 200);
        let paper = (220 + change(row, column)).clamp(0, 255);
        if is_ink(row, column) { (paper - 90).max(0) as u8 } else { paper as u8 }
    });
    Raster::new(200, 200, grey.collect())
}

#[test]
fn a_picture_without_a_digit_is_a_typed_error() {
    let none = |height: usize, width: usize, grey: &dyn Fn(usize) -> u8| {
        let pixels = (0..height * width).map(grey).collect();
        DigitPreprocessing::default().digit(&Raster::new(height, width, pixels)).map(|steps| steps.pixels).unwrap_err()
    };
    for (height, width) in [(1, 1), (1, 300), (2, 2), (8, 8), (28, 28), (300, 200)] {
        for grey in [0, 128, 255] {
            assert_eq!(none(height, width, &|_| grey), NoDigit::Uniform, "{height}x{width} of {grey}");
        }
    }
    // Grain, from a small congruential generator.
    let grain = |i: usize| (((i as u64).wrapping_mul(6364136223846793005).wrapping_add(99) >> 40) % 81) as u8 + 160;
    assert_eq!(none(200, 200, &grain), NoDigit::Blank);
    let line = |i: usize| if i / 200 == 100 { 20 } else { 220 };
    assert_eq!(none(200, 200, &line), NoDigit::NoInk);
    let dot = |i: usize| if i == 200 * 100 + 100 || i == 200 * 100 + 101 { 0 } else { 220 };
    assert_eq!(none(200, 200, &dot), NoDigit::NoInk);
}

#[test]
fn test_images_are_seldom_novel_and_a_chequerboard_is() {
    let digits = digits();
    let split = Split::new(&digits, &Experiment::default()).unwrap();
    let detector = NoveltyDetector::new(&digits, &split.train);
    // numpy on load_digits: of the square distances of the first 1,000 images to the nearest by another writer, the 980th in
    // order; and the least and the largest of their sums.
    assert_eq!(*detector.limits(), Limits { distance: f64::sqrt(926.0), ink: 238..=433 });
    let doubtful =
        split.test.iter().filter(|&&i| !detector.detect(digits.image(i).unwrap().pixels, 1).reasons.is_empty()).count();
    // 2 of 100 training images are far from all other writers'; test images are of other writers still.
    assert!(doubtful < 797 / 20, "{doubtful} of 797 test images are doubtful");

    let chequered: Vec<u8> = (0..64).map(|i| if (i / 8 + i % 8) % 2 == 0 { 16 } else { 0 }).collect();
    let reasons = detector.detect(&chequered, 1).reasons;
    assert!(matches!(reasons[..], [Reason::Far { distance, limit }, Reason::Ink { ink: 512, .. }] if distance > limit));

    let image = digits.image(7).unwrap();
    let nearest = detector.detect(image.pixels, 3).neighbours;
    // numpy on load_digits: argsort of the distances of the first 1,000 images to image 7.
    for (found, (index, distance)) in nearest.iter().zip([(7, 0.0), (44, 22.338_307_9), (634, 25.258_661_88)]) {
        assert_eq!((found.index, found.label), (index, 7));
        assert!((found.distance - distance).abs() < 1e-6, "{found:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_picture_makes_the_preprocessing_panic(height in 1usize..40, width in 1usize..40, seed in any::<u64>(), levels in 2u64..256) {
        let mut state = seed | 1;
        let pixels = (0..height * width).map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 33) % levels * 255 / (levels - 1)) as u8
        });
        if let Ok(steps) = DigitPreprocessing::default().digit(&Raster::new(height, width, pixels.collect())) {
            prop_assert_eq!(steps.pixels.len(), 64);
            prop_assert!(steps.pixels.iter().all(|&value| value <= 16));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_of_pictures_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0usize..600, byte in any::<u8>()) {
        let _ = pictures::from_reader("random", &bytes[..]);
        for file in ["tests/fixtures/handwriting/7-mnist24443.png", "tests/fixtures/pictures/progressive.jpg"] {
            let mut altered = std::fs::read(file).unwrap();
            let at = at % altered.len();
            altered[at] = byte;
            let _ = pictures::from_reader("altered", &altered[..]);
            let _ = pictures::from_reader("cut", &altered[..at]);
        }
    }
}
