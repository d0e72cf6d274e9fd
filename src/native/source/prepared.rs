//! Images of arrays, tables and idx files, brought to the form that `data.preprocess` names: the way that pictures go.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::config::{DataConfig, PicturePreprocessing};
use crate::data::{Images, Parts, Pixels, Reason, Remark, Thing};
use crate::error::NoDigit;
use crate::native::error::{Error, Result, SourceProblem};
use crate::preprocess::{DigitPreprocessing, Raster};
use crate::recognise::full_scale;

use super::facts::Facts;
use super::{OpenOptions, cache, image_of, side};

/// Finds the digit on each image of a source, unless the images are those of digits already. Images without a digit are left
/// out.
///
/// # Errors
/// For 8x8 images with other values than digits have, and for a part without a single digit.
pub fn find_digits(parts: &mut Parts, config: &DataConfig, opening: OpenOptions<'_>) -> Result<()> {
    let side = side(config);
    let is_small = parts.all().all(|images| (images.height, images.width) == (side, side));
    if is_small && config.preprocess == PicturePreprocessing::Digit {
        return Ok(parts.all().try_for_each(Images::check_digits)?);
    }
    if is_small && parts.all().all(are_centred) {
        return Ok(());
    }
    let (height, width) = (parts.train.height, parts.train.width);
    // Parts of other sizes are an error of the dataset, which names them.
    if parts.all().any(|images| (images.height, images.width) != (height, width)) {
        return Ok(());
    }
    parts.train.reading.remark(match config.preprocess {
        PicturePreprocessing::Centred => Remark::DigitsCentred { height, width },
        _ => Remark::DigitsFound { height, width },
    });
    let found = found(parts, config, opening);
    let (inputs, mut first) = (found.height * found.width, 0);
    for images in parts.all_mut() {
        let range = first * inputs..(first + images.pixels.len()) * inputs;
        first += images.pixels.len();
        let pixels = Pixels::new(inputs, found.pixels.clone(), range);
        take(images, pixels, (found.height, found.width), config, opening.preprocessing())?;
    }
    Ok(())
}

/// Returns whether all images are centred as MNIST's are.
fn are_centred(images: &Images) -> bool {
    let is_centred =
        |image| DigitPreprocessing::is_centred(&raster(images.height, images.width, images.pixels.image(image)));
    (0..images.pixels.len()).into_par_iter().all(is_centred)
}

/// Replaces images by those made of them, and leaves out those on which nothing was found.
fn take(
    images: &mut Images,
    pixels: Pixels,
    (height, width): (usize, usize),
    config: &DataConfig,
    preprocessing: DigitPreprocessing,
) -> Result<()> {
    let (kept, without): (Vec<usize>, Vec<usize>) =
        (0..pixels.len()).partition(|&image| pixels.image(image).iter().any(|&value| value > 0));
    if let (true, Some(&first)) = (kept.is_empty(), without.first()) {
        let raster = raster(images.height, images.width, images.pixels.image(first));
        let reason = image_of(&raster, config, &preprocessing).err().unwrap_or(NoDigit::NoInk);
        let place = Box::new(images.origin.place(first));
        return Err(Error::Source { place, problem: SourceProblem::NoDigit { reason } });
    }
    (images.height, images.width, images.pixels) = (height, width, pixels);
    let places = without.iter().map(|&image| images.origin.place(image).to_string());
    images.reading.leave_out_all(Thing::Image, places, Reason::NoDigit);
    if !without.is_empty() {
        images.keep(&kept);
    }
    Ok(())
}

/// The images made of those of all parts, one after the other: from the cache, or computed over all cores. A blank one stands
/// for an image without a digit.
fn found(parts: &Parts, config: &DataConfig, opening: OpenOptions<'_>) -> cache::Images {
    let (preprocessing, side) = (opening.preprocessing(), side(config));
    let count = parts.all().map(|images| images.pixels.len()).sum();
    let key = opening.cache.map(|folder| (folder, cache::key_of_images(parts, config, &preprocessing)));
    let kept = |(folder, key): &(&Path, String)| cache::read(folder, key, count, config.paper);
    if let Some(kept) = key.as_ref().and_then(kept) {
        return kept;
    }
    let done = AtomicUsize::new(0);
    (opening.watch)(0, count);
    let mut pixels = Vec::new();
    for images in parts.all() {
        let made = (0..images.pixels.len()).into_par_iter().map(|image| {
            let raster = raster(images.height, images.width, images.pixels.image(image));
            let made = image_of(&raster, config, &preprocessing);
            (opening.watch)(done.fetch_add(1, Ordering::Relaxed) + 1, count);
            made.map_or_else(|_| vec![0; side * side], Raster::into_pixels)
        });
        pixels.extend(made.collect::<Vec<_>>().into_iter().flatten());
    }
    let made = cache::Images {
        height: side,
        width: side,
        channels: 1,
        facts: Facts::default(),
        pixels: Arc::new(pixels),
        paper: cache::Behind::Opaque,
    };
    if let Some((folder, key)) = &key {
        cache::write(folder, key, &made);
    }
    made
}

/// A picture of an image of numbers: grey values of a small range are brought to 0 to 255.
pub fn raster(height: usize, width: usize, pixels: &[u8]) -> Raster {
    let full = u32::from(full_scale(pixels.iter().copied().max().unwrap_or(0)));
    let grey = pixels.iter().map(|&value| (u32::from(value) * u32::from(u8::MAX) / full) as u8);
    Raster::new(height, width, grey.collect())
}
