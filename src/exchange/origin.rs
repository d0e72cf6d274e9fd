//! The origin of an imported network: what its file says of its making, kept for later exports.

use serde::{Deserialize, Serialize};

use crate::checkpoint::SavedModel;

/// The note of a network of another program: the file and the program.
pub const IMPORTED_FROM: &str = "imported_from";

/// The origin of an imported network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file, without its folder.
    pub file: String,
    /// The program that wrote it, and what it wrote: `scikit-learn 1.9.1: StandardScaler, MLPClassifier`.
    pub program: String,
    /// Names and values that are written into later exports, as ONNX has them in its metadata.
    pub notes: Vec<(String, String)>,
}

impl Origin {
    /// The origin of a saved network; `None` for one that was trained by this program.
    pub fn of(saved: &SavedModel) -> Option<Self> {
        let text = saved.origin.as_ref()?;
        Some(serde_json::from_str(text).unwrap_or_default())
    }

    /// As JSON, for a model file.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an origin is plain data")
    }

    /// The value of a note.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
