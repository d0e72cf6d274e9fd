//! Problems of cross-validation, in French.

use crate::error::{FoldsProblem, Message};

pub(super) fn folds(problem: &FoldsProblem) -> Message {
    match problem {
        FoldsProblem::EarlyStopping => Message::new(
            "cross-validate ne peut pas juger une expérience par des images qui en arrêtent l’entraînement",
        )
        .hint("désactivez l’arrêt anticipé\u{a0}: --set training.patience=0"),
        FoldsProblem::UnknownWriters => Message::new("les auteurs de ces images ne sont pas connus")
            .hint("nommez leur colonne par data.group, ou réglez validation.folds = 10"),
        FoldsProblem::TooFew { images, folds } => {
            let plural = if *images == 1 { "" } else { "s" };
            let verb = if *images == 1 { "peut" } else { "peuvent" };
            Message::new(format!("{images} image{plural} ne {verb} pas se répartir en {folds} groupes"))
                .hint("augmentez data.train, ou diminuez validation.folds")
        }
    }
}
