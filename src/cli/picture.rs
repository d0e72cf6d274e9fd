//! Images and weights as pictures: blocks in the terminal, pixels in a PNG file.

use std::fmt::Write;
use std::path::Path;

use chiffres::data::Image;
use chiffres::inspect::WeightMap;
use chiffres::native::{Error, Result};
use chiffres::native::{files, pictures};
use font8x8::UnicodeFonts;

use super::output::Colors;

/// A grid of values between -1 and 1 to be drawn.
///
/// Ink is dark on light; weights are orange where a neuron wants ink, blue where it wants none.
#[derive(Clone)]
pub struct Picture {
    height: usize,
    width: usize,
    values: Vec<f32>,
    scale: Scale,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// 0 is paper, 1 is ink.
    Ink,
    /// -1 is blue, 0 is paper, 1 is orange.
    Signed,
}

type Rgb = [u8; 3];

const PAPER: Rgb = [250, 250, 245];
const INK: Rgb = [20, 20, 30];
const ORANGE: Rgb = [200, 80, 0];
const BLUE: Rgb = [0, 80, 190];

impl Picture {
    /// An image, from paper at 0 to ink at its largest value, or from dark to light as it is.
    pub fn of_image(image: &Image<'_>) -> Self {
        let share = |value: u8| f32::from(value) / f32::from(image.max_value);
        let ink = |&value: &u8| if image.is_light { 1.0 - share(value) } else { share(value) };
        let values = image.pixels.iter().map(ink).collect();
        Self { height: image.height, width: image.width, values, scale: Scale::Ink }
    }

