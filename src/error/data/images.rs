//! Problems with pixels, with labels, and with images that do not fit together.

/// A grey value that does not fit.
///
/// Values are whole numbers from 0 to 255, or have a range of their own.
#[derive(Debug, Clone, PartialEq)]
pub enum PixelProblem {
    /// Infinite, or not a number.
    NotFinite {
        /// The value.
        found: f64,
    },
    /// A whole number below 0 or above 255, among whole numbers.
    OutOfRange {
        /// The value.
        found: f64,
    },
    /// A value far outside of the range of the others.
    OutsideRange {
        /// The value.
        found: f64,
        /// The number that becomes 0.
        low: f64,
        /// The number that becomes 255.
        high: f64,
    },
}

/// A problem with labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelProblem {
    /// More different labels than a dataset can have classes.
    TooManyClasses {
        /// Number of different labels.
        found: usize,
        /// The maximum number of classes.
        max: usize,
    },
    /// The same label everywhere.
    OneClass {
        /// The label.
        class: String,
    },
    /// A label that is not in the list of classes.
    NotAClass {
        /// The label.
        label: String,
        /// Number of classes in the list.
        classes: usize,
    },
    /// Labels that name no class of a network.
    UnknownClass {
        /// The labels.
        found: Vec<String>,
        /// The classes of the network.
        classes: Vec<String>,
    },
}

/// Images that do not fit together, or not into the size that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum ImagesProblem {
    /// No images.
    None,
    /// More or fewer labels than images.
    LabelCount {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
    /// Test images of another size than the training images.
    OtherSize {
        /// Rows and columns of the test images.
        found: (usize, usize),
        /// Rows and columns of the training images.
        expected: (usize, usize),
    },
    /// Test images from 0 to 1 with training images of whole numbers, or the other way round.
    OtherRange {
        /// The test images are from 0 to 1.
        is_unit: bool,
    },
    /// Images of another size than a network reads.
    NotOfNetwork {
        /// Rows and columns of the images.
        found: (usize, usize),
        /// Rows and columns that the network reads.
        expected: (usize, usize),
    },
    /// Rows of another number of pixels than a network reads.
    RowNotOfNetwork {
        /// Values of an image.
        pixels: usize,
        /// Rows and columns that the network reads.
        expected: (usize, usize),
        /// Values of a pixel that the network reads.
        channels: usize,
    },
    /// Test images of numbers of a range, with training images of whole numbers from 0 to 255.
    OtherNumbers {
        /// The smallest number.
        low: f64,
        /// The largest number.
        high: f64,
    },
    /// Rows of another number of pixels than `data.size` makes.
    SizeSetting {
        /// Values of an image.
        pixels: usize,
        /// Rows in `data.size`.
        height: usize,
        /// Columns in `data.size`.
        width: usize,
        /// Values of a pixel.
        channels: usize,
    },
    /// Rows of pixels that do not make a square.
    NotSquare {
        /// Values of an image.
        pixels: usize,
        /// Values of a pixel.
        channels: usize,
    },
}

/// Images for `data.preprocess = "digit"` that are not digits as the preprocessing of pictures leaves them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigitsProblem {
    /// A size other than 8x8.
    Size {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
    },
    /// Values from 0 to 1.
    Unit,
    /// A value above 16.
    Value {
        /// The value.
        found: u8,
    },
}
