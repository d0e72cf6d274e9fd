//! Networks that a format cannot hold, in French.

use crate::error::{ExportProblem, Message};

pub(in crate::error) fn export(format: &str, problem: &ExportProblem) -> Message {
    match problem {
        ExportProblem::Variants => Message::new(format!(
            "{format} contient une seule lecture d’une image, mais ce réseau lit chaque image cinq fois (prediction.variants)"
        ))
        .hint("entraînez-le avec --set prediction.variants=false, ou choisissez un autre format"),
        ExportProblem::Activation { activation } => {
            Message::new(format!("{format} ne connaît pas l’activation {activation}"))
                .hint("exportez-le en onnx, ou entraînez-le avec model.activation sigmoid, tanh ou relu")
        }
        ExportProblem::Stages => Message::new(format!(
            "{format} n’a pas de convolution, par laquelle ce réseau commence (model.filters)"
        ))
        .hint("exportez-le en onnx ou en pytorch, ou entraînez un réseau avec model.filters = []"),
        ExportProblem::Int8 => Message::new(format!("{format} ne s’écrit pas avec des poids de 8 bits\u{a0}: seul C le fait"))
            .hint("retirez --int8, ou écrivez --to c --int8"),
        ExportProblem::Layers => Message::new(format!(
            "les couches du réseau ne mènent pas des pixels aux classes\u{a0}: il ne s’écrit pas en {format}"
        ))
        .hint(
            "donnez-lui au moins une couche dense, à chacune autant d’entrées que la précédente a de sorties, et la même \
             activation entre elles",
        ),
        ExportProblem::NotFinite => Message::new(format!(
            "un poids du réseau n’est pas un nombre fini\u{a0}: il ne s’écrit pas en {format}"
        ))
        .hint("entraînez-le à nouveau, avec un optimizer.learning_rate plus petit"),
        ExportProblem::NotReadBack { images, labels } => Message::new(format!(
            "le fichier {format} ne répond pas comme le réseau\u{a0}: {labels} étiquettes sur {images} sont les mêmes\u{202f}; rien n’a été écrit"
        ))
        .hint("c’est un défaut du programme\u{a0}: merci de le signaler, avec le fichier du modèle"),
    }
}
