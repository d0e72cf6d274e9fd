//! References: a few training images that stay in a model file, so that a network has its doubts without the others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::{Dataset, Images, Labels, Origin, Pixels, Reading, Unit};

use super::distance::sum;
use super::{Limits, Novelty, NoveltyDetector, WITHIN};

/// Bits of a pixel in a file: 8 grey levels.
const BITS: u32 = 3;
/// Share of the right answers that are unsure.
const UNSURE: f64 = 0.05;
/// Maximum number of images that references are chosen from, and that they are measured on.
const MAX_CHOSEN_FROM: usize = 10_000;
/// Rounds of moving the means of clusters; more change little.
const ROUNDS: usize = 8;

/// A few training images that stand for all, with the limits that the others stay within.
#[derive(Debug, Clone, PartialEq)]
pub struct References {
    /// The value of full ink, or of full light.
    max_value: u8,
    /// Grey values are light rather than ink.
    is_light: bool,
    /// Bits of a grey level, at most 8.
    bits: u32,
    /// The images, one after the other, in so many grey levels.
    levels: Vec<u8>,
    labels: Vec<u16>,
    limits: Limits,
    min_margin: f64,
}

/// What a model file says of its references beside the images.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ReferencesHeader {
    max_value: u8,
    is_light: bool,
    /// Files with 4 bits do not say.
    #[serde(default = "four")]
    bits: u32,
    distance: f64,
    ink: [u32; 2],
    min_margin: f64,
}

fn four() -> u32 {
    4
}

impl References {
    /// Chooses `count` of the images `images` of a dataset, about as many of each class: the images of a class are split
    /// into clusters by k-means, and of each the image nearest to its mean is chosen.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn choose(dataset: &Dataset, images: &[usize], count: usize) -> Vec<usize> {
        let classes = dataset.classes().len();
        let of_class = |class: usize| {
            let images: Vec<usize> = images.iter().copied().filter(|&image| dataset.label(image) == class).collect();
            // What does not divide evenly goes to the first classes.
            let wanted = count / classes + usize::from(class < count % classes);
            medoids(dataset, &spread(&images, MAX_CHOSEN_FROM / classes), wanted)
        };
        (0..classes).flat_map(of_class).collect()
    }

    /// References that are images of a dataset, not measured yet: only their ink sets limits.
    ///
    /// # Panics
    /// If there are none, or an index is beyond the dataset.
    pub fn new(dataset: &Dataset, images: &[usize]) -> Self {
        let max_value = dataset.max_value();
        let pixels = images.iter().flat_map(|&image| dataset.pixels(image));
        let ink = || images.iter().map(|&image| sum(dataset.pixels(image)));
        let limits = ink().min().zip(ink().max()).map(|(least, most)| Limits { distance: f64::MAX, ink: least..=most });
        Self {
            max_value,
            is_light: dataset.is_light(),
            bits: BITS,
            levels: pixels.map(|&value| level(value, max_value, BITS)).collect(),
            labels: images.iter().map(|&image| dataset.label(image) as u16).collect(),
            limits: limits.expect("references are at least one image"),
            min_margin: super::MIN_MARGIN,
        }
    }

    /// The same, measured on other images of the dataset: 98 of 100 have a reference within the limit, and 5 of 100 right
    /// answers about them are unsure, if it takes more than the usual margin.
    ///
    /// `answers` are the classes that the network finds most probable, two for each image, and the margin of the first.
    #[must_use]
    pub fn measured(mut self, dataset: &Dataset, images: &[usize], answers: &[([usize; 2], f64)]) -> Self {
        let inks = images.iter().map(|&image| sum(dataset.pixels(image)));
        let (least, most) =
            inks.fold(self.limits.ink.into_inner(), |(least, most), ink| (least.min(ink), most.max(ink)));
        self.limits.ink = least..=most;
        let Some(detector) = self.detector(dataset.height(), dataset.width(), dataset.classes()) else { return self };
        let found: Vec<Novelty> = images.iter().map(|&image| detector.detect(dataset.pixels(image), 1)).collect();
        let nearest = |novelty: &Novelty| novelty.neighbours.first().map(|nearest| nearest.distance);
        if let Some(distance) = quantile(found.iter().filter_map(nearest).collect(), WITHIN) {
            self.limits.distance = distance;
        }
        let detector = NoveltyDetector { limits: self.limits.clone(), ..detector };
        let right = images
            .iter()
            .zip(&found)
            .zip(answers)
            .filter(|((image, _), (ranked, _))| dataset.label(**image) == ranked[0]);
        let margins = right.map(|((_, novelty), (ranked, margin))| margin - detector.needed_margin(novelty, ranked[0]));
        if let Some(margin) = quantile(margins.collect(), UNSURE) {
            self.min_margin = self.min_margin.max(margin);
        }
        self
    }

    /// A detector that compares images with the references; `None` if they are not of this size or these classes.
    pub fn detector(&self, height: usize, width: usize, classes: &[String]) -> Option<NoveltyDetector<Arc<Dataset>>> {
        let inputs = self.levels.len().checked_div(self.labels.len())?;
        let channels = inputs.checked_div(height * width)?;
        if ![1, 3].contains(&channels) || inputs != height * width * channels {
            return None;
        }
        let grey = |&level: &u8| grey(level, self.max_value, self.bits);
        // Their names: a number may be the name of one class and the position of another.
        let name = |&label: &u16| classes.get(usize::from(label)).cloned();
        let labels = self.labels.iter().map(name).collect::<Option<Vec<String>>>()?;
        let images = Images {
            height,
            width,
            channels,
            pixels: Pixels::in_memory(inputs, self.levels.iter().map(grey).collect()),
            is_light: self.is_light,
            is_unit: false,
            labels: Labels::Names(labels),
            groups: None,
            origin: Origin::File { file: "references".into(), unit: Unit::Image, first: 0 },
            reading: Reading::new("references"),
        };
        let dataset = Arc::new(Dataset::new(images, classes, Some(self.max_value)).ok()?);
        let all: Vec<usize> = (0..self.len()).collect();
        Some(NoveltyDetector::with_limits(dataset, &all, self.limits.clone()).with_min_margin(self.min_margin))
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The bytes of a file: the bits of one pixel after the other, the lowest first; every image begins with a byte.
    pub(crate) fn packed(&self) -> Vec<u8> {
        let inputs = self.levels.len() / self.len();
        self.levels.chunks_exact(inputs).flat_map(|image| pack(image, self.bits)).collect()
    }

    /// The class index of each.
    pub(crate) fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// What a model file says of them beside the images.
    pub(crate) fn header(&self) -> ReferencesHeader {
        let Self { max_value, is_light, bits, limits: Limits { distance, ink }, min_margin, .. } = self;
        ReferencesHeader {
            max_value: *max_value,
            is_light: *is_light,
            bits: *bits,
            distance: *distance,
            ink: [*ink.start(), *ink.end()],
            min_margin: *min_margin,
        }
    }

    /// References from the parts of a file, of images with `inputs` pixels; `None` if the parts do not fit each other.
    pub(crate) fn from_parts(
        header: &ReferencesHeader,
        packed: &[u8],
        labels: Vec<u16>,
        inputs: usize,
        classes: usize,
    ) -> Option<Self> {
        let &ReferencesHeader { max_value, is_light, bits, distance, ink: [least, most], min_margin } = header;
        let is_right = max_value > 0
            && (1..=8).contains(&bits)
            && distance.is_finite()
            && min_margin.is_finite()
            && !labels.is_empty()
            && labels.iter().all(|&label| usize::from(label) < classes)
            && inputs > 0
            && packed.len() == labels.len() * bytes(inputs, bits);
        if !is_right {
            return None;
        }
        let levels = packed.chunks_exact(bytes(inputs, bits)).flat_map(|image| unpack(image, bits).take(inputs));
        let (levels, limits) = (levels.collect(), Limits { distance, ink: least..=most });
        Some(Self { max_value, is_light, bits, levels, labels, limits, min_margin })
    }
}

