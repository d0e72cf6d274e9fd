//! `chiffres data check`: the oddities of images.

use insta::assert_snapshot;

use super::grey_png;
use crate::cli::{Place, text};

/// A small table with every oddity: copies, a conflict, a blank image, too few dogs.
fn odd_table() -> String {
    let row = |label: &str, i: u32| format!("{label},{i},{},{},{}\n", 2 * i, 250 - i, (7 * i) % 100);
    let mut table = String::from("label,a,b,c,d\n");
    table.extend((0..32).map(|i| row("cat", i)));
    table.extend((32..38).map(|i| row("dog", i)));
    table += &row("dog", 3);
    table += "cat,9,9,9,9\n";
    // The test images.
    table.extend((40..46).map(|i| row("cat", i)));
    table.extend((46..48).map(|i| row("dog", i)));
    table + &row("cat", 5) + &row("cat", 6)
}

#[test]
fn a_check_says_what_is_odd_about_the_images() {
    let place = Place::new();
    place.put("odd.csv", odd_table());
    place.put("odd.toml", "[data]\nsource = \"csv\"\npath = \"odd.csv\"\nsplit = \"order\"\ntrain = 40\nscale = 16.0\n[training]\nbatch_size = 10\n");
    assert_snapshot!(place.ok(&["data", "check", "odd.toml"]));
    let report = place.json(&["data", "check", "odd.toml", "--json", "--set", "data.validation=4"]);
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "advice",
            "blank",
            "channels",
            "classes",
            "constant_pixels",
            "duplicates",
            "height",
            "images",
            "imbalance",
            "leaked",
            "max",
            "mean",
            "min",
            "reading",
            "shared_groups",
            "width"
        ]
    );
    let copies = &report["duplicates"][1];
    assert_eq!((&copies["places"][0], &copies["parts"][1]), (&"odd.csv, row 7".into(), &"test".into()));
    assert_eq!(report["classes"][1]["validation"], 3);
    place.ok(&["data", "check", "odd.toml", "--png", "odd.png"]);
    let sheet = image::load_from_memory(&place.file("odd.png")).unwrap();
    assert!(sheet.width() > 100 && sheet.height() > 50, "{} x {}", sheet.width(), sheet.height());
    let clean = place.ok(&["data", "check", "config/mlp.toml", "--set", "data.validation=200"]);
    assert_snapshot!("a_check_of_the_digits", clean);
}

#[test]
fn training_says_when_the_scale_hides_the_images() {
    let place = Place::new();
    for file in ["bits.npz", "bits.toml"] {
        std::fs::copy(format!("tests/fixtures/cases/zero-one-scale/{file}"), place.path(file)).unwrap();
    }
    let advice = "grey values go up to 1, but data.scale is 255: set data.scale = 1";
    assert!(place.ok(&["data", "check", "bits.toml"]).contains(advice));
    let train = |more: &[&str]| {
        let output = place.run(&[&["train", "bits.toml", "--exist-ok", "--progress", "none"], more].concat());
        assert!(output.status.success());
        (text(&output.stdout), text(&output.stderr))
    };
    let (_, notes) = train(&[]);
    assert!(notes.contains(&format!("images: {advice}\n")), "{notes}");
    let (report, notes) = train(&["--set", "data.scale=1"]);
    assert!(!notes.contains("data.scale") && report.contains("0 errors of "), "{notes}{report}");
    // Every source: a folder of pictures whose values are 0 and 1.
    for i in 0..10u8 {
        place.put(&format!("bits/a/{i}.png"), grey_png(2, 1, 0));
        place.put(&format!("bits/b/{i}.png"), grey_png(2, 1, 1));
    }
    place.put("folder.toml", "[data]\nsource = \"folder\"\npath = \"bits\"\n[training]\nbatch_size = 4\nepochs = 1\n");
    let output = place.run(&["train", "folder.toml", "--progress", "none"]);
    assert!(text(&output.stderr).contains(advice), "{}", text(&output.stderr));
}
