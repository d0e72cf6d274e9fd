//! `.skops`: a model of scikit-learn as JSON and NumPy arrays in an archive. No code in it is run.
//!
//! `schema.json` is a tree of nodes: an object has a class and its attributes, an array the name of its file.

use serde_json::Value;

use super::arrays;
use super::chain::{Chain, Step};
use super::layer::{Dense, Scaling};
use crate::config::Activation;
use crate::error::ImportProblem;
use crate::exchange::sklearn;
use crate::formats::npz::Archive;

const SCHEMA: &str = "schema.json";

/// Returns whether an archive is one of skops.
pub fn is_skops(archive: &Archive) -> bool {
    archive.others().iter().any(|name| name == SCHEMA)
}

/// The network in an archive, and the program that made it.
pub fn read(archive: &Archive) -> Result<(Chain, String), ImportProblem> {
    let missing = |name: &str| ImportProblem::Missing { name: name.into() };
    let schema = archive.other(SCHEMA).ok_or_else(|| missing(SCHEMA))?;
    let damaged = |source: String| ImportProblem::Damaged { format: "skops", source };
    let schema: Value = serde_json::from_slice(&schema).map_err(|error| damaged(error.to_string()))?;
    let root = Object { archive, node: &schema };
    let mut chain = Chain::default();
    let mut objects = Vec::new();
    let steps = match root.class() {
        "Pipeline" => root.list("steps")?.into_iter().map(|step| root.at(&step["content"][1])).collect(),
        _ => vec![root],
    };
    let (last, scalers) = steps.split_last().ok_or_else(|| missing("steps"))?;
    for scaler in scalers {
        if let Some(scaling) = scaler.scaling()? {
            chain.steps.push(Step::Scaling(scaling));
            objects.push(scaler.class());
        }
    }
    last.network(&mut chain)?;
    objects.push(last.class());
    let version = last.text("_sklearn_version").unwrap_or_default();
    let program = format!("scikit-learn {version}: {}", objects.join(", "));
    Ok((chain, program))
}

/// The function of a name of scikit-learn.
pub fn activation(name: &str) -> Option<Activation> {
    [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity]
        .into_iter()
        .find(|&activation| sklearn::activation(activation) == Some(name))
}

/// A node of the tree that is an object.
struct Object<'a> {
    archive: &'a Archive,
    node: &'a Value,
}

impl<'a> Object<'a> {
    fn at(&self, node: &'a Value) -> Self {
        Self { archive: self.archive, node }
    }

