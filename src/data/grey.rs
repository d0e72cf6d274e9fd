//! Grey values from the numbers of a file.

use crate::error::data::{ImagesProblem, PixelProblem};
use crate::error::{Error, Place, Result};

use super::reading::{Reading, Remark};

/// Largest grey value of images whose scale is their own largest value, as the digits' 16; larger values are out of 255.
pub(crate) const MAX_SMALL_SCALE: u8 = 64;
/// The largest grey value.
const FULL: f64 = u8::MAX as f64;

/// The numbers that stand for the grey values 0 and 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GreyRange {
    /// The number that becomes 0.
    pub low: f64,
    /// The number that becomes 255.
    pub high: f64,
}

/// The grey values of many images, and what their numbers were.
#[derive(Debug, Clone, PartialEq)]
pub struct Grey {
    /// Grey values from 0 to 255.
    pub values: Vec<u8>,
    /// The range of the numbers; `None` for whole numbers from 0 to 255, which are kept as they are.
    pub range: Option<GreyRange>,
    /// Count of numbers a little outside of the range, which became its nearest end.
    pub clamped: usize,
}

impl GreyRange {
    /// Numbers from 0 to 1.
    pub const UNIT: Self = Self { low: 0.0, high: 1.0 };
    /// Numbers from -1 to 1.
    const SIGNED: Self = Self { low: -1.0, high: 1.0 };
    /// Numbers from 0 to 255 that are not whole.
    pub const ROUNDED: Self = Self { low: 0.0, high: FULL };

    /// The range of a setting: none, or two numbers.
    pub fn of_setting(setting: &[f64]) -> Option<Self> {
        match *setting {
            [low, high] => Some(Self { low, high }),
            _ => None,
        }
    }

    /// The range of numbers that [`GreyValues`] would find, without keeping their grey values.
    ///
    /// # Errors
    /// Those of `feed`, and [`Error::Data`] for whole numbers below 0 or above 255; `place` is that of a number.
    pub fn measure<E: From<Error>>(
        feed: impl FnOnce(&mut GreyValues) -> Result<(), E>,
        place: impl FnOnce(usize) -> Place,
    ) -> Result<Option<Self>, E> {
        let mut values = GreyValues { values: Vec::new(), scale: Scale::Measured(Measure::default()), clamped: 0 };
        feed(&mut values)?;
        match values.finish() {
            Ok(Outcome::Grey(grey)) => Ok(grey.range),
            Ok(Outcome::Other(range)) => Ok(range),
            Err((index, problem)) => Err(Error::data(place(index), problem).into()),
        }
    }

    /// Compares the range of the numbers of a part with that of the training images. Numbers from 0 to 1 are compared with
    /// them in [`Dataset::new`](super::Dataset::new).
    ///
    /// # Errors
    /// [`Error::Data`] if the training images are whole numbers from 0 to 255 and the part has a range of its own.
    pub fn check_part(found: Option<Self>, training: Option<Self>, place: impl Into<Place>) -> Result<()> {
        match (training, found) {
            (Some(_), _) | (None, None | Some(Self::UNIT | Self::ROUNDED)) => Ok(()),
            (None, Some(Self { low, high })) => Err(Error::data(place, ImagesProblem::OtherNumbers { low, high })),
        }
    }

    /// Says in a report what the numbers were.
    pub fn report(range: Option<Self>, clamped: usize, reading: &mut Reading) {
        match range {
            None => {}
            Some(Self::UNIT) => reading.remark(Remark::Unit),
            Some(Self::ROUNDED) => reading.remark(Remark::Rounded),
            Some(Self { low, high }) => reading.remark(Remark::Range { low, high }),
        }
        if clamped > 0 {
            reading.remark(Remark::Clamped { count: clamped });
        }
    }

    /// The grey value of a number, and whether it had to be brought to an end of the range.
    fn value(self, found: f64) -> Result<(u8, bool), PixelProblem> {
        let Self { low, high } = self;
        let share = (found - low) / (high - low);
        // Test images may exceed the range of the training images a little; numbers of another kind exceed it much.
        if !(-1.0..=2.0).contains(&share) {
            return Err(PixelProblem::OutsideRange { found, low, high });
        }
        Ok(((share.clamp(0.0, 1.0) * FULL).round() as u8, !(0.0..=1.0).contains(&share)))
    }
}

