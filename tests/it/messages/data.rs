//! The messages about images, their files, and the sources they come from.

use std::io;

use chiffres::config::{Column, SplitName};
use chiffres::data::Part;
use chiffres::error::data::{
    BuiltInProblem, CsvProblem, DigitsProblem, DrawingProblem, IdxProblem, ImagesProblem, LabelProblem, NpzProblem,
    PixelProblem,
};
use chiffres::error::{DataProblem, Error, Language, NoDigit, Place, Step};
use chiffres::native;
use chiffres::native::error::{FileAction, FileProblem, PathOption, SourceProblem};
use insta::assert_snapshot;

use super::pair;

type Values = &'static [&'static str];

/// Both messages of each problem; `values` are shown in both.
fn pairs<P: Into<DataProblem>>(problems: impl IntoIterator<Item = P>, values: fn(&P) -> Values) -> String {
    let pair = |problem: P| {
        let (values, problem) = (values(&problem), problem.into());
        pair(|language| problem.message(language), values)
    };
    problems.into_iter().map(pair).collect()
}

fn refused() -> io::Error {
    io::Error::other("REFUSED")
}

#[test]
fn every_place_reads_well_in_both_languages() {
    let steps = [
        Step::Line(1234),
        Step::Row(1234),
        Step::Column(Column::Name("pixel1234".into())),
        Step::Column(Column::Position(1234)),
        Step::Image(1234),
        Step::Drawing(1234),
        Step::Array("x1234".into()),
        Step::Value(1234),
        Step::Byte(1234),
        Step::ContentByte(1234),
    ];
    let places = steps.into_iter().map(|step| {
        // The variants above are all there are.
        match &step {
            Step::Line(_) | Step::Row(_) | Step::Column(Column::Name(_) | Column::Position(_)) | Step::Image(_) => {}
            Step::Drawing(_) | Step::Array(_) | Step::Value(_) | Step::Byte(_) | Step::ContentByte(_) => {}
        }
        Place::file("FILE").at(step)
    });
    let mut places: Vec<Place> = places.collect();
    places.push(Place::drawing(1234));
    places.push(Place::file("FILE").at(Step::Row(12)).at(Step::Column(Column::Position(1234))));
    places.push(Place::file("FILE1234").onwards());
    let mut shown = String::new();
    for place in places {
        let [english, french] = [Language::English, Language::French].map(|language| place.text(language));
        assert!(english.contains("1234") && french.contains("1234"), "{english}, {french}");
        assert_eq!(place.to_string(), english);
        shown += &format!("en: {english}\nfr: {french}\n");
    }
    assert_snapshot!(shown);
}

