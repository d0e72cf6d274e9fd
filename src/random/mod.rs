//! The only source of randomness: ChaCha8 streams, one per purpose, all from the experiment's seed.
//!
//! The distributions are computed here, because those of libraries may change between versions: a seed must give the same
//! network for years.

mod streams;

pub(crate) use streams::{STREAMS, Streams};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A purpose of random numbers; each has a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Starting weights.
    Weights,
    /// The order of the images in an epoch.
    Order { epoch: usize },
    /// Folds of a cross-validation.
    Folds,
    /// Training images and test images.
    Split,
    /// Training images to hold out.
    HeldOut,
    /// Images to compare an exported network on, where it has no others.
    Comparison,
    /// The variant of an image in an epoch.
    Augmentation { epoch: usize, image: usize },
}

impl Purpose {
    /// The number of the stream: different for any two purposes, epochs (up to a million) and images (below 2^40).
    fn stream(self) -> u64 {
        match self {
            Self::Weights => 0,
            Self::Folds => 1,
            Self::Split => 2,
            Self::HeldOut => 3,
            Self::Comparison => 4,
            Self::Order { epoch } => (1 << 32) | epoch as u64,
            Self::Augmentation { epoch, image } => (1 << 63) | ((epoch as u64) << 40) | image as u64,
        }
    }
}

/// A seed that is set up once: the source of a stream for each purpose.
#[derive(Debug, Clone)]
pub(crate) struct Seed(ChaCha8Rng);

/// A stream of random numbers.
pub(crate) struct Generator(ChaCha8Rng);

/// The stream of a seed for one purpose.
pub(crate) fn generator(seed: u64, purpose: Purpose) -> Generator {
    Seed::new(seed).generator(purpose)
}

impl Seed {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn generator(&self, purpose: Purpose) -> Generator {
        let mut random = self.0.clone();
        random.set_stream(purpose.stream());
        Generator(random)
    }

    /// The key of every stream's blocks.
    fn key(&self) -> [u32; 8] {
        let seed = self.0.get_seed();
        std::array::from_fn(|i| u32::from_le_bytes([0, 1, 2, 3].map(|byte| seed[4 * i + byte])))
    }
}

impl Generator {
    /// A whole number in `0..end`; the bias of the multiplication is below `end / 2^64`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// Brings items into a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A number in `-bound..bound`.
    pub(crate) fn symmetric(&mut self, bound: f64) -> f64 {
        let unit = (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        (2.0 * unit - 1.0) * bound
    }

    /// A standard normal number, one of 2^32.
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(probability(self.0.next_u32()))
    }
}

/// The probability in the middle of the 2^-32 that a word stands for.
#[inline(always)]
fn probability(word: u32) -> f64 {
    (f64::from(word) + 0.5) / (1u64 << 32) as f64
}

/// The number below which a standard normal variable lies with a probability above 0 and below 1.
///
/// P. J. Acklam's rational approximation (2003); its relative error is below 1.2e-9.
fn normal_quantile(probability: f64) -> f64 {
    match (probability - 0.5).abs() <= 0.5 - TAIL {
        true => centre_quantile(probability),
        false => tail_quantile(probability),
    }
}

/// The probability below which a number lies in the lower tail.
const TAIL: f64 = 0.02425;

/// The quantile, if it does not lie in a tail.
#[inline(always)]
fn centre_quantile(probability: f64) -> f64 {
    let from_centre = probability - 0.5;
    let square = from_centre * from_centre;
    from_centre * polynomial(square, &CENTRE[0]) / polynomial(square, &CENTRE[1])
}

/// The quantile, if it lies in a tail.
fn tail_quantile(probability: f64) -> f64 {
    let x = (-2.0 * libm::log(probability.min(1.0 - probability))).sqrt();
    (polynomial(x, &TAILS[0]) / polynomial(x, &TAILS[1])).copysign(probability - 0.5)
}

#[inline(always)]
fn polynomial(x: f64, coefficients: &[f64; 6]) -> f64 {
    let mut sum = 0.0;
    for coefficient in coefficients {
        sum = sum * x + coefficient;
    }
    sum
}

/// Numerator and denominator in the centre, the highest power first.
const CENTRE: [[f64; 6]; 2] = [
    [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ],
    [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ],
];

/// The same in the tails.
const TAILS: [[f64; 6]; 2] = [
    [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ],
    [0.0, 7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_agree_with_scipy() {
        // scipy.stats.norm.ppf
        for (probability, expected) in [
            (1e-10, -6.361_340_902_404_056),
            (0.001, -3.090_232_306_167_813_5),
            (0.024, -1.977_368_428_181_946_8),
            (0.025, -1.959_963_984_540_054),
            (0.5, 0.0),
            (0.6, 0.253_347_103_135_799_7),
            (0.975, 1.959_963_984_540_054),
            (0.999, 3.090_232_306_167_813),
        ] {
            let quantile = normal_quantile(probability);
            assert!((quantile - expected).abs() < 1e-8, "{probability}: {quantile}, not {expected}");
        }
    }

    #[test]
    fn normal_numbers_have_the_moments_of_the_normal_distribution() {
        let mut random = generator(3, Purpose::Weights);
        let numbers: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let moment =
            |k: usize| numbers.iter().map(|x| vec![*x; k].iter().product::<f64>()).sum::<f64>() / numbers.len() as f64;
        // Four standard errors and more: those of the powers are sqrt(1, 2, 15, 96) / sqrt(100,000).
        assert!(moment(1).abs() < 0.013, "{}", moment(1));
        assert!((moment(2) - 1.0).abs() < 0.018, "{}", moment(2));
        assert!(moment(3).abs() < 0.05, "{}", moment(3));
        assert!((moment(4) - 3.0).abs() < 0.13, "{}", moment(4));
    }

    #[test]
    fn every_purpose_has_a_stream_of_its_own() {
        let mut first: Vec<usize> = [
            Purpose::Weights,
            Purpose::Folds,
            Purpose::Split,
            Purpose::HeldOut,
            Purpose::Order { epoch: 1 },
            Purpose::Order { epoch: 1_000_000 },
            Purpose::Augmentation { epoch: 1, image: 0 },
            Purpose::Augmentation { epoch: 1, image: 1 },
            Purpose::Augmentation { epoch: 1_000_000, image: (1 << 40) - 1 },
        ]
        .map(|purpose| generator(0, purpose).below(usize::MAX))
        .to_vec();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 9);
    }
}
