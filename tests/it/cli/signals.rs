//! `chiffres train`, when it is interrupted or killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::{Place, text};

/// Starts a run of 300 epochs, with a checkpoint after each.
fn start_training(place: &Place, more: &[&str]) -> Child {
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

#[test]
fn a_killed_run_resumes_to_the_same_weights() {
    let place = Place::new();
    let mut whole = start_training(&place, &["--name", "whole"]);
    assert!(whole.wait().unwrap().success());
    let expected = place.model("whole").weights;
    let mut resumed = 0;
    for (i, milliseconds) in [0, 5, 30, 80, 150, 250].into_iter().enumerate() {
        let name = format!("killed-{i}");
        let mut child = start_training(&place, &["--name", &name]);
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        if !place.has(&format!("artifacts/{name}")) {
            continue; // killed before the run began: there is no folder
        }
        let output = place.run(&["train", "--resume", &name, "--device", "flex", "--progress", "none"]);
        if output.status.code() == Some(2) {
            assert!(text(&output.stderr).contains("is finished"), "{}", text(&output.stderr));
        } else {
            assert!(output.status.success(), "{}", text(&output.stderr));
            resumed += 1;
        }
        assert_eq!(place.model(&name).weights, expected, "killed after {milliseconds} ms");
    }
    assert!(resumed > 0, "no run was killed while it trained");
}

#[test]
fn the_first_ctrl_c_ends_the_epoch_and_reports() {
    interrupt_and_resume(&[]);
}

#[test]
fn ctrl_c_ends_a_run_whose_batches_are_prepared_by_another_thread() {
    interrupt_and_resume(&["--set", "augmentation.shift=0.5", "--set", "augmentation.elastic=0.3"]);
}

fn interrupt_and_resume(settings: &[&str]) {
    let place = Place::new();
    let mut child = start_training(&place, &[&["--pace", "20"], settings].concat());
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

    // Without --device, a resumed run trains on the device it was trained on.
    place.ok(&["train", "--resume", "mlp", "--progress", "none"]);
    place.train(&[&["--name", "whole", "--set", "training.epochs=300"], settings].concat());
    assert_eq!(place.model("mlp").weights, place.model("whole").weights);
}

#[test]
fn the_second_ctrl_c_exits_at_once() {
    let place = Place::new();
    // One epoch takes minutes: only the second signal can end it in time.
    let mut child = start_training(&place, &["--set", "training.batch_size=1", "--set", "model.hidden=[4096, 512]"]);
    // The program handles signals before it makes the folder.
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

fn interrupt(process: u32) {
    assert!(Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap().success());
}
