//! `chiffres data check`: the oddities of images.

use insta::assert_snapshot;

use crate::cli::Place;

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
