//! The reading report in French.

use crate::config::{Column, Fit, Paper};
use crate::error::brief;

use super::remark::short;
use super::{LeftOut, Reason, Remark, Thing};

pub(super) fn remark(remark: &Remark) -> String {
    match remark {
        Remark::Unit => "les nombres de 0 à 1 sont lus comme des parts de 255".into(),
        Remark::Separator { separator } => format!("les valeurs sont séparées par {}", self::separator(*separator)),
        Remark::TrailingSeparator => "le séparateur à la fin de chaque ligne n’est pas une colonne".into(),
        Remark::DecimalComma => "les nombres sont lus avec des virgules décimales".into(),
        Remark::Utf16 => "le texte est en UTF-16".into(),
        Remark::Arff => "le tableau est un fichier ARFF".into(),
        Remark::NumberedHeader => "la première ligne compte les colonnes\u{a0}: elle est prise pour leurs noms".into(),
        Remark::LabelColumn { column } => format!("la {} est prise pour les étiquettes", self::column(column)),
        Remark::OneHotColumns { first, last } => format!(
            "les colonnes de la {} à la {} sont prises pour les étiquettes\u{a0}: une colonne par classe (one-hot)",
            self::column(first),
            self::column(last)
        ),
        Remark::NumberedColumns => "les pixels sont mis dans l’ordre des numéros de leurs noms".into(),
        Remark::MatchedColumns => "les colonnes d’un autre ordre sont reconnues par leurs noms".into(),
        Remark::Range { low, high } => {
            format!("les nombres de {} à {} sont lus comme des niveaux de gris de 0 à 255", short(*low), short(*high))
        }
        Remark::Rounded => "les nombres à virgule sont arrondis à des niveaux de gris entiers".into(),
        Remark::Clamped { count: 1 } => "1 nombre hors de l’étendue est lu comme l’extrémité la plus proche".into(),
        Remark::Clamped { count } => {
            format!("{count} nombres hors de l’étendue sont lus comme l’extrémité la plus proche")
        }
        Remark::Planes => {
            "chaque image du tableau [n, 3, lignes, colonnes] est lue comme trois plans\u{a0}: rouge, vert, bleu".into()
        }
        Remark::Colours { has_colours: true, channels: 1 } => {
            "les couleurs sont devenues du gris (un entraînement avec data.channels = 3 les garde)".into()
        }
        Remark::Colours { has_colours: true, .. } => {
            "les images sont lues en couleurs\u{a0}: trois valeurs par pixel".into()
        }
        Remark::Colours { has_colours: false, .. } => {
            "les niveaux de gris sont devenus trois valeurs égales par pixel".into()
        }
        Remark::OneHot { columns } => {
            format!("les étiquettes de {columns} colonnes sont lues comme le numéro de la colonne du 1")
        }
        Remark::ByShape { images, labels } => {
            format!("d’après leur forme, {images:?} est pris pour les images, {labels:?} pour les étiquettes")
        }
        Remark::Transposed => "lignes et colonnes sont échangées, comme le dit data.transpose".into(),
        Remark::DigitsFound { height, width } => format!(
            "le chiffre de chaque image de {height}×{width} est trouvé, redressé et réduit à 8×8, comme le dit data.preprocess"
        ),
        Remark::DigitsCentred { height, width } => format!(
            "le chiffre de chaque image de {height}×{width} est trouvé et centré dans 28×28, comme le dit data.preprocess"
        ),
        Remark::WithoutDigit { count: 1, first } => {
            format!(
                "aucun chiffre n’a été trouvé sur 1 image ({first})\u{a0}: sa réponse porte sur une feuille blanche"
            )
        }
        Remark::WithoutDigit { count, first } => format!(
            "aucun chiffre n’a été trouvé sur {count} images (la première est {first})\u{a0}: leurs réponses portent sur une feuille blanche"
        ),
        Remark::Sideways { by_name: true } => {
            "les images d’EMNIST sont couchées\u{a0}: data.transpose = true les redresse".into()
        }
        Remark::Sideways { by_name: false } => {
            "les images sont plus larges que hautes\u{a0}: si elles sont couchées, data.transpose = true les redresse"
                .into()
        }
        Remark::Fit { fit: Fit::Letterbox } => {
            "les images d’une autre forme que data.size reçoivent des bandes (data.fit)".into()
        }
        Remark::Fit { fit: Fit::Crop } => {
            "les images d’une autre forme que data.size perdent leurs bords (data.fit)".into()
        }
        Remark::Fit { fit: Fit::Stretch } => {
            "les images d’une autre forme que data.size sont étirées (data.fit)".into()
        }
        Remark::Paper { paper: Paper::Black } => {
            "les images transparentes sont lues sur papier noir\u{a0}: la plupart ont une encre claire".into()
        }
        Remark::Paper { .. } => {
            "les images transparentes sont lues sur papier blanc\u{a0}: la plupart ont une encre foncée".into()
        }
        Remark::Inside { folder } => {
            format!("les classes viennent de {folder}, le seul dossier avec des images")
        }
        Remark::OneClass { class } => {
            format!("plusieurs dossiers s’appellent {class}, en diverses écritures d’Unicode\u{a0}: c’est une classe")
        }
        Remark::Faint { max, scale } => format!(
            "les niveaux de gris vont jusqu’à {max}, mais le réseau les divise par {scale}\u{a0}: vérifiez qu’ils ont l’étendue de l’entraînement"
        ),
    }
}

