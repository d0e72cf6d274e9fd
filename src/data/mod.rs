//! Where the digits come from and how they become batches.

mod augmentation;
mod batch;
mod dataset;
mod digits;
mod order;
mod split;

pub use augmentation::{Augmenter, Scratch, Variation};
pub(crate) use batch::LARGEST_BATCH;
pub use batch::{Batch, Batcher, TrainingBatcher};
pub use dataset::{Dataset, Image};
pub(crate) use order::deal;
pub use order::epoch_order;
pub use split::{Split, SplitName};
