//! The names of arrays and files: what they hold, and the part that it belongs to.

use crate::config::DataConfig;
use crate::data::Part;

/// Words for images.
const IMAGES: [&str; 10] = ["x", "images", "image", "imgs", "img", "data", "features", "inputs", "pixels", "samples"];
/// Words for labels.
const LABELS: [&str; 7] = ["y", "labels", "label", "targets", "target", "classes", "class"];
/// Words of files in a format, which say nothing about their contents.
const FORMAT: [&str; 6] = ["idx1", "idx3", "idx2", "idx", "ubyte", "gz"];
/// Words of idx files alone.
const IDX: [&str; 4] = ["idx1", "idx3", "idx2", "ubyte"];
/// Words for what is neither images nor labels, whatever else the name says.
const OTHER: [&str; 8] = ["names", "name", "ids", "id", "index", "mean", "std", "shape"];

/// The contents of an array or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Images.
    Images,
    /// Labels.
    Labels,
}

/// The meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Meaning {
    role: Role,
    part: Part,
    /// Every word of it is a usual one.
    is_usual: bool,
}

/// The names that may be those of the images, or of the labels, of a part: those of usual words alone, or else all.
///
/// A name that says no part is that of images to train on.
pub fn candidates<'a>(names: &'a [String], role: Role, part: Part) -> Vec<&'a str> {
    let fits = |is_usual: bool| {
        let is = move |name: &&str| {
            meaning(name).is_some_and(|found| (found.role, found.part, found.is_usual) == (role, part, is_usual))
        };
        names.iter().map(String::as_str).filter(is).collect::<Vec<&'a str>>()
    };
    let usual = fits(true);
    if usual.is_empty() { fits(false) } else { usual }
}

/// The setting that names the images, or the labels, of a part, and its value.
pub fn setting(config: &DataConfig, role: Role, part: Part) -> (&'static str, &str) {
    match (role, part) {
        (Role::Images, Part::Validation) => ("data.validation_images", &config.validation_images),
        (Role::Labels, Part::Validation) => ("data.validation_labels", &config.validation_labels),
        (Role::Images, Part::Test) => ("data.test_images", &config.test_images),
        (Role::Labels, Part::Test) => ("data.test_labels", &config.test_labels),
        (Role::Images, _) if config.train_images.is_empty() => ("data.images", &config.images),
        (Role::Images, _) => ("data.train_images", &config.train_images),
        (Role::Labels, _) if config.train_labels.is_empty() => ("data.labels", &config.labels),
        (Role::Labels, _) => ("data.train_labels", &config.train_labels),
    }
}

/// Returns whether a name says what it holds.
pub fn is_usual(name: &str) -> bool {
    meaning(name).is_some()
}

/// Returns whether a name is that of an idx file.
pub fn is_idx(name: &str) -> bool {
    words(name).iter().any(|word| IDX.contains(&word.as_str()))
}

/// The word of a name that says the part: `val` of `x_val`.
pub fn part_word(name: &str) -> Option<String> {
    words(name).into_iter().find(|word| Part::named(word).is_some())
}

fn meaning(name: &str) -> Option<Meaning> {
    let words = words(name);
    let is = |known: &[&str], word: &String| known.contains(&word.as_str());
    let has = |known: &[&str]| words.iter().any(|word| is(known, word));
    if has(&OTHER) {
        return None;
    }
    let role = if has(&LABELS) { Role::Labels } else { has(&IMAGES).then_some(Role::Images)? };
    let part = words.iter().find_map(|word| Part::named(word)).unwrap_or(Part::Train);
    let is_usual =
        |word: &String| is(&IMAGES, word) || is(&LABELS, word) || is(&FORMAT, word) || Part::named(word).is_some();
    Some(Meaning { role, part, is_usual: words.iter().all(is_usual) })
}

/// The words of a name in lower case: `X_train`, `trainX` and `xtrain` are `x` and `train`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_alphanumeric() {
            if !before.is_alphanumeric() || before.is_lowercase() && c.is_uppercase() {
                words.push(String::new());
            }
            words.last_mut().expect("a word has begun").extend(c.to_lowercase());
        }
        before = c;
    }
    let apart = |word: String| match word.split_at_checked(1) {
        Some((first @ ("x" | "y"), part)) if Part::named(part).is_some() => vec![first.into(), part.into()],
        _ => vec![word],
    };
    words.into_iter().flat_map(apart).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_hold() {
        use {Part::*, Role::*};
        for (name, expected) in [
            ("x", Some((Images, Train, true))),
            ("Y", Some((Labels, Train, true))),
            ("X_train", Some((Images, Train, true))),
            ("y_val", Some((Labels, Validation, true))),
            ("ytest", Some((Labels, Test, true))),
            ("trainX", Some((Images, Train, true))),
            ("train_images", Some((Images, Train, true))),
            ("test_labels", Some((Labels, Test, true))),
            ("target", Some((Labels, Train, true))),
            ("image_labels", Some((Labels, Train, true))),
            ("target_names", None),
            ("DESCR", None),
            ("t10k-images-idx3-ubyte.gz", Some((Images, Test, true))),
            ("train-labels.idx1-ubyte", Some((Labels, Train, true))),
            ("emnist-letters-train-images-idx3-ubyte", Some((Images, Train, false))),
            ("emnist-letters-mapping.txt", None),
        ] {
            let found = meaning(name).map(|found| (found.role, found.part, found.is_usual));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn usual_names_come_first() {
        let names = ["x".into(), "old_x".into(), "old_y".into()];
        assert_eq!(candidates(&names, Role::Images, Part::Train), ["x"]);
        assert_eq!(candidates(&names, Role::Labels, Part::Train), ["old_y"]);
        assert!(candidates(&names, Role::Images, Part::Test).is_empty());
    }
}