#[test]
fn every_csv_problem_reads_well_in_both_languages() {
    let problems = [
        CsvProblem::Stopped { error: "LIBRARY".into() },
        CsvProblem::Empty,
        CsvProblem::NoImages,
        CsvProblem::ColumnCount { found: 1, separator: ',' },
        CsvProblem::ColumnCount { found: 20_000_000, separator: ',' },
        CsvProblem::RaggedRow { found: 1, expected: 65 },
        CsvProblem::RaggedRow { found: 64, expected: 65 },
        CsvProblem::NoLabelColumn { last: 64 },
        CsvProblem::TwoLabelColumns { first: Column::Name("x".into()), second: Column::Position(64) },
        CsvProblem::TwoLabelColumns { first: Column::Name("7".into()), second: Column::Name("the class".into()) },
        CsvProblem::SparseRows,
        CsvProblem::SparseArff,
        CsvProblem::MissingColumn { name: Column::Name("pixel7".into()) },
        CsvProblem::AdditionalColumn { name: Column::Name("pixel7".into()) },
        CsvProblem::OtherColumnCount { found: 63, expected: 65 },
        CsvProblem::NotOneHot,
        CsvProblem::MissingValue { text: String::new() },
        CsvProblem::MissingValue { text: "NaN".into() },
        CsvProblem::NoSuchColumn {
            setting: "data.label",
            name: "digit".into(),
            known: vec!["label".into(), "p0".into()],
        },
        CsvProblem::NoHeader { setting: "data.group", name: "writer".into() },
        CsvProblem::NoSuchPosition { setting: "data.label", position: 66, last: 64 },
        CsvProblem::SharedColumn,
        CsvProblem::NotANumber { text: "two".into() },
        CsvProblem::NotUtf8,
        CsvProblem::LabelLength { max: 100 },
    ];
    let values: fn(&CsvProblem) -> Values = |problem| match problem {
        CsvProblem::Stopped { .. } => &["LIBRARY"],
        CsvProblem::Empty | CsvProblem::NoImages => &[],
        CsvProblem::ColumnCount { found: 1, .. } => &["1", "','", "data.separator"],
        CsvProblem::ColumnCount { .. } => &["20000000", "','", "data.separator"],
        CsvProblem::RaggedRow { found: 1, .. } => &["1", "65"],
        CsvProblem::RaggedRow { .. } => &["64", "65"],
        CsvProblem::NoLabelColumn { .. } => &["--set data.label=0", "--set data.label=64"],
        CsvProblem::TwoLabelColumns { first: Column::Name(name), .. } if name == "x" => {
            &["\"x\"", "64", "--set data.label=x", "--set data.label=64"]
        }
        CsvProblem::TwoLabelColumns { .. } => &["--set 'data.label=\"7\"'", "--set 'data.label=\"the class\"'"],
        CsvProblem::SparseRows => &["load_svmlight_file", "numpy.savez", "toarray"],
        CsvProblem::SparseArff => &["SparseToNonSparse"],
        CsvProblem::MissingColumn { .. } | CsvProblem::AdditionalColumn { .. } => &["\"pixel7\""],
        CsvProblem::OtherColumnCount { .. } => &["63", "65"],
        CsvProblem::NotOneHot => &["1"],
        CsvProblem::MissingValue { text } if text.is_empty() => &["fillna(0)"],
        CsvProblem::MissingValue { .. } => &["\"NaN\"", "dropna()"],
        CsvProblem::NoSuchColumn { .. } => &["data.label", "\"digit\"", "\"label\", \"p0\""],
        CsvProblem::NoHeader { .. } => &["data.group", "\"writer\""],
        CsvProblem::NoSuchPosition { .. } => &["data.label", "66", "64"],
        CsvProblem::SharedColumn => &["data.label", "data.group", "data.leave_out"],
        CsvProblem::NotANumber { .. } => &["\"two\"", "data.label", "data.group", "data.leave_out"],
        CsvProblem::NotUtf8 => &["UTF-8"],
        CsvProblem::LabelLength { .. } => &["100"],
    };
    assert_snapshot!(pairs(problems, values));
}

#[test]
fn every_idx_problem_reads_well_in_both_languages() {
    let problems = [
        IdxProblem::Magic { found: *b"P5 2" },
        IdxProblem::ValueType { found: 13 },
        IdxProblem::Dimensions { found: 5 },
        IdxProblem::LabelsForImages,
        IdxProblem::ImagesForLabels,
        IdxProblem::ImageSize { height: 0, width: 28, max: 4096 },
        IdxProblem::TooLong { dimensions: vec![2, 8, 8] },
        IdxProblem::TooShort { dimensions: vec![2], found: 1 },
        IdxProblem::TooShort { dimensions: vec![2, 8, 8], found: 5 },
        IdxProblem::TooShort { dimensions: vec![usize::MAX, 2], found: 5 },
        IdxProblem::CutShort,
        IdxProblem::Stopped { error: "LIBRARY".into() },
    ];
    let values: fn(&IdxProblem) -> Values = |problem| match problem {
        IdxProblem::Magic { .. } => &["50 35 20 32"],
        IdxProblem::ValueType { .. } => &["0x0d", "0x08"],
        IdxProblem::Dimensions { .. } => &["5"],
        IdxProblem::LabelsForImages | IdxProblem::ImagesForLabels | IdxProblem::CutShort => &[],
        IdxProblem::ImageSize { .. } => &["0", "28", "4096"],
        IdxProblem::TooLong { .. } => &["2x8x8"],
        IdxProblem::TooShort { found: 1, .. } => &["1", "2"],
        IdxProblem::TooShort { dimensions, .. } if dimensions.len() == 3 => &["5", "2x8x8 = 128"],
        IdxProblem::TooShort { .. } => &["5", "18446744073709551615x2"],
        IdxProblem::Stopped { .. } => &["LIBRARY"],
    };
    assert_snapshot!(pairs(problems, values));
}

