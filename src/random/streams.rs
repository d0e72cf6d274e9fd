//! The first numbers of eight streams at once: augmentation takes a few numbers of a stream of its own for each image.
//!
//! Stream by stream, setting up and drawing number by number would cost more than the arithmetic. Here the streams lie side
//! by side, so that each line below is one vector instruction for all of them.

use super::{Purpose, Seed, centre_quantile, probability, tail_quantile};

/// Streams that are computed together: as many words as a register of AVX2 has.
pub(crate) const STREAMS: usize = 8;

/// The numbers of each stream: two blocks of ChaCha.
const WORDS: usize = 32;

/// The first 32 words of eight streams; those that [`Seed::generator`] draws one after the other.
pub(crate) struct Streams([[u32; STREAMS]; WORDS]);

impl Streams {
    // What is not inlined into a function with vector instructions is compiled without them. So here and below: functions
    // are always inlined, and loops have no closures.
    #[inline(always)]
    pub(crate) fn new(seed: &Seed, purposes: [Purpose; STREAMS]) -> Self {
        let streams = purposes.map(Purpose::stream);
        let mut words = [[0; STREAMS]; WORDS];
        for (counter, block) in words.chunks_exact_mut(16).enumerate() {
            chacha8(&seed.key(), counter as u32, &streams, block);
        }
        Self(words)
    }

    /// The number in `0..1`, one of 2^24, that a word of a stream stands for.
    #[inline(always)]
    pub(crate) fn unit_f32(&self, word: usize, stream: usize) -> f32 {
        (self.0[word][stream] >> 8) as f32 / (1u32 << 24) as f32
    }

    /// The standard normal numbers that the words from `first` on stand for, as [`Generator::normal`](super::Generator).
    #[inline(always)]
    pub(crate) fn normals<const N: usize>(&self, first: usize) -> [[f32; STREAMS]; N] {
        let mut normals = [[0.0; STREAMS]; N];
        let words = self.0[first..first + N].as_flattened();
        // All as if they were in the centre, without a branch; then one in twenty again.
        for (normal, word) in normals.as_flattened_mut().iter_mut().zip(words) {
            *normal = centre_quantile(probability(*word)) as f32;
        }
        for (normal, word) in normals.as_flattened_mut().iter_mut().zip(words) {
            if is_in_tail(*word) {
                *normal = tail_quantile(probability(*word)) as f32;
            }
        }
        normals
    }
}

/// Returns whether the probability of a word lies outside [`centre_quantile`]'s range.
#[inline(always)]
fn is_in_tail(word: u32) -> bool {
    const TAIL: u32 = (super::TAIL * (1u64 << 32) as f64 + 0.5) as u32;
    word.wrapping_add(TAIL) < 2 * TAIL
}

/// A block of ChaCha with 8 rounds (D. J. Bernstein, 2008) for each stream, with a counter and a stream number of 64 bits.
#[inline(always)]
fn chacha8(key: &[u32; 8], counter: u32, streams: &[u64; STREAMS], block: &mut [[u32; STREAMS]]) {
    let mut start = [[0; STREAMS]; 16];
    // "expand 32-byte k"
    for (row, constant) in start.iter_mut().zip([0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]) {
        *row = [constant; STREAMS];
    }
    for (row, key) in start[4..].iter_mut().zip(key) {
        *row = [*key; STREAMS];
    }
    start[12] = [counter; STREAMS];
    for (i, stream) in streams.iter().enumerate() {
        start[14][i] = *stream as u32;
        start[15][i] = (*stream >> 32) as u32;
    }
    let mut state = start;
    for _ in 0..4 {
        quarter_round(&mut state, 0, 4, 8, 12);
        quarter_round(&mut state, 1, 5, 9, 13);
        quarter_round(&mut state, 2, 6, 10, 14);
        quarter_round(&mut state, 3, 7, 11, 15);
        quarter_round(&mut state, 0, 5, 10, 15);
        quarter_round(&mut state, 1, 6, 11, 12);
        quarter_round(&mut state, 2, 7, 8, 13);
        quarter_round(&mut state, 3, 4, 9, 14);
    }
    for (out, (state, start)) in
        block.as_flattened_mut().iter_mut().zip(state.as_flattened().iter().zip(start.as_flattened()))
    {
        *out = state.wrapping_add(*start);
    }
}

#[inline(always)]
fn quarter_round(state: &mut [[u32; STREAMS]; 16], a: usize, b: usize, c: usize, d: usize) {
    add_xor_rotate(state, a, b, d, 16);
    add_xor_rotate(state, c, d, b, 12);
    add_xor_rotate(state, a, b, d, 8);
    add_xor_rotate(state, c, d, b, 7);
}

/// `a += b; d = (d ^ a) <<< bits`.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "three rows of one array")]
fn add_xor_rotate(state: &mut [[u32; STREAMS]; 16], a: usize, b: usize, d: usize, bits: u32) {
    for i in 0..STREAMS {
        state[a][i] = state[a][i].wrapping_add(state[b][i]);
        state[d][i] = (state[d][i] ^ state[a][i]).rotate_left(bits);
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::rand_core::Rng;

    use super::*;

    #[test]
    fn streams_side_by_side_have_the_numbers_of_streams_one_by_one() {
        for (seed, epoch) in [(0, 1), (7, 2000), (u64::MAX, 1_000_000)] {
            let seed = Seed::new(seed);
            let purposes = std::array::from_fn(|i| Purpose::Augmentation { epoch, image: (i << 37) + 3 * i });
            let streams = Streams::new(&seed, purposes);
            let normals: [[f32; STREAMS]; WORDS] = streams.normals(0);
            for (i, purpose) in purposes.into_iter().enumerate() {
                let (mut words, mut expected) = (seed.generator(purpose), seed.generator(purpose));
                for (row, normals) in streams.0.iter().zip(normals) {
                    assert_eq!(row[i], words.0.next_u32());
                    assert_eq!(normals[i].to_bits(), (expected.normal() as f32).to_bits());
                }
            }
        }
    }

    #[test]
    fn the_tails_are_those_of_the_quantile() {
        let edge = (super::super::TAIL * (1u64 << 32) as f64) as u32;
        let words = (edge - 2..edge + 3).flat_map(|word| [word, !word]).chain([0, u32::MAX, 1 << 31]);
        for word in words {
            let is_central = (probability(word) - 0.5).abs() <= 0.5 - super::super::TAIL;
            assert_eq!(is_in_tail(word), !is_central, "{word}");
        }
    }
}
