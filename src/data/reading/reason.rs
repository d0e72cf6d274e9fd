//! Reasons to leave something out.

/// A reason why something was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Its name begins with a point.
    Hidden,
    /// Made by an operating system or a program for itself: `Thumbs.db`, `__MACOSX`.
    System,
    /// Made by this program: `artifacts`.
    Own,
    /// Not a picture: a text, for example.
    NotAPicture {
        /// The ending of its name, in small letters; empty if there is none.
        ending: String,
    },
    /// A picture in a format that the program does not read.
    UnreadFormat {
        /// The name of the format.
        format: &'static str,
    },
    /// Neither a file nor a folder: a pipe, for example.
    Special,
    /// A link to a folder that was read through another link.
    ReadBefore,
    /// A file or folder beside those of the parts, whose name stands for none.
    NoPart,
    /// Not of the source's kind of file.
    OtherFile,
    /// In no folder of a class.
    OutsideClasses,
    /// A folder without pictures.
    Empty,
    /// A column that numbers the rows.
    Index,
    /// A column without values.
    Blank,
    /// A column of groups that no setting uses.
    Groups,
    /// A column that a setting leaves out.
    Setting,
    /// Images without labels, which neither train nor test.
    Unlabelled,
    /// Built-in digits, in a file of drawings.
    BuiltIn,
    /// The source's validation part, where `data.validation` holds out training images.
    OtherValidation,
    /// An array or a column that is named neither as images nor as labels.
    OtherName,
    /// The same values, or the same name, as what is read.
    Copy,
    /// Labels without images.
    LabelsAlone,
    /// A compressed file beside one of the same name that is not.
    Compressed,
    /// Labels, in a file that is only predicted.
    Labels,
    /// Images, in a file of which another part is predicted.
    OtherPart,
    /// Images of a further source that are not among its training images.
    NotTrained,
    /// Images on which no digit was found.
    NoDigit,
}
