//! The larger network: a second answer about a drawing.

use chiffres::Prediction;
use safetensors::SafeTensors;
use wasm_bindgen::prelude::*;

use crate::bug;
use crate::network::Network;

/// A network that answers beside that of the page.
#[wasm_bindgen]
pub struct Larger {
    network: Network,
    /// Its weights and biases.
    #[wasm_bindgen(readonly)]
    pub parameters: usize,
}

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
        let broken = || bug("not a model of 8x8 digits");
        let network = Network::from_bytes(model).ok_or_else(broken)?;
        let (_, metadata) = SafeTensors::read_metadata(model).map_err(|_| broken())?;
        let is_parameter = |name: &str| name.ends_with(".weight") || name.ends_with(".bias");
        let tensors = metadata.tensors();
        let parameters = tensors.iter().filter(|(name, _)| is_parameter(name));
        Ok(Self { network, parameters: parameters.map(|(_, tensor)| tensor.shape.iter().product::<usize>()).sum() })
    }

    /// Names an image of 8x8 pixels.
    pub fn answer(&mut self, pixels: &[u8]) -> Result<LargerAnswer, JsValue> {
        if pixels.len() != 64 {
            return Err(bug("not an image of 8x8 pixels"));
        }
        let Prediction { label, probabilities } = self.network.predict(pixels);
        Ok(LargerAnswer { label, probabilities })
    }
}
