//! Images and weights as pictures, drawn with blocks in the terminal.

use std::fmt::Write;

use anstyle::{Ansi256Color, Color, Reset, RgbColor, Style};

use chiffres::data::Image;
use chiffres::inspect::WeightMap;
use chiffres::preprocess::Raster;

use super::output::Colors;

/// A grid of values between -1 and 1 to be drawn, or of colours.
///
/// Ink is dark on light. Positive weights are orange, negative ones blue: a neuron responds to ink on orange pixels, and
/// against ink on blue ones.
#[derive(Clone)]
pub struct Picture {
    height: usize,
    width: usize,
    /// Of each pixel; for colours, their darkness.
    values: Vec<f32>,
    scale: Scale,
    /// Of each pixel; `None` for pictures without colours of their own.
    colours: Option<Vec<Rgb>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// From 0, paper, to 1, ink.
    Ink,
    /// From -1, blue, over 0, paper, to 1, orange.
    Signed,
}

/// Red, green and blue.
pub type Rgb = [u8; 3];

const PAPER: Rgb = [250, 250, 245];

/// The colours, and the shades without colours, from paper to full strength.
struct Ramp {
    /// Full strength in 16 million colours.
    full: Rgb,
    /// Steps in xterm's 256 colours.
    palette: &'static [u8],
    /// Steps without colours, two characters a pixel.
    shades: &'static [&'static str],
}

const INK: Ramp = Ramp {
    full: [20, 20, 30],
    palette: &[
        231, 255, 254, 253, 252, 251, 250, 249, 248, 247, 246, 245, 244, 243, 242, 241, 240, 239, 238, 237, 236, 235,
        234,
    ],
    shades: &["  ", "░░", "▒▒", "▓▓", "██"],
};

// The palettes are chosen by eye: the nearest of the 256 colours would change their hue from step to step. The shades
// differ in shape, and not in darkness alone.
const ORANGE: Ramp =
    Ramp { full: [200, 80, 0], palette: &[231, 223, 216, 173, 166], shades: &["  ", "░░", "▒▒", "██"] };
const BLUE: Ramp = Ramp { full: [0, 80, 190], palette: &[231, 153, 111, 69, 26], shades: &["  ", "--", "==", "##"] };

const UPPER_HALF_BLOCK: char = '▀';

impl Picture {
    /// An image, from paper at 0 to ink at its largest value; an image of light on dark keeps its own shades, and one in
    /// colour its colours.
    pub fn of_image(image: &Image<'_>) -> Self {
        if image.channels > 1 {
            let full = f32::from(image.max_value.max(1));
            let value = |&value: &u8| (f32::from(value) / full * f32::from(u8::MAX)).round() as u8;
            let values: Vec<u8> = image.pixels.iter().map(value).collect();
            return Self::of_raster(&Raster::with_channels(image.height, image.width, image.channels, values));
        }
        let brightness = |value: u8| f32::from(value) / f32::from(image.max_value);
        let ink = |&value: &u8| if image.is_light { 1.0 - brightness(value) } else { brightness(value) };
        let values = image.pixels.iter().map(ink).collect();
        Self::of_ink(image.height, image.width, values)
    }

    /// A picture in grey or in colour, as light as it is.
    pub fn of_raster(raster: &Raster) -> Self {
        let darkness = |&value: &u8| 1.0 - f32::from(value) / f32::from(u8::MAX);
        let values = raster.grey().pixels().iter().map(darkness).collect();
        let colours = (raster.channels() > 1).then(|| raster.pixels().as_chunks::<3>().0.to_vec());
        Self { colours, ..Self::of_ink(raster.height(), raster.width(), values) }
    }

    /// A grid of ink, from 0 for paper to 1.
    pub fn of_ink(height: usize, width: usize, values: Vec<f32>) -> Self {
        Self { height, width, values, scale: Scale::Ink, colours: None }
    }

    /// The weights of a neuron; `strongest` is the absolute value drawn in full colour.
    pub fn of_weights(map: &WeightMap, strongest: f32) -> Self {
        let values = map.weights.iter().map(|weight| weight / strongest.max(f32::MIN_POSITIVE)).collect();
        Self { height: map.height, width: map.width, values, scale: Scale::Signed, colours: None }
    }

    /// Pixels down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The picture reduced to at most `max_side` pixels on its longer side; each pixel is the mean of those it replaces.
    pub fn within(self, max_side: usize) -> Self {
        let factor = self.height.max(self.width).div_ceil(max_side);
        let (height, width) = (self.height.div_ceil(factor), self.width.div_ceil(factor));
        let mean = |row: usize, column: usize, value: &dyn Fn(usize) -> f32| {
            let rows = row * factor..((row + 1) * factor).min(self.height);
            let columns = column * factor..((column + 1) * factor).min(self.width);
            let pixels = (rows.len() * columns.len()) as f32;
            rows.map(|y| columns.clone().map(|x| value(y * self.width + x)).sum::<f32>()).sum::<f32>() / pixels
        };
        let means = |value: &dyn Fn(usize) -> f32| -> Vec<f32> {
            (0..height * width).map(|i| mean(i / width, i % width, value)).collect()
        };
        let values = means(&|i| self.values[i]);
        let colours = self.colours.as_ref().map(|colours| {
            let [red, green, blue] = [0, 1, 2].map(|channel| means(&|i| f32::from(colours[i][channel])));
            (0..height * width).map(|i| [red[i], green[i], blue[i]].map(|value| value.round() as u8)).collect()
        });
        Self { height, width, values, scale: self.scale, colours }
    }

