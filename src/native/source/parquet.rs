//! Parquet files as Hugging Face keeps image sets: a column of pictures, and one of labels.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::basic::{ConvertedType, Type as PhysicalType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use rayon::prelude::*;

use crate::config::{Column, DataConfig, Paper};
use crate::data::{Images, Labels, Origin, Part, Parts, Pixels, Reading, Reason, Thing};
use crate::error::data::CsvProblem;
use crate::error::{NoDigit, Place, Step};
use crate::formats::table::{GROUP_NAMES, LABEL_NAMES};
use crate::native::error::{Error, Result, SourceProblem};
use crate::preprocess::{DigitPreprocessing, Raster};

use super::super::device::without_panic_message;
use super::super::pictures::{self, shown};
use super::facts::Facts;
use super::{OpenOptions, facts, image_of, listing, source_error, unreadable};

/// The columns of a file by their contents.
struct Columns {
    names: Vec<String>,
    picture: usize,
    label: usize,
    group: Option<usize>,
}

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
        let train = part(&train, config, opening)?;
        let mut other = |files: &[PathBuf]| -> Result<Option<Images>, Vec<Error>> {
            if files.is_empty() {
                return Ok(None);
            }
            let images = part(files, config, opening)?;
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
        None if names_training => Err((shown(&entry.path), Reason::NoPart)),
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

fn part(files: &[PathBuf], config: &DataConfig, opening: OpenOptions<'_>) -> Result<Images, Vec<Error>> {
    let (watch, preprocessing) = (opening.watch, opening.preprocessing());
    let one = |error: Error| vec![error];
    let (mut images, mut all_facts, mut without_digit) = (Vec::<Raster>::new(), Facts::default(), None);
    let (mut labels, mut groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    let (mut names, mut unused) = (Vec::new(), Vec::new());
    let mut reading = Reading::new(shown(&files[0]));
    for file in files {
        let fail = |error: &parquet::errors::ParquetError| {
            one(source_error(file, SourceProblem::Parquet { error: error.to_string() }))
        };
        let opened = File::open(file).map_err(|error| one(unreadable(file, error)))?;
        let reader = SerializedFileReader::new(opened).map_err(|error| fail(&error))?;
        let columns = Columns::find(file, reader.metadata().file_metadata().schema(), config).map_err(one)?;
        names = class_names(&reader, &columns.names[columns.label]);
        for (name, reason) in columns.unused() {
            if !unused.contains(&name) {
                let place = Place::file(shown(file)).at(Step::Column(Column::Name(name.clone())));
                reading.leave_out(Thing::Column, place.to_string(), reason);
                unused.push(name);
            }
        }
        let rows = reader.metadata().file_metadata().num_rows().max(0) as usize;
        let mut entries = reader.get_row_iter(None).map_err(|error| fail(&error))?.enumerate();
        let mut done = 0;
        watch(0, rows);
        loop {
            // Some rows at a time: encoded pictures take more memory than the images made of them.
            let chunk: Vec<Entry> = entries
                .by_ref()
                .take(1024)
                .map(|(i, row)| entry(&row.map_err(|error| fail(&error))?, file, i, &columns).map_err(one))
                .collect::<Result<_, _>>()?;
            if chunk.is_empty() {
                break;
            }
            done += chunk.len();
            let decoded: Vec<Result<(Result<_, NoDigit>, Facts)>> =
                chunk.par_iter().map(|entry| decode(entry, config, &preprocessing)).collect();
            for (image, entry) in decoded.into_iter().zip(chunk) {
                let (image, facts) = image.map_err(one)?;
                all_facts = all_facts.or(facts);
                let image = match image {
                    Ok(image) => image,
                    Err(reason) => {
                        without_digit.get_or_insert((entry.place.clone(), reason));
                        reading.leave_out(Thing::Image, entry.place.to_string(), Reason::NoDigit);
                        continue;
                    }
                };
                let found = (image.height(), image.width());
                let expected = images.first().map_or(found, |first| (first.height(), first.width()));
                if found != expected {
                    let first = Box::new(places.first().cloned().expect("an image before this one set the size"));
                    let problem = SourceProblem::PictureSize { found, first, expected };
                    return Err(one(Error::Source { place: Box::new(entry.place), problem }));
                }
                images.push(image);
                labels.push(entry.label);
                groups.extend(entry.group);
                places.push(entry.place);
            }
            watch(done.min(rows), rows);
        }
        watch(rows, rows);
    }
    let Some((height, width)) = images.first().map(|first| (first.height(), first.width())) else {
        return Err(one(match without_digit {
            None => source_error(&files[0], SourceProblem::NoRows),
            Some((place, reason)) => {
                Error::Source { place: Box::new(place), problem: SourceProblem::NoDigit { reason } }
            }
        }));
    };
    let channels = all_facts.channels(config);
    all_facts.report(channels, config, &mut reading);
    let mut pixels = Vec::with_capacity(images.len() * height * width * channels);
    images.into_iter().for_each(|image| pixels.extend(image.into_channels(channels)));
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
        channels,
        pixels: Pixels::in_memory(height * width * channels, pixels),
        is_light: !config.finds_digits(),
        is_unit: false,
        labels: Labels::from_texts(labels, &config.classes),
        groups: (!groups.is_empty()).then(|| Labels::from_texts(groups, &[])),
        origin: Origin::Each(places),
        reading,
    })
}

