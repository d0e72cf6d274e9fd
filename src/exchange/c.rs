//! C99: one header with the numbers inside, for computers and microcontrollers.

use std::collections::BTreeSet;

use super::network::{Layer, Network};
use super::text::{self, Names, identifier, list, number};
use crate::config::Activation;

pub const NAMES: Names = Names { scale: "_scale", offset: "_offset", weight: "_weight_", bias: "_bias_" };

/// The text of a header.
pub fn write(network: &Network) -> String {
    let name = identifier(&network.name);
    let upper = name.to_ascii_uppercase();
    let mut out = String::from("/*\n");
    let cost = network.cost();
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
#else
#define {upper}_FLASH
#define {upper}_READ(pointer) (*(pointer))
#endif

#define {upper}_HEIGHT {height}
#define {upper}_WIDTH {width}
#define {upper}_MAX_VALUE {max_value}
#define {upper}_CLASSES {classes}

static const float {name}_scale = {scale}f;
static const float {name}_offset = {offset}f;
"#,
        flash = cost.flash(),
        stack = cost.ram(),
        multiply_adds = cost.multiply_adds,
        height = network.input.height,
        width = network.input.width,
        max_value = network.input.max_value,
        classes = network.classes.len(),
        scale = number(network.input.scale),
        offset = number(network.input.offset),
    );
    let (mut steps, mut functions) = (String::new(), BTreeSet::new());
    if network.input.variants {
        let rows: String = text::movements(&network.input, "f").iter().map(|row| format!("    {{{row}}},\n")).collect();
        out += &format!(
            "/* {} */\nstatic const float {name}_movements[{}][4] = {{\n{rows}}};\n",
            text::MOVEMENTS,
            network.input.readings()
        );
        functions.insert(value_at(&name));
    }
    let (mut index, mut size) = (0, network.input.pixels());
    let buffer = |index: usize| ["a", "b"][index % 2];
    for layer in &network.layers {
        match layer {
            Layer::Dense(layer) => {
                let mut array = |kind: &str, values: &[f32]| {
                    out += &format!(
                        "static const float {name}_{kind}_{index}[{}] {upper}_FLASH = {{\n{}}};\n",
                        values.len(),
                        list(values, "f")
                    );
                };
                array("weight", &layer.weight);
                array("bias", &layer.bias);
                let (from, to) = (buffer(index), buffer(index + 1));
                steps += &format!(
                    "    {name}_dense({from}, {}, {name}_weight_{index}, {name}_bias_{index}, {}, {to});\n",
                    layer.inputs, layer.outputs
                );
                (index, size) = (index + 1, layer.outputs);
            }
            Layer::Activation(activation) => {
                let values = buffer(index);
                steps += &format!(
                    "    for (i = 0; i < {size}; i++) {{\n        {values}[i] = {name}_{activation}({values}[i]);\n    }}\n"
                );
                functions.insert(function(*activation, &name));
            }
        }
    }
    let functions_used = network.layers.iter().any(|layer| matches!(layer, Layer::Activation(_)));
    out += &format!(
        r#"
/* out = in * weight + bias; weight is [inputs, outputs], row after row. */
static inline void {name}_dense(const float *in, unsigned inputs, const float *weight, const float *bias,
                                unsigned outputs, float *out)
{{
    unsigned i, o;
    for (o = 0; o < outputs; o++) {{
        out[o] = {upper}_READ(bias + o);
    }}
    for (i = 0; i < inputs; i++) {{
        for (o = 0; o < outputs; o++) {{
            out[o] += in[i] * {upper}_READ(weight);
            weight++;
        }}
    }}
}}

{functions}/* The logits of the scaled pixels in a. */
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
        functions = functions.into_iter().collect::<String>(),
        takes = network.takes(),
        classes = network.classes.len(),
        a = cost.values[0],
        b = cost.values[1],
        variable = if functions_used { "    unsigned i;\n" } else { "" },
        readings = if network.input.variants { variants(network) } else { one_reading(network) },
        last = buffer(index),
        names = network.classes.iter().map(|class| format!("        \"{}\",\n", escaped(class))).collect::<String>(),
    );
    out
}