impl Grey {
    /// Grey values of numbers that come in the same order whenever `feed` is called: once, and again if they turn out to
    /// have a range of their own. So the numbers themselves need no memory.
    ///
    /// # Errors
    /// Those of `feed`, and [`Error::Data`] for whole numbers below 0 or above 255; `place` is that of a number.
    pub fn read<E: From<Error>>(
        range: Option<GreyRange>,
        mut feed: impl FnMut(&mut GreyValues) -> Result<(), E>,
        place: impl Fn(usize) -> Place,
    ) -> Result<Self, E> {
        let mut range = range;
        loop {
            let mut values = GreyValues::new(range);
            feed(&mut values)?;
            match values.finish() {
                Ok(Outcome::Grey(grey)) => return Ok(grey),
                Ok(Outcome::Other(found)) => range = found,
                Err((index, problem)) => return Err(Error::data(place(index), problem).into()),
            }
        }
    }

    /// True for numbers from 0 to 1.
    pub fn is_unit(&self) -> bool {
        self.range == Some(GreyRange::UNIT)
    }
}

/// Collects numbers as grey values from 0 to 255.
///
/// Whole numbers from 0 to 255 are kept. Others are brought to 0 to 255 from a range: numbers from 0 to 1, and from -1 to
/// 1, from these; numbers with fractions up to 255 are rounded; others from their own range.
#[derive(Debug)]
pub struct GreyValues {
    values: Vec<u8>,
    scale: Scale,
    clamped: usize,
}

/// The kind of the numbers so far.
#[derive(Debug)]
enum Scale {
    /// Whole numbers from 0 to 255.
    Bytes,
    /// Numbers from 0 to 1, the smallest and the largest.
    Unit { low: f64, high: f64 },
    /// Numbers of a range that is known.
    Range(GreyRange),
    /// Other numbers: only their range is found out, and no value is kept.
    Measured(Measure),
}

/// The range of numbers.
#[derive(Debug)]
struct Measure {
    count: usize,
    low: f64,
    high: f64,
    is_whole: bool,
    /// Index of the first whole number that is not from 0 to 255.
    outside: Option<(usize, f64)>,
}

/// Grey values, or the range with which the numbers must be read again.
enum Outcome {
    Grey(Grey),
    Other(Option<GreyRange>),
}

impl GreyValues {
    /// No values yet; `range` is that of the numbers, if it is known.
    pub(crate) fn new(range: Option<GreyRange>) -> Self {
        Self { values: Vec::new(), scale: range.map_or(Scale::Bytes, Scale::Range), clamped: 0 }
    }

    /// Adds a whole number from 0 to 255.
    ///
    /// # Errors
    /// As [`GreyValues::push`].
    #[inline]
    pub(crate) fn push_byte(&mut self, value: u8) -> Result<(), PixelProblem> {
        match self.scale {
            Scale::Bytes => {
                self.values.push(value);
                Ok(())
            }
            _ => self.push(f64::from(value)),
        }
    }

    /// Adds a number.
    ///
    /// # Errors
    /// A number that is not finite, or far outside of a range that is known.
    pub(crate) fn push(&mut self, found: f64) -> Result<(), PixelProblem> {
        if !found.is_finite() {
            return Err(PixelProblem::NotFinite { found });
        }
        match &mut self.scale {
            Scale::Bytes if found.fract() == 0.0 && (0.0..=FULL).contains(&found) => self.values.push(found as u8),
            Scale::Unit { low, high } if (0.0..=1.0).contains(&found) => {
                (*low, *high) = (low.min(found), high.max(found));
                self.values.push((found * FULL).round() as u8);
            }
            Scale::Range(range) => {
                let (value, is_clamped) = range.value(found)?;
                self.clamped += usize::from(is_clamped);
                self.values.push(value);
            }
            Scale::Measured(measure) => measure.add(found),
            Scale::Bytes if (0.0..1.0).contains(&found) && self.values.iter().all(|&value| value <= 1) => {
                let low = if self.values.contains(&0) { 0.0 } else { found };
                let high = if self.values.contains(&1) { 1.0 } else { found };
                self.values.iter_mut().for_each(|value| *value *= u8::MAX);
                self.values.push((found * FULL).round() as u8);
                self.scale = Scale::Unit { low, high };
            }
            Scale::Bytes | Scale::Unit { .. } => {
                let mut measure = self.measure();
                measure.add(found);
                *self = Self { values: Vec::new(), scale: Scale::Measured(measure), clamped: 0 };
            }
        }
        Ok(())
    }

