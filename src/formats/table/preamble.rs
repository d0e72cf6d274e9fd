//! The lines before the rows of a table: the line `sep=;` of a spreadsheet, the header of an ARFF file.

use crate::error::data::CsvProblem;

use super::number::unquoted;

/// The lines before the rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Preamble {
    /// Bytes before the rows.
    pub bytes: usize,
    /// Lines before the rows.
    pub lines: usize,
    /// The separator that it names.
    pub separator: Option<u8>,
    /// The attributes of an ARFF file; `None` for other tables.
    pub attributes: Option<Vec<Attribute>>,
}

/// An attribute of an ARFF file: a column.
#[derive(Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// It is one of a few words, not a number.
    pub is_nominal: bool,
}

impl Preamble {
    /// Reads the lines before the rows, at the beginning of a file.
    ///
    /// # Errors
    /// An ARFF file without rows, or of sparse rows.
    pub fn read(text: &[u8]) -> Result<Self, CsvProblem> {
        if let Some(preamble) = separator_line(text) {
            return Ok(preamble);
        }
        let is_comment = |line: &[u8]| line.is_empty() || line.starts_with(b"%");
        let first = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).find(|line| !is_comment(line));
        match first.is_some_and(|line| begins(line, "@relation")) {
            true => arff(text),
            false => Ok(Self::default()),
        }
    }
}

/// The line that tells a spreadsheet the separator.
fn separator_line(text: &[u8]) -> Option<Preamble> {
    let end = text.iter().position(|&byte| byte == b'\n')?;
    let line = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator @ (b',' | b';' | b'\t' | b'|' | b' ')] => {
            Some(Preamble { bytes: end + 1, lines: 1, separator: Some(*separator), attributes: None })
        }
        _ => None,
    }
}

/// The header of an ARFF file.
///
/// Source: Attribute-Relation File Format, Weka, University of Waikato.
fn arff(text: &[u8]) -> Result<Preamble, CsvProblem> {
    let mut preamble = Preamble::default();
    let mut attributes = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        preamble.bytes += line.len();
        preamble.lines += 1;
        let line = line.trim_ascii();
        if begins(line, "@attribute") {
            let line = String::from_utf8_lossy(&line["@attribute".len()..]).into_owned();
            let (name, kind) = name_and_kind(line.trim());
            let kind = kind.trim().to_ascii_lowercase();
            let is_number = ["real", "numeric", "integer"].iter().any(|number| kind.starts_with(number));
            attributes.push(Attribute { name, is_nominal: !is_number });
        } else if begins(line, "@data") {
            let first = text[preamble.bytes..].trim_ascii_start();
            if first.starts_with(b"{") {
                return Err(CsvProblem::SparseArff);
            }
            return Ok(Preamble { attributes: Some(attributes), ..preamble });
        }
    }
    Err(CsvProblem::NoImages)
}

/// The name of an attribute, which may be in quotes, and what it can be.
fn name_and_kind(line: &str) -> (String, &str) {
    if let Some(quote) = line.chars().next().filter(|c| "'\"".contains(*c))
        && let Some((name, kind)) = line[1..].split_once(quote)
    {
        return (name.into(), kind);
    }
    let (name, kind) = line.split_once(|c: char| c.is_whitespace() || c == '{').unwrap_or((line, ""));
    (unquoted(name).into(), kind)
}

fn begins(line: &[u8], word: &str) -> bool {
    line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preamble_is_found_and_ends_where_the_rows_begin() {
        let text = b"% digits\n\n@RELATION x\n@attribute 'a b' REAL\n@ATTRIBUTE c{1,2}\n@attribute class {x, y}\n@DATA\n1,2,x\n";
        let preamble = Preamble::read(text).unwrap();
        assert_eq!((&text[preamble.bytes..], preamble.lines), (&b"1,2,x\n"[..], 7));
        let attributes = preamble.attributes.unwrap();
        assert_eq!(attributes[0], Attribute { name: "a b".into(), is_nominal: false });
        assert_eq!(attributes[1], Attribute { name: "c".into(), is_nominal: true });
        assert_eq!(attributes[2], Attribute { name: "class".into(), is_nominal: true });
        assert_eq!(Preamble::read(b"sep=;\r\n1;2\n").unwrap().separator, Some(b';'));
        assert_eq!(Preamble::read(b"1,2\n").unwrap(), Preamble::default());
        assert_eq!(Preamble::read(b"@relation x\n@data\n{1 2}\n"), Err(CsvProblem::SparseArff));
        assert_eq!(Preamble::read(b"@relation x\n@attribute \xff"), Err(CsvProblem::NoImages));
    }
}
