//! The network in use: it reads drawings, is judged and looked into.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::{Classifier, Dataset, Error, Result, SavedModel, Split};

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
    /// [`Error::Request`] for a network that reads anything but digits of 8x8 pixels.
    pub fn new(saved: SavedModel, digits: &Dataset, split: Split, learnt: Learnt, device: &Device) -> Result<Self> {
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
        Ok(Self { classifier: Classifier::new(&saved, device), saved, split, learnt })
    }
}
