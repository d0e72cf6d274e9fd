//! Parquet files, written to disk first: the library reads files.
#![no_main]

use chiffres::config::{DataConfig, PicturePreprocessing, Source};
use chiffres::native::source::{self, OpenOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("chiffres-fuzz-{}.parquet", std::process::id()));
    std::fs::write(&path, bytes).expect("a temporary file is written");
    let path = path.display().to_string();
    let config = DataConfig { path, ..DataConfig::of(Source::Parquet, PicturePreprocessing::Resize) };
    match source::open(&config, OpenOptions::QUIET) {
        Ok(dataset) => assert!(!dataset.is_empty()),
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
});
