//! Pictures, images and datasets that a network cannot read.

use std::fmt;

use super::{Language, Message, english, french};

/// An input that a network cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputProblem {
    /// A picture without a digit.
    NoDigit(NoDigit),
    /// An image with another number of pixels than the network has inputs.
    WrongImageSize {
        /// Pixels of the image.
        found: usize,
        /// Rows of the images that the network reads.
        height: usize,
        /// Columns of the images that the network reads.
        width: usize,
        /// Values of a pixel that the network reads.
        channels: usize,
    },
    /// A dataset whose images have another size, or another number of classes, than the network's.
    OtherDataset {
        /// The dataset's.
        found: DatasetShape,
        /// The network's.
        expected: DatasetShape,
    },
    /// A dataset with another class than the network's.
    OtherClass {
        /// Index of the first class that differs.
        index: usize,
        /// The dataset's.
        found: String,
        /// The network's.
        expected: String,
    },
}

/// The size of images, and the number of their classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatasetShape {
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// Values of a pixel.
    pub channels: usize,
    /// Number of classes.
    pub classes: usize,
}

/// The reason why there is no digit on a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDigit {
    /// One grey value everywhere.
    Uniform,
    /// Nothing stands out from the paper and its grain.
    Blank,
    /// All that stands out is too small, or a line across the picture.
    NoInk,
}

impl InputProblem {
    /// The input itself is right, but not for this network or command.
    pub(super) fn is_usage(&self) -> bool {
        !matches!(self, Self::NoDigit(_))
    }
}

impl NoDigit {
    /// The reason and what to do about it, to follow the name of the picture.
    pub fn message(self, language: Language) -> Message {
        match language {
            Language::English => english::no_digit(self),
            Language::French => french::no_digit(self),
        }
    }
}

impl fmt::Display for NoDigit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message(Language::English).fmt(f)
    }
}

impl std::error::Error for NoDigit {}