    fn class(&self) -> &'a str {
        self.node["__class__"].as_str().unwrap_or_default()
    }

    /// The node of an attribute; null if there is none.
    fn attribute(&self, name: &str) -> &'a Value {
        &self.node["content"]["content"][name]
    }

    /// The value of an attribute that is a plain one, as JSON; `None` for arrays and objects, and if there is none.
    fn plain(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.attribute(name)["content"].as_str()?).ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.plain(name)?.as_str().map(String::from)
    }

    /// The nodes of a list.
    fn list(&self, name: &str) -> Result<Vec<&'a Value>, ImportProblem> {
        let list = self.attribute(name)["content"].as_array();
        Ok(list.ok_or_else(|| self.missing(name))?.iter().collect())
    }

    /// The shape and the numbers of an array.
    fn array(&self, name: &str, node: &Value) -> Result<(Vec<usize>, Vec<f64>), ImportProblem> {
        let file = node["file"].as_str().and_then(|file| file.strip_suffix(".npy"));
        arrays::numbers(self.archive, file.ok_or_else(|| self.missing(name))?, name)
    }

    /// The numbers of an attribute; `None` where scikit-learn has `None` in their place.
    fn numbers(&self, name: &str) -> Result<Option<Vec<f64>>, ImportProblem> {
        match self.plain(name) {
            Some(Value::Null) => Ok(None),
            _ => Ok(Some(self.array(name, self.attribute(name))?.1)),
        }
    }

    fn missing(&self, name: &str) -> ImportProblem {
        ImportProblem::Missing { name: format!("{}.{name}", self.class()) }
    }

    fn setting(&self, setting: &'static str, value: impl ToString) -> ImportProblem {
        ImportProblem::Setting { object: self.class().into(), setting, value: value.to_string() }
    }

    /// The scaling of a step before the network; `None` for one that does nothing.
    fn scaling(&self) -> Result<Option<Scaling>, ImportProblem> {
        let class = self.class();
        let scaling = |factor, offset| Scaling::new(class, factor, offset).map(Some);
        match class {
            "StandardScaler" => {
                let mean = self.numbers("mean_")?.unwrap_or_else(|| vec![0.0]);
                let scale = self.numbers("scale_")?.unwrap_or_else(|| vec![1.0]);
                let mean = Scaling::new(class, vec![1.0], mean.iter().map(|mean| -mean).collect())?;
                Ok(Some(mean.then(&Scaling::new(class, inverses(&scale), vec![0.0])?)?))
            }
            "MinMaxScaler" => {
                if self.plain("clip") == Some(Value::Bool(true)) {
                    return Err(self.setting("clip", "True"));
                }
                let [factor, offset] = [self.numbers("scale_")?, self.numbers("min_")?];
                scaling(factor.ok_or_else(|| self.missing("scale_"))?, offset.ok_or_else(|| self.missing("min_"))?)
            }
            "MaxAbsScaler" => {
                if self.plain("clip") == Some(Value::Bool(true)) {
                    return Err(self.setting("clip", "True"));
                }
                let scale = self.numbers("scale_")?.ok_or_else(|| self.missing("scale_"))?;
                scaling(inverses(&scale), vec![0.0])
            }
            // The word of a pipeline for a step that does nothing.
            "str" if self.node["content"] == "\"passthrough\"" => Ok(None),
            _ => Err(ImportProblem::Object { name: class.into() }),
        }
    }

    /// Adds the layers of a classifier.
    fn network(&self, chain: &mut Chain) -> Result<(), ImportProblem> {
        if self.class() != "MLPClassifier" {
            return Err(ImportProblem::Object { name: self.class().into() });
        }
        let name = self.text("activation").ok_or_else(|| self.missing("activation"))?;
        let activation = activation(&name).ok_or_else(|| self.setting("activation", &name))?;
        let (weights, biases) = (self.list("coefs_")?, self.list("intercepts_")?);
        for (index, weight) in weights.into_iter().enumerate() {
            let [weight_name, bias_name] = ["coefs_", "intercepts_"].map(|name| format!("{name}[{index}]"));
            let (shape, weight) = self.array(&weight_name, weight)?;
            let bias = biases.get(index).ok_or_else(|| self.missing(&bias_name))?;
            let (_, bias) = self.array(&bias_name, bias)?;
            if index > 0 {
                chain.steps.push(Step::Activation(activation));
            }
            chain.steps.push(Step::Dense(Dense::new(&weight_name, &shape, weight, Some(bias))?));
        }
        match self.text("out_activation_").as_deref() {
            Some("logistic") if chain.outputs() == Some(1) => {}
            Some("softmax") => {}
            // Several logistic functions are several questions with yes or no.
            Some(other) => return Err(self.setting("out_activation_", other)),
            None => return Err(self.missing("out_activation_")),
        }
        chain.classes = Some(self.classes()?);
        Ok(())
    }

    /// The names of the classes: words, numbers, or objects of Python that are either.
    fn classes(&self) -> Result<Vec<String>, ImportProblem> {
        let node = self.attribute("classes_");
        if let Some(items) = node["content"].as_array() {
            let name = |item: &Value| match serde_json::from_str(item["content"].as_str()?).ok()? {
                Value::String(name) => Some(name),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
            return items.iter().map(name).collect::<Option<_>>().ok_or_else(|| self.missing("classes_"));
        }
        let file = node["file"].as_str().and_then(|file| file.strip_suffix(".npy"));
        arrays::names(self.archive, file.ok_or_else(|| self.missing("classes_"))?)
    }
}

fn inverses(numbers: &[f64]) -> Vec<f64> {
    numbers.iter().map(|number| 1.0 / number).collect()
}
