//! `chiffres config`: check and explain configuration files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use chiffres::config::json_schema;
use chiffres::native::run_dir::file_error;
use chiffres::{Error, Experiment, Result};

use super::output::print;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List everything that is wrong with a configuration file
    Check {
        /// The file
        file: PathBuf,
    },
    /// Print a configuration with all its defaults
    Show {
        /// The file
        file: PathBuf,
    },
    /// Print a JSON Schema of configuration files, for editors
    Schema,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Check { file } => {
                experiment(&file)?;
                print(&format!("{}: no problems\n", file.display()));
            }
            Command::Show { file } => print(&experiment(&file)?.to_toml()),
            Command::Schema => {
                print(&(serde_json::to_string_pretty(&json_schema()).expect("a schema is plain data") + "\n"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The text of a configuration file.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::InvalidData | ErrorKind::IsADirectory => Error::Request {
            message: format!("{} is not a configuration file: {source}", path.display()),
            hint: "config/mlp.toml is the article's experiment".into(),
        },
        _ => file_error("read", path, source),
    })
}

fn experiment(path: &Path) -> Result<Experiment> {
    Ok(Experiment::from_toml(&path.display().to_string(), &read(path)?, &[])?)
}
