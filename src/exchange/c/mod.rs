//! C99: one header with the numbers inside, for computers and microcontrollers.

mod parts;

use std::collections::BTreeSet;

use super::int8::Int8;
use super::network::{Layer, Network};
use super::text::{self, Names, identifier, list, number, whole_numbers};
use crate::model::LayerWeights;

const NAMES: Names = Names { scale: "_scale", offset: "_offset", weight: "_weight_", bias: "_bias_" };

/// The names of weights of 8 bits, and of their steps, before the index of the layer.
const INT8_NAMES: [&str; 2] = ["_weight8_", "_step_"];

/// The text of a header; `is_int8` for weights of 8 bits.
pub fn write(network: &Network, is_int8: bool) -> String {
    let name = identifier(&network.name);
    let upper = name.to_ascii_uppercase();
    let mut out = String::from("/*\n");
    let cost = network.cost();
    let read_byte = |value: &str| match is_int8 {
        true => format!("#define {upper}_READ_BYTE(pointer) ({value})\n"),
        false => String::new(),
    };
    for line in text::head(network) {
        out += format!(" * {line}").trim_end();
        out += "\n";
    }
    out += &format!(
        r#" *
 * C99, no malloc, no state: {name}_classify may run in several threads at once. Weights: {flash} bytes of flash. On the
 * stack: about {stack} bytes. {multiply_adds} multiply-adds an image. Link with -lm.
 */
#ifndef {upper}_H
#define {upper}_H

#include <math.h>

#if defined(__AVR__)
#include <avr/pgmspace.h>
#define {upper}_FLASH PROGMEM
#define {upper}_READ(pointer) pgm_read_float(pointer)
{read_byte_flash}#else
#define {upper}_FLASH
#define {upper}_READ(pointer) (*(pointer))
{read_byte}#endif

#define {upper}_HEIGHT {height}
#define {upper}_WIDTH {width}
#define {upper}_CHANNELS {channels}
#define {upper}_MAX_VALUE {max_value}
#define {upper}_CLASSES {classes}

static const float {name}_scale = {scale}f;
static const float {name}_offset = {offset}f;
"#,
        flash = if is_int8 { cost.flash_int8() } else { cost.flash() },
        stack = cost.ram(),
        multiply_adds = cost.multiply_adds,
        height = network.input.height,
        width = network.input.width,
        channels = network.input.channels,
        max_value = network.input.max_value,
        classes = network.classes.len(),
        scale = number(network.input.scale),
        offset = number(network.input.offset),
        read_byte_flash = read_byte("(signed char)pgm_read_byte(pointer)"),
        read_byte = read_byte("*(pointer)"),
    );
    let (mut steps, mut functions) = (String::new(), BTreeSet::new());
    if network.input.variants {
        let rows: String = text::movements(&network.input, "f").iter().map(|row| format!("    {{{row}}},\n")).collect();
        out += &format!(
            "/* {} */\nstatic const float {name}_movements[{}][4] = {{\n{rows}}};\n",
            text::MOVEMENTS,
            network.input.readings()
        );
        functions.insert(parts::value_at(&name));
    }
    let (mut index, mut size) = (0, network.input.values());
    let buffer = |index: usize| ["a", "b"][index % 2];
    for layer in &network.layers {
        match layer {
            Layer::Stage(stage) => {
                let (text, weights) = arrays(&name, index, &stage.window, is_int8);
                out += &text;
                let ([height, width, channels], filters) = (stage.image, stage.window.outputs);
                let (from, to) = (buffer(index), buffer(index + 1));
                steps += &format!(
                    "    {name}_stage({from}, {height}, {width}, {channels}, {weights}, {name}_bias_{index}, {filters}, {to});\n"
                );
                functions.insert(parts::stage(&name, is_int8));
                (index, size) = (index + 1, stage.outputs());
            }
            Layer::Dense(layer) => {
                let (text, weights) = arrays(&name, index, layer, is_int8);
                out += &text;
                let (from, to) = (buffer(index), buffer(index + 1));
                steps += &format!(
                    "    {name}_dense({from}, {}, {weights}, {name}_bias_{index}, {}, {to});\n",
                    layer.inputs, layer.outputs
                );
                (index, size) = (index + 1, layer.outputs);
            }
            Layer::Activation(activation) => {
                let values = buffer(index);
                steps += &format!(
                    "    for (i = 0; i < {size}; i++) {{\n        {values}[i] = {name}_{activation}({values}[i]);\n    }}\n"
                );
                functions.insert(parts::activation(*activation, &name));
            }
        }
    }
    let functions_used = network.layers.iter().any(|layer| matches!(layer, Layer::Activation(_)));
    out += &format!(
        r#"
{dense}{functions}/* The logits of the scaled pixels in a. */
static inline const float *{name}_logits(float *a, float *b)
{{
{variable}{steps}    return {last};
}}

/* Classifies an image.
 *
 * pixels: {takes}
 * probabilities: {classes} numbers, which are written; they add up to 1
 *
 * Returns the index of the most probable class.
 */
static inline int {name}_classify(const unsigned char *pixels, float *probabilities)
{{
    float a[{a}], b[{b}], sum = 0.0f, largest;
    unsigned i, best = 0;
{readings}    for (i = 1; i < {classes}; i++) {{
        if (probabilities[i] > probabilities[best]) {{
            best = i;
        }}
    }}
    largest = probabilities[best];
    for (i = 0; i < {classes}; i++) {{
        probabilities[i] = expf(probabilities[i] - largest);
        sum += probabilities[i];
    }}
    for (i = 0; i < {classes}; i++) {{
        probabilities[i] /= sum;
    }}
    return (int)best;
}}

/* The name of a class, in UTF-8. */
static inline const char *{name}_class_name(int label)
{{
    static const char *const names[] = {{
{names}    }};
    return names[label];
}}

#endif
"#,
        dense = parts::dense(&name, is_int8),
        functions = functions.into_iter().collect::<String>(),
        takes = network.takes(),
        classes = network.classes.len(),
        a = cost.values[0],
        b = cost.values[1],
        variable = if functions_used { "    unsigned i;\n" } else { "" },
        readings = if network.input.variants { parts::variants(network) } else { parts::one_reading(network) },
        last = buffer(index),
        names =
            network.classes.iter().map(|class| format!("        \"{}\",\n", parts::escaped(class))).collect::<String>(),
    );
    out
}

