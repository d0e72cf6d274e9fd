//! Problems with images, in English.

use crate::config::Column;
use crate::error::data::{
    BuiltInProblem, CsvProblem, DataProblem, DigitsProblem, DrawingProblem, IdxProblem, ImagesProblem, LabelProblem,
    NpzProblem, PixelProblem,
};
use crate::error::words::{
    brief, dimensions, enumeration, hexadecimal, images_and_labels, is_complex, product, quoted, shape, shapes,
};
use crate::error::{Message, Step};

const DAMAGED: &str = "the file is damaged: get it again";

pub(in crate::error) fn step(step: &Step) -> String {
    match step {
        Step::Line(number) => format!("line {number}"),
        Step::Row(number) => format!("row {number}"),
        Step::Column(Column::Name(name)) => format!("column {:?}", brief(name)),
        Step::Column(Column::Position(position)) => format!("column {position}"),
        Step::Image(number) => format!("image {number}"),
        Step::Drawing(number) => format!("drawing {number}"),
        Step::Array(name) => format!("array {name:?}"),
        Step::Value(number) => format!("value {number}"),
        Step::Byte(number) => format!("byte {number}"),
        Step::ContentByte(number) => format!("byte {number} of its content"),
    }
}

pub(in crate::error) fn data(problem: &DataProblem) -> Message {
    match problem {
        DataProblem::Csv(problem) => csv(problem),
        DataProblem::Idx(problem) => idx(problem),
        DataProblem::Npz(problem) => npz(problem),
        DataProblem::Pixel(problem) => pixel(problem),
        DataProblem::Label(problem) => label(problem),
        DataProblem::Images(problem) => images(problem),
        DataProblem::Digits(problem) => digits(problem),
        DataProblem::BuiltIn(problem) => built_in(problem),
        DataProblem::Drawing(problem) => drawing(problem),
        DataProblem::DrawingsFile(problem) => match **problem {
            DataProblem::Npz(ref problem) => npz(problem),
            ref problem => {
                data(problem).hint("choose a file of 8x8 digits with values from 0 to 16, as a class saves them")
            }
        },
    }
}

