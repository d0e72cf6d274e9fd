//! Text tables: one file, or a folder with `train.csv` and `test.csv`.

use std::path::Path;

use crate::config::DataConfig;
use crate::data::Images;
use crate::formats::csv;
use crate::native::error::Result;

use super::super::pictures::shown;
use super::{Parts, data_error, first_of, reader};

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let read = |path: &Path| -> Result<Images> { Ok(csv::read(&shown(path), reader(path)?, config)?) };
    if !path.is_dir() {
        return Ok((read(path)?, None));
    }
    let part = |name: &str| first_of(path, &[&format!("{name}.csv"), &format!("{name}.csv.gz")]);
    let train = part("train").ok_or_else(|| {
        data_error(path, "there is no train.csv in this folder", "name a file, or a folder with train.csv and test.csv")
    })?;
    Ok((read(&train)?, part("test").map(|path| read(&path)).transpose()?))
}
