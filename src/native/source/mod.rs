//! The sources of images: this module finds and opens their files, and `formats` reads them.

mod cache;
mod csv;
mod facts;
mod folder;
mod further;
mod idx;
mod layout;
mod listing;
mod loose;
mod mapped;
mod npz;
#[cfg(feature = "parquet")]
mod parquet;
mod prepared;
mod rows;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use crate::config::{DataConfig, PicturePreprocessing, Portion, Source};
use crate::data::{Dataset, Images, Parts, Reason, Remark, Thing, digits, lie_on_their_side};
use crate::error::{NoDigit, Place};
use crate::native::error::{Error, PathOption, Result, SourceProblem};
use crate::preprocess::{CENTRED_SIDE, DigitPreprocessing, Raster};

use super::pictures;

pub(crate) use csv::{has_ending as has_table_ending, is_table, tables};
pub(crate) use folder::training_pictures;
pub(crate) use listing::{Entry, Tree, entries};
pub use loose::pictures_in;
pub(crate) use mapped::map;
pub(crate) use npz::{group, test_arrays};
pub(crate) use prepared::raster;
pub use rows::{Row, RowFile};

/// Called while pictures are decoded, with the number of those that are done and of all.
pub type OnProgress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Called with the images when all have been read.
pub type OnReading<'a> = &'a dyn Fn(&Dataset);

/// Options for opening a source that are not part of the configuration.
#[derive(Clone, Copy)]
pub struct OpenOptions<'a> {
    /// Folder that keeps decoded pictures for the next time; `None` keeps none.
    pub cache: Option<&'a Path>,
    /// Called while pictures are decoded.
    pub watch: OnProgress<'a>,
    /// Called with the images.
    pub report: OnReading<'a>,
    /// The classes that the labels must name; `None` takes the classes from the labels and the configuration.
    pub classes: Option<KnownClasses<'a>>,
    /// The way from a picture to a digit, that of a network; `None` for the default.
    pub preprocessing: Option<&'a DigitPreprocessing>,
}

/// The classes of a network, which the labels of other images must name.
#[derive(Clone, Copy)]
pub struct KnownClasses<'a> {
    /// Their names, in the network's order.
    pub names: &'a [String],
    /// Labels may also be their positions, as those of the training images.
    pub positions: bool,
    /// Takes the pictures on which no digit was found; their images are blank.
    pub without_digit: &'a Mutex<BTreeSet<String>>,
}

impl KnownClasses<'_> {
    /// A blank image for a picture on which no digit was found, which is recorded.
    fn blank(&self, file: &Path, config: &DataConfig) -> Raster {
        self.without_digit.lock().unwrap_or_else(PoisonError::into_inner).insert(pictures::shown(file));
        let side = side(config);
        Raster::new(side, side, vec![0; side * side])
    }
}

impl OpenOptions<'_> {
    /// Without a cache, and without progress.
    pub const QUIET: OpenOptions<'static> =
        OpenOptions { cache: None, watch: &|_, _| {}, report: &|_| {}, classes: None, preprocessing: None };

    fn preprocessing(&self) -> DigitPreprocessing {
        self.preprocessing.cloned().unwrap_or_default()
    }
}

/// Opens the images a configuration names.
///
/// # Errors
/// [`Error::Source`] and [`crate::Error::Data`], with the file and the row, image or byte in it.
pub fn open(config: &DataConfig, opening: OpenOptions<'_>) -> Result<Dataset> {
    open_all(config, opening).map_err(first)
}

/// The first of several errors, with the number of the others.
pub(crate) fn first(errors: Vec<Error>) -> Error {
    let others = errors.len().saturating_sub(1);
    let first = errors.into_iter().next().expect("a failure has an error");
    if others == 0 { first } else { Error::Several { first: Box::new(first), others } }
}

/// Opens the images a configuration names, with an error for each picture that cannot be read.
///
/// # Errors
/// As [`open`].
pub fn open_all(config: &DataConfig, opening: OpenOptions<'_>) -> Result<Dataset, Vec<Error>> {
    let alone = open_alone(config, opening)?;
    let dataset = config.also.iter().try_fold(alone, |dataset, also| further::add(dataset, also, opening))?;
    (opening.report)(&dataset);
    Ok(dataset)
}

