//! NumPy's arrays: an archive, or a folder of them.

use std::fs;
use std::io::{Cursor, Write};

use insta::assert_snapshot;

use chiffres::Dataset;
use chiffres::data::Part;
use chiffres::error::Language;

use super::any_bytes::npy;
use super::{Refusals, given, names, open, opened, pixels};
use crate::cli::Place;

/// An archive of arrays by their names.
fn archive(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        archive.start_file(format!("{name}.npy"), zip::write::FileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Three images of 1x2 pixels: 0 to 5.
fn images() -> Vec<u8> {
    npy("|u1", false, "3, 1, 2", &[0, 1, 2, 3, 4, 5])
}

/// Their labels: 7, 8, 7.
fn labels() -> Vec<u8> {
    npy("|u1", false, "3,", &[7, 8, 7])
}

fn said(dataset: &Dataset) -> Vec<String> {
    dataset.reading().sentences(Language::English)
}

#[test]
fn numpys_own_arrays_are_read() {
    let place = Place::new();
    let expected: Vec<Vec<u8>> = (0..6).map(|image| (0..6).map(|pixel| 7 * (6 * image + pixel)).collect()).collect();
    let files = [
        ("bytes", ""),
        ("compressed", ""),
        ("doubles", ""),
        ("fortran", ""),
        ("rows", "size = [2, 3]"),
        ("shares", ""),
        ("parts", ""),
        ("parts", "group = \"writer\""),
        ("bytes", "size = [2, 3]"),
    ];
    for (name, settings) in files {
        fs::copy(format!("tests/fixtures/arrays/{name}.npz"), place.path("x.npz")).unwrap();
        let dataset = opened(&place, "npz", "x.npz", settings);
        assert_eq!(pixels(&dataset), expected, "{name}");
        assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (2, 3, 245), "{name}");
        assert_eq!(names(&dataset), ["0", "1", "2", "0", "1", "2"], "{name}");
        assert_eq!(given(&dataset), if name == "parts" { [3, 0, 3] } else { [6, 0, 0] }, "{name}");
        let groups: Option<&[u32]> = if settings.contains("group") { Some(&[0, 0, 1, 2, 2, 2]) } else { None };
        assert_eq!(dataset.groups(), groups, "{name} {settings}");
    }
    assert_eq!(
        opened(&place, "npz", "x.npz", "").place(3).to_string(),
        format!("{}, array \"x\", image 3", place.path("x.npz").display())
    );
}

#[test]
fn arrays_are_read_in_the_forms_that_people_save() {
    let case = |name: &str, place: &Place| {
        fs::copy(format!("tests/fixtures/cases/array-forms/{name}.npz"), place.path("x.npz")).unwrap();
        opened(place, "npz", "x.npz", "")
    };
    let place = Place::new();
    // The same 24 images in each.
    let expected = pixels(&case("capitals", &place))[..24].to_vec();
    assert_eq!(expected[0][..8], [0, 2, 40, 79, 40, 2, 0, 0]);
    let said_of = [
        ("capitals", [24, 0, 6], vec![]),
        ("medical", [24, 6, 6], vec![]),
        ("sklearn", [24, 0, 0], vec![]),
        ("words", [24, 0, 0], vec![]),
        ("one-hot", [24, 0, 0], vec!["labels of 3 columns are read as the number of the column with the 1"]),
        ("colour", [24, 0, 0], vec!["colours became grey (training with data.channels = 3 keeps them)"]),
        ("half", [24, 0, 0], vec!["numbers from 0 to 1 are read as shares of 255"]),
    ];
    for (name, parts, sentences) in said_of {
        let dataset = case(name, &place);
        assert_eq!(pixels(&dataset)[..24], expected, "{name}");
        assert_eq!(given(&dataset), parts, "{name}");
        assert_eq!((dataset.height(), dataset.width()), (8, 8), "{name}");
        let first = if name == "words" { ["ring", "bar", "cross"] } else { ["0", "1", "2"] };
        assert_eq!(names(&dataset)[..3], first, "{name}");
        assert_eq!(said(&dataset), sentences, "{name}");
    }
    // Shares to train with, and zeros and ones to test with.
    let binary = case("binary-test", &place);
    assert_eq!((given(&binary), &pixels(&binary)[..24]), ([24, 0, 9], &expected[..]));
    assert!(pixels(&binary)[24..].iter().flatten().all(|value| [0, 255].contains(value)));
    assert_eq!(pixels(&binary)[24..].iter().flatten().filter(|&&value| value == 255).count(), 120);
    // The same images less their mean, divided by their deviation.
    let standard = case("standard", &place);
    let most = f64::from(*expected.iter().flatten().max().unwrap());
    for (&found, &value) in pixels(&standard).iter().flatten().zip(expected.iter().flatten()) {
        assert!((f64::from(found) - f64::from(value) * 255.0 / most).abs() < 0.51, "{found} for {value}");
    }
    assert_eq!(said(&standard).len(), 1, "{:?}", said(&standard));
    assert!(said(&standard)[0].starts_with("numbers from -0.4"), "{:?}", said(&standard));
}

#[test]
fn arrays_are_found_by_their_names_in_any_case_and_order() {
    let place = Place::new();
    for [x, y] in [
        ["X", "y"],
        ["images", "labels"],
        ["data", "target"],
        ["Xtrain", "ytrain"],
        ["trainX", "trainY"],
        ["train_images", "train_labels"],
        ["TRAIN-X", "TRAIN-Y"],
        ["mnist_images", "mnist_labels"],
    ] {
        place.put("a.npz", archive(&[(y, labels()), (x, images())]));
        let dataset = opened(&place, "npz", "a.npz", "");
        assert_eq!((pixels(&dataset).concat(), names(&dataset)), (vec![0, 1, 2, 3, 4, 5], vec!["7", "8", "7"]), "{x}");
        assert!(dataset.reading().is_plain(), "{x}: {:?}", said(&dataset));
    }
    // As numpy.savez calls arrays without names.
    place.put("a.npz", archive(&[("arr_0", labels()), ("arr_1", images())]));
    let dataset = opened(&place, "npz", "a.npz", "");
    assert_eq!(names(&dataset), ["7", "8", "7"]);
    assert_eq!(said(&dataset), ["by their shapes, \"arr_1\" is taken for the images, \"arr_0\" for the labels"]);
}

#[test]
fn arrays_are_named_by_settings() {
    let place = Place::new();
    let other = npy("|u1", false, "3, 1, 2", &[9; 6]);
    place.put("a.npz", archive(&[("x", other), ("old", images()), ("y", labels()), ("kind", labels())]));
    for (settings, first) in [("images = \"old\"", 0), ("train_images = \"old\"\nlabels = \"kind\"", 0), ("", 9)] {
        let dataset = opened(&place, "npz", "a.npz", settings);
        assert_eq!((pixels(&dataset)[0][0], names(&dataset)), (first, vec!["7", "8", "7"]), "{settings}");
    }
    let settings = "test_images = \"old\"\ntest_labels = \"kind\"\nvalidation_images = \"x\"\nvalidation_labels = \"y\"\nimages = \"x\"\nlabels = \"y\"";
    assert_eq!(given(&opened(&place, "npz", "a.npz", settings)), [3, 3, 3]);
}

#[test]
fn nothing_in_an_archive_is_left_out_without_a_word() {
    let place = Place::new();
    let unnamed = npy("<i4", false, "3,", &[0; 12]);
    let as_rows = npy("|u1", false, "3, 2", &[0, 1, 2, 3, 4, 5]);
    place.put(
        "a.npz",
        archive(&[
            ("data", as_rows),
            ("images", images()),
            ("target", labels()),
            ("target_names", unnamed.clone()),
            ("frame", npy("|O", false, "()", b"N.")),
            ("x_test", images()),
            ("y_val", labels()),
        ]),
    );
    let dataset = opened(&place, "npz", "a.npz", "");
    assert_eq!((dataset.height(), dataset.width(), given(&dataset)), (1, 2, [3, 0, 0]));
    assert_eq!(
        said(&dataset),
        [
            "1 array left out: a copy of what is read (data)",
            "1 array left out: labels without images (y_val)",
            "2 arrays left out: not named as images or labels (frame, target_names)",
        ]
    );
    let unlabelled = dataset.reading().parts().iter().find(|part| part.part == Part::Unlabelled).unwrap();
    assert!(unlabelled.images == 3 && unlabelled.from.ends_with("a.npz, array \"x_test\""), "{unlabelled:?}");

    place.put("folder/x.npy", images());
    place.put("folder/y.npy", labels());
    place.put("folder/notes.txt", "");
    place.put("folder/.x.npy.swp", "");
    place.put("folder/more/x.npy", images());
    let dataset = opened(&place, "npz", "folder", "");
    let left_out = dataset.reading().left_out();
    assert_eq!(left_out.iter().map(|entry| entry.count).sum::<usize>(), 3, "{left_out:?}");
}

#[test]
fn groups_are_found_beside_the_images_of_each_part() {
    let place = Place::new();
    let groups = || npy("|u1", false, "3,", &[1, 2, 1]);
    for [x, y, group] in [["x_val", "y_val", "writer_val"], ["val_images", "val_labels", "val_writer"]] {
        place.put(
            "a.npz",
            archive(&[
                ("x", images()),
                ("y", labels()),
                (x, images()),
                (y, labels()),
                ("writer", groups()),
                (group, groups()),
            ]),
        );
        let dataset = opened(&place, "npz", "a.npz", "group = \"writer\"");
        assert_eq!((given(&dataset), dataset.groups()), ([3, 3, 0], Some(&[0, 1, 0, 0, 1, 0][..])));
        assert!(dataset.reading().is_plain(), "{:?}", said(&dataset));
    }
}

#[test]
fn a_folder_of_arrays_is_read_like_an_archive() {
    let place = Place::new();
    let mut archive = zip::ZipArchive::new(fs::File::open("tests/fixtures/arrays/bytes.npz").unwrap()).unwrap();
    fs::create_dir(place.path("arrays")).unwrap();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut file, &mut bytes).unwrap();
        place.put(&format!("arrays/{}", file.name()), bytes);
    }
    fs::copy("tests/fixtures/arrays/bytes.npz", place.path("x.npz")).unwrap();
    let (folder, archive) = (opened(&place, "npz", "arrays", ""), opened(&place, "npz", "x.npz", ""));
    assert_eq!(folder.sha256(), archive.sha256());
}

