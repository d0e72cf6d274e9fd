//! A class that draws its own digits: who drew what, as files, and beside the digits of the program.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::{Column, DataConfig, Experiment, PicturePreprocessing, Portion, Source, SplitBy};
use crate::data::digits::{self, MAX_VALUE, SIDE};
use crate::data::{Dataset, Images, Labels, Origin};
use crate::error::{Error, Result};
use crate::evaluate::Answer;
use crate::formats::npz::Archive;
use crate::formats::{csv, npz};
use crate::predict::Classifier;

/// Most drawings of a class.
pub const MAX_DRAWINGS: usize = 10_000;
/// What the writers of the program's own digits are called in a file, before their number.
const WRITER: &str = "writer ";
/// The name of the column, and of the array, that says who drew.
const GROUP: &str = "group";
/// What to do about a file that holds no drawings.
const HINT: &str = "choose a file of 8x8 digits with values from 0 to 16, as a class saves them";

/// A digit that somebody drew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    /// The digit, 0 to 9.
    pub label: usize,
    /// Who drew it.
    #[serde(rename = "author")]
    pub writer: String,
    /// 8x8 values from 0 for paper to 16 for ink, row after row.
    pub pixels: Vec<u8>,
}

/// Digits that the members of a class drew, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawings {
    drawings: Vec<Drawing>,
}

/// How a network does on the drawings of one member that it was not trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WriterScores {
    /// Who drew them.
    #[serde(rename = "author")]
    pub writer: String,
    /// Drawings that a training learns from.
    pub train: usize,
    /// Drawings that it never sees.
    pub test: usize,
    /// How many of these are called something else.
    pub errors: usize,
}

impl Drawings {
    /// A class of these drawings; what is empty around a name is left away.
    ///
    /// # Errors
    /// [`Error::Data`] for a drawing that is no digit of 8x8 values up to 16, or blank, or for too many, and for a name that
    /// no file would give back.
    pub fn new(mut drawings: Vec<Drawing>) -> Result<Self> {
        let refuse = |i: usize, reason: String| Error::Data {
            place: format!("drawing {}", i + 1),
            reason,
            hint: "a drawing is a digit of 8x8 whole numbers from 0 to 16, and the name of who drew it".into(),
        };
        if drawings.len() > MAX_DRAWINGS {
            let reason = format!("there are {} drawings, but a class has at most {MAX_DRAWINGS}", drawings.len());
            return Err(refuse(MAX_DRAWINGS, reason));
        }
        for (i, drawing) in drawings.iter_mut().enumerate() {
            if drawing.label > 9 {
                return Err(refuse(i, format!("its label is {}, but must be 0 to 9", drawing.label)));
            }
            if drawing.pixels.len() != SIDE * SIDE {
                return Err(refuse(i, format!("it has {} values, but must have 64", drawing.pixels.len())));
            }
            if let Some(value) = drawing.pixels.iter().find(|value| **value > MAX_VALUE) {
                return Err(refuse(i, format!("it has the value {value}, but must have 0 to 16")));
            }
            if drawing.pixels.iter().all(|value| *value == 0) {
                return Err(refuse(i, "it is blank".into()));
            }
            drawing.writer = drawing.writer.trim().into();
            let writer = &drawing.writer;
            if writer.is_empty() || writer.chars().count() > 40 || writer.contains(char::is_control) {
                return Err(refuse(i, format!("{writer:?} is no name of 1 to 40 characters")));
            }
            if writer.starts_with(WRITER) {
                return Err(refuse(
                    i,
                    format!("{writer:?} is what the writers of the program's own digits are called"),
                ));
            }
        }
        Ok(Self { drawings })
    }

    /// Reads drawings from a file, as they are written here: a table, or an archive of arrays. The program's own digits in
    /// it are left out; `file` is the name that problems are reported under.
    ///
    /// # Errors
    /// [`Error::Data`] for a file that holds no such drawings.
    pub fn read(file: &str, bytes: Vec<u8>) -> Result<Self> {
        let is_archive = bytes.starts_with(b"PK") || file.to_lowercase().ends_with(".npz");
        let parts = match is_archive {
            true => archive(file, bytes)?,
            false => vec![table(file, &bytes)?],
        };
        let mut drawings = Vec::new();
        for images in parts {
            let (train, test) = drawings_of(file, &images)?;
            drawings.extend(in_turn(train, test));
        }
        if drawings.is_empty() {
            let reason = "it has no drawings of a class, only the program's own digits".into();
            return Err(Error::Data { place: file.into(), reason, hint: HINT.into() });
        }
        Self::new(drawings)
    }