/// Opens the images of the source alone, without further ones.
fn open_alone(config: &DataConfig, opening: OpenOptions<'_>) -> Result<Dataset, Vec<Error>> {
    let one = |error: Error| vec![error];
    let path = Path::new(&config.path);
    if config.source != Source::Digits {
        fs::metadata(path).map_err(|source| one(not_found(path, source)))?;
    }
    let mut parts = match config.source {
        Source::Digits => return Dataset::digits().map_err(|error| one(error.into())),
        Source::Idx => idx::open(path, config).map_err(one)?,
        Source::Csv => csv::open(path, config).map_err(one)?,
        Source::Npz => npz::open(path, config).map_err(one)?,
        Source::Folder => folder::open(path, config, opening)?,
        Source::Parquet => open_parquet(path, config, opening)?,
    };
    // Pictures were brought to the channels that are asked for when they were read.
    if !config.source.has_pictures() {
        facts::settle(&mut parts, config);
    }
    if config.transpose {
        parts.all_mut().for_each(Images::transpose);
    } else if matches!(config.source, Source::Idx | Source::Csv | Source::Npz) {
        let by_name = parts.train.reading.from().to_lowercase().contains("emnist");
        if by_name || lie_on_their_side(&parts.train) {
            parts.train.reading.remark(Remark::Sideways { by_name });
        }
    }
    if config.validation != Portion::Auto
        && let Some(unused) = parts.validation.take()
    {
        // Held-out images that are chosen from the training images take the place of the source's own.
        let reading = &mut parts.train.reading;
        let names = (0..unused.labels.len()).map(|image| unused.origin.place(image).to_string());
        reading.leave_out_all(Thing::Image, names, Reason::OtherValidation);
        reading.merge(unused.reading);
    }
    if config.preprocess != PicturePreprocessing::Resize && !config.source.has_pictures() {
        prepared::find_digits(&mut parts, config, opening).map_err(one)?;
    }
    let max_value = match (config.source, config.preprocess) {
        (_, PicturePreprocessing::Digit) => Some(digits::MAX_VALUE),
        (_, PicturePreprocessing::Centred) | (Source::Folder | Source::Parquet, PicturePreprocessing::Resize) => {
            Some(u8::MAX)
        }
        _ => None,
    };
    let dataset = match opening.classes {
        None => Dataset::new(parts, &config.classes, max_value),
        Some(known) => Dataset::of_known_classes(parts, known.names, known.positions, max_value),
    };
    dataset.map_err(|error| one(error.into()))
}

#[cfg(feature = "parquet")]
fn open_parquet(path: &Path, config: &DataConfig, opening: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    parquet::open(path, config, opening)
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(path: &Path, _: &DataConfig, _: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    Err(vec![source_error(path, SourceProblem::NoParquet)])
}

fn source_error(path: &Path, problem: SourceProblem) -> Error {
    Error::Source { place: Box::new(Place::file(pictures::shown(path))), problem }
}

/// The error about a path of images that does not lead anywhere.
pub(crate) fn not_found(path: &Path, source: std::io::Error) -> Error {
    let here = || std::env::current_dir().unwrap_or_default().display().to_string();
    source_error(
        path,
        SourceProblem::NotFound { source, relative_to: path.is_relative().then(here), option: PathOption::Set },
    )
}

fn unreadable(path: &Path, source: std::io::Error) -> Error {
    source_error(path, SourceProblem::Unreadable { source })
}

/// A file in the folder `path`, by the name in a setting, which must not lead out of the folder.
fn inside(path: &Path, setting: &'static str, name: &str) -> Result<PathBuf> {
    let stays = Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !stays {
        return Err(source_error(path, SourceProblem::Outside { setting, name: name.into() }));
    }
    Ok(path.join(name))
}

/// Opens a file for reading, and decompresses it if it is compressed with gzip.
pub(crate) fn reader(path: &Path) -> Result<Box<dyn Read>> {
    let fail = |error| unreadable(path, error);
    let mut file = File::open(path).map_err(fail)?;
    if !file.metadata().map_err(fail)?.is_file() {
        return Err(source_error(path, SourceProblem::NotAFile));
    }
    Ok(match is_compressed(&mut file).map_err(fail)? {
        true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file))),
        false => Box::new(BufReader::with_capacity(1 << 16, file)),
    })
}

/// The first bytes of a file, decompressed; `None` for what cannot be opened.
fn beginning(path: &Path) -> Option<Vec<u8>> {
    const BYTES: u64 = 1 << 16;
    let mut begin = Vec::new();
    // The bytes before an error tell the kind of a damaged file, too.
    let _ = reader(path).ok()?.take(BYTES).read_to_end(&mut begin);
    Some(begin)
}

/// True if a file begins with the signature of gzip; the file is rewound.
fn is_compressed(file: &mut File) -> std::io::Result<bool> {
    let mut magic = Vec::new();
    file.by_ref().take(2).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(magic == [0x1f, 0x8b])
}

/// Rows and columns of the image of a digit that was found.
pub(crate) fn side(config: &DataConfig) -> usize {
    if config.preprocess == PicturePreprocessing::Centred { CENTRED_SIDE } else { digits::SIDE }
}

/// Makes an image of a picture.
///
/// # Errors
/// The reason why there is no digit on it, if the configuration reads digits.
pub(crate) fn image_of(
    raster: &Raster,
    config: &DataConfig,
    preprocessing: &DigitPreprocessing,
) -> Result<Raster, NoDigit> {
    match (config.preprocess, config.size.as_slice()) {
        _ if config.reads_digits() => {
            let steps = preprocessing.photograph(raster)?;
            Ok(Raster::new(digits::SIDE, digits::SIDE, steps.pixels))
        }
        (PicturePreprocessing::Centred, _) => {
            let steps = preprocessing.centred(raster)?;
            Ok(Raster::new(CENTRED_SIDE, CENTRED_SIDE, steps.pixels))
        }
        (_, &[height, width]) => Ok(raster.fitted(height, width, config.fit)),
        _ => Ok(raster.clone()),
    }
}
