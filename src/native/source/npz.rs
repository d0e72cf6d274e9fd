//! NumPy arrays: an archive, or a folder of `.npy` files.

use std::path::Path;

use crate::config::{Column, DataConfig};
use crate::data::{GreyRange, Images, Labels, Origin, Parts, Reading, Unit};
use crate::error::{Place, Step};
use crate::formats::npz::{Archive, Array, ArrayImages};
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::{map, source_error};

/// Arrays by their names.
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

    /// The endings of the arrays' names: none, or one for training images and one for test images.
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
        return Err(source_error(path, SourceProblem::NoArrays));
    }
    if let Column::Position(position) = config.group {
        return Err(source_error(path, SourceProblem::GroupPosition { position }));
    }
    let part = |suffix: &&str| -> Result<Images> {
        let (x, y) = (format!("x{suffix}"), format!("y{suffix}"));
        let ArrayImages { height, width, pixels, range, clamped } =
            arrays.array(&x)?.images(&config.size, GreyRange::of_setting(&config.range))?;
        let mut reading = Reading::new(shown(path));
        GreyRange::report(range, clamped, &mut reading);
        let same_length = |name: &str, found: usize| match found == pixels.len() {
            true => Ok(()),
            false => {
                let (name, image_array, images) = (name.into(), x.clone(), pixels.len());
                Err(source_error(path, SourceProblem::ArrayLength { name, found, image_array, images }))
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
        let array = Place::file(shown(path)).at(Step::Array(x));
        let origin = Origin::File { file: array, unit: Unit::Image, first: 0 };
        Ok(Images {
            height,
            width,
            pixels,
            is_light: false,
            is_unit: range == Some(GreyRange::UNIT),
            labels: Labels::Numbers(labels),
            groups,
            origin,
            reading,
        })
    };
    let mut parts = arrays.parts().iter().map(part);
    let train = parts.next().expect("training images come first")?;
    Ok(Parts { train, validation: None, test: parts.next().transpose()? })
}

/// The arrays called `group`, if all images have a number in them.
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
