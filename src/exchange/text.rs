//! Shared by the exports to programming languages: names, numbers, and the description in a comment, written and read.

use serde::{Deserialize, Serialize};

use super::network::{Input, Layer, Network, Shape, Stage};
use super::origin::{IMPORTED_FROM, Origin};
use crate::data::Movement;
use crate::model::LayerWeights;

/// The start of the line of the description.
const MARK: &str = "chiffres: ";

/// The description of a network, without its weights.
#[derive(Serialize, Deserialize)]
pub struct Description {
    name: String,
    height: usize,
    width: usize,
    /// Absent for grey images.
    #[serde(default = "grey", skip_serializing_if = "is_grey")]
    channels: usize,
    max_value: u8,
    is_digit: bool,
    variants: bool,
    layers: Vec<Shape>,
    classes: Vec<String>,
    /// Absent where the scaling is among the numbers of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<[f32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weights_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    imported_from: Option<String>,
}

impl Description {
    /// The description of a network.
    pub fn new(network: &Network) -> Self {
        let provenance = network.provenance.as_ref();
        let note = |name: &str, made: Option<String>| match &network.origin {
            Some(origin) => origin.note(name).map(String::from),
            None => made,
        };
        let Input { height, width, channels, max_value, is_digit, variants, .. } = network.input;
        Self {
            name: network.name.clone(),
            height,
            width,
            channels,
            max_value,
            is_digit,
            variants,
            layers: network.shapes(),
            classes: network.classes.clone(),
            scaling: None,
            weights_sha256: note("weights_sha256", provenance.map(|provenance| provenance.weights_sha256.clone())),
            data_sha256: note("data_sha256", provenance.and_then(|provenance| provenance.data_sha256.clone())),
            imported_from: note(IMPORTED_FROM, None),
        }
    }

    /// Rows, columns and channels of an image.
    pub fn image(&self) -> [usize; 3] {
        [self.height, self.width, self.channels]
    }

    /// The shapes of the layers.
    pub fn shapes(&self) -> &[Shape] {
        &self.layers
    }

    /// As JSON, in one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a description is plain data")
    }

    /// Reads JSON; `None` for any other text.
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The network of this description; `weights` finds those of a stage or dense layer, by its place among all layers, its
    /// place among those with weights, its inputs and outputs.
    pub fn network(
        self,
        [scale, offset]: [f32; 2],
        mut weights: impl FnMut([usize; 2], usize, usize) -> Option<LayerWeights>,
    ) -> Option<Network> {
        let mut index = 0;
        let mut layer = |(place, shape): (usize, &Shape)| match *shape {
            Shape::Dense(inputs, outputs) => {
                index += 1;
                Some(Layer::Dense(weights([place, index - 1], inputs, outputs)?))
            }
            Shape::Stage(image, filters) => {
                index += 1;
                let window = weights([place, index - 1], image[2].checked_mul(9)?, filters)?;
                Some(Layer::Stage(Stage { image, window }))
            }
            Shape::Activation(activation) => Some(Layer::Activation(activation)),
        };
        let layers = self.layers.iter().enumerate().map(&mut layer).collect::<Option<Vec<_>>>()?;
        let Self { name, height, width, channels, max_value, is_digit, variants, classes, .. } = self;
        let input = Input { height, width, channels, max_value, scale, offset, is_digit, variants };
        let notes = [
            ("weights_sha256", self.weights_sha256),
            ("data_sha256", self.data_sha256),
            (IMPORTED_FROM, self.imported_from),
        ];
        let notes = notes.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?))).collect();
        let origin = Some(Origin { notes, ..Origin::default() });
        let network = Network { name, input, layers, classes, provenance: None, origin };
        network.check().is_ok().then_some(network)
    }
}

/// The channels of a description that does not say.
fn grey() -> usize {
    1
}

fn is_grey(channels: &usize) -> bool {
    *channels == 1
}

/// The names of a network's numbers in a language.
pub struct Names {
    pub scale: &'static str,
    pub offset: &'static str,
    /// Followed by the index of the layer.
    pub weight: &'static str,
    /// The same.
    pub bias: &'static str,
}

/// The first lines of a file: what it is, what goes in, and the description, which [`read`] finds again.
pub fn head(network: &Network) -> Vec<String> {
    let json = ascii(&Description::new(network).to_json());
    let producer = concat!("written by chiffres ", env!("CARGO_PKG_VERSION"));
    vec![
        format!("A network, {producer}: {}.", network.summary()),
        String::new(),
        format!("In: {}.", network.takes()),
        "Out: the index of the most probable class, and the probability of each class.".into(),
        String::new(),
        format!("{MARK}{json}"),
    ]
}

