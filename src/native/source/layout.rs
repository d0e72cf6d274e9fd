//! The layout of a folder of pictures: which folders are parts, and which are classes.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::data::{Part, Reading, Reason, Remark, Thing};
use crate::native::error::{Error, SourceProblem};

use super::super::pictures::shown;
use super::listing::{self, Node, Tree};
use super::source_error;

/// Names that an error gives of many.
const MAX_NAMED: usize = 3;

/// The files of a folder of pictures, by parts and classes.
pub struct Layout {
    pub train: Files,
    pub validation: Option<Files>,
    pub test: Option<Files>,
    /// Parts without labels: their folders and files.
    pub unlabelled: Vec<(PathBuf, Vec<PathBuf>)>,
    /// Files beside the folders of parts and classes.
    pub outside: Vec<PathBuf>,
    pub reading: Reading,
}

/// The files of a part.
pub struct Files {
    /// The folder of the part.
    pub from: PathBuf,
    /// The files of each class, by name.
    pub classes: BTreeMap<String, Class>,
}

/// The files of a class.
pub struct Class {
    pub folder: PathBuf,
    pub files: Vec<PathBuf>,
    /// Omissions in the folders of the class.
    pub reading: Reading,
}

/// The contents of a folder that decide what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Folders, which may be classes.
    Folders,
    /// Pictures, and no folders.
    Pictures,
    /// Neither.
    Empty,
}

impl Layout {
    /// The layout of a folder.
    ///
    /// # Errors
    /// [`SourceProblem`]s about the folders; all that could not be read is among them.
    pub fn of(mut root: Tree) -> Result<Self, Vec<Error>> {
        let mut builder = Builder::new(&root);
        while !is_in_parts(&root) && has_all_in_one_folder(&root) {
            root = builder.descend(root);
            builder.reading.remark(Remark::Inside { folder: shown(&root.path) });
        }
        let [train, validation, test] = match is_in_parts(&root) {
            true => builder.parts(root),
            false => [builder.classes_alone(root), None, None],
        };
        let Builder { reading, outside, unlabelled, errors } = builder;
        match train {
            Some(train) if errors.is_empty() => Ok(Self { train, validation, test, unlabelled, outside, reading }),
            _ => Err(errors),
        }
    }

    /// The labelled files of all parts, in the order of the images.
    pub fn parts(&self) -> impl Iterator<Item = (Part, &Files)> {
        std::iter::once((Part::Train, &self.train))
            .chain(self.validation.as_ref().map(|files| (Part::Validation, files)))
            .chain(self.test.as_ref().map(|files| (Part::Test, files)))
    }
}

fn named(folder: &Tree) -> Option<Part> {
    Part::named(&name(folder))
}

/// The name of a folder, composed: é is one letter.
fn name(folder: &Tree) -> String {
    folder.path.file_name().unwrap_or_default().to_string_lossy().nfc().collect()
}

/// True for a folder with a picture directly in it.
fn has_pictures(folder: &Tree) -> bool {
    folder.files().any(|file| listing::is_picture(file))
}

/// True for a folder with a file anywhere in it.
fn has_files(folder: &Tree) -> bool {
    folder.files().next().is_some() || folder.folders().any(has_files)
}

fn shape(folder: &Tree) -> Shape {
    match () {
        () if folder.folders().any(has_files) => Shape::Folders,
        () if has_pictures(folder) => Shape::Pictures,
        () => Shape::Empty,
    }
}

