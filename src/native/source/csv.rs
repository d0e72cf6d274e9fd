//! Text tables: one file, or a folder with `train.csv` and `test.csv`.

use std::path::Path;

use crate::config::DataConfig;
use crate::data::{GreyRange, Images, Parts};
use crate::formats::csv;
use crate::native::error::{Result, SourceProblem};

use super::super::pictures::shown;
use super::{first_of, reader, source_error};

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let read = |path: &Path, range: Option<GreyRange>| -> Result<(Images, Option<GreyRange>)> {
        csv::read(&shown(path), || reader(path), config, range)
    };
    let range = GreyRange::of_setting(&config.range);
    if !path.is_dir() {
        return Ok(read(path, range)?.0.into());
    }
    let part = |name: &str| first_of(path, &[&format!("{name}.csv"), &format!("{name}.csv.gz")]);
    let train = part("train").ok_or_else(|| source_error(path, SourceProblem::NoTrainTable))?;
    let (train, range) = read(&train, range)?;
    let test = part("test").map(|path| read(&path, range)).transpose()?;
    Ok(Parts { train, validation: None, test: test.map(|(images, _)| images) })
}
