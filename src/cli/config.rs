//! `chiffres config`: check and explain configuration files.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use chiffres::Experiment;
use chiffres::config::{Override, json_schema};
use chiffres::native::Result;
use chiffres::native::files::read_config;

use super::output::print;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List every problem of a configuration file
    Check {
        /// The configuration file
        file: PathBuf,
    },
    /// Print a configuration with all its defaults
    Show {
        /// The configuration file
        file: PathBuf,
    },
    /// Print a JSON Schema of configuration files, for editors
    Schema,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Check { file } => {
                experiment(&file, &[])?;
                print(&format!("{}: no problems\n", file.display()));
            }
            Command::Show { file } => print(&experiment(&file, &[])?.to_toml()),
            Command::Schema => {
                print(&(serde_json::to_string_pretty(&json_schema()).expect("a schema is plain data") + "\n"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads a configuration file; overrides replace some of its settings.
pub fn experiment(path: &Path, overrides: &[Override]) -> Result<Experiment> {
    Ok(Experiment::from_toml(&path.display().to_string(), &read_config(path)?, overrides)?)
}