#[test]
fn every_npz_problem_reads_well_in_both_languages() {
    let shape = || vec![7, 8, 9];
    let problems = [
        NpzProblem::NotAnArchive { error: "LIBRARY".into() },
        NpzProblem::NotAnArray { error: "LIBRARY".into() },
        NpzProblem::NoSignature,
        NpzProblem::NotPlain,
        NpzProblem::Header,
        NpzProblem::Objects,
        NpzProblem::Promise { kind: "'|V3'".into(), shape: shape() },
        NpzProblem::NoArray { name: "y".into(), known: vec!["a".into(), "b".into()] },
        NpzProblem::NoArray { name: "y".into(), known: Vec::new() },
        NpzProblem::NoImages { known: vec![("a".into(), vec![7, 8, 9]), ("b".into(), vec![7])] },
        NpzProblem::NoImages { known: Vec::new() },
        NpzProblem::NoImagesToPredict { known: vec![("a".into(), vec![7, 8, 9])] },
        NpzProblem::NoLabels { images: "x".into() },
        NpzProblem::TwoArrays { setting: "data.images", arrays: ["a".into(), "b".into()] },
        NpzProblem::Stopped { error: "LIBRARY".into() },
        NpzProblem::BeyondEnd,
        NpzProblem::Length { shape: shape(), bytes: 504, found: 503 },
        NpzProblem::ImagesShape { shape: shape() },
        NpzProblem::ImagesSize { shape: shape(), max: 4096 },
        NpzProblem::OtherSize { found: (28, 27), expected: (8, 9) },
        NpzProblem::LabelsShape { shape: shape() },
        NpzProblem::LabelValue { found: 2.5 },
        NpzProblem::NotOneHot { shape: shape() },
        NpzProblem::ImageType { kind: "'<c16'".into() },
        NpzProblem::ImageType { kind: "'<U5'".into() },
        NpzProblem::LabelType { kind: "'<c16'".into() },
    ];
    let values: fn(&NpzProblem) -> Values = |problem| match problem {
        NpzProblem::NotAnArchive { .. } | NpzProblem::NotAnArray { .. } | NpzProblem::Stopped { .. } => &["LIBRARY"],
        NpzProblem::NoSignature | NpzProblem::NotPlain | NpzProblem::Header => &["numpy.savez"],
        NpzProblem::Promise { .. } => &["'|V3'", "[7, 8, 9]"],
        NpzProblem::NoArray { known, .. } if known.is_empty() => &["\"y\""],
        NpzProblem::NoArray { .. } => &["\"y\"", "a, b"],
        NpzProblem::Objects => &["numpy.array(x.tolist())", "y.astype(str)"],
        NpzProblem::NoImages { known } if known.is_empty() => &["numpy.savez"],
        NpzProblem::NoImages { .. } => &["a [7, 8, 9], b [7]", "--set data.images=a --set data.labels=b"],
        NpzProblem::NoImagesToPredict { .. } => &["a [7, 8, 9]", "numpy.save"],
        NpzProblem::NoLabels { .. } => &["\"x\"", "data.labels", "predict"],
        NpzProblem::TwoArrays { .. } => &["\"a\"", "\"b\"", "--set data.images=a", "--set data.images=b"],
        NpzProblem::BeyondEnd => &[],
        NpzProblem::Length { .. } => &["[7, 8, 9]", "504", "503"],
        NpzProblem::ImagesShape { .. } => &["[7, 8, 9]", "[n, "],
        NpzProblem::ImagesSize { .. } => &["[7, 8, 9]", "4096"],
        NpzProblem::OtherSize { .. } => &["28", "27", "data.size = [8, 9]"],
        NpzProblem::LabelsShape { .. } => &["[7, 8, 9]", "[n]"],
        NpzProblem::NotOneHot { .. } => &["[7, 8, 9]", "y.argmax(axis=1)"],
        NpzProblem::LabelValue { .. } => &["2.5"],
        NpzProblem::ImageType { kind } if kind.contains('c') => &["'<c16'", "numpy.abs(x)"],
        NpzProblem::ImageType { .. } => &["'<U5'", "x.astype(\"float32\")"],
        NpzProblem::LabelType { .. } => &["'<c16'", "y.astype(str)"],
    };
    assert_snapshot!(pairs(problems, values));
}

