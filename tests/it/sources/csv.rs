//! Text tables.

use chiffres::error::Language;
use insta::assert_snapshot;

use super::{Refusals, given, gz, names, open, opened, pixels};
use crate::cli::Place;

#[test]
fn a_table_is_read_however_it_is_written() {
    let place = Place::new();
    let expected = [[0, 10, 200, 255], [1, 2, 3, 4], [5, 6, 7, 8]];
    let read = |content: &[u8], settings: &str| {
        place.put("x.csv", content);
        let dataset = opened(&place, "csv", "x.csv", settings);
        assert_eq!(pixels(&dataset), expected, "{}", String::from_utf8_lossy(content));
        names(&dataset).join(" ")
    };
    let with_header = "label,a,b,c,d\n0,0,10,200,255\n1,1,2,3,4\n0,5,6,7,8\n";
    let without = "0,0,10,200,255\n1,1,2,3,4\n0,5,6,7,8\n";
    assert_eq!(read(with_header.as_bytes(), ""), "0 1 0");
    assert_eq!(read(without.as_bytes(), "label = 0"), "0 1 0");
    assert_eq!(read(without.as_bytes(), "label = 0\nheader = \"no\""), "0 1 0");
    for separator in [";", "\t", "|", " "] {
        let table = with_header.replace(',', separator);
        assert_eq!(read(table.as_bytes(), &format!("separator = {}", toml::Value::from(separator))), "0 1 0");
    }
    assert_eq!(read(&gz(with_header.as_bytes()), ""), "0 1 0");
    // Two compressed files in a row are one file.
    let (first, rest) = with_header.as_bytes().split_at(20);
    assert_eq!(read(&[gz(first), gz(rest)].concat(), ""), "0 1 0");
    assert_eq!(read(format!("\u{feff}{with_header}").as_bytes(), ""), "0 1 0");
    assert_eq!(read(format!("\u{feff}{without}").as_bytes(), "label = 0"), "0 1 0");
    assert_eq!(read(with_header.replace('\n', "\r\n").as_bytes(), ""), "0 1 0");
    assert_eq!(read(with_header.trim_end().as_bytes(), ""), "0 1 0", "no end of line at the end");
    assert_eq!(read(with_header.replace('\n', "\n\n").as_bytes(), ""), "0 1 0", "empty lines");
    assert_eq!(read(with_header.replace(',', " , ").as_bytes(), ""), "0 1 0", "spaces");
    assert_eq!(read(with_header.replace(",10,", ",10.0,").as_bytes(), ""), "0 1 0", "whole floats");
    let quoted = "\"Label\",\"a\",\"b\",\"c\",\"d\"\n\"x y\",0,10,200,255\n\"y,z\",1,2,3,4\n\"x y\",5,6,7,8\n";
    assert_eq!(read(quoted.as_bytes(), ""), "x y y,z x y");
    // The labels' column, by name and by position, wherever it stands.
    let last = "a,b,c,d,digit\n0,10,200,255,cat\n1,2,3,4,dog\n5,6,7,8,cat\n";
    assert_eq!(read(last.as_bytes(), "label = \"digit\""), "cat dog cat");
    assert_eq!(read(last.as_bytes(), "label = \"DIGIT\""), "cat dog cat");
    assert_eq!(read(last.as_bytes(), "label = 4"), "cat dog cat");
    // Names of pixels that are numbers, as pandas writes them.
    let numbered = "0,1,2,3,target\n0,10,200,255,cat\n1,2,3,4,dog\n5,6,7,8,cat\n";
    assert_eq!(read(numbered.as_bytes(), ""), "cat dog cat");
    assert_eq!(read(numbered.as_bytes(), "label = \"target\""), "cat dog cat");
    assert_eq!(read(numbered.as_bytes(), "label = 4"), "cat dog cat");
    assert_eq!(read(numbered.as_bytes(), "label = 4\nheader = \"yes\""), "cat dog cat");
    // Classes in the order of the configuration, by name and by number.
    assert_eq!(read(last.as_bytes(), "label = 4\nclasses = [\"owl\", \"dog\", \"cat\"]"), "cat dog cat");
    assert_eq!(read(with_header.as_bytes(), "classes = [\"zero\", \"one\"]"), "zero one zero");
}

