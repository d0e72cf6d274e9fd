//! Sources made at random, counted by a walker that uses no reader: images and entries of the report add up to its count.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use chiffres::data::{Part, Reading, Reason, Remark, Thing};
use chiffres::native::source::{self, OpenOptions};

use super::{grey_png, reading};
use crate::cli::Place;

/// Random choices from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Things by a word for their kind: `file: hidden`, `images to train`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count(BTreeMap<String, usize>);

impl Count {
    pub fn add(&mut self, kind: impl Into<String>, count: usize) {
        if count > 0 {
            *self.0.entry(kind.into()).or_default() += count;
        }
    }

    pub fn add_all(&mut self, other: &Self) {
        other.0.iter().for_each(|(kind, count)| self.add(kind.as_str(), *count));
    }

    /// Panics if a kind was met fewer times.
    #[track_caller]
    pub fn assert_each(&self, kinds: &[&str], least: usize) {
        for kind in kinds {
            let met = self.0.get(*kind).copied().unwrap_or_default();
            assert!(met >= least, "{kind}: {met} times, of {self:#?}");
        }
    }

    /// The contents of a report: images of each part, and omissions by reason.
    pub fn of(reading: &Reading) -> Self {
        let mut count = Self::default();
        for part in reading.parts() {
            // Those without labels are an entry too.
            if part.part != Part::Unlabelled {
                count.add(images(part.part), part.images);
            }
        }
        for entry in reading.left_out() {
            let thing = if entry.thing == Thing::Folder { "folder" } else { "file" };
            let reason = match &entry.reason {
                Reason::NotAPicture { .. } => "not a picture".into(),
                Reason::UnreadFormat { format } => (*format).into(),
                reason => format!("{reason:?}").to_lowercase(),
            };
            count.add(format!("{thing}: {reason}"), entry.count);
        }
        count
    }
}

fn images(part: Part) -> String {
    format!("images: {part:?}").to_lowercase()
}

const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";

/// Folders of pictures, made at random.
struct Maker<'a> {
    dice: &'a mut Dice,
    /// Another folder, to which links lead.
    elsewhere: PathBuf,
    made: usize,
    /// Some files shall be such as cannot be read.
    breaks: bool,
    /// Files that cannot be read.
    broken: usize,
    /// Number of files of the kinds that no entry of a report tells apart.
    kinds: Count,
}

