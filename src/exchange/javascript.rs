//! JavaScript: one module with the numbers inside, for browsers and servers.

use std::collections::BTreeSet;

use super::network::{Layer, Network, Stage};
use super::text::{self, Names, list, number};
use crate::config::Activation;
use crate::model::LayerWeights;

pub const NAMES: Names = Names { scale: "scale", offset: "offset", weight: "weight", bias: "bias" };

/// The text of a module.
pub fn write(network: &Network) -> String {
    let mut out: String =
        text::head(network).iter().map(|line| format!("// {line}").trim_end().to_string() + "\n").collect();
    let input = &network.input;
    let classes = text::ascii(&serde_json::to_string(&network.classes).expect("names are plain data"));
    out += &format!("\nexport const height = {};\nexport const width = {};\n", input.height, input.width);
    out += "/** Values of a pixel, side by side: 1 for grey, 3 for red, green and blue. */\n";
    out += &format!("export const channels = {};\n", input.channels);
    out += "/** The largest value: that of full ink, or of a full colour; 0 is none. */\n";
    out += &format!("export const maxValue = {};\n", input.max_value);
    out += &format!("\nconst scale = {};\nconst offset = {};\n", number(input.scale), number(input.offset));
    let (mut steps, mut functions) = (String::new(), BTreeSet::new());
    if input.variants {
        out += &format!("// {}\nconst movements = [\n", text::MOVEMENTS);
        out += &text::movements(input, "").iter().map(|row| format!("  [{row}],\n")).collect::<String>();
        out += "];\n";
        functions.insert(VALUE_AT);
    }
    let mut index = 0;
    for layer in &network.layers {
        match layer {
            Layer::Stage(Stage { image: [height, width, channels], window }) => {
                out += &format!("// [3, 3, {channels}, {}]\n", window.outputs);
                out += &arrays(index, window);
                steps +=
                    &format!("  values = stage(values, {height}, {width}, {channels}, weight{index}, bias{index});\n");
                functions.insert(STAGE);
                index += 1;
            }
            Layer::Dense(layer) => {
                out += &format!("// [{}, {}]\n", layer.inputs, layer.outputs);
                out += &arrays(index, layer);
                steps += &format!("  values = dense(values, weight{index}, bias{index});\n");
                index += 1;
            }
            Layer::Activation(activation) => {
                steps += &format!("  values = values.map({activation});\n");
                functions.insert(function(*activation));
            }
        }
    }
    out += &format!(
        r#"
/** The classes' names, in the order of the probabilities. */
export const classes = {classes};

/**
 * Classifies an image.
 * @param {{ArrayLike<number>}} pixels {}
 * @returns {{{{label: number, name: string, probabilities: number[]}}}} the most probable class, and the probability of each
 */
export function classify(pixels) {{
  if (pixels.length !== {count}) {{
    throw new RangeError(`an image has {count} values, not ${{pixels.length}}`);
  }}
{readings}  const probabilities = softmax(values);
  const label = probabilities.indexOf(Math.max(...probabilities));
  return {{ label, name: classes[label], probabilities }};
}}

function logits(values) {{
{steps}  return values;
}}

function dense(values, weight, bias) {{
  const sums = Array.from(bias);
  for (let i = 0; i < values.length; i++) {{
    for (let o = 0; o < sums.length; o++) sums[o] += values[i] * weight[i * sums.length + o];
  }}
  return sums;
}}

{functions}function softmax(logits) {{
  const largest = Math.max(...logits);
  const odds = logits.map((logit) => Math.exp(logit - largest));
  const sum = odds.reduce((a, b) => a + b);
  return odds.map((odds) => odds / sum);
}}
"#,
        network.takes(),
        readings = if input.variants { VARIANTS } else { ONE_READING },
        count = input.values(),
        functions = functions.into_iter().collect::<String>(),
    );
    out
}

/// The weights and biases of a layer.
fn arrays(index: usize, layer: &LayerWeights) -> String {
    format!(
        "const weight{index} = new Float32Array([\n{}]);\nconst bias{index} = new Float32Array([\n{}]);\n",
        list(&layer.weight, ""),
        list(&layer.bias, "")
    )
}

