//! `chiffres predict`, on files of many images.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use chiffres::checkpoint::{checkpoint_from_bytes, checkpoint_to_bytes};
use chiffres::native::source::{self, OpenOptions};

use super::{Place, text};
use crate::digits;
use crate::sources::npy;

/// A place with the network that scikit-learn trained, and the digits 1000 to 1002 in an array.
fn place_with_digits() -> Place {
    let place = Place::new();
    place.put_twin("twin");
    place.put("x.npy", npy("|u1", false, "3, 8, 8", &pixels().concat()));
    place
}

fn pixels() -> [Vec<u8>; 3] {
    let digits = digits();
    [1000, 1001, 1002].map(|index| digits.image(index).unwrap().pixels.to_vec())
}

/// An idx file of the images.
fn idx() -> Vec<u8> {
    idx_of(3, &pixels().concat())
}

/// An idx file of images of 8x8 pixels.
fn idx_of(images: u8, pixels: &[u8]) -> Vec<u8> {
    [&[0, 0, 8, 3, 0, 0, 0, images, 0, 0, 0, 8, 0, 0, 0, 8][..], pixels].concat()
}

fn answers(place: &Place, run: &str, arguments: &[&str]) -> Vec<Value> {
    place.json_lines(&[&["predict", run, "--json", "--device", "flex"], arguments].concat())
}

#[test]
fn images_in_files_are_answered_about_as_those_of_the_dataset() {
    let place = place_with_digits();
    let expected: Vec<Value> = answers(&place, "twin", &["1000", "1001", "1002"]);
    let doubles = |order: &dyn Fn(usize) -> usize| -> Vec<u8> {
        let all = pixels().concat();
        (0..192).flat_map(|at| f64::from(all[order(at)]).to_le_bytes()).collect()
    };
    place.put("rows.npy", npy("<f8", false, "3, 64", &doubles(&|at| at)));
    place.put("fortran.npy", npy("<f8", true, "3, 64", &doubles(&|at| at % 3 * 64 + at / 3)));
    place.put("idx", idx());
    place.put("idx.gz", crate::sources::gz(&idx()));
    for file in ["x.npy", "rows.npy", "fortran.npy", "idx", "idx.gz"] {
        let found = answers(&place, "twin", &[file]);
        assert_eq!(found.len(), 3, "{file}");
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found["probabilities"], expected["probabilities"], "{file}");
            assert_eq!((&found["label"], &found["index"]), (&expected["label"], &index.into()), "{file}");
            assert_eq!(found["place"], format!("{file}, image {index}"));
        }
    }
    assert_snapshot!("predict_rows", place.ok(&["predict", "twin", "x.npy", "--device", "flex"]));
}

#[test]
fn the_images_of_an_archive_are_those_to_test_with_or_without_labels() {
    let place = place_with_digits();
    place.ok(&["data", "export", "config/mlp.toml", "--to", "npz", "digits.npz"]);
    let output = place.run(&["predict", "twin", "digits.npz", "--json", "--device", "flex"]);
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 797);
    assert_eq!(lines[0]["probabilities"], answers(&place, "twin", &["1000"])[0]["probabilities"]);
    assert_eq!(lines[300]["place"], "digits.npz, array \"x_test\", image 300");
    let notes = text(&output.stderr);
    for note in [
        "2 arrays left out: labels, which predict does not need (y_test, y_train)",
        "1 array left out: images of another part (x_train)",
        "2 arrays left out: not named as images or labels (group_test, group_train)",
    ] {
        assert!(notes.contains(&format!("digits.npz: {note}\n")), "{notes}");
    }
}

