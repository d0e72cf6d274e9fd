//! `chiffres predict`: what a network says of images of the dataset, and of pictures of one's own.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use chiffres::data::Image;
use chiffres::native::{Error, Result};
use chiffres::native::{RunDir, device, pictures};
use chiffres::novelty::NoveltyDetector;
use chiffres::preprocess::Raster;
use chiffres::{Classifier, Dataset, Prediction, SavedModel, Split, SplitName};

use super::evaluate::parse_rate;
use super::layout::beside;
use super::output::{self, Colors, FAILURE, note, percent, print, print_json, terminal_columns};
use super::picture::Picture;
use super::sheet::write_png;
use super::{data, explain, report};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// Pictures of one digit each: PNG or JPEG files, folders of them, - for standard input; or images of the dataset,
    /// by index from 0 (a file called 7 is ./7)
    #[arg(value_name = "PICTURE", required = true)]
    images: Vec<PathBuf>,
    /// Show so many of the most probable classes
    #[arg(long, value_name = "K", default_value = "3", conflicts_with = "json")]
    top: NonZeroUsize,
    /// Answer "?" under this confidence: 0.9 or 90%
    #[arg(long, value_name = "P", value_parser = parse_rate)]
    reject_below: Option<f64>,
    /// Show each step from the picture to what the network reads, and the training images nearest to it
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Draw the steps into a PNG file instead of the terminal
    #[arg(long, value_name = "FILE", requires = "explain", conflicts_with = "json")]
    png: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Where the images of the dataset are now, if not where they were when it was trained
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Device to compute on: NAME[:INDEX]
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
}

/// Most pixels of a picture across in the terminal, and down.
const LARGEST: usize = 32;

/// What an argument stands for.
enum Subject {
    Index(usize),
    File(PathBuf),
    Input,
}

/// All it takes to answer.
struct Reader<'a> {
    args: &'a Args,
    saved: &'a SavedModel,
    classifier: Classifier,
    /// What the network was trained on; missing where it is no longer there.
    data: Option<Known<'a>>,
}

/// The images a network was trained on, and what they look like.
struct Known<'a> {
    dataset: &'a Dataset,
    split: &'a Split,
    familiarity: NoveltyDetector<&'a Dataset>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let saved = RunDir::read_model(&self.run)?;
        let device = device::open(self.device.as_deref())?;
        let dataset = data::of_model(&saved, self.data.as_deref())
            .and_then(|dataset| Ok((Split::new(&dataset, &saved.experiment)?, dataset)));
        let needs_them = self.data.is_some() || self.explain || self.images.iter().any(|path| is_index(path));
        let known = match &dataset {
            Ok((split, dataset)) => {
                Some(Known { dataset, split, familiarity: NoveltyDetector::new(dataset, &split.train) })
            }
            Err(_) if needs_them => return dataset.map(|_| ExitCode::SUCCESS),
            // A picture is read without them; whether it looks like them cannot be told.
            Err(error) => {
                note(&format!("note: no answer is marked as doubtful, for want of the training images ({error})"));
                None
            }
        };
        let reader =
            Reader { classifier: Classifier::new(&saved, &device.device), args: &self, saved: &saved, data: known };
        // What was asked for is looked at before anything is answered.
        let mut subjects = Vec::new();
        for path in &self.images {
            subjects.extend(reader.subjects(path)?);
        }
        self.check(&subjects)?;
        let (mut failed, mut hints) = (false, Vec::new());
        for subject in subjects {
            if let Err(error) = subject.and_then(|subject| reader.answer(&subject)) {
                reader.fail(&error);
                failed = true;
                hints.extend(error.hint());
            }
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

    /// Whether the options fit what is to be answered.
    fn check(&self, subjects: &[Result<Subject>]) -> Result<()> {
        let index = subjects.iter().find_map(|subject| match subject {
            Ok(Subject::Index(index)) => Some(index),
            _ => None,
        });
        let (message, hint) = match index {
            Some(index) if self.explain => (
                format!("image {index} is as the network reads it: there is no way to it to explain"),
                "name a picture, or draw the image with: show INDEX",
            ),
            _ if self.png.is_some() && subjects.len() > 1 => (
                format!("--png draws one picture, but there are {}", subjects.len()),
                "name one picture, or leave --png away",
            ),
            _ => return Ok(()),
        };
        Err(Error::Request { message, hint: hint.into() })
    }
}

