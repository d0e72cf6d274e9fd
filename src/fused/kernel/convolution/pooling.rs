//! ReLU and 2x2 max pooling, forward and back.
//!
//! `max(0, max(a, b, c, d))` is the largest of the four where one is above 0, else 0. So its derivative is 1 for the first of
//! the largest, and 0 for the others; where none is above 0 it is 0 for all.

use super::Bordered;

/// The winner where none of the four sums is above 0.
pub(super) const NONE: u8 = 4;

/// Pools two rows of sums, whose pixels lie `stride` numbers apart, and writes which of the four won.
#[inline(always)]
pub(super) fn pool(sums: &[f32], stride: usize, filters: usize, out: &mut [f32], winners: &mut [u8]) {
    let (upper, lower) = sums.split_at(sums.len() / 2);
    let squares = upper.chunks_exact(2 * stride).zip(lower.chunks_exact(2 * stride));
    let places = out.chunks_exact_mut(filters).zip(winners.chunks_exact_mut(filters));
    for ((upper, lower), (out, winners)) in squares.zip(places) {
        let [a, b] = [&upper[..filters], &upper[stride..][..filters]];
        let [c, d] = [&lower[..filters], &lower[stride..][..filters]];
        for i in 0..filters {
            let (mut largest, mut winner) = (a[i], 0);
            for (sum, number) in [(b[i], 1), (c[i], 2), (d[i], 3)] {
                let wins = sum > largest;
                largest = if wins { sum } else { largest };
                winner = if wins { number } else { winner };
            }
            // The comparison is false for NaN, which goes through.
            let none = largest <= 0.0;
            out[i] = if none { 0.0 } else { largest };
            winners[i] = if none { NONE } else { winner };
        }
    }
}

/// The gradient of an image's sums from that of its pooled numbers.
#[inline(always)]
pub(super) fn unpool(gradient: &[f32], winners: &[u8], filters: usize, columns: usize, delta: &mut Bordered) {
    let places = gradient.chunks_exact(filters).zip(winners.chunks_exact(filters));
    let row = delta.width * delta.channels;
    for (place, (gradient, winners)) in places.enumerate() {
        let (y, x) = (2 * (place / columns) + 1, 2 * (place % columns) + 1);
        let first = y * row + x * delta.channels;
        let starts = [first, first + delta.channels, first + row, first + row + delta.channels];
        for (number, start) in (0..).zip(starts) {
            let delta = &mut delta.values[start..][..filters];
            for ((delta, &gradient), &winner) in delta.iter_mut().zip(gradient).zip(winners) {
                *delta = keep(gradient, winner == number);
            }
        }
    }
}

/// The value, or 0: by a mask, because a branch would be mispredicted half of the time.
#[inline(always)]
fn keep(value: f32, is_kept: bool) -> f32 {
    f32::from_bits(value.to_bits() & u32::from(is_kept).wrapping_neg())
}
