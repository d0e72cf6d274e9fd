//! The steps from a picture to what the network reads, and the training images nearest to it.

use burn::tensor::Device;

use chiffres::config::Fit;
use chiffres::data::Image;
use chiffres::inspect::{StageMaps, stage_maps};
use chiffres::native::Result;
use chiffres::novelty::Neighbour;
use chiffres::preprocess::{Bitmap, CentredSteps, Grid, Raster, Steps};
use chiffres::read::PageReading;
use chiffres::{Dataset, Recognition, SavedModel};

use super::contact_sheet::Captioned;
use super::layout::packed;
use super::output::{Colors, count, terminal_columns};
use super::picture::Picture;

/// The steps from a picture to what the network reads, each with its name.
///
/// A picture that becomes an image of another shape does so by `fit`.
pub fn steps(raster: &Raster, recognition: &Recognition, fit: Fit) -> Vec<Captioned> {
    let image = recognition.image();
    let mut titled = match (&recognition.steps, &recognition.centred) {
        (Some(steps), _) => digit_steps(steps),
        (None, Some(steps)) => centred_steps(steps),
        (None, None) => {
            let name = if raster.channels() > 1 { "1 picture" } else { "1 grey" };
            vec![(Picture::of_raster(raster), vec![name.to_string()])]
        }
    };
    let is_picture = recognition.steps.is_none() && recognition.centred.is_none();
    let read = Picture::of_image(&Image { is_light: is_picture || image.is_light, ..image });
    let fit = match is_picture && !raster.has_shape(image.height, image.width) {
        true => format!("{fit} "),
        false => String::new(),
    };
    titled.push((read, vec![format!("{} {fit}{}x{}", titled.len() + 1, image.height, image.width)]));
    titled
}

/// The steps from a picture to its digits, and from each digit to what the network reads.
pub fn page_steps(reading: &PageReading) -> Vec<Captioned> {
    let page = &reading.page;
    let grey = Picture::of_ink(page.grey.height(), page.grey.width(), light_to_ink(&page.grey));
    let ink = Picture::of_ink(page.ink.height(), page.ink.width(), ink(&page.ink));
    let kind = if page.is_dark { "dark" } else { "light" };
    let mut titled = vec![(grey, vec!["1 grey".to_string()]), (ink, vec![format!("2 {kind} ink")])];
    if page.rules + page.frames > 0 {
        let cleaned = Picture::of_ink(page.cleaned.height(), page.cleaned.width(), self::ink(&page.cleaned));
        let removed = format!("without {}, {}", count(page.rules, "rule"), count(page.frames, "frame"));
        titled.push((cleaned, vec![format!("3 {removed}")]));
    }
    for (i, answer) in reading.answers.iter().enumerate() {
        let digit = i + 1;
        if let Some(found) = &page.digits[i].steps.found {
            let of = |grid: &Grid| Picture::of_ink(grid.height(), grid.width(), self::ink(grid));
            titled.extend([
                (of(&found.isolated), vec![format!("digit {digit}")]),
                (of(&found.upright), vec!["upright".into()]),
                (black_and_white(&found.bitmap), vec!["thickness".into()]),
            ]);
        }
        titled.push((Picture::of_image(&answer.image()), vec!["8x8".into()]));
    }
    titled
}

/// The maps of each stage of convolution for an image, one for each filter. The largest number of a stage has full ink.
pub fn maps(saved: &SavedModel, pixels: &[u8]) -> Vec<Captioned> {
    let stages = match saved.experiment.model.filters.is_empty() {
        true => Vec::new(),
        false => stage_maps(saved, pixels, &Device::flex()),
    };
    stages.iter().enumerate().map(|(i, stage)| (mosaic(stage), vec![format!("stage {}", i + 1)])).collect()
}

