//! Where images come from and how they become batches.

mod augmentation;
mod batch;
mod check;
mod dataset;
pub(crate) mod digits;
mod grey;
mod labels;
mod order;
mod pixels;
mod split;

pub use augmentation::{Augmenter, Scratch, Variation};
pub(crate) use batch::LARGEST_BATCH;
pub use batch::{Batch, Batcher, Part, TrainingBatcher};
pub use check::{ClassCount, DataReport, Duplicates, check};
pub use dataset::{Dataset, Image, Images, Origin};
pub use grey::GreyValues;
pub use labels::{Labels, MOST_CLASSES};
pub(crate) use order::deal;
pub use order::{Shuffle, epoch_order};
pub use pixels::{Bytes, Pixels};
pub(crate) use split::parted;
pub use split::{Split, SplitName};
