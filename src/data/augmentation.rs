//! Augmentation: random variants of the training images, as if the same digit had been written again.
//!
//! Each variant is drawn from (seed, epoch, image) alone, not from the batch or from earlier variants, so that a run that
//! is resumed or repeated sees the same images.

use crate::config::AugmentationConfig;
use crate::random::{Purpose, Seed};

use super::Dataset;

/// Makes variants of the images of a dataset.
#[derive(Debug, Clone)]
pub struct Augmenter {
    config: AugmentationConfig,
    height: usize,
    width: usize,
    /// The value of full ink.
    max: f32,
    /// Bicubic weights of the three control rows for each row of pixels, and of the control columns for each column.
    control_rows: Vec<[f32; 3]>,
    control_columns: Vec<[f32; 3]>,
    seed: Seed,
}

/// The changes to one image: a warp, then a change of tone.
///
/// Zeros, with scales and factors of one, leave the image as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variation {
    /// Movement to the right and down, in pixels.
    pub shift: [f32; 2],
    /// Clockwise rotation about the centre, in radians.
    pub rotation: f32,
    /// Factors of the width and the height; a negative width mirrors the image.
    pub scale: [f32; 2],
    /// Shear: the movement to the right, in pixels, of a point one pixel below the centre.
    pub shear: f32,
    /// Displacements of the sampling grid at 3x3 control points, row after row, in x and in y, in pixels.
    ///
    /// The points are the corners, the middles of the edges, and the centre; the displacement between them is bicubic.
    pub elastic: [[f32; 9]; 2],
    /// Factor of the grey values.
    pub gain: f32,
    /// Factor of the difference from middle grey, applied after the gain.
    pub contrast: f32,
    /// Added last.
    pub brightness: f32,
}

impl Variation {
    /// The variation that changes nothing.
    pub const NONE: Self = Self {
        shift: [0.0; 2],
        rotation: 0.0,
        scale: [1.0; 2],
        shear: 0.0,
        elastic: [[0.0; 9]; 2],
        gain: 1.0,
        contrast: 1.0,
        brightness: 0.0,
    };
}

impl Augmenter {
    /// An augmenter for a configuration; `None` if the configuration changes nothing.
    pub fn new(config: &AugmentationConfig, seed: u64, dataset: &Dataset) -> Option<Self> {
        let (height, width) = (dataset.height(), dataset.width());
        (*config != AugmentationConfig::default()).then(|| Self {
            config: config.clone(),
            height,
            width,
            max: f32::from(dataset.max_value()),
            control_rows: bicubic_weights(height),
            control_columns: bicubic_weights(width),
            seed: Seed::new(seed),
        })
    }

    /// The variation of an image in an epoch, counted from 1.
    ///
    /// Every number is drawn, used or not, and the many numbers of the elastic warp come last: changing one strength leaves
    /// the other draws as they are.
    pub fn variation(&self, epoch: usize, image: usize) -> Variation {
        let AugmentationConfig {
            shift,
            rotation,
            scale,
            anisotropy,
            shear,
            elastic,
            gain,
            contrast,
            brightness,
            mirror,
        } = self.config;
        let elastic = elastic as f32;
        let mut random = self.seed.generator(Purpose::Augmentation { epoch, image });
        let mut up_to = |strength: f64| strength as f32 * (2.0 * random.unit_f32() - 1.0);
        let shift = [up_to(shift), up_to(shift)];
        let rotation = up_to(rotation).to_radians();
        let (scale, anisotropy) = (up_to(scale), up_to(anisotropy));
        let shear = up_to(shear);
        let gain = libm::expf(up_to(gain));
        let brightness = up_to(brightness);
        let contrast = 1.0 + contrast as f32 * random.unit_f32();
        let mut displacements = [[0.0; 9]; 2];
        if elastic > 0.0 {
            displacements.as_flattened_mut().iter_mut().for_each(|number| *number = elastic * random.normal() as f32);
        }
        let is_mirrored = mirror > 0.0 && f64::from(random.unit_f32()) < mirror;
        let across = libm::expf(scale + anisotropy);
        Variation {
            shift,
            rotation,
            scale: [if is_mirrored { -across } else { across }, libm::expf(scale - anisotropy)],
            shear,
            elastic: displacements,
            gain,
            contrast,
            brightness,
        }
    }

    /// Appends a variant of an image to `rows`: grey values from 0 to full ink, row after row.
    ///
    /// The image is resampled once, bilinearly, on blank paper. With `c` the centre, `t` the shift and
    /// `M = rotation * shear * scale`, the value at `p` is that of the image at `c + M^-1 (p - c - t) + elastic(p)`.
    ///
    /// # Panics
    /// If `pixels` does not have the size of the dataset's images.
    pub fn vary(&self, pixels: &[u8], variation: &Variation, scratch: &mut Scratch, rows: &mut Vec<f32>) {
        assert_eq!(pixels.len(), self.height * self.width, "an image of the dataset");
        let start = rows.len();
        rows.resize(start + pixels.len(), 0.0);
        let out = &mut rows[start..];
        self.warp(pixels, variation, scratch, out);
        let middle = self.max / 2.0;
        let Variation { gain, contrast, brightness, .. } = *variation;
        for value in out {
            *value = ((*value * gain - middle) * contrast + middle + brightness).max(0.0).min(self.max);
        }
    }

