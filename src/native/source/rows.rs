//! The images of a file of many, for a network to answer about: one after the other, in constant memory.

use std::path::{Path, PathBuf};

use crate::checkpoint::SavedModel;
use crate::config::{Channels, Column, DataConfig, PicturePreprocessing, Source};
use crate::data::{GreyRange, Reading, Reason, Remark, Thing, digits, transpose};
use crate::error::data::{DigitsProblem, ImagesProblem};
use crate::error::{Place, Step};
use crate::formats::table::{self, Columns, Expected, Rows};
use crate::formats::{ImageShape, idx};
use crate::native::error::{Error, Result};
use crate::preprocess::Raster;

use super::super::pictures::shown;
use super::csv::{has_ending, tables};
use super::listing::entries;
use super::{beginning, image_of, npz, raster, reader, side};

/// A kind of file with many images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFile {
    /// A text table.
    Table,
    /// An array of NumPy.
    Array,
    /// An archive of arrays.
    Archive,
    /// A file of the MNIST family.
    Idx,
}

/// An image of a file of many.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Grey values, in the order that the network reads them.
    pub pixels: &'a [u8],
    /// Index in the file, counted from 0.
    pub index: usize,
    /// The value in the column that names the rows, if there is one.
    pub id: Option<&'a str>,
    /// Its place.
    pub place: &'a Place,
}