    /// The drawings, in the order in which they came.
    pub fn drawings(&self) -> &[Drawing] {
        &self.drawings
    }

    /// Whether each drawing is held back to test with: of the drawings that a member made of a digit every second one.
    pub fn tests(&self) -> Vec<bool> {
        let mut counts: HashMap<(String, usize), usize> = HashMap::new();
        let is_test = |drawing: &Drawing| {
            let count = counts.entry((drawing.writer.clone(), drawing.label)).or_insert(0);
            *count += 1;
            count.is_multiple_of(2)
        };
        self.drawings.iter().map(is_test).collect()
    }

    fn parts(&self) -> (Vec<&Drawing>, Vec<&Drawing>) {
        let (test, train): (Vec<_>, Vec<_>) = self.drawings.iter().zip(self.tests()).partition(|(_, is_test)| *is_test);
        let drawings = |part: Vec<(_, bool)>| part.into_iter().map(|(drawing, _)| drawing).collect();
        (drawings(train), drawings(test))
    }

    /// The drawings alone.
    ///
    /// # Errors
    /// [`Error::Data`] when there are none.
    pub fn dataset(&self) -> Result<Dataset> {
        dataset(self.drawings.iter().map(Image::of).collect())
    }

    /// The drawings beside `digits`: first the drawings that train, then the digits that do, up to `train`, then the other
    /// digits, and last the drawings that test.
    ///
    /// # Errors
    /// As [`Dataset::new`].
    pub fn with_digits(&self, digits: &Dataset, train: usize) -> Result<Dataset> {
        let groups = digits.groups().unwrap_or_default();
        let writer = |index: usize| groups.get(index).map_or_else(String::new, ToString::to_string);
        let digit = |index: usize| Image {
            pixels: digits.pixels(index),
            label: digits.label(index),
            writer: format!("{WRITER}{}", writer(index)),
        };
        let (to_train, to_test) = self.parts();
        let train = train.min(digits.len());
        let images = to_train.into_iter().map(Image::of).chain((0..train).map(digit));
        let images = images.chain((train..digits.len()).map(digit)).chain(to_test.into_iter().map(Image::of));
        dataset(images.collect())
    }

    /// The experiment that trains on these drawings and the digits, as a table in the file `path` holds them.
    ///
    /// # Errors
    /// [`Error::Request`] when the experiment takes anything but the first digits to train.
    pub fn experiment(&self, experiment: &Experiment, path: &str) -> Result<Experiment> {
        let data = &experiment.data;
        let train = data.source.images().and_then(|digits| data.train.of(digits));
        let (SplitBy::Order, Some(train)) = (data.split, train) else {
            let message = "drawings are added to the digits in their order only".into();
            let hint = "set data.source = \"digits\" and data.split = \"order\"".into();
            return Err(Error::Request { message, hint });
        };
        let data = DataConfig {
            path: path.into(),
            group: Column::Name(GROUP.into()),
            classes: (0..10).map(|digit| digit.to_string()).collect(),
            split: SplitBy::Order,
            train: Portion::Images(train + self.parts().0.len()),
            validation: Portion::Images(data.validation.of(train).unwrap_or_default()),
            scale: data.scale,
            offset: data.offset,
            ..DataConfig::of(Source::Csv, PicturePreprocessing::Digit)
        };
        Ok(Experiment { data, ..experiment.clone() })
    }

