//! Rust: one module with the numbers inside, without the standard library, an allocator or Burn.

use std::collections::BTreeSet;

use super::network::{Layer, Network};
use super::text::{self, Names, identifier, list, number};
use crate::config::Activation;
use crate::model::LayerWeights;

pub const NAMES: Names = Names { scale: "SCALE: f32", offset: "OFFSET: f32", weight: "WEIGHT_", bias: "BIAS_" };

/// The text of a module.
pub fn write(network: &Network) -> String {
    let name = identifier(&network.name);
    let input = &network.input;
    let (values, classes) = (input.values(), network.classes.len());
    let mut out = String::new();
    for line in text::head(network) {
        out += format!("//! {line}").trim_end();
        out += "\n";
    }
    out += &format!(
        r#"//!
//! It needs no standard library, no allocator, and the crate `libm` for exponentials.
//!
//! ```ignore
//! mod {name};
//!
//! let (label, probabilities) = {name}::classify(&[0; {values}]);
//! let answer = ({name}::CLASSES[label], probabilities[label]);
//! ```
#![allow(dead_code)]

/// Rows of an image.
pub const HEIGHT: usize = {height};
/// Columns of an image.
pub const WIDTH: usize = {width};
/// Values of a pixel, side by side: 1 for grey, 3 for red, green and blue.
pub const CHANNELS: usize = {channels};
/// The largest value: that of full ink, or of a full colour; 0 is none.
pub const MAX_VALUE: u8 = {max_value};

const SCALE: f32 = {scale};
const OFFSET: f32 = {offset};
"#,
        height = input.height,
        width = input.width,
        channels = input.channels,
        max_value = input.max_value,
        scale = number(input.scale),
        offset = number(input.offset),
    );
    let (mut steps, mut functions) = (String::new(), BTreeSet::new());
    if input.variants {
        let rows: String = text::movements(input, "").iter().map(|row| format!("    [{row}],\n")).collect();
        out += &format!(
            "/// {}\n#[rustfmt::skip]\nconst MOVEMENTS: [[f32; 4]; {}] = [\n{rows}];\n",
            text::MOVEMENTS,
            input.readings()
        );
        functions.insert(VALUE_AT.into());
    }
    let mut index = 0;
    for (place, layer) in network.layers.iter().enumerate() {
        match layer {
            Layer::Stage(stage) => {
                out += &arrays(index, &stage.window);
                steps += &format!(
                    "    let values: [f32; {}] = stage(&values, {:?}, &WEIGHT_{index}, &BIAS_{index});\n",
                    stage.outputs(),
                    stage.image
                );
                functions.insert(STAGE.into());
                index += 1;
            }
            Layer::Dense(layer) => {
                out += &arrays(index, layer);
                let is_last = place + 1 == network.layers.len();
                let is_changed = matches!(network.layers.get(place + 1), Some(Layer::Activation(_)));
                let values = if is_changed { "mut values" } else { "values" };
                let sums = format!("dense(&values, &WEIGHT_{index}, &BIAS_{index})");
                steps += &if is_last { format!("    {sums}\n") } else { format!("    let {values} = {sums};\n") };
                index += 1;
            }
            Layer::Activation(activation) => {
                steps += &format!("    for value in &mut values {{\n        *value = {activation}(*value);\n    }}\n");
                if place + 1 == network.layers.len() {
                    steps += "    values\n";
                }
                functions.insert(function(*activation));
            }
        }
    }
    out += &format!(
        r#"
/// The classes' names, in the order of the probabilities.
#[rustfmt::skip]
pub const CLASSES: [&str; {classes}] = {names:?};

/// The index of the most probable class, and the probability of each class.
///
/// `pixels`: {takes}.
pub fn classify(pixels: &[u8; {values}]) -> (usize, [f32; {classes}]) {{
{readings}    let mut best = 0;
    for (class, &logit) in values.iter().enumerate() {{
        if logit > values[best] {{
            best = class;
        }}
    }}
    let largest = values[best];
    let mut sum = 0.0;
    for value in &mut values {{
        *value = libm::expf(*value - largest);
        sum += *value;
    }}
    (best, values.map(|value| value / sum))
}}

/// The logits of scaled pixels.
fn logits(values: [f32; {values}]) -> [f32; {classes}] {{
{steps}}}

/// `values * weight + bias`; the weight is `[inputs, outputs]`, row after row.
fn dense<const INPUTS: usize, const OUTPUTS: usize>(
    values: &[f32; INPUTS],
    weight: &[f32],
    bias: &[f32; OUTPUTS],
) -> [f32; OUTPUTS] {{
    let mut sums = *bias;
    for (value, weights) in values.iter().zip(weight.chunks_exact(OUTPUTS)) {{
        for (sum, weight) in sums.iter_mut().zip(weights) {{
            *sum += value * weight;
        }}
    }}
    sums
}}
{functions}"#,
        names = network.classes,
        readings = if input.variants { VARIANTS.replace("COUNT", &classes.to_string()) } else { ONE_READING.into() },
        takes = network.takes(),
        functions = functions.into_iter().collect::<String>(),
    );
    out
}

