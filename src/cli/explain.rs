//! The way from a picture to what the network reads, step by step, and the training images nearest to it.

use chiffres::Dataset;
use chiffres::native::Result;
use chiffres::novelty::Neighbour;
use chiffres::preprocess::{Bitmap, Grid, Raster, Steps};

use super::layout::packed;
use super::output::{Colors, terminal_columns};
use super::picture::Picture;

/// How many of the nearest training images are shown.
pub const NEIGHBOURS: usize = 5;

/// A picture and the lines above or below it.
pub type Titled = (Picture, Vec<String>);

/// Each step, with what it is.
pub fn steps(steps: &Steps) -> Vec<Titled> {
    let grey = Picture::of_ink(steps.grey.height(), steps.grey.width(), light_to_ink(&steps.grey));
    let pixels = Picture::of_ink(8, 8, steps.pixels.iter().map(|&value| f32::from(value) / 16.0).collect());
    let mut titled = vec![(grey, vec!["1 grey".to_string()])];
    if let Some(found) = &steps.found {
        let of = |grid: &Grid| {
            Picture::of_ink(grid.height(), grid.width(), grid.values().iter().map(|&ink| ink as f32).collect())
        };
        titled.extend([
            (of(&found.ink), vec![format!("2 {} ink", if found.is_dark { "dark" } else { "light" })]),
            (of(&found.isolated), vec!["3 cut out".into()]),
            (of(&found.upright), vec!["4 upright".into()]),
            (black_and_white(&found.bitmap), vec!["5 thickness".into()]),
        ]);
    }
    titled.push((pixels, vec![format!("{} 8x8", titled.len() + 1)]));
    titled
}

/// A picture that is made grey and brought to the size of the images, whose full ink is `max_value`.
pub fn resizing(raster: &Raster, (height, width): (usize, usize), max_value: u8, pixels: &[u8]) -> Vec<Titled> {
    let of = |height, width, max_value: u8, pixels: &[u8]| {
        let ink = pixels.iter().map(|&value| 1.0 - f32::from(value) / f32::from(max_value)).collect();
        Picture::of_ink(height, width, ink)
    };
    vec![
        (of(raster.height(), raster.width(), u8::MAX, raster.pixels()), vec!["1 grey".to_string()]),
        (of(height, width, max_value, pixels), vec![format!("2 {height}x{width}")]),
    ]
}

/// The nearest training images, with their classes and distances.
pub fn neighbours(neighbours: &[Neighbour], dataset: &Dataset) -> Result<Vec<Titled>> {
    let titled = |neighbour: &Neighbour| {
        let name = &dataset.classes()[neighbour.label];
        let captions = vec![format!("{name}, image {}", neighbour.index), format!("{:.1} away", neighbour.distance)];
        Ok((Picture::of_image(&dataset.image(neighbour.index)?), captions))
    };
    neighbours.iter().map(titled).collect()
}

/// Pictures beside each other, small enough for a terminal.
pub fn text(titled: Vec<Titled>, colors: Colors) -> String {
    // Half blocks need colours: without them a pixel takes four times the room.
    let most = if colors == Colors::None { 16 } else { 32 };
    let block = |(picture, title): Titled| (title, picture.within(most).small(colors));
    packed(&titled.into_iter().map(block).collect::<Vec<_>>(), terminal_columns())
}

fn light_to_ink(grey: &Grid) -> Vec<f32> {
    grey.values().iter().map(|&value| 1.0 - value as f32 / 255.0).collect()
}

fn black_and_white(bitmap: &Bitmap) -> Picture {
    let ink = bitmap.ink().iter().map(|&ink| f32::from(u8::from(ink))).collect();
    Picture::of_ink(bitmap.height(), bitmap.width(), ink)
}
