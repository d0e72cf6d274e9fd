//! Problems with the sources of images, in English.

use super::super::{PathOption, SourceProblem};
use super::file::CHECK_PATH;
use crate::data::Part;
use crate::error::{Language, Message, brief};

const COLUMNS: &str = "a row has a column image, whose part bytes is a picture, and a column label";
const SET_SIZE: &str = "set data.size = [rows, columns] to bring all to one size";

pub(in crate::native::error) fn source(problem: &SourceProblem) -> Message {
    let (text, hint): (String, &str) = match problem {
        SourceProblem::NotFound { source, relative_to, option } => {
            let (name, set) = match option {
                PathOption::Set => ("data.path", "set it with --set data.path=..."),
                PathOption::Data => ("the path", "say where the images are with --data PATH"),
            };
            return Message::new(format!("cannot be read: {source}")).hint(match relative_to {
                Some(folder) => format!("{name} is relative to {folder}; {set}"),
                None => set.into(),
            });
        }
        SourceProblem::NoIdxFile { setting, name } => {
            return Message::new(format!("there is no file {name}, with .gz or without"))
                .hint(format!("name the file with {setting}, or check data.path"));
        }
        SourceProblem::TwoFiles { setting, files: [a, b] } => {
            return Message::new(format!("{a:?} and {b:?} could both be {setting}"))
                .hint(format!("name the right one: --set {setting}={a}, or --set {setting}={b}"));
        }
        SourceProblem::Unreadable { source } => (format!("cannot be read: {source}"), CHECK_PATH),
        SourceProblem::NotAFile => ("is not a file".into(), "name a file"),
        SourceProblem::NotAnIdxFolder => ("is not a folder".into(), "data.path is the folder with the idx files"),
        SourceProblem::NotAPictureFolder => {
            ("is not a folder".into(), "data.path is a folder with a folder for each class")
        }
        SourceProblem::Outside { setting, name } => {
            (format!("{setting} is {name:?}, which leads out of the folder"), "name a file in the folder data.path")
        }
        SourceProblem::LabelCount { labels, image_file, images } => (
            format!("{labels} labels, but {image_file} has {images} images"),
            "check that the two files belong together",
        ),
        SourceProblem::NoTrainTable => {
            ("there is no train.csv in this folder".into(), "name a file, or a folder with train.csv and test.csv")
        }
        SourceProblem::TwoTables { first, second } => (
            format!("{first} and {second} could be the same part"),
            "name one file, or leave one table with train and one with test in its name in the folder",
        ),
        SourceProblem::NoArrays => (
            "there is no x.npy in this folder, and no x_train.npy".into(),
            "save the images as x.npy, the labels as y.npy",
        ),
        SourceProblem::GroupPosition { position } => {
            (format!("data.group is {position}, but arrays have names"), "write the name of the array in quotes")
        }
        SourceProblem::ArrayLength { name, found, image_array, images } => (
            format!("array {name:?} has {found} values, but {image_array:?} has {images} images"),
            "give every image one value",
        ),
        SourceProblem::TestWithoutTrain { name } => {
            (format!("there is a folder {name}, but no folder train"), "call the folder of the training images train")
        }
        SourceProblem::NoClasses => {
            ("there is no folder with pictures in it".into(), "make a folder for each class, with its pictures in it")
        }
        SourceProblem::EmptyClass => {
            ("the folder of a class has no picture in it".into(), "put PNG or JPEG pictures into it, or remove it")
        }
        SourceProblem::LinkLoop { ancestor } => {
            (format!("is a link back to {ancestor}, and has no end"), "remove the link")
        }
        SourceProblem::ClassNotUtf8 => {
            ("the name of the folder of a class is not UTF-8".into(), "rename it with letters that every system has")
        }
        SourceProblem::PartTwice { part, other } => (
            format!("both this folder and {other} are named as {}", part_images(*part)),
            "join them, rename one, or move it away",
        ),
        SourceProblem::UnknownParts { folders, inside } => (
            format!(
                "the folders {} all have the same folders in them ({}): they look like parts, not like classes",
                folders.join(", "),
                inside.join(", ")
            ),
            "rename the parts to train and test (and val), or put the pictures of each class directly into its folder",
        ),
        SourceProblem::PictureSize { found: (height, width), first, expected: (rows, columns) } => {
            (format!("is {height}x{width} pixels, but {} is {rows}x{columns}", first.text(Language::English)), SET_SIZE)
        }
        SourceProblem::NoDigit { reason } => {
            (reason.message(Language::English).text, "remove the picture, or replace it with a better one")
        }
        SourceProblem::NoParquet => (
            "Parquet files need a program that is built with the feature parquet".into(),
            "build with it: cargo run --release --features parquet -- ...",
        ),
        SourceProblem::NoTrainParquet => (
            "there is no file for training in this folder".into(),
            "files are called train-....parquet and test-....parquet",
        ),
        SourceProblem::Parquet { error } => (format!("cannot be read: {error}"), COLUMNS),
        SourceProblem::ParquetDamaged => ("a file is damaged".into(), "get it again"),
        SourceProblem::NoRows => ("there are no rows".into(), COLUMNS),
        SourceProblem::NoPicture => ("there is no picture".into(), COLUMNS),
        SourceProblem::NoLabel => ("there is no label".into(), COLUMNS),
        SourceProblem::NoGroup => ("there is no group".into(), COLUMNS),
        SourceProblem::AlsoOfAlso => (
            "this experiment of data.also has a data.also itself".into(),
            "name all further sources in the first data.also",
        ),
        SourceProblem::AlsoSize { found: (height, width), expected: (rows, columns) } => (
            format!(
                "the images of data.also are {height}x{width}, but those that they train with are {rows}x{columns}"
            ),
            "bring both to one size by data.size or data.preprocess",
        ),
        SourceProblem::AlsoChannels { found, expected } => (
            format!(
                "the images of data.also have {found} values a pixel, but those that they train with have {expected}"
            ),
            "give both the same data.channels: 1 for grey, 3 for colours",
        ),
        SourceProblem::AlsoScale { found, expected } => (
            format!(
                "the grey values of these images of data.also go up to {found}, but those of the others to {expected}"
            ),
            "bring both to one range: data.preprocess = \"digit\" makes 0 to 16 of all",
        ),
        SourceProblem::AlsoClasses { found, classes } => (
            format!(
                "the images of data.also have the classes {}, but those that they train with {}",
                brief(&found.join(", ")),
                brief(&classes.join(", "))
            ),
            "give all sources the same classes by data.classes",
        ),
    };
    Message::new(text).hint(hint)
}

fn part_images(part: Part) -> &'static str {
    match part {
        Part::Train => "training images",
        Part::Validation => "validation images",
        Part::Test => "test images",
        Part::Unlabelled => "images without labels",
    }
}

/// The first of several errors, with the number of the others.
pub(in crate::native::error) fn several(first: Message, others: usize) -> Message {
    let others = match others {
        1 => "1 other file".into(),
        others => format!("{others} other files"),
    };
    Message { text: format!("{} (and {others} cannot be read)", first.text), ..first }
        .hint("`data check` with this configuration lists them all")
}
