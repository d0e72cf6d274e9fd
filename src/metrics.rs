//! Metrics: error rate with its confidence interval, confusion matrix, scores of classes, calibration, history.

use serde::{Deserialize, Deserializer, Serialize};

/// A confidence interval of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// The 95 % Wilson score interval of a rate, after `successes` in `trials`.
///
/// It contains the true rate in about 95 % of repetitions. Without trials it is 0 to 1.
///
/// Source: E. B. Wilson, Probable inference, JASA 22 (1927); z = 1.959964.
pub fn wilson_interval(successes: usize, trials: usize) -> Interval {
    if trials == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    const Z: f64 = 1.959_963_984_540_054;
    let (n, p) = (trials as f64, successes as f64 / trials as f64);
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Interval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
}

/// The p-value of McNemar's exact test: how likely two equally good networks differ at least as much by chance.
///
/// Both read the same images: `only_first` and `only_second` count those that only one of them reads right.
///
/// Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions, Psychometrika 12 (1947);
/// exact, from the binomial distribution.
///
/// ```
/// assert_eq!(chiffres::metrics::mcnemar(0, 3), 0.25);
/// ```
pub fn mcnemar(only_first: usize, only_second: usize) -> f64 {
    let (all, fewer) = (only_first + only_second, only_first.min(only_second));
    // Binomial coefficients from the middle down, as shares of the largest: they would overflow.
    let (mut share, mut tail, mut half) = (1.0, 0.0, 0.0);
    for k in (0..=all / 2).rev() {
        half += share;
        if k <= fewer {
            tail += share;
        }
        share *= k as f64 / (all - k + 1) as f64;
    }
    let middle = if all % 2 == 0 { 1.0 } else { 0.0 };
    (2.0 * tail / (2.0 * half - middle)).min(1.0)
}

/// Confusion matrix: the number of images of each class that were predicted as each class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ConfusionMatrix(Vec<Vec<usize>>);

/// Precision, recall and F1 of one class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassScores {
    /// Images of the class.
    pub support: usize,
    /// Share of the images predicted as this class that are of it; `None` if there are none.
    pub precision: Option<f64>,
    /// Share of the images of this class that are predicted as it; `None` if there are none.
    pub recall: Option<f64>,
    /// Harmonic mean of both, `2 tp / (2 tp + fp + fn)`; `None` if the class neither occurs nor is predicted.
    pub f1: Option<f64>,
}

/// Two classes, one of which is confused with the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfusedPair {
    /// The class of the images.
    pub target: usize,
    /// The class that they are predicted as.
    pub predicted: usize,
    /// The number of images.
    pub count: usize,
}

impl ConfusionMatrix {
    /// Counts pairs of class indices below `classes`.
    ///
    /// # Panics
    /// If a class index is not below `classes`, or the slices differ in length.
    pub(crate) fn new(classes: usize, targets: &[usize], predictions: &[usize]) -> Self {
        assert_eq!(targets.len(), predictions.len(), "one prediction per target");
        let mut counts = vec![vec![0; classes]; classes];
        for (&target, &predicted) in targets.iter().zip(predictions) {
            counts[target][predicted] += 1;
        }
        Self(counts)
    }

    /// The counts; rows are targets, columns predictions.
    pub fn rows(&self) -> &[Vec<usize>] {
        &self.0
    }

    /// Scores of each class.
    pub fn class_scores(&self) -> Vec<ClassScores> {
        let ratio = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        (0..self.0.len())
            .map(|class| {
                let hits = self.0[class][class];
                let support: usize = self.0[class].iter().sum();
                let called: usize = self.0.iter().map(|row| row[class]).sum();
                ClassScores {
                    support,
                    precision: ratio(hits, called),
                    recall: ratio(hits, support),
                    f1: ratio(2 * hits, support + called),
                }
            })
            .collect()
    }

    /// Pairs of classes that are confused, most often first.
    pub fn most_confused(&self) -> Vec<ConfusedPair> {
        let mut pairs: Vec<ConfusedPair> = (0..self.0.len())
            .flat_map(|target| (0..self.0.len()).map(move |predicted| (target, predicted)))
            .filter(|(target, predicted)| target != predicted)
            .map(|(target, predicted)| ConfusedPair { target, predicted, count: self.0[target][predicted] })
            .filter(|pair| pair.count > 0)
            .collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.count));
        pairs
    }
}

