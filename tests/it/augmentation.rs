//! Variants of images, against cases computed by hand.

use burn::tensor::Device;

use chiffres::config::AugmentationConfig;
use chiffres::data::{Augmenter, Images, Labels, Origin, Paper, Pixels, Reading, TrainingBatcher, Unit, Variation};
use chiffres::{Dataset, Experiment};
use sha2::{Digest, Sha256};

use crate::{digits, experiment};

/// The strength does not matter: tests give the variation.
fn augmenter() -> Augmenter {
    Augmenter::new(&AugmentationConfig { shift: 1.0, ..Default::default() }, 0, &digits()).unwrap()
}

fn vary(pixels: &[u8], variation: &Variation) -> Vec<f32> {
    let mut varied = vec![0.0; pixels.len()];
    augmenter().vary(pixels, variation, &mut Paper::default(), &mut varied);
    varied
}

/// An 8x8 image whose value at (row, column) is computed.
fn image(value: impl Fn(usize, usize) -> u8) -> Vec<u8> {
    (0..64).map(|i| value(i / 8, i % 8)).collect()
}

#[track_caller]
fn assert_close(found: &[f32], expected: impl Fn(usize, usize) -> f32) {
    for (i, found) in found.iter().enumerate() {
        let expected = expected(i / 8, i % 8);
        assert!((found - expected).abs() < 1e-4, "row {}, column {}: {found}, not {expected}", i / 8, i % 8);
    }
}

#[test]
fn without_strength_an_image_stays_as_it_is() {
    let digits = digits();
    assert!(Augmenter::new(&AugmentationConfig::default(), 0, &digits).is_none());
    for index in [0, 1, 1796] {
        let pixels = digits.image(index).unwrap().pixels;
        let expected: Vec<f32> = pixels.iter().map(|&pixel| f32::from(pixel)).collect();
        assert_eq!(vary(pixels, &Variation::NONE), expected);
    }
}

#[test]
fn a_shift_of_one_pixel_moves_by_one_pixel_and_paper_comes_after() {
    let pixels = image(|row, column| (row + 2 * column) as u8 % 17);
    let at = |row: usize, column: usize| f32::from(pixels[8 * row + column]);
    let right = vary(&pixels, &Variation { shift: [1.0, 0.0], ..Variation::NONE });
    assert_close(&right, |row, column| if column == 0 { 0.0 } else { at(row, column - 1) });
    let down = vary(&pixels, &Variation { shift: [0.0, 1.0], ..Variation::NONE });
    assert_close(&down, |row, column| if row == 0 { 0.0 } else { at(row - 1, column) });
    let half = vary(&pixels, &Variation { shift: [-0.5, 0.0], ..Variation::NONE });
    assert_close(&half, |row, column| (at(row, column) + if column == 7 { 0.0 } else { at(row, column + 1) }) / 2.0);
    let away = vary(&pixels, &Variation { shift: [0.0, -8.5], ..Variation::NONE });
    assert_close(&away, |_, _| 0.0);
}

#[test]
fn a_quarter_turn_is_a_quarter_turn_clockwise() {
    let pixels = image(|row, column| (3 * row + column) as u8 % 17);
    let turned = vary(&pixels, &Variation { rotation: std::f32::consts::FRAC_PI_2, ..Variation::NONE });
    // The top row becomes the right column.
    assert_close(&turned, |row, column| f32::from(pixels[8 * (7 - column) + row]));
}

#[test]
fn scale_and_shear_take_pixels_from_where_they_are_computed_by_hand() {
    // A ramp across: the value is twice the column.
    let ramp = image(|_, column| 2 * column as u8);
    let wide = vary(&ramp, &Variation { scale: [2.0, 1.0], ..Variation::NONE });
    assert_close(&wide, |_, column| 2.0 * (3.5 + (column as f32 - 3.5) / 2.0));
    // Twice as high: the four middle rows, each at 3.5 + (row - 3.5) / 2.
    let down = image(|row, _| 2 * row as u8);
    let high = vary(&down, &Variation { scale: [1.0, 2.0], ..Variation::NONE });
    assert_close(&high, |row, _| 2.0 * (3.5 + (row as f32 - 3.5) / 2.0));
    // Row 4 is half a pixel below the centre and moves right by half a pixel; row 7 by 3.5.
    let leaning = vary(&ramp, &Variation { shear: 1.0, ..Variation::NONE });
    let from = |row: usize, column: usize| column as f32 - (row as f32 - 3.5);
    let value = |at: f32| match at {
        at if (0.0..=7.0).contains(&at) => 2.0 * at,
        // Between the last pixel of ink and the paper.
        at if (7.0..8.0).contains(&at) => 14.0 * (8.0 - at),
        _ => 0.0,
    };
    assert_close(&leaning, |row, column| value(from(row, column)));
}

