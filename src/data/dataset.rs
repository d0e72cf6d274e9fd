//! Labelled grey images of one size, held as bytes.

use sha2::{Digest, Sha256};

use crate::config::Source;
use crate::error::{Error, Result};

use super::digits;

/// Labelled grey images of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    pub(super) height: usize,
    pub(super) width: usize,
    /// The value of full ink; pixels are `0..=max_value`.
    pub(super) max_value: u8,
    pub(super) classes: Vec<String>,
    /// All pixels, image after image, row after row.
    pub(super) pixels: Vec<u8>,
    /// The class index of each image.
    pub(super) labels: Vec<u32>,
    /// The writer of each image, as a number; empty where it is not known.
    pub(super) writers: Vec<u32>,
}

/// One image of a [`Dataset`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Image<'a> {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The value of full ink.
    pub max_value: u8,
    /// Grey values `0..=max_value`, row after row.
    pub pixels: &'a [u8],
    /// Class index.
    pub label: usize,
}

impl Dataset {
    /// Opens the images a configuration names.
    ///
    /// # Errors
    /// [`Error::Dataset`] when they are not what they should be.
    pub fn open(source: Source) -> Result<Self> {
        match source {
            Source::Digits => Self::digits(),
        }
    }

    /// The 1,797 handwritten digits of 8x8 pixels, values 0 to 16, in the order of scikit-learn's `load_digits`.
    ///
    /// # Errors
    /// [`Error::Dataset`] when the embedded file was altered.
    ///
    /// Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0).
    pub fn digits() -> Result<Self> {
        digits::load()
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Rows of each image.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of each image.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels of each image: the number of inputs of a network that reads them.
    pub fn inputs(&self) -> usize {
        self.height * self.width
    }

    /// The value of full ink; pixels are `0..=max_value`.
    pub fn max_value(&self) -> u8 {
        self.max_value
    }

    /// The name of each class, in the order of the class indices.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// SHA-256 of sizes, pixels and labels, in hexadecimal: equal for equal images only.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for size in [self.len(), self.height, self.width] {
            hash.update((size as u64).to_le_bytes());
        }
        hash.update(&self.pixels);
        self.labels.iter().for_each(|label| hash.update(label.to_le_bytes()));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// One image.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] beyond the last one.
    pub fn image(&self, index: usize) -> Result<Image<'_>> {
        let (Some(pixels), Some(label)) = (self.pixels.chunks_exact(self.inputs()).nth(index), self.labels.get(index))
        else {
            return Err(Error::NoSuchImage { index, last: self.len().saturating_sub(1) });
        };
        Ok(Image { height: self.height, width: self.width, max_value: self.max_value, pixels, label: *label as usize })
    }

    /// The class index of an image that is known to exist.
    pub(crate) fn label(&self, index: usize) -> usize {
        self.labels[index] as usize
    }

    /// The writer of each image, as a number; `None` where writers are not known.
    pub fn writers(&self) -> Option<&[u32]> {
        (!self.writers.is_empty()).then_some(&self.writers)
    }

    /// The pixels of an image that is known to exist.
    pub(crate) fn pixels(&self, index: usize) -> &[u8] {
        &self.pixels[index * self.inputs()..][..self.inputs()]
    }
}
