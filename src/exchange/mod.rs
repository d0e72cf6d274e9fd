//! Networks for other programs, and from them: ONNX, C, Rust, JavaScript, scikit-learn, PyTorch.
//!
//! A [`Network`] stands between a model file and every format. Each writer makes the bytes of a file, and each reader makes
//! a network of the numbers in them again, which is compared with what was meant: [`ReadBack`]. The code around the numbers
//! is tested in its own runtimes, by `tests/peers`. [`import()`] reads what other programs wrote.

mod c;
mod card;
mod comparison;
mod import;
mod int8;
mod javascript;
pub mod network;
mod onnx;
mod origin;
mod plain;
mod pytorch;
mod rust;
mod sklearn;
mod text;

pub use comparison::{Loss, ReadBack};
pub use import::{ColourOrder, ImageSize, ImportOptions, Imported, import, import_without_experiment};
pub use network::{Network, Provenance};
pub use origin::Origin;

use crate::error::{ExportError, ExportProblem};

/// A format that networks are exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ONNX, for runtimes.
    Onnx,
    /// A header in C99.
    C,
    /// The same, with weights of 8 bits.
    CInt8,
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

impl Format {
    /// All formats.
    pub const ALL: [Self; 8] =
        [Self::Onnx, Self::C, Self::CInt8, Self::Rust, Self::Js, Self::Sklearn, Self::Pytorch, Self::Card];

    /// The name for users.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Onnx => "ONNX",
            Self::C => "C",
            Self::CInt8 => "C with weights of 8 bits",
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
            Self::C | Self::CInt8 => format!("{}.h", text::identifier(network)),
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
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model")?)?;
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
        Format::C => c::write(network, false).into(),
        Format::CInt8 => c::write(network, true).into(),
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
        Format::Sklearn if network.stages().next().is_some() => Err(ExportProblem::Stages),
        // The largest weights may be rounded up to infinity.
        Format::CInt8 => int8::rounded(network).check(),
        Format::Sklearn | Format::Pytorch if network.input.variants => Err(ExportProblem::Variants),
        Format::Sklearn if sklearn::activation(activation).is_none() => Err(ExportProblem::Activation { activation }),
        _ => Ok(()),
    });
    checked.map_err(|problem| ExportError { format: format.title(), problem })
}

/// The network that a format holds: the same, or one with rounded weights.
pub fn held(network: &Network, format: Format) -> Network {
    match format {
        Format::CInt8 => int8::rounded(network),
        _ => network.clone(),
    }
}

/// The network in the bytes of a file that [`write()`] made; `None` for other files, and for a card.
pub fn read(bytes: &[u8], format: Format) -> Option<Network> {
    let text = || std::str::from_utf8(bytes).ok();
    match format {
        Format::Onnx => onnx::read(bytes),
        Format::C => c::read(text()?, false),
        Format::CInt8 => c::read(text()?, true),
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
        // They have the same name.
        Format::C | Format::CInt8 => [Format::C, Format::CInt8].iter().any(|&format| read(bytes, format).is_some()),
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
        Format::C | Format::CInt8 => c::usage(network, file),
        Format::Rust => rust::usage(network, file),
        Format::Js => javascript::usage(network, file),
        Format::Sklearn => sklearn::usage(network, file),
        Format::Pytorch => pytorch::usage(network, file),
        Format::Card => String::new(),
    })
}