impl Reader<'_> {
    /// What an argument stands for; a picture that cannot be found is an error of its own, beside the others.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] for an index beyond the last.
    fn subjects(&self, path: &Path) -> Result<Vec<Result<Subject>>> {
        let text = path.to_str().unwrap_or_default();
        if text == "-" {
            return Ok(vec![Ok(Subject::Input)]);
        }
        if let (true, Some(data)) = (is_index(path), &self.data) {
            let index = text.parse().unwrap_or(usize::MAX);
            data.dataset.image(index)?;
            return Ok(vec![Ok(Subject::Index(index))]);
        }
        Ok(pictures::list(path).into_iter().map(|file| file.map(Subject::File)).collect())
    }

    /// One line for a picture that has no answer; the others go on.
    fn fail(&self, error: &Error) {
        if let (true, Error::Picture { path, reason, .. }) = (self.args.json, error) {
            print_json(&json!({ "file": path, "error": reason }));
        }
        output::error(error);
    }

    fn answer(&self, subject: &Subject) -> Result<()> {
        match subject {
            Subject::Index(index) => self.answer_image(*index),
            Subject::File(path) => self.answer_picture(&pictures::shown(path), &pictures::read(path)?),
            Subject::Input => {
                let name = "standard input";
                self.answer_picture(name, &pictures::from_reader(name, io::stdin().lock())?)
            }
        }
    }

    fn answer_image(&self, index: usize) -> Result<()> {
        let data = self.data.as_ref().expect("indices need the images");
        let image = data.dataset.image(index)?;
        let prediction = self.classifier.predict(image.pixels)?;
        let (target, part) = (image.label, data.split.part_of(index));
        if self.args.json {
            print_json(&json!({
                "index": index,
                "split": part.map(SplitName::as_str),
                "label": self.label(&prediction),
                "confidence": prediction.confidence(),
                "target": self.name(target),
                "correct": prediction.label == target,
                "probabilities": prediction.probabilities,
            }));
            return Ok(());
        }
        let verdict = if prediction.label == target { "right" } else { "wrong" };
        let target = format!(
            ", target {}: {verdict}, {}",
            self.name(target),
            part.map_or("an unused image".into(), |part| format!("a {} image", report::adjective(part)))
        );
        let title = format!("image {index}: {}{target}", self.headline(&prediction));
        print(&self.block(&title, image.pixels, &prediction, &[]));
        Ok(())
    }

    fn answer_picture(&self, name: &str, raster: &Raster) -> Result<()> {
        let (pixels, steps) = match self.saved.experiment.data.reads_digits() {
            true => {
                let steps = self.saved.preprocessing.digit(raster).map_err(|reason| Error::Picture {
                    path: name.into(),
                    reason: reason.to_string(),
                    hint: "write one digit, large and dark, on plain paper".into(),
                })?;
                (steps.pixels.clone(), Some(steps))
            }
            false => (self.resized(raster), None),
        };
        let prediction = self.classifier.predict(&pixels)?;
        let doubts = self.data.as_ref().map_or(Vec::new(), |data| data.familiarity.doubts(&pixels));
        let doubts: Vec<String> = doubts.iter().map(ToString::to_string).collect();
        if self.args.json {
            print_json(&json!({
                "file": name,
                "label": self.label(&prediction),
                "confidence": prediction.confidence(),
                "probabilities": prediction.probabilities,
                "pixels": pixels,
                "doubtful": !doubts.is_empty(),
                "doubts": doubts,
            }));
            return Ok(());
        }
        let title = format!("{name}: {}", self.headline(&prediction));
        if self.args.explain {
            let way = match &steps {
                Some(steps) => explain::steps(steps),
                None => explain::resizing(raster, (self.saved.height, self.saved.width), self.max_value(), &pixels),
            };
            return self.explain(&title, way, &pixels, &prediction, &doubts);
        }
        print(&self.block(&title, &pixels, &prediction, &doubts));
        Ok(())
    }

    /// A picture of no digit: grey, and of the size and the range of the images that the network was trained on.
    fn resized(&self, raster: &Raster) -> Vec<u8> {
        let full = u32::from(self.max_value());
        let pixels = pictures::resized(raster, self.saved.height, self.saved.width);
        pixels.into_iter().map(|value| ((u32::from(value) * full + 127) / 255) as u8).collect()
    }

    fn explain(
        &self,
        title: &str,
        way: Vec<explain::Titled>,
        pixels: &[u8],
        prediction: &Prediction,
        doubts: &[String],
    ) -> Result<()> {
        let data = self.data.as_ref().expect("explanations need the images");
        let neighbours = data.familiarity.nearest(pixels, explain::NEIGHBOURS);
        let nearest = explain::neighbours(&neighbours, data.dataset)?;
        if let Some(path) = &self.args.png {
            let per_row = way.len();
            write_png(path, &way.into_iter().chain(nearest).collect::<Vec<_>>(), per_row)?;
            print(&format!("{title}\n{}", mark(doubts)));
            note(&format!("drawn into {}", path.display()));
            return Ok(());
        }
        let colors = Colors::of_stdout();
        let bars: String =
            self.bars(prediction, 2 * self.saved.width.min(LARGEST)).iter().map(|bar| format!("{bar}\n")).collect();
        print(&format!(
            "{title}\n{}\n{}nearest training images\n\n{}{}\n{bars}\n",
            mark(doubts),
            explain::text(way, colors),
            explain::text(nearest, colors),
            self.headline(prediction),
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
        match self.is_rejected(prediction) {
            true => format!("? (not sure enough: {} is {}{else_})", self.name(ranked[0]), chance(ranked[0])),
            false => format!("{} ({} sure){else_}", self.name(ranked[0]), chance(ranked[0])),
        }
    }

    /// Title, doubts, and what the network saw beside the most probable classes.
    fn block(&self, title: &str, pixels: &[u8], prediction: &Prediction, doubts: &[String]) -> String {
        let image = Image {
            height: self.saved.height,
            width: self.saved.width,
            max_value: if self.saved.experiment.data.reads_digits() { 16 } else { self.max_value() },
            is_light: self
                .data
                .as_ref()
                .map_or(!self.saved.experiment.data.reads_digits(), |data| data.dataset.is_light()),
            pixels,
            label: prediction.label,
        };
        let picture = Picture::of_image(&image).within(LARGEST);
        let width = 2 * picture.width();
        let picture = picture.large(Colors::of_stdout());
        format!("{title}\n{}{}\n", mark(doubts), beside(&picture, width, &self.bars(prediction, width)))
    }

    /// The value of full ink: images whose grey values end well below 255 have a range of their own.
    fn max_value(&self) -> u8 {
        let scale = self.saved.experiment.data.scale.round() as u8;
        match self.data.as_ref().map_or(scale, |data| data.dataset.max_value()) {
            small @ 1..=64 => small,
            _ => u8::MAX,
        }
    }

    /// The most probable classes, each with a bar.
    ///
    /// They stand beside a picture of `width` columns.
    fn bars(&self, prediction: &Prediction, width: usize) -> Vec<String> {
        let longest = terminal_columns().saturating_sub(width + 16).clamp(8, 40);
        let bar = |class: usize| {
            let probability = prediction.probabilities[class];
            let bar = "\u{2588}".repeat((probability * longest as f32).round() as usize);
            format!("{} {:>7} {bar}", self.name(class), percent(f64::from(probability))).trim_end().to_string()
        };
        prediction.ranked().into_iter().take(self.args.top.get()).map(bar).collect()
    }

    fn label(&self, prediction: &Prediction) -> &str {
        if self.is_rejected(prediction) { "?" } else { self.name(prediction.label) }
    }

    fn is_rejected(&self, prediction: &Prediction) -> bool {
        self.args.reject_below.is_some_and(|least| f64::from(prediction.confidence()) < least)
    }

    fn name(&self, class: usize) -> &str {
        &self.classifier.classes()[class]
    }
}

/// Whether an argument is the index of an image.
fn is_index(path: &Path) -> bool {
    path.to_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Lines that mark an answer as doubtful, and say why.
fn mark(doubts: &[String]) -> String {
    doubts.iter().map(|doubt| format!("doubtful: {doubt}\n")).collect()
}