/// Calibration: the agreement of confidence and accuracy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Mean distance between confidence and accuracy over the bins, weighted by their images (Naeini, Cooper and
    /// Hauskrecht, 2015).
    pub expected_calibration_error: f64,
    /// Ten ranges of confidence, from 0 to 1.
    pub bins: Vec<CalibrationBin>,
}

/// The answers whose confidence is above `low` and up to `high`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// Lower bound of the confidence.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Number of answers.
    pub images: usize,
    /// Mean confidence; `None` without answers.
    pub confidence: Option<f64>,
    /// Accuracy; `None` without answers.
    pub accuracy: Option<f64>,
}

/// Coverage: errors that remain if answers below a confidence are withheld.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Answers below this confidence are withheld.
    pub reject_below: f64,
    /// Share of images that are answered.
    pub answered: f64,
    /// Wrong answers among these.
    pub errors: usize,
    /// Wrong answers as a share of those given; `None` without any.
    pub error_rate: Option<f64>,
}

/// Calibration of answers, each with its confidence and `true` if it is right.
pub(crate) fn calibration(answers: &[(f64, bool)]) -> Calibration {
    const BINS: usize = 10;
    let bounds = |bin: usize| (bin as f64 / BINS as f64, (bin + 1) as f64 / BINS as f64);
    let bin = |bin: usize| {
        let (low, high) = bounds(bin);
        let within: Vec<_> =
            answers.iter().filter(|(p, _)| *p <= high && (*p > low || (bin == 0 && *p == 0.0))).collect();
        let mean = |of: &dyn Fn(&(f64, bool)) -> f64| {
            (!within.is_empty()).then(|| within.iter().map(|answer| of(answer)).sum::<f64>() / within.len() as f64)
        };
        let (confidence, accuracy) = (mean(&|answer| answer.0), mean(&|answer| f64::from(u8::from(answer.1))));
        CalibrationBin { low, high, images: within.len(), confidence, accuracy }
    };
    let bins: Vec<CalibrationBin> = (0..BINS).map(bin).collect();
    let gap = |bin: &CalibrationBin| match (bin.confidence, bin.accuracy) {
        (Some(confidence), Some(accuracy)) => bin.images as f64 * (confidence - accuracy).abs(),
        _ => 0.0,
    };
    let total = answers.len().max(1) as f64;
    Calibration { expected_calibration_error: bins.iter().map(gap).sum::<f64>() / total, bins }
}

/// Coverage at a range of confidences, for answers as in [`calibration`].
pub(crate) fn coverage(answers: &[(f64, bool)]) -> Vec<Coverage> {
    let at = |reject_below: f64| {
        let given: Vec<_> = answers.iter().filter(|(confidence, _)| *confidence >= reject_below).collect();
        let errors = given.iter().filter(|(_, is_right)| !is_right).count();
        Coverage {
            reject_below,
            answered: given.len() as f64 / answers.len().max(1) as f64,
            errors,
            error_rate: (!given.is_empty()).then(|| errors as f64 / given.len() as f64),
        }
    };
    [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99].map(at).to_vec()
}

/// Loss and error rate over some images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Mean cross-entropy, in nats; not a number if training has diverged.
    #[serde(deserialize_with = "null_is_nan")]
    pub loss: f64,
    /// Wrongly classified images.
    pub errors: usize,
    /// All images.
    pub images: usize,
}

impl Scores {
    /// Scores of all images of several sets.
    pub(crate) fn together(all: impl IntoIterator<Item = Self>) -> Self {
        let (mut loss, mut errors, mut images) = (0.0, 0, 0);
        for scores in all.into_iter().filter(|scores| scores.images > 0) {
            loss += scores.loss * scores.images as f64;
            errors += scores.errors;
            images += scores.images;
        }
        Self { loss: loss / images as f64, errors, images }
    }

    /// Wrongly classified images as a share of all.
    pub fn error_rate(&self) -> f64 {
        self.errors as f64 / self.images as f64
    }
}

/// JSON cannot write NaN: it is `null` there.
fn null_is_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// Figures of one epoch of a training run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Number of the epoch, counted from 1.
    pub epoch: usize,
    /// Scores on the training images, each with the weights before its step.
    pub train: Scores,
    /// Scores on the held-out images with the weights after the epoch, if there are any.
    pub validation: Option<Scores>,
    /// Learning rate of the epoch's last step.
    pub learning_rate: f64,
    /// Time of the epoch, in seconds; 0 without a clock.
    pub seconds: f64,
}

