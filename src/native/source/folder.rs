//! Folders of pictures: a folder for each class, in `train` and `test` or in one tree.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::config::DataConfig;
use crate::data::{Bytes, Images, Labels, Origin, Parts, Pixels, Reading};
use crate::error::Place;
use crate::native::error::{Error, PictureUse, Result, SourceProblem};

use super::super::pictures::{self, shown};
use super::{OpenOptions, cache, image_of, source_error, unreadable};

/// The pictures of one part, in the order of their names, and the class of each.
struct Listing {
    files: Vec<PathBuf>,
    classes: Vec<String>,
    reading: Reading,
}

pub fn open(path: &Path, config: &DataConfig, opening: OpenOptions<'_>) -> Result<Parts, Vec<Error>> {
    if !path.is_dir() {
        return Err(vec![source_error(path, SourceProblem::NotAPictureFolder)]);
    }
    let (train, test) = (path.join("train"), path.join("test"));
    let listings = match (train.is_dir(), test.is_dir()) {
        (true, true) => vec![list(&train, path)?, list(&test, path)?],
        (true, false) => vec![list(&train, path)?],
        (false, true) => return Err(vec![source_error(path, SourceProblem::TestWithoutTrain)]),
        (false, false) => vec![list(path, path)?],
    };
    let files: Vec<&Path> = listings.iter().flat_map(|listing| listing.files.iter().map(PathBuf::as_path)).collect();
    let (height, width, bytes) = read_all(&files, path, config, opening)?;
    let mut start = 0;
    let mut parts = listings.into_iter().map(|listing| {
        let end = start + listing.files.len() * height * width;
        let pixels = Pixels::new(height * width, bytes.clone(), start..end);
        start = end;
        let origin = Origin::Each(listing.files.iter().map(|file| Place::file(shown(file))).collect());
        let is_light = !config.reads_digits();
        Images {
            height,
            width,
            pixels,
            is_light,
            is_unit: false,
            labels: Labels::Names(listing.classes),
            groups: None,
            origin,
            reading: listing.reading,
        }
    });
    let train = parts.next().expect("a folder has one part or two");
    Ok(Parts { train, validation: None, test: parts.next() })
}

/// All pictures in the folders of a part. No link may lead out of `root`.
fn list(part: &Path, root: &Path) -> Result<Listing, Vec<Error>> {
    let whole = fs::canonicalize(root).map_err(|error| vec![unreadable(root, error)])?;
    let mut errors = Vec::new();
    let mut by_class: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let walk = WalkDir::new(part).follow_links(true).sort_by_file_name().min_depth(1).into_iter();
    let mut walk = walk.filter_entry(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                errors.push(walk_error(part, error));
                continue;
            }
        };
        if entry.path_is_symlink() && !fs::canonicalize(entry.path()).is_ok_and(|target| target.starts_with(&whole)) {
            errors.push(source_error(entry.path(), SourceProblem::LinkOutside { root: shown(root) }));
            if entry.file_type().is_dir() {
                walk.skip_current_dir();
            }
            continue;
        }
        let relative = entry.path().strip_prefix(part).unwrap_or(entry.path());
        let class = relative.components().next().map(|name| shown(name.as_ref()));
        let class = class.filter(|_| entry.depth() > 1 || entry.file_type().is_dir());
        let Some(class) = class else { continue };
        let files = by_class.entry(class).or_default();
        if entry.file_type().is_file() && pictures::is_picture(entry.path()) {
            files.push(entry.into_path());
        }
    }
    if let Some((class, _)) = by_class.iter().find(|(_, files)| files.is_empty()) {
        errors.push(source_error(&part.join(class), SourceProblem::EmptyClass));
    }
    if by_class.is_empty() && errors.is_empty() {
        errors.push(source_error(part, SourceProblem::NoClasses));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let classes = by_class.iter().flat_map(|(class, files)| std::iter::repeat_n(class.clone(), files.len())).collect();
    Ok(Listing { files: by_class.into_values().flatten().collect(), classes, reading: Reading::new(shown(part)) })
}

fn walk_error(part: &Path, error: walkdir::Error) -> Error {
    let path = error.path().unwrap_or(part).to_path_buf();
    match error.loop_ancestor() {
        Some(ancestor) => source_error(&path, SourceProblem::LinkLoop { ancestor: shown(ancestor) }),
        None => unreadable(&path, error.into_io_error().unwrap_or_else(|| ErrorKind::NotFound.into())),
    }
}

/// The pixels of all pictures, one after the other: from the cache, or decoded over all cores.
fn read_all(
    files: &[&Path],
    root: &Path,
    config: &DataConfig,
    opening: OpenOptions<'_>,
) -> Result<(usize, usize, Arc<dyn Bytes>), Vec<Error>> {
    let key = opening.cache.and_then(|folder| Some((folder, cache::key(files, root, config)?)));
    if let Some((folder, key)) = &key
        && let Some(kept) = cache::read(folder, key, files.len())
    {
        return Ok(kept);
    }
    let images = decode(files, config, opening)?;
    let mut images = images.into_iter();
    let (height, width, mut pixels) = images.next().expect("every class has a picture");
    pixels.reserve_exact(pixels.len() * (files.len() - 1));
    for ((rows, columns, image), file) in images.zip(&files[1..]) {
        if (rows, columns) != (height, width) {
            let first = Box::new(Place::file(shown(files[0])));
            let problem = SourceProblem::PictureSize { found: (rows, columns), first, expected: (height, width) };
            return Err(vec![source_error(file, problem)]);
        }
        pixels.extend(image);
    }
    if let Some((folder, key)) = &key {
        cache::write(folder, key, files.len(), height, width, &pixels);
    }
    Ok((height, width, Arc::new(pixels)))
}

/// The error about a picture of a class, whose hint is about training.
fn in_a_class(error: Error) -> Error {
    match error {
        Error::Picture { path, problem, .. } => Error::Picture { path, problem, purpose: PictureUse::Train },
        error => error,
    }
}

type Decoded = (usize, usize, Vec<u8>);

fn decode(files: &[&Path], config: &DataConfig, opening: OpenOptions<'_>) -> Result<Vec<Decoded>, Vec<Error>> {
    let OpenOptions { watch, classes, .. } = opening;
    let done = AtomicUsize::new(0);
    watch(0, files.len());
    let results: Vec<Result<Decoded>> = files
        .par_iter()
        .map(|file| {
            let image = pictures::read(file).map_err(in_a_class).and_then(|raster| {
                match (image_of(&raster, config), classes) {
                    (Ok(image), _) => Ok(image),
                    (Err(_), Some(known)) => Ok(known.blank(file)),
                    (Err(reason), None) => Err(source_error(file, SourceProblem::NoDigit { reason })),
                }
            });
            watch(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
            image
        })
        .collect();
    let (images, errors): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    match errors.is_empty() {
        true => Ok(images.into_iter().filter_map(Result::ok).collect()),
        false => Err(errors.into_iter().filter_map(Result::err).collect()),
    }
}