pub(super) fn left_out(entry: &LeftOut) -> String {
    let LeftOut { thing, reason, count, first } = entry;
    let (one, many, feminine) = match thing {
        Thing::File => ("fichier", "fichiers", false),
        Thing::Folder => ("dossier", "dossiers", false),
        Thing::Column => ("colonne", "colonnes", true),
        Thing::Row => ("ligne", "lignes", true),
        Thing::Array => ("tableau", "tableaux", false),
        Thing::Image => ("image", "images", true),
    };
    let left = match (count, feminine) {
        (1, false) => format!("{one} laissé de côté"),
        (1, true) => format!("{one} laissée de côté"),
        (_, false) => format!("{many} laissés de côté"),
        (_, true) => format!("{many} laissées de côté"),
    };
    let more = match count.saturating_sub(first.len()) {
        0 => String::new(),
        more => format!(" et {more} de plus"),
    };
    format!("{count} {left}\u{a0}: {} ({}{more})", self::reason(reason), first.join(", "))
}

fn separator(separator: char) -> String {
    match separator {
        ' ' => "des espaces".into(),
        '\t' => "des tabulations".into(),
        other => format!("{other:?}"),
    }
}

fn column(column: &Column) -> String {
    match column {
        Column::Name(name) => format!("colonne {:?}", brief(name)),
        Column::Position(position) => format!("colonne {position}"),
    }
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Hidden => "caché".into(),
        Reason::System => "fait par un système pour lui-même".into(),
        Reason::Own => "fait par ce programme".into(),
        Reason::NotAPicture { ending } if ending.is_empty() => "pas une image".into(),
        Reason::NotAPicture { ending } => format!("pas une image mais .{ending}"),
        Reason::UnreadFormat { format } => format!("au format {format}\u{a0}; à convertir en PNG ou JPEG"),
        Reason::Special => "ni fichier ni dossier".into(),
        Reason::ReadBefore => "lien vers un dossier auquel mène un autre lien".into(),
        Reason::NoPart => "son nom ne dit aucune partie, comme train ou test".into(),
        Reason::OtherFile => "pas un fichier de cette source".into(),
        Reason::OutsideClasses => "dans aucun dossier de classe".into(),
        Reason::Empty => "aucune image dedans".into(),
        Reason::Index => "numérote les lignes".into(),
        Reason::Blank => "aucune valeur dedans".into(),
        Reason::Groups => "nomme des groupes que data.group n’utilise pas".into(),
        Reason::Setting => "dans data.leave_out".into(),
        Reason::Unlabelled => "sans étiquettes\u{a0}; predict les lit".into(),
        Reason::BuiltIn => "les chiffres qui sont dans le programme".into(),
        Reason::OtherValidation => "data.validation met de côté des images d’entraînement à leur place".into(),
        Reason::OtherName => "son nom n’est ni celui d’images ni celui d’étiquettes".into(),
        Reason::Copy => "une copie de ce qui est lu".into(),
        Reason::LabelsAlone => "des étiquettes sans images".into(),
        Reason::Compressed => "le même nom sans .gz est lu".into(),
        Reason::Labels => "des étiquettes, dont predict n’a pas besoin".into(),
        Reason::NotTrained => "seules les images d’entraînement entraînent aussi".into(),
        Reason::NoDigit => "aucun chiffre n’a été trouvé".into(),
        Reason::OtherPart => "des images d’une autre partie".into(),
    }
}