    /// How a network does on the test drawings of each member, in the order in which the members came.
    ///
    /// # Errors
    /// As [`Classifier::predict`].
    pub fn scores(&self, classifier: &Classifier) -> Result<Vec<WriterScores>> {
        let mut scores: Vec<WriterScores> = Vec::new();
        for (drawing, is_test) in self.drawings.iter().zip(self.tests()) {
            let at = scores.iter().position(|scores| scores.writer == drawing.writer).unwrap_or_else(|| {
                scores.push(WriterScores { writer: drawing.writer.clone(), train: 0, test: 0, errors: 0 });
                scores.len() - 1
            });
            if is_test {
                let answer =
                    Answer { index: 0, target: drawing.label, prediction: classifier.predict(&drawing.pixels)? };
                scores[at].test += 1;
                scores[at].errors += usize::from(answer.is_wrong());
            } else {
                scores[at].train += 1;
            }
        }
        Ok(scores)
    }

    /// [`Drawings::dataset`], or [`Drawings::with_digits`], as a table that the source `csv` reads.
    pub fn csv(dataset: &Dataset) -> Vec<u8> {
        let mut bytes = Vec::new();
        let all: Vec<usize> = (0..dataset.len()).collect();
        csv::write(&mut bytes, dataset, &all).expect("memory takes what is written to it");
        bytes
    }

    /// The same as arrays that the source `npz` reads: names are numbers there, counted from 0.
    pub fn npz(dataset: &Dataset) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        npz::write_part(&mut bytes, dataset, &(0..dataset.len()).collect::<Vec<_>>())
            .expect("memory takes what is written to it");
        bytes.into_inner()
    }
}

/// One image of a dataset to be.
struct Image<'a> {
    pixels: &'a [u8],
    label: usize,
    writer: String,
}

impl<'a> Image<'a> {
    fn of(drawing: &'a Drawing) -> Self {
        Self { pixels: &drawing.pixels, label: drawing.label, writer: drawing.writer.clone() }
    }
}

fn dataset(images: Vec<Image<'_>>) -> Result<Dataset> {
    let pixels = images.iter().flat_map(|image| image.pixels.iter().copied()).collect();
    let labels = images.iter().map(|image| image.label as i64).collect();
    let authors = Labels::Names(images.into_iter().map(|image| image.writer).collect());
    let origin = Origin::File { path: "the class".into(), unit: "drawing", first: 1 };
    digits::dataset(pixels, labels, authors, origin)
}

/// What a file holds: digits without a name for who drew them get the file's.
fn table(file: &str, bytes: &[u8]) -> Result<Images> {
    let first_row = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    // Where a comma stands in numbers, spreadsheets put semicolons between them.
    let separator = if first_row.contains(&b';') && !first_row.contains(&b',') { ";" } else { "," };
    let names_authors = first_row
        .split(|byte| separator.as_bytes().contains(byte))
        .any(|name| name.trim_ascii().eq_ignore_ascii_case(GROUP.as_bytes()));
    let group = if names_authors { Column::Name(GROUP.into()) } else { Column::default() };
    let config =
        DataConfig { group, separator: separator.into(), ..DataConfig::of(Source::Csv, PicturePreprocessing::Digit) };
    csv::read(file, bytes, &config).map_err(|error| match error {
        // What the reader advises is for a configuration, and there is none here.
        Error::Data { place, reason, .. } => Error::Data { place, reason, hint: HINT.into() },
        other => other,
    })
}

fn archive(file: &str, bytes: Vec<u8>) -> Result<Vec<Images>> {
    let archive = Archive::open(file, Arc::new(bytes))?;
    let parts: Vec<&str> =
        ["", "_train", "_test"].into_iter().filter(|part| archive.has(&format!("x{part}"))).collect();
    let parts = if parts.is_empty() { vec![""] } else { parts };
    let part = |suffix: &str| -> Result<Images> {
        let images = archive.array(&format!("x{suffix}"))?.images(&[])?;
        let labels = archive.array(&format!("y{suffix}"))?.labels()?;
        let groups = format!("{GROUP}{suffix}");
        let groups = archive.has(&groups).then(|| archive.array(&groups)?.labels()).transpose()?;
        Ok(Images {
            height: images.height,
            width: images.width,
            pixels: images.pixels,
            is_light: false,
            is_unit: images.is_unit,
            labels: Labels::Numbers(labels),
            groups: groups.map(Labels::Numbers),
            origin: Origin::File { path: file.into(), unit: "image", first: 0 },
        })
    };
    parts.into_iter().map(part).collect()
}