#[test]
fn a_table_without_labels_is_answered_about_row_by_row() {
    let place = Place::new();
    place.put_case("kaggle-folder");
    place.ok(&["init", "data"]);
    place.ok(&["train", "data.toml", "--progress", "none", "--device", "flex"]);
    let test = text(&place.file("data/test.csv"));
    let rows: Vec<&str> = test.lines().collect();
    let expected = answers(&place, "data", &["data/test.csv"]);
    assert_eq!(expected.len(), rows.len() - 1);
    assert_eq!((&expected[0]["place"], &expected[0]["index"]), (&"data/test.csv, row 2".into(), &0.into()));
    let printed = place.ok(&["predict", "data", "data/test.csv", "--device", "flex"]);
    assert!(printed.lines().count() == expected.len() && printed.starts_with("data/test.csv, row 2: "), "{printed}");

    // The columns have the names of those of training, in any order; other separators, and compressed.
    let same = |file: &str, bytes: Vec<u8>| {
        place.put(file, bytes);
        let found = answers(&place, "data", &[file]);
        let part = |answers: &[Value]| answers.iter().map(|answer| answer["probabilities"].clone()).collect::<Vec<_>>();
        assert_eq!(part(&found), part(&expected), "{file}");
        found
    };
    let turned = |row: &&str| row.split(',').rev().collect::<Vec<_>>().join(";") + "\n";
    same("turned.csv", rows.iter().map(turned).collect::<String>().into_bytes());
    same("test.csv.gz", crate::sources::gz(test.as_bytes()));
    let numbered =
        |(i, row): (usize, &&str)| if i == 0 { format!("id,{row}\n") } else { format!("{},{row}\n", 100 + i) };
    let found = same("id.csv", rows.iter().enumerate().map(numbered).collect::<String>().into_bytes());
    assert_eq!(found[0]["id"], "101");
    place.ok(&["predict", "data", "id.csv", "--output", "out.csv", "--device", "flex"]);
    assert!(text(&place.file("out.csv")).starts_with("id,label\n101,"), "{}", text(&place.file("out.csv")));

    // Labels are left out with a word.
    let labelled = |(i, row): (usize, &&str)| format!("{},{row}\n", if i == 0 { "label" } else { "1" });
    place.put("labelled.csv", rows.iter().enumerate().map(labelled).collect::<String>());
    let output = place.run(&["predict", "data", "labelled.csv", "--device", "flex"]);
    let notes = text(&output.stderr);
    assert!(
        notes.contains("labelled.csv: 1 column left out: labels, which predict does not need (label)\n"),
        "{notes}"
    );
    assert_eq!(text(&output.stdout).lines().count(), expected.len());

    place.put(
        "narrow.csv",
        rows.iter().map(|row| row.split_once(',').unwrap().1.to_string() + "\n").collect::<String>(),
    );
    let note = place.fails(1, &["predict", "data", "narrow.csv", "--device", "flex"]);
    assert!(note.contains("narrow.csv") && note.contains("pixel0"), "{note}");
    // The table of training is not needed.
    fs::remove_dir_all(place.path("data")).unwrap();
    same("test.csv", test.clone().into_bytes());
    let note = place.fails(1, &["predict", "data", "narrow.csv", "--device", "flex"]);
    assert!(note.starts_with("error: narrow.csv: ") && note.contains("but the network reads 8x8 = 64\n"), "{note}");
}

