//! What each setting may be: one table for the validation, the documentation and the editors' schema.

use serde_json::{Value, json};

/// One setting of a configuration file.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Where it stands, as `table.key`.
    pub path: &'static str,
    /// Type and allowed values.
    pub kind: Kind,
    /// What it decides, in one sentence.
    pub doc: &'static str,
    /// What most people want, shown when a value is refused.
    pub hint: &'static str,
}

/// Type and allowed values of a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A folder name.
    Name,
    /// `true` or `false`.
    Flag,
    /// A whole number, bounds included.
    Integer {
        /// Smallest value allowed.
        min: i64,
        /// Largest value allowed.
        max: i64,
    },
    /// A number, bounds included; `above` excludes the lower one.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Whether `min` itself is refused.
        above: bool,
    },
    /// A list of whole numbers, bounds included.
    Integers {
        /// Smallest value allowed.
        min: i64,
        /// Largest value allowed.
        max: i64,
        /// Most values allowed.
        len: usize,
    },
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// One word, or a whole number, bounds included.
    WordOrInteger {
        /// The word.
        word: &'static str,
        /// Smallest value allowed.
        min: i64,
        /// Largest value allowed.
        max: i64,
    },
}

const fn share(max: f64) -> Kind {
    Kind::Number { min: 0.0, max, above: false }
}

