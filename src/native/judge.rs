//! Images to judge a network on: those that it was trained and tested with, wherever they are now, or others.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::checkpoint::SavedModel;
use crate::config::{Channels, DataConfig, PicturePreprocessing};
use crate::data::{Dataset, Part, Reading, Split, SplitName, digits};
use crate::error::{NoDigit, SplitProblem};
pub use crate::evaluate::Relation;
use crate::exchange::Origin;
use crate::formats::names::{self, Role};
use crate::native::error::{FileProblem, PathOption, Result, RunProblem};
use crate::novelty::Border;
use crate::preprocess::DigitPreprocessing;
use crate::recognise::full_scale;

use super::detect::detect;
use super::files::unsuited;
use super::pictures::{self, shown};
use super::run_dir::Trained;
use super::source::{self, KnownClasses, OpenOptions};

/// Labelled images with the classes of a network.
pub struct JudgedImages {
    /// The images.
    pub dataset: Dataset,
    /// The path that the user gave; `None` for that of the configuration.
    pub path: Option<String>,
    /// The split of training; `None` for images that are not known to be those of training, unless the configuration names
    /// them.
    pub split: Option<Split>,
    /// Their relation to those of training.
    pub relation: Relation,
    /// A picture that was not of the network's size, with its rows and columns: all such pictures were resized.
    pub resized: Option<(String, usize, usize)>,
    /// Images without a digit, where the network reads digits: they are not judged.
    pub without_digit: Vec<usize>,
}

/// The likeness of images to those that trained a network, as far as these are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Likeness {
    /// They look like the negatives of the training images.
    pub is_negative: Option<bool>,
    /// Number of those that are training images, where the others are not.
    pub trained: Option<usize>,
}

/// The images that a network is judged on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Their part; `None` for all images.
    pub split: Option<SplitName>,
    /// Their indices, in ascending order.
    pub images: Vec<usize>,
}

/// Opens the images to judge a network on: those of its training, or those at `data`.
///
/// The kind of source at `data` is found as `init` finds it. Pictures become images as the network's own did.
///
/// # Errors
/// As [`source::open`]; an error that names the labels that are none of the network's classes.
pub fn open(trained: &Trained, data: Option<&Path>, opening: OpenOptions<'_>) -> Result<JudgedImages> {
    let Some(path) = data else { return own_images(trained, opening) };
    let (dataset, without_digit) = match moved_with_further(trained, path, opening) {
        Some(dataset) => (dataset, Vec::new()),
        None => read(&trained.saved, path, opening)?,
    };
    let relation = relation(trained, &dataset, Relation::Other);
    let (split, resized) = match relation {
        Relation::Same => (Some(Split::new(&dataset, &trained.saved.experiment)?), None),
        _ => (None, resized(&dataset, &trained.saved)),
    };
    Ok(JudgedImages { dataset, path: Some(shown(path)), split, relation, resized, without_digit })
}

/// The images that the network's configuration names.
fn own_images(trained: &Trained, opening: OpenOptions<'_>) -> Result<JudgedImages> {
    if let Some(origin) = Origin::of(&trained.saved) {
        return Err(RunProblem::ImagesUnknown { file: origin.file }.into());
    }
    let experiment = &trained.saved.experiment;
    let opening = OpenOptions { preprocessing: Some(&trained.saved.preprocessing), ..opening };
    let dataset = source::open(&experiment.data, opening).map_err(|error| error.naming(PathOption::Data))?;
    let split = Some(Split::new(&dataset, experiment)?);
    let relation = if dataset.is_built_in() { Relation::Same } else { relation(trained, &dataset, Relation::Changed) };
    Ok(JudgedImages { dataset, path: None, split, relation, resized: None, without_digit: Vec::new() })
}

/// The images of training at a new path, with those of further sources; `None` if they are others, or there are no further ones.
fn moved_with_further(trained: &Trained, path: &Path, opening: OpenOptions<'_>) -> Option<Dataset> {
    let own = &trained.saved.experiment.data;
    if own.also.is_empty() {
        return None;
    }
    let config = DataConfig { path: path.to_str()?.into(), ..own.clone() };
    let opening = OpenOptions { preprocessing: Some(&trained.saved.preprocessing), ..opening };
    let dataset = source::open(&config, opening).ok()?;
    (trained.data_sha256.as_ref() == Some(&dataset.sha256())).then_some(dataset)
}

/// The relation of images to those of training; `different` if they are not the same.
fn relation(trained: &Trained, dataset: &Dataset, different: Relation) -> Relation {
    match &trained.data_sha256 {
        None => Relation::Unknown,
        Some(digest) if *digest == dataset.sha256() => Relation::Same,
        Some(_) => different,
    }
}

