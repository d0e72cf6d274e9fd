//! A cache of decoded pictures, under the digest of their files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::config::{DataConfig, Paper, PicturePreprocessing};
use crate::data::{Bytes, Parts};
use crate::preprocess::DigitPreprocessing;

use super::super::files::write_whole;
use super::facts::Facts;
use super::listing::own_files;
use super::map;

/// Maximum number of sets of pictures in the cache; the oldest ones are removed.
const MAX_KEPT: usize = 8;
/// Version of the decoding: a change of the pixels needs a new one.
const VERSION: u8 = 4;

/// In the names of files: letters for what there is to say about the pictures.
const FACTS: [char; 2] = ['c', 's'];

/// Images made of pictures.
pub struct Images {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub facts: Facts,
    pub pixels: Arc<dyn Bytes>,
    pub paper: Behind,
}

/// The paper behind a set of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// None of them is transparent.
    Opaque,
    /// That of the settings.
    Given(Paper),
    /// The one that the pictures ask for, as [`Paper::Auto`] does.
    Chosen(Paper),
}

impl Behind {
    /// Its word in the names of files.
    fn word(self) -> String {
        match self {
            Self::Opaque => "opaque".into(),
            Self::Given(paper) => paper.to_string(),
            Self::Chosen(paper) => format!("auto-{paper}"),
        }
    }

    /// The paper behind pictures that the settings may mean.
    fn of(setting: Paper) -> Vec<Self> {
        match setting {
            Paper::Auto => vec![Self::Opaque, Self::Chosen(Paper::White), Self::Chosen(Paper::Black)],
            paper => vec![Self::Opaque, Self::Given(paper), Self::Chosen(paper)],
        }
    }
}

/// A digest of the files' names and contents, and of the settings that decide the pixels, all but the paper.
pub fn key(
    files: &[&Path],
    digests: &[[u8; 32]],
    root: &Path,
    config: &DataConfig,
    preprocessing: &DigitPreprocessing,
) -> String {
    let mut hash = of_settings(config, preprocessing);
    for (file, digest) in files.iter().zip(digests) {
        hash.update(file.strip_prefix(root).unwrap_or(file).as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(digest);
    }
    in_hexadecimal(hash)
}

/// A digest of the images of a source, and of the settings that decide what becomes of them.
pub fn key_of_images(parts: &Parts, config: &DataConfig, preprocessing: &DigitPreprocessing) -> String {
    let mut hash = of_settings(config, preprocessing);
    for images in parts.all() {
        hash.update(format!("{} {} {}", images.pixels.len(), images.height, images.width));
        images.pixels.for_each_chunk(|chunk| hash.update(chunk));
    }
    in_hexadecimal(hash)
}

fn of_settings(config: &DataConfig, preprocessing: &DigitPreprocessing) -> Sha256 {
    let mut hash = Sha256::new();
    hash.update([VERSION]);
    hash.update(format!("{:?} {:?} {:?} {:?}", config.size, config.preprocess, config.channels, config.fit));
    if config.preprocess != PicturePreprocessing::Resize {
        hash.update(format!("{preprocessing:?}"));
    }
    hash
}

fn in_hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The images of `count` pictures that are kept under a key, on a paper that the settings may mean.
pub fn read(folder: &Path, key: &str, count: usize, setting: Paper) -> Option<Images> {
    let papers = Behind::of(setting);
    own_files(folder).find_map(|path| {
        let name = name_of(&path);
        let (size, word) = name.strip_prefix(key)?.strip_prefix('-')?.strip_suffix(".pixels")?.split_once('-')?;
        let paper = *papers.iter().find(|paper| paper.word() == word)?;
        let facts = FACTS.map(|letter| size.contains(letter));
        let size = size.trim_end_matches(FACTS);
        let sizes: Vec<usize> = size.split('x').map(|size| size.parse().ok()).collect::<Option<_>>()?;
        let [height, width, channels] = sizes[..] else { return None };
        let bytes = map(&path).ok()?;
        // The last 32 bytes are the digest of the others.
        let (pixels, digest) = bytes.bytes().split_last_chunk::<32>()?;
        let is_whole = pixels.len() == count.checked_mul(height.checked_mul(width)?.checked_mul(channels)?)?
            && Sha256::digest(pixels)[..] == digest[..];
        is_whole.then(|| Images { height, width, channels, facts: Facts::of(facts), pixels: bytes.clone(), paper })
    })
}

/// Keeps images under a key. A failure costs only time, so it is ignored.
pub fn write(folder: &Path, key: &str, images: &Images) {
    let Images { height, width, channels, facts, pixels, paper } = images;
    let pixels = pixels.bytes();
    let mut bytes = Vec::with_capacity(pixels.len() + 32);
    bytes.extend_from_slice(pixels);
    bytes.extend_from_slice(&Sha256::digest(pixels));
    if fs::create_dir_all(folder).is_err() {
        return;
    }
    let facts = facts.all().into_iter().zip(FACTS).filter_map(|(is_so, letter)| is_so.then_some(letter));
    let facts: String = facts.collect();
    let file = folder.join(format!("{key}-{height}x{width}x{channels}{facts}-{}.pixels", paper.word()));
    let _ = write_whole(&file, &bytes);
    let mut kept: Vec<(SystemTime, PathBuf)> = own_files(folder)
        .filter(|path| name_of(path).ends_with(".pixels"))
        .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
        .collect();
    kept.sort();
    for (_, path) in kept.iter().rev().skip(MAX_KEPT) {
        let _ = fs::remove_file(path);
    }
}
