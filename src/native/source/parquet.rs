//! Parquet files as Hugging Face keeps image sets: a column of pictures, and one of labels.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use rayon::prelude::*;

use crate::config::{Column, DataConfig};
use crate::data::{Images, Labels, Origin, Pixels};
use crate::native::error::{Error, Result};

use super::super::device::quietly;
use super::super::pictures::{self, shown};
use super::{OnProgress, OpenOptions, Parts, cannot_read, data_error, image_of};

const HINT: &str = "a row has a column image, whose part bytes is a picture, and a column label";
/// Columns that labels are looked for in, where the configuration does not say.
const LABEL_NAMES: [&str; 4] = ["label", "labels", "class", "target"];

/// A row: the bytes of its picture, its label, and its group if there are groups.
struct Entry {
    picture: Vec<u8>,
    label: String,
    group: Option<String>,
    place: String,
}

pub fn open(path: &Path, config: &DataConfig, opening: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    let (train, test) = files(path).map_err(|error| vec![error])?;
    let read = || {
        let train = part(&train, config, opening.watch)?;
        let test = if test.is_empty() { None } else { Some(part(&test, config, opening.watch)?) };
        Ok((train, test))
    };
    // The reader of the format panics on some damaged files.
    quietly(read).unwrap_or_else(|| Err(vec![data_error(path, "a file is damaged", "get it again")]))
}

/// The files of the training part and of the test part, in the order of their names.
fn files(path: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    if !path.is_dir() {
        return Ok((vec![path.to_path_buf()], Vec::new()));
    }
    let entries = fs::read_dir(path).map_err(|error| cannot_read(path, &error))?;
    let mut all: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "parquet"))
        .collect();
    all.sort();
    let begins =
        |path: &PathBuf, word: &str| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(word));
    let test: Vec<PathBuf> = all.iter().filter(|path| begins(path, "test")).cloned().collect();
    let train: Vec<PathBuf> =
        all.into_iter().filter(|path| !begins(path, "test") && !begins(path, "validation")).collect();
    match train.is_empty() {
        true => Err(data_error(
            path,
            "there is no file for training",
            "files are called train-....parquet and test-....parquet",
        )),
        false => Ok((train, test)),
    }
}

