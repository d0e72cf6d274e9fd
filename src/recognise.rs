//! Recognition: one way from a picture to an answer, its doubts and the training images nearest to it.
//!
//! The command line, the page and servers hold a [`Recogniser`] and show its [`Recognition`].

use std::borrow::Cow;
use std::sync::Arc;

use burn::tensor::Device;

use crate::checkpoint::SavedModel;
use crate::config::{Fit, PicturePreprocessing};
use crate::data::{Dataset, Image, digits};
use crate::error::{InputProblem, Result};
use crate::novelty::{Border, Doubt, Novelty, NoveltyDetector, Reason, border_mean};
use crate::predict::{Classifier, Prediction};
use crate::preprocess::{CentredSteps, DigitPreprocessing, NoDigit, Raster, Steps};

/// Training images in a [`Recognition`].
const NEIGHBOURS: usize = 5;

/// A finished network that reads pictures of any size.
///
/// A network of digits finds the digit on a picture and sets it upright, or centres it, as its training images were; a network
/// of other images reads the picture brought to their size. With the training images, it also flags pictures unlike them.
///
/// ```
/// use burn::tensor::Device;
/// use chiffres::novelty::NoveltyDetector;
/// use chiffres::preprocess::Raster;
/// use chiffres::{Dataset, Recogniser, SavedModel, Split};
///
/// let saved = SavedModel::from_bytes("recipe.model", &std::fs::read("examples/recipe.model")?)?;
/// let recogniser = Recogniser::new(&saved, &Device::flex());
///
/// // A 1, drawn with a dark pen on light paper of 60x60 pixels.
/// let is_ink = |row: usize, column: usize| (10..50).contains(&row) && (27..32).contains(&column);
/// let grey = (0..60 * 60).map(|i| if is_ink(i / 60, i % 60) { 30 } else { 220 }).collect();
/// let picture = Raster::new(60, 60, grey);
/// let recognition = recogniser.recognise(&picture)?;
/// assert_eq!(recogniser.classifier().classes()[recognition.prediction.label], "1");
/// assert_eq!(recognition.novelty, None);
///
/// // The same with the training images.
/// let digits = Dataset::digits()?;
/// let split = Split::new(&digits, &saved.experiment)?;
/// let recogniser = recogniser.with_novelty(NoveltyDetector::new(&digits, &split.train))?;
/// for doubt in recogniser.recognise(&picture)?.doubts() {
///     println!("doubtful: {doubt}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Recogniser<D: AsRef<Dataset> = Arc<Dataset>> {
    classifier: Classifier,
    preparation: Preparation,
    /// The value of full ink, or of full light, on the images that the network reads.
    max_value: u8,
    /// The grey values of these images are light rather than ink.
    is_light: bool,
    min_confidence: f64,
    novelty: Option<NoveltyDetector<D>>,
    /// The borders of the training images, if pictures are read as they are; a digit is found on either kind of paper.
    border: Option<Border>,
}

/// The way from a picture to an image that the network reads.
#[derive(Debug, Clone)]
enum Preparation {
    Digit(DigitPreprocessing),
    /// The function stands here so that programs which read drawings alone, like the page, need not carry it.
    Centred(DigitPreprocessing, Centring),
    /// The same: the page reads drawings, which have no paper around them.
    Photograph(DigitPreprocessing, Finding),
    /// The same.
    Resize(Fit, Fitting),
}

/// [`Raster::fitted`].
type Fitting = fn(&Raster, usize, usize, Fit) -> Raster;

/// [`DigitPreprocessing::photograph`].
type Finding = fn(&DigitPreprocessing, &Raster) -> Result<Steps, NoDigit>;

/// [`DigitPreprocessing::centred`].
type Centring = fn(&DigitPreprocessing, &Raster) -> Result<CentredSteps, NoDigit>;

/// A network's answer about a picture, and all that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognition {
    height: usize,
    width: usize,
    channels: usize,
    max_value: u8,
    is_light: bool,
    /// The image that the network read, row after row, the values of a pixel side by side.
    pub pixels: Vec<u8>,
    /// The steps from the picture to those pixels; `None` if no digit had to be found.
    pub steps: Option<Steps>,
    /// The steps from the picture to those pixels, for a network of centred digits.
    pub centred: Option<CentredSteps>,
    /// The network's answer.
    pub prediction: Prediction,
    /// The confidence is below that of [`Recogniser::rejecting_below`].
    pub is_rejected: bool,
    /// The comparison with the training images, or with the references in the model file; `None` without either.
    pub novelty: Option<Novelty>,
    doubts: Vec<Doubt>,
}

