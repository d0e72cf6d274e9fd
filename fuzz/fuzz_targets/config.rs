//! Configurations: an experiment that survives the way to TOML and back, or a list of problems.
#![no_main]

use chiffres::Experiment;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Experiment::from_toml("FILE", text, &[]) {
        Ok(experiment) => {
            let again = Experiment::from_toml("FILE", &experiment.to_toml(), &[]);
            assert_eq!(again.expect("what is written is right"), experiment);
        }
        Err(errors) => assert!(!errors.problems.is_empty() && !errors.to_string().is_empty()),
    }
});
