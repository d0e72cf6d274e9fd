//! The two sums of a convolution, in tiles whose sums stay in registers.
//!
//! As in `products.rs`, weights are packed in panels of as many filters as a vector has lanes, and multiplications and
//! additions round apart.

// The same index stands in several arrays of a tile.
#![allow(clippy::needless_range_loop)]

use pulp::Simd;

use super::Bordered;

/// The weights of all windows in panels: of each panel `9 * channels` vectors.
pub(super) struct Panels<'a> {
    pub weight: &'a [f32],
    /// Padded to whole panels; empty for 0.
    pub bias: &'a [f32],
}

/// The sums of the windows of row `y`: `out[x] = bias + sum over i, t of image[y + i][x..x + 3][t] * weight[i][t]`, where t
/// counts the numbers in a row of a window. The rows of `out` are padded to whole panels.
///
/// A tile is P pixels by N panels. Each weight that is loaded serves P pixels, and each number of the image N panels.
#[inline(always)]
pub(super) fn sum_windows<S: Simd>(
    simd: S,
    image: &Bordered,
    y: usize,
    pixels: usize,
    panels: &Panels<'_>,
    out: &mut [f32],
) {
    let (weight, bias) = (S::as_simd_f32s(panels.weight).0, S::as_simd_f32s(panels.bias).0);
    let out = S::as_mut_simd_f32s(out).0;
    let count = weight.len() / (9 * image.channels);
    // There are 32 registers of 16 lanes, and 16 of fewer.
    let has_room = S::F32_LANES == 16;
    let mut panel = 0;
    while panel < count {
        let is_wide = has_room && panel + 2 <= count;
        let mut x = 0;
        while x < pixels {
            let tile = Windows { image, y, x, weight, bias, panel };
            let rest = pixels - x;
            let out = Place { values: &mut out[x * count + panel..], stride: count };
            x += match (pixels.is_multiple_of(7), is_wide) {
                (true, true) => tile.sum::<S, 7, 2>(simd, out),
                (true, false) if has_room && rest >= 14 => tile.sum::<S, 14, 1>(simd, out),
                (true, false) => tile.sum::<S, 7, 1>(simd, out),
                (false, true) if rest >= 8 => tile.sum::<S, 8, 2>(simd, out),
                (false, true) if rest >= 2 => tile.sum::<S, 2, 2>(simd, out),
                (false, true) => tile.sum::<S, 1, 2>(simd, out),
                (false, false) if rest >= 8 => tile.sum::<S, 8, 1>(simd, out),
                (false, false) if rest >= 4 => tile.sum::<S, 4, 1>(simd, out),
                (false, false) => tile.sum::<S, 1, 1>(simd, out),
            };
        }
        panel += if is_wide { 2 } else { 1 };
    }
}

/// A place in vectors, with the distance to the next row.
struct Place<'a, V> {
    values: &'a mut [V],
    stride: usize,
}

/// The windows from pixel `x` of row `y` on, and the panels from `panel` on.
struct Windows<'a, V> {
    image: &'a Bordered,
    y: usize,
    x: usize,
    weight: &'a [V],
    bias: &'a [V],
    panel: usize,
}

impl<V: Copy> Windows<'_, V> {
    /// Sums P windows for N panels, and returns P.
    #[inline(always)]
    fn sum<S: Simd<f32s = V>, const P: usize, const N: usize>(self, simd: S, out: Place<'_, V>) -> usize {
        let Self { image, y, x, weight, bias, panel } = self;
        let run = 3 * image.channels;
        let mut sums = [[simd.splat_f32s(0.0); N]; P];
        if let Some(bias) = bias.get(panel..panel + N) {
            for sums in &mut sums {
                sums.copy_from_slice(bias);
            }
        }
        for i in 0..3 {
            let start = ((y + i) * image.width + x) * image.channels;
            // Not by `from_fn`, which is not always inlined: the compiler would not know the lengths.
            let mut pixels = [&image.values[..run]; P];
            for p in 0..P {
                pixels[p] = &image.values[start + p * image.channels..][..run];
            }
            let mut weights = [&weight[..run]; N];
            for n in 0..N {
                weights[n] = &weight[((panel + n) * 3 + i) * run..][..run];
            }
            for t in 0..run {
                for p in 0..P {
                    let value = simd.splat_f32s(pixels[p][t]);
                    for n in 0..N {
                        sums[p][n] = simd.add_f32s(sums[p][n], simd.mul_f32s(value, weights[n][t]));
                    }
                }
            }
        }
        for p in 0..P {
            for n in 0..N {
                out.values[p * out.stride + n] = sums[p][n];
            }
        }
        P
    }
}

/// `sums[i][t] += sum over y, x of image[y + i][x..x + 3][t] * delta[y][x]`, for an image and the gradient of its sums, which
/// has a border too. Only the first `rows` and `columns` of the gradient are not 0.
///
/// The sum over an image is complete before it is added: sums of sums lose fewer digits than one long sum. `sums` is in
/// panels as the weights are.
#[inline(always)]
pub(super) fn add_products<S: Simd>(
    simd: S,
    image: &Bordered,
    delta: &Bordered,
    [rows, columns]: [usize; 2],
    sums: &mut [f32],
) {
    let sums = S::as_mut_simd_f32s(sums).0;
    let run = 3 * image.channels;
    let panels = sums.len() / (3 * run);
    for panel in 0..panels {
        let tile = |row, first| Products { image, delta, rows, columns, row, first, panel, panels };
        let sums = &mut sums[panel * 3 * run..];
        if image.channels == 1 {
            tile(0, 0).add::<S, 3, 3>(simd, sums);
            continue;
        }
        for row in 0..3 {
            let mut first = 0;
            // 3 times the channels.
            while first < run {
                first += match run - first >= 9 {
                    true => tile(row, first).add::<S, 1, 9>(simd, sums),
                    false => tile(row, first).add::<S, 1, 3>(simd, sums),
                };
            }
        }
    }
}

/// The numbers of a window from `first` on in its row `row`, times a panel of the gradient.
struct Products<'a> {
    image: &'a Bordered,
    delta: &'a Bordered,
    rows: usize,
    columns: usize,
    row: usize,
    first: usize,
    panel: usize,
    panels: usize,
}

impl Products<'_> {
    /// Adds T numbers in each of I rows, and returns T.
    #[inline(always)]
    fn add<S: Simd, const I: usize, const T: usize>(self, simd: S, out: &mut [S::f32s]) -> usize {
        let Self { image, delta, rows, columns, row, first, panel, panels } = self;
        let (channels, deltas) = (image.channels, S::as_simd_f32s(&delta.values).0);
        let run = 3 * channels;
        let mut sums = [[simd.splat_f32s(0.0); T]; I];
        for y in 0..rows {
            let mut pixels = [&image.values[..]; I];
            for i in 0..I {
                pixels[i] = &image.values[(y + row + i) * image.width * channels + first..];
            }
            let deltas = deltas[((y + 1) * delta.width + 1) * panels + panel..].iter().step_by(panels);
            for (x, &delta) in deltas.take(columns).enumerate() {
                for i in 0..I {
                    let values: &[f32; T] = pixels[i][x * channels..].first_chunk().expect("a window is in the image");
                    for t in 0..T {
                        sums[i][t] = simd.add_f32s(sums[i][t], simd.mul_f32s(simd.splat_f32s(values[t]), delta));
                    }
                }
            }
        }
        for i in 0..I {
            for t in 0..T {
                let out = &mut out[(row + i) * run + first + t];
                *out = simd.add_f32s(*out, sums[i][t]);
            }
        }
        T
    }
}