impl Recogniser {
    /// Puts a saved network to work on a device, without its training images. If the file has references, they give doubts
    /// and neighbours.
    pub fn new(saved: &SavedModel, device: &Device) -> Self {
        let data = &saved.experiment.data;
        let preprocessing = saved.preprocessing.clone();
        if data.reads_digits() {
            Self::for_drawings(saved, device)
        } else if data.preprocess == PicturePreprocessing::Centred {
            let preparation = Preparation::Centred(preprocessing, DigitPreprocessing::centred);
            Self::prepared(saved, device, preparation, u8::MAX, false)
        } else {
            let preparation = Preparation::Resize(data.fit, Raster::fitted);
            Self::prepared(saved, device, preparation, full_scale(data.scale.round() as u8), true)
        }
    }

    /// The same for drawings of digits, whatever the network learnt from: finds the digit on each, and brings it to 8x8.
    pub fn for_drawings(saved: &SavedModel, device: &Device) -> Self {
        let preparation = Preparation::Digit(saved.preprocessing.clone());
        Self::prepared(saved, device, preparation, digits::MAX_VALUE, false)
    }

    fn prepared(saved: &SavedModel, device: &Device, preparation: Preparation, max_value: u8, is_light: bool) -> Self {
        let classifier = Classifier::new(saved, device);
        let alone =
            Self { classifier, preparation, max_value, is_light, min_confidence: 0.0, novelty: None, border: None };
        let references = saved.references.as_ref();
        match references.and_then(|references| references.detector(saved.height, saved.width, &saved.classes)) {
            Some(detector) => alone.comparing(detector),
            None => alone,
        }
    }
}

impl<D: AsRef<Dataset>> Recogniser<D> {
    /// The same, with doubts and neighbours from the training images.
    ///
    /// # Errors
    /// [`InputProblem::OtherDataset`] or [`InputProblem::OtherClass`] if the images or classes are not the network's.
    pub fn with_novelty<E: AsRef<Dataset>>(self, detector: NoveltyDetector<E>) -> Result<Recogniser<E>> {
        self.classifier.check(detector.dataset().as_ref())?;
        Ok(self.comparing(detector))
    }

    /// The same, comparing pictures with images of the network's size and classes.
    fn comparing<E: AsRef<Dataset>>(self, detector: NoveltyDetector<E>) -> Recogniser<E> {
        let dataset = detector.dataset().as_ref();
        let Self { classifier, preparation, mut max_value, min_confidence, .. } = self;
        if let Preparation::Resize(..) = preparation {
            max_value = full_scale(dataset.max_value());
        }
        let is_light = dataset.is_light();
        let border = match preparation {
            Preparation::Resize(..) => Border::of(dataset, detector.images()),
            Preparation::Digit(_) | Preparation::Photograph(..) | Preparation::Centred(..) => None,
        };
        let novelty = Some(detector);
        Recogniser { classifier, preparation, max_value, is_light, min_confidence, novelty, border }
    }

    /// The same, rejecting answers whose confidence is less than `min_confidence`.
    #[must_use]
    pub fn rejecting_below(self, min_confidence: f64) -> Self {
        Self { min_confidence, ..self }
    }

    /// The same, looking for paper, rules and frames on pictures of digits.
    #[must_use]
    pub fn on_photographs(self) -> Self {
        let preparation = match self.preparation {
            Preparation::Digit(preprocessing) => Preparation::Photograph(preprocessing, DigitPreprocessing::photograph),
            other => other,
        };
        Self { preparation, ..self }
    }

    /// Reads a picture.
    ///
    /// # Errors
    /// [`InputProblem::NoDigit`] if the network reads digits and there is none on the picture.
    pub fn recognise(&self, picture: &Raster) -> Result<Recognition> {
        match &self.preparation {
            Preparation::Digit(preprocessing) => {
                let steps = preprocessing.digit(&picture.grey()).map_err(InputProblem::NoDigit)?;
                self.answer(steps.pixels.clone(), Some(steps))
            }
            Preparation::Centred(preprocessing, centring) => {
                let steps = centring(preprocessing, &picture.grey()).map_err(InputProblem::NoDigit)?;
                Ok(Recognition { centred: Some(steps.clone()), ..self.answer(steps.pixels, None)? })
            }
            Preparation::Photograph(preprocessing, find) => {
                let steps = find(preprocessing, &picture.grey()).map_err(InputProblem::NoDigit)?;
                self.answer(steps.pixels.clone(), Some(steps))
            }
            Preparation::Resize(fit, fitted) => {
                let channels = self.classifier.channels();
                // Colours become grey as they do in training: before the picture is resized.
                let picture = if channels == 1 { picture.grey() } else { Cow::Borrowed(picture) };
                let resized = fitted(&picture, self.classifier.height(), self.classifier.width(), *fit);
                let (most, full) = (u32::from(self.max_value), u32::from(u8::MAX));
                let scaled = |value: u8| ((u32::from(value) * most + full / 2) / full) as u8;
                self.answer(resized.into_channels(channels).into_iter().map(scaled).collect(), None)
            }
        }
    }

