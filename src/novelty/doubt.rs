//! Doubts about an answer: two levels, each with one wording, and the reasons for the second.

use std::fmt;
use std::ops::RangeInclusive;

use crate::error::Language;

/// A doubt about an answer. An answer has at most one of each level.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// The network or the nearest images are divided between two classes.
    Unsure {
        /// Index of the other class.
        label: usize,
        /// Its name.
        class: String,
    },
    /// The image is perhaps of none of the classes.
    NoClass {
        /// The classes are the ten digits.
        is_digit: bool,
        /// The reasons, at least one.
        reasons: Vec<Reason>,
    },
}

/// A reason to take an image for one of none of the classes.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// No training image is near.
    Far {
        /// Distance to the nearest one.
        distance: f64,
        /// [`Limits::distance`](super::Limits::distance) of the training images.
        limit: f64,
    },
    /// The answer is unsure, and no training image is very near.
    Unlike {
        /// Distance to the nearest one.
        distance: f64,
    },
    /// There is less or more ink than on any training image.
    Ink {
        /// Sum of all pixels.
        ink: u32,
        /// [`Limits::ink`](super::Limits::ink) of the training images.
        limits: RangeInclusive<u32>,
    },
    /// It looks like the negative of the training images: light where they are dark, and dark where they are light.
    Negative {
        /// Mean grey value at its border, as a share of the greatest.
        border: f64,
        /// The mean of the same over the training images.
        usual: f64,
    },
    /// The ink fills its box like a patch, and has no strokes.
    Patch,
    /// The ink is in two large parts or more.
    Parts,
    /// The ink encloses more holes than a digit has.
    Holes,
}

impl Doubt {
    /// The kind of the doubt in JSON: `unsure`, `no-digit` or `no-class`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unsure { .. } => "unsure",
            Self::NoClass { is_digit: true, .. } => "no-digit",
            Self::NoClass { is_digit: false, .. } => "no-class",
        }
    }

    /// The doubt in a few words, the same for each doubt of its level.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Unsure { class, .. }, Language::English) => format!("could also be {} {class}", article(class)),
            // A name has a gender; a digit is masculine.
            (Self::Unsure { class, .. }, Language::French) => match is_number(class) {
                true => format!("pourrait aussi être un {class}"),
                false => format!("pourrait aussi être «\u{a0}{class}\u{a0}»"),
            },
            (Self::NoClass { is_digit: true, .. }, Language::English) => "perhaps no digit".into(),
            (Self::NoClass { is_digit: true, .. }, Language::French) => "peut-être pas un chiffre".into(),
            (Self::NoClass { is_digit: false, .. }, Language::English) => "perhaps none of the classes".into(),
            (Self::NoClass { is_digit: false, .. }, Language::French) => "peut-être aucune des classes".into(),
        }
    }

    /// The reasons; none for [`Doubt::Unsure`].
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Unsure { .. } => &[],
            Self::NoClass { reasons, .. } => reasons,
        }
    }
}

impl fmt::Display for Doubt {
    /// The message in English, with the reasons.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))?;
        for (i, reason) in self.reasons().iter().enumerate() {
            write!(f, "{} {reason}", if i == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

/// The indefinite article of a word or a number: an apple, an 8.
fn article(name: &str) -> &'static str {
    let is_spoken_with_vowel = match is_number(name) {
        true => name.starts_with('8') || name == "11" || name == "18",
        false => name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']),
    };
    if is_spoken_with_vowel { "an" } else { "a" }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

impl Reason {
    /// The reason, to follow the wording of the doubt.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Far { distance, limit }, Language::English) => {
                format!("the nearest training image is {distance:.1} away, while 98 of 100 have one within {limit:.1}")
            }
            (Self::Far { distance, limit }, Language::French) => {
                let [distance, limit] = [distance, limit].map(|number| format!("{number:.1}").replace('.', ","));
                format!(
                    "l’image d’entraînement la plus proche est à {distance}, alors que 98 sur 100 en ont une à moins de {limit}"
                )
            }
            (Self::Unlike { distance }, Language::English) => {
                format!("no class is sure, and the nearest training image is {distance:.1} away")
            }
            (Self::Unlike { distance }, Language::French) => {
                let distance = format!("{distance:.1}").replace('.', ",");
                format!("aucune classe n’est sûre, et l’image d’entraînement la plus proche est à {distance}")
            }
            (Self::Ink { ink, limits }, Language::English) => {
                format!(
                    "the ink adds up to {ink}, that of a training image to between {} and {}",
                    limits.start(),
                    limits.end()
                )
            }
            (Self::Ink { ink, limits }, Language::French) => format!(
                "la somme de l’encre est {ink}, celle des images d’entraînement va de {} à {}",
                limits.start(),
                limits.end()
            ),
            (Self::Patch, Language::English) => "the ink is a patch without strokes".into(),
            (Self::Patch, Language::French) => "l’encre est une tache sans traits".into(),
            (Self::Parts, Language::English) => "the ink is in several large parts".into(),
            (Self::Parts, Language::French) => "l’encre est en plusieurs grands morceaux".into(),
            (Self::Holes, Language::English) => "the ink encloses four holes or more".into(),
            (Self::Holes, Language::French) => "l’encre entoure au moins quatre trous".into(),
            (Self::Negative { border, usual }, Language::English) => format!(
                "it looks like the negative of the training images: its border is {} (theirs {}), so invert it",
                grey(*border, ["dark", "grey", "light"]),
                grey(*usual, ["dark", "grey", "light"])
            ),
            (Self::Negative { border, usual }, Language::French) => format!(
                "elle ressemble au négatif des images d’entraînement\u{a0}: son bord est {} (le leur {}), inversez-la",
                grey(*border, ["foncé", "gris", "clair"]),
                grey(*usual, ["foncé", "gris", "clair"])
            ),
        }
    }
}

/// A share of the greatest grey value in words and in percent.
fn grey(share: f64, [dark, grey, light]: [&str; 3]) -> String {
    let word = match share {
        share if share < 0.35 => dark,
        share if share > 0.65 => light,
        _ => grey,
    };
    format!("{word}, {:.0} %", 100.0 * share)
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}
