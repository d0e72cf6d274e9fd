//! Images from wherever a configuration says: files are found and opened here, and read by `formats`.

mod cache;
mod csv;
mod folder;
mod idx;
mod mapped;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::config::{DataConfig, PicturePreprocessing, Source};
use crate::data::{Dataset, Images};
use crate::error::{Language, Message};
use crate::native::error::{Error, Result};
use crate::preprocess::{DigitPreprocessing, Raster};

use super::pictures;

pub use mapped::map;
pub use npz::group;

/// What is said while many pictures are decoded: how many are done, of how many.
pub type OnProgress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// How sources are opened, beside what the configuration says.
#[derive(Clone, Copy)]
pub struct OpenOptions<'a> {
    /// Folder in which decoded pictures are kept for the next time; `None` keeps none.
    pub cache: Option<&'a Path>,
    /// Told of the pictures that are decoded.
    pub watch: OnProgress<'a>,
}

impl OpenOptions<'_> {
    /// Keeps nothing, tells nobody.
    pub const QUIET: OpenOptions<'static> = OpenOptions { cache: None, watch: &|_, _| {} };
}

/// Training images, and test images where the source brings any along.
type Parts = (Images, Option<Images>);

/// Opens the images a configuration names.
///
/// # Errors
/// [`Error::Data`] with the file, and the row, image or byte in it, that cannot be read or does not fit.
pub fn open(config: &DataConfig, opening: OpenOptions<'_>) -> Result<Dataset> {
    open_all(config, opening).map_err(|errors| match errors.len() {
        1 => errors.into_iter().next().expect("one error"),
        more => several(errors, more),
    })
}

/// The same; pictures that cannot be read are an error each.
///
/// # Errors
/// As [`open`].
pub fn open_all(config: &DataConfig, opening: OpenOptions<'_>) -> Result<Dataset, Vec<Error>> {
    let one = |error: Error| vec![error];
    let path = Path::new(&config.path);
    if config.source != Source::Digits {
        fs::metadata(path).map_err(|source| one(not_found(path, &source)))?;
    }
    let (train, test) = match config.source {
        Source::Digits => return Dataset::digits().map_err(|error| one(error.into())),
        Source::Idx => idx::open(path, config).map_err(one)?,
        Source::Csv => csv::open(path, config).map_err(one)?,
        Source::Npz => npz::open(path, config).map_err(one)?,
        Source::Folder => folder::open(path, config, opening)?,
        Source::Parquet => open_parquet(path, config, opening)?,
    };
    if config.reads_digits() {
        // Those of pictures were just made; those of a file are held to it.
        let hint = "bring them to 8x8 whole numbers from 0 to 16, or leave data.preprocess away";
        std::iter::once(&train)
            .chain(&test)
            .try_for_each(|part| part.check_digits(hint))
            .map_err(|error| one(error.into()))?;
    }
    let max_value = match (config.source, config.preprocess) {
        (_, PicturePreprocessing::Digit) => Some(16),
        (Source::Folder | Source::Parquet, PicturePreprocessing::Resize) => Some(255),
        _ => None,
    };
    Dataset::new(train, test, &config.classes, max_value).map_err(|error| one(error.into()))
}

#[cfg(feature = "parquet")]
fn open_parquet(path: &Path, config: &DataConfig, opening: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    parquet::open(path, config, opening)
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(path: &Path, _: &DataConfig, _: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    let reason = "Parquet files are read by a program that is built with the feature parquet".into();
    let hint = "build with it: cargo run --release --features parquet -- ...".into();
    Err(vec![crate::Error::Data { place: pictures::shown(path), reason, hint }.into()])
}

/// The first of several errors, with their number.
fn several(errors: Vec<Error>, number: usize) -> Error {
    match errors.into_iter().next() {
        Some(error @ (Error::Core(crate::Error::Data { .. }) | Error::Picture { .. })) => {
            let Message { place, text: reason, .. } = error.messages(Language::English).swap_remove(0);
            crate::Error::Data {
                place: place.unwrap_or_default(),
                reason: match number - 1 {
                    1 => format!("{reason} (and 1 other file cannot be read)"),
                    others => format!("{reason} (and {others} other files cannot be read)"),
                },
                hint: "`data check` with this configuration lists them all".into(),
            }
            .into()
        }
        Some(error) => error,
        None => unreachable!("an error that is none"),
    }
}

fn data_error(path: &Path, reason: impl Into<String>, hint: &str) -> Error {
    crate::Error::Data { place: pictures::shown(path), reason: reason.into(), hint: hint.into() }.into()
}

fn not_found(path: &Path, source: &std::io::Error) -> Error {
    let here = std::env::current_dir().unwrap_or_default();
    let hint = match path.is_relative() {
        true => format!("data.path is seen from {}; set it with --set data.path=...", here.display()),
        false => "set it with --set data.path=...".into(),
    };
    crate::Error::Data { place: pictures::shown(path), reason: format!("cannot be read: {source}"), hint }.into()
}

fn cannot_read(path: &Path, source: &std::io::Error) -> Error {
    data_error(path, format!("cannot be read: {source}"), "check the path, and whether you may read it")
}

/// A file in the folder `path`, by a name that a configuration gives: one that leads out of it is refused.
fn inside(path: &Path, setting: &str, name: &str) -> Result<PathBuf> {
    let stays = Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !stays {
        let reason = format!("data.{setting} is {name:?}, which leads out of the folder");
        return Err(data_error(path, reason, "name a file in the folder data.path"));
    }
    Ok(path.join(name))
}

/// The first of some files that is there.
fn first_of(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// Opens a file to be read from its beginning, decompressed if it is compressed with gzip.
fn reader(path: &Path) -> Result<Box<dyn Read>> {
    let fail = |error| cannot_read(path, &error);
    let mut file = File::open(path).map_err(fail)?;
    if !file.metadata().map_err(fail)?.is_file() {
        return Err(data_error(path, "is no file", "name a file"));
    }
    Ok(match is_compressed(&mut file).map_err(fail)? {
        true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file))),
        false => Box::new(BufReader::with_capacity(1 << 16, file)),
    })
}

/// Whether a file begins as those of gzip do; it is left at its beginning.
fn is_compressed(file: &mut File) -> std::io::Result<bool> {
    let mut magic = Vec::new();
    file.by_ref().take(2).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(magic == [0x1f, 0x8b])
}

/// The image that a picture becomes: rows, columns and grey values.
///
/// # Errors
/// Why there is no digit on it, where it is to be read as one.
pub fn image_of(raster: &Raster, config: &DataConfig) -> Result<(usize, usize, Vec<u8>), String> {
    match (config.preprocess, config.size.as_slice()) {
        (PicturePreprocessing::Digit, _) => {
            let steps = DigitPreprocessing::default().digit(raster).map_err(|reason| reason.to_string())?;
            Ok((8, 8, steps.pixels))
        }
        (PicturePreprocessing::Resize, &[height, width]) => {
            Ok((height, width, raster.resized(height, width).into_pixels()))
        }
        (PicturePreprocessing::Resize, _) => Ok((raster.height(), raster.width(), raster.pixels().to_vec())),
    }
}
