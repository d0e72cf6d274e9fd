//! Refused actions on files, and files that do not suit a command, in English.

use std::io::ErrorKind;

use super::super::{FileAction, FileProblem};
use crate::error::Message;

pub(in crate::native::error) fn file(action: FileAction, path: &str, source: &std::io::Error) -> Message {
    let verb = match action {
        FileAction::Read => "read",
        FileAction::Write => "write",
        FileAction::Create => "create",
        FileAction::Replace => "replace",
        FileAction::Remove => "remove",
    };
    let message = Message::new(format!("cannot {verb} {path}: {source}"));
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            message.hint("free some space, or write elsewhere")
        }
        _ => message,
    }
}

pub(in crate::native::error) fn unsuited(path: &str, problem: &FileProblem) -> Message {
    match problem {
        FileProblem::Exists => {
            Message::new(format!("{path} exists already")).hint("choose another name, or remove it first")
        }
        FileProblem::NotPng => other_kind(path, "a PNG picture"),
        FileProblem::NotPdf => other_kind(path, "a PDF file"),
        FileProblem::NotNpz => other_kind(path, "an archive of arrays"),
        FileProblem::NotAConfig { source, built_in } => {
            Message::new(format!("cannot read {path} as a configuration: {source}")).hint(match built_in {
                Some(name) => format!("for the experiment {name} inside the program, give its name: {name}"),
                None => "to start from one: chiffres config show mlp > my.toml".into(),
            })
        }
        FileProblem::NoExperiment { similar, names } => {
            let names = format!("inside the program: {}", names.join(", "));
            Message::new(format!("there is no file {path}, and no experiment of that name")).hint(match similar {
                Some(similar) => format!("did you mean {similar}? {names}"),
                None => names,
            })
        }
        FileProblem::Unreadable { source } => Message::new(format!("cannot read {path}: {source}")).hint(CHECK_PATH),
        FileProblem::NotATable { source } => {
            Message::new(format!("cannot read {path}: {source}")).hint("check whether it is a text table")
        }
        FileProblem::UnknownFormat => Message::new(format!("{path} is not a kind of file that images are read from"))
            .hint(
                "give a .csv, .tsv, .npz or .parquet file, a folder with idx files, or a folder with a folder of pictures for each class",
            ),
        FileProblem::NoImages => Message::new(format!("there are no readable images in {path}")).hint(
            "give a folder with a folder of PNG or JPEG pictures for each class, or with idx, csv, npy or parquet files",
        ),
        FileProblem::NoPart { part } => {
            Message::new(format!("{path} has no {part} images")).hint("omit --split to judge on the images that are there")
        }
        FileProblem::NoDigits { images } => {
            Message::new(format!("no digit was found on the images in {path}; images looked at: {images}"))
                .hint("give pictures of one digit each, dark on light or light on dark")
        }
        FileProblem::ClassName { class } => Message::new(format!("the class {class:?} cannot be the name of a folder"))
            .hint("rename it with data.classes, or choose another format"),
    }
}

fn other_kind(path: &str, kind: &str) -> Message {
    Message::new(format!("{path} exists and is not {kind}")).hint("choose another name, or remove it first")
}

pub(super) const CHECK_PATH: &str = "check the path, and your permission to read it";
