//! Parquet files.

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use chiffres::error::Language;
use chiffres::native::{Error, source};

use super::{given, grey_png, names, open, opened};
use crate::cli::Place;

#[test]
fn a_parquet_file_names_its_classes_and_groups() {
    let place = Place::new();
    place.put("p/train-00000.parquet", include_bytes!("../../fixtures/arrays/pictures.parquet"));
    let dataset = opened(&place, "parquet", "p", "group = \"writer\"\n");
    assert_eq!((dataset.len(), dataset.height(), dataset.width(), dataset.max_value()), (6, 2, 3, 255));
    assert_eq!(dataset.classes(), ["cat", "dog", "owl"]);
    assert_eq!(dataset.labels(), [2, 0, 1, 2, 0, 1]);
    assert_eq!(dataset.groups().unwrap(), [0, 0, 1, 1, 2, 2]);
    let values: Vec<u8> = (0..6).flat_map(|i| dataset.image(i).unwrap().pixels.to_vec()).collect();
    assert_eq!(values, (0..36).map(|i| 7 * i).collect::<Vec<u8>>());
    // In the order of the list, and resized.
    let named = opened(&place, "parquet", "p", "size = [4, 6]\nclasses = [\"owl\", \"cat\", \"dog\"]\n");
    assert_eq!((named.classes()[0].as_str(), named.labels(), named.inputs()), ("owl", &[0, 1, 2, 0, 1, 2][..], 24));
}

#[test]
fn parquet_files_belong_to_the_part_in_their_names() {
    let place = Place::new();
    let bytes = include_bytes!("../../fixtures/arrays/pictures.parquet");
    for name in
        ["train-00000-of-00002", "train-00001-of-00002", "validation-00000-of-00001", "test-00000-of-00001", "more"]
    {
        place.put(&format!("p/{name}.parquet"), bytes);
    }
    place.put("p/README.md", "");
    let dataset = opened(&place, "parquet", "p", "");
    assert_eq!(given(&dataset), [12, 6, 6]);
    let said = dataset.reading().sentences(Language::English).join("\n").replace(place.path("").to_str().unwrap(), "");
    assert_eq!(
        said,
        "3 columns left out: names groups, and data.group does not use it (p/train-00000-of-00002.parquet, column \"writer\", \
         p/validation-00000-of-00001.parquet, column \"writer\", p/test-00000-of-00001.parquet, column \"writer\")\n\
         1 file left out: not a file of this source (p/README.md)\n\
         1 file left out: its name says no part, such as train or test (p/more.parquet)"
    );
    // Files of no part train.
    place.put("q/0000.parquet", bytes);
    assert_eq!(given(&opened(&place, "parquet", "q", "")), [6, 0, 0]);
}

/// A file of pictures with these columns of bytes, and of whole numbers.
fn file(bytes: &[&str], numbers: &[&str]) -> Vec<u8> {
    let fields = bytes.iter().map(|name| format!("required binary {name};"));
    let fields: String = fields.chain(numbers.iter().map(|name| format!("required int32 {name};"))).collect();
    let schema = Arc::new(parse_message_type(&format!("message images {{ {fields} }}")).unwrap());
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    for at in 0..bytes.len() {
        let pictures: Vec<ByteArray> = (0..4).map(|image| grey_png(2, 2, 10 * at as u8 + image).into()).collect();
        let mut column = rows.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&pictures, None, None).unwrap();
        column.close().unwrap();
    }
    for at in 0..numbers.len() {
        let mut column = rows.next_column().unwrap().unwrap();
        let values: Vec<i32> = (0..4).map(|image| at as i32 + image % 2).collect();
        column.typed::<Int32Type>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    rows.close().unwrap();
    writer.close().unwrap();
    file
}

#[test]
fn the_columns_of_a_parquet_file_are_chosen_once_and_the_others_named() {
    let place = Place::new();
    let read = |bytes: &[&str], numbers: &[&str], settings: &str| {
        place.put("x.parquet", file(bytes, numbers));
        let dataset = open(&place, "parquet", "x.parquet", settings)?;
        let said = dataset.reading().sentences(Language::English).join("\n");
        Ok::<_, Error>((names(&dataset).join(" "), said.replace(place.path("").to_str().unwrap(), "")))
    };
    let (labels, said) = read(&["image", "mask"], &["id", "Label"], "").unwrap();
    assert_eq!(labels, "1 2 1 2");
    assert_eq!(
        said,
        "2 columns left out: not named as images or labels (x.parquet, column \"mask\", x.parquet, column \"id\")"
    );
    let error = read(&["image"], &["label", "class"], "").unwrap_err().to_string();
    assert!(error.ends_with(": the labels could be in column \"label\" or in column \"class\""), "{error}");
    let (labels, said) = read(&["image"], &["label", "class"], "label = \"class\"").unwrap();
    assert_eq!((labels.as_str(), said.contains("1 column left out")), ("1 2 1 2", true));
    // Classes in the order of the list, also if they are called by numbers.
    place.put("x.parquet", file(&["image"], &["label"]));
    let dataset = opened(&place, "parquet", "x.parquet", "classes = [\"1\", \"0\"]");
    assert_eq!((dataset.classes(), dataset.labels()), (&["1", "0"].map(String::from)[..], &[1, 0, 1, 0][..]));
    for (bytes, numbers, settings, problem) in [
        (&["image"][..], &["id"][..], "", "there is no label"),
        (&[], &["label"], "", "there is no picture"),
        (&["image"], &["label"], "group = \"writer\"", "there is no group"),
    ] {
        let error = read(bytes, numbers, settings).unwrap_err().to_string();
        assert!(error.ends_with(&format!("x.parquet: {problem}")), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_parquet_file_is_images_or_an_error(at in 0usize..2500, value in any::<u8>(), cut in 0usize..2500) {
        let whole = include_bytes!("../../fixtures/arrays/pictures.parquet");
        let mut damaged = whole.to_vec();
        let end = damaged.len();
        damaged[at % end] = value;
        let place = Place::new();
        for bytes in [&damaged[..], &whole[..cut % end]] {
            place.put("x.parquet", bytes);
            let path = place.path("x.parquet").display().to_string();
            let config = chiffres::config::DataConfig { path, ..chiffres::config::DataConfig::of(chiffres::config::Source::Parquet, chiffres::config::PicturePreprocessing::Resize) };
            if let Err(error) = source::open(&config, source::OpenOptions::QUIET) {
                prop_assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    }
}
