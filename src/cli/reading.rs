//! The reading report in the terminal.

use chiffres::Dataset;
use chiffres::config::DataConfig;
use chiffres::data::{Part, Reading, urgent_advice};
use chiffres::error::Language;

use super::layout::wrapped;
use super::output::{count, note, terminal_columns};

/// Maximum number of lines about the images before training.
const MAX_LINES: usize = 5;

/// The whole report: where each part is, what was taken for what, and what was left out.
pub fn whole(reading: &Reading) -> String {
    let parts = reading.parts().iter().map(|part| {
        let purpose = match part.part {
            Part::Train => "",
            Part::Validation => " held out",
            Part::Test => " to test",
            Part::Unlabelled => " without labels",
        };
        format!("{}{purpose} in {}", count(part.images, "image"), part.from)
    });
    let own = lines("read        ", parts) + &lines("noticed     ", reading.sentences(Language::English));
    // A section for each source.
    reading.further_sources().iter().fold(own, |sections, further| sections + "\ndata.also\n" + &whole(further))
}

/// Says on standard error, in a few lines, what was taken for what, what was left out, and what must be changed first.
pub fn notice(dataset: &Dataset, config: &DataConfig) {
    let mut sentences = dataset.reading().sentences(Language::English);
    for further in dataset.reading().further_sources() {
        let from = further.from();
        sentences.extend(further.sentences(Language::English).iter().map(|sentence| format!("{from}: {sentence}")));
    }
    sentences.splice(..0, urgent_advice(dataset, config));
    let (shown, more) = match sentences.len() {
        0..=MAX_LINES => (sentences.len(), 0),
        all => (MAX_LINES - 1, all + 1 - MAX_LINES),
    };
    for sentence in &sentences[..shown] {
        note(&format!("images: {sentence}"));
    }
    if more > 0 {
        note(&format!("images: and {more} more: data check lists them"));
    }
}

/// Sentences under one another, the first after a label.
fn lines(label: &str, sentences: impl IntoIterator<Item = String>) -> String {
    let indent = " ".repeat(label.len());
    let labels = std::iter::once(label).chain(std::iter::repeat(indent.as_str()));
    labels.zip(sentences).map(|(label, text)| wrapped(label, text.split(' '), " ", terminal_columns())).collect()
}