impl JudgedImages {
    /// The images to judge on: those of a part, or, if none is asked for, the test part. Images without parts are judged
    /// whole.
    ///
    /// # Errors
    /// [`FileProblem::NoPart`] or [`SplitProblem::Empty`] if the part has no images; [`FileProblem::NoDigits`] if no digit was
    /// found on any.
    pub fn choose(&self, part: Option<SplitName>) -> Result<Choice> {
        let given = |part: SplitName| -> Vec<usize> { self.dataset.given(part).collect() };
        let (split, mut images) = match (&self.split, part) {
            (Some(split), part) => {
                let part = part.unwrap_or(SplitName::Test);
                (Some(part), split.part(part).to_vec())
            }
            (_, Some(part)) => (Some(part), given(part)),
            (_, None) if given(SplitName::Test).is_empty() => (None, (0..self.dataset.len()).collect()),
            (_, None) => (Some(SplitName::Test), given(SplitName::Test)),
        };
        let all = images.len();
        images.retain(|image| self.without_digit.binary_search(image).is_err());
        let part = split.unwrap_or(SplitName::Test);
        match (&self.path, all) {
            _ if !images.is_empty() => Ok(Choice { split, images }),
            (Some(path), 0) => Err(unsuited(Path::new(path), FileProblem::NoPart { part })),
            (Some(path), images) => Err(unsuited(Path::new(path), FileProblem::NoDigits { images })),
            (None, _) => Err(crate::Error::Split(SplitProblem::Empty { split: part }).into()),
        }
    }

    /// Compares the images at the indices `judged` with those that trained the network.
    ///
    /// Nothing is known if these are missing or have changed since. A model file without its run does not say which images
    /// trained it.
    pub fn likeness(&self, trained: &Trained, judged: &[usize], opening: OpenOptions<'_>) -> Likeness {
        if self.relation == Relation::Same {
            return Likeness { is_negative: Some(false), trained: Some(0) };
        }
        // Images of the configuration, which are not known to be those of training, have nothing to be compared with.
        let training = if self.split.is_none() { own_images(trained, opening).ok() } else { None };
        let Some(Self {
            dataset, split: Some(split), relation: relation @ (Relation::Same | Relation::Unknown), ..
        }) = training
        else {
            return Likeness::default();
        };
        let borders = Border::of(&dataset, &split.train).zip(Border::of(&self.dataset, judged));
        let is_negative = !trained.saved.experiment.data.finds_digits()
            && borders.is_some_and(|(usual, found)| usual.is_inverted(found.mean));
        let count = || {
            let known: HashSet<_> = split.train.iter().map(|&image| dataset.digest(image)).collect();
            judged.iter().filter(|&&image| known.contains(&self.dataset.digest(image))).count()
        };
        Likeness { is_negative: Some(is_negative), trained: (relation == Relation::Same).then(count) }
    }
}

/// Reads the images at a path for a network; returns them, and those on which a digit was looked for in vain.
fn read(saved: &SavedModel, path: &Path, opening: OpenOptions<'_>) -> Result<(Dataset, Vec<usize>)> {
    path.metadata().map_err(|source| source::not_found(path, source).naming(PathOption::Data))?;
    let own = &saved.experiment.data;
    let without_digit = Mutex::default();
    let known =
        KnownClasses { names: &saved.classes, positions: !own.classes.is_empty(), without_digit: &without_digit };
    // The cache does not know on which pictures of a folder there is no digit.
    let cache = opening.cache.filter(|_| !own.finds_digits());
    let opening = OpenOptions { classes: Some(known), preprocessing: Some(&saved.preprocessing), cache, ..opening };
    let mut first_error = None;
    for config in configurations(saved, path)? {
        match source::open(&config, opening) {
            Ok(dataset) => {
                let (dataset, mut without) = suited(dataset, &config, saved);
                let files = without_digit.lock().unwrap_or_else(PoisonError::into_inner);
                let is_without = |image: &usize| dataset.place(*image).file.is_some_and(|file| files.contains(&file));
                without.extend((0..dataset.len()).filter(|image| !files.is_empty() && is_without(image)));
                return Ok((dataset, without));
            }
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| unsuited(path, FileProblem::NoImages)))
}

/// The settings that may read the images at a path: those of training if the kind of source is the same, then those that
/// `init` would write.
fn configurations(saved: &SavedModel, path: &Path) -> Result<Vec<DataConfig>> {
    let own = &saved.experiment.data;
    let (path, test_files) = test_part_alone(path)?;
    let found = DataConfig { classes: Vec::new(), ..detect(&path)? };
    let same_kind = (found.source == own.source).then(|| DataConfig { path: found.path.clone(), ..own.clone() });
    let suited = |config: DataConfig| {
        let (preprocess, size) = match (config.source.has_pictures(), own.reads_digits()) {
            (true, true) => (PicturePreprocessing::Digit, Vec::new()),
            (true, false) if own.finds_digits() => (own.preprocess, Vec::new()),
            (false, false) if own.finds_digits() => (own.preprocess, config.size.clone()),
            (true, false) => (PicturePreprocessing::Resize, vec![saved.height, saved.width]),
            // Whether images of another kind of file are digits already is seen when they have been read.
            (false, _) => (config.preprocess, config.size.clone()),
        };
        // Numbers become the grey values that they became in training.
        let range = if own.range.is_empty() { config.range.clone() } else { own.range.clone() };
        let channels = if preprocess == PicturePreprocessing::Resize { saved.channels } else { 1 };
        let channels = Channels::Number(channels);
        let (paper, fit) = (own.paper, own.fit);
        let mut config = DataConfig { preprocess, size, channels, fit, paper, range, also: Vec::new(), ..config };
        if let Some((images, labels)) = &test_files {
            config.train_images.clone_from(images);
            config.train_labels.clone_from(labels);
        }
        config
    };
    Ok(same_kind.into_iter().chain([found]).map(suited).collect())
}