/// The weights and biases of a layer, and the arguments that its weights are passed as.
fn arrays(name: &str, index: usize, layer: &LayerWeights, is_int8: bool) -> (String, String) {
    let upper = name.to_ascii_uppercase();
    let array = |kind: &str, c_type: &str, length: usize, numbers: String| {
        format!("static const {c_type} {name}_{kind}_{index}[{length}] {upper}_FLASH = {{\n{numbers}}};\n")
    };
    let floats = |kind, values: &[f32]| array(kind, "float", values.len(), list(values, "f"));
    let bias = floats("bias", &layer.bias);
    if is_int8 {
        let Int8 { weight, steps } = Int8::new(layer);
        let weights = array("weight8", "signed char", weight.len(), whole_numbers(&weight));
        return (bias + &floats("step", &steps) + &weights, format!("{name}_weight8_{index}, {name}_step_{index}"));
    }
    (bias + &floats("weight", &layer.weight), format!("{name}_weight_{index}"))
}

/// The network in the text of a header; `is_int8` for one with weights of 8 bits. `None` for other texts.
pub fn read(text: &str, is_int8: bool) -> Option<Network> {
    text::read_layers(text, &NAMES, |code, index, inputs, outputs| {
        let read = |kind: &str| text::numbers(code, &format!("{kind}{index}"));
        let bias = read(NAMES.bias)?;
        let weight = match is_int8 {
            true => {
                let [weight, steps] = INT8_NAMES.map(read);
                Int8::read(&weight?, steps?)?.weights()
            }
            false => read(NAMES.weight)?,
        };
        Some(LayerWeights { inputs, outputs, weight, bias })
    })
}

/// A program that classifies the image on its standard input.
pub fn usage(network: &Network, file: &str) -> String {
    let name = identifier(&network.name);
    let upper = name.to_ascii_uppercase();
    format!(
        r#"/* {takes}, as numbers on standard input.  cc -std=c99 -O2 example.c -lm */
#include <stdio.h>
#include "{file}"

int main(void)
{{
    unsigned char pixels[{upper}_HEIGHT * {upper}_WIDTH * {upper}_CHANNELS];
    float probabilities[{upper}_CLASSES];
    unsigned i, value;
    int label;
    for (i = 0; i < sizeof pixels && scanf("%u", &value) == 1; i++) {{
        pixels[i] = (unsigned char)value;
    }}
    if (i < sizeof pixels) {{
        return 1;
    }}
    label = {name}_classify(pixels, probabilities);
    printf("%s %.7g\n", {name}_class_name(label), (double)probabilities[label]);
    return 0;
}}
"#,
        takes = network.takes()
    )
}
