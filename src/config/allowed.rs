//! Allowed values of settings.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use toml::Value;

/// Type and allowed values of a setting; bounds are included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// A name for a folder.
    Name,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A number.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Excludes `min` itself.
        above: bool,
    },
    /// A list of whole numbers.
    Integers {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
        /// Largest number of values.
        max_len: usize,
    },
    /// Two finite numbers, the smaller one first, or an empty list.
    Range,
    /// A text of one line; an empty one stands for none.
    Text,
    /// One ASCII character that does not occur in words and numbers, or `auto`.
    Separator,
    /// A list of two or more different texts, or an empty one.
    Names,
    /// A list of texts, each of one line and not empty.
    Texts,
    /// The name of a column or an array, or the position of the column, counted from 0.
    Column,
    /// The word `auto`, or a list of columns.
    Columns,
    /// A number of images, or a share between 0 and 1.
    Portion {
        /// Allows the word `auto`: the source decides.
        auto: bool,
        /// Smallest number.
        min: i64,
    },
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Strengths for hue, in degrees, saturation and brightness, or an empty list.
    ColourStrengths,
    /// Values of a pixel: the word `auto`, 1 or 3.
    Channels,
    /// One word, or a whole number.
    WordOrInteger {
        /// The word.
        word: &'static str,
        /// Smallest number.
        min: i64,
        /// Largest number.
        max: i64,
    },
}

/// Whole numbers in a range.
pub(super) const fn integer(range: RangeInclusive<i64>) -> Allowed {
    Allowed::Integer { min: *range.start(), max: *range.end() }
}

/// Numbers in a range.
pub(super) const fn number(range: RangeInclusive<f64>) -> Allowed {
    Allowed::Number { min: *range.start(), max: *range.end(), above: false }
}

/// Maximum number of bytes of a text.
pub(super) const MAX_TEXT: usize = 4096;
/// Maximum number of bytes of a name.
pub(super) const MAX_NAME: usize = 100;
/// Maximum number of names of a list.
pub(super) const MAX_NAMES: usize = 10_000;
/// Largest position of a column.
pub(super) const MAX_COLUMN: i64 = 100_000_000;
/// Largest number of images.
pub(super) const MAX_IMAGES: i64 = 1_000_000_000;

impl Allowed {
    /// Tells whether a setting may have this value.
    pub(crate) fn permits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Name, Value::String(name)) => is_name(name),
            (Self::Boolean, Value::Boolean(_)) => true,
            (Self::Integer { min, max } | Self::WordOrInteger { min, max, .. }, Value::Integer(n)) => {
                (min..=max).contains(&n)
            }
            (Self::Channels, Value::Integer(n)) => [1, 3].contains(n),
            (Self::Channels, Value::String(word)) => word == "auto",
            (Self::WordOrInteger { word, .. }, Value::String(text)) => word == text,
            (Self::Number { min, max, above }, Value::Float(x)) => {
                (if *above { x > min } else { x >= min }) && x <= max
            }
            (Self::Integers { min, max, max_len }, Value::Array(items)) => {
                let is_in_range = |item: &Value| item.as_integer().is_some_and(|n| (*min..=*max).contains(&n));
                items.len() <= *max_len && items.iter().all(is_in_range)
            }
            (Self::Range, Value::Array(items)) => is_range(items),
            (Self::ColourStrengths, Value::Array(items)) => are_strengths(items),
            (Self::Choice(words), Value::String(word)) => words.contains(&word.as_str()),
            (Self::Text | Self::Column, Value::String(text)) => {
                text.len() <= MAX_TEXT && !text.contains(char::is_control)
            }
            (Self::Column, Value::Integer(n)) => (0..=MAX_COLUMN).contains(n),
            (Self::Columns, Value::String(word)) => word == "auto",
            (Self::Columns, Value::Array(items)) => {
                items.len() <= MAX_NAMES
                    && items.iter().all(|item| Self::Column.permits(item) && item.as_str() != Some(""))
            }
            (Self::Separator, Value::String(text)) => text == "auto" || is_separator(text),
            (Self::Names, Value::Array(items)) => are_names(items),
            (Self::Texts, Value::Array(items)) => {
                items.len() <= MAX_NAMES
                    && items.iter().all(|item| Self::Text.permits(item) && item.as_str() != Some(""))
            }
            (Self::Portion { min, .. }, Value::Integer(n)) => (*min..=MAX_IMAGES).contains(n),
            (Self::Portion { .. }, Value::Float(x)) => *x > 0.0 && *x < 1.0,
            (Self::Portion { auto, .. }, Value::String(word)) => *auto && word == "auto",
            _ => false,
        }
    }
}

/// A name that works as a folder's on every system.
fn is_name(name: &str) -> bool {
    // Some keyboards write a letter like \u{e9} as two characters: the letter, and a combining accent.
    let is_accent = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    name.starts_with(char::is_alphanumeric)
        && name.len() <= MAX_NAME
        && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c) || is_accent(c))
}

fn is_separator(text: &str) -> bool {
    let is_separator = |c: char| (c == '\t' || !c.is_control()) && c.is_ascii() && !c.is_ascii_alphanumeric();
    text.len() == 1 && text.chars().all(|c| is_separator(c) && !"\".+-".contains(c))
}

/// No numbers at all, or two finite ones in ascending order.
fn is_range(items: &[Value]) -> bool {
    match items {
        [] => true,
        [Value::Float(low), Value::Float(high)] => low < high && low.is_finite() && high.is_finite(),
        _ => false,
    }
}

/// Largest strengths of hue, in degrees, saturation and brightness.
pub(super) const MAX_STRENGTHS: [f64; 3] = [180.0, 2.0, 2.0];

/// No numbers at all, or three, each from 0 to its largest.
fn are_strengths(items: &[Value]) -> bool {
    let fits = |(item, most): (&Value, f64)| item.as_float().is_some_and(|strength| (0.0..=most).contains(&strength));
    items.is_empty() || items.len() == MAX_STRENGTHS.len() && items.iter().zip(MAX_STRENGTHS).all(fits)
}

/// No names at all, or two and more that differ.
fn are_names(items: &[Value]) -> bool {
    let Some(names) = items.iter().map(Value::as_str).collect::<Option<Vec<_>>>() else { return false };
    let is_name = |name: &&str| !name.is_empty() && name.len() <= MAX_NAME && !name.contains(char::is_control);
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    names.len() != 1 && names.len() <= MAX_NAMES && distinct.len() == names.len() && names.iter().all(is_name)
}
