//! The reading report: the parts of a source, interpretations, and omissions.
//!
//! No reader can return [`Images`](super::Images) without one, and files and rows are left out through [`Reading::sift`].

mod english;
mod french;
mod reason;
mod remark;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::config::SplitName;
use crate::error::Language;

pub use reason::Reason;
pub use remark::Remark;

/// Names that an entry of the report gives; the others are counted.
const MAX_NAMED: usize = 3;

/// The parts of a source, what was interpreted or guessed, and what was left out.
///
/// ```
/// use chiffres::data::{Reason, Reading, Thing};
///
/// let mut reading = Reading::new("photos");
/// let pictures = reading.sift(Thing::File, ["a.png", "._a.png", "b.png"], |name| {
///     if name.starts_with('.') { Err((name.into(), Reason::Hidden)) } else { Ok(name) }
/// });
/// assert_eq!(pictures, ["a.png", "b.png"]);
/// assert_eq!(reading.left_out()[0].count, 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    from: String,
    parts: Vec<PartRead>,
    remarks: Vec<Remark>,
    left_out: Vec<LeftOut>,
    further: Vec<Reading>,
}

/// A part of a source: where it is, and how many images it has.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PartRead {
    /// The part that its images belong to.
    pub part: Part,
    /// Its file or folder.
    pub from: String,
    /// Number of its images.
    pub images: usize,
}

/// The part that a source says its images belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Images to train on; if the source names no parts, all of them.
    Train,
    /// Images held out of training.
    Validation,
    /// Images to test a finished network with.
    Test,
    /// Images without labels.
    Unlabelled,
}

/// Things of one kind that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Their kind.
    pub thing: Thing,
    /// The reason.
    pub reason: Reason,
    /// Their number.
    pub count: usize,
    /// The names of the first ones.
    pub first: Vec<String>,
}

/// A kind of thing that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A file.
    File,
    /// A folder, with all that is in it.
    Folder,
    /// A column of a table.
    Column,
    /// A row of a table.
    Row,
    /// An array.
    Array,
    /// An image.
    Image,
}

impl Reading {
    /// A report on a file or folder from which nothing was left out so far.
    pub fn new(from: impl Into<String>) -> Self {
        Self { from: from.into(), parts: Vec::new(), remarks: Vec::new(), left_out: Vec::new(), further: Vec::new() }
    }

    /// The items that `take` keeps. Each of the others is left out for a reason, under its name.
    pub fn sift<T, U>(
        &mut self,
        thing: Thing,
        items: impl IntoIterator<Item = T>,
        mut take: impl FnMut(T) -> Result<U, (String, Reason)>,
    ) -> Vec<U> {
        let mut kept = Vec::new();
        for item in items {
            match take(item) {
                Ok(item) => kept.push(item),
                Err((name, reason)) => self.leave_out(thing, name, reason),
            }
        }
        kept
    }

    /// Records a thing that is left out.
    pub fn leave_out(&mut self, thing: Thing, name: impl Into<String>, reason: Reason) {
        self.leave_out_all(thing, [name], reason);
    }

    /// Records things that are left out for one reason.
    pub fn leave_out_all(&mut self, thing: Thing, names: impl IntoIterator<Item = impl Into<String>>, reason: Reason) {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        self.add(LeftOut { thing, reason, count: names.len(), first: names });
    }

    fn add(&mut self, mut entry: LeftOut) {
        if entry.count == 0 {
            return;
        }
        let same = |known: &&mut LeftOut| known.thing == entry.thing && known.reason == entry.reason;
        if let Some(known) = self.left_out.iter_mut().find(same) {
            known.count += entry.count;
            known.first.append(&mut entry.first);
            known.first.truncate(MAX_NAMED);
        } else {
            entry.first.truncate(MAX_NAMED);
            self.left_out.push(entry);
        }
    }

    /// The same report, on another file or folder within: that of a part.
    #[must_use]
    pub fn within(self, part: Self) -> Self {
        let mut within = part;
        within.merge(self);
        within
    }

    /// Records something that was taken for something, or guessed; each remark once.
    pub fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Adds a part of the source.
    pub fn part(&mut self, part: Part, from: impl Into<String>, images: usize) {
        let at = self.parts.partition_point(|known| known.part <= part);
        self.parts.insert(at, PartRead { part, from: from.into(), images });
    }

    /// Adds the remarks and the entries of another report, about the same source.
    pub fn merge(&mut self, other: Self) {
        other.parts.into_iter().for_each(|part| self.part(part.part, part.from, part.images));
        other.remarks.into_iter().for_each(|remark| self.remark(remark));
        other.left_out.into_iter().for_each(|entry| self.add(entry));
    }

    /// Adds the report on a further source, whose images train too.
    pub(crate) fn further(&mut self, reading: Self) {
        self.further.push(reading);
    }

    /// The reports on further sources.
    pub fn further_sources(&self) -> &[Self] {
        &self.further
    }

    /// The file or folder that was read.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The parts of the source.
    pub fn parts(&self) -> &[PartRead] {
        &self.parts
    }

    /// Interpretations and guesses.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Omissions, by reason.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// True if the source was read as it is: there is nothing to say.
    pub fn is_plain(&self) -> bool {
        self.remarks.is_empty()
            && self.left_out.is_empty()
            && self.parts.iter().all(|part| part.part != Part::Unlabelled)
    }

    /// A sentence for each interpretation and each omission.
    pub fn sentences(&self, language: Language) -> Vec<String> {
        let (remarks, left_out) = (self.remarks.iter(), self.left_out.iter());
        match language {
            Language::English => remarks.map(english::remark).chain(left_out.map(english::left_out)).collect(),
            Language::French => remarks.map(french::remark).chain(left_out.map(french::left_out)).collect(),
        }
    }
}

impl Part {
    /// The part that a name stands for, in any case, with words before and after it: `train`, `seg_test`, `Validation`,
    /// `t10k-images`, `TrainingSet`, `test1`, `val2017`.
    pub fn named(name: &str) -> Option<Self> {
        name.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
            let word = word.to_lowercase();
            let word = if word == "t10k" { "t10k" } else { word.trim_end_matches(|c: char| c.is_ascii_digit()) };
            let word = ["set", "data", "images"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
            match word {
                "train" | "training" => Some(Self::Train),
                "val" | "valid" | "validation" | "dev" => Some(Self::Validation),
                "test" | "testing" | "t10k" => Some(Self::Test),
                _ => None,
            }
        })
    }
}

impl From<SplitName> for Part {
    fn from(name: SplitName) -> Self {
        match name {
            SplitName::Train => Self::Train,
            SplitName::Validation => Self::Validation,
            SplitName::Test => Self::Test,
        }
    }
}

/// With the English sentences: `data check --json` promises these names.
impl Serialize for Reading {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Reading", 5)?;
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("parts", &self.parts)?;
        let remarks: Vec<String> = self.remarks.iter().map(english::remark).collect();
        fields.serialize_field("remarks", &remarks)?;
        fields.serialize_field("left_out", &self.left_out)?;
        if self.further.is_empty() {
            fields.skip_field("further")?;
        } else {
            fields.serialize_field("further", &self.further)?;
        }
        fields.end()
    }
}

impl Serialize for LeftOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("LeftOut", 4)?;
        fields.serialize_field("thing", english::thing(self.thing))?;
        fields.serialize_field("reason", &english::reason(&self.reason))?;
        fields.serialize_field("count", &self.count)?;
        fields.serialize_field("first", &self.first)?;
        fields.end()
    }
}
