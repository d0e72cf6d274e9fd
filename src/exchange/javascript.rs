//! JavaScript: one module with the numbers inside, for browsers and servers.

use std::collections::BTreeSet;

use super::network::{Layer, Network};
use super::text::{self, Names, list, number};
use crate::config::Activation;

pub const NAMES: Names = Names { scale: "scale", offset: "offset", weight: "weight", bias: "bias" };

/// The text of a module.
pub fn write(network: &Network) -> String {
    let mut out: String =
        text::head(network).iter().map(|line| format!("// {line}").trim_end().to_string() + "\n").collect();
    let input = &network.input;
    let classes = serde_json::to_string(&network.classes).expect("names are plain data");
    out += &format!("\nexport const height = {};\nexport const width = {};\n", input.height, input.width);
    out += "/** The grey value of full ink; 0 is none. */\n";
    out += &format!("export const maxValue = {};\n", input.max_value);
    out += &format!("\nconst scale = {};\nconst offset = {};\n", number(input.scale), number(input.offset));
    let (mut steps, mut functions) = (String::new(), BTreeSet::new());
    let mut index = 0;
    for layer in &network.layers {
        match layer {
            Layer::Dense(layer) => {
                out += &format!("// [{}, {}]\n", layer.inputs, layer.outputs);
                out += &format!("const weight{index} = [\n{}];\n", list(&layer.weight, ""));
                out += &format!("const bias{index} = [\n{}];\n", list(&layer.bias, ""));
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
    throw new RangeError(`an image has {count} pixels, not ${{pixels.length}}`);
  }}
  let values = Array.from(pixels, (pixel) => pixel / scale + offset);
{steps}  const probabilities = softmax(values);
  const label = probabilities.indexOf(Math.max(...probabilities));
  return {{ label, name: classes[label], probabilities }};
}}

function dense(values, weight, bias) {{
  const sums = bias.slice();
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
        count = input.pixels(),
        functions = functions.into_iter().collect::<String>(),
    );
    out
}

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
        network.input.pixels(),
        network.takes(),
        file = serde_json::to_string(&format!("./{file}")).expect("a path is plain data"),
    )
}
