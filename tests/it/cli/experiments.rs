//! The experiments inside the program, and what comes first: a file or a name.

use std::fs;

use chiffres::config::{BUILT_IN, BuiltIn};
use insta::assert_snapshot;

use super::{Place, text};

#[test]
fn every_configuration_of_the_repository_is_inside_the_program() {
    let mut files: Vec<String> =
        fs::read_dir("config").unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut inside: Vec<String> = BUILT_IN.iter().map(|experiment| format!("{}.toml", experiment.name)).collect();
    files.sort();
    inside.sort();
    assert_eq!(files, inside);
    let place = Place::new();
    for experiment in BUILT_IN {
        let file = fs::read_to_string(format!("config/{}.toml", experiment.name)).unwrap();
        assert_eq!(place.ok(&["config", "show", experiment.name]), file, "comments included");
        assert_eq!(place.ok(&["config", "check", experiment.name]), format!("{}: no problems\n", experiment.name));
    }
    assert_eq!(place.ok(&["config", "show", "--defaults", "mlp"]), place.ok(&["config", "show", "config/mlp.toml"]));
}

#[test]
fn the_list_has_every_experiment_with_the_result_to_expect() {
    let list = Place::new().ok(&["config", "list"]);
    assert_eq!(list.matches("Expect").count(), BUILT_IN.len());
    assert_snapshot!(list);
}

#[test]
fn a_name_trains_the_same_network_as_its_file() {
    let place = Place::new();
    place.train(&["--name", "file"]);
    let options = ["--device", "flex", "--progress", "none", "--set", "training.epochs=40"];
    place.ok(&[&["train", "mlp", "--name", "inside"][..], &options].concat());
    let tensors = |run| place.model(run).weights;
    assert_eq!(tensors("file"), tensors("inside"));
}

#[test]
fn every_command_that_takes_a_configuration_takes_a_name() {
    let place = Place::new();
    assert!(place.ok(&["data", "check", "overfit"]).contains("200 to train"));
    place.ok(&["data", "export", "mlp", "--to", "npz", "digits.npz"]);
    assert_eq!(place.ok(&["show", "--config", "recipe", "0"]), place.ok(&["show", "0"]));
    let report = place.json(&[
        "cross-validate",
        "mlp",
        "--seeds",
        "1",
        "--set",
        "training.epochs=1",
        "--set",
        "validation.folds=2",
        "--json",
        "--device",
        "flex",
    ]);
    assert!(report.is_object());
    // The digits are inside the program, other images are not.
    let missing = place.fails(1, &["train", "mnist", "--progress", "none"]);
    assert!(missing.contains("data/mnist"), "{missing}");
}

#[test]
fn a_file_of_that_name_comes_first() {
    let place = Place::new();
    let epochs = |config: &str| {
        let shown = place.ok(&["config", "show", "--defaults", config]);
        shown.lines().find(|line| line.starts_with("epochs")).unwrap().to_string()
    };
    assert_eq!(epochs("wide"), "epochs = 300");
    place.put("wide", "[training]\nepochs = 7\n");
    assert_eq!(epochs("wide"), "epochs = 7");
    assert_eq!(epochs("./wide"), "epochs = 7");
    // A folder is not a configuration.
    place.put("mnist/labels", "");
    assert_eq!(epochs("mnist"), "epochs = 30");
    assert!(place.fails(2, &["config", "show", "./mnist"]).contains("./mnist as a configuration"));
    // `config show mlp > mlp.toml` reads the experiment, although the shell makes the file first.
    place.put("mlp.toml", "");
    assert_eq!(place.ok(&["config", "show", "mlp"]), BuiltIn::named("mlp").unwrap().text);
    // Elsewhere, a message says which of the two is used.
    let output = place.run(&["data", "check", "mlp"]);
    assert_eq!(text(&output.stderr), "note: mlp is the experiment inside the program; give mlp.toml for the file\n");
    assert_eq!(text(&place.run(&["data", "check", "mlp.toml"]).stderr), "");
}

#[test]
fn an_unknown_name_is_an_error_with_the_names_there_are() {
    let place = Place::new();
    let commands: &[&[&str]] = &[
        &["train", "mpl"],
        &["train", "digits"],
        &["config", "show", "recipe64"],
        // A path is a file's, even if an experiment has the same name.
        &["train", "recipe.toml"],
        &["cross-validate", "config/wide.toml"],
        &["data", "check", "config/mpl.toml"],
    ];
    let transcript: String =
        commands.iter().map(|args| format!("$ chiffres {}\n{}\n", args.join(" "), place.fails(2, args))).collect();
    assert_snapshot!(transcript);
}
