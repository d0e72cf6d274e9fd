//! The built-in digits: `data/digits.csv.gz`, 64 pixels and a label on each line.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::error::data::{BuiltInProblem, DigitsProblem};
use crate::error::{Error, Place, Result, Step};

use super::{Dataset, Images, Labels, Origin, Pixels, Reading, Unit};

const NAME: &str = "data/digits.csv.gz";
const FILE: &[u8] = include_bytes!("../../data/digits.csv.gz");
/// Rows and columns of a digit.
pub(crate) const SIDE: usize = 8;
/// The value of full ink.
pub(crate) const MAX_VALUE: u8 = 16;
/// The digits 0 to 9.
pub(crate) const CLASSES: usize = 10;

/// The first image of each writer: all writers copied one sequence of digits, so the labels start again with each form.
const WRITERS: [usize; 14] = [0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667];

impl Dataset {
    /// The 1,797 handwritten digits of 8x8 pixels, values 0 to 16, in the order of scikit-learn's `load_digits`.
    ///
    /// # Errors
    /// [`Error::Data`] when the embedded file was altered.
    ///
    /// Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0).
    pub fn digits() -> Result<Self> {
        Self::digits_from(FILE)
    }

    /// True for the digits inside the program.
    pub fn is_built_in(&self) -> bool {
        self.place(0) == Place::file(NAME).at(Step::Line(1)) && self.further().is_empty()
    }

    /// The built-in digits from the bytes of `data/digits.csv.gz`, for a page that loads them separately.
    ///
    /// # Errors
    /// [`Error::Data`] when the file was altered.
    pub fn digits_from(file: &[u8]) -> Result<Self> {
        let mut text = String::new();
        let stopped = |error: std::io::Error| BuiltInProblem::Stopped { error: error.to_string() };
        GzDecoder::new(file).read_to_string(&mut text).map_err(|error| Error::data(NAME, stopped(error)))?;
        parse(&text)
    }
}

impl Images {
    /// Checks that these are digits as the preprocessing of pictures makes them: 8x8 pixels, values from 0 to 16.
    ///
    /// # Errors
    /// [`Error::Data`] for another size, and for the first image with another value.
    pub(crate) fn check_digits(&self) -> Result<()> {
        if (self.height, self.width) != (SIDE, SIDE) {
            let problem = DigitsProblem::Size { height: self.height, width: self.width };
            return Err(Error::data(self.origin.file(), problem));
        }
        if self.is_unit {
            return Err(Error::data(self.origin.file(), DigitsProblem::Unit));
        }
        let mut most = 0;
        self.pixels.for_each_chunk(|chunk| most = chunk.iter().fold(most, |most, &value| most.max(value)));
        if most > MAX_VALUE {
            let strongest = |image: usize| self.pixels.image(image).iter().copied().max().unwrap_or(0);
            let image = (0..self.pixels.len()).find(|&image| strongest(image) > MAX_VALUE);
            let image = image.expect("the largest value is in some image");
            return Err(Error::data(self.origin.place(image), DigitsProblem::Value { found: strongest(image) }));
        }
        Ok(())
    }
}

fn parse(text: &str) -> Result<Dataset> {
    let mut pixels = Vec::with_capacity(text.len() / 2);
    let mut labels = Vec::with_capacity(text.lines().count());
    for (i, line) in text.lines().enumerate() {
        let fail = |problem: BuiltInProblem| Error::data(Place::file(NAME).at(Step::Line(i + 1)), problem);
        let start = pixels.len();
        let (values, label) = line.rsplit_once(',').ok_or_else(|| fail(BuiltInProblem::NoComma))?;
        for value in values.split(',') {
            pixels.push(number(value, MAX_VALUE).map_err(fail)?);
        }
        let found = pixels.len() - start;
        if found != SIDE * SIDE {
            return Err(fail(BuiltInProblem::PixelCount { found, expected: SIDE * SIDE }));
        }
        labels.push(i64::from(number(label, CLASSES as u8 - 1).map_err(fail)?));
    }
    let writers = (0..labels.len()).map(|i| WRITERS.partition_point(|&first| first <= i) as i64 - 1).collect();
    let origin = Origin::File { file: NAME.into(), unit: Unit::Line, first: 1 };
    dataset(pixels, labels, Labels::Numbers(writers), origin)
}

/// A dataset of digits of 8x8 values from 0 to 16, built-in or drawn.
pub(crate) fn dataset(pixels: Vec<u8>, labels: Vec<i64>, writers: Labels, origin: Origin) -> Result<Dataset> {
    let reading = Reading::new(origin.file().to_string());
    let images = Images {
        height: SIDE,
        width: SIDE,
        channels: 1,
        pixels: Pixels::in_memory(SIDE * SIDE, pixels),
        is_light: false,
        is_unit: false,
        labels: Labels::Numbers(labels),
        groups: Some(writers),
        origin,
        reading,
    };
    Dataset::new(images, &class_names(), Some(MAX_VALUE))
}

/// The names of the ten classes.
pub(crate) fn class_names() -> Vec<String> {
    (0..CLASSES).map(|digit| digit.to_string()).collect()
}

fn number(text: &str, max: u8) -> Result<u8, BuiltInProblem> {
    match text.parse() {
        Ok(value) if value <= max => Ok(value),
        _ => Err(BuiltInProblem::Number { text: text.into(), max }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_line_is_named() {
        let line = |pixel: &str, label: &str| format!("{}{label}\n", format!("{pixel},").repeat(64));
        assert_eq!(parse(&line("16", "9")).unwrap().len(), 1);
        for (text, expected) in [
            (line("17", "9"), "line 1: \"17\" is not a whole number, 0 to 16"),
            (line("1", "10"), "line 1: \"10\" is not a whole number, 0 to 9"),
            (line("1", "1") + "1,2,3\n", "line 2: 2 pixels, but a digit has 64"),
            (line("1", "1") + "\n", "line 2: there is no comma"),
        ] {
            assert_eq!(parse(&text).unwrap_err().to_string(), format!("data/digits.csv.gz, {expected}"));
        }
    }
}
