//! The errors of the machine in English: the only place with these sentences.

use super::{Error, LabProblem, PictureProblem, PictureUse, ShowProblem};
use crate::error::{Language, Message};
use crate::native::pictures::MAX_PIXELS;

pub(super) fn message(error: &Error) -> Message {
    match error {
        Error::Core(error) => error.messages(Language::English).swap_remove(0),
        Error::File { action, path, source } => Message::new(format!("cannot {action} {path}: {source}")),
        Error::Picture { path, problem, purpose } => picture(problem, *purpose).at(path),
        Error::Show(problem) => show(problem),
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

fn picture(problem: &PictureProblem, purpose: PictureUse) -> Message {
    const MILLION: u64 = 1_000_000;
    let text = match problem {
        PictureProblem::NoDigit(reason) => return reason.message(Language::English),
        PictureProblem::Unreadable { error } => {
            return Message::new(format!("cannot be read: {error}"))
                .hint("check the path, and your permission to read it");
        }
        PictureProblem::Folder => "is a folder".into(),
        PictureProblem::NoPictures => "has no PNG or JPEG picture in it".into(),
        PictureProblem::Empty => "is empty".into(),
        PictureProblem::TooManyBytes { max } => format!("is larger than {} million bytes", max / MILLION),
        PictureProblem::TooLarge { size: Some((width, height)) } => format!("is too large: {width} x {height} pixels"),
        PictureProblem::TooLarge { size: None } => "is too large".into(),
        PictureProblem::NoPixels => "has no pixels".into(),
        PictureProblem::OtherFormat => "is neither a PNG nor a JPEG picture".into(),
        PictureProblem::OtherVariety => "is a kind of PNG or JPEG picture that this program does not read".into(),
        PictureProblem::Damaged => "is damaged or cut short".into(),
    };
    let end = match purpose {
        PictureUse::Recognise => "with one digit on it",
        PictureUse::Train => "or remove it",
    };
    Message::new(text)
        .hint(format!("give a PNG or JPEG picture of at most {} million pixels, {end}", MAX_PIXELS / MILLION))
}

fn show(problem: &ShowProblem) -> Message {
    match problem {
        ShowProblem::NoSteps { index } => {
            Message::new(format!("image {index} is as the network reads it: there are no steps to explain"))
                .hint("name a picture, or draw the image with: show INDEX")
        }
        ShowProblem::SeveralPictures { found } => {
            Message::new(format!("--png draws the steps of one picture, but there are {found} pictures"))
                .hint("name one picture, or remove --png")
        }
        ShowProblem::NoHiddenNeurons => {
            Message::new("this network has no hidden neurons").hint("train one with model.hidden = [15]")
        }
    }
}