#[test]
fn tone_is_changed_about_middle_grey_and_stays_in_range() {
    let pixels = image(|_, column| [0, 2, 6, 8, 10, 12, 14, 16][column]);
    let varied = vary(&pixels, &Variation { gain: 1.5, contrast: 2.0, brightness: 1.0, ..Variation::NONE });
    // 2 -> 3 -> -2 -> -1 -> 0; 6 -> 9 -> 10 -> 11; 8 -> 12 -> 16 -> 17 -> 16.
    assert_close(&varied, |_, column| [0.0, 0.0, 11.0, 16.0, 16.0, 16.0, 16.0, 16.0][column]);
}

#[test]
fn the_elastic_field_passes_through_its_control_points() {
    let ramp = image(|_, column| 2 * column as u8);
    // A displacement of one pixel at all points takes every value from one pixel to the right.
    let all = vary(&ramp, &Variation { elastic: [[1.0; 9], [0.0; 9]], ..Variation::NONE });
    assert_close(&all, |_, column| if column == 7 { 0.0 } else { 2.0 * (column + 1) as f32 });
    // At the corners the field is that of the corners' points.
    let mut corners = [0.0; 9];
    (corners[0], corners[6]) = (0.5, 0.25);
    let varied = vary(&ramp, &Variation { elastic: [corners, [0.0; 9]], ..Variation::NONE });
    assert!((varied[0] - 1.0).abs() < 1e-5 && (varied[8 * 7] - 0.5).abs() < 1e-5, "{} {}", varied[0], varied[56]);
}

#[test]
fn the_elastic_field_has_the_moments_it_is_asked_for() {
    const DRAWS: usize = 20_000;
    let config = AugmentationConfig { elastic: 0.3, ..Default::default() };
    let augmenter = Augmenter::new(&config, 5, &digits()).unwrap();
    let ramp = image(|_, column| 2 * column as u8);
    let (mut points, mut field, mut products) = (Vec::new(), Vec::new(), 0.0);
    for image in 0..DRAWS {
        let variation = augmenter.variation(1, image);
        assert_eq!(Variation { elastic: [[0.0; 9]; 2], ..variation }, Variation::NONE);
        points.extend(variation.elastic.as_flattened().iter().map(|&d| f64::from(d)));
        products += f64::from(variation.elastic[0][0] * variation.elastic[0][1]);
        // On a ramp, a value shows its source; row 4, column 4 is far from the edges.
        let across = Variation { elastic: [variation.elastic[0], [0.0; 9]], ..Variation::NONE };
        let mut varied = [0.0; 64];
        augmenter.vary(&ramp, &across, &mut Paper::default(), &mut varied);
        field.push(f64::from(varied[8 * 4 + 4]) / 2.0 - 4.0);
    }
    let moments = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt())
    };
    let (mean, deviation) = moments(&points);
    assert!(mean.abs() < 0.003 && (deviation - 0.3).abs() < 0.002, "points: {mean}, {deviation}");
    assert!((products / DRAWS as f64).abs() < 0.003, "neighbouring points are independent: {products}");
    // Pixel 4 of 8 lies 1/7 of the way from the middle point to the last. Catmull and Rom's weights for 1/7, that of the
    // point beyond the end added to the end's: -0.0525, 0.9534, 0.0991. Their squares add up to 0.9215, in each direction.
    let (mean, deviation) = moments(&field);
    assert!(mean.abs() < 0.008 && (deviation - 0.3 * 0.9215).abs() < 0.006, "field: {mean}, {deviation}");
}

