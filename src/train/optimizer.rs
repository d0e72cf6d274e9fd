//! From the configuration to an optimiser.

use burn::module::ParamGroup;
use burn::optim::{ModuleOptimizer, Optimizer, OptimizerRecord};
use burn::store::RecordError;
use burn::tensor::Bytes;

use crate::config::{OptimizerConfig, OptimizerKind};
use crate::fused::{Adam, AdamConstants, AdamW, Sgd};

impl OptimizerConfig {
    /// Makes the optimizer, with no state yet.
    ///
    /// Biases form a parameter group of their own, without weight decay.
    pub fn init(&self) -> ModuleOptimizer {
        let (config, decay) = (self, self.weight_decay);
        match self.kind {
            OptimizerKind::Sgd => grouped(decay, |decay| sgd(config, decay)),
            OptimizerKind::Adam => grouped(decay, |decay| Adam::new(constants(config, decay))),
            OptimizerKind::Adamw => grouped(decay, |decay| AdamW::new(constants(config, decay))),
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

fn sgd(config: &OptimizerConfig, weight_decay: f64) -> Sgd {
    Sgd { momentum: config.momentum as f32, nesterov: config.nesterov, weight_decay: weight_decay as f32 }
}

fn constants(config: &OptimizerConfig, weight_decay: f64) -> AdamConstants {
    AdamConstants {
        beta1: config.beta1 as f32,
        beta2: config.beta2 as f32,
        epsilon: config.epsilon as f32,
        weight_decay: weight_decay as f32,
    }
}

/// The bytes of an optimiser's record.
pub(crate) fn record_bytes(record: OptimizerRecord) -> Vec<u8> {
    record.into_bytes().expect("a record that is in memory is written to memory").to_vec()
}

/// The record of an optimizer from its bytes.
pub(crate) fn record_from_bytes(bytes: &[u8]) -> Result<OptimizerRecord, RecordError> {
    OptimizerRecord::from_bytes(Bytes::from_bytes_vec(bytes.to_vec()))
}
