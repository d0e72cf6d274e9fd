//! The state of a training run between two epochs.

use burn::optim::ModuleOptimizer;
use burn::tensor::Device;

use crate::config::{Experiment, OptimizerConfig, OptimizerKind};
use crate::data::Dataset;
use crate::error::{Error, Result, StateProblem};
use crate::metrics::History;
use crate::model::{LayerWeights, Mlp, MlpConfig};

use super::{Arithmetic, Best, record_from_bytes};

/// Everything it takes to resume a training run as if it had never stopped.
///
/// The order of the images and the learning rate are functions of the epoch, so they need no state.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// Weights after the last epoch.
    pub weights: Vec<LayerWeights>,
    /// The optimiser's moments: the bytes of one of Burn's records. Empty before the first epoch.
    pub optimizer: Vec<u8>,
    /// Every epoch so far.
    pub history: History,
    /// The best epoch by validation loss, with early stopping.
    pub best: Option<Best>,
    /// The arithmetic of the epochs so far. `None` before the first, and in checkpoints of versions that did not say.
    pub arithmetic: Option<Arithmetic>,
}

impl TrainingState {
    /// The state before the first epoch: the starting weights of the experiment's seed, and an optimiser without moments.
    pub fn start(experiment: &Experiment, dataset: &Dataset) -> Self {
        Self {
            weights: network(experiment, dataset).starting_weights(),
            optimizer: Vec::new(),
            history: History::default(),
            best: None,
            arithmetic: None,
        }
    }

    /// The number of epochs that are done.
    pub fn epochs(&self) -> usize {
        self.history.epochs.len()
    }

    /// The weights of the finished network: of the best epoch by validation loss with early stopping, else of the last.
    pub fn final_weights(&self) -> &[LayerWeights] {
        self.best.as_ref().map_or(&self.weights, |best| &best.weights)
    }

    /// The network and the optimiser as they were, on a device that differentiates.
    ///
    /// # Errors
    /// [`Error::State`] when the weights are not those of the experiment's network, or the optimiser's record is not one
    /// of the experiment's optimiser.
    pub(crate) fn restore(
        &self,
        experiment: &Experiment,
        dataset: &Dataset,
        device: &Device,
    ) -> Result<(Mlp, ModuleOptimizer)> {
        let model = self.restore_model(experiment, dataset, device)?;
        Ok((model, self.restore_optimizer(&experiment.optimizer)?))
    }

    /// The network as it was.
    ///
    /// # Errors
    /// [`Error::State`] when the weights are not those of the experiment's network.
    pub(crate) fn restore_model(&self, experiment: &Experiment, dataset: &Dataset, device: &Device) -> Result<Mlp> {
        let expected: Vec<(usize, usize)> = network(experiment, dataset).layers().collect();
        let found: Vec<(usize, usize)> = self.weights.iter().map(|layer| (layer.inputs, layer.outputs)).collect();
        let fits = |layer: &LayerWeights| {
            layer.weight.len() == layer.inputs * layer.outputs && layer.bias.len() == layer.outputs
        };
        if found != expected || !self.weights.iter().all(fits) {
            return Err(Error::State(StateProblem::Layers { found, expected }));
        }
        Ok(network(experiment, dataset).with_weights(&self.weights, device))
    }

    fn restore_optimizer(&self, config: &OptimizerConfig) -> Result<ModuleOptimizer> {
        if self.epochs() == 0 && self.optimizer.is_empty() {
            return Ok(config.init());
        }
        let record = record_from_bytes(&self.optimizer)
            .map_err(|error| Error::State(StateProblem::Record { text: error.to_string() }))?;
        let (moments, optimizer) = (record.len(), config.init());
        if moments == 0 && (self.epochs() == 0 || !keeps_moments(config)) {
            return Ok(optimizer);
        }
        let optimizer = optimizer.load_record(record);
        // Burn drops what belongs to another kind of optimiser without a word, and training would take another course.
        match moments > 0 && optimizer.to_record().len() == moments {
            true => Ok(optimizer),
            false => Err(Error::State(StateProblem::Optimizer { kind: config.kind })),
        }
    }
}

/// The network of an experiment, for the images of a dataset.
fn network(experiment: &Experiment, dataset: &Dataset) -> MlpConfig {
    MlpConfig::from_experiment(experiment, dataset.shape(), dataset.classes().len())
}

fn keeps_moments(config: &OptimizerConfig) -> bool {
    config.kind != OptimizerKind::Sgd || config.momentum > 0.0
}
