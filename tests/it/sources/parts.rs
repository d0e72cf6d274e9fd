//! Folders of pictures as people have them: parts under many names, classes called as parts, and what is neither.

use std::fs;

use insta::assert_snapshot;

use chiffres::Dataset;
use chiffres::data::{Part, Reason, Remark, Thing};

use super::{given, grey_png, names, open, opened, pixels};
use crate::cli::Place;

/// A place with a picture of 2x2 pixels under each path; the first one is of grey value 1, the second one of 2, ...
fn place(paths: &[&str]) -> Place {
    let place = Place::new();
    for (path, value) in paths.iter().zip(1..) {
        place.put(&format!("photos/{path}"), grey_png(2, 2, value));
    }
    place
}

fn read(paths: &[&str]) -> Dataset {
    opened(&place(paths), "folder", "photos", "validation = \"auto\"")
}

fn refused(paths: &[&str]) -> String {
    let place = place(paths);
    let error = open(&place, "folder", "photos", "").unwrap_err();
    let root = place.path("");
    let shown = |text: String| text.replace(root.to_str().unwrap(), "");
    format!("{}\nhint: {}\n\n", shown(error.to_string()), shown(error.hint().unwrap_or_default()))
}

/// The omissions: thing, reason, count.
fn left_out(dataset: &Dataset) -> Vec<(Thing, Reason, usize)> {
    dataset.reading().left_out().iter().map(|entry| (entry.thing, entry.reason.clone(), entry.count)).collect()
}

/// The grey value of each image: the number of its path.
fn values(dataset: &Dataset) -> Vec<u8> {
    pixels(dataset).iter().map(|image| image[0]).collect()
}

#[test]
fn parts_have_many_names() {
    for [train, validation, test] in [
        ["train", "val", "test"],
        ["training", "valid", "testing"],
        ["Train", "Validation", "TEST"],
        ["seg_train", "seg_dev", "seg_test"],
        ["TrainingSet", "ValSet", "TestSet"],
        ["train2017", "val2017", "test2017"],
        ["my-train-images", "my-val-images", "my-test-images"],
        ["train/train", "valid/valid", "test/test"],
        ["archive/seg_train/seg_train", "archive/seg_val/seg_val", "archive/seg_test/seg_test"],
    ] {
        let paths = [
            format!("{train}/a/1.png"),
            format!("{train}/b/1.png"),
            format!("{validation}/b/1.png"),
            format!("{test}/a/1.png"),
            format!("{test}/b/1.png"),
        ];
        let dataset = read(&paths.each_ref().map(String::as_str));
        assert_eq!((names(&dataset).join(" "), given(&dataset)), ("a b b a b".into(), [2, 1, 2]), "{train}");
        assert_eq!(values(&dataset), [1, 2, 3, 4, 5], "{train}");
        let parts = dataset.reading().parts();
        assert_eq!(parts.iter().map(|part| part.part).collect::<Vec<_>>(), [Part::Train, Part::Validation, Part::Test]);
        assert!(parts[1].from.ends_with(validation), "{parts:?}");
        assert!(left_out(&dataset).is_empty());
    }
}

#[test]
fn a_class_may_be_called_as_a_part() {
    let dataset = read(&["car/1.png", "plane/1.png", "train/1.png", "train/old/2.png"]);
    assert_eq!((names(&dataset).join(" "), given(&dataset)), ("car plane train train".into(), [4, 0, 0]));
    let dataset = read(&["boots/red/1.png", "boots/blue/1.png", "training shoes/old/1.png"]);
    assert_eq!((names(&dataset).join(" "), given(&dataset)), ("boots boots training shoes".into(), [3, 0, 0]));
    let dataset = read(&["beaker/1.png", "test tube/1.png"]);
    assert_eq!(names(&dataset).join(" "), "beaker test tube");
    // Each class in folders of its own, and one folder alone in each.
    let dataset = read(&["cat/indoors/1.png", "cat/2.png", "dog/outdoors/1.png"]);
    assert_eq!(names(&dataset).join(" "), "cat cat dog");
    let dataset = read(&["cat/images/1.png", "dog/images/1.png"]);
    assert_eq!(names(&dataset).join(" "), "cat dog");
}

