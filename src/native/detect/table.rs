//! Detects the separator and the columns of a table.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use ::csv::ReaderBuilder;
use flate2::read::MultiGzDecoder;

use crate::config::{Column, DataConfig};
use crate::native::error::{FileProblem, Result};

use super::unsuited;

/// Detects the separator of a table, and the columns of its labels and groups.
pub fn columns(path: &Path, config: DataConfig) -> Result<DataConfig> {
    let fail = |source: std::io::Error| unsuited(path, FileProblem::NotATable { source });
    let file = File::open(path).map_err(fail)?;
    let reader: Box<dyn Read> = match path.extension().is_some_and(|end| end == "gz") {
        true => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        false => Box::new(file),
    };
    // A bound for files of any size: the first rows are enough.
    let mut reader = BufReader::new(reader.take(8 << 20));
    let mut first = String::new();
    reader.read_line(&mut first).map_err(fail)?;
    // The byte order mark of some programs.
    let first = first.trim_start_matches('\u{feff}');
    let separator = [b',', b';', b'\t', b'|', b' ']
        .into_iter()
        .max_by_key(|&separator| first.bytes().filter(|&byte| byte == separator).count())
        .expect("the list is not empty");
    let mut config = DataConfig { separator: char::from(separator).to_string(), ..config };
    let columns = |line: &str| {
        line.trim_end()
            .split(char::from(separator))
            .map(|field| field.trim().trim_matches('"').to_string())
            .collect::<Vec<_>>()
    };
    let names = columns(first);
    let has_names = 2 * names.iter().filter(|name| name.parse::<f64>().is_ok()).count() < names.len();
    if has_names {
        let named = |wanted: &[&str]| {
            names.iter().find(|name| wanted.iter().any(|known| name.eq_ignore_ascii_case(known))).cloned()
        };
        config.label = named(&["label", "class", "target", "y", "digit", "letter", "character"])
            .map_or(Column::default(), Column::Name);
        config.group =
            named(&["group", "writer", "subject", "author", "person"]).map_or(Column::default(), Column::Name);
        return Ok(config);
    }
    // Without a header, the labels are the first or the last column: the one with fewer different values, but at least two.
    let (mut first_values, mut last_values) = (BTreeSet::new(), BTreeSet::new());
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(reader);
    for row in rows.records().take(2000).flatten() {
        first_values.extend(row.iter().next().map(ToString::to_string));
        last_values.extend(row.iter().next_back().map(ToString::to_string));
    }
    let rank = |values: &BTreeSet<String>| {
        let is_text = values.iter().any(|value| value.trim().parse::<f64>().is_err());
        (values.len() < 2, !is_text, values.len())
    };
    let is_first = rank(&first_values) <= rank(&last_values);
    config.label = Column::Position(if is_first { 0 } else { names.len() - 1 });
    Ok(config)
}
