//! From the configuration to one of Burn's optimisers.

use burn::module::ParamGroup;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, Optimizer, OptimizerRecord, SgdConfig};
use burn::store::RecordError;
use burn::tensor::Bytes;

use crate::config::{OptimizerConfig, OptimizerKind};

impl OptimizerConfig {
    /// Makes the optimizer, with no state yet.
    ///
    /// Biases form a parameter group of their own, without weight decay.
    pub fn init(&self) -> ModuleOptimizer {
        let (config, decay) = (self, self.weight_decay);
        match self.kind {
            OptimizerKind::Sgd => grouped(decay, |decay| sgd(config, decay).build()),
            OptimizerKind::Adam => grouped(decay, |decay| adam(config, decay).build()),
            OptimizerKind::Adamw => grouped(decay, |decay| adamw(config, decay).build()),
        }
    }
}

fn grouped<O: Optimizer>(weight_decay: f64, build: impl Fn(f64) -> O) -> ModuleOptimizer {
    let optimizer = ModuleOptimizer::from(build(weight_decay));
    match weight_decay {
        0.0 => optimizer,
        _ => optimizer.with_group(ParamGroup::from_predicate("bias"), build(0.0), None),
    }
}

fn sgd(config: &OptimizerConfig, weight_decay: f64) -> SgdConfig {
    let momentum = MomentumConfig {
        momentum: config.momentum,
        // Burn's default of 0.1 scales gradients down; SGD in PyTorch and scikit-learn has none.
        dampening: 0.0,
        nesterov: config.nesterov,
    };
    SgdConfig::new().with_momentum((config.momentum > 0.0).then_some(momentum)).with_weight_decay(decay(weight_decay))
}

fn adam(config: &OptimizerConfig, weight_decay: f64) -> AdamConfig {
    AdamConfig::new()
        .with_beta_1(config.beta1 as f32)
        .with_beta_2(config.beta2 as f32)
        .with_epsilon(config.epsilon as f32)
        .with_weight_decay(decay(weight_decay))
}

fn adamw(config: &OptimizerConfig, weight_decay: f64) -> AdamWConfig {
    AdamWConfig::new()
        .with_beta_1(config.beta1 as f32)
        .with_beta_2(config.beta2 as f32)
        .with_epsilon(config.epsilon as f32)
        .with_weight_decay(weight_decay as f32)
}

fn decay(penalty: f64) -> Option<WeightDecayConfig> {
    (penalty > 0.0).then(|| WeightDecayConfig::new(penalty as f32))
}

/// The bytes of an optimiser's record.
pub(crate) fn record_bytes(record: OptimizerRecord) -> Vec<u8> {
    record.into_bytes().expect("a record that is in memory is written to memory").to_vec()
}

/// The record of an optimizer from its bytes.
pub(crate) fn record_from_bytes(bytes: &[u8]) -> Result<OptimizerRecord, RecordError> {
    OptimizerRecord::from_bytes(Bytes::from_bytes_vec(bytes.to_vec()))
}
