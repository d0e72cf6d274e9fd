//! Arrays of an archive as numbers and names.

use crate::error::ImportProblem;
use crate::formats::npz::Archive;

/// The shape and the numbers of an array, which is called `name` in errors.
pub fn numbers(archive: &Archive, file: &str, name: &str) -> Result<(Vec<usize>, Vec<f64>), ImportProblem> {
    let array = archive.array(file).map_err(ImportProblem::archive)?;
    let shape = array.shape().map_err(ImportProblem::archive)?;
    let shape = shape.into_iter().map(|size| usize::try_from(size).unwrap_or(usize::MAX)).collect();
    match array.floats() {
        Some(numbers) => Ok((shape, numbers)),
        None => Err(ImportProblem::Array { name: name.into(), shape }),
    }
}

/// The names in an array: words, or numbers as words.
pub fn names(archive: &Archive, file: &str) -> Result<Vec<String>, ImportProblem> {
    let array = archive.array(file).map_err(ImportProblem::archive)?;
    let numbers = || Some(array.floats()?.iter().map(f64::to_string).collect());
    array.words().or_else(numbers).ok_or_else(|| ImportProblem::Missing { name: file.into() })
}
