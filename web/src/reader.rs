//! What reads drawings: in the worker, and on the page's own thread, so that an answer has no way to go.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::data::{Images, Labels, Origin, Pixels};
use chiffres::novelty::{Limits, NoveltyDetector};
use chiffres::preprocess::{DigitPreprocessing, Raster};
use chiffres::{Classifier, Dataset, SavedModel};
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::json::{Answer, refusal, to_js};
use crate::reading::Reading;

/// A network that reads drawings, and the images that it has learnt from.
#[wasm_bindgen]
pub struct Reader {
    preprocessing: DigitPreprocessing,
    pub(crate) classifier: Classifier,
    pub(crate) familiarity: NoveltyDetector<Rc<Dataset>>,
}

/// What a [`Reader`] knows, as it goes from one thread to another.
#[wasm_bindgen(getter_with_clone)]
pub struct Knowledge {
    /// The network, as a model file.
    pub model: Vec<u8>,
    /// The images that it has learnt from, 64 values each.
    pub pixels: Vec<u8>,
    /// Their classes.
    pub labels: Vec<u8>,
    /// The distance that these images keep to.
    pub distance: f64,
    /// The least sum of the pixels of one.
    #[wasm_bindgen(js_name = leastInk)]
    pub least_ink: u32,
    /// The largest sum.
    #[wasm_bindgen(js_name = mostInk)]
    pub most_ink: u32,
}

#[wasm_bindgen]
impl Reader {
    /// A reader of what another one knows.
    #[wasm_bindgen(constructor)]
    pub fn new(
        model: &[u8],
        pixels: Vec<u8>,
        labels: &[u8],
        distance: f64,
        least_ink: u32,
        most_ink: u32,
    ) -> Answer<Self> {
        let saved = SavedModel::from_bytes("model", model).map_err(to_js)?;
        let images = Images {
            height: saved.height,
            width: saved.width,
            pixels: Pixels::in_memory(saved.height * saved.width, pixels),
            is_light: false,
            is_unit: false,
            labels: Labels::Numbers(labels.iter().map(|&label| label.into()).collect()),
            groups: None,
            origin: Origin::File { path: "model".into(), unit: "image", first: 0 },
        };
        let dataset = Dataset::new(images, None, &saved.classes, None).map_err(to_js)?;
        let all: Vec<usize> = (0..dataset.len()).collect();
        let usual = Limits { distance, ink: least_ink..=most_ink };
        Ok(Self::of(&saved, NoveltyDetector::with_limits(Rc::new(dataset), &all, usual), &Device::flex()))
    }

    /// Finds the digit on a picture given as red, green, blue and opacity of each pixel, and names it.
    pub fn recognise(&self, height: usize, width: usize, rgba: &[u8]) -> Answer<Reading> {
        if height == 0 || width == 0 || height.checked_mul(width).and_then(|n| n.checked_mul(4)) != Some(rgba.len()) {
            return Err(refusal("picture", json!({})));
        }
        let steps = self.preprocessing.digit(&Raster::from_rgba(height, width, rgba));
        Reading::new(&self.classifier, &self.familiarity, &steps.map_err(|_| refusal("no-digit", json!({})))?)
    }
}

impl Reader {
    /// A reader with a network, and with the images that it has learnt from.
    pub fn of(saved: &SavedModel, familiarity: NoveltyDetector<Rc<Dataset>>, device: &Device) -> Self {
        Self { preprocessing: saved.preprocessing.clone(), classifier: Classifier::new(saved, device), familiarity }
    }

    /// What it knows; `saved` is its network.
    pub fn knowledge(&self, saved: &SavedModel) -> Answer<Knowledge> {
        let (dataset, usual) = (self.familiarity.dataset(), self.familiarity.limits());
        let mut pixels = Vec::new();
        for &image in self.familiarity.images() {
            pixels.extend(dataset.image(image).map_err(to_js)?.pixels);
        }
        Ok(Knowledge {
            model: saved.to_bytes(),
            pixels,
            labels: self.familiarity.images().iter().map(|&image| dataset.labels()[image] as u8).collect(),
            distance: usual.distance,
            least_ink: *usual.ink.start(),
            most_ink: *usual.ink.end(),
        })
    }
}
