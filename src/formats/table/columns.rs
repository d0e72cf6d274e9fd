//! The columns of a table by their contents: pixels, label, group, and those that are left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Column, DataConfig, LeaveOut};
use crate::data::{Reason, Remark};
use crate::error::data::CsvProblem;

use super::super::{MAX_SIDE, shape};
use super::contents::{Likeness, Sample};

/// Names of the column of the labels, for configurations that do not name it.
pub const LABEL_NAMES: [&str; 10] =
    ["label", "labels", "class", "classes", "target", "targets", "y", "digit", "letter", "character"];
/// Names of the column of the groups; a configuration says so, and `init` writes it.
pub const GROUP_NAMES: [&str; 5] = ["group", "writer", "subject", "author", "person"];
/// Maximum number of columns of a table: the largest image, and some more.
const MAX_COLUMNS: usize = MAX_SIDE * MAX_SIDE + 300;

/// The columns of a table as it is written.
pub struct Header {
    /// Number of columns, without an empty one at the end.
    pub count: usize,
    /// The names in the header; empty without a header.
    pub names: Vec<String>,
    /// Columns that a header of attributes says hold words.
    pub words: Vec<usize>,
    /// The character between two values.
    pub separator: u8,
}

/// The columns of a table by their contents.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Number of columns, without an empty one at the end.
    pub(super) count: usize,
    /// The names in the header; empty without a header.
    pub(super) names: Vec<String>,
    /// The column of each pixel.
    pub(super) pixels: Vec<usize>,
    pub(super) label: LabelColumns,
    pub(super) group: Option<usize>,
    pub(super) left_out: Vec<(usize, Reason)>,
    /// Columns that were recognised by their contents.
    pub(super) remarks: Vec<Remark>,
}

/// Expectations of a table.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected<'a> {
    /// The columns of the training images, which are found by name.
    pub columns: Option<&'a Columns>,
    /// The number of pixels of an image; a table that has no other columns is without labels.
    pub inputs: Option<usize>,
    /// Images may be squares of any size: the number of columns, or one less, decides `inputs` if it is a square.
    pub any_square: bool,
}

impl Expected<'_> {
    /// The number of pixels of an image in a table of so many columns, if it is known.
    pub(super) fn inputs(&self, columns: usize) -> Option<usize> {
        let is_square = |pixels: &usize| pixels.isqrt() * pixels.isqrt() == *pixels;
        let square = || [columns, columns.saturating_sub(1)].into_iter().find(is_square);
        if self.any_square { square().or(self.inputs) } else { self.inputs }
    }
}

/// The columns that hold the labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelColumns {
    /// No column: the images have no labels.
    None,
    /// One column.
    One(usize),
    /// A column for each class, with a 1 in that of the image's class.
    OneHot(Vec<usize>),
}

impl LabelColumns {
    fn columns(&self) -> &[usize] {
        match self {
            Self::None => &[],
            Self::One(column) => std::slice::from_ref(column),
            Self::OneHot(columns) => columns,
        }
    }
}

impl Columns {
    /// Number of pixels of an image.
    pub fn pixels(&self) -> usize {
        self.pixels.len()
    }

    /// Returns whether the rows have groups.
    pub fn has_groups(&self) -> bool {
        self.group.is_some()
    }

    /// The columns that hold the labels: none, one, or one for each class.
    pub fn label_columns(&self) -> &[usize] {
        self.label.columns()
    }

    /// Returns whether the rows have labels.
    pub fn has_labels(&self) -> bool {
        self.label != LabelColumns::None
    }