/// The drawings before the program's own digits, or all where there are none of these, and those after them, which test.
fn drawings_of(file: &str, images: &Images) -> Result<(Vec<Drawing>, Vec<Drawing>)> {
    images.check_digits(HINT)?;
    let count = images.pixels.len();
    let refuse = |i: usize, reason: String| Error::Data { place: images.origin.place(i), reason, hint: HINT.into() };
    let lengths = [Some(images.labels.len()), images.groups.as_ref().map(Labels::len)];
    if let Some(length) = lengths.into_iter().flatten().find(|&length| length != count) {
        return Err(refuse(0, format!("there are {count} images, but {length} labels, or names, for them")));
    }
    let Labels::Numbers(labels) = &images.labels else {
        return Err(refuse(0, "the labels are names, but must be the digits 0 to 9".into()));
    };
    let writer = |i: usize| match &images.groups {
        Some(Labels::Names(names)) => names[i].clone(),
        Some(Labels::Numbers(numbers)) => numbers[i].to_string(),
        None => file.rsplit('/').next().unwrap_or(file).chars().take(40).collect(),
    };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut is_after = false;
    for (i, &label) in labels.iter().enumerate() {
        if writer(i).starts_with(WRITER) {
            is_after = true;
            continue;
        }
        let digit = usize::try_from(label).ok().filter(|&digit| digit <= 9);
        let label = digit.ok_or_else(|| refuse(i, format!("its label is {label}, but must be 0 to 9")))?;
        let drawing = Drawing { label, writer: writer(i), pixels: images.pixels.image(i).to_vec() };
        if is_after { after.push(drawing) } else { before.push(drawing) }
    }
    Ok((before, after))
}

