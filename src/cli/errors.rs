//! `chiffres errors`: the images a network gets wrong.

use std::path::PathBuf;
use std::process::ExitCode;

use chiffres::evaluate::Answer;
use chiffres::native::Result;
use chiffres::native::files::TableFile;

use super::contact_sheet::{PER_ROW, write_png};
use super::evaluate::{Judgement, judge};
use super::layout::side_by_side;
use super::output::{Colors, count, note, percent, print, terminal_columns};
use super::picture::Picture;
use super::{place, report};

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
    /// Write them into a CSV table: index, place, true, predicted, confidence
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Labelled images to evaluate on, of any kind that init reads; or the dataset, if it has moved since training
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let judgement = judge(&self.run, self.data.as_deref(), self.device.as_deref(), None)?;
        let (dataset, evaluation) = (&judgement.images.dataset, &judgement.evaluation);
        let mut mistakes = evaluation.mistakes();
        mistakes.truncate(self.limit.unwrap_or(usize::MAX));
        let images = evaluation.split.map_or("image".into(), |split| format!("{} image", report::adjective(split)));
        let summary = format!(
            "{} of {} ({})",
            count(evaluation.errors(), "error"),
            count(evaluation.answers.len(), &images),
            percent(evaluation.error_rate())
        );
        let about_images = judgement.text();
        if (self.png.is_some() || self.csv.is_some()) && !about_images.is_empty() {
            note(about_images.trim_end());
        }
        if let Some(path) = &self.csv {
            let columns = ["index", "place", "true", "predicted", "confidence"];
            let mut table = TableFile::new(path, &columns)?;
            mistakes.iter().try_for_each(|answer| table.row(row(answer, &judgement)))?;
            table.finish()?;
            note(&format!("{summary}: {} listed in {}", mistakes.len(), path.display()));
        }
        if self.png.is_none() && self.csv.is_some() {
            return Ok(ExitCode::SUCCESS);
        }
        let pictures: Vec<(Picture, Vec<String>)> = mistakes
            .iter()
            .map(|answer| Ok((Picture::of_image(&dataset.image(answer.index)?), caption(answer, &judgement))))
            .collect::<Result<_>>()?;
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
                let blocks = side_by_side(&blocks, width, terminal_columns());
                print(&format!("{about_images}{blocks}{summary}\n"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The lines above or below the picture of a mistake.
fn caption(answer: &Answer, judgement: &Judgement) -> Vec<String> {
    let name = |class: usize| &judgement.evaluation.classes[class];
    let sure = f64::from(answer.prediction.confidence());
    let index = std::iter::once(format!("image {}", answer.index));
    let place = place::caption(&judgement.images.dataset, answer.index, place::COLUMNS);
    let answers = [
        format!("{} read as {}", name(answer.target), name(answer.prediction.label)),
        format!("{:.0} % sure", 100.0 * sure),
    ];
    index.chain(place).chain(answers).collect()
}

/// The row of a mistake in a table.
fn row(answer: &Answer, judgement: &Judgement) -> Vec<String> {
    let name = |class: usize| judgement.evaluation.classes[class].clone();
    vec![
        answer.index.to_string(),
        judgement.images.dataset.place(answer.index).to_string(),
        name(answer.target),
        name(answer.prediction.label),
        format!("{:.4}", answer.prediction.confidence()),
    ]
}
