//! Runs that cannot be verified, in English.

use crate::error::{Message, brief};
use crate::native::error::VerifyProblem;
use crate::train::Arithmetic;

use super::run::SMALLER_RATE;

pub(super) fn verify(run: &str, problem: &VerifyProblem) -> Message {
    match problem {
        VerifyProblem::Unfinished { done, planned } => {
            Message::new(format!("{run} is not finished: {done} of {planned} epochs are done"))
                .hint("only a finished run can be verified; train --resume continues it")
        }
        VerifyProblem::Diverged { epoch } => {
            Message::new(format!("{run} diverged: the loss is not a number in epoch {epoch}")).hint(SMALLER_RATE)
        }
        VerifyProblem::OtherConfig => {
            Message::new(format!("{run} has a config.toml that its model was not trained with"))
                .hint("undo the change, or train anew with it")
        }
        VerifyProblem::BuiltInImages => {
            Message::new(format!("{run} was trained on the digits inside the program, which have no path"))
                .hint("remove --data")
        }
        VerifyProblem::OtherImages => Message::new(format!("{run} was trained on other images than there are now"))
            .hint("give the path of its images with --data"),
        VerifyProblem::Arithmetic { found, device } => {
            let message =
                Message::new(format!("{run} cannot be repeated bit for bit: {}", reason(found.as_ref(), device)));
            message.hint(match found {
                Some(Arithmetic::Other(_)) => "verify it with the version of chiffres that trained it",
                _ => "train anew on ndarray or flex, on one device; only such a run can be verified",
            })
        }
    }
}

/// The reason why an arithmetic is not repeated.
fn reason(found: Option<&Arithmetic>, device: &str) -> String {
    match found {
        Some(Arithmetic::Operations) => format!("{device} adds up in an order of its own"),
        Some(Arithmetic::Shards) => format!("{device} are several devices, whose gradients were added up"),
        Some(Arithmetic::Mixed) => "it began with one arithmetic and was resumed with another".into(),
        Some(other) => {
            let (found, known) = (brief(other.name()), Arithmetic::Fused);
            format!("it was made by the arithmetic {found:?}, but this version has {:?}", known.name())
        }
        None => "its model does not say which arithmetic made it; earlier versions did not record that".into(),
    }
}
