//! Networks of other programs, in the browser: the page loads this module at first use.
//!
//! It holds its own copy of what it needs of the library, as the module for other programs does.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use chiffres::SavedModel;
use chiffres::error::{ImportError, ImportProblem, Language, Message};
use chiffres::exchange::{self, ImportOptions};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

/// Rows and columns of the page's images.
const SIDE: usize = 8;
/// Their value of full ink.
const FULL_INK: u8 = 16;
/// The names of their classes.
const CLASSES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// The model file of the network in a file of another program.
///
/// `scale` is what pixels were divided by before training, if the file does not say so; 0 if the visitor has not been asked.
/// Errors are thrown as JSON; that of the kind `no-scale` is a question to the visitor.
#[wasm_bindgen]
pub fn imported(file: &str, bytes: &[u8], scale: f64) -> Result<Vec<u8>, JsValue> {
    let with = |scale| {
        let options = ImportOptions { scale, ..ImportOptions::default() };
        exchange::import_without_experiment(file, bytes, &options).map_err(|error| error.problem)
    };
    let saved = with((scale > 0.0).then_some(scale)).or_else(|problem| match problem {
        // Of other images than the page's: the visitor is told, and not asked.
        ImportProblem::NoScale { max_value } if max_value != FULL_INK => with(Some(max_value.into())),
        problem => Err(problem),
    });
    let saved = saved.map_err(|problem| refused(&ImportError { file: file.into(), problem }))?;
    check(&saved)?;
    Ok(saved.to_bytes())
}

/// Checks that a network is of the page's images: 8x8 pixels, and the classes 0 to 9 in their order.
fn check(saved: &SavedModel) -> Result<(), JsValue> {
    let SavedModel { height, width, classes, .. } = saved;
    if [*height, *width] != [SIDE; 2] {
        return Err(refusal("other-size", json!({ "values": { "height": height, "width": width } })));
    }
    if !classes.iter().map(String::as_str).eq(CLASSES) {
        return Err(refusal("other-classes", json!({ "values": { "classes": classes.join(", ") } })));
    }
    Ok(())
}

/// The page's error for one of the library.
fn refused(error: &ImportError) -> JsValue {
    let detail = |language| -> Value {
        let Message { text, hint, .. } = error.message(language);
        // Hints about what the user must say name options of the command.
        let hint = hint.filter(|_| !error.is_usage());
        json!([{ "place": null, "message": text, "hint": hint }])
    };
    let details = json!({ "details": { "en": detail(Language::English), "fr": detail(Language::French) } });
    match error.problem {
        ImportProblem::NoScale { .. } => thrown("no-scale", json!({})),
        _ if error.is_usage() => refusal("import-unsaid", details),
        _ => refusal("import", details),
    }
}

/// An error of a kind for which the page has a sentence.
fn refusal(kind: &str, more: Value) -> JsValue {
    thrown(kind, more)
}

/// An object with a kind, as JSON.
fn thrown(kind: &str, mut object: Value) -> JsValue {
    object["kind"] = kind.into();
    JsValue::from_str(&object.to_string())
}
