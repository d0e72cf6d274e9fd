//! Imports in `src/` go one way: no module imports one that imports it, in one step or many, and no room of modules does.
//!
//! A module imports those that define the names in its `use` lines and in its paths from `crate::`. A name that a module
//! passes on with `pub use` is that of the module it comes from. Unit tests may import what they like.

use std::collections::{BTreeMap, BTreeSet};

/// One module: its code, and the names it imports.
struct Module {
    code: String,
    uses: Vec<Use>,
}

/// One name of a `use` line.
struct Use {
    path: Vec<String>,
    /// The name in this module.
    name: String,
    /// Passed on with `pub use`.
    is_public: bool,
}

/// The modules by path: `data::batch`; that of `lib.rs` is empty.
struct Sources(BTreeMap<String, Module>);

impl Sources {
    fn read() -> Self {
        let files = crate::structure::sources("src").into_iter().filter(|(path, _)| path.ends_with(".rs"));
        Self(files.map(|(path, code)| (module_name(&path), Module::parse(&code))).collect())
    }

    /// The modules that each module imports.
    fn imports(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let of = |name: &str, module: &Module| {
            let is_child = |other: &str| name.is_empty() || other.starts_with(&format!("{name}::"));
            let used = module.uses.iter().filter_map(|import| {
                let definer = self.definer(&self.absolute(name, &import.path)?, 0);
                (!(import.is_public && is_child(&definer))).then_some(definer)
            });
            let inline = inline_paths(&module.code).into_iter().map(|path| self.definer(&path, 0));
            used.chain(inline).filter(|other| other != name).collect()
        };
        self.0.iter().map(|(name, module)| (name.as_str(), of(name, module))).collect()
    }

    /// A path from the root of the crate; `None` for other crates.
    fn absolute(&self, module: &str, path: &[String]) -> Option<Vec<String>> {
        let mut base: Vec<String> = module.split("::").filter(|part| !part.is_empty()).map(String::from).collect();
        let ups = path.iter().take_while(|part| *part == "super").count();
        let rest = match path[0].as_str() {
            "crate" => {
                base.clear();
                &path[1..]
            }
            "self" => &path[1..],
            "super" => {
                base.truncate(base.len() - ups);
                &path[ups..]
            }
            first => {
                let child = [base.as_slice(), &[first.to_string()]].concat().join("::");
                self.0.contains_key(&child).then_some(path)?
            }
        };
        Some([base.as_slice(), rest].concat())
    }

    /// The module that defines what an absolute path leads to, through any number of `use` lines.
    fn definer(&self, path: &[String], depth: usize) -> String {
        let known = (0..=path.len()).rev().find(|&parts| self.0.contains_key(&path[..parts].join("::")));
        let (module, rest) = path.split_at(known.expect("the root of the crate is a module"));
        let module = module.join("::");
        let passed_on = rest.first().and_then(|name| self.0[&module].uses.iter().find(|import| import.name == *name));
        match passed_on.and_then(|import| self.absolute(&module, &import.path)) {
            Some(source) if depth < 10 => self.definer(&[&source, &rest[1..]].concat(), depth + 1),
            _ => module,
        }
    }
}

impl Module {
    fn parse(code: &str) -> Self {
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let (mut uses, mut rest) = (Vec::new(), String::new());
        let mut lines = code.lines();
        while let Some(line) = lines.next() {
            let Some((visibility, tree)) = line.split_once("use ").filter(|(before, _)| is_visibility(before)) else {
                rest += &format!("{line}\n");
                continue;
            };
            let mut tree = tree.to_string();
            while !tree.ends_with(';') {
                tree += lines.next().expect("a use ends with a semicolon").trim();
            }
            let all = expand(tree.trim_end_matches(';'));
            uses.extend(all.into_iter().map(|(path, name)| Use { path, name, is_public: !visibility.is_empty() }));
        }
        Self { code: rest, uses }
    }
}

fn module_name(path: &str) -> String {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { String::new() } else { path.replace('/', "::") }
}

/// `before` is what stands before `use `: nothing, `pub ` or `pub(crate) `.
fn is_visibility(before: &str) -> bool {
    before.is_empty() || (before.starts_with("pub") && before.ends_with(' ') && before.matches(' ').count() == 1)
}

