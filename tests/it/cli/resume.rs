//! `chiffres train --resume`: runs that are damaged, finished, or to be trained for longer.

use std::fs;

use super::{Place, text};

#[test]
fn a_damaged_run_is_an_error_and_stays_as_it_is() {
    let place = Place::new();
    place.train(&[]);
    let model = place.file("artifacts/mlp/model");
    place.put("artifacts/mlp/model", &model[..model.len() / 2]);
    for args in [&["evaluate", "mlp"][..], &["predict", "mlp", "0"], &["errors", "mlp"], &["show", "--neurons", "mlp"]]
    {
        let note = place.fails(1, args);
        assert!(note.starts_with("error: artifacts/mlp/model is not a usable model file: "), "{note}");
    }
    place.put("artifacts/mlp/model", &model);

    // Metrics are for people and other programs: chiffres does not read them.
    place.put("artifacts/mlp/metrics.csv", b"\xff\xfe,,,\n1");
    place.ok(&["evaluate", "mlp"]);

    let state = place.file("artifacts/mlp/checkpoint/state");
    let resume = ["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"];
    for broken in [&state[..100], b"", b"checkpoint"] {
        place.put("artifacts/mlp/checkpoint/state", broken);
        let note = place.fails(1, &resume);
        assert!(note.starts_with("error: artifacts/mlp/checkpoint/state is not a usable checkpoint file: "), "{note}");
        assert_eq!(place.file("artifacts/mlp/model"), model);
        assert!(text(&place.file("artifacts/mlp/config.toml")).contains("epochs = 40"));
    }
    place.put("artifacts/mlp/checkpoint/state", &state);
    let info = place.file("artifacts/mlp/run.json");
    place.put("artifacts/mlp/run.json", b"{");
    assert!(place.fails(1, &resume).contains("artifacts/mlp/run.json"));
    place.put("artifacts/mlp/run.json", &info);
    place.put("artifacts/mlp/config.toml", b"seed = 3\n");
    assert!(place.fails(2, &resume).contains("config.toml that its checkpoint was not trained with"));
}

#[test]
fn more_epochs_end_with_the_weights_of_an_uninterrupted_run() {
    let place = Place::new();
    place.train(&["--name", "short"]);
    place.ok(&["train", "--resume", "short", "--set", "training.epochs=55", "--device", "flex", "--progress", "none"]);
    place.train(&["--name", "long", "--set", "training.epochs=55"]);
    let (short, long) = (place.model("short"), place.model("long"));
    assert_eq!(short.weights, long.weights);
    assert_eq!(short.experiment.training, long.experiment.training);
}

#[test]
fn a_finished_run_rebuilds_its_missing_model() {
    let place = Place::new();
    place.train(&[]);
    let model = place.file("artifacts/mlp/model");
    fs::remove_file(place.path("artifacts/mlp/model")).unwrap();
    let note = place.fails(1, &["evaluate", "mlp"]);
    assert!(note.contains("artifacts/mlp has lost its model"), "{note}");
    place.ok(&["train", "--resume", "mlp", "--progress", "none"]);
    assert_eq!(place.file("artifacts/mlp/model"), model);
    fs::remove_dir_all(place.path("artifacts/mlp/checkpoint")).unwrap();
    let note = place.fails(1, &["train", "--resume", "mlp", "--set", "training.epochs=50"]);
    assert!(note.contains("artifacts/mlp is finished, but its checkpoint is missing"), "{note}");
}

#[test]
fn a_run_belongs_to_one_process_at_a_time() {
    let place = Place::new();
    place.train(&[]);
    let lock = fs::File::create(place.path("artifacts/mlp/.lock")).unwrap();
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
