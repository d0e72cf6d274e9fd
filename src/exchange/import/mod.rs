//! Networks of other programs: scikit-learn, PyTorch, ONNX, and the exports of this one.
//!
//! Every reader makes a [`Chain`] of what is in a file, in double precision, and the chain becomes a [`Network`]. What a file
//! does not say, the user does: [`ImportOptions`]. Nothing is opened that could run code.

mod arrays;
mod chain;
mod layer;
mod npz;
mod onnx;
mod options;
mod safetensors;
mod saved;
mod skops;
mod stage;
mod tensor;

use std::sync::Arc;

use prost::Message;

pub use options::{ColourOrder, ImageSize, ImportOptions};

use chain::Chain;

use super::network::{Input, Network};
use super::onnx::messages::Model;
use super::origin::{IMPORTED_FROM, Origin};
use super::{Format, pytorch, read};
use crate::checkpoint::SavedModel;
use crate::error::{ImportError, ImportProblem};
use crate::formats::npz::Archive;

/// A network of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The network.
    pub network: Network,
    /// The same as a model file.
    pub saved: SavedModel,
}

/// Reads the network in the bytes of a file: `.skops`, `.onnx`, `.safetensors`, `.npz`, or an export of this program.
///
/// `file` is the name of the file, in errors and in the origin of the network. The format is known by the bytes.
///
/// ```
/// use chiffres::exchange::{self, Format, ImportOptions, Network};
/// use chiffres::SavedModel;
///
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model")?)?;
/// let bytes = exchange::write(&Network::new("recipe", &saved), Format::Onnx)?;
/// let imported = exchange::import("recipe.onnx", &bytes, &ImportOptions::default())?;
/// assert_eq!(imported.saved.weights, saved.weights);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ImportError`] for another kind of file, for a network that is not one of dense layers with one activation, and for
/// options that are missing or contradict the file.
pub fn import(file: &str, bytes: &[u8], options: &ImportOptions) -> Result<Imported, ImportError> {
    let found = network(file, bytes, options).and_then(|network| {
        let saved = saved::saved(&network)?;
        Ok(Imported { network, saved })
    });
    found.map_err(|problem| ImportError { file: file.into(), problem })
}

/// The same as a model file alone, without the experiment in an export, which stays among the notes of its origin.
///
/// It needs no reader of TOML, which would be a fifth of the page's module.
///
/// # Errors
/// As [`import()`].
pub fn import_without_experiment(file: &str, bytes: &[u8], options: &ImportOptions) -> Result<SavedModel, ImportError> {
    let saved = network(file, bytes, options).and_then(|network| saved::described(&network, None));
    saved.map_err(|problem| ImportError { file: file.into(), problem })
}

fn network(file: &str, bytes: &[u8], options: &ImportOptions) -> Result<Network, ImportProblem> {
    if let Some(network) = Format::ALL.into_iter().find_map(|format| read(bytes, format)) {
        return own(network, file, options);
    }
    let (chain, program) = foreign(file, bytes, options)?;
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let mut network = chain.network(name, options)?;
    network.check().map_err(|_| ImportProblem::NotFinite)?;
    let notes = vec![(IMPORTED_FROM.into(), format!("{file} ({program})"))];
    network.origin = Some(Origin { file: file.into(), program, notes });
    Ok(network)
}

/// The network in a file of another program, and the program.
fn foreign(file: &str, bytes: &[u8], options: &ImportOptions) -> Result<(Chain, String), ImportProblem> {
    let name = file.to_ascii_lowercase();
    // Of a name like `network.joblib.gz`.
    let parts: Vec<&str> = name.split('.').skip(1).collect();
    let extension = *parts.last().unwrap_or(&"");
    match bytes {
        [b'P', b'K', 3 | 5, ..] => archived(file, bytes, options),
        // A pickle begins with its protocol; those of joblib may be compressed.
        [0x80, 2..=5, ..] if ["pt", "pth", "bin", "ckpt"].contains(&extension) => Err(ImportProblem::Torch),
        [0x80, 2..=5, ..] => Err(ImportProblem::Pickle),
        _ if parts.iter().any(|part| ["pkl", "pickle", "joblib"].contains(part)) => Err(ImportProblem::Pickle),
        [0x89, b'H', b'D', b'F', ..] => Err(ImportProblem::Keras),
        _ if safetensors::is_safetensors(bytes) => match pytorch::is_model(bytes) {
            true => Err(ImportProblem::Model),
            false => Ok((safetensors::read(bytes, options)?, "safetensors".into())),
        },
        _ => match Model::decode(bytes) {
            Ok(model) if model.graph.is_some() => onnx::read(&model),
            Err(error) if extension == "onnx" => {
                Err(ImportProblem::Damaged { format: "ONNX", source: error.to_string() })
            }
            _ => Err(ImportProblem::Format),
        },
    }
}

/// The network in a zip archive.
fn archived(file: &str, bytes: &[u8], options: &ImportOptions) -> Result<(Chain, String), ImportProblem> {
    let archive = Archive::open(file, Arc::new(bytes.to_vec()));
    let archive = archive.map_err(ImportProblem::archive)?;
    let has = |end: &str| archive.others().iter().any(|name| name.ends_with(end));
    match () {
        () if skops::is_skops(&archive) => skops::read(&archive),
        () if has("data.pkl") => Err(ImportProblem::Torch),
        () if has("model.weights.h5") => Err(ImportProblem::Keras),
        () if archive.names().is_empty() => Err(ImportProblem::Format),
        () => Ok((npz::read(&archive, options)?, "NumPy".into())),
    }
}

/// An export of this program, which says everything but perhaps better names of its classes.
fn own(mut network: Network, file: &str, options: &ImportOptions) -> Result<Network, ImportProblem> {
    let Input { height, width, channels, .. } = network.input;
    let colours = (channels > 1).then_some(ColourOrder::Pixels);
    options.check_size(ImageSize { height, width, colours })?;
    options.check_scaling(network.input.scale, network.input.offset)?;
    if network.dense().count() > 1 {
        options.activation(Some(network.activation()))?;
    }
    network.classes = chain::classes(network.classes.len(), Some(network.classes), options.classes.as_deref())?;
    if let Some(origin) = &mut network.origin {
        (origin.file, origin.program) = (file.into(), "chiffres".into());
    }
    Ok(network)
}
