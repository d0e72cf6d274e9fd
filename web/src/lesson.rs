//! A lesson: the digits, a class's drawings, an experiment, its training, and the network in use.

use std::rc::Rc;

use burn::tensor::Device;
use chiffres::config::{Override, Portion, Source};
use chiffres::drawings::{self, Drawing, Drawings};
use chiffres::inspect::{self, Trace};
use chiffres::model::{LayerWeights, Parameter};
use chiffres::novelty::NoveltyDetector;
use chiffres::{Dataset, Evaluation, Experiment, SavedModel, Split, SplitName, Trainer, evaluate};
use serde::Deserialize;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use crate::json::{Answer, mistake, text, thrown, told};
use crate::network::Network;
use crate::reader::Knowledge;
use crate::reading::Reading;
use crate::settings::{describe, layers, network_of, preset, with_own};

/// Most weights and biases that a browser is asked to train.
const MAX_PARAMETERS: usize = 1_000_000;
/// What the class's drawings and the digits are called as a file.
const CLASS_FILE: &str = "chiffres-class.csv";

/// Everything that the page shows.
#[wasm_bindgen]
pub struct Lesson {
    device: Device,
    digits: Rc<Dataset>,
    class: Drawings,
    experiment: Experiment,
    training: Option<Training>,
    network: Option<Network>,
    trace: Option<Followed>,
}

/// A training under way or over.
struct Training {
    experiment: Experiment,
    dataset: Rc<Dataset>,
    with_class: bool,
    trainer: Trainer<Rc<Dataset>>,
}

/// An image that was followed through the network in use.
struct Followed {
    pixels: Vec<u8>,
    target: usize,
    trace: Trace,
}

/// A setting and its new value: in TOML, or a bare word.
#[derive(Deserialize)]
struct Change(String, String);

#[wasm_bindgen]
impl Lesson {
    /// A lesson with the digits of the file `digits.csv.gz`, that begins with the article's experiment, some of its training
    /// images held out to watch it.
    #[wasm_bindgen(constructor)]
    pub fn new(digits: &[u8]) -> Answer<Self> {
        let mut experiment = preset("article")?;
        experiment.data.validation = Portion::Images(200);
        Ok(Self {
            device: Device::flex(),
            digits: Rc::new(Dataset::digits_from(digits).map_err(thrown)?),
            class: Drawings::default(),
            experiment,
            training: None,
            network: None,
            trace: None,
        })
    }

    // The images.

    /// The pixels of all digits: 1,797 times 64 values from 0 to 16.
    pub fn pixels(&self) -> Vec<u8> {
        (0..self.digits.len())
            .filter_map(|i| self.digits.image(i).ok())
            .flat_map(|image| image.pixels.to_vec())
            .collect()
    }

    /// The class of each digit.
    pub fn labels(&self) -> Vec<u8> {
        self.digits.labels().iter().map(|&label| label as u8).collect()
    }

    // The experiment.

    /// The experiment: its settings, the network it makes, the images of each part, and what differs from an empty file.
    pub fn experiment(&self) -> Answer<String> {
        describe(&self.experiment, &self.digits)
    }

    /// Changes settings, all of them or none: `[["training.epochs", "50"], ...]`.
    pub fn configure(&mut self, changes: &str) -> Answer<String> {
        let text = self.experiment.to_toml();
        self.change(&text, changes)
    }

    /// Takes an experiment from settings that differ from an empty file, as an address has them.
    pub fn restore(&mut self, changes: &str) -> Answer<String> {
        self.change("", changes)
    }

    /// Takes the settings of `article` or `recipe`, but for the seed and the images that are held out.
    pub fn preset(&mut self, name: &str) -> Answer<String> {
        self.take(with_own(preset(name)?, &self.experiment))
    }

