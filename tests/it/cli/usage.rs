//! Help texts, wrong usage, and scripts for other programs.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{Place, text};

#[test]
fn every_command_explains_itself() {
    let place = Place::new();
    assert_snapshot!("help", place.ok(&["--help"]));
    for command in [
        "train",
        "evaluate",
        "verify",
        "cross-validate",
        "predict",
        "read",
        "show",
        "errors",
        "export",
        "import",
        "data",
        "init",
        "sheet",
        "config",
        "lab",
        "worker",
        "completions",
    ] {
        assert_snapshot!(format!("help_{command}"), place.ok(&[command, "--help"]));
    }
    for command in ["print", "read"] {
        assert_snapshot!(format!("help_sheet_{command}"), place.ok(&["sheet", command, "--help"]));
    }
    for command in ["check", "export"] {
        assert_snapshot!(format!("help_data_{command}"), place.ok(&["data", command, "--help"]));
    }
}

#[test]
fn the_version_names_the_licences_of_the_data_when_asked() {
    let place = Place::new();
    let version = concat!("chiffres ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(place.ok(&["--version"]), version);
    assert_eq!(place.ok(&["-V"]), version);
    let verbose = place.ok(&["--version", "--verbose"]);
    assert_snapshot!("version", verbose.replace(version, "chiffres [VERSION]\n"));
    for data in chiffres::data::DATA_LICENCES {
        assert!(env!("CARGO_PKG_LICENSE").contains(data.spdx), "Cargo.toml does not name {}", data.spdx);
    }
    place.fails(2, &["--verbose"]);
    place.fails(2, &["--color", "never"]);
}

#[test]
fn wrong_usage_is_one_clear_error_and_exit_code_2() {
    let place = Place::new();
    place.train(&[]);
    place.put("bad.toml", "[trainig]\nepochs = 5\n[model]\nhidden = 15\n");
    place.put("latin1.toml", b"name = \"\xe9\"\n");
    let cases: &[(i32, &[&str])] = &[
        (2, &["train", "bad.toml"]),
        (2, &["config", "check", "bad.toml"]),
        (2, &["train", "nowhere.toml"]),
        (2, &["train", "latin1.toml"]),
        (2, &["train", "config"]),
        (2, &["train", "config/mlp.toml", "--set", "training.epochs=many"]),
        (2, &["train", "config/mlp.toml", "--device", "tpu"]),
        (2, &["train", "config/mlp.toml", "--progress", "dashboard"]),
        (2, &["train", "--resume", "mlp", "--set", "training.batch_size=10"]),
        (2, &["train", "--resume", "mlp"]),
        (2, &["train", "--resume", "mlp", "--set", "training.epochs=10"]),
        (1, &["train", "--resume", "nobody"]),
        (1, &["evaluate", "nobody"]),
        (1, &["evaluate", "config"]),
        (1, &["evaluate", "config/mlp.toml"]),
        (2, &["predict", "mlp", "1797"]),
        (1, &["predict", "mlp", "photo.png"]),
        (2, &["predict", "mlp", "1", "--reject-below", "2"]),
        (2, &["predict", "mlp", "1", "--explain"]),
        (2, &["predict", "mlp", "x.png", "--json", "--png", "x.png"]),
        (2, &["cross-validate", "config/mlp.toml", "--seeds", "1001"]),
        (2, &["predict", "mlp", "1", "2", "--explain", "--png", "x.png"]),
        (2, &["cross-validate", "config/mlp.toml", "--set", "validation.folds=1"]),
        (2, &["cross-validate", "config/mlp.toml", "--set", "training.patience=3", "--set", "data.validation=100"]),
        (2, &["show", "99999999"]),
    ];
    let transcript: String = cases
        .iter()
        .map(|(code, args)| {
            format!("$ chiffres {}\n{}[exit code {code}]\n\n", args.join(" "), place.fails(*code, args))
        })
        .collect();
    let backends = transcript.lines().find_map(|line| line.split_once("compiled in: ")).unwrap().1;
    assert_snapshot!(transcript.replace(backends, "[BACKENDS]"));
    assert_eq!(place.run(&["frobnicate"]).status.code(), Some(2));
    assert_eq!(place.run(&["train"]).status.code(), Some(2));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let place = Place::new();
    let mut child = place.command(&["config", "schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

#[cfg(not(feature = "lab"))]
#[test]
fn lab_without_the_page_says_how_to_build_it() {
    let note = Place::new().fails(2, &["lab", "--no-open"]);
    let hint = "build it with the page: web/build.sh && cargo run --release --features lab -- lab";
    assert_eq!(note, format!("error: this chiffres was built without the page\nhint: {hint}\n"));
}

#[test]
fn completions_name_the_commands() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.ok(&["completions", shell]);
        assert!(script.contains("evaluate") && script.contains("exist-ok"), "{shell}");
    }
}

#[test]
fn the_schema_is_json() {
    let schema = Place::new().json(&["config", "schema"]);
    assert_eq!(schema["properties"]["model"]["properties"]["hidden"]["type"], "array");
}
