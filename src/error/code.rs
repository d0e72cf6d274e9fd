//! Codes of drawings that cannot be read.

use super::{Language, Message, english, french};

/// A problem with the text of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProblem {
    /// It is not a code of drawings.
    Other,
    /// It was made by a later version.
    TooNew,
    /// It was altered, or is not whole.
    Altered,
}

impl CodeProblem {
    /// The problem and what to do about it.
    pub fn message(self, language: Language) -> Message {
        match language {
            Language::English => english::code(self),
            Language::French => french::code(self),
        }
    }
}
