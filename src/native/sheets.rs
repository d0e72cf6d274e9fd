//! Photographs of sheets, read over all cores.

use std::path::PathBuf;

use rayon::prelude::*;

use crate::error::SheetProblem;
use crate::native::error::Result;
use crate::native::pictures;
use crate::sheet::{Sheet, SheetReader};

/// A photograph that was read: its name, the sheets on it, and the problems with others.
pub type Photograph = (String, Vec<Sheet>, Vec<SheetProblem>);

/// Reads photographs of sheets, in their order; `done` is called after each.
pub fn read(files: Vec<Result<PathBuf>>, reader: &SheetReader, done: impl Fn() + Sync) -> Vec<Result<Photograph>> {
    let photograph = |file: Result<PathBuf>| {
        let read = file.and_then(|file| {
            let (sheets, problems) = reader.read(&pictures::read(&file)?);
            Ok((pictures::shown(&file), sheets, problems))
        });
        done();
        read
    };
    files.into_par_iter().map(photograph).collect()
}