    /// Reads a digit that was found on a picture before.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`] if the network does not read digits of 8x8 pixels.
    pub fn recognise_steps(&self, steps: Steps) -> Result<Recognition> {
        self.answer(steps.pixels.clone(), Some(steps))
    }

    /// Reads an image of a dataset as it is.
    ///
    /// # Errors
    /// [`InputProblem::WrongImageSize`] if the network reads images of another size.
    pub fn recognise_image(&self, image: &Image<'_>) -> Result<Recognition> {
        self.answer(image.pixels.to_vec(), None)
    }

    fn answer(&self, pixels: Vec<u8>, steps: Option<Steps>) -> Result<Recognition> {
        let prediction = self.classifier.predict(&pixels)?;
        let novelty = self.novelty.as_ref().map(|detector| self.compared(detector, &pixels));
        let doubts =
            novelty.as_ref().map_or_else(Vec::new, |novelty| self.doubts(novelty, &prediction, steps.as_ref()));
        Ok(Recognition {
            height: self.classifier.height(),
            width: self.classifier.width(),
            channels: self.classifier.channels(),
            max_value: self.max_value,
            is_light: self.is_light,
            is_rejected: self.rejects(&prediction),
            prediction,
            novelty,
            doubts,
            pixels,
            steps,
            centred: None,
        })
    }

    /// Returns whether the confidence of an answer is below that of [`Recogniser::rejecting_below`].
    pub fn rejects(&self, prediction: &Prediction) -> bool {
        f64::from(prediction.confidence()) < self.min_confidence
    }

    /// An image compared with the training images.
    fn compared(&self, detector: &NoveltyDetector<D>, pixels: &[u8]) -> Novelty {
        let mut novelty = detector.detect(pixels, NEIGHBOURS);
        let Some(usual) = self.border else { return novelty };
        let border = border_mean(pixels, self.classifier.width(), self.classifier.channels(), self.max_value);
        if usual.is_inverted(border) {
            let negative: Vec<u8> = pixels.iter().map(|&value| self.max_value.saturating_sub(value)).collect();
            let nearest = |novelty: &Novelty| novelty.neighbours.first().map_or(0.0, |nearest| nearest.distance);
            if nearest(&detector.detect(&negative, 1)) < nearest(&novelty) {
                novelty.reasons.insert(0, Reason::Negative { border, usual: usual.mean });
            }
        }
        novelty
    }

    /// The doubts about an answer, that about its class first.
    fn doubts(&self, novelty: &Novelty, prediction: &Prediction, steps: Option<&Steps>) -> Vec<Doubt> {
        let Some(detector) = &self.novelty else { return Vec::new() };
        let classes = self.classifier.classes();
        let rival = detector.rival(novelty, prediction.leaders(), prediction.margin());
        let unsure = rival.map(|label| Doubt::Unsure { label, class: classes[label].clone() });
        let is_digit = classes.iter().all(|class| class.len() == 1 && class.as_bytes()[0].is_ascii_digit());
        let mut reasons = novelty.reasons.clone();
        if unsure.is_some() && reasons.is_empty() {
            reasons.extend(detector.limits().unlike(novelty));
        }
        if let (true, Some(shape)) = (is_digit, steps.and_then(Steps::shape)) {
            let signs =
                [(shape.is_patch, Reason::Patch), (shape.has_parts, Reason::Parts), (shape.has_holes, Reason::Holes)];
            reasons.extend(signs.into_iter().filter(|(is_seen, _)| *is_seen).map(|(_, reason)| reason));
        }
        let none = (!reasons.is_empty()).then_some(Doubt::NoClass { is_digit, reasons });
        unsure.into_iter().chain(none).collect()
    }

    /// The network.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// The detector of pictures unlike the training images; `None` if they are not known.
    pub fn novelty(&self) -> Option<&NoveltyDetector<D>> {
        self.novelty.as_ref()
    }
}

impl Recognition {
    /// The image that the network read, with the class of its answer.
    pub fn image(&self) -> Image<'_> {
        let &Self { height, width, channels, max_value, is_light, .. } = self;
        Image { height, width, channels, max_value, is_light, pixels: &self.pixels, label: self.prediction.label }
    }

    /// The doubts about the answer, at most one of each level; none if neither training images nor references are known.
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }
}

/// The value of full ink: images whose grey values end well below 255 have a range of their own.
pub(crate) fn full_scale(max_value: u8) -> u8 {
    const MAX_OWN_RANGE: u8 = 64;
    if (1..=MAX_OWN_RANGE).contains(&max_value) { max_value } else { u8::MAX }
}