#[test]
fn unreadable_arrays_are_one_clear_line_with_their_place() {
    let place = Place::new();
    let mut refusals = Refusals::of(&place);
    for (name, settings) in
        [("objects", ""), ("nan", "size = [1, 2]"), ("rows", "size = [3, 3]"), ("bytes", "size = [3, 2]")]
    {
        fs::copy(format!("tests/fixtures/arrays/{name}.npz"), place.path("x.npz")).unwrap();
        refusals.add(&format!("npz: {name}"), "npz", "x.npz", settings);
    }
    let mut refuse = |title: &str, arrays: &[(&str, Vec<u8>)]| {
        place.put("a.npz", archive(arrays));
        refusals.add(title, "npz", "a.npz", "");
    };
    let two = |values: &[u8]| npy("|u1", false, "3, 1, 2", values);
    refuse("npz: two arrays of images", &[("x", two(&[0; 6])), ("images", two(&[1; 6])), ("y", labels())]);
    refuse(
        "npz: two arrays of labels",
        &[("x", images()), ("y", labels()), ("target", npy("|u1", false, "3,", &[0, 1, 2]))],
    );
    refuse("npz: no usual names", &[("a", images()), ("b", images()), ("c", labels())]);
    refuse("npz: no images to train on", &[("x_test", images()), ("y_test", labels())]);
    refuse("npz: no labels", &[("x", images())]);
    refuse("npz: labels of another length", &[("x", images()), ("y", npy("|u1", false, "2,", &[0, 1]))]);
    refuse("npz: probabilities", &[("x", images()), ("y", npy("<f2", false, "3, 2", &[0, 0x38].repeat(6)))]);
    refuse("npz: labels that are not whole", &[("x", images()), ("y", npy("<f2", false, "3,", &[0, 0x38].repeat(3)))]);
    refuse("npz: labels that are objects", &[("x", images()), ("y", npy("|O", false, "3,", b"..."))]);
    refuse("npz: complex numbers", &[("x", npy("<c8", false, "3, 2, 2", &[0; 96])), ("y", labels())]);
    refuse("npz: words for images", &[("x", npy("|S2", false, "3, 2, 2", &[48; 24])), ("y", labels())]);
    refuse("npz: dates for labels", &[("x", images()), ("y", npy("<M8[D]", false, "3,", &[0; 24]))]);
    refuse("npz: colours with opacity", &[("x", npy("|u1", false, "3, 2, 2, 4", &[0; 48])), ("y", labels())]);
    refuse("npz: no arrays", &[]);
    place.put("lone/x.npy", images());
    refusals.add("npy: images alone", "npz", "lone/x.npy", "");
    refusals.add("npy: no such array", "npz", "lone", "labels = \"y\"");
    refusals.add("npz: digits of another size", "npz", "x.npz", "preprocess = \"digit\"");
    refusals.add("npz: groups by position", "npz", "x.npz", "group = 2");
    refusals.add("npz: no such array", "npz", "x.npz", "group = \"writer\"");
    place.put("x.npz", "not an archive of arrays\n");
    refusals.add("npz: a text", "npz", "x.npz", "");
    let whole = fs::read("tests/fixtures/arrays/bytes.npz").unwrap();
    place.put("x.npz", &whole[..whole.len() - 100]);
    refusals.add("npz: cut short", "npz", "x.npz", "");
    place.put("arrays/x.npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': '|u1',");
    place.put("arrays/y.npy", "");
    refusals.add("npy: cut short", "npz", "arrays", "");
    refusals.add("npy: a folder without arrays", "npz", "config", "");
    assert_snapshot!(refusals.transcript);
}

