//! Prediction: a finished network names images.

use burn::tensor::{Device, Tensor};

use crate::checkpoint::SavedModel;
use crate::data::{Batcher, Dataset, EVAL_BATCH_SIZE, READINGS, Readings, Split};
use crate::error::{DatasetShape, Error, InputProblem, Result};
use crate::fused;
use crate::model::Mlp;
use crate::novelty::{References, spread};

/// Maximum number of images that references are measured on.
const MAX_MEASURED: usize = 10_000;

/// A network's answer for one image.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Index of the most probable class.
    pub label: usize,
    /// Probability of each class; they sum to 1.
    pub probabilities: Vec<f32>,
}

/// A finished network that names images: its weights, classes, image size and pixel scaling.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::{Classifier, Dataset, SavedModel};
///
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model")?)?;
/// let classifier = Classifier::new(&saved, &Device::flex());
///
/// let digits = Dataset::digits()?;
/// let image = digits.image(1000)?;
/// let prediction = classifier.predict(image.pixels)?;
/// println!("{} ({:.1} % sure)", classifier.classes()[prediction.label], 100.0 * prediction.confidence());
/// assert_eq!(prediction.label, image.label);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Classifier {
    model: Mlp,
    batcher: Batcher,
    classes: Vec<String>,
    height: usize,
    width: usize,
    channels: usize,
    device: Device,
    /// The variants of an image that are read beside it; `None` if it is read once.
    readings: Option<Readings>,
}

impl Prediction {
    /// The answer with these probabilities: the first of the largest names the class.
    pub fn of(probabilities: Vec<f32>) -> Self {
        Self { label: argmax(&probabilities), probabilities }
    }

    /// Probability of the most probable class.
    pub fn confidence(&self) -> f32 {
        self.probabilities[self.label]
    }

    /// The difference between the logits of the two most probable classes; 0 with a single class.
    pub fn margin(&self) -> f64 {
        let [first, second] = self.leaders().map(|class| f64::from(log(self.probabilities[class])));
        first - second
    }

    /// The two most probable classes; the same twice if there is only one.
    pub fn leaders(&self) -> [usize; 2] {
        let ranked = self.ranked();
        [ranked[0], *ranked.get(1).unwrap_or(&ranked[0])]
    }

    /// All class indices, the most probable first.
    pub fn ranked(&self) -> Vec<usize> {
        let mut classes: Vec<usize> = (0..self.probabilities.len()).filter(|&class| class != self.label).collect();
        classes.sort_by(|&a, &b| self.probabilities[b].total_cmp(&self.probabilities[a]));
        std::iter::once(self.label).chain(classes).collect()
    }
}

impl Classifier {
    /// Puts a saved network to work on a device.
    pub fn new(saved: &SavedModel, device: &Device) -> Self {
        Self {
            model: saved.config().with_weights(&saved.weights, device),
            batcher: Batcher::new(&saved.experiment.data),
            classes: saved.classes.clone(),
            height: saved.height,
            width: saved.width,
            channels: saved.channels,
            device: device.clone(),
            readings: saved.experiment.prediction.variants.then(|| Readings::new(saved.shape())),
        }
    }

    /// Names one image given as grey values, row after row.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`] if the number of pixels is not the network's number of inputs.
    pub fn predict(&self, pixels: &[u8]) -> Result<Prediction> {
        let (found, height, width, channels) = (pixels.len(), self.height, self.width, self.channels);
        if found != self.inputs() {
            return Err(InputProblem::WrongImageSize { found, height, width, channels }.into());
        }
        Ok(self.answers(pixels).remove(0))
    }

    /// Names images given as grey values, one image after the other.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`] if they are not whole images of the network's size.
    pub fn predict_images(&self, pixels: &[u8]) -> Result<Vec<Prediction>> {
        let (inputs, height, width, channels) = (self.inputs(), self.height, self.width, self.channels);
        match pixels.len() % inputs {
            0 if pixels.is_empty() => Ok(Vec::new()),
            0 => Ok(self.answers(pixels)),
            found => Err(InputProblem::WrongImageSize { found, height, width, channels }.into()),
        }
    }

    /// Names images of a dataset.
    ///
    /// # Errors
    /// As [`Classifier::check`]; [`Error::NoSuchImage`] for an index beyond the last.
    pub fn predict_many(&self, dataset: &Dataset, indices: &[usize]) -> Result<Vec<Prediction>> {
        self.check(dataset)?;
        if let Some(&index) = indices.iter().find(|&&index| index >= dataset.len()) {
            return Err(Error::NoSuchImage { index, last: dataset.len().saturating_sub(1) });
        }
        let mut all = Vec::with_capacity(indices.len());
        for indices in indices.chunks(EVAL_BATCH_SIZE) {
            match &self.readings {
                None => all.extend(self.read(self.batcher.batch(dataset, indices, &self.device).images)),
                Some(_) => {
                    let pixels: Vec<u8> = indices.iter().flat_map(|&index| dataset.pixels(index)).copied().collect();
                    all.extend(self.answers(&pixels));
                }
            }
            dataset.release();
        }
        Ok(all)
    }