#[test]
fn answers_are_a_table_complete_or_not_at_all() {
    let place = place_with_digits();
    let labels: Vec<String> =
        answers(&place, "twin", &["x.npy"]).iter().map(|answer| answer["label"].as_str().unwrap().into()).collect();
    let write_to = |name: &str, more: &[&str]| {
        place.ok(&[&["predict", "twin", "x.npy", "--output", name, "--device", "flex"], more].concat());
        text(&place.file(name))
    };
    let write = |more: &[&str]| write_to("out.csv", more);
    assert_eq!(write(&[]), format!("id,label\n1,{}\n2,{}\n3,{}\n", labels[0], labels[1], labels[2]));
    let kaggle = write_to("kaggle.csv", &["--columns", "ImageId,Label"]);
    assert!(kaggle.starts_with(&format!("ImageId,Label\n1,{}\n", labels[0])), "{kaggle}");
    assert!(write(&["--first", "0"]).starts_with(&format!("id,label\n0,{}\n", labels[0])));
    // Pictures have their names.
    fs::create_dir(place.path("photos")).unwrap();
    fs::copy("tests/fixtures/handwriting/7-mnist24443.png", place.path("photos/7.png")).unwrap();
    let photos = ["predict", "twin", "photos", "--output", "out.csv", "--device", "flex"];
    place.ok(&photos);
    assert_eq!(text(&place.file("out.csv")), "id,label\nphotos/7.png,7\n");
    // An earlier table stays if an answer is missing.
    place.put("photos/8.png", "not a picture");
    let notes = place.fails(1, &photos);
    assert!(notes.contains("out.csv was not written: an answer is missing\n"), "{notes}");
    assert_eq!(text(&place.file("out.csv")), "id,label\nphotos/7.png,7\n");
    place.fails(1, &["predict", "twin", "x.npy", "--output", "nowhere/out.csv", "--device", "flex"]);
    // Only such a table is replaced: no images, and no table of other columns.
    for name in ["x.npy", "kaggle.csv"] {
        let before = place.file(name);
        let note = place.fails(2, &["predict", "twin", "x.npy", "--output", name, "--device", "flex"]);
        assert!(note.starts_with(&format!("error: {name} exists already")), "{note}");
        assert_eq!(place.file(name), before);
    }
    place.fails(2, &["predict", "twin", "x.npy", "--output", "out.csv", "--columns", "one"]);
    let left: Vec<_> = fs::read_dir(place.path(""))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn images_that_the_network_does_not_read_are_one_clear_error() {
    let place = place_with_digits();
    place.put("oblong.npy", npy("|u1", false, "1, 780", &[1; 780]));
    place.put("row.npy", npy("|u1", false, "1, 63", &[1; 63]));
    place.put("bright.npy", npy("|u1", false, "2, 64", &[&[16; 64][..], &[17; 64]].concat()));
    place.put("shares.npy", npy("<f4", false, "1, 64", &0.5f32.to_le_bytes().repeat(64)));
    place.put("shares.csv", format!("{}\n", ["0.5"; 64].join(",")).repeat(3));
    place.put("none.csv", (0..64).map(|i| format!("p{i}")).collect::<Vec<_>>().join(",") + "\n");
    place.put("none-idx", idx_of(0, &[]));
    place.put("labels.npy", npy("|u1", false, "3,", &[1, 2, 3]));
    place.put("labels-idx", [0, 0, 8, 1, 0, 0, 0, 1, 7]);
    place.put("short-idx", &idx()[..100]);
    let mut transcript = String::new();
    for file in [
        "oblong.npy",
        "row.npy",
        "bright.npy",
        "shares.npy",
        "shares.csv",
        "none.csv",
        "none-idx",
        "labels.npy",
        "labels-idx",
        "short-idx",
    ] {
        let output = place.run(&["predict", "twin", file, "--device", "flex"]);
        assert_eq!(output.status.code(), Some(1), "{file}");
        transcript += &format!("# {file}\n{}\n", text(&output.stderr));
    }
    transcript += &place.fails(2, &["predict", "twin", "x.npy", "--explain", "--device", "flex"]);
    assert_snapshot!("predict_rows_refused", transcript);
}

/// A table of standardised numbers from -1.5 to 2.5: five images of each of two classes.
fn standardised() -> Vec<String> {
    let row = |i: usize| format!("{},{},{}", i % 2, 0.4 * i as f64 - 1.5, [-1.25, 2.5][i % 2]);
    std::iter::once("label,a,b".to_string()).chain((0..10).map(row)).collect()
}

#[test]
fn a_network_keeps_the_range_of_its_numbers_also_without_the_setting() {
    let place = Place::new();
    let table = standardised();
    place.put("all.csv", table.join("\n") + "\n");
    let settings = "[data]\nsource = \"csv\"\npath = \"all.csv\"\nsize = [1, 2]\ntrain = 8\n";
    place.put("all.toml", format!("name = \"all\"\n{settings}[training]\nepochs = 5\nbatch_size = 4\n"));
    place.ok(&["train", "all.toml", "--progress", "none", "--device", "flex"]);
    assert_eq!(place.model("all").experiment.data.range, [-1.5, 2.5]);
    place.ok(&["verify", "all"]);
    let expected = answers(&place, "all", &["1", "2"]);
    // These two numbers a column would have a range of their own.
    let part = [&table[0], &table[2], &table[3]].map(|row| row.clone() + "\n").concat();
    place.put("part.csv", &part);
    for found in [answers(&place, "all", &["part.csv"]), answers(&place, "all", &["0", "1", "--data", "part.csv"])] {
        let chances =
            |answers: &[Value]| answers.iter().map(|answer| answer["probabilities"].clone()).collect::<Vec<_>>();
        assert_eq!(chances(&found), chances(&expected));
    }
    // Numbers of another kind are refused.
    place.put("other.csv", "label,a,b\n0,0,16\n1,3,255\n");
    for arguments in [&["predict", "all", "other.csv"][..], &["evaluate", "all", "--data", "other.csv"]] {
        let note = place.fails(1, arguments);
        assert!(note.contains("other.csv, row 2") && note.contains("-1.5"), "{note}");
    }
}

#[test]
fn a_run_without_the_range_of_its_numbers_goes_on() {
    let place = Place::new();
    place.put("all.csv", standardised().join("\n") + "\n");
    let settings = "[data]\nsource = \"csv\"\npath = \"all.csv\"\nsize = [1, 2]\ntrain = 8\n";
    place.put("all.toml", format!("name = \"all\"\n{settings}[training]\nepochs = 5\nbatch_size = 4\n"));
    place.ok(&["train", "all.toml", "--progress", "none", "--device", "flex"]);
    // As a version before saved it.
    let mut data = place.model("all").experiment.data;
    data.path = place.path("all.csv").display().to_string();
    let dataset = source::open(&data, OpenOptions::QUIET).unwrap();
    let state = "artifacts/all/checkpoint/state";
    let (mut experiment, training) = checkpoint_from_bytes(state, &place.file(state)).unwrap();
    assert_eq!(std::mem::take(&mut experiment.data.range), [-1.5, 2.5]);
    place.put(state, checkpoint_to_bytes(&experiment, &dataset, &training));
    place.put("artifacts/all/config.toml", experiment.to_toml());
    let mut saved = place.model("all");
    saved.experiment.data.range.clear();
    place.put("artifacts/all/model", saved.to_bytes());
    place.ok(&["verify", "all"]);
    place.ok(&["evaluate", "all"]);

    place.ok(&["train", "--resume", "all", "--set", "training.epochs=8", "--progress", "none"]);
    assert_eq!(place.model("all").experiment.data.range, [-1.5, 2.5]);
    place.ok(&["verify", "all"]);
    let whole = ["train", "all.toml", "--name", "whole", "--set", "training.epochs=8", "--device", "flex"];
    place.ok(&[&whole[..], &["--progress", "none"]].concat());
    assert_eq!(place.model("all").weights, place.model("whole").weights);
}

#[test]
fn numbers_of_a_range_of_their_own_are_read_as_in_training() {
    let place = Place::new();
    fs::copy("tests/fixtures/cases/array-forms/standard.npz", place.path("standard.npz")).unwrap();
    place.ok(&["init", "standard.npz"]);
    place.ok(&["train", "standard.toml", "--progress", "none", "--device", "flex", "--set", "training.epochs=5"]);
    let rows = answers(&place, "standard", &["standard.npz"]);
    let images = answers(&place, "standard", &["0", "23"]);
    assert_eq!(rows.len(), 24);
    assert_eq!(
        [&rows[0], &rows[23]].map(|row| &row["probabilities"]),
        [&images[0], &images[1]].map(|row| &row["probabilities"])
    );
}

#[test]
fn tables_and_arrays_to_predict_have_one_report() {
    let place = Place::new();
    let shares = |image: usize, unit: f64| [0.1 * (image % 2) as f64, 0.5, 0.25, unit].to_vec();
    let row = |numbers: &[f64]| numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let train: String = (0..24).map(|image| format!("{},{}\n", row(&shares(image, 1.0)), image % 2)).collect();
    place.put("t.csv", format!("a,b,c,d,label\n{train}"));
    place.ok(&["init", "t.csv"]);
    place.ok(&["train", "t.toml", "--progress", "none", "--device", "flex"]);
    let reported = |images: &[Vec<f64>]| {
        place.put("new.csv", format!("a,b,c,d\n{}", images.iter().map(|image| row(image) + "\n").collect::<String>()));
        let values: Vec<u8> = images.concat().into_iter().flat_map(f64::to_le_bytes).collect();
        place.put("new.npy", npy("<f8", false, &format!("{}, 2, 2", images.len()), &values));
        let [table, array] = ["new.csv", "new.npy"].map(|file| {
            let output = place.run(&["predict", "t", file, "--device", "flex"]);
            assert!(output.status.success());
            text(&output.stderr).replace(file, "FILE")
        });
        assert_eq!(table, array);
        table
    };
    let unit = "FILE: numbers from 0 to 1 are read as shares of 255\n";
    assert!(reported(&[shares(0, 1.0), shares(1, 0.75)]).contains(unit));
    let note = reported(&[shares(0, 1.25), shares(1, 1.5)]);
    assert!(
        note.contains(unit) && note.contains("2 numbers outside of the range are read as its nearest end"),
        "{note}"
    );
    // Colours become grey with a word.
    let colours: Vec<u8> = [1.0; 12].into_iter().flat_map(f64::to_le_bytes).collect();
    place.put("colours.npy", npy("<f8", false, "1, 2, 2, 3", &colours));
    let notes = text(&place.run(&["predict", "t", "colours.npy", "--device", "flex"]).stderr);
    assert!(notes.contains("colours.npy: colours became grey (training with"), "{notes}");
}

/// A table with a row for each of `images`: four pixels of an image in two classes, and `more` around them.
fn rows(images: usize, row: impl Fn(usize, &str) -> String) -> String {
    let pixels = |image: usize| match image % 2 {
        0 => format!("{},250,3,7", 200 + image),
        _ => format!("{},9,240,201", image),
    };
    (0..images).map(|image| row(image, &pixels(image)) + "\n").collect()
}

#[test]
fn a_table_is_read_as_that_of_the_training_images_when_that_is_gone() {
    let place = Place::new();
    let train = |run: &str, settings: &str, table: String| {
        place.put("t.csv", table);
        place.put(
            "t.toml",
            format!("[data]\nsource = \"csv\"\npath = \"t.csv\"\n{settings}[training]\nepochs = 1\nbatch_size = 8\n"),
        );
        place.ok(&["train", "t.toml", "--progress", "none", "--device", "flex", "--name", run]);
        fs::remove_file(place.path("t.csv")).unwrap();
    };
    let answered = |run: &str, table: String| {
        place.put("new.csv", table);
        answers(&place, run, &["new.csv"])[1]["probabilities"].clone()
    };
    let alone = || rows(4, |_, pixels| pixels.into());
    // Columns that the settings name, in a header and by position; a table of pixels alone has none of them.
    let of_seconds = |image: usize, pixels: &str| format!("{},{pixels},{}", 3600 * (image + 1), image % 2);
    train(
        "named",
        "label = \"kind\"\nleave_out = [\"seconds\"]\n",
        format!("seconds,a,b,c,d,kind\n{}", rows(24, of_seconds)),
    );
    let expected = answered("named", alone());
    assert_eq!(answered("named", format!("seconds,a,b,c,d,kind\n{}", rows(4, of_seconds))), expected);
    assert_eq!(answered("named", format!("a,b,c,d\n{}", alone())), expected);
    train("bare", "label = 5\nleave_out = [0]\n", rows(24, of_seconds));
    assert_eq!(answered("bare", rows(4, of_seconds)), answered("bare", alone()));
    // A separator that the numbers do not tell.
    let spaced = |image: usize, pixels: &str| format!("{} {}", image % 2, pixels.replace(',', " "));
    train("spaced", "label = 0\nseparator = \" \"\n", rows(24, spaced));
    assert_eq!(answered("spaced", rows(4, spaced)), answered("spaced", alone()));
}

#[test]
fn a_table_to_predict_needs_no_groups() {
    let place = Place::new();
    let of_writers = |image: usize, pixels: &str| format!("w{},{pixels},{}", image % 3, image % 2);
    let alone = || rows(4, |_, pixels| pixels.into());
    for (name, header) in [("named", "writer,a,b,c,d,label\n"), ("bare", "")] {
        let settings = if header.is_empty() { "label = 5\ngroup = 0\n" } else { "group = \"writer\"\n" };
        let table = format!("{name}.csv");
        place.put(&table, format!("{header}{}", rows(24, of_writers)));
        let text =
            format!("[data]\nsource = \"csv\"\npath = \"{table}\"\n{settings}[training]\nepochs = 1\nbatch_size = 8\n");
        place.put(&format!("{name}.toml"), text);
        place.ok(&["train", &format!("{name}.toml"), "--progress", "none", "--device", "flex", "--name", name]);
        place.put("new.csv", if header.is_empty() { alone() } else { format!("a,b,c,d\n{}", alone()) });
        let answered = |file: &str| answers(&place, name, &[file])[1]["probabilities"].clone();
        assert_eq!(answered("new.csv"), answered(&table), "{name}");
    }
}

#[test]
fn labels_in_a_column_for_each_class_are_left_out_by_their_names() {
    let place = Place::new();
    let one_hot = |image: usize, pixels: &str| format!("{pixels},{},{}", image % 2, 1 - image % 2);
    for (name, header, names) in [("named", "a,b,c,d,bar,ring\n", "bar, ring"), ("bare", "", "4, 5")] {
        place.put(&format!("{name}.csv"), format!("{header}{}", rows(24, one_hot)));
        place.ok(&["init", &format!("{name}.csv")]);
        place.ok(&["train", &format!("{name}.toml"), "--progress", "none", "--device", "flex"]);
        let notes = text(&place.run(&["predict", name, &format!("{name}.csv"), "--device", "flex"]).stderr);
        let expected = format!("2 columns left out: labels, which predict does not need ({names})\n");
        assert!(notes.contains(&expected), "{notes}");
    }
}
