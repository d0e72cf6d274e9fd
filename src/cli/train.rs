//! `chiffres train`: train a network.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use chiffres::config::Override;
use chiffres::native::error::{ResumeProblem, TrainingProblem};
use chiffres::native::session::{self, Resumption, Session, SessionOptions};
use chiffres::native::{Error, Result};
use chiffres::native::{Progress, RunDir, interrupt, run_dir};
use chiffres::train::Arithmetic;
use chiffres::{Dataset, Experiment};

use super::output::{self, Colors, note, print, print_json};
use super::{config, data, reading, report};

#[derive(clap::Args)]
#[command(override_usage = "chiffres train [OPTIONS] <CONFIG>\n       chiffres train [OPTIONS] --resume <RUN>")]
pub struct Args {
    /// The experiment's configuration: a file, or the name of one inside the program, for example mlp
    #[arg(value_name = "CONFIG", required_unless_present = "resume")]
    config: Option<PathBuf>,
    /// Name of the run's folder under artifacts/
    #[arg(long)]
    name: Option<String>,
    /// Seed of the starting weights and of the order of the images
    #[arg(long)]
    seed: Option<u64>,
    /// Device to train on: NAME[:INDEX], or remote:ws://HOST:PORT for that of a worker; several, with commas between them,
    /// each take a part of every batch; a run that is resumed keeps its device
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
    /// Replace a setting of the configuration: training.epochs=50 (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = Override::parse)]
    set: Vec<Override>,
    /// Resume a run that was interrupted or killed, or give a finished one more epochs; only training.epochs and data.path
    /// can be set then
    #[arg(long, value_name = "RUN", conflicts_with_all = ["config", "name", "seed", "exist_ok"])]
    resume: Option<String>,
    /// Path of the images of the run to resume, if they have moved
    #[arg(long, value_name = "PATH", requires = "resume")]
    data: Option<PathBuf>,
    /// Replace an earlier run of the same name, with all files in its folder, as soon as training begins
    #[arg(long)]
    exist_ok: bool,
    /// Display while training
    #[arg(long, value_name = "WHAT", default_value = "auto")]
    progress: ProgressChoice,
    /// Keep the dashboard open at the end, until you close it
    #[arg(long)]
    hold: bool,
    /// Train at most this many epochs a second, to watch the network learn
    #[arg(long, value_name = "N", value_parser = parse_pace)]
    pace: Option<f64>,
    /// Print the report as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProgressChoice {
    /// The dashboard in a terminal, else plain lines
    Auto,
    /// Burn's terminal dashboard
    Dashboard,
    /// About 20 lines on standard error
    Plain,
    /// Nothing
    None,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let session = match &self.resume {
            Some(run) => {
                let changes = self.changes(run)?;
                let run = RunDir::find(run)?;
                data::with_options(|opening| session::resume(run, changes, self.options()?, opening))?
            }
            None => {
                let experiment = self.experiment()?;
                let root = Path::new(run_dir::ROOT);
                let config = experiment.data.clone();
                let report = move |dataset: &Dataset| reading::notice(dataset, &config);
                data::with_report(&report, |opening| {
                    session::start(root, experiment, self.exist_ok, self.options()?, opening)
                })?
            }
        };
        match self.json {
            true => print_json(&session.report),
            false => print(&report::training(&session, Colors::of_stdout())),
        }
        if !session.unsaved.is_empty() {
            return Ok(unsaved(&session));
        }
        if self.resume.is_some() && session.report.arithmetic == Some(Arithmetic::Mixed) {
            note("note: the run was begun with another arithmetic; chiffres verify cannot repeat it");
        }
        if session.interrupted {
            note(&format!(
                "interrupted after epoch {} of {}",
                session.report.epochs, session.run.experiment.training.epochs
            ));
            return Ok(ExitCode::from(interrupt::EXIT_CODE));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn options(&self) -> Result<SessionOptions> {
        let progress = match self.progress {
            ProgressChoice::Auto => Progress::auto(),
            ProgressChoice::Dashboard => Progress::Dashboard,
            ProgressChoice::Plain => Progress::Plain,
            ProgressChoice::None => Progress::None,
        };
        if self.progress == ProgressChoice::Dashboard && Progress::auto() != Progress::Dashboard {
            return Err(TrainingProblem::NoTerminal.into());
        }
        if self.hold && progress != Progress::Dashboard {
            note("note: --hold has no effect without the dashboard");
        }
        interrupt::listen();
        Ok(SessionOptions { device: self.device.clone(), progress, hold: self.hold, pace: self.pace })
    }

    fn experiment(&self) -> Result<Experiment> {
        let path = self.config.as_deref().expect("clap asks for a configuration or a run to resume");
        let option = |path: &str, value: &str| Override {
            path: path.into(),
            value: value.into(),
            origin: format!("--{path} {value}"),
        };
        let mut overrides = self.set.clone();
        // As a TOML string, so that a name like 2026 or true stays a name.
        overrides.extend(
            self.name
                .as_deref()
                .map(|name| Override { value: toml::Value::from(name).to_string(), ..option("name", name) }),
        );
        overrides.extend(self.seed.map(|seed| option("seed", &seed.to_string())));
        config::experiment(path, &overrides)
    }

    /// The settings that may change when a run is resumed: those of `--set`, and `--data`.
    fn changes(&self, run: &str) -> Result<Resumption> {
        let mut changes =
            Resumption { path: self.data.as_ref().map(|path| path.display().to_string()), ..Default::default() };
        for item in &self.set {
            match (item.path.as_str(), item.value.parse::<usize>()) {
                ("training.epochs", Ok(n)) if (1..=1_000_000).contains(&n) => changes.epochs = Some(n),
                ("data.path", _) => changes.path = Some(item.text()),
                _ => {
                    let problem = ResumeProblem::OtherSetting { origin: item.origin.clone() };
                    return Err(Error::Resume { run: run.into(), problem });
                }
            }
        }
        Ok(changes)
    }
}

/// Says what could not be saved, and what to do about it.
fn unsaved(session: &Session) -> ExitCode {
    let mut said = Vec::new();
    for error in &session.unsaved {
        if !said.contains(&error.to_string()) {
            output::error(error);
            said.push(error.to_string());
        }
    }
    let run = &session.report.run;
    output::hint(&match session.unsaved.iter().find(|error| !matches!(error, Error::File { .. })) {
        Some(error) => error.hint().unwrap_or_default(),
        None => format!("make room for these files of {run}, then: {} train --resume {run}", output::program()),
    });
    ExitCode::from(output::FAILURE)
}

fn parse_pace(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(pace) if pace.is_finite() && pace >= 0.001 => Ok(pace),
        _ => Err("expected a number of epochs a second, 0.001 or more".into()),
    }
}
