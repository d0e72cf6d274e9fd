//! Photographs of sheets that cannot be read.

use super::{Language, Message, english, french};

/// A corner of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Corner {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom right.
    BottomRight,
    /// Bottom left.
    BottomLeft,
}

/// A problem with a photograph of sheets, or with one of the sheets on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetProblem {
    /// No mark of a sheet was found.
    NoSheet,
    /// Marks of a sheet were not found: they are outside the picture, covered, or written over.
    MissingCorners {
        /// The number of the sheet.
        sheet: u16,
        /// The corners without a mark.
        corners: Vec<Corner>,
    },
    /// The marks are not where those of a flat sheet would be.
    NotFlat {
        /// The number of the sheet.
        sheet: u16,
    },
    /// Sheets with numbers that marks have no room for.
    TooManySheets {
        /// The last number asked for.
        last: u16,
        /// The largest number.
        max: u16,
    },
    /// Another photograph shows a sheet of the same number with other digits.
    OtherDigits {
        /// The number of both sheets.
        sheet: u16,
        /// The photograph of the sheet that was kept.
        kept: String,
    },
}

impl Corner {
    /// All corners, clockwise.
    pub const ALL: [Self; 4] = [Self::TopLeft, Self::TopRight, Self::BottomRight, Self::BottomLeft];
}

impl SheetProblem {
    /// True if the sheet was not read here, but from another photograph: `has` says which were read.
    pub fn is_made_good(&self, has: impl Fn(u16) -> bool) -> bool {
        match self {
            Self::MissingCorners { sheet, .. } | Self::NotFlat { sheet } => has(*sheet),
            Self::NoSheet | Self::TooManySheets { .. } | Self::OtherDigits { .. } => false,
        }
    }

    /// The problem and what to do about it, to follow the name of the photograph.
    pub fn message(&self, language: Language) -> Message {
        match language {
            Language::English => english::sheet(self),
            Language::French => french::sheet(self),
        }
    }
}
