//! The errors of the machine in French: the only place with these sentences.

use super::Error;
use crate::error::Message;

pub(super) fn message(error: &Error) -> Message {
    super::english::message(error)
}
