//! The contents of folders. No other file of the sources lists a folder, so nothing is left out without a word.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::data::{Reading, Reason, Thing};
use crate::native::error::{Error, Result, SourceProblem};

use super::super::pictures::{Kind, has_ending, shown};
use super::{source_error, unreadable};

/// The folder of all runs, in the folder that the program is started in.
const ROOT: &str = "artifacts";

/// A file or folder that may be data.
pub struct Entry {
    pub path: PathBuf,
    pub name: String,
    pub is_folder: bool,
    is_link: bool,
}

impl Entry {
    /// Its kind in a reading report.
    pub fn thing(&self) -> Thing {
        if self.is_folder { Thing::Folder } else { Thing::File }
    }

    /// True for a compressed file beside one of the same name that is not.
    pub fn is_compressed_copy(&self) -> bool {
        self.name.strip_suffix(".gz").is_some_and(|plain| self.path.with_file_name(plain).is_file())
    }
}

/// A folder with all files and folders in it that may be data.
pub struct Tree {
    pub path: PathBuf,
    /// By name.
    pub nodes: Vec<Node>,
    /// Omissions directly in it.
    pub reading: Reading,
    /// Errors of files and folders directly in it.
    pub errors: Vec<Error>,
}

/// A file, or a folder, of a [`Tree`].
pub enum Node {
    File(PathBuf),
    Folder(Tree),
}

/// The files and folders in a folder, in the order of their names. What is never data is left out of it.
///
/// # Errors
/// [`Error::Source`](crate::native::Error::Source) for a folder that cannot be read.
pub fn entries(folder: &Path, reading: &mut Reading) -> Result<Vec<Entry>> {
    let fail = |error| unreadable(folder, error);
    let mut kept = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(fail)?);
        // What a link leads to; a file, which cannot be opened, if it leads nowhere.
        let target = if kind.is_symlink() { path.metadata().ok().map(|target| target.file_type()) } else { Some(kind) };
        let is_folder = target.is_some_and(|target| target.is_dir());
        let is_special = target.is_some_and(|target| !target.is_dir() && !target.is_file());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let entry = Entry { is_folder, is_link: kind.is_symlink(), name, path };
        match never_data(&entry).or(is_special.then_some(Reason::Special)) {
            Some(reason) => reading.leave_out(entry.thing(), shown(&entry.path), reason),
            None => kept.push(entry),
        }
    }
    kept.sort_by(|a, b| a.path.file_name().cmp(&b.path.file_name()));
    Ok(kept)
}

/// All files in a folder of the program's own, in any order; none if it cannot be read.
pub fn own_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

/// The reason why a file or folder is never data.
fn never_data(entry: &Entry) -> Option<Reason> {
    const SYSTEM: [&str; 6] = ["__MACOSX", "Thumbs.db", "desktop.ini", "lost+found", "@eaDir", "$RECYCLE.BIN"];
    match entry.name.as_str() {
        name if name.starts_with('.') => Some(Reason::Hidden),
        name if SYSTEM.iter().any(|system| name.eq_ignore_ascii_case(system)) => Some(Reason::System),
        _ if entry.is_folder && (is_run(&entry.path) || has_only_runs(entry)) => Some(Reason::Own),
        _ => None,
    }
}

/// True for a picture by its ending or its content, whether it can be read or not.
pub fn is_picture(file: &Path) -> bool {
    has_ending(file) || Kind::of_file(file).is_ok_and(|kind| kind != Kind::Other)
}

/// True for the folder of a training run.
fn is_run(folder: &Path) -> bool {
    folder.join("config.toml").is_file() && folder.join("run.json").is_file()
}

