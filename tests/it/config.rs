//! Configuration files: values read, values refused, and the messages about them.

use insta::assert_snapshot;
use proptest::prelude::*;

use chiffres::Experiment;
use chiffres::config::{Override, SETTINGS, json_schema};
use chiffres::error::Language;

fn problems(text: &str) -> String {
    let error = Experiment::from_toml("my.toml", text, &[]).unwrap_err();
    format!("error: {error}")
}

fn problems_with(text: &str, overrides: &[&str]) -> String {
    let overrides: Vec<Override> = overrides.iter().map(|text| Override::parse(text).unwrap()).collect();
    let error = Experiment::from_toml("my.toml", text, &overrides).unwrap_err();
    format!("error: {error}")
}

#[test]
fn every_configuration_in_the_repository_is_right_and_says_what_to_expect() {
    let mut count = 0;
    for entry in std::fs::read_dir("config").unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        let experiment = Experiment::from_toml(&name, &text, &[]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(Some(experiment.name.as_str()), path.file_stem().and_then(|stem| stem.to_str()), "{name}");
        let opening: Vec<&str> = text.lines().take(2).collect();
        assert!(opening.iter().all(|line| line.starts_with("# ")), "{name} opens with two lines of prose");
        assert!(text.contains("Expect"), "{name} says what to expect");
        count += 1;
    }
    assert!(count >= 4);
}

#[test]
fn the_articles_configuration_is_the_articles() {
    let text = include_str!("../../config/mlp.toml");
    let experiment = Experiment::from_toml("config/mlp.toml", text, &[]).unwrap();
    let expected = Experiment {
        name: "mlp".into(),
        optimizer: chiffres::config::OptimizerConfig { weight_decay: 1e-4, ..Default::default() },
        ..Default::default()
    };
    assert_eq!(experiment, expected);
}

#[test]
fn every_setting_is_explained_in_a_configuration() {
    let texts = [
        include_str!("../../config/mlp.toml"),
        include_str!("../../config/recipe.toml"),
        include_str!("../../config/mnist.toml"),
        include_str!("../../config/fashion.toml"),
        include_str!("../../config/cnn-mnist.toml"),
    ];
    for setting in SETTINGS {
        let name = setting.path.rsplit('.').next().unwrap();
        let mut lines = texts.iter().flat_map(|text| text.lines());
        let is_explained =
            |line: &str| line.trim_start_matches("# ").starts_with(&format!("{name} ")) && line.contains('#');
        assert!(lines.any(is_explained), "no configuration explains {}", setting.path);
    }
}

#[test]
fn the_settings_of_earlier_model_files_are_read() {
    for source in
        ["source = \"digits\"\n", "source = \"npz\"\npath = \"x.npz\"\n", "source = \"csv\"\npath = \"x.csv\"\n"]
    {
        let text = format!("[data]\n{source}separator = \",\"\n");
        let experiment = Experiment::from_toml("my.toml", &text, &[]).unwrap();
        assert_eq!(experiment.data.separator, ",");
    }
    assert!(Experiment::from_toml("my.toml", "[data]\nseparator = \";\"\n", &[]).is_err());
}

#[test]
fn an_experiment_survives_the_way_to_toml_and_back() {
    let text =
        "name = \"a-b\"\nseed = 9223372036854775807\n[model]\nhidden = []\nactivation = \"gelu\"\n[data]\nscale = 8\n";
    let experiment = Experiment::from_toml("my.toml", text, &[]).unwrap();
    assert_eq!(experiment.data.scale, 8.0);
    assert_eq!(Experiment::from_toml("again.toml", &experiment.to_toml(), &[]), Ok(experiment.clone()));
    assert_eq!(Experiment::from_toml("empty.toml", "", &[]), Ok(Experiment::default()));
    assert_snapshot!(Experiment::default().to_toml());
}

