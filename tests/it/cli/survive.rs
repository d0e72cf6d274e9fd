//! Runs that survive: many at once, a folder that is removed, a full disk, divergence.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Place, text};

/// Runs the program in a namespace of processes of its own, where it is always process 1; `None` where that is not allowed.
fn as_process_one(place: &Place, args: &[&str]) -> Option<Command> {
    let unshare = ["--user", "--map-root-user", "--pid", "--fork"];
    let allowed = Command::new("unshare").args(unshare).arg("true").stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        return None;
    }
    let program = place.command(args);
    let mut command = Command::new("unshare");
    command.args(unshare).arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap()).stdin(Stdio::null()).env_remove("CARGO");
    Some(command)
}

#[test]
fn runs_of_many_containers_on_one_volume_never_mix() {
    const RUNS: usize = 24;
    let place = Place::new();
    let args = |seed: usize| {
        let settings = ["--set", "training.epochs=3", "--json", "--device", "flex", "--progress", "none"];
        let mut args: Vec<String> = ["train", "config/mlp.toml", "--seed"].map(Into::into).to_vec();
        args.push(seed.to_string());
        args.extend(settings.map(Into::into));
        args
    };
    let children: Vec<_> = (0..RUNS)
        .map(|seed| {
            let args = args(seed);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let mut command = as_process_one(&place, &args).unwrap_or_else(|| place.command(&args));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let outputs: Vec<Output> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let mut runs = Vec::new();
    for (seed, output) in outputs.iter().enumerate() {
        assert!(output.status.success(), "{}", text(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let run = report["run"].as_str().unwrap().to_string();
        let info: Value = serde_json::from_slice(&place.file(&format!("{run}/run.json"))).unwrap();
        assert_eq!((&info["seed"], &info["status"]), (&seed.into(), &"done".into()), "{run}");
        assert!(text(&place.file(&format!("{run}/config.toml"))).contains(&format!("seed = {seed}\n")), "{run}");
        let name = run.strip_prefix("artifacts/").unwrap();
        assert_eq!(place.model(name).experiment.seed, seed as u64, "{run}");
        let saved: Value = serde_json::from_slice(&place.file(&format!("{run}/report.json"))).unwrap();
        assert_eq!(saved, report, "{run}");
        runs.push(name.to_string());
    }
    runs.sort();
    assert_eq!(place.files("artifacts"), runs, "a folder for each, and nothing else");
    runs.dedup();
    assert_eq!(runs.len(), RUNS);
}

#[test]
fn a_run_that_is_removed_while_it_is_trained_is_an_error() {
    for is_replaced in [false, true] {
        let place = Place::new();
        let args = ["train", "config/mlp.toml", "--device", "flex", "--progress", "none"];
        let settings = ["--pace", "50", "--set", "training.epochs=100", "--set", "training.checkpoint_every=20"];
        let mut command = place.command(&[&args[..], &settings].concat());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !place.has("artifacts/mlp/checkpoint/state") {
            thread::sleep(Duration::from_millis(5));
        }
        fs::rename(place.path("artifacts/mlp"), place.path("elsewhere")).unwrap();
        fs::remove_dir_all(place.path("elsewhere")).unwrap();
        if is_replaced {
            place.train(&["--seed", "9"]);
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let note = text(&output.stderr);
        assert_eq!(
            note.matches("artifacts/mlp was removed or replaced while it was being trained").count(),
            1,
            "{note}"
        );
        match is_replaced {
            false => assert!(!place.has("artifacts/mlp"), "no half of a folder is made"),
            true => {
                assert_eq!(place.model("mlp").experiment.seed, 9, "the other run is whole");
                place.ok(&["verify", "mlp"]);
            }
        }
    }
}

#[test]
fn a_full_disk_does_not_hide_the_result() {
    let place = Place::new();
    let program = env!("CARGO_BIN_EXE_chiffres");
    // A limit on the size of files stands for a full disk: 4 blocks of 1024 bytes (512 in some shells).
    let script = format!(
        "trap '' XFSZ; ulimit -f 4; exec '{program}' train config/mlp.toml --device flex --progress none \
         --set training.epochs=40"
    );
    let mut command = Command::new("bash");
    command
        .args(["-c", &script])
        .current_dir(place.path("."))
        .stdin(Stdio::null())
        .env("COLUMNS", "80")
        .env_remove("CARGO");
    let output = command.output().unwrap();
    let (report, note) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{note}");
    assert!(report.contains(" errors of 797 images: ") && !report.contains("saved  "), "{report}");
    for file in ["model", "checkpoint/state", "curves.svg"] {
        assert!(note.contains(&format!("error: cannot write artifacts/mlp/{file}: ")), "{note}");
    }
    assert!(note.ends_with("then: chiffres train --resume artifacts/mlp\n"), "{note}");
    // The run is not done, and nothing is half there.
    assert!(!place.files("artifacts/mlp").iter().any(|name| name.ends_with(".tmp")));
    let unfinished = place.fails(1, &["evaluate", "mlp"]);
    assert!(unfinished.contains("train --resume mlp"), "{unfinished}");
    place.ok(&["train", "--resume", "mlp", "--progress", "none"]);
    place.ok(&["verify", "mlp"]);
}

#[test]
fn a_training_that_diverged_is_said_to_have_diverged() {
    let place = Place::new();
    let args =
        ["train", "config/mlp.toml", "--device", "flex", "--progress", "none", "--set", "model.activation=identity"];
    let note = place.fails(1, &[&args[..], &["--set", "optimizer.learning_rate=1000"]].concat());
    assert!(note.contains("training diverged"), "{note}");
    let info: Value = serde_json::from_slice(&place.file("artifacts/mlp/run.json")).unwrap();
    assert_eq!(info["status"], "diverged");
    let commands: [&[&str]; 5] = [
        &["predict", "mlp", "1000"],
        &["evaluate", "mlp"],
        &["errors", "mlp"],
        &["show", "--neurons", "mlp"],
        &["verify", "mlp"],
    ];
    for command in commands {
        let note = place.fails(1, command);
        assert!(note.starts_with("error: artifacts/mlp has no model: its training diverged"), "{note}");
        assert!(note.contains("smaller optimizer.learning_rate"), "{note}");
    }
    let note = place.fails(2, &["train", "--resume", "mlp", "--progress", "none"]);
    assert!(note.contains("artifacts/mlp cannot go on: its training diverged"), "{note}");
}