    /// Ink from 0 for paper to 1.
    pub fn of_ink(height: usize, width: usize, values: Vec<f32>) -> Self {
        Self { height, width, values, scale: Scale::Ink }
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The same picture with at most `most` pixels on its longer side, each the mean of those it stands for.
    pub fn within(self, most: usize) -> Self {
        let factor = self.height.max(self.width).div_ceil(most);
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

    /// A neuron's weights, `strongest` in absolute value being full colour.
    pub fn of_weights(map: &WeightMap, strongest: f32) -> Self {
        let values = map.weights.iter().map(|weight| weight / strongest.max(f32::MIN_POSITIVE)).collect();
        Self { height: map.height, width: map.width, values, scale: Scale::Signed }
    }

    /// Lines for the terminal, a pixel being two columns wide and one line high.
    pub fn large(&self, colors: Colors) -> Vec<String> {
        (0..self.height)
            .map(|row| {
                let mut line = String::new();
                for column in 0..self.width {
                    let value = self.values[row * self.width + column];
                    match colors {
                        Colors::None => line.push_str(self.shade(value)),
                        _ => write!(line, "\x1b[{}m  ", background(self.rgb(value), colors)).expect("strings grow"),
                    }
                }
                trimmed(line, colors)
            })
            .collect()
    }

    /// Lines for the terminal with half blocks, a pixel being one column wide and half a line high.
    ///
    /// Without colours there are no half shades: the same as [`Picture::large`].
    pub fn small(&self, colors: Colors) -> Vec<String> {
        if colors == Colors::None {
            return self.large(colors);
        }
        (0..self.height)
            .step_by(2)
            .map(|row| {
                let mut line = String::new();
                for column in 0..self.width {
                    let at = |row: usize| self.values.get(row * self.width + column).copied().unwrap_or(0.0);
                    let (top, bottom) = (self.rgb(at(row)), self.rgb(at(row + 1)));
                    let (top, bottom) = (foreground(top, colors), background(bottom, colors));
                    write!(line, "\x1b[{top};{bottom}m\u{2580}").expect("strings grow");
                }
                trimmed(line, colors)
            })
            .collect()
    }

    /// Columns that [`Picture::small`] takes.
    pub fn small_width(&self, colors: Colors) -> usize {
        if colors == Colors::None { 2 * self.width } else { self.width }
    }

    fn rgb(&self, value: f32) -> Rgb {
        let full = match self.scale {
            Scale::Ink => INK,
            Scale::Signed if value < 0.0 => BLUE,
            Scale::Signed => ORANGE,
        };
        let share = value.abs().min(1.0);
        std::array::from_fn(|i| {
            let (paper, full) = (f32::from(PAPER[i]), f32::from(full[i]));
            (paper + share * (full - paper)).round() as u8
        })
    }

    /// Two characters; wanted and unwanted ink differ in shape, not in darkness alone.
    fn shade(&self, value: f32) -> &'static str {
        let steps = match self.scale {
            Scale::Signed if value < 0.0 => ["  ", "--", "==", "##"],
            Scale::Signed => ["  ", "\u{2591}\u{2591}", "\u{2592}\u{2592}", "\u{2588}\u{2588}"],
            Scale::Ink => {
                let steps = ["  ", "\u{2591}\u{2591}", "\u{2592}\u{2592}", "\u{2593}\u{2593}", "\u{2588}\u{2588}"];
                return steps[(value.clamp(0.0, 1.0) * 4.0).round() as usize];
            }
        };
        steps[(value.abs().min(1.0) * 3.0).round() as usize]
    }
}

fn background(rgb: Rgb, colors: Colors) -> String {
    format!("4{}", code(rgb, colors))
}

fn foreground(rgb: Rgb, colors: Colors) -> String {
    format!("3{}", code(rgb, colors))
}

fn code([r, g, b]: Rgb, colors: Colors) -> String {
    match colors {
        Colors::True => format!("8;2;{r};{g};{b}"),
        _ => {
            let spread = r.abs_diff(g).max(g.abs_diff(b)).max(r.abs_diff(b));
            let number = if spread < 24 {
                // 24 greys from 8 to 238.
                232 + (u16::from(g).saturating_sub(3) / 10).min(23)
            } else {
                let level = |c: u8| (u16::from(c) * 5 + 127) / 255;
                16 + 36 * level(r) + 6 * level(g) + level(b)
            };
            format!("8;5;{number}")
        }
    }
}

/// Colours end with the line; paper without colours is no more than space.
fn trimmed(line: String, colors: Colors) -> String {
    if colors == Colors::None { line.trim_end().to_string() } else { line + "\x1b[0m" }
}

/// Puts lines to the right of a picture that is `width` columns wide.
pub fn beside(picture: &[String], width: usize, lines: &[String]) -> String {
    let mut text = String::new();
    for i in 0..picture.len().max(lines.len()) {
        let (left, right) = (picture.get(i).map_or("", String::as_str), lines.get(i).map_or("", String::as_str));
        let gap = " ".repeat(width.saturating_sub(visible_width(left)));
        text.push_str(format!("  {left}{gap}   {right}").trim_end());
        text.push('\n');
    }
    text
}

/// Puts blocks of lines beside each other, in columns of one width, as many as the terminal has room for.
pub fn side_by_side(blocks: &[Block], width: usize, columns: usize) -> String {
    let width = blocks.iter().map(own_width).fold(width, usize::max);
    let per_row = ((columns + 2) / (width + 2)).max(1);
    blocks.chunks(per_row).map(|row| joined(row, |_| width)).collect()
}

/// The same, each block taking no more than its own width.
pub fn packed(blocks: &[Block], columns: usize) -> String {
    let mut text = String::new();
    let mut rest = blocks;
    while !rest.is_empty() {
        let mut room = columns + 2;
        let fits = |block: &&Block| {
            let fits = own_width(block) + 2 <= room;
            room = room.saturating_sub(own_width(block) + 2);
            fits
        };
        let count = rest.iter().take_while(fits).count().max(1);
        text += &joined(&rest[..count], own_width);
        rest = &rest[count..];
    }
    text
}

/// Captions, and the lines of a picture below them.
pub type Block = (Vec<String>, Vec<String>);

fn own_width((captions, lines): &Block) -> usize {
    captions.iter().chain(lines).map(|line| visible_width(line)).max().unwrap_or(0)
}

/// Blocks in one row.
fn joined(row: &[Block], width: impl Fn(&Block) -> usize) -> String {
    let mut text = String::new();
    let mut part = |of: fn(&Block) -> &Vec<String>| {
        for i in 0..row.iter().map(|block| of(block).len()).max().unwrap_or(0) {
            let cell = |block: &Block| {
                let line = of(block).get(i).map_or("", String::as_str);
                format!("{line}{}  ", " ".repeat(width(block).saturating_sub(visible_width(line))))
            };
            let line: String = row.iter().map(cell).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
    };
    part(|(captions, _)| captions);
    part(|(_, lines)| lines);
    text + "\n"
}

/// Columns a line takes in the terminal: escape codes take none.
fn visible_width(line: &str) -> usize {
    anstream::adapter::strip_str(line).to_string().chars().count()
}

/// Columns of the terminal, or 80 where there is none.
pub fn terminal_columns() -> usize {
    match std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()) {
        Some(columns) => columns,
        None => ratatui::crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).max(20),
    }
}

