//! The errors of the machine in English: the only place with these sentences.

mod picture;
mod show;

use super::{Error, LabProblem};
use crate::error::{Language, Message};

pub(super) fn message(error: &Error) -> Message {
    match error {
        Error::Core(error) => error.messages(Language::English).swap_remove(0),
        Error::File { action, path, source } => Message::new(format!("cannot {action} {path}: {source}")),
        Error::Picture { path, problem, purpose } => picture::picture(problem, *purpose).at(path),
        Error::Show(problem) => show::show(problem),
        Error::Device { name, reason, hint } => Message::new(format!("device {name:?} {reason}")).hint(hint),
        Error::Run { message, hint } | Error::Request { message, hint } => Message::new(message).hint(hint),
        Error::Lab(problem) => lab(problem),
        Error::Killed => Message::new("the run was ended at once; only its last checkpoint, if it kept one, is saved"),
        Error::Lost { device, epochs } => {
            Message::new(format!("the connection to {device} was lost; training stopped after epoch {epochs}"))
                .hint("start the worker again, then go on where it stopped: train --resume RUN")
        }
        Error::Training(reason) => Message::new(format!("training stopped: {reason}")),
    }
}

fn lab(problem: &LabProblem) -> Message {
    match problem {
        LabProblem::NotBuilt => Message::new("this chiffres was built without the page")
            .hint("build it with the page: web/build.sh && cargo run --release --features lab -- lab"),
        LabProblem::Port { port, source } => {
            Message::new(format!("cannot serve the page on 127.0.0.1:{port}: {source}"))
                .hint("another chiffres lab may use this port; --port 0 picks a free one")
        }
    }
}
