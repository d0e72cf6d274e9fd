//! Picture files that cannot be read.

use crate::error::{NoDigit, SheetProblem};

/// Maximum number of pixels of a picture that is read: enough for the cameras of telephones. Messages advise it.
pub(crate) const MAX_PIXELS: u64 = 25_000_000;

/// A problem with a picture file, or with a folder of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureProblem {
    /// The operating system does not give its bytes.
    Unreadable {
        /// The answer of the operating system.
        error: String,
    },
    /// A folder in the place of a file.
    Folder,
    /// A folder without a picture in it.
    NoPictures,
    /// A file without bytes.
    Empty,
    /// A file that is too large to be read.
    TooManyBytes {
        /// The largest number of bytes.
        max: u64,
    },
    /// A picture that would take too much memory.
    TooLarge {
        /// Width and height; `None` if the decoder stopped before it knew them.
        size: Option<(u32, u32)>,
    },
    /// A width or a height of 0.
    NoPixels,
    /// Not a picture.
    OtherFormat,
    /// A picture in a format that this program does not read.
    UnreadFormat {
        /// Its name.
        format: &'static str,
    },
    /// A variety of a format that the decoder does not know.
    OtherVariety,
    /// Bytes that are missing, or do not fit together.
    Damaged,
    /// A picture on which no digit was found.
    NoDigit(NoDigit),
    /// A photograph of sheets, or a sheet on it, that was not read.
    Sheet(SheetProblem),
}

/// The use of a picture, which decides what to do about a problem with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureUse {
    /// A network is to read it.
    Recognise,
    /// A network is to learn from it.
    Train,
}
