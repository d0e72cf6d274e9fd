//! `chiffres init`: a look at images of one's own, and a configuration that trains on them.

use std::path::PathBuf;
use std::process::ExitCode;

use chiffres::native::detect::detect;
use chiffres::native::error::FileProblem;
use chiffres::native::template::configuration;
use chiffres::native::{Error, Result};
use chiffres::native::{files, source};
use chiffres::{Experiment, Split};

use super::data;
use super::output::{note, print, program};

#[derive(clap::Args)]
pub struct Args {
    /// A .csv, .npz or .parquet file, a folder with idx files, or a folder with a folder of pictures for each class
    path: PathBuf,
    /// The configuration to write [default: the name of PATH, with .toml]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let named = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        let stem = |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = stem(self.output.as_deref().unwrap_or(&named));
        let name = name.split('.').find(|part| !part.is_empty()).unwrap_or("data");
        let is_letter = |c: char| c.is_alphanumeric() || "-_".contains(c);
        let name: String = name.chars().map(|c| if is_letter(c) { c } else { '-' }).take(30).collect();
        let name = match name.trim_start_matches(['-', '_']) {
            "" => "data",
            name => name,
        };
        let output = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("{name}.toml")));
        if output.symlink_metadata().is_ok() {
            return Err(Error::Unsuited { path: output.display().to_string(), problem: FileProblem::Exists });
        }
        let config = detect(&self.path)?;
        let text = data::opened(|opening| configuration(name, &config, opening))?;
        // What is handed over works: it is read, and its images are split, as a training would.
        let shown = output.display().to_string();
        let experiment = Experiment::from_toml(&shown, &text, &[])?;
        let dataset = data::opened(|opening| source::open(&experiment.data, opening))?;
        let problem = Split::new(&dataset, &experiment).err();
        files::write_whole(&output, text.as_bytes())?;
        print(&format!("{text}\n"));
        note(&format!("written to {shown}; next: {} data check {shown}", program()));
        problem.map_or(Ok(ExitCode::SUCCESS), |error| Err(error.into()))
    }
}
