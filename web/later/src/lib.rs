//! Codes to scan, photographs of sheets and the answers of a larger network, in the browser: the page loads this module at first
//! use.
//!
//! It holds its own copy of what it needs of the library, as the module for other programs does.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod codes;
mod larger;
#[path = "../../first/src/network.rs"]
mod network;
mod sheets;

use chiffres::error::{Language, Message};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

/// An error of a kind for which the page has a sentence, with the library's message in both languages.
fn refusal(kind: &str, message: impl Fn(Language) -> Message) -> JsValue {
    thrown(&json!({ "kind": kind, "details": details(message) }))
}

/// A message of the library in both languages, as the page takes it.
fn details(message: impl Fn(Language) -> Message) -> Value {
    let detail = |language| {
        let Message { text, hint, .. } = message(language);
        json!([{ "place": null, "message": text, "hint": hint }])
    };
    json!({ "en": detail(Language::English), "fr": detail(Language::French) })
}

/// A call that no visitor can cause.
fn bug(message: &str) -> JsValue {
    thrown(&json!({ "kind": "broken", "message": message }))
}

fn thrown(error: &Value) -> JsValue {
    JsValue::from_str(&error.to_string())
}
