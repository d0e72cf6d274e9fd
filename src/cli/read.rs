//! `chiffres read`: every digit on a picture, line by line.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use chiffres::config::{Channels, Paper};
use chiffres::data::Reading;
use chiffres::error::Language;
use chiffres::native::error::ShowProblem;
use chiffres::native::judge::{self, JudgedImages};
use chiffres::native::{Error, Result, device, pictures, source};
use chiffres::novelty::NoveltyDetector;
use chiffres::preprocess::{DigitPreprocessing, Oddity, Raster};
use chiffres::read::PageReading;
use chiffres::{Recogniser, SavedModel};

use super::output::{self, Colors, FAILURE, count, note, percent, print, print_json};
use super::predict::note_no_doubts;
use super::{boxes, data, evaluate, explain, predict};

#[derive(clap::Args)]
pub struct Args {
    /// Pictures of digits: picture files, folders of them, or - for standard input
    #[arg(value_name = "PICTURE", required = true)]
    pictures: Vec<PathBuf>,
    /// A run of digits to read with: its name or folder, or a model file [default: reading, inside the program]
    #[arg(long, value_name = "RUN")]
    with: Option<String>,
    /// Show each step from the picture to what the network reads of each digit
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Draw the boxes and answers on the picture, into a PNG file
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Print one JSON object a picture
    #[arg(long)]
    json: bool,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

/// The command while it reads.
struct Read<'a> {
    args: &'a Args,
    recogniser: Recogniser,
    preprocessing: DigitPreprocessing,
    paper: Paper,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let (recogniser, saved) = self.recogniser()?;
        let read = Read {
            args: &self,
            recogniser,
            preprocessing: saved.preprocessing.with_pages(),
            paper: saved.experiment.data.paper,
        };
        let files = self.files();
        if self.png.is_some() && files.len() > 1 {
            return Err(ShowProblem::SeveralPictures { found: files.len() }.into());
        }
        let (mut failed, mut hints) = (false, Vec::new());
        for file in files {
            if let Err(error) = file.and_then(|file| read.picture(&file)) {
                read.fail(&error);
                failed = true;
                hints.extend(error.hint().filter(|hint| !hints.contains(hint)));
            }
        }
        hints.iter().for_each(|hint| output::hint(hint));
        Ok(if failed { ExitCode::from(FAILURE) } else { ExitCode::SUCCESS })
    }

    /// The network to read with, and its doubts if its training images are there.
    fn recogniser(&self) -> Result<(Recogniser, SavedModel)> {
        let device = device::open(self.device.as_deref())?;
        let Some(run) = &self.with else {
            let saved = SavedModel::reading();
            return Ok((Recogniser::new(&saved, &device.device), saved));
        };
        let trained = evaluate::trained(run)?;
        let saved = &trained.saved;
        if !saved.experiment.data.reads_digits() {
            return Err(ShowProblem::NotDigits { run: run.clone() }.into());
        }
        let recogniser = Recogniser::new(saved, &device.device);
        // References in the model file take the place of the training images.
        if recogniser.novelty().is_some() {
            return Ok((recogniser, trained.saved));
        }
        let recogniser = match data::with_options(|opening| judge::open(&trained, None, opening)) {
            Ok(JudgedImages { dataset, split: Some(split), .. }) => {
                recogniser.with_novelty(NoveltyDetector::new(Arc::new(dataset), &split.train))?
            }
            Ok(_) => recogniser,
            Err(error) => {
                note_no_doubts(&error);
                recogniser
            }
        };
        Ok((recogniser, trained.saved))
    }

    /// The files that the arguments stand for; one that is not found is an error among them.
    fn files(&self) -> Vec<Result<PathBuf>> {
        let found = self.pictures.iter().flat_map(|path| {
            if path == Path::new("-") {
                return vec![Ok(path.clone())];
            }
            let mut reading = Reading::new(pictures::shown(path));
            let found = source::pictures_in(path, &mut reading);
            reading.sentences(Language::English).iter().for_each(|sentence| note(&format!("pictures: {sentence}")));
            found
        });
        found.collect()
    }
}

