//! Codes of drawings that cannot be read, in English.

use crate::error::{CodeProblem, Message};

pub(in crate::error) fn code(problem: CodeProblem) -> Message {
    match problem {
        CodeProblem::Other => Message::new("this code has no drawings in it")
            .hint("scan a code that this page shows: A class, Show as a code"),
        CodeProblem::TooNew => {
            Message::new("this code was made by a newer version of the page").hint("load the page again on this device")
        }
        CodeProblem::Altered => {
            Message::new("this code is damaged").hint("show it again on the other device, and scan it whole")
        }
    }
}