    /// The columns of the settings, and of what is found in the header and in the first rows. `inputs` is the number of
    /// pixels of an image if it is known: then a table may be without labels.
    ///
    /// # Errors
    /// A column that a setting names and that is not there, or labels that could be in two columns or in none.
    pub fn find(
        header: Header,
        sample: Sample<'_>,
        config: &DataConfig,
        inputs: Option<usize>,
    ) -> Result<Self, CsvProblem> {
        let count = header.count;
        if !(2..=MAX_COLUMNS).contains(&count) {
            return Err(CsvProblem::ColumnCount { found: count, separator: char::from(header.separator) });
        }
        // Settings of the training images may name columns that images to predict have not. A position says nothing in a
        // table that has as many columns as pixels.
        let position = |name: &'static str, column: &Column| match header.position(name, column) {
            Err(_) if inputs.is_some() => Ok(None),
            Ok(_) if inputs == Some(count) && matches!(column, Column::Position(_)) => Ok(None),
            position => position.map(Some),
        };
        let setting = |name: &'static str, column: &Column| match column.is_none() {
            true => Ok(None),
            false => position(name, column),
        };
        let (label, group) = (setting("data.label", &config.label)?, setting("data.group", &config.group)?);
        if group.is_some() && group == label {
            return Err(CsvProblem::SharedColumn);
        }
        let mut columns = Self {
            count,
            pixels: (0..count).filter(|&column| Some(column) != label && Some(column) != group).collect(),
            names: Vec::new(),
            label: label.map_or(LabelColumns::None, LabelColumns::One),
            group,
            left_out: Vec::new(),
            remarks: Vec::new(),
        };
        match &config.leave_out {
            LeaveOut::Auto => columns.leave_out_indices(&header, sample),
            LeaveOut::Columns(list) => {
                let position = |column: &Column| position("data.leave_out", column);
                let positions = list.iter().map(position).collect::<Result<Vec<Option<usize>>, _>>()?;
                if positions.iter().any(|column| column.is_some() && (*column == label || *column == group)) {
                    return Err(CsvProblem::SharedColumn);
                }
                let reason = |column: usize| match header.names.get(column).map(|name| name.trim()) {
                    Some(name) if sample.is_index_called(name, column) => Reason::Index,
                    _ if sample.counts(column) => Reason::Index,
                    _ if sample.is_blank(column) => Reason::Blank,
                    _ => Reason::Setting,
                };
                columns.leave_out(positions.into_iter().flatten().map(|column| (column, reason(column))).collect());
            }
        }
        match label {
            Some(label) if inputs == Some(columns.pixels.len() + 1) && header.names.is_empty() => {
                // There are as many columns as pixels: none is a label.
                columns.label = LabelColumns::None;
                columns.pixels.push(label);
                columns.pixels.sort_unstable();
            }
            Some(_) if inputs != Some(columns.pixels.len()) => columns.leave_out_counting(&header, sample, config),
            None if inputs != Some(columns.pixels.len()) => columns.find_labels(&header, sample, config)?,
            _ => {}
        }
        if columns.pixels.is_empty() {
            return Err(CsvProblem::SharedColumn);
        }
        columns.names = header.names;
        columns.put_in_order();
        Ok(columns)
    }

    /// The column of groups that no setting uses.
    pub fn unused_group(&self) -> Option<Column> {
        let (column, _) = self.left_out.iter().find(|(_, reason)| *reason == Reason::Groups)?;
        Some(self.name(*column))
    }

    /// The name of a column in the header, or its position, counted from 0 as in a configuration.
    pub fn name(&self, column: usize) -> Column {
        name(&self.names, column)
    }

    /// Names of the classes of one-hot labels: what their names in the header do not share, or their numbers.
    pub(super) fn one_hot_names(&self) -> Vec<String> {
        let LabelColumns::OneHot(columns) = &self.label else { return Vec::new() };
        let names: Vec<&str> = columns.iter().filter_map(|&column| Some(self.names.get(column)?.as_str())).collect();
        let shared = |names: &[&str]| {
            let first = names.first()?;
            let is_shared =
                |end: &usize| first.is_char_boundary(*end) && names.iter().all(|name| name.starts_with(&first[..*end]));
            let end = (1..=first.len()).rev().find(is_shared).unwrap_or(0);
            // "class_cat", "class_cow": up to the line, not to the letter.
            Some(first[..end].rfind(['_', '.', '-', ' ', '=']).map_or(0, |line| line + 1))
        };
        let start = shared(&names).unwrap_or(0);
        let short: BTreeSet<&str> = names.iter().map(|name| name[start..].trim()).collect();
        match names.len() == columns.len() && short.len() == names.len() && !short.contains("") {
            true => names.iter().map(|name| name[start..].trim().to_string()).collect(),
            false => (0..columns.len()).map(|class| class.to_string()).collect(),
        }
    }

    fn leave_out(&mut self, columns: Vec<(usize, Reason)>) {
        let mut is_left_out = vec![false; self.count];
        for (column, reason) in columns {
            if !std::mem::replace(&mut is_left_out[column], true) {
                self.left_out.push((column, reason));
            }
        }
        self.pixels.retain(|&column| !is_left_out[column]);
    }

    /// Leaves out the columns that number the rows, those without values, and those of groups that no setting uses.
    fn leave_out_indices(&mut self, header: &Header, sample: Sample<'_>) {
        let first = self.pixels.first().copied();
        let reason = |&column: &usize| {
            if sample.is_blank(column) {
                return Some((column, Reason::Blank));
            }
            let name = header.names.get(column)?;
            let is_index = sample.is_index_called(name.trim(), column)
                || Some(column) == first && !is_one_of(name, &LABEL_NAMES) && sample.counts(column);
            match is_index {
                true => Some((column, Reason::Index)),
                false => is_one_of(name, &GROUP_NAMES).then_some((column, Reason::Groups)),
            }
        };
        self.leave_out(self.pixels.iter().filter_map(reason).collect());
    }

    /// Leaves out a first column without a name that counts the rows.
    fn leave_out_counting(&mut self, header: &Header, sample: Sample<'_>, config: &DataConfig) {
        let has_size = !config.size.is_empty() && shape("", self.pixels.len(), &config.row_shape()).is_ok();
        if let Some(&first) = self.pixels.first()
            && !has_size
            && header.names.is_empty()
            && config.leave_out == LeaveOut::Auto
            && sample.counts(first)
        {
            self.leave_out(vec![(first, Reason::Index)]);
        }
    }

    /// Finds the column of the labels by its name, or by what is in it.
    fn find_labels(&mut self, header: &Header, sample: Sample<'_>, config: &DataConfig) -> Result<(), CsvProblem> {
        let two = |first: usize, second: usize| CsvProblem::TwoLabelColumns {
            first: name(&header.names, first),
            second: name(&header.names, second),
        };
        let is_named = |&column: &usize| header.names.get(column).is_some_and(|name| is_one_of(name, &LABEL_NAMES));
        let named: Vec<usize> = self.pixels.iter().copied().filter(is_named).collect();
        match *named {
            [] => {}
            [only] => {
                self.take_label(only);
                return Ok(());
            }
            [first, second, ..] => return Err(two(first, second)),
        }
        let has_words = |&column: &usize| header.words.binary_search(&column).is_ok() || sample.has_words(column);
        let words: Vec<usize> = self.pixels.iter().copied().filter(has_words).collect();
        match *words {
            [only] => {
                self.recognise_label(header, only);
                self.leave_out_counting(header, sample, config);
                return Ok(());
            }
            [first, second, ..] if sample.likeness(first).max(sample.likeness(second)) == Likeness::Words => {
                return Err(two(first, second));
            }
            _ => {}
        }
        if let Some(range) = sample.one_hot(&self.pixels, |pixels| shape("", pixels, &config.row_shape()).is_ok()) {
            let columns: Vec<usize> = self.pixels.drain(range).collect();
            let [first, last] = [columns[0], columns[columns.len() - 1]].map(|column| name(&header.names, column));
            self.remarks.push(Remark::OneHotColumns { first, last });
            self.label = LabelColumns::OneHot(columns);
            return Ok(());
        }
        let likeness = |at: Option<&usize>| at.map_or(Likeness::None, |&column| sample.likeness(column));
        // Without another column of labels, the first one may hold them.
        if let [_, second, .., last] = *self.pixels
            && likeness(Some(&second)).max(likeness(Some(&last))) >= Likeness::Weak
        {
            self.leave_out_counting(header, sample, config);
        }
        let none = || CsvProblem::NoLabelColumn { last: header.count - 1 };
        let (&[first, ..], &[.., last]) = (&*self.pixels, &*self.pixels) else { return Err(none()) };
        if first == last {
            return Err(none());
        }
        let (of_first, of_last) = (sample.likeness(first), sample.likeness(last));
        let (best, column, other) =
            if of_first > of_last { (of_first, first, of_last) } else { (of_last, last, of_first) };
        match best {
            Likeness::None | Likeness::Constant => Err(none()),
            _ if other == best || best == Likeness::Weak && other == Likeness::Constant => Err(two(first, last)),
            _ => {
                self.recognise_label(header, column);
                Ok(())
            }
        }
    }

    fn take_label(&mut self, column: usize) {
        self.pixels.retain(|&other| other != column);
        self.label = LabelColumns::One(column);
    }

    fn recognise_label(&mut self, header: &Header, column: usize) {
        self.take_label(column);
        self.remarks.push(Remark::LabelColumn { column: name(&header.names, column) });
    }

    /// Puts pixels whose names are numbered in the order of their numbers.
    fn put_in_order(&mut self) {
        let split = |name: &str| {
            let start = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            Some((name[..start].to_lowercase(), name[start..].parse::<usize>().ok()?))
        };
        let numbered =
            |&column: &usize| split(self.names.get(column)?).map(|(prefix, number)| (prefix, number, column));
        let Some(mut numbered) = self.pixels.iter().map(numbered).collect::<Option<Vec<_>>>() else { return };
        let is_ascending = |all: &[(String, usize, usize)]| all.windows(2).all(|pair| pair[0].1 < pair[1].1);
        let has_one_prefix = numbered.windows(2).all(|pair| pair[0].0 == pair[1].0);
        if !has_one_prefix || is_ascending(&numbered) {
            return;
        }
        numbered.sort();
        let follows = |pair: &[(String, usize, usize)]| pair[1].1 == pair[0].1 + 1;
        if numbered.windows(2).all(follows) {
            self.pixels = numbered.into_iter().map(|(_, _, column)| column).collect();
            self.remarks.push(Remark::NumberedColumns);
        }
    }

    /// The columns of another table that stand for these: by their names if both tables have them, else by position.
    ///
    /// # Errors
    /// A column that is missing, or that these have not. Groups may be missing where `inputs` is known.
    pub fn matching(&self, header: Header, sample: Sample<'_>, inputs: Option<usize>) -> Result<Self, CsvProblem> {
        if self.names.is_empty() || header.names.is_empty() {
            return self.by_position(header, sample, inputs);
        }
        let lower = |name: &str| name.trim().to_lowercase();
        // The first column of a name counts.
        let positions: BTreeMap<String, usize> =
            header.names.iter().enumerate().rev().map(|(position, name)| (lower(name), position)).collect();
        // Names that are not unique say nothing: then the position counts.
        if positions.len() < header.names.len() && header.names.len() == self.names.len() {
            return self.by_position(header, sample, inputs);
        }
        let position = |&column: &usize| positions.get(&lower(&self.names[column])).copied();
        let missing = |column: usize| CsvProblem::MissingColumn { name: self.name(column) };
        let pixel = |column: &usize| position(column).ok_or_else(|| missing(*column));
        let pixels: Vec<usize> = self.pixels.iter().map(pixel).collect::<Result<_, _>>()?;
        let named_label = || {
            let is_label = |name: &String| is_one_of(name, &LABEL_NAMES);
            header.names.iter().position(is_label).filter(|column| !pixels.contains(column))
        };
        let label = match &self.label {
            LabelColumns::One(column) => {
                position(column).or_else(named_label).map_or(LabelColumns::None, LabelColumns::One)
            }
            LabelColumns::OneHot(columns) => {
                let found: Vec<usize> = columns.iter().filter_map(position).collect();
                match found.len() {
                    0 => LabelColumns::None,
                    all if all == columns.len() => LabelColumns::OneHot(found),
                    _ => {
                        let first = columns.iter().find(|column| position(column).is_none());
                        return Err(missing(*first.expect("one is missing")));
                    }
                }
            }
            LabelColumns::None => LabelColumns::None,
        };
        let group = match &self.group {
            Some(column) if position(column).is_none() && inputs.is_none() => return Err(missing(*column)),
            group => group.as_ref().and_then(position),
        };
        let mut left_out: Vec<(usize, Reason)> =
            self.left_out.iter().filter_map(|(column, reason)| Some((position(column)?, reason.clone()))).collect();
        let mut is_used = vec![false; header.count];
        let known = pixels
            .iter()
            .chain(label.columns())
            .chain(&group)
            .copied()
            .chain(left_out.iter().map(|(column, _)| *column));
        known.for_each(|column| is_used[column] = true);
        for column in (0..header.count).filter(|&column| !is_used[column]) {
            let name = &header.names[column];
            if sample.is_blank(column) {
                left_out.push((column, Reason::Blank));
            } else if sample.is_index_called(name.trim(), column) {
                left_out.push((column, Reason::Index));
            } else if is_one_of(name, &GROUP_NAMES) {
                left_out.push((column, Reason::Groups));
            } else {
                return Err(CsvProblem::AdditionalColumn { name: Column::Name(name.clone()) });
            }
        }
        let remarks = match order(&pixels) == order(&self.pixels) {
            true => Vec::new(),
            false => vec![Remark::MatchedColumns],
        };
        Ok(Self { count: header.count, names: header.names, pixels, label, group, left_out, remarks })
    }

    /// The same columns; that of the labels may be missing, and where `inputs` is known, all but the pixels.
    fn by_position(&self, header: Header, sample: Sample<'_>, inputs: Option<usize>) -> Result<Self, CsvProblem> {
        if header.count == self.count {
            let remarks = Vec::new();
            return Ok(Self { names: header.names, remarks, ..self.clone() });
        }
        if header.count == self.pixels.len() && inputs == Some(header.count) {
            let mut in_file = self.pixels.clone();
            in_file.sort_unstable();
            let without_others = |column: &usize| in_file.partition_point(|other| other < column);
            return Ok(Self {
                count: header.count,
                names: header.names,
                pixels: self.pixels.iter().map(without_others).collect(),
                label: LabelColumns::None,
                group: None,
                left_out: Vec::new(),
                remarks: Vec::new(),
            });
        }
        if let LabelColumns::One(label) = self.label
            && header.count + 1 == self.count
        {
            let moved = |&column: &usize| column - usize::from(column > label);
            return Ok(Self {
                count: header.count,
                names: header.names,
                pixels: self.pixels.iter().map(moved).collect(),
                label: LabelColumns::None,
                group: self.group.as_ref().map(moved),
                left_out: self.left_out.iter().map(|(column, reason)| (moved(column), reason.clone())).collect(),
                remarks: Vec::new(),
            });
        }
        // An index that only one of the tables has.
        let index = (header.count == self.count + 1 && sample.counts(0)).then_some(0);
        if let (Some(index), true) = (index, self.left_out.is_empty()) {
            let next = |&column: &usize| column + 1;
            return Ok(Self {
                count: header.count,
                names: header.names,
                pixels: self.pixels.iter().map(next).collect(),
                label: match &self.label {
                    LabelColumns::None => LabelColumns::None,
                    LabelColumns::One(column) => LabelColumns::One(next(column)),
                    LabelColumns::OneHot(columns) => LabelColumns::OneHot(columns.iter().map(next).collect()),
                },
                group: self.group.as_ref().map(next),
                left_out: vec![(index, Reason::Index)],
                remarks: Vec::new(),
            });
        }
        Err(CsvProblem::OtherColumnCount { found: header.count, expected: self.count })
    }
}

