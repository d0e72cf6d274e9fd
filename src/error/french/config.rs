//! Problems of a configuration in French.

use crate::config::{Allowed, Found, NotAnOverride, Problem, ProblemKind, Slip};
use crate::error::Message;
use crate::error::words::{number, quoted};

use super::split::too_many_stages;

/// One problem of a configuration.
pub(in crate::error) fn problem(problem: &Problem) -> Message {
    let path = &problem.path;
    let message = match &problem.kind {
        ProblemKind::NotUtf8 { is_utf16: true } => Message::new("le fichier est en UTF-16, et non en UTF-8").hint(
            "enregistrez-le en UTF-8\u{a0}: dans le Bloc-notes, par Enregistrer sous et Encodage\u{202f}; dans PowerShell, par | Out-File -Encoding utf8 au lieu de >",
        ),
        ProblemKind::NotUtf8 { is_utf16: false } => {
            Message::new("le fichier n’est pas en UTF-8\u{a0}: ce caractère est illisible").hint("enregistrez-le en UTF-8")
        }
        ProblemKind::Syntax { toml } => Message::new(format!("ce n’est pas du TOML valide\u{a0}: {}", syntax(toml))),
        ProblemKind::UnknownSetting { similar, siblings } => {
            let message = Message::new(format!("il n’y a pas de réglage {path}"));
            match (similar, path.rsplit_once('.')) {
                (Some(similar), _) => message.hint(format!("vouliez-vous dire {similar}\u{a0}?")),
                (None, Some((table, _))) if !siblings.is_empty() => {
                    message.hint(format!("réglages de [{table}]\u{a0}: {}", siblings.join(", ")))
                }
                (None, _) => message,
            }
        }
        ProblemKind::NotATable => Message::new(format!("{path} doit être une table"))
            .hint(format!("écrivez ses réglages sous une ligne [{path}]")),
        ProblemKind::NotASetting { settings } => Message::new(format!("{path} est une table, pas un réglage"))
            .hint(format!("ses réglages sont {}", settings.join(", "))),
        ProblemKind::NotAllowed { setting, found, similar } => {
            let found = match found {
                Found::Value(value) => format!("vaut {value}"),
                Found::Table => "est une table".into(),
                Found::HugeNumber => "est un nombre de plus de 64 bits".into(),
            };
            let message = Message::new(format!("{path} {found}, mais doit être {}", allowed(&setting.allowed)));
            match similar {
                Some(word) => message.hint(format!("vouliez-vous dire {word:?}\u{a0}?")),
                None => message.hint(setting.hint.french),
            }
        }
        ProblemKind::BatchSize { found, images } => {
            let text = format!(
                "training.batch_size vaut {found}, mais doit aller de 1 à {images} (les images d’entraînement)"
            );
            let is_too_large = usize::try_from(*found).is_ok_and(|found| found > *images);
            Message::new(text).hint(match is_too_large {
                true => "écrivez un nombre plus petit sous [training]",
                false => "l’article utilise 200",
            })
        }
        ProblemKind::NothingToTest { train, images } => Message::new(format!(
            "data.train vaut {train}, mais doit laisser une partie des {images} images pour le test"
        ))
        .hint("l’article utilise 1000"),
        ProblemKind::NoTestImages { images } => Message::new(format!(
            "data.train vaut \"auto\", mais les {images} chiffres n’ont pas d’images de test à eux"
        ))
        .hint("l’article utilise 1000"),
        ProblemKind::NothingToTrain { validation, train } => Message::new(format!(
            "data.validation vaut {validation}, mais doit être inférieur à data.train, qui vaut {train}"
        ))
        .hint("0 n’en met aucune de côté"),
        ProblemKind::NothingToWatch { patience, suggested } => Message::new(format!(
            "training.patience vaut {patience}, mais il n’y a pas de perte de validation à surveiller"
        ))
        .hint(format!("mettez des images de côté avec data.validation = {suggested}")),
        ProblemKind::OneNumberForSize { found } => Message::new(format!(
            "data.size vaut [{found}], mais doit donner le nombre de lignes et le nombre de colonnes"
        ))
        .hint(format!("écrivez [{found}, {found}]")),
        ProblemKind::OtherSource { source, applies_to } => {
            let sources: Vec<String> = applies_to.iter().map(ToString::to_string).collect();
            Message::new(format!("{path} ne s’applique pas à data.source = \"{source}\""))
                .hint(format!("il sert à {}\u{a0}: retirez-le, ou changez data.source", sources.join(", ")))
        }
        ProblemKind::NoPath { source } => {
            Message::new(format!("data.source vaut \"{source}\", mais data.path ne dit pas où sont les images"))
                .hint("écrivez path = \"...\" sous [data], ou --set data.path=...")
        }
        ProblemKind::SizeOfDigits => {
            Message::new("data.size ne s’applique pas à data.preprocess = \"digit\" ou \"centred\", dont les images font 8×8 ou 28×28")
                .hint("retirez-le")
        }
        ProblemKind::ColourOfDigits => {
            Message::new("data.channels vaut 3, mais data.preprocess = \"digit\" ou \"centred\" fait des images grises")
                .hint("retirez l’un des deux")
        }
        ProblemKind::GreyColours => {
            Message::new("augmentation.colour change les couleurs, mais data.channels = 1 rend les images grises")
                .hint("mettez data.channels = 3, ou retirez augmentation.colour")
        }
        ProblemKind::Twice { other } => {
            Message::new(format!("{path} et {other} sont deux noms d’un même réglage")).hint("retirez l’un des deux")
        }
        ProblemKind::NoGroups => {
            Message::new("data.split vaut \"group\", mais data.group ne dit pas quelle colonne contient les groupes")
                .hint("nommez la colonne des groupes avec data.group")
        }
        ProblemKind::ClassesOfDigits => {
            Message::new("data.classes ne peut pas renommer les chiffres").hint("retirez-le")
        }
        ProblemKind::TooManyStages { stages, height, width, max } => too_many_stages(*stages, *height, *width, *max),
    };
    let message = match &problem.slip {
        Some(slip) => message.hint(self::slip(slip)),
        None => message,
    };
    message.at(problem.place.to_string())
}