#[test]
fn strengths_bound_what_is_drawn() {
    let config = experiment_of_the_recipe().augmentation;
    let augmenter = Augmenter::new(&config, 0, &digits()).unwrap();
    let all: Vec<Variation> = (0..5000).map(|image| augmenter.variation(1, image)).collect();
    let range = |of: &dyn Fn(&Variation) -> f32| {
        all.iter().map(of).fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let near = |found: (f32, f32), low: f32, high: f32| {
        let slack = 0.01 * (high - low);
        assert!(found.0 >= low - 1e-5 && found.0 < low + slack, "{found:?}, not {low} to {high}");
        assert!(found.1 <= high + 1e-5 && found.1 > high - slack, "{found:?}, not {low} to {high}");
    };
    near(range(&|v| v.shift[0]), -0.5, 0.5);
    near(range(&|v| v.shift[1]), -0.5, 0.5);
    near(range(&|v| v.rotation.to_degrees()), -10.0, 10.0);
    near(range(&|v| v.shear), -0.3, 0.3);
    near(range(&|v| (v.scale[0] * v.scale[1]).sqrt().ln()), -0.15, 0.15);
    near(range(&|v| (v.scale[0] / v.scale[1]).sqrt().ln()), -0.12, 0.12);
    near(range(&|v| v.contrast), 1.0, 1.6);
    near(range(&|v| v.gain.ln()), -0.2, 0.2);
    near(range(&|v| v.brightness), -1.0, 1.0);
    assert!(all.iter().all(|v| v.scale[0] > 0.0), "none is mirrored");

    let even = AugmentationConfig { gain: 0.0, brightness: 0.0, ..config };
    let augmenter = Augmenter::new(&even, 0, &digits()).unwrap();
    assert!((0..100).map(|image| augmenter.variation(1, image)).all(|v| v.gain == 1.0 && v.brightness == 0.0));
}

#[test]
fn a_mirrored_image_is_read_from_the_right_and_nothing_else_changes() {
    let recipe = experiment_of_the_recipe().augmentation;
    let mirrored = AugmentationConfig { mirror: 0.25, ..recipe.clone() };
    let [plain, mirrored] = [recipe, mirrored].map(|config| Augmenter::new(&config, 0, &digits()).unwrap());
    let pairs: Vec<_> = (0..4000).map(|image| (plain.variation(1, image), mirrored.variation(1, image))).collect();
    let count = pairs.iter().filter(|(_, v)| v.scale[0] < 0.0).count();
    assert!((890..=1110).contains(&count), "{count} of 4,000");
    for (plain, mirrored) in pairs {
        assert_eq!(plain, Variation { scale: [mirrored.scale[0].abs(), mirrored.scale[1]], ..mirrored });
    }
    let pixels: Vec<u8> = (0..64).map(|i| (i % 16) as u8).collect();
    let seen = vary(&pixels, &Variation { scale: [-1.0, 1.0], ..Variation::NONE });
    for (row, seen) in pixels.chunks(8).zip(seen.chunks(8)) {
        let reversed: Vec<f32> = row.iter().rev().map(|&value| f32::from(value)).collect();
        assert_eq!(seen, reversed);
    }
}

#[test]
fn a_variation_depends_on_seed_epoch_and_image_alone() {
    let config = experiment_of_the_recipe().augmentation;
    let of = |seed: u64, epoch: usize, image: usize| {
        Augmenter::new(&config, seed, &digits()).unwrap().variation(epoch, image)
    };
    assert_eq!(of(1, 2, 3), of(1, 2, 3));
    let others = [of(2, 2, 3), of(1, 3, 3), of(1, 2, 4)];
    assert!(others.iter().all(|other| *other != of(1, 2, 3)));
}

#[test]
fn variants_of_many_images_are_those_of_each_alone() {
    // 19 is not a multiple of the images, or of the pixels of a row, that are computed together.
    let images: Vec<usize> = (0..19).map(|i| i * 90).collect();
    let wide = widened(&digits());
    for dataset in [&*digits(), &wide] {
        let augmenter = Augmenter::new(&experiment_of_the_recipe().augmentation, 3, dataset).unwrap();
        let together = augmenter.variants(dataset, &images, 7);
        // Paper is laid on anew for each image.
        let mut paper = Paper::default();
        for (&image, together) in images.iter().zip(together.chunks(dataset.inputs())) {
            let mut alone = vec![0.0; dataset.inputs()];
            let pixels = dataset.image(image).unwrap().pixels;
            augmenter.vary(pixels, &augmenter.variation(7, image), &mut paper, &mut alone);
            assert_eq!(alone, together, "image {image} of {} pixels", dataset.inputs());
        }
    }
}

/// The digits with a blank column before and two after.
fn widened(digits: &Dataset) -> Dataset {
    let widen = |row: &[u8]| [&[0], row, &[0, 0]].concat();
    let rows = |index: usize| digits.image(index).unwrap().pixels.chunks(8).flat_map(widen).collect::<Vec<_>>();
    let images = Images {
        height: 8,
        width: 11,
        channels: 1,
        pixels: Pixels::in_memory(88, (0..digits.len()).flat_map(rows).collect()),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers((0..digits.len() as i64).map(|i| i % 2).collect()),
        groups: None,
        origin: Origin::File { file: "wide".into(), unit: Unit::Image, first: 0 },
        reading: Reading::new("wide"),
    };
    Dataset::new(images, &[], None).unwrap()
}

#[test]
fn a_batch_of_the_recipe_has_the_same_bits_on_every_machine() {
    let (recipe, digits) = (experiment_of_the_recipe(), digits());
    let images: Vec<usize> = (0..1000).collect();
    let batch = TrainingBatcher::new(&recipe, &digits, &images).batch(&digits, &images, 1, &Device::flex());
    let values: Vec<f32> = batch.images.into_data().try_into_vec_as().unwrap();
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "0b1777154d81325349d06052d8344d929e8c1fc6abc7e559b0962d396ac0e685");
}

fn experiment_of_the_recipe() -> Experiment {
    let text = include_str!("../../config/recipe.toml");
    let recipe = Experiment::from_toml("config/recipe.toml", text, &[]).unwrap();
    assert_ne!(recipe.augmentation, experiment(&[]).augmentation);
    recipe
}
