//! Digits that a class drew: their writers, the split into training and test drawings, and the files and codes they are kept in.

mod code;
mod file;
mod table;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::config::{Column, DataConfig, Experiment, PicturePreprocessing, Portion, Source, SplitBy};
use crate::data::digits::{self, CLASSES, MAX_VALUE, SIDE};
use crate::data::{Dataset, Labels, Origin, Unit};
use crate::error::data::DrawingProblem;
use crate::error::{Error, Place, Result};
use crate::evaluate::Answer;
use crate::predict::Classifier;

pub use code::{Code, DRAWINGS_PER_CODE};
pub use file::{to_csv, to_npz};

/// Maximum number of drawings of a class.
pub const MAX_DRAWINGS: usize = 10_000;
/// Maximum number of characters of a writer's name.
pub(crate) const MAX_NAME_LENGTH: usize = 40;
/// Files name the writers of the built-in digits with this prefix and a number.
const BUILT_IN_PREFIX: &str = "writer ";

/// A drawn digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    /// The digit, 0 to 9.
    pub label: usize,
    /// The name of its writer.
    #[serde(rename = "author")]
    pub writer: String,
    /// 8x8 values from 0 for paper to 16 for ink, row after row.
    pub pixels: Vec<u8>,
}

/// The digits that the writers of a class drew, in the order of arrival.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawings {
    drawings: Vec<Drawing>,
}

/// The test result of a network on the drawings of one writer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WriterScores {
    /// The name of the writer.
    #[serde(rename = "author")]
    pub writer: String,
    /// Number of training drawings.
    pub train: usize,
    /// Number of test drawings.
    pub test: usize,
    /// Test drawings that the network takes for another digit.
    pub errors: usize,
}

impl Drawings {
    /// Checks drawings, and trims the names of their writers.
    ///
    /// # Errors
    /// [`Error::Data`] for a drawing that is blank or not a digit of 8x8 values up to 16, for a name that a file cannot
    /// hold, and for more than [`MAX_DRAWINGS`].
    pub fn new(mut drawings: Vec<Drawing>) -> Result<Self> {
        let fail = |i: usize, problem: DrawingProblem| Error::data(Place::drawing(i + 1), problem);
        if drawings.len() > MAX_DRAWINGS {
            let problem = DrawingProblem::TooMany { found: drawings.len(), max: MAX_DRAWINGS };
            return Err(fail(MAX_DRAWINGS, problem));
        }
        for (i, drawing) in drawings.iter_mut().enumerate() {
            drawing.writer = drawing.writer.trim().into();
            drawing.check().map_err(|problem| fail(i, problem))?;
        }
        Ok(Self { drawings })
    }

    /// The drawings, in the order of arrival.
    pub fn drawings(&self) -> &[Drawing] {
        &self.drawings
    }

    /// For each drawing, whether it is a test drawing: every second drawing that a writer makes of a digit.
    ///
    /// The rule depends on earlier drawings alone, so that a new drawing never moves another one across.
    pub fn test_mask(&self) -> Vec<bool> {
        let mut counts: HashMap<(&str, usize), usize> = HashMap::new();
        self.drawings
            .iter()
            .map(|drawing| {
                let count = counts.entry((&drawing.writer, drawing.label)).or_insert(0);
                *count += 1;
                count.is_multiple_of(2)
            })
            .collect()
    }

    fn train_and_test(&self) -> (Vec<&Drawing>, Vec<&Drawing>) {
        let (test, train): (Vec<_>, Vec<_>) =
            self.drawings.iter().zip(self.test_mask()).partition(|(_, is_test)| *is_test);
        let drawings = |part: Vec<(_, bool)>| part.into_iter().map(|(drawing, _)| drawing).collect();
        (drawings(train), drawings(test))
    }

    /// A dataset of the drawings alone.
    ///
    /// # Errors
    /// [`Error::Data`] when there are none.
    pub fn dataset(&self) -> Result<Dataset> {
        dataset(self.drawings.iter().map(Image::of).collect())
    }

