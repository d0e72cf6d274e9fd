//! How well an experiment does, judged by its training images alone: each part of them is held out once.
//!
//! Settings are chosen by this figure and never by the test images, which then still tell the truth about the choice.

use burn::tensor::Device;
use serde::Serialize;

use crate::config::{Experiment, Folds};
use crate::data::{Batcher, Dataset, Split, group_by, k_fold};
use crate::error::{Error, Result};
use crate::metrics::Scores;
use crate::train::{Trainer, score};

/// A part of the training images that is held out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// `writer 3`, or `part 3`; counted from 1.
    pub name: String,
    /// The held-out images.
    pub held_out: Vec<usize>,
    /// The images that train meanwhile.
    pub train: Vec<usize>,
}

/// What holding out every fold with every seed came to, under the names that `validate --json` promises.
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
    /// Mean over the seeds of the share of wrongly classified images.
    pub error_rate: f64,
    /// The same for each seed.
    pub error_rates: Vec<f64>,
    /// Standard deviation between the seeds; `None` with a single one.
    #[serde(rename = "deviation_of_seeds")]
    pub seed_std: Option<f64>,
    /// Mean cross-entropy of the held-out images, in nats.
    pub loss: f64,
}

/// What holding out one fold came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldReport {
    /// The fold.
    pub name: String,
    /// How many images it has.
    pub images: usize,
    /// Wrongly classified images for each seed.
    pub errors: Vec<usize>,
    /// Mean over the seeds of `errors / images`.
    pub error_rate: f64,
}

/// The folds of an experiment's training images.
///
/// # Errors
/// [`Error::Request`] when there are not enough images or writers, or when early stopping would have the held-out images
/// choose the network that they judge.
pub fn folds(experiment: &Experiment, dataset: &Dataset) -> Result<Vec<Fold>> {
    let request = |message: String, hint: &str| Err(Error::Request { message, hint: hint.into() });
    if experiment.training.patience > 0 {
        let message = "validate cannot judge an experiment by images that also stop its training".into();
        return request(message, "switch early stopping off: --set training.patience=0");
    }
    let split = Split::new(dataset, experiment)?;
    let mut images = [split.train, split.validation].concat();
    images.sort_unstable();
    let (word, parts) = match experiment.validation.folds {
        Folds::Writers => match dataset.groups() {
            None => {
                let message = "the writers of these images are not known".into();
                return request(message, "name their column with data.group, or set validation.folds = 10");
            }
            Some(groups) => ("writer", group_by(&images, |image| groups[image])),
        },
        Folds::Number(parts) => ("part", k_fold(&images, parts, experiment.seed)),
    };
    if parts.len() < 2 || parts.iter().any(Vec::is_empty) {
        let plural = if images.len() == 1 { "" } else { "s" };
        let message = format!("{} image{plural} cannot be parted into {} folds", images.len(), parts.len().max(2));
        return request(message, "set data.train higher, or validation.folds to a smaller number");
    }
    let fold = |(i, held_out): (usize, Vec<usize>)| Fold {
        name: format!("{word} {}", i + 1),
        train: images.iter().copied().filter(|image| held_out.binary_search(image).is_err()).collect(),
        held_out,
    };
    Ok(parts.into_iter().enumerate().map(fold).collect())
}

/// Trains without a fold, and judges by it. `epoch_done` is called after each epoch.
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
    Ok(score(&trainer.model(), dataset, &fold.held_out, Batcher::new(&experiment.data), device))
}

impl CrossValidation {
    /// Adds up scores, which are those of the first seed for every fold, then of the next seed, and so on.
    pub fn new(experiment: &Experiment, seeds: Vec<u64>, folds: &[Fold], scores: &[Scores]) -> Self {
        let images: usize = folds.iter().map(|fold| fold.held_out.len()).sum();
        let by_seed: Vec<&[Scores]> = scores.chunks_exact(folds.len()).collect();
        let rate = |scores: &&[Scores]| scores.iter().map(|fold| fold.errors).sum::<usize>() as f64 / images as f64;
        let error_rates: Vec<f64> = by_seed.iter().map(rate).collect();
        let error_rate = mean(&error_rates);
        let squares: f64 = error_rates.iter().map(|rate| (rate - error_rate).powi(2)).sum();
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
