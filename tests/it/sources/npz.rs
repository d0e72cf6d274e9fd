//! NumPy's arrays: an archive, or a folder of them.

use std::fs;

use insta::assert_snapshot;

use super::{Refusals, given, names, opened, pixels};
use crate::cli::Place;

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
