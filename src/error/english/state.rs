//! Problems of a training state, in English.

use crate::error::{Message, StateProblem};

pub(super) fn state(problem: &StateProblem) -> Message {
    match problem {
        StateProblem::Layers { found, expected } => Message::new(format!(
            "the state has weights of layers {}, but the network has layers {}",
            layers(found),
            layers(expected)
        ))
        .hint("resume with the model settings that the run started with"),
        StateProblem::Record { text } => {
            Message::new(format!("the state's optimizer bytes are not a record: {text}")).hint("start the run over")
        }
        StateProblem::Optimizer { kind } => {
            Message::new(format!("the state's optimizer record is not one of {kind} with these settings"))
                .hint("resume with the optimizer settings that the run started with")
        }
    }
}

fn layers(layers: &[(usize, usize)]) -> String {
    layers.iter().map(|(inputs, outputs)| format!("{inputs}x{outputs}")).collect::<Vec<_>>().join(", ")
}
