//! Problems with NumPy's arrays.

/// A problem with an array, or with an archive of arrays.
#[derive(Debug, Clone, PartialEq)]
pub enum NpzProblem {
    /// Bytes that are not a zip archive.
    NotAnArchive {
        /// The text of the library that reads it.
        error: String,
    },
    /// Bytes that are shorter than the header of an array.
    NotAnArray {
        /// The text of the reader.
        error: String,
    },
    /// Bytes that do not begin with NumPy's signature.
    NoSignature,
    /// A header of something else than a plain array.
    NotPlain,
    /// A header that the reader of arrays does not understand.
    Header,
    /// An array of Python objects.
    Objects,
    /// Values of a type and in a number that images never have.
    Promise {
        /// NumPy's name of the type.
        kind: String,
        /// The shape of the array.
        shape: Vec<u64>,
    },
    /// An archive without the array.
    NoArray {
        /// The array.
        name: String,
        /// The arrays of the archive.
        known: Vec<String>,
    },
    /// No array whose name says that it holds images to train on.
    NoImages {
        /// The arrays and their shapes.
        known: Vec<(String, Vec<u64>)>,
    },
    /// No array whose name or shape says that it holds images.
    NoImagesToPredict {
        /// The arrays and their shapes.
        known: Vec<(String, Vec<u64>)>,
    },
    /// Images to train on without labels.
    NoLabels {
        /// The array of images.
        images: String,
    },
    /// Two arrays that could hold the images, or the labels, of a part.
    TwoArrays {
        /// The setting that names the right one.
        setting: &'static str,
        /// Both arrays.
        arrays: [String; 2],
    },
    /// An array that cannot be read to its end.
    Stopped {
        /// The text of the library that reads it.
        error: String,
    },
    /// An array that ends after the end of the archive.
    BeyondEnd,
    /// Fewer or more bytes than the header promises.
    Length {
        /// The shape of the array.
        shape: Vec<u64>,
        /// Bytes of such an array.
        bytes: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// A shape that is not one of images.
    ImagesShape {
        /// The shape of the array.
        shape: Vec<u64>,
    },
    /// No images, or images without pixels, or very large ones.
    ImagesSize {
        /// The shape of the array.
        shape: Vec<u64>,
        /// Maximum height and width.
        max: usize,
    },
    /// Images of another size than the configuration says.
    OtherSize {
        /// Rows and columns of the images.
        found: (usize, usize),
        /// Rows and columns in `data.size`.
        expected: (usize, usize),
    },
    /// A shape that is not one of labels.
    LabelsShape {
        /// The shape of the array.
        shape: Vec<u64>,
    },
    /// A label that is not a whole number.
    LabelValue {
        /// The label.
        found: f64,
    },
    /// Labels in several columns that are not one-hot.
    NotOneHot {
        /// The shape of the array.
        shape: Vec<u64>,
    },
    /// Images whose values are not numbers, or not of a size that is read.
    ImageType {
        /// NumPy's name of the type.
        kind: String,
    },
    /// Labels that are neither numbers nor words.
    LabelType {
        /// NumPy's name of the type.
        kind: String,
    },
}
