//! The choice of vector instructions, which a module for browsers without any must not hold.

use pulp::{Arch, WithSimd};

/// Runs an operation with the vector instructions of `arch`.
///
/// A browser without vector instructions refuses a module that holds one, even where it never runs.
#[cfg(any(not(target_arch = "wasm32"), target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn dispatch<Op: WithSimd>(arch: Arch, op: Op) -> Op::Output {
    arch.dispatch(op)
}

/// Runs an operation without vector instructions.
#[cfg(all(target_arch = "wasm32", not(target_feature = "simd128")))]
#[inline(always)]
pub(crate) fn dispatch<Op: WithSimd>(_: Arch, op: Op) -> Op::Output {
    pulp::Simd::vectorize(pulp::Scalar, op)
}
