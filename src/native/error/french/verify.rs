//! Runs that cannot be verified, in French.

use crate::error::{Message, brief};
use crate::native::error::VerifyProblem;
use crate::train::Arithmetic;

use super::run::SMALLER_RATE;

pub(super) fn verify(run: &str, problem: &VerifyProblem) -> Message {
    match problem {
        VerifyProblem::Unfinished { done, planned } => {
            Message::new(format!("{run} n’est pas terminé\u{a0}: {done} époques sur {planned} sont faites"))
                .hint("seul un entraînement terminé peut être vérifié\u{202f}; train --resume le continue")
        }
        VerifyProblem::Diverged { epoch } => {
            Message::new(format!("{run} a divergé\u{a0}: la perte n’est plus un nombre à l’époque {epoch}"))
                .hint(SMALLER_RATE)
        }
        VerifyProblem::OtherConfig => Message::new(format!("le config.toml de {run} n’est pas celui de son réseau"))
            .hint("annulez ce changement, ou recommencez l’entraînement avec lui"),
        VerifyProblem::BuiltInImages => {
            Message::new(format!("{run} a été entraîné avec les chiffres du programme, qui n’ont pas de chemin"))
                .hint("retirez --data")
        }
        VerifyProblem::OtherImages => {
            Message::new(format!("{run} a été entraîné avec d’autres images que celles d’aujourd’hui"))
                .hint("donnez le chemin de ses images avec --data")
        }
        VerifyProblem::Arithmetic { found, device } => {
            let reason = reason(found.as_ref(), device);
            let message = Message::new(format!("{run} ne peut pas être refait au bit près\u{a0}: {reason}"));
            message.hint(match found {
                Some(Arithmetic::Other(_)) => "vérifiez-le avec la version de chiffres qui l’a entraîné",
                _ => "recommencez l’entraînement sur un seul appareil, ndarray ou flex\u{202f}; seul un tel entraînement peut être vérifié",
            })
        }
    }
}

/// The reason why an arithmetic is not repeated.
fn reason(found: Option<&Arithmetic>, device: &str) -> String {
    match found {
        Some(Arithmetic::Operations) => format!("{device} additionne dans un ordre qui lui est propre"),
        Some(Arithmetic::Shards) => format!("les gradients de plusieurs appareils ({device}) ont été additionnés"),
        Some(Arithmetic::Mixed) => "il a commencé avec une arithmétique et a été repris avec une autre".into(),
        Some(other) => {
            let (found, known) = (brief(other.name()), Arithmetic::Fused);
            let known = known.name();
            format!("son arithmétique est «\u{a0}{found}\u{a0}», celle de cette version est «\u{a0}{known}\u{a0}»")
        }
        None => {
            "son réseau ne dit pas de quelle arithmétique il vient\u{202f}; les versions antérieures ne le notaient pas"
                .into()
        }
    }
}