    /// A dataset of the drawings and `digits`, in this order: training drawings, the first `train` digits, the other digits,
    /// test drawings.
    ///
    /// # Errors
    /// As [`Dataset::new`].
    pub fn with_digits(&self, digits: &Dataset, train: usize) -> Result<Dataset> {
        let groups = digits.groups().unwrap_or_default();
        let writer = |index: usize| groups.get(index).map_or_else(String::new, ToString::to_string);
        let digit = |index: usize| Image {
            pixels: digits.pixels(index),
            label: digits.label(index),
            writer: format!("{BUILT_IN_PREFIX}{}", writer(index)),
        };
        let (to_train, to_test) = self.train_and_test();
        let train = train.min(digits.len());
        let images = to_train.into_iter().map(Image::of).chain((0..train).map(digit));
        let images = images.chain((train..digits.len()).map(digit)).chain(to_test.into_iter().map(Image::of));
        dataset(images.collect())
    }

    /// The experiment that trains on these drawings and the digits, given as a table in the file `path`.
    ///
    /// # Errors
    /// [`Error::DrawingsNeedDigits`] for an experiment on anything but the built-in digits in their order.
    pub fn experiment(&self, experiment: &Experiment, path: &str) -> Result<Experiment> {
        let data = &experiment.data;
        let train = data.source.images().and_then(|digits| data.train.of(digits));
        let (SplitBy::Order, Some(train)) = (data.split, train) else {
            return Err(Error::DrawingsNeedDigits);
        };
        let data = DataConfig {
            path: path.into(),
            group: Column::Name(file::WRITER_COLUMN.into()),
            classes: digits::class_names(),
            split: SplitBy::Order,
            train: Portion::Images(train + self.train_and_test().0.len()),
            validation: Portion::Images(data.validation.of(train).unwrap_or_default()),
            scale: data.scale,
            offset: data.offset,
            ..DataConfig::of(Source::Csv, PicturePreprocessing::Digit)
        };
        Ok(Experiment { data, ..experiment.clone() })
    }

    /// The test result of a network for each writer, in the order of arrival.
    ///
    /// # Errors
    /// As [`Classifier::predict`].
    pub fn scores(&self, classifier: &Classifier) -> Result<Vec<WriterScores>> {
        let mut scores: Vec<WriterScores> = Vec::new();
        for (drawing, is_test) in self.drawings.iter().zip(self.test_mask()) {
            let at = scores.iter().position(|scores| scores.writer == drawing.writer).unwrap_or_else(|| {
                scores.push(WriterScores { writer: drawing.writer.clone(), train: 0, test: 0, errors: 0 });
                scores.len() - 1
            });
            if is_test {
                let answer =
                    Answer { index: 0, target: drawing.label, prediction: classifier.predict(&drawing.pixels)? };
                scores[at].test += 1;
                scores[at].errors += usize::from(answer.is_wrong());
            } else {
                scores[at].train += 1;
            }
        }
        Ok(scores)
    }
}

impl Drawing {
    fn check(&self) -> Result<(), DrawingProblem> {
        let Self { label, writer, pixels } = self;
        if *label >= CLASSES {
            return Err(DrawingProblem::Label { found: i64::try_from(*label).unwrap_or(i64::MAX) });
        }
        if pixels.len() != SIDE * SIDE {
            return Err(DrawingProblem::PixelCount { found: pixels.len(), expected: SIDE * SIDE });
        }
        if let Some(&found) = pixels.iter().find(|value| **value > MAX_VALUE) {
            return Err(DrawingProblem::Value { found, max: MAX_VALUE });
        }
        if pixels.iter().all(|value| *value == 0) {
            return Err(DrawingProblem::Blank);
        }
        if !(1..=MAX_NAME_LENGTH).contains(&writer.chars().count()) || writer.contains(char::is_control) {
            return Err(DrawingProblem::Name { name: writer.clone(), max: MAX_NAME_LENGTH });
        }
        if writer.starts_with(BUILT_IN_PREFIX) {
            return Err(DrawingProblem::ReservedName { name: writer.clone() });
        }
        Ok(())
    }
}

