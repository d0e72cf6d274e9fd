//! Whole pictures: paper, rules, frames and digits.
#![no_main]

use chiffres::native::pictures;
use chiffres::preprocess::DigitPreprocessing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(raster) = pictures::from_reader("FILE", bytes) else { return };
    if raster.pixels().len() > 200 * 200 {
        return;
    }
    let preprocessing = DigitPreprocessing::default();
    for digit in preprocessing.page(&raster).digits {
        let area = digit.area;
        assert!(area.top + area.height <= raster.height() && area.left + area.width <= raster.width());
        assert_eq!(digit.steps.pixels.len(), 64);
    }
    let _ = preprocessing.photograph(&raster);
});