/// The lines that compute the logits of an image into `probabilities`.
fn one_reading(network: &Network) -> String {
    let name = identifier(&network.name);
    format!(
        r#"    const float *logits;
    for (i = 0; i < {pixels}; i++) {{
        a[i] = (float)pixels[i] / {name}_scale + {name}_offset;
    }}
    logits = {name}_logits(a, b);
    for (i = 0; i < {classes}; i++) {{
        probabilities[i] = logits[i];
    }}
"#,
        pixels = network.input.pixels(),
        classes = network.classes.len(),
    )
}

/// The same, of the mean over an image's readings.
fn variants(network: &Network) -> String {
    let name = identifier(&network.name);
    format!(
        r#"    const float *logits;
    unsigned reading;
    for (i = 0; i < {classes}; i++) {{
        probabilities[i] = 0.0f;
    }}
    for (reading = 0; reading < {readings}; reading++) {{
        for (i = 0; i < {pixels}; i++) {{
            a[i] = {name}_value_at(pixels, {name}_movements[reading], (int)i) / {name}_scale + {name}_offset;
        }}
        logits = {name}_logits(a, b);
        for (i = 0; i < {classes}; i++) {{
            probabilities[i] += logits[i] / {readings}.0f;
        }}
    }}
"#,
        pixels = network.input.pixels(),
        classes = network.classes.len(),
        readings = network.input.readings(),
    )
}

fn value_at(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    format!(
        r#"static inline float {name}_cubic(float distance)
{{
    float d = fabsf(distance);
    if (d <= 1.0f) {{
        return (1.5f * d - 2.5f) * d * d + 1.0f;
    }}
    return d < 2.0f ? ((2.5f - 0.5f * d) * d - 4.0f) * d + 2.0f : 0.0f;
}}

/* The value of a reading's pixel, by cubic convolution. */
static inline float {name}_value_at(const unsigned char *pixels, const float *movement, int index)
{{
    const float centre_x = ({upper}_WIDTH - 1) / 2.0f, centre_y = ({upper}_HEIGHT - 1) / 2.0f;
    float x = (float)(index % {upper}_WIDTH) - centre_x - movement[0];
    float y = (float)(index / {upper}_WIDTH) - centre_y - movement[1];
    float column = movement[3] * x + movement[2] * y + centre_x;
    float row = movement[3] * y - movement[2] * x + centre_y;
    int first_row = (int)floorf(row) - 1, first_column = (int)floorf(column) - 1, r, c;
    float sum = 0.0f;
    for (r = first_row; r < first_row + 4; r++) {{
        for (c = first_column; c < first_column + 4; c++) {{
            if (r >= 0 && r < {upper}_HEIGHT && c >= 0 && c < {upper}_WIDTH) {{
                sum += (float)pixels[r * {upper}_WIDTH + c] * {name}_cubic(row - (float)r) * {name}_cubic(column - (float)c);
            }}
        }}
    }}
    return sum;
}}

"#
    )
}

fn function(activation: Activation, name: &str) -> String {
    let value = match activation {
        Activation::Sigmoid => "1.0f / (1.0f + expf(-x))",
        Activation::Tanh => "tanhf(x)",
        Activation::Relu => "x > 0.0f ? x : 0.0f",
        Activation::Gelu => "0.5f * x * (1.0f + tanhf(0.7978846f * (x + 0.044715f * x * x * x)))",
        Activation::Identity => "x",
    };
    format!("static inline float {name}_{activation}(float x)\n{{\n    return {value};\n}}\n\n")
}

/// A text as C writes it in quotes: bytes that are not plain ASCII in octal, and no trigraphs.
fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' | b'!' | b'#'..=b'>' | b'@'..=b'[' | b']'..=b'~' => char::from(byte).to_string(),
        other => format!("\\{other:03o}"),
    };
    text.bytes().map(byte).collect()
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
    unsigned char pixels[{upper}_HEIGHT * {upper}_WIDTH];
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

#[cfg(test)]
mod tests {
    #[test]
    fn class_names_are_escaped() {
        assert_eq!(super::escaped("a \"b\\\" ??) é"), "a \\042b\\134\\042 \\077\\077) \\303\\251");
    }
}
