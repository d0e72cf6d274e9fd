//! The only source of chance: ChaCha8 streams, one per purpose, all from the experiment's seed.
//!
//! What is drawn from them is computed here rather than by a library's distributions, whose numbers may
//! change from one version to the next: a seed must give the same network for years.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What numbers are drawn for; each purpose has a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Starting weights.
    Weights,
    /// The order of the images in an epoch.
    Order { epoch: usize },
}

pub(crate) struct Generator(ChaCha8Rng);

pub(crate) fn generator(seed: u64, purpose: Purpose) -> Generator {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(match purpose {
        Purpose::Weights => 0,
        Purpose::Order { epoch } => (1 << 32) | epoch as u64,
    });
    Generator(random)
}

impl Generator {
    /// A whole number in `0..end`; the bias of the multiplication is below `end / 2^64`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// A number in `-bound..bound`.
    pub(crate) fn symmetric(&mut self, bound: f64) -> f64 {
        let unit = (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        (2.0 * unit - 1.0) * bound
    }
}
