//! Pictures without labels, for a network to read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::data::{Reading, Thing};
use crate::native::error::{Error, PictureProblem, PictureUse, Result, SourceProblem};

use super::super::pictures::{Kind, shown};
use super::folder::reason;
use super::listing::Tree;

/// The pictures that a path stands for: itself, or all pictures in a folder and the folders in it, by name.
///
/// Omissions go to `reading`. A path that cannot be read is an [`Error::Picture`] among the others.
pub fn pictures_in(path: &Path, reading: &mut Reading) -> Vec<Result<PathBuf>> {
    let refuse = |problem| Error::Picture { path: shown(path), problem, purpose: PictureUse::Recognise };
    match fs::metadata(path) {
        Err(error) => return vec![Err(refuse(PictureProblem::Unreadable { error: error.to_string() }))],
        Ok(metadata) if !metadata.is_dir() => return vec![Ok(path.to_path_buf())],
        Ok(_) => {}
    }
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    Tree::read(path).unpack(&mut files, reading, &mut errors);
    // A file that cannot be opened, or is in a format that cannot be read, gets its own error instead of an answer.
    let found = reading.sift(Thing::File, files, |file| match Kind::of_file(&file) {
        Ok(kind @ Kind::Other) => Err((shown(&file), reason(kind, &file))),
        _ => Ok(file),
    });
    if found.is_empty() && errors.is_empty() {
        return vec![Err(refuse(PictureProblem::NoPictures))];
    }
    found.into_iter().map(Ok).chain(errors.into_iter().map(|error| Err(about_picture(error)))).collect()
}

/// An error about a folder, as one about pictures.
fn about_picture(error: Error) -> Error {
    match error {
        Error::Source { place, problem: SourceProblem::Unreadable { source } } => Error::Picture {
            path: place.to_string(),
            problem: PictureProblem::Unreadable { error: source.to_string() },
            purpose: PictureUse::Recognise,
        },
        error => error,
    }
}
