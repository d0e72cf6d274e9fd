//! Which images train, which watch, which test.

use std::fmt;

use crate::config::DataConfig;

use super::Dataset;

/// The three parts of a dataset, as image indices in ascending order.
///
/// The first `data.train` images train, but for the last `data.validation` of them, which watch;
/// all the others test. Nothing but a finished network ever sees the test images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Images that are trained on.
    pub train: Vec<usize>,
    /// Images that training is watched on.
    pub validation: Vec<usize>,
    /// Images that a finished network is judged by.
    pub test: Vec<usize>,
}

/// One part of a [`Split`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitName {
    /// Images that are trained on.
    Train,
    /// Images that training is watched on.
    Validation,
    /// Images that a finished network is judged by.
    Test,
}

impl Split {
    /// Splits a dataset as the configuration says.
    ///
    /// A configuration that was read has `validation < train < dataset.len()`; others are cut to fit.
    pub fn new(dataset: &Dataset, config: &DataConfig) -> Self {
        let train = config.train.min(dataset.len());
        let held_out = train - config.validation.min(train);
        Self {
            train: (0..held_out).collect(),
            validation: (held_out..train).collect(),
            test: (train..dataset.len()).collect(),
        }
    }

    /// The images of one part.
    pub fn part(&self, name: SplitName) -> &[usize] {
        match name {
            SplitName::Train => &self.train,
            SplitName::Validation => &self.validation,
            SplitName::Test => &self.test,
        }
    }

    /// The part an image belongs to.
    pub fn part_of(&self, index: usize) -> SplitName {
        match index {
            i if self.train.binary_search(&i).is_ok() => SplitName::Train,
            i if self.validation.binary_search(&i).is_ok() => SplitName::Validation,
            _ => SplitName::Test,
        }
    }
}

impl SplitName {
    /// The word for it in options and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for SplitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
