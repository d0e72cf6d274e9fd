//! The time that an epoch takes on this machine, measured before there is a run.

use std::time::{Duration, Instant};

use burn::tensor::Device;

use crate::config::Experiment;
use crate::data::Dataset;
use crate::native::error::Result;
use crate::train::Trainer;

/// The time that steps are taken for.
const MEASURED: Duration = Duration::from_millis(500);
/// Steps that are enough, if they are short.
const ENOUGH: usize = 50;

/// Takes a few steps of a training run, and returns the time that a whole epoch would take.
///
/// # Errors
/// As [`Trainer::new`].
pub fn epoch_time(experiment: &Experiment, dataset: &Dataset, device: &Device) -> Result<Duration> {
    let mut trainer = Trainer::new(experiment, dataset, device)?;
    let steps_per_epoch = experiment.steps_per_epoch(trainer.split().train.len());
    // The first step asks for memory.
    trainer.step();
    let (start, mut steps) = (Instant::now(), 0);
    while steps < ENOUGH && start.elapsed() < MEASURED && trainer.step() {
        steps += 1;
    }
    Ok(start.elapsed().mul_f64(steps_per_epoch as f64 / f64::from(steps.max(1) as u32)))
}
