//! The arithmetic that made the weights of a network.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::fused;

/// The arithmetic that made the weights of a network, by its name in files.
///
/// Under that of the kernel, the same settings and images give the same bytes on every machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Arithmetic {
    /// `fused-1`: that of this version's kernel, on one device.
    Fused,
    /// `operations`: the tensor operations of a backend, which decides the last bits.
    Operations,
    /// `shards`: that of several devices, whose gradients are added up.
    Shards,
    /// `mixed`: first one, then another, because the run was resumed.
    Mixed,
    /// One that this version does not know.
    Other(String),
}

impl Arithmetic {
    /// The arithmetic of training on one device.
    pub fn of(device: &Device) -> Self {
        if fused::trains_on(device) { Self::Fused } else { Self::Operations }
    }

    /// The name in files.
    pub fn name(&self) -> &str {
        match self {
            Self::Fused => fused::ARITHMETIC,
            Self::Operations => "operations",
            Self::Shards => "shards",
            Self::Mixed => "mixed",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Arithmetic {
    fn from(name: String) -> Self {
        let known = [Self::Fused, Self::Operations, Self::Shards, Self::Mixed];
        known.into_iter().find(|arithmetic| arithmetic.name() == name).unwrap_or(Self::Other(name))
    }
}

impl From<Arithmetic> for String {
    fn from(arithmetic: Arithmetic) -> Self {
        arithmetic.name().into()
    }
}
