//! Detects the separator and the columns of a table.

use std::io::Read;
use std::path::Path;

use crate::config::DataConfig;
use crate::formats::table::{self, Expected, Rows};
use crate::native::error::Result;

use super::super::pictures::shown;
use super::{Detected, source};

/// Bytes that show whether a file is a table.
const BEGINNING: u64 = 1 << 16;

/// Detects the separator of a table, and the columns of its labels and groups and those to leave out. Returns what was
/// taken for what, too.
///
/// # Errors
/// Those of reading its first rows.
pub fn columns(path: &Path, config: DataConfig) -> Result<Detected> {
    let rows = |config: &DataConfig| -> Result<_> {
        Ok(Rows::open(&shown(path), source::reader(path)?, config, Expected::default())?)
    };
    let mut config = config;
    let mut found = rows(&config)?;
    if let (true, Some(group)) = (config.group.is_none(), found.columns().unused_group()) {
        config.group = group;
        found = rows(&config)?;
    }
    let config = found.settings(config);
    Ok(Detected { config, remarks: found.into_reading().remarks().to_vec() })
}

/// Returns whether a file looks like a table of images, whatever its name.
pub fn is_table(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = source::reader(path).map(|reader| reader.take(BEGINNING).read_to_end(&mut beginning));
    matches!(read, Ok(Ok(_))) && table::is_table(&beginning)
}
