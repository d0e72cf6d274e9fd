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
    /// A text of one line; an empty one stands for none.
    Text,
    /// One character.
    Character,
    /// A list of texts, no two the same.
    Words,
    /// The name of a column or an array, or the column's position, counted from 0.
    Column,
    /// A number of images, a share of them between 0 and 1, or the word `auto` where `auto` allows it.
    Portion {
        /// Whether the source may decide.
        auto: bool,
        /// Smallest number allowed.
        min: i64,
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

/// Most bytes of a text.
pub(super) const MAX_TEXT: usize = 4096;
/// Most words of a list.
pub(super) const MAX_WORDS: usize = 10_000;
/// Largest position of a column.
pub(super) const MAX_COLUMN: i64 = 100_000_000;
/// Largest number of images.
pub(super) const MAX_IMAGES: i64 = 1_000_000_000;

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
        kind: Kind::Choice(&["digits", "idx", "csv", "folder", "npz", "parquet"]),
        doc: "Where the images come from: `digits`, the 1,797 images of 8x8 pixels inside the program; `idx`, files of the MNIST family; `csv`, a table with an image in each row; `folder`, a folder of PNG and JPEG pictures for each class; `npz`, NumPy arrays; `parquet`, image sets as Hugging Face keeps them.",
        hint: "\"digits\" needs no download",
    },
    Key {
        path: "data.path",
        kind: Kind::Text,
        doc: "The file or folder of the images, seen from the folder the program is started in; every source but `digits` needs it.",
        hint: "write it in quotes, like \"data/mnist\"",
    },
    Key {
        path: "data.train_images",
        kind: Kind::Text,
        doc: "`idx`: file of the training images in the folder `path`; by default `train-images-idx3-ubyte`, with `.gz` or without.",
        hint: "write a file name in quotes",
    },
    Key {
        path: "data.train_labels",
        kind: Kind::Text,
        doc: "`idx`: file of their labels; by default `train-labels-idx1-ubyte`.",
        hint: "write a file name in quotes",
    },
    Key {
        path: "data.test_images",
        kind: Kind::Text,
        doc: "`idx`: file of the test images; by default `t10k-images-idx3-ubyte`, if it is there.",
        hint: "write a file name in quotes",
    },
    Key {
        path: "data.test_labels",
        kind: Kind::Text,
        doc: "`idx`: file of their labels; by default `t10k-labels-idx1-ubyte`.",
        hint: "write a file name in quotes",
    },
    Key {
        path: "data.label",
        kind: Kind::Column,
        doc: "`csv`, `parquet`: the column of the labels; by default the one called `label`, `class`, `target` or `y`.",
        hint: "\"label\" is a column by its name, 0 the first one",
    },
    Key {
        path: "data.group",
        kind: Kind::Column,
        doc: "`csv`, `npz`, `parquet`: the column, or the array, that says which images belong together, by writer for example; none by default.",
        hint: "\"writer\" is a column by its name, 0 the first one",
    },
    Key {
        path: "data.separator",
        kind: Kind::Character,
        doc: "`csv`: what stands between two values.",
        hint: "\",\", \";\" and \"\\t\" are usual",
    },
    Key {
        path: "data.header",
        kind: Kind::Choice(&["auto", "yes", "no"]),
        doc: "`csv`: whether the first row has the names of the columns; `auto`: if most of it is no numbers, or one is the name of the labels' column.",
        hint: "\"auto\" looks at the first row",
    },
    Key {
        path: "data.size",
        kind: Kind::Integers { min: 1, max: 4096, len: 2 },
        doc: "Rows and columns of an image: what pictures are brought to, and the shape of rows of numbers; `[]` takes pictures as they are, and rows as squares.",
        hint: "[28, 28] is what MNIST has",
    },
    Key {
        path: "data.preprocess",
        kind: Kind::Choice(&["resize", "digit"]),
        doc: "What a picture goes through, on its way into the data (`folder`, `parquet`) or to a prediction: `resize` makes it grey and of the given size; `digit` finds the digit on it, sets it upright and makes it 8x8. With `digit`, the images of `idx`, `csv` and `npz` are such digits already: 8x8, values from 0 to 16.",
        hint: "\"digit\" suits photographs of single digits",
    },
    Key {
        path: "data.classes",
        kind: Kind::Words,
        doc: "Names of the classes, in the order of the network's outputs and of numbers that stand for them; `[]` takes those in the data, sorted.",
        hint: "write a list of names, like [\"cat\", \"dog\"]",
    },
    Key {
        path: "data.split",
        kind: Kind::Choice(&["order", "random", "stratified", "group"]),
        doc: "How images are parted: in their `order`; at `random` from the seed; `stratified`, so that each part has its share of each class; by `group`, so that no group is in two parts. Sources other than `digits` are stratified by default.",
        hint: "\"stratified\" suits most data",
    },
    Key {
        path: "data.train",
        kind: Kind::Portion { auto: true, min: 1 },
        doc: "How many images, or what share of them, are for training; all the others test, unless the source has test images of its own. `auto`, the default of sources other than `digits`: all its training images, or 0.8 where it has no test images.",
        hint: "1000 is what the article uses; 0.8 is a share",
    },
    Key {
        path: "data.validation",
        kind: Kind::Portion { auto: false, min: 0 },
        doc: "How many of the training images, or what share, are held out to watch the training, chosen as `split` says (by `order`, the last ones); 0 holds out none.",
        hint: "200 is a usual choice, 0.1 a share; 0 holds out none",
    },
    Key {
        path: "data.scale",
        kind: Kind::Number { min: 1e-6, max: 1e6, above: false },
        doc: "What pixel values are divided by before they enter the network; 16 brings the digits to 0..1; other sources have 255 by default, and 16 with `preprocess = \"digit\"`.",
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
        path: "augmentation.mirror",
        kind: share(1.0),
        doc: "Training mirrors each image, left to right, with this probability.",
        hint: "0.5 suits clothes and animals, which face either way, and no letters; 0 is none",
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
        path: "training.class_weights",
        kind: Kind::Choice(&["none", "balanced"]),
        doc: "How much each class counts in the loss: every image the same, or `balanced`, every class the same.",
        hint: "\"balanced\" suits classes of very different sizes",
    },
    Key {
        path: "training.shuffle_buffer",
        kind: Kind::Integer { min: 0, max: 1_000_000_000 },
        doc: "How many images are shuffled at a time, for data larger than memory: blocks of the file are drawn, and the images of 16 blocks shuffled together; 0 shuffles all images at once.",
        hint: "0 for data that fits into memory, else 100000",
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
            Self::Text => "a text of one line".into(),
            Self::Character => "one character".into(),
            Self::Words => "a list of at least two different texts, or an empty one".into(),
            Self::Column => "a name in quotes, or a position counted from 0".into(),
            Self::Portion { auto, min } => {
                let word = if *auto { "\"auto\", " } else { "" };
                format!("{word}a whole number, {min} or more, or a share between 0 and 1")
            }
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
            Self::Text => json!({ "type": "string", "maxLength": MAX_TEXT }),
            Self::Character => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
            Self::Words => json!({
                "type": "array",
                "maxItems": MAX_WORDS,
                "uniqueItems": true,
                "items": { "type": "string", "minLength": 1, "maxLength": 100 },
            }),
            Self::Column => {
                json!({ "anyOf": [{ "type": "string", "maxLength": MAX_TEXT }, { "type": "integer", "minimum": 0, "maximum": MAX_COLUMN }] })
            }
            Self::Portion { auto, min } => {
                let mut kinds = vec![
                    json!({ "type": "integer", "minimum": min, "maximum": MAX_IMAGES }),
                    json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 }),
                ];
                if *auto {
                    kinds.push(json!({ "const": "auto" }));
                }
                json!({ "anyOf": kinds })
            }
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
