//! The reader of drawings: one in the worker, and one on the page's own thread, which answers without a message between.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::data::{Images, Labels, Origin, Pixels, Unit};
use chiffres::error::InputProblem;
use chiffres::novelty::{Limits, NoveltyDetector};
use chiffres::preprocess::Raster;
use chiffres::{Classifier, Dataset, Error, Recogniser, SavedModel};
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::json::{Answer, refusal, to_js};
use crate::reading::Reading;

/// A network that reads drawings, and the images that it was trained on.
#[wasm_bindgen]
pub struct Reader {
    recogniser: Recogniser<Rc<Dataset>>,
}

/// The state of a [`Reader`], to make another one of it on another thread.
#[wasm_bindgen(getter_with_clone)]
pub struct ReaderState {
    /// The network, as a model file.
    #[wasm_bindgen(readonly)]
    pub model: Vec<u8>,
    /// The images that it was trained on, 64 values each.
    #[wasm_bindgen(readonly)]
    pub pixels: Vec<u8>,
    /// Their classes.
    #[wasm_bindgen(readonly)]
    pub labels: Vec<u8>,
    /// Their [`Limits::distance`].
    #[wasm_bindgen(readonly)]
    pub distance: f64,
    /// The start of their [`Limits::ink`].
    #[wasm_bindgen(readonly, js_name = leastInk)]
    pub least_ink: u32,
    /// The end of their [`Limits::ink`].
    #[wasm_bindgen(readonly, js_name = mostInk)]
    pub most_ink: u32,
}

#[wasm_bindgen]
impl Reader {
    /// A reader with the state of another one.
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
            channels: saved.channels,
            pixels: Pixels::in_memory(saved.inputs(), pixels),
            is_light: false,
            is_unit: false,
            labels: Labels::Numbers(labels.iter().map(|&label| label.into()).collect()),
            groups: None,
            origin: Origin::File { file: "model".into(), unit: Unit::Image, first: 0 },
            reading: chiffres::data::Reading::new("model"),
        };
        let dataset = Dataset::new(images, &saved.classes, None).map_err(to_js)?;
        let all: Vec<usize> = (0..dataset.len()).collect();
        let limits = Limits { distance, ink: least_ink..=most_ink };
        Self::of(&saved, NoveltyDetector::with_limits(Rc::new(dataset), &all, limits), &Device::flex())
    }

    /// The place of the nearest training image of a class among all, and its distance from an image; empty if there is none.
    pub fn nearest(&self, pixels: &[u8], class: usize) -> Vec<f32> {
        let all = self.detector().detect(pixels, usize::MAX).neighbours;
        let found = all.iter().find(|near| near.label == class);
        found.map_or_else(Vec::new, |near| vec![near.index as f32, near.distance as f32])
    }

    /// Finds the digit on a picture given as red, green, blue and opacity of each pixel, and names it.
    pub fn recognise(&self, height: usize, width: usize, rgba: &[u8]) -> Answer<Reading> {
        if height == 0 || width == 0 || height.checked_mul(width).and_then(|n| n.checked_mul(4)) != Some(rgba.len()) {
            return Err(refusal("picture", json!({})));
        }
        match self.recogniser.recognise(&Raster::from_rgba(height, width, rgba)) {
            Ok(recognition) => Reading::new(&recognition, self.detector().dataset()),
            Err(Error::Input(InputProblem::NoDigit(_))) => Err(refusal("no-digit", json!({}))),
            Err(error) => Err(to_js(error)),
        }
    }
}

impl Reader {
    /// A reader with a network, and with the images that it was trained on.
    ///
    /// # Errors
    /// If these are not images that the network reads.
    pub fn of(saved: &SavedModel, detector: NoveltyDetector<Rc<Dataset>>, device: &Device) -> Answer<Self> {
        // The page draws digits, also for a network that was trained on them as plain images.
        let recogniser = Recogniser::for_drawings(saved, device);
        Ok(Self { recogniser: recogniser.with_novelty(detector).map_err(to_js)? })
    }

    /// The network, to evaluate it.
    pub fn classifier(&self) -> &Classifier {
        self.recogniser.classifier()
    }

    /// The images that the network was trained on, and their limits.
    pub fn detector(&self) -> &NoveltyDetector<Rc<Dataset>> {
        self.recogniser.novelty().expect("a reader knows the training images")
    }

    /// The reader's state; `saved` is its network.
    pub fn state(&self, saved: &SavedModel) -> Answer<ReaderState> {
        let detector = self.detector();
        let (dataset, limits) = (detector.dataset(), detector.limits());
        let mut pixels = Vec::new();
        for &image in detector.images() {
            pixels.extend(dataset.image(image).map_err(to_js)?.pixels);
        }
        Ok(ReaderState {
            model: saved.to_bytes(),
            pixels,
            labels: detector.images().iter().map(|&image| dataset.labels()[image] as u8).collect(),
            distance: limits.distance,
            least_ink: *limits.ink.start(),
            most_ink: *limits.ink.end(),
        })
    }
}
