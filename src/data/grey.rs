//! Grey values from the numbers of a file.

use crate::error::data::PixelProblem;

/// Largest grey value of images whose scale is their own largest value, as the digits' 16; larger values are out of 255.
pub(crate) const MAX_SMALL_SCALE: u8 = 64;
/// The largest grey value.
const FULL: f64 = u8::MAX as f64;

/// Collects numbers as grey values from 0 to 255.
///
/// Whole numbers from 0 to 255 are kept. If a number is not whole, all must lie between 0 and 1, where 1 stands for 255.
#[derive(Debug, Default)]
pub struct GreyValues {
    values: Vec<u8>,
    is_unit: bool,
}

impl GreyValues {
    /// Adds a number.
    ///
    /// # Errors
    /// A number that is out of range, or does not fit the numbers before it.
    pub(crate) fn push(&mut self, number: f64) -> Result<(), PixelProblem> {
        let found = number;
        let value = match self.is_unit {
            _ if !number.is_finite() => return Err(PixelProblem::NotFinite { found }),
            false if number.fract() == 0.0 && (0.0..=FULL).contains(&number) => number as u8,
            false if (0.0..1.0).contains(&number) => {
                self.become_unit()?;
                from_unit(number)
            }
            true if (0.0..=1.0).contains(&number) => from_unit(number),
            true => return Err(PixelProblem::NotUnit { found }),
            false if !(0.0..=FULL).contains(&number) => return Err(PixelProblem::OutOfRange { found }),
            false => return Err(PixelProblem::NotWhole { found }),
        };
        self.values.push(value);
        Ok(())
    }

    /// Reads the numbers so far, all of them 0 or 1, as shares of 255.
    fn become_unit(&mut self) -> Result<(), PixelProblem> {
        if let Some(&whole) = self.values.iter().find(|&&value| value > 1) {
            return Err(PixelProblem::Mixed { whole });
        }
        self.values.iter_mut().for_each(|value| *value *= u8::MAX);
        self.is_unit = true;
        Ok(())
    }

    /// The numbers were from 0 to 1, and were rounded to steps of 1/255.
    pub(crate) fn is_unit(&self) -> bool {
        self.is_unit
    }

    /// The grey values.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.values
    }
}

fn from_unit(number: f64) -> u8 {
    (number * FULL).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(numbers: &[f64]) -> Result<Vec<u8>, PixelProblem> {
        let mut values = GreyValues::default();
        numbers.iter().try_for_each(|&number| values.push(number)).map(|()| values.into_bytes())
    }

    #[test]
    fn whole_numbers_stay_and_numbers_up_to_1_become_bytes() {
        assert_eq!(grey(&[0.0, 1.0, 16.0, 255.0]).unwrap(), [0, 1, 16, 255]);
        assert_eq!(grey(&[0.0, 1.0, 0.5, 1.0]).unwrap(), [0, 255, 128, 255]);
        for numbers in [&[256.0][..], &[-1.0], &[0.5, 2.0], &[2.0, 0.5], &[1.5], &[f64::NAN], &[f64::INFINITY], &[-0.5]]
        {
            assert!(grey(numbers).is_err(), "{numbers:?}");
        }
    }
}
