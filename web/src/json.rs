//! Results and errors as the page takes them.

use chiffres::Error;
use chiffres::config::Problem;
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
    if let Error::Config(errors) = &error {
        return with_details("config", &errors.problems.iter().map(Detail::of).collect::<Vec<_>>());
    }
    let kind = match &error {
        Error::Damaged { .. } => "damaged",
        Error::TooNew { .. } => "too-new",
        Error::Data { .. } | Error::Dataset { .. } => "data",
        Error::Split { .. } | Error::EmptySplit { .. } => "split",
        _ => "request",
    };
    // What to do about a damaged file is said for the command, which has runs.
    let hint = error.hint().filter(|_| kind != "damaged");
    let (place, message) = match &error {
        Error::Damaged { path: place, reason, .. } | Error::Data { place, reason, .. } => {
            (Some(place.as_str()), reason.clone())
        }
        error => (None, error.to_string()),
    };
    with_details(kind, &[Detail { place, message: &message, hint: hint.as_deref() }])
}

/// An error that the page has a sentence for, which takes these values.
pub fn told(kind: &str, values: Value) -> JsValue {
    JsValue::from_str(&json!({ "kind": kind, "values": values }).to_string())
}

/// An error that a mistake of the page's own script makes, and no visitor.
pub fn mistake(message: &str) -> JsValue {
    with_details("request", &[Detail { place: None, message, hint: None }])
}

/// What the library says of one thing that is wrong.
#[derive(Serialize)]
struct Detail<'a> {
    place: Option<&'a str>,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<'a> Detail<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self { place: Some(&problem.place), message: &problem.message, hint: problem.hint.as_deref() }
    }
}

/// An error in the library's words, below the page's sentence for its kind.
fn with_details(kind: &str, details: &[Detail<'_>]) -> JsValue {
    JsValue::from_str(&json!({ "kind": kind, "details": details }).to_string())
}
