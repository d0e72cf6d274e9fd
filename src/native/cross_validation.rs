//! Cross-validation on the cores of a machine: every fold with every seed, one run per thread.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use burn::tensor::Device;

use crate::config::Experiment;
use crate::cross_validation::{CrossValidation, folds, hold_out};
use crate::data::Dataset;
use crate::metrics::Scores;
use crate::native::error::{Error, Result};

/// Holds out every fold with `seeds` seeds, from the experiment's own on, on `threads` threads.
///
/// `epoch_done` is called after each epoch of each run. The result is the same for any number of threads.
///
/// # Errors
/// As [`folds`] and [`hold_out`]; after the first error no run is started.
pub fn cross_validate(
    experiment: &Experiment,
    dataset: &Dataset,
    seeds: usize,
    threads: usize,
    device: &Device,
    epoch_done: impl Fn() + Sync,
) -> Result<CrossValidation> {
    let folds = folds(experiment, dataset)?;
    let seeds: Vec<u64> = (0..seeds as u64).map(|i| experiment.seed.wrapping_add(i)).collect();
    let runs = folds.len() * seeds.len();
    let results: Vec<Mutex<Option<Result<Scores>>>> = (0..runs).map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    // Threads of its own, and not rayon's: flex computes on rayon's pool. A run that waits there for a matrix product would
    // take up another run meanwhile, on the same thread, and end it before it went on with its own.
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, runs) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(result) = results.get(i) else { return };
                    let experiment = Experiment { seed: seeds[i / folds.len()], ..experiment.clone() };
                    let scores = hold_out(&experiment, dataset, &folds[i % folds.len()], device, &epoch_done)
                        .map_err(Error::from);
                    if scores.is_err() {
                        next.store(runs, Ordering::Relaxed);
                    }
                    *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(scores);
                }
            });
        }
    });
    // Missing results are those of runs that were never started, after an error that stands among the results.
    let scores: Vec<Scores> = results
        .into_iter()
        .filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect::<Result<_>>()?;
    Ok(CrossValidation::new(experiment, seeds, &folds, &scores))
}
