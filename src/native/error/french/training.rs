//! Problems of training, in French.

use crate::error::Message;
use crate::native::error::TrainingProblem;

pub(super) fn training(problem: &TrainingProblem) -> Message {
    match problem {
        TrainingProblem::NoTerminal => {
            Message::new("le tableau de bord demande un terminal pour son entrée et sa sortie")
                .hint("retirez --progress, ou choisissez --progress plain")
        }
        TrainingProblem::Killed => Message::new(
            "l’entraînement a été arrêté aussitôt\u{202f}; seul son dernier point de reprise, s’il y en a un, est enregistré",
        ),
        TrainingProblem::Lost { device, epochs } => Message::new(format!(
            "la connexion à {device} est perdue\u{202f}; l’entraînement s’est arrêté après l’époque {epochs}"
        ))
        .hint("relancez le serveur de calcul, puis reprenez où il s’est arrêté\u{a0}: train --resume ENTRAÎNEMENT"),
        TrainingProblem::Device { device, error } => {
            Message::new(format!("l’entraînement s’est arrêté\u{a0}: {device} a échoué\u{a0}: {error}"))
        }
        TrainingProblem::Learner { error } => Message::new(format!("l’entraînement s’est arrêté\u{a0}: {error}")),
        TrainingProblem::Panicked => Message::new("l’entraînement s’est arrêté sur une erreur interne, sans message"),
        TrainingProblem::NoCheckpointer => {
            Message::new("l’entraînement s’est arrêté\u{a0}: le Learner n’enregistre plus ses points de reprise")
        }
        TrainingProblem::Curves { error } => {
            Message::new(format!("les courbes n’ont pas pu être dessinées\u{a0}: {error}"))
        }
    }
}
