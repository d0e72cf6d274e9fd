//! Images: their sources, splits, checks, augmentation, and batches.

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
pub(crate) use batch::EVAL_BATCH_SIZE;
pub use batch::{Batch, Batcher, Shard, TrainingBatcher};
pub use check::{ClassCount, DataReport, Duplicates, check};
pub use dataset::{Dataset, Image, Images, Origin, Unit};
pub use grey::GreyValues;
pub(crate) use grey::MAX_SMALL_SCALE;
pub use labels::{Labels, MAX_CLASSES};
pub(crate) use order::k_fold;
pub use order::{Shuffle, epoch_order};
pub use pixels::{Bytes, Pixels};
pub use split::Split;
pub(crate) use split::group_by;

pub use crate::config::SplitName;
