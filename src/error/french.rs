//! The library's errors in French: the only place with these sentences.

mod config;
mod damaged;
mod data;
mod folds;
mod input;
mod split;
mod state;

pub(super) use config::{allowed, not_an_override, problem};
pub(super) use data::{data, step};
pub(super) use input::no_digit;

use super::{Error, Language, Message};

pub(super) fn messages(error: &Error) -> Vec<Message> {
    match error {
        Error::Config(errors) => errors.problems.iter().map(problem).collect(),
        Error::DrawingsNeedDigits => vec![
            Message::new("les dessins ne s’ajoutent aux chiffres que pris dans leur ordre")
                .hint("réglez data.source = \"digits\" et data.split = \"order\""),
        ],
        Error::Data { place, problem } => vec![data(problem).at(place.text(Language::French))],
        Error::Split(problem) => vec![split::split(problem)],
        Error::Input(problem) => vec![input::input(problem)],
        Error::Folds(problem) => vec![folds::folds(problem)],
        Error::State(problem) => vec![state::state(problem)],
        Error::Damaged { kind, path, reason } => vec![damaged::damaged(*kind, path, reason)],
        Error::TooNew { path, found, known } => vec![
            Message::new(format!(
                "{path} est au format {found}, mais cette version de chiffres lit les formats jusqu’à {known}"
            ))
            .hint("mettez chiffres à jour, ou entraînez à nouveau avec cette version"),
        ],
        _ => super::english::messages(error),
    }
}
