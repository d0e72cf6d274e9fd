//! The reading report in English.

use crate::config::{Column, Fit, Paper};
use crate::error::brief;

use super::remark::short;
use super::{LeftOut, Reason, Remark, Thing};

pub(super) fn remark(remark: &Remark) -> String {
    match remark {
        Remark::Unit => "numbers from 0 to 1 are read as shares of 255".into(),
        Remark::Separator { separator } => format!("values are separated by {}", self::separator(*separator)),
        Remark::TrailingSeparator => "the separator at the end of each line is not a column".into(),
        Remark::DecimalComma => "numbers are read with decimal commas".into(),
        Remark::Utf16 => "the text is UTF-16".into(),
        Remark::Arff => "the table is an ARFF file".into(),
        Remark::NumberedHeader => "the first row counts the columns, and is taken for their names".into(),
        Remark::LabelColumn { column } => format!("{} is taken for the labels", self::column(column)),
        Remark::OneHotColumns { first, last } => format!(
            "{} to {} are taken for the labels: a column for each class (one-hot)",
            self::column(first),
            self::column(last)
        ),
        Remark::NumberedColumns => "pixels are put in the order of the numbers in their names".into(),
        Remark::MatchedColumns => "columns in another order are matched by their names".into(),
        Remark::Range { low, high } => {
            format!("numbers from {} to {} are read as grey values from 0 to 255", short(*low), short(*high))
        }
        Remark::Rounded => "numbers with fractions are rounded to whole grey values".into(),
        Remark::Clamped { count: 1 } => "1 number outside of the range is read as its nearest end".into(),
        Remark::Clamped { count } => format!("{count} numbers outside of the range are read as its nearest end"),
        Remark::Planes => {
            "each image of the array [n, 3, rows, columns] is read as three planes: red, green, blue".into()
        }
        Remark::Colours { has_colours: true, channels: 1 } => {
            "colours became grey (training with data.channels = 3 keeps them)".into()
        }
        Remark::Colours { has_colours: true, .. } => "images are read in colour: three values a pixel".into(),
        Remark::Colours { has_colours: false, .. } => "grey values became three equal ones a pixel".into(),
        Remark::OneHot { columns } => {
            format!("labels of {columns} columns are read as the number of the column with the 1")
        }
        Remark::ByShape { images, labels } => {
            format!("by their shapes, {images:?} is taken for the images, {labels:?} for the labels")
        }
        Remark::Transposed => "rows and columns are swapped, as data.transpose says".into(),
        Remark::DigitsFound { height, width } => {
            format!(
                "the digit on each {height}x{width} image is found, set upright and reduced to 8x8, as data.preprocess says"
            )
        }
        Remark::DigitsCentred { height, width } => {
            format!("the digit on each {height}x{width} image is found and centred in 28x28, as data.preprocess says")
        }
        Remark::WithoutDigit { count: 1, first } => {
            format!("no digit was found on 1 image ({first}): its answer is about blank paper")
        }
        Remark::WithoutDigit { count, first } => {
            format!("no digit was found on {count} images (the first is {first}): their answers are about blank paper")
        }
        Remark::Sideways { by_name: true } => {
            "EMNIST's images lie on their side: data.transpose = true sets them upright".into()
        }
        Remark::Sideways { by_name: false } => {
            "the images are wider than tall: if they lie on their side, data.transpose = true sets them upright".into()
        }
        Remark::Fit { fit: Fit::Letterbox } => "pictures of another shape than data.size get bars (data.fit)".into(),
        Remark::Fit { fit: Fit::Crop } => "pictures of another shape than data.size lose their edges (data.fit)".into(),
        Remark::Fit { fit: Fit::Stretch } => "pictures of another shape than data.size are stretched (data.fit)".into(),
        Remark::Paper { paper: Paper::Black } => "transparent pictures get black paper: most have light ink".into(),
        Remark::Paper { .. } => "transparent pictures get white paper: most have dark ink".into(),
        Remark::Inside { folder } => format!("the classes are taken from {folder}, the only folder with pictures"),
        Remark::OneClass { class } => {
            format!("several folders are called {class}, in different spellings of Unicode: they are one class")
        }
        Remark::Faint { max, scale } => format!(
            "grey values go up to {max}, but the network divides them by {scale}: check that they are of the range it was trained on"
        ),
    }
}

pub(super) fn left_out(entry: &LeftOut) -> String {
    let LeftOut { thing, reason, count, first } = entry;
    let things = match (count, thing) {
        (1, thing) => self::thing(*thing).to_string(),
        (_, Thing::File) => "files".into(),
        (_, Thing::Folder) => "folders".into(),
        (_, Thing::Column) => "columns".into(),
        (_, Thing::Row) => "rows".into(),
        (_, Thing::Array) => "arrays".into(),
        (_, Thing::Image) => "images".into(),
    };
    let more = match count.saturating_sub(first.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{count} {things} left out: {} ({}{more})", self::reason(reason), first.join(", "))
}

fn separator(separator: char) -> String {
    match separator {
        ' ' => "spaces".into(),
        '\t' => "tabs".into(),
        other => format!("{other:?}"),
    }
}

fn column(column: &Column) -> String {
    match column {
        Column::Name(name) => format!("column {:?}", brief(name)),
        Column::Position(position) => format!("column {position}"),
    }
}

pub(super) fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Hidden => "hidden".into(),
        Reason::System => "made by a system for itself".into(),
        Reason::Own => "made by this program".into(),
        Reason::NotAPicture { ending } if ending.is_empty() => "not a picture".into(),
        Reason::NotAPicture { ending } => format!("not a picture but .{ending}"),
        Reason::UnreadFormat { format } => format!("in the format {format}; convert to PNG or JPEG"),
        Reason::Special => "neither a file nor a folder".into(),
        Reason::ReadBefore => "a link to a folder that another link leads to".into(),
        Reason::NoPart => "its name says no part, such as train or test".into(),
        Reason::OtherFile => "not a file of this source".into(),
        Reason::OutsideClasses => "in no folder of a class".into(),
        Reason::Empty => "no pictures in it".into(),
        Reason::Index => "numbers the rows".into(),
        Reason::Blank => "no values in it".into(),
        Reason::Groups => "names groups, and data.group does not use it".into(),
        Reason::Setting => "in data.leave_out".into(),
        Reason::Unlabelled => "without labels; predict reads them".into(),
        Reason::BuiltIn => "the digits that are in the program".into(),
        Reason::OtherValidation => "data.validation holds out training images instead".into(),
        Reason::OtherName => "not named as images or labels".into(),
        Reason::Copy => "a copy of what is read".into(),
        Reason::LabelsAlone => "labels without images".into(),
        Reason::Compressed => "the same name without .gz is read".into(),
        Reason::Labels => "labels, which predict does not need".into(),
        Reason::NotTrained => "only training images train too".into(),
        Reason::NoDigit => "no digit was found".into(),
        Reason::OtherPart => "images of another part".into(),
    }
}

pub(super) fn thing(thing: Thing) -> &'static str {
    match thing {
        Thing::File => "file",
        Thing::Folder => "folder",
        Thing::Column => "column",
        Thing::Row => "row",
        Thing::Array => "array",
        Thing::Image => "image",
    }
}
