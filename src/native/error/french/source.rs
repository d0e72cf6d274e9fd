//! Problems with the sources of images, in French.

use super::super::{PathOption, SourceProblem};
use super::file::CHECK_PATH;
use crate::data::Part;
use crate::error::{Language, Message, brief};

const COLUMNS: &str = "une ligne a une colonne image, dont la partie bytes est une image, et une colonne label";
const SET_SIZE: &str = "réglez data.size = [lignes, colonnes] pour les ramener toutes à une taille";

pub(in crate::native::error) fn source(problem: &SourceProblem) -> Message {
    let (text, hint): (String, &str) = match problem {
        SourceProblem::NotFound { source, relative_to, option } => {
            let (name, set) = match option {
                PathOption::Set => ("data.path", "changez-le par --set data.path=..."),
                PathOption::Data => ("ce chemin", "dites où sont les images avec --data CHEMIN"),
            };
            return Message::new(format!("impossible à lire\u{a0}: {source}")).hint(match relative_to {
                Some(folder) => format!("{name} part de {folder}\u{202f}; {set}"),
                None => set.into(),
            });
        }
        SourceProblem::NoIdxFile { setting, name } => {
            return Message::new(format!("il n’y a pas de fichier {name}, ni avec .gz ni sans"))
                .hint(format!("nommez le fichier avec {setting}, ou vérifiez data.path"));
        }
        SourceProblem::TwoFiles { setting, files: [a, b] } => {
            return Message::new(format!("{a:?} et {b:?} pourraient tous deux être {setting}"))
                .hint(format!("nommez le bon\u{a0}: --set {setting}={a}, ou --set {setting}={b}"));
        }
        SourceProblem::Unreadable { source } => (format!("impossible à lire\u{a0}: {source}"), CHECK_PATH),
        SourceProblem::NotAFile => ("ce n’est pas un fichier".into(), "nommez un fichier"),
        SourceProblem::NotAnIdxFolder => {
            ("ce n’est pas un dossier".into(), "data.path est le dossier qui contient les fichiers idx")
        }
        SourceProblem::NotAPictureFolder => {
            ("ce n’est pas un dossier".into(), "data.path est un dossier qui contient un dossier par classe")
        }
        SourceProblem::Outside { setting, name } => {
            (format!("{setting} vaut {name:?}, ce qui mène hors du dossier"), "nommez un fichier du dossier data.path")
        }
        SourceProblem::LabelCount { labels, image_file, images } => (
            format!("{labels} étiquettes, mais {image_file} a {images} images"),
            "vérifiez que les deux fichiers vont ensemble",
        ),
        SourceProblem::NoTrainTable => (
            "il n’y a pas de train.csv dans ce dossier".into(),
            "nommez un fichier, ou un dossier avec train.csv et test.csv",
        ),
        SourceProblem::TwoTables { first, second } => (
            format!("{first} et {second} pourraient être la même partie"),
            "nommez un fichier, ou laissez dans le dossier un tableau dont le nom contient train et un dont le nom contient test",
        ),
        SourceProblem::NoArrays => (
            "il n’y a ni x.npy ni x_train.npy dans ce dossier".into(),
            "enregistrez les images sous x.npy, les étiquettes sous y.npy",
        ),
        SourceProblem::GroupPosition { position } => (
            format!("data.group vaut {position}, mais les tableaux ont des noms"),
            "écrivez le nom du tableau entre guillemets",
        ),
        SourceProblem::ArrayLength { name, found, image_array, images } => (
            format!("le tableau {name:?} a {found} valeurs, mais {image_array:?} a {images} images"),
            "donnez une valeur à chaque image",
        ),
        SourceProblem::TestWithoutTrain { name } => (
            format!("il y a un dossier {name}, mais pas de dossier train"),
            "appelez train le dossier des images d’entraînement",
        ),
        SourceProblem::NoClasses => {
            ("aucun dossier dedans ne contient d’images".into(), "faites un dossier par classe, avec ses images dedans")
        }
        SourceProblem::EmptyClass => (
            "le dossier d’une classe ne contient aucune image".into(),
            "mettez-y des images PNG ou JPEG, ou supprimez-le",
        ),
        SourceProblem::LinkLoop { ancestor } => {
            (format!("c’est un lien vers {ancestor}, qui le contient\u{a0}: il n’a pas de fin"), "supprimez le lien")
        }
        SourceProblem::ClassNotUtf8 => (
            "le nom du dossier d’une classe n’est pas en UTF-8".into(),
            "renommez-le avec des lettres que tous les systèmes connaissent",
        ),
        SourceProblem::PartTwice { part, other } => (
            format!("les noms de ce dossier et de {other} désignent tous deux {}", part_images(*part)),
            "réunissez-les, renommez l’un d’eux, ou déplacez-le",
        ),
        SourceProblem::UnknownParts { folders, inside } => (
            format!(
                "les dossiers {} contiennent tous les mêmes dossiers ({})\u{a0}: des parties plutôt que des classes",
                folders.join(", "),
                inside.join(", ")
            ),
            "renommez les parties en train et test (et val), ou mettez les images directement dans le dossier de leur classe",
        ),
        SourceProblem::PictureSize { found: (height, width), first, expected: (rows, columns) } => (
            format!(
                "l’image fait {height}×{width} pixels, mais {} fait {rows}×{columns}",
                first.text(Language::French)
            ),
            SET_SIZE,
        ),
        SourceProblem::NoDigit { reason } => {
            (reason.message(Language::French).text, "supprimez l’image, ou remplacez-la par une meilleure")
        }
        SourceProblem::NoParquet => (
            "pour les fichiers Parquet, il faut un programme compilé avec parquet".into(),
            "compilez-le ainsi\u{a0}: cargo run --release --features parquet -- ...",
        ),
        SourceProblem::NoTrainParquet => (
            "il n’y a pas de fichier d’entraînement dans ce dossier".into(),
            "les fichiers s’appellent train-....parquet et test-....parquet",
        ),
        SourceProblem::Parquet { error } => (format!("impossible à lire\u{a0}: {error}"), COLUMNS),
        SourceProblem::ParquetDamaged => ("un fichier est abîmé".into(), "procurez-vous-le à nouveau"),
        SourceProblem::NoRows => ("il n’y a pas de lignes".into(), COLUMNS),
        SourceProblem::NoPicture => ("il n’y a pas d’image".into(), COLUMNS),
        SourceProblem::NoLabel => ("il n’y a pas d’étiquette".into(), COLUMNS),
        SourceProblem::NoGroup => ("il n’y a pas de groupe".into(), COLUMNS),
        SourceProblem::AlsoOfAlso => (
            "cette expérience de data.also a elle-même un data.also".into(),
            "nommez toutes les autres sources dans le premier data.also",
        ),
        SourceProblem::AlsoSize { found: (height, width), expected: (rows, columns) } => (
            format!(
                "les images de data.also font {height}×{width}, mais celles avec lesquelles elles entraînent font {rows}×{columns}"
            ),
            "ramenez toutes les images à une taille par data.size ou data.preprocess",
        ),
        SourceProblem::AlsoChannels { found, expected } => (
            format!(
                "les images de data.also ont {found} valeurs par pixel, mais celles avec lesquelles elles entraînent en ont {expected}"
            ),
            "donnez à toutes le même data.channels\u{a0}: 1 pour le gris, 3 pour les couleurs",
        ),
        SourceProblem::AlsoScale { found, expected } => (
            format!(
                "les niveaux de gris de ces images de data.also vont jusqu’à {found}, mais ceux des autres jusqu’à {expected}"
            ),
            "ramenez-les à une même étendue\u{a0}: data.preprocess = \"digit\" donne partout de 0 à 16",
        ),
        SourceProblem::AlsoClasses { found, classes } => (
            format!(
                "les images de data.also ont les classes {}, mais celles avec lesquelles elles entraînent {}",
                brief(&found.join(", ")),
                brief(&classes.join(", "))
            ),
            "donnez à toutes les sources les mêmes classes par data.classes",
        ),
    };
    Message::new(text).hint(hint)
}

fn part_images(part: Part) -> &'static str {
    match part {
        Part::Train => "les images d’entraînement",
        Part::Validation => "les images de validation",
        Part::Test => "les images de test",
        Part::Unlabelled => "des images sans étiquettes",
    }
}

/// The first of several errors, with the number of the others.
pub(in crate::native::error) fn several(first: Message, others: usize) -> Message {
    let others = match others {
        1 => "1 autre fichier est illisible".into(),
        others => format!("{others} autres fichiers sont illisibles"),
    };
    Message { text: format!("{} (et {others})", first.text), ..first }
        .hint("`data check` avec cette configuration les montre tous")
}
