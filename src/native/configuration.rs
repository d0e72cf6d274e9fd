//! Configurations as users give them: a file, or the name of an experiment inside the program.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::files::{file_error, unsuited};
use crate::Experiment;
use crate::config::{BUILT_IN, BuiltIn, Override};
use crate::native::error::{FileAction, FileProblem, Result};

/// The text of a configuration, and where it is from.
pub enum Configuration {
    /// A file.
    File {
        /// Its path, as the user gave it.
        path: String,
        /// Its content.
        text: String,
    },
    /// An experiment inside the program.
    BuiltIn(&'static BuiltIn),
}

impl Configuration {
    /// Reads the file of this path or, if there is none, the experiment of this name. A folder is not a file.
    ///
    /// # Errors
    /// [`Error::Unsuited`](crate::native::Error::Unsuited) if there is neither; as [`Experiment::decode`] for a file that is
    /// not text.
    pub fn find(name: &Path) -> Result<Self> {
        match name.to_str().and_then(BuiltIn::named) {
            Some(built_in) if !name.exists() || name.is_dir() => Ok(Self::BuiltIn(built_in)),
            _ => {
                let path = name.display().to_string();
                let text = Experiment::decode(&path, &read(name)?)?.to_owned();
                Ok(Self::File { path, text })
            }
        }
    }

    /// The experiment; overrides replace some of its settings.
    ///
    /// # Errors
    /// Every problem of the configuration and of the overrides.
    pub fn experiment(&self, overrides: &[Override]) -> Result<Experiment> {
        let (name, text) = match self {
            Self::File { path, text } => (path.as_str(), text.as_str()),
            Self::BuiltIn(built_in) => (built_in.name, built_in.text),
        };
        Ok(Experiment::from_toml(name, text, overrides)?)
    }

    /// The file that the user of a built-in experiment may have meant: `mlp.toml` for `mlp`, if it is there.
    ///
    /// Such a file does not take the place of the experiment: `config show mlp > mlp.toml` would read the file that the
    /// shell has just emptied.
    pub fn passed_over(&self) -> Option<String> {
        let Self::BuiltIn(built_in) = self else { return None };
        let file = format!("{}.toml", built_in.name);
        Path::new(&file).is_file().then_some(file)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound if is_name(path) => unsuited(
            path,
            FileProblem::NoExperiment {
                similar: path.to_str().and_then(BuiltIn::similar_to).map(|similar| similar.name),
                names: BUILT_IN.iter().map(|experiment| experiment.name).collect(),
            },
        ),
        ErrorKind::NotFound | ErrorKind::IsADirectory => {
            let is_missing = source.kind() == ErrorKind::NotFound;
            let stem = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| is_missing);
            let built_in = stem.and_then(BuiltIn::named).map(|experiment| experiment.name);
            unsuited(path, FileProblem::NotAConfig { source, built_in })
        }
        _ => file_error(FileAction::Read, path, source),
    })
}

/// Returns whether a missing path looks like the name of an experiment: a single word without an extension.
fn is_name(path: &Path) -> bool {
    path.components().count() == 1 && path.extension().is_none()
}
