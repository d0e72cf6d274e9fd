//! The functions of a header.

use crate::config::Activation;
use crate::exchange::network::Network;
use crate::exchange::text::identifier;

/// The function of a dense layer; weights of 8 bits are multiplied by the steps at the end.
pub fn dense(name: &str, is_int8: bool) -> String {
    let upper = name.to_ascii_uppercase();
    if is_int8 {
        return format!(
            r#"/* out = in * weight * step + bias; weight is [inputs, outputs], row after row, with a step for each output. */
static inline void {name}_dense(const float *in, unsigned inputs, const signed char *weight, const float *step,
                                const float *bias, unsigned outputs, float *out)
{{
    unsigned i, o;
    for (o = 0; o < outputs; o++) {{
        out[o] = 0.0f;
    }}
    for (i = 0; i < inputs; i++) {{
        for (o = 0; o < outputs; o++) {{
            out[o] += in[i] * (float){upper}_READ_BYTE(weight);
            weight++;
        }}
    }}
    for (o = 0; o < outputs; o++) {{
        out[o] = out[o] * {upper}_READ(step + o) + {upper}_READ(bias + o);
    }}
}}

"#
        );
    }
    format!(
        r#"/* out = in * weight + bias; weight is [inputs, outputs], row after row. */
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

"#
    )
}

/// The function of a stage of convolution; weights of 8 bits are multiplied by the steps at the end.
pub fn stage(name: &str, is_int8: bool) -> String {
    let upper = name.to_ascii_uppercase();
    let (weight, parameters, start, end) = match is_int8 {
        true => (
            format!("(float){upper}_READ_BYTE(weight + (i * channels + c) * filters + f)"),
            "const signed char *weight, const float *step",
            "0.0f".to_string(),
            format!("                sum = sum * {upper}_READ(step + f) + {upper}_READ(bias + f);\n"),
        ),
        false => (
            format!("{upper}_READ(weight + (i * channels + c) * filters + f)"),
            "const float *weight",
            format!("{upper}_READ(bias + f)"),
            String::new(),
        ),
    };
    format!(
        r#"/* A 3x3 convolution, ReLU and 2x2 max pooling; weight is [3, 3, channels, filters]. Beyond the border the image is 0. */
static inline void {name}_stage(const float *in, int height, int width, int channels, {parameters},
                                const float *bias, int filters, float *out)
{{
    int y, x, f, i, c;
    for (y = 0; y < height / 2 * 2; y++) {{
        for (x = 0; x < width / 2 * 2; x++) {{
            float *largest = out + (y / 2 * (width / 2) + x / 2) * filters;
            for (f = 0; f < filters; f++) {{
                float sum = {start};
                for (i = 0; i < 9; i++) {{
                    int row = y + i / 3 - 1, column = x + i % 3 - 1;
                    if (row < 0 || row >= height || column < 0 || column >= width) {{
                        continue;
                    }}
                    for (c = 0; c < channels; c++) {{
                        sum += in[(row * width + column) * channels + c] * {weight};
                    }}
                }}
{end}                if (y % 2 == 0 && x % 2 == 0) {{
                    largest[f] = 0.0f;
                }}
                if (sum > largest[f]) {{
                    largest[f] = sum;
                }}
            }}
        }}
    }}
}}

"#
    )
}

/// The lines that compute the logits of an image into `probabilities`.
pub fn one_reading(network: &Network) -> String {
    let name = identifier(&network.name);
    format!(
        r#"    const float *logits;
    for (i = 0; i < {values}; i++) {{
        a[i] = (float)pixels[i] / {name}_scale + {name}_offset;
    }}
    logits = {name}_logits(a, b);
    for (i = 0; i < {classes}; i++) {{
        probabilities[i] = logits[i];
    }}
"#,
        values = network.input.values(),
        classes = network.classes.len(),
    )
}

/// The same, of the mean over an image's readings.
pub fn variants(network: &Network) -> String {
    let name = identifier(&network.name);
    format!(
        r#"    const float *logits;
    unsigned reading;
    for (i = 0; i < {classes}; i++) {{
        probabilities[i] = 0.0f;
    }}
    for (reading = 0; reading < {readings}; reading++) {{
        for (i = 0; i < {values}; i++) {{
            a[i] = {name}_value_at(pixels, {name}_movements[reading], (int)i) / {name}_scale + {name}_offset;
        }}
        logits = {name}_logits(a, b);
        for (i = 0; i < {classes}; i++) {{
            probabilities[i] += logits[i] / {readings}.0f;
        }}
    }}
"#,
        values = network.input.values(),
        classes = network.classes.len(),
        readings = network.input.readings(),
    )
}

/// The functions that a reading's pixels need.
pub fn value_at(name: &str) -> String {
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

/* A value of a reading, by cubic convolution. */
static inline float {name}_value_at(const unsigned char *pixels, const float *movement, int index)
{{
    const float centre_x = ({upper}_WIDTH - 1) / 2.0f, centre_y = ({upper}_HEIGHT - 1) / 2.0f;
    const int pixel = index / {upper}_CHANNELS, channel = index % {upper}_CHANNELS;
    float x = (float)(pixel % {upper}_WIDTH) - centre_x - movement[0];
    float y = (float)(pixel / {upper}_WIDTH) - centre_y - movement[1];
    float column = movement[3] * x + movement[2] * y + centre_x;
    float row = movement[3] * y - movement[2] * x + centre_y;
    int first_row = (int)floorf(row) - 1, first_column = (int)floorf(column) - 1, r, c;
    float sum = 0.0f;
    for (r = first_row; r < first_row + 4; r++) {{
        for (c = first_column; c < first_column + 4; c++) {{
            if (r >= 0 && r < {upper}_HEIGHT && c >= 0 && c < {upper}_WIDTH) {{
                sum += (float)pixels[(r * {upper}_WIDTH + c) * {upper}_CHANNELS + channel]
                    * {name}_cubic(row - (float)r) * {name}_cubic(column - (float)c);
            }}
        }}
    }}
    return sum;
}}

"#
    )
}

/// The function of an activation.
pub fn activation(activation: Activation, name: &str) -> String {
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
pub fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' | b'!' | b'#'..=b'>' | b'@'..=b'[' | b']'..=b'~' => char::from(byte).to_string(),
        other => format!("\\{other:03o}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn class_names_are_escaped() {
        assert_eq!(super::escaped("a \"b\\\" ??) é"), "a \\042b\\134\\042 \\077\\077) \\303\\251");
    }
}
