//! Augmentation: random variants of the training images, as if the same digit had been written again.
//!
//! Each variant is drawn from (seed, epoch, image) alone, not from the batch or from earlier variants, so that a run that
//! is resumed or repeated sees the same images.

use std::array::from_fn;

use pulp::{Arch, Simd, WithSimd};

use crate::config::AugmentationConfig;
use crate::random::{Purpose, STREAMS, Seed, Streams};
use crate::vectors::dispatch;

use super::Dataset;

/// Makes variants of the images of a dataset.
#[derive(Debug, Clone)]
pub struct Augmenter {
    config: AugmentationConfig,
    height: usize,
    width: usize,
    channels: usize,
    /// The value of full ink.
    max: f32,
    /// Bicubic weights of the three control rows, for each row of pixels.
    rows: Vec<[f32; 3]>,
    /// The same for the columns, some at a time.
    columns: Vec<Columns>,
    seed: Seed,
}

/// Pixels of a row that are computed together.
const LANES: usize = 8;

/// Neighbouring columns of pixels. The last ones of an image may be beyond its edge.
#[derive(Debug, Clone)]
struct Columns {
    /// Counted from 0.
    numbers: [f32; LANES],
    /// Bicubic weights of the three control columns.
    weights: [[f32; LANES]; 3],
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
    /// The change of colours; images in grey have none.
    pub colour: ColourChange,
}

/// A change of the colours of an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColourChange {
    /// Turn of the hue, in radians.
    pub hue: f32,
    /// Factor of the saturation.
    pub saturation: f32,
    /// Factor of the brightness.
    pub brightness: f32,
}

impl ColourChange {
    /// The change that changes nothing.
    pub const NONE: Self = Self { hue: 0.0, saturation: 1.0, brightness: 1.0 };

    /// The matrix by which red, green and blue are multiplied.
    ///
    /// Hue turns around the grey axis (Rodrigues). Saturation then moves a colour away from its grey value, with the weights of
    /// ITU-R BT.709, and brightness multiplies all.
    fn matrix(self) -> [[f32; 3]; 3] {
        const GREY: [f32; 3] = [0.2126, 0.7152, 0.0722];
        let (sin, cos) = libm::sincosf(self.hue);
        let (across, along) = (sin / libm::sqrtf(3.0), (1.0 - cos) / 3.0);
        let turn = [
            [cos + along, along - across, along + across],
            [along + across, cos + along, along - across],
            [along - across, along + across, cos + along],
        ];
        let grey: [f32; 3] = from_fn(|j| GREY[0] * turn[0][j] + GREY[1] * turn[1][j] + GREY[2] * turn[2][j]);
        let Self { saturation, brightness, .. } = self;
        turn.map(|row| from_fn(|j| brightness * (grey[j] + saturation * (row[j] - grey[j]))))
    }

