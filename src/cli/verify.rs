//! `chiffres verify`: a run trained again, to the same bytes.

use std::path::PathBuf;
use std::process::ExitCode;

use chiffres::native::verify::verify;
use chiffres::native::{Progress, Result};

use super::output::{CHECK_FAILED, note, print, print_json};
use super::{data, report};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder
    run: String,
    /// Path of the dataset, if it has moved since training
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let verification =
            data::with_options(|opening| verify(&self.run, self.data.as_deref(), Progress::Plain, opening))?;
        match self.json {
            true => print_json(&verification),
            false => print(&report::verification(&verification)),
        }
        if !verification.verified {
            note(&format!("not verified: {} does not hold the weights that its training ends with", verification.run));
            return Ok(ExitCode::from(CHECK_FAILED));
        }
        Ok(ExitCode::SUCCESS)
    }
}
