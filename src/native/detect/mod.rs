//! Detects the format of images of unknown origin: the settings that read them.

mod pictures;
mod table;

use std::path::{Path, PathBuf};

use crate::config::{DataConfig, Experiment, Override, PicturePreprocessing, Source};
use crate::data::{Part, Reading, Remark};
use crate::formats::names;
use crate::native::error::{FileProblem, Result};

use super::files::unsuited;
use super::pictures::shown;
use super::source::{self, Entry, Tree};

/// The settings that read the images in a file or folder.
///
/// # Errors
/// [`Error::Unsuited`](crate::native::Error::Unsuited) when no source reads it.
pub fn detect(path: &Path) -> Result<DataConfig> {
    Ok(detect_with(path, &[])?.config)
}

/// The settings that read some images, and what was taken for what to find them.
pub struct Detected {
    /// The settings.
    pub config: DataConfig,
    /// Interpretations and guesses.
    pub remarks: Vec<Remark>,
}

impl From<DataConfig> for Detected {
    fn from(config: DataConfig) -> Self {
        Self { config, remarks: Vec::new() }
    }
}

/// The settings that resize the pictures that `config` reads, whatever is on them.
///
/// # Errors
/// As [`detect`].
pub(super) fn resized(config: &DataConfig) -> Result<DataConfig> {
    let preprocess = PicturePreprocessing::Resize;
    let scale = DataConfig::of(config.source, preprocess).scale;
    pictures::resized(Path::new(&config.path), DataConfig { preprocess, scale, ..config.clone() })
}

/// The settings that read the images in a file or folder; those of `[data]` in `overrides` are given.
///
/// # Errors
/// As [`detect`], and for overrides that do not apply.
pub fn detect_with(path: &Path, overrides: &[Override]) -> Result<Detected> {
    let metadata = path.metadata().map_err(|source| unsuited(path, FileProblem::Unreadable { source }))?;
    let settings = |source: Source| settings(path, source, overrides);
    if metadata.is_dir() { detect_folder(path, settings) } else { detect_file(path, settings) }
}

fn detect_folder(path: &Path, settings: impl Fn(Source) -> Result<DataConfig>) -> Result<Detected> {
    let entries = source::entries(path, &mut Reading::new(shown(path)))?;
    let has = |is: fn(&str) -> bool| entries.iter().any(|entry| is(&entry.name));
    let has_arrays = has(|name| name.ends_with(".npy"));
    let has_parquet = has(|name| name.to_lowercase().ends_with(".parquet"));
    if has(names::is_idx) {
        return Ok(settings(Source::Idx)?.into());
    }
    if let Some(train) = training_table(path, entries)? {
        return table::columns(&train, settings(Source::Csv)?);
    }
    if has_arrays {
        return Ok(DataConfig { group: source::group(path)?, ..settings(Source::Npz)? }.into());
    }
    if has_parquet {
        return Ok(settings(Source::Parquet)?.into());
    }
    Ok(pictures::settings(path, settings(Source::Folder)?)?.into())
}

/// The table of the training images in a folder. Beside folders of pictures, only a table whose name says so is one.
fn training_table(path: &Path, entries: Vec<Entry>) -> Result<Option<PathBuf>> {
    let may_be = |name: &str| source::has_table_ending(name) || Part::named(name).is_some();
    let is_table = |entry: &&Entry| !entry.is_folder && may_be(&entry.name) && source::is_table(&entry.path);
    let tables: Vec<&Entry> = entries.iter().filter(is_table).collect();
    let is_named = tables.iter().any(|entry| Part::named(&entry.name) == Some(Part::Train));
    let has_pictures = |entry: &Entry| entry.is_folder && Tree::read(&entry.path).has_pictures();
    if tables.is_empty() || !is_named && entries.iter().any(has_pictures) {
        return Ok(None);
    }
    let has_folders = entries.iter().any(|entry| entry.is_folder);
    let train = source::tables(path, entries, &mut Reading::new(""))?.train;
    Ok(train.filter(|train| !has_folders || source::is_table(train)))
}

fn detect_file(path: &Path, settings: impl Fn(Source) -> Result<DataConfig>) -> Result<Detected> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends_with = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends_with(&[".npz", ".npy"]) {
        return Ok(DataConfig { group: source::group(path)?, ..settings(Source::Npz)? }.into());
    }
    if ends_with(&[".parquet"]) {
        return Ok(settings(Source::Parquet)?.into());
    }
    if source::has_table_ending(&name) || source::is_table(path) {
        return table::columns(path, settings(Source::Csv)?);
    }
    Err(unsuited(path, FileProblem::UnknownFormat))
}

/// The settings of a source, and those that are given.
fn settings(path: &Path, source: Source, overrides: &[Override]) -> Result<DataConfig> {
    let path = toml::Value::from(path.display().to_string());
    // A new experiment reads what there is, in its own shape.
    let text = format!("[data]\nsource = \"{source}\"\npath = {path}\nchannels = \"auto\"\nfit = \"letterbox\"\n");
    Ok(Experiment::from_toml("init", &text, overrides)?.data)
}
