//! The way back through pooling and convolution, by the sums that won alone.
//!
//! Of four sums one goes on at most, so that three quarters of the gradient of the sums and more are 0. For each filter the
//! others are listed. A number of the gradient then touches the 9 pixels of its window, whose channels fill vectors: a quarter
//! of the multiplications of a convolution. Terms that are 0 change no bit of a sum, so that the order of the other ones is
//! still one that sizes decide: pixel after pixel, or filter after filter.

// The same index stands in several arrays of a tile.
#![allow(clippy::needless_range_loop)]

use pulp::Simd;

use super::Bordered;
use super::pooling::NONE;

/// For each filter, the numbers of its gradient that are not 0.
pub(super) struct Winners {
    /// Pooled numbers of a filter.
    places: usize,
    /// Of each filter, how many there are.
    counts: Vec<usize>,
    /// The pixel in an image with a border where the window begins, `[filters, places]`.
    pixels: Vec<u32>,
    /// `[filters, places]`
    gradients: Vec<f32>,
}

impl Winners {
    pub fn new(filters: usize, places: usize) -> Self {
        let size = filters * places;
        Self { places, counts: vec![0; filters], pixels: vec![0; size], gradients: vec![0.0; size] }
    }

    /// Lists those of an image, whose pooled rows have `columns` numbers of each filter; `width` is that of a row with its
    /// border.
    #[inline(always)]
    pub fn list(&mut self, gradient: &[f32], winners: &[u8], columns: usize, width: usize) {
        let filters = self.counts.len();
        self.counts.fill(0);
        let places = gradient.chunks_exact(filters).zip(winners.chunks_exact(filters));
        for (place, (gradient, winners)) in places.enumerate() {
            let first = 2 * (place / columns) * width + 2 * (place % columns);
            let pixels = [first, first + 1, first + width, first + width + 1, 0].map(|pixel| pixel as u32);
            for (filter, (&gradient, &winner)) in gradient.iter().zip(winners).enumerate() {
                // Written in any case, and overwritten by the next if it does not count.
                let next = filter * self.places + self.counts[filter];
                self.pixels[next] = pixels[usize::from(winner).min(4)];
                self.gradients[next] = gradient;
                self.counts[filter] += usize::from(winner != NONE);
            }
        }
    }

    /// The windows and gradients of each filter.
    #[inline(always)]
    pub fn of_filters(&self) -> impl Iterator<Item = (&[u32], &[f32])> {
        let all = self.pixels.chunks_exact(self.places).zip(self.gradients.chunks_exact(self.places));
        all.zip(&self.counts).map(|((pixels, gradients), &count)| (&pixels[..count], &gradients[..count]))
    }
}

/// `sums[filter][i][j] += sum over the windows of gradient * image[i][j]`, as vectors of channels.
///
/// `sums` is `[filters, 9, padded channels]`; the channels of the image are padded.
#[inline(always)]
pub(super) fn add_windows<S: Simd>(simd: S, winners: &Winners, image: &Bordered, sums: &mut [f32]) {
    let panels = image.channels / S::F32_LANES;
    let (values, sums) = (S::as_simd_f32s(&image.values).0, S::as_mut_simd_f32s(sums).0);
    for ((pixels, gradients), sums) in winners.of_filters().zip(sums.chunks_exact_mut(9 * panels)) {
        let windows = Windows { pixels, gradients, width: image.width, panels };
        let mut panel = 0;
        while panel < panels {
            // 18 sums of 16 lanes fit into registers, but not of fewer.
            panel += match S::F32_LANES == 16 && panel + 2 <= panels {
                true => windows.add::<S, 2>(simd, &values[panel..], &mut sums[panel..]),
                false => windows.add::<S, 1>(simd, &values[panel..], &mut sums[panel..]),
            };
        }
    }
}

/// `image[i][j] += gradient * weight[filter][i][j]` for each window, as vectors of channels.
///
/// `weight` is `[filters, 9, padded channels]`; the channels of the image are padded.
#[inline(always)]
pub(super) fn scatter<S: Simd>(simd: S, winners: &Winners, weight: &[f32], image: &mut Bordered) {
    let (panels, width) = (image.channels / S::F32_LANES, image.width);
    let (weight, values) = (S::as_simd_f32s(weight).0, S::as_mut_simd_f32s(&mut image.values).0);
    for ((pixels, gradients), weight) in winners.of_filters().zip(weight.chunks_exact(9 * panels)) {
        let windows = Windows { pixels, gradients, width, panels };
        let mut panel = 0;
        while panel < panels {
            panel += match S::F32_LANES == 16 && panel + 2 <= panels {
                true => windows.scatter::<S, 2>(simd, &weight[panel..], &mut values[panel..]),
                false => windows.scatter::<S, 1>(simd, &weight[panel..], &mut values[panel..]),
            };
        }
    }
}

/// The windows of a filter in an image of `panels` vectors a pixel.
struct Windows<'a> {
    pixels: &'a [u32],
    gradients: &'a [f32],
    width: usize,
    panels: usize,
}

impl Windows<'_> {
    /// For N panels, whose number is returned.
    #[inline(always)]
    fn add<S: Simd, const N: usize>(&self, simd: S, image: &[S::f32s], out: &mut [S::f32s]) -> usize {
        let mut sums = [[simd.splat_f32s(0.0); N]; 9];
        for (&pixel, &gradient) in self.pixels.iter().zip(self.gradients) {
            let gradient = simd.splat_f32s(gradient);
            for i in 0..3 {
                let row = &image[(pixel as usize + i * self.width) * self.panels..];
                for j in 0..3 {
                    let values: &[S::f32s; N] = row[j * self.panels..].first_chunk().expect("a pixel has all panels");
                    for n in 0..N {
                        sums[3 * i + j][n] = simd.add_f32s(sums[3 * i + j][n], simd.mul_f32s(gradient, values[n]));
                    }
                }
            }
        }
        for t in 0..9 {
            for n in 0..N {
                let out = &mut out[t * self.panels + n];
                *out = simd.add_f32s(*out, sums[t][n]);
            }
        }
        N
    }

    /// For N panels, whose number is returned.
    #[inline(always)]
    fn scatter<S: Simd, const N: usize>(&self, simd: S, weight: &[S::f32s], image: &mut [S::f32s]) -> usize {
        let mut weights = [[simd.splat_f32s(0.0); N]; 9];
        for t in 0..9 {
            weights[t].copy_from_slice(&weight[t * self.panels..][..N]);
        }
        for (&pixel, &gradient) in self.pixels.iter().zip(self.gradients) {
            let gradient = simd.splat_f32s(gradient);
            for i in 0..3 {
                let row = &mut image[(pixel as usize + i * self.width) * self.panels..];
                for j in 0..3 {
                    let values: &mut [S::f32s; N] =
                        row[j * self.panels..].first_chunk_mut().expect("a pixel has all panels");
                    for n in 0..N {
                        values[n] = simd.add_f32s(values[n], simd.mul_f32s(gradient, weights[3 * i + j][n]));
                    }
                }
            }
        }
        N
    }
}
