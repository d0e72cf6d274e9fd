//! Problems of devices and workers, in French.

use crate::error::Message;
use crate::native::error::DeviceProblem;

pub(super) fn device(name: &str, problem: &DeviceProblem) -> Message {
    let compiled_in = |available: &[&str]| format!("compilés\u{a0}: {}", available.join(", "));
    let start_a_worker = || "lancez-y un serveur de calcul\u{a0}: chiffres worker --listen HÔTE:PORT".to_string();
    let (text, hint) = match problem {
        DeviceProblem::UnknownBackend { available } => ("n’est pas un moteur de calcul".into(), compiled_in(available)),
        DeviceProblem::NotCompiledIn { backend, available } => (
            "n’est pas compilé dans ce programme".into(),
            format!("compilez-le\u{a0}: cargo run --release --features {backend} -- ... ({})", compiled_in(available)),
        ),
        DeviceProblem::NoNumber { backend } => (
            "n’a pas de numéro après les deux-points".into(),
            format!("écrivez {backend}:0 pour le premier appareil {backend}"),
        ),
        DeviceProblem::NoSuchNumber { backend } => {
            ("n’existe pas".into(), format!("{backend}:0 est le premier appareil {backend}"))
        }
        DeviceProblem::NotWorking { available } => (
            "ne fonctionne pas sur cette machine".into(),
            format!("vérifiez le pilote, ou choisissez un autre appareil avec --device ({})", compiled_in(available)),
        ),
        DeviceProblem::NotAnAddress => ("n’est pas une adresse".into(), "écrivez remote:ws://HÔTE:PORT".into()),
        DeviceProblem::UnknownHost => ("n’a ni hôte ni port connus".into(), start_a_worker()),
        DeviceProblem::Unreachable { error } => (format!("n’est pas joignable\u{a0}: {error}"), start_a_worker()),
        DeviceProblem::NotAWorker { error } => {
            (format!("ne répond pas comme un serveur de calcul\u{a0}: {error}"), start_a_worker())
        }
        DeviceProblem::Silent => ("ne répond pas".into(), start_a_worker()),
        DeviceProblem::RemoteNotCompiledIn => (
            "est sur un serveur de calcul, mais remote n’est pas compilé dans ce programme".into(),
            "compilez-le\u{a0}: cargo run --release --features remote -- ...".into(),
        ),
        DeviceProblem::NotServed { error } => {
            (format!("ne peut pas être partagé\u{a0}: {error}"), "partagez-en un autre avec --device".into())
        }
        DeviceProblem::ServerNotCompiledIn => (
            "ne peut pas être partagé\u{a0}: remote n’est pas compilé dans ce programme".into(),
            "compilez-le\u{a0}: cargo run --release --features remote -- worker".into(),
        ),
    };
    Message::new(format!("l’appareil «\u{a0}{name}\u{a0}» {text}")).hint(hint)
}

pub(super) fn listen(address: &str, source: &std::io::Error) -> Message {
    Message::new(format!("impossible d’écouter sur {address}\u{a0}: {source}"))
        .hint("donnez une adresse de cette machine et un port libre\u{a0}: --listen 127.0.0.1:0 en prend un")
}
