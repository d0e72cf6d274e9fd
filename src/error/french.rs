//! The library's errors in French: the only place with these sentences.

mod config;
mod damaged;
mod state;

pub(super) use config::{allowed, not_an_override, problem};

use super::{Error, InputProblem, Message, NoDigit};

pub(super) fn messages(error: &Error) -> Vec<Message> {
    match error {
        Error::Config(errors) => errors.problems.iter().map(problem).collect(),
        Error::Input(problem) => vec![input(problem)],
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

fn input(problem: &InputProblem) -> Message {
    match problem {
        InputProblem::NoDigit(reason) => {
            let reason = no_digit(*reason);
            Message { text: format!("aucun chiffre n’a été trouvé ({})", reason.text), ..reason }
        }
        InputProblem::WrongImageSize { found, height, width } => {
            Message::new(format!("l’image a {found} pixels, mais le réseau lit des images de {height}×{width}"))
                .hint("donnez une image de la taille de celles qui ont entraîné le réseau")
        }
        InputProblem::OtherDataset { found, expected } => Message::new(format!(
            "ces images font {}×{} pixels, en {} classes, mais le réseau lit des images de {}×{}, en {} classes",
            found.height, found.width, found.classes, expected.height, expected.width, expected.classes
        ))
        .hint(OWN_DATASET),
        InputProblem::OtherClass { index, found, expected } => Message::new(format!(
            "la classe {index} de ces images est «\u{a0}{found}\u{a0}», mais celle du réseau est «\u{a0}{expected}\u{a0}»"
        ))
        .hint(OWN_DATASET),
    }
}

const OWN_DATASET: &str = "prenez les images avec lesquelles le réseau a été entraîné";

pub(super) fn no_digit(reason: NoDigit) -> Message {
    Message::new(match reason {
        NoDigit::Uniform => "l’image est partout du même gris",
        NoDigit::Blank => "l’image est vide\u{a0}: rien ne se détache du papier",
        NoDigit::NoInk => "aucun trait ne peut être un chiffre",
    })
    .hint("écrivez un seul chiffre, grand et foncé, sur du papier uni")
}
