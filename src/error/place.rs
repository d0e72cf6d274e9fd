//! The place of a problem: a file, and the row, image or byte in it.

use std::fmt;

use crate::config::Column;

use super::{Language, english, french};

/// A file, and the steps from there to the place that a message is about.
///
/// `Display` writes English: `train.csv, row 3, column "pixel7"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file or folder; `None` for data that is not in a file.
    pub file: Option<String>,
    /// The way to the place within the file, from large to small; empty for the file itself.
    pub steps: Vec<Step>,
    /// The place is the first of many: of all that follows in the file, or of the files after it.
    pub is_first: bool,
}

/// One step into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A line of text, counted from 1.
    Line(usize),
    /// A row of a table; of a text table counted from 1, with the header.
    Row(usize),
    /// A column of a table, by its name, or by its position counted from 0.
    Column(Column),
    /// An image, counted from 0.
    Image(usize),
    /// A drawing, counted from 1.
    Drawing(usize),
    /// An array, by its name.
    Array(String),
    /// A value of an array, counted from 0 in the order of the file.
    Value(usize),
    /// A byte, counted from 0.
    Byte(usize),
    /// A byte of a file that may be compressed, counted from 0 in its content.
    ContentByte(usize),
}

impl Place {
    /// A file or folder as a whole.
    pub fn file(name: impl Into<String>) -> Self {
        Self { file: Some(name.into()), steps: Vec::new(), is_first: false }
    }

    /// A drawing, counted from 1, that is not in a file.
    pub fn drawing(number: usize) -> Self {
        Self { file: None, steps: vec![Step::Drawing(number)], is_first: false }
    }

    /// A place within this one.
    #[must_use]
    pub fn at(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// This place and all that follow.
    #[must_use]
    pub fn onwards(self) -> Self {
        Self { is_first: true, ..self }
    }

    /// The place in words.
    pub fn text(&self, language: Language) -> String {
        let in_words = match language {
            Language::English => english::step,
            Language::French => french::step,
        };
        let place = self.file.iter().cloned().chain(self.steps.iter().map(in_words)).collect::<Vec<_>>().join(", ");
        match (self.is_first, language) {
            (false, _) => place,
            (true, Language::English) => format!("from {place} on"),
            (true, Language::French) => format!("à partir de {place}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl From<&str> for Place {
    fn from(file: &str) -> Self {
        Self::file(file)
    }
}

impl From<String> for Place {
    fn from(file: String) -> Self {
        Self::file(file)
    }
}