/// A grey value as one of the levels that `bits` can tell apart.
fn level(value: u8, max_value: u8, bits: u32) -> u8 {
    rescale(value.min(max_value), max_value.max(1), highest(bits))
}

/// The grey value of a level.
fn grey(level: u8, max_value: u8, bits: u32) -> u8 {
    rescale(level, highest(bits), max_value)
}

/// A value from 0 to `from`, as one from 0 to `to`: the nearest.
fn rescale(value: u8, from: u8, to: u8) -> u8 {
    let (value, from, to) = (u16::from(value), u16::from(from), u16::from(to));
    ((value * to + from / 2) / from) as u8
}

/// The highest level.
fn highest(bits: u32) -> u8 {
    u8::MAX >> (8 - bits)
}

/// Bytes of an image in a file.
fn bytes(inputs: usize, bits: u32) -> usize {
    (inputs * bits as usize).div_ceil(8)
}

fn pack(levels: &[u8], bits: u32) -> Vec<u8> {
    let mut packed = vec![0; bytes(levels.len(), bits)];
    let each = levels.iter().flat_map(|level| (0..bits).map(move |bit| level >> bit & 1));
    each.enumerate().for_each(|(i, bit)| packed[i / 8] |= bit << (i % 8));
    packed
}

fn unpack(packed: &[u8], bits: u32) -> impl Iterator<Item = u8> {
    let bit = |i: u32| packed[i as usize / 8] >> (i % 8) & 1;
    (0..packed.len() as u32 * 8 / bits).map(move |i| (0..bits).map(|j| bit(i * bits + j) << j).sum())
}

/// Some of the images, evenly spread; all if they are not more than `most`.
pub(crate) fn spread(images: &[usize], most: usize) -> Vec<usize> {
    images.iter().copied().step_by(images.len().div_ceil(most.max(1)).max(1)).collect()
}

/// The value that a share of all values does not exceed; `None` without values.
fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let last_within = ((values.len() as f64 * share).ceil() as usize).saturating_sub(1);
    values.get(last_within).copied()
}

