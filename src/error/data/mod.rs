//! Problems with images and their files, with their values.

mod csv;
mod drawings;
mod idx;
mod images;
mod npz;

pub use csv::CsvProblem;
pub use drawings::{BuiltInProblem, DrawingProblem};
pub use idx::IdxProblem;
pub use images::{DigitsProblem, ImagesProblem, LabelProblem, PixelProblem};
pub use npz::NpzProblem;

use super::{Error, Language, Message, Place, english, french};

/// A problem with images, or with the bytes of their files.
#[derive(Debug, Clone, PartialEq)]
pub enum DataProblem {
    /// A text table.
    Csv(CsvProblem),
    /// A file of the MNIST family.
    Idx(IdxProblem),
    /// An array of NumPy, or an archive of them.
    Npz(NpzProblem),
    /// A grey value.
    Pixel(PixelProblem),
    /// A label.
    Label(LabelProblem),
    /// Images that do not fit together.
    Images(ImagesProblem),
    /// Images that are read as digits, but are not.
    Digits(DigitsProblem),
    /// The file of the built-in digits.
    BuiltIn(BuiltInProblem),
    /// A drawing of a class.
    Drawing(DrawingProblem),
    /// A problem in a file of drawings, where no configuration can help.
    DrawingsFile(Box<DataProblem>),
}

impl DataProblem {
    /// The problem in words, without its place.
    pub fn message(&self, language: Language) -> Message {
        match language {
            Language::English => english::data(self),
            Language::French => french::data(self),
        }
    }
}

impl Error {
    /// A problem with images.
    pub(crate) fn data(place: impl Into<Place>, problem: impl Into<DataProblem>) -> Self {
        Self::Data { place: Box::new(place.into()), problem: problem.into() }
    }
}

macro_rules! from {
    ($($problem:ty => $variant:ident,)*) => {$(
        impl From<$problem> for DataProblem {
            fn from(problem: $problem) -> Self {
                Self::$variant(problem)
            }
        }
    )*};
}

from! {
    CsvProblem => Csv,
    IdxProblem => Idx,
    NpzProblem => Npz,
    PixelProblem => Pixel,
    LabelProblem => Label,
    ImagesProblem => Images,
    DigitsProblem => Digits,
    BuiltInProblem => BuiltIn,
    DrawingProblem => Drawing,
}
