//! A visitor's session: the digits, a class's drawings, an experiment, its training run, and the network in use.
//!
//! Each file beside this one has the calls of one section of the page.

mod class;
mod drawing;
mod evaluation;
mod experiment;
mod images;
mod inside;
mod network_in_use;
mod training;

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::drawings::Drawings;
use chiffres::{Dataset, Experiment};
use wasm_bindgen::prelude::*;

use self::inside::TracedImage;
use self::training::TrainingRun;
use crate::json::{Answer, internal_error, to_js};
use crate::network::Network;
use crate::settings::preset;

/// The state behind the page. Each section of the page calls methods of its own.
#[wasm_bindgen]
pub struct Session {
    device: Device,
    digits: Rc<Dataset>,
    class: Drawings,
    experiment: Experiment,
    training: Option<TrainingRun>,
    network: Option<Network>,
    traced: Option<TracedImage>,
}

#[wasm_bindgen]
impl Session {
    /// A session with the digits of the file `digits.csv.gz`. It starts with the article's experiment.
    #[wasm_bindgen(constructor)]
    pub fn new(digits: &[u8]) -> Answer<Self> {
        Ok(Self {
            device: Device::flex(),
            digits: Rc::new(Dataset::digits_from(digits).map_err(to_js)?),
            class: Drawings::default(),
            experiment: preset("article")?,
            training: None,
            network: None,
            traced: None,
        })
    }
}

impl Session {
    fn network_in_use(&self) -> Answer<&Network> {
        self.network.as_ref().ok_or_else(|| internal_error("no network is in use yet"))
    }
}
