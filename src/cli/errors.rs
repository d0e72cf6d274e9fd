//! `chiffres errors`: the images a network gets wrong.

use std::path::PathBuf;
use std::process::ExitCode;

use chiffres::SplitName;
use chiffres::evaluate::Answer;
use chiffres::native::Result;

use super::evaluate::evaluate_run;
use super::layout::side_by_side;
use super::output::{Colors, count, note, percent, print, terminal_columns};
use super::picture::Picture;
use super::sheet::{PER_ROW, write_png};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// Show at most this many, the most confident mistakes first
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Draw them into a PNG file instead of the terminal
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Path of the dataset, if it has moved since training
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let (dataset, evaluation) =
            evaluate_run(&self.run, self.data.as_deref(), self.device.as_deref(), SplitName::Test)?;
        let mut mistakes = evaluation.mistakes();
        mistakes.truncate(self.limit.unwrap_or(usize::MAX));

        let caption = |answer: &Answer| {
            let name = |class: usize| &evaluation.classes[class];
            let sure = f64::from(answer.prediction.confidence());
            vec![
                format!("image {}", answer.index),
                format!("{} read as {}", name(answer.target), name(answer.prediction.label)),
                format!("{:.0} % sure", 100.0 * sure),
            ]
        };
        let pictures: Vec<(Picture, Vec<String>)> = mistakes
            .iter()
            .map(|answer| Ok((Picture::of_image(&dataset.image(answer.index)?), caption(answer))))
            .collect::<Result<_>>()?;
        let summary = format!(
            "{} of {} ({})",
            count(evaluation.errors(), "error"),
            count(evaluation.answers.len(), "test image"),
            percent(evaluation.error_rate())
        );
        match &self.png {
            Some(path) if pictures.is_empty() => {
                note(&format!("{summary}: nothing to draw, {} is not written", path.display()));
            }
            Some(path) => {
                write_png(path, &pictures, PER_ROW)?;
                note(&format!("{summary}: {} drawn into {}", pictures.len(), path.display()));
            }
            None => {
                let colors = Colors::of_stdout();
                let width = pictures.first().map_or(0, |(picture, _)| picture.small_width(colors));
                let blocks: Vec<_> =
                    pictures.into_iter().map(|(picture, caption)| (caption, picture.small(colors))).collect();
                print(&format!("{}{summary}\n", side_by_side(&blocks, width, terminal_columns())));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