/// True if the folders in a folder are parts: all by their names, or one that trains by its name and its content. A class
/// may be called `train` too, beside `car` and `plane`.
fn is_in_parts(root: &Tree) -> bool {
    if root.folders().next().is_none() || root.folders().all(|folder| named(folder).is_some()) {
        return root.folders().next().is_some();
    }
    let shapes: Vec<(&Tree, Option<Part>, Shape)> =
        root.folders().map(|folder| (folder, named(folder), shape(folder))).collect();
    let has_class = |with: Shape| shapes.iter().any(|&(_, part, shape)| part.is_none() && shape == with);
    let has_other_part = shapes
        .iter()
        .any(|&(_, part, shape)| matches!(part, Some(Part::Validation | Part::Test)) && shape != Shape::Empty);
    shapes.iter().any(|&(folder, part, shape)| {
        // `train`, but not `training shoes`.
        let is_one_word = name(folder).chars().all(char::is_alphanumeric);
        let is_class = has_class(Shape::Pictures) && has_pictures(folder);
        part == Some(Part::Train)
            && shape == Shape::Folders
            && !is_class
            && (is_one_word || has_other_part || !has_class(Shape::Folders))
    })
}

/// True if the folder holds nothing but one folder with the classes or parts, as archives often unpack.
fn has_all_in_one_folder(root: &Tree) -> bool {
    let mut folders = root.folders();
    let (Some(only), None) = (folders.next(), folders.next()) else { return false };
    let has_more = || only.folders().filter(|folder| has_files(folder)).count() > 1;
    !has_pictures(root) && !has_pictures(only) && (has_more() || is_in_parts(only) || has_all_in_one_folder(only))
}

/// The folders in each folder, if they are the same in all of them, and so many that these must be parts.
fn same_folders(root: &Tree) -> Option<BTreeSet<String>> {
    let mut all = root.folders().filter(|folder| has_files(folder));
    let inside = |folder: &Tree| folder.folders().filter(|folder| has_files(folder)).map(name).collect::<BTreeSet<_>>();
    let first = all.next().filter(|folder| !has_pictures(folder)).map(inside)?;
    let others: Vec<&Tree> = all.collect();
    let are_same = !others.is_empty() && others.iter().all(|folder| !has_pictures(folder) && inside(folder) == first);
    (are_same && first.len() > 1).then_some(first)
}

/// The folders that are sorted into parts and classes so far.
struct Builder {
    reading: Reading,
    outside: Vec<PathBuf>,
    unlabelled: Vec<(PathBuf, Vec<PathBuf>)>,
    errors: Vec<Error>,
}

impl Builder {
    fn new(root: &Tree) -> Self {
        let reading = Reading::new(shown(&root.path));
        Self { reading, outside: Vec::new(), unlabelled: Vec::new(), errors: Vec::new() }
    }

    /// The folders in a folder; its files are outside of them.
    fn folders(&mut self, tree: Tree) -> Vec<Tree> {
        self.reading.merge(tree.reading);
        self.errors.extend(tree.errors);
        let mut folders = Vec::new();
        for node in tree.nodes {
            match node {
                Node::File(file) => self.outside.push(file),
                Node::Folder(folder) => folders.push(folder),
            }
        }
        folders
    }

    /// The only folder in a folder.
    fn descend(&mut self, tree: Tree) -> Tree {
        self.folders(tree).pop().expect("the folder has one folder")
    }

