//! Problems of training, in English.

use crate::error::Message;
use crate::native::error::TrainingProblem;

pub(super) fn training(problem: &TrainingProblem) -> Message {
    match problem {
        TrainingProblem::NoTerminal => Message::new("the dashboard needs a terminal for its input and output")
            .hint("remove --progress, or use --progress plain"),
        TrainingProblem::Killed => {
            Message::new("the run was ended at once; only its last checkpoint, if it kept one, is saved")
        }
        TrainingProblem::Lost { device, epochs } => {
            Message::new(format!("the connection to {device} was lost; training stopped after epoch {epochs}"))
                .hint("start the worker again, then go on where it stopped: train --resume RUN")
        }
        TrainingProblem::Device { device, error } => {
            Message::new(format!("training stopped: {device} failed: {error}"))
        }
        TrainingProblem::Learner { error } => Message::new(format!("training stopped: {error}")),
        TrainingProblem::Panicked => Message::new("training stopped by an internal error without a message"),
        TrainingProblem::NoCheckpointer => Message::new("training stopped: the Learner's checkpointer stopped"),
        TrainingProblem::Curves { error } => Message::new(format!("the curves cannot be drawn: {error}")),
    }
}