impl Header {
    /// The position of a column that a setting names.
    fn position(&self, setting: &'static str, column: &Column) -> Result<usize, CsvProblem> {
        match column {
            Column::Position(position) if *position < self.count => Ok(*position),
            &Column::Position(position) => {
                Err(CsvProblem::NoSuchPosition { setting, position, last: self.count.saturating_sub(1) })
            }
            Column::Name(name) if self.names.is_empty() => Err(CsvProblem::NoHeader { setting, name: name.clone() }),
            Column::Name(name) => {
                let exact = self.names.iter().position(|known| known == name);
                let found = exact.or_else(|| self.names.iter().position(|known| known.eq_ignore_ascii_case(name)));
                found.ok_or_else(|| {
                    let known = self.names.iter().take(5).map(|name| name.chars().take(20).collect()).collect();
                    CsvProblem::NoSuchColumn { setting, name: name.clone(), known }
                })
            }
        }
    }
}

/// The pixels in the order of their columns in the file.
fn order(columns: &[usize]) -> Vec<usize> {
    let mut pixels: Vec<usize> = (0..columns.len()).collect();
    pixels.sort_by_key(|&pixel| columns[pixel]);
    pixels
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name.trim().eq_ignore_ascii_case(known))
}

fn name(names: &[String], column: usize) -> Column {
    match names.get(column) {
        Some(name) if !name.is_empty() => Column::Name(name.clone()),
        _ => Column::Position(column),
    }
}
