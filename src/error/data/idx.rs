//! Problems with files of the MNIST family.

/// A problem with an idx file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdxProblem {
    /// Other bytes at the beginning.
    Magic {
        /// The first four bytes.
        found: [u8; 4],
    },
    /// Values that are not bytes.
    ValueType {
        /// The number of their type in the header.
        found: u8,
    },
    /// Neither images nor labels.
    Dimensions {
        /// Number of dimensions.
        found: u8,
    },
    /// Labels in the place of images.
    LabelsForImages,
    /// Images in the place of labels.
    ImagesForLabels,
    /// Images without pixels, or very large ones.
    ImageSize {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// Maximum height and width.
        max: usize,
    },
    /// Bytes after the last value.
    TooLong {
        /// The dimensions that the header promises.
        dimensions: Vec<usize>,
    },
    /// Fewer values than the header promises.
    TooShort {
        /// The dimensions that the header promises.
        dimensions: Vec<usize>,
        /// Number of values.
        found: usize,
    },
    /// An end before the header is complete, or within compressed bytes.
    CutShort,
    /// A file that cannot be read to its end.
    Stopped {
        /// The text of the operating system or of the decompressor.
        error: String,
    },
}