/// The way to write what was meant.
fn slip(slip: &Slip) -> String {
    match slip {
        Slip::Backslash => {
            "entre guillemets doubles, \\ a un sens spécial\u{a0}: écrivez les chemins avec /, ou entre apostrophes, comme 'C:\\Users\\moi'".into()
        }
        Slip::DecimalComma { meant } => format!("écrivez les décimales avec un point\u{a0}: {meant}"),
        Slip::ThousandsSeparator { meant } => {
            format!("écrivez {meant} sans séparateur\u{a0}; une liste se met entre crochets")
        }
        Slip::TypographicQuotes { found } => {
            format!("{found} est un guillemet typographique\u{a0}: écrivez des guillemets droits, \"...\"")
        }
        Slip::CapitalBoolean { meant } => format!("écrivez {meant}, en minuscules"),
        Slip::Colon => "écrivez = à la place du deux-points".into(),
        Slip::Lookalike { found, meant } => {
            format!("U+{:04X} ressemble à {meant:?}, sans l’être\u{a0}: écrivez le caractère simple", u32::from(*found))
        }
    }
}

/// The allowed values of a setting.
pub(in crate::error) fn allowed(allowed: &Allowed) -> String {
    match allowed {
        Allowed::Name => {
            "un nom entre guillemets\u{a0}: une lettre ou un chiffre, puis des lettres, des chiffres, «\u{a0}-\u{a0}», «\u{a0}_\u{a0}» \
                          et «\u{a0}.\u{a0}», au plus 100"
                .into()
        }
        Allowed::Boolean => "true ou false".into(),
        Allowed::Integer { min, max } => format!("un nombre entier, de {min} à {max}"),
        Allowed::Number { min, max, above } => {
            let (min, max) = (number(*min), number(*max));
            if *above {
                format!("un nombre supérieur à {min}, jusqu’à {max}")
            } else {
                format!("un nombre, de {min} à {max}")
            }
        }
        Allowed::Integers { min, max, max_len } => {
            format!("une liste d’au plus {max_len} nombres entiers, chacun de {min} à {max}")
        }
        Allowed::Range => "deux nombres, le plus petit d’abord, ou une liste vide".into(),
        Allowed::Text => "un texte d’une ligne".into(),
        Allowed::Separator => {
            "\"auto\", ou un caractère qui ne soit ni une lettre, ni un chiffre, ni un guillemet, ni «\u{a0}.\u{a0}», «\u{a0}+\u{a0}» ou «\u{a0}-\u{a0}»".into()
        }
        Allowed::Texts => "une liste de textes".into(),
        Allowed::Names => "une liste d’au moins deux textes différents, ou une liste vide".into(),
        Allowed::Columns => {
            "\"auto\", ou une liste de noms entre guillemets et de positions comptées à partir de 0".into()
        }
        Allowed::Column => "un nom entre guillemets, ou une position comptée à partir de 0".into(),
        Allowed::Portion { auto, min } => {
            let word = if *auto { "\"auto\", " } else { "" };
            format!("{word}un nombre entier, {min} ou plus, ou une part entre 0 et 1")
        }
        Allowed::Choice([words @ .., last]) => format!("{} ou {last:?}", quoted(words)),
        Allowed::Choice([]) => unreachable!("a setting has words to choose from"),
        Allowed::ColourStrengths => {
            "[teinte, saturation, luminosité], de 0 à 180 degrés, à 2 et à 2, ou une liste vide".into()
        }
        Allowed::Channels => "\"auto\", 1 ou 3".into(),
        Allowed::WordOrInteger { word, min, max } => format!("{word:?}, ou un nombre entier, de {min} à {max}"),
    }
}

