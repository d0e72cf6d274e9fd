//! Exponentials, logarithms and activations with the same bits on every processor and in every browser.
//!
//! The standard library's differ in the last bit between platforms. These are polynomials in plain additions and
//! multiplications, rounded after each; their coefficients are those of Cephes. NaN stays NaN, so that a network that has
//! diverged says so.
//!
//! Every function here, and every closure, is inlined by force: the kernel's loops are compiled for the vectors of the
//! processor, and a function that is called from them would be compiled for the oldest.

use crate::config::Activation;

/// `e^x` with a relative error of 1e-7. From 88 on the result stays at e^88, below -87 at e^-87.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 to a small number leaves no room for a fraction: it rounds to an integer.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // The comparisons are false for NaN, which goes through.
    let x = if x > 88.0 { 88.0 } else { x };
    let x = if x < -87.0 { -87.0 } else { x };
    // x = n ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n e^r; ln 2 is split in two so that n ln 2 is exact.
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 5e-1;
    let power_of_two = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    (p * r * r + r + 1.0) * power_of_two
}

/// The natural logarithm of a positive normal number, with a relative error of 1e-7.
#[inline(always)]
pub(super) fn ln(x: f32) -> f32 {
    const SQRT_HALF_BITS: u32 = 0x3f35_04f3;
    // x = 2^n (1 + m) with sqrt(1/2) <= 1 + m < sqrt(2), so ln x = n ln 2 + ln(1 + m).
    let bits = x.to_bits().wrapping_sub(SQRT_HALF_BITS);
    let n = ((bits as i32) >> 23) as f32;
    let m = f32::from_bits((bits & 0x007f_ffff).wrapping_add(SQRT_HALF_BITS)) - 1.0;
    let p = 7.037_684e-2;
    let p = p * m - 1.151_461e-1;
    let p = p * m + 1.167_699_9e-1;
    let p = p * m - 1.242_014_1e-1;
    let p = p * m + 1.424_932_3e-1;
    let p = p * m - 1.666_805_8e-1;
    let p = p * m + 2.000_071_4e-1;
    let p = p * m - 2.499_999_4e-1;
    let p = p * m + 3.333_333e-1;
    let square = m * m;
    let ln = m + (p * m * square + n * -2.121_944_4e-4 - 0.5 * square) + n * 0.693_359_4;
    // 0 for a number, NaN for NaN and infinity, whose bits mean nothing above.
    ln + x * 0.0
}

/// The hyperbolic tangent, with a relative error of 3e-7.
#[inline(always)]
fn tanh(x: f32) -> f32 {
    // Both ways are computed, so that all lanes of a vector do the same. Near 0 the first loses digits.
    let far = 1.0 - 2.0 / (exp(2.0 * x) + 1.0);
    let square = x * x;
    let p = -5.704_988_7e-3;
    let p = p * square + 2.063_909e-2;
    let p = p * square - 5.373_971_6e-2;
    let p = p * square + 1.333_144_2e-1;
    let p = p * square - 3.333_328e-1;
    let near = p * square * x + x;
    if x.abs() < 0.625 { near } else { far }
}

/// Replaces sums by their activations, and writes the derivative of the activation at each sum.
///
/// The derivatives are computed on the way forward, where the activation is at hand: on the way back, all activations
/// look alike.
#[inline(always)]
pub(super) fn activate(activation: Activation, sums: &mut [f32], derivatives: &mut [f32]) {
    match activation {
        // h' = h (1 - h)
        Activation::Sigmoid => map(
            sums,
            derivatives,
            #[inline(always)]
            |z| {
                let h = 1.0 / (1.0 + exp(-z));
                (h, h * (1.0 - h))
            },
        ),
        // h' = 1 - h^2
        Activation::Tanh => map(
            sums,
            derivatives,
            #[inline(always)]
            |z| {
                let h = tanh(z);
                (h, 1.0 - h * h)
            },
        ),
        Activation::Relu => map(
            sums,
            derivatives,
            #[inline(always)]
            |z| if z <= 0.0 { (0.0, 0.0) } else { (z, 1.0) },
        ),
        // h = z/2 (1 + t) with t = tanh(u), u = a (z + b z^3); h' = (1 + t)/2 + z/2 (1 - t^2) u'
        Activation::Gelu => map(
            sums,
            derivatives,
            #[inline(always)]
            |z| {
                const A: f32 = 0.797_884_6; // sqrt(2 / pi)
                const B: f32 = 0.044_715;
                let t = tanh(A * (z + B * z * z * z));
                let slope = A * (1.0 + 3.0 * B * z * z);
                (0.5 * z * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * slope)
            },
        ),
        Activation::Identity => derivatives.fill(1.0),
    }
}

#[inline(always)]
fn map(sums: &mut [f32], derivatives: &mut [f32], f: impl Fn(f32) -> (f32, f32)) {
    for (sum, derivative) in sums.iter_mut().zip(derivatives) {
        (*sum, *derivative) = f(*sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error of `f` relative to the value in double precision.
    fn error(f: fn(f32) -> f32, exact: fn(f64) -> f64, values: impl Iterator<Item = f32>) -> f64 {
        values.map(|x| ((f64::from(f(x)) - exact(f64::from(x))) / exact(f64::from(x))).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn functions_agree_with_double_precision() {
        let range = |low: f32, high: f32| (0..=100_000).map(move |i| low + (high - low) * i as f32 / 100_000.0);
        assert!(error(exp, libm::exp, range(-87.0, 88.0)) < 1.2e-7);
        assert!(error(ln, libm::log, range(1.001, 300.0)) < 1.5e-7);
        assert!(error(tanh, libm::tanh, range(-12.0, 12.0).filter(|x| *x != 0.0)) < 3e-7);
    }

    #[test]
    fn nan_stays_nan_and_large_numbers_stay_finite() {
        assert!(exp(f32::NAN).is_nan() && ln(f32::NAN).is_nan() && tanh(f32::NAN).is_nan());
        assert!(ln(f32::INFINITY).is_nan());
        assert!(exp(f32::MAX).is_finite() && exp(f32::MIN) > 0.0);
        assert_eq!((tanh(100.0), tanh(-100.0), exp(0.0), ln(1.0)), (1.0, -1.0, 1.0, 0.0));
    }
}
