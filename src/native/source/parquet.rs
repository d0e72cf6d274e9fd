//! Parquet files as Hugging Face keeps image sets: a column of pictures, and one of labels.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use rayon::prelude::*;

use crate::config::{Column, DataConfig};
use crate::data::{Images, Labels, Origin, Part, Parts, Pixels, Reading, Reason, Thing};
use crate::error::{Place, Step};
use crate::native::error::{Error, Result, SourceProblem};

use super::super::device::without_panic_message;
use super::super::pictures::{self, shown};
use super::{OnProgress, OpenOptions, image_of, listing, source_error, unreadable};

/// Usual names of the column of the labels, for configurations that do not name it.
const LABEL_NAMES: [&str; 4] = ["label", "labels", "class", "target"];

/// A row: the bytes of its picture, its label, and its group if the configuration asks for one.
struct Entry {
    picture: Vec<u8>,
    label: String,
    group: Option<String>,
    place: Place,
}

pub fn open(path: &Path, config: &DataConfig, opening: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    let mut reading = Reading::new(shown(path));
    let [train, validation, test] = files(path, &mut reading).map_err(|error| vec![error])?;
    let read = || {
        let train = part(&train, config, opening.watch)?;
        let mut other = |files: &[PathBuf]| -> Result<Option<Images>, Vec<Error>> {
            if files.is_empty() {
                return Ok(None);
            }
            let images = part(files, config, opening.watch)?;
            if !has_labels(&images.labels) {
                reading.part(Part::Unlabelled, images.reading.from(), images.labels.len());
                return Ok(None);
            }
            Ok(Some(images))
        };
        let (validation, test) = (other(&validation)?, other(&test)?);
        let mut parts = Parts { train, validation, test };
        parts.train.reading.merge(reading);
        Ok(parts)
    };
    // The library panics on some damaged files.
    without_panic_message(read).unwrap_or_else(|| Err(vec![source_error(path, SourceProblem::ParquetDamaged)]))
}

/// The files of each part, in the order of their names: those to train on, to hold out and to test with.
///
/// Files whose names say no part train, if there are none that say so.
fn files(path: &Path, reading: &mut Reading) -> Result<[Vec<PathBuf>; 3]> {
    if !path.is_dir() {
        return Ok([vec![path.to_path_buf()], Vec::new(), Vec::new()]);
    }
    let (folders, files): (Vec<_>, Vec<_>) =
        listing::entries(path, reading)?.into_iter().partition(|entry| entry.is_folder);
    reading.leave_out_all(Thing::Folder, folders.iter().map(|entry| shown(&entry.path)), Reason::OtherFile);
    let has_parquet = |name: &str| name.to_lowercase().ends_with(".parquet");
    let names_training =
        files.iter().any(|entry| has_parquet(&entry.name) && Part::named(&entry.name) == Some(Part::Train));
    let of_part = reading.sift(Thing::File, files, |entry| match Part::named(&entry.name) {
        _ if !has_parquet(&entry.name) => Err((shown(&entry.path), Reason::OtherFile)),
        None if names_training => Err((shown(&entry.path), Reason::OtherFile)),
        part => Ok((part.unwrap_or(Part::Train), entry.path)),
    });
    let parts = [Part::Train, Part::Validation, Part::Test].map(|wanted| {
        let files = of_part.iter().filter(|(part, _)| *part == wanted);
        files.map(|(_, path)| path.clone()).collect::<Vec<PathBuf>>()
    });
    match parts[0].is_empty() {
        true => Err(source_error(path, SourceProblem::NoTrainParquet)),
        false => Ok(parts),
    }
}

/// Returns whether images have labels: Hugging Face writes -1 for those of test images that are kept secret.
fn has_labels(labels: &Labels) -> bool {
    !matches!(labels, Labels::Numbers(numbers) if numbers.iter().all(|&number| number == -1))
}

fn part(files: &[PathBuf], config: &DataConfig, watch: OnProgress<'_>) -> Result<Images, Vec<Error>> {
    let one = |error: Error| vec![error];
    let (mut pixels, mut size) = (Vec::new(), None);
    let (mut labels, mut groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let mut names = Vec::new();
    for file in files {
        let fail = |error: &parquet::errors::ParquetError| {
            one(source_error(file, SourceProblem::Parquet { error: error.to_string() }))
        };
        let opened = File::open(file).map_err(|error| one(unreadable(file, error)))?;
        let reader = SerializedFileReader::new(opened).map_err(|error| fail(&error))?;
        names = class_names(&reader);
        let rows = reader.metadata().file_metadata().num_rows().max(0) as usize;
        let mut entries = reader.get_row_iter(None).map_err(|error| fail(&error))?.enumerate();
        let mut done = 0;
        watch(0, rows);
        loop {
            // Some rows at a time: encoded pictures take more memory than the images made of them.
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
                let expected = *size.get_or_insert((height, width));
                if (height, width) != expected {
                    let first = Box::new(places.first().cloned().expect("an image before this one set the size"));
                    let problem = SourceProblem::PictureSize { found: (height, width), first, expected };
                    return Err(one(Error::Source { place: Box::new(entry.place), problem }));
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
        return Err(one(source_error(&files[0], SourceProblem::NoRows)));
    };
    // Labels are positions in the file's list of names, if it has one and the configuration has none.
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
        labels: Labels::from_texts(labels, &[]),
        groups: (!groups.is_empty()).then(|| Labels::from_texts(groups, &[])),
        origin: Origin::Each(places),
        reading: Reading::new(shown(&files[0])),
    })
}

fn decode(entry: &Entry, config: &DataConfig) -> Result<(usize, usize, Vec<u8>)> {
    let raster = pictures::from_reader(&entry.place.to_string(), entry.picture.as_slice())?;
    image_of(&raster, config).map_err(|reason| Error::Source {
        place: Box::new(entry.place.clone()),
        problem: SourceProblem::NoDigit { reason },
    })
}

fn entry(row: Row, file: &Path, index: usize, config: &DataConfig) -> Result<Entry> {
    let place = Place::file(shown(file)).at(Step::Row(index));
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
    let missing = |problem: SourceProblem| Error::Source { place: Box::new(place.clone()), problem };
    let group = match config.group.is_none() {
        true => None,
        false => Some(group.ok_or_else(|| missing(SourceProblem::NoGroup))?),
    };
    let picture = picture.ok_or_else(|| missing(SourceProblem::NoPicture))?;
    let label = label.ok_or_else(|| missing(SourceProblem::NoLabel))?;
    Ok(Entry { picture, label, group, place })
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

/// The names of the labels in Hugging Face's description of the columns.
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
