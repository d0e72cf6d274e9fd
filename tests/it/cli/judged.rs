//! `--data`: a network judged on images that people bring, and images named by their files.

use std::fs;

use chiffres::Dataset;
use serde_json::Value;

use super::{Place, text};
use crate::sources::{idx_bytes, npy};

/// A place with a network of rings, bars and crosses, trained on the folder `a`.
fn place_with_shapes() -> Place {
    let place = Place::new();
    place.put_case("evaluate-other-folder");
    place.ok(&["init", "a"]);
    place.ok(&["train", "a.toml", "--device", "flex", "--progress", "none"]);
    place
}

#[test]
fn a_folder_without_parts_is_judged_whole() {
    let place = place_with_shapes();
    let report = place.json(&["evaluate", "a", "--data", "b", "--json"]);
    assert_eq!((&report["total"], &report["errors"], &report["split"]), (&20.into(), &0.into(), &().into()));
    let judged = &report["judged"];
    assert_eq!((&judged["data"], &judged["images"], &judged["not_judged"]), (&"b".into(), &20.into(), &0.into()));
    assert_eq!(judged["same_images"], false);
    let supports: Vec<_> = report["classes"].as_array().unwrap().iter().map(|class| class["support"].clone()).collect();
    assert_eq!(supports, [7, 6, 7], "bar, cross, ring");
    let printed = place.ok(&["evaluate", "a", "--data", "b"]);
    assert!(printed.starts_with("judged    all 20 images in b\n\n0 errors of 20 images: "), "{printed}");
    // Training images among them are counted.
    assert_eq!(judged["training_images"], 0);
    for name in place.files("a/train/bar") {
        place.put(&format!("b/bar/again-{name}"), place.file(&format!("a/train/bar/{name}")));
    }
    let report = place.json(&["evaluate", "a", "--data", "b", "--json"]);
    assert!((3..=4).contains(&report["judged"]["training_images"].as_u64().unwrap()), "{}", report["judged"]);
    let printed = place.ok(&["evaluate", "a", "--data", "b"]);
    assert!(printed.contains(" training images among them, which the network knows"), "{printed}");
    // Nothing is known of them without the training images, and from a model file alone which these are.
    let likeness = |run: &str, data: &[&str]| {
        let report = place.json(&[&["evaluate", run, "--json"], data].concat());
        ["negative", "training_images"].map(|name| report["judged"][name].clone())
    };
    fs::copy(place.path("artifacts/a/model"), place.path("alone")).unwrap();
    assert_eq!(likeness("a", &[]), [Value::from(false), Value::from(0)]);
    assert_eq!(likeness("alone", &["--data", "b"]), [Value::from(false), Value::Null]);
    fs::remove_file(place.path("a/train/bar/p010.png")).unwrap();
    assert_eq!(likeness("a", &["--data", "b"]), [Value::Null, Value::Null]);
    assert_eq!(likeness("a", &[]), [Value::Null, Value::Null]);
    fs::remove_dir_all(place.path("a")).unwrap();
    assert_eq!(likeness("a", &["--data", "b"]), [Value::Null, Value::Null]);
}

#[test]
fn a_folder_with_parts_is_judged_on_its_test_part_or_the_part_asked_for() {
    let place = place_with_shapes();
    fs::remove_dir_all(place.path("c/train/star")).unwrap_or_default();
    fs::rename(place.path("c/test/star"), place.path("c/test/cross")).unwrap();
    let total = |args: &[&str]| {
        let report = place.json(&[&["evaluate", "a", "--data", "c", "--json"], args].concat());
        (report["total"].as_u64().unwrap(), report["split"].as_str().unwrap().to_string())
    };
    assert_eq!(total(&[]), (6, "test".into()));
    assert_eq!(total(&["--split", "train"]).1, "train");
    let printed = place.ok(&["evaluate", "a", "--data", "c"]);
    assert!(printed.starts_with("judged    the 6 test images in c; "), "{printed}");
    let note = place.fails(2, &["evaluate", "a", "--data", "c", "--split", "validation"]);
    assert!(note.starts_with("error: c has no validation images\nhint: omit --split"), "{note}");

    // The test part alone.
    fs::remove_dir_all(place.path("c/train")).unwrap();
    let report = place.json(&["evaluate", "a", "--data", "c", "--json"]);
    assert_eq!(report["total"], 6);
    // A class without images is fine, and said.
    fs::remove_dir_all(place.path("c/test/cross")).unwrap();
    fs::remove_dir_all(place.path("c/test/bar")).unwrap();
    let printed = place.ok(&["evaluate", "a", "--data", "c"]);
    assert!(printed.contains("missing   no images of bar, cross\n"), "{printed}");
    assert!(printed.contains(" of 2 images: "), "{printed}");
}

