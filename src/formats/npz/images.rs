//! Arrays as images.

use npyz::{Order, TypeChar, TypeStr};

use crate::data::{Grey, GreyRange, GreyValues, Pixels, Remark};
use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, Step, brief};

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
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub channels: usize,
    /// The images.
    pub pixels: Pixels,
    /// The range of the numbers; `None` for whole numbers from 0 to 255, which are kept as they are.
    pub range: Option<GreyRange>,
    /// Count of numbers a little outside of the range, which became its nearest end.
    pub clamped: usize,
    /// The remark about the order of colours.
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
    /// The images; `size` is the rows and columns of images that are rows of numbers, then their channels if they
    /// are not one; `range` is that of the numbers, if it is known.
    ///
    /// # Errors
    /// [`Error::Data`] for an array that is not images of grey values or colours.
    pub fn images(&self, size: &[usize], range: Option<GreyRange>) -> Result<ArrayImages> {
        let contents = self.contents()?;
        let header = &contents.header;
        let layout = Layout::of(self.place(), header, size)?;
        let Layout { height, width, colours, .. } = layout;
        let (channels, inputs) = (layout.channels(), layout.values());
        let images = |pixels: Pixels, range: Option<GreyRange>, clamped: usize| ArrayImages {
            height,
            width,
            channels,
            pixels,
            range,
            clamped,
            remark: layout.remark(),
        };
        let (is_bytes, is_in_order) = (header.kind.as_ref().is_some_and(is_byte), header.order == Order::C);
        if is_bytes && is_in_order && range.is_none() {
            let pixels = match colours {
                None | Some(Colours::Last) => Pixels::new(inputs, self.shared(), contents.range),
                Some(Colours::First) => Pixels::in_memory(inputs, layout.side_by_side(contents.values.to_vec())),
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
        Ok(images(Pixels::in_memory(inputs, layout.side_by_side(values)), range, clamped))
    }
}

impl Layout {
    /// The images that the shape of an array stands for; `size` is that of [`Array::images`].
    pub(super) fn of(place: &Place, header: &Header, size: &[usize]) -> Result<Self> {
        let fail = |problem: NpzProblem| Error::data(place.clone(), problem);
        let (images, (height, width), colours) = match dimensions(header)[..] {
            [images, values] => {
                let (height, width, channels) = shape(place.clone(), values, size)?;
                (images, (height, width), (channels > 1).then_some(Colours::Last))
            }
            [images, height, width] | [images, height, width, 1] | [images, 1, height, width] => {
                (images, (height, width), None)
            }
            [images, height, width, 3] => (images, (height, width), Some(Colours::Last)),
            [images, 3, height, width] => (images, (height, width), Some(Colours::First)),
            _ => return Err(fail(NpzProblem::ImagesShape { shape: header.shape.clone() })),
        };
        if let ([_, _, _, ..], &[rows, columns, ..]) = (&header.shape[..], size)
            && (rows, columns) != (height, width)
        {
            return Err(fail(NpzProblem::OtherSize { found: (height, width), expected: (rows, columns) }));
        }
        if images == 0 || [height, width].iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(fail(NpzProblem::ImagesSize { shape: header.shape.clone(), max: MAX_SIDE }));
        }
        Ok(Self { images, height, width, colours })
    }

    /// The remark about the order of colours.
    pub(super) fn remark(self) -> Option<Remark> {
        (self.colours == Some(Colours::First)).then_some(Remark::Planes)
    }

    /// Values of a pixel.
    pub(super) fn channels(self) -> usize {
        if self.colours.is_some() { 3 } else { 1 }
    }

    /// Number of values of an image.
    pub(super) fn values(self) -> usize {
        self.height * self.width * self.channels()
    }

    /// The values of images with those of a pixel side by side.
    pub(super) fn side_by_side(self, values: Vec<u8>) -> Vec<u8> {
        if self.colours != Some(Colours::First) {
            return values;
        }
        let pixels = self.height * self.width;
        let of_image = |planes: &[u8]| {
            let pixel = |i: usize| [planes[i], planes[pixels + i], planes[2 * pixels + i]];
            (0..pixels).flat_map(pixel).collect::<Vec<u8>>()
        };
        values.chunks_exact(3 * pixels).flat_map(of_image).collect()
    }
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
    fn colours_of_a_pixel_are_put_side_by_side() {
        let layout = |colours| Layout { images: 1, height: 1, width: 2, colours: Some(colours) };
        assert_eq!(layout(Colours::Last).side_by_side(vec![255, 0, 0, 10, 20, 30]), [255, 0, 0, 10, 20, 30]);
        assert_eq!(layout(Colours::First).side_by_side(vec![255, 10, 0, 20, 0, 30]), [255, 0, 0, 10, 20, 30]);
    }
}
