//! Model and checkpoint files.
#![no_main]

use chiffres::SavedModel;
use chiffres::checkpoint::checkpoint_from_bytes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = SavedModel::from_bytes("FILE", bytes) {
        let again = SavedModel::from_bytes("FILE", &model.to_bytes()).expect("what is written is right");
        assert_eq!(again.to_bytes(), model.to_bytes());
    }
    let _ = checkpoint_from_bytes("FILE", bytes);
});
