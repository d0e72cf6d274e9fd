//! Images that do not split as an experiment asks.

use crate::config::SplitName;

/// A reason why images do not split into those that train, those held out, and those that test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitProblem {
    /// `data.train` leaves no image to train on, or none to test with.
    TrainSize {
        /// The images to train on.
        train: usize,
        /// The images they are taken from.
        images: usize,
        /// The source has test images of its own, so all others may train.
        has_test_images: bool,
    },
    /// `data.validation` leaves no image to train on.
    ValidationSize {
        /// The images to hold out.
        validation: usize,
        /// The images they are taken from.
        train: usize,
    },
    /// Early stopping without held-out images.
    NothingToWatch {
        /// The epochs of patience.
        patience: usize,
    },
    /// A batch larger than the training images.
    BatchSize {
        /// The images in a batch.
        batch_size: usize,
        /// The training images.
        images: usize,
    },
    /// A split that lacks some of the classes.
    MissingClasses {
        /// The split.
        split: SplitName,
        /// Its number of images.
        images: usize,
        /// Names of the classes that it lacks.
        classes: Vec<String>,
        /// The way to get all classes into it.
        remedy: ClassRemedy,
    },
    /// A split by group of images whose groups are not known.
    UnknownGroups,
    /// A split by group of images that are all of one group.
    OneGroup,
    /// More stages of convolution than the images can be halved.
    TooManyStages {
        /// The stages: the length of `model.filters`.
        stages: usize,
        /// Rows of an image.
        height: usize,
        /// Columns of an image.
        width: usize,
        /// The most stages that they can have.
        max: usize,
    },
    /// `augmentation.colour` for images that turned out to be grey.
    GreyColours,
    /// A split without images.
    Empty {
        /// The split.
        split: SplitName,
    },
}

/// A way to get all classes into a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassRemedy {
    /// Split by class.
    Stratify,
    /// More images: one for each split.
    TwoImagesEach,
    /// The same classes in the source's training and test images.
    SameClasses,
}
