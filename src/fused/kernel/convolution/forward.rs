//! A batch on its way through a stage.

use pulp::{Simd, WithSimd};

use super::pooling::pool;
use super::tiles::{Panels, sum_windows};
use super::{Bordered, Stage};
use crate::fused::kernel::workspace::run_tasks;
use crate::fused::kernel::{Executor, Instructions};

/// What comes out of a stage, `[images, rows, columns, filters]`, and which of its four sums each number is: a byte a number.
pub fn forward(
    instructions: Instructions,
    stage: Stage<'_>,
    images: &[f32],
    executor: &dyn Executor,
) -> (Vec<f32>, Vec<u8>) {
    let [inputs, outputs] = stage.sizes();
    let count = images.len() / inputs;
    let (mut out, mut winners) = (vec![0.0; count * outputs], vec![0; count * outputs]);
    let (weight, bias) = instructions.run(Pack { stage });
    let size = stage.part_size(count);
    let parts =
        images.chunks(size * inputs).zip(out.chunks_mut(size * outputs)).zip(winners.chunks_mut(size * outputs));
    let tasks: Vec<_> = parts
        .map(|((images, out), winners)| {
            let panels = Panels { weight: &weight, bias: &bias };
            move || instructions.run(Part { stage, panels, images, out, winners })
        })
        .collect();
    run_tasks(executor, tasks.into_iter());
    (out, winners)
}

/// Packs weight and bias into panels.
struct Pack<'a> {
    stage: Stage<'a>,
}

impl WithSimd for Pack<'_> {
    type Output = (Vec<f32>, Vec<f32>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        let (lanes, filters) = (S::F32_LANES, self.stage.filters());
        let window = self.stage.window;
        let taps = window.weight.len() / filters;
        let mut bias = vec![0.0; filters.next_multiple_of(lanes)];
        bias[..filters].copy_from_slice(window.bias);
        let mut weight = vec![0.0; bias.len() * taps];
        let vectors = S::as_mut_simd_f32s(&mut weight).0;
        for (tap, row) in window.weight.chunks_exact(filters).enumerate() {
            for (panel, weights) in row.chunks(lanes).enumerate() {
                vectors[panel * taps + tap] = simd.partial_load_f32s(weights);
            }
        }
        (weight, bias)
    }
}

/// One part of a batch.
struct Part<'a> {
    stage: Stage<'a>,
    panels: Panels<'a>,
    images: &'a [f32],
    out: &'a mut [f32],
    winners: &'a mut [u8],
}

impl WithSimd for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { stage, panels, images, out, winners } = self;
        let [height, width, channels] = stage.image;
        let ([rows, columns], filters) = (stage.pooled(), stage.filters());
        let [inputs, _] = stage.sizes();
        let stride = filters.next_multiple_of(S::F32_LANES);
        let mut bordered = Bordered::new(height, width, channels);
        let mut sums = vec![0.0; 4 * columns * stride];
        let row = columns * filters;
        let places = out.chunks_exact_mut(rows * row).zip(winners.chunks_exact_mut(rows * row));
        for (image, (out, winners)) in images.chunks_exact(inputs).zip(places) {
            bordered.fill(image, channels);
            for (y, (out, winners)) in out.chunks_exact_mut(row).zip(winners.chunks_exact_mut(row)).enumerate() {
                for (i, sums) in sums.chunks_exact_mut(2 * columns * stride).enumerate() {
                    sum_windows(simd, &bordered, 2 * y + i, 2 * columns, &panels, sums);
                }
                pool(&sums, stride, filters, out, winners);
            }
        }
    }
}
