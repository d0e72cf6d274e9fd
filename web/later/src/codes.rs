//! Drawings as QR codes, and back.

use chiffres::drawings::{Code, Drawing, Drawings};
use chiffres::error::CodeProblem;
use qrcode::{EcLevel, QrCode};
use rqrr::PreparedImage;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::{bug, refusal};

/// A code as squares.
#[wasm_bindgen(getter_with_clone)]
pub struct Squares {
    /// The name of the writer.
    pub writer: String,
    /// The digits in it.
    pub labels: Vec<u8>,
    /// Squares in a row.
    pub side: usize,
    /// The squares, row after row: 1 for dark.
    pub dark: Vec<u8>,
}

/// The codes of drawings, which are given as JSON.
#[wasm_bindgen]
pub fn codes(drawings: &str) -> Result<Vec<Squares>, JsValue> {
    let drawings: Vec<Drawing> = serde_json::from_str(drawings).map_err(|error| bug(&error.to_string()))?;
    let drawings = Drawings::new(drawings).map_err(|_| bug("these are not drawings"))?;
    drawings.codes().iter().map(squares).collect()
}

fn squares(Code { writer, labels, text }: &Code) -> Result<Squares, JsValue> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| bug("the code is too long"))?;
    let dark = code.to_colors().iter().map(|color| u8::from(*color == qrcode::Color::Dark)).collect();
    let labels = labels.iter().map(|&label| label as u8).collect();
    Ok(Squares { writer: writer.clone(), labels, side: code.width(), dark })
}

/// The text of a code on a picture, given as red, green, blue and opacity of each pixel; nothing if there is none.
#[wasm_bindgen(js_name = scanned)]
pub fn scanned(height: usize, width: usize, rgba: &[u8]) -> Result<Option<String>, JsValue> {
    if height.checked_mul(width).and_then(|pixels| pixels.checked_mul(4)) != Some(rgba.len()) {
        return Err(bug("not a picture"));
    }
    let grey = |x: usize, y: usize| {
        let [red, green, blue] = [0, 1, 2].map(|part| u32::from(rgba[4 * (y * width + x) + part]));
        ((2 * red + 5 * green + blue) / 8) as u8
    };
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, grey);
    let found = picture.detect_grids();
    let mut is_damaged = false;
    for grid in &found {
        match grid.decode() {
            Ok((_, text)) => return Ok(Some(text)),
            Err(_) => is_damaged = true,
        }
    }
    match is_damaged {
        true => Err(refusal("code", |language| CodeProblem::Altered.message(language))),
        false => Ok(None),
    }
}

/// The drawings in the text of a code, as JSON.
#[wasm_bindgen(js_name = drawingsOf)]
pub fn drawings_of(text: &str) -> Result<String, JsValue> {
    let drawings =
        Drawings::from_code(text).map_err(|problem| refusal("code", |language| problem.message(language)))?;
    Ok(json!(drawings.drawings()).to_string())
}
