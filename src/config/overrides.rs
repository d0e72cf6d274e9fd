//! Overrides: settings that replace those of a file, as `--set` takes them.

use super::problem::NotAnOverride;

/// A value that replaces one of the file: `training.epochs=50`.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The setting, as `table.name`.
    pub path: String,
    /// The value as TOML; a bare word counts as a string.
    pub value: String,
    /// The text that the user typed: the place that its problems are reported at.
    pub origin: String,
}

impl Override {
    /// An override as typed on a command line: `key=value`.
    ///
    /// # Errors
    /// [`NotAnOverride`] for text of several lines, without `=`, or with nothing before it.
    pub fn parse(text: &str) -> Result<Self, NotAnOverride> {
        match text.split_once('=') {
            Some((path, value)) if !path.trim().is_empty() && !text.contains(['\n', '\r']) => {
                Ok(Self { path: path.trim().into(), value: value.trim().into(), origin: format!("--set {text}") })
            }
            _ => Err(NotAnOverride { text: text.into() }),
        }
    }

    /// The value as a text, without quotes.
    pub fn text(&self) -> String {
        match self.toml_value() {
            toml::Value::String(text) => text,
            _ => self.value.clone(),
        }
    }

    /// The value. A shell removes quotes, so a word that is not TOML is a string.
    pub(super) fn toml_value(&self) -> toml::Value {
        let parsed = format!("value = {}", self.value).parse::<toml::Table>();
        parsed.ok().and_then(|mut table| table.remove("value")).unwrap_or_else(|| self.value.clone().into())
    }
}
