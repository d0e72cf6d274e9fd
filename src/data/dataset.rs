//! Labelled images of one size, grey or in colour, held as bytes.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::config::{Channels, DataConfig, Paper, Source, SplitName};
use crate::error::data::ImagesProblem;
use crate::error::{Error, Place, Result, Step};

use super::colour;
use super::grey::GreyRange;
use super::labels::Labels;
use super::pixels::Pixels;
use super::reading::{Part, Reading, Reason, Remark, Thing};

/// Labelled images of one size, grey or in colour.
///
/// ```
/// use chiffres::Dataset;
///
/// let digits = Dataset::digits()?;
/// assert_eq!((digits.len(), digits.height(), digits.width()), (1797, 8, 8));
/// let first = digits.image(0)?;
/// assert_eq!(digits.classes()[first.label], "0");
/// assert_eq!(first.pixels[..8], [0, 0, 5, 13, 9, 1, 0, 0]);
/// # Ok::<(), chiffres::Error>(())
/// ```
///
/// With the feature `native`, `native::source::open` makes one of files or folders.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    height: usize,
    width: usize,
    channels: usize,
    max_value: u8,
    is_light: bool,
    classes: Vec<String>,
    pixels: Pixels,
    labels: Vec<u32>,
    /// The group of each image; empty without groups.
    groups: Vec<u32>,
    /// The name of each group, in the order of their numbers.
    group_names: Vec<String>,
    /// Ends of the images to train on, to hold out and to test with, as the source names them; further images follow.
    ends: [usize; 3],
    origins: Vec<(usize, Origin)>,
    reading: Reading,
}

/// The images of a source, by the parts that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// Images to train on; all images, if the source names no parts.
    pub train: Images,
    /// Images to hold out of training.
    pub validation: Option<Images>,
    /// Images to test a finished network with.
    pub test: Option<Images>,
}

impl Parts {
    /// The images of each part that there is.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Images> {
        std::iter::once(&mut self.train).chain(&mut self.validation).chain(&mut self.test)
    }

    /// The images of each part that there is.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Images> {
        std::iter::once(&self.train).chain(&self.validation).chain(&self.test)
    }
}

impl Images {
    /// Swaps the rows and columns of each image.
    pub(crate) fn transpose(&mut self) {
        self.pixels = self.pixels.transposed(self.width, self.channels);
        std::mem::swap(&mut self.height, &mut self.width);
        self.reading.remark(Remark::Transposed);
    }

    /// Brings the images to a number of values a pixel: colours become grey, grey values three equal ones.
    pub(crate) fn set_channels(&mut self, channels: usize) {
        let inputs = self.height * self.width * channels;
        match (self.channels, channels) {
            (3, 1) => self.pixels = self.pixels.mapped(inputs, colour::to_grey),
            (1, 3) => self.pixels = self.pixels.mapped(inputs, colour::of_grey),
            _ => {}
        }
        self.channels = channels;
    }

    /// Keeps some of the images, in ascending order, and drops the others.
    pub(crate) fn keep(&mut self, kept: &[usize]) {
        self.pixels = self.pixels.select(kept);
        self.labels = self.labels.select(kept);
        self.groups = self.groups.take().map(|groups| groups.select(kept));
        self.origin = self.origin.select(kept);
    }
}

/// A source that names no parts.
impl From<Images> for Parts {
    fn from(train: Images) -> Self {
        Self { train, validation: None, test: None }
    }
}

/// Images of one size, as they come from a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// The images.
    pub pixels: Pixels,
    /// Grey values are light, as on photographs, rather than ink; only drawings of them depend on it.
    pub is_light: bool,
    /// The source has numbers from 0 to 1, which became 0 to 255.
    pub is_unit: bool,
    /// The label of each image.
    pub labels: Labels,
    /// The group of each image: its writer, for example.
    pub groups: Option<Labels>,
    /// The places they come from.
    pub origin: Origin,
    /// The reading report: interpretations and omissions.
    pub reading: Reading,
}

/// The places that images come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// All from one file, one after the other.
    File {
        /// The file, or the array in it.
        file: Place,
        /// The unit in which the file counts them.
        unit: Unit,
        /// Number of the first one.
        first: usize,
    },
    /// Some of one file.
    Some {
        /// The file, or the array in it.
        file: Place,
        /// The unit in which the file counts them.
        unit: Unit,
        /// Number of each.
        numbers: Vec<usize>,
    },
    /// Each from a place of its own: a picture file, or a row of one of many files.
    Each(Vec<Place>),
}

/// The unit in which a file counts its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Images.
    Image,
    /// Rows of a table.
    Row,
    /// Lines of text.
    Line,
    /// Drawings.
    Drawing,
}

