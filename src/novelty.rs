//! Whether an image looks like those a network was trained on: its answers about others mean little.

use std::fmt;
use std::ops::RangeInclusive;

use crate::data::Dataset;

/// Share of the training images that are within the distance of [`Limits`].
const WITHIN: f64 = 0.98;

/// Most training images that are compared with each other.
const MAX_COMPARED: usize = 1000;

/// What the training images look like, as far as it takes to tell a stranger.
///
/// The dataset is borrowed or shared: a `&Dataset`, or an `Rc<Dataset>`.
#[derive(Debug, Clone)]
pub struct NoveltyDetector<D: AsRef<Dataset>> {
    dataset: D,
    images: Vec<usize>,
    usual: Limits,
}

/// What training images keep to.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Euclidean distance within which 98 of 100 have one by another writer; infinite where there is no other.
    pub distance: f64,
    /// Sums of all pixels.
    pub ink: RangeInclusive<u32>,
}

/// A training image and how far another image is from it.
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
        /// From the nearest one.
        distance: f64,
        /// What 98 of 100 training images keep to.
        limit: f64,
    },
    /// There is less or more ink than on any training image.
    Ink {
        /// Sum of all pixels.
        ink: u32,
        /// Sums of the training images.
        usual: RangeInclusive<u32>,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Far { distance, limit } => {
                write!(f, "the nearest training image is {distance:.1} away; 98 of 100 have one within {limit:.1}")
            }
            Self::Ink { ink, usual } => {
                write!(f, "the ink adds up to {ink}; training images have {} to {}", usual.start(), usual.end())
            }
        }
    }
}

impl Limits {
    /// Looks at training images; each is compared with all those of other writers, or with all others.
    ///
    /// # Panics
    /// When an index is beyond the dataset.
    pub fn of(dataset: &Dataset, images: &[usize]) -> Self {
        // Where writers are not known, each image has one of its own.
        let writer = |image: usize| dataset.groups().map_or(image as u32, |groups| groups[image]);
        // A thousand, evenly spread, tell about as much as all of many.
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
    /// Looks at the training images, as [`Limits::of`] does.
    ///
    /// # Panics
    /// When an index is beyond the dataset.
    pub fn new(dataset: D, images: &[usize]) -> Self {
        let usual = Limits::of(dataset.as_ref(), images);
        Self::with_limits(dataset, images, usual)
    }

    /// Training images of which it is known already what they keep to.
    pub fn with_limits(dataset: D, images: &[usize], usual: Limits) -> Self {
        Self { dataset, images: images.to_vec(), usual }
    }

    /// What holds the training images.
    pub fn dataset(&self) -> &D {
        &self.dataset
    }

    /// The training images' indices in the dataset.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// What the training images keep to.
    pub fn limits(&self) -> &Limits {
        &self.usual
    }

    /// The training images nearest to an image, the nearest first.
    pub fn nearest(&self, pixels: &[u8], count: usize) -> Vec<Neighbour> {
        let dataset = self.dataset.as_ref();
        let mut all: Vec<(u32, usize)> =
            self.images.iter().map(|&index| (square_distance(pixels, dataset.pixels(index)), index)).collect();
        all.sort_unstable();
        all.truncate(count);
        let neighbour =
            |(square, index)| Neighbour { index, label: dataset.label(index), distance: f64::from(square).sqrt() };
        all.into_iter().map(neighbour).collect()
    }

    /// Why an answer about this image is not to be trusted; nothing for an image like those of the training.
    pub fn doubts(&self, pixels: &[u8]) -> Vec<Doubt> {
        let distance = self.nearest(pixels, 1).first().map_or(0.0, |neighbour| neighbour.distance);
        let ink = sum(pixels);
        let Limits { distance: limit, ink: usual } = &self.usual;
        let far = (distance > *limit).then_some(Doubt::Far { distance, limit: *limit });
        let odd = (!usual.contains(&ink)).then(|| Doubt::Ink { ink, usual: usual.clone() });
        far.into_iter().chain(odd).collect()
    }
}

/// The sum of the squared differences; `u32::MAX` where it is more than that.
fn square_distance(a: &[u8], b: &[u8]) -> u32 {
    nearer(a, b, u32::MAX).unwrap_or(u32::MAX)
}

/// The square distance, if it is below `least`. Most images are farther away than that by a part of their pixels alone,
/// and the rest of these is not looked at.
fn nearer(a: &[u8], b: &[u8], least: u32) -> Option<u32> {
    const PART: usize = 16;
    let square = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>();
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<PART>(), b.as_chunks::<PART>());
    let mut distance = square(a_rest, b_rest);
    for (a, b) in a.iter().zip(b) {
        if distance >= least {
            return None;
        }
        distance = distance.saturating_add(square(a, b));
    }
    (distance < least).then_some(distance)
}

fn sum(pixels: &[u8]) -> u32 {
    pixels.iter().map(|&pixel| u32::from(pixel)).sum()
}
