//! Numbers of a file as grey values: bytes.

/// Takes numbers in, one after the other, as grey values from 0 to 255.
///
/// Whole numbers from 0 to 255 stay what they are. Where one is not whole, all must lie between 0 and 1, and stand for
/// 0 to 255.
#[derive(Debug, Default)]
pub struct GreyValues {
    values: Vec<u8>,
    is_unit: bool,
}

impl GreyValues {
    /// Takes in one number.
    ///
    /// # Errors
    /// What is wrong with it, to follow the name of its place.
    pub fn push(&mut self, number: f64) -> Result<(), String> {
        let value = match self.is_unit {
            _ if !number.is_finite() => return Err(format!("a pixel is {number}, which is no number")),
            false if number.fract() == 0.0 && (0.0..=255.0).contains(&number) => number as u8,
            false if (0.0..1.0).contains(&number) => {
                self.become_unit()?;
                unit(number)
            }
            true if (0.0..=1.0).contains(&number) => unit(number),
            true => return Err(format!("a pixel is {number}, but others are not whole: all must be from 0 to 1")),
            false if !(0.0..=255.0).contains(&number) => {
                return Err(format!("a pixel is {number}, but must be from 0 to 255"));
            }
            false => {
                return Err(format!("a pixel is {number}, but must be a whole number, or all must be from 0 to 1"));
            }
        };
        self.values.push(value);
        Ok(())
    }

    /// What was taken in so far are whole numbers; from now on they stand for shares of full ink.
    fn become_unit(&mut self) -> Result<(), String> {
        if let Some(large) = self.values.iter().find(|&&value| value > 1) {
            return Err(format!(
                "a pixel is not a whole number, but another one is {large}: all must be whole, from 0 to 255, or all from 0 to 1"
            ));
        }
        self.values.iter_mut().for_each(|value| *value *= 255);
        self.is_unit = true;
        Ok(())
    }

    /// How many were taken in.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether the numbers were shares of full ink, rounded to steps of 1/255.
    pub fn is_unit(&self) -> bool {
        self.is_unit
    }

    /// The grey values.
    pub fn into_bytes(self) -> Vec<u8> {
        self.values
    }
}

fn unit(number: f64) -> u8 {
    (number * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(numbers: &[f64]) -> Result<Vec<u8>, String> {
        let mut values = GreyValues::default();
        numbers.iter().try_for_each(|&number| values.push(number)).map(|()| values.into_bytes())
    }

    #[test]
    fn whole_numbers_stay_and_shares_become_bytes() {
        assert_eq!(grey(&[0.0, 1.0, 16.0, 255.0]).unwrap(), [0, 1, 16, 255]);
        assert_eq!(grey(&[0.0, 1.0, 0.5, 1.0]).unwrap(), [0, 255, 128, 255]);
        for numbers in [&[256.0][..], &[-1.0], &[0.5, 2.0], &[2.0, 0.5], &[1.5], &[f64::NAN], &[f64::INFINITY], &[-0.5]]
        {
            assert!(grey(numbers).is_err(), "{numbers:?}");
        }
    }
}