    /// Takes the values so far.
    ///
    /// # Errors
    /// Numbers that are not whole from 0 to 255, without a range.
    pub(crate) fn take_row(&mut self) -> Result<Grey, ImagesProblem> {
        let range = match self.scale {
            Scale::Bytes => None,
            Scale::Range(range) => Some(range),
            Scale::Unit { low, high } | Scale::Measured(Measure { low, high, .. }) => {
                return Err(ImagesProblem::OtherNumbers { low, high });
            }
        };
        Ok(Grey { values: std::mem::take(&mut self.values), range, clamped: std::mem::take(&mut self.clamped) })
    }

    /// The range of the numbers so far.
    fn measure(&self) -> Measure {
        let count = self.values.len();
        let (is_whole, low, high) = match self.scale {
            Scale::Unit { low, high } => (false, low, high),
            _ => {
                let low = self.values.iter().min().map_or(f64::INFINITY, |&low| f64::from(low));
                let high = self.values.iter().max().map_or(f64::NEG_INFINITY, |&high| f64::from(high));
                (true, low, high)
            }
        };
        Measure { count, low, high, is_whole, outside: None }
    }

    /// The grey values, or the range of the numbers; for a number that fits none, its index and the problem.
    fn finish(self) -> Result<Outcome, (usize, PixelProblem)> {
        let range = match self.scale {
            Scale::Bytes => None,
            Scale::Unit { .. } => Some(GreyRange::UNIT),
            Scale::Range(range) => Some(range),
            Scale::Measured(measure) => return measure.range().map(Outcome::Other),
        };
        Ok(Outcome::Grey(Grey { values: self.values, range, clamped: self.clamped }))
    }
}

impl Default for Measure {
    fn default() -> Self {
        Self { count: 0, low: f64::INFINITY, high: f64::NEG_INFINITY, is_whole: true, outside: None }
    }
}

impl Measure {
    fn add(&mut self, found: f64) {
        let is_whole = found.fract() == 0.0;
        if is_whole && self.outside.is_none() && !(0.0..=FULL).contains(&found) {
            self.outside = Some((self.count, found));
        }
        self.is_whole &= is_whole;
        (self.low, self.high) = (self.low.min(found), self.high.max(found));
        self.count += 1;
    }

