//! The program as people meet it: what it prints, what it leaves behind, how it ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;

/// A folder to work in, with the article's configuration in it.
pub struct Place(pub TempDir);

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("config")).unwrap();
        fs::copy("config/mlp.toml", folder.path().join("config/mlp.toml")).unwrap();
        Self(folder)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chiffres"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["CARGO", "COLORTERM", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "BURN_DEVICE"] {
            command.env_remove(variable);
        }
        // Without it the graphics libraries that wgpu loads complain on standard error.
        command.env("COLUMNS", "80").env("XDG_RUNTIME_DIR", self.0.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    #[track_caller]
    pub fn fails(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}{}", text(&output.stdout), text(&output.stderr));
        assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
        text(&output.stderr)
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// Trains the article's network for a few epochs, quietly, on flex so that numbers are the same in every build.
    #[track_caller]
    fn train(&self, more: &[&str]) -> String {
        let args =
            ["train", "config/mlp.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=40"];
        self.ok(&[&args, more].concat())
    }

    pub fn file(&self, path: &str) -> Vec<u8> {
        fs::read(self.0.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A path in this place, from the root.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and the folders it is in.
    pub fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn has(&self, path: &str) -> bool {
        self.0.path().join(path).exists()
    }

    pub fn files(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Times differ from run to run, and a verdict may from one kind of processor to another.
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
fn help_says_what_there_is() {
    let place = Place::new();
    assert_snapshot!("help", place.ok(&["--help"]));
    for command in [
        "train",
        "evaluate",
        "cross-validate",
        "predict",
        "show",
        "errors",
        "data",
        "init",
        "config",
        "lab",
        "worker",
        "completions",
    ] {
        assert_snapshot!(format!("help_{command}"), place.ok(&[command, "--help"]));
    }
    for command in ["check", "export"] {
        assert_snapshot!(format!("help_data_{command}"), place.ok(&["data", command, "--help"]));
    }
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
    let pixels = printed.lines().filter(|line| line.starts_with("          ") && line.contains('\u{2588}')).count();
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
fn json_has_the_promised_names() {
    let place = Place::new();
    let report: Value = serde_json::from_str(&place.train(&["--json"])).unwrap();
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

    let lines = place.ok(&["predict", "mlp", "0", "1000", "--json", "--device", "flex"]);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(
        (&objects[0]["index"], &objects[0]["target"], &objects[0]["split"]),
        (&0.into(), &"0".into(), &"train".into())
    );
    let sum: f64 = objects[1]["probabilities"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-5);
}

#[test]
fn the_verdict_is_drawn_from_the_model_file_alone() {
    // The weights that scikit-learn trained: the same on every machine.
    let place = Place::new();
    let (twin, experiment) = crate::twin::twin();
    let model = chiffres::SavedModel::new(&experiment, &crate::digits(), twin.end.layers());
    fs::write(place.0.path().join("lonely"), model.to_bytes()).unwrap();
    assert_snapshot!("evaluate", place.ok(&["evaluate", "lonely", "--device", "flex"]));
    assert_snapshot!("predict", place.ok(&["predict", "lonely", "1000", "1001", "--device", "flex"]));
    assert_snapshot!("errors", place.ok(&["errors", "lonely", "--limit", "3", "--device", "flex"]));
    assert_snapshot!("neurons", place.ok(&["show", "--neurons", "lonely"]));
    let colors = |args: &[&str]| {
        let output = place.command(args).args(["--color", "always"]).env("COLORTERM", "truecolor").output().unwrap();
        text(&output.stdout)
    };
    assert!(colors(&["errors", "lonely"]).contains("\u{1b}[48;2;250;250;245m\u{2580}"), "half blocks on paper");
    assert!(colors(&["show", "--neurons", "lonely"]).contains('\u{2580}'));
}

/// The network that scikit-learn trained, and pictures to read.
fn place_with_pictures() -> Place {
    let place = Place::new();
    let (twin, experiment) = crate::twin::twin();
    let model = chiffres::SavedModel::new(&experiment, &crate::digits(), twin.end.layers());
    fs::write(place.0.path().join("twin"), model.to_bytes()).unwrap();
    fs::create_dir_all(place.0.path().join("photos/more")).unwrap();
    for (from, to) in [("7-mnist24443.png", "photos/7.png"), ("3-paper8135.jpg", "photos/more/3.JPG")] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/handwriting").join(from);
        fs::copy(from, place.0.path().join(to)).unwrap();
    }
    fs::write(place.0.path().join("photos/notes.txt"), "no picture").unwrap();
    place
}

#[test]
fn pictures_are_read_from_files_folders_and_standard_input() {
    let place = place_with_pictures();
    assert_snapshot!("predict_pictures", place.ok(&["predict", "twin", "photos", "--device", "flex", "--top", "2"]));
    assert_snapshot!("explain", place.ok(&["predict", "twin", "photos/more/3.JPG", "--explain", "--device", "flex"]));

    let mut command = place.command(&["predict", "twin", "-", "--device", "flex", "--top", "1"]);
    let child = command.stdin(fs::File::open(place.0.path().join("photos/7.png")).unwrap()).output().unwrap();
    assert!(text(&child.stdout).starts_with("standard input: 7 ("), "{}", text(&child.stdout));

    let lines = place.ok(&["predict", "twin", "photos", "0", "--json", "--device", "flex"]);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 3);
    assert_eq!((&objects[0]["file"], &objects[0]["label"]), (&"photos/7.png".into(), &"7".into()));
    assert_eq!(objects[1]["file"], "photos/more/3.JPG");
    assert_eq!(objects[0]["pixels"].as_array().unwrap().len(), 64);
    assert_eq!(objects[0]["probabilities"].as_array().unwrap().len(), 10);
    assert!(objects[0]["confidence"].is_f64() && objects[0]["doubtful"].is_boolean());
    assert_eq!(objects[0]["doubts"].as_array().unwrap().is_empty(), !objects[0]["doubtful"].as_bool().unwrap());

    place.ok(&["predict", "twin", "photos/7.png", "--explain", "--png", "way.png", "--device", "flex"]);
    let sheet = image::load_from_memory(&place.file("way.png")).unwrap();
    assert!(sheet.width() > 600 && sheet.height() > 200, "{} x {}", sheet.width(), sheet.height());
}

#[test]
fn answers_under_a_confidence_are_withheld() {
    let place = place_with_pictures();
    let answer = |least: &str| {
        let args = ["predict", "twin", "photos/7.png", "1000", "--json", "--device", "flex", "--reject-below", least];
        let lines = place.ok(&args);
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["label"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(answer("0.05"), ["7", "1"]);
    assert_eq!(answer("99.9%"), ["?", "?"]);
    let printed = place.ok(&["predict", "twin", "1000", "--device", "flex", "--reject-below", "50%"]);
    assert!(
        printed.starts_with("image 1000: ? (not sure enough: 1 is 40.4 %, else 2 (30.6 %)), target 1"),
        "{printed}"
    );
}

#[test]
fn a_picture_that_cannot_be_read_is_one_line_and_the_others_go_on() {
    let place = place_with_pictures();
    let put = |name: &str, bytes: &[u8]| fs::write(place.0.path().join(name), bytes).unwrap();
    let grey = |width: u32, height: u32, value: u8| {
        let mut file = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_pixel(width, height, image::Luma([value]));
        picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
        file.into_inner()
    };
    let photo = place.file("photos/more/3.JPG");
    let seven = place.file("photos/7.png");
    put("blank.png", &grey(200, 200, 240));
    put("black.png", &grey(200, 200, 0));
    put("one.png", &grey(1, 1, 7));
    put("text.png", b"this is no picture\n");
    put("empty.jpg", b"");
    put("cut.jpg", &photo[..photo.len() / 3]);
    put("cut.png", &seven[..seven.len() / 2]);
    put("head.png", &seven[..20]);
    put("moving.gif", &fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seven.gif")).unwrap());
    // A bomb: the header of a picture of 20,000 x 20,000 pixels, and 400 million of them in as few bytes as can be.
    let mut bomb = grey(1, 1, 0);
    bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    put("bomb.png", &bomb);

    let names = [
        "blank.png",
        "black.png",
        "one.png",
        "text.png",
        "empty.jpg",
        "cut.jpg",
        "cut.png",
        "head.png",
        "moving.gif",
        "bomb.png",
        "nowhere.png",
        "photos/7.png",
    ];
    let args: Vec<&str> = ["predict", "twin"].into_iter().chain(names).chain(["--device", "flex"]).collect();
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("photos/7.png: 7 ("), "{}", text(&output.stdout));
    assert_snapshot!("predict_bad_pictures", text(&output.stderr));

    let json = place.run(&[&args[..], &["--json"]].concat());
    let lines: Vec<Value> = text(&json.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), names.len(), "a line for each");
    assert!(lines[..11].iter().all(|line| line["error"].is_string()) && lines[11]["label"] == "7");
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn a_cross_validation_prints_mean_spread_and_folds() {
    let place = Place::new();
    let args = ["cross-validate", "config/mlp.toml", "--device", "flex", "--set", "training.epochs=2", "--seeds", "2"];
    let printed = place.ok(&args);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "images    1,000 training images, held out writer by writer: 94 to 130 at a time");
    assert!(lines[1].starts_with("training  16 trainings of 2 epochs, "), "{}", lines[1]);
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
fn a_quality_gate_that_is_missed_has_an_exit_code_of_its_own() {
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
fn an_image_is_shown_as_numbers_and_as_a_picture() {
    let place = Place::new();
    assert_snapshot!(place.ok(&["show", "0"]));
    let colors = place.command(&["show", "0", "--color", "always"]).env("COLORTERM", "truecolor").output().unwrap();
    assert!(text(&colors.stdout).contains("\u{1b}[48;2;"));
    let palette = place.run(&["show", "0", "--color", "always"]);
    assert!(text(&palette.stdout).contains("\u{1b}[48;5;"));
    let none = place.command(&["show", "0"]).env("NO_COLOR", "1").output().unwrap();
    assert!(!text(&none.stdout).contains('\u{1b}'));
}

#[test]
fn pictures_are_written_as_png() {
    let place = Place::new();
    place.train(&[]);
    for args in [
        &["show", "0", "7", "--png", "image.png"][..],
        &["show", "--neurons", "mlp", "--png", "neurons.png"],
        &["errors", "mlp", "--limit", "12", "--png", "errors.png"],
    ] {
        place.ok(args);
        let file = *args.last().unwrap();
        let picture = image::load_from_memory(&place.file(file)).unwrap().into_luma8();
        assert!(picture.width() > 90 && picture.height() > 90, "{file}");
        assert!(picture.iter().any(|&value| value < 60), "{file} has ink");
    }
    // Nothing but a picture is replaced, and what is no file stays what it is.
    let model = place.file("artifacts/mlp/model");
    let note = place.fails(2, &["show", "0", "--png", "artifacts/mlp/model"]);
    assert!(note.contains("artifacts/mlp/model exists and is no PNG picture"), "{note}");
    assert_eq!(place.file("artifacts/mlp/model"), model);
    place.ok(&["show", "0", "--png", "image.png"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("image.png", place.0.path().join("link.png")).unwrap();
        let before = place.file("image.png");
        place.ok(&["show", "1", "--png", "link.png"]);
        assert!(place.0.path().join("link.png").is_symlink());
        assert_ne!(place.file("image.png"), before, "the picture behind the link is the new one");
        let piped = place.run(&["show", "0", "--png", "/dev/stdout"]);
        assert!(piped.stdout.starts_with(b"\x89PNG"), "{}", text(&piped.stderr));
    }
    let note = place.fails(1, &["show", "0", "--png", "no/such/folder/image.png"]);
    assert!(note.starts_with("error: cannot write no/such/folder/image.png"), "{note}");
}

#[test]
fn runs_are_never_overwritten_unless_asked() {
    let place = Place::new();
    for expected in ["artifacts/mlp", "artifacts/mlp-2", "artifacts/mlp-3"] {
        let report: Value = serde_json::from_str(&place.train(&["--json"])).unwrap();
        assert_eq!(report["run"], expected);
    }
    let report: Value = serde_json::from_str(&place.train(&["--json", "--exist-ok", "--seed", "5"])).unwrap();
    assert_eq!(report["run"], "artifacts/mlp");
    assert!(text(&place.file("artifacts/mlp/config.toml")).contains("seed = 5"));
    assert_eq!(place.files("artifacts"), ["mlp", "mlp-2", "mlp-3"]);
    let report: Value = serde_json::from_str(&place.train(&["--json", "--name", "2026"])).unwrap();
    assert_eq!(report["run"], "artifacts/2026");

    // Something that is no run is not replaced.
    fs::create_dir(place.0.path().join("artifacts/photos")).unwrap();
    fs::write(place.0.path().join("artifacts/photos/cat.jpg"), "cat").unwrap();
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
fn wrong_usage_is_one_clear_error_and_exit_code_2() {
    let place = Place::new();
    place.train(&[]);
    fs::write(place.0.path().join("bad.toml"), "[trainig]\nepochs = 5\n[model]\nhidden = 15\n").unwrap();
    fs::write(place.0.path().join("latin1.toml"), b"name = \"\xe9\"\n").unwrap();
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
fn a_damaged_run_is_an_error_that_leaves_it_as_it_was() {
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
fn epochs_can_be_raised_and_end_with_the_weights_of_an_uninterrupted_run() {
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
fn a_training_killed_at_any_moment_goes_on_to_the_same_weights() {
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
fn the_second_ctrl_c_leaves_at_once() {
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
fn a_reader_who_has_seen_enough_is_no_error() {
    let place = Place::new();
    let mut child = place.command(&["config", "schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

#[test]
fn a_finished_run_that_lost_its_model_makes_it_again() {
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
fn a_run_that_diverges_says_so() {
    let place = Place::new();
    let args = ["train", "config/mlp.toml", "--progress", "none", "--set", "model.activation=relu"];
    let note = place.fails(1, &[&args[..], &["--set", "optimizer.learning_rate=1000"]].concat());
    assert!(note.contains("training diverged") && note.contains("smaller optimizer.learning_rate"), "{note}");
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
fn epochs_that_the_learning_rate_depends_on_cannot_be_raised() {
    let place = Place::new();
    place.train(&["--set", "optimizer.schedule=cosine"]);
    let note = place.fails(2, &["train", "--resume", "mlp", "--set", "training.epochs=50"]);
    assert!(note.contains("a learning rate that depends on the number of epochs"), "{note}");
}

#[test]
fn a_run_may_be_called_like_a_folder_beside_it() {
    let place = Place::new();
    place.train(&["--name", "config"]);
    place.ok(&["evaluate", "config"]);
    place.train(&["--name", "e\u{301}te\u{301}-26"]);
    place.ok(&["evaluate", "e\u{301}te\u{301}-26"]);
}

#[cfg(not(feature = "lab"))]
#[test]
fn without_the_page_lab_says_how_to_build_it() {
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

#[test]
fn no_configuration_of_the_repository_fails_to_train() {
    let place = Place::new();
    // Those of images that are not inside the program get the digits in their place.
    place.ok(&["data", "export", "config/mlp.toml", "--to", "idx", "idx"]);
    for entry in fs::read_dir("config").unwrap() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(entry.unwrap().path());
        let mut arguments = vec!["train", path.to_str().unwrap(), "--device", "flex", "--progress", "none"];
        arguments.extend(["--set", "training.epochs=2"]);
        if fs::read_to_string(&path).unwrap().contains("source = \"idx\"") {
            arguments.extend(["--set", "data.path=idx"]);
        }
        place.ok(&arguments);
    }
}
