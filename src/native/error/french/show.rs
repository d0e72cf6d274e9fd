//! Requests for pictures that cannot be drawn, in French.

use crate::error::Message;
use crate::native::error::ShowProblem;

pub(super) fn show(problem: &ShowProblem) -> Message {
    match problem {
        ShowProblem::NoSteps { index } => Message::new(format!(
            "l’image {index} est déjà telle que le réseau la lit\u{a0}: il n’y a pas d’étapes à expliquer"
        ))
        .hint("donnez un fichier d’image, ou dessinez celle-ci par\u{a0}: show INDEX"),
        ShowProblem::NoStepsOfRows { file } => Message::new(format!(
            "les images de {file} sont telles que le réseau les lit\u{a0}: il n’y a pas d’étapes à expliquer"
        ))
        .hint("nommez une image, ou retirez --explain"),
        ShowProblem::SeveralPictures { found } => {
            Message::new(format!("--png dessine les étapes d’une seule image, mais il y en a {found}"))
                .hint("donnez une seule image, ou retirez --png")
        }
        ShowProblem::NotAPicture { file } => {
            let what = file.as_deref().unwrap_or("une image du jeu de données");
            Message::new(format!("--invert sert aux fichiers d’images, mais {what} se lit tel quel"))
                .hint("retirez --invert")
        }
        ShowProblem::NotDigits { run } => {
            Message::new(format!("{run} ne lit pas de chiffres de 8×8 pixels, que read cherche sur les images"))
                .hint("retirez --with, ou classez une image par fichier avec\u{a0}: predict")
        }
        ShowProblem::NoHiddenNeurons => {
            Message::new("ce réseau n’a pas de neurones cachés").hint("entraînez-en un avec model.hidden = [15]")
        }
    }
}
