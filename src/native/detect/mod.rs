//! Detects the format of images of unknown origin: the settings that read them.

mod pictures;
mod table;

use std::path::Path;

use crate::config::{DataConfig, PicturePreprocessing, Source};
use crate::data::Reading;
use crate::native::error::{FileProblem, Result};

use super::files::unsuited;
use super::pictures::shown;
use super::source;

/// The settings that read the images in a file or folder.
///
/// # Errors
/// [`Error::Unsuited`](crate::native::Error::Unsuited) when no source reads it.
pub fn detect(path: &Path) -> Result<DataConfig> {
    let metadata = path.metadata().map_err(|source| unsuited(path, FileProblem::Unreadable { source }))?;
    if metadata.is_dir() { detect_folder(path) } else { detect_file(path) }
}

fn detect_folder(path: &Path) -> Result<DataConfig> {
    let entries = source::entries(path, &mut Reading::new(shown(path)))?;
    let names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
    let find = |is: fn(&str) -> bool| names.iter().find(|name| is(name));
    if find(|name| name.contains("idx3-ubyte")).is_some() {
        return Ok(settings(path, Source::Idx));
    }
    if let Some(table) = find(|name| name == "train.csv" || name == "train.csv.gz") {
        return table::columns(&path.join(table), settings(path, Source::Csv));
    }
    if find(|name| name.ends_with(".npy")).is_some() {
        return Ok(DataConfig { group: source::group(path)?, ..settings(path, Source::Npz) });
    }
    if find(|name| name.ends_with(".parquet")).is_some() {
        return Ok(settings(path, Source::Parquet));
    }
    pictures::size(path, settings(path, Source::Folder))
}

fn detect_file(path: &Path) -> Result<DataConfig> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends_with = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends_with(&[".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz"]) {
        return table::columns(path, settings(path, Source::Csv));
    }
    if ends_with(&[".npz", ".npy"]) {
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