#[test]
fn every_problem_of_images_reads_well_in_both_languages() {
    let pixels = [
        PixelProblem::NotFinite { found: f64::NAN },
        PixelProblem::OutOfRange { found: 256.0 },
        PixelProblem::OutsideRange { found: 7.0, low: -1.5, high: 1.25 },
    ];
    let of_pixels: fn(&PixelProblem) -> Values = |problem| match problem {
        PixelProblem::NotFinite { .. } => &["NaN"],
        PixelProblem::OutOfRange { .. } => &["256", "255", "data.range"],
        PixelProblem::OutsideRange { .. } => &["7", "-1.5", "1.25", "data.range"],
    };
    let labels = [
        LabelProblem::TooManyClasses { found: 20_000, max: 10_000 },
        LabelProblem::OneClass { class: "cat".into() },
        LabelProblem::NotAClass { label: "cot".into(), classes: 7 },
        LabelProblem::UnknownClass { found: vec!["star".into()], classes: vec!["bar".into(), "ring".into()] },
        LabelProblem::UnknownClass {
            found: vec!["Ring".into(), "star".into()],
            classes: vec!["bar".into(), "cross".into(), "ring".into()],
        },
    ];
    let of_labels: fn(&LabelProblem) -> Values = |problem| match problem {
        LabelProblem::TooManyClasses { .. } => &["20000", "10000"],
        LabelProblem::OneClass { .. } => &["\"cat\""],
        LabelProblem::NotAClass { .. } => &["\"cot\"", "7", "data.classes"],
        LabelProblem::UnknownClass { .. } => &["star", "bar", "ring"],
    };
    let images = [
        ImagesProblem::None,
        ImagesProblem::LabelCount { images: 12, labels: 34 },
        ImagesProblem::OtherSize { found: (28, 27), expected: (8, 9) },
        ImagesProblem::OtherRange { is_unit: true },
        ImagesProblem::OtherRange { is_unit: false },
        ImagesProblem::NotOfNetwork { found: (28, 27), expected: (8, 9) },
        ImagesProblem::RowNotOfNetwork { pixels: 64, expected: (3, 5), channels: 1 },
        ImagesProblem::RowNotOfNetwork { pixels: 64, expected: (1, 5), channels: 3 },
        ImagesProblem::OtherNumbers { low: -1.5, high: 2.5 },
        ImagesProblem::SizeSetting { pixels: 64, height: 3, width: 5, channels: 1 },
        ImagesProblem::SizeSetting { pixels: 64, height: 3, width: 5, channels: 3 },
        ImagesProblem::NotSquare { pixels: 63, channels: 1 },
        ImagesProblem::NotSquare { pixels: 63, channels: 3 },
    ];
    let of_images: fn(&ImagesProblem) -> Values = |problem| match problem {
        ImagesProblem::None => &[],
        ImagesProblem::LabelCount { .. } => &["12", "34"],
        ImagesProblem::OtherSize { .. } => &["28", "27", "8", "9"],
        ImagesProblem::OtherRange { .. } => &["255"],
        ImagesProblem::NotOfNetwork { .. } => &["28", "27", "8", "9"],
        ImagesProblem::RowNotOfNetwork { .. } => &["64", "5", "15"],
        ImagesProblem::OtherNumbers { .. } => &["-1.5", "2.5", "255"],
        ImagesProblem::SizeSetting { channels: 3, .. } => &["64", "data.size = [3, 5]", "data.channels = 3", "45"],
        ImagesProblem::SizeSetting { .. } => &["64", "data.size = [3, 5]", "15"],
        ImagesProblem::NotSquare { .. } => &["63", "data.size"],
    };
    let digits =
        [DigitsProblem::Size { height: 28, width: 27 }, DigitsProblem::Unit, DigitsProblem::Value { found: 17 }];
    let of_digits: fn(&DigitsProblem) -> Values = |problem| match problem {
        DigitsProblem::Size { .. } => &["28", "27", "data.preprocess"],
        DigitsProblem::Unit => &["16", "data.preprocess"],
        DigitsProblem::Value { .. } => &["17", "16", "data.preprocess"],
    };
    assert_snapshot!(
        [pairs(pixels, of_pixels), pairs(labels, of_labels), pairs(images, of_images), pairs(digits, of_digits)]
            .concat()
    );
}

