//! The MNIST family: a file of images and a file of labels, for training and perhaps for testing.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::config::DataConfig;
use crate::data::{Images, Labels, Origin, Pixels};
use crate::formats::idx;
use crate::native::error::Result;

use super::super::pictures::shown;
use super::{Parts, cannot_read, data_error, first_of, inside, is_compressed, map, reader};

/// What the files of a part are called: as its makers do, and as others unpack them.
fn usual_names(part: &str, what: &str, dimensions: u8) -> [String; 4] {
    let (a, b) = (format!("{part}-{what}-idx{dimensions}-ubyte"), format!("{part}-{what}.idx{dimensions}-ubyte"));
    [a.clone(), format!("{a}.gz"), b.clone(), format!("{b}.gz")]
}

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    if !path.is_dir() {
        return Err(data_error(path, "is no folder", "data.path is the folder with the idx files"));
    }
    let find = |setting: &str, name: &str, part: &str, what: &str, dimensions: u8| -> Result<Option<PathBuf>> {
        if !name.is_empty() {
            return inside(path, setting, name).map(Some);
        }
        let names = usual_names(part, what, dimensions);
        Ok(first_of(path, &names.each_ref().map(String::as_str)))
    };
    let images = find("train_images", &config.train_images, "train", "images", 3)?;
    let labels = find("train_labels", &config.train_labels, "train", "labels", 1)?;
    let missing = |setting: &str, name: &str| {
        let reason = format!("there is no file {name}, with .gz or without");
        data_error(path, reason, &format!("name the file with data.{setting}, or check data.path"))
    };
    let images = images.ok_or_else(|| missing("train_images", "train-images-idx3-ubyte"))?;
    let labels = labels.ok_or_else(|| missing("train_labels", "train-labels-idx1-ubyte"))?;
    let train = part(&images, &labels)?;
    let test_images = find("test_images", &config.test_images, "t10k", "images", 3)?;
    let test_labels = find("test_labels", &config.test_labels, "t10k", "labels", 1)?;
    let test = match (test_images, test_labels) {
        (Some(images), Some(labels)) => Some(part(&images, &labels)?),
        (None, None) => None,
        (None, Some(_)) => return Err(missing("test_images", "t10k-images-idx3-ubyte")),
        (Some(_), None) => return Err(missing("test_labels", "t10k-labels-idx1-ubyte")),
    };
    Ok((train, test))
}

fn part(images: &Path, labels: &Path) -> Result<Images> {
    let (image_file, label_file) = (shown(images), shown(labels));
    let (height, width, pixels) = read_images(images, &image_file)?;
    let (header, values) = idx::read_values(&label_file, &mut reader(labels)?)?;
    let labels = idx::labels(&label_file, &header, &values)?;
    if labels.len() != pixels.len() {
        let reason = format!("{} labels, but {image_file} has {} images", labels.len(), pixels.len());
        return Err(data_error(Path::new(&label_file), reason, "check that the two files belong together"));
    }
    let origin = Origin::File { path: image_file, unit: "image", first: 0 };
    Ok(Images {
        height,
        width,
        pixels,
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels),
        groups: None,
        origin,
    })
}

/// The images of a file: where they lie, or, of a compressed one, in memory.
fn read_images(path: &Path, name: &str) -> Result<(usize, usize, Pixels)> {
    let fail = |error| cannot_read(path, &error);
    if !is_compressed(&mut File::open(path).map_err(fail)?).map_err(fail)? {
        return Ok(idx::images(name, map(path)?)?);
    }
    let (header, values) = idx::read_values(name, &mut reader(path)?)?;
    let (height, width) = idx::image_size(name, &header)?;
    Ok((height, width, Pixels::in_memory(height * width, values)))
}
