//! The library's errors in French: the only place with these sentences.

use super::{Error, Message};

pub(super) fn messages(error: &Error) -> Vec<Message> {
    super::english::messages(error)
}
