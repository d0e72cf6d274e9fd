//! Photographs of sheets that cannot be read, in French.

use crate::error::{Corner, Message, SheetProblem};

pub(in crate::error) fn sheet(problem: &SheetProblem) -> Message {
    match problem {
        SheetProblem::NoSheet => Message::new(
            "aucune feuille sur cette photo\u{a0}: pas un des quatre carrés noirs des coins n’a été trouvé",
        )
        .hint("photographiez la feuille entière, d’en haut, nette et bien éclairée"),
        SheetProblem::MissingCorners { sheet, corners } => {
            let names: Vec<&str> = corners.iter().map(|&corner| name(corner)).collect();
            let missing = match names.as_slice() {
                [one] => format!("il manque le carré noir {one}"),
                _ => format!("il manque les carrés noirs {}", names.join(" et ")),
            };
            Message::new(format!("feuille {sheet}\u{a0}: {missing}, ses cases n’ont donc pas été lues"))
                .hint("refaites la photo, avec les quatre carrés noirs entiers et découverts")
        }
        SheetProblem::NotFlat { sheet } => Message::new(format!(
            "la feuille {sheet} n’est pas à plat\u{a0}: ses carrés noirs ne vont pas ensemble, ses cases n’ont donc pas été lues"
        ))
        .hint("posez la feuille à plat sur une table, et refaites la photo d’en haut"),
        SheetProblem::TooManySheets { last, max } => {
            Message::new(format!("la dernière feuille aurait le numéro {last}, mais le plus grand est {max}"))
                .hint("donnez un plus petit --pupils ou --first")
        }
        SheetProblem::OtherDigits { sheet, kept } => Message::new(format!(
            "cette feuille {sheet} porte d’autres chiffres que la feuille {sheet} de {kept}, qui a été gardée\u{a0}: celle-ci est laissée de côté"
        ))
        .hint("imprimez pour chaque élève une feuille à son numéro\u{a0}; lisez des copies d’une même feuille dans des fichiers à part"),
    }
}

fn name(corner: Corner) -> &'static str {
    match corner {
        Corner::TopLeft => "en haut à gauche",
        Corner::TopRight => "en haut à droite",
        Corner::BottomRight => "en bas à droite",
        Corner::BottomLeft => "en bas à gauche",
    }
}
