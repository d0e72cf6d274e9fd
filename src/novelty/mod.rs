//! Novelty detection: flags images unlike the training images, where a network's answers are unreliable.

mod border;
mod distance;
mod doubt;
mod references;

pub use border::Border;
pub(crate) use border::border_mean;
pub use doubt::{Doubt, Reason};
pub use references::References;
pub(crate) use references::{ReferencesHeader, spread};

use std::ops::RangeInclusive;

use crate::data::Dataset;

use distance::{nearer, square_distance, sum};

/// Share of the training images that are within the distance of [`Limits`].
const WITHIN: f64 = 0.98;

/// Margin of the logits below which an answer is unsure, if the nearest images of both classes are equally far.
pub(crate) const MIN_MARGIN: f64 = 1.5;
/// The margin that makes up for an image of another class that is nearer by [`Limits::distance`].
///
/// Both were chosen for a network of 1,000 digits by the last 10,000 training digits of MNIST: docs/recipe.md has the figures.
const MARGIN_OF_LIMIT: f64 = 15.0;

/// Share of [`Limits::distance`] that is far if the answer is unsure.
const FAR_IF_UNSURE: f64 = 0.7;

/// Maximum number of training images that are compared with each other.
const MAX_COMPARED: usize = 1000;

/// Flags images that are unlike the training images.
///
/// The dataset is borrowed or shared: a `&Dataset`, or an `Arc<Dataset>`.
///
/// ```
/// use chiffres::novelty::{NoveltyDetector, Reason};
/// use chiffres::{Dataset, Experiment, Split};
///
/// let digits = Dataset::digits()?;
/// let split = Split::new(&digits, &Experiment::default())?;
/// let detector = NoveltyDetector::new(&digits, &split.train);
///
/// let test_image = digits.image(1000)?.pixels;
/// assert!(detector.detect(test_image, 1).reasons.is_empty());
///
/// let chequerboard: Vec<u8> = (0..64).map(|i| if (i / 8 + i) % 2 == 0 { 16 } else { 0 }).collect();
/// let novelty = detector.detect(&chequerboard, 1);
/// assert!(matches!(novelty.reasons[..], [Reason::Far { .. }, Reason::Ink { .. }]));
/// # Ok::<(), chiffres::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NoveltyDetector<D: AsRef<Dataset>> {
    dataset: D,
    images: Vec<usize>,
    limits: Limits,
    min_margin: f64,
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
    /// The distance to the nearest image of each class; infinite for a class without images.
    pub by_class: Vec<f64>,
    /// The reasons to take it for an image of none of the classes; none for an image like the training images.
    pub reasons: Vec<Reason>,
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
        Self { dataset, images: images.to_vec(), limits, min_margin: MIN_MARGIN }
    }

    /// The same, for which answers under another margin of the logits are unsure.
    #[must_use]
    pub fn with_min_margin(self, min_margin: f64) -> Self {
        Self { min_margin, ..self }
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
        let dataset = self.dataset.as_ref();
        let mut all: Vec<(u32, usize)> =
            self.images.iter().map(|&index| (square_distance(pixels, dataset.pixels(index)), index)).collect();
        let mut by_class = vec![f64::INFINITY; dataset.classes().len()];
        for &(square, index) in &all {
            let nearest = &mut by_class[dataset.label(index)];
            *nearest = nearest.min(f64::from(square));
        }
        by_class.iter_mut().for_each(|square| *square = square.sqrt());
        all.sort_unstable();
        let distance = all.first().map_or(0.0, |&(square, _)| f64::from(square).sqrt());
        let neighbour =
            |(square, index)| Neighbour { index, label: dataset.label(index), distance: f64::from(square).sqrt() };
        let neighbours = all.into_iter().take(count).map(neighbour).collect();
        Novelty { neighbours, by_class, reasons: self.limits.reasons(distance, sum(pixels)) }
    }

    /// The class that an image could also be of, by its index: the network or the nearest images are divided.
    ///
    /// `ranked` are the two classes that the network finds most probable, and `margin` is the difference of their logits.
    /// The further the nearest image of another class is beyond that of the first, the smaller a margin is enough.
    pub fn rival(&self, novelty: &Novelty, ranked: [usize; 2], margin: f64) -> Option<usize> {
        let [first, second] = ranked;
        let is_unsure = margin - self.needed_margin(novelty, first) < self.min_margin;
        let (nearest, other) = (novelty.by_class.get(first)?, novelty.nearest_other(first)?);
        is_unsure.then_some(if novelty.by_class[other] < *nearest { other } else { second })
    }

    /// The margin that makes up for the nearest image of another class, below 0 if that is the further one.
    fn needed_margin(&self, novelty: &Novelty, first: usize) -> f64 {
        let nearest = |class: usize| novelty.by_class.get(class).copied().unwrap_or(f64::INFINITY);
        let nearer = novelty.nearest_other(first).map_or(0.0, |other| nearest(first) - nearest(other));
        let is_known = nearer.is_finite() && self.limits.distance > 0.0;
        if is_known { MARGIN_OF_LIMIT * nearer / self.limits.distance } else { 0.0 }
    }
}

impl Novelty {
    /// The class of the nearest image that is not of `class`.
    fn nearest_other(&self, class: usize) -> Option<usize> {
        let others = (0..self.by_class.len()).filter(|&other| other != class);
        others.min_by(|&a, &b| self.by_class[a].total_cmp(&self.by_class[b]))
    }
}

impl Limits {
    /// A reason to doubt that an image is of any class, if no class is sure: then a shorter distance is far.
    pub(crate) fn unlike(&self, novelty: &Novelty) -> Option<Reason> {
        let distance = novelty.by_class.iter().copied().fold(f64::INFINITY, f64::min);
        (distance > FAR_IF_UNSURE * self.distance).then_some(Reason::Unlike { distance })
    }

    fn reasons(&self, distance: f64, ink: u32) -> Vec<Reason> {
        let far = (distance > self.distance).then_some(Reason::Far { distance, limit: self.distance });
        let odd = (!self.ink.contains(&ink)).then(|| Reason::Ink { ink, limits: self.ink.clone() });
        far.into_iter().chain(odd).collect()
    }
}
