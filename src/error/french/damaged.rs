//! Damaged files in French.

use crate::error::{DamageReason, FileKind, Language, Message};

pub(in crate::error) fn damaged(kind: FileKind, path: &str, reason: &DamageReason) -> Message {
    let (kind, hint) = match kind {
        FileKind::Model => {
            ("un fichier de modèle", "entraînez à nouveau pour en obtenir un autre, ou nommez un autre entraînement")
        }
        FileKind::Checkpoint => (
            "un fichier de reprise",
            "le reste de l’entraînement est intact\u{202f}; entraînez à nouveau sans --resume pour repartir du début",
        ),
        FileKind::Run => (
            "une description d’entraînement",
            "entraînez à nouveau pour en obtenir une autre, ou nommez un autre entraînement",
        ),
    };
    Message::new(format!("{path} n’est pas {kind} utilisable\u{a0}: {}", damage(reason))).hint(hint)
}

fn damage(reason: &DamageReason) -> String {
    match reason {
        DamageReason::NoHeader => "il est vide, ou n’est pas un fichier safetensors".into(),
        DamageReason::UnreadableHeader => "son en-tête n’est pas lisible".into(),
        DamageReason::WrongLength => "il est incomplet, ou a des octets de trop".into(),
        DamageReason::Safetensors { source } => format!("safetensors le refuse\u{a0}: {source}"),
        DamageReason::OfAnotherProgram => "c’est un fichier safetensors d’un autre programme".into(),
        DamageReason::Header { source } => format!("son en-tête n’est pas valide\u{a0}: {source}"),
        DamageReason::OtherKind { found } => match found.as_str() {
            "model" => "c’est un fichier de modèle".into(),
            "checkpoint" => "c’est un fichier de reprise".into(),
            _ => format!("c’est un fichier «\u{a0}{found}\u{a0}»"),
        },
        DamageReason::NoDigest => "son empreinte manque".into(),
        DamageReason::WrongDigest => "son contenu ne correspond pas à son empreinte".into(),
        DamageReason::NoImages => "ses images n’ont pas de pixels ou pas de classes".into(),
        DamageReason::Setting { problem } => problem.message(Language::French).text,
        DamageReason::Preprocessing { setting } => format!("preprocessing.{setting} est hors limites"),
        DamageReason::References => "ses références ne sont pas des images de sa taille et de ses classes".into(),
        DamageReason::NoTensor { name } => format!("il n’a pas de tenseur {name}"),
        DamageReason::OtherShape { name, dtype, found, expected } => {
            format!("{name} est {dtype} {found:?}, mais le réseau demande F32 {expected:?}")
        }
        DamageReason::Json { source } => format!("son contenu n’est pas valide\u{a0}: {source}"),
        DamageReason::History { source } => format!("son historique n’est pas valide\u{a0}: {source}"),
        DamageReason::Optimizer { source } => format!("l’état de l’optimiseur n’est pas valide\u{a0}: {source}"),
    }
}