    /// Lines for the terminal: a pixel is two columns wide and one line high.
    pub fn large(&self, colors: Colors) -> Vec<String> {
        let line = |row: usize| {
            let mut line = String::new();
            for pixel in row * self.width..(row + 1) * self.width {
                match colors {
                    Colors::None => line.push_str(self.shade(self.values[pixel])),
                    _ => {
                        let style = Style::new().bg_color(Some(self.color(pixel, colors)));
                        write!(line, "{style}  ").expect("a string grows");
                    }
                }
            }
            ended(line, colors)
        };
        (0..self.height).map(line).collect()
    }

    /// Lines for the terminal, drawn with half blocks: a pixel is one column wide and half a line high.
    ///
    /// Without colours, a half block cannot have two shades: the lines are those of [`Picture::large`].
    pub fn small(&self, colors: Colors) -> Vec<String> {
        if colors == Colors::None {
            return self.large(colors);
        }
        let line = |row: usize| {
            let mut line = String::new();
            for column in 0..self.width {
                let color = |row: usize| Some(self.color(row * self.width + column, colors));
                let [top, bottom] = [row, row + 1].map(color);
                let style = Style::new().fg_color(top).bg_color(bottom);
                write!(line, "{style}{UPPER_HALF_BLOCK}").expect("a string grows");
            }
            ended(line, colors)
        };
        (0..self.height).step_by(2).map(line).collect()
    }

    /// Columns that [`Picture::small`] takes.
    pub fn small_width(&self, colors: Colors) -> usize {
        if colors == Colors::None { 2 * self.width } else { self.width }
    }

    /// The colour of a pixel.
    pub fn pixel(&self, row: usize, column: usize) -> Rgb {
        self.rgb(row * self.width + column)
    }

    fn ramp(&self, value: f32) -> &'static Ramp {
        match self.scale {
            Scale::Ink => &INK,
            Scale::Signed if value < 0.0 => &BLUE,
            Scale::Signed => &ORANGE,
        }
    }

    /// The distance from paper, from 0 to 1.
    fn strength(&self, value: f32) -> f32 {
        match self.scale {
            Scale::Ink => value.clamp(0.0, 1.0),
            Scale::Signed => value.abs().min(1.0),
        }
    }

    /// The colour of a pixel; that of paper beyond the last one.
    fn rgb(&self, pixel: usize) -> Rgb {
        if let Some(colours) = &self.colours {
            return colours.get(pixel).copied().unwrap_or(PAPER);
        }
        let value = self.value(pixel);
        let (full, strength) = (self.ramp(value).full, self.strength(value));
        std::array::from_fn(|i| {
            let (paper, full) = (f32::from(PAPER[i]), f32::from(full[i]));
            (paper + strength * (full - paper)).round() as u8
        })
    }

    fn value(&self, pixel: usize) -> f32 {
        self.values.get(pixel).copied().unwrap_or(0.0)
    }

    fn color(&self, pixel: usize, colors: Colors) -> Color {
        let rgb = self.rgb(pixel);
        match colors {
            Colors::True => {
                let [red, green, blue] = rgb;
                RgbColor(red, green, blue).into()
            }
            _ if self.colours.is_some() => Ansi256Color(nearest_of_256(rgb)).into(),
            _ => {
                let value = self.value(pixel);
                Ansi256Color(self.step(value, self.ramp(value).palette)).into()
            }
        }
    }

    fn shade(&self, value: f32) -> &'static str {
        self.step(value, self.ramp(value).shades)
    }

    /// The entry of a value in the steps from paper to full strength.
    fn step<T: Copy>(&self, value: f32, steps: &[T]) -> T {
        steps[(self.strength(value) * (steps.len() - 1) as f32).round() as usize]
    }
}

/// The nearest of xterm's 256 colours: of a cube of 6x6x6, or of 24 greys.
fn nearest_of_256(rgb: Rgb) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |value: u8| (0..6).min_by_key(|&i| LEVELS[i].abs_diff(value)).unwrap_or(0);
    let square = |a: Rgb| a.iter().zip(rgb).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>();
    let [red, green, blue] = rgb.map(level);
    let grey = (0..24u8).min_by_key(|&i| square([8 + 10 * i; 3])).unwrap_or(0);
    let of_cube = square([red, green, blue].map(|level| LEVELS[level]));
    if square([8 + 10 * grey; 3]) < of_cube { 232 + grey } else { (16 + 36 * red + 6 * green + blue) as u8 }
}

/// Ends colours with the line; without colours, paper at the end of a line is cut off.
fn ended(line: String, colors: Colors) -> String {
    match colors {
        Colors::None => line.trim_end().to_string(),
        _ => format!("{line}{Reset}"),
    }
}
