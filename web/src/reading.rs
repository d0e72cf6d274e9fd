//! A network's answer about a drawing, as the page takes it.

use std::rc::Rc;

use chiffres::novelty::{Doubt, Neighbour, Reason};
use chiffres::preprocess::{Grid, Steps};
use chiffres::{Dataset, Recognition};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use crate::json::{Answer, text, to_js};

/// A network's answer about a drawing, and the steps that led to it.
#[wasm_bindgen]
pub struct Reading {
    json: String,
    pictures: Vec<u8>,
}

impl Reading {
    /// A recognition as the page takes it; `dataset` holds the training images.
    pub fn new(recognition: &Recognition, dataset: &Rc<Dataset>) -> Answer<Self> {
        let neighbour = |near: &Neighbour| {
            let image = dataset.image(near.index).map_err(to_js)?;
            Ok(json!({ "pixels": image.pixels, "label": near.label, "distance": near.distance }))
        };
        let neighbours = recognition.novelty.iter().flat_map(|novelty| &novelty.neighbours);
        let pictures = recognition.steps.as_ref().map(Pictures::of).unwrap_or_default();
        let json = text(&json!({
            "label": recognition.prediction.label,
            "probabilities": recognition.prediction.probabilities,
            "pixels": recognition.pixels,
            "neighbours": neighbours.map(neighbour).collect::<Answer<Vec<Value>>>()?,
            "doubts": recognition.doubts().iter().map(doubt).collect::<Vec<Value>>(),
            "steps": pictures.list,
        }));
        Ok(Self { json, pictures: pictures.bytes })
    }
}

#[wasm_bindgen]
impl Reading {
    /// The answer, its doubts, the nearest images, and the sizes of the pictures.
    #[wasm_bindgen(getter)]
    pub fn json(&self) -> String {
        self.json.clone()
    }

    /// The pictures of the steps, one after the other: ink from 0 to 255.
    #[wasm_bindgen(getter)]
    pub fn pictures(&self) -> Vec<u8> {
        self.pictures.clone()
    }
}

fn doubt(doubt: &Doubt) -> Value {
    let label = match doubt {
        Doubt::Unsure { label, .. } => Some(label),
        Doubt::NoClass { .. } => None,
    };
    json!({ "kind": doubt.kind(), "label": label, "reasons": doubt.reasons().iter().map(reason).collect::<Vec<Value>>() })
}

fn reason(reason: &Reason) -> Value {
    match reason {
        Reason::Far { distance, limit } => json!({ "kind": "far", "distance": distance, "limit": limit }),
        Reason::Ink { ink, limits } => {
            json!({ "kind": "ink", "ink": ink, "least": limits.start(), "most": limits.end() })
        }
        Reason::Unlike { distance } => json!({ "kind": "unlike", "distance": distance }),
        // Drawings are dark on light.
        Reason::Negative { .. } => json!({ "kind": "negative" }),
        Reason::Patch => json!({ "kind": "patch" }),
        Reason::Parts => json!({ "kind": "parts" }),
        Reason::Holes => json!({ "kind": "holes" }),
    }
}

/// The value of full ink on a picture for the page.
const FULL: f64 = u8::MAX as f64;

/// Pictures one after the other, with their names and sizes.
#[derive(Default)]
struct Pictures {
    list: Vec<Value>,
    bytes: Vec<u8>,
}

impl Pictures {
    /// The steps from a picture to 8x8.
    fn of(steps: &Steps) -> Self {
        let mut pictures = Self::default();
        pictures.add("grey", &steps.grey, |grey| FULL - grey);
        if let Some(found) = &steps.found {
            let ink = |ink: f64| FULL * ink;
            pictures.add("ink", &found.ink, ink);
            pictures.add("isolated", &found.isolated, ink);
            pictures.add("upright", &found.upright, ink);
            let bitmap = found.bitmap.ink().iter().map(|&ink| u8::MAX * u8::from(ink));
            pictures.push("bitmap", found.bitmap.height(), found.bitmap.width(), bitmap);
        }
        pictures
    }

    fn add(&mut self, name: &str, grid: &Grid, ink: impl Fn(f64) -> f64) {
        self.push(name, grid.height(), grid.width(), grid.values().iter().map(|&value| ink(value).round() as u8));
    }

    fn push(&mut self, name: &str, height: usize, width: usize, ink: impl Iterator<Item = u8>) {
        self.list.push(json!({ "name": name, "height": height, "width": width, "start": self.bytes.len() }));
        self.bytes.extend(ink);
    }
}
