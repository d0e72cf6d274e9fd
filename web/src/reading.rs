//! A drawing's way to the network, and the network's answer.

use std::rc::Rc;

use chiffres::novelty::{Doubt, Neighbour, NoveltyDetector};
use chiffres::preprocess::{Grid, Steps};
use chiffres::{Classifier, Dataset};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use crate::json::{Answer, text, to_js};

/// Training images that are shown beside a drawing.
const NEIGHBOURS: usize = 5;

/// A drawing's way to the network, and the network's answer.
#[wasm_bindgen]
pub struct Reading {
    json: String,
    pictures: Vec<u8>,
}

impl Reading {
    /// What a network, and the images that it has learnt from, say of a digit that was found.
    pub fn new(classifier: &Classifier, familiarity: &NoveltyDetector<Rc<Dataset>>, steps: &Steps) -> Answer<Self> {
        let prediction = classifier.predict(&steps.pixels).map_err(to_js)?;
        let doubts: Vec<Value> = familiarity.doubts(&steps.pixels).iter().map(doubt).collect();
        let pictures = Pictures::of(steps);
        let json = text(&json!({
            "label": prediction.label,
            "probabilities": prediction.probabilities,
            "pixels": steps.pixels,
            "neighbours": neighbours(familiarity, &steps.pixels)?,
            "doubts": doubts,
            "steps": pictures.list,
        }));
        Ok(Self { json, pictures: pictures.bytes })
    }
}

/// The images that the network has learnt from which are most like a digit.
fn neighbours(familiarity: &NoveltyDetector<Rc<Dataset>>, pixels: &[u8]) -> Answer<Vec<Value>> {
    let neighbour = |near: &Neighbour| {
        let image = familiarity.dataset().image(near.index).map_err(to_js)?;
        Ok(json!({ "pixels": image.pixels, "label": near.label, "distance": near.distance }))
    };
    familiarity.nearest(pixels, NEIGHBOURS).iter().map(neighbour).collect()
}

fn doubt(doubt: &Doubt) -> Value {
    match doubt {
        Doubt::Far { distance, limit } => json!({ "kind": "far", "distance": distance, "limit": limit }),
        Doubt::Ink { ink, usual } => json!({ "kind": "ink", "ink": ink, "least": usual.start(), "most": usual.end() }),
    }
}

#[wasm_bindgen]
impl Reading {
    /// The answer, the nearest images, what makes it doubtful, and the sizes of the pictures.
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

/// Pictures one after the other, and what they are.
#[derive(Default)]
struct Pictures {
    list: Vec<Value>,
    bytes: Vec<u8>,
}

impl Pictures {
    /// The steps from a picture to 8x8, as far as there were any.
    fn of(steps: &Steps) -> Self {
        let mut pictures = Self::default();
        pictures.add("grey", &steps.grey, |grey| 255.0 - grey);
        if let Some(found) = &steps.found {
            let ink = |ink: f64| 255.0 * ink;
            pictures.add("ink", &found.ink, ink);
            pictures.add("isolated", &found.isolated, ink);
            pictures.add("upright", &found.upright, ink);
            let bitmap = found.bitmap.ink().iter().map(|&ink| 255 * u8::from(ink));
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
