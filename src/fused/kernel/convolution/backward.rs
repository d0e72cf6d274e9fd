//! A batch on its way back through a stage.
//!
//! With `d[y][x][f]` for the gradient of the loss by the sum `z[y][x][f]`, which pooling and ReLU give (`pooling.rs`), the chain
//! rule gives
//! - `b[f]`: each sum has it once, so its gradient is the sum of all `d[y][x][f]`;
//! - `W[i][j][c][f]`: `z[y][x][f]` has it times `image[y + i - 1][x + j - 1][c]`, so its gradient is the sum of these times
//!   `d[y][x][f]`;
//! - `image[y][x][c]`: it is in `z[y - i + 1][x - j + 1][f]` times `W[i][j][c][f]`, so its gradient is the sum over i, j and f
//!   of `d[y - i + 1][x - j + 1][f] W[i][j][c][f]`. With `i' = 2 - i` and `j' = 2 - j` that is
//!   `d[y + i' - 1][x + j' - 1][f] W[2 - i'][2 - j'][c][f]`: the forward convolution of d with the kernel turned upside down,
//!   and inputs and outputs swapped.

use pulp::{Simd, WithSimd};

use super::pooling::unpool;
use super::tiles::{Panels, add_products, sum_windows};
use super::{Bordered, Stage};
use crate::fused::kernel::workspace::{Remaining, run_tasks};
use crate::fused::kernel::{Executor, Instructions};

/// Gradients of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct StageGradients {
    /// `[3 * 3 * channels, filters]`
    pub weight: Vec<f32>,
    /// `[filters]`
    pub bias: Vec<f32>,
    /// `[images, height, width, channels]`; `None` if it was not asked for.
    pub images: Option<Vec<f32>>,
}

/// The gradients of a stage, from its images, the winners of [`forward`](super::forward()) and the gradient of what came out.
pub fn backward(
    instructions: Instructions,
    stage: Stage<'_>,
    images: &[f32],
    winners: &[u8],
    gradient: &[f32],
    for_images: bool,
    executor: &dyn Executor,
) -> StageGradients {
    let [inputs, outputs] = stage.sizes();
    let count = images.len() / inputs;
    let turned = if for_images { instructions.run(Turn { stage }) } else { Vec::new() };
    let mut image_gradient = for_images.then(|| vec![0.0; images.len()]);
    let mut rest = image_gradient.as_mut().map(|values| Remaining { values, width: inputs });
    let size = stage.part_size(count);
    let parts = images.chunks(size * inputs).zip(gradient.chunks(size * outputs)).zip(winners.chunks(size * outputs));
    let mut sums: Vec<Sums> = parts.clone().map(|_| Sums::default()).collect();
    let tasks: Vec<_> = parts
        .zip(&mut sums)
        .map(|(((images, gradient), winners), sums)| {
            let image_gradient = rest.as_mut().map(|rest| rest.take(images.len() / inputs));
            let turned = &turned;
            move || instructions.run(Part { stage, turned, images, winners, gradient, image_gradient, sums })
        })
        .collect();
    run_tasks(executor, tasks.into_iter());
    let (weight, bias) = instructions.run(Total { stage, sums });
    StageGradients { weight, bias, images: image_gradient }
}

/// The kernel turned upside down, in panels of channels: of each panel 9 times as many vectors as a pixel of the gradient has
/// numbers, padding included.
struct Turn<'a> {
    stage: Stage<'a>,
}

impl WithSimd for Turn<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<f32> {
        let (lanes, filters, channels) = (S::F32_LANES, self.stage.filters(), self.stage.image[2]);
        let stride = filters.next_multiple_of(lanes);
        let mut turned = vec![0.0; 9 * stride * channels.next_multiple_of(lanes)];
        for (place, pixel) in self.stage.window.weight.chunks_exact(channels * filters).enumerate() {
            for (channel, row) in pixel.chunks_exact(filters).enumerate() {
                let first = (channel / lanes * 9 + 8 - place) * stride * lanes + channel % lanes;
                for (place, weight) in turned[first..].iter_mut().step_by(lanes).zip(row) {
                    *place = *weight;
                }
            }
        }
        turned
    }
}

/// The gradients of weight, in panels, and bias of one part.
#[derive(Default)]
struct Sums {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// One part of a batch.
struct Part<'a> {
    stage: Stage<'a>,
    turned: &'a [f32],
    images: &'a [f32],
    winners: &'a [u8],
    gradient: &'a [f32],
    image_gradient: Option<&'a mut [f32]>,
    sums: &'a mut Sums,
}

impl WithSimd for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { stage, turned, images, winners, gradient, mut image_gradient, sums } = self;
        let [height, width, channels] = stage.image;
        let ([rows, columns], filters, [inputs, outputs]) = (stage.pooled(), stage.filters(), stage.sizes());
        let stride = filters.next_multiple_of(S::F32_LANES);
        *sums = Sums { weight: vec![0.0; 9 * channels * stride], bias: vec![0.0; filters] };
        let (mut bordered, mut delta) = (Bordered::new(height, width, channels), Bordered::new(height, width, stride));
        let padded = channels.next_multiple_of(S::F32_LANES);
        let mut row = vec![0.0; if image_gradient.is_some() { width * padded } else { 0 }];
        let mut bias = vec![0.0; filters];
        let batch = images.chunks_exact(inputs).zip(gradient.chunks_exact(outputs)).zip(winners.chunks_exact(outputs));
        for (index, ((image, gradient), winners)) in batch.enumerate() {
            bordered.fill(image);
            bias.fill(0.0);
            unpool(gradient, winners, columns, &mut delta, &mut bias);
            for (sum, value) in sums.bias.iter_mut().zip(&bias) {
                *sum += value;
            }
            add_products(simd, &bordered, &delta, [2 * rows, 2 * columns], &mut sums.weight);
            if let Some(image_gradient) = &mut image_gradient {
                let panels = Panels { weight: turned, bias: &[] };
                let image = &mut image_gradient[index * inputs..][..inputs];
                for (y, out) in image.chunks_exact_mut(width * channels).enumerate() {
                    sum_windows(simd, &delta, y, width, &panels, &mut row);
                    for (out, padded) in out.chunks_exact_mut(channels).zip(row.chunks_exact(padded)) {
                        out.copy_from_slice(&padded[..channels]);
                    }
                }
            }
        }
    }
}

/// Adds up the gradients of all parts, the first to the second and so on, and takes them out of their panels.
struct Total<'a> {
    stage: Stage<'a>,
    sums: Vec<Sums>,
}

impl WithSimd for Total<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let mut parts = self.sums.into_iter();
        let mut total = parts.next().unwrap_or_default();
        for part in parts {
            for (sum, value) in total.weight.iter_mut().zip(&part.weight) {
                *sum += value;
            }
            for (sum, value) in total.bias.iter_mut().zip(&part.bias) {
                *sum += value;
            }
        }
        let mut weight = vec![0.0; self.stage.window.weight.len()];
        let (vectors, filters) = (S::as_simd_f32s(&total.weight).0, self.stage.filters());
        let taps = weight.len() / filters;
        for (tap, row) in weight.chunks_exact_mut(filters).enumerate() {
            for (panel, values) in row.chunks_mut(S::F32_LANES).enumerate() {
                simd.partial_store_f32s(values, vectors[panel * taps + tap]);
            }
        }
        total.bias.resize(filters, 0.0);
        (weight, total.bias)
    }
}
