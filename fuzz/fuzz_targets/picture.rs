//! Pictures in grey and in colour, brought to a size, and the search for a digit on small ones.
#![no_main]

use chiffres::config::{Channels, Fit, Paper};
use chiffres::native::pictures;
use chiffres::preprocess::DigitPreprocessing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(raster) = pictures::from_reader("FILE", bytes) else { return };
    assert_eq!(raster.pixels().len(), raster.height() * raster.width());
    assert_eq!(raster.resized(8, 8).pixels().len(), 64);
    let colours = pictures::from_reader_as("FILE", bytes, Paper::Each, Channels::Auto).expect("it was read in grey");
    assert_eq!((colours.height(), colours.width()), (raster.height(), raster.width()));
    for fit in [Fit::Letterbox, Fit::Crop, Fit::Stretch] {
        assert_eq!(colours.fitted(8, 5, fit).pixels().len(), 40 * colours.channels());
    }
    if raster.pixels().len() <= 100 * 100 {
        let _ = DigitPreprocessing::default().digit(&raster);
    }
});
