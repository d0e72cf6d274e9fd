//! A saved network as a file for other programs.

use std::io::Write;
use std::path::{Path, PathBuf};

use burn::tensor::Device;

use crate::evaluate::{Evaluation, Relation, evaluate_images};
use crate::exchange::{self, Format, Loss, Network, ReadBack};
use crate::native::error::{Error, FileProblem, Result};
use crate::predict::{Classifier, Prediction};
use crate::random::{Purpose, generator};

use super::files::{self, unsuited, write_chosen};
use super::judge;
use super::run_dir::Trained;
use super::source::OpenOptions;

/// Images to compare on where the network's own are missing.
const RANDOM_IMAGES: usize = 500;

/// A network in a format, before it is written.
#[derive(Debug)]
pub struct Export {
    /// The format.
    pub format: Format,
    /// The network.
    pub network: Network,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The comparison of the bytes with the program's answers; `None` for a card, which has no weights.
    pub read_back: Option<ReadBack>,
    /// The answers that change where the format holds rounded weights.
    pub loss: Option<Loss>,
    /// The images that the bytes were compared on, and that the figures of a card are about.
    pub images: Images,
}

/// The images that a file was compared on.
#[derive(Debug)]
pub enum Images {
    /// Labelled images, in this relation to those of training.
    Labelled(Relation),
    /// Random pixels, because reading the images failed.
    Random(Error),
}

/// Makes the file of a network, and reads it back.
///
/// `run` is the user's name of the network, `data` the path of the images, if they have moved.
///
/// # Errors
/// [`Error::Export`](crate::native::Error::Export) for a network that the format cannot hold; any error of `data`.
pub fn export(
    run: &str,
    trained: &Trained,
    format: Format,
    data: Option<&Path>,
    opening: OpenOptions<'_>,
) -> Result<Export> {
    let classifier = Classifier::new(&trained.saved, &Device::flex());
    let mut network = Network::new(&name(run), &trained.saved);
    if let Some(provenance) = &mut network.provenance {
        provenance.data_sha256.clone_from(&trained.data_sha256);
    }
    let judged = judged(trained, &classifier, data, opening);
    let targets: Option<Vec<usize>> =
        judged.as_ref().ok().map(|(evaluation, ..)| evaluation.answers.iter().map(|answer| answer.target).collect());
    let (pixels, answers, images): (Vec<u8>, Vec<Prediction>, _) = match judged {
        Ok((evaluation, pixels, relation)) => {
            if let Some(provenance) = &mut network.provenance {
                provenance.evaluation = Some((evaluation.report(), relation));
            }
            let answers = evaluation.answers.into_iter().map(|answer| answer.prediction).collect();
            (pixels, answers, Images::Labelled(relation))
        }
        Err(error) if data.is_some() => return Err(error),
        Err(error) => {
            let mut random = generator(trained.saved.experiment.seed, Purpose::Comparison);
            let end = usize::from(network.input.max_value) + 1;
            let pixels =
                (0..RANDOM_IMAGES * network.input.values()).map(|_| random.below(end) as u8).collect::<Vec<_>>();
            let answers = classifier.predict_images(&pixels)?;
            (pixels, answers, Images::Random(error))
        }
    };
    let bytes = exchange::write(&network, format)?;
    let (loss, answers) = match Loss::new(&network, format, &pixels, &answers, targets.as_deref()) {
        Some((loss, rounded)) => (Some(loss), rounded),
        None => (None, answers),
    };
    let read_back = match format {
        Format::Card => None,
        _ => Some(ReadBack::new(&bytes, format, &pixels, &answers)?),
    };
    Ok(Export { format, network, bytes, read_back, loss, images })
}

/// The network's evaluation on its test images, or on those at `data`; their pixels, and their relation to those of training.
fn judged(
    trained: &Trained,
    classifier: &Classifier,
    data: Option<&Path>,
    opening: OpenOptions<'_>,
) -> Result<(Evaluation, Vec<u8>, Relation)> {
    let images = judge::open(trained, data, opening)?;
    let choice = images.choose(None)?;
    let evaluation = evaluate_images(classifier, &images.dataset, &choice.images)?;
    let pixels = choice.images.iter().flat_map(|&image| images.dataset.pixels(image)).copied().collect();
    Ok((Evaluation { split: choice.split, ..evaluation }, pixels, images.relation))
}

/// The name of a network that the user calls `run`: that of its folder or file.
fn name(run: &str) -> String {
    let path = Path::new(run);
    let path = if path.ends_with("model") { path.parent().unwrap_or(path) } else { path };
    let is_file = path.is_file();
    let name = if is_file { path.file_stem() } else { path.file_name() };
    name.map_or_else(|| "network".into(), |name| name.to_string_lossy().into_owned())
}

impl Export {
    /// Writes the file: completely, or not at all. The default of `out` is a name in the current folder.
    ///
    /// # Errors
    /// [`Error::Unsuited`](crate::native::Error::Unsuited) for a file that is there already, unless it is an earlier export;
    /// [`Error::File`](crate::native::Error::File) when it cannot be written.
    pub fn write(&self, out: Option<&Path>) -> Result<PathBuf> {
        let path = out.map_or_else(|| PathBuf::from(self.format.file_name(&self.network.name)), Path::to_path_buf);
        if path.is_file() {
            let found = files::read(&path)?;
            if !found.is_empty() && !exchange::is_export(&found, self.format) {
                return Err(unsuited(&path, FileProblem::Exists));
            }
        }
        write_chosen(&path, &[], FileProblem::Exists, |file| file.write_all(&self.bytes))?;
        Ok(path)
    }
}
