//! Problems of cross-validation, in English.

use crate::error::{FoldsProblem, Message};

pub(super) fn folds(problem: &FoldsProblem) -> Message {
    match problem {
        FoldsProblem::EarlyStopping => {
            Message::new("cross-validate cannot judge an experiment by images that also stop its training")
                .hint("switch early stopping off: --set training.patience=0")
        }
        FoldsProblem::UnknownWriters => Message::new("the writers of these images are not known")
            .hint("name their column with data.group, or set validation.folds = 10"),
        FoldsProblem::TooFew { images, folds } => {
            let plural = if *images == 1 { "" } else { "s" };
            Message::new(format!("{images} image{plural} cannot be split into {folds} folds"))
                .hint("set data.train higher, or validation.folds to a smaller number")
        }
    }
}