#[test]
fn a_table_may_have_shares_groups_sizes_and_two_files() {
    let place = Place::new();
    place.put("shares.csv", "label,a,b,c,d\n0,0,1,0.5,1\n1,0.2,0.4,0.6,0.8\n");
    let dataset = opened(&place, "csv", "shares.csv", "");
    assert_eq!(pixels(&dataset), [[0, 255, 128, 255], [51, 102, 153, 204]]);

    place.put("groups.csv", "writer,label,a,b,c,d,e,f\nanna,0,1,2,3,4,5,6\nbob,1,1,2,3,4,5,7\nanna,0,1,2,3,4,5,8\n");
    for group in ["\"writer\"", "0"] {
        let dataset = opened(&place, "csv", "groups.csv", &format!("group = {group}\nsize = [2, 3]"));
        assert_eq!((dataset.height(), dataset.width(), dataset.inputs()), (2, 3, 6));
        assert_eq!(dataset.groups(), Some(&[0, 1, 0][..]));
        assert!(dataset.place(2).to_string().ends_with("groups.csv, row 4"), "{}", dataset.place(2));
    }

    place.put("both/train.csv", "label,a\n0,1\n1,2\n");
    place.put("both/test.csv.gz", gz(b"label,a\n1,3\n0,4\n"));
    let dataset = opened(&place, "csv", "both", "");
    assert_eq!((given(&dataset), pixels(&dataset).concat()), ([2, 0, 2], vec![1, 2, 3, 4]));
    assert!(dataset.place(3).to_string().ends_with("test.csv.gz, row 3"), "{}", dataset.place(3));
}

#[test]
fn groups_that_are_called_by_numbers_are_written_as_the_table_has_them() {
    let place = Place::new();
    place.put("x.csv", "label,group,a\n0,7,1\n1,07,2\n0,7.0,3\n1,7,4\n");
    let dataset = opened(&place, "csv", "x.csv", "group = \"group\"");
    assert_eq!(dataset.group_names(), ["7", "07", "7.0"]);
    assert_eq!(dataset.groups(), Some(&[0, 1, 2, 0][..]));
    // The limit counts characters, not bytes.
    let table = |length: usize| format!("label,group,a\n0,{},1\n1,b,2\n", "\u{eb}".repeat(length));
    place.put("long.csv", table(100));
    assert_eq!(opened(&place, "csv", "long.csv", "group = \"group\"").group_names()[0].chars().count(), 100);
    place.put("long.csv", table(101));
    assert!(open(&place, "csv", "long.csv", "group = \"group\"").is_err());
}

#[test]
fn numbers_of_any_range_become_grey_values_and_the_report_says_so() {
    let place = Place::new();
    let read = |content: &str, settings: &str| {
        place.put("x.csv", content);
        let dataset = opened(&place, "csv", "x.csv", settings);
        (pixels(&dataset).concat(), dataset.reading().sentences(Language::English).join("; "))
    };
    let (values, said) = read("label,a,b\n0,-1,0.5\n1,1,0\n", "size = [1, 2]");
    assert_eq!(values, [0, 191, 255, 128]);
    assert_eq!(said, "numbers from -1 to 1 are read as grey values from 0 to 255");
    let (values, said) = read("label,a,b\n0,-0.5,2.0\n1,0,3.5\n", "size = [1, 2]");
    assert_eq!(values, [0, 159, 32, 255]);
    assert_eq!(said, "numbers from -0.5 to 3.5 are read as grey values from 0 to 255");
    let (values, said) = read("label,a,b\n0,254.6,0.4\n1,7,128\n", "size = [1, 2]");
    assert_eq!(
        (values, said),
        (vec![255, 0, 7, 128], "numbers with fractions are rounded to whole grey values".into())
    );
    // A setting decides it without a look at the numbers.
    let (values, said) = read("label,a,b\n0,65535,0\n1,257,256\n", "size = [1, 2]\nrange = [0, 65535]");
    assert_eq!(values, [255, 0, 1, 1]);
    assert_eq!(said, "numbers from 0 to 65535 are read as grey values from 0 to 255");
    let (values, said) = read("label,a,b\n0,1.5,-1\n1,0,0\n", "size = [1, 2]\nrange = [-1, 1]");
    assert_eq!(values, [255, 0, 128, 128]);
    assert!(said.ends_with("1 number outside of the range is read as its nearest end"), "{said}");
}

#[test]
fn the_range_of_the_training_images_is_that_of_the_test_images() {
    let place = Place::new();
    place.put("t/train.csv", b"label,a\n0,0.5\n1,1\n0,0\n1,0.25\n");
    place.put("t/test.csv", b"label,a\n0,0\n1,1\n");
    let dataset = opened(&place, "csv", "t", "");
    assert_eq!(pixels(&dataset).concat(), [128, 255, 0, 64, 0, 255]);
    place.put("t/test.csv", b"label,a\n0,0\n1,200\n");
    let error = open(&place, "csv", "t", "").unwrap_err().to_string();
    assert!(
        error.ends_with("test.csv, row 3, column \"a\": a pixel is 200, but the others are from 0 to 1"),
        "{error}"
    );
    // Whole grey values are no shares of 1.
    place.put("t/train.csv", b"label,a\n0,50\n1,100\n0,0\n1,25\n");
    place.put("t/test.csv", b"label,a\n0,0.5\n1,1\n");
    let error = open(&place, "csv", "t", "").unwrap_err().to_string();
    assert!(
        error.ends_with(": the pixels are from 0 to 1, but those of the training images are whole numbers"),
        "{error}"
    );
}

