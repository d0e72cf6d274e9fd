//! `chiffres sheet`: print the sheets of a class, and read their photographs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use chiffres::data::Reading;
use chiffres::error::{Language, SheetProblem};
use chiffres::native::error::{PictureProblem, PictureUse, ShowProblem};
use chiffres::native::{Error, Result, device, files, pictures, sheets, source};
use chiffres::reading_network::READING;
use chiffres::sheet::{self, Added, Class, Finding, MAX_SHEET, Paper, Sheet, SheetReader};

use super::layout::wrapped;
use super::output::{self, FAILURE, count, note, print, print_json, terminal_columns};
use super::{evaluate, sheet_picture};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print sheets for pupils to write digits on: a PDF file, one numbered page for each pupil
    Print(Print),
    /// Read photographs of filled sheets into a data set; the writer of a digit is the number of the sheet
    Read(Read),
}

#[derive(clap::Args)]
struct Print {
    /// Number of pupils: a sheet for each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_SHEET)))]
    pupils: u16,
    /// Number of the first sheet, to print more later
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_SHEET)))]
    first: u16,
    /// Size of the paper
    #[arg(long, value_enum, default_value = "a4")]
    paper: PaperName,
    /// Language of the instructions
    #[arg(long, value_enum, default_value = "en")]
    lang: LanguageName,
    /// The PDF file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(clap::Args)]
struct Read {
    /// Photographs of sheets, or folders of them; several sheets may be on one
    #[arg(value_name = "PHOTO", required = true)]
    photographs: Vec<PathBuf>,
    /// The data set to write: .npz, or .csv
    #[arg(short, long, value_name = "FILE", value_parser = parse_output)]
    output: PathBuf,
    /// Draw every box into a PNG file, to check them by eye
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Compare each digit with the answer of this network: a run's name or folder, or a model file
    #[arg(long, value_name = "RUN", default_value = READING)]
    with: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum PaperName {
    A4,
    Letter,
}

#[derive(Clone, Copy, ValueEnum)]
enum LanguageName {
    En,
    Fr,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Print(print) => print.run(),
            Command::Read(read) => read.run(),
        }
    }
}

