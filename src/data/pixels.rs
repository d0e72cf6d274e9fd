//! The pixels of many images: bytes in memory, or in a mapped file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a dataset: in memory, or in a mapped file.
pub trait Bytes: Send + Sync {
    /// All of them.
    fn bytes(&self) -> &[u8];

    /// Frees their memory if they can be read from a file again.
    fn release(&self) {}
}

impl Bytes for Vec<u8> {
    fn bytes(&self) -> &[u8] {
        self
    }
}

impl Bytes for &'static [u8] {
    fn bytes(&self) -> &[u8] {
        self
    }
}

/// Values of images of one size: image after image, row after row, and the values of a pixel side by side.
#[derive(Clone)]
pub struct Pixels {
    /// Values of an image.
    size: usize,
    blocks: Vec<Block>,
}

/// Images that lie one after the other.
#[derive(Clone)]
struct Block {
    /// Index of the first image.
    first: usize,
    images: usize,
    bytes: Arc<dyn Bytes>,
    /// Position of the first image in `bytes`.
    start: usize,
}

impl Pixels {
    /// The images of `size` values in a range of bytes.
    ///
    /// # Panics
    /// If `size` is 0, or the range leaves the bytes or does not hold whole images.
    pub(crate) fn new(size: usize, bytes: Arc<dyn Bytes>, range: Range<usize>) -> Self {
        assert!(size > 0 && range.end <= bytes.bytes().len() && range.len().is_multiple_of(size), "whole images");
        let block = Block { first: 0, images: range.len() / size, bytes, start: range.start };
        Self { size, blocks: vec![block] }
    }

    /// Images of `size` values held in memory.
    ///
    /// # Panics
    /// If `size` is 0 or the bytes do not hold whole images.
    pub fn in_memory(size: usize, bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self::new(size, Arc::new(bytes), range)
    }

    /// Appends images of the same size.
    ///
    /// # Panics
    /// If the others have another size.
    #[must_use]
    pub(crate) fn then(mut self, others: Self) -> Self {
        assert_eq!(self.size, others.size, "images of one size");
        let first = self.len();
        self.blocks.extend(others.blocks.into_iter().map(|block| Block { first: first + block.first, ..block }));
        self
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.first + block.images)
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pixels of one image.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn image(&self, index: usize) -> &[u8] {
        let block = match self.blocks.as_slice() {
            [block] => block,
            blocks => &blocks[blocks.partition_point(|block| block.first <= index) - 1],
        };
        assert!(index - block.first < block.images, "image {index} of {}", self.len());
        &block.bytes.bytes()[block.start + (index - block.first) * self.size..][..self.size]
    }

    /// Some of the images, copied.
    pub(crate) fn select(&self, kept: &[usize]) -> Self {
        let mut bytes = Vec::with_capacity(kept.len() * self.size);
        kept.iter().for_each(|&image| bytes.extend_from_slice(self.image(image)));
        Self::in_memory(self.size, bytes)
    }

    /// The images with rows and columns swapped; they have rows of `width` pixels of `channels` values.
    pub(crate) fn transposed(&self, width: usize, channels: usize) -> Self {
        let mut bytes = Vec::with_capacity(self.len() * self.size);
        for image in 0..self.len() {
            transpose(self.image(image), width, channels, &mut bytes);
        }
        Self::in_memory(self.size, bytes)
    }

    /// The images that `make` makes of some pixels at a time, of `size` values each.
    pub(crate) fn mapped(&self, size: usize, make: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let mut bytes = Vec::with_capacity(self.len() * size);
        for image in 0..self.len() {
            bytes.extend(make(self.image(image)));
        }
        self.release();
        Self::in_memory(size, bytes)
    }

    /// Passes all pixels to `look` in their order, in chunks; no more than a chunk of a mapped file is in memory.
    pub(crate) fn for_each_chunk(&self, mut look: impl FnMut(&[u8])) {
        const CHUNK: usize = 1 << 24;
        for block in &self.blocks {
            let bytes = &block.bytes.bytes()[block.start..][..block.images * self.size];
            for chunk in bytes.chunks(CHUNK) {
                look(chunk);
                if bytes.len() > CHUNK {
                    block.bytes.release();
                }
            }
        }
    }

    /// Frees the memory of mapped images; they are read again when needed.
    pub(crate) fn release(&self) {
        self.blocks.iter().for_each(|block| block.bytes.release());
    }
}

/// Appends an image to `to` with its rows, which have `width` pixels of `channels` values, and columns swapped.
pub(crate) fn transpose(pixels: &[u8], width: usize, channels: usize, to: &mut Vec<u8>) {
    let of_column = |column: usize| pixels.chunks_exact(channels).skip(column).step_by(width);
    (0..width).for_each(|column| to.extend(of_column(column).flatten()));
}

impl PartialEq for Pixels {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.len() == other.len() && (0..self.len()).all(|i| self.image(i) == other.image(i))
    }
}

impl fmt::Debug for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} images of {} values", self.len(), self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_counted_across_blocks() {
        let a = Pixels::new(2, Arc::new(vec![9, 1, 2, 3, 4, 9]), 1..5);
        let b = Pixels::in_memory(2, vec![5, 6]);
        let both = a.clone().then(b);
        let all: Vec<&[u8]> = (0..both.len()).map(|i| both.image(i)).collect();
        assert_eq!(all, [[1, 2], [3, 4], [5, 6]]);
        assert_eq!(both, Pixels::in_memory(2, vec![1, 2, 3, 4, 5, 6]));
        assert_ne!(both, a);
        let rows = Pixels::in_memory(6, vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        let colours = Pixels::in_memory(6, vec![1, 2, 3, 4, 5, 6]);
        assert_eq!(colours.transposed(1, 3), colours);
        assert_eq!(colours.transposed(2, 3), colours);
        assert_eq!(rows.transposed(3, 1), Pixels::in_memory(6, vec![1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]));
        let mut seen = Vec::new();
        both.for_each_chunk(|chunk| seen.extend_from_slice(chunk));
        assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
    }
}
