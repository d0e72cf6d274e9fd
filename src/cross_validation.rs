//! Cross-validation: the error rate of an experiment, measured on its training images alone, each held out once.
//!
//! Settings are chosen by this figure and never by the test images, so that the test images still measure the choice.

use burn::tensor::Device;
use serde::Serialize;

use crate::checkpoint::SavedModel;
use crate::config::{Experiment, Folds};
use crate::data::{Batcher, Dataset, Split, group_by, k_fold};
use crate::error::{Error, FoldsProblem, Result};
use crate::metrics::Scores;
use crate::predict::{Classifier, Prediction};
use crate::train::{Trainer, score};

/// Training images that are held out together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// `writer 3`, or `part 3`; counted from 1.
    pub name: String,
    /// The held-out images.
    pub held_out: Vec<usize>,
    /// The images that train meanwhile.
    pub train: Vec<usize>,
}

/// The result of holding out every fold with every seed, under the names that `cross-validate --json` promises.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CrossValidation {
    /// Name of the experiment.
    pub name: String,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Every fold.
    pub folds: Vec<FoldReport>,
    /// All training images; each is held out once for each seed.
    pub images: usize,
    /// Share of wrongly classified images, the mean over the seeds.
    pub error_rate: f64,
    /// The same for each seed.
    pub error_rates: Vec<f64>,
    /// Standard deviation of the error rates of the seeds; `None` with a single seed.
    #[serde(rename = "deviation_of_seeds")]
    pub seed_std: Option<f64>,
    /// Mean cross-entropy of the held-out images, in nats.
    pub loss: f64,
}

/// The result of holding out one fold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldReport {
    /// Name of the fold.
    pub name: String,
    /// Number of its images.
    pub images: usize,
    /// Wrongly classified images for each seed.
    pub errors: Vec<usize>,
    /// Mean over the seeds of `errors / images`.
    pub error_rate: f64,
}

/// The folds of an experiment's training images.
///
/// # Errors
/// [`Error::Folds`] when there are not enough images or writers, or when early stopping would have the held-out images
/// choose the network that they judge; else as [`Split::new`].
pub fn folds(experiment: &Experiment, dataset: &Dataset) -> Result<Vec<Fold>> {
    if experiment.training.patience > 0 {
        return Err(Error::Folds(FoldsProblem::EarlyStopping));
    }
    let split = Split::new(dataset, experiment)?;
    let mut images = [split.train, split.validation].concat();
    images.sort_unstable();
    let further = images.split_off(images.len() - dataset.further().len());
    let (word, parts) = match experiment.validation.folds {
        Folds::Writers => match dataset.groups() {
            None => return Err(Error::Folds(FoldsProblem::UnknownWriters)),
            Some(groups) => ("writer", group_by(&images, |image| groups[image])),
        },
        Folds::Number(parts) => ("part", k_fold(&images, parts, experiment.seed)),
    };
    if parts.len() < 2 || parts.iter().any(Vec::is_empty) {
        return Err(Error::Folds(FoldsProblem::TooFew { images: images.len(), folds: parts.len().max(2) }));
    }
    let others = |held_out: &Vec<usize>| {
        images.iter().copied().filter(|image| held_out.binary_search(image).is_err()).collect::<Vec<_>>()
    };
    let fold = |(i, held_out): (usize, Vec<usize>)| Fold {
        name: format!("{word} {}", i + 1),
        train: [others(&held_out), further.clone()].concat(),
        held_out,
    };
    Ok(parts.into_iter().enumerate().map(fold).collect())
}

/// Trains on all images but a fold, and scores the network on the fold. `epoch_done` is called after each epoch.
///
/// # Errors
/// [`Error::Diverged`] when the loss is no longer a number.
pub fn hold_out(
    experiment: &Experiment,
    dataset: &Dataset,
    fold: &Fold,
    device: &Device,
    mut epoch_done: impl FnMut(),
) -> Result<Scores> {
    let split = Split { train: fold.train.clone(), validation: Vec::new(), test: Vec::new() };
    let mut trainer = Trainer::builder(experiment, dataset, device).split(split).build()?;
    while let Some(epoch) = trainer.epoch() {
        if !epoch.train.loss.is_finite() {
            return Err(Error::Diverged { epoch: epoch.epoch });
        }
        epoch_done();
    }
    match experiment.prediction.variants {
        false => Ok(score(&trainer.model(), dataset, &fold.held_out, Batcher::new(&experiment.data), device)),
        true => {
            let saved = SavedModel::new(experiment, dataset, trainer.final_weights());
            let answers = Classifier::new(&saved, device).predict_many(dataset, &fold.held_out)?;
            Ok(scores(&answers, dataset, &fold.held_out))
        }
    }
}

/// The scores of a network's answers about images.
fn scores(answers: &[Prediction], dataset: &Dataset, images: &[usize]) -> Scores {
    let answers = || answers.iter().zip(images).map(|(answer, &image)| (answer, dataset.label(image)));
    let errors = answers().filter(|(answer, target)| answer.label != *target).count();
    let loss = |(answer, target): (&Prediction, usize)| {
        -libm::log(f64::from(answer.probabilities[target].max(f32::MIN_POSITIVE)))
    };
    Scores { loss: answers().map(loss).sum::<f64>() / images.len() as f64, errors, images: images.len() }
}

impl CrossValidation {
    /// Adds up scores: those of every fold with the first seed, then with the next seed, and so on.
    pub(crate) fn new(experiment: &Experiment, seeds: Vec<u64>, folds: &[Fold], scores: &[Scores]) -> Self {
        let images: usize = folds.iter().map(|fold| fold.held_out.len()).sum();
        let by_seed: Vec<&[Scores]> = scores.chunks_exact(folds.len()).collect();
        let rate = |scores: &&[Scores]| scores.iter().map(|fold| fold.errors).sum::<usize>() as f64 / images as f64;
        let error_rates: Vec<f64> = by_seed.iter().map(rate).collect();
        let error_rate = mean(&error_rates);
        let squares: f64 = error_rates.iter().map(|rate| (rate - error_rate) * (rate - error_rate)).sum();
        let fold = |(i, fold): (usize, &Fold)| {
            let errors: Vec<usize> = by_seed.iter().map(|scores| scores[i].errors).collect();
            let images = fold.held_out.len();
            let error_rate = errors.iter().sum::<usize>() as f64 / (images * errors.len()) as f64;
            FoldReport { name: fold.name.clone(), images, errors, error_rate }
        };
        let loss: f64 = scores.iter().map(|scores| scores.loss * scores.images as f64).sum();
        Self {
            name: experiment.name.clone(),
            folds: folds.iter().enumerate().map(fold).collect(),
            images,
            error_rate,
            seed_std: (seeds.len() > 1).then(|| (squares / (seeds.len() - 1) as f64).sqrt()),
            loss: loss / (images * seeds.len()) as f64,
            error_rates,
            seeds,
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
