//! Text tables: one file, or a folder with `train.csv` and `test.csv`.

use std::path::Path;

use crate::config::DataConfig;
use crate::data::Images;
use crate::formats::csv;
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::{Parts, first_of, reader, source_error};

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let read = |path: &Path| -> Result<Images> { Ok(csv::read(&shown(path), reader(path)?, config)?) };
    if !path.is_dir() {
        return Ok((read(path)?, None));
    }
    let part = |name: &str| first_of(path, &[&format!("{name}.csv"), &format!("{name}.csv.gz")]);
    let train = part("train").ok_or_else(|| source_error(path, SourceProblem::NoTrainTable))?;
    Ok((read(&train)?, part("test").map(|path| read(&path)).transpose()?))
}