/// The paths of a use tree, each with the name that it gives.
fn expand(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let parts = |path: &str| path.split("::").filter(|part| !part.is_empty()).map(String::from).collect::<Vec<_>>();
    let Some((prefix, branches)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, tree.rsplit("::").next().unwrap_or(tree)));
        return vec![(parts(path), name.to_string())];
    };
    let prefix = parts(prefix);
    let (mut depth, mut branch, mut all) = (0, String::new(), Vec::new());
    for c in branches.trim_end_matches('}').chars().chain([',']) {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 {
            all.extend(expand(&std::mem::take(&mut branch)));
        } else {
            branch.push(c);
        }
    }
    let with_prefix = |(path, name): (Vec<String>, String)| match name.as_str() {
        "" => None,
        "self" => Some((prefix.clone(), prefix.last()?.clone())),
        _ => Some(([prefix.clone(), path].concat(), name)),
    };
    all.into_iter().filter_map(with_prefix).collect()
}

/// The paths from `crate::` in code.
fn inline_paths(code: &str) -> Vec<Vec<String>> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let path = |rest: &str| {
        let end = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
        rest[..end].split("::").filter(|part| !part.is_empty()).map(String::from).collect()
    };
    code.split("crate::").skip(1).map(path).collect()
}

/// The modules that a module imports, in one step or many.
fn reached<'a>(imports: &'a BTreeMap<&str, BTreeSet<String>>, from: &'a str) -> BTreeSet<&'a str> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(name) = next.pop() {
        next.extend(imports[name].iter().map(String::as_str).filter(|other| reached.insert(*other)));
    }
    reached
}

/// The imports that lead back to the module that has them.
fn circles(imports: &BTreeMap<&str, BTreeSet<String>>) -> Vec<String> {
    let each = imports.iter().flat_map(|(name, others)| others.iter().map(move |other| (*name, other)));
    let back = each.filter(|(name, other)| reached(imports, other).contains(name));
    back.map(|(name, other)| format!("{name} imports {other}")).collect()
}

#[test]
fn no_module_imports_one_that_imports_it() {
    let sources = Sources::read();
    let imports = sources.imports();
    assert!(imports["train::trainer"].contains("model"), "imports are found: {imports:#?}");
    assert!(imports["train::trainer"].contains("data::batch"), "through what a parent passes on");
    let circles = circles(&imports);
    assert!(circles.is_empty(), "{circles:#?}");
}

/// A top-level module with all that is in it; in `native`, one of its modules.
fn room(module: &str) -> &str {
    let parts = if module.starts_with("native::") { 2 } else { 1 };
    module.match_indices("::").nth(parts - 1).map_or(module, |(end, _)| &module[..end])
}

#[test]
fn no_room_imports_one_that_imports_it() {
    let sources = Sources::read();
    let mut rooms: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (module, others) in sources.imports() {
        let others = others.iter().map(|other| room(other).to_string()).filter(|other| other != room(module));
        rooms.entry(room(module)).or_default().extend(others);
    }
    assert!(rooms["native::session"].contains("train") && rooms["train"].contains("model"), "{rooms:#?}");
    let circles = circles(&rooms);
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn circles_of_imports_are_found() {
    let module = |code: &str| Module::parse(code);
    let sources = Sources(BTreeMap::from([
        (String::new(), module("pub mod a;\npub use a::A;\n")),
        ("a".into(), module("mod one;\nmod two;\npub use one::{One, self as first};\npub use two::Two;\n")),
        ("a::one".into(), module("use std::{fmt, io::{self, Read}};\nuse super::Two;\npub struct One;\n")),
        ("a::two".into(), module("fn two() {\n    crate::a::One::new()\n}\n")),
        ("b".into(), module("use crate::{\n    a::One,\n    A,\n};\n")),
    ]));
    let imports = sources.imports();
    assert_eq!(imports["b"], BTreeSet::from(["a".to_string(), "a::one".to_string()]));
    assert_eq!(circles(&imports), ["a::one imports a::two", "a::two imports a::one"]);
}
