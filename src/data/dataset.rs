//! Labelled grey images of one size, held as bytes.

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

use super::digits;
use super::labels::Labels;
use super::pixels::Pixels;

/// Labelled grey images of one size.
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
    max_value: u8,
    is_light: bool,
    classes: Vec<String>,
    pixels: Pixels,
    labels: Vec<u32>,
    /// The group of each image; empty where groups are not known.
    groups: Vec<u32>,
    /// The name of each group, in the order of their numbers.
    group_names: Vec<String>,
    /// Images before the test images that the source brings along; all of them where it brings none.
    given_train: usize,
    origins: Vec<(usize, Origin)>,
}

/// Images of one size as a source has them.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The images.
    pub pixels: Pixels,
    /// Whether grey values are light, as on photographs, rather than ink; it only matters to how they are drawn.
    pub is_light: bool,
    /// Whether grey values were numbers from 0 to 1, which stand for 0 to 255.
    pub is_unit: bool,
    /// One for each image.
    pub labels: Labels,
    /// Which images belong together, by a writer for example: one for each image.
    pub groups: Option<Labels>,
    /// Where they are from.
    pub origin: Origin,
}

/// Where images are from, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From one file.
    File {
        /// The file.
        path: String,
        /// What its images are called there: `image`, `row`.
        unit: &'static str,
        /// Number of the first one.
        first: usize,
    },
    /// From a file each.
    Files(Vec<String>),
}

impl Images {
    /// Makes sure that these are digits as the preprocessing of pictures leaves them: 8x8 pixels, values from 0 to 16.
    /// `hint` is what to do where they are not.
    ///
    /// # Errors
    /// [`Error::Data`] when they are of another size, or with the first image that has another value.
    pub fn check_digits(&self, hint: &str) -> Result<()> {
        let fail = |place: String, reason: String| Err(Error::Data { place, reason, hint: hint.into() });
        if (self.height, self.width) != (digits::SIDE, digits::SIDE) {
            let reason = format!("the images are {}x{}, but digits are 8x8", self.height, self.width);
            return fail(self.origin.name(), reason);
        }
        if self.is_unit {
            let reason = "the pixels are from 0 to 1, but those of digits are whole numbers from 0 to 16".into();
            return fail(self.origin.name(), reason);
        }
        let mut most = 0;
        self.pixels.for_each_chunk(|chunk| most = chunk.iter().fold(most, |most, &value| most.max(value)));
        if most > digits::MAX_VALUE {
            let strongest = |image: usize| self.pixels.image(image).iter().copied().max().unwrap_or(0);
            let image = (0..self.pixels.len()).find(|&image| strongest(image) > digits::MAX_VALUE);
            let image = image.expect("the largest value is in some image");
            let reason = format!("a pixel is {}, but those of digits are 0 to 16", strongest(image));
            return fail(self.origin.place(image), reason);
        }
        Ok(())
    }
}

impl Origin {
    /// The file, or the first of them.
    fn name(&self) -> String {
        match self {
            Self::File { path, .. } => path.clone(),
            Self::Files(paths) => paths.first().cloned().unwrap_or_default(),
        }
    }

