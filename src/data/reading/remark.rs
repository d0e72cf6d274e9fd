//! Interpretations and guesses of the readers.

use crate::config::{Column, Fit, Paper};

/// An interpretation or a guess of a reader.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// Numbers from 0 to 1 became grey values from 0 to 255.
    Unit,
    /// The values of a table are separated by another character than a comma.
    Separator {
        /// The character.
        separator: char,
    },
    /// A table has a separator at the end of each line, which is no column.
    TrailingSeparator,
    /// Numbers of a table are written with decimal commas.
    DecimalComma,
    /// A text is in UTF-16.
    Utf16,
    /// A table is an ARFF file.
    Arff,
    /// The first row of a table counts its columns: it is a header.
    NumberedHeader,
    /// The labels are in a column that looks like labels.
    LabelColumn {
        /// The column.
        column: Column,
    },
    /// Each class has a column, with a 1 in that of the image's class.
    OneHotColumns {
        /// The column of the first class.
        first: Column,
        /// The column of the last class.
        last: Column,
    },
    /// The pixels of a table are in the order of the numbers in their names.
    NumberedColumns,
    /// The columns of a table are in another order than those of the training images: they were found by name.
    MatchedColumns,
    /// Numbers of another range became grey values from 0 to 255.
    Range {
        /// The number that became 0.
        low: f64,
        /// The number that became 255.
        high: f64,
    },
    /// Numbers with fractions became whole grey values.
    Rounded,
    /// Numbers a little outside of the range became its nearest end.
    Clamped {
        /// Count of these numbers.
        count: usize,
    },
    /// The images of an array are three planes each, red, green and blue, rather than rows of colours.
    Planes,
    /// The colours of images were kept, or became grey; or grey values became colours.
    Colours {
        /// The source has colours.
        has_colours: bool,
        /// Values of a pixel, as the images are read.
        channels: usize,
    },
    /// One-hot rows became the number of the column with the 1.
    OneHot {
        /// Number of columns.
        columns: usize,
    },
    /// Arrays of no usual name were taken for images and labels because of their shapes.
    ByShape {
        /// The array taken for the images.
        images: String,
        /// The array taken for the labels.
        labels: String,
    },
    /// Rows and columns of the images were swapped.
    Transposed,
    /// The digit on each image was found, and brought to 8x8.
    DigitsFound {
        /// Rows of the images in the source.
        height: usize,
        /// Their columns.
        width: usize,
    },
    /// The digit on each image was found, and centred.
    DigitsCentred {
        /// Rows of the images in the source.
        height: usize,
        /// Their columns.
        width: usize,
    },
    /// Images for a network to answer about on which no digit was found: they are answered about as blank paper.
    WithoutDigit {
        /// Their number.
        count: usize,
        /// The place of the first one.
        first: String,
    },
    /// Images that seem to lie on their side.
    Sideways {
        /// The file is called after EMNIST; else the images look like it.
        by_name: bool,
    },
    /// The fit of pictures of another shape than the images.
    Fit {
        /// The fit.
        fit: Fit,
    },
    /// The paper that was chosen for transparent pictures.
    Paper {
        /// White or black.
        paper: Paper,
    },
    /// The folder holds one folder alone, and the classes are taken from there.
    Inside {
        /// That folder.
        folder: String,
    },
    /// Folders whose names differ in their spelling in Unicode alone are one class.
    OneClass {
        /// Its name.
        class: String,
    },
    /// Images for a network to answer about, whose grey values are far below those of its training images.
    Faint {
        /// Their largest grey value.
        max: u8,
        /// The network's divisor of grey values.
        scale: f32,
    },
}

/// A number in three significant digits, or a whole number as it is.
pub(super) fn short(number: f64) -> String {
    let rounded = if number.fract() == 0.0 { None } else { format!("{number:.2e}").parse::<f64>().ok() };
    rounded.unwrap_or(number).to_string()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_short() {
        assert_eq!([-3.012_599_9, 65535.0, 0.5, 123.456].map(short), ["-3.01", "65535", "0.5", "123"]);
    }
}
