//! Picture files that cannot be read, in French.

use crate::error::{Language, Message};
use crate::native::error::{MAX_PIXELS, PictureProblem, PictureUse};

const MILLION: u64 = 1_000_000;

pub(super) fn picture(problem: &PictureProblem, purpose: PictureUse) -> Message {
    let text = match problem {
        PictureProblem::NoDigit(reason) => return reason.message(Language::French),
        PictureProblem::Sheet(problem) => return problem.message(Language::French),
        PictureProblem::Unreadable { error } => {
            return Message::new(format!("impossible à lire\u{a0}: {error}"))
                .hint("vérifiez le chemin, et que vous avez le droit de le lire");
        }
        PictureProblem::Folder => "c’est un dossier".into(),
        PictureProblem::NoPictures => "ce dossier ne contient aucune image".into(),
        PictureProblem::Empty => "le fichier est vide".into(),
        PictureProblem::TooManyBytes { max } => format!("le fichier dépasse {} millions d’octets", max / MILLION),
        PictureProblem::TooLarge { size: Some((width, height)) } => {
            format!("l’image est trop grande\u{a0}: {width}\u{a0}×\u{a0}{height} pixels")
        }
        PictureProblem::TooLarge { size: None } => "l’image est trop grande".into(),
        PictureProblem::NoPixels => "l’image n’a pas de pixels".into(),
        PictureProblem::OtherFormat => "ce n’est pas une image".into(),
        PictureProblem::UnreadFormat { format } => {
            return Message::new(format!("c’est une image au format {format}, que ce programme ne lit pas"))
                .hint("convertissez-la en PNG ou JPEG");
        }
        PictureProblem::OtherVariety => "ce programme ne lit pas cette sorte d’image".into(),
        PictureProblem::Damaged => "l’image est abîmée ou incomplète".into(),
    };
    let end = match purpose {
        PictureUse::Recognise => "avec un seul chiffre dessus",
        PictureUse::Train => "ou retirez ce fichier",
    };
    Message::new(text)
        .hint(format!("donnez une image PNG ou JPEG d’au plus {} millions de pixels, {end}", MAX_PIXELS / MILLION))
}
