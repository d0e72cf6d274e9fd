//! Images that lie on their side, as those of EMNIST do.

use super::dataset::Images;

/// Images that are looked at: some in a row, in places spread over the file, so that little of a mapped file is loaded.
const PLACES: usize = 50;
const IN_A_ROW: usize = 40;
/// Minimum number of images, and of rows and columns, for a statement about their shape.
const MIN_IMAGES: usize = 100;
const MIN_SIDE: usize = 16;
/// Grey values from this one on are ink.
const INK: u8 = 64;

/// Returns whether most images are wider than tall, and few are taller than wide.
///
/// Written characters are taller than wide. In a box around the ink of MNIST's digits, 67 % are taller than wide by a
/// quarter, and 3 % are wider; of Fashion-MNIST's clothes, 52 % and 29 %. Of both, turned over, it is the reverse.
pub(crate) fn lie_on_their_side(images: &Images) -> bool {
    let (height, width, count) = (images.height, images.width, images.pixels.len());
    if images.channels > 1 || height != width || height < MIN_SIDE || count < MIN_IMAGES {
        return false;
    }
    let (mut looked_at, mut wide, mut tall) = (0, 0, 0);
    let starts = (0..PLACES).map(|place| place * count / PLACES);
    for image in starts.flat_map(|start| start..(start + IN_A_ROW.min(count / PLACES)).min(count)) {
        let (rows, columns) = ink_box(images.pixels.image(image), width);
        looked_at += 1;
        wide += usize::from(4 * columns >= 5 * rows);
        tall += usize::from(4 * rows >= 5 * columns);
    }
    images.pixels.release();
    2 * wide >= looked_at && 4 * tall <= wide
}

/// Rows and columns of the box around the ink of an image.
fn ink_box(pixels: &[u8], width: usize) -> (usize, usize) {
    let (mut rows, mut columns) = ((usize::MAX, 0), (usize::MAX, 0));
    for (row, values) in pixels.chunks_exact(width).enumerate() {
        let ink = |value: &u8| *value >= INK;
        if let (Some(first), Some(last)) = (values.iter().position(ink), values.iter().rposition(ink)) {
            rows = (rows.0.min(row), row + 1);
            columns = (columns.0.min(first), columns.1.max(last + 1));
        }
    }
    (rows.1.saturating_sub(rows.0), columns.1.saturating_sub(columns.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Labels, Origin, Pixels, Reading};

    fn images(draw: impl Fn(usize, usize, usize) -> bool) -> Images {
        let pixel = |image: usize| {
            let draw = &draw;
            (0..400).map(move |at| if draw(image, at / 20, at % 20) { 255 } else { 0 })
        };
        Images {
            height: 20,
            width: 20,
            channels: 1,
            pixels: Pixels::in_memory(400, (0..200).flat_map(pixel).collect()),
            is_light: false,
            is_unit: false,
            labels: Labels::Numbers(vec![0; 200]),
            groups: None,
            origin: Origin::Each(Vec::new()),
            reading: Reading::new("FILE"),
        }
    }

    #[test]
    fn wide_images_lie_on_their_side() {
        let bar = |along: usize, across: usize| (2..18).contains(&along) && (8..12).contains(&across);
        assert!(!lie_on_their_side(&images(|_, row, column| bar(row, column))));
        assert!(lie_on_their_side(&images(|_, row, column| bar(column, row))));
        assert!(!lie_on_their_side(&images(|image, row, column| if image % 2 == 0 {
            bar(row, column)
        } else {
            bar(column, row)
        })));
        assert!(!lie_on_their_side(&images(|_, _, _| false)));
        assert_eq!(ink_box(&[0, 0, 0, 64, 0, 0, 0, 255, 255], 3), (2, 3));
    }
}
