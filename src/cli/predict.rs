//! `chiffres predict`: a network's answers about images of the dataset, and about pictures of any size.

use std::cell::{Cell, RefCell};
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::{Value, json};

use chiffres::config::{Channels, Paper};
use chiffres::data::Reading;
use chiffres::error::{InputProblem, Language, NoDigit};
use chiffres::native::error::{PictureProblem, PictureUse, RunProblem, ShowProblem};
use chiffres::native::judge::{self, JudgedImages};
use chiffres::native::source::{self, RowFile};
use chiffres::native::{Error, Result, Trained, device, pictures};
use chiffres::novelty::{Doubt, NoveltyDetector, Reason};
use chiffres::preprocess::Raster;
use chiffres::{Dataset, Prediction, Recogniser, Recognition, SavedModel, Split, SplitName};

use super::contact_sheet::write_png;
use super::evaluate::parse_rate;
use super::layout::{self, beside};
use super::output::{self, Colors, FAILURE, note, percent, print, print_json, terminal_columns};
use super::picture::Picture;
use super::rows::{AnswerTable, Answers};
use super::{data, evaluate, explain, place, report};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// Pictures of one digit each: picture files, folders of them, - for standard input; files with many images of the
    /// network's size: .csv, .npy, .npz, idx; or images of the dataset, by index from 0 (a file called 7 is ./7)
    #[arg(value_name = "PICTURE", required = true)]
    images: Vec<PathBuf>,
    /// Show the K most probable classes
    #[arg(long, value_name = "K", default_value = "3", conflicts_with = "json")]
    top: NonZeroUsize,
    /// Answer "?" under this confidence: 0.9 or 90%
    #[arg(long, value_name = "P", value_parser = parse_rate)]
    reject_below: Option<f64>,
    /// Read pictures as their negatives: for a network trained on light strokes, and dark ones on paper
    #[arg(long)]
    invert: bool,
    /// Show each step from the picture to what the network reads, and the training images nearest to it
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Draw the steps into a PNG file instead of the terminal
    #[arg(long, value_name = "FILE", requires = "explain", conflicts_with = "json")]
    png: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Write the answers into a table instead, complete or not at all: a line an image, with its name or number and its
    /// label
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "explain", "top"])]
    output: Option<PathBuf>,
    /// Names of the two columns of that table; Kaggle's are ImageId,Label
    #[arg(long, value_name = "NAMES", default_value = "id,label", value_parser = parse_columns, requires = "output")]
    columns: [String; 2],
    /// Number of the first image in that table
    #[arg(long, value_name = "N", default_value = "1", requires = "output")]
    first: usize,
    /// The images that indices stand for, of any kind that init reads; or the dataset, if it has moved since training
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

/// Maximum number of pixels of a picture across in the terminal, and down.
const MAX_SIDE: usize = 32;

/// One thing to answer about.
enum Subject {
    Index(usize),
    File(PathBuf),
    /// A file of many images.
    Rows(PathBuf, RowFile),
    Input,
}

/// The command while it answers.
struct Predict<'a> {
    args: &'a Args,
    saved: &'a SavedModel,
    recogniser: Recogniser,
    /// The table that the answers go to.
    table: RefCell<Option<AnswerTable>>,
    /// The images that indices stand for; `None` if they are missing.
    images: Option<KnownImages>,
    /// A picture looked like the negative of the training images.
    is_negative: Cell<bool>,
}