    /// The training, validation and test files, from the folders of the parts.
    fn parts(&mut self, root: Tree) -> [Option<Files>; 3] {
        let path = root.path.clone();
        let mut labelled: BTreeMap<Part, Tree> = BTreeMap::new();
        let mut others = Vec::new();
        for mut folder in self.folders(root) {
            let part = named(&folder);
            // seg_train/seg_train, as some archives unpack.
            while part.is_some() && has_itself_alone(&folder) {
                folder = self.descend(folder);
            }
            match (part, shape(&folder)) {
                (Some(part), Shape::Folders) => match labelled.get(&part) {
                    Some(first) => {
                        let problem = SourceProblem::PartTwice { part, other: shown(&first.path) };
                        self.errors.push(source_error(&folder.path, problem));
                    }
                    None => drop(labelled.insert(part, folder)),
                },
                (part, shape) => others.push((folder, part, shape)),
            }
        }
        for (folder, part, shape) in others {
            let is_unlabelled =
                shape == Shape::Pictures && (part != Some(Part::Train) || labelled.contains_key(&Part::Train));
            match (part, shape) {
                _ if is_unlabelled => self.without_labels(folder),
                (Some(Part::Train), Shape::Pictures) => {
                    self.errors.push(source_error(&folder.path, SourceProblem::NoClasses));
                }
                (_, Shape::Folders) => self.reading.leave_out(Thing::Folder, shown(&folder.path), Reason::NoPart),
                _ => self.reading.leave_out(Thing::Folder, shown(&folder.path), Reason::Empty),
            }
        }
        let train = labelled.remove(&Part::Train);
        if let (Some(train), Some(test)) = (&train, labelled.get(&Part::Test))
            && has_one_unknown_class(test, train)
        {
            labelled.remove(&Part::Test).into_iter().for_each(|test| self.without_labels(test));
        }
        if train.is_none() && self.errors.is_empty() {
            self.errors.push(match labelled.values().next() {
                Some(other) => source_error(&path, SourceProblem::TestWithoutTrain { name: name(other) }),
                None => source_error(&path, SourceProblem::NoClasses),
            });
        }
        [train, labelled.remove(&Part::Validation), labelled.remove(&Part::Test)]
            .map(|folder| folder.and_then(|folder| self.classes(folder)))
    }

    fn without_labels(&mut self, folder: Tree) {
        let (path, mut files) = (folder.path.clone(), Vec::new());
        folder.unpack(&mut files, &mut self.reading, &mut self.errors);
        self.unlabelled.push((path, files));
    }

    /// The classes in a folder without parts.
    fn classes_alone(&mut self, root: Tree) -> Option<Files> {
        if let Some(inside) = same_folders(&root) {
            let folders = root.folders().map(name).take(MAX_NAMED).collect();
            let problem = SourceProblem::UnknownParts { folders, inside: inside.into_iter().take(MAX_NAMED).collect() };
            self.errors.push(source_error(&root.path, problem));
            return None;
        }
        self.classes(root)
    }

    /// The classes in the folder of a part.
    fn classes(&mut self, part: Tree) -> Option<Files> {
        let from = part.path.clone();
        let mut classes: BTreeMap<String, Class> = BTreeMap::new();
        for folder in self.folders(part) {
            if folder.path.file_name().and_then(OsStr::to_str).is_none() {
                self.errors.push(source_error(&folder.path, SourceProblem::ClassNotUtf8));
                continue;
            }
            let class = shown(Path::new(&name(&folder)));
            if classes.contains_key(&class) {
                self.reading.remark(Remark::OneClass { class: class.clone() });
            }
            let known = classes.entry(class).or_insert_with(|| Class {
                folder: folder.path.clone(),
                files: Vec::new(),
                reading: Reading::new(shown(&folder.path)),
            });
            folder.unpack(&mut known.files, &mut known.reading, &mut self.errors);
        }
        if classes.is_empty() && self.errors.is_empty() {
            self.errors.push(source_error(&from, SourceProblem::NoClasses));
        }
        Some(Files { from, classes })
    }
}

/// True if the test images are in one folder, which is none of the classes to learn: `test/unknown`.
fn has_one_unknown_class(test: &Tree, train: &Tree) -> bool {
    let mut classes = test.folders().filter(|folder| has_files(folder));
    let is_known = |folder: &Tree| train.folders().any(|class| name(class) == name(folder));
    matches!((classes.next(), classes.next()), (Some(only), None) if !is_known(only))
}

/// True if a folder of a part holds nothing but a folder that is named as the same part.
fn has_itself_alone(folder: &Tree) -> bool {
    let mut inside = folder.folders();
    matches!((inside.next(), inside.next()), (Some(only), None) if named(only) == named(folder))
        && !has_pictures(folder)
}
