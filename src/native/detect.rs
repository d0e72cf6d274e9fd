//! Detects the format of images of unknown origin: the settings that read them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use ::csv::ReaderBuilder;
use flate2::read::MultiGzDecoder;

use crate::config::{Column, DataConfig, PicturePreprocessing, Source};
use crate::native::error::{FileProblem, Result};

use super::files::unsuited;
use super::pictures;
use super::source;

/// Longest side to which pictures are resized when they are larger, or differ in size.
const MAX_SIDE: usize = 32;

/// The settings that read the images in a file or folder.
///
/// # Errors
/// [`Error::Unsuited`](crate::native::Error::Unsuited) when no source reads it.
pub fn detect(path: &Path) -> Result<DataConfig> {
    let metadata = path.metadata().map_err(|source| unsuited(path, FileProblem::Unreadable { source }))?;
    if metadata.is_dir() { detect_folder(path) } else { detect_file(path) }
}

fn detect_folder(path: &Path) -> Result<DataConfig> {
    let entries = path.read_dir().map_err(|source| unsuited(path, FileProblem::Unreadable { source }))?;
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let find = |is: fn(&str) -> bool| names.iter().find(|name| is(name));
    if find(|name| name.contains("idx3-ubyte")).is_some() {
        return Ok(settings(path, Source::Idx));
    }
    if let Some(table) = find(|name| name == "train.csv" || name == "train.csv.gz") {
        return detect_columns(&path.join(table), settings(path, Source::Csv));
    }
    if find(|name| name == "x.npy" || name == "x_train.npy").is_some() {
        return Ok(DataConfig { group: source::group(path)?, ..settings(path, Source::Npz) });
    }
    if find(|name| name.ends_with(".parquet")).is_some() {
        return Ok(settings(path, Source::Parquet));
    }
    detect_size(path, settings(path, Source::Folder))
}

fn detect_file(path: &Path) -> Result<DataConfig> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends_with = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends_with(&[".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz"]) {
        return detect_columns(path, settings(path, Source::Csv));
    }
    if ends_with(&[".npz"]) {
        return Ok(DataConfig { group: source::group(path)?, ..settings(path, Source::Npz) });
    }
    if ends_with(&[".parquet"]) {
        return Ok(settings(path, Source::Parquet));
    }
    Err(unsuited(path, FileProblem::UnknownFormat))
}

fn settings(path: &Path, source: Source) -> DataConfig {
    DataConfig { path: path.display().to_string(), ..DataConfig::of(source, PicturePreprocessing::Resize) }
}

/// Detects the separator of a table, and the columns of its labels and groups.
fn detect_columns(path: &Path, config: DataConfig) -> Result<DataConfig> {
    let fail = |source: std::io::Error| unsuited(path, FileProblem::NotATable { source });
    let file = File::open(path).map_err(fail)?;
    let reader: Box<dyn Read> = match path.extension().is_some_and(|end| end == "gz") {
        true => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        false => Box::new(file),
    };
    // A bound for files of any size: the first rows are enough.
    let mut reader = BufReader::new(reader.take(8 << 20));
    let mut first = String::new();
    reader.read_line(&mut first).map_err(fail)?;
    // The byte order mark of some programs.
    let first = first.trim_start_matches('\u{feff}');
    let separator = [b',', b';', b'\t', b'|', b' ']
        .into_iter()
        .max_by_key(|&separator| first.bytes().filter(|&byte| byte == separator).count())
        .expect("the list is not empty");
    let mut config = DataConfig { separator: char::from(separator).to_string(), ..config };
    let columns = |line: &str| {
        line.trim_end()
            .split(char::from(separator))
            .map(|field| field.trim().trim_matches('"').to_string())
            .collect::<Vec<_>>()
    };
    let names = columns(first);
    let has_names = 2 * names.iter().filter(|name| name.parse::<f64>().is_ok()).count() < names.len();
    if has_names {
        let named = |wanted: &[&str]| {
            names.iter().find(|name| wanted.iter().any(|known| name.eq_ignore_ascii_case(known))).cloned()
        };
        config.label = named(&["label", "class", "target", "y", "digit", "letter", "character"])
            .map_or(Column::default(), Column::Name);
        config.group =
            named(&["group", "writer", "subject", "author", "person"]).map_or(Column::default(), Column::Name);
        return Ok(config);
    }
    // Without a header, the labels are the first or the last column: the one with fewer different values, but at least two.
    let (mut first_values, mut last_values) = (BTreeSet::new(), BTreeSet::new());
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(reader);
    for row in rows.records().take(2000).flatten() {
        first_values.extend(row.iter().next().map(ToString::to_string));
        last_values.extend(row.iter().next_back().map(ToString::to_string));
    }
    let rank = |values: &BTreeSet<String>| {
        let is_text = values.iter().any(|value| value.trim().parse::<f64>().is_err());
        (values.len() < 2, !is_text, values.len())
    };
    let is_first = rank(&first_values) <= rank(&last_values);
    config.label = Column::Position(if is_first { 0 } else { names.len() - 1 });
    Ok(config)
}

/// Detects the size of pictures: their own if they are small and of one size, else one to resize them to.
fn detect_size(path: &Path, config: DataConfig) -> Result<DataConfig> {
    let files: Vec<_> = pictures::list(path).into_iter().filter_map(Result::ok).collect();
    if files.is_empty() {
        return Err(unsuited(path, FileProblem::NoImages));
    }
    let some = files.iter().step_by(files.len().div_ceil(50));
    let sizes: BTreeSet<(usize, usize)> =
        some.filter_map(|file| pictures::read(file).ok()).map(|raster| (raster.height(), raster.width())).collect();
    let Some(&(height, width)) = sizes.iter().nth(sizes.len() / 2) else { return Ok(config) };
    if sizes.len() == 1 && height.max(width) <= 2 * MAX_SIDE {
        return Ok(config);
    }
    let shrunk = |side: usize| (side * MAX_SIDE).div_ceil(height.max(width)).clamp(1, MAX_SIDE);
    let small = |side: usize| if height.max(width) > MAX_SIDE { shrunk(side) } else { side };
    Ok(DataConfig { size: vec![small(height), small(width)], ..config })
}
