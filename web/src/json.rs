//! Results and errors as the page takes them.

use chiffres::Error;
use chiffres::config::ConfigErrors;
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

/// What a call gives back, or what it throws.
pub type Answer<T> = Result<T, JsValue>;

/// A value as JSON text.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what the library reports is plain data")
}

/// An error as the page takes it: a word that it has a sentence for, and the library's own words.
pub fn thrown(error: impl Into<Error>) -> JsValue {
    let error = error.into();
    let kind = match &error {
        Error::Config(_) => "config",
        Error::Damaged { .. } => "damaged",
        Error::TooNew { .. } => "too-new",
        Error::Data { .. } | Error::Dataset { .. } => "data",
        Error::Split { .. } | Error::EmptySplit { .. } => "split",
        Error::Picture { .. } => "picture",
        _ => "request",
    };
    // What to do about a damaged file is said for the command, which has runs.
    let hint = error.hint().filter(|_| kind != "damaged");
    refusal(kind, &error.to_string(), hint.as_deref())
}

/// Every problem of a configuration.
pub fn thrown_config(errors: ConfigErrors) -> JsValue {
    let first = errors.0.first();
    let message = errors.0.iter().map(|problem| format!("{}: {}", problem.place, problem.message));
    let hint = first.and_then(|problem| problem.hint.as_deref());
    refusal("config", &message.collect::<Vec<_>>().join("\n"), hint)
}

/// An error that the page has a sentence for, which takes these values.
pub fn told(kind: &str, values: Value) -> JsValue {
    JsValue::from_str(&json!({ "kind": kind, "values": values }).to_string())
}

/// An error in the library's words, below the page's sentence for its kind.
pub fn refusal(kind: &str, message: &str, hint: Option<&str>) -> JsValue {
    JsValue::from_str(&json!({ "kind": kind, "message": message, "hint": hint }).to_string())
}
