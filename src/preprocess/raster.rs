//! Pictures, from any size to any other.

use std::borrow::Cow;

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