fn csv(problem: &CsvProblem) -> Message {
    const ROWS: &str = "give a table with an image in each row";
    match problem {
        CsvProblem::Stopped { error } => Message::new(format!("reading stopped: {error}")).hint(DAMAGED),
        CsvProblem::Empty => Message::new("the file is empty").hint(ROWS),
        CsvProblem::NoImages => Message::new("the table has a header, but no images").hint(ROWS),
        CsvProblem::ColumnCount { found, separator } => {
            Message::new(format!("the first row has {}, separated by {separator:?}", values(*found)))
                .hint("set data.separator to the character between two values")
        }
        CsvProblem::RaggedRow { found, expected } => {
            Message::new(format!("the row has {}, but the first row has {expected}", values(*found)))
                .hint("give every row the same number of values")
        }
        CsvProblem::NoLabelColumn { last } => Message::new("no column is called label, or looks like labels")
            .hint(format!("name their column: --set data.label=0 is the first, --set data.label={last} the last")),
        CsvProblem::TwoLabelColumns { first, second } => Message::new(format!(
            "the labels could be in {} or in {}",
            step(&Step::Column(first.clone())),
            step(&Step::Column(second.clone()))
        ))
        .hint(format!("say which: {} or {}", label_setting(first), label_setting(second))),
        CsvProblem::SparseRows => {
            Message::new("the rows are sparse: pairs of a position and a value, as libsvm writes them").hint(
                "in Python, with numpy and sklearn.datasets: x, y = sklearn.datasets.load_svmlight_file(FILE); \
                 numpy.savez(\"images.npz\", x=x.toarray(), y=y)",
            )
        }
        CsvProblem::SparseArff => Message::new("the rows are sparse: pairs of a position and a value in braces")
            .hint("convert them in Weka with the filter SparseToNonSparse"),
        CsvProblem::MissingColumn { name } => {
            Message::new(format!("{} is missing, which the training images have", step(&Step::Column(name.clone()))))
                .hint("give all tables the same columns")
        }
        CsvProblem::AdditionalColumn { name } => {
            Message::new(format!("the training images have no {}", step(&Step::Column(name.clone()))))
                .hint("give all tables the same columns")
        }
        CsvProblem::OtherColumnCount { found, expected } => {
            Message::new(format!("the table has {found} columns, but that of the training images has {expected}"))
                .hint("give all tables the same columns")
        }
        CsvProblem::NotOneHot => Message::new("the columns of the classes do not have a single 1")
            .hint("give each image one class: a 1 in its column, and 0 in the others"),
        CsvProblem::MissingValue { text } => {
            let is = if text.is_empty() {
                "the cell is empty".into()
            } else {
                format!("the cell is {text:?}, which stands for no value")
            };
            Message::new(is).hint("fill it in, or remove the row; in pandas: table.fillna(0) or table.dropna()")
        }
        CsvProblem::NoSuchColumn { setting, name, known } => {
            Message::new(format!("{setting} is {name:?}, but there is no such column"))
                .hint(format!("the columns begin with {}", quoted(known)))
        }
        CsvProblem::NoHeader { setting, name } => {
            Message::new(format!("{setting} is {name:?}, but the first row does not name the columns"))
                .hint("name the column by its position, counted from 0")
        }
        CsvProblem::NoSuchPosition { setting, position, last } => {
            Message::new(format!("{setting} is column {position}, but there are columns 0 to {last}"))
                .hint("count the columns from 0")
        }
        CsvProblem::SharedColumn => {
            Message::new("label, group and pixels must be in different columns, none of them left out")
                .hint("check data.label, data.group and data.leave_out")
        }
        CsvProblem::NotANumber { text } => Message::new(format!("the pixel {text:?} is not a number")).hint(
            "pixels are numbers; data.label and data.group name the other columns, data.leave_out those to leave out",
        ),
        CsvProblem::NotUtf8 => Message::new("the label is not UTF-8 text").hint("save the table as UTF-8"),
        CsvProblem::LabelLength { max } => {
            Message::new(format!("the label is not a text of 1 to {max} characters")).hint("give every image a label")
        }
    }
}

/// The option that names a column of labels.
fn label_setting(column: &Column) -> String {
    match column {
        Column::Position(position) => format!("--set data.label={position}"),
        Column::Name(name) if name.chars().all(char::is_alphabetic) => format!("--set data.label={name}"),
        Column::Name(name) => format!("--set 'data.label=\"{}\"'", brief(name)),
    }
}

fn idx(problem: &IdxProblem) -> Message {
    const HEADER: &str = "an idx file begins with 00 00 08, the number of dimensions, and each dimension in four bytes";
    let (text, hint) = match problem {
        IdxProblem::Magic { found } => {
            (format!("the file begins with {}, unlike any idx file", hexadecimal(found)), HEADER)
        }
        IdxProblem::ValueType { found } => (
            format!("the values are of type 0x{found:02x}, but must be bytes (0x08)"),
            "save the images as bytes, 0 to 255",
        ),
        IdxProblem::Dimensions { found } => {
            (format!("there are {found} dimensions, but images have 2 or 3, and labels have 1"), HEADER)
        }
        IdxProblem::LabelsForImages => ("these are labels, but images are needed".into(), HEADER),
        IdxProblem::ImagesForLabels => ("these are images, but labels are needed".into(), HEADER),
        IdxProblem::ImageSize { height, width, max } => {
            (format!("the images are {height}x{width}, but must be 1x1 to {max}x{max}"), HEADER)
        }
        IdxProblem::TooLong { dimensions: promised } => {
            (format!("the file continues, but its header promises {} values", dimensions(promised)), DAMAGED)
        }
        IdxProblem::TooShort { dimensions: promised, found } => {
            let promised = match (product(promised), &promised[..]) {
                (Some(_), [single]) => single.to_string(),
                (Some(product), _) => format!("{} = {product}", dimensions(promised)),
                (None, _) => format!("{}, more than any file has", dimensions(promised)),
            };
            (
                format!("the file ends after {}, but its header promises {promised}", values(*found)),
                "the file is cut short: get it again",
            )
        }
        IdxProblem::CutShort => ("the file is cut short".into(), DAMAGED),
        IdxProblem::Stopped { error } => (format!("reading stopped: {error}"), DAMAGED),
    };
    Message::new(text).hint(hint)
}

