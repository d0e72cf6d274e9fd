//! The errors of the machine in English: the only place with these sentences.

mod device;
mod file;
mod picture;
mod run;
mod show;
mod source;
mod training;
mod verify;

use super::{Error, LabProblem};
use crate::error::{Language, Message};

pub(super) fn message(error: &Error) -> Message {
    match error {
        Error::Core(error) => error.messages(Language::English).swap_remove(0),
        Error::File { action, path, source } => file::file(*action, path, source),
        Error::Unsuited { path, problem } => file::unsuited(path, problem),
        Error::Source { place, problem } => source::source(problem).at(place.text(Language::English)),
        Error::Several { first, others } => source::several(message(first), *others),
        Error::Device { name, problem } => device::device(name, problem),
        Error::Listen { address, source } => device::listen(address, source),
        Error::Run(problem) => run::run(problem),
        Error::Resume { run, problem } => run::resume(run, problem),
        Error::Verify { run, problem } => verify::verify(run, problem),
        Error::Training(problem) => training::training(problem),
        Error::Picture { path, problem, purpose } => picture::picture(problem, *purpose).at(path),
        Error::Show(problem) => show::show(problem),
        Error::Sheet(problem) => problem.message(Language::English),
        Error::Export(error) => error.message(Language::English),
        Error::Import(error) => error.message(Language::English),
        Error::Lab(problem) => lab(problem),
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