impl Origin {
    /// The file of all images, or the place of the first one.
    pub(super) fn file(&self) -> Place {
        match self {
            Self::File { file, .. } | Self::Some { file, .. } => file.clone(),
            Self::Each(_) => self.place(0),
        }
    }

    /// The place of the image `index`, counted from 0: `train.csv, row 7`, or a picture file.
    pub fn place(&self, index: usize) -> Place {
        match self {
            Self::File { file, unit, first } => file.clone().at(unit.step(first + index)),
            Self::Some { file, unit, numbers } => {
                numbers.get(index).map_or_else(|| file.clone(), |&number| file.clone().at(unit.step(number)))
            }
            Self::Each(places) => places.get(index).cloned().unwrap_or_else(|| Place::file("")),
        }
    }

    /// The places of some of the images.
    fn select(&self, kept: &[usize]) -> Self {
        let some = |file: &Place, unit: Unit, number: &dyn Fn(usize) -> usize| {
            let numbers = kept.iter().map(|&image| number(image)).collect();
            Self::Some { file: file.clone(), unit, numbers }
        };
        match self {
            Self::File { file, unit, first } => some(file, *unit, &|image| first + image),
            Self::Some { file, unit, numbers } => some(file, *unit, &|image| numbers[image]),
            Self::Each(places) => Self::Each(kept.iter().map(|&image| places[image].clone()).collect()),
        }
    }
}

impl Unit {
    fn step(self, number: usize) -> Step {
        match self {
            Self::Image => Step::Image(number),
            Self::Row => Step::Row(number),
            Self::Line => Step::Line(number),
            Self::Drawing => Step::Drawing(number),
        }
    }
}

/// One image of a [`Dataset`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Image<'a> {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// The value of full ink, or of full light.
    pub max_value: u8,
    /// Grey values are light, as on photographs, rather than ink.
    pub is_light: bool,
    /// Values `0..=max_value`, row after row, those of a pixel side by side.
    pub pixels: &'a [u8],
    /// Class index.
    pub label: usize,
}

impl Dataset {
    /// The images of a source: those to train on, those to hold out and those to test with, as far as it names parts.
    ///
    /// `classes` are the names of the classes; if empty, they are the labels. `max_value` is the value of full ink; `None`
    /// for the largest value of the images.
    ///
    /// # Errors
    /// [`Error::Data`] without images, for parts that do not fit each other, and for a label outside `classes`.
    pub fn new(parts: impl Into<Parts>, classes: &[String], max_value: Option<u8>) -> Result<Self> {
        Self::of_parts(parts.into(), classes, max_value)
    }

    fn of_parts(parts: Parts, classes: &[String], max_value: Option<u8>) -> Result<Self> {
        Self::build(parts, max_value, |labels, origins| labels.classes(classes, |index| place(origins, index)))
    }

    /// The images of a source whose labels name classes that are known, those of a network, in its order. Classes without
    /// images are fine. With `positions`, labels may also be the classes' positions.
    ///
    /// # Errors
    /// As [`Dataset::new`]; [`LabelProblem::UnknownClass`](crate::error::data::LabelProblem::UnknownClass) with the labels
    /// that name no class.
    pub fn of_known_classes(
        parts: impl Into<Parts>,
        classes: &[String],
        positions: bool,
        max_value: Option<u8>,
    ) -> Result<Self> {
        Self::build(parts.into(), max_value, |labels, origins| {
            Ok((classes.to_vec(), labels.known(classes, positions, |index| place(origins, index))?))
        })
    }