/// Drawings that train and drawings that test, in an order in which they do so again: every second one of a digit tests.
fn in_turn(train: Vec<Drawing>, mut test: Vec<Drawing>) -> Vec<Drawing> {
    let mut all = Vec::with_capacity(train.len() + test.len());
    for drawing in train {
        let next = test.iter().position(|other| (&other.writer, other.label) == (&drawing.writer, drawing.label));
        all.push(drawing);
        all.extend(next.map(|next| test.remove(next)));
    }
    all.extend(test);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Split;

    fn class() -> Drawings {
        let drawing = |label: usize, writer: &str, ink: u8| Drawing {
            label,
            writer: writer.into(),
            pixels: (0..64).map(|i| if i % 7 == label { ink } else { 0 }).collect(),
        };
        Drawings::new(vec![
            drawing(3, "L\u{e9}a", 16),
            drawing(3, "L\u{e9}a", 15),
            drawing(3, "Max, 7", 14),
            drawing(4, "L\u{e9}a", 13),
            drawing(3, "L\u{e9}a", 12),
        ])
        .unwrap()
    }

    #[test]
    fn every_second_drawing_of_a_digit_tests() {
        assert_eq!(class().tests(), [false, true, false, false, false]);
    }

    #[test]
    fn drawings_come_back_from_both_files() {
        let class = class();
        let alone = class.dataset().unwrap();
        assert_eq!(Drawings::read("a.csv", Drawings::csv(&alone)).unwrap(), class);
        let saved = String::from_utf8(Drawings::csv(&alone)).unwrap();
        let by_spreadsheet = saved.replace("\"Max, 7\"", "Max 7").replace(',', ";").replace("Max 7", "Max, 7");
        assert!(
            Drawings::read("a.csv", by_spreadsheet.into_bytes()).unwrap() == class,
            "semicolons are as good as commas"
        );
        let digits = Dataset::digits().unwrap();
        let all = class.with_digits(&digits, 1000).unwrap();
        assert_eq!(all.len(), 1797 + 5);
        let again = Drawings::read("b.csv", Drawings::csv(&all)).unwrap();
        assert_eq!(again, class, "the digits are left out, and what tested tests again");
        let by_number = Drawings::read("a.npz", Drawings::npz(&alone)).unwrap();
        let authors: Vec<&str> = by_number.drawings().iter().map(|drawing| drawing.writer.as_str()).collect();
        assert_eq!(authors, ["0", "0", "1", "0", "0"]);
        assert_eq!(by_number.drawings()[2].pixels, class.drawings()[2].pixels);
    }

    #[test]
    fn names_come_back_as_they_were_written() {
        let long = "\u{1f98a}".repeat(40);
        for names in [["1", "1.0", "007"], ["7", "-7", "1e3"], ["Max \"7\"", " Zo\u{eb} ", &long]] {
            let drawing = |writer: &str| Drawing { label: 0, writer: writer.into(), pixels: vec![1; 64] };
            let class = Drawings::new(names.map(drawing).to_vec()).unwrap();
            for all in [class.dataset(), class.with_digits(&Dataset::digits().unwrap(), 1000)] {
                let again = Drawings::read("a.csv", Drawings::csv(&all.unwrap())).unwrap();
                let authors: Vec<&str> = again.drawings().iter().map(|drawing| drawing.writer.as_str()).collect();
                assert_eq!(authors, names.map(str::trim));
            }
        }
    }

    #[test]
    fn a_class_trains_beside_the_same_digits_as_before() {
        let digits = Dataset::digits().unwrap();
        let mut experiment = Experiment::default();
        experiment.data.validation = Portion::Images(200);
        let of_class = class().experiment(&experiment, "class.csv").unwrap();
        let all = class().with_digits(&digits, 1000).unwrap();
        let split = Split::new(&all, &of_class).unwrap();
        assert_eq!((split.train.len(), split.validation.len(), split.test.len()), (804, 200, 798));
        let usual = Split::new(&digits, &experiment).unwrap();
        let pixels = |data: &Dataset, images: &[usize]| -> Vec<Vec<u8>> {
            images.iter().map(|&image| data.pixels(image).to_vec()).collect()
        };
        assert_eq!(pixels(&all, &split.validation), pixels(&digits, &usual.validation));
        assert_eq!(pixels(&all, &split.test)[..797], pixels(&digits, &usual.test));
        // What the command reads from the file and the configuration that go with it is the same.
        let read = Experiment::from_toml("class.toml", &of_class.to_toml(), &[]).unwrap();
        assert_eq!(read, of_class);
    }

    #[test]
    fn what_is_no_drawing_is_refused_with_its_place() {
        let message = |bytes: &[u8]| Drawings::read("a.csv", bytes.to_vec()).unwrap_err().to_string();
        let row = |label: &str, pixel: &str| format!("{label}{}\n", format!(",{pixel}").repeat(64));
        let header = row("label", "p");
        assert_eq!(
            message((header.clone() + &row("3", "17")).as_bytes()),
            "a.csv, row 2: a pixel is 17, but those of digits are 0 to 16"
        );
        assert_eq!(message((header + &row("10", "7")).as_bytes()), "a.csv, row 2: its label is 10, but must be 0 to 9");
        let short = format!("label{}\n3{}\n", ",p".repeat(63), ",1".repeat(63));
        assert!(message(short.as_bytes()).contains("63 pixels"), "{}", message(short.as_bytes()));
        assert!(message(b"Dear diary").starts_with("a.csv"));
        let hint = |bytes: &[u8]| Drawings::read("a.csv", bytes.to_vec()).unwrap_err().hint();
        assert_eq!(hint(b"a,b\n1,2\n").as_deref(), Some(HINT), "not how a configuration names a column");
        assert!(message(b"PK").starts_with("a.csv"));
        let drawing = |writer: &str| Drawing { label: 0, writer: writer.into(), pixels: vec![1; 64] };
        assert!(Drawings::new(vec![drawing(" ")]).is_err() && Drawings::new(vec![drawing(&"x".repeat(41))]).is_err());
        assert!(Drawings::new(vec![drawing("writer 3")]).is_err(), "it would be left out of the file that is read");
        assert!(Drawings::new(vec![drawing("x"); MAX_DRAWINGS + 1]).is_err());
        let blank = Drawing { pixels: vec![0; 64], ..drawing("x") };
        assert_eq!(Drawings::new(vec![drawing("x"), blank]).unwrap_err().to_string(), "drawing 2: it is blank");
    }
}
