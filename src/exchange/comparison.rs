//! Comparisons of answers: those of a written file with the program's, those of rounded weights with the exact ones.

use super::network::Network;
use super::{Format, held, read};
use crate::error::{ExportError, ExportProblem};
use crate::predict::Prediction;

/// A comparison of a written file with the network that the format holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadBack {
    /// Images that were compared.
    pub images: usize,
    /// Images with the same most probable class.
    pub labels: usize,
    /// The largest difference of two probabilities.
    pub difference: f64,
}

/// The answers that change where a format holds rounded weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Images that were compared.
    pub images: usize,
    /// Images whose answer stays the same.
    pub labels: usize,
    /// The largest difference of two probabilities.
    pub difference: f64,
    /// Wrong answers of the network, and of rounded weights; `None` if the right answers are not known.
    pub errors: Option<[usize; 2]>,
}

impl ReadBack {
    /// The largest difference of two probabilities that sums of other orders explain.
    const MAX_DIFFERENCE: f64 = 1e-4;

    /// Reads written bytes, and compares the network in them with answers about images: the program's, or those of
    /// [`held`].
    ///
    /// # Errors
    /// [`ExportError`] if the bytes are no network, or answer differently.
    pub fn new(bytes: &[u8], format: Format, pixels: &[u8], answers: &[Prediction]) -> Result<Self, ExportError> {
        let found = read(bytes, format).map(|network| predictions(&network, pixels));
        let (labels, difference) = found.map_or((0, f64::INFINITY), |found| compare(answers, &found));
        let images = answers.len();
        match difference <= Self::MAX_DIFFERENCE {
            true => Ok(Self { images, labels, difference }),
            false => {
                let problem = ExportProblem::NotReadBack { images, labels };
                Err(ExportError { format: format.title(), problem })
            }
        }
    }
}

impl Loss {
    /// Compares the program's answers about images with those of the network that a format holds, and returns these too;
    /// `None` if the format holds all bits of the weights.
    pub fn new(
        network: &Network,
        format: Format,
        pixels: &[u8],
        answers: &[Prediction],
        targets: Option<&[usize]>,
    ) -> Option<(Self, Vec<Prediction>)> {
        if format != Format::CInt8 {
            return None;
        }
        let rounded = predictions(&held(network, format), pixels);
        let (labels, difference) = compare(answers, &rounded);
        let errors = |answers: &[Prediction], targets: &[usize]| {
            answers.iter().zip(targets).filter(|(answer, target)| answer.label != **target).count()
        };
        let errors = targets.map(|targets| [errors(answers, targets), errors(&rounded, targets)]);
        Some((Self { images: answers.len(), labels, difference, errors }, rounded))
    }
}

/// The answers of a network, by the plain loop.
fn predictions(network: &Network, pixels: &[u8]) -> Vec<Prediction> {
    let prediction = |found: Vec<f64>| {
        let label = (0..found.len()).max_by(|&a, &b| found[a].total_cmp(&found[b]).then(b.cmp(&a)));
        Prediction {
            label: label.unwrap_or_default(),
            probabilities: found.into_iter().map(|probability| probability as f32).collect(),
        }
    };
    network.probabilities(pixels).into_iter().map(prediction).collect()
}

/// The number of equal labels, and the largest difference of two probabilities.
fn compare(answers: &[Prediction], others: &[Prediction]) -> (usize, f64) {
    let labels = answers.iter().zip(others).filter(|(answer, other)| answer.label == other.label).count();
    let pairs =
        answers.iter().zip(others).flat_map(|(answer, other)| answer.probabilities.iter().zip(&other.probabilities));
    let differences = pairs.map(|(&a, &b)| (f64::from(a) - f64::from(b)).abs());
    (labels, differences.fold(0.0, f64::max))
}