#[test]
fn arrays_to_test_with_are_judged_without_others() {
    let place = Place::new();
    place.put_twin("twin");
    let digits = Dataset::digits().unwrap();
    let (images, labels): (Vec<_>, Vec<_>) =
        (1000..1797).map(|i| digits.image(i).unwrap()).map(|i| (i.pixels, i.label as u8)).unzip();
    place.put("arrays/x_test.npy", npy("|u1", false, "797, 8, 8", &images.concat()));
    place.put("arrays/y_test.npy", npy("|u1", false, "797,", &labels));
    let report = place.json(&["evaluate", "twin", "--data", "arrays", "--json"]);
    let own = place.json(&["evaluate", "twin", "--json"]);
    assert_eq!((&report["total"], &report["errors"]), (&797.into(), &own["errors"]));
}

#[test]
fn a_class_that_the_network_does_not_have_is_named() {
    let place = place_with_shapes();
    for command in ["evaluate", "errors"] {
        let note = place.fails(1, &[command, "a", "--data", "c"]);
        assert!(note.contains("star is not a class of this network, which tells apart bar, cross and ring"), "{note}");
    }
    let note = place.fails(1, &["evaluate", "a", "--data", "d"]);
    assert!(note.starts_with("error: d: cannot be read: ") && note.contains("with --data PATH"), "{note}");
}

#[test]
fn the_images_of_training_are_known_wherever_they_are() {
    let place = place_with_shapes();
    let before = place.json(&["evaluate", "a", "--json"]);
    fs::rename(place.path("a"), place.path("moved")).unwrap();
    let note = place.fails(1, &["evaluate", "a"]);
    assert!(note.contains("say where the images are with --data PATH"), "{note}");
    let after = place.json(&["evaluate", "a", "--data", "moved", "--json"]);
    assert_eq!((&after["total"], &after["errors"]), (&before["total"], &before["errors"]));
    assert_eq!((&after["split"], &after["judged"]["same_images"]), (&"test".into(), &true.into()));
    let answer = place.json(&["predict", "a", "3", "--data", "moved", "--json"]);
    assert_eq!((&answer["split"], &answer["place"]), (&"train".into(), &"moved/train/bar/p010.png".into()));
    // A model file alone does not know.
    fs::copy(place.path("artifacts/a/model"), place.path("alone")).unwrap();
    let printed = place.ok(&["evaluate", "alone", "--data", "b"]);
    assert!(printed.contains("the model file does not say which images trained it"), "{printed}");
    let same_images = |run: &str| place.json(&["evaluate", run, "--json"])["judged"]["same_images"].clone();
    // Images that changed are said to have changed.
    fs::rename(place.path("moved"), place.path("a")).unwrap();
    assert_eq!([same_images("a"), same_images("alone")], [true.into(), Value::Null]);
    fs::remove_file(place.path("a/train/bar/p010.png")).unwrap();
    assert_eq!([same_images("a"), same_images("alone")], [false.into(), Value::Null]);
    for arguments in [&["evaluate", "a"][..], &["predict", "a", "0"]] {
        let note = text(&place.run(arguments).stderr);
        assert!(note.starts_with("note: the images are not those of training"), "{note}");
    }
    // Also beside a table or a drawing of the mistakes.
    let note = text(&place.run(&["errors", "a", "--data", "b", "--csv", "errors.csv", "--png", "errors.png"]).stderr);
    assert!(note.starts_with("judged    all ") && note.matches("judged ").count() == 1, "{note}");
}

