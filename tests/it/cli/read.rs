//! `chiffres read`: every digit on a picture.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Place, text};

/// The digits of each line on a picture, from the JSON object about it.
fn lines(object: &Value) -> Vec<&str> {
    object["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect()
}

#[test]
fn two_digits_are_read_from_left_to_right() {
    let place = Place::new();
    place.put_case("two-digits");
    let objects = place.json_lines(&["read", "--json", "--device", "flex", "10.png", "37.png", "42.png"]);
    assert_eq!(objects.iter().map(lines).collect::<Vec<_>>(), [["10"], ["37"], ["42"]]);
    let one = &objects[0]["digits"][0];
    assert_eq!((&one["label"], &one["line"]), (&json!("1"), &json!(0)));
    assert!(one["confidence"].is_f64() && one["doubtful"].is_boolean() && one["doubts"].is_array());
    let edge = |name: &str| one["box"][name].as_u64().unwrap();
    assert!(edge("width") < 30 && edge("height") > 100 && edge("left") < 150 && edge("top") < 100, "{one}");

    assert_snapshot!("read", place.ok(&["read", "10.png", "37.png", "--device", "flex"]));
}

#[test]
fn the_sheet_of_the_readmes_is_read_as_they_say() {
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/images/sheet.jpg");
    let answer = Place::new().ok(&["read", picture]).replace(picture, "docs/images/sheet.jpg");
    for readme in [include_str!("../../../README.md"), include_str!("../../../README.fr.md")] {
        assert!(readme.contains(&format!("$ chiffres read docs/images/sheet.jpg\n{answer}```")), "{answer}");
    }
}

#[test]
fn blank_paper_has_no_digits_and_a_missing_picture_is_an_error() {
    let place = Place::new();
    let blank = image::GrayImage::from_pixel(300, 200, image::Luma([230]));
    blank.save(place.path("blank.png")).unwrap();
    assert_eq!(place.ok(&["read", "blank.png"]), "blank.png: no digits\n");
    let object = place.json(&["read", "blank.png", "--json"]);
    assert_eq!((&object["digits"], &object["lines"]), (&json!([]), &json!([])));

    place.put("broken.png", "no picture");
    let output = place.run(&["read", "--json", "missing.png", "broken.png", "blank.png"]);
    assert_eq!(output.status.code(), Some(1));
    let objects: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let has_error: Vec<bool> = objects.iter().map(|object| object["error"].is_string()).collect();
    assert_eq!(has_error, [true, true, false], "{objects:?}");
}

#[test]
fn boxes_are_drawn_on_one_picture() {
    let place = Place::new();
    place.put_case("two-digits");
    place.ok(&["read", "42.png", "--png", "boxes.png", "--device", "flex"]);
    let before = image::open(place.path("42.png")).unwrap().to_rgb8();
    let after = image::load_from_memory(&place.file("boxes.png")).unwrap().to_rgb8();
    assert_eq!(before.dimensions(), after.dimensions());
    let is_colored = |pixel: &&image::Rgb<u8>| pixel.0[0] != pixel.0[1];
    assert!(after.pixels().filter(is_colored).count() > 500, "two frames and two answers");

    let error = place.fails(2, &["read", "42.png", "37.png", "--png", "boxes.png"]);
    assert!(error.contains("2 pictures"), "{error}");
}

#[test]
fn steps_of_every_digit_are_explained() {
    let place = Place::new();
    place.put_case("two-digits");
    let printed = place.ok(&["read", "42.png", "--explain", "--device", "flex"]);
    for name in ["1 grey", "2 dark ink", "digit 1", "digit 2", "upright", "thickness", "8x8"] {
        assert!(printed.contains(name), "{name}: {printed}");
    }
}

#[test]
fn a_network_of_other_images_is_refused() {
    let place = Place::new();
    place.put_case("evaluate-other-folder");
    place.ok(&["init", "a"]);
    place.ok(&["train", "a.toml", "--device", "flex", "--progress", "none"]);
    let error = place.fails(2, &["read", "picture.png", "--with", "a"]);
    assert!(error.starts_with("error: a does not read digits of 8x8 pixels"), "{error}");
}