/// True for a folder of runs and of decoded pictures, by its content: a class may be called `artifacts`.
fn has_only_runs(entry: &Entry) -> bool {
    let Ok(inside) = fs::read_dir(&entry.path) else { return false };
    let is_hidden = |name: &OsStr| name.as_encoded_bytes().starts_with(b".");
    let mut shown = inside.flatten().filter(|inside| !is_hidden(&inside.file_name())).map(|inside| inside.path());
    let mut has_runs = false;
    let is_own = shown.all(|path| match path.is_dir() {
        true => {
            has_runs = true;
            is_run(&path)
        }
        false => !is_picture(&path),
    });
    is_own && (has_runs || entry.name == ROOT)
}

impl Tree {
    /// Reads a folder and all folders in it. Links are followed; one that leads back has no end, and is an error.
    pub fn read(path: &Path) -> Self {
        let mut links = Links { above: path.canonicalize().into_iter().collect(), seen: Vec::new() };
        Self::below(path, &mut links)
    }

    fn below(path: &Path, links: &mut Links) -> Self {
        let mut tree =
            Self { path: path.into(), nodes: Vec::new(), reading: Reading::new(shown(path)), errors: Vec::new() };
        let entries = match entries(path, &mut tree.reading) {
            Ok(entries) => entries,
            Err(error) => {
                tree.errors.push(error);
                return tree;
            }
        };
        for Entry { path, is_folder, is_link, .. } in entries {
            match (is_folder, is_link) {
                (false, _) => tree.nodes.push(Node::File(path)),
                (true, false) => tree.nodes.push(Node::Folder(Self::below(&path, links))),
                (true, true) => match links.follow(&path, |links| Self::below(&path, links)) {
                    Ok(Some(linked)) => tree.nodes.push(Node::Folder(linked)),
                    Ok(None) => tree.reading.leave_out(Thing::Folder, shown(&path), Reason::ReadBefore),
                    Err(error) => tree.errors.push(error),
                },
            }
        }
        tree
    }

    /// The folders directly in it.
    pub fn folders(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Folder(folder) => Some(folder),
            Node::File(_) => None,
        })
    }

    /// The files directly in it.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.nodes.iter().filter_map(|node| match node {
            Node::File(file) => Some(file),
            Node::Folder(_) => None,
        })
    }

    /// True if a picture is anywhere in it.
    pub fn has_pictures(&self) -> bool {
        self.files().any(|file| is_picture(file)) || self.folders().any(Self::has_pictures)
    }

    /// Moves all files in it to `files`, by name, and what was left out and could not be read to `reading` and `errors`.
    pub fn unpack(self, files: &mut Vec<PathBuf>, reading: &mut Reading, errors: &mut Vec<Error>) {
        reading.merge(self.reading);
        errors.extend(self.errors);
        for node in self.nodes {
            match node {
                Node::File(file) => files.push(file),
                Node::Folder(folder) => folder.unpack(files, reading, errors),
            }
        }
    }
}

/// The links to folders on the way to a folder.
struct Links {
    /// The folders above, as they are called without links: the first one, and those in which a link was followed.
    above: Vec<PathBuf>,
    /// The folders that links within the outermost link led to. Reading each once keeps links among links from growing
    /// without bound.
    seen: Vec<PathBuf>,
}

impl Links {
    /// The result of `read` for the folder that a link leads to; nothing if another link led there.
    fn follow(&mut self, link: &Path, read: impl FnOnce(&mut Self) -> Tree) -> Result<Option<Tree>> {
        let target = link.canonicalize().map_err(|error| unreadable(link, error))?;
        let parent = link.parent().unwrap_or(link);
        let here = parent.canonicalize().map_err(|error| unreadable(parent, error))?;
        if let Some(ancestor) = self.above.iter().chain([&here]).find(|above| above.starts_with(&target)) {
            let ancestor = if *ancestor == target { ancestor } else { &target };
            return Err(source_error(link, SourceProblem::LinkLoop { ancestor: shown(ancestor) }));
        }
        match self.above.len() {
            1 => self.seen.clear(),
            _ if self.seen.contains(&target) => return Ok(None),
            _ => {}
        }
        self.seen.push(target);
        self.above.push(here);
        let tree = read(self);
        self.above.pop();
        Ok(Some(tree))
    }
}
