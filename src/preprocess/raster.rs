//! Grey pictures, from any size to any other.

use super::grey;

/// A picture in grey, from 0 for black to 255 for white, row after row.
///
/// ```
/// use chiffres::preprocess::Raster;
///
/// // A canvas of 2x2 pixels: red, green, blue and opacity of each.
/// let (white, black) = ([255; 4], [0, 0, 0, 255]);
/// let picture = Raster::from_rgba(2, 2, &[white, black, white, white].concat());
/// assert_eq!(picture.pixels(), [255, 0, 255, 255]);
/// assert_eq!(picture.resized(1, 1).pixels(), [191]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    height: usize,
    width: usize,
    pixels: Vec<u8>,
}

impl Raster {
    /// A picture of given grey values.
    ///
    /// # Panics
    /// If there are no pixels, or not `height * width` of them.
    pub fn new(height: usize, width: usize, pixels: Vec<u8>) -> Self {
        assert!(height * width > 0 && height * width == pixels.len(), "{height}x{width} is {} pixels", pixels.len());
        Self { height, width, pixels }
    }

    /// A picture in colour, as a browser's canvas gives it: red, green, blue and opacity of each pixel.
    ///
    /// Transparent pixels become white paper, or black paper if the ink is light.
    ///
    /// # Panics
    /// As [`Raster::new`].
    pub fn from_rgba(height: usize, width: usize, pixels: &[u8]) -> Self {
        assert_eq!(pixels.len() % 4, 0, "four values a pixel");
        Self::new(height, width, grey::of_rgba(pixels))
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Grey values, row after row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Grey values, row after row.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The negative of the picture: light where it is dark.
    #[must_use]
    pub fn inverted(&self) -> Self {
        Self { pixels: self.pixels.iter().map(|&value| u8::MAX - value).collect(), ..*self }
    }

    /// The picture in another size.
    ///
    /// Each pixel is a weighted mean of those around its place in this picture. The weights fall linearly from its centre
    /// to 0 at a distance of one new pixel, or of one old pixel where the picture is enlarged.
    ///
    /// Folders of pictures become datasets this way, so that a changed bit would change trained networks: the arithmetic is
    /// that of the crate `image` with `FilterType::Triangle`, in the same order.
    ///
    /// # Panics
    /// If a size is 0.
    pub fn resized(&self, height: usize, width: usize) -> Self {
        if (self.height, self.width) == (height, width) {
            return self.clone();
        }
        let mut rows = vec![0.0f32; height * self.width];
        for (row, window) in rows.chunks_exact_mut(self.width).zip(windows(self.height, height)) {
            for (line, weight) in self.pixels.chunks_exact(self.width).skip(window.first).zip(window.weights) {
                row.iter_mut().zip(line).for_each(|(sum, &value)| *sum += f32::from(value) * weight);
            }
        }
        let columns = windows(self.width, width);
        let mean = |row: &[f32], window: &Window| {
            let mut sum = 0.0;
            row[window.first..].iter().zip(&window.weights).for_each(|(value, weight)| sum += value * weight);
            sum.clamp(0.0, f32::from(u8::MAX)).round() as u8
        };
        let pixels = rows.chunks_exact(self.width).flat_map(|row| columns.iter().map(move |window| mean(row, window)));
        Self::new(height, width, pixels.collect())
    }
}

/// The old pixels that a new one is the mean of, along one axis.
struct Window {
    first: usize,
    /// They add up to 1.
    weights: Vec<f32>,
}

fn windows(old: usize, new: usize) -> Vec<Window> {
    let ratio = old as f32 / new as f32;
    let reach = ratio.max(1.0);
    let window = |i: usize| {
        let centre = (i as f32 + 0.5) * ratio;
        let first = ((centre - reach).floor().max(0.0) as usize).min(old - 1);
        let end = ((centre + reach).ceil() as usize).clamp(first + 1, old);
        let distance = |pixel: usize| ((pixel as f32 - (centre - 0.5)) / reach).abs();
        let weights: Vec<f32> = (first..end).map(|pixel| (1.0 - distance(pixel)).max(0.0)).collect();
        let sum: f32 = weights.iter().sum();
        Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
    };
    (0..new).map(window).collect()
}
