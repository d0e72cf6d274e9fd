//! Exported networks: ONNX, C, weights of 8 bits, Rust, JavaScript, arrays, weights.
#![no_main]

use chiffres::exchange::{self, Format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in Format::ALL {
        if let Some(network) = exchange::read(bytes, format)
            && let Ok(again) = exchange::write(&network, format)
        {
            assert_eq!(exchange::read(&again, format), Some(exchange::held(&network, format)));
        }
    }
});
