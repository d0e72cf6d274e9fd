//! Text tables: one file, or a folder with one for each part.

use std::path::{Path, PathBuf};

use crate::config::DataConfig;
use crate::data::{GreyRange, Images, Part, Parts, Reading, Reason, Thing};
use crate::formats::table::{self, Columns, Expected, Table};
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::listing::{Entry, entries};
use super::{beginning, reader, source_error};

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
        true => tables(path, entries(path, &mut reading)?, &mut reading)?,
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
    let expected = Expected { columns: Some(columns), ..Expected::default() };
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

/// The tables among the files of a folder by the parts that their names say; a single table is the training images.
///
/// # Errors
/// A folder that has two tables for one part.
pub fn tables(folder: &Path, entries: Vec<Entry>, reading: &mut Reading) -> Result<Tables> {
    let (mut train, mut validation, mut test, mut unnamed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let files = match part_of(&entry.name) {
            _ if entry.is_folder => None,
            Some(Part::Train) => Some(&mut train),
            Some(Part::Validation) => Some(&mut validation),
            Some(Part::Test) => Some(&mut test),
            _ => has_ending(&entry.name).then_some(&mut unnamed),
        };
        match files {
            None => reading.leave_out(entry.thing(), shown(&entry.path), Reason::OtherFile),
            Some(_) if entry.is_compressed_copy() => {
                reading.leave_out(Thing::File, shown(&entry.path), Reason::Compressed);
            }
            Some(files) => files.push(entry.path),
        }
    }
    if train.is_empty() {
        train = unnamed;
    } else {
        let (tables, others): (Vec<_>, Vec<_>) = unnamed.iter().partition(|file| is_table(file));
        reading.leave_out_all(Thing::File, tables.into_iter().map(|file| shown(file)), Reason::NoPart);
        reading.leave_out_all(Thing::File, others.into_iter().map(|file| shown(file)), Reason::OtherFile);
    }
    let mut only = |files| only_table(folder, files, reading);
    Ok(Tables { train: only(train)?, validation: only(validation)?, test: only(test)? })
}

/// The table of a part; texts that are not tables may lie beside it.
fn only_table(folder: &Path, files: Vec<PathBuf>, reading: &mut Reading) -> Result<Option<PathBuf>> {
    let (mut tables, mut others) = (files, Vec::new());
    if tables.len() > 1 && tables.iter().any(|file| is_table(file)) {
        (tables, others) = tables.into_iter().partition(|file| is_table(file));
    }
    if let [first, second, ..] = &*tables {
        let problem = SourceProblem::TwoTables { first: shown(first), second: shown(second) };
        return Err(source_error(folder, problem));
    }
    reading.leave_out_all(Thing::File, others.iter().map(|file| shown(file)), Reason::OtherFile);
    Ok(tables.pop())
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

/// Returns whether a file looks like a table of images, whatever its name.
pub fn is_table(path: &Path) -> bool {
    beginning(path).is_some_and(|begin| table::is_table(&begin))
}