    /// Changes the colours of an image with values from 0 to `max`.
    fn change(self, image: &mut [f32], max: f32) {
        let matrix = self.matrix();
        for pixel in image.as_chunks_mut::<3>().0 {
            let [red, green, blue] = *pixel;
            *pixel = matrix.map(|row| limited(row[0] * red + row[1] * green + row[2] * blue, max));
        }
    }
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
        colour: ColourChange::NONE,
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
            channels: dataset.channels(),
            max: f32::from(dataset.max_value()),
            rows: bicubic_weights(height),
            columns: columns(width),
            seed: Seed::new(seed),
        })
    }

    /// Variants of images for an epoch, counted from 1, image after image: values from 0 to full ink, row after row.
    ///
    /// # Panics
    /// If an index is beyond the dataset.
    pub fn variants(&self, dataset: &Dataset, images: &[usize], epoch: usize) -> Vec<f32> {
        let mut out = vec![0.0; images.len() * dataset.inputs()];
        dispatch(Arch::new(), Variants { augmenter: self, dataset, images, epoch, out: &mut out });
        out
    }

    /// The variation of an image in an epoch, counted from 1.
    ///
    /// Every number is drawn, used or not, and the many numbers of the elastic warp come last: changing one strength leaves
    /// the other draws as they are.
    pub fn variation(&self, epoch: usize, image: usize) -> Variation {
        self.variations(epoch, [image; STREAMS])[0]
    }

    #[inline(always)]
    fn variations(&self, epoch: usize, images: [usize; STREAMS]) -> [Variation; STREAMS] {
        let random = Streams::new(&self.seed, images.map(|image| Purpose::Augmentation { epoch, image }));
        let normals = if self.config.elastic > 0.0 { random.normals(9) } else { [[0.0; STREAMS]; 18] };
        from_fn(|stream| self.variation_of(&random, &normals, stream))
    }

    fn variation_of(&self, random: &Streams, normals: &[[f32; STREAMS]; 18], stream: usize) -> Variation {
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
            ref colour,
        } = self.config;
        let unit = |word| random.unit_f32(word, stream);
        let up_to = |strength: f64, word| strength as f32 * (2.0 * unit(word) - 1.0);
        let (scale, anisotropy) = (up_to(scale, 3), up_to(anisotropy, 4));
        let is_mirrored = mirror > 0.0 && f64::from(unit(if elastic > 0.0 { 27 } else { 9 })) < mirror;
        let across = libm::expf(scale + anisotropy);
        let first = if elastic > 0.0 { 28 } else { 10 };
        let colour = match colour[..] {
            [hue, saturation, brightness] => ColourChange {
                hue: up_to(hue, first).to_radians(),
                saturation: libm::expf(up_to(saturation, first + 1)),
                brightness: libm::expf(up_to(brightness, first + 2)),
            },
            _ => ColourChange::NONE,
        };
        Variation {
            shift: [up_to(shift, 0), up_to(shift, 1)],
            rotation: up_to(rotation, 2).to_radians(),
            scale: [if is_mirrored { -across } else { across }, libm::expf(scale - anisotropy)],
            shear: up_to(shear, 5),
            elastic: from_fn(|axis| from_fn(|point| elastic as f32 * normals[9 * axis + point][stream])),
            gain: libm::expf(up_to(gain, 6)),
            contrast: 1.0 + contrast as f32 * unit(8),
            brightness: up_to(brightness, 7),
            colour,
        }
    }

    /// Writes a variant of a grey image: values from 0 to full ink, row after row.
    ///
    /// The image is resampled once, bilinearly, on blank paper. With `c` the centre, `t` the shift and
    /// `M = rotation * shear * scale`, the value at `p` is that of the image at `c + M^-1 (p - c - t) + elastic(p)`.
    ///
    /// # Panics
    /// If `pixels` or `out` does not have the size of the dataset's images.
    pub fn vary(&self, pixels: &[u8], variation: &Variation, paper: &mut Paper, out: &mut [f32]) {
        self.vary_inlined(pixels, variation, paper, out);
    }

    #[inline(always)]
    fn vary_inlined(&self, pixels: &[u8], variation: &Variation, paper: &mut Paper, out: &mut [f32]) {
        assert!(pixels.len() == self.height * self.width && out.len() == pixels.len(), "an image of the dataset");
        match self.width {
            // The same, but the compiler knows the width of the digits, and needs an eighth less time.
            8 => self.vary_of_width(pixels, variation, paper, out, 8),
            width => self.vary_of_width(pixels, variation, paper, out, width),
        }
    }

    #[inline(always)]
    fn vary_of_width(&self, pixels: &[u8], variation: &Variation, paper: &mut Paper, out: &mut [f32], width: usize) {
        let stride = paper.lay(pixels, width);
        let Variation { shift, scale, shear, elastic: [bend_x, bend_y], gain, contrast, brightness, .. } = variation;
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
        let middle = self.max / 2.0;

        for ((y, weights), out) in self.rows.iter().enumerate().zip(out.chunks_exact_mut(width)) {
            let (left, top) = (left + b * y as f32, top + d * y as f32);
            // The displacements of this row at the three control columns.
            let (bend_x, bend_y) = (across(weights, bend_x), across(weights, bend_y));
            for (columns, out) in self.columns.iter().zip(out.chunks_mut(LANES)) {
                let Columns { numbers, weights } = columns;
                let (mut cells, mut right, mut down) = ([0; LANES], [0.0; LANES], [0.0; LANES]);
                for i in 0..LANES {
                    let x = limited(left + a * numbers[i] + along(&bend_x, weights, i), max_x);
                    let y = limited(top + c * numbers[i] + along(&bend_y, weights, i), max_y);
                    let (column, row) = (floor(x), floor(y));
                    (right[i], down[i]) = (x - column, y - row);
                    cells[i] = whole(row) * stride as u32 + whole(column);
                }
                for cell in &mut cells {
                    *cell = paper.cells[*cell as usize];
                }
                let mut values = [0.0; LANES];
                for i in 0..LANES {
                    let [upper_left, upper_right, lower_left, lower_right] = pixels_of(cells[i]);
                    let upper = upper_left + right[i] * (upper_right - upper_left);
                    let lower = lower_left + right[i] * (lower_right - lower_left);
                    let value = upper + down[i] * (lower - upper);
                    values[i] = limited((value * gain - middle) * contrast + middle + brightness, self.max);
                }
                // Of a length that the compiler knows, if it can be.
                match <&mut [f32; LANES]>::try_from(&mut *out) {
                    Ok(out) => *out = values,
                    Err(_) => out.copy_from_slice(&values[..out.len()]),
                }
            }
        }
    }
}

