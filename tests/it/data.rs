//! The built-in digits are scikit-learn's, byte for byte.

use sha2::{Digest, Sha256};

use chiffres::config::DataConfig;
use chiffres::data::{Batcher, Split, SplitName};
use chiffres::{Dataset, Error, Experiment};

use burn::tensor::Device;

#[test]
fn the_embedded_file_has_its_published_checksum() {
    let hash = Sha256::digest(include_bytes!("../../data/digits.csv.gz"));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22");
    assert!(include_str!("../../data/README.md").contains(&hash));
}

#[test]
fn the_images_are_those_of_load_digits() {
    let digits = Dataset::digits().unwrap();
    assert_eq!((digits.len(), digits.height(), digits.width(), digits.max_value()), (1797, 8, 8, 16));
    assert_eq!(digits.classes().join(""), "0123456789");
    assert_eq!(Some(digits.len()), chiffres::config::Source::Digits.images());

    // sklearn.datasets.load_digits(): images[0], target[:10], bincount(target), data.sum().
    let first = digits.image(0).unwrap();
    #[rustfmt::skip]
    assert_eq!(first.pixels, [
        0, 0,  5, 13,  9,  1,  0, 0,
        0, 0, 13, 15, 10, 15,  5, 0,
        0, 3, 15,  2,  0, 11,  8, 0,
        0, 4, 12,  0,  0,  8,  8, 0,
        0, 5,  8,  0,  0,  9,  8, 0,
        0, 4, 11,  0,  1, 12,  7, 0,
        0, 2, 14,  5, 10, 12,  0, 0,
        0, 0,  6, 13, 10,  0,  0, 0,
    ]);
    let labels: Vec<usize> = (0..digits.len()).map(|i| digits.image(i).unwrap().label).collect();
    assert_eq!(labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let counts: Vec<usize> = (0..10).map(|class| labels.iter().filter(|&&label| label == class).count()).collect();
    assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    let sum: u64 = (0..digits.len()).flat_map(|i| digits.image(i).unwrap().pixels).map(|&pixel| u64::from(pixel)).sum();
    assert_eq!(sum, 561_718);
}

#[test]
fn an_image_beyond_the_last_is_an_error() {
    let digits = Dataset::digits().unwrap();
    let error = digits.image(1797).unwrap_err();
    assert_eq!(error.to_string(), "there is no image 1797: the dataset has images 0 to 1796");
    assert!(matches!(digits.image(usize::MAX), Err(Error::NoSuchImage { .. })));
}

#[test]
fn a_split_is_in_file_order_and_holds_out_the_last_training_images() {
    let digits = Dataset::digits().unwrap();
    let holding_out = crate::experiment(&["data.validation=200"]);
    let split = Split::new(&digits, &holding_out).unwrap();
    let indices = |range: std::ops::Range<usize>| range.collect::<Vec<usize>>();
    assert_eq!(split.train, indices(0..800));
    assert_eq!((&split.validation, &split.test), (&indices(800..1000), &indices(1000..1797)));
    let parts = [799, 800, 999, 1000].map(|index| split.part_of(index));
    let expected = [SplitName::Train, SplitName::Validation, SplitName::Validation, SplitName::Test];
    assert_eq!(parts, expected.map(Some));
    let without = Split::new(&digits, &Experiment::default()).unwrap();
    assert_eq!((without.train, without.validation), (indices(0..1000), vec![]));
}

#[test]
fn a_batch_has_scaled_pixels_in_the_order_asked_for() {
    let digits = Dataset::digits().unwrap();
    let batch = Batcher::new(&DataConfig::default()).batch(&digits, &[5, 0], &Device::flex());
    assert_eq!(batch.images.dims(), [2, 64]);
    let images: Vec<f32> = batch.images.into_data().try_into_vec_as().unwrap();
    assert_eq!(images[64 + 2..64 + 5], [5.0 / 16.0, 13.0 / 16.0, 9.0 / 16.0]);
    assert_eq!(batch.targets.into_data().try_into_vec_as::<i64>().unwrap(), [5, 0]);
}

#[test]
fn scaled_pixels_are_moved_by_the_offset() {
    let digits = Dataset::digits().unwrap();
    let config = DataConfig { scale: 8.0, offset: -1.0, ..DataConfig::default() };
    let batch = Batcher::new(&config).batch(&digits, &[0], &Device::flex());
    let image: Vec<f32> = batch.images.into_data().try_into_vec_as().unwrap();
    // Pixels 0, 5, 13, 9 of the first row.
    assert_eq!(image[1..5], [-1.0, -0.375, 0.625, 0.125]);
}

#[test]
fn every_writer_begins_where_the_labels_begin_again() {
    let digits = Dataset::digits().unwrap();
    let writers = digits.groups().unwrap();
    assert_eq!(writers.len(), 1797);
    let begins: Vec<usize> = (1..1797).filter(|&i| writers[i] != writers[i - 1]).collect();
    assert_eq!(begins[..7], [130, 256, 386, 516, 646, 776, 906]);
    for begin in begins {
        // All writers copied 0 to 9 again and again; one image of a first 0 was lost.
        let labels: Vec<usize> = (begin..begin + 9).map(|i| digits.image(i).unwrap().label).collect();
        let first = labels[0];
        assert!(first <= 1, "{begin}: {labels:?}");
        assert_eq!(labels, (first..first + 9).collect::<Vec<_>>(), "{begin}");
    }
}