/// Images that indices stand for: those that the network was trained and tested with, or those of `--data`.
struct KnownImages {
    dataset: Arc<Dataset>,
    /// The split of training; `None` for other images.
    split: Option<Split>,
    /// Images on which no digit was found, in ascending order.
    without_digit: Vec<usize>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let trained = evaluate::trained(&self.run)?;
        let device = device::open(self.device.as_deref())?;
        let saved = &trained.saved;
        let recogniser = Recogniser::new(saved, &device.device).on_photographs();
        let recogniser = recogniser.rejecting_below(self.reject_below.unwrap_or(0.0));
        // References in the model file take the place of the training images.
        let has_references = recogniser.novelty().is_some();
        let explains_by_images = self.explain && !has_references;
        let needs_images = self.data.is_some() || explains_by_images || self.images.iter().any(|path| is_index(path));
        // Doubts are about pictures; images of the network's size need none of those that it was trained with.
        let are_rows = |path: &PathBuf| !is_index(path) && RowFile::of(path).is_some();
        let needs_none = has_references || self.images.iter().all(are_rows);
        let (recogniser, images) = match !needs_images && needs_none {
            true => (recogniser, None),
            false => match self.with_images(&trained, recogniser.clone()) {
                Ok((recogniser, images)) => (recogniser, Some(images)),
                Err(error) if needs_images => return Err(error),
                Err(error) => {
                    note_no_doubts(&error);
                    (recogniser, None)
                }
            },
        };
        let table =
            self.output.as_ref().map(|path| AnswerTable::create(path, &self.columns, self.first)).transpose()?;
        let predict = Predict {
            args: &self,
            saved: &trained.saved,
            recogniser,
            table: RefCell::new(table),
            images,
            is_negative: Cell::new(false),
        };
        // All arguments are checked before the first answer.
        let mut subjects = Vec::new();
        for path in &self.images {
            subjects.extend(predict.subjects(path)?);
        }
        self.check(&subjects)?;
        let (mut failed, mut hints) = (false, Vec::new());
        for subject in subjects {
            if let Err(error) = subject.and_then(|subject| predict.answer(&subject)) {
                predict.fail(&error);
                failed = true;
                hints.extend(error.hint());
            }
        }
        predict.finish(failed)?;
        if predict.is_negative.get() && !self.invert {
            hints.push("predict --invert reads pictures as their negatives".into());
        }
        let mut said = Vec::new();
        for hint in hints {
            if !said.contains(&hint) {
                output::hint(&hint);
                said.push(hint);
            }
        }
        Ok(if failed { ExitCode::from(FAILURE) } else { ExitCode::SUCCESS })
    }

    fn with_images(&self, trained: &Trained, recogniser: Recogniser) -> Result<(Recogniser, KnownImages)> {
        let open = |data| data::with_options(|opening| judge::open(trained, data, opening));
        let images = open(self.data.as_deref())?;
        if self.images.iter().any(|path| is_index(path)) {
            evaluate::note_changed(images.relation);
        }
        let JudgedImages { dataset, split, without_digit, .. } = images;
        let images = KnownImages { dataset: Arc::new(dataset), split, without_digit };
        if recogniser.novelty().is_some() {
            return Ok((recogniser, images));
        }
        // Doubts come from the images of training, wherever those to answer about are.
        let detector = match &images.split {
            Some(split) => Some(NoveltyDetector::new(images.dataset.clone(), &split.train)),
            None => match open(None) {
                Ok(JudgedImages { dataset, split, .. }) => {
                    split.map(|split| NoveltyDetector::new(Arc::new(dataset), &split.train))
                }
                Err(error) if self.explain => return Err(error),
                Err(error) => {
                    note_no_doubts(&error);
                    None
                }
            },
        };
        let recogniser = match detector {
            Some(detector) => recogniser.with_novelty(detector)?,
            None => recogniser,
        };
        Ok((recogniser, images))
    }

    /// Checks that the options fit the subjects.
    fn check(&self, subjects: &[Result<Subject>]) -> Result<()> {
        let index = subjects.iter().find_map(|subject| match subject {
            Ok(Subject::Index(index)) => Some(*index),
            _ => None,
        });
        let rows = subjects.iter().find_map(|subject| match subject {
            Ok(Subject::Rows(path, _)) => Some(pictures::shown(path)),
            _ => None,
        });
        match index {
            Some(index) if self.explain => Err(ShowProblem::NoSteps { index }.into()),
            _ if self.explain && rows.is_some() => {
                Err(ShowProblem::NoStepsOfRows { file: rows.unwrap_or_default() }.into())
            }
            _ if self.invert && (index.is_some() || rows.is_some()) => {
                Err(ShowProblem::NotAPicture { file: rows }.into())
            }
            _ if self.png.is_some() && subjects.len() > 1 => {
                Err(ShowProblem::SeveralPictures { found: subjects.len() }.into())
            }
            _ => Ok(()),
        }
    }
}

