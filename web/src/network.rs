//! The network in use: the page reads drawings with it, evaluates it and looks inside.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::novelty::NoveltyDetector;
use chiffres::{Dataset, SavedModel, Split};
use serde_json::json;

use crate::json::{Answer, refusal};
use crate::reader::Reader;

/// A finished network, with a reader of drawings and its images.
pub struct Network {
    pub saved: SavedModel,
    /// The reader of drawings, which knows all images that the network was trained on, a class's drawings too.
    pub reader: Reader,
    /// The digits that it was trained on, and those to evaluate it.
    pub split: Split,
}

impl Network {
    /// Puts a network to work; `split` says which of the digits it was trained on.
    ///
    /// # Errors
    /// For a network of other images than the digits of 8x8 pixels.
    pub fn new(
        saved: SavedModel,
        digits: &Dataset,
        split: Split,
        detector: NoveltyDetector<Rc<Dataset>>,
        device: &Device,
    ) -> Answer<Self> {
        if saved.channels != digits.channels() {
            return Err(refusal("colour-network", json!({})));
        }
        let reads = (saved.height, saved.width, saved.classes.as_slice());
        if reads != (digits.height(), digits.width(), digits.classes()) {
            // As text: the page would write a number in its language.
            let [height, width] = [saved.height, saved.width].map(|size| size.to_string());
            return Err(refusal(
                "other-network",
                json!({ "height": height, "width": width, "classes": saved.classes.len() }),
            ));
        }
        Ok(Self { reader: Reader::of(&saved, detector, device)?, saved, split })
    }
}
