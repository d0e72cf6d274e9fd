//! Files of drawings: a table, or an archive of arrays, both ways.

use std::io::Cursor;
use std::sync::Arc;

use crate::data::digits::CLASSES;
use crate::data::{Dataset, Images, Labels, Origin, Reading, Reason, Thing, Unit};
use crate::error::data::DrawingProblem;
use crate::error::{DataProblem, Error, Result};
use crate::formats::npz;
use crate::formats::npz::Archive;
use crate::formats::table::write;

use super::{BUILT_IN_PREFIX, Drawing, Drawings, MAX_NAME_LENGTH, table};

/// The column, or the array, of the writers.
pub(super) const WRITER_COLUMN: &str = "group";

/// A dataset of drawings as a table for the source `csv`.
pub fn to_csv(dataset: &Dataset) -> Vec<u8> {
    let mut bytes = Vec::new();
    let all: Vec<usize> = (0..dataset.len()).collect();
    write(&mut bytes, dataset, &all).expect("memory takes all that is written to it");
    bytes
}

/// A dataset of drawings as arrays for the source `npz`; writers are numbers there, counted from 0.
pub fn to_npz(dataset: &Dataset) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let all: Vec<usize> = (0..dataset.len()).collect();
    npz::write_part(&mut bytes, dataset, &all).expect("memory takes all that is written to it");
    bytes.into_inner()
}

impl Drawings {
    /// Reads a file that [`to_csv`] or [`to_npz`] wrote, without the built-in digits in it, and says what was left out.
    ///
    /// `file` is its name in errors; a drawing without a writer gets it as the writer.
    ///
    /// # Errors
    /// [`Error::Data`] for a file without drawings.
    pub fn read(file: &str, bytes: Vec<u8>) -> Result<(Self, Reading)> {
        let (drawings, reading) = read(file, bytes).map_err(|error| match error {
            // The hints of the formats are about a configuration, and there is none here.
            Error::Data { place, problem } => Error::data(*place, DataProblem::DrawingsFile(Box::new(problem))),
            other => other,
        })?;
        Ok((Self::new(drawings)?, reading))
    }
}

fn read(file: &str, bytes: Vec<u8>) -> Result<(Vec<Drawing>, Reading)> {
    let is_archive = bytes.starts_with(b"PK") || file.to_lowercase().ends_with(".npz");
    let parts = match is_archive {
        true => read_archive(file, bytes)?,
        false => vec![table::read(file, &bytes)?],
    };
    let (mut drawings, mut reading) = (Vec::new(), Reading::new(file));
    for images in parts {
        let (train, test) = drawings_of(file, &images, &mut reading)?;
        drawings.extend(interleave(train, test));
        reading.merge(images.reading);
    }
    if drawings.is_empty() { Err(Error::data(file, DrawingProblem::OnlyBuiltIn)) } else { Ok((drawings, reading)) }
}

fn read_archive(file: &str, bytes: Vec<u8>) -> Result<Vec<Images>> {
    let archive = Archive::open(file, Arc::new(bytes))?;
    let parts: Vec<&str> =
        ["", "_train", "_test"].into_iter().filter(|part| archive.has(&format!("x{part}"))).collect();
    let parts = if parts.is_empty() { vec![""] } else { parts };
    let part = |suffix: &str| -> Result<Images> {
        let images = archive.array(&format!("x{suffix}"))?.images(&[], None)?;
        let labels = archive.array(&format!("y{suffix}"))?.numbers()?;
        let groups = format!("{WRITER_COLUMN}{suffix}");
        let groups = archive.has(&groups).then(|| archive.array(&groups)?.numbers()).transpose()?;
        Ok(Images {
            height: images.height,
            width: images.width,
            channels: 1,
            pixels: images.pixels,
            is_light: false,
            is_unit: images.range.is_some(),
            labels: Labels::Numbers(labels),
            groups: groups.map(Labels::Numbers),
            origin: Origin::File { file: file.into(), unit: Unit::Image, first: 0 },
            reading: Reading::new(file),
        })
    };
    parts.into_iter().map(part).collect()
}

