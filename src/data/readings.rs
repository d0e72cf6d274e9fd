//! Several readings of an image: itself and small variants of it, whose logits a network averages.

/// Readings of an image, with the image itself.
pub(crate) const READINGS: usize = 5;

/// The movement from a variant to its image: by pixels across and down, and around the centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Movement {
    pub across: f64,
    pub down: f64,
    pub sin: f64,
    pub cos: f64,
}

/// Signs of the variants' movement across and down, and of their rotation: each pair of signs occurs once.
const SIGNS: [[f64; 3]; READINGS - 1] = [[1.0, 1.0, 1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]];
/// Movement as a share of the size: a quarter of a pixel of 8.
const SHIFT: f64 = 1.0 / 32.0;
/// Sine and cosine of the rotation, 5 degrees.
const SIN: f64 = 0.087_155_742_747_658_17;
const COS: f64 = 0.996_194_698_091_745_5;

/// Makes the readings of images of one size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Readings {
    inputs: usize,
    /// For each variant and each of its values, where it comes from.
    sources: Vec<Source>,
}

/// The point of the image that a pixel of a variant shows.
#[derive(Debug, Clone, PartialEq)]
struct Source {
    /// The values around it, by index, with their weights; pixels beyond the edges are blank paper and left out.
    pixels: Vec<(u32, f32)>,
}

impl Readings {
    /// Readings of images of these rows, columns and channels, with the values of a pixel side by side.
    pub fn new([height, width, channels]: [usize; 3]) -> Self {
        let channel = |source: Source, channel: u32| {
            let value = |&(pixel, weight): &(u32, f32)| (pixel * channels as u32 + channel, weight);
            Source { pixels: source.pixels.iter().map(value).collect() }
        };
        let variant = |movement: Movement| {
            let Movement { across, down, sin, cos } = movement;
            let pixels = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
            pixels
                .map(|(row, column)| {
                    let (centre_y, centre_x) = ((height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0);
                    let x = column as f64 - centre_x - across;
                    let y = row as f64 - centre_y - down;
                    Source::at(cos * y - sin * x + centre_y, cos * x + sin * y + centre_x, height, width)
                })
                .flat_map(|source| (0..channels as u32).map(move |at| channel(source.clone(), at)))
                .collect::<Vec<_>>()
        };
        let sources = Self::movements(height, width).into_iter().flat_map(variant).collect();
        Self { inputs: height * width * channels, sources }
    }

    /// The movements of the variants of an image of a size.
    pub fn movements(height: usize, width: usize) -> [Movement; READINGS - 1] {
        SIGNS.map(|[across, down, turn]| Movement {
            across: across * SHIFT * width as f64,
            down: down * SHIFT * height as f64,
            sin: turn * SIN,
            cos: COS,
        })
    }

    /// For each variant and each of its pixels, the pixels of the image that it is made of, with their weights.
    pub fn sources(&self) -> impl Iterator<Item = &[(u32, f32)]> {
        self.sources.iter().map(|source| source.pixels.as_slice())
    }

    /// The grey values of an image's readings, one after the other: the image itself first.
    pub fn of<'a>(&'a self, image: &'a [u8]) -> impl Iterator<Item = f32> + 'a {
        debug_assert_eq!(image.len(), self.inputs, "an image of the size");
        let value = |&(pixel, weight): &(u32, f32)| f32::from(image[pixel as usize]) * weight;
        let variants = self.sources.iter().map(move |source| source.pixels.iter().map(value).sum());
        image.iter().map(|&value| f32::from(value)).chain(variants)
    }
}

impl Source {
    /// Catmull-Rom weights of the 16 pixels around a point. Linear interpolation would blur strokes.
    fn at(y: f64, x: f64, height: usize, width: usize) -> Self {
        let (rows, columns) = (cubic(y, height), cubic(x, width));
        let pixels = rows.iter().flat_map(|&(row, down)| {
            columns.iter().map(move |&(column, across)| ((row * width + column) as u32, (down * across) as f32))
        });
        Self { pixels: pixels.collect() }
    }
}

/// The pixels around a position in a row of `size`, with their weights: cubic convolution (Keys, 1981) with `a = -1/2`.
fn cubic(position: f64, size: usize) -> Vec<(usize, f64)> {
    let weight = |distance: f64| match distance.abs() {
        d if d <= 1.0 => (1.5 * d - 2.5) * d * d + 1.0,
        d if d < 2.0 => ((2.5 - 0.5 * d) * d - 4.0) * d + 2.0,
        _ => 0.0,
    };
    let first = (position as isize) - 2;
    let near = (first..first + 6).filter_map(|pixel| usize::try_from(pixel).ok().filter(|&pixel| pixel < size));
    near.map(|pixel| (pixel, weight(position - pixel as f64))).filter(|&(_, weight)| weight != 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_a_point_add_up_to_one_within_the_image() {
        for position in [1.0, 1.25, 2.5, 3.9] {
            let weights = cubic(position, 8);
            assert!((weights.iter().map(|(_, weight)| weight).sum::<f64>() - 1.0).abs() < 1e-12, "{position}");
            let mean: f64 = weights.iter().map(|&(pixel, weight)| pixel as f64 * weight).sum();
            assert!((mean - position).abs() < 1e-12, "a slope keeps its place");
        }
        assert_eq!(cubic(2.0, 8), [(2, 1.0)]);
    }

    #[test]
    fn readings_are_the_image_and_variants_that_cancel_out_in_the_middle() {
        let readings = Readings::new([9, 9, 1]);
        let mut image = [0; 81];
        image[40] = 16;
        let values: Vec<f32> = readings.of(&image).collect();
        assert_eq!(values.len(), 5 * 81);
        assert_eq!(values[40], 16.0);
        for variant in values.chunks_exact(81).skip(1) {
            let ink: f32 = variant.iter().sum();
            assert!((ink - 16.0).abs() < 0.2 && variant[40] < 14.0, "{ink}, {}", variant[40]);
        }
        // Movements cancel out over the four variants.
        let moment: f32 = (81..405).map(|i| values[i] * ((i % 9) as f32 - 4.0)).sum();
        assert!(moment.abs() < 1e-3, "{moment}");
    }

    #[test]
    fn each_channel_is_read_as_a_grey_image_is() {
        let planes: [Vec<u8>; 3] = [7, 50, 91].map(|step| (0..20u8).map(|i| i.wrapping_mul(step)).collect());
        let image: Vec<u8> = (0..20).flat_map(|i| planes.each_ref().map(|plane| plane[i])).collect();
        let (grey, colours) = (Readings::new([4, 5, 1]), Readings::new([4, 5, 3]));
        let values: Vec<f32> = colours.of(&image).collect();
        for (channel, plane) in planes.iter().enumerate() {
            assert!(values[channel..].iter().step_by(3).copied().eq(grey.of(plane)), "{channel}");
        }
    }

    #[test]
    fn an_image_of_one_pixel_has_readings() {
        assert_eq!(Readings::new([1, 1, 1]).of(&[9]).count(), 5);
    }
}
