//! Reading pages: every digit on a picture, with the network's answer about each.

use crate::data::Dataset;
use crate::error::Result;
use crate::novelty::Doubt;
use crate::preprocess::{DigitPreprocessing, Oddity, Page, PageDigit, Raster};
use crate::recognise::{Recogniser, Recognition};

/// A page, and a network's answers about its digits.
#[derive(Debug, Clone, PartialEq)]
pub struct PageReading {
    /// The page with its digits in the order of reading.
    pub page: Page,
    /// The answer about each digit.
    pub answers: Vec<Recognition>,
    /// The doubts about each answer, those of low confidence among them.
    pub doubts: Vec<Vec<Doubt>>,
}

/// Confidence below which an answer is doubtful.
const MIN_CONFIDENCE: f32 = 0.9;

impl PageReading {
    /// Finds every digit on a picture and reads it.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`](crate::error::InputProblem::WrongImageSize) if the network does not read digits of
    /// 8x8 pixels.
    pub fn new<D: AsRef<Dataset>>(
        recogniser: &Recogniser<D>,
        preprocessing: &DigitPreprocessing,
        picture: &Raster,
    ) -> Result<Self> {
        let page = preprocessing.page(picture);
        let answers = page.digits.iter().map(|digit| recogniser.recognise_steps(digit.steps.clone()));
        let answers: Vec<Recognition> = answers.collect::<Result<_>>()?;
        let doubts = answers.iter().map(|answer| doubts(answer, recogniser.classifier().classes())).collect();
        let mut reading = Self { page, answers, doubts };
        reading.mark_print();
        Ok(reading)
    }

    /// Marks all digits of a page as doubtful if many are: the letters of a text, some of which look like digits.
    fn mark_print(&mut self) {
        /// Fewer digits than this are no text.
        const MANY: usize = 12;
        /// The share of doubtful ones among people's digits.
        const USUAL: f64 = 0.03;
        /// Three standard deviations of whether one digit is doubtful.
        const DEVIATIONS: f64 = 0.9;
        /// Bounds of the share above which a page is text: that of a few digits varies, and some people write badly.
        const LIMITS: [f64; 2] = [0.1, 0.25];
        let digits = self.answers.len();
        // The nearest images leave more of people's digits in doubt than the confidence does.
        let is_unlike = |(digit, answer): &(&PageDigit, &Recognition)| {
            !digit.oddities.is_empty() || answer.prediction.confidence() < MIN_CONFIDENCE
        };
        let doubtful = self.page.digits.iter().zip(&self.answers).filter(is_unlike).count();
        let limit = (USUAL + DEVIATIONS / (digits as f64).sqrt()).clamp(LIMITS[0], LIMITS[1]);
        if digits >= MANY && doubtful as f64 >= limit * digits as f64 {
            self.page.digits.iter_mut().for_each(|digit| digit.oddities.push(Oddity::Print));
        }
    }

    /// True for a digit that may be none, or another than the answer.
    pub fn is_doubtful(&self, digit: usize) -> bool {
        !self.page.digits[digit].oddities.is_empty() || !self.doubts[digit].is_empty()
    }

    /// The digits of each line of writing, by index.
    pub fn lines(&self) -> Vec<Vec<usize>> {
        let mut lines: Vec<Vec<usize>> = Vec::new();
        for (i, digit) in self.page.digits.iter().enumerate() {
            lines.resize_with(lines.len().max(digit.line + 1), Vec::new);
            lines[digit.line].push(i);
        }
        lines.retain(|line| !line.is_empty());
        lines
    }
}

/// The doubts about an answer.
fn doubts(answer: &Recognition, classes: &[String]) -> Vec<Doubt> {
    let is_unsure = answer.doubts().iter().any(|doubt| matches!(doubt, Doubt::Unsure { .. }));
    let ranked = answer.prediction.ranked();
    let second = ranked.get(1).filter(|_| !is_unsure && answer.prediction.confidence() < MIN_CONFIDENCE);
    let unsure = second.map(|&label| Doubt::Unsure { label, class: classes[label].clone() });
    unsure.into_iter().chain(answer.doubts().iter().cloned()).collect()
}