/// The drawings of a file, without the built-in digits: those before the digits, and those after them, which test.
fn drawings_of(file: &str, images: &Images, reading: &mut Reading) -> Result<(Vec<Drawing>, Vec<Drawing>)> {
    images.check_digits()?;
    let count = images.pixels.len();
    let fail = |i: usize, problem: DrawingProblem| Error::data(images.origin.place(i), problem);
    let lengths = [Some(images.labels.len()), images.groups.as_ref().map(Labels::len)];
    if let Some(length) = lengths.into_iter().flatten().find(|&length| length != count) {
        return Err(fail(0, DrawingProblem::Count { images: count, found: length }));
    }
    let Labels::Numbers(labels) = &images.labels else {
        return Err(fail(0, DrawingProblem::NamedLabels));
    };
    let writer = |i: usize| match &images.groups {
        Some(Labels::Names(names)) => names[i].clone(),
        Some(Labels::Numbers(numbers)) => numbers[i].to_string(),
        None => file.rsplit('/').next().unwrap_or(file).chars().take(MAX_NAME_LENGTH).collect(),
    };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut is_after = false;
    for (i, &label) in labels.iter().enumerate() {
        if writer(i).starts_with(BUILT_IN_PREFIX) {
            is_after = true;
            reading.leave_out(Thing::Image, images.origin.place(i).to_string(), Reason::BuiltIn);
            continue;
        }
        let digit = usize::try_from(label).ok().filter(|&digit| digit < CLASSES);
        let label = digit.ok_or_else(|| fail(i, DrawingProblem::Label { found: label }))?;
        let drawing = Drawing { label, writer: writer(i), pixels: images.pixels.image(i).to_vec() };
        if is_after { after.push(drawing) } else { before.push(drawing) }
    }
    Ok((before, after))
}

/// Training and test drawings in an order that [`Drawings::test_mask`] splits the same way again.
fn interleave(train: Vec<Drawing>, mut test: Vec<Drawing>) -> Vec<Drawing> {
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
    use super::super::tests::class;
    use super::*;

    fn writers(drawings: &Drawings) -> Vec<&str> {
        drawings.drawings().iter().map(|drawing| drawing.writer.as_str()).collect()
    }

    #[test]
    fn drawings_come_back_from_both_files() {
        let class = class();
        let alone = class.dataset().unwrap();
        assert_eq!(Drawings::read("a.csv", to_csv(&alone)).unwrap().0, class);
        let saved = String::from_utf8(to_csv(&alone)).unwrap();
        let by_spreadsheet = saved.replace("\"Max, 7\"", "Max 7").replace(',', ";").replace("Max 7", "Max, 7");
        assert!(
            Drawings::read("a.csv", by_spreadsheet.into_bytes()).unwrap().0 == class,
            "semicolons are as good as commas"
        );
        let digits = Dataset::digits().unwrap();
        let all = class.with_digits(&digits, 1000).unwrap();
        assert_eq!(all.len(), 1797 + 5);
        let again = Drawings::read("b.csv", to_csv(&all)).unwrap().0;
        assert_eq!(again, class, "the digits are left out, and the test drawings test again");
        let by_number = Drawings::read("a.npz", to_npz(&alone)).unwrap().0;
        assert_eq!(writers(&by_number), ["0", "0", "1", "0", "0"]);
        assert_eq!(by_number.drawings()[2].pixels, class.drawings()[2].pixels);
    }

    #[test]
    fn names_come_back_as_they_were_written() {
        let long = "\u{1f98a}".repeat(MAX_NAME_LENGTH);
        for names in [["1", "1.0", "007"], ["7", "-7", "1e3"], ["Max \"7\"", " Zo\u{eb} ", &long]] {
            let drawing = |writer: &str| Drawing { label: 0, writer: writer.into(), pixels: vec![1; 64] };
            let class = Drawings::new(names.map(drawing).to_vec()).unwrap();
            for all in [class.dataset(), class.with_digits(&Dataset::digits().unwrap(), 1000)] {
                let again = Drawings::read("a.csv", to_csv(&all.unwrap())).unwrap().0;
                assert_eq!(writers(&again), names.map(str::trim));
            }
        }
    }

    #[test]
    fn a_file_without_drawings_is_refused_with_its_place() {
        let message = |bytes: &[u8]| Drawings::read("a.csv", bytes.to_vec()).unwrap_err().to_string();
        let row = |label: &str, pixel: &str| format!("{label}{}\n", format!(",{pixel}").repeat(64));
        let header = row("label", "p");
        assert_eq!(
            message((header.clone() + &row("3", "17")).as_bytes()),
            "a.csv, row 2: a pixel is 17, but those of digits are 0 to 16"
        );
        for (pixel, problem) in
            [("300", "a pixel is 300"), ("-1", "a pixel is -1"), ("x", "the pixel \"x\" is not a number")]
        {
            let message = message((header.clone() + &row("3", pixel)).as_bytes());
            assert!(message.starts_with(&format!("a.csv, row 2, column \"p\": {problem}")), "{message}");
        }
        assert_eq!(message((header + &row("10", "7")).as_bytes()), "a.csv, row 2: the label is 10, but must be 0 to 9");
        let short = format!("label{}\n3{}\n", ",p".repeat(63), ",1".repeat(63));
        assert!(message(short.as_bytes()).contains("63 pixels"), "{}", message(short.as_bytes()));
        assert!(message(b"Dear diary").starts_with("a.csv"));
        let hint = |bytes: &[u8]| Drawings::read("a.csv", bytes.to_vec()).unwrap_err().hint();
        assert!(!hint(b"a,b\n1,2\n").unwrap().contains("data."), "no advice about a configuration");
        assert!(message(b"PK").starts_with("a.csv"));
    }
}
