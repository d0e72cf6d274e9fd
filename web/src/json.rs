//! Results and errors in the form that the page takes: JSON text.

use chiffres::Error;
use chiffres::error::{Language, Message};
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

/// The result of a call from JavaScript. An error is thrown as JSON text.
pub type Answer<T> = Result<T, JsValue>;

/// A value as JSON text.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the library's reports are plain data")
}

/// An error of the library: its kind, for which the page has a sentence, and the library's messages in both languages.
pub fn to_js(error: impl Into<Error>) -> JsValue {
    let error = error.into();
    let kind = match &error {
        Error::Config(_) => "config",
        Error::Damaged { .. } => "damaged",
        Error::TooNew { .. } => "too-new",
        Error::Data { .. } => "data",
        Error::Split(_) => "split",
        _ => "request",
    };
    // These hints are about the command, which has runs. The page's own sentence says what to do here.
    let has_hints = !matches!(kind, "damaged" | "too-new");
    let details = |language| -> Vec<Detail> {
        error.messages(language).into_iter().map(|message| Detail::new(message, has_hints)).collect()
    };
    thrown(json!({
        "kind": kind,
        "details": { "en": details(Language::English), "fr": details(Language::French) },
    }))
}

/// An error of the page itself, for which it has a sentence with these values.
pub fn refusal(kind: &str, values: Value) -> JsValue {
    thrown(json!({ "kind": kind, "values": values }))
}

/// A bug: a call that no visitor can cause. The message stays in English.
pub fn internal_error(message: &str) -> JsValue {
    thrown(json!({ "kind": "request", "message": message }))
}

fn thrown(error: Value) -> JsValue {
    JsValue::from_str(&error.to_string())
}

/// One message of the library.
#[derive(Serialize)]
struct Detail {
    place: Option<String>,
    message: String,
    hint: Option<String>,
}

impl Detail {
    fn new(Message { place, text, hint }: Message, has_hint: bool) -> Self {
        Self { place: place.filter(|place| !place.is_empty()), message: text, hint: hint.filter(|_| has_hint) }
    }
}