    fn build(
        parts: Parts,
        max_value: Option<u8>,
        classes: impl FnOnce(&Labels, &[(usize, Origin)]) -> Result<(Vec<String>, Vec<u32>)>,
    ) -> Result<Self> {
        let Parts { train, validation, test } = parts;
        let mut ends = [train.labels.len(); 3];
        let Images { height, width, channels, mut pixels, is_light, is_unit, mut labels, groups, origin, mut reading } =
            train;
        reading.part(Part::Train, reading.from().to_string(), labels.len());
        let mut groups = groups.map(|groups| vec![groups]);
        let mut origins = vec![(0, origin)];
        for (name, part) in [(SplitName::Validation, validation), (SplitName::Test, test)] {
            let Some(mut part) = part else { continue };
            part.set_channels(channels);
            if (part.height, part.width) != (height, width) {
                let problem = ImagesProblem::OtherSize { found: (part.height, part.width), expected: (height, width) };
                return Err(Error::data(part.origin.place(0), problem));
            }
            if part.is_unit != is_unit {
                let problem = ImagesProblem::OtherRange { is_unit: part.is_unit };
                return Err(Error::data(part.origin.place(0), problem));
            }
            origins.push((labels.len(), part.origin));
            reading.part(name.into(), part.reading.from(), part.labels.len());
            reading.merge(part.reading);
            pixels = pixels.then(part.pixels);
            labels = labels.then(part.labels);
            groups = groups.zip(part.groups).map(|(mut all, groups)| {
                all.push(groups);
                all
            });
            ends[name as usize..].fill(labels.len());
        }
        if labels.len() != pixels.len() {
            let problem = ImagesProblem::LabelCount { images: pixels.len(), labels: labels.len() };
            return Err(Error::data(origins[0].1.file(), problem));
        }
        if ends[0] == 0 {
            return Err(Error::data(origins[0].1.file(), ImagesProblem::None));
        }
        let (classes, labels) = classes(&labels, &origins)?;
        let groups = groups.and_then(|groups| groups.into_iter().reduce(Labels::then));
        let (group_names, groups) = groups.map(|groups| groups.groups()).unwrap_or_default();
        let max_value = max_value.unwrap_or_else(|| {
            let mut max = 1;
            pixels.for_each_chunk(|chunk| max = chunk.iter().fold(max, |max, &value| max.max(value)));
            max
        });
        Ok(Self {
            height,
            width,
            channels,
            max_value,
            is_light,
            classes,
            pixels,
            labels,
            groups,
            group_names,
            ends,
            origins,
            reading,
        })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Rows of each image.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of each image.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Values of each image: the number of inputs of a network that reads them.
    pub fn inputs(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// Rows, columns and channels of each image.
    pub fn shape(&self) -> [usize; 3] {
        [self.height, self.width, self.channels]
    }

    /// The value of full ink; pixels are `0..=max_value`.
    pub fn max_value(&self) -> u8 {
        self.max_value
    }

    /// Grey values are light, as on photographs, rather than ink.
    pub fn is_light(&self) -> bool {
        self.is_light
    }

    /// The name of each class, in the order of the class indices.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The class index of each image.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The images of a part that the source names, in the order of the dataset; none if it does not name the part. A source
    /// without parts has training images alone.
    pub fn given(&self, part: SplitName) -> Range<usize> {
        let part = part as usize;
        let start = if part == 0 { 0 } else { self.ends[part - 1] };
        start..self.ends[part]
    }

    /// Images of further sources, which train and are neither held out nor tested with: the last of the dataset.
    pub fn further(&self) -> Range<usize> {
        self.ends[2]..self.len()
    }

    /// The same images, with some of another dataset as further ones; `classes` are the indices of its classes here.
    ///
    /// # Panics
    /// If the other images have another size, or a class has no index.
    #[must_use]
    pub(crate) fn with_further(mut self, other: Self, images: &[usize], classes: &[u32]) -> Self {
        assert_eq!((self.height, self.width), (other.height, other.width), "images of one size");
        assert_eq!(self.channels, other.channels, "images of as many channels");
        let name = other.reading.from().to_string();
        if !self.groups.is_empty() {
            let first = self.group_names.len() as u32;
            match other.groups() {
                Some(groups) => {
                    self.groups.extend(images.iter().map(|&image| first + groups[image]));
                    self.group_names.extend(other.group_names.iter().map(|group| format!("{name}: {group}")));
                }
                None => {
                    self.groups.extend(images.iter().map(|_| first));
                    self.group_names.push(name);
                }
            }
        }
        let ends = other.origins.iter().skip(1).map(|(first, _)| *first).chain([other.len()]);
        for ((start, origin), end) in other.origins.iter().zip(ends) {
            let chosen: Vec<usize> =
                images.iter().filter(|image| (*start..end).contains(image)).map(|image| image - start).collect();
            if !chosen.is_empty() {
                let before = images.iter().filter(|image| *image < start).count();
                self.origins.push((self.labels.len() + before, origin.select(&chosen)));
            }
        }
        self.labels.extend(images.iter().map(|&image| classes[other.labels[image] as usize]));
        self.pixels = self.pixels.then(other.pixels.select(images));
        let unused = (0..other.len()).filter(|image| images.binary_search(image).is_err());
        let unused: Vec<String> = unused.map(|image| other.place(image).to_string()).collect();
        let mut reading = other.reading;
        reading.leave_out_all(Thing::Image, unused, Reason::NotTrained);
        self.reading.further(reading);
        self
    }

    /// The reading report: parts of the source, interpretations and omissions.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The numbers that became the grey values 0 and 255; `None` for whole numbers from 0 to 255, and for pictures.
    pub fn grey_range(&self) -> Option<GreyRange> {
        self.reading.remarks().iter().find_map(|remark| match *remark {
            Remark::Unit => Some(GreyRange::UNIT),
            Remark::Range { low, high } => Some(GreyRange { low, high }),
            Remark::Rounded => Some(GreyRange::ROUNDED),
            _ => None,
        })
    }

    /// The settings of the source, with what the source decided: the paper behind transparent pictures and the values of a
    /// pixel in the place of `auto`, and the range of the numbers of a table or an array in the place of `[]`. They are those of a model file, so
    /// that its network reads other images as its own.
    pub fn resolved(&self, config: &DataConfig) -> DataConfig {
        let chosen = self.reading.remarks().iter().find_map(|remark| match remark {
            Remark::Paper { paper } => Some(*paper),
            _ => None,
        });
        let paper = if config.paper == Paper::Auto { chosen.unwrap_or(Paper::Each) } else { config.paper };
        let has_numbers = matches!(config.source, Source::Csv | Source::Npz);
        let range = match self.grey_range().filter(|_| has_numbers && config.range.is_empty()) {
            Some(GreyRange { low, high }) => vec![low, high],
            None => config.range.clone(),
        };
        let channels = Channels::Number(config.channels.number().unwrap_or(self.channels));
        DataConfig { paper, range, channels, ..config.clone() }
    }

    /// The place an image comes from: its file, and its number there if the file has many.
    pub fn place(&self, index: usize) -> Place {
        place(&self.origins, index)
    }

    /// The same images with other grey pixels, of another size: `height * width` values each, one image after the other.
    ///
    /// # Panics
    /// If the number of values is not that of all images.
    #[must_use]
    pub fn with_pixels(self, height: usize, width: usize, max_value: u8, pixels: Vec<u8>) -> Self {
        assert_eq!(pixels.len(), self.len() * height * width, "a value for each pixel of each image");
        let is_light = self.is_light && max_value == u8::MAX;
        let pixels = Pixels::in_memory(height * width, pixels);
        Self { height, width, channels: 1, max_value, is_light, pixels, ..self }
    }

    /// The same images with other values of their pixels, one image after the other.
    ///
    /// # Panics
    /// If the number of values is not that of all images.
    #[must_use]
    pub(crate) fn with_values(self, max_value: u8, values: Vec<u8>) -> Self {
        assert_eq!(values.len(), self.len() * self.inputs(), "a value for each value");
        let is_light = self.is_light && max_value == u8::MAX;
        Self { max_value, is_light, pixels: Pixels::in_memory(self.inputs(), values), ..self }
    }

    /// A fingerprint of the pixels of an image, to find equal ones by.
    pub(crate) fn digest(&self, index: usize) -> [u8; 16] {
        let digest = Sha256::digest(self.pixels(index));
        digest[..16].try_into().expect("a digest has 32 bytes")
    }

    /// A fingerprint of the images: SHA-256 of sizes, pixels and labels, in hexadecimal.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        let colours = (self.channels > 1).then_some(self.channels);
        for size in [self.len(), self.height, self.width].into_iter().chain(colours) {
            hash.update((size as u64).to_le_bytes());
        }
        self.pixels.for_each_chunk(|chunk| hash.update(chunk));
        let mut bytes = Vec::with_capacity(1 << 16);
        for labels in self.labels.chunks(1 << 14) {
            bytes.clear();
            bytes.extend(labels.iter().flat_map(|label| label.to_le_bytes()));
            hash.update(&bytes);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// One image.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] beyond the last one.
    pub fn image(&self, index: usize) -> Result<Image<'_>> {
        if index >= self.len() {
            return Err(Error::NoSuchImage { index, last: self.len().saturating_sub(1) });
        }
        let (pixels, label) = (self.pixels(index), self.label(index));
        Ok(Image {
            height: self.height,
            width: self.width,
            channels: self.channels,
            max_value: self.max_value,
            is_light: self.is_light,
            pixels,
            label,
        })
    }

    /// The class index of an image of the dataset.
    pub(crate) fn label(&self, index: usize) -> usize {
        self.labels[index] as usize
    }

    /// The number of each image's group; its writer, for the built-in digits. `None` without groups.
    pub fn groups(&self) -> Option<&[u32]> {
        (!self.groups.is_empty()).then_some(&self.groups)
    }

    /// The name of each group, in the order of their numbers; empty without groups.
    ///
    /// It is the text in a table, or the number in an array.
    pub fn group_names(&self) -> &[String] {
        &self.group_names
    }

    /// The pixels of an image of the dataset.
    pub(crate) fn pixels(&self, index: usize) -> &[u8] {
        self.pixels.image(index)
    }

    /// Frees the memory of images that are mapped from a file; they are read again when needed.
    pub(crate) fn release(&self) {
        self.pixels.release();
    }
}

impl AsRef<Dataset> for Dataset {
    fn as_ref(&self) -> &Self {
        self
    }
}

fn place(origins: &[(usize, Origin)], index: usize) -> Place {
    let (first, origin) = &origins[origins.partition_point(|(first, _)| *first <= index) - 1];
    origin.place(index - first)
}