/// Pictures in a row of a sheet.
pub const PER_ROW: usize = 10;

/// Writes pictures with captions as one PNG file, up to `per_row` in a row.
///
/// # Errors
/// [`Error::File`] when the file cannot be written.
pub fn write_png(path: &Path, pictures: &[(Picture, Vec<String>)], per_row: usize) -> Result<()> {
    const MARGIN: usize = 12;
    const LINE: usize = 10;
    const LETTER: usize = 8;
    /// Pixels of the sheet that each picture fills, about.
    const SIDE: usize = 96;
    if pictures.is_empty() {
        return Err(Error::Request {
            message: "there is nothing to draw".into(),
            hint: "name at least one image".into(),
        });
    }
    let pictures: Vec<(Picture, &Vec<String>)> =
        pictures.iter().map(|(picture, captions)| (picture.clone().within(SIDE), captions)).collect();
    let zoom = |picture: &Picture| (SIDE / picture.height.max(picture.width)).max(1);
    let most = |of: &dyn Fn(&Picture, &Vec<String>) -> usize| pictures.iter().map(|(p, c)| of(p, c)).max().unwrap_or(0);
    let longest = most(&|_, captions| captions.iter().map(|line| line.chars().count()).max().unwrap_or(0));
    let highest = most(&|picture, _| picture.height * zoom(picture));
    let cell_width = most(&|picture, _| picture.width * zoom(picture)).max(longest * LETTER) + MARGIN;
    let cell_height = highest + most(&|_, captions| captions.len()) * LINE + MARGIN;
    let per_row = pictures.len().min(per_row);
    let rows = pictures.len().div_ceil(per_row);
    let (width, height) = (per_row * cell_width + MARGIN, rows * cell_height + MARGIN);
    let mut canvas = vec![255u8; width * height * 3];
    let mut set = |x: usize, y: usize, rgb: Rgb| canvas[(y * width + x) * 3..][..3].copy_from_slice(&rgb);

    for (i, (picture, captions)) in pictures.iter().enumerate() {
        let (left, top) = (MARGIN + i % per_row * cell_width, MARGIN + i / per_row * cell_height);
        let zoom = zoom(picture);
        for y in 0..picture.height * zoom {
            for x in 0..picture.width * zoom {
                set(left + x, top + y, picture.rgb(picture.values[y / zoom * picture.width + x / zoom]));
            }
        }
        for (line, caption) in captions.iter().enumerate() {
            for (column, letter) in caption.chars().enumerate() {
                let glyph = font8x8::BASIC_FONTS.get(letter).unwrap_or_default();
                for (y, bits) in glyph.into_iter().enumerate() {
                    for x in (0..8).filter(|x| bits >> x & 1 == 1) {
                        set(left + column * LETTER + x, top + highest + 3 + line * LINE + y, [0, 0, 0]);
                    }
                }
            }
        }
    }
    files::write_png(path, &pictures::png(width as u32, height as u32, canvas))
}
