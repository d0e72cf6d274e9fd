//! A training run for the Learner: what it starts from, and its outcome.

use std::sync::Arc;

use burn::train::renderer::MetricsRenderer;

use crate::config::Experiment;
use crate::data::{Dataset, Split};
use crate::native::device::Devices;
use crate::native::error::Result;
use crate::native::progress::Progress;
use crate::train::TrainingState;

/// Saves a state somewhere it survives the process.
pub type SaveState = Box<dyn Fn(&TrainingState) -> Result<()> + Send + Sync>;

/// A training run to start or resume: the experiment, and the way it is run and shown.
pub struct Training {
    /// The experiment.
    pub experiment: Arc<Experiment>,
    /// The images.
    pub dataset: Arc<Dataset>,
    /// The images of each part.
    pub split: Arc<Split>,
    /// The devices to train on.
    pub devices: Devices,
    /// The state to resume from; `None` to start from the starting weights of the seed.
    pub start: Option<TrainingState>,
    /// The display.
    pub progress: Progress,
    /// Keeps the dashboard open at the end, until the user closes it.
    pub hold: bool,
    /// Limit of epochs per second; `None` for no limit.
    pub pace: Option<f64>,
    /// Saves a state; called every `training.checkpoint_every` epochs.
    pub checkpoint: SaveState,
}

/// The end of a training run.
pub struct Outcome {
    /// The last state.
    pub state: TrainingState,
    /// True if the user stopped the run before it was done.
    pub interrupted: bool,
    /// The dashboard, still open: to be dropped when all is saved. With `hold`, dropping it waits until the user closes it.
    pub display: Option<Box<dyn MetricsRenderer>>,
}

impl Training {
    /// A run from the beginning that shows nothing and saves nothing on the way.
    ///
    /// # Errors
    /// As [`Split::new`].
    pub fn new(experiment: &Experiment, dataset: Arc<Dataset>, devices: Devices) -> Result<Self> {
        Ok(Self {
            experiment: Arc::new(experiment.clone()),
            split: Arc::new(Split::new(&dataset, experiment)?),
            dataset,
            devices,
            start: None,
            progress: Progress::None,
            hold: false,
            pace: None,
            checkpoint: Box::new(|_| Ok(())),
        })
    }
}
