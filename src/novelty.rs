//! Novelty detection: flags images unlike the training images, where a network's answers are unreliable.

use std::fmt;
use std::ops::RangeInclusive;

use crate::data::Dataset;
use crate::error::Language;

/// Share of the training images that are within the distance of [`Limits`].
const WITHIN: f64 = 0.98;

/// Maximum number of training images that are compared with each other.
const MAX_COMPARED: usize = 1000;

/// Flags images that are unlike the training images.
///
/// The dataset is borrowed or shared: a `&Dataset`, or an `Arc<Dataset>`.
///
/// ```
/// use chiffres::novelty::{Doubt, NoveltyDetector};
/// use chiffres::{Dataset, Experiment, Split};
///
/// let digits = Dataset::digits()?;
/// let split = Split::new(&digits, &Experiment::default())?;
/// let detector = NoveltyDetector::new(&digits, &split.train);
///
/// let test_image = digits.image(1000)?.pixels;
/// assert!(detector.detect(test_image, 1).doubts.is_empty());
///
/// let chequerboard: Vec<u8> = (0..64).map(|i| if (i / 8 + i) % 2 == 0 { 16 } else { 0 }).collect();
/// let novelty = detector.detect(&chequerboard, 1);
/// assert!(matches!(novelty.doubts[..], [Doubt::Far { .. }, Doubt::Ink { .. }]));
/// # Ok::<(), chiffres::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NoveltyDetector<D: AsRef<Dataset>> {
    dataset: D,
    images: Vec<usize>,
    limits: Limits,
}

/// The limits that training images stay within.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Euclidean distance to the nearest image by another writer: 98 of 100 training images have one within it.
    /// Infinite if there is no other writer.
    pub distance: f64,
    /// Sum of all pixels.
    pub ink: RangeInclusive<u32>,
}

/// An image compared with the training images.
#[derive(Debug, Clone, PartialEq)]
pub struct Novelty {
    /// The training images nearest to it, the nearest first.
    pub neighbours: Vec<Neighbour>,
    /// The reasons not to trust an answer about it; none for an image like the training images.
    pub doubts: Vec<Doubt>,
}

/// A training image and its distance from another image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Index in the dataset.
    pub index: usize,
    /// Class index.
    pub label: usize,
    /// Euclidean distance of the pixels.
    pub distance: f64,
}

/// A reason not to trust an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// No training image is near.
    Far {
        /// Distance to the nearest one.
        distance: f64,
        /// [`Limits::distance`] of the training images.
        limit: f64,
    },
    /// There is less or more ink than on any training image.
    Ink {
        /// Sum of all pixels.
        ink: u32,
        /// [`Limits::ink`] of the training images.
        limits: RangeInclusive<u32>,
    },
    /// It looks like the negative of the training images: light where they are dark, and dark where they are light.
    Negative {
        /// Mean grey value at its border, as a share of the greatest.
        border: f64,
        /// The mean of the same over the training images.
        usual: f64,
    },
}

/// The grey values at the border of training images, by which a negative is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Border {
    /// The lowest mean of an image, as a share of the greatest grey value.
    pub least: f64,
    /// The highest mean of an image.
    pub most: f64,
    /// The mean over all images.
    pub mean: f64,
}

impl Border {
    /// Measures images of a dataset: a thousand, evenly spread, give about the same as all. `None` without images.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn of(dataset: &Dataset, images: &[usize]) -> Option<Self> {
        let some = images.iter().step_by(images.len().div_ceil(MAX_COMPARED).max(1));
        let max_value = dataset.max_value();
        let means: Vec<f64> =
            some.map(|&image| border_mean(dataset.pixels(image), dataset.width(), max_value)).collect();
        let (least, most) =
            means.iter().fold((f64::MAX, f64::MIN), |(low, high), &mean| (low.min(mean), high.max(mean)));
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        (!means.is_empty()).then_some(Self { least, most, mean })
    }

    /// Returns whether the border of an image is unlike that of all images measured, and its negative's is much nearer.
    ///
    /// `mean` is that of the image.
    pub fn is_inverted(&self, mean: f64) -> bool {
        let is_outside = !(self.least..=self.most).contains(&mean);
        is_outside && 2.0 * (1.0 - mean - self.mean).abs() < (mean - self.mean).abs()
    }
}

/// The mean grey value of the outermost pixels, as a share of the greatest.
pub(crate) fn border_mean(pixels: &[u8], width: usize, max_value: u8) -> f64 {
    let height = pixels.len() / width.max(1);
    let is_border = |i: usize| {
        let (row, column) = (i / width, i % width);
        row == 0 || row + 1 == height || column == 0 || column + 1 == width
    };
    let border = || pixels.iter().enumerate().filter(|(i, _)| is_border(*i)).map(|(_, &value)| f64::from(value));
    border().sum::<f64>() / (border().count().max(1) as f64 * f64::from(max_value))
}

