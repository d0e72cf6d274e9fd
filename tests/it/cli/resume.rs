//! `chiffres train --resume`: runs that were interrupted, killed, damaged or finished.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Place, text};

#[test]
fn a_damaged_run_is_an_error_and_stays_as_it_is() {
    let place = Place::new();
    place.train(&[]);
    let model = place.file("artifacts/mlp/model");
    let put = |path: &str, bytes: &[u8]| fs::write(place.0.path().join(path), bytes).unwrap();
    put("artifacts/mlp/model", &model[..model.len() / 2]);
    for args in [&["evaluate", "mlp"][..], &["predict", "mlp", "0"], &["errors", "mlp"], &["show", "--neurons", "mlp"]]
    {
        let note = place.fails(1, args);
        assert!(note.starts_with("error: artifacts/mlp/model is not a usable model file: "), "{note}");
    }
    put("artifacts/mlp/model", &model);

    // Metrics are for people and other programs: nothing here reads them back.
    put("artifacts/mlp/metrics.csv", b"\xff\xfe,,,\n1");
    place.ok(&["evaluate", "mlp"]);

    let state = place.file("artifacts/mlp/checkpoint/state");
    let resume = ["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"];
    for broken in [&state[..100], b"", b"checkpoint"] {
        put("artifacts/mlp/checkpoint/state", broken);
        let note = place.fails(1, &resume);
        assert!(note.starts_with("error: artifacts/mlp/checkpoint/state is not a usable checkpoint file: "), "{note}");
        assert_eq!(place.file("artifacts/mlp/model"), model);
        assert!(text(&place.file("artifacts/mlp/config.toml")).contains("epochs = 40"));
    }
    put("artifacts/mlp/checkpoint/state", &state);
    let info = place.file("artifacts/mlp/run.json");
    put("artifacts/mlp/run.json", b"{");
    assert!(place.fails(1, &resume).contains("artifacts/mlp/run.json"));
    put("artifacts/mlp/run.json", &info);
    put("artifacts/mlp/config.toml", b"seed = 3\n");
    assert!(place.fails(2, &resume).contains("config.toml that its checkpoint was not trained with"));
}

#[test]
fn more_epochs_end_with_the_weights_of_an_uninterrupted_run() {
    let place = Place::new();
    place.train(&["--name", "short"]);
    place.ok(&["train", "--resume", "short", "--set", "training.epochs=55", "--device", "flex", "--progress", "none"]);
    place.ok(&[
        "train",
        "config/mlp.toml",
        "--name",
        "long",
        "--device",
        "flex",
        "--progress",
        "none",
        "--set",
        "training.epochs=55",
    ]);
    let weights = |run: &str| {
        let model = chiffres::SavedModel::from_bytes("model", &place.file(&format!("artifacts/{run}/model"))).unwrap();
        (model.weights, model.experiment.training)
    };
    assert_eq!(weights("short"), weights("long"));
}

