//! The first module of the page: reads a drawing, and nothing else.
//!
//! It has the library's preprocessing and the forward pass of its kernel, and none of Burn, so that a visitor is answered
//! long before the library has come. The answers are those of the library, bit for bit.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod network;

use chiffres::preprocess::Raster;
use chiffres::{Prediction, preprocess::Found};
use wasm_bindgen::prelude::*;

use network::Network;

/// A network that reads drawings.
#[wasm_bindgen]
pub struct FirstReader(Network);

/// A network's answer about a drawing, and the last steps that led to it.
#[wasm_bindgen(getter_with_clone)]
pub struct FirstReading {
    /// The digit.
    pub label: usize,
    /// The probability of each digit.
    pub probabilities: Vec<f32>,
    /// The drawing upright in 32x32: 1 for ink.
    pub bitmap: Vec<u8>,
    /// The image that the network read: 8x8, from 0 for paper to 16 for ink.
    pub pixels: Vec<u8>,
}

#[wasm_bindgen]
impl FirstReader {
    /// A reader with the network of a model file.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<Self, JsError> {
        Network::from_bytes(model).map(Self).ok_or_else(|| JsError::new("not a model of 8x8 digits"))
    }

    /// Names the digit on a picture given as red, green, blue and opacity of each pixel; nothing if there is none.
    pub fn read(&mut self, height: usize, width: usize, rgba: &[u8]) -> Option<FirstReading> {
        if height == 0 || width == 0 || height.checked_mul(width)?.checked_mul(4)? != rgba.len() {
            return None;
        }
        let steps = self.0.preprocessing.digit(&Raster::from_rgba(height, width, rgba)).ok()?;
        let Prediction { label, probabilities } = self.0.predict(&steps.pixels);
        let ink = |found: &Found| found.bitmap.ink().iter().map(|&ink| u8::from(ink)).collect();
        Some(FirstReading {
            label,
            probabilities,
            bitmap: steps.found.as_ref().map(ink).unwrap_or_default(),
            pixels: steps.pixels,
        })
    }
}
