//! Inputs that a network cannot read, in French.

use crate::error::{InputProblem, Message, NoDigit};

const OWN_DATASET: &str = "prenez les images avec lesquelles le réseau a été entraîné";

pub(super) fn input(problem: &InputProblem) -> Message {
    match problem {
        InputProblem::NoDigit(reason) => {
            let reason = no_digit(*reason);
            Message { text: format!("aucun chiffre n’a été trouvé ({})", reason.text), ..reason }
        }
        InputProblem::WrongImageSize { found, height, width, channels } => {
            let (values, times) = if *channels > 1 { ("valeurs", "×3") } else { ("pixels", "") };
            Message::new(format!("l’image a {found} {values}, mais le réseau lit des images de {height}×{width}{times}"))
                .hint("donnez une image de la taille de celles qui ont entraîné le réseau")
        }
        InputProblem::OtherDataset { found, expected } => Message::new(format!(
            "ces images font {}×{} pixels{}, en {} classes, mais le réseau lit des images de {}×{}{}, en {} classes",
            found.height,
            found.width,
            colours(found.channels),
            found.classes,
            expected.height,
            expected.width,
            colours(expected.channels),
            expected.classes
        ))
        .hint(OWN_DATASET),
        InputProblem::OtherClass { index, found, expected } => Message::new(format!(
            "la classe {index} de ces images est «\u{a0}{found}\u{a0}», mais celle du réseau est «\u{a0}{expected}\u{a0}»"
        ))
        .hint(OWN_DATASET),
    }
}

/// Words for images of this many channels, to follow their size.
fn colours(channels: usize) -> &'static str {
    if channels > 1 { " en couleurs" } else { "" }
}

pub(in crate::error) fn no_digit(reason: NoDigit) -> Message {
    Message::new(match reason {
        NoDigit::Uniform => "l’image est partout du même gris",
        NoDigit::Blank => "l’image est vide\u{a0}: rien ne se détache du papier",
        NoDigit::NoInk => "aucun trait ne peut être un chiffre",
    })
    .hint("écrivez un seul chiffre, grand et foncé, sur du papier uni")
}