/// The work of [`Augmenter::variants`], which is compiled for several sets of vector instructions.
///
/// Code that is not inlined into it is compiled without them: hence the functions that are always inlined, and the plain loops.
/// The values have the same bits with any of them.
struct Variants<'a> {
    augmenter: &'a Augmenter,
    dataset: &'a Dataset,
    images: &'a [usize],
    epoch: usize,
    out: &'a mut [f32],
}

impl WithSimd for Variants<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { augmenter, dataset, images, epoch, out } = self;
        let (mut paper, inputs) = (Paper::default(), dataset.inputs());
        // A channel of an image is varied as a grey image is.
        let pixels = if augmenter.channels > 1 { augmenter.height * augmenter.width } else { 0 };
        let (mut plane, mut varied) = (vec![0; pixels], vec![0.0; pixels]);
        let (plane, varied) = (plane.as_mut_slice(), varied.as_mut_slice());
        for (images, out) in images.chunks(STREAMS).zip(out.chunks_mut(STREAMS * inputs)) {
            let variations = augmenter.variations(epoch, from_fn(|i| images[i.min(images.len() - 1)]));
            for ((&image, variation), out) in images.iter().zip(&variations).zip(out.chunks_exact_mut(inputs)) {
                let (pixels, channels) = (dataset.pixels(image), augmenter.channels);
                // One call for both kinds: it is inlined, and the page has no room for a second copy.
                for channel in 0..channels {
                    let plane = match channels {
                        1 => pixels,
                        _ => {
                            let values = pixels[channel..].iter().step_by(channels);
                            plane.iter_mut().zip(values).for_each(|(plane, &value)| *plane = value);
                            &*plane
                        }
                    };
                    let target = if channels == 1 { &mut *out } else { &mut *varied };
                    augmenter.vary_inlined(plane, variation, &mut paper, target);
                    if channels > 1 {
                        let out = out[channel..].iter_mut().step_by(channels);
                        out.zip(&*varied).for_each(|(out, &value)| *out = value);
                    }
                }
                if variation.colour != ColourChange::NONE {
                    variation.colour.change(out, augmenter.max);
                }
            }
        }
    }
}

