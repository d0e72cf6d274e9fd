//! Prediction: a finished network names images.

use burn::tensor::{Device, Tensor};

use crate::checkpoint::SavedModel;
use crate::data::{Batcher, Dataset, EVAL_BATCH_SIZE};
use crate::error::{DatasetShape, Error, InputProblem, Result};
use crate::fused;
use crate::model::Mlp;

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
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("web/www/recipe.model")?)?;
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
    device: Device,
}

impl Prediction {
    /// Probability of the most probable class.
    pub fn confidence(&self) -> f32 {
        self.probabilities[self.label]
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
            model: Mlp::from_weights(saved.experiment.model.activation, &saved.weights, device),
            batcher: Batcher::new(&saved.experiment.data),
            classes: saved.classes.clone(),
            height: saved.height,
            width: saved.width,
            device: device.clone(),
        }
    }

    /// Names one image given as grey values, row after row.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`] if the number of pixels is not the network's number of inputs.
    pub fn predict(&self, pixels: &[u8]) -> Result<Prediction> {
        let (found, height, width) = (pixels.len(), self.height, self.width);
        if found != height * width {
            return Err(InputProblem::WrongImageSize { found, height, width }.into());
        }
        Ok(self.answers(self.batcher.images(pixels, found, &self.device)).remove(0))
    }

    /// Names images given as grey values, one image after the other.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`] if they are not whole images of the network's size.
    pub fn predict_images(&self, pixels: &[u8]) -> Result<Vec<Prediction>> {
        let inputs = self.height * self.width;
        match pixels.len() % inputs {
            0 if pixels.is_empty() => Ok(Vec::new()),
            0 => Ok(self.answers(self.batcher.images(pixels, inputs, &self.device))),
            found => Err(InputProblem::WrongImageSize { found, height: self.height, width: self.width }.into()),
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
            let batch = self.batcher.batch(dataset, indices, &self.device);
            all.extend(self.answers(batch.images));
            dataset.release();
        }
        Ok(all)
    }

    /// Names images `[batch, inputs]`: in one operation on the processor, by the network's own elsewhere.
    fn answers(&self, images: Tensor<2>) -> Vec<Prediction> {
        let probabilities = fused::probabilities(&self.model, &images).unwrap_or_else(|| {
            let probabilities = self.model.probabilities(images).into_data();
            probabilities.try_into_vec_as().expect("probabilities are floats")
        });
        let rows = probabilities.chunks_exact(self.classes.len());
        rows.map(|row| Prediction { label: argmax(row), probabilities: row.to_vec() }).collect()
    }

    /// Checks that a dataset has images and classes of the network.
    ///
    /// # Errors
    /// [`InputProblem::OtherDataset`] if their size or number is another; [`InputProblem::OtherClass`] if a name is.
    pub fn check(&self, dataset: &Dataset) -> Result<()> {
        let shape = |height, width, classes: &[String]| DatasetShape { height, width, classes: classes.len() };
        let found = shape(dataset.height(), dataset.width(), dataset.classes());
        let expected = shape(self.height, self.width, &self.classes);
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
