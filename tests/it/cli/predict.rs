//! `chiffres predict`, on pictures and on images of the dataset.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use super::{Place, text};

/// The network that scikit-learn trained, and pictures to read.
fn place_with_pictures() -> Place {
    let place = Place::new();
    let (twin, experiment) = crate::twin::twin();
    let model = chiffres::SavedModel::new(&experiment, &crate::digits(), twin.end.layers());
    fs::write(place.0.path().join("twin"), model.to_bytes()).unwrap();
    fs::create_dir_all(place.0.path().join("photos/more")).unwrap();
    for (from, to) in [("7-mnist24443.png", "photos/7.png"), ("3-paper8135.jpg", "photos/more/3.JPG")] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/handwriting").join(from);
        fs::copy(from, place.0.path().join(to)).unwrap();
    }
    fs::write(place.0.path().join("photos/notes.txt"), "no picture").unwrap();
    place
}

#[test]
fn pictures_are_read_from_files_folders_and_standard_input() {
    let place = place_with_pictures();
    assert_snapshot!("predict_pictures", place.ok(&["predict", "twin", "photos", "--device", "flex", "--top", "2"]));
    assert_snapshot!("explain", place.ok(&["predict", "twin", "photos/more/3.JPG", "--explain", "--device", "flex"]));

    let mut command = place.command(&["predict", "twin", "-", "--device", "flex", "--top", "1"]);
    let child = command.stdin(fs::File::open(place.0.path().join("photos/7.png")).unwrap()).output().unwrap();
    assert!(text(&child.stdout).starts_with("standard input: 7 ("), "{}", text(&child.stdout));

    let lines = place.ok(&["predict", "twin", "photos", "0", "--json", "--device", "flex"]);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 3);
    assert_eq!((&objects[0]["file"], &objects[0]["label"]), (&"photos/7.png".into(), &"7".into()));
    assert_eq!(objects[1]["file"], "photos/more/3.JPG");
    assert_eq!(objects[0]["pixels"].as_array().unwrap().len(), 64);
    assert_eq!(objects[0]["probabilities"].as_array().unwrap().len(), 10);
    assert!(objects[0]["confidence"].is_f64() && objects[0]["doubtful"].is_boolean());
    assert_eq!(objects[0]["doubts"].as_array().unwrap().is_empty(), !objects[0]["doubtful"].as_bool().unwrap());

    place.ok(&["predict", "twin", "photos/7.png", "--explain", "--png", "way.png", "--device", "flex"]);
    let sheet = image::load_from_memory(&place.file("way.png")).unwrap();
    assert!(sheet.width() > 600 && sheet.height() > 200, "{} x {}", sheet.width(), sheet.height());
}

#[test]
fn answers_below_a_confidence_are_rejected() {
    let place = place_with_pictures();
    let answer = |least: &str| {
        let args = ["predict", "twin", "photos/7.png", "1000", "--json", "--device", "flex", "--reject-below", least];
        let lines = place.ok(&args);
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["label"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(answer("0.05"), ["7", "1"]);
    assert_eq!(answer("99.9%"), ["?", "?"]);
    let printed = place.ok(&["predict", "twin", "1000", "--device", "flex", "--reject-below", "50%"]);
    assert!(
        printed.starts_with("image 1000: ? (not sure enough: 1 is 40.4 %, else 2 (30.6 %)), target 1"),
        "{printed}"
    );
}

#[test]
fn an_unreadable_picture_is_one_error_line_and_the_others_are_answered() {
    let place = place_with_pictures();
    let put = |name: &str, bytes: &[u8]| fs::write(place.0.path().join(name), bytes).unwrap();
    let grey = |width: u32, height: u32, value: u8| {
        let mut file = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_pixel(width, height, image::Luma([value]));
        picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
        file.into_inner()
    };
    let photo = place.file("photos/more/3.JPG");
    let seven = place.file("photos/7.png");
    put("blank.png", &grey(200, 200, 240));
    put("black.png", &grey(200, 200, 0));
    put("one.png", &grey(1, 1, 7));
    put("text.png", b"this is no picture\n");
    put("empty.jpg", b"");
    put("cut.jpg", &photo[..photo.len() / 3]);
    put("cut.png", &seven[..seven.len() / 2]);
    put("head.png", &seven[..20]);
    put("moving.gif", &fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/seven.gif")).unwrap());
    // A bomb: the header of a picture of 20,000 x 20,000 pixels, and 400 million of them in as few bytes as can be.
    let mut bomb = grey(1, 1, 0);
    bomb[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    put("bomb.png", &bomb);

    let names = [
        "blank.png",
        "black.png",
        "one.png",
        "text.png",
        "empty.jpg",
        "cut.jpg",
        "cut.png",
        "head.png",
        "moving.gif",
        "bomb.png",
        "nowhere.png",
        "photos/7.png",
    ];
    let args: Vec<&str> = ["predict", "twin"].into_iter().chain(names).chain(["--device", "flex"]).collect();
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("photos/7.png: 7 ("), "{}", text(&output.stdout));
    assert_snapshot!("predict_bad_pictures", text(&output.stderr));

    let json = place.run(&[&args[..], &["--json"]].concat());
    let lines: Vec<Value> = text(&json.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), names.len(), "a line for each");
    assert!(lines[..11].iter().all(|line| line["error"].is_string()) && lines[11]["label"] == "7");
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
