//! From a photograph to the sheets on it, box by box.

use burn::tensor::Device;

use crate::checkpoint::SavedModel;
use crate::error::{Language, Result, SheetProblem};
use crate::predict::Classifier;
use crate::preprocess::{DigitPreprocessing, Raster};

use super::boxes::{Content, contents};
use super::corners::{Place, sheets};
use super::grid::BoxGrid;
use super::layout::{COLUMNS, Paper, Point, Rectangle};

/// A photograph is brought to about this many pixels along its longer side: six for each millimetre of a sheet.
const LONGEST: usize = 2600;

/// A sheet that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its number.
    pub number: u16,
    /// The size of its paper.
    pub paper: Paper,
    /// The corners of the paper, in pixels of the photograph: clockwise from the one that is top left on the paper.
    pub corners: [Point; 4],
    /// Its boxes, row after row.
    pub boxes: Vec<BoxReading>,
}

/// A box of a sheet that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxReading {
    /// Its row, from 0.
    pub row: usize,
    /// Its column, from 0: the digit that belongs there.
    pub column: usize,
    /// The box seen from above, without its frame; `None` for an empty one.
    pub raster: Option<Raster>,
    /// The 8x8 image of its digit; `None` for an empty or crossed-out box.
    pub pixels: Option<Vec<u8>>,
    /// What somebody should look at.
    pub finding: Option<Finding>,
}

/// What is unusual about a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// Nothing is written in it: left out.
    Empty,
    /// The digit is crossed out, or the ink is no digit: left out.
    CrossedOut,
    /// The digit may be crossed out.
    PerhapsCrossedOut,
    /// Its strokes are connected with those of a box beside it.
    Touches,
    /// Its strokes run into a box beside it.
    Enters,
    /// A stroke beside its digit crosses the frame: it may be part of a digit beside.
    Stranger,
    /// A network takes it for another digit.
    ReadAs {
        /// The network's answer.
        digit: usize,
        /// The probability of that answer.
        confidence: f32,
    },
}

/// Reads photographs of sheets.
#[derive(Debug, Clone, Default)]
pub struct SheetReader {
    preprocessing: DigitPreprocessing,
    classifier: Option<Classifier>,
}

impl SheetReader {
    /// The same, comparing each digit with the answer of a network that reads 8x8 digits.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`](crate::error::InputProblem::WrongImageSize) for a network of other images.
    pub fn with_network(saved: &SavedModel, device: &Device) -> Result<Self> {
        let classifier = Classifier::new(saved, device);
        classifier.predict(&[0; crate::data::digits::SIDE * crate::data::digits::SIDE])?;
        Ok(Self { preprocessing: saved.preprocessing.clone(), classifier: Some(classifier) })
    }

    /// The whole sheets on a photograph, and the problems with others.
    pub fn read(&self, picture: &Raster) -> (Vec<Sheet>, Vec<SheetProblem>) {
        let factor = picture.height().max(picture.width()).div_ceil(LONGEST);
        let reduced = (factor > 1).then(|| reduced(picture, factor));
        let picture = reduced.as_ref().unwrap_or(picture);
        let (places, problems) = sheets(picture);
        let sheet = |place: Place| {
            let contents = contents(&BoxGrid::new(picture, &place), &self.preprocessing);
            let [width, height] = place.paper.size();
            let corners = Rectangle { x: 0.0, y: 0.0, width, height }.corners();
            let corners = corners.map(|corner| place.projection.apply(corner).map(|at| at * factor as f64));
            Sheet { number: place.sheet, paper: place.paper, corners, boxes: self.boxes(contents) }
        };
        (places.into_iter().map(sheet).collect(), problems)
    }

    fn boxes(&self, contents: Vec<Content>) -> Vec<BoxReading> {
        let mut inks: Vec<f64> = contents.iter().filter(|content| content.pixels.is_some()).map(|c| c.ink).collect();
        inks.sort_by(f64::total_cmp);
        let usual = inks.get(inks.len() / 2).copied().unwrap_or_default();
        let reading = |(i, content): (usize, Content)| {
            let (row, column) = (i / COLUMNS, i % COLUMNS);
            let finding = self.finding(&content, column, usual);
            let is_left_out = matches!(finding, Some(Finding::Empty | Finding::CrossedOut));
            let pixels = content.pixels.filter(|_| !is_left_out);
            BoxReading { row, column, raster: content.raster, pixels, finding }
        };
        contents.into_iter().enumerate().map(reading).collect()
    }

