//! The errors of the machine in French: the only place with these sentences.

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
        Error::Core(error) => error.messages(Language::French).swap_remove(0),
        Error::File { action, path, source } => file::file(*action, path, source),
        Error::Unsuited { path, problem } => file::unsuited(path, problem),
        Error::Source { place, problem } => source::source(problem).at(place.text(Language::French)),
        Error::Several { first, others } => source::several(message(first), *others),
        Error::Picture { path, problem, purpose } => picture::picture(problem, *purpose).at(path),
        Error::Show(problem) => show::show(problem),
        Error::Sheet(problem) => problem.message(Language::French),
        Error::Export(error) => error.message(Language::French),
        Error::Import(error) => error.message(Language::French),
        Error::Lab(problem) => lab(problem),
        Error::Device { name, problem } => device::device(name, problem),
        Error::Listen { address, source } => device::listen(address, source),
        Error::Run(problem) => run::run(problem),
        Error::Resume { run, problem } => run::resume(run, problem),
        Error::Verify { run, problem } => verify::verify(run, problem),
        Error::Training(problem) => training::training(problem),
    }
}

fn lab(problem: &LabProblem) -> Message {
    match problem {
        LabProblem::NotBuilt => Message::new("ce programme a été compilé sans la page")
            .hint("compilez-le avec la page\u{a0}: web/build.sh && cargo run --release --features lab -- lab"),
        LabProblem::Port { port, source } => {
            Message::new(format!("impossible de servir la page sur 127.0.0.1:{port}\u{a0}: {source}"))
                .hint("un autre chiffres lab occupe peut-être ce port\u{202f}; --port 0 en choisit un qui est libre")
        }
    }
}
