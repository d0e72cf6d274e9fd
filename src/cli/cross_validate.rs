//! `chiffres cross-validate`: measure an experiment on its training images alone.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use chiffres::config::Override;
use chiffres::native::Result;
use chiffres::native::{cross_validation, device};

use super::output::{print, print_json};
use super::{config, data, report};

#[derive(clap::Args)]
pub struct Args {
    /// The experiment's configuration: a file, or the name of one inside the program, for example recipe
    #[arg(value_name = "CONFIG")]
    config: PathBuf,
    /// Train each fold with this many seeds, from the configuration's own on
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u16).range(1..=1000))]
    seeds: u16,
    /// Training runs in parallel; the figures do not depend on it [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Replace a setting of the configuration: validation.folds=10 (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = Override::parse)]
    set: Vec<Override>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let experiment = config::experiment(&self.config, &self.set)?;
        let device = device::open(self.device.as_deref())?;
        let dataset = data::open(&experiment.data)?;
        let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = self.jobs.map_or_else(cores, usize::from);

        let seeds = usize::from(self.seeds);
        let runs = chiffres::cross_validation::folds(&experiment, &dataset)?.len() * seeds;
        let bar = progress_bar((runs * experiment.training.epochs) as u64);
        let clock = Instant::now();
        let result =
            cross_validation::cross_validate(&experiment, &dataset, seeds, jobs, &device.device, || bar.inc(1));
        bar.finish_and_clear();
        let result = result?;
        match self.json {
            true => print_json(&result),
            false => {
                let took = format!("{:.1} s on {}", clock.elapsed().as_secs_f64(), device.name);
                print(&report::cross_validation(&result, &experiment, &took));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A bar on standard error, if that is a terminal.
fn progress_bar(epochs: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left");
    ProgressBar::new(epochs).with_style(style.expect("the template is right"))
}
