//! Folders of pictures.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::{GrayAlphaImage, ImageFormat, LumaA};
use insta::assert_snapshot;

use chiffres::config::Paper;
use chiffres::data::{Reading, Reason, Remark};
use chiffres::native::source::{self, OpenOptions};

use super::{Refusals, given, grey_png, names, open, opened, pixels, reading};
use crate::cli::Place;

#[test]
fn a_folder_of_pictures_is_one_tree_or_two_parts() {
    let place = Place::new();
    for (path, value) in [("b/2.png", 20), ("b/deep/er/1.PNG", 30), ("a/x.png", 10), ("a/.hidden.png", 99)] {
        place.put(&format!("tree/{path}"), grey_png(2, 3, value));
    }
    place.put("tree/readme.txt", "not a class");
    place.put("tree/a/notes.txt", "not a picture");
    place.put("tree/.git/x.png", "not a class either");
    let dataset = opened(&place, "folder", "tree", "");
    assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (2, 3, 255));
    assert_eq!((names(&dataset).join(" "), given(&dataset)), ("a b b".into(), [3, 0, 0]));
    assert_eq!(pixels(&dataset), [[10; 6], [20; 6], [30; 6]]);
    assert!(dataset.place(2).to_string().ends_with("tree/b/deep/er/1.PNG"), "{}", dataset.place(2));

    for (path, value) in [("train/a/1.png", 1), ("train/b/1.png", 2), ("test/b/1.png", 3), ("test/a/1.png", 4)] {
        place.put(&format!("parts/{path}"), grey_png(1, 1, value));
    }
    let dataset = opened(&place, "folder", "parts", "");
    assert_eq!((names(&dataset).join(" "), given(&dataset)), ("a b a b".into(), [2, 0, 2]));
    assert_eq!(pixels(&dataset).concat(), [1, 2, 4, 3]);
}

#[test]
fn pictures_of_several_sizes_are_brought_to_one() {
    let place = Place::new();
    place.put("x/a/1.png", grey_png(4, 4, 40));
    place.put("x/b/1.png", grey_png(6, 2, 60));
    let error = open(&place, "folder", "x", "").unwrap_err();
    assert!(error.to_string().contains("x/b/1.png: is 6x2 pixels, but "), "{error}");
    assert!(error.hint().unwrap().contains("data.size"));
    let dataset = opened(&place, "folder", "x", "size = [2, 2]");
    assert_eq!(pixels(&dataset), [[40; 4], [60; 4]]);
}

#[test]
fn digits_on_pictures_are_found_and_become_8x8() {
    let place = Place::new();
    for name in ["7-mnist24443.png", "7-paper28219.jpg", "3-mnist18477.png", "3-paper8135.jpg"] {
        let bytes = fs::read(format!("tests/fixtures/handwriting/{name}")).unwrap();
        place.put(&format!("x/{}/{name}", &name[..1]), bytes);
    }
    let dataset = opened(&place, "folder", "x", "preprocess = \"digit\"");
    assert_eq!((dataset.height(), dataset.width(), dataset.max_value()), (8, 8, 16));
    assert_eq!(names(&dataset).join(" "), "3 3 7 7");
    assert_eq!(reading(&place, "folder", "x", "preprocess = \"digit\"").data.scale, 16.0);
    for image in pixels(&dataset) {
        let ink: u32 = image.iter().map(|&value| u32::from(value)).sum();
        assert!((100..700).contains(&ink) && image.iter().all(|&value| value <= 16), "{image:?}");
    }
}

#[test]
fn decoded_pictures_are_kept_for_the_next_time() {
    let place = Place::new();
    for (path, value) in [("a/1.png", 1), ("a/2.png", 2), ("b/1.png", 3)] {
        place.put(&format!("x/{path}"), grey_png(2, 2, value));
    }
    let cache = place.path("cache");
    // The images, and the number of pictures that were decoded for them.
    let open = |settings: &str| {
        let decoded = AtomicUsize::new(0);
        let watch = |done: usize, _: usize| {
            decoded.fetch_max(done, Ordering::Relaxed);
        };
        let opening = OpenOptions { cache: Some(&cache), watch: &watch, ..OpenOptions::QUIET };
        let dataset = source::open(&reading(&place, "folder", "x", settings).data, opening).unwrap();
        (pixels(&dataset).concat(), decoded.into_inner())
    };
    let first = open("");
    assert_eq!(first, ([[1; 4], [2; 4], [3; 4]].concat(), 3));
    assert_eq!(open(""), (first.0.clone(), 0), "what was kept");
    assert_eq!(open("size = [1, 1]"), (vec![1, 2, 3], 3), "another size is decoded anew");
    assert_eq!(open("size = [1, 1]").1, 0);

    // The cache depends on the contents and the names of the files.
    place.put("x/a/2.png", grey_png(2, 2, 9));
    assert_eq!(open(""), ([[1; 4], [9; 4], [3; 4]].concat(), 3));
    fs::rename(place.path("x/a/1.png"), place.path("x/a/3.png")).unwrap();
    assert_eq!(open(""), ([[9; 4], [1; 4], [3; 4]].concat(), 3));
    assert_eq!(open("").1, 0);

    // A damaged cache is decoded and written again.
    for damage in [
        |bytes: &mut Vec<u8>| bytes[0] ^= 1,
        |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1),
        |bytes: &mut Vec<u8>| bytes.clear(),
    ] {
        for entry in fs::read_dir(&cache).unwrap() {
            let path = entry.unwrap().path();
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::write(&path, bytes).unwrap();
        }
        assert_eq!(open(""), ([[9; 4], [1; 4], [3; 4]].concat(), 3));
        assert_eq!(open("").1, 0);
    }

    // At most eight sets are kept.
    for value in 0..12 {
        place.put("x/a/2.png", grey_png(2, 2, 100 + value));
        open("");
    }
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 8);
    assert_eq!(open("").1, 0, "the last one is among them");
}

