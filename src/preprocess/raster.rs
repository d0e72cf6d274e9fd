//! Pictures, from any size to any other.

use std::borrow::Cow;

use crate::config::Fit;
use crate::data::colour;

/// A picture in grey or in colour, from 0 for black to 255 for full light, row after row.
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
    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    channels: usize,
    pixels: Vec<u8>,
}

impl Raster {
    /// A picture of given grey values.
    ///
    /// # Panics
    /// If there are no pixels, or not `height * width` of them.
    pub fn new(height: usize, width: usize, pixels: Vec<u8>) -> Self {
        Self::with_channels(height, width, 1, pixels)
    }

    /// A picture in grey, with 1 channel, or in colour, with 3: red, green and blue of each pixel side by side.
    ///
    /// # Panics
    /// If there are no pixels, or not `height * width * channels` values, or another number of channels.
    pub fn with_channels(height: usize, width: usize, channels: usize, pixels: Vec<u8>) -> Self {
        let size = height * width * channels;
        assert!(size > 0 && size == pixels.len(), "{height}x{width}x{channels} is {} values", pixels.len());
        assert!([1, 3].contains(&channels), "grey or colours");
        Self { height, width, channels, pixels }
    }

    /// The grey picture of one in colour, as a browser's canvas gives it: red, green, blue and opacity of each pixel.
    ///
    /// Transparent pixels become white paper, or black paper if the ink is light.
    ///
    /// # Panics
    /// As [`Raster::new`].
    pub fn from_rgba(height: usize, width: usize, pixels: &[u8]) -> Self {
        assert_eq!(pixels.len() % 4, 0, "four values a pixel");
        Self::new(height, width, colour::grey_of_rgba(pixels))
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Values of a pixel: 1 for grey, 3 for red, green and blue.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The values of all pixels, row after row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The picture in grey.
    pub fn grey(&self) -> Cow<'_, Self> {
        match self.channels {
            1 => Cow::Borrowed(self),
            _ => Cow::Owned(Self { channels: 1, pixels: colour::to_grey(&self.pixels), ..*self }),
        }
    }

    /// The values of all pixels with this number of channels: grey values become three equal ones, colours grey.
    pub fn into_channels(self, channels: usize) -> Vec<u8> {
        match (self.channels, channels) {
            (1, 3) => colour::of_grey(&self.pixels),
            (3, 1) => colour::to_grey(&self.pixels),
            _ => self.pixels,
        }
    }

    /// The values of all pixels, row after row.
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
        let (channels, line) = (self.channels, self.width * self.channels);
        let mut rows = vec![0.0f32; height * line];
        for (row, window) in rows.chunks_exact_mut(line).zip(windows(self.height, height)) {
            for (line, weight) in self.pixels.chunks_exact(line).skip(window.first).zip(window.weights) {
                row.iter_mut().zip(line).for_each(|(sum, &value)| *sum += f32::from(value) * weight);
            }
        }
        let columns = windows(self.width, width);
        let mean = |row: &[f32], window: &Window, channel: usize| {
            let values = row[window.first * channels + channel..].iter().step_by(channels);
            let mut sum = 0.0;
            values.zip(&window.weights).for_each(|(value, weight)| sum += value * weight);
            sum.clamp(0.0, f32::from(u8::MAX)).round() as u8
        };
        let mut pixels = Vec::with_capacity(height * width * channels);
        for row in rows.chunks_exact(line) {
            pixels
                .extend(columns.iter().flat_map(|window| (0..channels).map(move |channel| mean(row, window, channel))));
        }
        Self { height, width, channels, pixels }
    }
}

impl Raster {
    /// The picture in another size and, as `fit` says, another shape.
    ///
    /// # Panics
    /// If a size is 0.
    pub fn fitted(&self, height: usize, width: usize, fit: Fit) -> Self {
        match fit {
            Fit::Stretch => self.resized(height, width),
            Fit::Crop => self.middle(height, width).resized(height, width),
            Fit::Letterbox => {
                let (rows, columns) = self.within(height, width);
                self.resized(rows, columns).framed(height, width, &self.border())
            }
        }
    }

    /// Returns whether the picture has the shape of a size, so that each fit is the same.
    pub fn has_shape(&self, height: usize, width: usize) -> bool {
        self.within(height, width) == (height, width)
    }

    /// The size of the whole picture within another size, in its own shape to the nearest pixel.
    fn within(&self, height: usize, width: usize) -> (usize, usize) {
        let part = |side: usize, of: usize, whole: usize| ((side * of + whole / 2) / whole).max(1);
        match self.height * width >= self.width * height {
            true => (height, part(height, self.width, self.height)),
            false => (part(width, self.height, self.width), width),
        }
    }

    /// The middle of the picture, in the shape of a size to the nearest pixel.
    fn middle(&self, height: usize, width: usize) -> Self {
        let part = |side: usize, of: usize, whole: usize| ((side * of + whole / 2) / whole).max(1);
        let (rows, columns) = match self.height * width >= self.width * height {
            true => (part(self.width, height, width).min(self.height), self.width),
            false => (self.height, part(self.height, width, height).min(self.width)),
        };
        let (top, left) = ((self.height - rows) / 2, (self.width - columns) / 2);
        let line = self.width * self.channels;
        let of_row = |row: &[u8]| row[left * self.channels..][..columns * self.channels].to_vec();
        let pixels = self.pixels.chunks_exact(line).skip(top).take(rows).flat_map(of_row).collect();
        Self::with_channels(rows, columns, self.channels, pixels)
    }

    /// The mean colour of the outermost pixels.
    fn border(&self) -> Vec<u8> {
        let is_border = |i: &usize| {
            let (row, column) = (i / self.width, i % self.width);
            row == 0 || row + 1 == self.height || column == 0 || column + 1 == self.width
        };
        let border: Vec<usize> = (0..self.height * self.width).filter(is_border).collect();
        let mean = |channel: usize| {
            let sum: usize = border.iter().map(|i| usize::from(self.pixels[i * self.channels + channel])).sum();
            ((sum + border.len() / 2) / border.len()) as u8
        };
        (0..self.channels).map(mean).collect()
    }

    /// The picture in the middle of one of another size and one colour.
    fn framed(&self, height: usize, width: usize, colour: &[u8]) -> Self {
        let mut pixels = colour.repeat(height * width);
        let (top, left) = ((height - self.height) / 2, (width - self.width) / 2);
        let line = width * self.channels;
        let rows = pixels.chunks_exact_mut(line).skip(top).zip(self.pixels.chunks_exact(self.width * self.channels));
        rows.for_each(|(to, row)| to[left * self.channels..][..row.len()].copy_from_slice(row));
        Self { height, width, channels: self.channels, pixels }
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