/// An override that is not `KEY=VALUE`.
pub(in crate::error) fn not_an_override(NotAnOverride { text }: &NotAnOverride) -> Message {
    Message::new(format!("{text:?} n’est pas de la forme RÉGLAGE=VALEUR\u{a0}; par exemple training.epochs=50"))
}

/// A message of the TOML library in French; in English if it is a rare one.
fn syntax(english: &str) -> String {
    let (problem, expected) = match english.split_once(", expected ") {
        Some((problem, expected)) => (problem, Some(expected)),
        None => (english, None),
    };
    let french = match problem {
        "duplicate key" => "nom présent deux fois",
        "extra `=`" | "unexpected `=` in array" => "«\u{a0}=\u{a0}» de trop",
        "extra comma in array" | "extra comma in inline table" => "virgule de trop",
        "invalid basic string" | "invalid literal string" => "texte sans guillemet à la fin",
        "invalid boolean" => "ni true ni false",
        "invalid key" | "invalid unquoted key" => "nom de réglage illisible",
        "invalid key-value pair" => "ligne illisible",
        "invalid value" => "valeur illisible",
        "key with no value" => "nom sans valeur",
        "missing comma between array elements" | "missing comma between key-value pairs" => "virgule absente",
        "missing opening quote" => "guillemet absent au début d’un texte",
        "missing value" | "missing value for key" => "valeur absente",
        "string values must be quoted" => "valeur absente, ou texte sans guillemets",
        "unclosed array" => "liste sans fin",
        "unclosed inline table" | "unclosed table" | "unclosed array table" => "table sans fin",
        "unexpected content" => "quelque chose de trop",
        "unexpected key or value" => "quelque chose de trop sur cette ligne",
        "unexpected leading zero" => "zéro de trop au début d’un nombre",
        "unexpected sign" | "redundant numeric sign" => "signe de trop devant un nombre",
        "missing escaped value" => "caractère absent après «\u{a0}\\\u{a0}»",
        problem if problem.starts_with("invalid date") || problem.starts_with("invalid time") => "date illisible",
        problem if problem.starts_with("invalid") && problem.ends_with("number") => "nombre illisible",
        _ => return english.into(),
    };
    match expected {
        // A sign in backquotes needs no translation; a kind of text does.
        Some(sign) if sign.starts_with('`') && sign.ends_with('`') => format!("{french}, on attend {sign}"),
        _ => french.into(),
    }
}