#[test]
fn test_images_without_labels_do_not_stop_a_training() {
    for unlabelled in ["test", "test/unknown", "test/test", "seg_pred"] {
        let paths = ["train/a/1.png", "train/b/1.png", &format!("{unlabelled}/1.png"), &format!("{unlabelled}/2.png")];
        let dataset = read(&paths);
        assert_eq!((names(&dataset).join(" "), given(&dataset)), ("a b".into(), [2, 0, 0]), "{unlabelled}");
        let part = &dataset.reading().parts()[1];
        assert_eq!((part.part, part.images), (Part::Unlabelled, 2));
        assert_eq!(left_out(&dataset), [(Thing::File, Reason::Unlabelled, 2)]);
    }
}

#[test]
fn what_lies_beside_parts_and_classes_is_said() {
    let paths = ["train/a/1.png", "train/b/1.png", "train/3.png", "extra/a/1.png", "1.png", "__MACOSX/a/._1.png"];
    let place = place(&paths);
    place.put("photos/readme.TXT", "hello");
    place.put("photos/train/a/Thumbs.db", "x");
    place.put("photos/train/a/notes.txt", "x");
    place.put("photos/train/documents/list.csv", "x");
    place.put("photos/train/documents/.list", "x");
    fs::create_dir_all(place.path("photos/test")).unwrap();
    let dataset = opened(&place, "folder", "photos", "");
    let text = Reason::NotAPicture { ending: "txt".into() };
    let mut found = left_out(&dataset);
    found.sort_by_key(|entry| format!("{entry:?}"));
    assert_eq!(
        found,
        [
            (Thing::File, text, 2),
            (Thing::File, Reason::OutsideClasses, 2),
            (Thing::File, Reason::System, 1),
            (Thing::Folder, Reason::Empty, 2),
            (Thing::Folder, Reason::NoPart, 1),
            (Thing::Folder, Reason::System, 1),
        ]
    );
}

#[test]
fn a_folder_in_a_folder_is_looked_into_and_said() {
    let dataset = read(&["photos/a/1.png", "photos/b/1.png"]);
    assert_eq!(names(&dataset).join(" "), "a b");
    assert!(matches!(&dataset.reading().remarks()[0], Remark::Inside { folder } if folder.ends_with("photos/photos")));
}

#[test]
fn the_program_leaves_out_what_it_made_itself() {
    let classes = ["bar/1.png", "bar/2.png", "ring/1.png", "ring/2.png", "ring/3.png"];
    let place = place(&classes);
    place.put("photos/artifacts/.cache/0-2x2.pixels", "x");
    let dataset = opened(&place, "folder", "photos", "");
    assert_eq!(left_out(&dataset), [(Thing::Folder, Reason::Own, 1)]);
    for file in ["config.toml", "run.json", "model"] {
        place.put(&format!("photos/artifacts/bar/{file}"), "x");
        place.put(&format!("photos/ring/old run/{file}"), "x");
    }
    let dataset = opened(&place, "folder", "photos", "");
    assert_eq!(left_out(&dataset), [(Thing::Folder, Reason::Own, 2)]);
    // A class of that name is a class, even if a run lies in it.
    place.put("photos/artifacts/1.png", grey_png(2, 2, 9));
    let dataset = opened(&place, "folder", "photos", "");
    assert_eq!(names(&dataset).join(" "), "artifacts bar bar ring ring ring");
    assert_eq!(
        left_out(&dataset),
        [(Thing::Folder, Reason::Hidden, 1), (Thing::Folder, Reason::Own, 2)],
        "the cache, and the runs"
    );
}

#[test]
fn init_works_again_in_the_folder_of_the_images() {
    let place = place(&[]);
    let values = (1..).map(|value| grey_png(2, 2, value));
    for (i, picture) in (0..12).zip(values) {
        place.put(&format!("{}/{i}.png", ["bar", "cross", "ring"][i % 3]), picture);
    }
    place.ok(&["init", ".", "-o", "shapes.toml"]);
    let check = place.ok(&["data", "check", "shapes.toml"]);
    assert!(check.contains("1 folder left out: made by this program (./artifacts)"), "{check}");
    place.ok(&["train", "shapes.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=1"]);
    place.ok(&["data", "check", "shapes.toml"]);
}

