//! The page's side of the library: what JavaScript calls, and nothing else.
//!
//! No network, step, metric or preprocessing is written here: a [`Lesson`] holds what the library gives and hands its
//! numbers on, long ones as typed arrays, the others as JSON. What goes wrong is thrown as JSON too: a `kind`, which
//! the page has a sentence for, and the `values` that it takes, or the library's own words as `details`.

mod json;
mod lesson;
mod network;
mod reader;
mod reading;
mod settings;

use wasm_bindgen::prelude::*;

pub use lesson::Lesson;
pub use reader::{Knowledge, Reader};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
}

/// The exponential function that the standard library calls. For WebAssembly it brings a slow one of its own, which would
/// take a fifth of a training's time.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
extern "C" fn expf(x: f32) -> f32 {
    pxfm::f_expf(x)
}

/// Has a broken invariant say where it broke, before the page is told that it stopped: in a module that was built without the
/// standard library's sources. The others stop at once.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| error(&panic.to_string())));
}
