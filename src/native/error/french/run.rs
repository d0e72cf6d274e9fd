//! Problems of runs, in French.

use crate::error::Message;
use crate::native::error::{ResumeProblem, RunProblem};

pub(super) const SMALLER_RATE: &str =
    "il divergerait encore\u{a0}: recommencez l’entraînement avec un optimizer.learning_rate plus petit";

pub(super) fn run(problem: &RunProblem) -> Message {
    match problem {
        RunProblem::NoName => Message::new("le nom de l’entraînement est vide").hint("donnez un nom, ou un dossier"),
        RunProblem::NotFound { run, folder, others } => {
            Message::new(format!("il n’y a pas d’entraînement «\u{a0}{run}\u{a0}»")).hint(match others.is_empty() {
                true => "commencez par en faire un\u{a0}: chiffres train mlp".into(),
                false => format!("entraînements dans {folder}\u{a0}: {}", others.join(", ")),
            })
        }
        RunProblem::NotARun { path, missing } => {
            Message::new(format!("{path} n’est pas le dossier d’un entraînement\u{a0}: il y manque {missing}"))
                .hint("donnez le dossier que l’entraînement a dit avoir enregistré, ou un autre nom")
        }
        RunProblem::InUse { path } => Message::new(format!("un autre programme entraîne {path} en ce moment"))
            .hint("attendez-le, arrêtez-le, ou donnez un autre nom à cet entraînement avec --name"),
        RunProblem::BeingTrained { path } => {
            Message::new(format!("{path} n’a pas encore de réseau\u{a0}: son entraînement est en cours"))
                .hint("attendez qu’il finisse")
        }
        RunProblem::Unfinished { path, run } => {
            Message::new(format!("{path} n’a pas de réseau\u{a0}: son entraînement a été arrêté"))
                .hint(format!("terminez-le\u{a0}: chiffres train --resume {run}"))
        }
        RunProblem::Diverged { path, epoch } => Message::new(format!(
            "{path} n’a pas de réseau\u{a0}: son entraînement a divergé, la perte n’est plus un nombre à l’époque {epoch}"
        ))
        .hint(SMALLER_RATE),
        RunProblem::Gone { path } => Message::new(format!(
            "{path} a été supprimé ou remplacé pendant son entraînement\u{a0}: plus rien n’est enregistré"
        ))
        .hint("recommencez l’entraînement"),
        RunProblem::NoModel { path, run } => Message::new(format!("le réseau de {path} a disparu"))
            .hint(format!("refaites-le\u{a0}: chiffres train --resume {run}")),
        RunProblem::NoCheckpoint { path } => {
            Message::new(format!("{path} est terminé, mais son point de reprise a disparu"))
                .hint("recommencez l’entraînement\u{202f}; son réseau, s’il est là, reste utilisable")
        }
        RunProblem::Imported { path, file } => Message::new(format!(
            "{path} a été importé de {file}\u{a0}: son entraînement n’est pas connu, et ne peut être ni répété ni repris"
        ))
        .hint("évaluez-le sur des images étiquetées\u{a0}: chiffres evaluate MODÈLE --data CHEMIN"),
        RunProblem::ImagesUnknown { file } => {
            Message::new(format!("le réseau a été importé de {file}\u{a0}: ses images ne sont pas connues"))
                .hint("indiquez des images par --data CHEMIN")
        }
    }
}

pub(super) fn resume(run: &str, problem: &ResumeProblem) -> Message {
    match problem {
        ResumeProblem::OtherImages => {
            Message::new(format!("{run} a été entraîné avec d’autres images que celles d’aujourd’hui"))
                .hint("si ses images ont changé de place, dites où elles sont avec --data CHEMIN\u{202f}; sinon, reprenez avec les données, ou la version de chiffres, du début de l’entraînement")
        }
        ResumeProblem::OtherConfig => {
            Message::new(format!("le config.toml de {run} n’est pas celui de son point de reprise"))
                .hint("annulez ce changement, ou recommencez l’entraînement avec lui")
        }
        ResumeProblem::OtherSetting { origin } => {
            Message::new(format!("{origin} ne peut pas s’appliquer à un entraînement repris"))
                .hint("seuls training.epochs et data.path le peuvent\u{202f}; pour changer le reste, recommencez l’entraînement")
        }
        ResumeProblem::FewerEpochs { wanted, planned } => {
            Message::new(format!("training.epochs vaut {wanted}, mais {run} était prévu pour {planned}"))
                .hint("le nombre d’époques peut augmenter, pas diminuer")
        }
        ResumeProblem::Finished { done, planned } => {
            Message::new(format!("{run} est terminé\u{a0}: {done} époques sur {planned} sont faites"))
                .hint(format!("demandez plus d’époques pour continuer\u{a0}: --set training.epochs={}", 2 * planned))
        }
        ResumeProblem::StoppedEarly { done } => Message::new(format!(
            "{run} est terminé\u{a0}: il s’est arrêté à l’époque {done}, quand la perte de validation ne diminuait plus"
        ))
        .hint("recommencez l’entraînement avec un training.patience plus grand"),
        ResumeProblem::Diverged { epoch } => Message::new(format!(
            "{run} ne peut pas continuer\u{a0}: son entraînement a divergé, la perte n’est plus un nombre à l’époque {epoch}"
        ))
        .hint(SMALLER_RATE),
        ResumeProblem::BuiltInImages => {
            Message::new(format!("{run} a été entraîné avec les chiffres du programme, qui n’ont pas de chemin"))
                .hint("retirez --data, ou data.path")
        }
        ResumeProblem::LearningRate => Message::new(format!(
            "le taux d’apprentissage de {run} dépend du nombre d’époques, qui ne peut donc pas augmenter"
        ))
        .hint("recommencez l’entraînement\u{202f}; avec un taux constant et sans montée en régime, ce nombre peut augmenter"),
    }
}