/// A training too long to wait for, with a checkpoint every epoch.
#[cfg(unix)]
fn long_training(place: &Place, more: &[&str]) -> std::process::Child {
    let args = [
        "train",
        "config/mlp.toml",
        "--device",
        "flex",
        "--progress",
        "plain",
        "--set",
        "training.epochs=300",
        "--set",
        "training.checkpoint_every=1",
    ];
    place.command(&[&args, more].concat()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[cfg(unix)]
#[test]
fn a_killed_run_resumes_to_the_same_weights() {
    let place = Place::new();
    let mut whole = long_training(&place, &["--name", "whole"]);
    assert!(whole.wait().unwrap().success());
    let expected = place.file("artifacts/whole/model");
    let mut resumed = 0;
    for (i, milliseconds) in [0, 5, 30, 80, 150, 250].into_iter().enumerate() {
        let name = format!("killed-{i}");
        let mut child = long_training(&place, &["--name", &name]);
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        if !place.has(&format!("artifacts/{name}")) {
            continue; // killed before the run began: nothing is there at all
        }
        let output = place.run(&["train", "--resume", &name, "--device", "flex", "--progress", "none"]);
        if output.status.code() == Some(2) {
            assert!(text(&output.stderr).contains("is finished"), "{}", text(&output.stderr));
        } else {
            assert!(output.status.success(), "{}", text(&output.stderr));
            resumed += 1;
        }
        let model = |bytes: &[u8]| chiffres::SavedModel::from_bytes("model", bytes).unwrap().weights;
        assert_eq!(
            model(&place.file(&format!("artifacts/{name}/model"))),
            model(&expected),
            "killed after {milliseconds} ms"
        );
    }
    assert!(resumed > 0, "no training was killed while it ran");
}

#[cfg(unix)]
#[test]
fn the_first_ctrl_c_ends_the_epoch_and_reports() {
    let place = Place::new();
    let mut child = long_training(&place, &["--pace", "20"]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("epoch   1/300"), "{line}");
    interrupt(child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let report = text(&output.stdout);
    assert!(
        report.contains("saved     artifacts/mlp") && report.contains("next      chiffres train --resume mlp"),
        "{report}"
    );
    let info: Value = serde_json::from_slice(&place.file("artifacts/mlp/run.json")).unwrap();
    assert_eq!(info["status"], "interrupted");
    assert!((1..300).contains(&info["epochs"].as_u64().unwrap()));

    // Without --device it goes on where it was trained.
    place.ok(&["train", "--resume", "mlp", "--progress", "none"]);
    place.ok(&[
        "train",
        "config/mlp.toml",
        "--name",
        "whole",
        "--device",
        "flex",
        "--progress",
        "none",
        "--set",
        "training.epochs=300",
    ]);
    let weights = |run: &str| {
        chiffres::SavedModel::from_bytes("m", &place.file(&format!("artifacts/{run}/model"))).unwrap().weights
    };
    assert_eq!(weights("mlp"), weights("whole"));
}

#[cfg(unix)]
#[test]
fn the_second_ctrl_c_exits_at_once() {
    let place = Place::new();
    // One epoch takes minutes: only the second signal can end it in time.
    let mut child = long_training(&place, &["--set", "training.batch_size=1", "--set", "model.hidden=[4096, 512]"]);
    // The folder is made after the program has begun to listen.
    while !place.has("artifacts/mlp/config.toml") {
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(300));
    interrupt(child.id());
    thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the first Ctrl-C waits for the end of the epoch");
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(place.has("artifacts/mlp/config.toml"));
}

#[cfg(unix)]
fn interrupt(process: u32) {
    assert!(Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap().success());
}

#[test]
fn a_finished_run_rebuilds_its_missing_model() {
    let place = Place::new();
    place.train(&[]);
    let model = place.file("artifacts/mlp/model");
    fs::remove_file(place.0.path().join("artifacts/mlp/model")).unwrap();
    let note = place.fails(1, &["evaluate", "mlp"]);
    assert!(note.contains("artifacts/mlp has lost its model"), "{note}");
    place.ok(&["train", "--resume", "mlp", "--progress", "none"]);
    assert_eq!(place.file("artifacts/mlp/model"), model);
    fs::remove_dir_all(place.0.path().join("artifacts/mlp/checkpoint")).unwrap();
    let note = place.fails(1, &["train", "--resume", "mlp", "--set", "training.epochs=50"]);
    assert!(note.contains("artifacts/mlp is finished, but its checkpoint is missing"), "{note}");
}

#[test]
fn a_run_belongs_to_one_process_at_a_time() {
    let place = Place::new();
    place.train(&[]);
    let lock = fs::File::create(place.0.path().join("artifacts/mlp/.lock")).unwrap();
    lock.lock().unwrap();
    for args in [
        &["train", "--resume", "mlp", "--set", "training.epochs=50"][..],
        &["train", "config/mlp.toml", "--exist-ok", "--progress", "none"],
    ] {
        let note = place.fails(1, args);
        assert!(note.starts_with("error: artifacts/mlp is being trained by another process"), "{note}");
    }
    drop(lock);
    place.ok(&["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"]);
}

#[test]
fn a_schedule_that_depends_on_the_epochs_allows_no_more_of_them() {
    let place = Place::new();
    place.train(&["--set", "optimizer.schedule=cosine"]);
    let note = place.fails(2, &["train", "--resume", "mlp", "--set", "training.epochs=50"]);
    assert!(note.contains("a learning rate that depends on the number of epochs"), "{note}");
}