    /// Has the training images varied as the recipe does, or left as they are.
    pub fn augment(&mut self, is_on: bool) -> Answer<String> {
        let augmentation = if is_on { preset("recipe")?.augmentation } else { Default::default() };
        self.take(Experiment { augmentation, ..self.experiment.clone() })
    }

    /// Takes an experiment from the text of a configuration; `file` is the name that problems are reported under.
    #[wasm_bindgen(js_name = loadToml)]
    pub fn load_toml(&mut self, file: &str, text: &str) -> Answer<String> {
        self.take(Experiment::from_toml(file, text, &[]).map_err(thrown)?)
    }

    /// The experiment as a configuration for `chiffres train`.
    pub fn toml(&self) -> String {
        self.experiment.to_toml()
    }

    // The training.

    /// Begins a training of the experiment, on the digits alone or with the class's drawings.
    pub fn begin(&mut self, with_class: bool) -> Answer<()> {
        let (experiment, dataset) = match with_class {
            false => (self.experiment.clone(), self.digits.clone()),
            true => self.with_class()?,
        };
        let trainer = Trainer::new(&experiment, dataset.clone(), &self.device).map_err(thrown)?;
        self.training = Some(Training { experiment, dataset, with_class, trainer });
        Ok(())
    }

    /// Takes one step; `false` when there is none left, or no training.
    pub fn step(&mut self) -> bool {
        self.training.as_mut().is_some_and(|training| training.trainer.step())
    }

    /// Trains to the end of an epoch; `false` when there is none left, or no training.
    pub fn epoch(&mut self) -> bool {
        self.training.as_mut().is_some_and(|training| training.trainer.epoch().is_some())
    }

    /// Where the training stands, with the records of the epochs after the first `known`.
    pub fn progress(&self, known: usize) -> String {
        let Some(training) = &self.training else { return "null".into() };
        let trainer = &training.trainer;
        let history = &trainer.history().epochs;
        text(&json!({
            "epoch": history.len(),
            "epochs": training.experiment.training.epochs,
            "step": trainer.steps(),
            "steps": training.experiment.total_steps(trainer.split().train.len()),
            "isDone": trainer.is_done(),
            "withClass": training.with_class,
            "history": history.get(known..).unwrap_or_default(),
        }))
    }

    /// The incoming weights of each neuron of the first layer, a picture of 64 values each.
    pub fn maps(&self) -> Vec<f32> {
        let weights = match &self.training {
            Some(training) => training.trainer.model().weights(),
            None => network_of(&self.experiment, &self.digits).starting_weights(self.experiment.seed),
        };
        let maps = inspect::first_layer_maps(&weights[0], self.digits.height(), self.digits.width());
        maps.into_iter().flat_map(|map| map.weights).collect()
    }

    // The network in use.

    /// Puts the network of the training to use, as it is now.
    #[wasm_bindgen(js_name = useTrained)]
    pub fn use_trained(&mut self) -> Answer<()> {
        let training = self.training.as_ref().ok_or_else(no_training)?;
        let saved = SavedModel::new(&training.experiment, &training.dataset, training.trainer.final_weights());
        let images = training.trainer.split().train.clone();
        let dataset = training.dataset.clone();
        self.put_to_use(saved, Some((dataset, images)))
    }

    /// Puts the network of a model file to use; `file` is the name that problems are reported under.
    #[wasm_bindgen(js_name = useFile)]
    pub fn use_file(&mut self, file: &str, bytes: &[u8]) -> Answer<()> {
        let saved = SavedModel::from_bytes(file, bytes).map_err(thrown)?;
        self.put_to_use(saved, None)
    }

    /// What is known of the network in use.
    pub fn network(&self) -> Answer<String> {
        let saved = &self.in_use()?.saved;
        Ok(text(&json!({
            "name": saved.experiment.name,
            "seed": saved.experiment.seed.to_string(),
            "layers": layers(&saved.config()),
            "parameters": saved.config().parameters(),
            "activation": saved.experiment.model.activation,
            "knowsOthers": saved.experiment.data.source != Source::Digits,
            "toml": saved.experiment.to_toml(),
        })))
    }