pub(in crate::error) fn npz(problem: &NpzProblem) -> Message {
    const SAVE: &str = "save the arrays with numpy.savez: images as x, labels as y";
    let (text, hint) = match problem {
        NpzProblem::NotAnArchive { error } => (format!("not an archive of arrays: {error}"), SAVE),
        NpzProblem::NotAnArray { error } => (format!("not an array: {error}"), SAVE),
        NpzProblem::NoSignature => ("not an array: the first bytes are not those of a NumPy file".into(), SAVE),
        NpzProblem::NotPlain => ("the header does not describe a plain array".into(), SAVE),
        NpzProblem::Header => ("the header is not one that NumPy writes".into(), SAVE),
        NpzProblem::Objects => (
            "the array holds Python objects, which only Python can read".into(),
            "save it anew: images as numpy.array(x.tolist()), labels as y.astype(str)",
        ),
        NpzProblem::Promise { kind, shape: promised } => (
            format!(
                "the header promises values of type {kind} in a shape of {}, which cannot be images",
                shape(promised)
            ),
            SAVE,
        ),
        NpzProblem::NoArray { name, known } => {
            let known = if known.is_empty() { "none".into() } else { brief(&known.join(", ")) };
            (format!("there is no array {name:?}; there are: {known}"), "name one of them, or check data.path")
        }
        NpzProblem::NoImages { known } if known.is_empty() => ("there are no arrays".into(), SAVE),
        NpzProblem::NoImages { known } => {
            let (images, labels) = images_and_labels(known);
            return Message::new(format!("no array is named as images to train on; there are: {}", shapes(known)))
                .hint(format!("name the arrays: --set data.images={images} --set data.labels={labels}"));
        }
        NpzProblem::NoImagesToPredict { known } => (
            format!("no array is named as images; there are: {}", shapes(known)),
            "save the images alone, as a .npy file: numpy.save(\"x.npy\", x)",
        ),
        NpzProblem::NoLabels { images } => {
            return Message::new(format!("there are images in {images:?}, but no labels for them"))
                .hint("save the labels as y, or name their array: --set data.labels=...; predict needs no labels");
        }
        NpzProblem::TwoArrays { setting, arrays: [a, b] } => {
            return Message::new(format!("{a:?} and {b:?} could both be {setting}"))
                .hint(format!("name the right one: --set {setting}={a}, or --set {setting}={b}"));
        }
        NpzProblem::Stopped { error } => (format!("reading stopped: {error}"), DAMAGED),
        NpzProblem::BeyondEnd => ("the array extends beyond the end of the file".into(), DAMAGED),
        NpzProblem::Length { shape: promised, bytes, found } => {
            (format!("the header promises {} values in {bytes} bytes, but there are {found}", shape(promised)), DAMAGED)
        }
        NpzProblem::ImagesShape { shape: found } => (
            format!(
                "the shape is {}, but must be [n, rows, columns], [n, pixels], or colours [n, rows, columns, 3]",
                shape(found)
            ),
            "bring it to one of these before saving it: x.reshape(n, rows, columns), x[..., [0, 1, 2]]",
        ),
        NpzProblem::ImagesSize { shape: found, max } => (
            format!("the shape is {}, but must be one or more images of 1x1 to {max}x{max} pixels", shape(found)),
            SAVE,
        ),
        NpzProblem::OtherSize { found: (height, width), expected: (rows, columns) } => {
            (format!("the images are {height}x{width}, but data.size = [{rows}, {columns}]"), "remove data.size")
        }
        NpzProblem::LabelsShape { shape: found } => (
            format!("the shape is {}, but must be [n], or one-hot [n, classes]", shape(found)),
            "save one label for each image",
        ),
        NpzProblem::NotOneHot { shape: found } => (
            format!("the shape is {}, but not every row is a single 1 among zeros", shape(found)),
            "save y.argmax(axis=1): the number of the largest column of each row",
        ),
        NpzProblem::LabelValue { found } => (
            format!("the label is {found}, but must be a whole number or a word"),
            "save classes as whole numbers, or as words: y.astype(str)",
        ),
        NpzProblem::ImageType { kind } => (
            format!("the values are of type {kind}, but must be whole numbers, or floats of up to 64 bits"),
            match is_complex(kind) {
                true => "save their size: numpy.abs(x)",
                false => "save them as numbers: x.astype(\"float32\")",
            },
        ),
        NpzProblem::LabelType { kind } => (
            format!("the values are of type {kind}, but must be whole numbers or words"),
            "save them as words: y.astype(str)",
        ),
    };
    Message::new(text).hint(hint)
}

