//! Slips of beginners in TOML: what a line that cannot be read was probably meant to say.

/// A slip that explains why a line cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slip {
    /// A backslash in double quotes, where it begins an escape: `"C:\Users"`.
    Backslash,
    /// A decimal comma.
    DecimalComma {
        /// The number with a point.
        meant: String,
    },
    /// Commas between the thousands of a number.
    ThousandsSeparator {
        /// The number without them.
        meant: String,
    },
    /// Typographic quotes around a text.
    TypographicQuotes {
        /// The first of them.
        found: char,
    },
    /// `True` or `False`.
    CapitalBoolean {
        /// The word in small letters.
        meant: &'static str,
    },
    /// A colon between a setting and its value.
    Colon,
    /// A character that looks like a plain one: a no-break space, or another minus.
    Lookalike {
        /// The character.
        found: char,
        /// The plain one.
        meant: char,
    },
}

const QUOTES: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];
const LOOKALIKES: [(char, char); 5] =
    [('\u{a0}', ' '), ('\u{202f}', ' '), ('\u{2212}', '-'), ('\u{2013}', '-'), ('\u{ff1d}', '=')];

impl Slip {
    /// The slip in a line that is not TOML, if it is one of those known.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let bare = bare(line);
        let (name, value) = bare.split_once('=').map_or((bare.as_str(), ""), |(name, value)| (name, value.trim()));
        if has_backslash(line) {
            return Some(Self::Backslash);
        }
        if let Some(found) = bare.chars().find(|c| QUOTES.contains(c)) {
            return Some(Self::TypographicQuotes { found });
        }
        if let Some(&(found, meant)) = LOOKALIKES.iter().find(|(found, _)| bare.contains(*found)) {
            return Some(Self::Lookalike { found, meant });
        }
        if let Some(slip) = Self::of_number(value) {
            return Some(slip);
        }
        match value.trim_end_matches(',') {
            "True" | "TRUE" => return Some(Self::CapitalBoolean { meant: "true" }),
            "False" | "FALSE" => return Some(Self::CapitalBoolean { meant: "false" }),
            _ => {}
        }
        let before_colon = name.split_once(':').map(|(name, _)| name.trim());
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        (value.is_empty() && before_colon.is_some_and(is_name)).then_some(Self::Colon)
    }

    /// The slip in a text that stands for a number.
    pub(super) fn of_number(text: &str) -> Option<Self> {
        let (whole, decimals) = text.trim().split_once(',')?;
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let first = whole.trim_start_matches(['-', '+']);
        let has_thousands = is_number(first) && first.len() <= 3 && !first.starts_with('0');
        if has_thousands && decimals.split(',').all(|group| group.len() == 3 && is_number(group)) {
            return Some(Self::ThousandsSeparator { meant: text.trim().replace(',', "") });
        }
        let (digits, exponent) = decimals.split_once(['e', 'E']).unwrap_or((decimals, "0"));
        let is_one = is_number(first) && is_number(digits) && is_number(exponent.trim_start_matches(['-', '+']));
        is_one.then(|| Self::DecimalComma { meant: format!("{whole}.{decimals}") })
    }

    /// The slip in the source of a text that has control characters: they come from escapes.
    pub(super) fn of_escapes(source: &str) -> Option<Self> {
        has_backslash(source).then_some(Self::Backslash)
    }
}

/// Returns whether there is a backslash in double quotes.
fn has_backslash(line: &str) -> bool {
    let mut quote = None;
    let mut is_escaped = false;
    for c in line.chars() {
        match (quote, c) {
            (None, '#') => return false,
            (None, '"' | '\'') => quote = Some(c),
            (Some('"'), '\\') if !is_escaped => {
                is_escaped = true;
                // An escaped quote or backslash is what its writer means; before a closing quote it is a slip too.
                if !line.contains("\\\\") {
                    return true;
                }
                continue;
            }
            (Some(open), c) if open == c && !is_escaped => quote = None,
            _ => {}
        }
        is_escaped = false;
    }
    false
}

/// A line without its texts in straight quotes, and without its comment.
fn bare(line: &str) -> String {
    let mut quote = None;
    let mut rest = String::new();
    for c in line.chars() {
        match (quote, c) {
            (None, '#') => break,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) => rest.push(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::Slip;

    #[test]
    fn the_slips_of_beginners_are_known() {
        let comma = |meant: &str| Some(Slip::DecimalComma { meant: meant.into() });
        let thousands = |meant: &str| Some(Slip::ThousandsSeparator { meant: meant.into() });
        for (line, slip) in [
            (r#"path = "C:\Users\me""#, Some(Slip::Backslash)),
            (r#"path = "C:\data\"  # here"#, Some(Slip::Backslash)),
            (r"path = 'C:\Users\me' x", None),
            (r#"path = "C:\\Users\\me" x"#, None),
            ("learning_rate = 0,5", comma("0.5")),
            ("learning_rate = -1,5e-3 # small", comma("-1.5e-3")),
            ("learning_rate = 0,001", comma("0.001")),
            ("factor = 1,0005", comma("1.0005")),
            ("factor = 1,000e-3", comma("1.000e-3")),
            ("epochs = 1,000", thousands("1000")),
            ("train = 1,250,000 # all", thousands("1250000")),
            ("size = [28,28", None),
            ("name = “mine”", Some(Slip::TypographicQuotes { found: '“' })),
            ("name = «mine»", Some(Slip::TypographicQuotes { found: '«' })),
            ("name = \"it’s\" x", None),
            ("shuffle = True", Some(Slip::CapitalBoolean { meant: "true" })),
            ("shuffle = FALSE # no", Some(Slip::CapitalBoolean { meant: "false" })),
            ("epochs: 5", Some(Slip::Colon)),
            ("epochs\u{a0}= 5", Some(Slip::Lookalike { found: '\u{a0}', meant: ' ' })),
            ("shift = \u{2212}0.5", Some(Slip::Lookalike { found: '\u{2212}', meant: '-' })),
            ("epochs = 5 6", None),
            ("", None),
        ] {
            assert_eq!(Slip::of_line(line), slip, "{line}");
        }
    }
}