/// A picture of one grey value with one opaque pixel.
fn transparent_png(value: u8) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let opacity = |x, y| if (x, y) == (0, 0) { 255 } else { 0 };
    let picture = GrayAlphaImage::from_fn(2, 2, |x, y| LumaA([value, opacity(x, y)]));
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn transparent_pictures_have_one_paper() {
    let place = Place::new();
    let paper = |path: &str, settings: &str| {
        let cache = place.path("cache");
        let opening = OpenOptions { cache: Some(&cache), ..OpenOptions::QUIET };
        let config = reading(&place, "folder", path, settings).data;
        let dataset = source::open(&config, opening).unwrap();
        let (seen, resolved) =
            (pixels(&dataset).iter().map(|image| image[1]).collect::<Vec<_>>(), dataset.resolved(&config));
        // The same from the cache, and with the settings of a model file.
        let again = source::open(&config, opening).unwrap();
        assert_eq!((pixels(&again), again.reading()), (pixels(&dataset), dataset.reading()));
        assert_eq!(pixels(&source::open(&resolved, opening).unwrap()), pixels(&dataset));
        (seen, resolved.paper, dataset.reading().remarks().to_vec())
    };
    // Dark ink in training, but for one picture; light ink in testing.
    for (path, value) in [("a/1", 10), ("a/2", 20), ("b/1", 30), ("b/2", 250)] {
        place.put(&format!("x/train/{path}.png"), transparent_png(value));
    }
    for path in ["a/1", "a/2", "a/3", "b/1", "b/2"] {
        place.put(&format!("x/test/{path}.png"), transparent_png(240));
    }
    let (white, black) = (Remark::Paper { paper: Paper::White }, Remark::Paper { paper: Paper::Black });
    assert_eq!(paper("x", ""), (vec![255; 9], Paper::White, vec![white]));
    assert_eq!(paper("x", "paper = \"black\""), (vec![0; 9], Paper::Black, vec![]));
    let own = [vec![255; 3], vec![0; 6]].concat();
    assert_eq!(paper("x", "paper = \"each\""), (own, Paper::Each, vec![]));
    fs::rename(place.path("x/train"), place.path("x/dark")).unwrap();
    fs::rename(place.path("x/test"), place.path("x/train")).unwrap();
    fs::remove_dir_all(place.path("x/dark")).unwrap();
    assert_eq!(paper("x", ""), (vec![0; 5], Paper::Black, vec![black]));
    // Without transparent pictures there is nothing to choose.
    place.put("y/a/1.png", grey_png(2, 2, 1));
    place.put("y/b/1.png", grey_png(2, 2, 2));
    assert_eq!(paper("y", ""), (vec![1, 2], Paper::Each, vec![]));
}

