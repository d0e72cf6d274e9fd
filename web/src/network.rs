//! The network in use: it reads drawings, is judged and looked into.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::novelty::NoveltyDetector;
use chiffres::{Dataset, SavedModel, Split};
use serde_json::json;

use crate::json::{Answer, refusal};
use crate::reader::Reader;

/// A finished network, and what it takes to answer with it.
pub struct Network {
    pub saved: SavedModel,
    /// What reads drawings with it, and knows the images that it has learnt from, a class's drawings too.
    pub reader: Reader,
    /// The digits that it was trained on, and those that judge it.
    pub split: Split,
}

impl Network {
    /// Puts a network to work; `split` says which of the digits it was trained on.
    ///
    /// # Errors
    /// For a network that reads anything but the digits of 8x8 pixels.
    pub fn new(
        saved: SavedModel,
        digits: &Dataset,
        split: Split,
        familiarity: NoveltyDetector<Rc<Dataset>>,
        device: &Device,
    ) -> Answer<Self> {
        let reads = (saved.height, saved.width, saved.classes.as_slice());
        if reads != (digits.height(), digits.width(), digits.classes()) {
            // As text: a size is no amount.
            let [height, width] = [saved.height, saved.width].map(|size| size.to_string());
            return Err(refusal(
                "other-network",
                json!({ "height": height, "width": width, "classes": saved.classes.len() }),
            ));
        }
        Ok(Self { reader: Reader::of(&saved, familiarity, device), saved, split })
    }
}
