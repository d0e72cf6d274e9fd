//! Columns that are recognised by what is in them: labels, and numbers of the rows.

use std::ops::Range;

use csv::ByteRecord;

use super::number::{is_missing, number};

/// Names of a column that numbers the rows, in lower case; an empty one is that of pandas' index.
const INDEX_NAMES: [&str; 12] =
    ["", "id", "index", "idx", "image_id", "imageid", "image id", "row", "row_id", "rowid", "unnamed", "rownames"];
/// Rows that a column must count to be seen as an index without a name.
const MIN_COUNTED: usize = 5;

/// Columns at each side of a table of which more rows are looked at.
pub const EDGE: usize = 3;

/// The first rows of a table.
#[derive(Clone, Copy)]
pub struct Sample<'a> {
    /// The first rows, without a header.
    pub rows: &'a [ByteRecord],
    /// The rows after them, of the first and the last columns alone: whole rows of large images take much memory.
    pub edges: &'a [ByteRecord],
    /// Number of columns.
    pub columns: usize,
    /// They are all rows of the table.
    pub is_whole: bool,
}

/// The degree to which a column looks like labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It is the same in all rows, or has fractions, or a value of its own in most rows.
    None,
    /// A column that has one value in the first rows of a longer table.
    Constant,
    /// A few whole numbers.
    Weak,
    /// A few whole numbers without gaps, each of which is common.
    Strong,
    /// A few words.
    Words,
}

impl Sample<'_> {
    fn column(&self, column: usize) -> impl Iterator<Item = &[u8]> {
        let edge = match (column, self.columns.saturating_sub(column)) {
            _ if self.columns <= 2 * EDGE => Some(column),
            (..EDGE, _) => Some(column),
            (_, from_end @ 1..=EDGE) => Some(2 * EDGE - from_end),
            _ => None,
        };
        let more = self.edges.iter().filter_map(move |row| row.get(edge?));
        self.rows.iter().filter_map(move |row| row.get(column)).chain(more).map(<[u8]>::trim_ascii)
    }

    /// Returns whether most values of a column are words.
    pub fn has_words(&self, column: usize) -> bool {
        let (mut words, mut values) = (0, 0);
        for field in self.column(column) {
            let is_text = std::str::from_utf8(field).is_ok_and(|text| !text.contains(char::is_control));
            words += usize::from(is_text && number(field).is_none() && !is_missing(field));
            values += 1;
        }
        2 * words > values
    }

    /// Returns whether a column has no values.
    pub fn is_blank(&self, column: usize) -> bool {
        !self.rows.is_empty() && self.column(column).all(<[u8]>::is_empty)
    }

    /// Returns whether a column of this name numbers the rows, or names each.
    pub fn is_index_called(&self, name: &str, column: usize) -> bool {
        let name = name.to_lowercase();
        let name = if name.starts_with("unnamed:") { "unnamed" } else { &name };
        INDEX_NAMES.contains(&name) && self.is_distinct(column)
    }

    /// Returns whether a column counts the rows from 0 or 1.
    pub fn counts(&self, column: usize) -> bool {
        let mut numbers = self.column(column).map(number);
        let Some(Some(first)) = numbers.next() else { return false };
        self.rows.len() >= MIN_COUNTED
            && [0.0, 1.0].contains(&first)
            && numbers.enumerate().all(|(i, number)| number == Some(first + 1.0 + i as f64))
    }

    /// Returns whether all values of a column differ: whole numbers, or words.
    fn is_distinct(&self, column: usize) -> bool {
        let mut values: Vec<&[u8]> = self.column(column).collect();
        let count = values.len();
        let is_whole = |field: &&[u8]| number(field).is_none_or(|number| number.fract() == 0.0);
        let all_whole = values.iter().all(is_whole);
        values.sort_unstable();
        values.dedup();
        all_whole && count > 1 && values.len() == count
    }

    /// The degree to which a column looks like labels.
    pub fn likeness(&self, column: usize) -> Likeness {
        let mut fields: Vec<&[u8]> = self.column(column).collect();
        fields.sort_unstable();
        let counts: Vec<(&[u8], usize)> = fields.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect();
        let (rows, classes) = (fields.len(), counts.len());
        let numbers: Option<Vec<f64>> = counts.iter().map(|(field, _)| number(field)).collect();
        let Some(numbers) = numbers else {
            let is_text = |field: &&[u8]| std::str::from_utf8(field).is_ok_and(|text| !text.contains(char::is_control));
            let is_label = counts.iter().all(|(field, _)| is_text(field) && !is_missing(field)) && classes > 1;
            return match is_label {
                true if self.has_words(column) => Likeness::Words,
                true => Likeness::Weak,
                false => Likeness::None,
            };
        };
        if numbers.iter().any(|number| number.fract() != 0.0) {
            return Likeness::None;
        }
        if classes < 2 {
            return if self.is_whole || rows == 0 { Likeness::None } else { Likeness::Constant };
        }
        if 2 * classes > rows && rows > 4 {
            return Likeness::None;
        }
        let (low, high) = numbers.iter().fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
        let share = |&(_, count): &(&[u8], usize)| count as f64 / rows as f64;
        // Simpson's index: as many classes of one size would be as even. A border pixel is nearly always 0.
        let even_classes = 1.0 / counts.iter().map(share).map(|share| share * share).sum::<f64>();
        let is_even = even_classes >= 0.65 * classes as f64;
        if high - low + 1.0 == classes as f64 && is_even { Likeness::Strong } else { Likeness::Weak }
    }

    /// Columns at the end, or at the beginning, of which each row has one 1 and otherwise zeros: a label in each, if the
    /// other columns make an image.
    pub fn one_hot(&self, columns: &[usize], is_image: impl Fn(usize) -> bool) -> Option<Range<usize>> {
        const MAX_CLASSES: usize = 200;
        let count = columns.len();
        if self.rows.len() < 2 {
            return None;
        }
        let most = MAX_CLASSES.min(count.saturating_sub(1));
        let ranges = (2..=most).flat_map(|classes| [count - classes..count, 0..classes]);
        ranges.filter(|range| is_image(count - range.len())).find(|range| {
            let columns = &columns[range.clone()];
            let is_one_hot = |row: &ByteRecord| {
                let mut sum = 0.0;
                let bits = columns.iter().all(|&column| match row.get(column).and_then(number) {
                    Some(bit) if bit == 0.0 || bit == 1.0 => {
                        sum += bit;
                        true
                    }
                    _ => false,
                });
                bits && sum == 1.0
            };
            let has_ones = |&column: &usize| self.column(column).filter_map(number).any(|bit| bit == 1.0);
            self.rows.iter().all(is_one_hot) && columns.iter().filter(|column| has_ones(column)).count() >= 2
        })
    }
}

