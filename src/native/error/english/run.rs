//! Problems of runs, in English.

use crate::error::Message;
use crate::native::error::{ResumeProblem, RunProblem};

pub(super) const SMALLER_RATE: &str = "it would diverge again: train anew with a smaller optimizer.learning_rate";

pub(super) fn run(problem: &RunProblem) -> Message {
    match problem {
        RunProblem::NoName => Message::new("the name of the run is empty").hint("give a name or a folder"),
        RunProblem::NotFound { run, folder, others } => {
            Message::new(format!("there is no run {run:?}")).hint(match others.is_empty() {
                true => "train one first: chiffres train mlp".into(),
                false => format!("runs in {folder}: {}", others.join(", ")),
            })
        }
        RunProblem::NotARun { path, missing } => Message::new(format!("{path} is not a run: it has no {missing}"))
            .hint("give the folder that training reported as saved, or another name"),
        RunProblem::InUse { path } => Message::new(format!("{path} is being trained by another process"))
            .hint("wait for it, stop it, or give this run another --name"),
        RunProblem::BeingTrained { path } => {
            Message::new(format!("{path} has no model yet: it is being trained")).hint("wait until it is done")
        }
        RunProblem::Unfinished { path, run } => Message::new(format!("{path} has no model: its training was stopped"))
            .hint(format!("finish it: chiffres train --resume {run}")),
        RunProblem::Diverged { path, epoch } => Message::new(format!(
            "{path} has no model: its training diverged, the loss is not a number in epoch {epoch}"
        ))
        .hint(SMALLER_RATE),
        RunProblem::Gone { path } => {
            Message::new(format!("{path} was removed or replaced while it was being trained: nothing more is saved"))
                .hint("train anew")
        }
        RunProblem::NoModel { path, run } => Message::new(format!("{path} has lost its model"))
            .hint(format!("make it again: chiffres train --resume {run}")),
        RunProblem::NoCheckpoint { path } => Message::new(format!("{path} is finished, but its checkpoint is missing"))
            .hint("train anew; its model, if it is there, can still be used"),
        RunProblem::Imported { path, file } => Message::new(format!(
            "{path} was imported from {file}: its training is not known, and can be neither repeated nor resumed"
        ))
        .hint("evaluate it on labelled images: chiffres evaluate MODEL --data PATH"),
        RunProblem::ImagesUnknown { file } => {
            Message::new(format!("the network was imported from {file}: its images are not known"))
                .hint("name images by --data PATH")
        }
    }
}

pub(super) fn resume(run: &str, problem: &ResumeProblem) -> Message {
    match problem {
        ResumeProblem::OtherImages => Message::new(format!("{run} was trained on other images than there are now"))
            .hint("if its images have moved, say where they are with --data PATH; else resume with the data, or the version of chiffres, that it was started with"),
        ResumeProblem::OtherConfig => {
            Message::new(format!("{run} has a config.toml that its checkpoint was not trained with"))
                .hint("undo the change, or train anew with it")
        }
        ResumeProblem::OtherSetting { origin } => {
            Message::new(format!("{origin} cannot be applied to a run that is resumed"))
                .hint("only training.epochs and data.path can be set; to change the rest, train anew")
        }
        ResumeProblem::FewerEpochs { wanted, planned } => {
            Message::new(format!("training.epochs is {wanted}, but {run} was planned with {planned}"))
                .hint("epochs can be raised, not lowered")
        }
        ResumeProblem::Finished { done, planned } => {
            Message::new(format!("{run} is finished: {done} of {planned} epochs are done"))
                .hint(format!("raise the epochs to go on: --set training.epochs={}", 2 * planned))
        }
        ResumeProblem::StoppedEarly { done } => Message::new(format!(
            "{run} is finished: it stopped at epoch {done}, when the validation loss no longer improved"
        ))
        .hint("train anew with a greater training.patience"),
        ResumeProblem::Diverged { epoch } => {
            Message::new(format!("{run} cannot go on: its training diverged, the loss is not a number in epoch {epoch}"))
                .hint(SMALLER_RATE)
        }
        ResumeProblem::BuiltInImages => {
            Message::new(format!("{run} was trained on the digits inside the program, which have no path"))
                .hint("remove --data, or data.path")
        }
        ResumeProblem::LearningRate => Message::new(format!(
            "{run} has a learning rate that depends on the number of epochs, which cannot be raised"
        ))
        .hint("train anew; with a constant schedule and no warm-up, epochs can be raised"),
    }
}