impl Print {
    fn run(self) -> Result<ExitCode> {
        let last = self.first + self.pupils - 1;
        if last > MAX_SHEET {
            return Err(SheetProblem::TooManySheets { last, max: MAX_SHEET }.into());
        }
        let paper = match self.paper {
            PaperName::A4 => Paper::A4,
            PaperName::Letter => Paper::Letter,
        };
        let language = match self.lang {
            LanguageName::En => Language::English,
            LanguageName::Fr => Language::French,
        };
        files::write_pdf(&self.output, &sheet::print(paper, language, self.first, last))?;
        let numbers =
            if self.first == last { format!("number {last}") } else { format!("numbers {} to {last}", self.first) };
        note(&format!(
            "{} on {} paper, {numbers}, written to {}: print them at their full size, one for each pupil",
            count(usize::from(self.pupils), "sheet"),
            paper.name(),
            self.output.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// A photograph, or one of the sheets on it, that was not read.
struct Failure {
    photograph: String,
    error: Error,
}

impl Read {
    fn run(self) -> Result<ExitCode> {
        let network = evaluate::trained(&self.with)?.saved;
        if !network.experiment.data.reads_digits() {
            return Err(ShowProblem::NotDigits { run: self.with }.into());
        }
        let reader = SheetReader::with_network(&network, &device::open(None)?.device)?;
        let files = self.photographs();
        let bar = progress_bar(files.len() as u64);
        let photographs = sheets::read(files, &reader, || bar.inc(1));
        bar.finish_and_clear();
        let (mut class, mut failures, mut read) = (Class::default(), Vec::new(), 0);
        for photograph in photographs {
            let (name, sheets, problems) = match photograph {
                Ok(photograph) => photograph,
                Err(error) => {
                    let photograph = match &error {
                        Error::Picture { path, .. } => path.clone(),
                        _ => String::new(),
                    };
                    failures.push(Failure { photograph, error });
                    continue;
                }
            };
            read += 1;
            failures.extend(problems.into_iter().map(|problem| failure(&name, problem)));
            for sheet in sheets {
                let number = sheet.number;
                match class.add(&name, sheet) {
                    Added::New => {}
                    Added::Again { kept } => note(&format!("{name}: sheet {number} again, counted once: as on {kept}")),
                    Added::Other(problem) => failures.push(failure(&name, problem)),
                }
            }
        }
        // A sheet with a missing corner is no loss if another photograph shows all of it.
        failures.retain(|failure| {
            !matches!(&failure.error, Error::Picture { problem: PictureProblem::Sheet(problem), .. }
            if problem.is_made_good(|sheet| class.has(sheet)))
        });
        self.report(&class, &failures, read)
    }

    fn photographs(&self) -> Vec<Result<PathBuf>> {
        let mut all = Vec::new();
        for path in &self.photographs {
            let mut reading = Reading::new(pictures::shown(path));
            all.extend(source::pictures_in(path, &mut reading));
            reading.sentences(Language::English).iter().for_each(|sentence| note(&format!("photographs: {sentence}")));
        }
        all
    }

    fn report(&self, class: &Class, failures: &[Failure], photographs: usize) -> Result<ExitCode> {
        match self.json {
            true => print_json(&json(class, failures)),
            false => class.sheets().for_each(|(photograph, sheet)| print(&text(photograph, sheet))),
        }
        for Failure { error, .. } in failures {
            output::error(error);
        }
        let mut hints: Vec<String> = failures.iter().filter_map(|failure| failure.error.hint()).collect();
        hints.sort();
        hints.dedup();
        hints.iter().for_each(|hint| output::hint(hint));
        if class.is_empty() {
            note(&format!("no digit was found: {} was not written", self.output.display()));
            return Ok(ExitCode::from(FAILURE));
        }
        let dataset = class.dataset(&self.output.display().to_string())?;
        match ends_with(&self.output, "csv") {
            true => files::write_table(&self.output, &dataset)?,
            false => files::write_npz(&self.output, &dataset)?,
        }
        if let Some(path) = &self.png {
            sheet_picture::write_png(path, class)?;
            note(&format!("every box drawn into {}", path.display()));
        }
        note(&format!(
            "{} of {} on {} written to {}",
            count(class.len(), "digit"),
            count(class.sheets().count(), "sheet"),
            count(photographs, "photograph"),
            self.output.display()
        ));
        Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILURE) })
    }
}

fn progress_bar(photographs: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("reading {wide_bar} {pos} of {len}  {eta} left").expect("the template is valid");
    ProgressBar::new(photographs).with_style(style)
}

fn failure(photograph: &str, problem: SheetProblem) -> Failure {
    let problem = PictureProblem::Sheet(problem);
    let error = Error::Picture { path: photograph.into(), problem, purpose: PictureUse::Recognise };
    Failure { photograph: photograph.into(), error }
}

/// A sheet in a line, and a line for each box that somebody should look at.
fn text(photograph: &str, sheet: &Sheet) -> String {
    let digits = sheet.boxes.iter().filter(|reading| reading.pixels.is_some()).count();
    let number = |finding: Finding| sheet.listed().filter(|reading| reading.findings.contains(&finding)).count();
    let (empty, crossed_out) = (number(Finding::Empty), number(Finding::CrossedOut));
    let doubtful = sheet.listed().count() - empty - crossed_out;
    let mut text = format!("sheet {}  {photograph}: {}", sheet.number, count(digits, "digit"));
    for (number, what) in [(empty, "empty"), (crossed_out, "crossed out"), (doubtful, "to look at")] {
        if number > 0 {
            text += &format!(", {number} {what}");
        }
    }
    text += "\n";
    text += &empty_boxes(sheet);
    for reading in sheet.listed().filter(|reading| !is_empty(reading)) {
        let findings: Vec<String> =
            reading.findings.iter().map(|finding| finding.sentence(Language::English)).collect();
        text += &format!("    row {:>2}, digit {}: {}\n", reading.row + 1, reading.column, findings.join("; "));
    }
    text
}

fn is_empty(reading: &sheet::BoxReading) -> bool {
    reading.findings.contains(&Finding::Empty)
}

/// The empty boxes of a sheet, row by row.
fn empty_boxes(sheet: &Sheet) -> String {
    let empty: Vec<_> = sheet.listed().filter(|reading| is_empty(reading)).collect();
    let rows = empty.chunk_by(|a, b| a.row == b.row).map(|row| {
        let digits: Vec<String> = row.iter().map(|reading| reading.column.to_string()).collect();
        format!("{} in row {}", digits.join(" "), row[0].row + 1)
    });
    let rows: Vec<String> = rows.collect();
    match rows.is_empty() {
        true => String::new(),
        false => wrapped("    empty: ", rows.iter().map(String::as_str), ", ", terminal_columns()),
    }
}

/// The sheets with what is unusual about their boxes, and what was not read.
fn json(class: &Class, failures: &[Failure]) -> Value {
    let kind = |finding: &Finding| match finding {
        Finding::Empty => "empty",
        Finding::CrossedOut => "crossed_out",
        Finding::PerhapsCrossedOut => "perhaps_crossed_out",
        Finding::Touches => "touches",
        Finding::Enters => "enters",
        Finding::Stranger => "stranger",
        Finding::ReadAs { .. } => "read_as",
    };
    let listed = |reading: &sheet::BoxReading| {
        let read_as = reading.findings.iter().find_map(|finding| match finding {
            Finding::ReadAs { digit, confidence } => Some((digit, confidence)),
            _ => None,
        });
        json!({
            "row": reading.row + 1,
            "label": reading.column,
            "findings": reading.findings.iter().map(kind).collect::<Vec<_>>(),
            "kept": reading.pixels.is_some(),
            "read_as": read_as.map(|(digit, _)| digit),
            "confidence": read_as.map(|(_, confidence)| confidence),
        })
    };
    let sheet = |(photograph, sheet): (&str, &Sheet)| {
        json!({
            "sheet": sheet.number,
            "file": photograph,
            "paper": sheet.paper.name(),
            "corners": sheet.corners,
            "digits": sheet.boxes.iter().filter(|reading| reading.pixels.is_some()).count(),
            "boxes": sheet.listed().map(listed).collect::<Vec<_>>(),
        })
    };
    let failed = |failure: &Failure| {
        json!({
            "file": failure.photograph,
            "error": failure.error.messages(Language::English)[0].text,
        })
    };
    json!({
        "sheets": class.sheets().map(sheet).collect::<Vec<_>>(),
        "failed": failures.iter().map(failed).collect::<Vec<_>>(),
    })
}

fn ends_with(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// The name of a data set.
fn parse_output(text: &str) -> std::result::Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match ends_with(&path, "npz") || ends_with(&path, "csv") {
        true => Ok(path),
        false => Err("expected a name that ends in .npz or .csv".into()),
    }
}