#[test]
fn an_experiment_is_its_changes_from_an_empty_file() {
    let again = |experiment: &Experiment| {
        let override_of = |(path, value): (String, String)| Override { origin: path.clone(), path, value };
        let overrides: Vec<Override> = experiment.changes().into_iter().map(override_of).collect();
        Experiment::from_toml("changes", "", &overrides).unwrap_or_else(|error| panic!("{error}"))
    };
    for entry in std::fs::read_dir("config").unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let experiment = Experiment::from_toml("config", &text, &[]).unwrap();
        assert_eq!(again(&experiment), experiment, "{}", experiment.name);
    }
    assert!(Experiment::default().changes().is_empty());
    let three = "seed = 3\n[model]\nhidden = [20, 10]\n[data]\nclasses = [\"a\\\\ b\", \"\u{e9}\"]\nsource = \"npz\"\npath = \"x.npz\"";
    let experiment = Experiment::from_toml("three", three, &[]).unwrap();
    assert_eq!(again(&experiment), experiment);
    let of_digits = Experiment::from_toml("four", "[model]\nhidden = [20, 10]\n[training]\nepochs = 7", &[]).unwrap();
    let pair = |path: &str, value: &str| (path.to_string(), value.to_string());
    assert_eq!(of_digits.changes(), [pair("model.hidden", "[20, 10]"), pair("training.epochs", "7")]);
}

#[test]
fn all_problems_are_listed_in_one_go() {
    assert_snapshot!(problems(
        "nmae = \"x\"\nseed = -1\n\n[model]\nhidden = [15, 0]\nactivation = \"sigmiod\"\nlayers = 2\n\n\
         [optimizer]\nkind = \"adam\"\nmomentum = 0.9\nlearning_rate = \"fast\"\n\n[training]\nbatch_size = 0\n\
         patience = 5\n\n[trainning]\nepochs = 5\n"
    ));
}

#[test]
fn syntax_errors_say_where() {
    assert_snapshot!(problems("name = \n[model\nhidden = [15\n"));
}

