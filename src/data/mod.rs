//! Images: their sources, splits, checks, augmentation, and batches.

mod augmentation;
mod batch;
mod check;
pub(crate) mod colour;
mod dataset;
pub(crate) mod digits;
mod grey;
mod labels;
mod licences;
mod order;
mod pixels;
mod reading;
mod readings;
mod sideways;
mod split;

pub use batch::{Batch, Batcher, TrainingBatcher};
pub(crate) use batch::{EVAL_BATCH_SIZE, HostBatch};
pub use check::{ClassCount, DataReport, Duplicates, check, urgent_advice};
pub use dataset::{Dataset, Image, Images, Origin, Parts, Unit};
pub(crate) use grey::MAX_SMALL_SCALE;
pub use grey::{Grey, GreyRange, GreyValues};
pub use labels::{Labels, MAX_CLASSES};
pub use licences::{DATA_LICENCES, DataLicence};
pub(crate) use order::k_fold;
pub use order::{Shuffle, epoch_order};
pub use pixels::Pixels;
pub(crate) use pixels::transpose;
pub use reading::{LeftOut, Part, PartRead, Reading, Reason, Remark, Thing};
pub(crate) use readings::{Movement, READINGS, Readings};
pub(crate) use sideways::lie_on_their_side;
pub use split::Split;
pub(crate) use split::group_by;

pub use crate::config::SplitName;

// The parts of a batch that only drivers of training need, and those that tests look at.
#[doc(hidden)]
pub use augmentation::{Augmenter, Paper, Variation};
#[doc(hidden)]
pub use batch::Shard;
#[doc(hidden)]
pub use pixels::Bytes;