    fn range(self) -> Result<Option<GreyRange>, (usize, PixelProblem)> {
        let Self { low, high, is_whole, outside, .. } = self;
        Ok(match outside {
            _ if (-1.0..0.0).contains(&low) && high <= 1.0 => Some(GreyRange::SIGNED),
            None if is_whole => None,
            Some((index, found)) if is_whole => return Err((index, PixelProblem::OutOfRange { found })),
            _ if low < 0.0 => Some(GreyRange { low, high: if high > low { high } else { low + 1.0 } }),
            _ if high <= 1.0 => Some(GreyRange::UNIT),
            _ if high <= FULL && high > f64::from(MAX_SMALL_SCALE) => Some(GreyRange::ROUNDED),
            _ => Some(GreyRange { low: 0.0, high }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(range: Option<GreyRange>, numbers: &[f64]) -> Result<Grey> {
        let feed = |values: &mut GreyValues| {
            numbers.iter().try_for_each(|&number| values.push(number)).map_err(|problem| Error::data("FILE", problem))
        };
        Grey::read(range, feed, |index| Place::file(format!("number {index}")))
    }

    fn grey(numbers: &[f64]) -> (Vec<u8>, Option<(f64, f64)>) {
        let grey = read(None, numbers).unwrap();
        (grey.values, grey.range.map(|GreyRange { low, high }| (low, high)))
    }

    #[test]
    fn numbers_of_any_range_become_grey_values() {
        assert_eq!(grey(&[0.0, 1.0, 16.0, 255.0]), (vec![0, 1, 16, 255], None));
        assert_eq!(grey(&[0.0, 1.0, 0.5, 1.0]), (vec![0, 255, 128, 255], Some((0.0, 1.0))));
        assert_eq!(grey(&[-1.0, 1.0, -1.0]), (vec![0, 255, 0], Some((-1.0, 1.0))));
        assert_eq!(grey(&[0.0, 0.5, -0.25]), (vec![128, 191, 96], Some((-1.0, 1.0))));
        // Standardised numbers: from the smallest to the largest, wherever they are.
        assert_eq!(grey(&[0.5, -1.5, 2.5, 0.0]), (vec![128, 0, 255, 96], Some((-1.5, 2.5))));
        assert_eq!(grey(&[300.0, -1.5, 0.0]), (vec![255, 0, 1], Some((-1.5, 300.0))));
        // Fractions without negative numbers: rounded on a scale of 255, else from 0 to the largest.
        assert_eq!(grey(&[0.5, 254.4, 3.0]), (vec![1, 254, 3], Some((0.0, 255.0))));
        assert_eq!(grey(&[2.0, 0.5, 4.0]), (vec![128, 32, 255], Some((0.0, 4.0))));
        assert_eq!(grey(&[65535.0, 0.5, 0.0]), (vec![255, 0, 0], Some((0.0, 65535.0))));
    }

    #[test]
    fn a_known_range_is_kept() {
        let signed = Some(GreyRange { low: -1.0, high: 1.0 });
        assert_eq!(read(signed, &[0.0, 1.0]).unwrap().values, [128, 255]);
        let grey = read(signed, &[1.5, -1.0]).unwrap();
        assert_eq!((grey.values, grey.clamped), (vec![255, 0], 1));
        assert!(read(signed, &[255.0]).unwrap_err().to_string().contains("255"));
        assert_eq!(read(Some(GreyRange { low: 0.0, high: 65535.0 }), &[65535.0, 257.0]).unwrap().values, [255, 1]);
    }

    #[test]
    fn rows_are_taken_in_a_known_range() {
        let rows = |range: Option<GreyRange>, numbers: &[f64]| {
            let mut values = GreyValues::new(range);
            let mut row = |&number: &f64| {
                values.push(number).unwrap();
                values.take_row().map(|grey| (grey.values[0], grey.clamped))
            };
            numbers.iter().map(&mut row).collect::<Result<Vec<_>, _>>()
        };
        assert_eq!(rows(None, &[7.0, 255.0]), Ok(vec![(7, 0), (255, 0)]));
        assert_eq!(rows(Some(GreyRange::SIGNED), &[0.0, 1.5]), Ok(vec![(128, 0), (255, 1)]));
        assert_eq!(rows(None, &[7.0, 0.5]), Err(ImagesProblem::OtherNumbers { low: 0.5, high: 0.5 }));
    }

    #[test]
    fn numbers_that_are_not_grey_values_are_an_error_with_their_place() {
        for (numbers, place) in [
            (&[1.0, 256.0, 300.0][..], "number 1"),
            (&[-2.0], "number 0"),
            (&[f64::NAN], "FILE"),
            (&[0.5, f64::INFINITY], "FILE"),
        ] {
            let error = read(None, numbers).unwrap_err().to_string();
            assert!(error.starts_with(place), "{numbers:?}: {error}");
        }
        let measured = |numbers: &[f64]| {
            let feed = |values: &mut GreyValues| {
                numbers.iter().for_each(|&number| values.push(number).unwrap());
                Ok(())
            };
            GreyRange::measure::<Error>(feed, |index| Place::file(format!("number {index}")))
        };
        assert_eq!(measured(&[0.0, 255.0]).unwrap(), None);
        assert_eq!(measured(&[0.0, 0.5]).unwrap(), Some(GreyRange::UNIT));
        assert!(measured(&[0.0, 256.0]).is_err());
    }
}
