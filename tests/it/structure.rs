//! The rules of ARCHITECTURE.md that a reader relies on, held by reading the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(String, String)> {
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

/// A file without its comments, in which a word is no use of the thing.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_native(path: &str) -> bool {
    ["src/native/", "src/cli/", "src/main.rs"].iter().any(|prefix| path.starts_with(prefix))
}

#[test]
fn the_core_needs_no_operating_system() {
    let forbidden = [
        "std::fs",
        "std::thread",
        "std::env",
        "std::process",
        "std::net",
        "std::time",
        "Instant",
        "SystemTime",
        "println!",
        "eprintln!",
        "print!(",
        "dbg!",
        "clap",
        "burn::train",
        "crate::native",
        "getrandom",
        "thread_rng",
    ];
    for (path, code) in sources("src").into_iter().filter(|(path, _)| !is_native(path)) {
        for word in forbidden {
            assert!(!code.contains(word), "{path} uses {word}: what needs an operating system lives in src/native");
        }
    }
}

#[test]
fn features_are_read_in_one_place_each() {
    for (path, code) in sources("src") {
        let features = code.matches("feature = ").count();
        match path.as_str() {
            "src/lib.rs" => assert_eq!(features, 1, "lib.rs switches native on or off, once"),
            "src/native/device.rs" | "src/native/source/mod.rs" | "src/native/lab.rs" => assert!(features > 0),
            _ => assert_eq!(features, 0, "{path} reads a feature: those above do, for what they offer"),
        }
    }
}

#[test]
fn only_native_touches_files_and_only_cli_prints() {
    for (path, code) in sources("src") {
        let cli = path.starts_with("src/cli/") || path == "src/main.rs";
        if !path.starts_with("src/native/") {
            assert!(!code.contains("std::fs"), "{path} touches files: src/native/files.rs and run_dir.rs do");
        }
        for word in ["println!", "eprintln!", "print!(", "std::io::stdout().write"] {
            assert!(!code.contains(word), "{path} prints with {word}: src/cli/output.rs does");
        }
        if !cli {
            assert!(!code.contains("ExitCode"), "{path} picks exit codes");
        }
        assert!(!code.contains("wasm_bindgen"), "{path}");
    }
}

#[test]
fn every_module_says_what_it_is_and_architecture_lists_it() {
    let map = fs::read_to_string("ARCHITECTURE.md").unwrap();
    for entry in sources("src") {
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
    for (path, code) in sources("web/src") {
        for word in ["web_sys", "js_sys", "document", "std::fs", "std::thread"] {
            assert!(!code.contains(word), "{path} uses {word}: the elements of the page are for web/www");
        }
    }
    for (path, code) in sources("web/www/js") {
        let (worker, reader) = (path == "web/www/js/worker.js", path == "web/www/js/reader.js");
        for (word, is_home) in
            [("new Session", worker), ("Session(", worker), (".Reader(", reader), ("wasm/", worker || reader)]
        {
            assert!(is_home || !code.contains(word), "{path} talks to the module: worker.js and reader.js do");
        }
        let touches = code.contains("document.");
        assert!(!(touches && (worker || reader)), "{path} touches elements, which a worker has none of");
    }
    let page = fs::read_to_string("web/www/index.html").unwrap();
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"), "the policy of the page is strict");
    assert!(!page.contains("http://") && !page.contains("https://"), "the page loads nothing from elsewhere");
}
