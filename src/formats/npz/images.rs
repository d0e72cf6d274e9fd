//! Arrays as images.

use npyz::{Order, TypeChar, TypeStr};

use crate::data::{Grey, GreyRange, GreyValues, Pixels, Remark};
use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, Step, brief};
use crate::preprocess::grey;

use super::super::{MAX_SIDE, shape};
use super::array::Array;
use super::header::Header;
use super::values::Numbers;

/// The images of an array.
pub struct ArrayImages {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The images.
    pub pixels: Pixels,
    /// The range of the numbers; `None` for whole numbers from 0 to 255, which are kept as they are.
    pub range: Option<GreyRange>,
    /// Count of numbers a little outside of the range, which became its nearest end.
    pub clamped: usize,
    /// The remark about colours, which became grey.
    pub remark: Option<Remark>,
}

/// The shape of an array, as images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub images: usize,
    pub height: usize,
    pub width: usize,
    colours: Option<Colours>,
}

/// The dimension of an array that holds red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    /// `[n, rows, columns, 3]`
    Last,
    /// `[n, 3, rows, columns]`
    First,
}

impl Array {
    /// The images; `size` is the rows and columns of images that are rows of numbers, `range` that of the numbers, if it is
    /// known.
    ///
    /// # Errors
    /// [`Error::Data`] for an array that is not images of grey values or colours.
    pub fn images(&self, size: &[usize], range: Option<GreyRange>) -> Result<ArrayImages> {
        let contents = self.contents()?;
        let header = &contents.header;
        let layout = Layout::of(self.place(), header, size)?;
        let Layout { height, width, colours, .. } = layout;
        let images = |pixels: Pixels, range: Option<GreyRange>, clamped: usize| ArrayImages {
            height,
            width,
            pixels,
            range,
            clamped,
            remark: layout.remark(),
        };
        let (is_bytes, is_in_order) = (header.kind.as_ref().is_some_and(is_byte), header.order == Order::C);
        if is_bytes && is_in_order && range.is_none() {
            let pixels = match colours {
                None => Pixels::new(height * width, self.shared(), contents.range),
                Some(_) => Pixels::in_memory(height * width, layout.grey(contents.values)),
            };
            return Ok(images(pixels, None, 0));
        }
        let numbers = header.kind.as_ref().and_then(Numbers::of);
        let numbers = numbers.ok_or_else(|| self.fail(NpzProblem::ImageType { kind: brief(&header.type_text) }))?;
        let place = |at: usize| self.place().clone().at(Step::Value(at));
        let feed = |grey: &mut GreyValues| {
            let mut values = numbers.iter(contents.values).enumerate();
            values.try_for_each(|(at, value)| grey.push(value).map_err(|problem| Error::data(place(at), problem)))
        };
        let Grey { values, range, clamped } = Grey::read(range, feed, place)?;
        let values = if is_in_order { values } else { in_order(&values, &dimensions(header)) };
        let values = if colours.is_some() { layout.grey(&values) } else { values };
        Ok(images(Pixels::in_memory(height * width, values), range, clamped))
    }
}

impl Layout {
    /// The images that the shape of an array stands for; `size` is the size of images that are rows of numbers.
    pub(super) fn of(place: &Place, header: &Header, size: &[usize]) -> Result<Self> {
        let fail = |problem: NpzProblem| Error::data(place.clone(), problem);
        let (images, (height, width), colours) = match dimensions(header)[..] {
            [images, pixels] => (images, shape(place.clone(), pixels, size)?, None),
            [images, height, width] | [images, height, width, 1] | [images, 1, height, width] => {
                (images, (height, width), None)
            }
            [images, height, width, 3] => (images, (height, width), Some(Colours::Last)),
            [images, 3, height, width] => (images, (height, width), Some(Colours::First)),
            _ => return Err(fail(NpzProblem::ImagesShape { shape: header.shape.clone() })),
        };
        if let ([_, _, _, ..], &[rows, columns]) = (&header.shape[..], size)
            && (rows, columns) != (height, width)
        {
            return Err(fail(NpzProblem::OtherSize { found: (height, width), expected: (rows, columns) }));
        }
        if images == 0 || [height, width].iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(fail(NpzProblem::ImagesSize { shape: header.shape.clone(), max: MAX_SIDE }));
        }
        Ok(Self { images, height, width, colours })
    }

    /// The remark about colours, which become grey.
    pub(super) fn remark(self) -> Option<Remark> {
        self.colours.map(|colours| Remark::Colours { are_first: colours == Colours::First })
    }

    /// Number of values of an image.
    pub(super) fn values(self) -> usize {
        self.height * self.width * if self.colours.is_some() { 3 } else { 1 }
    }

    /// The grey values of colours.
    pub(super) fn grey(self, values: &[u8]) -> Vec<u8> {
        match self.colours {
            None => values.to_vec(),
            Some(Colours::Last) => grey::of_rgb(values),
            Some(Colours::First) => {
                let pixels = self.height * self.width;
                values.chunks_exact(3 * pixels).flat_map(|image| in_order_of_colours(image, pixels)).collect()
            }
        }
    }
}

/// The grey values of an image of three planes: red, green and blue.
fn in_order_of_colours(image: &[u8], pixels: usize) -> Vec<u8> {
    let colours: Vec<u8> = (0..pixels).flat_map(|i| [image[i], image[pixels + i], image[2 * pixels + i]]).collect();
    grey::of_rgb(&colours)
}

/// Brings values in Fortran's order, in which the first dimension changes fastest, to C's order.
fn in_order(values: &[u8], dimensions: &[usize]) -> Vec<u8> {
    let stride_of = |dimension: usize| dimensions[..dimension].iter().product();
    let strides: Vec<usize> = (0..dimensions.len()).map(stride_of).collect();
    let (mut index, mut at) = (vec![0; dimensions.len()], 0);
    let mut next = || {
        let value = values[at];
        for ((index, &stride), &size) in index.iter_mut().zip(&strides).zip(dimensions).rev() {
            *index += 1;
            at += stride;
            if *index < size {
                break;
            }
            *index = 0;
            at -= stride * size;
        }
        value
    };
    (0..values.len()).map(|_| next()).collect()
}

fn dimensions(header: &Header) -> Vec<usize> {
    header.shape.iter().map(|&size| size as usize).collect()
}

pub(super) fn is_byte(kind: &TypeStr) -> bool {
    (kind.type_char(), kind.size_field()) == (TypeChar::Uint, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_fortrans_order_are_brought_to_cs() {
        // numpy.arange(12).reshape(2, 3, 2).flatten(order="F")
        let values = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
        assert_eq!(in_order(&values, &[2, 3, 2]), (0..12).collect::<Vec<u8>>());
        assert_eq!(in_order(&[1, 2, 3], &[3]), [1, 2, 3]);
    }

    #[test]
    fn colours_become_grey_wherever_they_are() {
        let layout = |colours| Layout { images: 1, height: 1, width: 2, colours: Some(colours) };
        assert_eq!(layout(Colours::Last).grey(&[255, 0, 0, 10, 20, 30]), [54, 19]);
        assert_eq!(layout(Colours::First).grey(&[255, 10, 0, 20, 0, 30]), [54, 19]);
    }
}