impl RowFile {
    /// The kind of a file by its first bytes; `None` for a picture, and for anything else that is not images.
    pub fn of(path: &Path) -> Option<Self> {
        let begin = beginning(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match begin[..] {
            [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Some(Self::Array),
            [b'P', b'K', 3 | 5, 4 | 6, ..] => Some(Self::Archive),
            [0, 0, 8, 1..=4, ..] => Some(Self::Idx),
            _ if has_ending(&name) && table::is_text(&begin) || table::is_table(&begin) => Some(Self::Table),
            _ => None,
        }
    }

    /// Passes the images of a file to `take`, one after the other, as the network's own were read; returns the report.
    ///
    /// # Errors
    /// An error for images of another size or of other values than the network reads, with their place; those of `take`.
    pub fn for_each(
        self,
        path: &Path,
        saved: &SavedModel,
        mut take: impl FnMut(Row<'_>) -> Result<()>,
    ) -> Result<Reading> {
        let config = &saved.experiment.data;
        let mut check = Check::new(saved);
        let file = shown(path);
        let mut index = 0;
        let mut reading = match self {
            Self::Array | Self::Archive => {
                let mut reading = Reading::new(&*file);
                let shape = |place: &Place, values: usize| check.shape_of_rows(place, values);
                let images = npz::to_predict(path, self == Self::Archive, &shape, &mut reading)?;
                let shape = ImageShape { height: images.height, width: images.width, channels: images.channels };
                check.shape(images.place(), shape)?;
                let setting = GreyRange::of_setting(&config.range);
                let range = if setting.is_some() { setting } else { images.range()? };
                check.range(images.place(), range)?;
                let clamped = images.for_each::<Error>(range, &mut |pixels| {
                    let place = images.place().clone().at(Step::Image(index));
                    take(Row { pixels: check.pixels(&place, pixels)?, index, id: None, place: &place })?;
                    index += 1;
                    Ok(())
                })?;
                GreyRange::report(range, clamped, &mut reading);
                images.remark().into_iter().for_each(|remark| reading.remark(remark));
                reading
            }
            Self::Table => for_each_row(path, &mut check, &mut take)?,
            Self::Idx => {
                idx::for_each_image::<Error>(&file, &mut reader(path)?, |shape, pixels| {
                    let place = Place::file(&*file).at(Step::Image(index));
                    check.shape(&Place::file(&*file), shape)?;
                    take(Row { pixels: check.pixels(&place, pixels)?, index, id: None, place: &place })?;
                    index += 1;
                    Ok(())
                })?;
                Reading::new(&*file)
            }
        };
        let scale = config.scale;
        if check.images > 0 && f64::from(check.max) < 0.2 * f64::from(scale) {
            reading.remark(Remark::Faint { max: check.max, scale });
        }
        check.report(&mut reading);
        Ok(reading)
    }
}

/// Passes the images of a table to `take`. Its columns are those of the training images, if their table is still there.
fn for_each_row(path: &Path, check: &mut Check<'_>, take: &mut dyn FnMut(Row<'_>) -> Result<()>) -> Result<Reading> {
    let file = shown(path);
    let trained_on = training_columns(check.config);
    let stored = check.stored();
    let of_network = check.config.clone();
    let as_stored = match of_network.source {
        Source::Csv => of_network,
        _ => DataConfig { range: of_network.range, ..DataConfig::of(Source::Csv, of_network.preprocess) },
    };
    let any_square = check.finds_digits && as_stored.size.is_empty();
    let mut expected = Expected { columns: trained_on.as_ref(), inputs: Some(stored.values()), any_square };
    let mut shape = stored;
    if check.finds_digits {
        let pixels = Rows::open(&file, reader(path)?, &as_stored, expected)?.columns().pixels();
        shape = check.shape_of_rows(&Place::file(&*file), pixels)?;
        expected.inputs = Some(pixels);
    }
    check.shape(&Place::file(&*file), shape)?;
    let ImageShape { height, width, channels } = shape;
    let config = DataConfig { size: vec![height, width], channels: Channels::Number(channels), ..as_stored };
    let mut index = 0;
    let (columns, mut reading) = table::for_each_row::<_, Error>(
        &file,
        || reader(path),
        &config,
        expected,
        |row| {
            let table::Row { pixels, range, id, place, .. } = row;
            check.range(place, range)?;
            take(Row { pixels: check.pixels(place, pixels)?, index, id, place })?;
            index += 1;
            Ok(())
        },
    )?;
    let name = |&column: &usize| match columns.name(column) {
        Column::Name(name) => name,
        Column::Position(position) => position.to_string(),
    };
    reading.leave_out_all(Thing::Column, columns.label_columns().iter().map(name), Reason::Labels);
    Ok(reading)
}

/// The columns of the table that a network was trained with; `None` if it is not there, or the source is another.
fn training_columns(config: &DataConfig) -> Option<Columns> {
    if config.source != Source::Csv {
        return None;
    }
    let path = PathBuf::from(&config.path);
    let mut ignored = Reading::new("");
    let mut in_folder = |path: &Path| tables(path, entries(path, &mut ignored)?, &mut ignored);
    let path = if path.is_dir() { in_folder(&path).ok()?.train? } else { path };
    let rows = Rows::open(&shown(&path), reader(&path).ok()?, config, Expected::default()).ok()?;
    Some(rows.columns().clone())
}

/// The images that a network reads, compared with those of a file.
struct Check<'a> {
    saved: &'a SavedModel,
    config: &'a DataConfig,
    /// The network reads digits, which are found on images of any size.
    finds_digits: bool,
    /// The shape of the images in the file.
    shape: ImageShape,
    /// Images so far.
    images: usize,
    /// Their largest grey value.
    max: u8,
    /// An image as the network reads it.
    pixels: Vec<u8>,
    /// The number of images on which no digit was found, and the place of the first.
    without_digit: Option<(usize, Place)>,
}

impl<'a> Check<'a> {
    fn new(saved: &'a SavedModel) -> Self {
        let config = &saved.experiment.data;
        Self {
            saved,
            config,
            finds_digits: config.finds_digits(),
            shape: ImageShape { height: saved.height, width: saved.width, channels: saved.channels },
            images: 0,
            max: 0,
            pixels: Vec::new(),
            without_digit: None,
        }
    }

    /// The shape of the network's images as the files of training have them.
    fn stored(&self) -> ImageShape {
        let SavedModel { height, width, channels, .. } = *self.saved;
        let (height, width) = if self.config.transpose { (width, height) } else { (height, width) };
        ImageShape { height, width, channels }
    }

    /// Returns whether the images of the file have the size of the network's.
    fn is_of_network(&self) -> bool {
        let (found, stored) = (self.shape, self.stored());
        (found.height, found.width) == (stored.height, stored.width)
    }

    /// Returns whether the digit on each image is looked for. Images of 8x8 pixels are digits already.
    fn goes_the_way_of_pictures(&self) -> bool {
        self.finds_digits && (self.config.preprocess == PicturePreprocessing::Centred || !self.is_of_network())
    }

