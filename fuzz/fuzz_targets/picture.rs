//! Pictures, and the search for a digit on small ones.
#![no_main]

use chiffres::native::pictures;
use chiffres::preprocess::DigitPreprocessing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(raster) = pictures::from_reader("FILE", bytes) else { return };
    assert_eq!(raster.pixels().len(), raster.height() * raster.width());
    assert_eq!(raster.resized(8, 8).pixels().len(), 64);
    if raster.pixels().len() <= 100 * 100 {
        let _ = DigitPreprocessing::default().digit(&raster);
    }
});
