//! `chiffres evaluate` and `chiffres cross-validate`.

use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

use super::{Place, text};

#[test]
fn a_model_file_is_enough_to_evaluate_and_predict() {
    let place = Place::new();
    place.put_twin("lonely");
    assert_snapshot!("evaluate", place.ok(&["evaluate", "lonely", "--device", "flex"]));
    assert_snapshot!("predict", place.ok(&["predict", "lonely", "1000", "1001", "--device", "flex"]));
    assert_snapshot!("errors", place.ok(&["errors", "lonely", "--limit", "3", "--device", "flex"]));
    assert_snapshot!("neurons", place.ok(&["show", "--neurons", "lonely"]));
    let colors = |args: &[&str]| {
        let output = place.command(args).args(["--color", "always"]).env("COLORTERM", "truecolor").output().unwrap();
        text(&output.stdout)
    };
    assert!(colors(&["errors", "lonely"]).contains("\u{1b}[48;2;250;250;245m▀"), "half blocks on paper");
    assert!(colors(&["show", "--neurons", "lonely"]).contains('▀'));
}

#[test]
fn evaluate_prints_a_json_report_with_its_keys() {
    let place = Place::new();
    let report = place.train_report(&[]);
    let evaluation = place.json(&["evaluate", "mlp", "--json", "--device", "flex"]);
    assert_eq!(evaluation["errors"], report["errors"]);
    assert_eq!(evaluation["total"], 797);
    assert_eq!(evaluation["error_rate_interval"], report["error_rate_interval"]);
    let confusion = evaluation["confusion"].as_array().unwrap();
    assert_eq!((confusion.len(), confusion[0].as_array().unwrap().len()), (10, 10));
    assert_eq!(evaluation["classes"][3]["name"], "3");
    for key in ["precision", "recall", "f1", "support"] {
        assert!(evaluation["classes"][3].get(key).is_some(), "{key}");
    }
}

#[test]
fn a_cross_validation_prints_mean_spread_and_folds() {
    let place = Place::new();
    let args = ["cross-validate", "config/mlp.toml", "--device", "flex", "--set", "training.epochs=2", "--seeds", "2"];
    let printed = place.ok(&args);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "images    1,000 training images, held out writer by writer: 94 to 130 at a time");
    assert!(lines[1].starts_with("training  16 runs of 2 epochs, "), "{}", lines[1]);
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

#[test]
fn tables_with_chinese_class_names_line_up() {
    let place = Place::new();
    let rows: String = (0..20).map(|i| format!("短靴,{},0\nbag,{i},9\n", 200 + i)).collect();
    place.put("wide.csv", format!("label,a,b\n{rows}"));
    let data = "[data]\nsource = \"csv\"\npath = \"wide.csv\"\nsize = [1, 2]\ntrain = 20\n";
    place.put("wide.toml", format!("name = \"wide\"\n{data}[training]\nepochs = 2\nbatch_size = 5\n"));
    place.ok(&["train", "wide.toml", "--device", "flex", "--progress", "none"]);

    let (check, evaluation) = (place.ok(&["data", "check", "wide.toml"]), place.ok(&["evaluate", "wide"]));
    let table = |text: &str, block: usize| text.split("\n\n").nth(block).unwrap().to_string();
    let (confusion, scores) = (table(&evaluation, 1), table(&evaluation, 2));
    // Above the columns of the confusion matrix stands what they are.
    let confusion = confusion.split_once('\n').unwrap().1;
    for table in [&table(&check, 2), confusion, &scores] {
        assert_eq!(table.lines().count(), 3, "{table}");
        let widths: Vec<usize> = table.lines().map(UnicodeWidthStr::width).collect();
        assert!(widths.iter().all(|&width| width == widths[0]), "{widths:?}\n{table}");
    }
    let answer = place.ok(&["predict", "wide", "0"]);
    let widths: Vec<usize> =
        answer.lines().skip(1).filter_map(|line| line.split_once(" %")).map(|(before, _)| before.width()).collect();
    assert!(widths.len() == 2 && widths[0] == widths[1], "{widths:?}\n{answer}");
}
