//! A batch on its way back through a stage.
//!
//! With `d[y][x][f]` for the gradient of the loss by the sum `z[y][x][f]`, which pooling and ReLU give (`pooling.rs`), the chain
//! rule gives
//! - `b[f]`: each sum has it once, so its gradient is the sum of all `d[y][x][f]`;
//! - `W[i][j][c][f]`: `z[y][x][f]` has it times `image[y + i - 1][x + j - 1][c]`, so its gradient is the sum of these times
//!   `d[y][x][f]`;
//! - `image[y][x][c]`: each sum of a window that it is in has it times a weight, so its gradient is the sum of all these
//!   `d[..][f] W[i][j][c][f]`. Window by window: `d[y][x][f] W[i][j][c][f]` is added to the gradient of
//!   `image[y + i - 1][x + j - 1][c]`.
//!
//! Where an image has many channels, only the numbers of d that are not 0 are gone through (`winners.rs`). Where it has few,
//! as the first one, vectors run along the filters of all sums (`tiles.rs`).

use pulp::{Simd, WithSimd};

use super::pooling::unpool;
use super::tiles::add_products;
use super::winners::{Winners, add_windows, scatter};
use super::{Bordered, MIN_CHANNELS, Stage};
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

/// The weights of each filter as vectors of channels: `[filters, 9, padded channels]`.
struct Turn<'a> {
    stage: Stage<'a>,
}

impl WithSimd for Turn<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<f32> {
        let (filters, channels) = (self.stage.filters(), self.stage.image[2]);
        let stride = channels.next_multiple_of(S::F32_LANES);
        let mut turned = vec![0.0; 9 * stride * filters];
        for (input, row) in self.stage.window.weight.chunks_exact(filters).enumerate() {
            let place = input / channels * stride + input % channels;
            for (turned, weight) in turned.chunks_exact_mut(9 * stride).zip(row) {
                turned[place] = *weight;
            }
        }
        turned
    }
}

/// The gradients of weight and bias of one part.
#[derive(Default)]
struct Sums {
    /// `[filters, 9, padded channels]` where there are many channels, else in panels of filters.
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
        let (stride, padded) = (filters.next_multiple_of(S::F32_LANES), channels.next_multiple_of(S::F32_LANES));
        let has_vectors = channels >= MIN_CHANNELS;
        let size = if has_vectors { 9 * padded * filters } else { 9 * channels * stride };
        *sums = Sums { weight: vec![0.0; size], bias: vec![0.0; filters] };
        let mut listed = Winners::new(filters, rows * columns);
        let mut bordered = Bordered::new(height, width, if has_vectors { padded } else { channels });
        let mut delta = Bordered::new(height, width, if has_vectors { 0 } else { stride });
        let mut scattered = Bordered::new(height, width, if image_gradient.is_some() { padded } else { 0 });
        let batch = images.chunks_exact(inputs).zip(gradient.chunks_exact(outputs)).zip(winners.chunks_exact(outputs));
        for (index, ((image, gradient), winners)) in batch.enumerate() {
            bordered.fill(image, channels);
            listed.list(gradient, winners, columns, width + 2);
            for (sum, (_, gradients)) in sums.bias.iter_mut().zip(listed.of_filters()) {
                *sum += gradients.iter().sum::<f32>();
            }
            if has_vectors {
                add_windows(simd, &listed, &bordered, &mut sums.weight);
            } else {
                unpool(gradient, winners, filters, columns, &mut delta);
                add_products(simd, &bordered, &delta, [2 * rows, 2 * columns], &mut sums.weight);
            }
            if let Some(image_gradient) = &mut image_gradient {
                scattered.values.fill(0.0);
                scatter(simd, &listed, turned, &mut scattered);
                scattered.copy_to(&mut image_gradient[index * inputs..][..inputs], channels);
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
        let (filters, channels) = (self.stage.filters(), self.stage.image[2]);
        total.bias.resize(filters, 0.0);
        let mut weight = vec![0.0; 9 * channels * filters];
        if channels >= MIN_CHANNELS {
            let stride = channels.next_multiple_of(S::F32_LANES);
            for (input, row) in weight.chunks_exact_mut(filters).enumerate() {
                let place = input / channels * stride + input % channels;
                for (weight, sums) in row.iter_mut().zip(total.weight.chunks_exact(9 * stride)) {
                    *weight = sums[place];
                }
            }
            return (weight, total.bias);
        }
        let (vectors, taps) = (S::as_simd_f32s(&total.weight).0, 9 * channels);
        for (tap, row) in weight.chunks_exact_mut(filters).enumerate() {
            for (panel, values) in row.chunks_mut(S::F32_LANES).enumerate() {
                simd.partial_store_f32s(values, vectors[panel * taps + tap]);
            }
        }
        (weight, total.bias)
    }
}
