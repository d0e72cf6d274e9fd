//! `chiffres config`: check and explain configurations, and list the experiments inside the program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use chiffres::config::{BUILT_IN, Override, Source, json_schema};
use chiffres::native::Result;
use chiffres::native::configuration::Configuration;
use chiffres::{Experiment, MlpConfig};

use super::layout::{pad_end, wrapped};
use super::output::{note, print, terminal_columns};
use super::report::network;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the experiments inside the program, each with the result to expect
    List,
    /// List every problem of a configuration
    Check {
        /// The configuration: a file, or the name of an experiment inside the program
        config: PathBuf,
    },
    /// Print an experiment inside the program as its file, or a file's configuration with all its defaults
    ///
    /// `chiffres config show mlp > my.toml` makes a file to start from.
    Show {
        /// The configuration: a file, or the name of an experiment inside the program
        config: PathBuf,
        /// Print all settings, also of an experiment inside the program
        #[arg(long)]
        defaults: bool,
    },
    /// Print a JSON Schema of configuration files, for editors
    Schema,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::List => print(&list()),
            Command::Check { config } => {
                let found = experiment(&config, &[])?;
                print(&format!("{}: no problems\n", config.display()));
                note_network(&found);
            }
            Command::Show { config, defaults } => match Configuration::find(&config)? {
                Configuration::BuiltIn(built_in) if !defaults => print(built_in.text),
                found => {
                    let experiment = found.experiment(&[])?;
                    print(&experiment.to_toml());
                    note_network(&experiment);
                }
            },
            Command::Schema => {
                print(&(serde_json::to_string_pretty(&json_schema()).expect("a schema is plain data") + "\n"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Says the layers, shapes and parameters of the network, if they are known before the images are read.
fn note_network(experiment: &Experiment) {
    if experiment.data.source == Source::Digits {
        note(&format!("network  {}", network(&MlpConfig::from_experiment(experiment, [8, 8, 1], 10))));
    }
}

/// Reads a configuration, from a file or inside the program; overrides replace some of its settings.
pub fn experiment(config: &Path, overrides: &[Override]) -> Result<Experiment> {
    let found = Configuration::find(config)?;
    if let (Configuration::BuiltIn(built_in), Some(file)) = (&found, found.passed_over()) {
        note(&format!("note: {} is the experiment inside the program; give {file} for the file", built_in.name));
    }
    found.experiment(overrides)
}

/// The experiments inside the program, in lines as wide as the terminal.
fn list() -> String {
    let columns = BUILT_IN.iter().map(|experiment| experiment.name.len()).max().unwrap_or_default() + 2;
    let entry =
        |name: &str, summary: String| wrapped(&pad_end(name, columns), summary.split(' '), " ", terminal_columns());
    BUILT_IN.iter().map(|built_in| entry(built_in.name, built_in.summary().collect::<Vec<_>>().join(" "))).collect()
}
