//! Photographs of sheets, read into the drawings of a class.

use std::sync::{Arc, Mutex};

use chiffres::error::Language;
use chiffres::preprocess::Raster;
use chiffres::sheet::{Added, BoxReading, Class, DigitNetwork, Finding, Sheet, SheetReader};
use chiffres::{Prediction, error::SheetProblem};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use crate::network::Network;
use crate::{bug, details};

/// Reads photographs of sheets one after the other, and gathers the sheets of a class.
#[wasm_bindgen]
pub struct Sheets {
    reader: SheetReader,
    class: Class,
    /// Problems of photographs that were read, with their names.
    problems: Vec<(String, SheetProblem)>,
    /// Sheets that were counted once, with the photograph of each.
    again: Vec<(String, u16)>,
}

/// The network that each digit is compared with. A forward pass writes into its workspace.
struct Compared(Mutex<Network>);

impl DigitNetwork for Compared {
    fn answer(&self, pixels: &[u8]) -> Option<Prediction> {
        Some(self.0.lock().ok()?.predict(pixels))
    }
}

#[wasm_bindgen]
impl Sheets {
    /// A reader that compares each digit with the answer of a model file's network.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &[u8]) -> Result<Self, JsValue> {
        let network = Network::from_bytes(model).ok_or_else(|| bug("not a model of 8x8 digits"))?;
        let preprocessing = network.preprocessing.with_pages();
        let reader = SheetReader::comparing(&preprocessing, Arc::new(Compared(Mutex::new(network))));
        Ok(Self { reader, class: Class::default(), problems: Vec::new(), again: Vec::new() })
    }

    /// Reads a photograph, given as red, green, blue and opacity of each pixel.
    pub fn read(&mut self, photograph: &str, height: usize, width: usize, rgba: &[u8]) -> Result<(), JsValue> {
        let pixels = height.checked_mul(width).filter(|&pixels| pixels > 0);
        if pixels.and_then(|pixels| pixels.checked_mul(4)) != Some(rgba.len()) {
            return Err(bug("not a picture"));
        }
        let (sheets, problems) = self.reader.read(&Raster::from_rgba(height, width, rgba));
        self.problems.extend(problems.into_iter().map(|problem| (photograph.into(), problem)));
        for sheet in sheets {
            let number = sheet.number;
            match self.class.add(photograph, sheet) {
                Added::New => {}
                Added::Again { .. } => self.again.push((photograph.into(), number)),
                Added::Other(problem) => self.problems.push((photograph.into(), problem)),
            }
        }
        Ok(())
    }

    /// The sheets that were read, and the problems with others, as JSON.
    pub fn result(&self) -> String {
        let is_left = |problem: &SheetProblem| !problem.is_made_good(|sheet| self.class.has(sheet));
        let problems = self.problems.iter().filter(|(_, problem)| is_left(problem)).map(|(photograph, problem)| {
            json!({ "photograph": photograph, "details": details(|language| problem.message(language)) })
        });
        json!({
            "sheets": self.class.sheets().map(sheet).collect::<Vec<_>>(),
            "again": self.again.iter().map(|(photograph, sheet)| json!({ "photograph": photograph, "sheet": sheet })).collect::<Vec<_>>(),
            "problems": problems.collect::<Vec<_>>(),
        })
        .to_string()
    }
}

fn sheet((photograph, sheet): (&str, &Sheet)) -> Value {
    json!({
        "photograph": photograph,
        "number": sheet.number,
        "boxes": sheet.boxes.iter().map(reading).collect::<Vec<_>>(),
    })
}

fn reading(BoxReading { row, column, pixels, findings, .. }: &BoxReading) -> Value {
    let words = |language| findings.iter().map(|finding| finding.sentence(language)).collect::<Vec<_>>();
    json!({
        "row": row,
        "column": column,
        "pixels": pixels,
        "isEmpty": findings.contains(&Finding::Empty),
        "findings": { "en": words(Language::English), "fr": words(Language::French) },
    })
}