fn pixel(problem: &PixelProblem) -> Message {
    match problem {
        PixelProblem::NotFinite { found } => {
            Message::new(format!("a pixel is {found}, which is not a finite number")).hint("replace it by a number")
        }
        PixelProblem::OutOfRange { found } => Message::new(format!("a pixel is {found}, but must be from 0 to 255"))
            .hint("give the range of the numbers, for example data.range = [0, 65535]; or is it not a pixel?"),
        PixelProblem::OutsideRange { found, low, high } => {
            Message::new(format!("a pixel is {found}, but the others are from {low} to {high}"))
                .hint("bring all images to one range, or give it with data.range = [low, high]")
        }
    }
}

fn label(problem: &LabelProblem) -> Message {
    match problem {
        LabelProblem::TooManyClasses { found, max } => {
            Message::new(format!("there are {found} different labels, but at most {max} classes"))
                .hint("check which column, or array, holds the labels")
        }
        LabelProblem::OneClass { class } => {
            Message::new(format!("every image is of the class {class:?}, so there is nothing to tell apart"))
                .hint("give images of at least two classes")
        }
        LabelProblem::NotAClass { label, classes } => {
            Message::new(format!("the label {label:?} is not one of the {classes} classes in data.classes"))
                .hint("correct the label, or data.classes")
        }
        LabelProblem::UnknownClass { found, classes } => {
            let (shown, known) = (enumeration(found, "and"), enumeration(classes, "or"));
            let verb = if found.len() == 1 { "is not a class" } else { "are not classes" };
            Message::new(format!("{shown} {verb} of this network, which tells apart {}", enumeration(classes, "and")))
                .hint(format!("classes are matched by name: rename it to {known}, or remove its images"))
        }
    }
}