#[test]
fn the_numbers_of_a_part_have_the_range_of_the_training_images() {
    let place = Place::new();
    let floats = |values: [f64; 6]| npy("<f8", false, "3, 1, 2", &values.map(f64::to_le_bytes).concat());
    let read = |train: Vec<u8>, validation: Vec<u8>, test: Vec<u8>| {
        let parts = [("x_train", train), ("x_val", validation), ("x_test", test)];
        let labels = ["y_train", "y_val", "y_test"].map(|name| (name, labels()));
        place.put("x.npz", archive(&[&parts[..], &labels].concat()));
        open(&place, "npz", "x.npz", "")
    };
    let own = || floats([-1.5, 2.5, 0.5, 0.25, 0.0, 1.0]);
    for (validation, test, part) in [(images(), own(), "x_test"), (own(), images(), "x_val")] {
        let error = read(images(), validation, test).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("the pixels are from -1.5 to 2.5"), "{error}");
    }
    // The range of the training images, not that of the part before, is that of the test images.
    let rounded = || floats([0.0, 1.0, 2.0, 254.5, 4.0, 5.0]);
    let dataset = read(images(), rounded(), images()).unwrap();
    assert_eq!(pixels(&dataset)[6..].concat(), [0, 1, 2, 3, 4, 5]);
    let dataset = read(own(), floats([0.5; 6]), floats([2.5; 6])).unwrap();
    assert_eq!(pixels(&dataset)[3..].concat(), [[128; 6], [255; 6]].concat());
}