/// Returns whether a first row names the columns.
///
/// Names are words, or they count 0, 1, 2, ... for the pixels, with a word for the label.
pub fn is_header(first: &ByteRecord, rows: &[ByteRecord]) -> bool {
    let numbers: Vec<f64> = first.iter().filter_map(number).collect();
    2 * numbers.len() < first.len() || counts_pixels(first, &numbers, rows)
}

/// Returns whether a first row counts its columns. Words beside the numbers must not be labels: these come again in other rows.
pub fn counts_pixels(first: &ByteRecord, numbers: &[f64], rows: &[ByteRecord]) -> bool {
    const MIN_NAMES: usize = 4;
    const MIN_BARE_NAMES: usize = 9;
    let counted = numbers.windows(2).all(|pair| pair[1] == pair[0] + 1.0);
    if !counted || !numbers.first().is_some_and(|first| [0.0, 1.0].contains(first)) {
        return false;
    }
    let words: Vec<usize> = (0..first.len()).filter(|&column| first.get(column).and_then(number).is_none()).collect();
    if words.is_empty() {
        return numbers.len() >= MIN_BARE_NAMES;
    }
    let is_label = |&column: &usize| rows.iter().any(|row| row.get(column) == first.get(column));
    numbers.len() >= MIN_NAMES && words.len() <= 4 && !words.iter().any(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<ByteRecord> {
        rows.iter().map(|row| row.iter().copied().map(str::as_bytes).collect()).collect()
    }

    #[test]
    fn labels_are_even_and_without_gaps() {
        let likeness = |values: &[&str], is_whole: bool| {
            let rows: Vec<ByteRecord> = values.iter().map(|value| ByteRecord::from(vec![*value])).collect();
            Sample { rows: &rows, edges: &[], columns: 1, is_whole }.likeness(0)
        };
        assert_eq!(likeness(&["0", "1", "2", "0", "1", "2"], true), Likeness::Strong);
        assert_eq!(likeness(&["1.0", "-1.0", "1.0", "1.0", "-1.0"], true), Likeness::Weak, "a gap");
        assert_eq!(likeness(&["0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0", "1"], true), Likeness::Weak);
        assert_eq!(likeness(&["ring", "bar", "ring"], true), Likeness::Words);
        assert_eq!(likeness(&["0", "0", "0"], true), Likeness::None);
        assert_eq!(likeness(&["0", "0", "0"], false), Likeness::Constant);
        assert_eq!(likeness(&["0.5", "0.5", "1"], true), Likeness::None);
        assert_eq!(likeness(&["3", "141", "59", "26", "5"], true), Likeness::None, "a value for each row");
    }

    #[test]
    fn a_first_row_that_counts_is_a_header_unless_its_word_is_a_label() {
        let images = rows(&[&["0", "10", "200", "255", "cat"], &["1", "2", "3", "4", "dog"]]);
        let first = |row: &[&str]| is_header(&rows(&[row])[0], &images);
        assert!(first(&["a", "b", "c", "d", "label"]));
        assert!(first(&["0", "1", "2", "3", "y"]));
        assert!(first(&["1", "2", "3", "4", "anything"]));
        assert!(!first(&["0", "1", "2", "3", "cat"]), "an image of a cat");
        assert!(!first(&["0", "1", "2", "4", "y"]));
        let counting: Vec<String> = (0..65).map(|i| i.to_string()).collect();
        assert!(is_header(&ByteRecord::from(counting), &[]));
        assert!(!is_header(&rows(&[&["0", "1", "2", "3", "4"]])[0], &[]));
    }

    #[test]
    fn one_hot_labels_are_last_or_first_and_leave_an_image() {
        let square = |pixels: usize| pixels.isqrt().pow(2) == pixels;
        let find = |table: &[&[&str]]| {
            let rows = rows(table);
            let columns: Vec<usize> = (0..rows[0].len()).collect();
            Sample { rows: &rows, edges: &[], columns: rows[0].len(), is_whole: true }.one_hot(&columns, square)
        };
        assert_eq!(find(&[&["0", "1", "1", "0", "1", "0", "0"], &["1", "1", "0", "0", "0", "0", "1"]]), Some(4..7));
        assert_eq!(find(&[&["1.0", "0.0", "7", "8", "9", "0"], &["0", "1", "2", "3", "4", "5"]]), Some(0..2));
        assert_eq!(find(&[&["0", "1", "1", "0", "1", "1", "0"], &["1", "1", "0", "0", "0", "0", "1"]]), None);
    }
}