/// Every setting there is, in the order of the documentation.
pub const KEYS: &[Key] = &[
    Key {
        path: "name",
        kind: Kind::Name,
        doc: "Name of the run's folder under `artifacts/`.",
        hint: "letters, digits, '-', '_' and '.' make a name that works everywhere",
    },
    Key {
        path: "seed",
        kind: Kind::Integer { min: 0, max: i64::MAX },
        doc: "Seed of the starting weights, the order of the images and their variants: the same seed gives the same network.",
        hint: "any whole number will do; 0 is the default",
    },
    Key {
        path: "data.source",
        kind: Kind::Choice(&["digits"]),
        doc: "Where the images come from; `digits` are the 1,797 images of 8x8 pixels inside the program.",
        hint: "\"digits\" needs no download",
    },
    Key {
        path: "data.train",
        kind: Kind::Integer { min: 1, max: 1_000_000_000 },
        doc: "How many images, from the first on, are for training; all the others test.",
        hint: "1000 is what the article uses",
    },
    Key {
        path: "data.validation",
        kind: Kind::Integer { min: 0, max: 1_000_000_000 },
        doc: "How many of the training images, the last ones, are held out to watch the training; 0 holds out none.",
        hint: "200 is a usual choice; 0 holds out none",
    },
    Key {
        path: "data.scale",
        kind: Kind::Number { min: 1e-6, max: 1e6, above: false },
        doc: "What pixel values are divided by before they enter the network; 16 brings the digits to 0..1.",
        hint: "16 brings the digits' pixels to 0..1",
    },
    Key {
        path: "data.offset",
        kind: Kind::Number { min: -1e6, max: 1e6, above: false },
        doc: "What is added to pixel values after that; with a scale of 8, -1 brings the digits to -1..1.",
        hint: "0 leaves them as they are",
    },
    Key {
        path: "augmentation.shift",
        kind: share(1000.0),
        doc: "Training moves each image by up to so many pixels, across and down, anew in each epoch.",
        hint: "0.5 suits images of 8x8 pixels; 0 is none",
    },
    Key {
        path: "augmentation.rotation",
        kind: share(180.0),
        doc: "Training turns each image by up to so many degrees, either way.",
        hint: "10 suits digits; 0 is none",
    },
    Key {
        path: "augmentation.scale",
        kind: share(2.0),
        doc: "Training makes each image larger or smaller, by up to the factor exp(scale).",
        hint: "0.15 is up to 16 %; 0 is none",
    },
    Key {
        path: "augmentation.anisotropy",
        kind: share(2.0),
        doc: "Training makes each image wider and lower, or narrower and higher, by up to the factor exp(anisotropy).",
        hint: "0.12 is up to 13 %; 0 is none",
    },
    Key {
        path: "augmentation.shear",
        kind: share(2.0),
        doc: "Training slants each image by up to so many pixels across for each pixel down, either way.",
        hint: "0.3 suits digits; 0 is none",
    },
    Key {
        path: "augmentation.elastic",
        kind: share(1000.0),
        doc: "Training bends each image by a smooth random field: its standard deviation at 3x3 control points, in pixels.",
        hint: "0.3 suits images of 8x8 pixels; 0 is none",
    },
    Key {
        path: "augmentation.gain",
        kind: share(2.0),
        doc: "Training makes the ink of each image stronger or weaker, by up to the factor exp(gain).",
        hint: "0.1 is up to 11 %; 0 is none",
    },
    Key {
        path: "augmentation.contrast",
        kind: share(100.0),
        doc: "Training multiplies the difference from middle grey by a factor from 1 to 1 + contrast, within the range of the pixels.",
        hint: "0.4 suits the digits; 0 is none",
    },
    Key {
        path: "augmentation.brightness",
        kind: share(1e6),
        doc: "Training adds up to so much to the grey values of each image, or takes it away.",
        hint: "1 suits the digits, whose values are 0 to 16; 0 is none",
    },
    Key {
        path: "model.hidden",
        kind: Kind::Integers { min: 1, max: 4096, len: 16 },
        doc: "Neurons of each hidden layer, from the input on; `[]` is a linear classifier.",
        hint: "[15] is what the article uses",
    },
    Key {
        path: "model.activation",
        kind: Kind::Choice(&["sigmoid", "tanh", "relu", "gelu", "identity"]),
        doc: "What a hidden neuron does with its weighted sum; `gelu` is its tanh form.",
        hint: "\"sigmoid\", the logistic function, is what the article uses",
    },
    Key {
        path: "model.init",
        kind: Kind::Choice(&["glorot-uniform", "glorot-normal"]),
        doc: "How starting weights are drawn: evenly, biases too, as scikit-learn does; or normal with variance 2 / (inputs + outputs), biases 0.",
        hint: "\"glorot-uniform\" is what the article uses",
    },
    Key {
        path: "optimizer.kind",
        kind: Kind::Choice(&["sgd", "adam", "adamw"]),
        doc: "How gradients become updates.",
        hint: "\"sgd\" is what the article uses",
    },
    Key {
        path: "optimizer.learning_rate",
        kind: Kind::Number { min: 0.0, max: 1000.0, above: true },
        doc: "Size of the updates; the peak of the schedule.",
        hint: "0.1 is what the article uses with sgd; 0.001 to 0.01 suits adam",
    },
    Key {
        path: "optimizer.schedule",
        kind: Kind::Choice(&["constant", "linear", "cosine"]),
        doc: "How the learning rate evolves after the warm-up: stays, or falls to 0 along a line or half a cosine.",
        hint: "\"constant\" is what the article uses",
    },
    Key {
        path: "optimizer.warmup",
        kind: share(1.0),
        doc: "Share of all steps over which the learning rate first rises linearly to its peak.",
        hint: "0.05 warms up over the first 5 % of the steps",
    },
    Key {
        path: "optimizer.momentum",
        kind: share(0.9999),
        doc: "`sgd`: share of the last update that is carried into the next.",
        hint: "0.9 is what the article uses",
    },
    Key {
        path: "optimizer.nesterov",
        kind: Kind::Flag,
        doc: "`sgd`: whether the gradient is taken a step ahead along the momentum.",
        hint: "true is what the article uses",
    },
    Key {
        path: "optimizer.weight_decay",
        kind: share(100.0),
        doc: "L2 penalty: adds this times the weight to its gradient (`adamw`: shrinks the weight apart from it); biases are spared.",
        hint: "1e-4 is a usual value; 0 is none",
    },
    Key {
        path: "optimizer.beta1",
        kind: share(0.9999),
        doc: "`adam`, `adamw`: decay of the running mean of the gradient.",
        hint: "0.9 is the usual value",
    },
    Key {
        path: "optimizer.beta2",
        kind: share(0.999999),
        doc: "`adam`, `adamw`: decay of the running mean of the squared gradient.",
        hint: "0.999 is the usual value",
    },
    Key {
        path: "optimizer.epsilon",
        kind: Kind::Number { min: 1e-30, max: 1.0, above: false },
        doc: "`adam`, `adamw`: added to the denominator, so that it is never 0.",
        hint: "1e-8 is the usual value",
    },
    Key {
        path: "training.epochs",
        kind: Kind::Integer { min: 1, max: 1_000_000 },
        doc: "How many times training goes through its images.",
        hint: "200 is what the article uses",
    },
    Key {
        path: "training.batch_size",
        kind: Kind::Integer { min: 1, max: 1_000_000 },
        doc: "How many images each optimisation step looks at.",
        hint: "200 is what the article uses",
    },
    Key {
        path: "training.shuffle",
        kind: Kind::Flag,
        doc: "Whether each epoch takes the images in a new order.",
        hint: "true is what the article uses",
    },
    Key {
        path: "training.patience",
        kind: Kind::Integer { min: 0, max: 1_000_000 },
        doc: "Epochs without a better validation loss after which training stops and returns to its best epoch; 0 never stops early.",
        hint: "20 is a usual choice; 0 never stops early",
    },
    Key {
        path: "training.checkpoint_every",
        kind: Kind::Integer { min: 0, max: 1_000_000 },
        doc: "Epochs between checkpoints; 0 saves one at the end and one on interruption.",
        hint: "0 saves at the end and on interruption only",
    },
    Key {
        path: "validation.folds",
        kind: Kind::WordOrInteger { word: "writers", min: 2, max: 1000 },
        doc: "How `validate` parts the training images, to hold out each part once: by writer, or into so many parts drawn from the seed.",
        hint: "\"writers\" tells how a new hand is read; 5 or 10 are usual numbers of parts",
    },
];