/// All epochs of a training run, in order.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::{Dataset, Experiment, Trainer};
///
/// let mut experiment = Experiment::default();
/// experiment.training.epochs = 2;
/// let digits = Dataset::digits()?;
/// let mut trainer = Trainer::new(&experiment, &digits, &Device::flex())?;
/// while trainer.epoch().is_some() {}
/// let [first, second] = &trainer.history().epochs[..] else { panic!("there are two epochs") };
/// assert!(second.train.loss < first.train.loss);
/// # Ok::<(), chiffres::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History {
    /// One record per epoch.
    pub epochs: Vec<EpochRecord>,
}

impl History {
    /// Time of all epochs, in seconds.
    pub fn seconds(&self) -> f64 {
        self.epochs.iter().map(|epoch| epoch.seconds).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mcnemars_test_has_the_values_of_the_binomial_distribution() {
        // scipy.stats.binomtest(fewer, all).pvalue
        let values = [
            (0, 0, 1.0),
            (1, 1, 1.0),
            (2, 8, 0.109375),
            (10, 25, 0.01667384780012071),
            (400, 500, 0.0009564441369189461),
        ];
        for (first, second, expected) in values {
            let found = mcnemar(first, second);
            assert!((found - expected).abs() < 1e-6, "{first}, {second}: {found}");
            assert_eq!(found, mcnemar(second, first));
        }
    }

    #[test]
    fn wilson_interval_agrees_with_published_values() {
        // R: binom::binom.wilson(94, 797) and the worked example of Newcombe (1998), 81 of 263.
        for (successes, trials, low, high) in
            [(94, 797, 0.097_36, 0.142_12), (81, 263, 0.255_3, 0.366_2), (0, 10, 0.0, 0.277_5), (10, 10, 0.722_5, 1.0)]
        {
            let interval = wilson_interval(successes, trials);
            assert!((interval.low - low).abs() < 1e-3, "{interval:?}");
            assert!((interval.high - high).abs() < 1e-3, "{interval:?}");
        }
        assert_eq!(wilson_interval(0, 0), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn calibration_agrees_with_a_hand_computation() {
        // Up to 0.6: 0.55 right, 0.6 wrong. Up to 1: 0.95 right, 1.0 right, 0.91 wrong.
        let answers = [(0.55, true), (0.95, true), (0.6, false), (1.0, true), (0.91, false)];
        let Calibration { expected_calibration_error, bins } = calibration(&answers);
        let filled: Vec<(usize, usize)> =
            bins.iter().enumerate().filter(|(_, bin)| bin.images > 0).map(|(i, bin)| (i, bin.images)).collect();
        assert_eq!(filled, [(5, 2), (9, 3)]);
        assert_eq!((bins[5].accuracy, bins[0].accuracy), (Some(0.5), None));
        let expected = (2.0 * (0.575 - 0.5) + 3.0 * (2.86 / 3.0 - 2.0 / 3.0)) / 5.0;
        assert!((expected_calibration_error - expected).abs() < 1e-12, "{expected_calibration_error}");
        assert_eq!(calibration(&[]).expected_calibration_error, 0.0);

        let [all, .., strict] = coverage(&answers).try_into().map(|points: [Coverage; 9]| points).unwrap();
        assert_eq!((all.answered, all.errors, all.error_rate), (1.0, 2, Some(0.4)));
        assert_eq!((strict.answered, strict.errors, strict.error_rate), (0.2, 0, Some(0.0)));
        assert_eq!(coverage(&[(0.3, false)])[8].error_rate, None);
    }

    #[test]
    fn class_scores_agree_with_a_hand_computation() {
        // Targets 0 0 0 1 1 2, predictions 0 0 1 1 1 1; class 3 never occurs.
        let matrix = ConfusionMatrix::new(4, &[0, 0, 0, 1, 1, 2], &[0, 0, 1, 1, 1, 1]);
        let scores = matrix.class_scores();
        assert_eq!(scores[0], ClassScores { support: 3, precision: Some(1.0), recall: Some(2.0 / 3.0), f1: Some(0.8) });
        assert_eq!(scores[1].precision, Some(0.5));
        assert_eq!(scores[1].recall, Some(1.0));
        assert_eq!(scores[2], ClassScores { support: 1, precision: None, recall: Some(0.0), f1: Some(0.0) });
        assert_eq!(scores[3], ClassScores { support: 0, precision: None, recall: None, f1: None });
        assert_eq!(matrix.most_confused()[0], ConfusedPair { target: 0, predicted: 1, count: 1 });
    }
}
