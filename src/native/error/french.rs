//! The errors of the machine in French: the only place with these sentences.

use super::{Error, LabProblem, PictureProblem, PictureUse, ShowProblem};
use crate::error::{Language, Message};
use crate::native::pictures::MAX_PIXELS;

pub(super) fn message(error: &Error) -> Message {
    match error {
        Error::Picture { path, problem, purpose } => picture(problem, *purpose).at(path),
        Error::Show(problem) => show(problem),
        Error::Lab(problem) => lab(problem),
        _ => super::english::message(error),
    }
}

fn lab(problem: &LabProblem) -> Message {
    match problem {
        LabProblem::NotBuilt => Message::new("ce programme a été compilé sans la page")
            .hint("compilez-le avec la page\u{a0}: web/build.sh && cargo run --release --features lab -- lab"),
        LabProblem::Port { port, source } => {
            Message::new(format!("impossible de servir la page sur 127.0.0.1:{port}\u{a0}: {source}"))
                .hint("un autre chiffres lab occupe peut-être ce port\u{202f}; --port 0 en choisit un qui est libre")
        }
    }
}

fn picture(problem: &PictureProblem, purpose: PictureUse) -> Message {
    const MILLION: u64 = 1_000_000;
    let text = match problem {
        PictureProblem::NoDigit(reason) => return reason.message(Language::French),
        PictureProblem::Unreadable { error } => {
            return Message::new(format!("impossible à lire\u{a0}: {error}"))
                .hint("vérifiez le chemin, et que vous avez le droit de le lire");
        }
        PictureProblem::Folder => "c’est un dossier".into(),
        PictureProblem::NoPictures => "ce dossier ne contient aucune image PNG ou JPEG".into(),
        PictureProblem::Empty => "le fichier est vide".into(),
        PictureProblem::TooManyBytes { max } => format!("le fichier dépasse {} millions d’octets", max / MILLION),
        PictureProblem::TooLarge { size: Some((width, height)) } => {
            format!("l’image est trop grande\u{a0}: {width}\u{a0}×\u{a0}{height} pixels")
        }
        PictureProblem::TooLarge { size: None } => "l’image est trop grande".into(),
        PictureProblem::NoPixels => "l’image n’a pas de pixels".into(),
        PictureProblem::OtherFormat => "ce n’est ni une image PNG ni une image JPEG".into(),
        PictureProblem::OtherVariety => "ce programme ne lit pas cette sorte d’image PNG ou JPEG".into(),
        PictureProblem::Damaged => "l’image est abîmée ou incomplète".into(),
    };
    let end = match purpose {
        PictureUse::Recognise => "avec un seul chiffre dessus",
        PictureUse::Train => "ou retirez ce fichier",
    };
    Message::new(text)
        .hint(format!("donnez une image PNG ou JPEG d’au plus {} millions de pixels, {end}", MAX_PIXELS / MILLION))
}

fn show(problem: &ShowProblem) -> Message {
    match problem {
        ShowProblem::NoSteps { index } => Message::new(format!(
            "l’image {index} est déjà telle que le réseau la lit\u{a0}: il n’y a pas d’étapes à expliquer"
        ))
        .hint("donnez un fichier d’image, ou dessinez celle-ci par\u{a0}: show INDEX"),
        ShowProblem::SeveralPictures { found } => {
            Message::new(format!("--png dessine les étapes d’une seule image, mais il y en a {found}"))
                .hint("donnez une seule image, ou retirez --png")
        }
        ShowProblem::NoHiddenNeurons => {
            Message::new("ce réseau n’a pas de neurones cachés").hint("entraînez-en un avec model.hidden = [15]")
        }
    }
}
