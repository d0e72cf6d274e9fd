//! Runs of earlier versions, and their model files: they give the answers that those versions gave.

use serde_json::Value;

use super::{Place, text};

const RUNS: [&str; 2] = ["without-arithmetic", "format-3"];

/// A place with a run of an earlier version.
fn place_with(run: &str) -> Place {
    let place = Place::new();
    for file in ["config.toml", "run.json", "model", "checkpoint/state"] {
        place.put(&format!("artifacts/earlier/{file}"), fixture(run, file));
    }
    place
}

fn fixture(run: &str, file: &str) -> Vec<u8> {
    std::fs::read(format!("tests/fixtures/runs/{run}/{file}")).unwrap()
}

/// Checks that `found` has all that `expected` has, with numbers equal except for rounding.
#[track_caller]
fn assert_same(found: &Value, expected: &Value) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().for_each(|(key, value)| assert_same(&found[key], value))
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len());
            found.iter().zip(expected).for_each(|(found, expected)| assert_same(found, expected));
        }
        (Value::Number(found), Value::Number(expected)) => {
            let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
            assert!((found - expected).abs() < 1e-5, "{found} and {expected}");
        }
        _ => assert_eq!(found, expected),
    }
}

#[test]
fn an_earlier_run_gives_the_same_answers() {
    for run in RUNS {
        let place = place_with(run);
        place.put("alone", fixture(run, "model"));
        let evaluation: Value = serde_json::from_slice(&fixture(run, "evaluate.json")).unwrap();
        let predictions: Vec<Value> =
            text(&fixture(run, "predict.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for network in ["earlier", "alone"] {
            assert_same(&place.json(&["evaluate", network, "--json", "--device", "flex"]), &evaluation);
            let answers = place.json_lines(&["predict", network, "1000", "1001", "--json", "--device", "flex"]);
            assert_same(&answers.into(), &predictions.clone().into());
        }
    }
}

#[test]
fn an_earlier_run_goes_on_to_the_same_result() {
    for run in RUNS {
        let place = place_with(run);
        let args = ["train", "--resume", "earlier", "--set", "training.epochs=15", "--progress", "none", "--json"];
        let report = place.json(&args);
        // These versions ended there with 285 errors.
        assert_eq!((&report["errors"], &report["epochs"], &report["steps"]), (&285.into(), &15.into(), &75.into()));
        assert_eq!(report["first_predictions"], serde_json::json!([2, 4, 0, 9, 3, 6, 9, 6, 2, 7]));
    }
}

#[test]
fn an_earlier_run_verifies_if_its_files_name_their_arithmetic() {
    let verification = place_with("format-3").json(&["verify", "earlier", "--json"]);
    assert_eq!(verification["verified"], true);
    let digest = "f8399b063d8e65e9fabb9f6fcb9f9a85c36653a6e2b729a894114028d8ad55a9";
    assert_eq!((&verification["saved_sha256"], &verification["trained_sha256"]), (&digest.into(), &digest.into()));
    let note = place_with("without-arithmetic").fails(1, &["verify", "earlier"]);
    assert!(note.contains("its model does not say which arithmetic made it"), "{note}");
}
