//! `chiffres init`: write a configuration that trains on the user's own images.

use std::path::{self, Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chiffres::config::Override;
use chiffres::native::detect::{Detected, detect_with};
use chiffres::native::error::FileProblem;
use chiffres::native::template::{configuration, with_settings};
use chiffres::native::{Error, Result};
use chiffres::native::{device, estimate, files, source};
use chiffres::{Experiment, MlpConfig, Split};

use super::output::{note, print, program};
use super::{data, reading, report};

#[derive(clap::Args)]
pub struct Args {
    /// A .csv, .npz or .parquet file, a folder with idx files, or a folder with a folder of pictures for each class
    path: PathBuf,
    /// The configuration to write [default: the name of PATH, with .toml]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Give a setting of the images: data.label=0 (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = data_setting)]
    set: Vec<Override>,
}

/// A setting of the table `[data]`.
fn data_setting(text: &str) -> Result<Override, String> {
    let setting = Override::parse(text).map_err(|error| error.to_string())?;
    let is_of_data = setting.path.starts_with("data.") && !["data.source", "data.path"].contains(&&*setting.path);
    is_of_data
        .then_some(setting)
        .ok_or_else(|| "init takes settings of [data], like data.label=0; others are edited in the file".into())
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let path = path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        let name = experiment_name(self.output.as_deref().unwrap_or(&path));
        let output = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
        if output.symlink_metadata().is_ok() {
            return Err(Error::Unsuited { path: output.display().to_string(), problem: FileProblem::Exists });
        }
        let Detected { config, remarks } = detect_with(&self.path, &self.set)?;
        let text = data::with_options(|options| configuration(&name, &config, options))?;
        let text = with_settings(&text, &self.set)?;
        // Read it and split its images as a training run does, so that the user gets a configuration that works.
        let shown = output.display().to_string();
        let experiment = Experiment::from_toml(&shown, &text, &[])?;
        let dataset = data::with_options(|options| source::open(&experiment.data, options))?;
        let problem = Split::new(&dataset, &experiment).err();
        files::write_whole(&output, text.as_bytes())?;
        print(&format!("{text}\n"));
        // What was found is a setting now, which says nothing of itself.
        let mut report = dataset.reading().clone();
        remarks.into_iter().for_each(|remark| report.remark(remark));
        note(reading::whole(&report).trim_end());
        let network = MlpConfig::from_experiment(&experiment, dataset.shape(), dataset.classes().len());
        note(&format!("network     {}", report::network(&network)));
        if let Some(error) = problem {
            note(&format!("written to {shown}"));
            return Err(error.into());
        }
        let epoch = estimate::epoch_time(&experiment, &dataset, &device::open(None)?.device)?;
        let epochs = experiment.training.epochs;
        let all = duration(epoch * epochs as u32);
        note(&format!("time        about {} an epoch on this machine, {all} for all {epochs}", duration(epoch)));
        note(&format!("written to {shown}; next: {} data check {shown}", program()));
        Ok(ExitCode::SUCCESS)
    }
}

/// A time in words, to about two digits.
fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 0.095 => format!("{:.0} ms", (1000.0 * seconds).max(1.0)),
        seconds if seconds < 9.95 => format!("{seconds:.1} s"),
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7200.0 => format!("{:.0} minutes", seconds / 60.0),
        seconds => format!("{:.0} hours", seconds / 3600.0),
    }
}

/// A name for the experiment: that of the file or folder, without its extension, in letters that names may have.
fn experiment_name(path: &Path) -> String {
    const MAX_LENGTH: usize = 30;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or_default();
    let is_allowed = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let name: String = stem.chars().map(|c| if is_allowed(c) { c } else { '-' }).take(MAX_LENGTH).collect();
    match name.trim_start_matches(['-', '_']) {
        "" => "data".into(),
        name => name.into(),
    }
}
