//! The library's errors in English: the only place with these sentences.

mod code;
mod config;
mod damaged;
mod data;
mod export;
mod folds;
mod import;
mod input;
mod sheet;
mod split;
mod state;

pub(super) use code::code;
pub(super) use config::{allowed, not_an_override, problem};
pub(super) use data::{data, step};
pub(super) use export::export;
pub(super) use import::{import, stem};
pub(super) use input::no_digit;
pub(super) use sheet::sheet;

use super::{Error, Language, Message};

pub(super) fn messages(error: &Error) -> Vec<Message> {
    if let Error::Config(errors) = error {
        return errors.problems.iter().map(problem).collect();
    }
    vec![match error {
        Error::Config(_) => unreachable!("a configuration has a message for each problem"),
        Error::Damaged { kind, path, reason } => damaged::damaged(*kind, path, reason),
        Error::TooNew { path, found, known } => {
            Message::new(format!("{path} has format {found}, but this version of chiffres reads formats up to {known}"))
                .hint("update chiffres, or train again with this version")
        }
        Error::NoSuchImage { index, last } => {
            Message::new(format!("there is no image {index}: the dataset has images 0 to {last}"))
        }
        Error::DrawingsNeedDigits => Message::new("drawings can only be added to the built-in digits in their order")
            .hint("set data.source = \"digits\" and data.split = \"order\""),
        Error::Data { place, problem } => data(problem).at(place.text(Language::English)),
        Error::Split(problem) => split::split(problem),
        Error::Input(problem) => input::input(problem),
        Error::Folds(problem) => folds::folds(problem),
        Error::State(problem) => state::state(problem),
        Error::Diverged { epoch } => {
            Message::new(format!("training diverged: the loss is not a number in epoch {epoch}"))
                .hint("try a smaller optimizer.learning_rate")
        }
    }]
}