#[test]
fn a_network_of_digits_is_judged_on_pictures_and_tables() {
    let place = Place::new();
    place.put_twin("twin");
    for entry in fs::read_dir("tests/fixtures/handwriting").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        place.put(&format!("mine/{}/{name}", &name[..1]), fs::read(&path).unwrap());
    }
    let report = place.json(&["evaluate", "twin", "--data", "mine", "--json", "--device", "flex"]);
    assert_eq!(report["total"], 40);
    assert!(report["errors"].as_u64().unwrap() < 20, "the digits on them are read: {}", report["errors"]);
    assert_eq!(report["classes"][7]["support"], 4);
    // A picture without a digit is left out, and named.
    let blank = image::GrayImage::from_pixel(40, 40, image::Luma([230]));
    blank.save(place.path("mine/3/blank.png")).unwrap();
    let printed = place.ok(&["evaluate", "twin", "--data", "mine", "--device", "flex"]);
    assert!(printed.starts_with("judged    all 40 images in mine\n"), "{printed}");
    assert!(printed.contains("left out  1 image: no digit was found on them (mine/3/blank.png)"), "{printed}");
    let again = place.json(&["evaluate", "twin", "--data", "mine", "--json", "--device", "flex"]);
    assert_eq!(again["judged"]["without_digit"][0], "mine/3/blank.png");
    let note = place.fails(1, &["predict", "twin", "15", "16", "--data", "mine", "--device", "flex"]);
    assert!(note.starts_with("error: mine/3/blank.png: there is no ink that could be a digit\nhint: "), "{note}");
    fs::create_dir_all(place.path("blank/3")).unwrap();
    fs::rename(place.path("mine/3/blank.png"), place.path("blank/3/blank.png")).unwrap();
    let note = place.fails(2, &["evaluate", "twin", "--data", "blank", "--device", "flex"]);
    assert!(note.starts_with("error: no digit was found on the images in blank; images looked at: 1\n"), "{note}");

    // Its own digits as a table, and idx files of larger images.
    place.ok(&["data", "export", "mlp", "--to", "csv", "table"]);
    let own = place.json(&["evaluate", "twin", "--json", "--device", "flex"]);
    let table = place.json(&["evaluate", "twin", "--data", "table", "--json", "--device", "flex"]);
    assert_eq!((&table["total"], &table["errors"]), (&own["total"], &own["errors"]));
    let header: Vec<String> = (0..144).map(|i| format!("p{i}")).collect();
    let seven = |row: usize, column: usize| {
        row == 2 && (3..9).contains(&column) || row > 2 && row < 10 && column + row / 2 == 9
    };
    let pixels: Vec<&str> = (0..144).map(|i| if seven(i / 12, i % 12) { "255" } else { "0" }).collect();
    place.put("large.csv", format!("label,{}\n7,{}\n", header.join(","), pixels.join(",")));
    let report = place.json(&["evaluate", "twin", "--data", "large.csv", "--json", "--device", "flex"]);
    assert_eq!((&report["total"], &report["confusion"][7][7]), (&1.into(), &1.into()), "{report}");
    // The images of the test part alone, their names in capitals.
    let pixels: Vec<u8> = pixels.iter().map(|pixel| pixel.parse().unwrap()).collect();
    place.put("idx/T10K-IMAGES-IDX3-UBYTE", idx_bytes(&[1, 12, 12], &pixels));
    place.put("idx/T10K-LABELS-IDX1-UBYTE", idx_bytes(&[1], &[7]));
    let report = place.json(&["evaluate", "twin", "--data", "idx", "--json", "--device", "flex"]);
    assert_eq!((&report["total"], &report["confusion"][7][7]), (&1.into(), &1.into()), "{report}");
    // Another kind of class.
    place.put_case("evaluate-other-folder");
    let note = place.fails(1, &["evaluate", "twin", "--data", "b"]);
    assert!(note.contains("bar, cross and ring are not classes of this network"), "{note}");
}

#[test]
fn every_image_is_named_by_its_file() {
    let place = Place::new();
    place.put_case("errors-without-names");
    place.ok(&["init", "photos"]);
    let report = place.ok(&["train", "photos.toml", "--device", "flex", "--progress", "none"]);
    let printed = place.ok(&["errors", "photos"]);
    let table = place.path("errors.csv");
    place.ok(&["errors", "photos", "--csv", "errors.csv"]);
    let rows: Vec<Vec<String>> = csv::Reader::from_path(&table)
        .unwrap()
        .records()
        .map(|row| row.unwrap().iter().map(Into::into).collect())
        .collect();
    assert!(!rows.is_empty(), "{printed}");
    for row in &rows {
        let (place_of, target) = (&row[1], &row[2]);
        assert!(place.has(place_of), "{place_of}");
        assert!(place_of.starts_with(&format!("photos/{target}/IMG_")), "{place_of} is of the class {target}");
        assert!(printed.contains(&format!("image {} ", row[0])) || printed.contains(&format!("image {}\n", row[0])));
        assert!(printed.contains(place_of.as_str()), "{printed}");
        assert_ne!(row[2], row[3]);
    }
    assert!(rows.iter().any(|row| report.contains(&row[1])), "{report}");
    let header = text(&place.file("errors.csv")).lines().next().unwrap().to_string();
    assert_eq!(header, "index,place,true,predicted,confidence");
    place.ok(&["errors", "photos", "--csv", "errors.csv", "--limit", "1"]);
    assert_eq!(text(&place.file("errors.csv")).lines().count(), 2, "the table is replaced");
    place.put("mine.csv", "a,b\n1,2\n");
    assert!(place.fails(2, &["errors", "photos", "--csv", "mine.csv"]).contains("mine.csv exists already"));

    place.ok(&["errors", "photos", "--png", "e.png"]);
    let shown = place.ok(&["predict", "photos", "15"]);
    let file = shown.lines().nth(1).unwrap();
    assert!(place.has(file), "{shown}");
    assert_eq!(place.json(&["predict", "photos", "15", "--json"])["place"], file);
    let shown = place.ok(&["show", "15", "--config", "photos.toml"]);
    assert!(shown.lines().next().unwrap().ends_with(&format!("({file})")), "{shown}");
    assert_eq!(place.ok(&["show", "15", "--data", "photos"]).lines().next(), shown.lines().next());
    // The row of a table.
    let rows: String = (0..20).map(|i| format!("{},{i},{}\n", i % 2, 9 * (i % 2))).collect();
    place.put("rows.csv", format!("label,a,b\n{rows}"));
    let sets = ["--set", "data.size=[1, 2]", "--set", "data.path=rows.csv"];
    place.put("rows.toml", "[data]\nsource = \"csv\"\npath = \"rows.csv\"\n[training]\nbatch_size = 2\nepochs = 1\n");
    let shown = place.ok(&[&["show", "3", "--config", "rows.toml"][..], &sets].concat());
    assert!(shown.starts_with("image 3: 1  (rows.csv, row 5)\n"), "{shown}");
}