/// The weights and biases of a layer.
fn arrays(index: usize, layer: &LayerWeights) -> String {
    let array = |kind: &str, values: &[f32]| {
        format!("#[rustfmt::skip]\nstatic {kind}_{index}: [f32; {}] = [\n{}];\n", values.len(), list(values, ""))
    };
    array("WEIGHT", &layer.weight) + &array("BIAS", &layer.bias)
}

const STAGE: &str = "
/// A 3x3 convolution, ReLU and 2x2 max pooling; the weight is `[3, 3, channels, filters]`. Beyond the border the image is 0.
fn stage<const OUTPUTS: usize>(
    values: &[f32],
    [height, width, channels]: [usize; 3],
    weight: &[f32],
    bias: &[f32],
) -> [f32; OUTPUTS] {
    let (columns, filters) = (width / 2, bias.len());
    let mut out = [0.0; OUTPUTS];
    for (place, largest) in out.iter_mut().enumerate() {
        let (y, x, filter) = (place / filters / columns, place / filters % columns, place % filters);
        for corner in 0..4 {
            let mut sum = bias[filter];
            for i in 0..9 {
                // One more than row and column, which may be -1.
                let (row, column) = (2 * y + corner / 2 + i / 3, 2 * x + corner % 2 + i % 3);
                if row < 1 || row > height || column < 1 || column > width {
                    continue;
                }
                let pixel = &values[((row - 1) * width + column - 1) * channels..][..channels];
                for (c, value) in pixel.iter().enumerate() {
                    sum += value * weight[(i * channels + c) * filters + filter];
                }
            }
            if sum > *largest {
                *largest = sum;
            }
        }
    }
    out
}
";

const ONE_READING: &str = "    let mut values = logits(pixels.map(|pixel| f32::from(pixel) / SCALE + OFFSET));\n";

const VARIANTS: &str = "    let mut values = [0.0; COUNT];
    for movement in &MOVEMENTS {
        let reading = core::array::from_fn(|index| value_at(pixels, movement, index) / SCALE + OFFSET);
        for (sum, logit) in values.iter_mut().zip(logits(reading)) {
            *sum += logit / MOVEMENTS.len() as f32;
        }
    }
";

const VALUE_AT: &str = "
/// A value of a reading, by cubic convolution.
fn value_at(pixels: &[u8], movement: &[f32; 4], index: usize) -> f32 {
    let [across, down, sin, cos] = *movement;
    let (centre_x, centre_y) = ((WIDTH as f32 - 1.0) / 2.0, (HEIGHT as f32 - 1.0) / 2.0);
    let (pixel, channel) = (index / CHANNELS, index % CHANNELS);
    let (x, y) = ((pixel % WIDTH) as f32 - centre_x - across, (pixel / WIDTH) as f32 - centre_y - down);
    let (column, row) = (cos * x + sin * y + centre_x, cos * y - sin * x + centre_y);
    let (first_column, first_row) = (libm::floorf(column) as i32 - 1, libm::floorf(row) as i32 - 1);
    let mut sum = 0.0;
    for r in first_row..first_row + 4 {
        for c in first_column..first_column + 4 {
            if (0..HEIGHT as i32).contains(&r) && (0..WIDTH as i32).contains(&c) {
                let value = f32::from(pixels[(r as usize * WIDTH + c as usize) * CHANNELS + channel]);
                sum += value * cubic(row - r as f32) * cubic(column - c as f32);
            }
        }
    }
    sum
}

fn cubic(distance: f32) -> f32 {
    let d = libm::fabsf(distance);
    match d {
        _ if d <= 1.0 => (1.5 * d - 2.5) * d * d + 1.0,
        _ if d < 2.0 => ((2.5 - 0.5 * d) * d - 4.0) * d + 2.0,
        _ => 0.0,
    }
}
";

fn function(activation: Activation) -> String {
    let value = match activation {
        Activation::Sigmoid => "1.0 / (1.0 + libm::expf(-x))",
        Activation::Tanh => "libm::tanhf(x)",
        Activation::Relu => "if x > 0.0 { x } else { 0.0 }",
        Activation::Gelu => "0.5 * x * (1.0 + libm::tanhf(0.797_884_6 * (x + 0.044_715 * x * x * x)))",
        Activation::Identity => "x",
    };
    format!("\nfn {activation}(x: f32) -> f32 {{\n    {value}\n}}\n")
}

/// A program that classifies a blank image.
pub fn usage(network: &Network, file: &str) -> String {
    let name = identifier(&network.name);
    format!(
        r#"// Cargo.toml: libm = "0.2"
#[path = {file:?}]
mod {name};

fn main() {{
    let pixels = [0; {name}::HEIGHT * {name}::WIDTH * {name}::CHANNELS]; // {takes}
    let (label, probabilities) = {name}::classify(&pixels);
    println!("{{}} {{}}", {name}::CLASSES[label], probabilities[label]);
}}
"#,
        takes = network.takes(),
    )
}