const STAGE: &str = "// A 3x3 convolution, ReLU and 2x2 max pooling; beyond the border the image is 0.
function stage(values, height, width, channels, weight, bias) {
  const [rows, columns, filters] = [Math.floor(height / 2), Math.floor(width / 2), bias.length];
  const out = new Array(rows * columns * filters).fill(0);
  for (let y = 0; y < 2 * rows; y++) {
    for (let x = 0; x < 2 * columns; x++) {
      const sums = Array.from(bias);
      for (let i = 0; i < 9; i++) {
        const [row, column] = [y + Math.floor(i / 3) - 1, x + (i % 3) - 1];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        for (let c = 0; c < channels; c++) {
          const value = values[(row * width + column) * channels + c];
          for (let f = 0; f < filters; f++) sums[f] += value * weight[(i * channels + c) * filters + f];
        }
      }
      const first = (Math.floor(y / 2) * columns + Math.floor(x / 2)) * filters;
      for (let f = 0; f < filters; f++) out[first + f] = Math.max(out[first + f], sums[f]);
    }
  }
  return out;
}

";

const ONE_READING: &str = "  const values = logits(Array.from(pixels, (pixel) => pixel / scale + offset));\n";

const VARIANTS: &str = "  const values = new Array(classes.length).fill(0);
  for (const movement of movements) {
    const reading = Array.from(pixels, (_, index) => valueAt(pixels, movement, index) / scale + offset);
    logits(reading).forEach((logit, i) => (values[i] += logit / movements.length));
  }
";

const VALUE_AT: &str = "// A value of a reading, by cubic convolution.
function valueAt(pixels, [across, down, sin, cos], index) {
  const [pixel, channel] = [Math.floor(index / channels), index % channels];
  const x = (pixel % width) - (width - 1) / 2 - across;
  const y = Math.floor(pixel / width) - (height - 1) / 2 - down;
  const column = cos * x + sin * y + (width - 1) / 2;
  const row = cos * y - sin * x + (height - 1) / 2;
  let sum = 0;
  for (let r = Math.floor(row) - 1; r <= Math.floor(row) + 2; r++) {
    for (let c = Math.floor(column) - 1; c <= Math.floor(column) + 2; c++) {
      if (r >= 0 && r < height && c >= 0 && c < width) {
        sum += pixels[(r * width + c) * channels + channel] * cubic(row - r) * cubic(column - c);
      }
    }
  }
  return sum;
}

function cubic(distance) {
  const d = Math.abs(distance);
  if (d <= 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((2.5 - 0.5 * d) * d - 4) * d + 2 : 0;
}

";

fn function(activation: Activation) -> &'static str {
    match activation {
        Activation::Sigmoid => "function sigmoid(x) {\n  return 1 / (1 + Math.exp(-x));\n}\n\n",
        Activation::Tanh => "function tanh(x) {\n  return Math.tanh(x);\n}\n\n",
        Activation::Relu => "function relu(x) {\n  return Math.max(x, 0);\n}\n\n",
        Activation::Gelu => {
            "function gelu(x) {\n  return 0.5 * x * (1 + Math.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)));\n}\n\n"
        }
        Activation::Identity => "function identity(x) {\n  return x;\n}\n\n",
    }
}

/// A program for Node.
pub fn usage(network: &Network, file: &str) -> String {
    format!(
        r#"import {{ classify }} from {file};

const pixels = new Uint8Array({}); // {}
const {{ name, probabilities }} = classify(pixels);
console.log(name, probabilities);
"#,
        network.input.values(),
        network.takes(),
        file = serde_json::to_string(&specifier(file)).expect("a path is plain data"),
    )
}

/// A path as `import` takes it: one that begins with `/`, `./` or `../`, with the characters escaped that end the path of a
/// URL.
fn specifier(path: &str) -> String {
    let path = path.replace('%', "%25").replace('#', "%23").replace('?', "%3F");
    match ["/", "./", "../"].iter().any(|start| path.starts_with(start)) {
        true => path,
        false => format!("./{path}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_imported() {
        for (path, specifier) in [
            ("mlp.mjs", "./mlp.mjs"),
            (".hidden/mlp.mjs", "./.hidden/mlp.mjs"),
            ("../mlp.mjs", "../mlp.mjs"),
            ("/tmp/run #1/50%?.mjs", "/tmp/run %231/50%25%3F.mjs"),
        ] {
            assert_eq!(super::specifier(path), specifier);
        }
    }
}