/// Images that stand for all of a class: those nearest to the means of clusters (k-means, Lloyd 1982).
fn medoids(dataset: &Dataset, images: &[usize], count: usize) -> Vec<usize> {
    if images.len() <= count {
        return images.to_vec();
    }
    let values = |image: usize| dataset.pixels(image).iter().map(|&value| f32::from(value));
    let square = |image: usize, mean: &[f32]| values(image).zip(mean).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let mut means: Vec<Vec<f32>> = (0..count).map(|i| values(images[i * images.len() / count]).collect()).collect();
    for _ in 0..ROUNDS {
        let mut sums = vec![(vec![0.0f32; dataset.inputs()], 0.0f32); count];
        for &image in images {
            let nearest = (0..count).map(|mean| (square(image, &means[mean]), mean)).min_by(|a, b| a.0.total_cmp(&b.0));
            let (sum, images) = &mut sums[nearest.map_or(0, |(_, mean)| mean)];
            sum.iter_mut().zip(values(image)).for_each(|(sum, value)| *sum += value);
            *images += 1.0;
        }
        for (mean, (sum, images)) in means.iter_mut().zip(sums).filter(|(_, (_, images))| *images > 0.0) {
            *mean = sum.into_iter().map(|sum| sum / images).collect();
        }
    }
    let nearest = |mean: &Vec<f32>| {
        let squares = images.iter().map(|&image| (square(image, mean), image));
        squares.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(images[0], |(_, image)| image)
    };
    let mut chosen: Vec<usize> = means.iter().map(nearest).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_values_become_levels_and_come_back_within_half_a_step() {
        for (max_value, bits, most) in [(1, 3, 0), (16, 3, 1), (255, 3, 18), (16, 4, 1), (255, 8, 0)] {
            for value in 0..=max_value {
                let level = level(value, max_value, bits);
                let back = grey(level, max_value, bits);
                assert!(level <= highest(bits) && back.abs_diff(value) <= most, "{value}");
            }
        }
    }

    #[test]
    fn references_are_packed_and_come_back() {
        let digits = Dataset::digits().unwrap();
        let references = References::new(&digits, &[0, 1, 2, 1000]);
        let header = references.header();
        let labels = references.labels().to_vec();
        assert_eq!(references.packed().len(), 4 * 24);
        let back = References::from_parts(&header, &references.packed(), labels.clone(), 64, 10);
        assert_eq!(back.as_ref(), Some(&references));
        assert_eq!(References::from_parts(&header, &references.packed(), labels.clone(), 60, 10), None, "another size");
        assert_eq!(
            References::from_parts(&header, &references.packed(), labels, 64, 2),
            None,
            "a label beyond the classes"
        );
    }

    #[test]
    fn files_of_four_bits_are_read() {
        let header = r#"{"max_value":16,"is_light":false,"distance":30.0,"ink":[200,400],"min_margin":1.0}"#;
        let header = serde_json::from_str(header).unwrap();
        let references = References::from_parts(&header, &[0x21, 0x0f, 0x43, 0x05], vec![0, 1], 3, 10).unwrap();
        assert_eq!(references.levels, [1, 2, 15, 3, 4, 5]);
        assert_eq!(references.packed(), [0x21, 0x0f, 0x43, 0x05]);
    }

    #[test]
    fn references_keep_their_class_whatever_it_is_called() {
        let digits = Dataset::digits().unwrap();
        let images: Vec<usize> = (0..20).collect();
        let references = References::new(&digits, &images);
        let classes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"].map(String::from);
        let detector = references.detector(8, 8, &classes).unwrap();
        for image in images {
            let nearest = detector.detect(digits.pixels(image), 1).neighbours[0].index;
            assert_eq!(detector.dataset().label(nearest), digits.label(image), "{image}");
        }
        assert!(references.detector(8, 8, &classes[..9]).is_none(), "a class is missing");
    }

    #[test]
    fn a_class_is_chosen_from_by_clusters() {
        let digits = Dataset::digits().unwrap();
        let train: Vec<usize> = (0..1000).collect();
        let chosen = References::choose(&digits, &train, 103);
        assert!((95..=103).contains(&chosen.len()), "{}", chosen.len());
        for class in 0..10 {
            let of_class = chosen.iter().filter(|&&image| digits.label(image) == class).count();
            assert!((9..=11).contains(&of_class), "{of_class} of {class}");
        }
        // They stand for the others better than the first images of each class do.
        let first: Vec<usize> =
            (0..10).flat_map(|class| train.iter().copied().filter(move |&i| i % 10 == class).take(10)).collect();
        let mean = |references: &[usize]| {
            let detector = NoveltyDetector::with_limits(&digits, references, Limits::of(&digits, references));
            (1000..1797).map(|i| detector.detect(digits.pixels(i), 1).neighbours[0].distance).sum::<f64>() / 797.0
        };
        assert!(mean(&chosen) < mean(&first) - 1.0, "{} {}", mean(&chosen), mean(&first));
    }

    #[test]
    fn all_images_are_chosen_if_there_are_not_more() {
        let digits = Dataset::digits().unwrap();
        assert_eq!(References::choose(&digits, &[4, 2, 9], 500), [2, 4, 9]);
    }
}