fn images(problem: &ImagesProblem) -> Message {
    match problem {
        ImagesProblem::None => Message::new("there are no images").hint("check the file"),
        ImagesProblem::LabelCount { images, labels } => {
            Message::new(format!("there are {images} images, but {labels} labels")).hint("check the file")
        }
        ImagesProblem::OtherSize { found: (height, width), expected: (rows, columns) } => {
            Message::new(format!("the images are {height}x{width}, but the training images are {rows}x{columns}"))
                .hint("training and test images must be of one size")
        }
        ImagesProblem::OtherRange { is_unit } => {
            let (found, expected) = match is_unit {
                true => ("from 0 to 1", "whole numbers"),
                false => ("whole numbers", "from 0 to 1"),
            };
            Message::new(format!("the pixels are {found}, but those of the training images are {expected}"))
                .hint("write all pixels from 0 to 1 with a decimal point, or all as whole numbers from 0 to 255")
        }
        ImagesProblem::NotOfNetwork { found: (height, width), expected: (rows, columns) } => {
            Message::new(format!("the images are {height}x{width}, but the network reads {rows}x{columns}"))
                .hint("give images of the size that the network was trained on")
        }
        ImagesProblem::RowNotOfNetwork { pixels, expected: (rows, columns), channels } => Message::new(format!(
            "an image has {pixels} {}, but the network reads {rows}x{columns}{} = {}",
            values_of(*channels),
            if *channels > 1 { "x3" } else { "" },
            rows * columns * channels
        ))
        .hint("give images of the size that the network was trained on"),
        ImagesProblem::OtherNumbers { low, high } => Message::new(format!(
            "the pixels are from {low} to {high}, but those of the training images are whole numbers from 0 to 255"
        ))
        .hint("bring all images to one range"),
        ImagesProblem::SizeSetting { pixels, height, width, channels } => Message::new(format!(
            "an image has {pixels} {}, but data.size = [{height}, {width}]{} makes {}",
            values_of(*channels),
            if *channels > 1 { " with data.channels = 3" } else { "" },
            height * width * channels
        ))
        .hint("set data.size to the rows and columns of the images"),
        ImagesProblem::NotSquare { pixels, channels } => {
            let squares = if *channels > 1 { "three squares" } else { "a square" };
            Message::new(format!("an image has {pixels} {}, which do not make {squares}", values_of(*channels)))
                .hint("say how many rows and columns it has: data.size = [rows, columns]")
        }
    }
}

/// What an image of this many channels is made of.
fn values_of(channels: usize) -> &'static str {
    if channels > 1 { "values" } else { "pixels" }
}

fn digits(problem: &DigitsProblem) -> Message {
    Message::new(match problem {
        DigitsProblem::Size { height, width } => format!("the images are {height}x{width}, but digits are 8x8"),
        DigitsProblem::Unit => "the pixels are from 0 to 1, but those of digits are whole numbers from 0 to 16".into(),
        DigitsProblem::Value { found } => format!("a pixel is {found}, but those of digits are 0 to 16"),
    })
    .hint("bring them to 8x8 whole numbers from 0 to 16, or remove data.preprocess")
}

fn built_in(problem: &BuiltInProblem) -> Message {
    Message::new(match problem {
        BuiltInProblem::Stopped { error } => format!("reading stopped: {error}"),
        BuiltInProblem::NoComma => "there is no comma".into(),
        BuiltInProblem::PixelCount { found, expected } => format!("{found} pixels, but a digit has {expected}"),
        BuiltInProblem::Number { text, max } => format!("{text:?} is not a whole number, 0 to {max}"),
    })
}

fn drawing(problem: &DrawingProblem) -> Message {
    Message::new(match problem {
        DrawingProblem::TooMany { found, max } => {
            format!("there are {found} drawings, but a class has at most {max}")
        }
        DrawingProblem::Label { found } => format!("the label is {found}, but must be 0 to 9"),
        DrawingProblem::PixelCount { found, expected } => {
            format!("the drawing has {found} values, but must have {expected}")
        }
        DrawingProblem::Value { found, max } => format!("a pixel is {found}, but must be 0 to {max}"),
        DrawingProblem::Blank => "the drawing is blank".into(),
        DrawingProblem::Name { name, max } => format!("{name:?} is not a name of 1 to {max} characters"),
        DrawingProblem::ReservedName { name } => format!("{name:?} is the name of a writer of the built-in digits"),
        DrawingProblem::OnlyBuiltIn => "the file has no drawings of a class, only the built-in digits".into(),
        DrawingProblem::Count { images, found } => {
            format!("there are {images} images, but {found} labels or names for them")
        }
        DrawingProblem::NamedLabels => "the labels are names, but must be the digits 0 to 9".into(),
    })
    .hint("a drawing is a digit of 8x8 whole numbers from 0 to 16, and the name of its writer")
}

fn values(count: usize) -> String {
    if count == 1 { "1 value".into() } else { format!("{count} values") }
}
