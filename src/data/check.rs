//! Checks a dataset before training: counts, copies, oddities, and advice.

use std::collections::HashMap;

use serde::Serialize;

use crate::config::{ClassWeights, DataConfig, Experiment, SplitBy};

use super::{Dataset, MAX_SMALL_SCALE, Reading, Split, SplitName};

/// Ratio of the largest class to the smallest from which classes count as unbalanced.
const MAX_BALANCED: f64 = 3.0;

/// The findings about a dataset, under the names that `data check --json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataReport {
    /// Images, used or not.
    pub images: usize,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// Images of each class in each part.
    pub classes: Vec<ClassCount>,
    /// Smallest grey value of the training images.
    pub min: u8,
    /// Largest grey value of the training images.
    pub max: u8,
    /// Mean grey value of the training images.
    pub mean: f64,
    /// Pixels that are the same in all training images.
    pub constant_pixels: usize,
    /// Training images with one grey value everywhere.
    pub blank: Vec<String>,
    /// Groups of equal images.
    pub duplicates: Vec<Duplicates>,
    /// Images in groups of copies across training, validation and test images.
    pub leaked: usize,
    /// Groups with images in more than one part; `None` without groups.
    pub shared_groups: Option<usize>,
    /// Ratio of the largest class to the smallest, in training images.
    pub imbalance: f64,
    /// Advice that follows from the findings.
    pub advice: Vec<String>,
    /// The reading report: parts of the source, interpretations and omissions.
    pub reading: Reading,
}

/// Number of images of a class in each part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassCount {
    /// The class.
    pub name: String,
    /// Training images.
    pub train: usize,
    /// Validation images.
    pub validation: usize,
    /// Test images.
    pub test: usize,
}

/// Images that are equal, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Duplicates {
    /// The place of each.
    pub places: Vec<String>,
    /// The part of each; `null` for an unused image.
    pub parts: Vec<Option<&'static str>>,
    /// True if they are in more than one part, where memorised images inflate the test accuracy.
    pub leak: bool,
    /// True if they have different labels.
    pub conflict: bool,
}

/// Checks the images of an experiment.
pub fn check(dataset: &Dataset, split: &Split, experiment: &Experiment) -> DataReport {
    let counts = |part: SplitName| {
        let mut counts = vec![0usize; dataset.classes().len()];
        split.part(part).iter().for_each(|&image| counts[dataset.label(image)] += 1);
        counts
    };
    let [train, validation, test] = SplitName::ALL.map(counts);
    let classes: Vec<ClassCount> = dataset
        .classes()
        .iter()
        .enumerate()
        .map(|(i, name)| ClassCount { name: name.clone(), train: train[i], validation: validation[i], test: test[i] })
        .collect();
    let values = Values::of(dataset, &split.train);
    let duplicates = duplicates(dataset, split);
    let (largest, smallest) = (train.iter().max().copied().unwrap_or(0), train.iter().min().copied().unwrap_or(0));
    let mut report = DataReport {
        images: dataset.len(),
        height: dataset.height(),
        width: dataset.width(),
        channels: dataset.channels(),
        classes,
        min: values.min,
        max: values.max,
        mean: values.mean,
        constant_pixels: values.constant,
        blank: values.blank.iter().map(|&image| dataset.place(image).to_string()).collect(),
        leaked: duplicates.iter().filter(|group| group.leak).map(|group| group.places.len()).sum(),
        duplicates,
        shared_groups: dataset.groups().map(|groups| shared_groups(groups, split)),
        imbalance: largest as f64 / smallest.max(1) as f64,
        advice: Vec::new(),
        reading: dataset.reading().clone(),
    };
    report.advice = advice(&report, dataset, split, experiment);
    report
}

/// Statistics of the grey values of images.
struct Values {
    min: u8,
    max: u8,
    mean: f64,
    constant: usize,
    blank: Vec<usize>,
}

impl Values {
    fn of(dataset: &Dataset, images: &[usize]) -> Self {
        let (mut low, mut high) = (vec![u8::MAX; dataset.inputs()], vec![0u8; dataset.inputs()]);
        let (mut sum, mut blank) = (0u64, Vec::new());
        for &image in images {
            let pixels = dataset.pixels(image);
            for ((low, high), &value) in low.iter_mut().zip(&mut high).zip(pixels) {
                *low = value.min(*low);
                *high = value.max(*high);
            }
            sum += pixels.iter().map(|&value| u64::from(value)).sum::<u64>();
            if pixels.iter().all(|&value| value == pixels[0]) {
                blank.push(image);
            }
        }
        Self {
            min: low.iter().copied().min().unwrap_or(0),
            max: high.iter().copied().max().unwrap_or(0),
            mean: sum as f64 / (images.len() * dataset.inputs()).max(1) as f64,
            constant: low
                .chunks_exact(dataset.channels())
                .zip(high.chunks_exact(dataset.channels()))
                .filter(|(low, high)| low == high)
                .count(),
            blank,
        }
    }
}

