//! Text tables: one file, or a folder with one for each part.

use std::path::{Path, PathBuf};

use crate::config::DataConfig;
use crate::data::{GreyRange, Images, Part, Parts, Reading, Reason, Thing};
use crate::formats::table::{self, Columns, Expected, Table};
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::listing::{Entry, entries};
use super::{reader, source_error};

/// Endings of the names of tables, with or without `.gz`. Other files are tables if their names say which part they are.
const ENDINGS: [&str; 8] = ["csv", "tsv", "txt", "data", "tab", "arff", "tra", "tes"];

/// The tables of a folder.
#[derive(Debug, Default)]
pub struct Tables {
    pub train: Option<PathBuf>,
    pub validation: Option<PathBuf>,
    pub test: Option<PathBuf>,
}

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let mut reading = Reading::new(shown(path));
    let tables = match path.is_dir() {
        true => tables(path, &mut reading)?,
        false => Tables { train: Some(path.into()), ..Tables::default() },
    };
    let train = tables.train.ok_or_else(|| source_error(path, SourceProblem::NoTrainTable))?;
    let range = GreyRange::of_setting(&config.range);
    let Table { images: mut train, columns, range } = read(&train, config, range, Expected::default())?;
    let part = |path: Option<PathBuf>, reading: &mut Reading| match path {
        Some(path) => labelled(&path, config, range, &columns, reading),
        None => Ok(None),
    };
    let validation = part(tables.validation, &mut reading)?;
    let test = part(tables.test, &mut reading)?;
    train.reading.merge(reading);
    Ok(Parts { train, validation, test })
}

fn read(path: &Path, config: &DataConfig, range: Option<GreyRange>, expected: Expected<'_>) -> Result<Table> {
    table::read(&shown(path), || reader(path), config, range, expected)
}

/// The images of a part, with the columns and the range of the training images; none if they have no labels.
fn labelled(
    path: &Path,
    config: &DataConfig,
    range: Option<GreyRange>,
    columns: &Columns,
    reading: &mut Reading,
) -> Result<Option<Images>> {
    let expected = Expected { columns: Some(columns), inputs: None };
    let Table { images, columns, range: found } = read(path, config, range, expected)?;
    GreyRange::check_part(found, range, shown(path))?;
    if columns.has_labels() {
        return Ok(Some(images));
    }
    reading.part(Part::Unlabelled, shown(path), images.pixels.len());
    let rows = (0..images.pixels.len()).map(|row| images.origin.place(row).to_string());
    reading.leave_out_all(Thing::Row, rows, Reason::Unlabelled);
    reading.merge(images.reading);
    Ok(None)
}

/// The tables of a folder by the parts that their names say; a single table is the training images.
///
/// # Errors
/// A folder that cannot be listed, or that has two tables for one part.
pub fn tables(folder: &Path, reading: &mut Reading) -> Result<Tables> {
    let files = entries(folder, reading)?;
    let (mut tables, mut others) = (Tables::default(), Vec::new());
    let mut unnamed: Vec<Entry> = Vec::new();
    for file in files {
        let part = (!file.is_folder).then(|| part_of(&file.name)).flatten();
        let slot = match part {
            Some(Part::Train) => &mut tables.train,
            Some(Part::Validation) => &mut tables.validation,
            Some(Part::Test) => &mut tables.test,
            _ if !file.is_folder && has_ending(&file.name) => {
                unnamed.push(file);
                continue;
            }
            _ => {
                others.push(file);
                continue;
            }
        };
        match slot {
            // A table and its compressed form, in the order of their names, are one.
            Some(first) if file.path.as_os_str().to_string_lossy() == format!("{}.gz", first.display()) => {
                others.push(file)
            }
            Some(first) => {
                let problem = SourceProblem::TwoTables { first: shown(first), second: shown(&file.path) };
                return Err(source_error(folder, problem));
            }
            None => *slot = Some(file.path),
        }
    }
    match (&tables.train, unnamed.len()) {
        (None, 1) => tables.train = unnamed.pop().map(|file| file.path),
        (None, 2..) => {
            let problem = SourceProblem::TwoTables { first: shown(&unnamed[0].path), second: shown(&unnamed[1].path) };
            return Err(source_error(folder, problem));
        }
        _ => {}
    }
    others.extend(unnamed);
    for file in others {
        let thing = if file.is_folder { Thing::Folder } else { Thing::File };
        reading.leave_out(thing, shown(&file.path), Reason::OtherFile);
    }
    Ok(tables)
}

/// The part that the name of a table stands for; `.tra` and `.tes` are endings of the UCI repository.
fn part_of(name: &str) -> Option<Part> {
    let stem = name.strip_suffix(".gz").unwrap_or(name);
    let ending = stem.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    match ending.as_str() {
        "tra" => Some(Part::Train),
        "tes" => Some(Part::Test),
        "train" | "test" | "val" => Part::named(stem),
        _ if has_ending(name) => Part::named(stem),
        _ => None,
    }
}

/// Returns whether a name ends as those of tables do.
pub fn has_ending(name: &str) -> bool {
    let name = name.to_lowercase();
    let stem = name.strip_suffix(".gz").unwrap_or(&name);
    stem.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}
