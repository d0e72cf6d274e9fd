//! The stages of convolution before a perceptron: they find the same small shapes anywhere in an image.
//!
//! A stage is a convolution of 3x3 pixels, ReLU, and max pooling of 2x2. A convolution is one linear layer that every window
//! of the image goes through:
//!
//! ```text
//! z[y][x] = sum over i, j in -1..=1 of image[y + i][x + j] W[i][j] + b          (0 beyond the border)
//! out[y][x] = max(0, the largest of z[2y][2x], z[2y][2x + 1], z[2y + 1][2x], z[2y + 1][2x + 1])
//! ```

use burn::config::Config;
use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Tensor, activation};

use super::MlpConfig;

/// True in a build with Burn's convolution. The page has no room for it, and its stages go through the kernel.
const CONVOLUTION: bool = cfg!(feature = "convolution");

/// Rows and columns of a window.
pub(crate) const WINDOW: usize = 3;

/// Shape of the stages before a perceptron.
#[derive(Config, Debug, PartialEq)]
pub struct StagesConfig {
    /// Rows, columns and channels of the images. The channels of a pixel lie side by side.
    pub image: [usize; 3],
    /// Filters of each stage, from the image on: the channels of what comes out of it.
    pub filters: Vec<usize>,
}

/// Stages of 3x3 convolution, ReLU and 2x2 max pooling.
#[derive(Module, Debug)]
pub struct Stages {
    /// The linear layer that the windows of each stage go through, `[3 * 3 * channels, filters]`.
    pub(crate) windows: Vec<Linear>,
    #[module(skip)]
    image: [usize; 3],
}

impl StagesConfig {
    /// No stages.
    pub(crate) fn none() -> Self {
        Self { image: [0; 3], filters: Vec::new() }
    }

    /// Rows, columns and channels of what goes into each stage, and of what comes out of the last.
    pub fn shapes(&self) -> Vec<[usize; 3]> {
        let mut shapes = vec![self.image];
        for &filters in &self.filters {
            let [height, width, _] = shapes[shapes.len() - 1];
            shapes.push([height / 2, width / 2, filters]);
        }
        shapes
    }

    /// Numbers that come out of the last stage.
    pub fn outputs(&self) -> usize {
        let [height, width, channels] = self.shapes()[self.filters.len()];
        height.saturating_mul(width).saturating_mul(channels)
    }

    /// Inputs and outputs of the linear layer of each stage.
    pub fn windows(&self) -> Vec<(usize, usize)> {
        let channels = std::iter::once(self.image[2]).chain(self.filters.iter().copied());
        channels.zip(&self.filters).map(|(channels, &filters)| (WINDOW * WINDOW * channels, filters)).collect()
    }
}

impl MlpConfig {
    /// The sizes from the image to the classes: `64 -> 15 -> 10`, or with stages `28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10`.
    pub fn sizes(&self) -> String {
        let stages = self.stages.filters.len();
        let [height, width, channels] = self.stages.image;
        let image = match (stages, channels) {
            (0, _) => self.inputs.to_string(),
            (_, 1) => format!("{height}x{width}"),
            _ => format!("{height}x{width}x{channels}"),
        };
        let maps = self.stages.shapes().into_iter().skip(1);
        let maps = maps.map(|[height, width, filters]| format!("{height}x{width}x{filters}"));
        let outputs = self.layers().skip(stages).map(|(_, outputs)| outputs.to_string());
        std::iter::once(image).chain(maps).chain(outputs).collect::<Vec<_>>().join(" -> ")
    }
}

impl Stages {
    pub(super) fn new(config: &StagesConfig, windows: Vec<Linear>) -> Self {
        Self { windows, image: config.image }
    }

    /// The output of the last stage; the images themselves if there is none.
    ///
    /// # Shapes
    /// - images `[batch, height * width * channels]`
    /// - output `[batch, height' * width' * filters]`
    ///
    /// # Panics
    /// As [`Stages::planes`].
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        match self.windows.is_empty() {
            true => images,
            false => self.planes(images).pop().expect("there is a stage").permute([0, 2, 3, 1]).flatten(1, 3),
        }
    }

    /// What comes out of each stage, with a plane for each filter, as Burn has them.
    ///
    /// # Shapes
    /// - images `[batch, height * width * channels]`
    /// - outputs `[batch, filters, height', width']`
    ///
    /// # Panics
    /// In a build without the feature `convolution`, whose stages go through the kernel alone.
    pub fn planes(&self, images: Tensor<2>) -> Vec<Tensor<4>> {
        if !CONVOLUTION {
            unreachable!("without the feature convolution, stages are computed by the kernel alone");
        }
        let [height, width, channels] = self.image;
        let [batch, _] = images.dims();
        let mut planes = images.reshape([batch, height, width, channels]).permute([0, 3, 1, 2]);
        let stage = |window| {
            let sums = convolve(planes.clone(), window);
            planes = max_pool2d(activation::relu(sums), MaxPoolOptions::new([2, 2]));
            planes.clone()
        };
        self.windows.iter().map(stage).collect()
    }

    /// Rows, columns and channels of what goes into each stage.
    pub(crate) fn shapes(&self) -> Vec<[usize; 3]> {
        let filters = self.windows.iter().map(|window| window.weight.dims()[1]).collect();
        StagesConfig::new(self.image, filters).shapes()
    }
}

/// The sums of all windows.
///
/// # Shapes
/// - planes `[batch, channels, height, width]`
/// - output `[batch, filters, height, width]`
fn convolve(planes: Tensor<4>, window: &Linear) -> Tensor<4> {
    let [inputs, filters] = window.weight.dims();
    let kernel = window.weight.val().reshape([WINDOW, WINDOW, inputs / (WINDOW * WINDOW), filters]);
    let bias = window.bias.as_ref().map(|bias| bias.val());
    conv2d(planes, kernel.permute([3, 2, 0, 1]), bias, ConvOptions::new([1, 1], [1, 1], [1, 1], 1))
}
