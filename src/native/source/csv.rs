//! Text tables: one file, or a folder with `train.csv` and `test.csv`.

use std::path::Path;

use crate::config::DataConfig;
use crate::data::{Images, Parts};
use crate::formats::csv;
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::{first_of, reader, source_error};

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let read = |path: &Path| -> Result<Images> { Ok(csv::read(&shown(path), reader(path)?, config)?) };
    if !path.is_dir() {
        return Ok(read(path)?.into());
    }
    let part = |name: &str| first_of(path, &[&format!("{name}.csv"), &format!("{name}.csv.gz")]);
    let train = part("train").ok_or_else(|| source_error(path, SourceProblem::NoTrainTable))?;
    let read_part = |name: &str| part(name).map(|path| read(&path)).transpose();
    Ok(Parts { train: read(&train)?, validation: None, test: read_part("test")? })
}
