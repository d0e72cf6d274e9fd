//! The MNIST family: a file of images and a file of labels, for training, and perhaps for validation and for testing.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::config::DataConfig;
use crate::data::{Images, Labels, Origin, Part, Parts, Pixels, Reading, Reason, Thing, Unit};
use crate::formats::names::{self, Role};
use crate::formats::{ImageShape, idx};
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::{inside, is_compressed, listing, map, reader, source_error, unreadable};

/// The files of a folder while they are chosen.
struct Choice<'a> {
    folder: &'a Path,
    config: &'a DataConfig,
    /// The files that are not chosen yet.
    free: Vec<String>,
}

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    if !path.is_dir() {
        return Err(source_error(path, SourceProblem::NotAnIdxFolder));
    }
    let mut reading = Reading::new(shown(path));
    let mut choice = Choice::of(path, config, &mut reading)?;
    let missing = |role: Role, part: Part| {
        let (setting, _) = names::setting(config, role, part);
        source_error(path, SourceProblem::NoIdxFile { setting, name: usual_name(role, part) })
    };
    let train = match (choice.file(Role::Images, Part::Train)?, choice.file(Role::Labels, Part::Train)?) {
        (Some(images), Some(labels)) => part(&images, &labels)?,
        (Some(_), None) => return Err(missing(Role::Labels, Part::Train)),
        (None, _) => return Err(missing(Role::Images, Part::Train)),
    };
    let mut others = [None, None];
    for (part_read, other) in [Part::Validation, Part::Test].into_iter().zip(&mut others) {
        match (choice.file(Role::Images, part_read)?, choice.file(Role::Labels, part_read)?) {
            (Some(images), Some(labels)) => *other = Some(part(&images, &labels)?),
            (Some(images), None) => {
                let (_, pixels) = read_images(&images, &shown(&images))?;
                reading.part(Part::Unlabelled, shown(&images), pixels.len());
            }
            (None, Some(_)) => return Err(missing(Role::Images, part_read)),
            (None, None) => {}
        }
    }
    let rest = choice.free.iter().map(|name| shown(&path.join(name)));
    reading.leave_out_all(Thing::File, rest, Reason::OtherFile);
    let [validation, test] = others;
    let mut parts = Parts { train, validation, test };
    parts.train.reading.merge(reading);
    Ok(parts)
}

impl<'a> Choice<'a> {
    /// The files of a folder; of a file that is there plain and compressed, the plain one.
    fn of(folder: &'a Path, config: &'a DataConfig, reading: &mut Reading) -> Result<Self> {
        let (folders, files): (Vec<_>, Vec<_>) =
            listing::entries(folder, reading)?.into_iter().partition(|entry| entry.is_folder);
        let named: Vec<PathBuf> = [Role::Images, Role::Labels]
            .into_iter()
            .flat_map(|role| {
                [Part::Train, Part::Validation, Part::Test].map(|part| names::setting(config, role, part).1)
            })
            .map(|name| folder.join(name))
            .collect();
        let holds_named = |entry: &listing::Entry| named.iter().any(|file| file.starts_with(&entry.path));
        let rest = folders.iter().filter(|entry| !holds_named(entry)).map(|entry| shown(&entry.path));
        reading.leave_out_all(Thing::Folder, rest, Reason::OtherFile);
        let others = files.into_iter().filter(|entry| !named.contains(&entry.path));
        let free = reading.sift(Thing::File, others, |entry| match entry.is_compressed_copy() {
            true => Err((shown(&entry.path), Reason::Compressed)),
            false => Ok(entry.name),
        });
        Ok(Self { folder, config, free })
    }

    /// The file of a role and a part: the one that a setting names, or else the one whose name says so.
    fn file(&mut self, role: Role, part: Part) -> Result<Option<PathBuf>> {
        let (setting, name) = names::setting(self.config, role, part);
        if !name.is_empty() {
            return inside(self.folder, setting, name).map(Some);
        }
        match names::candidates(&self.free, role, part)[..] {
            [] => Ok(None),
            [only] => {
                let only = only.to_string();
                self.free.retain(|name| *name != only);
                Ok(Some(self.folder.join(only)))
            }
            [a, b, ..] => {
                let files = [a.to_string(), b.to_string()];
                Err(source_error(self.folder, SourceProblem::TwoFiles { setting, files }))
            }
        }
    }
}

/// The name of a file as MNIST has it.
fn usual_name(role: Role, part: Part) -> &'static str {
    match (role, part) {
        (Role::Images, Part::Train | Part::Unlabelled) => "train-images-idx3-ubyte",
        (Role::Labels, Part::Train | Part::Unlabelled) => "train-labels-idx1-ubyte",
        (Role::Images, Part::Validation) => "val-images-idx3-ubyte",
        (Role::Labels, Part::Validation) => "val-labels-idx1-ubyte",
        (Role::Images, Part::Test) => "t10k-images-idx3-ubyte",
        (Role::Labels, Part::Test) => "t10k-labels-idx1-ubyte",
    }
}

fn part(images: &Path, labels: &Path) -> Result<Images> {
    let (image_file, label_file) = (shown(images), shown(labels));
    let (ImageShape { height, width, channels }, pixels) = read_images(images, &image_file)?;
    let (header, values) = idx::read_values(&label_file, &mut reader(labels)?)?;
    let labels = idx::labels(&label_file, &header, &values)?;
    if labels.len() != pixels.len() {
        let problem = SourceProblem::LabelCount { labels: labels.len(), image_file, images: pixels.len() };
        return Err(source_error(Path::new(&label_file), problem));
    }
    let reading = Reading::new(&*image_file);
    let origin = Origin::File { file: image_file.into(), unit: Unit::Image, first: 0 };
    Ok(Images {
        height,
        width,
        channels,
        pixels,
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels),
        groups: None,
        origin,
        reading,
    })
}

/// The images of a file: mapped, or decompressed into memory.
fn read_images(path: &Path, name: &str) -> Result<(ImageShape, Pixels)> {
    let fail = |error| unreadable(path, error);
    if !is_compressed(&mut File::open(path).map_err(fail)?).map_err(fail)? {
        return Ok(idx::images(name, map(path)?)?);
    }
    let (header, values) = idx::read_values(name, &mut reader(path)?)?;
    let shape = idx::image_shape(name, &header)?;
    Ok((shape, Pixels::in_memory(shape.values(), values)))
}
