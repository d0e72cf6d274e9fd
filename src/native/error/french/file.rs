//! Refused actions on files, and files that do not suit a command, in French.

use std::io::ErrorKind;

use super::super::{FileAction, FileProblem};
use crate::config::SplitName;
use crate::error::Message;

pub(in crate::native::error) fn file(action: FileAction, path: &str, source: &std::io::Error) -> Message {
    let verb = match action {
        FileAction::Read => "de lire",
        FileAction::Write => "d’écrire",
        FileAction::Create => "de créer",
        FileAction::Replace => "de remplacer",
        FileAction::Remove => "de supprimer",
    };
    let message = Message::new(format!("impossible {verb} {path}\u{a0}: {source}"));
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            message.hint("libérez de la place, ou écrivez ailleurs")
        }
        _ => message,
    }
}

pub(in crate::native::error) fn unsuited(path: &str, problem: &FileProblem) -> Message {
    match problem {
        FileProblem::Exists => {
            Message::new(format!("{path} existe déjà")).hint("choisissez un autre nom, ou supprimez-le d’abord")
        }
        FileProblem::NotPng => other_kind(path, "une image PNG"),
        FileProblem::NotPdf => other_kind(path, "un fichier PDF"),
        FileProblem::NotNpz => other_kind(path, "une archive de tableaux"),
        FileProblem::NotAConfig { source, built_in } => {
            Message::new(format!("impossible de lire {path} comme une configuration\u{a0}: {source}")).hint(match built_in {
                Some(name) => format!("pour l’expérience {name} du programme, donnez son nom\u{a0}: {name}"),
                None => "pour commencer\u{a0}: chiffres config show mlp > my.toml".into(),
            })
        }
        FileProblem::NoExperiment { similar, names } => {
            let names = format!("dans le programme\u{a0}: {}", names.join(", "));
            Message::new(format!("il n’y a ni fichier ni expérience du nom de {path}")).hint(match similar {
                Some(similar) => format!("vouliez-vous dire {similar}\u{a0}? {names}"),
                None => names,
            })
        }
        FileProblem::Unreadable { source } => {
            Message::new(format!("impossible de lire {path}\u{a0}: {source}")).hint(CHECK_PATH)
        }
        FileProblem::NotATable { source } => Message::new(format!("impossible de lire {path}\u{a0}: {source}"))
            .hint("vérifiez que c’est bien un tableau en texte"),
        FileProblem::UnknownFormat => {
            Message::new(format!("{path} n’est pas une sorte de fichier dont on lit des images")).hint(
                "donnez un fichier .csv, .tsv, .npz ou .parquet, un dossier de fichiers idx, ou un dossier avec un dossier d’images par classe",
            )
        }
        FileProblem::NoImages => Message::new(format!("il n’y a pas d’images lisibles dans {path}")).hint(
            "donnez un dossier avec un dossier d’images PNG ou JPEG par classe, ou avec des fichiers idx, csv, npy ou parquet",
        ),
        FileProblem::NoPart { part } => {
            let part = match part {
                SplitName::Train => "d’entraînement",
                SplitName::Validation => "de validation",
                SplitName::Test => "de test",
            };
            Message::new(format!("{path} n’a pas d’images {part}"))
                .hint("sans --split, le réseau est jugé sur les images qui y sont")
        }
        FileProblem::NoDigits { images } => Message::new(format!(
            "aucun chiffre n’a été trouvé sur les images de {path}\u{a0}; images examinées\u{a0}: {images}"
        ))
        .hint("donnez des images d’un seul chiffre chacune, foncé sur clair ou clair sur foncé"),
        FileProblem::ClassName { class } => {
            Message::new(format!("la classe {class:?} ne peut pas être le nom d’un dossier"))
                .hint("renommez-la avec data.classes, ou choisissez un autre format")
        }
    }
}

pub(super) const CHECK_PATH: &str = "vérifiez le chemin, et que vous avez le droit de le lire";

fn other_kind(path: &str, kind: &str) -> Message {
    Message::new(format!("{path} existe, et ce n’est pas {kind}"))
        .hint("choisissez un autre nom, ou supprimez-le d’abord")
}