/// One image of a dataset to be.
struct Image<'a> {
    pixels: &'a [u8],
    label: usize,
    writer: String,
}

impl<'a> Image<'a> {
    fn of(drawing: &'a Drawing) -> Self {
        Self { pixels: &drawing.pixels, label: drawing.label, writer: drawing.writer.clone() }
    }
}

fn dataset(images: Vec<Image<'_>>) -> Result<Dataset> {
    let pixels = images.iter().flat_map(|image| image.pixels.iter().copied()).collect();
    let labels = images.iter().map(|image| image.label as i64).collect();
    let writers = Labels::Names(images.into_iter().map(|image| image.writer).collect());
    let origin = Origin::File { file: "the class".into(), unit: Unit::Drawing, first: 1 };
    digits::dataset(pixels, labels, writers, origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Split;

    /// Five drawings by two writers; the second 3 of the first writer tests.
    pub(super) fn class() -> Drawings {
        let drawing = |label: usize, writer: &str, ink: u8| Drawing {
            label,
            writer: writer.into(),
            pixels: (0..64).map(|i| if i % 7 == label { ink } else { 0 }).collect(),
        };
        Drawings::new(vec![
            drawing(3, "L\u{e9}a", 16),
            drawing(3, "L\u{e9}a", 15),
            drawing(3, "Max, 7", 14),
            drawing(4, "L\u{e9}a", 13),
            drawing(3, "L\u{e9}a", 12),
        ])
        .unwrap()
    }

    #[test]
    fn every_second_drawing_of_a_digit_tests() {
        assert_eq!(class().test_mask(), [false, true, false, false, false]);
    }

    #[test]
    fn a_class_trains_beside_the_same_digits_as_before() {
        let digits = Dataset::digits().unwrap();
        let mut experiment = Experiment::default();
        experiment.data.validation = Portion::Images(200);
        let of_class = class().experiment(&experiment, "class.csv").unwrap();
        let all = class().with_digits(&digits, 1000).unwrap();
        let split = Split::new(&all, &of_class).unwrap();
        assert_eq!((split.train.len(), split.validation.len(), split.test.len()), (804, 200, 798));
        let usual = Split::new(&digits, &experiment).unwrap();
        let pixels = |data: &Dataset, images: &[usize]| -> Vec<Vec<u8>> {
            images.iter().map(|&image| data.pixels(image).to_vec()).collect()
        };
        assert_eq!(pixels(&all, &split.validation), pixels(&digits, &usual.validation));
        assert_eq!(pixels(&all, &split.test)[..797], pixels(&digits, &usual.test));
        // The file of the configuration gives the same experiment.
        let read = Experiment::from_toml("class.toml", &of_class.to_toml(), &[]).unwrap();
        assert_eq!(read, of_class);
    }

    #[test]
    fn an_invalid_drawing_is_refused_with_its_place() {
        let drawing = |writer: &str| Drawing { label: 0, writer: writer.into(), pixels: vec![1; 64] };
        assert!(Drawings::new(vec![drawing(" ")]).is_err() && Drawings::new(vec![drawing(&"x".repeat(41))]).is_err());
        assert!(Drawings::new(vec![drawing("writer 3")]).is_err(), "a file would give it back as a built-in digit");
        assert!(Drawings::new(vec![drawing("x"); MAX_DRAWINGS + 1]).is_err());
        let blank = Drawing { pixels: vec![0; 64], ..drawing("x") };
        assert_eq!(
            Drawings::new(vec![drawing("x"), blank]).unwrap_err().to_string(),
            "drawing 2: the drawing is blank"
        );
    }
}