fn part(files: &[PathBuf], config: &DataConfig, watch: OnProgress<'_>) -> Result<Images, Vec<Error>> {
    let one = |error: Error| vec![error];
    let (mut pixels, mut size) = (Vec::new(), None);
    let (mut labels, mut groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut names = Vec::new();
    for file in files {
        let fail = |error: &dyn std::fmt::Display| one(data_error(file, format!("cannot be read: {error}"), HINT));
        let opened = File::open(file).map_err(|error| one(cannot_read(file, &error)))?;
        let reader = SerializedFileReader::new(opened).map_err(|error| fail(&error))?;
        names = class_names(&reader);
        let rows = reader.metadata().file_metadata().num_rows().max(0) as usize;
        let mut entries = reader.get_row_iter(None).map_err(|error| fail(&error))?.enumerate();
        let mut done = 0;
        watch(0, rows);
        loop {
            // Some rows at a time: pictures are larger than what becomes of them.
            let chunk: Vec<Entry> = entries
                .by_ref()
                .take(1024)
                .map(|(i, row)| entry(row.map_err(|error| fail(&error))?, file, i, config).map_err(one))
                .collect::<Result<_, _>>()?;
            if chunk.is_empty() {
                break;
            }
            done += chunk.len();
            let images: Vec<Result<_>> = chunk.par_iter().map(|entry| decode(entry, config)).collect();
            for (image, entry) in images.into_iter().zip(chunk) {
                let (height, width, image) = image.map_err(one)?;
                if *size.get_or_insert((height, width)) != (height, width) {
                    let reason = format!("{}: the picture is {height}x{width}, but others are not", entry.place);
                    return Err(one(data_error(
                        file,
                        reason,
                        "set data.size = [rows, columns] to bring all to one size",
                    )));
                }
                pixels.extend(image);
                labels.push(entry.label);
                groups.extend(entry.group);
                places.push(entry.place);
            }
            watch(done.min(rows), rows);
        }
        watch(rows, rows);
    }
    let Some((height, width)) = size else {
        return Err(one(data_error(&files[0], "there are no rows", HINT)));
    };
    // Numbers stand for names where the file has a list of them, and the configuration has none.
    if config.classes.is_empty() && !names.is_empty() {
        let name = |label: &String| label.parse::<usize>().ok().and_then(|label| names.get(label).cloned());
        if let Some(named) = labels.iter().map(name).collect::<Option<Vec<String>>>() {
            labels = named;
        }
    }
    Ok(Images {
        height,
        width,
        pixels: Pixels::in_memory(height * width, pixels),
        is_light: !config.reads_digits(),
        is_unit: false,
        labels: Labels::from_texts(labels),
        groups: (!groups.is_empty()).then(|| Labels::from_texts(groups)),
        origin: Origin::Files(places),
    })
}

fn decode(entry: &Entry, config: &DataConfig) -> Result<(usize, usize, Vec<u8>)> {
    let raster = pictures::from_reader(&entry.place, entry.picture.as_slice())?;
    image_of(&raster, config).map_err(|reason| {
        crate::Error::Data { place: entry.place.clone(), reason, hint: "remove the row, or replace its picture".into() }
            .into()
    })
}

fn entry(row: Row, file: &Path, index: usize, config: &DataConfig) -> Result<Entry> {
    let place = format!("{}, row {index}", shown(file));
    let (mut picture, mut label, mut group) = (None, None, None);
    let is_label = |i: usize, name: &str| match &config.label {
        Column::Position(position) => *position == i,
        Column::Name(wanted) if wanted.is_empty() => LABEL_NAMES.contains(&name),
        Column::Name(wanted) => wanted == name,
    };
    let is_group = |i: usize, name: &str| match &config.group {
        Column::Position(position) => *position == i,
        Column::Name(wanted) => !wanted.is_empty() && wanted == name,
    };
    for (i, (name, field)) in row.get_column_iter().enumerate() {
        if is_label(i, name) {
            label = text(field);
        } else if is_group(i, name) {
            group = text(field);
        } else if picture.is_none() {
            picture = bytes(field);
        }
    }
    let missing = |what: &str| crate::Error::Data {
        place: place.clone(),
        reason: format!("there is no {what}"),
        hint: HINT.into(),
    };
    let group_is_wanted = !config.group.is_none();
    Ok(Entry {
        picture: picture.ok_or_else(|| missing("picture"))?,
        label: label.ok_or_else(|| missing("label"))?,
        group: if group_is_wanted { Some(group.ok_or_else(|| missing("group"))?) } else { None },
        place,
    })
}

/// The bytes of a picture: a column of them, or the part `bytes` of a column.
fn bytes(field: &Field) -> Option<Vec<u8>> {
    match field {
        Field::Bytes(bytes) => Some(bytes.data().to_vec()),
        Field::Group(row) => {
            row.get_column_iter().find(|(name, _)| *name == "bytes").and_then(|(_, field)| bytes(field))
        }
        _ => None,
    }
}

fn text(field: &Field) -> Option<String> {
    match field {
        Field::Str(text) => Some(text.clone()),
        Field::Bool(_)
        | Field::Byte(_)
        | Field::Short(_)
        | Field::Int(_)
        | Field::Long(_)
        | Field::UByte(_)
        | Field::UShort(_)
        | Field::UInt(_)
        | Field::ULong(_) => Some(field.to_string()),
        _ => None,
    }
}

/// The names that Hugging Face's description of the columns has for the labels, in their order.
fn class_names(reader: &SerializedFileReader<File>) -> Vec<String> {
    let names = || {
        let entries = reader.metadata().file_metadata().key_value_metadata()?;
        let text = entries.iter().find(|entry| entry.key == "huggingface")?.value.as_ref()?;
        let description: serde_json::Value = serde_json::from_str(text).ok()?;
        let features = description.pointer("/info/features")?.as_object()?;
        let names = LABEL_NAMES.iter().find_map(|name| features.get(*name)?.get("names")?.as_array())?;
        names.iter().map(|name| name.as_str().map(Into::into)).collect::<Option<Vec<String>>>()
    };
    names().unwrap_or_default()
}
