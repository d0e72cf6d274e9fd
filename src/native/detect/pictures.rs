//! Detects the size of pictures, and photographs of digits.

use std::collections::BTreeSet;
use std::path::Path;

use crate::config::{DataConfig, Fit, PicturePreprocessing};
use crate::native::error::{FileProblem, Result};
use crate::preprocess::{DigitPreprocessing, Raster};

use super::super::{pictures, source};
use super::unsuited;

/// Longest side to which pictures are resized when they are larger, or differ in size.
const MAX_SIDE: usize = 32;
/// Longest side of pictures that are kept as they are if all have one size. Photographs are larger.
const MAX_OWN_SIDE: usize = 64;
/// Number of pictures that are looked at.
const LOOKED_AT: usize = 50;

/// Settings for a folder of pictures: those of [`resized`], or, for photographs of digits, those that find the digit.
///
/// # Errors
/// As [`resized`].
pub fn settings(path: &Path, config: DataConfig) -> Result<DataConfig> {
    detect(path, config, true)
}

/// Settings that keep the size of pictures if they are small and of one size, and resize them if not.
///
/// # Errors
/// As [`source::open`], and [`Error::Unsuited`](crate::native::Error::Unsuited) for a folder without pictures.
pub fn resized(path: &Path, config: DataConfig) -> Result<DataConfig> {
    detect(path, config, false)
}

fn detect(path: &Path, config: DataConfig, with_digits: bool) -> Result<DataConfig> {
    let tree = source::Tree::read(path);
    if tree.errors.is_empty() && !tree.has_pictures() {
        return Err(unsuited(path, FileProblem::NoImages));
    }
    let files = source::training_pictures(tree).map_err(source::first)?;
    // What the user has given stays.
    if !config.size.is_empty() || config.reads_digits() {
        return Ok(config);
    }
    let classes: BTreeSet<&str> = files.iter().map(|(_, class)| class.as_str()).collect();
    let may_be_digits = with_digits && are_digits(&classes);
    let (mut sizes, mut looked_at, mut photographs) = (BTreeSet::new(), 0, 0);
    let (mut has_wide, mut has_high) = (false, false);
    for (file, _) in files.iter().step_by(files.len().div_ceil(LOOKED_AT)) {
        let Ok(picture) = pictures::read(file) else { continue };
        let (height, width) = (picture.height(), picture.width());
        sizes.insert((height, width));
        (has_wide, has_high) = (has_wide || 5 * width > 6 * height, has_high || 5 * height > 6 * width);
        looked_at += 1;
        photographs += usize::from(may_be_digits && is_photographed_digit(&picture));
    }
    if photographs > 0 && photographs * 10 >= looked_at * 9 {
        let preprocess = PicturePreprocessing::Digit;
        return Ok(DataConfig { preprocess, scale: DataConfig::of(config.source, preprocess).scale, ..config });
    }
    let Some(&(height, width)) = sizes.iter().nth(sizes.len() / 2) else { return Ok(config) };
    if sizes.len() == 1 && height.max(width) <= MAX_OWN_SIDE {
        return Ok(config);
    }
    // Neither shape suits photographs that were taken upright and across.
    let side = height.max(width).min(MAX_SIDE);
    if has_wide && has_high && config.fit != Fit::Stretch {
        return Ok(DataConfig { size: vec![side, side], ..config });
    }
    let shrunk = |side: usize| (side * MAX_SIDE).div_ceil(height.max(width)).clamp(1, MAX_SIDE);
    let small = |side: usize| if height.max(width) > MAX_SIDE { shrunk(side) } else { side };
    Ok(DataConfig { size: vec![small(height), small(width)], ..config })
}

/// True if the classes are called 0 to 9, or some of these.
fn are_digits(classes: &BTreeSet<&str>) -> bool {
    classes.len() > 1 && classes.iter().all(|class| matches!(class.as_bytes(), [b'0'..=b'9']))
}

/// True for a large picture of light paper with a digit on it.
fn is_photographed_digit(picture: &Raster) -> bool {
    let light = picture.pixels().iter().filter(|&&value| value > u8::MAX / 2).count();
    picture.height().max(picture.width()) > MAX_OWN_SIDE
        && 2 * light > picture.pixels().len()
        && DigitPreprocessing::default().digit(picture).is_ok()
}
