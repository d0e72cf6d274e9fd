//! The choice of vector instructions, which a module for browsers without any must not hold.

use pulp::{Arch, Simd, WithSimd};

/// Runs an operation with the vectors of `arch`, at least those of four lanes that every 64-bit processor has.
#[cfg(any(not(target_arch = "wasm32"), target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn dispatch<Op: WithSimd>(arch: Arch, op: Op) -> Op::Output {
    match arch {
        Arch::Scalar => pulp::Scalar128b.vectorize(op),
        wider => wider.dispatch(op),
    }
}

/// Runs an operation number by number.
///
/// A browser without vector instructions refuses a module that holds one, even where it never runs.
#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
#[inline(always)]
pub(crate) fn dispatch<Op: WithSimd>(_: Arch, op: Op) -> Op::Output {
    pulp::Scalar.vectorize(op)
}
