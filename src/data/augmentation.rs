//! Variants of an image: what a digit looks like when another hand, or the same hand another day, writes it.
//!
//! Every variant is drawn from (seed, epoch, image) alone: it depends neither on the batch nor on what went before, so
//! a training that is resumed or run again sees the same pictures.

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

/// What is done to one image: first it is warped, then its tone is changed.
///
/// All zero (scales and factors one) leaves the image as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variation {
    /// How far the picture moves, right and down, in pixels.
    pub shift: [f32; 2],
    /// How far it turns about its centre, clockwise, in radians.
    pub rotation: f32,
    /// How much it grows in width and in height; a negative width mirrors it.
    pub scale: [f32; 2],
    /// How far it leans: a point one pixel below the centre moves this much to the right.
    pub shear: f32,
    /// Displacements of the sampling grid at 3x3 control points, row after row, in x and in y, in pixels.
    ///
    /// The points lie on the corners, the middles of the edges and the centre; between them, the displacement is bicubic.
    pub elastic: [[f32; 9]; 2],
    /// What grey values are multiplied by.
    pub gain: f32,
    /// What the difference from middle grey is multiplied by, after that.
    pub contrast: f32,
    /// What is added at last.
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
    /// The variants that a configuration asks for; `None` when it asks for none.
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

    /// What happens to an image in an epoch, counted from 1.
    ///
    /// Numbers are drawn whether they are used or not, and those that take many at last: a strength changes nothing but what it says.
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
    /// The image is resampled once, bilinearly, as if it lay on blank paper. With `c` the centre, `t` the shift and
    /// `M = rotation * shear * scale`, the value at `p` is that of the image at `c + M^-1 (p - c - t) + elastic(p)`.
    ///
    /// # Panics
    /// When `pixels` is not of the size of the dataset's images.
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
        // Where the top left pixel comes from, on the paper with its margin.
        let (centre_x, centre_y) = ((self.width as f32 - 1.0) / 2.0, (self.height as f32 - 1.0) / 2.0);
        let [left, top] = [-centre_x - shift[0], -centre_y - shift[1]];
        let (left, top) = (1.0 + centre_x + a * left + b * top, 1.0 + centre_y + c * left + d * top);
        // Further out there is nothing but paper.
        let (most_x, most_y) = (self.width as f32 + 1.0, self.height as f32 + 1.0);

        for ((y, weights), out) in self.control_rows.iter().enumerate().zip(out.chunks_exact_mut(self.width)) {
            let (left, top) = (left + b * y as f32, top + d * y as f32);
            // The displacements of this row at the three control columns.
            let across =
                |bend: &[f32; 9], k: usize| weights[0] * bend[k] + weights[1] * bend[3 + k] + weights[2] * bend[6 + k];
            let bend_x = [across(bend_x, 0), across(bend_x, 1), across(bend_x, 2)];
            let bend_y = [across(bend_y, 0), across(bend_y, 1), across(bend_y, 2)];
            // Sources first, values after: the compiler has the first of these loops take several pixels at a time.
            for (((x, weights), source_x), source_y) in
                self.control_columns.iter().enumerate().zip(sources_x.iter_mut()).zip(sources_y.iter_mut())
            {
                let along = |bend: &[f32; 3]| bend[0] * weights[0] + bend[1] * weights[1] + bend[2] * weights[2];
                *source_x = (left + a * x as f32 + along(&bend_x)).max(0.0).min(most_x);
                *source_y = (top + c * x as f32 + along(&bend_y)).max(0.0).min(most_y);
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
    /// The image on blank paper, with a margin of one pixel before it and of two after it.
    paper: Vec<f32>,
    /// Where the pixels of a row come from, across.
    sources_x: Vec<f32>,
    /// The same, down.
    sources_y: Vec<f32>,
}

impl Scratch {
    /// Lays the image on the paper; returns the width of the paper.
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

/// For each of `pixels` pixels, how much each of three control points counts that are spread from the first to the last.
///
/// Cubic convolution (Keys, 1981) with `a = -1/2`; beyond the ends, the end points are repeated.
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