    fn warp(&self, pixels: &[u8], variation: &Variation, scratch: &mut Scratch, out: &mut [f32]) {
        let stride = scratch.fill(pixels, self.width);
        let Scratch { paper, sources_x, sources_y } = scratch;
        let Variation { shift, scale, shear, .. } = *variation;
        let [bend_x, bend_y] = &variation.elastic;
        let (sin, cos) = libm::sincosf(variation.rotation);
        // The rows of M^-1.
        let [a, b] = [(cos + shear * sin) / scale[0], (sin - shear * cos) / scale[0]];
        let [c, d] = [-sin / scale[1], cos / scale[1]];
        // The source of the top left pixel, on the paper with its margin.
        let (centre_x, centre_y) = ((self.width as f32 - 1.0) / 2.0, (self.height as f32 - 1.0) / 2.0);
        let [left, top] = [-centre_x - shift[0], -centre_y - shift[1]];
        let (left, top) = (1.0 + centre_x + a * left + b * top, 1.0 + centre_y + c * left + d * top);
        // Beyond is blank paper.
        let (max_x, max_y) = (self.width as f32 + 1.0, self.height as f32 + 1.0);

        for ((y, weights), out) in self.control_rows.iter().enumerate().zip(out.chunks_exact_mut(self.width)) {
            let (left, top) = (left + b * y as f32, top + d * y as f32);
            // The displacements of this row at the three control columns.
            let across =
                |bend: &[f32; 9], k: usize| weights[0] * bend[k] + weights[1] * bend[3 + k] + weights[2] * bend[6 + k];
            let bend_x = [across(bend_x, 0), across(bend_x, 1), across(bend_x, 2)];
            let bend_y = [across(bend_y, 0), across(bend_y, 1), across(bend_y, 2)];
            // Sources first, values after: the compiler vectorises the first loop.
            for (((x, weights), source_x), source_y) in
                self.control_columns.iter().enumerate().zip(sources_x.iter_mut()).zip(sources_y.iter_mut())
            {
                let along = |bend: &[f32; 3]| bend[0] * weights[0] + bend[1] * weights[1] + bend[2] * weights[2];
                *source_x = (left + a * x as f32 + along(&bend_x)).max(0.0).min(max_x);
                *source_y = (top + c * x as f32 + along(&bend_y)).max(0.0).min(max_y);
            }
            for ((out, &x), &y) in out.iter_mut().zip(&*sources_x).zip(&*sources_y) {
                let (column, row) = (x as i32, y as i32);
                let (right, down) = (x - column as f32, y - row as f32);
                let corner = row as usize * stride + column as usize;
                let across = |pair: &[f32]| pair[0] + right * (pair[1] - pair[0]);
                let (upper, lower) = (across(&paper[corner..][..2]), across(&paper[corner + stride..][..2]));
                *out = upper + down * (lower - upper);
            }
        }
    }
}

/// Working memory of [`Augmenter::vary`].
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// The image on blank paper, with a margin of one pixel before and two after.
    paper: Vec<f32>,
    /// The horizontal sources of the pixels of a row.
    sources_x: Vec<f32>,
    /// The vertical sources.
    sources_y: Vec<f32>,
}

impl Scratch {
    /// Puts the image on the paper, and returns the paper's width.
    fn fill(&mut self, pixels: &[u8], width: usize) -> usize {
        let stride = width + 3;
        self.sources_x.resize(width, 0.0);
        self.sources_y.resize(width, 0.0);
        self.paper.clear();
        self.paper.resize(stride * (pixels.len() / width + 3), 0.0);
        for (line, row) in self.paper.chunks_exact_mut(stride).skip(1).zip(pixels.chunks_exact(width)) {
            for (to, &from) in line[1..].iter_mut().zip(row) {
                *to = f32::from(from);
            }
        }
        stride
    }
}

/// The weights of three control points, spread from the first pixel to the last, at each of `pixels` pixels.
///
/// Cubic convolution (Keys, 1981) with `a = -1/2`; the end points are repeated beyond the ends.
fn bicubic_weights(pixels: usize) -> Vec<[f32; 3]> {
    const A: f64 = -0.5;
    let kernel = |distance: f64| match distance.abs() {
        d if d <= 1.0 => ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0,
        d if d < 2.0 => A * (((d - 5.0) * d + 8.0) * d - 4.0),
        _ => 0.0,
    };
    (0..pixels)
        .map(|pixel| {
            let position = 2.0 * pixel as f64 / (pixels.max(2) - 1) as f64;
            let mut weights = [0.0; 3];
            for point in -2i32..=4 {
                weights[point.clamp(0, 2) as usize] += kernel(position - f64::from(point));
            }
            weights.map(|weight| weight as f32)
        })
        .collect()
}