impl Kind {
    /// What is allowed, in words: `0 to 1`, `true or false`, `one of "sgd", "adam"`.
    pub fn expected(&self) -> String {
        match self {
            Self::Name => {
                "a name in quotes: a letter or digit, then letters, digits, '-', '_' and '.', at most 100".into()
            }
            Self::Flag => "true or false".into(),
            Self::Integer { min, max } => format!("a whole number, {min} to {max}"),
            Self::Number { min, max, above: true } => {
                format!("a number above {}, up to {}", number(*min), number(*max))
            }
            Self::Number { min, max, above: false } => format!("a number, {} to {}", number(*min), number(*max)),
            Self::Integers { min, max, len } => {
                format!("a list of at most {len} whole numbers, each {min} to {max}")
            }
            Self::WordOrInteger { word, min, max } => format!("{word:?}, or a whole number, {min} to {max}"),
            Self::Choice(words) => match words {
                [one] => format!("{one:?}"),
                _ => format!("one of {}", words.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(", ")),
            },
        }
    }

    fn json_schema(&self) -> Value {
        match self {
            Self::Name => {
                json!({ "type": "string", "pattern": "^[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}._-]*$", "maxLength": 100 })
            }
            Self::Flag => json!({ "type": "boolean" }),
            Self::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Self::Number { min, max, above } => {
                let minimum = if *above { "exclusiveMinimum" } else { "minimum" };
                json!({ "type": "number", minimum: min, "maximum": max })
            }
            Self::Integers { min, max, len } => json!({
                "type": "array",
                "maxItems": len,
                "items": { "type": "integer", "minimum": min, "maximum": max },
            }),
            Self::Choice(words) => json!({ "enum": words }),
            Self::WordOrInteger { word, min, max } => {
                json!({ "anyOf": [{ "const": word }, { "type": "integer", "minimum": min, "maximum": max }] })
            }
        }
    }
}

/// A number as people write it: very small ones with an exponent.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:e}") } else { value.to_string() }
}

/// A JSON Schema (draft 2020-12) of configuration files, for editors that complete and check TOML.
pub fn json_schema() -> Value {
    let defaults = serde_json::to_value(super::Experiment::default()).expect("an experiment is plain data");
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A chiffres experiment",
        "type": "object",
        "additionalProperties": false,
        "properties": {},
    });
    for key in KEYS {
        let mut schema = key.kind.json_schema();
        schema["description"] = key.doc.into();
        let properties = match key.path.split_once('.') {
            None => {
                schema["default"] = defaults[key.path].clone();
                &mut root["properties"]
            }
            Some((table, name)) => {
                schema["default"] = defaults[table][name].clone();
                let table = &mut root["properties"][table];
                if table.is_null() {
                    *table = json!({ "type": "object", "additionalProperties": false, "properties": {} });
                }
                &mut table["properties"]
            }
        };
        properties[key.path.rsplit('.').next().expect("a path has a last part")] = schema;
    }
    root
}