impl Predict<'_> {
    /// The subjects that an argument stands for; a picture that is not found is an error among them.
    ///
    /// # Errors
    /// [`NoSuchImage`](chiffres::Error::NoSuchImage) for an index beyond the last.
    fn subjects(&self, path: &Path) -> Result<Vec<Result<Subject>>> {
        let text = path.to_str().unwrap_or_default();
        if text == "-" {
            return Ok(vec![Ok(Subject::Input)]);
        }
        if let (true, Some(images)) = (is_index(path), &self.images) {
            let index = text.parse().unwrap_or(usize::MAX);
            images.dataset.image(index)?;
            return Ok(vec![Ok(Subject::Index(index))]);
        }
        if let Some(kind) = RowFile::of(path) {
            return Ok(vec![Ok(Subject::Rows(path.into(), kind))]);
        }
        let mut reading = Reading::new(pictures::shown(path));
        let found = source::pictures_in(path, &mut reading);
        reading.sentences(Language::English).iter().for_each(|sentence| note(&format!("pictures: {sentence}")));
        Ok(found.into_iter().map(|file| file.map(Subject::File)).collect())
    }

    /// Reports a picture without an answer on one line; the others go on.
    fn fail(&self, error: &Error) {
        if let (true, Error::Picture { path, .. }) = (self.args.json, error) {
            print_json(&json!({ "file": path, "error": error.messages(Language::English)[0].text }));
        }
        output::error(error);
    }

    /// The paper behind transparent pictures, and the channels that pictures are read with.
    fn reading(&self) -> (Paper, Channels) {
        (self.saved.experiment.data.paper, Channels::Number(self.saved.channels))
    }

    fn answer(&self, subject: &Subject) -> Result<()> {
        match subject {
            Subject::Index(index) => self.answer_image(*index),
            Subject::Rows(path, kind) => {
                let headline = |prediction: &Prediction| self.headline(prediction);
                let (recogniser, saved, json) = (&self.recogniser, self.saved, self.args.json);
                let answers = Answers { recogniser, saved, json, headline: &headline };
                answers.about(path, *kind, self.table.borrow_mut().as_mut())
            }
            Subject::File(path) => {
                let (paper, channels) = self.reading();
                self.answer_picture(&pictures::shown(path), &pictures::read_as(path, paper, channels)?)
            }
            Subject::Input => {
                let (name, (paper, channels)) = ("standard input", self.reading());
                self.answer_picture(name, &pictures::from_reader_as(name, io::stdin().lock(), paper, channels)?)
            }
        }
    }

    /// Completes the table of answers, unless one is missing.
    fn finish(&self, failed: bool) -> Result<()> {
        let Some(table) = self.table.take() else { return Ok(()) };
        let path = self.args.output.as_ref().expect("the table has a name").display();
        if failed {
            note(&format!("{path} was not written: an answer is missing"));
            return Ok(());
        }
        let lines = table.lines;
        table.finish()?;
        note(&format!("{} written to {path}", output::count(lines, "answer")));
        Ok(())
    }

    fn answer_image(&self, index: usize) -> Result<()> {
        let images = self.images.as_ref().expect("an index needs the images");
        let image = images.dataset.image(index)?;
        if images.without_digit.binary_search(&index).is_ok() {
            return Err(Error::Picture {
                path: images.dataset.place(index).to_string(),
                problem: PictureProblem::NoDigit(NoDigit::NoInk),
                purpose: PictureUse::Recognise,
            });
        }
        let recognition = self.recogniser.recognise_image(&image)?;
        if let Some(table) = self.table.borrow_mut().as_mut() {
            return table.add(Some(&index.to_string()), self.label(&recognition));
        }
        let prediction = &recognition.prediction;
        let (target, split) = (image.label, images.split.as_ref().map(|split| split.part_of(index)));
        if self.args.json {
            print_json(&json!({
                "index": index,
                "place": images.dataset.place(index).to_string(),
                "split": split.flatten().map(SplitName::as_str),
                "label": self.label(&recognition),
                "confidence": prediction.confidence(),
                "target": self.name(target),
                "correct": prediction.label == target,
                "probabilities": prediction.probabilities,
            }));
            return Ok(());
        }
        let verdict = if prediction.label == target { "right" } else { "wrong" };
        let part = match split {
            None => String::new(),
            Some(None) => ", an unused image".into(),
            Some(Some(split)) => format!(", a {} image", report::adjective(split)),
        };
        let place = place::caption(&images.dataset, index, terminal_columns());
        let place = place.map_or(String::new(), |place| format!("\n{place}"));
        let target = self.name(target);
        let title = format!(
            "image {index}: {}, target {target}: {verdict}{part}{place}",
            self.headline(&recognition.prediction)
        );
        // A training image is near itself: doubts are for pictures.
        print(&self.block(&title, &recognition, &[]));
        Ok(())
    }

    fn answer_picture(&self, name: &str, raster: &Raster) -> Result<()> {
        let negative = self.args.invert.then(|| raster.inverted());
        let raster = negative.as_ref().unwrap_or(raster);
        let recognition = self.recogniser.recognise(raster).map_err(|error| about_picture(error, name))?;
        let mut reasons = recognition.doubts().iter().flat_map(Doubt::reasons);
        if reasons.any(|reason| matches!(reason, Reason::Negative { .. })) {
            self.is_negative.set(true);
        }
        if let Some(table) = self.table.borrow_mut().as_mut() {
            return table.add(Some(name), self.label(&recognition));
        }
        if self.args.json {
            let doubts: Vec<Value> =
                recognition.doubts().iter().map(object).chain(several_object(&recognition)).collect();
            print_json(&json!({
                "file": name,
                "label": self.label(&recognition),
                "confidence": recognition.prediction.confidence(),
                "probabilities": recognition.prediction.probabilities,
                "pixels": recognition.pixels,
                "doubtful": !doubts.is_empty(),
                "doubts": doubts,
            }));
            return Ok(());
        }
        let title = format!("{name}: {}", self.headline(&recognition.prediction));
        if self.args.explain {
            return self.explain(&title, raster, &recognition);
        }
        print(&self.block(&title, &recognition, recognition.doubts()));
        Ok(())
    }

    fn explain(&self, title: &str, raster: &Raster, recognition: &Recognition) -> Result<()> {
        let detector = self.recogniser.novelty().expect("an explanation needs the images");
        let neighbours = recognition.novelty.as_ref().map_or(&[][..], |novelty| &novelty.neighbours);
        let kind = if self.saved.references.is_some() { "reference" } else { "image" };
        let nearest = explain::neighbours(neighbours, detector.dataset(), kind)?;
        let mut steps = explain::steps(raster, recognition, self.saved.experiment.data.fit);
        steps.extend(explain::maps(self.saved, recognition.image().pixels));
        let doubts = mark(recognition.doubts()) + &mark_several(recognition);
        if let Some(path) = &self.args.png {
            let per_row = steps.len();
            write_png(path, &steps.into_iter().chain(nearest).collect::<Vec<_>>(), per_row)?;
            print(&format!("{title}\n{doubts}"));
            note(&format!("drawn into {}", path.display()));
            return Ok(());
        }
        let colors = Colors::of_stdout();
        let width = 2 * recognition.image().width.min(MAX_SIDE);
        let bars: String = self.bars(&recognition.prediction, width).iter().map(|bar| format!("{bar}\n")).collect();
        print(&format!(
            "{title}\n{doubts}\n{}nearest training images\n\n{}{}\n{bars}\n",
            explain::text(steps, colors),
            explain::text(nearest, colors),
            self.headline(&recognition.prediction),
        ));
        Ok(())
    }

    /// `7 (99.1 % sure), else 1 (0.5 %)`
    fn headline(&self, prediction: &Prediction) -> String {
        let ranked = prediction.ranked();
        let chance = |class: usize| percent(f64::from(prediction.probabilities[class]));
        let else_ = match ranked.get(1) {
            Some(&second) => format!(", else {} ({})", self.name(second), chance(second)),
            None => String::new(),
        };
        match self.recogniser.rejects(prediction) {
            true => format!("? (not sure enough: {} is {}{else_})", self.name(ranked[0]), chance(ranked[0])),
            false => format!("{} ({} sure){else_}", self.name(ranked[0]), chance(ranked[0])),
        }
    }

    /// Title, doubts, and what the network read beside the most probable classes.
    fn block(&self, title: &str, recognition: &Recognition, doubts: &[Doubt]) -> String {
        let picture = Picture::of_image(&recognition.image()).within(MAX_SIDE);
        let width = 2 * picture.width();
        let picture = picture.large(Colors::of_stdout());
        let doubts = mark(doubts) + &mark_several(recognition);
        format!("{title}\n{doubts}{}\n", beside(&picture, width, &self.bars(&recognition.prediction, width)))
    }

    /// The most probable classes, each with a bar, to stand beside a picture of `width` columns.
    fn bars(&self, prediction: &Prediction, width: usize) -> Vec<String> {
        let classes: Vec<usize> = prediction.ranked().into_iter().take(self.args.top.get()).collect();
        let label = classes.iter().map(|&class| layout::width(self.name(class))).max().unwrap_or(0);
        let longest = terminal_columns().saturating_sub(width + label + 15).clamp(8, 40);
        let bar = |class: usize| {
            let probability = prediction.probabilities[class];
            let bar = "█".repeat((probability * longest as f32).round() as usize);
            let name = layout::pad_end(self.name(class), label);
            format!("{name} {:>7} {bar}", percent(f64::from(probability))).trim_end().to_string()
        };
        classes.into_iter().map(bar).collect()
    }

    fn label(&self, recognition: &Recognition) -> &str {
        if recognition.is_rejected { "?" } else { self.name(recognition.prediction.label) }
    }

    fn name(&self, class: usize) -> &str {
        &self.recogniser.classifier().classes()[class]
    }
}

