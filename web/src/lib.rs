//! The page's side of the library: the calls from JavaScript, and nothing else.
//!
//! No network, step, metric or preprocessing is written here. A [`Session`] calls the library and passes its numbers to
//! the page: long lists as typed arrays, everything else as JSON. Errors are thrown as JSON too: a `kind`, for which the
//! page has a sentence, with the `values` in it, or with the library's messages in both languages as `details`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod json;
mod network;
mod reader;
mod reading;
mod session;
mod settings;

use wasm_bindgen::prelude::*;

pub use reader::{Reader, ReaderState};
pub use session::Session;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// Writes the place of a broken invariant to the console before the module stops. Modules built with the standard
/// library's sources stop without a word.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| error(&panic.to_string())));
}