impl Maker<'_> {
    fn name(&mut self) -> String {
        self.made += 1;
        format!("{}{}", self.dice.one_of(&["IMG_", "e\u{301}t\u{e9} ", "Photo (", "x"]), self.made)
    }

    fn picture(&mut self) -> Vec<u8> {
        grey_png(2, 2, self.dice.below(256) as u8)
    }

    fn write(&mut self, folder: &Path, name: impl AsRef<OsStr>, bytes: &[u8]) -> PathBuf {
        let path = folder.join(name.as_ref());
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A file that is none of the pictures to read.
    fn other(&mut self, folder: &Path) {
        let (name, picture) = (self.name(), self.picture());
        match self.dice.below(7) {
            0 => self.write(folder, format!(".{name}.png"), &picture),
            1 => {
                let system = self.dice.one_of(&["Thumbs.db", "desktop.ini"]);
                self.write(folder, system, b"x")
            }
            2 => self.write(folder, format!("{name}.HEIC"), HEIC),
            3 => self.write(folder, format!("{name}.txt"), b"BM and P3 begin pictures"),
            4 => self.write(folder, name, b"P3 results: 12 of 13"),
            5 => self.write(folder, format!("{name}.csv"), b"1,2\n"),
            _ => self.write(folder, format!("{name}.avif"), b"\0\0\0\x1cftypavif\0\0\0\0avifmif1"),
        };
    }

    /// A picture, under some name.
    fn picture_in(&mut self, folder: &Path) {
        let (name, picture) = (self.name(), self.picture());
        match self.dice.below(6) {
            0 => self.write(folder, &name, &picture),
            1 => {
                self.kinds.add("wrong ending", 1);
                self.write(folder, format!("{name}.txt"), &picture)
            }
            2 => self.write(folder, format!("{name}.JPG"), &picture),
            3 => self.odd_name(folder, &name, &picture),
            4 => self.linked(folder, &name, &picture),
            _ => self.write(folder, format!("{name}.png"), &picture),
        };
    }

    fn odd_name(&mut self, folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let name = [name.as_bytes(), [&b"\xff.png"[..], b"\xfe", b"\n.png"][self.dice.below(3)]].concat();
        self.kinds.add("not UTF-8", usize::from(std::str::from_utf8(&name).is_err()));
        self.write(folder, OsStr::from_bytes(&name), bytes)
    }

    fn linked(&mut self, folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        self.kinds.add("linked file", 1);
        let target = self.write(&self.elsewhere.clone(), format!("{name}.png"), bytes);
        let link = folder.join(format!("{name}.png"));
        symlink(target, &link).unwrap();
        link
    }

    /// A file with a picture's ending that is none, or a link to nothing.
    fn broken_in(&mut self, folder: &Path) {
        let name = self.name();
        match self.dice.below(3) {
            0 => self.write(folder, format!("{name}.png"), b"text"),
            1 => self.write(folder, format!("{name}.jpg"), b""),
            _ => self.dangling(folder, &name),
        };
        self.broken += 1;
    }

    fn dangling(&self, folder: &Path, name: &str) -> PathBuf {
        let link = folder.join(format!("{name}.png"));
        symlink("nowhere.png", &link).unwrap();
        link
    }

    /// A folder that is never data.
    fn never_data(&mut self, folder: &Path) {
        let (name, picture) = (self.name(), self.picture());
        let made = match self.dice.below(3) {
            0 => folder.join(format!(".{name}")),
            1 => folder.join(self.dice.one_of(&["__MACOSX", "@eaDir", "lost+found"])),
            _ => folder.join(name),
        };
        fs::create_dir_all(&made).unwrap();
        if made.file_name().unwrap().to_str().unwrap().starts_with(['.', '_', '@', 'l']) {
            self.write(&made, "1.png", &picture);
        } else {
            self.write(&made, "config.toml", b"");
            self.write(&made, "run.json", b"{}");
            self.write(&made, "weights.png", &picture);
        }
    }

    /// The folder of a class, or a folder in it.
    fn class(&mut self, folder: &Path, depth: usize) {
        fs::create_dir_all(folder).unwrap();
        for _ in 0..1 + self.dice.below(3) {
            self.picture_in(folder);
        }
        for _ in 0..self.dice.below(3) {
            self.other(folder);
        }
        if self.dice.once_in(4) {
            self.never_data(folder);
        }
        if self.dice.once_in(6) {
            fs::create_dir_all(folder.join("empty")).unwrap();
        }
        if self.breaks && self.dice.once_in(4) {
            self.broken_in(folder);
        }
        if depth < 3 && self.dice.once_in(4) {
            self.class(&folder.join("more"), depth + 1);
        }
    }

    /// The classes of a part; the first letter of a name may be in either spelling of Unicode.
    fn classes(&mut self, part: &Path) {
        for name in ["a", "artifacts", "test tube"] {
            self.class(&part.join(name), 0);
        }
        let accented = part.join(self.dice.one_of(&["\u{e9}", "e\u{301}"]));
        self.kinds.add("decomposed class", usize::from(accented.ends_with("e\u{301}")));
        if self.dice.once_in(3) {
            self.kinds.add("linked class", 1);
            let target = self.elsewhere.join(format!("class {}", self.made));
            self.class(&target, 0);
            symlink(target, accented).unwrap();
        } else {
            self.class(&accented, 0);
        }
        if self.dice.once_in(2) {
            self.never_data(part);
        }
        if self.dice.once_in(2) {
            fs::create_dir_all(part.join("documents")).unwrap();
            self.write(&part.join("documents"), "list.csv", b"x");
        }
        for _ in 0..self.dice.below(3) {
            self.other(part);
        }
        if self.dice.once_in(3) {
            self.picture_in(part);
        }
    }

    /// A whole folder, in parts or not.
    fn folder(&mut self, root: &Path) {
        fs::create_dir_all(root).unwrap();
        fs::create_dir_all(&self.elsewhere).unwrap();
        if self.dice.once_in(3) {
            return self.classes(root);
        }
        let nested_parts = Cell::new(0);
        let nested = |name: &str, twice: bool| {
            nested_parts.set(nested_parts.get() + usize::from(twice));
            if twice { root.join(name).join(name) } else { root.join(name) }
        };
        let train = self.dice.one_of(&["train", "Training", "seg_train", "TrainingSet", "train2017"]);
        let is_one_word = train != "seg_train";
        let train = nested(train, self.dice.once_in(4));
        self.classes(&train);
        let has_validation = !is_one_word || self.dice.once_in(2);
        if has_validation {
            let part = nested(self.dice.one_of(&["val", "VALID", "my-validation"]), self.dice.once_in(4));
            self.classes(&part);
        }
        match self.dice.below(3) {
            0 => {
                let part = nested(self.dice.one_of(&["test", "Testing", "seg_test"]), self.dice.once_in(4));
                self.classes(&part);
            }
            1 => {
                let part = root.join("test");
                fs::create_dir_all(&part).unwrap();
                (0..2).for_each(|_| self.picture_in(&part));
                self.other(&part);
            }
            _ => {}
        }
        if self.dice.once_in(2) {
            fs::create_dir_all(root.join("masks/a")).unwrap();
            self.picture_in(&root.join("masks/a"));
        }
        self.kinds.add("nested part", nested_parts.get());
        if self.dice.once_in(3) {
            fs::create_dir_all(root.join("nothing")).unwrap();
        }
        self.other(root);
    }
}