/// The test part of a source that has no other, or the path itself; for idx files and arrays, the names of images and labels.
fn test_part_alone(path: &Path) -> Result<(PathBuf, Option<(String, String)>)> {
    if !path.is_dir() {
        return Ok((path.to_path_buf(), source::test_arrays(path)));
    }
    let entries = source::entries(path, &mut Reading::new(shown(path)))?;
    let (tests, others): (Vec<_>, Vec<_>) = entries
        .iter()
        .filter(|entry| Part::named(&entry.name).is_some())
        .partition(|entry| Part::named(&entry.name) == Some(Part::Test));
    if !others.is_empty() {
        return Ok((path.to_path_buf(), None));
    }
    let idx: Vec<String> = tests.iter().map(|entry| entry.name.clone()).filter(|name| names::is_idx(name)).collect();
    let idx = |role: Role| names::candidates(&idx, role, Part::Test).first().map(ToString::to_string);
    Ok(match (&tests[..], idx(Role::Images), idx(Role::Labels)) {
        (_, Some(images), Some(labels)) => (path.to_path_buf(), Some((images, labels))),
        ([test], None, None) if entries.len() == 1 || !test.is_folder => (test.path.clone(), None),
        ([test], None, None) if entries.iter().filter(|entry| entry.is_folder).count() == 1 => {
            (test.path.clone(), None)
        }
        _ => (path.to_path_buf(), source::test_arrays(path)),
    })
}

/// The first of some pictures that is of another size than the network's images.
fn resized(dataset: &Dataset, saved: &SavedModel) -> Option<(String, usize, usize)> {
    const LOOKED_AT: usize = 50;
    if saved.experiment.data.finds_digits() {
        return None;
    }
    let some = (0..dataset.len()).step_by(dataset.len().div_ceil(LOOKED_AT).max(1));
    let files = some.filter_map(|image| dataset.place(image).file.filter(|_| dataset.place(image).steps.is_empty()));
    files.into_iter().find_map(|file| {
        let picture = pictures::read(Path::new(&file)).ok()?;
        let (height, width) = (picture.height(), picture.width());
        ((height, width) != (saved.height, saved.width)).then_some((file, height, width))
    })
}

/// The images as the network reads them. Grey images for a network of digits are read like pictures, unless they are digits
/// already.
fn suited(dataset: Dataset, config: &DataConfig, saved: &SavedModel) -> (Dataset, Vec<usize>) {
    let own = &saved.experiment.data;
    let is_digits =
        (dataset.height(), dataset.width()) == (digits::SIDE, digits::SIDE) && dataset.max_value() <= digits::MAX_VALUE;
    if own.reads_digits() && config.preprocess == PicturePreprocessing::Resize && !is_digits {
        return with_digits_found(dataset, &saved.preprocessing);
    }
    let full = full_scale(own.scale.round() as u8);
    if !own.reads_digits() && config.source.has_pictures() && full != u8::MAX {
        let scaled = |value: &u8| ((u32::from(*value) * u32::from(full) + 127) / 255) as u8;
        let pixels = (0..dataset.len()).flat_map(|image| dataset.pixels(image)).map(scaled).collect();
        return (dataset.with_values(full, pixels), Vec::new());
    }
    (dataset, Vec::new())
}

/// The digit on each image, and the images without one.
fn with_digits_found(dataset: Dataset, preprocessing: &DigitPreprocessing) -> (Dataset, Vec<usize>) {
    let found: Vec<Result<Vec<u8>, NoDigit>> = (0..dataset.len())
        .into_par_iter()
        .map(|image| {
            let raster = source::raster(dataset.height(), dataset.width(), dataset.pixels(image));
            preprocessing.photograph(&raster).map(|steps| steps.pixels)
        })
        .collect();
    let without = found.iter().enumerate().filter(|(_, found)| found.is_err()).map(|(image, _)| image).collect();
    let blank = vec![0; digits::SIDE * digits::SIDE];
    let pixels = found.into_iter().flat_map(|found| found.unwrap_or_else(|_| blank.clone())).collect();
    (dataset.with_pixels(digits::SIDE, digits::SIDE, digits::MAX_VALUE, pixels), without)
}
