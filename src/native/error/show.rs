//! Requests for pictures that cannot be drawn.

/// A request for a picture of something that is not there, or for one picture of several things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShowProblem {
    /// The steps of an image of the dataset, which has none.
    NoSteps {
        /// Index of the image.
        index: usize,
    },
    /// The steps of the images of a table, an array or an idx file, which have none.
    NoStepsOfRows {
        /// The file.
        file: String,
    },
    /// One file for the steps of several pictures.
    SeveralPictures {
        /// Number of the pictures.
        found: usize,
    },
    /// The negative of images that are read as they are.
    NotAPicture {
        /// Their file; `None` for an image of the dataset.
        file: Option<String>,
    },
    /// Pages for a network that does not read digits.
    NotDigits {
        /// The network: its run or file.
        run: String,
    },
    /// The hidden neurons of a network without any.
    NoHiddenNeurons,
}
