//! The parts of a network by plain loops in double precision, against which kernel, formats and gradients are held.

use crate::config::Activation;

use super::stages::WINDOW;

/// The sums of the neurons of a layer. `weight` is `[inputs, outputs]`.
pub(crate) fn dense<N: Into<f64> + Copy>(weight: &[N], bias: &[N], values: &[f64]) -> Vec<f64> {
    let mut sums: Vec<f64> = bias.iter().map(|&bias| bias.into()).collect();
    for (value, weights) in values.iter().zip(weight.chunks_exact(bias.len())) {
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum += value * weight.into();
        }
    }
    sums
}

/// The sums of the windows of a stage, as far as they are pooled.
///
/// # Shapes
/// - weight `[3 * 3 * channels, filters]`, bias `[filters]`
/// - values `[height, width, channels]`
/// - output `[2 * (height / 2), 2 * (width / 2), filters]`
pub(crate) fn window_sums<N: Into<f64> + Copy>(
    [height, width, channels]: [usize; 3],
    weight: &[N],
    bias: &[N],
    values: &[f64],
) -> Vec<f64> {
    let (rows, columns) = (height / 2 * 2, width / 2 * 2);
    let mut sums = Vec::with_capacity(rows * columns * bias.len());
    for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
        let mut window = Vec::with_capacity(WINDOW * WINDOW * channels);
        for (row, column) in (0..WINDOW * WINDOW).map(|i| (y + i / WINDOW, x + i % WINDOW)) {
            // Counted from the border, which is 0.
            let is_inside = (1..=height).contains(&row) && (1..=width).contains(&column);
            match is_inside {
                true => window.extend(&values[((row - 1) * width + column - 1) * channels..][..channels]),
                false => window.extend(std::iter::repeat_n(0.0, channels)),
            }
        }
        sums.extend(dense(weight, bias, &window));
    }
    sums
}

/// The largest of each 2x2 sums, at least 0.
///
/// # Shapes
/// - sums `[2 * height, 2 * width, filters]`
/// - output `[height, width, filters]`
pub(crate) fn pooled([height, width, filters]: [usize; 3], sums: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0f64; height * width * filters];
    for (place, sums) in sums.chunks_exact(filters).enumerate() {
        let (y, x) = (place / (2 * width), place % (2 * width));
        let pooled = &mut out[(y / 2 * width + x / 2) * filters..][..filters];
        for (largest, &sum) in pooled.iter_mut().zip(sums) {
            *largest = largest.max(sum);
        }
    }
    out
}

/// The activation of a sum.
pub(crate) fn activate(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
        Activation::Tanh => libm::tanh(x),
        Activation::Relu => x.max(0.0),
        Activation::Gelu => 0.5 * x * (1.0 + libm::tanh(0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x))),
        Activation::Identity => x,
    }
}

/// The probability of each class.
pub(crate) fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let odds: Vec<f64> = logits.iter().map(|logit| libm::exp(logit - largest)).collect();
    let sum: f64 = odds.iter().sum();
    odds.iter().map(|odds| odds / sum).collect()
}
