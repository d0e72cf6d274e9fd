//! Networks for other programs, made in the browser: the page loads this module at first use.
//!
//! It holds its own copy of what it needs of the library, so that the module that a visitor waits for does not grow.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use chiffres::SavedModel;
use chiffres::error::{Language, Message};
use chiffres::exchange::{self, Format, Network};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

/// The network of a model file as a file for another program.
#[wasm_bindgen]
pub struct Export {
    name: String,
    bytes: Vec<u8>,
}

#[wasm_bindgen]
impl Export {
    /// Writes the network of a model file in a format: `onnx`, `c` or `js`. Errors are thrown as JSON, as in `web/src/json.rs`.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8], format: &str) -> Result<Self, JsValue> {
        let format = match format {
            "onnx" => Format::Onnx,
            "c" => Format::C,
            "js" => Format::Js,
            other => return Err(bug(&format!("no format {other}"))),
        };
        let saved = SavedModel::from_bytes("model", model).map_err(|error| bug(&error.to_string()))?;
        let name = &saved.experiment.name;
        let bytes = exchange::write(&Network::new(name, &saved), format)
            .map_err(|error| refusal("export", |language| error.message(language)))?;
        Ok(Self { name: format.file_name(name), bytes })
    }

    /// The name of the file.
    #[wasm_bindgen(getter)]
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// Its bytes.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }
}

/// An error of the library: its kind, for which the page has a sentence, and the library's message in both languages.
fn refusal(kind: &str, message: impl Fn(Language) -> Message) -> JsValue {
    let detail = |language| -> Value {
        let Message { text, hint, .. } = message(language);
        json!([{ "place": null, "message": text, "hint": hint }])
    };
    thrown(&json!({ "kind": kind, "details": { "en": detail(Language::English), "fr": detail(Language::French) } }))
}

/// A call that no visitor can cause.
fn bug(message: &str) -> JsValue {
    thrown(&json!({ "kind": "broken", "message": message }))
}

fn thrown(error: &Value) -> JsValue {
    JsValue::from_str(&error.to_string())
}