    /// Chooses `count` training images that stand for all, to keep in the network's file, and measures what they mark on
    /// the validation images, or else on the other training images. `None` without training images.
    ///
    /// # Errors
    /// As [`Classifier::check`].
    pub fn references(&self, dataset: &Dataset, split: &Split, count: usize) -> Result<Option<References>> {
        let chosen = References::choose(dataset, &split.train, count);
        if chosen.is_empty() {
            return Ok(None);
        }
        let others = match split.validation.is_empty() {
            true => split.train.iter().copied().filter(|image| !chosen.contains(image)).collect(),
            false => split.validation.clone(),
        };
        let others = spread(&others, MAX_MEASURED);
        let answers = self.predict_many(dataset, &others)?;
        let answers: Vec<_> = answers.iter().map(|answer| (answer.leaders(), answer.margin())).collect();
        Ok(Some(References::new(dataset, &chosen).measured(dataset, &others, &answers)))
    }

    /// Names whole images given as grey values, by one reading or several.
    fn answers(&self, pixels: &[u8]) -> Vec<Prediction> {
        let inputs = self.inputs();
        match &self.readings {
            None => self.read(self.batcher.images(pixels, inputs, &self.device)),
            Some(readings) => {
                let read = self.read(self.batcher.readings(pixels, inputs, readings, &self.device));
                read.chunks_exact(READINGS).map(mean).collect()
            }
        }
    }

    /// Names images `[batch, inputs]`: in one operation on the processor, by the network's own elsewhere.
    fn read(&self, images: Tensor<2>) -> Vec<Prediction> {
        let probabilities = fused::probabilities(&self.model, &images).unwrap_or_else(|| {
            let probabilities = self.model.probabilities(images).into_data();
            probabilities.try_into_vec_as().expect("probabilities are floats")
        });
        let rows = probabilities.chunks_exact(self.classes.len());
        rows.map(|row| Prediction::of(row.to_vec())).collect()
    }

    /// Checks that a dataset has images and classes of the network.
    ///
    /// # Errors
    /// [`InputProblem::OtherDataset`] if their size or number is another; [`InputProblem::OtherClass`] if a name is.
    pub fn check(&self, dataset: &Dataset) -> Result<()> {
        let shape = |height, width, channels, classes: &[String]| {
            let classes = classes.len();
            DatasetShape { height, width, channels, classes }
        };
        let found = shape(dataset.height(), dataset.width(), dataset.channels(), dataset.classes());
        let expected = shape(self.height, self.width, self.channels, &self.classes);
        if found != expected {
            return Err(InputProblem::OtherDataset { found, expected }.into());
        }
        match dataset.classes().iter().zip(&self.classes).enumerate().find(|(_, (found, expected))| found != expected) {
            None => Ok(()),
            Some((index, (found, expected))) => {
                Err(InputProblem::OtherClass { index, found: found.clone(), expected: expected.clone() }.into())
            }
        }
    }

    /// The classes' names, in the order of the class indices.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Rows of the images that the network reads.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of the images that the network reads.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Values of a pixel that the network reads: 1 for grey, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.channels
    }

    fn inputs(&self) -> usize {
        self.height * self.width * self.channels
    }
}

/// The answer of the mean logits of several readings: their probabilities' geometric mean, which adds up to 1 again.
fn mean(readings: &[Prediction]) -> Prediction {
    let logits = (0..readings[0].probabilities.len())
        .map(|class| readings.iter().map(|reading| log(reading.probabilities[class])).sum::<f32>() / READINGS as f32);
    let mut probabilities: Vec<f32> = logits.map(libm::expf).collect();
    let sum: f32 = probabilities.iter().sum();
    probabilities.iter_mut().for_each(|probability| *probability /= sum);
    Prediction::of(probabilities)
}

/// The logarithm of a probability; one that is too small for its type counts as the smallest.
fn log(probability: f32) -> f32 {
    libm::logf(if probability < f32::MIN_POSITIVE { f32::MIN_POSITIVE } else { probability })
}

/// The index of the first of the largest values; NaN counts as the smallest.
fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] || (values[best].is_nan() && !value.is_nan()) {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::argmax;

    #[test]
    fn argmax_takes_the_first_of_equals_and_survives_nan() {
        assert_eq!(argmax(&[0.1, 0.4, 0.4]), 1);
        assert_eq!(argmax(&[f32::NAN, 0.1, 0.2]), 2);
        assert_eq!(argmax(&[f32::NAN, f32::NAN]), 0);
    }
}