/// JSON that no compiler takes for anything else, in a comment or outside: every character but plain ASCII escaped.
///
/// U+2028 ends a comment in JavaScript, U+202E is an error in Rust, and `*/` ends a comment in C.
pub fn ascii(json: &str) -> String {
    let escaped = |unit: u16| match u8::try_from(unit) {
        Ok(byte @ b' '..=b'~') if byte != b'*' => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    json.encode_utf16().map(escaped).collect()
}

/// The network in a text that begins with [`head`]; its numbers are those of the code.
pub fn read(text: &str, names: &Names) -> Option<Network> {
    read_layers(text, names, |code, index, inputs, outputs| {
        let weight = numbers(code, &format!("{}{index}", names.weight))?;
        let bias = numbers(code, &format!("{}{index}", names.bias))?;
        Some(LayerWeights { inputs, outputs, weight, bias })
    })
}

/// The same; `layer` finds the weights of a stage or dense layer in the code, by its place among those with weights, its
/// inputs and outputs.
pub fn read_layers(
    text: &str,
    names: &Names,
    mut layer: impl FnMut(&str, usize, usize, usize) -> Option<LayerWeights>,
) -> Option<Network> {
    let (json, code) = text.split_once(MARK)?.1.split_once('\n')?;
    let one = |name: &str| match numbers(code, name)?.as_slice() {
        [number] => Some(*number),
        _ => None,
    };
    let scaling = [one(names.scale)?, one(names.offset)?];
    Description::from_json(json)?.network(scaling, |[_, index], inputs, outputs| layer(code, index, inputs, outputs))
}

/// The numbers of a constant: `NAME = 1.5;`, `NAME[2] = {1.5f, -2.0f};` or `NAME = new Float32Array([1.5, -2.0]);`
pub fn numbers(text: &str, name: &str) -> Option<Vec<f32>> {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let definition =
        text.match_indices(name).map(|(place, _)| &text[place + name.len()..]).find(|rest| is_end(rest))?;
    let (_, value) = definition.split_once("= ")?;
    let (value, _) = value.split_once(';')?;
    let value = value.trim_start_matches("new Float32Array(");
    let value = value.trim_matches(|c: char| c.is_whitespace() || "{}[]()".contains(c));
    let numbers = value.split(',').map(str::trim).filter(|number| !number.is_empty());
    numbers.map(|number| number.trim_end_matches('f').parse().ok()).collect()
}

/// The comment of a table of movements.
pub const MOVEMENTS: &str = "An image is read as it is, and moved across, down, and by a rotation's sine and cosine.";

/// The rows of a table of movements: across, down, sine and cosine.
pub fn movements(input: &Input, suffix: &str) -> Vec<String> {
    let row = |movement: Movement| {
        let Movement { across, down, sin, cos } = movement;
        [across, down, sin, cos].map(|value| format!("{}{suffix}", number(value as f32))).join(", ")
    };
    input.movements().into_iter().map(row).collect()
}

/// A number with the fewest digits that are read as the same bits.
pub fn number(value: f32) -> String {
    format!("{value:?}")
}

/// Numbers with commas between them, in lines of at most 120 characters.
pub fn list(values: &[f32], suffix: &str) -> String {
    lines(values.iter().map(|&value| number(value) + suffix))
}

/// The same, of whole numbers.
pub fn whole_numbers(values: &[i8]) -> String {
    lines(values.iter().map(i8::to_string))
}

fn lines(numbers: impl Iterator<Item = String>) -> String {
    const COLUMNS: usize = 120;
    let (mut lines, mut line) = (String::new(), String::from("   "));
    for number in numbers {
        if line.len() + number.len() + 2 > COLUMNS {
            lines += &format!("{line}\n");
            line = "   ".into();
        }
        line += &format!(" {number},");
    }
    lines + &line + "\n"
}

/// A name as every language takes it: small letters, digits and underscores, a letter first.
pub fn identifier(name: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = name.chars().map(allowed).collect();
    match name.starts_with(|c: char| c.is_ascii_lowercase()) && !KEYWORDS.contains(&name.as_str()) {
        true => name,
        false => format!("network_{name}"),
    }
}

/// Words that cannot name a module in Rust, of any edition. In C, a name is only the beginning of one.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (name, expected) in [
            ("mlp", "mlp"),
            ("Recipe-128.2", "recipe_128_2"),
            ("7", "network_7"),
            ("é", "network__"),
            ("Self", "network_self"),
        ] {
            assert_eq!(identifier(name), expected);
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let values = [0.1, -1.0, 1e-9, f32::MIN_POSITIVE, f32::MAX, -0.0, 16_777_216.0];
        let text =
            format!("float w_01[1] = {{ 3.0f }};\nfloat w_0[7] = {{\n{}}};\nfloat s = 2.5f;", list(&values, "f"));
        assert_eq!(numbers(&text, "w_0").unwrap().map_bits(), values.to_vec().map_bits());
        assert_eq!(numbers(&text, "s"), Some(vec![2.5]));
        assert_eq!(numbers(&text, "w"), None);
    }

    trait MapBits {
        fn map_bits(self) -> Vec<u32>;
    }

    impl MapBits for Vec<f32> {
        fn map_bits(self) -> Vec<u32> {
            self.into_iter().map(f32::to_bits).collect()
        }
    }
}