#[test]
fn every_problem_of_digits_and_drawings_reads_well_in_both_languages() {
    let built_in = [
        BuiltInProblem::Stopped { error: "LIBRARY".into() },
        BuiltInProblem::NoComma,
        BuiltInProblem::PixelCount { found: 63, expected: 64 },
        BuiltInProblem::Number { text: "17".into(), max: 16 },
    ];
    let of_built_in: fn(&BuiltInProblem) -> Values = |problem| match problem {
        BuiltInProblem::Stopped { .. } => &["LIBRARY"],
        BuiltInProblem::NoComma => &[],
        BuiltInProblem::PixelCount { .. } => &["63", "64"],
        BuiltInProblem::Number { .. } => &["\"17\"", "16"],
    };
    let drawings = [
        DrawingProblem::TooMany { found: 10_001, max: 10_000 },
        DrawingProblem::Label { found: 12 },
        DrawingProblem::PixelCount { found: 63, expected: 64 },
        DrawingProblem::Value { found: 17, max: 16 },
        DrawingProblem::Blank,
        DrawingProblem::Name { name: "L\n".into(), max: 40 },
        DrawingProblem::ReservedName { name: "writer 7".into() },
        DrawingProblem::OnlyBuiltIn,
        DrawingProblem::Count { images: 12, found: 34 },
        DrawingProblem::NamedLabels,
    ];
    let of_drawings: fn(&DrawingProblem) -> Values = |problem| match problem {
        DrawingProblem::TooMany { .. } => &["10001", "10000"],
        DrawingProblem::Label { .. } => &["12"],
        DrawingProblem::PixelCount { .. } => &["63", "64"],
        DrawingProblem::Value { .. } => &["17", "16"],
        DrawingProblem::Blank | DrawingProblem::OnlyBuiltIn | DrawingProblem::NamedLabels => &[],
        DrawingProblem::Name { .. } => &["\"L\\n\"", "40"],
        DrawingProblem::ReservedName { .. } => &["\"writer 7\""],
        DrawingProblem::Count { .. } => &["12", "34"],
    };
    let in_a_file = [
        DataProblem::DrawingsFile(Box::new(ImagesProblem::NotSquare { pixels: 63, channels: 1 }.into())),
        DataProblem::DrawingsFile(Box::new(NpzProblem::BeyondEnd.into())),
    ];
    let needs_digits = pair(|language| Error::DrawingsNeedDigits.messages(language).swap_remove(0), &["data.split"]);
    let shown = [pairs(built_in, of_built_in), pairs(drawings, of_drawings), pairs(in_a_file, |_| &[]), needs_digits];
    assert_snapshot!(shown.concat());
}

#[test]
fn errors_without_a_kind_of_problem_read_well_in_both_languages() {
    let errors: [(Error, Values); 3] = [
        (Error::NoSuchImage { index: 1797, last: 1796 }, &["1797", "1796"]),
        (Error::TooNew { path: "FILE".into(), found: 9, known: 3 }, &["FILE", "9", "3"]),
        (Error::Diverged { epoch: 12 }, &["12", "optimizer.learning_rate"]),
    ];
    let pairs = errors.iter().map(|(error, values)| pair(|language| error.messages(language).swap_remove(0), values));
    assert_snapshot!(pairs.collect::<String>());
}

#[test]
fn an_error_about_images_has_its_place_in_the_same_language() {
    let error = chiffres::Dataset::digits_from(b"no gzip").unwrap_err();
    let [english, french] = [Language::English, Language::French].map(|language| error.messages(language));
    assert_eq!(english[0].place.as_deref(), Some("data/digits.csv.gz"));
    assert_eq!(french[0].place.as_deref(), Some("data/digits.csv.gz"));
    let place = Box::new(Place::file("FILE").at(Step::Row(3)));
    let error = native::Error::Core(Error::Data { place, problem: ImagesProblem::None.into() });
    assert_eq!(error.to_string(), "FILE, row 3: there are no images");
    assert_eq!(error.messages(Language::French)[0].to_string(), "FILE, ligne 3: il n’y a pas d’images");
}

