//! NumPy arrays: an archive, or a folder of `.npy` files.

use std::path::Path;

use crate::config::{Column, DataConfig};
use crate::data::{Images, Labels, Origin};
use crate::formats::npz::{Archive, Array, ArrayImages};
use crate::native::error::Result;

use super::super::pictures::shown;
use super::{Parts, data_error, map};

/// Where arrays are found by name.
enum Arrays<'a> {
    Archive(Archive),
    Folder(&'a Path),
}

impl<'a> Arrays<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        Ok(match path.is_dir() {
            true => Self::Folder(path),
            false => Self::Archive(Archive::open(&shown(path), map(path)?)?),
        })
    }

    /// What the names of arrays end in: those to train and to test with, where there are two parts.
    fn parts(&self) -> &'static [&'static str] {
        match (self.has("x") || !self.has("x_train"), self.has("x_test")) {
            (true, _) => &[""],
            (false, false) => &["_train"],
            (false, true) => &["_train", "_test"],
        }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Archive(archive) => archive.has(name),
            Self::Folder(folder) => folder.join(format!("{name}.npy")).is_file(),
        }
    }

    fn array(&self, name: &str) -> Result<Array> {
        match self {
            Self::Archive(archive) => Ok(archive.array(name)?),
            Self::Folder(folder) => {
                let path = folder.join(format!("{name}.npy"));
                Ok(Array::of_file(&shown(&path), map(&path)?))
            }
        }
    }
}

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let arrays = Arrays::open(path)?;
    if let (Arrays::Folder(_), false, false) = (&arrays, arrays.has("x"), arrays.has("x_train")) {
        let reason = "there is no x.npy in this folder, and no x_train.npy";
        return Err(data_error(path, reason, "save the images as x.npy, the labels as y.npy"));
    }
    if let Column::Position(position) = config.group {
        let reason = format!("data.group is {position}, but arrays have names");
        return Err(data_error(path, reason, "write the name of the array in quotes"));
    }
    let part = |suffix: &&str| -> Result<Images> {
        let (x, y) = (format!("x{suffix}"), format!("y{suffix}"));
        let ArrayImages { height, width, pixels, is_unit } = arrays.array(&x)?.images(&config.size)?;
        let same_length = |name: &str, found: usize| match found == pixels.len() {
            true => Ok(()),
            false => {
                let reason = format!("array {name:?} has {found} values, but {x:?} has {} images", pixels.len());
                Err(data_error(path, reason, "give every image one"))
            }
        };
        let labels = arrays.array(&y)?.labels()?;
        same_length(&y, labels.len())?;
        let groups = match &config.group {
            Column::Name(name) if !name.is_empty() => {
                let name = format!("{name}{suffix}");
                let groups = arrays.array(&name)?.labels()?;
                same_length(&name, groups.len())?;
                Some(Labels::Numbers(groups))
            }
            _ => None,
        };
        let origin = Origin::File { path: format!("{}, array {x:?}", shown(path)), unit: "image", first: 0 };
        Ok(Images { height, width, pixels, is_light: false, is_unit, labels: Labels::Numbers(labels), groups, origin })
    };
    let mut parts = arrays.parts().iter().map(part);
    let train = parts.next().expect("there is a part to train with")?;
    Ok((train, parts.next().transpose()?))
}

/// The arrays called `group`, where all images have one that says which of them belong together.
///
/// # Errors
/// Those of opening an archive.
pub fn group(path: &Path) -> Result<Column> {
    let arrays = Arrays::open(path)?;
    let are_numbers = |part: &&str| {
        let name = format!("group{part}");
        arrays.has(&name) && arrays.array(&name).is_ok_and(|array| array.labels().is_ok())
    };
    Ok(if arrays.parts().iter().all(are_numbers) { Column::Name("group".into()) } else { Column::default() })
}
