//! The MNIST family: a file of images and a file of labels, for training and perhaps for testing.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::config::DataConfig;
use crate::data::{Images, Labels, Origin, Parts, Pixels, Reading, Unit};
use crate::formats::idx;
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::{first_of, inside, is_compressed, map, reader, source_error, unreadable};

/// Usual names of a file: as published, and as some programs unpack it.
fn usual_names(part: &str, what: &str, dimensions: u8) -> [String; 4] {
    let (a, b) = (format!("{part}-{what}-idx{dimensions}-ubyte"), format!("{part}-{what}.idx{dimensions}-ubyte"));
    [a.clone(), format!("{a}.gz"), b.clone(), format!("{b}.gz")]
}

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    if !path.is_dir() {
        return Err(source_error(path, SourceProblem::NotAnIdxFolder));
    }
    let find = |setting: &'static str, name: &str, part: &str, what: &str, dimensions: u8| -> Result<Option<PathBuf>> {
        if !name.is_empty() {
            return inside(path, setting, name).map(Some);
        }
        let names = usual_names(part, what, dimensions);
        Ok(first_of(path, &names.each_ref().map(String::as_str)))
    };
    let images = find("data.train_images", &config.train_images, "train", "images", 3)?;
    let labels = find("data.train_labels", &config.train_labels, "train", "labels", 1)?;
    let missing = |setting, name| source_error(path, SourceProblem::NoIdxFile { setting, name });
    let images = images.ok_or_else(|| missing("data.train_images", "train-images-idx3-ubyte"))?;
    let labels = labels.ok_or_else(|| missing("data.train_labels", "train-labels-idx1-ubyte"))?;
    let train = part(&images, &labels)?;
    let test_images = find("data.test_images", &config.test_images, "t10k", "images", 3)?;
    let test_labels = find("data.test_labels", &config.test_labels, "t10k", "labels", 1)?;
    let test = match (test_images, test_labels) {
        (Some(images), Some(labels)) => Some(part(&images, &labels)?),
        (None, None) => None,
        (None, Some(_)) => return Err(missing("data.test_images", "t10k-images-idx3-ubyte")),
        (Some(_), None) => return Err(missing("data.test_labels", "t10k-labels-idx1-ubyte")),
    };
    Ok(Parts { train, validation: None, test })
}

fn part(images: &Path, labels: &Path) -> Result<Images> {
    let (image_file, label_file) = (shown(images), shown(labels));
    let (height, width, pixels) = read_images(images, &image_file)?;
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
fn read_images(path: &Path, name: &str) -> Result<(usize, usize, Pixels)> {
    let fail = |error| unreadable(path, error);
    if !is_compressed(&mut File::open(path).map_err(fail)?).map_err(fail)? {
        return Ok(idx::images(name, map(path)?)?);
    }
    let (header, values) = idx::read_values(name, &mut reader(path)?)?;
    let (height, width) = idx::image_size(name, &header)?;
    Ok((height, width, Pixels::in_memory(height * width, values)))
}
