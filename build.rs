//! Passes the Git commit to the program, if there is one, and the page's files, if the feature `lab` is on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    // If this path did not exist, cargo would run this script and compile the crate every time.
    let log = ".git/logs/HEAD";
    println!("cargo::rerun-if-changed={}", if Path::new(log).exists() { log } else { "build.rs" });
    if let Some(commit) = commit() {
        println!("cargo::rustc-env=CHIFFRES_GIT_COMMIT={commit}");
    }
    if std::env::var_os("CARGO_FEATURE_LAB").is_some() {
        page();
    }
}

/// The first 12 digits of the commit: in a published crate, the one that cargo noted there; else that of the clone.
fn commit() -> Option<String> {
    const DIGITS: usize = 12;
    if let Ok(noted) = fs::read_to_string(".cargo_vcs_info.json") {
        let (_, rest) = noted.split_once("\"sha1\": \"")?;
        return rest.get(..DIGITS).map(Into::into);
    }
    let git = Command::new("git").args(["rev-parse", &format!("--short={DIGITS}"), "HEAD"]).output().ok()?;
    git.status.success().then(|| String::from_utf8_lossy(&git.stdout).trim().to_string())
}

/// Writes a table of the page's files, sorted by name, which `native/lab` includes.
fn page() {
    let of_cargo = |variable| PathBuf::from(std::env::var_os(variable).expect("cargo sets it"));
    let root = of_cargo("CARGO_MANIFEST_DIR").join("web/dist");
    println!("cargo::rerun-if-changed=web/dist");
    let mut files = Vec::new();
    if root.join("index.html").is_file() {
        list(&root, "", &mut files).expect("the page's folder can be read");
    } else {
        println!(
            "cargo::warning=there is no web/dist/index.html, so `chiffres lab` has no page: run web/build.sh first"
        );
    }
    files.sort();
    let entries = files.iter().map(|(name, path)| format!("    ({name:?}, include_bytes!({path:?})),\n"));
    let table = format!("[\n{}]\n", entries.collect::<String>());
    fs::write(of_cargo("OUT_DIR").join("page.rs"), table).expect("cargo's folder can be written");
}

/// Adds all files under a folder to `files`, each with its name in the page.
fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{prefix}{}", path.file_name().expect("an entry has a name").to_string_lossy());
        match path.is_dir() {
            true => list(&path, &format!("{name}/"), files)?,
            false => files.push((name, path)),
        }
    }
    Ok(())
}
