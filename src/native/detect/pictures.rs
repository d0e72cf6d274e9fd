//! Detects the size of pictures.

use std::collections::BTreeSet;
use std::path::Path;

use crate::config::DataConfig;
use crate::native::error::{FileProblem, Result};

use super::super::{pictures, source};
use super::unsuited;

/// Longest side to which pictures are resized when they are larger, or differ in size.
const MAX_SIDE: usize = 32;

/// Detects the size of pictures: their own if they are small and of one size, else one to resize them to.
///
/// # Errors
/// As [`source::open`], and [`Error::Unsuited`](crate::native::Error::Unsuited) for a folder without pictures.
pub fn size(path: &Path, config: DataConfig) -> Result<DataConfig> {
    let tree = source::Tree::read(path);
    if tree.errors.is_empty() && !tree.has_pictures() {
        return Err(unsuited(path, FileProblem::NoImages));
    }
    let files = source::training_pictures(tree).map_err(source::first)?;
    let some = files.iter().step_by(files.len().div_ceil(50));
    let sizes: BTreeSet<(usize, usize)> =
        some.filter_map(|file| pictures::read(file).ok()).map(|raster| (raster.height(), raster.width())).collect();
    let Some(&(height, width)) = sizes.iter().nth(sizes.len() / 2) else { return Ok(config) };
    if sizes.len() == 1 && height.max(width) <= 2 * MAX_SIDE {
        return Ok(config);
    }
    let shrunk = |side: usize| (side * MAX_SIDE).div_ceil(height.max(width)).clamp(1, MAX_SIDE);
    let small = |side: usize| if height.max(width) > MAX_SIDE { shrunk(side) } else { side };
    Ok(DataConfig { size: vec![small(height), small(width)], ..config })
}
