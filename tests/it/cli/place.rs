//! A folder to run the program in, and to look at what it wrote there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use chiffres::SavedModel;

/// A temporary folder, with the article's configuration in it.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.put("config/mlp.toml", fs::read("config/mlp.toml").unwrap());
        place
    }

    /// A command that runs the program here, without the settings of the terminal that the tests were started in.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chiffres"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["CARGO", "COLORTERM", "NO_COLOR", "CLICOLOR_FORCE", "BURN_DEVICE"] {
            command.env_remove(variable);
        }
        // The graphics libraries that wgpu loads complain on standard error if XDG_RUNTIME_DIR is not set.
        command.env("COLUMNS", "80").env("XDG_RUNTIME_DIR", self.0.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs the program, which must succeed, and returns its standard output.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs the program, which must fail with an exit code, and returns its standard error.
    #[track_caller]
    pub fn fails(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}{}", text(&output.stdout), text(&output.stderr));
        assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
        text(&output.stderr)
    }

    /// Runs the program and returns the JSON object that it prints.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// Runs the program and returns the JSON objects that it prints, one a line.
    #[track_caller]
    pub fn json_lines(&self, args: &[&str]) -> Vec<Value> {
        self.ok(args).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Trains the article's network for 40 epochs, without progress. On flex, numbers are the same in every build.
    #[track_caller]
    pub fn train(&self, more: &[&str]) -> String {
        let args =
            ["train", "config/mlp.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=40"];
        self.ok(&[&args, more].concat())
    }

    /// The same, returning the JSON report.
    #[track_caller]
    pub fn train_report(&self, more: &[&str]) -> Value {
        serde_json::from_str(&self.train(&[more, &["--json"]].concat())).unwrap()
    }

    /// The model of a run in `artifacts`.
    #[track_caller]
    pub fn model(&self, run: &str) -> SavedModel {
        SavedModel::from_bytes(run, &self.file(&format!("artifacts/{run}/model"))).unwrap()
    }

    /// Writes the network that scikit-learn trained as a model file. Its weights are the same on every machine.
    pub fn put_twin(&self, path: &str) {
        let (twin, experiment) = crate::twin::twin();
        self.put(path, SavedModel::new(&experiment, &crate::digits(), twin.end.layers()).to_bytes());
    }

    /// Copies a folder of `tests/fixtures/cases` here.
    #[track_caller]
    pub fn put_case(&self, case: &str) {
        let from = Path::new("tests/fixtures/cases").join(case);
        for entry in walkdir::WalkDir::new(&from).into_iter().map(|entry| entry.unwrap()) {
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(&from).unwrap().to_str().unwrap();
                self.put(name, fs::read(entry.path()).unwrap());
            }
        }
    }

    /// The content of a file.
    #[track_caller]
    pub fn file(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The absolute path of a file.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and makes the folders it is in.
    pub fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// The names in a folder, sorted.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
