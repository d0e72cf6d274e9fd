//! Rules of ARCHITECTURE.md that neither the compiler nor clippy can hold, held by reading the sources.
//!
//! clippy holds others: `clippy.toml` lists what the core must not use. The compiler holds the rest: the page's module is
//! built without the feature `native`, and so without the command line, burn-train and every other optional crate.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of a folder and its folders, each with its code.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push((path.display().to_string(), code(&path))),
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
}

/// A file without its comments, which may name what the code must not use.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_feature_is_read_in_one_place() {
    for (path, code) in sources("src") {
        // Of the crate, not of the processor.
        let features = code.matches("feature = ").count() - code.matches("target_feature = ").count();
        match path.as_str() {
            "src/lib.rs" => {
                assert_eq!(code.matches("feature = \"native\"").count(), features, "lib.rs reads one feature: native")
            }
            "src/model/stages.rs" => assert_eq!(features, 1, "stages.rs reads one feature: convolution"),
            "src/processor/mod.rs" | "src/native/device.rs" | "src/native/source/mod.rs" | "src/native/lab.rs" => {
                assert!(features > 0)
            }
            _ => assert_eq!(features, 0, "{path} reads a feature, which only the modules above may"),
        }
    }
}

#[test]
fn the_program_touches_no_files_and_native_picks_no_exit_codes() {
    for (path, code) in sources("src") {
        let is_program = path.starts_with("src/cli/") || path == "src/main.rs";
        assert!(!(is_program && code.contains("std::fs")), "{path} touches files: src/native does");
        assert!(is_program || !code.contains("ExitCode"), "{path} picks an exit code: src/cli does");
    }
}

#[test]
fn the_readers_list_folders_in_one_place() {
    // Its functions leave out what is never data, and say so.
    for (path, code) in ["source", "detect", "pictures"].iter().flat_map(|room| sources(&format!("src/native/{room}")))
    {
        let lists = ["read_dir", "WalkDir"].iter().any(|word| code.contains(word));
        assert_eq!(lists, path == "src/native/source/listing.rs", "{path}: listing.rs lists folders");
    }
}

#[test]
fn every_module_is_documented_and_on_the_map() {
    let map = fs::read_to_string("ARCHITECTURE.md").unwrap();
    for entry in sources("src").into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let text = fs::read_to_string(&entry.0).unwrap();
        assert!(text.starts_with("//! "), "{} has no module documentation", entry.0);
        let name = entry.0.rsplit('/').next().unwrap();
        let folder = entry.0.trim_start_matches("src/").split('/').next().unwrap();
        assert!(
            map.contains(name) || map.contains(&format!("{folder}/")),
            "ARCHITECTURE.md does not lead to {}",
            entry.0
        );
    }
}

#[test]
fn the_two_readmes_tell_the_same_story() {
    let (english, french) = (fs::read_to_string("README.md").unwrap(), fs::read_to_string("README.fr.md").unwrap());
    for readme in [&english, &french] {
        for needle in ["cargo run --release -- train config/mlp.toml", "cargo test --release", "--features wgpu"] {
            assert!(readme.contains(needle), "{needle}");
        }
        assert!(readme.lines().count() <= 120, "a README fits a screen or two: details belong in docs/");
    }
    let headings = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(headings(&english), headings(&french));
    let blocks = |text: &str| text.matches("```").count();
    assert_eq!(blocks(&english), blocks(&french));
    let same = |link: &str| if link.starts_with("README.") { "the other README".to_string() } else { link.to_string() };
    let links_of = |text: &str| links(text).into_iter().map(same).collect::<Vec<_>>();
    assert_eq!(links_of(&english), links_of(&french));
}

/// The targets of a page's links, in order.
fn links(page: &str) -> Vec<&str> {
    page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link).collect()
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let in_docs = fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    let elsewhere =
        ["README.md", "README.fr.md", "ARCHITECTURE.md", "CHANGELOG.md", "artifacts/README.md", "data/README.md"];
    for page in in_docs.chain(elsewhere.map(PathBuf::from)).filter(|path| path.is_file()) {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            assert!(target.exists(), "{} links to {link}, which does not exist", page.display());
            let has_anchor = || fs::read_to_string(&target).unwrap().lines().any(|line| anchor_of(line) == anchor);
            assert!(anchor.is_empty() || has_anchor(), "{} links to {link}, which has no such heading", page.display());
        }
    }
}

/// The anchor that GitHub gives to a heading; empty for any other line.
fn anchor_of(line: &str) -> String {
    let Some((_, heading)) = line.split_once("# ").filter(|(level, _)| level.chars().all(|c| c == '#')) else {
        return String::new();
    };
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn only_the_page_knows_browsers() {
    for (path, code) in ["web/src", "web/first/src", "web/exchange/src"].map(sources).into_iter().flatten() {
        assert!(!code.contains("document"), "{path} touches elements of the page: web/www does");
    }
    for (path, code) in sources("web/www/js") {
        let (worker, reader) = (path == "web/www/js/worker.js", path == "web/www/js/reader.js");
        let (first, exchange) = (path == "web/www/js/first/reader.js", path == "web/www/js/exchange.js");
        let loads = ["web/www/js/wasm.js", "web/www/js/canvas-reader.js"].contains(&path.as_str());
        for (word, is_home) in [
            ("new Session", worker),
            ("Session(", worker),
            (".Reader(", reader),
            (".FirstReader(", first),
            (".Export(", exchange),
            (".imported(", exchange),
            ("wasm/", worker || reader || first || loads),
        ] {
            assert!(
                is_home || !code.contains(word),
                "{path} talks to a module: worker.js, the readers, exchange.js, canvas-reader.js and wasm.js do"
            );
        }
        let touches = code.contains("document.");
        assert!(!(touches && (worker || reader)), "{path} touches elements, which a worker has none of");
    }
    let page = fs::read_to_string("web/www/index.html").unwrap();
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"), "the policy of the page is strict");
    assert!(!page.contains("http://") && !page.contains("https://"), "the page loads nothing from elsewhere");
}
