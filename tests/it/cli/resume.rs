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
    // It says how digits were found, and more epochs need the same.
    let resume = ["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"];
    let note = place.fails(1, &resume);
    assert!(note.starts_with("error: artifacts/mlp/model is not a usable model file: "), "{note}");
    assert_eq!(place.file("artifacts/mlp/model"), model[..model.len() / 2]);
    place.put("artifacts/mlp/model", &model);

    // Metrics are for people and other programs: chiffres does not read them.
    place.put("artifacts/mlp/metrics.csv", b"\xff\xfe,,,\n1");
    place.ok(&["evaluate", "mlp"]);

    let state = place.file("artifacts/mlp/checkpoint/state");
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
    // Closing it is not enough: a process that another test is starting may hold a copy.
    lock.unlock().unwrap();
    place.ok(&["train", "--resume", "mlp", "--set", "training.epochs=50", "--progress", "none"]);
}

#[test]
fn a_schedule_that_depends_on_the_epochs_allows_no_more_of_them() {
    let place = Place::new();
    place.train(&["--set", "optimizer.schedule=cosine"]);
    let note = place.fails(2, &["train", "--resume", "mlp", "--set", "training.epochs=50"]);
    assert!(note.contains("a learning rate that depends on the number of epochs"), "{note}");
}

/// A configuration of a table of 20 images with a constant learning rate.
fn put_table(place: &Place) {
    let table: String = (0..20).map(|i| format!("{},{i},{}\n", i % 2, 9 * (i % 2))).collect();
    place.put("images.csv", table);
    let data = "[data]\nsource = \"csv\"\npath = \"images.csv\"\nlabel = 0\nsize = [1, 2]\ntrain = 16\n";
    place.put("table.toml", format!("name = \"table\"\n{data}[training]\nepochs = 3\nbatch_size = 5\n"));
    place.ok(&["train", "table.toml", "--device", "flex", "--progress", "none"]);
}

#[test]
fn a_run_goes_on_when_its_images_have_moved() {
    let place = Place::new();
    put_table(&place);
    fs::rename(place.path("images.csv"), place.path("moved.csv")).unwrap();
    fn words(line: &str) -> Vec<&str> {
        line.split(' ').collect()
    }
    let ok = |line: &str| place.ok(&words(line));
    let fails = |code, line: &str| place.fails(code, &words(line));
    let resume = |epochs: usize, more: &str| {
        format!("train --resume table --progress none --set training.epochs={epochs} {more}").trim_end().to_string()
    };

    let note = fails(1, &resume(6, ""));
    assert!(note.contains("images.csv: cannot be read") && note.contains("with --data PATH"), "{note}");
    for command in ["evaluate table", "errors table", "predict table 3", "verify table"] {
        let note = fails(1, command);
        assert!(note.contains("with --data PATH"), "{command}: {note}");
    }
    // Other images are refused, whatever their path.
    place.put("other.csv", text(&place.file("moved.csv")).replace(",9\n", ",8\n"));
    let note = fails(2, &resume(6, "--data other.csv"));
    assert!(note.contains("was trained on other images"), "{note}");
    ok(&resume(6, "--data moved.csv"));
    let config = text(&place.file("artifacts/table/config.toml"));
    assert!(config.contains("path = \"moved.csv\"") && config.contains("epochs = 6"), "{config}");
    assert_eq!(place.model("table").experiment.data.path, "moved.csv");
    // The path is kept: no command needs it again.
    ok(&resume(9, ""));
    ok("evaluate table");
    ok("verify table");

    // By --set, and by hand in the configuration of the run, and nothing else.
    fs::rename(place.path("moved.csv"), place.path("again.csv")).unwrap();
    ok(&resume(12, "--set data.path=again.csv"));
    fs::rename(place.path("again.csv"), place.path("images.csv")).unwrap();
    let config = text(&place.file("artifacts/table/config.toml")).replace("again.csv", "images.csv");
    place.put("artifacts/table/config.toml", &config);
    ok("evaluate table");
    ok("verify table");
    // Also while more epochs are trained, before the network of those is written.
    place.put("artifacts/table/config.toml", config.replace("epochs = 12", "epochs = 15"));
    ok("evaluate table");
    place.put("artifacts/table/config.toml", &config);
    ok(&resume(15, ""));
    // It is as if it had never stopped.
    place.ok(&[
        "train",
        "table.toml",
        "--name",
        "whole",
        "--device",
        "flex",
        "--progress",
        "none",
        "--set",
        "training.epochs=15",
    ]);
    assert_eq!(place.model("table").weights, place.model("whole").weights);

    place.put("artifacts/table/config.toml", config.replace("seed = 0", "seed = 1"));
    let note = fails(2, &resume(20, ""));
    assert!(note.contains("config.toml that its checkpoint was not trained with"), "{note}");
    // The digits are inside the program.
    place.train(&[]);
    let note = fails(2, "train --resume mlp --set training.epochs=50 --data images.csv");
    assert!(note.contains("the digits inside the program, which have no path"), "{note}");
    assert!(fails(1, "verify mlp --data images.csv").contains("the digits inside the program"), "{note}");
}

#[test]
fn a_run_without_a_digest_takes_that_of_the_images_it_is_resumed_with() {
    let place = Place::new();
    put_table(&place);
    let info = text(&place.file("artifacts/table/run.json"));
    let digest = info.lines().find(|line| line.contains("data_sha256")).unwrap();
    place.put("artifacts/table/run.json", info.replace(&format!("{digest}\n"), ""));
    place.ok(&["evaluate", "table"]);
    place.ok(&["verify", "table"]);
    place.ok(&["train", "--resume", "table", "--set", "training.epochs=6", "--progress", "none"]);
    assert!(text(&place.file("artifacts/table/run.json")).contains(digest));
}
