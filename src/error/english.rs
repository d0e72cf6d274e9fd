//! The library's errors in English: the only place with these sentences.

mod config;
mod damaged;
mod state;

pub(super) use config::{allowed, not_an_override, problem};

use super::{Error, InputProblem, Message, NoDigit};

pub(super) fn messages(error: &Error) -> Vec<Message> {
    if let Error::Config(errors) = error {
        return errors.problems.iter().map(problem).collect();
    }
    vec![match error {
        Error::Config(_) => unreachable!("a configuration has a message for each problem"),
        Error::Damaged { kind, path, reason } => damaged::damaged(*kind, path, reason),
        Error::TooNew { path, found, known } => {
            Message::new(format!("{path} has format {found}, but this version of chiffres reads formats up to {known}"))
                .hint("update chiffres, or train again with this version")
        }
        Error::NoSuchImage { index, last } => {
            Message::new(format!("there is no image {index}: the dataset has images 0 to {last}"))
        }
        Error::EmptySplit { split } => {
            let message = Message::new(format!("the {split} split is empty"));
            match *split {
                "validation" => message.hint("hold images out with --set data.validation=200 when training"),
                _ => message,
            }
        }
        Error::Dataset { dataset, line, reason } => Message::new(format!("{dataset}, line {line}: {reason}")),
        Error::Data { place, reason, hint } => Message::new(reason).at(place).hint(hint),
        Error::Split { reason, hint } => Message::new(reason).hint(hint),
        Error::Input(problem) => input(problem),
        Error::State(problem) => state::state(problem),
        Error::Request { message, hint } => Message::new(message).hint(hint),
        Error::Diverged { epoch } => {
            Message::new(format!("training diverged: the loss is not a number in epoch {epoch}"))
                .hint("try a smaller optimizer.learning_rate")
        }
    }]
}

fn input(problem: &InputProblem) -> Message {
    match problem {
        InputProblem::NoDigit(reason) => {
            let reason = no_digit(*reason);
            Message { text: format!("no digit was found ({})", reason.text), ..reason }
        }
        InputProblem::WrongImageSize { found, height, width } => {
            Message::new(format!("the image has {found} pixels, but the network reads {height}x{width}"))
                .hint("give an image of the size that the network was trained on")
        }
        InputProblem::OtherDataset { found, expected } => Message::new(format!(
            "the dataset has {}x{} images in {} classes, but the network reads {}x{} in {}",
            found.height, found.width, found.classes, expected.height, expected.width, expected.classes
        ))
        .hint(OWN_DATASET),
        InputProblem::OtherClass { index, found, expected } => {
            Message::new(format!("class {index} of the dataset is {found:?}, but the network's is {expected:?}"))
                .hint(OWN_DATASET)
        }
    }
}

const OWN_DATASET: &str = "use the dataset that the network was trained on";

pub(super) fn no_digit(reason: NoDigit) -> Message {
    Message::new(match reason {
        NoDigit::Uniform => "it is all of one grey",
        NoDigit::Blank => "it is blank: nothing stands out from the paper",
        NoDigit::NoInk => "there is no ink that could be a digit",
    })
    .hint("write one digit, large and dark, on plain paper")
}
