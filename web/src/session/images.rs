//! Section 1, the images: the digits and their classes.

use wasm_bindgen::prelude::*;

use super::Session;

#[wasm_bindgen]
impl Session {
    /// The pixels of all digits: 1,797 times 64 values from 0 to 16.
    pub fn pixels(&self) -> Vec<u8> {
        let mut pixels = Vec::new();
        for image in (0..self.digits.len()).filter_map(|i| self.digits.image(i).ok()) {
            pixels.extend_from_slice(image.pixels);
        }
        pixels
    }

    /// The class of each digit.
    pub fn labels(&self) -> Vec<u8> {
        self.digits.labels().iter().map(|&label| label as u8).collect()
    }
}
