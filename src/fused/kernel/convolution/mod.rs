//! A stage of convolution on slices: 3x3 convolution, bias, ReLU and 2x2 max pooling, forward and back.
//!
//! ```text
//! z[y][x][f] = b[f] + sum over i, j in 0..3 and c of image[y + i - 1][x + j - 1][c] W[i][j][c][f]      (0 beyond the border)
//! out[y][x][f] = max(0, the largest of z[2y..2y + 2][2x..2x + 2][f])
//! ```
//!
//! The channels of a pixel lie side by side, so that a row of a window is a run of `3 channels` numbers: there is nothing to
//! gather. Around each image lies a border of zeros. The sums of two rows are pooled while they are in the cache; what is
//! kept for the way back is a byte for each number that comes out, which says which of the four sums it is.
//!
//! Of an odd side, the last row or column is dropped, as by Burn's and PyTorch's pooling.
//!
//! Vectors run along filters, or on the way back along channels, and each sum has its own order of additions, which the size of vectors and tiles does not
//! change. A batch is cut into parts by its size alone, and the gradients of the parts are added in their order. So the bits
//! are the same on every processor and for any number of threads.

mod backward;
mod forward;
mod pooling;
mod tiles;
mod winners;

pub use backward::{StageGradients, backward};
pub use forward::forward;

use super::Layer;

/// The fewest channels that the way back takes as vectors.
const MIN_CHANNELS: usize = 8;

/// Multiplications of a forward pass that are worth a part of its own.
const MIN_PART_WORK: usize = 1_000_000;

/// The most parts of a batch.
const MAX_PARTS: usize = 16;

/// A stage: the size of its images, and the linear layer of a window.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// Rows, columns and channels of what goes in.
    pub image: [usize; 3],
    /// The weight is `[3 * 3 * channels, filters]`, row after row.
    pub window: Layer<'a>,
}

impl Stage<'_> {
    fn filters(&self) -> usize {
        self.window.bias.len()
    }

    /// Rows and columns of what comes out.
    fn pooled(&self) -> [usize; 2] {
        [self.image[0] / 2, self.image[1] / 2]
    }

    /// Numbers that go in for an image, and come out.
    fn sizes(&self) -> [usize; 2] {
        let [rows, columns] = self.pooled();
        [self.image.into_iter().product(), rows * columns * self.filters()]
    }

    /// Images of each part of a batch.
    fn part_size(&self, images: usize) -> usize {
        let work = images * self.image[0] * self.image[1] * self.window.weight.len();
        let parts = (work / MIN_PART_WORK).clamp(1, MAX_PARTS).next_power_of_two();
        images.div_ceil(parts).max(1)
    }
}

/// An image with a border of zeros, in memory that is kept from one image to the next.
struct Bordered {
    values: Vec<f32>,
    /// Columns, with the border.
    width: usize,
    channels: usize,
}

impl Bordered {
    fn new(height: usize, width: usize, channels: usize) -> Self {
        let width = width + 2;
        Self { values: vec![0.0; (height + 2) * width * channels], width, channels }
    }

    /// Copies an image without a border, of pixels of `channels`, into this one, whose pixels may have more.
    #[inline(always)]
    fn fill(&mut self, image: &[f32], channels: usize) {
        let (row, stride) = ((self.width - 2) * channels, self.channels);
        for (y, values) in image.chunks_exact(row).enumerate() {
            let start = ((y + 1) * self.width + 1) * stride;
            let places = &mut self.values[start..start + (self.width - 2) * stride];
            if stride == channels {
                places.copy_from_slice(values);
                continue;
            }
            for (place, values) in places.chunks_exact_mut(stride).zip(values.chunks_exact(channels)) {
                place[..channels].copy_from_slice(values);
            }
        }
    }

    /// The other way.
    #[inline(always)]
    fn copy_to(&self, image: &mut [f32], channels: usize) {
        let (row, stride) = ((self.width - 2) * channels, self.channels);
        for (y, values) in image.chunks_exact_mut(row).enumerate() {
            let start = ((y + 1) * self.width + 1) * stride;
            let places = &self.values[start..start + (self.width - 2) * stride];
            for (place, values) in places.chunks_exact(stride).zip(values.chunks_exact_mut(channels)) {
                values.copy_from_slice(&place[..channels]);
            }
        }
    }
}