    /// The model file of the network in use.
    pub fn model(&self) -> Answer<Vec<u8>> {
        Ok(self.in_use()?.saved.to_bytes())
    }

    /// Judges the network in use by its test images.
    pub fn verdict(&self) -> Answer<String> {
        let network = self.in_use()?;
        let evaluation =
            evaluate(&network.reader.classifier, &self.digits, &network.split, SplitName::Test).map_err(thrown)?;
        Ok(text(&verdict(&evaluation)))
    }

    /// What another thread needs to read drawings as the network in use does.
    pub fn knowledge(&self) -> Answer<Knowledge> {
        let network = self.in_use()?;
        network.reader.knowledge(&network.saved)
    }

    /// Finds the digit on a picture given as red, green, blue and opacity of each pixel, and names it.
    pub fn recognise(&self, height: usize, width: usize, rgba: &[u8]) -> Answer<Reading> {
        self.in_use()?.reader.recognise(height, width, rgba)
    }

    // Inside.

    /// Follows an 8x8 image of the class `target` through the network in use, and one step of learning from it.
    pub fn follow(&mut self, pixels: &[u8], target: usize) -> Answer<String> {
        let saved = &self.in_use()?.saved;
        if pixels.len() != saved.height * saved.width || target >= saved.classes.len() {
            return Err(mistake("the image has not 64 pixels, or no class"));
        }
        let trace = inspect::trace(&saved.experiment, &saved.weights, pixels, target, &self.device);
        let layer = |i: usize| {
            json!({
                "weights": numbers(&saved.weights[i]),
                "sums": trace.layers[i].sums,
                "outputs": trace.layers[i].outputs,
                "gradients": numbers(&trace.gradients[i]),
                "updates": numbers(&trace.updates[i]),
            })
        };
        let answer = text(&json!({
            "inputs": trace.inputs,
            "layers": (0..trace.layers.len()).map(layer).collect::<Vec<_>>(),
            "probabilities": trace.probabilities,
            "loss": trace.loss,
            "lossAfter": trace.loss_after,
            "target": target,
            "activation": saved.experiment.model.activation,
            "optimizer": saved.experiment.optimizer,
            "scale": saved.experiment.data.scale,
            "offset": saved.experiment.data.offset,
        }));
        self.trace = Some(Followed { pixels: pixels.to_vec(), target, trace });
        Ok(answer)
    }

    /// The derivative by one parameter of the image that was followed, from two losses in double precision: by a weight
    /// (`input * neurons + neuron`) or a bias of a layer.
    #[wasm_bindgen(js_name = finiteDifference)]
    pub fn finite_difference(&self, layer: usize, is_bias: bool, index: usize) -> Answer<f64> {
        let (followed, saved) = self.followed()?;
        let weights = saved.weights.get(layer).map(|weights| if is_bias { &weights.bias } else { &weights.weight });
        if weights.is_none_or(|weights| index >= weights.len()) {
            return Err(mistake("there is no such weight"));
        }
        let parameter = if is_bias { Parameter::Bias { layer, index } } else { Parameter::Weight { layer, index } };
        Ok(difference(saved, followed, parameter, &self.device))
    }

