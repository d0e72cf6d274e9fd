//! Problems of a configuration as messages, in any language.

use std::fmt;

use crate::config::{Allowed, ConfigErrors, NotAnOverride, Problem};

use super::{Language, Message, english, french};

impl Problem {
    /// The problem in words.
    pub fn message(&self, language: Language) -> Message {
        match language {
            Language::English => english::problem(self),
            Language::French => french::problem(self),
        }
    }
}

impl Allowed {
    /// The allowed values in words: `a number, 0 to 1`, `true or false`, `one of "sgd", "adam"`.
    pub fn describe(&self, language: Language) -> String {
        match language {
            Language::English => english::allowed(self),
            Language::French => french::allowed(self),
        }
    }
}

impl NotAnOverride {
    /// The error in words.
    pub fn message(&self, language: Language) -> Message {
        match language {
            Language::English => english::not_an_override(self),
            Language::French => french::not_an_override(self),
        }
    }
}

/// Every problem in English, with its hint.
impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("\nerror: ")?;
            }
            let message = english::problem(problem);
            write!(f, "{message}")?;
            if let Some(hint) = &message.hint {
                write!(f, "\nhint: {hint}")?;
            }
        }
        Ok(())
    }
}

/// In English.
impl fmt::Display for NotAnOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english::not_an_override(self).fmt(f)
    }
}
