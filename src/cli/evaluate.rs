//! `chiffres evaluate`: test-set evaluation of a saved network.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;

use chiffres::data::Reading;
use chiffres::error::Language;
use chiffres::evaluate::EvaluationReport;
use chiffres::native::judge::{self, JudgedImages, Likeness, Relation};
use chiffres::native::{Result, RunDir, Trained, device};
use chiffres::{Classifier, Evaluation, SplitName, evaluate_images};

use super::layout::wrapped;
use super::output::{CHECK_FAILED, count, note, print, print_json, terminal_columns, thousands};
use super::{data, report};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// The split to evaluate on; the default is test, or all images of a --data that has no parts
    #[arg(long, value_name = "SPLIT")]
    split: Option<SplitArg>,
    /// Labelled images to evaluate on, of any kind that init reads; or the dataset, if it has moved since training
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Exit with code 3 when the error rate is above this: 0.085 or 8.5%
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    max_error_rate: Option<f64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SplitArg {
    Train,
    Validation,
    Test,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let judgement =
            judge(&self.run, self.data.as_deref(), self.device.as_deref(), self.split.map(SplitName::from))?;
        let evaluation = &judgement.evaluation;
        match self.json {
            true => print_json(&Report { judged: judgement.report(), evaluation: evaluation.report() }),
            false => print(&(judgement.text() + &report::evaluation(evaluation))),
        }
        match self.max_error_rate {
            Some(most) if evaluation.error_rate() > most => {
                let total = evaluation.answers.len();
                let allowed = (most * total as f64).floor();
                let errors = count(evaluation.errors(), "error");
                note(&format!("quality gate missed: {errors} of {total} images, {allowed} are allowed"));
                Ok(ExitCode::from(CHECK_FAILED))
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

impl From<SplitArg> for SplitName {
    fn from(split: SplitArg) -> Self {
        match split {
            SplitArg::Train => Self::Train,
            SplitArg::Validation => Self::Validation,
            SplitArg::Test => Self::Test,
        }
    }
}

/// The evaluation of a saved network, and the images that it was evaluated on.
pub struct Judgement {
    pub images: JudgedImages,
    pub evaluation: Evaluation,
    likeness: Likeness,
}

/// The figures that `evaluate --json` promises.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    evaluation: EvaluationReport,
    judged: JudgedReport,
}

/// The images that a network was evaluated on, under the names that `evaluate --json` promises.
#[derive(Serialize)]
pub struct JudgedReport {
    /// The path of `--data`.
    data: Option<String>,
    /// `true` if they are the images of training, none added, removed or changed; `null` if it is not known.
    same_images: Option<bool>,
    /// Number of the images that were judged.
    images: usize,
    /// Number of the other images of the source.
    not_judged: usize,
    /// True if pictures were resized to the size of the network's images.
    resized: bool,
    /// True if they look like the negatives of the training images; `null` if it is not known.
    negative: Option<bool>,
    /// Number of those that are training images, where the others are not; `null` if it is not known.
    training_images: Option<usize>,
    /// The places of images on which no digit was found.
    without_digit: Vec<String>,
    /// The classes without images.
    missing_classes: Vec<String>,
    /// The reading report: parts of the source, interpretations and omissions.
    reading: Reading,
}

/// Evaluates a saved network: on its own test images, or on labelled images at `data`; `part` says otherwise.
pub fn judge(run: &str, data: Option<&Path>, device: Option<&str>, part: Option<SplitName>) -> Result<Judgement> {
    let trained = trained(run)?;
    let device = device::open(device)?;
    let images = data::with_options(|opening| judge::open(&trained, data, opening))?;
    note_changed(images.relation);
    let choice = images.choose(part)?;
    let classifier = Classifier::new(&trained.saved, &device.device);
    let evaluation = evaluate_images(&classifier, &images.dataset, &choice.images)?;
    let likeness = data::with_options(|opening| images.likeness(&trained, &choice.images, opening));
    Ok(Judgement { images, evaluation: Evaluation { split: choice.split, ..evaluation }, likeness })
}

/// A saved network, with a note if the last training of its run diverged.
pub fn trained(run: &str) -> Result<Trained> {
    let trained = RunDir::read_trained(run)?;
    if let Some(epoch) = trained.diverged {
        note(&format!(
            "note: {run} diverged in epoch {epoch} when it was last trained; this is the network from before"
        ));
    }
    Ok(trained)
}

/// Notes that the images of a network's configuration have changed since they trained it.
pub fn note_changed(relation: Relation) {
    if relation == Relation::Changed {
        note(
            "note: the images are not those of training, some were added, removed or changed since: they are split anew, \
             and images that trained the network may be among the others",
        );
    }
}

impl Judgement {
    /// Lines on the images of `--data`: which were judged, and what was left out; empty for the network's own images.
    pub fn text(&self) -> String {
        let Some(path) = &self.images.path else { return String::new() };
        let JudgedReport { images, not_judged, without_digit, missing_classes, .. } = self.report();
        let others = match not_judged - without_digit.len() {
            0 => String::new(),
            others => format!("; {} others are not judged", thousands(others)),
        };
        let judged = match (self.images.relation, self.evaluation.split) {
            (Relation::Same, Some(split)) => format!(
                "the {} of training, now in {path}{others}",
                count(images, &format!("{} image", report::adjective(split)))
            ),
            (_, Some(split)) => {
                format!("the {} in {path}{others}", count(images, &format!("{} image", report::adjective(split))))
            }
            (_, None) => format!("all {} in {path}", count(images, "image")),
        };
        let mut lines = vec![("judged", judged)];
        if self.images.relation == Relation::Unknown {
            let doubt = "the model file does not say which images trained it: they may be among these";
            lines.push(("", doubt.into()));
        }
        if let Some((file, height, width)) = &self.images.resized {
            let (rows, columns) = (self.images.dataset.height(), self.images.dataset.width());
            lines.push(("resized", format!("to {rows}x{columns}, as predict does: {file} is {height}x{width}")));
        }
        if let Some(trained) = self.likeness.trained.filter(|&trained| trained > 0) {
            let images = count(trained, "training image");
            lines.push(("doubtful", format!("{images} among them, which the network knows: it errs less on those")));
        }
        if self.likeness.is_negative == Some(true) {
            let doubt = "they look like negatives of the training images, light where these are dark: invert them";
            lines.push(("doubtful", doubt.into()));
        }
        if !missing_classes.is_empty() {
            lines.push(("missing", format!("no images of {}", missing_classes.join(", "))));
        }
        if !without_digit.is_empty() {
            const SHOWN: usize = 3;
            let more = match without_digit.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {} more", thousands(more)),
            };
            let shown = without_digit[..without_digit.len().min(SHOWN)].join("; ");
            let images = count(without_digit.len(), "image");
            lines.push(("left out", format!("{images}: no digit was found on them ({shown}{more})")));
        }
        let noticed = self.images.dataset.reading().sentences(Language::English);
        lines.extend(noticed.into_iter().map(|sentence| ("noticed", sentence)));
        let wrap =
            |(label, text): (&str, String)| wrapped(&format!("{label:<10}"), text.split(' '), " ", terminal_columns());
        lines.into_iter().map(wrap).collect::<String>() + "\n"
    }

    fn report(&self) -> JudgedReport {
        let JudgedImages { dataset, path, relation, without_digit, .. } = &self.images;
        let images = self.evaluation.answers.len();
        let supports = self.evaluation.confusion.class_scores();
        let missing = dataset.classes().iter().zip(supports).filter(|(_, scores)| scores.support == 0);
        JudgedReport {
            data: path.clone(),
            same_images: match relation {
                Relation::Same => Some(true),
                Relation::Changed | Relation::Other => Some(false),
                Relation::Unknown => None,
            },
            images,
            not_judged: dataset.len() - images,
            negative: self.likeness.is_negative,
            training_images: self.likeness.trained,
            resized: self.images.resized.is_some(),
            without_digit: without_digit.iter().map(|&image| dataset.place(image).to_string()).collect(),
            missing_classes: missing.map(|(name, _)| name.clone()).collect(),
            reading: dataset.reading().clone(),
        }
    }
}

/// Parses a rate: a share of 1, or a percentage.
pub fn parse_rate(text: &str) -> std::result::Result<f64, String> {
    let (number, unit) = match text.trim().strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text.trim(), 1.0),
    };
    match number.parse::<f64>().map(|number| number / unit) {
        Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(rate),
        _ => Err("expected a share between 0 and 1, like 0.085, or a percentage, like 8.5%".into()),
    }
}
