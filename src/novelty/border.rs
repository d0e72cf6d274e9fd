//! The grey values at the border of images, by which a negative is known.

use crate::data::Dataset;

/// Maximum number of images that are measured.
const MAX_MEASURED: usize = 1000;

/// The grey values at the border of training images, by which a negative is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Border {
    /// The lowest mean of an image, as a share of the greatest grey value.
    pub least: f64,
    /// The highest mean of an image.
    pub most: f64,
    /// The mean over all images.
    pub mean: f64,
}

impl Border {
    /// Measures images of a dataset: a thousand, evenly spread, give about the same as all. `None` without images.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn of(dataset: &Dataset, images: &[usize]) -> Option<Self> {
        let some = images.iter().step_by(images.len().div_ceil(MAX_MEASURED).max(1));
        let max_value = dataset.max_value();
        let means: Vec<f64> = some
            .map(|&image| border_mean(dataset.pixels(image), dataset.width(), dataset.channels(), max_value))
            .collect();
        let (least, most) =
            means.iter().fold((f64::MAX, f64::MIN), |(low, high), &mean| (low.min(mean), high.max(mean)));
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        (!means.is_empty()).then_some(Self { least, most, mean })
    }

    /// Returns whether the border of an image is unlike that of all images measured, and its negative's is much nearer.
    ///
    /// `mean` is that of the image.
    pub fn is_inverted(&self, mean: f64) -> bool {
        let is_outside = !(self.least..=self.most).contains(&mean);
        is_outside && 2.0 * (1.0 - mean - self.mean).abs() < (mean - self.mean).abs()
    }
}

/// The mean value of the outermost pixels, as a share of the greatest; a pixel has `channels` values.
pub(crate) fn border_mean(pixels: &[u8], width: usize, channels: usize, max_value: u8) -> f64 {
    let height = pixels.len() / (width * channels).max(1);
    let is_border = |i: usize| {
        let (row, column) = (i / channels / width, i / channels % width);
        row == 0 || row + 1 == height || column == 0 || column + 1 == width
    };
    let border = || pixels.iter().enumerate().filter(|(i, _)| is_border(*i)).map(|(_, &value)| f64::from(value));
    border().sum::<f64>() / (border().count().max(1) as f64 * f64::from(max_value))
}