pub fn note_no_doubts(error: &Error) {
    if let Error::Run(RunProblem::ImagesUnknown { file }) = error {
        note(&format!("note: doubt is not known: {file}, which the network was imported from, has no training images"));
        return;
    }
    note(&format!("note: cannot flag doubtful answers: the training images are missing ({error})"));
}

/// The error about a picture, with the picture's name.
fn about_picture(error: chiffres::Error, name: &str) -> Error {
    match error {
        chiffres::Error::Input(InputProblem::NoDigit(reason)) => Error::Picture {
            path: name.into(),
            problem: PictureProblem::NoDigit(reason),
            purpose: PictureUse::Recognise,
        },
        error => error.into(),
    }
}

/// The names of two columns, with a comma between them.
fn parse_columns(text: &str) -> std::result::Result<[String; 2], String> {
    match text.split_once(',') {
        Some((id, label)) if !id.is_empty() && !label.is_empty() && !label.contains(',') => {
            Ok([id.into(), label.into()])
        }
        _ => Err("expected two names with a comma between them, like ImageId,Label".into()),
    }
}

/// True for an argument that is the index of an image.
fn is_index(path: &Path) -> bool {
    path.to_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Lines that mark an answer as doubtful, each with its reasons below.
pub fn mark(doubts: &[Doubt]) -> String {
    let reasons =
        |doubt: &Doubt| doubt.reasons().iter().map(|reason| format!("          {reason}\n")).collect::<String>();
    let line = |doubt: &Doubt| format!("doubtful: {}\n{}", doubt.message(Language::English), reasons(doubt));
    doubts.iter().map(line).collect()
}

/// A doubt under the names that `predict --json` promises.
pub fn object(doubt: &Doubt) -> Value {
    let class = match doubt {
        Doubt::Unsure { class, .. } => Some(class),
        Doubt::NoClass { .. } => None,
    };
    let reasons: Vec<String> = doubt.reasons().iter().map(ToString::to_string).collect();
    json!({ "kind": doubt.kind(), "message": doubt.message(Language::English), "class": class, "reasons": reasons })
}

/// The doubt about a picture of several digits.
fn several(recognition: &Recognition) -> Option<String> {
    let others = recognition.steps.as_ref().map_or(0, |steps| steps.others);
    (others > 0).then(|| {
        let program = output::program();
        format!("there are {} digits on this picture; all are read by: {program} read PICTURE", others + 1)
    })
}

/// The same under the names of other doubts.
fn several_object(recognition: &Recognition) -> Option<Value> {
    several(recognition).map(|message| json!({ "kind": "several", "message": message, "class": null, "reasons": [] }))
}

/// The line that marks a picture of several digits.
fn mark_several(recognition: &Recognition) -> String {
    several(recognition).map_or(String::new(), |doubt| format!("doubtful: {doubt}\n"))
}