    /// Holds gradients against finite differences: those of all biases, and of at most `most` weights, evenly spread. Gives
    /// their number, and the largest distance between the two; none where there are no numbers.
    #[wasm_bindgen(js_name = checkGradients)]
    pub fn check_gradients(&self, most: usize) -> Answer<String> {
        let (followed, saved) = self.followed()?;
        let gradients = &followed.trace.gradients;
        let of_layer = |(layer, numbers): (usize, &LayerWeights)| {
            (0..numbers.weight.len()).map(move |index| Parameter::Weight { layer, index })
        };
        let weights: Vec<Parameter> = gradients.iter().enumerate().flat_map(of_layer).collect();
        let of_layer = |(layer, numbers): (usize, &LayerWeights)| {
            (0..numbers.bias.len()).map(move |index| Parameter::Bias { layer, index })
        };
        let biases: Vec<Parameter> = gradients.iter().enumerate().flat_map(of_layer).collect();
        let stride = weights.len().div_ceil(most.max(1)).max(1);
        let (mut count, mut largest) = (0, 0.0f64);
        for &parameter in weights.iter().step_by(stride).chain(&biases) {
            let gradient = match parameter {
                Parameter::Weight { layer, index } => gradients[layer].weight[index],
                Parameter::Bias { layer, index } => gradients[layer].bias[index],
            };
            let distance = (difference(saved, followed, parameter, &self.device) - f64::from(gradient)).abs();
            // What is no number stays none.
            largest = if distance > largest || distance.is_nan() { distance } else { largest };
            count += 1;
        }
        Ok(text(&json!({ "count": count, "all": weights.len() + biases.len(), "largest": largest })))
    }

    // A class.

    /// Sets the drawings of the class: `[{"label": 3, "author": "...", "pixels": [64 values]}, ...]`.
    #[wasm_bindgen(js_name = setClass)]
    pub fn set_class(&mut self, drawings: &str) -> Answer<String> {
        let drawings: Vec<Drawing> = serde_json::from_str(drawings).map_err(|error| mistake(&error.to_string()))?;
        self.class = Drawings::new(drawings).map_err(thrown)?;
        Ok(text(&self.class.test_mask()))
    }

    /// The drawings in a file of a class.
    #[wasm_bindgen(js_name = readClass)]
    pub fn read_class(&self, file: &str, bytes: Vec<u8>) -> Answer<String> {
        Ok(text(&Drawings::read(file, bytes).map_err(thrown)?.drawings()))
    }

    /// The class's drawings, with or without the digits, as a table.
    #[wasm_bindgen(js_name = classCsv)]
    pub fn class_csv(&self, with_digits: bool) -> Answer<Vec<u8>> {
        Ok(drawings::to_csv(&self.class_dataset(with_digits)?))
    }

    /// The class's drawings as arrays.
    #[wasm_bindgen(js_name = classNpz)]
    pub fn class_npz(&self) -> Answer<Vec<u8>> {
        Ok(drawings::to_npz(&self.class_dataset(false)?))
    }

    /// The configuration that trains on the digits and the class's drawings, with their table beside it.
    #[wasm_bindgen(js_name = classToml)]
    pub fn class_toml(&self) -> Answer<String> {
        Ok(self.class.experiment(&self.experiment, CLASS_FILE).map_err(thrown)?.to_toml())
    }

    /// How the network in use does on each member's test drawings.
    #[wasm_bindgen(js_name = classScores)]
    pub fn class_scores(&self) -> Answer<String> {
        Ok(text(&self.class.scores(&self.in_use()?.reader.classifier).map_err(thrown)?))
    }
}

impl Lesson {
    fn change(&mut self, toml: &str, changes: &str) -> Answer<String> {
        let changes: Vec<Change> = serde_json::from_str(changes).map_err(|error| mistake(&error.to_string()))?;
        let overrides: Vec<Override> = changes
            .into_iter()
            .map(|Change(path, value)| Override { origin: format!("{path} = {value}"), path, value })
            .collect();
        let experiment = Experiment::from_toml("", toml, &overrides).map_err(|mut errors| {
            // The settings are named; where they stand in a text that nobody wrote means nothing.
            errors.problems.iter_mut().for_each(|problem| problem.place.clear());
            thrown(errors)
        })?;
        self.take(experiment)
    }