/// The place of the walker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A folder of parts.
    Parts,
    /// A part, or a folder without parts.
    Classes(Part),
    /// A class, and the folders in it.
    Class(Part),
    /// Images without labels.
    Unlabelled,
}

/// Counts what is in a folder, by names and bytes alone.
fn walk(folder: &Path, role: Role, count: &mut Count) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let has = |name: &str| path.join(name).exists();
            match (role, name.as_str()) {
                (_, hidden) if hidden.starts_with('.') => count.add("folder: hidden", 1),
                (_, "__MACOSX" | "@eaDir" | "lost+found") => count.add("folder: system", 1),
                _ if has("run.json") && has("config.toml") => count.add("folder: own", 1),
                (Role::Classes(_), "documents") | (Role::Parts, "nothing") => count.add("folder: empty", 1),
                (Role::Parts, "masks") => count.add("folder: nopart", 1),
                _ => walk(&path, role_of(&name, &path, role), count),
            }
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let small = name.to_lowercase();
        let is_picture = bytes.starts_with(b"\x89PNG") || [".png", ".jpg"].iter().any(|end| small.ends_with(end));
        let kind = match role {
            _ if name.starts_with('.') => "file: hidden".into(),
            _ if ["Thumbs.db", "desktop.ini"].contains(&name.as_str()) => "file: system".into(),
            _ if small.ends_with(".heic") => "file: HEIC".into(),
            _ if small.ends_with(".avif") => "file: AVIF".into(),
            _ if !is_picture => "file: not a picture".into(),
            Role::Class(part) => images(part),
            Role::Unlabelled => "file: unlabelled".into(),
            Role::Parts | Role::Classes(_) => "file: outsideclasses".into(),
        };
        count.add(kind, 1);
    }
}

