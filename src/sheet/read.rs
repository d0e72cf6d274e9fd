//! From a photograph to the sheets on it, box by box.

use std::fmt;
use std::sync::Arc;

use burn::tensor::Device;

use crate::checkpoint::SavedModel;
use crate::error::{Language, Result, SheetProblem};
use crate::predict::{Classifier, Prediction};
use crate::preprocess::{DigitPreprocessing, Grid, Raster};

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
    /// What somebody should look at; nothing for most boxes.
    pub findings: Vec<Finding>,
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
    /// Its strokes are connected with those of a neighbouring box.
    Touches,
    /// Its strokes run into a neighbouring box.
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
#[derive(Clone, Default)]
pub struct SheetReader {
    preprocessing: DigitPreprocessing,
    network: Option<Arc<dyn DigitNetwork>>,
}

/// A network that reads 8x8 digits.
pub trait DigitNetwork: Send + Sync {
    /// Names the digit of an image; `None` if it is not one of the network's images.
    fn answer(&self, pixels: &[u8]) -> Option<Prediction>;
}

impl DigitNetwork for Classifier {
    fn answer(&self, pixels: &[u8]) -> Option<Prediction> {
        self.predict(pixels).ok()
    }
}

impl fmt::Debug for SheetReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { preprocessing, network } = self;
        f.debug_struct("SheetReader").field("preprocessing", preprocessing).field("reads", &network.is_some()).finish()
    }
}

impl SheetReader {
    /// The same, comparing each digit with the answer of a network that reads 8x8 digits.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`](crate::error::InputProblem::WrongImageSize) for a network of other images.
    pub fn with_network(saved: &SavedModel, device: &Device) -> Result<Self> {
        let classifier = Classifier::new(saved, device);
        classifier.predict(&[0; crate::data::digits::SIDE * crate::data::digits::SIDE])?;
        Ok(Self::comparing(&saved.preprocessing, Arc::new(classifier)))
    }

    /// The same with any network, such as one that runs without Burn.
    pub fn comparing(preprocessing: &DigitPreprocessing, network: Arc<dyn DigitNetwork>) -> Self {
        Self { preprocessing: preprocessing.clone(), network: Some(network) }
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
            let findings = self.findings(&content, column, usual);
            let is_left_out = findings.iter().any(|finding| matches!(finding, Finding::Empty | Finding::CrossedOut));
            let pixels = content.pixels.filter(|_| !is_left_out);
            BoxReading { row, column, raster: content.raster, pixels, findings }
        };
        contents.into_iter().enumerate().map(reading).collect()
    }

    /// What is unusual about a box; `usual` is the ink of most digits of the sheet.
    fn findings(&self, content: &Content, digit: usize, usual: f64) -> Vec<Finding> {
        if content.raster.is_none() {
            return vec![Finding::Empty];
        }
        let Some(pixels) = &content.pixels else { return vec![Finding::CrossedOut] };
        let answer = self.network.as_ref().and_then(|network| network.answer(pixels));
        let ([perhaps, surely], strokes) =
            (bounds(answer.as_ref().map(|answer| answer.label == digit)), strokes(content, usual));
        if strokes > surely {
            return vec![Finding::CrossedOut];
        }
        let other = answer.filter(|answer| answer.label != digit);
        let read_as = other.map(|answer| Finding::ReadAs { digit: answer.label, confidence: answer.confidence() });
        let neighbours = [
            (content.touches, Finding::Touches),
            (content.enters, Finding::Enters),
            (content.has_stranger, Finding::Stranger),
        ];
        let neighbours = neighbours.into_iter().find(|(is_so, _)| *is_so).map(|(_, finding)| finding);
        let perhaps = (strokes > perhaps).then_some(Finding::PerhapsCrossedOut);
        neighbours.into_iter().chain(read_as).chain(perhaps).collect()
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

/// A picture reduced by a whole factor: means of `factor` x `factor` pixels. The right and bottom edges are repeated.
fn reduced(picture: &Raster, factor: usize) -> Raster {
    let means = Grid::reduced(picture, factor);
    Raster::new(means.height(), means.width(), means.values().iter().map(|mean| mean.round() as u8).collect())
}

impl Sheet {
    /// The boxes with something that somebody should look at.
    pub fn listed(&self) -> impl Iterator<Item = &BoxReading> {
        self.boxes.iter().filter(|reading| !reading.findings.is_empty())
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
            (Self::Touches, Language::English) => "touches the digit in a neighbouring box".into(),
            (Self::Touches, Language::French) => "relié au chiffre voisin".into(),
            (Self::Enters, Language::English) => "runs into a neighbouring box".into(),
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