#[test]
fn a_network_reads_transparent_pictures_on_the_paper_of_its_training() {
    let place = Place::new();
    for i in 0..6u8 {
        place.put(&format!("ink/{}/{i}.png", ["a", "b"][usize::from(i % 2)]), transparent_png(10 * i));
    }
    let check = place.ok(&["init", "ink"]);
    assert!(check.contains("[data]"), "{check}");
    place.ok(&["train", "ink.toml", "--device", "flex", "--progress", "none", "--set", "training.epochs=1"]);
    let config = crate::cli::text(&place.file("artifacts/ink/config.toml"));
    assert!(config.contains("paper = \"white\""), "{config}");
    // Light ink: by itself it would lie on black paper.
    place.put("light.png", transparent_png(250));
    let answer = place.json(&["predict", "ink", "light.png", "--json", "--device", "flex"]);
    assert_eq!(answer["pixels"].as_array().unwrap()[1], 255);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_followed_and_end() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    for (path, value) in [("a/1.png", 1), ("b/1.png", 3)] {
        place.put(&format!("x/{path}"), grey_png(2, 2, value));
        place.put(&format!("outside/{path}"), grey_png(2, 2, value));
    }
    symlink("../a/1.png", place.path("x/b/2.png")).unwrap();
    assert_eq!(pixels(&opened(&place, "folder", "x", "")), [[1; 4], [3; 4], [1; 4]]);
    // Out of the folder too: the user made them.
    symlink(place.path("outside/b"), place.path("x/c")).unwrap();
    symlink(place.path("outside/a/1.png"), place.path("x/c/2.png")).unwrap();
    let dataset = opened(&place, "folder", "x", "");
    assert_eq!(names(&dataset).join(" "), "a b b c c");
    assert_eq!(pixels(&dataset), [[1; 4], [3; 4], [1; 4], [3; 4], [1; 4]]);
    let mut reading = Reading::new("x");
    let found = source::pictures_in(&place.path("x"), &mut reading);
    assert_eq!((found.len(), reading.left_out().len()), (5, 0), "predict answers about the same pictures");
    fs::remove_file(place.path("x/c")).unwrap();

    // Links among links: each folder is read once, and not 2^20 times.
    for i in 0..20 {
        fs::create_dir_all(place.path(&format!("deep/{i}"))).unwrap();
        for side in ["left", "right"] {
            symlink(place.path(&format!("deep/{}", i + 1)), place.path(&format!("deep/{i}/{side}"))).unwrap();
        }
    }
    place.put("deep/20/1.png", grey_png(2, 2, 7));
    symlink(place.path("deep/0"), place.path("x/d")).unwrap();
    let dataset = opened(&place, "folder", "x", "");
    assert_eq!(names(&dataset).join(" "), "a b b d");
    assert_eq!(dataset.reading().left_out()[0].reason, Reason::ReadBefore);
    fs::remove_file(place.path("x/d")).unwrap();

    let refused = |link: &str, target: &Path| {
        symlink(target, place.path(link)).unwrap();
        let error = open(&place, "folder", "x", "").unwrap_err();
        fs::remove_file(place.path(link)).unwrap();
        error.to_string().replace(place.path("").to_str().unwrap(), "")
    };
    assert_eq!(refused("x/b/again", Path::new("..")), "x/b/again: is a link back to x, and has no end");
    assert_eq!(refused("x/c", Path::new("/")), "x/c: is a link back to /, and has no end");
    symlink(place.path("x"), place.path("outside/back")).unwrap();
    assert_eq!(refused("x/c", &place.path("outside")), "x/c/back: is a link back to x, and has no end");
    let gone = refused("x/b/gone.png", Path::new("nowhere.png"));
    assert!(gone.starts_with("x/b/gone.png: cannot be read: "), "{gone}");
    opened(&place, "folder", "x", "");
}

#[test]
fn unreadable_folders_are_one_clear_line_with_their_place() {
    let place = Place::new();
    let mut refusals = Refusals::of(&place);
    place.put("pictures/a/1.png", grey_png(2, 2, 1));
    fs::create_dir_all(place.path("pictures/b")).unwrap();
    refusals.add("folder: a class without pictures", "folder", "pictures", "");
    place.put("pictures/b/1.png", "not a picture\n");
    refusals.add("folder: a text called .png", "folder", "pictures", "");
    place.put("pictures/b/2.jpg", "");
    refusals.add("folder: two files that are not pictures", "folder", "pictures", "");
    place.put("pictures/b/3.png", &grey_png(2, 2, 1)[..40]);
    refusals.add("folder: three files that are not pictures", "folder", "pictures", "");
    fs::create_dir_all(place.path("empty")).unwrap();
    refusals.add("folder: empty", "folder", "empty", "");
    place.put("one/a/1.png", grey_png(2, 2, 1));
    refusals.add("folder: one class", "folder", "one", "");
    place.put("blank/a/1.png", grey_png(200, 200, 250));
    place.put("blank/b/1.png", grey_png(200, 200, 250));
    refusals.add("folder: no digit on the picture", "folder", "blank", "preprocess = \"digit\"");
    place.put("half/test/a/1.png", grey_png(2, 2, 1));
    refusals.add("folder: test without train", "folder", "half", "");
    place.put("table.csv", "label,a\n0,1\n");
    refusals.add("folder: a file", "folder", "table.csv", "");
    refusals.add("folder: no such folder", "folder", "nowhere", "");
    assert_snapshot!(refusals.transcript);
}

#[test]
fn every_picture_that_cannot_be_read_is_listed() {
    let place = Place::new();
    place.put("x/a/1.png", grey_png(2, 2, 1));
    place.put("x/a/2.png", "text");
    place.put("x/b/1.png", "");
    place.put("x/b/2.png", &grey_png(2, 2, 1)[..40]);
    place.put("x.toml", "[data]\nsource = \"folder\"\npath = \"x\"\n");
    assert_snapshot!(place.fails(1, &["data", "check", "x.toml"]));
}
