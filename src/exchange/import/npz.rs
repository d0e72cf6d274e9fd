//! `.npz` of `coefs_0`, `intercepts_0`, ..., as `np.savez` writes those of scikit-learn's `MLPClassifier`.

use super::chain::{Chain, Step};
use super::layer::Dense;
use super::options::ImportOptions;
use super::{arrays, skops};
use crate::config::Activation;
use crate::error::ImportProblem;
use crate::formats::npz::Archive;

/// The network in an archive.
pub fn read(archive: &Archive, options: &ImportOptions) -> Result<Chain, ImportProblem> {
    let layers = (0..).take_while(|index| archive.has(&format!("coefs_{index}"))).count();
    if layers == 0 {
        return Err(ImportProblem::Missing { name: "coefs_0".into() });
    }
    let found = match archive.has("activation") {
        true => Some(one_activation(archive)?),
        false => None,
    };
    let activation = options.activation(found)?;
    let mut chain = Chain::default();
    for index in 0..layers {
        if index > 0 {
            chain.steps.push(Step::Activation(activation.ok_or(ImportProblem::NoActivation)?));
        }
        let [weight_name, bias_name] = ["coefs", "intercepts"].map(|name| format!("{name}_{index}"));
        let (shape, weight) = arrays::numbers(archive, &weight_name, &weight_name)?;
        let (_, bias) = arrays::numbers(archive, &bias_name, &bias_name)?;
        chain.steps.push(Step::Dense(Dense::new(&weight_name, &shape, weight, Some(bias))?));
    }
    for name in ["classes", "classes_"] {
        if archive.has(name) {
            chain.classes = Some(arrays::names(archive, name)?);
        }
    }
    Ok(chain)
}

fn one_activation(archive: &Archive) -> Result<Activation, ImportProblem> {
    let names = arrays::names(archive, "activation")?;
    let found = names.first().and_then(|name| skops::activation(name));
    let setting =
        || ImportProblem::Setting { object: "MLPClassifier".into(), setting: "activation", value: names.join(" ") };
    found.ok_or_else(setting)
}
