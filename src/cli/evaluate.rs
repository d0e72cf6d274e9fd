//! `chiffres evaluate`: test-set evaluation of a saved network.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use chiffres::native::Result;
use chiffres::native::{RunDir, device};
use chiffres::{Classifier, Dataset, Evaluation, Split, SplitName, evaluate};

use super::output::{CHECK_FAILED, count, note, print, print_json};
use super::{data, report};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// The split to evaluate on
    #[arg(long, value_name = "SPLIT", default_value = "test")]
    split: SplitArg,
    /// Path of the dataset, if it has moved since training
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
        let split = match self.split {
            SplitArg::Train => SplitName::Train,
            SplitArg::Validation => SplitName::Validation,
            SplitArg::Test => SplitName::Test,
        };
        let (_, evaluation) = evaluate_run(&self.run, self.data.as_deref(), self.device.as_deref(), split)?;
        match self.json {
            true => print_json(&evaluation.report()),
            false => print(&report::evaluation(&evaluation)),
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

/// Evaluates a saved network on one split of its dataset; `data` is the dataset's new path, if it has moved.
pub fn evaluate_run(
    run: &str,
    data: Option<&Path>,
    device: Option<&str>,
    name: SplitName,
) -> Result<(Dataset, Evaluation)> {
    let saved = RunDir::read_model(run)?;
    let device = device::open(device)?;
    let dataset = data::of_model(&saved, data)?;
    let split = Split::new(&dataset, &saved.experiment)?;
    let evaluation = evaluate(&Classifier::new(&saved, &device.device), &dataset, &split, name)?;
    Ok((dataset, evaluation))
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
