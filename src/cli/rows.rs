//! Answers about the images of tables, arrays and idx files: a line or a JSON object each, or a table of all.

use std::path::Path;

use serde_json::json;

use chiffres::error::Language;
use chiffres::native::files::TableFile;
use chiffres::native::source::{Row, RowFile};
use chiffres::native::{Result, pictures};
use chiffres::{Prediction, Recogniser, SavedModel};

use super::output::{note, print};

/// Images that are answered about at a time.
const BATCH: usize = 256;

/// A table of answers, which is written as they come.
pub struct AnswerTable {
    file: TableFile,
    /// Number of the next line.
    number: usize,
    /// Number of the lines so far.
    pub lines: usize,
}

impl AnswerTable {
    /// Begins a table with two columns; its lines are numbered from `first`.
    pub fn create(path: &Path, columns: &[String; 2], first: usize) -> Result<Self> {
        let file = TableFile::new(path, &columns.each_ref().map(String::as_str))?;
        Ok(Self { file, number: first, lines: 0 })
    }

    /// Adds a line: the name of an image, or else its number, and its label.
    pub fn add(&mut self, id: Option<&str>, label: &str) -> Result<()> {
        let number = self.number.to_string();
        self.number += 1;
        self.lines += 1;
        self.file.row([id.unwrap_or(&number), label])
    }

    /// Gives the complete table its name.
    pub fn finish(self) -> Result<()> {
        self.file.finish()
    }
}

/// The answers about the images of files.
pub struct Answers<'a> {
    pub recogniser: &'a Recogniser,
    pub saved: &'a SavedModel,
    /// Prints JSON objects.
    pub json: bool,
    /// One line about an answer.
    pub headline: &'a dyn Fn(&Prediction) -> String,
}

/// Images that are waiting for their answers.
#[derive(Default)]
struct Batch {
    pixels: Vec<u8>,
    images: Vec<Waiting>,
}

struct Waiting {
    index: usize,
    id: Option<String>,
    place: String,
}

impl Answers<'_> {
    /// Answers about all images of a file, some at a time: prints the answers, or adds them to `table`.
    pub fn about(&self, path: &Path, kind: RowFile, mut table: Option<&mut AnswerTable>) -> Result<()> {
        let file = pictures::shown(path);
        let mut batch = Batch::default();
        let reading = kind.for_each(path, self.saved, |row: Row<'_>| {
            batch.pixels.extend_from_slice(row.pixels);
            let (index, id) = (row.index, row.id.map(Into::into));
            batch.images.push(Waiting { index, id, place: row.place.to_string() });
            if batch.images.len() == BATCH { self.answer(&file, &mut batch, table.as_deref_mut()) } else { Ok(()) }
        })?;
        self.answer(&file, &mut batch, table)?;
        reading.sentences(Language::English).iter().for_each(|sentence| note(&format!("{file}: {sentence}")));
        Ok(())
    }

    fn answer(&self, file: &str, batch: &mut Batch, table: Option<&mut AnswerTable>) -> Result<()> {
        let Batch { pixels, images } = std::mem::take(batch);
        let answers = self.recogniser.classifier().predict_images(&pixels)?;
        let answers = images.iter().zip(&answers);
        if let Some(table) = table {
            let mut answers = answers;
            return answers.try_for_each(|(image, answer)| table.add(image.id.as_deref(), self.label(answer)));
        }
        let lines = answers.map(|(image, answer)| match self.json {
            true => self.object(file, image, answer),
            false => format!("{}: {}\n", image.place, (self.headline)(answer)),
        });
        print(&lines.collect::<String>());
        Ok(())
    }

    fn object(&self, file: &str, image: &Waiting, answer: &Prediction) -> String {
        let mut object = json!({
            "file": file,
            "index": image.index,
            "place": image.place,
            "label": self.label(answer),
            "confidence": answer.confidence(),
            "probabilities": answer.probabilities,
        });
        if let Some(id) = &image.id {
            object["id"] = id.as_str().into();
        }
        object.to_string() + "\n"
    }

    fn label(&self, answer: &Prediction) -> &str {
        if self.recogniser.rejects(answer) { "?" } else { &self.recogniser.classifier().classes()[answer.label] }
    }
}