#[test]
fn unreadable_tables_are_one_clear_line_with_their_place() {
    let place = Place::new();
    let mut refusals = Refusals::of(&place);
    let random: Vec<u8> = (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut table = |title: &str, content: &[u8], settings: &str| {
        place.put("x.csv", content);
        refusals.add(title, "csv", "x.csv", settings);
    };
    table("csv: rows of unequal length", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3\n", "");
    table("csv: not a number", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,NaN,4\n", "");
    table("csv: infinite", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,inf,4\n", "");
    table("csv: a word among the pixels", b"label,a,b,c,d\n0,1,2,3,4\n1,1,two,3,4\n", "");
    table("csv: a question mark", b"label,a,b,c,d\n0,1,2,3,4\n1,1,?,3,4\n", "");
    table("csv: an empty pixel", b"label,a,b,c,d\n0,1,2,3,4\n1,1,,3,4\n", "");
    table("csv: 256", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,256\n", "");
    table("csv: negative", b"label,a,b,c,d\n0,-1,2,3,4\n1,1,2,3,4\n", "");
    table("csv: far outside of the range", b"label,a,b,c,d\n0,-1,0,0,1\n1,1,0,3.5,1\n", "range = [-1, 1]");
    table("csv: no column of labels", b"x,a,b,c,d\n7,1,2,3,4\n7,1,2,3,4\n", "");
    table("csv: two columns that look like labels", b"0,1,2,3,1\n1,1,2,3,0\n", "");
    table("csv: two columns called as labels are", b"label,a,b,c,d,y\n0,1,2,3,4,1\n1,1,2,3,4,0\n", "");
    table("csv: sparse rows", b"1 54:-0.9 55:0.8\n2 3:1\n", "");
    table("csv: sparse rows of an ARFF file", b"@relation x\n@attribute a real\n@data\n{0 1}\n", "");
    table("csv: no such column", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = \"digit\"");
    table("csv: a name, but no header", b"0,1,2,3,4\n1,1,2,3,4\n", "label = \"digit\"");
    table("csv: no such position", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = 5");
    table("csv: label and group in one column", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = 0\ngroup = \"x\"");
    table("csv: a label that is left out", b"x,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "label = 0\nleave_out = [\"x\"]");
    table("csv: empty", b"", "");
    table("csv: a header alone", b"label,a,b,c,d\n", "");
    table("csv: one column", b"label\n0\n1\n", "");
    table("csv: another separator", b"label;a;b;c;d\n0;1;2;3;4\n", "separator = \",\"");
    table("csv: no square", b"label,a,b,c\n0,1,2,3\n1,1,2,3\n", "");
    table("csv: another size", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "size = [3, 2]");
    table("csv: an empty label", b"label,a,b,c,d\n0,1,2,3,4\n,1,2,3,4\n", "");
    table("csv: a label in Latin 1", b"label,a,b,c,d\n0,1,2,3,4\n\xe9,1,2,3,4\n", "");
    table(
        "csv: a label that is no class",
        b"label,a,b,c,d\ncat,1,2,3,4\ncot,1,2,3,4\n",
        "classes = [\"cat\", \"dog\"]",
    );
    table("csv: bytes", &random, "");
    table("csv: a quote that never ends", b"label,a,b,c,d\n0,1,2,3,4\n1,\"1,2,3,4\n0,1,2,3,4\n", "");
    let digits = |value: &str| {
        let row = |label: u8| format!("{label}{}\n", format!(",{value}").repeat(64)).into_bytes();
        [row(3), row(7)].concat()
    };
    let as_digits = "label = 0\nheader = \"no\"\npreprocess = \"digit\"";
    table("csv: digits of another size", b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n", "preprocess = \"digit\"");
    table("csv: digits beyond 16", &[digits("16"), digits("17")].concat(), as_digits);
    table("csv: digits from 0 to 1", &digits("0.5"), as_digits);
    let compressed = gz(b"label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n");
    table("csv.gz: cut short", &compressed[..compressed.len() - 12], "");
    refusals.add("csv: no such file", "csv", "nowhere.csv", "");
    refusals.add("csv: a folder without train.csv", "csv", "config", "");
    place.put("two/train.csv", "label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,4\n");
    place.put("two/test.csv", "label,a\n0,1\n1,1\n");
    refusals.add("csv: test images of another size", "csv", "two", "");
    assert_snapshot!(refusals.transcript);
}
