//! The network in use: it reads drawings, is judged and looked into.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::{Classifier, Dataset, SavedModel, Split};
use serde_json::json;

use crate::json::{Answer, told};

/// Images that a network has learnt from.
#[derive(Clone)]
pub struct Learnt {
    pub dataset: Rc<Dataset>,
    pub images: Vec<usize>,
}

impl PartialEq for Learnt {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.dataset, &other.dataset) && self.images == other.images
    }
}

/// A finished network, and what it takes to answer with it.
pub struct Network {
    pub saved: SavedModel,
    pub classifier: Classifier,
    /// The digits that it was trained on, and those that judge it.
    pub split: Split,
    /// All that it was trained on, a class's drawings too.
    pub learnt: Learnt,
}

impl Network {
    /// Puts a network to work; `split` says which of the digits it was trained on.
    ///
    /// # Errors
    /// For a network that reads anything but the digits of 8x8 pixels.
    pub fn new(saved: SavedModel, digits: &Dataset, split: Split, learnt: Learnt, device: &Device) -> Answer<Self> {
        let reads = (saved.height, saved.width, saved.classes.as_slice());
        if reads != (digits.height(), digits.width(), digits.classes()) {
            // As text: a size is no amount.
            let [height, width] = [saved.height, saved.width].map(|size| size.to_string());
            return Err(told(
                "other-network",
                json!({ "height": height, "width": width, "classes": saved.classes.len() }),
            ));
        }
        Ok(Self { classifier: Classifier::new(&saved, device), saved, split, learnt })
    }
}
