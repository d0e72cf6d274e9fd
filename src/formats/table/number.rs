//! The values of a table: numbers and labels.

use crate::error::data::CsvProblem;

/// Maximum number of characters of a label.
const MAX_LABEL_LENGTH: usize = 100;

/// The whole number of one to three digits that a field holds, as most pixels are.
#[inline]
pub fn digits(field: &[u8]) -> Option<u16> {
    let digit = |byte: u8| (byte.is_ascii_digit()).then(|| u16::from(byte - b'0'));
    match *field {
        [a] => digit(a),
        [a, b] => Some(10 * digit(a)? + digit(b)?),
        [a, b, c] => Some(100 * digit(a)? + 10 * digit(b)? + digit(c)?),
        _ => None,
    }
}

/// The number that a field holds: in quotes and with a decimal comma, too.
pub fn number(field: &[u8]) -> Option<f64> {
    if let Some(number) = digits(field) {
        return Some(f64::from(number));
    }
    let text = unquoted(std::str::from_utf8(field).ok()?);
    // Longer texts of digits are not pixels, and take long to parse.
    if text.len() > 100 {
        return None;
    }
    let number = match has_decimal_comma(text) {
        true => text.replace(',', ".").parse().ok(),
        false => text.parse::<f64>().ok(),
    };
    number.filter(|number| !number.is_nan())
}

/// Returns whether a field is a pair of a position and a number, as in rows of libsvm.
pub fn is_pair(field: &[u8]) -> bool {
    let mut parts = field.splitn(2, |&byte| byte == b':');
    let position = parts.next().and_then(|position| std::str::from_utf8(position).ok()?.parse::<u32>().ok());
    position.is_some() && parts.next().and_then(number).is_some()
}

/// Returns whether a number is written with a decimal comma.
pub fn has_decimal_comma(text: &str) -> bool {
    let is_digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    text.split_once(',').is_some_and(|(_, after)| is_digits(after) && !after.contains(',') && !text.contains('.'))
}

/// Returns whether a field stands for a value that is not there, as programs write it.
pub fn is_missing(field: &[u8]) -> bool {
    const WORDS: [&str; 7] = ["", "?", "nan", "na", "n/a", "null", "none"];
    std::str::from_utf8(field).is_ok_and(|text| WORDS.iter().any(|word| unquoted(text).eq_ignore_ascii_case(word)))
}

/// A text without the spaces and quotes around it; quotes after a space are part of a field.
pub fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').map_or(text, str::trim)
}

/// A label, or the name of a group. Names in `known` are kept with the spaces around them.
pub fn label(field: &[u8], known: &[String]) -> Result<String, CsvProblem> {
    let text = std::str::from_utf8(field).map_err(|_| CsvProblem::NotUtf8)?;
    if text != text.trim() && known.iter().any(|name| name == text) {
        return Ok(text.into());
    }
    // Quotes after a space belong to the text, for the reader of the table.
    let text = if text.starts_with(' ') { unquoted(text) } else { text.trim() };
    let is_label = (1..=MAX_LABEL_LENGTH).contains(&text.chars().count()) && !text.contains(char::is_control);
    if is_label { Ok(text.into()) } else { Err(CsvProblem::LabelLength { max: MAX_LABEL_LENGTH }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_programs_write_them() {
        for (text, expected) in [
            ("7", 7.0),
            ("255", 255.0),
            (" 12 ", 12.0),
            ("\"12\"", 12.0),
            (" \"0.5\"", 0.5),
            ("0,5", 0.5),
            ("-1,25", -1.25),
            ("1e-3", 0.001),
            ("1.000000000000000000e+00", 1.0),
            ("-.5", -0.5),
        ] {
            assert_eq!(number(text.as_bytes()), Some(expected), "{text}");
        }
        for text in ["", "two", "NaN", "1,", "1.5,2", "1,5,2", "1 2", "\u{ff11}"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert!(["", " ", "?", "NaN", "NA", "null"].iter().all(|text| is_missing(text.as_bytes())));
    }
}
