//! Test-set evaluation: the error rate of a finished network, its confusion matrix, and how far its confidence can be trusted.

use serde::Serialize;

use crate::data::{Dataset, Split, SplitName};
use crate::error::{Error, Result, SplitProblem};
use crate::metrics::{
    Calibration, ClassScores, ConfusionMatrix, Coverage, Interval, calibration, coverage, wilson_interval,
};
use crate::predict::{Classifier, Prediction};

/// A network's answers about one split of a dataset, with their figures.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::{Classifier, Dataset, SavedModel, Split, SplitName, evaluate};
///
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model")?)?;
/// let classifier = Classifier::new(&saved, &Device::flex());
/// let digits = Dataset::digits()?;
/// let split = Split::new(&digits, &saved.experiment)?;
///
/// let evaluation = evaluate(&classifier, &digits, &split, SplitName::Test)?;
/// let interval = evaluation.error_rate_interval();
/// assert!((interval.low..interval.high).contains(&evaluation.error_rate()));
/// for answer in evaluation.mistakes() {
///     println!("image {}: a {} read as {}", answer.index, answer.target, answer.prediction.label);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The split that was evaluated; `None` for images that were not split.
    pub split: Option<SplitName>,
    /// The classes' names.
    pub classes: Vec<String>,
    /// One answer for each image, in the order of the dataset.
    pub answers: Vec<Answer>,
    /// Targets against predictions.
    pub confusion: ConfusionMatrix,
}

/// A network's answer about one image, with the right one.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Index in the dataset.
    pub index: usize,
    /// The image's class index.
    pub target: usize,
    /// The network's answer.
    pub prediction: Prediction,
}

/// The relation of the images that a network was evaluated on to those that trained it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same images.
    Same,
    /// The images of the configuration, some of which were added, removed or changed since.
    Changed,
    /// Other images than those of training; some of them may be the same.
    Other,
    /// It is not known which images trained the network.
    Unknown,
}

/// The figures of an [`Evaluation`] under the names that `evaluate --json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// The split that was evaluated; `null` for images that were not split.
    pub split: Option<&'static str>,
    /// Wrongly classified images.
    pub errors: usize,
    /// All images.
    pub total: usize,
    /// `errors / total`.
    pub error_rate: f64,
    /// Wilson 95 % interval of the error rate.
    pub error_rate_interval: Interval,
    /// Rows are targets, columns predictions.
    pub confusion: ConfusionMatrix,
    /// Scores of each class, with its name.
    pub classes: Vec<ClassReport>,
    /// The agreement of the network's confidence with its accuracy.
    pub calibration: Calibration,
    /// The error rate against the share of images answered.
    pub coverage: Vec<Coverage>,
}

/// One class of an [`EvaluationReport`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassReport {
    /// The class's name.
    pub name: String,
    /// Precision, recall, F1 and support.
    #[serde(flatten)]
    pub scores: ClassScores,
}

/// Evaluates a network on the images of one split.
///
/// # Errors
/// [`Error::Split`] if the split has no images; [`Error::Input`] if the dataset's images or classes are not those of
/// the network.
pub fn evaluate(classifier: &Classifier, dataset: &Dataset, split: &Split, name: SplitName) -> Result<Evaluation> {
    let indices = split.part(name);
    if indices.is_empty() {
        return Err(Error::Split(SplitProblem::Empty { split: name }));
    }
    Ok(Evaluation { split: Some(name), ..evaluate_images(classifier, dataset, indices)? })
}

/// Evaluates a network on images of a dataset, at least one.
///
/// # Errors
/// [`Error::Input`] if the dataset's images or classes are not those of the network.
pub fn evaluate_images(classifier: &Classifier, dataset: &Dataset, indices: &[usize]) -> Result<Evaluation> {
    let predictions = classifier.predict_many(dataset, indices)?;
    let answers: Vec<Answer> = indices
        .iter()
        .zip(predictions)
        .map(|(&index, prediction)| Answer { index, target: dataset.label(index), prediction })
        .collect();
    let targets: Vec<usize> = answers.iter().map(|answer| answer.target).collect();
    let labels: Vec<usize> = answers.iter().map(|answer| answer.prediction.label).collect();
    Ok(Evaluation {
        split: None,
        classes: dataset.classes().to_vec(),
        confusion: ConfusionMatrix::new(dataset.classes().len(), &targets, &labels),
        answers,
    })
}

impl Answer {
    /// True if the network got the image wrong.
    pub fn is_wrong(&self) -> bool {
        self.prediction.label != self.target
    }
}

impl Evaluation {
    /// Wrongly classified images.
    pub fn errors(&self) -> usize {
        self.answers.iter().filter(|answer| answer.is_wrong()).count()
    }

    /// Wrongly classified images as a share of all.
    pub fn error_rate(&self) -> f64 {
        self.errors() as f64 / self.answers.len() as f64
    }

    /// Wilson 95 % interval of the error rate.
    pub fn error_rate_interval(&self) -> Interval {
        wilson_interval(self.errors(), self.answers.len())
    }

    /// The agreement of the network's confidence with its accuracy.
    pub fn calibration(&self) -> Calibration {
        calibration(&self.confidences())
    }

    /// Confidence of each answer, with `true` for a right one.
    fn confidences(&self) -> Vec<(f64, bool)> {
        let of = |answer: &Answer| (f64::from(answer.prediction.confidence()), !answer.is_wrong());
        self.answers.iter().map(of).collect()
    }

    /// The wrong answers, the most confident first.
    pub fn mistakes(&self) -> Vec<&Answer> {
        let mut wrong: Vec<&Answer> = self.answers.iter().filter(|answer| answer.is_wrong()).collect();
        wrong.sort_by(|a, b| b.prediction.confidence().total_cmp(&a.prediction.confidence()));
        wrong
    }

    /// The figures, under their stable names.
    pub fn report(&self) -> EvaluationReport {
        let scores = self.confusion.class_scores();
        EvaluationReport {
            split: self.split.map(SplitName::as_str),
            errors: self.errors(),
            total: self.answers.len(),
            error_rate: self.error_rate(),
            error_rate_interval: self.error_rate_interval(),
            confusion: self.confusion.clone(),
            classes: self
                .classes
                .iter()
                .zip(scores)
                .map(|(name, scores)| ClassReport { name: name.clone(), scores })
                .collect(),
            calibration: self.calibration(),
            coverage: coverage(&self.confidences()),
        }
    }
}
