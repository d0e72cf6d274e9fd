//! Networks of other programs: ONNX, safetensors, arrays, exports.
#![no_main]

use chiffres::SavedModel;
use chiffres::config::Activation;
use chiffres::exchange::{self, Format, ImageSize, ImportOptions, Imported, Network};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (size, scale) = (Some(ImageSize::new(2, 2)), Some(1.0));
    for (file, size) in [("FILE", None), ("FILE.onnx", size), ("FILE.pt", None)] {
        for activation in [None, Some(Activation::Relu)] {
            let options = ImportOptions { size, scale, activation, ..ImportOptions::default() };
            let Ok(Imported { saved, .. }) = exchange::import(file, bytes, &options) else { continue };
            let saved = SavedModel::from_bytes(file, &saved.to_bytes()).expect("what is written is right");
            let Ok(export) = exchange::write(&Network::new("again", &saved), Format::Onnx) else { continue };
            let again = exchange::import("again.onnx", &export, &ImportOptions::default()).expect("an export comes in");
            assert_eq!(again.saved.weights, saved.weights);
        }
    }
});