impl Doubt {
    /// The doubt as a sentence.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Far { distance, limit }, Language::English) => {
                format!("the nearest training image is {distance:.1} away; 98 of 100 have one within {limit:.1}")
            }
            (Self::Far { distance, limit }, Language::French) => {
                let [distance, limit] = [distance, limit].map(|number| format!("{number:.1}").replace('.', ","));
                format!(
                    "l’image d’entraînement la plus proche est à {distance}\u{202f}; 98 sur 100 en ont une à moins de {limit}"
                )
            }
            (Self::Ink { ink, limits }, Language::English) => {
                format!("the ink adds up to {ink}; training images have {} to {}", limits.start(), limits.end())
            }
            (Self::Ink { ink, limits }, Language::French) => format!(
                "la somme de l’encre est {ink}\u{202f}; les images d’entraînement ont de {} à {}",
                limits.start(),
                limits.end()
            ),
            (Self::Negative { border, usual }, Language::English) => format!(
                "it looks like the negative of the training images: its border is {} (theirs {}); invert it",
                grey(*border, ["dark", "grey", "light"]),
                grey(*usual, ["dark", "grey", "light"])
            ),
            (Self::Negative { border, usual }, Language::French) => format!(
                "elle ressemble au négatif des images d’entraînement\u{a0}: son bord est {} (le leur {})\u{202f}; inversez-la",
                grey(*border, ["foncé", "gris", "clair"]),
                grey(*usual, ["foncé", "gris", "clair"])
            ),
        }
    }
}

/// A share of the greatest grey value in words and in percent.
fn grey(share: f64, [dark, grey, light]: [&str; 3]) -> String {
    let word = match share {
        share if share < 0.35 => dark,
        share if share > 0.65 => light,
        _ => grey,
    };
    format!("{word}, {:.0} %", 100.0 * share)
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}

impl Limits {
    /// Measures training images; each is compared with those of all other writers, or with all others.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn of(dataset: &Dataset, images: &[usize]) -> Self {
        // If writers are not known, each image has one of its own.
        let writer = |image: usize| dataset.groups().map_or(image as u32, |groups| groups[image]);
        // A thousand, evenly spread, give about the same limits as all of a large dataset.
        let some = images.iter().step_by(images.len().div_ceil(MAX_COMPARED).max(1));
        let some: Vec<(&[u8], u32)> = some.map(|&image| (dataset.pixels(image), writer(image))).collect();
        let mut nearest = vec![u32::MAX; some.len()];
        for (i, (a, writer)) in some.iter().enumerate() {
            for (j, (b, _)) in some[..i].iter().enumerate().filter(|(_, (_, other))| other != writer) {
                if let Some(distance) = nearer(a, b, nearest[i].max(nearest[j])) {
                    nearest[i] = nearest[i].min(distance);
                    nearest[j] = nearest[j].min(distance);
                }
            }
        }
        nearest.retain(|&distance| distance < u32::MAX);
        nearest.sort_unstable();
        let last_within = ((nearest.len() as f64 * WITHIN).ceil() as usize).saturating_sub(1);
        let distance = nearest.get(last_within).map_or(f64::INFINITY, |&square| f64::from(square).sqrt());
        let sums = || images.iter().map(|&image| sum(dataset.pixels(image)));
        let ink = sums().min().unwrap_or(0)..=sums().max().unwrap_or(u32::MAX);
        Self { distance, ink }
    }
}

impl<D: AsRef<Dataset>> NoveltyDetector<D> {
    /// A detector of images unlike the images `images` of a dataset, measured by [`Limits::of`].
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn new(dataset: D, images: &[usize]) -> Self {
        let limits = Limits::of(dataset.as_ref(), images);
        Self::with_limits(dataset, images, limits)
    }

    /// A detector with limits that were measured before.
    pub fn with_limits(dataset: D, images: &[usize], limits: Limits) -> Self {
        Self { dataset, images: images.to_vec(), limits }
    }

    /// The dataset that holds the training images.
    pub fn dataset(&self) -> &D {
        &self.dataset
    }

    /// The training images' indices in the dataset.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// The limits that the training images stay within.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Compares an image with the training images; `count` is the number of neighbours to find.
    pub fn detect(&self, pixels: &[u8], count: usize) -> Novelty {
        let mut neighbours = self.nearest(pixels, count.max(1));
        let distance = neighbours.first().map_or(0.0, |nearest| nearest.distance);
        neighbours.truncate(count);
        Novelty { neighbours, doubts: self.limits.doubts(distance, sum(pixels)) }
    }

    fn nearest(&self, pixels: &[u8], count: usize) -> Vec<Neighbour> {
        let dataset = self.dataset.as_ref();
        let mut all: Vec<(u32, usize)> =
            self.images.iter().map(|&index| (square_distance(pixels, dataset.pixels(index)), index)).collect();
        all.sort_unstable();
        all.truncate(count);
        let neighbour =
            |(square, index)| Neighbour { index, label: dataset.label(index), distance: f64::from(square).sqrt() };
        all.into_iter().map(neighbour).collect()
    }
}

impl Limits {
    fn doubts(&self, distance: f64, ink: u32) -> Vec<Doubt> {
        let far = (distance > self.distance).then_some(Doubt::Far { distance, limit: self.distance });
        let odd = (!self.ink.contains(&ink)).then(|| Doubt::Ink { ink, limits: self.ink.clone() });
        far.into_iter().chain(odd).collect()
    }
}

/// The sum of the squared differences, at most `u32::MAX`.
fn square_distance(a: &[u8], b: &[u8]) -> u32 {
    nearer(a, b, u32::MAX).unwrap_or(u32::MAX)
}

/// The square distance if it is below `limit`. A part of the pixels is enough to rule most images out.
fn nearer(a: &[u8], b: &[u8], limit: u32) -> Option<u32> {
    const PART: usize = 16;
    let square = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>();
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<PART>(), b.as_chunks::<PART>());
    let mut distance = square(a_rest, b_rest);
    for (a, b) in a.iter().zip(b) {
        if distance >= limit {
            return None;
        }
        distance = distance.saturating_add(square(a, b));
    }
    (distance < limit).then_some(distance)
}

fn sum(pixels: &[u8]) -> u32 {
    pixels.iter().map(|&pixel| u32::from(pixel)).sum()
}
