//! `chiffres train`: its report, its progress and its run folder.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use super::{Place, text};

/// A report without times, which differ from run to run, and without answers, which may differ between processors.
fn without_numbers(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once(" s on ") {
            Some((before, device)) => {
                let before = before.rsplit_once(' ').map_or("", |(before, _)| before);
                format!("{before} [TIME] s on {device}\n")
            }
            None if line.starts_with("predicted") => "predicted [DIGITS]\n".into(),
            None if line.starts_with("test ") || line.starts_with("          image") => {
                let words = line
                    .split(' ')
                    .map(|word| if word.starts_with(|c: char| c.is_ascii_digit() || c == '(') { "[N]" } else { word });
                words.collect::<Vec<_>>().join(" ") + "\n"
            }
            None if line.starts_with("          ") => String::new(),
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn training_prints_what_the_article_prints() {
    let place = Place::new();
    let printed = place.train(&[]);
    assert_snapshot!(without_numbers(&printed));
    let report: Value = serde_json::from_slice(&place.file("artifacts/mlp/report.json")).unwrap();
    assert!(printed.contains(&format!("{} errors of 797 images: ", report["errors"])), "{printed}");
    let digits = |key: &str| report[key].as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>().join(" ");
    assert!(printed.contains(&format!("predicted {}\n", digits("first_predictions"))), "{printed}");
    assert!(printed.contains(&format!("target    {}\n", digits("first_targets"))), "{printed}");
    let pixels = printed.lines().filter(|line| line.starts_with("          ") && line.contains('█')).count();
    assert!(pixels > 2, "a misread image is drawn: {printed}");
}

#[test]
fn a_run_folder_holds_everything() {
    let place = Place::new();
    place.train(&["--set", "data.validation=200"]);
    assert_eq!(
        place.files("artifacts/mlp"),
        [
            ".lock",
            "checkpoint",
            "config.toml",
            "confusion.csv",
            "curves.svg",
            "metrics.csv",
            "model",
            "report.json",
            "run.json"
        ]
    );
    let metrics = text(&place.file("artifacts/mlp/metrics.csv"));
    let rows: Vec<&str> = metrics.lines().collect();
    assert_eq!(
        rows[0],
        "epoch,train_loss,train_error_rate,validation_loss,validation_error_rate,learning_rate,seconds"
    );
    assert_eq!(rows.len(), 41);
    assert!(rows[40].starts_with("40,") && rows[40].split(',').all(|cell| cell.parse::<f64>().is_ok()), "{}", rows[40]);
    let confusion = text(&place.file("artifacts/mlp/confusion.csv"));
    let total: u32 =
        confusion.lines().skip(1).flat_map(|row| row.split(',').skip(1)).map(|n| n.parse::<u32>().unwrap()).sum();
    assert_eq!(total, 797);
    assert!(text(&place.file("artifacts/mlp/curves.svg")).starts_with("<svg"));
    let info: Value = serde_json::from_slice(&place.file("artifacts/mlp/run.json")).unwrap();
    assert_eq!(info["status"], "done");
    for key in ["version", "git_commit", "device", "seed", "data_sha256", "started", "train_seconds"] {
        assert!(info.get(key).is_some(), "{key}");
    }
    assert_eq!(
        place.ok(&["config", "show", "artifacts/mlp/config.toml"]),
        text(&place.file("artifacts/mlp/config.toml"))
    );
}

#[test]
fn train_prints_a_json_report_with_its_keys() {
    let place = Place::new();
    let report = place.train_report(&[]);
    for key in [
        "parameters",
        "train_images",
        "test_images",
        "errors",
        "error_rate",
        "error_rate_interval",
        "first_predictions",
        "first_targets",
        "epochs",
        "steps",
        "train_seconds",
        "device",
        "run",
    ] {
        assert!(report.get(key).is_some(), "{key}");
    }
    assert_eq!((&report["parameters"], &report["steps"]), (&1135.into(), &200.into()));
    assert_eq!(report["first_targets"].as_array().unwrap().len(), 10);
}

#[test]
fn runs_are_never_overwritten_unless_asked() {
    let place = Place::new();
    for expected in ["artifacts/mlp", "artifacts/mlp-2", "artifacts/mlp-3"] {
        let report = place.train_report(&[]);
        assert_eq!(report["run"], expected);
    }
    let report = place.train_report(&["--exist-ok", "--seed", "5"]);
    assert_eq!(report["run"], "artifacts/mlp");
    assert!(text(&place.file("artifacts/mlp/config.toml")).contains("seed = 5"));
    assert_eq!(place.files("artifacts"), ["mlp", "mlp-2", "mlp-3"]);
    let report = place.train_report(&["--name", "2026"]);
    assert_eq!(report["run"], "artifacts/2026");

    // A folder that is not a run is not replaced.
    place.put("artifacts/photos/cat.jpg", "cat");
    let note = place.fails(1, &["train", "config/mlp.toml", "--name", "photos", "--exist-ok", "--progress", "none"]);
    assert!(note.contains("artifacts/photos is not a run"), "{note}");
    assert_eq!(place.file("artifacts/photos/cat.jpg"), b"cat");
    let kept = ["2026", "mlp", "mlp-2", "mlp-3", "photos"];
    assert_eq!(place.files("artifacts"), kept);
}

#[test]
fn plain_progress_is_a_few_lines_on_standard_error() {
    let place = Place::new();
    let output = place.run(&["train", "config/mlp.toml", "--device", "flex", "--set", "data.validation=200"]);
    let lines: Vec<String> = text(&output.stderr).lines().map(Into::into).collect();
    assert!(lines.len() <= 21, "{lines:#?}");
    assert!(lines[0].starts_with("epoch   1/200   loss ") && lines[0].contains("held out: loss "), "{}", lines[0]);
    assert!(lines.last().unwrap().starts_with("epoch 200/200 "));
    assert!(!text(&output.stdout).contains("epoch 2"), "results alone go to standard output");
    let quiet = place.run(&["train", "config/mlp.toml", "--progress", "none", "--set", "training.epochs=3"]);
    assert_eq!(text(&quiet.stderr), "");
}

#[test]
fn a_diverging_run_is_an_error() {
    let place = Place::new();
    let args = ["train", "config/mlp.toml", "--progress", "none", "--set", "model.activation=relu"];
    let note = place.fails(1, &[&args[..], &["--set", "optimizer.learning_rate=1000"]].concat());
    assert!(note.contains("training diverged") && note.contains("smaller optimizer.learning_rate"), "{note}");
}

#[test]
fn a_run_may_share_its_name_with_a_folder() {
    let place = Place::new();
    place.train(&["--name", "config"]);
    place.ok(&["evaluate", "config"]);
    // Letters with combining accents, as macOS writes them.
    place.train(&["--name", "e\u{301}te\u{301}-26"]);
    place.ok(&["evaluate", "e\u{301}te\u{301}-26"]);
}

#[test]
fn every_configuration_of_the_repository_trains() {
    let place = Place::new();
    // Configurations of images that are not inside the program are given the digits instead.
    place.ok(&["data", "export", "config/mlp.toml", "--to", "idx", "idx"]);
    for entry in fs::read_dir("config").unwrap() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(entry.unwrap().path());
        let mut arguments = vec!["train", path.to_str().unwrap(), "--device", "flex", "--progress", "none"];
        arguments.extend(["--set", "training.epochs=2"]);
        let text = fs::read_to_string(&path).unwrap();
        if text.contains("source = \"idx\"") {
            arguments.extend(["--set", "data.path=idx"]);
        }
        if text.contains("also = [\"many-writers") {
            arguments.extend(["--set", "data.also=[\"many-writers data.train=500 data.path=idx\"]"]);
        }
        place.ok(&arguments);
    }
}