    /// Makes an experiment the page's, if it is one that the page can train.
    fn take(&mut self, experiment: Experiment) -> Answer<String> {
        if experiment.data.source != Source::Digits {
            return Err(told("other-images", json!({})));
        }
        let parameters = network_of(&experiment, &self.digits).parameters();
        if parameters > MAX_PARAMETERS {
            return Err(told("network-too-large", json!({ "parameters": parameters, "most": MAX_PARAMETERS })));
        }
        let description = describe(&experiment, &self.digits)?;
        self.experiment = experiment;
        Ok(description)
    }

    fn with_class(&self) -> Answer<(Experiment, Rc<Dataset>)> {
        if self.class.drawings().is_empty() {
            return Err(told("no-drawings", json!({})));
        }
        let experiment = self.class.experiment(&self.experiment, CLASS_FILE).map_err(thrown)?;
        Ok((experiment, Rc::new(self.class_dataset(true)?)))
    }

    fn class_dataset(&self, with_digits: bool) -> Answer<Dataset> {
        if self.class.drawings().is_empty() {
            return Err(told("no-drawings", json!({})));
        }
        let train = self.experiment.data.train.of(self.digits.len()).unwrap_or_default();
        let dataset = if with_digits { self.class.with_digits(&self.digits, train) } else { self.class.dataset() };
        dataset.map_err(thrown)
    }

    /// Puts a network to use; of a file's, the digits that its settings name are all that is known of what it has learnt.
    fn put_to_use(&mut self, saved: SavedModel, learnt: Option<(Rc<Dataset>, Vec<usize>)>) -> Answer<()> {
        // What was trained with a class's drawings has the same digits to be judged by.
        let on_digits = saved.experiment.data.source == Source::Digits;
        let experiment = if on_digits { &saved.experiment } else { &self.experiment };
        let split = Split::new(&self.digits, experiment).map_err(thrown)?;
        let (dataset, images) = learnt.unwrap_or_else(|| (self.digits.clone(), split.train.clone()));
        let familiarity = self.familiarity(dataset, &images);
        self.network = Some(Network::new(saved, &self.digits, split, familiarity, &self.device)?);
        self.trace = None;
        Ok(())
    }

    /// What images look like: it takes a while, but mostly they are those that the network in use has learnt from.
    fn familiarity(&self, dataset: Rc<Dataset>, images: &[usize]) -> NoveltyDetector<Rc<Dataset>> {
        match self.network.as_ref().map(|network| &network.reader.familiarity) {
            Some(known) if Rc::ptr_eq(known.dataset(), &dataset) && known.images() == images => known.clone(),
            _ => NoveltyDetector::new(dataset, images),
        }
    }

    fn in_use(&self) -> Answer<&Network> {
        self.network.as_ref().ok_or_else(no_network)
    }

    fn followed(&self) -> Answer<(&Followed, &SavedModel)> {
        let followed = self.trace.as_ref().ok_or_else(|| mistake("no image was followed yet"))?;
        Ok((followed, &self.in_use()?.saved))
    }
}

fn verdict(evaluation: &Evaluation) -> Value {
    let answer = |answer: &chiffres::evaluate::Answer| {
        json!({ "index": answer.index, "target": answer.target, "label": answer.prediction.label,
                "probabilities": answer.prediction.probabilities })
    };
    let answers: Vec<Value> = evaluation.answers.iter().map(answer).collect();
    json!({ "report": evaluation.report(), "answers": answers })
}

fn numbers(layer: &LayerWeights) -> Value {
    json!({ "inputs": layer.inputs, "outputs": layer.outputs, "weight": layer.weight, "bias": layer.bias })
}

fn difference(saved: &SavedModel, followed: &Followed, parameter: Parameter, device: &Device) -> f64 {
    inspect::finite_difference(&saved.experiment, &saved.weights, &followed.pixels, followed.target, parameter, device)
}

fn no_network() -> JsValue {
    mistake("there is no network in use yet")
}

fn no_training() -> JsValue {
    mistake("nothing was trained yet")
}