#[test]
fn one_letter_is_one_class_in_both_spellings() {
    let (composed, decomposed) = ("\u{e9}", "e\u{301}");
    let paths = [
        format!("train/{composed}/1.png"),
        "train/b/1.png".into(),
        format!("test/{decomposed}/1.png"),
        "test/b/1.png".into(),
    ];
    let dataset = read(&paths.each_ref().map(String::as_str));
    assert_eq!(dataset.classes(), ["b", composed]);
    assert!(dataset.reading().is_plain());
    let paths = [format!("{composed}/1.png"), format!("{decomposed}/1.png"), "b/1.png".into()];
    let dataset = read(&paths.each_ref().map(String::as_str));
    assert_eq!(names(&dataset), ["b", composed, composed]);
    assert_eq!(dataset.reading().remarks(), [Remark::OneClass { class: composed.into() }]);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_told_apart_or_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = place(&["a/1.png", "b/1.png"]);
    for (value, name) in [(3, &b"\xff.png"[..]), (4, b"\xfe.png")] {
        fs::write(place.path("photos/a").join(OsStr::from_bytes(name)), grey_png(2, 2, value)).unwrap();
    }
    let dataset = opened(&place, "folder", "photos", "");
    assert_eq!(values(&dataset), [1, 4, 3, 2]);
    assert!(dataset.place(1).to_string().ends_with("photos/a/\\xfe.png"), "{}", dataset.place(1));
    fs::create_dir(place.path("photos").join(OsStr::from_bytes(b"\xfd"))).unwrap();
    let error = open(&place, "folder", "photos", "").unwrap_err().to_string();
    assert!(error.ends_with("photos/\\xfd: the name of the folder of a class is not UTF-8"), "{error}");
}

#[test]
fn layouts_that_say_two_things_are_refused() {
    let mut transcript = String::new();
    for (title, paths) in [
        ("two folders of one part", &["train/a/1.png", "train/b/1.png", "training/a/1.png"][..]),
        ("parts with unknown names", &["a/x/1.png", "a/y/1.png", "b/x/1.png", "b/y/1.png"]),
        ("parts without classes", &["train/1.png", "test/1.png"]),
        ("no images to train on", &["val/a/1.png", "val/b/1.png"]),
        ("pictures alone", &["1.png", "2.png"]),
    ] {
        transcript += &format!("# {title}\n{}", refused(paths));
    }
    assert_snapshot!(transcript);
}

#[test]
fn predict_answers_about_the_pictures_that_training_would_read() {
    let place = Place::new();
    for i in 0..12 {
        place.put(&format!("train/{}/{i}.png", ["bar", "ring"][i % 2]), grey_png(2, 2, 20 * i as u8));
    }
    place.ok(&["init", "train", "-o", "shapes.toml"]);
    place.ok(&["train", "shapes.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=1"]);
    for path in ["a.png", "._a.png", ".ipynb_checkpoints/a-checkpoint.png", "__MACOSX/a.png", "deep/b.JPE"] {
        place.put(&format!("new/{path}"), grey_png(2, 2, 77));
    }
    place.put("new/notes.txt", "x");
    let output = place.run(&["predict", "shapes", "new", "--json", "--device", "flex"]);
    let stderr = crate::cli::text(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let answers = crate::cli::text(&output.stdout);
    let files: Vec<serde_json::Value> =
        answers.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["file"].clone()).collect();
    assert_eq!(files, ["new/a.png", "new/deep/b.JPE"]);
    assert!(stderr.contains("1 file left out: not a picture but .txt (new/notes.txt)"), "{stderr}");
}

#[test]
fn folders_of_texts_alone_are_no_classes() {
    let place = Place::new();
    place.put("texts/notes/readme.txt", "x");
    let error = open(&place, "folder", "texts", "").unwrap_err().to_string();
    assert!(error.ends_with("texts: there is no folder with pictures in it"), "{error}");
    // A picture beside them is in no class.
    place.put("texts/a.png", grey_png(2, 2, 7));
    let note = place.fails(1, &["init", "texts"]);
    assert!(note.starts_with("error: texts: there is no folder with pictures in it"), "{note}");
}
