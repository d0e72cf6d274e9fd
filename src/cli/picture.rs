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
                    _ => {
                        let style = Style::new().bg_color(Some(self.color(value, colors)));
                        write!(line, "{style}  ").expect("a string grows");
                    }
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
                let value = |row: usize| self.values.get(row * self.width + column).copied().unwrap_or(0.0);
                let [top, bottom] = [row, row + 1].map(|row| Some(self.color(value(row), colors)));
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
        self.rgb(self.values[row * self.width + column])
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

    fn rgb(&self, value: f32) -> Rgb {
        let (full, strength) = (self.ramp(value).full, self.strength(value));
        std::array::from_fn(|i| {
            let (paper, full) = (f32::from(PAPER[i]), f32::from(full[i]));
            (paper + strength * (full - paper)).round() as u8
        })
    }

    fn color(&self, value: f32, colors: Colors) -> Color {
        match colors {
            Colors::True => {
                let [red, green, blue] = self.rgb(value);
                RgbColor(red, green, blue).into()
            }
            _ => Ansi256Color(self.step(value, self.ramp(value).palette)).into(),
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

/// Ends colours with the line; without colours, paper at the end of a line is cut off.
fn ended(line: String, colors: Colors) -> String {
    match colors {
        Colors::None => line.trim_end().to_string(),
        _ => format!("{line}{Reset}"),
    }
}
