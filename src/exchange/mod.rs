//! Networks for other programs: ONNX, C, Rust, JavaScript, scikit-learn, PyTorch.
//!
//! A [`Network`] stands between a model file and every format. Each writer makes the bytes of a file, and each reader makes
//! a network of the numbers in them again, which is compared with what was meant: [`ReadBack`]. The code around the numbers
//! is tested in its own runtimes, by `tests/peers`.

mod c;
mod card;
mod javascript;
pub mod network;
mod onnx;
mod plain;
mod pytorch;
mod rust;
mod sklearn;
mod text;

pub use network::{Network, Provenance};

use crate::error::{ExportError, ExportProblem};
use crate::predict::Prediction;

/// A format that networks are exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ONNX, for runtimes.
    Onnx,
    /// A header in C99.
    C,
    /// A module in Rust that needs no standard library.
    Rust,
    /// A module in JavaScript.
    Js,
    /// NumPy arrays for scikit-learn's `MLPClassifier`.
    Sklearn,
    /// safetensors for PyTorch's `nn.Sequential`.
    Pytorch,
    /// A model card, which has no weights.
    Card,
}

/// A comparison of a written file with the program's own answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadBack {
    /// Images that were compared.
    pub images: usize,
    /// Images with the same most probable class.
    pub labels: usize,
    /// The largest difference of two probabilities.
    pub difference: f64,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 7] = [Self::Onnx, Self::C, Self::Rust, Self::Js, Self::Sklearn, Self::Pytorch, Self::Card];

    /// The name for users.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Onnx => "ONNX",
            Self::C => "C",
            Self::Rust => "Rust",
            Self::Js => "JavaScript",
            Self::Sklearn => "scikit-learn",
            Self::Pytorch => "PyTorch",
            Self::Card => "a model card",
        }
    }

    /// The name of a network's file.
    pub fn file_name(self, network: &str) -> String {
        match self {
            Self::Onnx => format!("{network}.onnx"),
            Self::C => format!("{}.h", text::identifier(network)),
            Self::Rust => format!("{}.rs", text::identifier(network)),
            Self::Js => format!("{network}.mjs"),
            Self::Sklearn => format!("{network}.npz"),
            Self::Pytorch => format!("{network}.safetensors"),
            Self::Card => format!("{network}.md"),
        }
    }
}

/// The bytes of a network's file.
///
/// ```
/// use chiffres::SavedModel;
/// use chiffres::exchange::{self, Format, Network};
///
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("web/www/recipe.model")?)?;
/// let bytes = exchange::write(&Network::new("recipe", &saved), Format::Onnx)?;
/// let again = exchange::read(&bytes, Format::Onnx).expect("it is read back");
/// assert_eq!(again.summary(), "64 -> 15 -> 10 (gelu), 1135 parameters");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ExportError`] for a network that the format cannot hold.
pub fn write(network: &Network, format: Format) -> Result<Vec<u8>, ExportError> {
    check(network, format)?;
    Ok(match format {
        Format::Onnx => onnx::write(network),
        Format::C => c::write(network).into(),
        Format::Rust => rust::write(network).into(),
        Format::Js => javascript::write(network).into(),
        Format::Sklearn => sklearn::write(network),
        Format::Pytorch => pytorch::write(network),
        Format::Card => card::write(network).into(),
    })
}

/// Checks that a format can hold a network.
fn check(network: &Network, format: Format) -> Result<(), ExportError> {
    let activation = network.activation();
    let checked = network.check().and_then(|()| match format {
        Format::Sklearn | Format::Pytorch if network.input.variants => Err(ExportProblem::Variants),
        Format::Sklearn if sklearn::activation(activation).is_none() => Err(ExportProblem::Activation { activation }),
        _ => Ok(()),
    });
    checked.map_err(|problem| ExportError { format: format.title(), problem })
}

/// The network in the bytes of a file that [`write()`] made; `None` for other files, and for a card.
pub fn read(bytes: &[u8], format: Format) -> Option<Network> {
    let text = || std::str::from_utf8(bytes).ok();
    match format {
        Format::Onnx => onnx::read(bytes),
        Format::C => text::read(text()?, &c::NAMES),
        Format::Rust => text::read(text()?, &rust::NAMES),
        Format::Js => text::read(text()?, &javascript::NAMES),
        Format::Sklearn => sklearn::read(bytes),
        Format::Pytorch => pytorch::read(bytes),
        Format::Card => None,
    }
}

/// Returns whether the bytes of a file are those of an earlier export in a format.
pub fn is_export(bytes: &[u8], format: Format) -> bool {
    match format {
        Format::Card => std::str::from_utf8(bytes).is_ok_and(card::is_card),
        _ => read(bytes, format).is_some(),
    }
}

/// The code of a program that uses a network's file; none for a card.
///
/// # Errors
/// As [`write()`].
pub fn usage(network: &Network, format: Format, file: &str) -> Result<String, ExportError> {
    check(network, format)?;
    Ok(match format {
        Format::Onnx => onnx::usage(network, file),
        Format::C => c::usage(network, file),
        Format::Rust => rust::usage(network, file),
        Format::Js => javascript::usage(network, file),
        Format::Sklearn => sklearn::usage(network, file),
        Format::Pytorch => pytorch::usage(network, file),
        Format::Card => String::new(),
    })
}

impl ReadBack {
    /// The largest difference of two probabilities that sums of other orders explain.
    const MAX_DIFFERENCE: f64 = 1e-4;

    /// Reads written bytes, and compares the network in them with the program's answers about images.
    ///
    /// # Errors
    /// [`ExportError`] if the bytes are no network, or answer differently.
    pub fn new(bytes: &[u8], format: Format, pixels: &[u8], answers: &[Prediction]) -> Result<Self, ExportError> {
        let mut compared = Self { images: answers.len(), labels: 0, difference: f64::INFINITY };
        if let Some(network) = read(bytes, format) {
            compared.difference = 0.0;
            for (answer, found) in answers.iter().zip(network.probabilities(pixels)) {
                let best = (0..found.len()).max_by(|&a, &b| found[a].total_cmp(&found[b]).then(b.cmp(&a)));
                compared.labels += usize::from(best == Some(answer.label));
                for (&ours, found) in answer.probabilities.iter().zip(found) {
                    compared.difference = compared.difference.max((f64::from(ours) - found).abs());
                }
            }
        }
        match compared.difference <= Self::MAX_DIFFERENCE {
            true => Ok(compared),
            false => {
                let Self { images, labels, .. } = compared;
                let problem = ExportProblem::NotReadBack { images, labels };
                Err(ExportError { format: format.title(), problem })
            }
        }
    }
}
