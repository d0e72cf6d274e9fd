//! Values as every language writes them.

use std::fmt::Debug;

/// The text of a file or a library, short and on one line.
pub(crate) fn brief(text: &str) -> String {
    const MAX_CHARACTERS: usize = 80;
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

/// A bound of a number as people write it: very small ones with an exponent.
pub(super) fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:e}") } else { value.to_string() }
}

/// Words in quotes: `"sgd", "adam"`.
pub(super) fn quoted(words: &[impl Debug]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

/// Names as `bar, cross and ring`, the first ones of many.
pub(super) fn enumeration(names: &[String], last: &str) -> String {
    const MAX_SHOWN: usize = 12;
    let mut names: Vec<String> = match names.len() {
        0..=MAX_SHOWN => names.iter().map(|name| brief(name)).collect(),
        _ => names[..MAX_SHOWN].iter().map(|name| brief(name)).chain(["...".to_string()]).collect(),
    };
    let end = names.pop().unwrap_or_default();
    if names.is_empty() { end } else { format!("{} {last} {end}", names.join(", ")) }
}

/// Sizes as `2x8x8`.
pub(super) fn dimensions(sizes: &[usize]) -> String {
    sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

/// The number of values; `None` on overflow.
pub(super) fn product(sizes: &[usize]) -> Option<usize> {
    sizes.iter().try_fold(1usize, |product, &size| product.checked_mul(size))
}

/// The shape of an array as NumPy writes it, cut short when it is long.
pub(super) fn shape(sizes: &[u64]) -> String {
    brief(&format!("{sizes:?}"))
}

/// Bytes as `1f 8b`.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// Arrays with their shapes, cut short when there are many.
pub(super) fn shapes(arrays: &[(String, Vec<u64>)]) -> String {
    brief(&arrays.iter().map(|(name, sizes)| format!("{name} {sizes:?}")).collect::<Vec<_>>().join(", "))
}

/// The names of arrays that their shapes suggest for images and labels.
pub(super) fn images_and_labels(arrays: &[(String, Vec<u64>)]) -> (String, String) {
    let with = |is: fn(&[u64]) -> bool| {
        let found = arrays.iter().find(|(_, sizes)| is(sizes)).map(|(name, _)| brief(name));
        found.unwrap_or_else(|| "...".into())
    };
    (
        with(|sizes| sizes.len() > 1 && sizes[1..].iter().any(|&size| size > 1)),
        with(|sizes| matches!(sizes, [_] | [_, 1])),
    )
}

/// Returns whether a type of NumPy's is of complex numbers: `'<c16'`.
pub(super) fn is_complex(kind: &str) -> bool {
    kind.trim_start_matches(['\'', '"', '<', '>', '|']).starts_with('c')
}
