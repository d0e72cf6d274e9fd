//! NumPy arrays: `.npz` archives and the `.npy` files in them.
//!
//! Images are an array `[n, rows, columns]` or `[n, pixels]` of numbers, or of colours; labels are an array `[n]` of whole
//! numbers or words, or one-hot. Uncompressed arrays of bytes are not copied: they stay in the bytes of the archive.

mod archive;
mod array;
mod header;
mod images;
mod labels;
mod stream;
mod values;
mod write;

pub use archive::Archive;
pub use array::Array;
pub use images::ArrayImages;
pub use labels::ArrayLabels;
pub use stream::ImageStream;
pub(crate) use values::half;
pub use write::{write, write_part};