    /// The shape of images that are rows of numbers.
    fn shape_of_rows(&self, place: &Place, pixels: usize) -> Result<ImageShape> {
        let stored = self.stored();
        let ImageShape { height, width, channels } = stored;
        let side = pixels.isqrt();
        let grey = |height: usize, width: usize| Ok(ImageShape { height, width, channels: 1 });
        match self.config.size[..] {
            _ if pixels == stored.values() => Ok(stored),
            _ if pixels == height * width => grey(height, width),
            [rows, columns] if self.finds_digits && rows * columns == pixels => grey(rows, columns),
            _ if self.finds_digits && side * side == pixels => grey(side, side),
            _ => {
                let problem = ImagesProblem::RowNotOfNetwork { pixels, expected: (height, width), channels };
                Err(crate::Error::data(place.clone(), problem).into())
            }
        }
    }

    fn shape(&mut self, place: &Place, shape: ImageShape) -> Result<()> {
        self.shape = shape;
        match self.finds_digits || self.is_of_network() {
            true => Ok(()),
            false => {
                let size = |shape: ImageShape| (shape.height, shape.width);
                let problem = ImagesProblem::NotOfNetwork { found: size(shape), expected: size(self.stored()) };
                Err(crate::Error::data(place.clone(), problem).into())
            }
        }
    }

    fn range(&self, place: &Place, range: Option<GreyRange>) -> Result<()> {
        match range {
            Some(GreyRange::UNIT) if self.config.reads_digits() && self.is_of_network() => {
                Err(crate::Error::data(place.clone(), DigitsProblem::Unit).into())
            }
            _ => Ok(()),
        }
    }

    /// The pixels as the network reads them.
    fn pixels<'b>(&'b mut self, place: &Place, pixels: &'b [u8]) -> Result<&'b [u8]> {
        let max = pixels.iter().copied().max().unwrap_or(0);
        if self.config.reads_digits() && self.is_of_network() && max > digits::MAX_VALUE {
            return Err(crate::Error::data(place.clone(), DigitsProblem::Value { found: max }).into());
        }
        self.images += 1;
        self.max = self.max.max(max);
        let (ImageShape { height, width, channels }, wanted) = (self.shape, self.saved.channels);
        if !self.config.transpose && !self.goes_the_way_of_pictures() && channels == wanted {
            return Ok(pixels);
        }
        let pixels = Raster::with_channels(height, width, channels, pixels.to_vec()).into_channels(wanted);
        self.pixels.clear();
        match self.config.transpose {
            true => transpose(&pixels, width, wanted, &mut self.pixels),
            false => self.pixels.extend_from_slice(&pixels),
        }
        if self.goes_the_way_of_pictures() {
            let (height, width) = if self.config.transpose { (width, height) } else { (height, width) };
            self.find_digit(place, height, width);
        }
        Ok(&self.pixels)
    }

    /// Puts the image of the digit in the place of the pixels.
    fn find_digit(&mut self, place: &Place, height: usize, width: usize) {
        let side = side(self.config);
        let found = image_of(&raster(height, width, &self.pixels), self.config, &self.saved.preprocessing);
        self.pixels = match found {
            Ok(image) => image.into_pixels(),
            Err(_) => {
                self.without_digit.get_or_insert((0, place.clone())).0 += 1;
                vec![0; side * side]
            }
        };
        // The grey values are those of the steps.
        self.max = self.pixels.iter().copied().max().unwrap_or(0);
    }

    /// Says how the digits were found.
    fn report(self, reading: &mut Reading) {
        let ImageShape { height, width, channels } = self.shape;
        if self.images > 0 && channels != self.saved.channels {
            reading.remark(Remark::Colours { has_colours: channels == 3, channels: self.saved.channels });
        }
        if !self.is_of_network() && self.images > 0 {
            reading.remark(match self.config.preprocess {
                PicturePreprocessing::Centred => Remark::DigitsCentred { height, width },
                _ => Remark::DigitsFound { height, width },
            });
        }
        if let Some((count, first)) = self.without_digit {
            reading.remark(Remark::WithoutDigit { count, first: first.to_string() });
        }
    }
}