#[test]
fn settings_that_contradict_each_other_are_named() {
    assert_snapshot!(problems("[data]\ntrain = 1797\nvalidation = 1797\n"), @r#"
    error: my.toml:2:9: data.train is 1797, but must leave some of the 1797 images to test
    hint: 1000 is what the article uses
    error: my.toml:3:14: data.validation is 1797, but must be less than data.train, which is 1797
    hint: 0 holds out none
    "#);
    assert_snapshot!(problems("[data]\nvalidation = 900\n"), @r#"
    error: my.toml: training.batch_size is 200, but must be 1 to 100 (the training images)
    hint: write a smaller one under [training]
    "#);
    assert_snapshot!(problems("[training]\npatience = 5\n"), @r#"
    error: my.toml:2:12: training.patience is 5, but there is no validation loss to watch
    hint: hold images out with data.validation = 200
    "#);
}

#[test]
fn odd_values_are_described() {
    assert_snapshot!(problems("name = \"../x\"\n"), @r#"
    error: my.toml:1:8: name is "../x", but must be a name in quotes: a letter or digit, then letters, digits, '-', '_' and '.', at most 100
    hint: letters, digits, '-', '_' and '.' make a name that works everywhere
    "#);
    assert_snapshot!(problems("model = 3\n[training]\nepochs = 1.5\nshuffle = 1\n"), @r#"
    error: my.toml:1:1: model must be a table
    hint: write its settings below a line [model]
    error: my.toml:3:10: training.epochs is 1.5, but must be a whole number, 1 to 1000000
    hint: 200 is what the article uses
    error: my.toml:4:11: training.shuffle is 1, but must be true or false
    hint: true is what the article uses
    "#);
    assert_snapshot!(problems("[data]\nscale = nan\n[optimizer]\nlearning_rate = inf\n"), @r#"
    error: my.toml:2:9: data.scale is nan, but must be a number, 1e-6 to 1000000
    hint: 16 brings the digits' pixels to 0..1
    error: my.toml:4:17: optimizer.learning_rate is inf, but must be a number above 0, up to 1000
    hint: 0.1 suits sgd; 0.001 to 0.01 suits adam
    "#);
}

#[test]
fn overrides_replace_values_and_are_reported_as_typed() {
    let set = |texts: &[&str]| {
        let overrides: Vec<Override> = texts.iter().map(|text| Override::parse(text).unwrap()).collect();
        Experiment::from_toml("my.toml", "[training]\nepochs = 0\n", &overrides)
    };
    assert_eq!(set(&["training.epochs=50"]).unwrap().training.epochs, 50, "the problem went with the value");
    let experiment = set(&["training.epochs=50", "model.hidden=[30, 20]", "model.activation=tanh"]).unwrap();
    assert_eq!(experiment.model.hidden, [30, 20]);
    assert_eq!(experiment.model.activation, chiffres::config::Activation::Tanh);
    assert_snapshot!(problems_with("", &["training.epoch=5", "model.activation=relo", "training.batch_size=5000"]), @r#"
    error: --set training.epoch=5: there is no setting training.epoch
    hint: did you mean training.epochs?
    error: --set model.activation=relo: model.activation is "relo", but must be one of "sigmoid", "tanh", "relu", "gelu", "identity"
    hint: did you mean "relu"?
    error: --set training.batch_size=5000: training.batch_size is 5000, but must be 1 to 1000 (the training images)
    hint: write a smaller one under [training]
    "#);
    let error = Override::parse("epochs").unwrap_err();
    assert_eq!(error.to_string(), "\"epochs\" is not KEY=VALUE; for example training.epochs=50");
}

/// `docs/config.md` is written by this test: run it with UPDATE_DOCS=1 after changing a setting.
#[test]
fn the_reference_of_the_configuration_is_up_to_date() {
    let defaults: toml::Table = Experiment::default().to_toml().parse().unwrap();
    let mut text = String::from(
        "# The settings of an experiment\n\n\
         A configuration is a TOML file. Every setting has a default, so a file contains only what it changes.\n\
         `chiffres config list` names the experiments inside the program, and `chiffres config show mlp > my.toml` makes\n\
         a file of one, to start from. `chiffres config check FILE` lists every problem of a file, `chiffres config show\n\
         FILE` prints it with all defaults, and `chiffres config schema` prints a JSON Schema for editors. On the\n\
         command line, `--set KEY=VALUE` replaces a setting.\n\n\
         This page is made from the code, and a test compares the two.\n\n\
         | setting | default | allowed values | description |\n|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default = match setting.path.split_once('.') {
            None => &defaults[setting.path],
            Some((table, name)) => &defaults[table][name],
        };
        text += &format!(
            "| `{}` | `{default}` | {} | {} |\n",
            setting.path,
            setting.allowed.describe(Language::English),
            setting.documentation()
        );
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write("docs/config.md", &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string("docs/config.md").unwrap(), text);
}

#[test]
fn the_schema_knows_every_setting_and_its_default() {
    let schema = json_schema();
    for setting in SETTINGS {
        let pointer = format!("/properties/{}", setting.path.replace('.', "/properties/"));
        let entry = schema.pointer(&pointer).unwrap_or_else(|| panic!("{pointer}"));
        assert_eq!(entry["description"], setting.documentation());
        assert!(!entry["default"].is_null(), "{}", setting.path);
    }
    assert_eq!(schema["properties"]["training"]["properties"]["epochs"]["default"], 200);
    assert_eq!(schema["properties"]["model"]["additionalProperties"], false);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", path in "[a-z._]{0,20}", value in "\\PC{0,20}") {
        let item = Override { path, value, origin: "--set".into() };
        let _ = Experiment::from_toml("any.toml", &text, &[item]);
    }

    #[test]
    fn no_text_made_of_its_own_words_makes_the_reader_panic(words in proptest::collection::vec(
        prop::sample::select(vec![
            "[data]", "[model]", "[training]", "[optimizer]", "\n", "\n", "=", "=", "hidden", "train", "epochs", "batch_size",
            "[", "]", "15", "-1", "1e400", "0x7fffffffffffffff", "99999999999999999999", "\"sgd\"", "kind", "é", "'", "{", "}",
            "1979-05-27", "true", ",", ".", "name", "seed", "validation", "\u{0}", "\"",
        ]), 0..30)) {
        let _ = Experiment::from_toml("any.toml", &words.concat(), &[]);
        let _ = Experiment::from_toml("any.toml", &words.join(" "), &[]);
    }

    #[test]
    fn what_is_accepted_can_be_written_and_read_again(
        train in 1usize..1796, validation in 0usize..500, batch in 1usize..300, rate in 1e-6f64..10.0, seed in 0u64..u64::MAX / 2,
    ) {
        let text = format!(
            "seed = {seed}\n[data]\ntrain = {train}\nvalidation = {validation}\n[training]\nbatch_size = {batch}\n\
             [optimizer]\nlearning_rate = {rate:?}\n"
        );
        match Experiment::from_toml("any.toml", &text, &[]) {
            Ok(experiment) => {
                prop_assert!(batch + validation <= train);
                prop_assert_eq!(Experiment::from_toml("any.toml", &experiment.to_toml(), &[]), Ok(experiment));
            }
            Err(_) => prop_assert!(batch + validation > train || validation >= train),
        }
    }
}

#[test]
fn slips_of_beginners_get_a_hint() {
    let read = |name: &str| {
        let bytes = std::fs::read(format!("tests/fixtures/cases/{name}")).unwrap();
        let read = |text| Experiment::from_toml(name, text, &[]);
        Experiment::decode(name, &bytes).and_then(read).unwrap_err().to_string()
    };
    let escape =
        r"hint: in double quotes \ begins an escape: write paths with /, or in single quotes, like 'C:\Users\me'";
    for (name, place, hint) in [
        ("windows-path/users.toml", "4:13", escape),
        ("windows-path/temp.toml", "4:8", escape),
        ("windows-path/comma.toml", "3:18", "hint: write decimals with a point: 0.5"),
        ("utf-16/mlp.toml", "1:1", "hint: save it as UTF-8"),
    ] {
        let message = read(name);
        assert!(message.starts_with(&format!("{name}:{place}: ")), "{message}");
        assert!(message.contains(hint), "{message}");
        assert_eq!(message.matches("hint: ").count(), 1, "a line with a slip has one problem: {message}");
    }
    let message = Experiment::decode("my.toml", b"# caf\xe9\nseed = 1\n").unwrap_err().to_string();
    assert!(message.starts_with("my.toml:1:6: the file is not UTF-8 text"), "{message}");
    let message = Experiment::decode("my.toml", b"s\0e\0e\0d\0").unwrap_err().to_string();
    assert!(message.starts_with("my.toml:1:2: the file is UTF-16 text"), "{message}");
    let replaced = "# caf\u{fffd}\nseed = 1\n";
    let text = Experiment::decode("my.toml", replaced.as_bytes()).unwrap();
    assert_eq!(Experiment::from_toml("my.toml", text, &[]).unwrap().seed, 1);
    let byte_order_mark = "\u{feff}seed = 1\n";
    assert_eq!(Experiment::from_toml("my.toml", byte_order_mark, &[]).unwrap().seed, 1);
    let comma = chiffres::config::Override::parse("optimizer.learning_rate=0,5").unwrap();
    let message = Experiment::from_toml("my.toml", "", &[comma]).unwrap_err().to_string();
    assert!(message.contains("write decimals with a point: 0.5"), "{message}");
    let message = Experiment::from_toml("my.toml", "[training]\nepochs = 1,000\n", &[]).unwrap_err().to_string();
    assert!(message.contains("write 1000 without a separator"), "{message}");
    let thousands = chiffres::config::Override::parse("training.epochs=1,000").unwrap();
    let message = Experiment::from_toml("my.toml", "", &[thousands]).unwrap_err().to_string();
    assert!(message.contains("write 1000 without a separator"), "{message}");
}