/// Groups of equal images: first those across parts, then the others, in the order of the dataset.
fn duplicates(dataset: &Dataset, split: &Split) -> Vec<Duplicates> {
    let mut by_content: HashMap<[u8; 16], Vec<usize>> = HashMap::new();
    for image in 0..dataset.len() {
        by_content.entry(dataset.digest(image)).or_default().push(image);
    }
    let mut groups: Vec<Vec<usize>> = by_content.into_values().filter(|images| images.len() > 1).collect();
    groups.sort_unstable();
    let mut duplicates: Vec<Duplicates> = groups
        .iter()
        .map(|images| {
            let parts: Vec<_> = images.iter().map(|&image| split.part_of(image).map(SplitName::as_str)).collect();
            let mut used: Vec<&str> = parts.iter().copied().flatten().collect();
            used.sort_unstable();
            used.dedup();
            Duplicates {
                places: images.iter().map(|&image| dataset.place(image).to_string()).collect(),
                leak: used.len() > 1,
                conflict: images.iter().any(|&image| dataset.label(image) != dataset.label(images[0])),
                parts,
            }
        })
        .collect();
    duplicates.sort_by_key(|group| !group.leak);
    duplicates
}

/// Groups with images in more than one part.
fn shared_groups(groups: &[u32], split: &Split) -> usize {
    let mut parts: HashMap<u32, [bool; 3]> = HashMap::new();
    for (i, part) in SplitName::ALL.into_iter().enumerate() {
        split.part(part).iter().for_each(|&image| parts.entry(groups[image]).or_default()[i] = true);
    }
    parts.values().filter(|parts| parts.iter().filter(|&&part| part).count() > 1).count()
}

/// Advice that training hardly works without: to set `data.scale` to the scale of the training images.
pub fn urgent_advice(dataset: &Dataset, data: &DataConfig) -> Option<String> {
    // Unless the scale is small, the first image in which the scale fits is enough.
    let is_enough =
        |max: u8| advice_on_scale(u8::MAX, data.scale).is_none() && advice_on_scale(max, data.scale).is_none();
    let mut max = 0;
    for image in dataset.given(SplitName::Train) {
        max = dataset.pixels(image).iter().fold(max, |max, &value| max.max(value));
        if is_enough(max) {
            return None;
        }
    }
    advice_on_scale(max, data.scale)
}

/// Advice for grey values up to `max` that are far from 0 to 1 when they are divided by `scale`.
fn advice_on_scale(max: u8, scale: f32) -> Option<String> {
    let scaled = f64::from(max) / f64::from(scale);
    let full = if max > MAX_SMALL_SCALE { u8::MAX } else { max };
    (!(0.2..=4.0).contains(&scaled))
        .then(|| format!("grey values go up to {max}, but data.scale is {scale}: set data.scale = {full}"))
}

fn advice(report: &DataReport, dataset: &Dataset, split: &Split, experiment: &Experiment) -> Vec<String> {
    let mut advice = Vec::new();
    let data = &experiment.data;
    advice.extend(advice_on_scale(report.max, data.scale));
    if report.imbalance >= MAX_BALANCED && experiment.training.class_weights == ClassWeights::None {
        advice.push(format!(
            "the largest class has {:.1} times as many training images as the smallest: set training.class_weights = \"balanced\", or collect more images of the small ones",
            report.imbalance
        ));
    }
    let shares = |count: fn(&ClassCount) -> usize, all: usize| {
        report.classes.iter().map(move |class| count(class) as f64 / all.max(1) as f64).collect::<Vec<_>>()
    };
    let (train, test) = (shares(|class| class.train, split.train.len()), shares(|class| class.test, split.test.len()));
    let differ = train.iter().zip(&test).any(|(a, b)| (a - b).abs() > 0.5 * a.max(*b) && a.max(*b) > 0.02);
    if differ && dataset.given(SplitName::Test).is_empty() && data.split != SplitBy::Stratified {
        advice.push(
            "the classes have other shares of the test images than of the training images: set data.split = \"stratified\"".into(),
        );
    }
    if report.leaked > 0 {
        advice.push(format!(
            "{} images are copies of one another across training, validation and test images: remove all but one of each, or memorised images inflate the test accuracy",
            report.leaked
        ));
    }
    if let Some(shared) = report.shared_groups.filter(|&shared| shared > 0) {
        let have = if shared == 1 { "has" } else { "have" };
        advice.push(format!(
            "{shared} of the groups {have} images in more than one part: set data.split = \"group\" to keep each in one part"
        ));
    }
    if report.duplicates.iter().any(|group| group.conflict) {
        advice.push("some equal images have different labels: correct them".into());
    }
    if !report.blank.is_empty() {
        advice.push(match report.blank.as_slice() {
            [only] => format!("{only} has one grey value everywhere: look at it, and remove it"),
            all => format!(
                "{} training images have one grey value everywhere, the first is {}: look at them, and remove them",
                all.len(),
                all[0]
            ),
        });
    }
    if let Some(class) = report.classes.iter().filter(|class| class.train < 10).min_by_key(|class| class.train) {
        advice.push(format!("the class {:?} has {} training images: collect more", class.name, class.train));
    }
    if split.test.len() < 100 {
        let width = 200.0 * (0.1f64 * 0.9 / split.test.len() as f64).sqrt();
        advice.push(format!(
            "{} test images measure an error rate of 10 % only to within {width:.0} points: collect more",
            split.test.len()
        ));
    }
    advice
}