impl Read<'_> {
    fn picture(&self, file: &Path) -> Result<()> {
        let (name, raster) = match file == Path::new("-") {
            true => {
                let name = "standard input".to_string();
                let raster = pictures::from_reader_as(&name, io::stdin().lock(), self.paper, Channels::GREY)?;
                (name, raster)
            }
            false => (pictures::shown(file), pictures::read_on(file, self.paper)?),
        };
        let reading = PageReading::new(&self.recogniser, &self.preprocessing, &raster)?;
        if let Some(path) = &self.args.png {
            let answers: Vec<String> = (0..reading.answers.len()).map(|digit| self.marked(&reading, digit)).collect();
            boxes::write_png(path, &raster, &reading, &answers)?;
        }
        match self.args.json {
            true => print_json(&self.json(&name, &raster, &reading)),
            false => print(&self.text(&name, &reading)),
        }
        if self.args.explain {
            print(&explain::text(explain::page_steps(&reading), Colors::of_stdout()));
        }
        if let Some(path) = &self.args.png {
            note(&format!("drawn into {}", path.display()));
        }
        Ok(())
    }

    /// The digits line by line; a question mark follows a doubtful one, and its reasons follow the line.
    fn text(&self, name: &str, reading: &PageReading) -> String {
        let lines = reading.lines();
        let mut text = match lines.len() {
            0 => return format!("{name}: no digits\n"),
            1 => format!("{name}: {}\n", count(reading.answers.len(), "digit")),
            lines => format!("{name}: {} on {lines} lines\n", count(reading.answers.len(), "digit")),
        };
        for line in lines {
            let digits: Vec<String> = line.iter().map(|&digit| self.marked(reading, digit)).collect();
            text += &format!("  {}\n", digits.join(" "));
            for (place, digit) in line.into_iter().enumerate().filter(|&(_, digit)| reading.is_doubtful(digit)) {
                let confidence = percent(f64::from(reading.answers[digit].prediction.confidence()));
                let answer = self.label(reading, digit);
                let doubts = doubts(reading, digit).join("; ");
                text += &format!("  doubtful: {answer} ({}, {confidence} sure): {doubts}\n", ordinal(place + 1));
            }
        }
        text
    }

    fn json(&self, name: &str, raster: &Raster, reading: &PageReading) -> Value {
        let digit = |digit: usize| {
            let (found, answer) = (&reading.page.digits[digit], &reading.answers[digit]);
            let (area, oddities) = (found.area, &found.oddities);
            json!({
                "label": self.label(reading, digit),
                "confidence": answer.prediction.confidence(),
                "line": found.line,
                "box": { "left": area.left, "top": area.top, "width": area.width, "height": area.height },
                "doubtful": reading.is_doubtful(digit),
                "doubts": oddities.iter().map(odd).chain(reading.doubts[digit].iter().map(predict::object)).collect::<Vec<_>>(),
            })
        };
        let line = |line: Vec<usize>| line.into_iter().map(|digit| self.label(reading, digit)).collect::<String>();
        json!({
            "file": name,
            "width": raster.width(),
            "height": raster.height(),
            "lines": reading.lines().into_iter().map(line).collect::<Vec<_>>(),
            "digits": (0..reading.answers.len()).map(digit).collect::<Vec<_>>(),
        })
    }

    /// Reports a picture that cannot be read on one line; the others go on.
    fn fail(&self, error: &Error) {
        if let (true, Error::Picture { path, .. }) = (self.args.json, error) {
            print_json(&json!({ "file": path, "error": error.messages(Language::English)[0].text }));
        }
        output::error(error);
    }

    fn label(&self, reading: &PageReading, digit: usize) -> &str {
        &self.recogniser.classifier().classes()[reading.answers[digit].prediction.label]
    }

    fn marked(&self, reading: &PageReading, digit: usize) -> String {
        let mark = if reading.is_doubtful(digit) { "?" } else { "" };
        format!("{}{mark}", self.label(reading, digit))
    }
}

/// The reasons not to trust an answer.
fn doubts(reading: &PageReading, digit: usize) -> Vec<String> {
    let oddities = reading.page.digits[digit].oddities.iter().map(ToString::to_string);
    let doubts = reading.doubts[digit].iter();
    oddities.chain(doubts.map(|doubt| doubt.message(Language::English))).collect()
}

/// A reason to take something for no digit, under the names of other doubts.
fn odd(oddity: &Oddity) -> Value {
    let kind = match oddity {
        Oddity::Broad => "broad",
        Oddity::CutOff => "cut-off",
        Oddity::Print => "print",
    };
    json!({ "kind": kind, "message": oddity.to_string(), "class": null, "reasons": [] })
}

/// `1st`, `2nd`, `3rd`, `4th`.
fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
