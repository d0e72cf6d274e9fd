//! `chiffres data`: check images before training, and export them for other programs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use chiffres::config::{DataConfig, Override};
use chiffres::data::{DataReport, Duplicates, check};
use chiffres::error::SplitProblem;
use chiffres::native::Result;
use chiffres::native::data_export::{self, Format};
use chiffres::native::run_dir;
use chiffres::native::source::{self, OnReading, OpenOptions};
use chiffres::{Dataset, Experiment, Split, SplitName};

use super::config::experiment;
use super::contact_sheet::write_png;
use super::layout::{pad_end, widest, wrapped};
use super::output::{self, FAILURE, count, note, percent, print, print_json, terminal_columns, thousands};
use super::picture::Picture;
use super::reading;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Count the images, look for copies and oddities, and say what to do about them
    Check {
        /// The experiment's configuration: a file, or the name of one inside the program
        config: PathBuf,
        /// Replace a setting of the configuration: data.path=... (repeatable)
        #[arg(long, value_name = "KEY=VALUE", value_parser = Override::parse)]
        set: Vec<Override>,
        /// Draw some training images of each class into a PNG file
        #[arg(long, value_name = "FILE")]
        png: Option<PathBuf>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write the images, split as they are, in a format that other programs read
    Export {
        /// The experiment's configuration: a file, or the name of one inside the program
        config: PathBuf,
        /// The format
        #[arg(long, value_name = "FORMAT")]
        to: To,
        /// The file (npz) or folder to write
        out: PathBuf,
        /// Replace a setting of the configuration: data.path=... (repeatable)
        #[arg(long, value_name = "KEY=VALUE", value_parser = Override::parse)]
        set: Vec<Override>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    /// train.csv and test.csv, with a header
    Csv,
    /// NumPy arrays x_train, y_train, x_test, y_test, with groups group_train, group_test
    Npz,
    /// The four files of the MNIST family
    Idx,
    /// PNG pictures in a folder for each class
    Folder,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Check { config, set, png, json } => {
                check_images(&experiment(&config, &set)?, png.as_deref(), json)
            }
            Command::Export { config, to, out, set } => {
                let experiment = experiment(&config, &set)?;
                let dataset = open(&experiment.data)?;
                let split = Split::new(&dataset, &experiment)?;
                let format = match to {
                    To::Csv => Format::Csv,
                    To::Npz => Format::Npz,
                    To::Idx => Format::Idx,
                    To::Folder => Format::Folder,
                };
                let config = data_export::export(&dataset, &split, &experiment, format, &out)?;
                let written = split.train.len() + split.validation.len() + split.test.len();
                note(&format!("{} written to {}; to train on them:", count(written, "image"), out.display()));
                print(&config);
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// Opens the images of a configuration, with a bar while pictures are decoded.
pub fn open(config: &DataConfig) -> Result<Dataset> {
    with_options(|options| source::open(config, options))
}

/// Calls `f` with the options to open images: a progress bar on standard error, and a cache of decoded pictures.
pub fn with_options<T>(f: impl FnOnce(OpenOptions<'_>) -> T) -> T {
    with_report(&|_| {}, f)
}

/// As [`with_options`]; `report` is called when the images have been read.
pub fn with_report<T>(report: OnReading<'_>, f: impl FnOnce(OpenOptions<'_>) -> T) -> T {
    let style =
        ProgressStyle::with_template("decoding {wide_bar} {pos} of {len}  {eta} left").expect("the template is valid");
    let bar = ProgressBar::hidden();
    bar.set_style(style);
    let watch = |done: usize, all: usize| {
        if done == 0 {
            bar.set_length(all as u64);
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        }
        bar.set_position(done as u64);
        if done == all {
            bar.finish_and_clear();
        }
    };
    f(OpenOptions {
        cache: Some(&Path::new(run_dir::ROOT).join(".cache")),
        watch: &watch,
        report,
        classes: None,
        preprocessing: None,
    })
}

fn check_images(experiment: &Experiment, png: Option<&Path>, json: bool) -> Result<ExitCode> {
    let dataset = match with_options(|options| source::open_all(&experiment.data, options)) {
        Ok(dataset) => dataset,
        Err(mut errors) if errors.len() == 1 => return Err(errors.remove(0)),
        Err(errors) => {
            for error in &errors {
                output::error(error);
            }
            output::hint(&format!("repair or remove {}, then check again", count(errors.len(), "file")));
            return Ok(ExitCode::from(FAILURE));
        }
    };
    let split = Split::new(&dataset, experiment)?;
    let report = check(&dataset, &split, experiment);
    match json {
        true => print_json(&report),
        false => print(&text(&report, &split)),
    }
    if let Some(path) = png {
        contact_sheet(path, &dataset, &split)?;
        note(&format!("drawn into {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn text(report: &DataReport, split: &Split) -> String {
    let has_validation = !split.validation.is_empty();
    let parts = [
        reading::whole(&report.reading),
        overview(report, split),
        class_table(report, has_validation),
        findings(report),
        advice(report),
    ];
    parts.join("\n")
}

fn overview(report: &DataReport, split: &Split) -> String {
    let held_out = match split.validation.len() {
        0 => String::new(),
        images => format!(", {} held out", thousands(images)),
    };
    let unused = match report.images - split.train.len() - split.validation.len() - split.test.len() {
        0 => String::new(),
        images => format!(", {} not used", thousands(images)),
    };
    format!(
        "images      {} to train{held_out}, {} to test{unused}\nsize        {}x{}, {} {} to {}, {:.1} on average\n",
        thousands(split.train.len()),
        thousands(split.test.len()),
        report.height,
        report.width,
        if report.channels > 1 { "in colour, values" } else { "grey values" },
        report.min,
        report.max,
        report.mean
    )
}

fn class_table(report: &DataReport, has_validation: bool) -> String {
    let width = widest(report.classes.iter().map(|class| &class.name)).max("class".len());
    let mut table = format!("{:<width$}    train", "class");
    table += if has_validation { "  held out     test\n" } else { "     test\n" };
    for class in &report.classes {
        table += &format!("{}  {:>7}", pad_end(&class.name, width), thousands(class.train));
        if has_validation {
            table += &format!("  {:>8}", thousands(class.validation));
        }
        table += &format!("  {:>7}\n", thousands(class.test));
    }
    table
}

fn findings(report: &DataReport) -> String {
    let pixels = report.height * report.width;
    let constant = match report.constant_pixels {
        0 => "no pixel is the same in all training images".to_string(),
        constant => format!(
            "{} of {} pixels are the same in all training images ({})",
            thousands(constant),
            thousands(pixels),
            percent(constant as f64 / pixels as f64)
        ),
    };
    let mut text = format!(
        "constant    {constant}\nbalance     the largest class has {:.1} times the training images of the smallest\n",
        report.imbalance
    );
    if let Some(shared) = report.shared_groups {
        let shared = match shared {
            0 => "no group has".to_string(),
            1 => "1 group has".to_string(),
            many => format!("{} groups have", thousands(many)),
        };
        text += &format!("groups      {shared} images in more than one part\n");
    }
    text + &duplicates(&report.duplicates)
}

fn advice(report: &DataReport) -> String {
    if report.advice.is_empty() {
        return "advice      none: train on them\n".into();
    }
    let lines = report.advice.iter().enumerate().map(|(i, advice)| {
        let label = if i == 0 { "advice      " } else { "            " };
        wrapped(label, advice.split(' '), " ", terminal_columns())
    });
    lines.collect()
}

/// The number of groups of copies, and the places of the first ones.
fn duplicates(groups: &[Duplicates]) -> String {
    const SHOWN: usize = 5;
    const SHOWN_PLACES: usize = 4;
    if groups.is_empty() {
        return "copies      no two images are equal\n".into();
    }
    let leaks = groups.iter().filter(|group| group.leak).count();
    let across = if leaks > 0 { format!(", {} across parts", thousands(leaks)) } else { String::new() };
    let mut text = format!("copies      {} of equal images{across}\n", count(groups.len(), "group"));
    for group in groups.iter().take(SHOWN) {
        let places: Vec<String> = group
            .places
            .iter()
            .zip(&group.parts)
            .take(SHOWN_PLACES)
            .map(|(place, part)| format!("{place} ({})", part.unwrap_or("not used")))
            .collect();
        let more = match group.places.len().saturating_sub(SHOWN_PLACES) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let conflict = if group.conflict { ": different labels!" } else { "" };
        text += &format!("            {}{more}{conflict}\n", places.join(" = "));
    }
    if groups.len() > SHOWN {
        text += &format!("            and {} more; --json lists them all\n", thousands(groups.len() - SHOWN));
    }
    text
}

/// Draws some training images of each class, a row for each class.
fn contact_sheet(path: &Path, dataset: &Dataset, split: &Split) -> Result<()> {
    const PER_CLASS: usize = 10;
    const MAX_CLASSES: usize = 50;
    let mut titled = Vec::new();
    for (class, name) in dataset.classes().iter().enumerate().take(MAX_CLASSES) {
        let of_class: Vec<usize> = split
            .part(SplitName::Train)
            .iter()
            .copied()
            .filter(|&image| dataset.labels()[image] as usize == class)
            .collect();
        // Spread evenly over the class; a class with few images leaves the rest of its row empty.
        for i in 0..PER_CLASS {
            let index = of_class.get(i * of_class.len().max(PER_CLASS) / PER_CLASS);
            let Some(&index) = index else {
                titled.push((Picture::of_ink(1, 1, vec![0.0]), vec![String::new()]));
                continue;
            };
            let title: String = name.chars().take(12).collect();
            titled.push((Picture::of_image(&dataset.image(index)?), vec![title]));
        }
    }
    if titled.is_empty() {
        return Err(chiffres::Error::Split(SplitProblem::Empty { split: SplitName::Train }).into());
    }
    write_png(path, &titled, PER_CLASS)
}
