//! Inputs that a network cannot read, in English.

use crate::error::{InputProblem, Message, NoDigit};

const OWN_DATASET: &str = "use the dataset that the network was trained on";

pub(super) fn input(problem: &InputProblem) -> Message {
    match problem {
        InputProblem::NoDigit(reason) => {
            let reason = no_digit(*reason);
            Message { text: format!("no digit was found ({})", reason.text), ..reason }
        }
        InputProblem::WrongImageSize { found, height, width, channels } => {
            let (values, times) = if *channels > 1 { ("values", "x3") } else { ("pixels", "") };
            Message::new(format!("the image has {found} {values}, but the network reads {height}x{width}{times}"))
                .hint("give an image of the size that the network was trained on")
        }
        InputProblem::OtherDataset { found, expected } => Message::new(format!(
            "the dataset has {}x{} images{} in {} classes, but the network reads {}x{}{} in {}",
            found.height,
            found.width,
            colours(found.channels),
            found.classes,
            expected.height,
            expected.width,
            colours(expected.channels),
            expected.classes
        ))
        .hint(OWN_DATASET),
        InputProblem::OtherClass { index, found, expected } => {
            Message::new(format!("class {index} of the dataset is {found:?}, but the network's is {expected:?}"))
                .hint(OWN_DATASET)
        }
    }
}

/// Words for images of this many channels, to follow their size.
fn colours(channels: usize) -> &'static str {
    if channels > 1 { " in colour" } else { "" }
}

pub(in crate::error) fn no_digit(reason: NoDigit) -> Message {
    Message::new(match reason {
        NoDigit::Uniform => "it is all of one grey",
        NoDigit::Blank => "it is blank: nothing stands out from the paper",
        NoDigit::NoInk => "there is no ink that could be a digit",
    })
    .hint("write one digit, large and dark, on plain paper")
}
