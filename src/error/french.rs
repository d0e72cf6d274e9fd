//! The library's errors in French: the only place with these sentences.

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
pub(super) use import::import;
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
        Error::TooNew { path, found, known } => Message::new(format!(
            "{path} est au format {found}, mais cette version de chiffres lit les formats jusqu’à {known}"
        ))
        .hint("mettez chiffres à jour, ou entraînez à nouveau avec cette version"),
        Error::NoSuchImage { index, last } => {
            Message::new(format!("il n’y a pas d’image {index}\u{a0}: les images vont de 0 à {last}"))
        }
        Error::DrawingsNeedDigits => Message::new("les dessins ne s’ajoutent aux chiffres que pris dans leur ordre")
            .hint("réglez data.source = \"digits\" et data.split = \"order\""),
        Error::Data { place, problem } => data(problem).at(place.text(Language::French)),
        Error::Split(problem) => split::split(problem),
        Error::Input(problem) => input::input(problem),
        Error::Folds(problem) => folds::folds(problem),
        Error::State(problem) => state::state(problem),
        Error::Diverged { epoch } => {
            Message::new(format!("l’entraînement diverge\u{a0}: à l’époque {epoch}, la perte n’est pas un nombre"))
                .hint("essayez un optimizer.learning_rate plus petit")
        }
    }]
}
