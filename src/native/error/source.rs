//! Problems with the files and folders that images come from.

use std::io;

use crate::data::Part;
use crate::error::{NoDigit, Place};

/// The option of a command that says where images are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathOption {
    /// `--set data.path=...`, beside a configuration.
    Set,
    /// `--data PATH`, beside a run.
    Data,
}

/// A problem with a file or folder of images.
#[derive(Debug)]
pub enum SourceProblem {
    /// The operating system refused to open or read it.
    Unreadable {
        /// The answer of the operating system.
        source: io::Error,
    },
    /// The path of the configuration does not lead anywhere.
    NotFound {
        /// The answer of the operating system.
        source: io::Error,
        /// The folder that the path is relative to.
        relative_to: Option<String>,
        /// The option of the command at hand that gives the path.
        option: PathOption,
    },
    /// Something else in the place of a file.
    NotAFile,
    /// Something else in the place of the folder with the idx files.
    NotAnIdxFolder,
    /// Something else in the place of the folder with the pictures.
    NotAPictureFolder,
    /// A name in the configuration that leads out of the folder of the images.
    Outside {
        /// The setting.
        setting: &'static str,
        /// Its value.
        name: String,
    },
    /// A folder without one of the four idx files.
    NoIdxFile {
        /// The setting that can name it.
        setting: &'static str,
        /// Its usual name.
        name: &'static str,
    },
    /// Two files that could hold the images, or the labels, of a part.
    TwoFiles {
        /// The setting that names the right one.
        setting: &'static str,
        /// Both files.
        files: [String; 2],
    },
    /// A file of labels that does not fit the file of images.
    LabelCount {
        /// Number of labels.
        labels: usize,
        /// The file of images.
        image_file: String,
        /// Number of images.
        images: usize,
    },
    /// A folder of tables of which none is that of the training images.
    NoTrainTable,
    /// A folder with two tables of which each could be the training images, or the test images.
    TwoTables {
        /// One of them.
        first: String,
        /// The other one.
        second: String,
    },
    /// A folder of arrays without images.
    NoArrays,
    /// A position in the place of an array's name.
    GroupPosition {
        /// The position.
        position: usize,
    },
    /// An array of labels or groups that does not fit the array of images.
    ArrayLength {
        /// The array.
        name: String,
        /// Number of its values.
        found: usize,
        /// The array of images.
        image_array: String,
        /// Number of images.
        images: usize,
    },
    /// A folder of test or validation images without one of training images.
    TestWithoutTrain {
        /// Its name.
        name: String,
    },
    /// A folder without folders of classes.
    NoClasses,
    /// A folder of a class without pictures.
    EmptyClass,
    /// A link to a folder that contains it.
    LinkLoop {
        /// The folder.
        ancestor: String,
    },
    /// A folder of a class whose name is not UTF-8.
    ClassNotUtf8,
    /// Two folders for one part of the images.
    PartTwice {
        /// The part that both names stand for.
        part: Part,
        /// The other folder.
        other: String,
    },
    /// Folders that hold folders of the same names, and whose own names stand for no parts.
    UnknownParts {
        /// The names of some of the folders.
        folders: Vec<String>,
        /// The names of some of the folders in each.
        inside: Vec<String>,
    },
    /// A picture of another size than the first one.
    PictureSize {
        /// Its rows and columns.
        found: (usize, usize),
        /// The first picture.
        first: Box<Place>,
        /// The rows and columns of the first picture.
        expected: (usize, usize),
    },
    /// A picture on which no digit was found.
    NoDigit {
        /// The reason.
        reason: NoDigit,
    },
    /// A program without the feature `parquet`.
    NoParquet,
    /// A folder without Parquet files for training.
    NoTrainParquet,
    /// A Parquet file that cannot be read.
    Parquet {
        /// The text of the library that reads it.
        error: String,
    },
    /// A Parquet file so damaged that the library gave up.
    ParquetDamaged,
    /// A Parquet file without rows.
    NoRows,
    /// A row without a picture.
    NoPicture,
    /// A row without a label.
    NoLabel,
    /// A row without a group.
    NoGroup,
    /// An experiment of `data.also` that has further sources of its own.
    AlsoOfAlso,
    /// Images of `data.also` of another size.
    AlsoSize {
        /// Their rows and columns.
        found: (usize, usize),
        /// Rows and columns of the images that they train with.
        expected: (usize, usize),
    },
    /// Images of `data.also` with another number of channels.
    AlsoChannels {
        /// Their values of a pixel.
        found: usize,
        /// Those of the images that they train with.
        expected: usize,
    },
    /// Images of `data.also` with other grey values.
    AlsoScale {
        /// Their full ink.
        found: u8,
        /// The full ink of the images that they train with.
        expected: u8,
    },
    /// Images of `data.also` of other classes.
    AlsoClasses {
        /// The classes that the others do not have.
        found: Vec<String>,
        /// The classes of the images that they train with.
        classes: Vec<String>,
    },
}
