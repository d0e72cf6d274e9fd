//! `chiffres evaluate` and `chiffres cross-validate`.

use std::fs;

use insta::assert_snapshot;

use super::{Place, text};

#[test]
fn a_model_file_is_enough_to_evaluate_and_predict() {
    // The weights that scikit-learn trained: the same on every machine.
    let place = Place::new();
    let (twin, experiment) = crate::twin::twin();
    let model = chiffres::SavedModel::new(&experiment, &crate::digits(), twin.end.layers());
    fs::write(place.0.path().join("lonely"), model.to_bytes()).unwrap();
    assert_snapshot!("evaluate", place.ok(&["evaluate", "lonely", "--device", "flex"]));
    assert_snapshot!("predict", place.ok(&["predict", "lonely", "1000", "1001", "--device", "flex"]));
    assert_snapshot!("errors", place.ok(&["errors", "lonely", "--limit", "3", "--device", "flex"]));
    assert_snapshot!("neurons", place.ok(&["show", "--neurons", "lonely"]));
    let colors = |args: &[&str]| {
        let output = place.command(args).args(["--color", "always"]).env("COLORTERM", "truecolor").output().unwrap();
        text(&output.stdout)
    };
    assert!(colors(&["errors", "lonely"]).contains("\u{1b}[48;2;250;250;245m\u{2580}"), "half blocks on paper");
    assert!(colors(&["show", "--neurons", "lonely"]).contains('\u{2580}'));
}

#[test]
fn a_cross_validation_prints_mean_spread_and_folds() {
    let place = Place::new();
    let args = ["cross-validate", "config/mlp.toml", "--device", "flex", "--set", "training.epochs=2", "--seeds", "2"];
    let printed = place.ok(&args);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "images    1,000 training images, held out writer by writer: 94 to 130 at a time");
    assert!(lines[1].starts_with("training  16 trainings of 2 epochs, "), "{}", lines[1]);
    assert!(lines[4].starts_with("writer 1     130 ") && lines[11].starts_with("writer 8      94 "), "{printed}");
    assert!(printed.contains(" %: the mean over 2 seeds") && printed.contains("standard deviation"), "{printed}");
    assert!(!place.has("artifacts"), "nothing is kept");
    // The name that the command had before.
    let args = [&["validate"], &args[1..], &["--json", "--jobs", "1"]].concat();
    let report = place.json(&args);
    for key in ["name", "seeds", "folds", "images", "error_rate", "error_rates", "deviation_of_seeds", "loss"] {
        assert!(report.get(key).is_some(), "{key}");
    }
    assert_eq!(report["folds"][0]["name"], "writer 1");
    assert!(printed.contains(&format!("{:.2} %", 100.0 * report["error_rate"].as_f64().unwrap())), "{printed}");
}

#[test]
fn a_missed_quality_gate_has_its_own_exit_code() {
    let place = Place::new();
    place.train(&[]);
    assert_eq!(place.run(&["evaluate", "mlp", "--max-error-rate", "50%"]).status.code(), Some(0));
    let note = place.fails(3, &["evaluate", "mlp", "--max-error-rate", "0.001"]);
    assert!(note.contains("quality gate missed"), "{note}");
    place.fails(2, &["evaluate", "mlp", "--max-error-rate", "-1"]);
    assert_eq!(place.run(&["evaluate", "mlp", "--split", "train"]).status.code(), Some(0));
    let note = place.fails(2, &["evaluate", "mlp", "--split", "validation"]);
    assert!(note.contains("the validation split is empty"), "{note}");
}
