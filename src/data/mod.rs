//! Where the digits come from and how they become batches.

mod batch;
mod dataset;
mod digits;
mod order;
mod split;

pub(crate) use batch::LARGEST_BATCH;
pub use batch::{Batch, Batcher};
pub use dataset::{Dataset, Image};
pub use order::epoch_order;
pub use split::{Split, SplitName};