/// An image on blank paper: the working memory of [`Augmenter::vary`].
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// The width of the image; 0 without one.
    width: usize,
    /// The image with a margin of one pixel before and two after.
    pixels: Vec<u8>,
    /// Each pixel with its neighbours to the right, below, and below to the right, in a byte each: one look-up finds all
    /// four, and vector instructions take them apart.
    cells: Vec<u32>,
}

impl Paper {
    /// Lays an image on the paper, and returns the paper's width.
    #[inline(always)]
    fn lay(&mut self, image: &[u8], width: usize) -> usize {
        let (stride, height) = (width + 3, image.len() / width);
        let cells = stride * (height + 2);
        if (self.width, self.cells.len()) != (width, cells) {
            *self = Self { width, pixels: vec![0; cells + stride + 1], cells: vec![0; cells] };
        }
        for (line, row) in self.pixels.chunks_exact_mut(stride).skip(1).zip(image.chunks_exact(width)) {
            line[1..=width].copy_from_slice(row);
        }
        let from = |start: usize| &self.pixels[start..start + cells];
        let (upper, lower) = (from(0).iter().zip(from(1)), from(stride).iter().zip(from(stride + 1)));
        for ((cell, (&a, &b)), (&c, &d)) in self.cells.iter_mut().zip(upper).zip(lower) {
            *cell = u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16 | u32::from(d) << 24;
        }
        stride
    }
}

/// The grey values of a cell of [`Paper`].
#[inline(always)]
fn pixels_of(cell: u32) -> [f32; 4] {
    // Signed numbers become floats in one instruction.
    let pixel = |shift: u32| (cell >> shift & 255) as i32 as f32;
    [pixel(0), pixel(8), pixel(16), pixel(24)]
}

/// A value between 0 and `max`, by comparisons: `f32::max` of 0 and -0 may be either.
#[inline(always)]
fn limited(value: f32, max: f32) -> f32 {
    let value = if value > 0.0 { value } else { 0.0 };
    if value < max { value } else { max }
}

/// From here to twice as much, neighbouring floats are one apart.
const WHOLE: f32 = (1u32 << 23) as f32;

/// The largest whole number that is not above a value in `0..2^22`.
///
/// `f32::floor` is a call where processors before SSE 4.1 are supported, and a cast has more cases to look after.
#[inline(always)]
fn floor(value: f32) -> f32 {
    let rounded = (value + WHOLE) - WHOLE;
    rounded - if rounded > value { 1.0 } else { 0.0 }
}

/// A whole number below 2^23, as an integer.
#[inline(always)]
fn whole(value: f32) -> u32 {
    (value + WHOLE).to_bits() & ((1 << 23) - 1)
}

/// The displacements of a row at the control columns.
#[inline(always)]
fn across(weights: &[f32; 3], bend: &[f32; 9]) -> [f32; 3] {
    let at = |k: usize| weights[0] * bend[k] + weights[1] * bend[3 + k] + weights[2] * bend[6 + k];
    [at(0), at(1), at(2)]
}

/// The displacement at a column.
#[inline(always)]
fn along(bend: &[f32; 3], weights: &[[f32; LANES]; 3], column: usize) -> f32 {
    bend[0] * weights[0][column] + bend[1] * weights[1][column] + bend[2] * weights[2][column]
}

/// The columns of an image of a width, some at a time.
fn columns(width: usize) -> Vec<Columns> {
    let weights = bicubic_weights(width);
    let weight = |column: usize, point: usize| weights.get(column).map_or(0.0, |weights| weights[point]);
    (0..width)
        .step_by(LANES)
        .map(|first| Columns {
            numbers: from_fn(|i| (first + i) as f32),
            weights: from_fn(|point| from_fn(|i| weight(first + i, point))),
        })
        .collect()
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
