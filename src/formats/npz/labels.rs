//! Arrays as labels.

use npyz::{Order, TypeStr};

use crate::data::{Labels, Remark};
use crate::error::data::NpzProblem;
use crate::error::{Error, Result, Step, brief};

use super::array::{Array, Contents};
use super::values::{Numbers, words};

/// Largest absolute value of a label.
const MAX_LABEL: f64 = 1e15;

/// The labels of an array.
pub struct ArrayLabels {
    /// The label of each image.
    pub labels: Labels,
    /// Interpretations and guesses.
    pub remarks: Vec<Remark>,
}

impl Array {
    /// The labels: whole numbers or words, one an image, or one-hot rows.
    ///
    /// # Errors
    /// [`Error::Data`] for an array of another shape, or of other values.
    pub fn labels(&self) -> Result<ArrayLabels> {
        let contents = self.contents()?;
        let plain = |labels: Labels| Ok(ArrayLabels { labels, remarks: Vec::new() });
        match contents.header.shape[..] {
            [_] | [_, 1] => match contents.header.kind.as_ref().and_then(|kind| words(kind, contents.values)) {
                Some(words) => plain(Labels::from_texts(words, &[])),
                None => plain(Labels::Numbers(self.whole_numbers(&contents)?)),
            },
            [rows, columns] => {
                let labels =
                    one_hot(&self.numbers_in(&contents)?, rows as usize, columns as usize, contents.header.order);
                let labels = labels.ok_or_else(|| self.fail(NpzProblem::NotOneHot { shape: vec![rows, columns] }))?;
                let remarks = vec![Remark::OneHot { columns: columns as usize }];
                Ok(ArrayLabels { labels: Labels::Numbers(labels), remarks })
            }
            _ => Err(self.fail(NpzProblem::LabelsShape { shape: contents.header.shape })),
        }
    }

    /// Numbers of groups or of classes: one whole number an image.
    ///
    /// # Errors
    /// [`Error::Data`] for an array of another shape, or of other values.
    pub fn numbers(&self) -> Result<Vec<i64>> {
        let contents = self.contents()?;
        match contents.header.shape[..] {
            [_] | [_, 1] => self.whole_numbers(&contents),
            _ => Err(self.fail(NpzProblem::LabelsShape { shape: contents.header.shape })),
        }
    }

    fn whole_numbers(&self, contents: &Contents<'_>) -> Result<Vec<i64>> {
        let whole = |(at, value): (usize, f64)| match value.fract() == 0.0 && value.abs() <= MAX_LABEL {
            true => Ok(value as i64),
            false => {
                Err(Error::data(self.place().clone().at(Step::Value(at)), NpzProblem::LabelValue { found: value }))
            }
        };
        self.numbers_in(contents)?.into_iter().enumerate().map(whole).collect()
    }

    fn numbers_in(&self, contents: &Contents<'_>) -> Result<Vec<f64>> {
        let header = &contents.header;
        let numbers = header.kind.as_ref().and_then(|kind: &TypeStr| Numbers::of(kind));
        let numbers = numbers.ok_or_else(|| self.fail(NpzProblem::LabelType { kind: brief(&header.type_text) }))?;
        Ok(numbers.iter(contents.values).collect())
    }
}

/// The column of the 1 in each row; `None` if a row has anything else but zeros.
fn one_hot(values: &[f64], rows: usize, columns: usize, order: Order) -> Option<Vec<i64>> {
    let value = |row: usize, column: usize| match order {
        Order::C => values[row * columns + column],
        Order::Fortran => values[column * rows + row],
    };
    let label = |row: usize| -> Option<i64> {
        let hot = (0..columns).position(|column| value(row, column) == 1.0)?;
        let is_zero = |column: usize| column == hot || value(row, column) == 0.0;
        (0..columns).all(is_zero).then_some(hot as i64)
    };
    (0..rows).map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_of_the_one_is_the_label() {
        let rows = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        assert_eq!(one_hot(&rows, 2, 3, Order::C), Some(vec![1, 2]));
        assert_eq!(one_hot(&[0.0, 0.0, 1.0, 0.0, 0.0, 1.0], 2, 3, Order::Fortran), Some(vec![1, 2]));
        assert_eq!(one_hot(&[0.5, 0.5], 1, 2, Order::C), None);
        assert_eq!(one_hot(&[1.0, 1.0], 1, 2, Order::C), None);
        assert_eq!(one_hot(&[0.0, 0.0], 1, 2, Order::C), None);
    }
}
