//! Problems of a training state, in French.

use crate::error::{Message, StateProblem};

pub(super) fn state(problem: &StateProblem) -> Message {
    match problem {
        StateProblem::Layers { found, expected } => Message::new(format!(
            "l’état a des poids pour des couches {}, mais les couches du réseau sont {}",
            layers(found),
            layers(expected)
        ))
        .hint("reprenez avec les réglages du modèle avec lesquels l’entraînement a commencé"),
        StateProblem::Record { text } => {
            Message::new(format!("l’état de l’optimiseur ne peut pas être lu\u{a0}: {text}"))
                .hint("recommencez l’entraînement")
        }
        StateProblem::Optimizer { kind } => {
            Message::new(format!("l’état de l’optimiseur n’est pas celui de {kind} avec ces réglages"))
                .hint("reprenez avec les réglages de l’optimiseur avec lesquels l’entraînement a commencé")
        }
    }
}

fn layers(layers: &[(usize, usize)]) -> String {
    layers.iter().map(|(inputs, outputs)| format!("{inputs}×{outputs}")).collect::<Vec<_>>().join(", ")
}
