//! Problems of splitting images in French.

use crate::config::SplitName;
use crate::error::{ClassRemedy, Message, SplitProblem};

pub(in crate::error) fn split(problem: &SplitProblem) -> Message {
    match problem {
        SplitProblem::TrainSize { train, images, has_test_images } => {
            let range = match has_test_images {
                true => format!("de 1 à {images}"),
                false => format!("de 1 à {}, pour en laisser au test", images - 1),
            };
            Message::new(format!("data.train donne {train} images sur {images}, mais doit aller {range}"))
                .hint("changez data.train\u{a0}: un nombre d’images, ou une part comme 0.8")
        }
        SplitProblem::ValidationSize { validation, train } => Message::new(format!(
            "data.validation donne {validation} images, mais doit en donner moins de {train} (les images d’entraînement)"
        ))
        .hint("0 n’en met aucune de côté"),
        SplitProblem::NothingToWatch { patience } => Message::new(format!(
            "training.patience vaut {patience}, mais il n’y a pas d’images à surveiller\u{a0}: la source n’a pas de partie de \
             validation"
        ))
        .hint("donnez à data.validation un nombre d’images d’entraînement, ou une part comme 0.1"),
        SplitProblem::BatchSize { batch_size, images } => Message::new(format!(
            "training.batch_size vaut {batch_size}, mais doit aller de 1 à {images} (les images d’entraînement)"
        ))
        .hint("écrivez un nombre plus petit sous [training]"),
        SplitProblem::MissingClasses { split, images, classes, remedy } => {
            Message::new(missing_classes(*split, *images, classes)).hint(match remedy {
                ClassRemedy::Stratify => "réglez data.split = \"stratified\", ou changez data.train",
                ClassRemedy::TwoImagesEach => "chaque classe a besoin d’au moins deux images",
                ClassRemedy::SameClasses => {
                    "les images d’entraînement et de test de la source doivent avoir les mêmes classes\u{a0}; \
                     data.classes en donne la liste"
                }
            })
        }
        SplitProblem::UnknownGroups => {
            Message::new("data.split vaut \"group\", mais les groupes de ces images ne sont pas connus")
                .hint("nommez la colonne, ou le tableau, des groupes avec data.group")
        }
        SplitProblem::GreyColours => Message::new("augmentation.colour change les couleurs, mais les images sont grises")
            .hint("retirez augmentation.colour"),
        SplitProblem::OneGroup => Message::new("data.split vaut \"group\", mais toutes les images sont du même groupe")
            .hint("vérifiez data.group, ou partagez les images autrement"),
        SplitProblem::TooManyStages { stages, height, width, max } => too_many_stages(*stages, *height, *width, *max),
        SplitProblem::Empty { split } => {
            let message = Message::new(format!("il n’y a aucune image {}", purpose(*split)));
            match split {
                SplitName::Validation => {
                    message.hint("mettez des images de côté à l’entraînement, avec --set data.validation=200")
                }
                SplitName::Train | SplitName::Test => message,
            }
        }
    }
}

/// Le problème d’images trop petites pour leurs étages de convolution.
pub(in crate::error) fn too_many_stages(stages: usize, height: usize, width: usize, max: usize) -> Message {
    let has = if stages == 1 { "un étage".into() } else { format!("{stages} étages") };
    let message = Message::new(format!(
        "model.filters donne {has}, mais des images de {height}x{width} pixels n’en permettent que {max}\u{a0}: chaque étage \
         divise hauteur et largeur par deux"
    ));
    match max {
        0 => message.hint("écrivez filters = [] sous [model]"),
        _ => message.hint(format!("donnez au plus {max} nombres à model.filters, ou prenez des images plus grandes")),
    }
}

fn missing_classes(split: SplitName, images: usize, classes: &[String]) -> String {
    const MAX_SHOWN: usize = 5;
    let purpose = purpose(split);
    let subject = match images {
        1 => format!("la seule image {purpose} n’est pas"),
        _ => format!("aucune des {images} images {purpose} n’est"),
    };
    let plural = if classes.len() == 1 { "de la classe" } else { "de l’une des classes" };
    let shown: Vec<String> = classes.iter().take(MAX_SHOWN).map(|name| format!("{name:?}")).collect();
    let more = match classes.len().saturating_sub(MAX_SHOWN) {
        0 => String::new(),
        more => format!(" et {more} de plus"),
    };
    format!("{subject} {plural} {}{more}", shown.join(", "))
}

fn purpose(split: SplitName) -> &'static str {
    match split {
        SplitName::Train => "d’entraînement",
        SplitName::Validation => "de validation",
        SplitName::Test => "de test",
    }
}
