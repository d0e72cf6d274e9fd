//! The separators and quotes of a table.

use std::io::Read;

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::number::{is_pair, number};

/// Separators, the most telling first: a comma may be a decimal comma, and a space may follow any other.
const SEPARATORS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];
/// Lines that are compared.
const LINES: usize = 20;

/// The separator and the quotes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The character between two values; several spaces in a row are one.
    pub separator: u8,
    /// The character around values.
    quote: u8,
    /// The character that begins a comment.
    comment: Option<u8>,
}

impl Dialect {
    /// The dialect of a text, with the separator of a setting if it is not `auto`.
    pub fn find(text: &[u8], setting: &str, named: Option<u8>) -> Self {
        let plain = |separator: u8| Self { separator, quote: b'"', comment: None };
        match setting.as_bytes() {
            &[separator] => plain(separator),
            _ => plain(named.unwrap_or_else(|| separator_of(text).unwrap_or(b','))),
        }
    }

    /// The dialect of the rows of an ARFF file.
    pub fn arff(text: &[u8]) -> Self {
        let separator = if separator_of(text) == Some(b'\t') { b'\t' } else { b',' };
        let quote = if text.contains(&b'"') { b'"' } else { b'\'' };
        Self { separator, quote, comment: Some(b'%') }
    }

    /// A reader of rows.
    pub fn reader<R: Read>(&self, from: R) -> Reader<R> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .quote(self.quote)
            .comment(self.comment)
            .from_reader(from)
    }

    /// Removes what is no value: between two spaces, and around a row.
    pub fn clean(&self, record: &mut ByteRecord) {
        if self.separator == b' ' && record.iter().any(<[u8]>::is_empty) {
            *record = record.iter().filter(|field| !field.is_empty()).collect();
        }
    }
}

/// Returns whether most values of the first lines are numbers, or pairs of a position and a number.
pub fn makes_numbers(text: &[u8]) -> bool {
    let is_sparse = |text: &[u8]| {
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let mut pairs = line.split(u8::is_ascii_whitespace).skip(1).filter(|pair| !pair.is_empty()).peekable();
        pairs.peek().is_some() && pairs.all(is_pair)
    };
    best(text).is_some_and(|(_, share)| share > 0.5) || is_sparse(text)
}

/// The separator that makes the most numbers of the first lines; `None` if no separator makes two values of a line.
pub fn separator_of(text: &[u8]) -> Option<u8> {
    best(text).map(|(separator, _)| separator)
}

/// The separator that makes the most numbers of the first lines, and their share.
fn best(text: &[u8]) -> Option<(u8, f64)> {
    let share = |&separator: &u8| {
        let dialect = Dialect { separator, quote: b'"', comment: None };
        let mut rows = dialect.reader(text);
        let mut record = ByteRecord::new();
        let (mut widest, mut values, mut numbers) = (0, 0, 0);
        for row in 0..LINES {
            if !matches!(rows.read_byte_record(&mut record), Ok(true)) {
                break;
            }
            let fields = || record.iter().filter(|field| !field.trim_ascii().is_empty());
            widest = widest.max(fields().count());
            if row == 1 {
                // There are rows after a header.
                (values, numbers) = (0, 0);
            }
            values += fields().count();
            numbers += fields().filter(|field| number(field).is_some()).count();
        }
        (widest >= 2).then(|| numbers as f64 / values.max(1) as f64)
    };
    let shares: Vec<(u8, f64)> =
        SEPARATORS.iter().filter_map(|separator| Some((*separator, share(separator)?))).collect();
    let best = shares.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    shares.into_iter().find(|(_, share)| *share == best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_with_spaces_and_decimal_commas_around_it() {
        for (text, expected) in [
            ("label,a,b\n0,1,2\n", Some(b',')),
            ("label, a, b\n0, 1, 2\n", Some(b',')),
            ("0,5;1,0\n1,5;2,0\n", Some(b';')),
            ("0,5 1,0 2,5\n1,5 2,0 7\n", Some(b' ')),
            ("0,5\t1,0\n1,5\t2,0\n", Some(b'\t')),
            ("  0   1  2\n 10  20 30\n", Some(b' ')),
            ("big cat|1|2\nold dog|3|4\n", Some(b'|')),
            ("\"a;b\",1,2\n\"c;d\",3,4\n", Some(b',')),
            ("\"0,5\",\"1,0\"\n\"1,5\",\"2,0\"\n", Some(b',')),
            ("0.5, 0.25\n", Some(b',')),
            ("label\n1\n2\n", None),
            ("", None),
        ] {
            assert_eq!(separator_of(text.as_bytes()), expected, "{text:?}");
        }
    }
}