fn role_of(name: &str, path: &Path, above: Role) -> Role {
    let small = name.to_lowercase();
    let part = match () {
        () if small.contains("train") => Some(Part::Train),
        () if small.contains("val") => Some(Part::Validation),
        () if small.contains("test") && small != "test tube" => Some(Part::Test),
        () => None,
    };
    let has_classes = path.join("a").exists() || path.join(name).exists();
    match (above, part) {
        (Role::Parts, Some(Part::Test)) if !has_classes => Role::Unlabelled,
        (Role::Parts, Some(part)) => Role::Classes(part),
        // seg_train/seg_train.
        (Role::Classes(of), Some(part)) if part == of => Role::Classes(of),
        (Role::Classes(of), _) => Role::Class(of),
        (role, _) => role,
    }
}

#[test]
fn nothing_in_a_folder_of_pictures_is_left_out_without_a_word() {
    let place = Place::new();
    let mut met = Count::default();
    for trial in 0..280 {
        let (name, elsewhere) = (format!("{trial}"), place.path(&format!("elsewhere/{trial}")));
        let root = place.path(&name);
        let dice = &mut Dice::new(trial);
        let breaks = dice.once_in(5);
        let mut maker = Maker { dice, elsewhere, made: 0, breaks, broken: 0, kinds: Count::default() };
        maker.folder(&root);
        let broken = maker.broken;
        met.add_all(&maker.kinds);

        let (mut expected, mut loose) = (Count::default(), Count::default());
        let role = if root.join("a").exists() { Role::Classes(Part::Train) } else { Role::Parts };
        walk(&root, role, &mut expected);
        let experiment = reading(&place, "folder", &name, "validation = \"auto\"");
        match source::open_all(&experiment.data, OpenOptions::QUIET) {
            Ok(dataset) => {
                assert_eq!(broken, 0, "{name}");
                assert_eq!(Count::of(dataset.reading()), expected, "{name}");
                assert_eq!(dataset.classes(), ["a", "artifacts", "test tube", "\u{e9}"]);
                met.add_all(&expected);
            }
            Err(errors) => {
                assert_eq!(errors.len(), broken, "{name}: {errors:?}");
                met.add("error", broken);
            }
        }

        // What predict would read: no folder has a role.
        walk(&root, Role::Unlabelled, &mut loose);
        let mut reading = Reading::new(name);
        let found = source::pictures_in(&root, &mut reading).len();
        let mut read = Count::of(&reading);
        read.add("found", found);
        let pictures = ["file: unlabelled", "file: HEIC", "file: AVIF"];
        let count = pictures.iter().filter_map(|kind| loose.0.remove(*kind)).sum();
        loose.add("found", count);
        assert_eq!(read, loose);
    }
    let kinds = [
        "error",
        "images: train",
        "images: validation",
        "images: test",
        "file: hidden",
        "file: system",
        "file: HEIC",
        "file: AVIF",
        "file: not a picture",
        "file: unlabelled",
        "file: outsideclasses",
        "folder: hidden",
        "folder: system",
        "folder: own",
        "folder: empty",
        "folder: nopart",
        "not UTF-8",
        "linked file",
        "linked class",
        "wrong ending",
        "decomposed class",
        "nested part",
    ];
    met.assert_each(&kinds, 50);
}

/// A table made at random, and what is in it.
struct MadeTable {
    bytes: Vec<u8>,
    rows: usize,
    columns: usize,
    has_index: bool,
    is_utf16: bool,
    /// The row that is too short or too long, counted from 1 with the header.
    ragged: Option<usize>,
}

impl MadeTable {
    const PIXELS: usize = 9;

