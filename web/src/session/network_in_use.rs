//! The network in use: the trained one, or one from a file. Sections 4 to 7 ask it.

use std::rc::Rc;

use chiffres::config::Source;
use chiffres::novelty::NoveltyDetector;
use chiffres::{Dataset, SavedModel, Split};
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::Session;
use crate::json::{Answer, internal_error, text, to_js};
use crate::network::Network;
use crate::settings::{preset, shape};

#[wasm_bindgen]
impl Session {
    /// Puts the network in training to use, with its weights as they are now.
    #[wasm_bindgen(js_name = useTrained)]
    pub fn use_trained(&mut self) -> Answer<()> {
        let training = self.training.as_ref().ok_or_else(|| internal_error("nothing was trained yet"))?;
        let saved = SavedModel::new(&training.experiment, &training.dataset, training.trainer.final_weights())
            .made_by(training.trainer.arithmetic());
        let images = training.trainer.split().train.clone();
        let dataset = training.dataset.clone();
        self.put_to_use(saved, Some((dataset, images)))
    }

    /// Puts the network of a model file to use. Errors name it `file`.
    #[wasm_bindgen(js_name = useFile)]
    pub fn use_file(&mut self, file: &str, bytes: &[u8]) -> Answer<()> {
        let saved = SavedModel::from_bytes(file, bytes).map_err(to_js)?;
        self.put_to_use(saved, None)
    }

    /// A description of the network in use.
    pub fn network(&self) -> Answer<String> {
        let saved = &self.network_in_use()?.saved;
        Ok(text(&json!({
            "name": saved.experiment.name,
            // As text, because JavaScript's numbers do not hold every seed.
            "seed": saved.experiment.seed.to_string(),
            "shape": shape(&saved.config()),
            "activation": saved.experiment.model.activation,
            "knowsOthers": saved.experiment.data.source != Source::Digits || saved.origin.is_some(),
            "toml": saved.experiment.to_toml(),
        })))
    }

    /// The model file of the network in use.
    pub fn model(&self) -> Answer<Vec<u8>> {
        Ok(self.network_in_use()?.saved.to_bytes())
    }
}

impl Session {
    /// Puts a network to use. `trained_on` is its dataset and the training images in it; for a network from a file it is
    /// `None`, and the digits that its settings name stand in, or the article's training images.
    fn put_to_use(&mut self, saved: SavedModel, trained_on: Option<(Rc<Dataset>, Vec<usize>)>) -> Answer<()> {
        let on_digits = saved.experiment.data.source == Source::Digits;
        let split = match (on_digits, &trained_on) {
            (true, _) => Split::new(&self.digits, &saved.experiment),
            // A network that also learnt from a class's drawings is tested on the same digits as the experiment of the page.
            (false, Some(_)) => Split::new(&self.digits, &self.experiment),
            // The network that comes with the page learnt from the article's training images, besides others.
            (false, None) => Split::new(&self.digits, &preset("article")?),
        }
        .map_err(to_js)?;
        let (dataset, images) = trained_on.unwrap_or_else(|| (self.digits.clone(), split.train.clone()));
        let novelty = self.novelty_detector(dataset, &images);
        self.network = Some(Network::new(saved, &self.digits, split, novelty, &self.device)?);
        self.traced = None;
        Ok(())
    }

    /// A novelty detector for the images. It is slow to make, so the present one is used again if it has the same images.
    fn novelty_detector(&self, dataset: Rc<Dataset>, images: &[usize]) -> NoveltyDetector<Rc<Dataset>> {
        match self.network.as_ref().map(|network| network.reader.detector()) {
            Some(known) if Rc::ptr_eq(known.dataset(), &dataset) && known.images() == images => known.clone(),
            _ => NoveltyDetector::new(dataset, images),
        }
    }
}