    /// Where the image `index`, counted from 0, is from: `train.csv, row 7`, or a file.
    pub fn place(&self, index: usize) -> String {
        match self {
            Self::File { path, unit, first } => format!("{path}, {unit} {}", first + index),
            Self::Files(paths) => paths.get(index).cloned().unwrap_or_default(),
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
    /// The value of full ink, or of full light.
    pub max_value: u8,
    /// Whether grey values are light, as on photographs, rather than ink.
    pub is_light: bool,
    /// Grey values `0..=max_value`, row after row.
    pub pixels: &'a [u8],
    /// Class index.
    pub label: usize,
}

impl Dataset {
    /// The 1,797 handwritten digits of 8x8 pixels, values 0 to 16, in the order of scikit-learn's `load_digits`.
    ///
    /// # Errors
    /// [`Error::Dataset`] when the embedded file was altered.
    ///
    /// Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0).
    pub fn digits() -> Result<Self> {
        digits::load()
    }

    /// The same from the bytes of `data/digits.csv.gz`, for a page that loads them apart from the program.
    ///
    /// # Errors
    /// [`Error::Dataset`] when the file was altered.
    pub fn digits_from(file: &[u8]) -> Result<Self> {
        digits::read(file)
    }

    /// The images of a source, and its test images after them, if it brings any along.
    ///
    /// `classes` are the names of the classes, or empty for those of the labels. `max_value` is the value of full ink;
    /// `None` for the largest there is.
    ///
    /// # Errors
    /// [`Error::Data`] when there are no images, the two parts do not fit together, or a label is no class.
    pub fn new(images: Images, test: Option<Images>, classes: &[String], max_value: Option<u8>) -> Result<Self> {
        let given_train = images.labels.len();
        let Images { height, width, mut pixels, is_light, is_unit, mut labels, groups, origin } = images;
        let mut groups = groups.map(|groups| vec![groups]);
        let mut origins = vec![(0, origin)];
        if let Some(test) = test {
            if (test.height, test.width) != (height, width) {
                let reason =
                    format!("the images are {}x{}, but those before are {height}x{width}", test.height, test.width);
                let hint = "training and test images must be of one size".into();
                return Err(Error::Data { place: test.origin.place(0), reason, hint });
            }
            if test.is_unit != is_unit {
                let of = |is_unit: bool| if is_unit { "from 0 to 1" } else { "whole numbers" };
                let reason = format!("the pixels are {}, but those to train on are {}", of(test.is_unit), of(is_unit));
                let hint =
                    "write all pixels from 0 to 1 with a decimal point, or all as whole numbers from 0 to 255".into();
                return Err(Error::Data { place: test.origin.place(0), reason, hint });
            }
            pixels = pixels.then(test.pixels);
            labels = labels.then(test.labels);
            groups = groups.zip(test.groups).map(|(mut all, groups)| {
                all.push(groups);
                all
            });
            origins.push((given_train, test.origin));
        }
        if given_train == 0 || labels.len() != pixels.len() {
            let (place, reason) = match labels.len() == pixels.len() {
                true => (origins[0].1.name(), "there are no images".to_string()),
                false => (origins[0].1.name(), format!("{} images, but {} labels", pixels.len(), labels.len())),
            };
            return Err(Error::Data { place, reason, hint: "check the file".into() });
        }
        let (classes, labels) = labels.classes(classes, |index| place(&origins, index))?;
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
            max_value,
            is_light,
            classes,
            pixels,
            labels,
            groups,
            group_names,
            given_train,
            origins,
        })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
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

    /// Pixels of each image: the number of inputs of a network that reads them.
    pub fn inputs(&self) -> usize {
        self.height * self.width
    }

    /// The value of full ink; pixels are `0..=max_value`.
    pub fn max_value(&self) -> u8 {
        self.max_value
    }

    /// Whether grey values are light, as on photographs, rather than ink.
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

    /// Images before the test images that the source brings along; `None` where it brings none.
    pub fn given_train(&self) -> Option<usize> {
        (self.given_train < self.len()).then_some(self.given_train)
    }

    /// Where an image is from: its file, or its file and its number there.
    pub fn place(&self, index: usize) -> String {
        place(&self.origins, index)
    }

    /// SHA-256 of sizes, pixels and labels, in hexadecimal: equal for equal images only.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for size in [self.len(), self.height, self.width] {
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
            max_value: self.max_value,
            is_light: self.is_light,
            pixels,
            label,
        })
    }

    /// The class index of an image that is known to exist.
    pub(crate) fn label(&self, index: usize) -> usize {
        self.labels[index] as usize
    }

    /// The group of each image, as a number: the writer of each digit; `None` where groups are not known.
    pub fn groups(&self) -> Option<&[u32]> {
        (!self.groups.is_empty()).then_some(&self.groups)
    }

    /// The name of each group, in the order of the groups' numbers; empty where groups are not known.
    ///
    /// A group has the name that a table has written there. Where arrays number the groups, the number, as text, is the name.
    pub fn group_names(&self) -> &[String] {
        &self.group_names
    }

    /// The pixels of an image that is known to exist.
    pub(crate) fn pixels(&self, index: usize) -> &[u8] {
        self.pixels.image(index)
    }

    /// Gives back the memory of images that lie in a file; they are read again when they are needed.
    pub fn release(&self) {
        self.pixels.release();
    }
}

impl AsRef<Dataset> for Dataset {
    fn as_ref(&self) -> &Self {
        self
    }
}

fn place(origins: &[(usize, Origin)], index: usize) -> String {
    let (first, origin) = &origins[origins.partition_point(|(first, _)| *first <= index) - 1];
    origin.place(index - first)
}
