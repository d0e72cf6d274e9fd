//! Picture files that cannot be read, in English.

use crate::error::{Language, Message};
use crate::native::error::{MAX_PIXELS, PictureProblem, PictureUse};

const MILLION: u64 = 1_000_000;

pub(super) fn picture(problem: &PictureProblem, purpose: PictureUse) -> Message {
    let text = match problem {
        PictureProblem::NoDigit(reason) => return reason.message(Language::English),
        PictureProblem::Sheet(problem) => return problem.message(Language::English),
        PictureProblem::Unreadable { error } => {
            return Message::new(format!("cannot be read: {error}"))
                .hint("check the path, and your permission to read it");
        }
        PictureProblem::Folder => "is a folder".into(),
        PictureProblem::NoPictures => "has no picture in it".into(),
        PictureProblem::Empty => "is empty".into(),
        PictureProblem::TooManyBytes { max } => format!("is larger than {} million bytes", max / MILLION),
        PictureProblem::TooLarge { size: Some((width, height)) } => format!("is too large: {width} x {height} pixels"),
        PictureProblem::TooLarge { size: None } => "is too large".into(),
        PictureProblem::NoPixels => "has no pixels".into(),
        PictureProblem::OtherFormat => "is not a picture".into(),
        PictureProblem::UnreadFormat { format } => {
            return Message::new(format!("is a picture in the format {format}, which this program does not read"))
                .hint("convert it to PNG or JPEG");
        }
        PictureProblem::OtherVariety => "is a kind of picture that this program does not read".into(),
        PictureProblem::Damaged => "is damaged or cut short".into(),
    };
    let end = match purpose {
        PictureUse::Recognise => "with one digit on it",
        PictureUse::Train => "or remove it",
    };
    Message::new(text)
        .hint(format!("give a PNG or JPEG picture of at most {} million pixels, {end}", MAX_PIXELS / MILLION))
}