/// The maps of a stage in rows of about as many, with a pixel between two.
fn mosaic(StageMaps { height, width, maps }: &StageMaps) -> Picture {
    let across = (maps.len() as f64).sqrt().ceil() as usize;
    let down = maps.len().div_ceil(across);
    let (rows, columns) = (down * (height + 1) - 1, across * (width + 1) - 1);
    let strongest = maps.iter().flatten().fold(f32::MIN_POSITIVE, |most, &value| most.max(value));
    let mut values = vec![0.0; rows * columns];
    for (i, map) in maps.iter().enumerate() {
        let first = i / across * (height + 1) * columns + i % across * (width + 1);
        for (y, row) in map.chunks_exact(*width).enumerate() {
            let place = &mut values[first + y * columns..][..*width];
            place.iter_mut().zip(row).for_each(|(place, value)| *place = value / strongest);
        }
    }
    Picture::of_ink(rows, columns, values)
}

fn ink(grid: &Grid) -> Vec<f32> {
    grid.values().iter().map(|&ink| ink as f32).collect()
}

fn digit_steps(steps: &Steps) -> Vec<Captioned> {
    let grey = Picture::of_ink(steps.grey.height(), steps.grey.width(), light_to_ink(&steps.grey));
    let mut titled = vec![(grey, vec!["1 grey".to_string()])];
    if let Some(found) = &steps.found {
        let of = |grid: &Grid| {
            Picture::of_ink(grid.height(), grid.width(), grid.values().iter().map(|&ink| ink as f32).collect())
        };
        let kind = if found.is_dark { "dark" } else { "light" };
        let mut add = |name: &str, picture| titled.push((picture, vec![format!("{} {name}", titled.len() + 1)]));
        add(&format!("{kind} ink"), of(&found.ink));
        if let Some(cleaned) = &found.cleaned {
            add("no rules, no frames", of(cleaned));
        }
        add("cut out", of(&found.isolated));
        add("upright", of(&found.upright));
        add("thickness", black_and_white(&found.bitmap));
    }
    titled
}

fn centred_steps(steps: &CentredSteps) -> Vec<Captioned> {
    let grey = Picture::of_ink(steps.grey.height(), steps.grey.width(), light_to_ink(&steps.grey));
    let mut titled = vec![(grey, vec!["1 grey".to_string()])];
    if let Some(found) = &steps.found {
        let of = |grid: &Grid| Picture::of_ink(grid.height(), grid.width(), self::ink(grid));
        titled.extend([
            (of(&found.ink), vec![format!("2 {} ink", if found.is_dark { "dark" } else { "light" })]),
            (of(&found.isolated), vec!["3 cut out".into()]),
            (of(&found.fitted), vec!["4 fitted".into()]),
        ]);
    }
    titled
}

/// The training images nearest to a picture, with their classes and distances. `kind` names them in captions.
pub fn neighbours(neighbours: &[Neighbour], dataset: &Dataset, kind: &str) -> Result<Vec<Captioned>> {
    let titled = |neighbour: &Neighbour| {
        let name = &dataset.classes()[neighbour.label];
        let captions = vec![format!("{name}, {kind} {}", neighbour.index), format!("{:.1} away", neighbour.distance)];
        Ok((Picture::of_image(&dataset.image(neighbour.index)?), captions))
    };
    neighbours.iter().map(titled).collect()
}

/// Pictures beside each other, small enough for a terminal.
pub fn text(titled: Vec<Captioned>, colors: Colors) -> String {
    // Half blocks need colours: without them a pixel takes four times the space.
    let most = if colors == Colors::None { 16 } else { 32 };
    let block = |(picture, title): Captioned| (title, picture.within(most).small(colors));
    packed(&titled.into_iter().map(block).collect::<Vec<_>>(), terminal_columns())
}

fn light_to_ink(grey: &Grid) -> Vec<f32> {
    grey.values().iter().map(|&value| 1.0 - value as f32 / f32::from(u8::MAX)).collect()
}

fn black_and_white(bitmap: &Bitmap) -> Picture {
    let ink = bitmap.ink().iter().map(|&ink| f32::from(u8::from(ink))).collect();
    Picture::of_ink(bitmap.height(), bitmap.width(), ink)
}
