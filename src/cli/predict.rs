//! `chiffres predict`: what a network says of images.

use std::process::ExitCode;

use serde_json::json;

use chiffres::native::RunDir;
use chiffres::{Classifier, Dataset, Error, Result, Split};

use super::output::{percent, print, print_json};
use super::picture::terminal_columns;
use super::report;

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// Indices of images of the dataset, from 0
    #[arg(value_name = "INDEX", required = true)]
    images: Vec<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let indices: Vec<usize> = self.images.iter().map(|text| index(text)).collect::<Result<_>>()?;
        let saved = RunDir::read_model(&self.run)?;
        let device = chiffres::native::device::open(self.device.as_deref())?;
        let dataset = Dataset::open(saved.experiment.data.source)?;
        let split = Split::new(&dataset, &saved.experiment.data);
        let predictions = Classifier::new(&saved, &device.device).predict_many(&dataset, &indices)?;

        let name = |class: usize| &dataset.classes()[class];
        let longest_bar = terminal_columns().saturating_sub(20).min(40);
        let mut text = String::new();
        for (&index, prediction) in indices.iter().zip(&predictions) {
            let target = dataset.image(index)?.label;
            let part = split.part_of(index);
            if self.json {
                print_json(&json!({
                    "index": index,
                    "split": part.as_str(),
                    "label": name(prediction.label),
                    "confidence": prediction.confidence(),
                    "target": name(target),
                    "correct": prediction.label == target,
                    "probabilities": prediction.probabilities,
                }));
                continue;
            }
            let verdict = if prediction.label == target { "right" } else { "wrong" };
            text += &format!(
                "image {index}: {} ({} sure), target {}: {verdict}, a {} image\n",
                name(prediction.label),
                percent(f64::from(prediction.confidence())),
                name(target),
                report::adjective(part),
            );
            for (class, &probability) in prediction.probabilities.iter().enumerate() {
                let bar = "\u{2588}".repeat((probability * longest_bar as f32).round() as usize);
                text += format!("  {} {:>7} {bar}", name(class), percent(f64::from(probability))).trim_end();
                text.push('\n');
            }
        }
        print(&text);
        Ok(ExitCode::SUCCESS)
    }
}

fn index(text: &str) -> Result<usize> {
    text.parse().map_err(|_| Error::Request {
        message: format!("{text:?} is not the index of an image"),
        hint: "give whole numbers from 0 on, for example: 1000 1001".into(),
    })
}