/// The image of a row, and the facts about its picture.
fn decode(
    entry: &Entry,
    config: &DataConfig,
    preprocessing: &DigitPreprocessing,
) -> Result<(Result<Raster, NoDigit>, Facts)> {
    let (name, from) = (entry.place.to_string(), entry.picture.as_slice());
    pictures::from_reader_with(&name, from, facts::to_read(config), |picture| {
        let facts = Facts::of_picture(&picture, config);
        (image_of(&picture.on(Paper::Each), config, preprocessing), facts)
    })
}

impl Columns {
    /// The columns of the settings, or of the usual names; the first other one with bytes holds the pictures.
    fn find(file: &Path, schema: &Type, config: &DataConfig) -> Result<Self> {
        let fields = schema.get_fields();
        let names: Vec<String> = fields.iter().map(|field| field.name().to_string()).collect();
        let position = |column: &Column| match column {
            Column::Position(position) => Some(*position).filter(|position| *position < names.len()),
            Column::Name(wanted) => names.iter().position(|name| name == wanted),
        };
        let mut labels = (0..names.len()).filter(|&column| is_one_of(&names[column], &LABEL_NAMES));
        let label = match (config.label.is_none(), labels.next(), labels.next()) {
            (false, ..) => position(&config.label),
            (true, Some(first), Some(second)) => {
                let [first, second] = [first, second].map(|column| Column::Name(names[column].clone()));
                return Err(crate::Error::data(shown(file), CsvProblem::TwoLabelColumns { first, second }).into());
            }
            (true, label, _) => label,
        };
        let label = label.ok_or_else(|| source_error(file, SourceProblem::NoLabel))?;
        let group = match config.group.is_none() {
            true => None,
            false => Some(position(&config.group).ok_or_else(|| source_error(file, SourceProblem::NoGroup))?),
        };
        let is_picture = |&column: &usize| column != label && Some(column) != group && holds_bytes(&fields[column]);
        let picture = (0..names.len()).find(is_picture);
        let picture = picture.ok_or_else(|| source_error(file, SourceProblem::NoPicture))?;
        Ok(Self { names, picture, label, group })
    }

    /// The other columns, and why they are left out.
    fn unused(&self) -> impl Iterator<Item = (String, Reason)> {
        let used = [Some(self.picture), Some(self.label), self.group];
        let unused = self.names.iter().enumerate().filter(move |(column, _)| !used.contains(&Some(*column)));
        unused.map(|(_, name)| match is_one_of(name, &GROUP_NAMES) {
            true => (name.clone(), Reason::Groups),
            false => (name.clone(), Reason::OtherName),
        })
    }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// True for a column of bytes, and for one with a part `bytes`.
fn holds_bytes(column: &Type) -> bool {
    match column.is_group() {
        true => column.get_fields().iter().any(|field| field.name() == "bytes" && holds_bytes(field)),
        false => {
            column.get_physical_type() == PhysicalType::BYTE_ARRAY
                && column.get_basic_info().converted_type() == ConvertedType::NONE
        }
    }
}

fn entry(row: &Row, file: &Path, index: usize, columns: &Columns) -> Result<Entry> {
    let place = Place::file(shown(file)).at(Step::Row(index));
    let missing = |problem: SourceProblem| Error::Source { place: Box::new(place.clone()), problem };
    let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
    let text = |column: usize| fields.get(column).and_then(|field| text(field));
    let picture = fields.get(columns.picture).and_then(|field| bytes(field));
    let group = columns.group.map(|column| text(column).ok_or_else(|| missing(SourceProblem::NoGroup))).transpose()?;
    let picture = picture.ok_or_else(|| missing(SourceProblem::NoPicture))?;
    let label = text(columns.label).ok_or_else(|| missing(SourceProblem::NoLabel))?;
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

/// The names of the labels in Hugging Face's description of the column `label`.
fn class_names(reader: &SerializedFileReader<File>, label: &str) -> Vec<String> {
    let names = || {
        let entries = reader.metadata().file_metadata().key_value_metadata()?;
        let text = entries.iter().find(|entry| entry.key == "huggingface")?.value.as_ref()?;
        let description: serde_json::Value = serde_json::from_str(text).ok()?;
        let features = description.pointer("/info/features")?.as_object()?;
        let names = features.get(label)?.get("names")?.as_array()?;
        names.iter().map(|name| name.as_str().map(Into::into)).collect::<Option<Vec<String>>>()
    };
    names().unwrap_or_default()
}
