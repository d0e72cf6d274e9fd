//! Detects the separator and the columns of a table.

use std::path::Path;

use crate::config::DataConfig;
use crate::formats::table::{Expected, Rows};
use crate::native::error::Result;

use super::super::pictures::shown;
use super::{Detected, source};

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