    fn of(dice: &mut Dice, is_labelled: bool) -> Self {
        let separator = dice.one_of(&[",", ", ", ";", "\t", "|"]);
        let (has_header, has_index, ends) = (dice.once_in(2), dice.once_in(2), dice.once_in(4));
        let first_index = dice.below(2);
        let is_quoted = dice.once_in(4);
        let rows = 8 + dice.below(8);
        let ragged = dice.once_in(4).then(|| dice.below(rows));
        let label_last = dice.once_in(2);

        let mut lines = Vec::new();
        if has_header {
            let mut names: Vec<String> = (0..Self::PIXELS).map(|pixel| format!("pixel{pixel}")).collect();
            match (is_labelled, label_last) {
                (true, true) => names.push("class".into()),
                (true, false) => names.insert(0, "class".into()),
                (false, _) => {}
            }
            if has_index {
                names.insert(0, dice.one_of(&["", "id", "Unnamed: 0"]).into());
            }
            lines.push(names);
        }
        for row in 0..rows {
            let number = |dice: &mut Dice| match is_quoted {
                true => format!("\"{}\"", dice.below(256)),
                false => dice.below(256).to_string(),
            };
            let mut fields: Vec<String> = (0..Self::PIXELS).map(|_| number(dice)).collect();
            match (is_labelled, label_last) {
                (true, true) => fields.push(["cat", "dog"][row % 2].into()),
                (true, false) => fields.insert(0, ["cat", "dog"][row % 2].into()),
                (false, _) => {}
            }
            if has_index {
                fields.insert(0, (row + first_index).to_string());
            }
            if ragged == Some(row) {
                // The first row says how many there are.
                if dice.once_in(2) && row > 0 {
                    drop(fields.remove(3))
                } else {
                    fields.extend(["7".into(), "7".into()])
                };
            }
            lines.push(fields);
        }
        let columns = Self::PIXELS + usize::from(is_labelled) + usize::from(has_index);
        let end = if ends { separator.trim_end_matches(' ') } else { "" };
        let text: String = lines.iter().map(|fields| format!("{}{end}\n", fields.join(separator))).collect();
        let (bytes, is_utf16) = match dice.below(6) {
            0 => (["\u{feff}".as_bytes(), text.as_bytes()].concat(), false),
            1 => (format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(), true),
            2 => (format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(), true),
            _ => (text.into_bytes(), false),
        };
        let ragged = ragged.map(|row| row + 1 + usize::from(has_header));
        Self { bytes, rows, columns, has_index, is_utf16, ragged }
    }
}

#[test]
fn nothing_in_a_table_is_left_out_without_a_word() {
    let place = Place::new();
    let mut met = Count::default();
    for trial in 0..400 {
        let dice = &mut Dice::new(1000 + trial);
        let table = MadeTable::of(dice, true);
        let name = format!("{trial}.csv");
        place.put(&name, &table.bytes);
        let experiment = reading(&place, "csv", &name, "");
        if let Some(row) = table.ragged {
            let error = source::open(&experiment.data, OpenOptions::QUIET).unwrap_err().to_string();
            // A first row that is longer makes all others too short.
            assert!(error.contains("row "), "{name}: {error}");
            assert!(row <= 2 || error.contains(&format!("row {row}")), "{name}: {error}, not row {row}");
            met.add("ragged row", 1);
            continue;
        }
        let dataset = source::open(&experiment.data, OpenOptions::QUIET)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{}", String::from_utf8_lossy(&table.bytes)));
        let report = dataset.reading();
        let left_out = |thing: Thing| -> usize {
            report.left_out().iter().filter(|entry| entry.thing == thing).map(|entry| entry.count).sum()
        };
        assert_eq!(dataset.len() + left_out(Thing::Row), table.rows, "{name}");
        assert_eq!(dataset.inputs() + 1 + left_out(Thing::Column), table.columns, "{name}: {report:?}");
        let index = report.left_out().iter().filter(|entry| entry.reason == Reason::Index).count();
        assert_eq!(index, usize::from(table.has_index), "{name}: {report:?}");
        assert_eq!(report.remarks().contains(&Remark::Utf16), table.is_utf16, "{name}");
        met.add("index column", index);
        met.add("UTF-16", usize::from(table.is_utf16));
        met.add("images", dataset.len());
    }
    met.assert_each(&["ragged row", "index column", "UTF-16", "images"], 50);
}
