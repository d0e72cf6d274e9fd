//! Codes of drawings that cannot be read, in French.

use crate::error::{CodeProblem, Message};

pub(in crate::error) fn code(problem: CodeProblem) -> Message {
    match problem {
        CodeProblem::Other => Message::new("ce code ne contient pas de dessins")
            .hint("lisez un code que cette page montre\u{a0}: Une classe, Montrer comme un code"),
        CodeProblem::TooNew => Message::new("ce code vient d’une version plus récente de la page")
            .hint("rechargez la page sur cet appareil"),
        CodeProblem::Altered => {
            Message::new("ce code est abîmé").hint("montrez-le à nouveau sur l’autre appareil, et lisez-le en entier")
        }
    }
}
