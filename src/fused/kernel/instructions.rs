//! The vector instructions of a processor, chosen when the program runs.

use pulp::{Arch, Simd, WithSimd};

use crate::vectors::dispatch;

/// Vector instructions of this processor.
#[derive(Debug, Clone, Copy)]
pub struct Instructions(Arch);

impl Instructions {
    /// The widest that this processor has.
    pub fn best() -> Self {
        Self(Arch::new())
    }

    /// All that this processor has, the widest first.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::best()];
        #[cfg(target_arch = "x86_64")]
        if let (Arch::V4(_), Some(avx2)) = (Arch::new(), pulp::x86::V3::try_new()) {
            all.push(Self(Arch::V3(avx2)));
        }
        all.push(Self(Arch::Scalar));
        all
    }

    /// Numbers in a vector.
    pub fn lanes(self) -> usize {
        struct Lanes;
        impl WithSimd for Lanes {
            type Output = usize;

            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) -> usize {
                S::F32_LANES
            }
        }
        self.run(Lanes)
    }

    /// Runs an operation that is generic over vectors.
    #[inline(always)]
    pub(super) fn run<Op: WithSimd>(self, op: Op) -> Op::Output {
        dispatch(self.0, op)
    }

    /// Runs a loop over numbers, compiled for these instructions; the closure and all it calls must be `#[inline(always)]`.
    #[inline(always)]
    pub fn run_loop<R>(self, run: impl FnOnce() -> R) -> R {
        dispatch(self.0, run)
    }
}

impl Default for Instructions {
    fn default() -> Self {
        Self::best()
    }
}
