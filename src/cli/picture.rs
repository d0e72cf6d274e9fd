//! Images and weights as pictures, drawn with blocks in the terminal.

use std::fmt::Write;

use anstyle::{Ansi256Color, Color, Reset, RgbColor, Style};

use chiffres::data::Image;
use chiffres::inspect::WeightMap;

use super::output::Colors;

/// A grid of values between -1 and 1 to be drawn.
///
/// Ink is dark on light. Positive weights are orange, negative ones blue: a neuron responds to ink on orange pixels, and
/// against ink on blue ones.
#[derive(Clone)]
pub struct Picture {
    height: usize,
    width: usize,
    values: Vec<f32>,
    scale: Scale,
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
const INK: Rgb = [20, 20, 30];
const ORANGE: Rgb = [200, 80, 0];
const BLUE: Rgb = [0, 80, 190];

/// Two characters a pixel, from paper to ink.
const INK_SHADES: [&str; 5] = ["  ", "\u{2591}\u{2591}", "\u{2592}\u{2592}", "\u{2593}\u{2593}", "\u{2588}\u{2588}"];
/// Shades of positive and of negative weights, which differ in shape and not in darkness alone.
const POSITIVE_SHADES: [&str; 4] = ["  ", "\u{2591}\u{2591}", "\u{2592}\u{2592}", "\u{2588}\u{2588}"];
const NEGATIVE_SHADES: [&str; 4] = ["  ", "--", "==", "##"];
const UPPER_HALF_BLOCK: char = '\u{2580}';

impl Picture {
    /// An image, from paper at 0 to ink at its largest value; an image of light on dark keeps its own shades.
    pub fn of_image(image: &Image<'_>) -> Self {
        let brightness = |value: u8| f32::from(value) / f32::from(image.max_value);
        let ink = |&value: &u8| if image.is_light { 1.0 - brightness(value) } else { brightness(value) };
        let values = image.pixels.iter().map(ink).collect();
        Self { height: image.height, width: image.width, values, scale: Scale::Ink }
    }

    /// A grid of ink, from 0 for paper to 1.
    pub fn of_ink(height: usize, width: usize, values: Vec<f32>) -> Self {
        Self { height, width, values, scale: Scale::Ink }
    }

    /// The weights of a neuron; `strongest` is the absolute value drawn in full colour.
    pub fn of_weights(map: &WeightMap, strongest: f32) -> Self {
        let values = map.weights.iter().map(|weight| weight / strongest.max(f32::MIN_POSITIVE)).collect();
        Self { height: map.height, width: map.width, values, scale: Scale::Signed }
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
        let mut values = Vec::with_capacity(height * width);
        for row in 0..height {
            for column in 0..width {
                let rows = row * factor..((row + 1) * factor).min(self.height);
                let columns = column * factor..((column + 1) * factor).min(self.width);
                let pixels = (rows.len() * columns.len()) as f32;
                let sum: f32 = rows.map(|y| self.values[y * self.width..][columns.clone()].iter().sum::<f32>()).sum();
                values.push(sum / pixels);
            }
        }
        Self { height, width, values, ..self }
    }

    /// Lines for the terminal: a pixel is two columns wide and one line high.
    pub fn large(&self, colors: Colors) -> Vec<String> {
        let line = |pixels: &[f32]| {
            let mut line = String::new();
            for &value in pixels {
                match colors {
                    Colors::None => line.push_str(self.shade(value)),
                    _ => write!(line, "{}  ", background(self.rgb(value), colors)).expect("a string grows"),
                }
            }
            ended(line, colors)
        };
        self.values.chunks(self.width).map(line).collect()
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
                let rgb = |row: usize| self.rgb(self.values.get(row * self.width + column).copied().unwrap_or(0.0));
                let style = background(rgb(row + 1), colors).fg_color(Some(color(rgb(row), colors)));
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
        self.rgb(self.values[row * self.width + column])
    }

    fn rgb(&self, value: f32) -> Rgb {
        let full = match self.scale {
            Scale::Ink => INK,
            Scale::Signed if value < 0.0 => BLUE,
            Scale::Signed => ORANGE,
        };
        let weight = value.abs().min(1.0);
        std::array::from_fn(|i| {
            let (paper, full) = (f32::from(PAPER[i]), f32::from(full[i]));
            (paper + weight * (full - paper)).round() as u8
        })
    }

    fn shade(&self, value: f32) -> &'static str {
        let shades: &[&str] = match self.scale {
            Scale::Ink => &INK_SHADES,
            Scale::Signed if value < 0.0 => &NEGATIVE_SHADES,
            Scale::Signed => &POSITIVE_SHADES,
        };
        let value = if self.scale == Scale::Ink { value.max(0.0) } else { value.abs() };
        shades[(value.min(1.0) * (shades.len() - 1) as f32).round() as usize]
    }
}

fn background(rgb: Rgb, colors: Colors) -> Style {
    Style::new().bg_color(Some(color(rgb, colors)))
}

fn color(rgb: Rgb, colors: Colors) -> Color {
    let [red, green, blue] = rgb;
    match colors {
        Colors::True => RgbColor(red, green, blue).into(),
        _ => Ansi256Color(nearest(rgb)).into(),
    }
}

/// The nearest of xterm's 256 colours, without the first 16, which each terminal has its own shades of.
fn nearest(rgb: Rgb) -> u8 {
    /// Shades of red, green and blue in the cube of 6x6x6 colours.
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let cube = (0..216u8).map(|i| (16 + i, [i / 36, i / 6 % 6, i % 6].map(|level| LEVELS[usize::from(level)])));
    let greys = (0..24u8).map(|i| (232 + i, [8 + 10 * i; 3]));
    let squared_distance =
        |other: Rgb| -> u32 { rgb.iter().zip(other).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let (number, _) =
        cube.chain(greys).min_by_key(|&(_, other)| squared_distance(other)).expect("there are 240 colours");
    number
}

/// Ends colours with the line; without colours, paper at the end of a line is cut off.
fn ended(line: String, colors: Colors) -> String {
    match colors {
        Colors::None => line.trim_end().to_string(),
        _ => format!("{line}{Reset}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{BLUE, INK, ORANGE, PAPER, nearest};

    #[test]
    fn palette_colours_are_the_nearest_of_xterm() {
        // Numbers of xterm's colours: 16 + 36 red + 6 green + blue, each from 0 to 5; 232 + grey, from 0 to 23.
        for (rgb, number) in [
            (PAPER, 231),
            (INK, 234),
            (ORANGE, 166),
            (BLUE, 25),
            ([0, 0, 0], 16),
            ([8, 8, 8], 232),
            ([128, 128, 128], 244),
            ([255, 0, 0], 196),
            ([95, 135, 175], 67),
        ] {
            assert_eq!(nearest(rgb), number, "{rgb:?}");
        }
    }
}
