//! Damaged files in English.

use crate::error::{DamageReason, FileKind, Language, Message};

pub(in crate::error) fn damaged(kind: FileKind, path: &str, reason: &DamageReason) -> Message {
    let (kind, hint) = match kind {
        FileKind::Model => ("model", "train again to make a new one, or name another run"),
        FileKind::Checkpoint => {
            ("checkpoint", "the rest of the run is untouched; train again without --resume to start over")
        }
        FileKind::Run => ("run", "train again to make a new one, or name another run"),
    };
    Message::new(format!("{path} is not a usable {kind} file: {}", damage(reason))).hint(hint)
}

fn damage(reason: &DamageReason) -> String {
    match reason {
        DamageReason::NoHeader => "it is empty, or not a safetensors file".into(),
        DamageReason::UnreadableHeader => "its header is not readable".into(),
        DamageReason::WrongLength => "it is cut short, or has too many bytes".into(),
        DamageReason::Safetensors { source } => format!("safetensors refuses it: {source}"),
        DamageReason::OfAnotherProgram => "it is a safetensors file of another program".into(),
        DamageReason::Header { source } => format!("its header is not valid: {source}"),
        DamageReason::OtherKind { found } => format!("it is a {found} file"),
        DamageReason::NoDigest => "its digest is missing".into(),
        DamageReason::WrongDigest => "its content does not match its digest".into(),
        DamageReason::NoImages => "its images have no pixels or no classes".into(),
        DamageReason::Setting { problem } => problem.message(Language::English).text,
        DamageReason::Preprocessing { setting } => format!("preprocessing.{setting} is out of range"),
        DamageReason::References => "its references are not images of its size and classes".into(),
        DamageReason::NoTensor { name } => format!("it has no tensor {name}"),
        DamageReason::OtherShape { name, dtype, found, expected } => {
            format!("{name} is {dtype} {found:?}, but the network needs F32 {expected:?}")
        }
        DamageReason::Json { source } => format!("its content is not valid: {source}"),
        DamageReason::History { source } => format!("its history is not valid: {source}"),
        DamageReason::Optimizer { source } => format!("its optimizer state is not valid: {source}"),
    }
}
