//! The larger network: a second answer about a drawing.

use chiffres::Prediction;
use wasm_bindgen::prelude::*;

use crate::bug;
use crate::network::Network;

/// A network that answers beside that of the page.
#[wasm_bindgen]
pub struct Larger(Network);

/// An answer about an image.
#[wasm_bindgen(getter_with_clone)]
pub struct LargerAnswer {
    /// The digit.
    pub label: usize,
    /// The probability of each digit.
    pub probabilities: Vec<f32>,
}

#[wasm_bindgen]
impl Larger {
    /// The network of a model file.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<Self, JsValue> {
        Network::from_bytes(model).map(Self).ok_or_else(|| bug("not a model of 8x8 digits"))
    }

    /// Names an image of 8x8 pixels.
    pub fn answer(&mut self, pixels: &[u8]) -> Result<LargerAnswer, JsValue> {
        if pixels.len() != 64 {
            return Err(bug("not an image of 8x8 pixels"));
        }
        let Prediction { label, probabilities } = self.0.predict(pixels);
        Ok(LargerAnswer { label, probabilities })
    }
}