    /// What is unusual about a box; `usual` is the ink of most digits of the sheet.
    fn finding(&self, content: &Content, digit: usize, usual: f64) -> Option<Finding> {
        if content.raster.is_none() {
            return Some(Finding::Empty);
        }
        let Some(pixels) = &content.pixels else { return Some(Finding::CrossedOut) };
        let answer = self.classifier.as_ref().and_then(|classifier| classifier.predict(pixels).ok());
        let ([perhaps, surely], strokes) =
            (bounds(answer.as_ref().map(|answer| answer.label == digit)), strokes(content, usual));
        if strokes > surely {
            return Some(Finding::CrossedOut);
        }
        let other = answer.filter(|answer| answer.label != digit);
        let read_as = other.map(|answer| Finding::ReadAs { digit: answer.label, confidence: answer.confidence() });
        let neighbours = [
            (content.touches, Finding::Touches),
            (content.enters, Finding::Enters),
            (content.has_stranger, Finding::Stranger),
        ];
        let neighbours = neighbours.into_iter().find(|(is_so, _)| *is_so).map(|(_, finding)| finding);
        neighbours.or(read_as).or((strokes > perhaps).then_some(Finding::PerhapsCrossedOut))
    }
}

/// The bounds of [`strokes`] above which a digit may be crossed out, and is left out as crossed out. `is_read` says whether a
/// network reads the digit of the box all the same; one that is read as another digit is listed anyway.
///
/// Of 1,288 digits of MNIST, 2 % are above 4.4, 0.4 % above 5 and none above 6; of 1,012 crossed-out ones 96 %, 91 % and 76 %.
fn bounds(is_read: Option<bool>) -> [f64; 2] {
    match is_read {
        Some(false) => [4.4, 4.4],
        None => [4.4, 5.0],
        Some(true) => [4.4, 6.0],
    }
}

/// Lines through a digit add strokes in both directions, and ink.
fn strokes(content: &Content, usual: f64) -> f64 {
    content.crossings * (content.ink / usual.max(f64::MIN_POSITIVE)).sqrt()
}

/// A picture with each square of pixels as their mean; pixels beyond the last whole square are left out.
fn reduced(picture: &Raster, factor: usize) -> Raster {
    let (height, width) = (picture.height() / factor, picture.width() / factor);
    if height == 0 || width == 0 {
        return picture.clone();
    }
    let mut pixels = Vec::with_capacity(height * width);
    let mut sums = vec![0u32; width];
    for lines in picture.pixels().chunks_exact(factor * picture.width()).take(height) {
        sums.fill(0);
        for line in lines.chunks_exact(picture.width()) {
            for (sum, square) in sums.iter_mut().zip(line.chunks_exact(factor)) {
                *sum += square.iter().map(|&value| u32::from(value)).sum::<u32>();
            }
        }
        let count = (factor * factor) as u32;
        pixels.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
    }
    Raster::new(height, width, pixels)
}

impl Sheet {
    /// The boxes with something that somebody should look at.
    pub fn findings(&self) -> impl Iterator<Item = (&BoxReading, Finding)> {
        self.boxes.iter().filter_map(|reading| Some((reading, reading.finding?)))
    }
}

impl Finding {
    /// The finding in words.
    pub fn sentence(self, language: Language) -> String {
        let percent = |confidence: f32| format!("{:.0}", 100.0 * confidence);
        match (self, language) {
            (Self::Empty, Language::English) => "empty".into(),
            (Self::Empty, Language::French) => "vide".into(),
            (Self::CrossedOut, Language::English) => "crossed out, or not a digit".into(),
            (Self::CrossedOut, Language::French) => "barré, ou pas un chiffre".into(),
            (Self::PerhapsCrossedOut, Language::English) => "may be crossed out".into(),
            (Self::PerhapsCrossedOut, Language::French) => "peut-être barré".into(),
            (Self::Touches, Language::English) => "connected with the digit beside it".into(),
            (Self::Touches, Language::French) => "relié au chiffre voisin".into(),
            (Self::Enters, Language::English) => "runs into the box beside it".into(),
            (Self::Enters, Language::French) => "déborde dans la case voisine".into(),
            (Self::Stranger, Language::English) => "a stroke beside the digit crosses the frame".into(),
            (Self::Stranger, Language::French) => "un trait à côté du chiffre traverse le cadre".into(),
            (Self::ReadAs { digit, confidence }, Language::English) => {
                format!("looks like a {digit} ({} % sure)", percent(confidence))
            }
            (Self::ReadAs { digit, confidence }, Language::French) => {
                format!("ressemble à un {digit} (sûr à {}\u{a0}%)", percent(confidence))
            }
        }
    }
}
