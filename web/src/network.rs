//! The network in use: it reads drawings, is judged and looked into.

use burn::tensor::Device;
use chiffres::{Classifier, Dataset, Error, Result, SavedModel, Split};

/// A finished network, and what it takes to answer with it.
pub struct Network {
    pub saved: SavedModel,
    pub classifier: Classifier,
    /// The digits that it was trained on, and those that judge it.
    pub split: Split,
}

impl Network {
    /// Puts a network to work; `split` says which of the digits it was trained on.
    ///
    /// # Errors
    /// [`Error::Request`] for a network that reads anything but digits of 8x8 pixels.
    pub fn new(saved: SavedModel, digits: &Dataset, split: Split, device: &Device) -> Result<Self> {
        let reads = (saved.height, saved.width, saved.classes.as_slice());
        if reads != (digits.height(), digits.width(), digits.classes()) {
            let message = format!(
                "the network reads {}x{} images in {} classes, but the page has 8x8 digits in 10",
                saved.height,
                saved.width,
                saved.classes.len()
            );
            let hint = "choose the model file of a network that was trained on the digits".into();
            return Err(Error::Request { message, hint });
        }
        Ok(Self { classifier: Classifier::new(&saved, device), saved, split })
    }
}