#[test]
fn every_source_problem_reads_well_in_both_languages() {
    let problems = vec![
        SourceProblem::Unreadable { source: refused() },
        SourceProblem::NotFound { source: refused(), relative_to: Some("/home".into()), option: PathOption::Set },
        SourceProblem::NotFound { source: refused(), relative_to: None, option: PathOption::Set },
        SourceProblem::NotFound { source: refused(), relative_to: Some("/home".into()), option: PathOption::Data },
        SourceProblem::NotAFile,
        SourceProblem::NotAnIdxFolder,
        SourceProblem::NotAPictureFolder,
        SourceProblem::Outside { setting: "data.train_images", name: "../x".into() },
        SourceProblem::NoIdxFile { setting: "data.train_images", name: "train-images-idx3-ubyte" },
        SourceProblem::TwoFiles { setting: "data.images", files: ["a".into(), "b".into()] },
        SourceProblem::LabelCount { labels: 12, image_file: "IMAGES".into(), images: 34 },
        SourceProblem::NoTrainTable,
        SourceProblem::TwoTables { first: "A.csv".into(), second: "B.csv".into() },
        SourceProblem::NoArrays,
        SourceProblem::GroupPosition { position: 7 },
        SourceProblem::ArrayLength { name: "y".into(), found: 12, image_array: "x".into(), images: 34 },
        SourceProblem::TestWithoutTrain { name: "val".into() },
        SourceProblem::NoClasses,
        SourceProblem::EmptyClass,
        SourceProblem::LinkLoop { ancestor: "FOLDER".into() },
        SourceProblem::ClassNotUtf8,
        SourceProblem::PartTwice { part: Part::Test, other: "FOLDER".into() },
        SourceProblem::UnknownParts { folders: vec!["A".into(), "B".into()], inside: vec!["x".into(), "y".into()] },
        SourceProblem::PictureSize { found: (28, 27), first: Box::new(Place::file("a.png")), expected: (8, 9) },
        SourceProblem::NoDigit { reason: NoDigit::Blank },
        SourceProblem::NoParquet,
        SourceProblem::NoTrainParquet,
        SourceProblem::Parquet { error: "LIBRARY".into() },
        SourceProblem::ParquetDamaged,
        SourceProblem::NoRows,
        SourceProblem::NoPicture,
        SourceProblem::NoLabel,
        SourceProblem::NoGroup,
        SourceProblem::AlsoOfAlso,
        SourceProblem::AlsoSize { found: (28, 27), expected: (8, 9) },
        SourceProblem::AlsoChannels { found: 3, expected: 1 },
        SourceProblem::AlsoScale { found: 255, expected: 16 },
        SourceProblem::AlsoClasses { found: vec!["owl".into()], classes: vec!["cat".into(), "dog".into()] },
    ];
    let values: fn(&SourceProblem) -> Values = |problem| match problem {
        SourceProblem::Unreadable { .. } => &["REFUSED"],
        SourceProblem::NotFound { option: PathOption::Data, .. } => &["REFUSED", "/home", "--data"],
        SourceProblem::NotFound { relative_to: Some(_), .. } => &["REFUSED", "/home", "--set data.path=..."],
        SourceProblem::NotFound { relative_to: None, .. } => &["REFUSED", "--set data.path=..."],
        SourceProblem::NotAFile | SourceProblem::NoClasses | SourceProblem::NoDigit { .. } => &[],
        SourceProblem::NotAnIdxFolder | SourceProblem::NotAPictureFolder => &["data.path"],
        SourceProblem::Outside { .. } => &["data.train_images", "\"../x\"", "data.path"],
        SourceProblem::TwoFiles { .. } => &["\"a\"", "\"b\"", "--set data.images=a", "--set data.images=b"],
        SourceProblem::NoIdxFile { .. } => &["data.train_images", "train-images-idx3-ubyte", ".gz", "data.path"],
        SourceProblem::LabelCount { .. } => &["12", "IMAGES", "34"],
        SourceProblem::TwoTables { .. } => &["A.csv", "B.csv", "train", "test"],
        SourceProblem::NoTrainTable => &["train.csv", "test.csv"],
        SourceProblem::NoArrays => &["x.npy", "x_train.npy", "y.npy"],
        SourceProblem::GroupPosition { .. } => &["data.group", "7"],
        SourceProblem::ArrayLength { .. } => &["\"y\"", "12", "\"x\"", "34"],
        SourceProblem::TestWithoutTrain { .. } => &["val", "train"],
        SourceProblem::EmptyClass => &["PNG", "JPEG"],
        SourceProblem::LinkLoop { .. } | SourceProblem::PartTwice { .. } => &["FOLDER"],
        SourceProblem::ClassNotUtf8 => &["UTF-8"],
        SourceProblem::UnknownParts { .. } => &["A, B", "x, y", "train", "test"],
        SourceProblem::PictureSize { .. } => &["28", "27", "a.png", "8", "9", "data.size"],
        SourceProblem::NoParquet => &["Parquet", "--features parquet"],
        SourceProblem::NoTrainParquet => &["train-....parquet", "test-....parquet"],
        SourceProblem::Parquet { .. } => &["LIBRARY", "label"],
        SourceProblem::ParquetDamaged => &[],
        SourceProblem::NoRows | SourceProblem::NoPicture | SourceProblem::NoLabel | SourceProblem::NoGroup => {
            &["image", "bytes", "label"]
        }
        SourceProblem::AlsoOfAlso => &["data.also"],
        SourceProblem::AlsoSize { .. } => &["data.also", "28", "27", "8", "9", "data.size"],
        SourceProblem::AlsoChannels { .. } => &["data.also", "3", "1", "data.channels"],
        SourceProblem::AlsoScale { .. } => &["data.also", "255", "16", "data.preprocess"],
        SourceProblem::AlsoClasses { .. } => &["data.also", "owl", "cat, dog", "data.classes"],
    };
    let pairs = problems.into_iter().map(|problem| {
        let values = values(&problem);
        let error = native::Error::Source { place: Box::new(Place::file("PLACE")), problem };
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    let several = [1, 12].map(|others| {
        let first = native::Error::Source { place: Box::new(Place::file("PLACE")), problem: SourceProblem::NoRows };
        let error = native::Error::Several { first: Box::new(first), others };
        pair(|language| error.messages(language).swap_remove(0), &["PLACE", "1", "data check"])
    });
    assert_snapshot!(pairs.chain(several).collect::<String>());
}

#[test]
fn every_file_problem_reads_well_in_both_languages() {
    let problems = vec![
        FileProblem::Exists,
        FileProblem::NotPng,
        FileProblem::NotPdf,
        FileProblem::NotNpz,
        FileProblem::NotAConfig { source: refused(), built_in: None },
        FileProblem::NotAConfig { source: refused(), built_in: Some("recipe") },
        FileProblem::NoExperiment { similar: Some("recipe"), names: vec!["mlp", "recipe"] },
        FileProblem::NoExperiment { similar: None, names: vec!["mlp", "recipe"] },
        FileProblem::Unreadable { source: refused() },
        FileProblem::NotATable { source: refused() },
        FileProblem::UnknownFormat,
        FileProblem::NoImages,
        FileProblem::NoPart { part: SplitName::Validation },
        FileProblem::NoDigits { images: 12 },
        FileProblem::ClassName { class: "a/b".into() },
    ];
    let values: fn(&FileProblem) -> Values = |problem| match problem {
        FileProblem::Exists | FileProblem::NoImages => &["PATH"],
        FileProblem::NotPng | FileProblem::NotPdf | FileProblem::NotNpz => &["PATH"],
        FileProblem::NotAConfig { built_in: None, .. } => &["PATH", "REFUSED", "config show mlp"],
        FileProblem::NotAConfig { built_in: Some(_), .. } => &["PATH", "REFUSED", "recipe"],
        FileProblem::NoExperiment { .. } => &["PATH", "mlp, recipe"],
        FileProblem::Unreadable { .. } | FileProblem::NotATable { .. } => &["PATH", "REFUSED"],
        FileProblem::UnknownFormat => &["PATH", ".csv", ".tsv", ".npz", ".parquet", "idx"],
        FileProblem::NoPart { .. } => &["PATH", "--split"],
        FileProblem::NoDigits { .. } => &["PATH", "12"],
        FileProblem::ClassName { .. } => &["\"a/b\"", "data.classes"],
    };
    let problems = problems.into_iter().map(|problem| {
        let values = values(&problem);
        let error = native::Error::Unsuited { path: "PATH".into(), problem };
        pair(|language| error.messages(language).swap_remove(0), values)
    });
    let actions = [FileAction::Read, FileAction::Write, FileAction::Create, FileAction::Replace, FileAction::Remove]
        .map(|action| {
            // The actions above are all there are.
            match action {
                FileAction::Read | FileAction::Write | FileAction::Create => {}
                FileAction::Replace | FileAction::Remove => {}
            }
            let error = native::Error::File { action, path: "PATH".into(), source: refused() };
            pair(|language| error.messages(language).swap_remove(0), &["PATH", "REFUSED"])
        });
    assert_snapshot!(problems.chain(actions).collect::<String>());
}
