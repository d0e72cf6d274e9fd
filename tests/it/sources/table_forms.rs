//! Tables as other programs write them: separators, encodings, headers, index columns, old formats.

use chiffres::Dataset;
use chiffres::config::{Column, Source};
use chiffres::data::{Part, Reading};
use chiffres::error::Language;
use chiffres::native::detect::detect;

use super::{given, names, open, opened, pixels};
use crate::cli::{Place, text};

/// A folder of `tests/fixtures/cases`, in a place of its own.
fn case(name: &str) -> Place {
    let place = Place::new();
    place.put_case(name);
    place
}

fn said(reading: &Reading, place: &Place) -> String {
    reading.sentences(Language::English).join("; ").replace(place.path("").to_str().unwrap(), "")
}

/// Reads a table with default settings: labels, the first image, and what the report says.
fn read(content: impl AsRef<[u8]>) -> (String, Vec<u8>, String) {
    read_with(content, "")
}

fn read_with(content: impl AsRef<[u8]>, settings: &str) -> (String, Vec<u8>, String) {
    let place = Place::new();
    place.put("x.csv", content);
    let dataset = opened(&place, "csv", "x.csv", settings);
    (names(&dataset).join(" "), pixels(&dataset).swap_remove(0), said(dataset.reading(), &place))
}

/// The message about a table that cannot be read, and its hint.
fn refused(content: &str) -> String {
    let place = Place::new();
    place.put("x.csv", content);
    let error = open(&place, "csv", "x.csv", "").unwrap_err();
    format!("{error} | {}", error.hint().unwrap()).replace(place.path("").to_str().unwrap(), "")
}

/// What `init` writes for a file or folder, and the dataset that the configuration reads.
fn init(place: &Place, path: &str) -> (String, Dataset) {
    let config = detect(&place.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let output = format!("{}.toml", path.replace(['/', '.'], "-"));
    let written = place.ok(&["init", path, "-o", &output]);
    place.ok(&["data", "check", &output]);
    let dataset = chiffres::native::source::open(&config, chiffres::native::source::OpenOptions::QUIET).unwrap();
    (written, dataset)
}

const HEADER: &str = "label,a,b,c,d\n";
const NO_PART: &str = "its name says no part, such as train or test";
const ROWS: &str = "0,1,20,3,255\n1,5,60,7,8\n0,9,10,11,12\n";

#[test]
fn separators_are_found_and_named_unless_they_are_commas() {
    let plain = format!("{HEADER}{ROWS}");
    let expected = |said: &str| ("0 1 0".to_string(), vec![1, 20, 3, 255], said.to_string());
    assert_eq!(read(&plain), expected(""));
    assert_eq!(read(plain.replace(',', ", ")), expected(""));
    assert_eq!(read(plain.replace(',', ";")), expected("values are separated by ';'"));
    assert_eq!(read(plain.replace(',', "; ")), expected("values are separated by ';'"));
    assert_eq!(read(plain.replace(',', "\t")), expected("values are separated by tabs"));
    assert_eq!(read(plain.replace(',', "|")), expected("values are separated by '|'"));
    assert_eq!(read(plain.replace(',', " ")), expected("values are separated by spaces"));
    assert_eq!(read(plain.replace(',', "    ")), expected("values are separated by spaces"));
    assert_eq!(read(plain.replace('\n', "\n   ")), expected(""), "indented");
    // A separator that a spreadsheet names on the first line; rows are counted with it.
    let (labels, image, said) = read(format!("sep=;\r\n{}", plain.replace(',', ";")));
    assert_eq!((labels, image, said), expected("values are separated by ';'"));
    assert!(refused("sep=;\nlabel;a\n0;1\n1\n").starts_with("x.csv, row 4: the row has 1 value, but"));
    // At the end of each line, with and without a header.
    let trailing = "the separator at the end of each line is not a column";
    assert_eq!(read(plain.replace('\n', ",\n")), expected(trailing));
    assert_eq!(read(format!("{HEADER}{}", ROWS.replace('\n', ",\n"))), expected(trailing), "not in the header");
    assert_eq!(read_with(ROWS.replace('\n', ",\n"), "label = 0"), expected(trailing));
    let (labels, image, said) = read_with(ROWS.replace(',', " ").replace('\n', " \n"), "label = 0");
    assert_eq!((labels, image, said), expected("values are separated by spaces"));
    // Quotes, also after a space.
    assert_eq!(
        read("\"label\",\"a\",\"b\",\"c\",\"d\"\n\"0\",\"1\",\"20\",\"3\",\"255\"\n\"1\",\"5\",\"6\",\"7\",\"8\"\n").1,
        [1, 20, 3, 255]
    );
    let (labels, image, _) =
        read("label, a, b, c, d\n\"cat\", \"1\", \"20\", \"3\", \"255\"\n\"a dog\", \"5\", \"6\", \"7\", \"8\"\n");
    assert_eq!((labels.as_str(), image), ("cat a dog", vec![1, 20, 3, 255]));
    // A setting wins, so that files of before are read as before.
    assert_eq!(read_with(plain.replace(',', ";"), "separator = \";\""), expected(""));
}

#[test]
fn decimal_commas_are_numbers() {
    let (labels, image, said) = read("label;a;b;c;d\nx;0,5;1,0;0;0,2\ny;1;0,25;0,1;0\n");
    assert_eq!((labels.as_str(), image), ("x y", vec![128, 255, 0, 51]));
    assert!(said.contains("numbers are read with decimal commas; numbers from 0 to 1"), "{said}");
    let (_, image, _) = read("x 0,5 1,0 0,0 0,2\ny 1,0 0,25 0,1 0,0\n");
    assert_eq!(image, [128, 255, 0, 51]);
    let (_, image, _) = read("label,a,b,c,d\nx,\"0,5\",\"1,0\",0,\"0,2\"\ny,1,\"0,25\",\"0,1\",0\n");
    assert_eq!(image, [128, 255, 0, 51]);
}

#[test]
fn utf_16_and_byte_order_marks_are_read() {
    let plain = "label\ta\tb\tc\td\nz\u{e9}ro\t1\t20\t3\t255\n\u{1f98a}\t5\t6\t7\t8\n";
    let units: Vec<u16> = plain.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [[&b"\xff\xfe"[..], &little].concat(), [&b"\xfe\xff"[..], &big].concat(), little] {
        let (labels, image, said) = read(&bytes);
        assert_eq!((labels.as_str(), image), ("z\u{e9}ro \u{1f98a}", vec![1, 20, 3, 255]));
        assert_eq!(said, "the text is UTF-16; values are separated by tabs");
    }
    let place = case("utf-16");
    let (written, dataset) = init(&place, "table.csv");
    assert!(written.contains("separator = \"\\t\""), "{written}");
    assert_eq!(
        (dataset.len(), dataset.height(), dataset.classes()),
        (60, 8, &["bar", "cross", "ring"].map(String::from)[..])
    );
}

#[test]
fn a_comma_with_a_space_is_a_comma() {
    let place = case("comma-and-space");
    let (written, dataset) = init(&place, "table.csv");
    assert!(!written.contains("separator"), "{written}");
    assert_eq!((dataset.len(), dataset.height(), dataset.classes().len()), (60, 8, 3));
}

#[test]
fn a_first_row_that_counts_is_a_header() {
    let place = case("numbered-header");
    for file in ["y.csv", "digit.csv"] {
        let (_, dataset) = init(&place, file);
        assert_eq!((dataset.len(), dataset.height(), dataset.classes().len()), (60, 8, 3), "{file}");
        assert!(said(dataset.reading(), &place).contains("the first row counts the columns"), "{file}");
    }
    // A name that is in no list.
    let renamed = text(&place.file("y.csv")).replacen(",y\n", ",art\n", 1);
    let (labels, image, said) = read(&renamed);
    assert_eq!((labels.split(' ').count(), image.len()), (60, 64));
    assert!(said.contains("column \"art\" is taken for the labels"), "{said}");
    let (_, bare) = renamed.split_once('\n').unwrap();
    let all_numbers = (0..65).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(read(format!("{all_numbers}\n{bare}")).0.split(' ').count(), 60, "a header of numbers alone");
    assert_eq!(read(bare).0.split(' ').count(), 60, "no header");
}

#[test]
fn columns_that_number_the_rows_are_left_out() {
    let place = case("index-column");
    for (file, column, named) in [("pandas.csv", "column 0", "[0]"), ("id.csv", "column \"id\"", "[\"id\"]")] {
        let (written, dataset) = init(&place, file);
        assert!(written.contains(&format!("leave_out = {named} ")), "{written}");
        assert_eq!((dataset.len(), dataset.height()), (60, 8), "{file}");
        assert_eq!(dataset.classes(), ["bar", "cross", "ring"]);
        let dataset = opened(&place, "csv", file, "");
        assert_eq!(said(dataset.reading(), &place), format!("1 column left out: numbers the rows ({file}, {column})"));
    }
    let rows = |first: &[&str], header: &str| {
        let row = |(i, id): (usize, &&str)| format!("{id},{},{},20,3,{}\n", i % 2, i % 2 * 7, 255 - i);
        format!("{header}{}", first.iter().enumerate().map(row).collect::<String>())
    };
    for header in ["Unnamed: 0,label,a,b,c,d\n", "index,label,a,b,c,d\n", "ID,label,a,b,c,d\n", "label,a,b,c,d\n"] {
        let (labels, image, said) = read(rows(&["7", "3", "12", "5"], header));
        assert_eq!((labels.as_str(), image), ("0 1 0 1", vec![0, 20, 3, 255]), "{header}");
        assert!(said.contains("1 column left out: numbers the rows"), "{said}");
    }
    // Names of files number the rows as well; without a header, the first column does if it counts.
    assert_eq!(read(rows(&["a.png", "b.png", "c.png", "d.png"], "id,label,a,b,c,d\n")).0, "0 1 0 1");
    for counting in [["0", "1", "2", "3", "4", "5"], ["1", "2", "3", "4", "5", "6"]] {
        let (labels, image, said) = read(rows(&counting, ""));
        assert_eq!((labels.as_str(), image), ("0 1 0 1 0 1", vec![0, 20, 3, 255]));
        assert!(said.ends_with("1 column left out: numbers the rows (x.csv, column 0)"), "{said}");
    }
    // A setting leaves out what it says, and nothing else.
    let table = "a,name,label,b\n1,anna,0,2\n3,bob,1,4\n";
    let (labels, image, said) = read_with(table, "leave_out = [\"name\"]\nsize = [1, 2]");
    assert_eq!((labels.as_str(), image), ("0 1", vec![1, 2]));
    assert_eq!(said, "1 column left out: in data.leave_out (x.csv, column \"name\")");
    assert_eq!(read_with(table, "leave_out = [1]\nsize = [1, 2]").1, [1, 2]);
    assert_eq!(read_with("id,label,a\n7,0,1\n8,1,2\n", "leave_out = []\nsize = [1, 2]").1, [7, 1]);
    // Groups that no setting uses are no pixels.
    let (_, image, said) = read_with("writer,label,a\n7,0,1\n8,1,2\n", "");
    assert_eq!((image, said.contains("names groups")), (vec![1], true), "{said}");
}

#[test]
fn labels_are_recognised_first_or_last_or_the_error_names_both() {
    let (labels, image, said) = read("ring,1,2,3,4\nbar,5,6,7,8\nring,9,10,11,12\n");
    assert_eq!((labels.as_str(), image), ("ring bar ring", vec![1, 2, 3, 4]));
    assert_eq!(said, "column 0 is taken for the labels");
    let (labels, _, said) = read("p,q,r,s,kind\n0,6,7,8,0\n0,2,3,4,1\n0,2,3,4,2\n0,2,3,4,0\n0,2,3,4,1\n0,2,3,4,2\n");
    assert_eq!((labels.as_str(), said.as_str()), ("0 1 2 0 1 2", "column \"kind\" is taken for the labels"));
    let two = refused("0,2,3,4,1\n1,2,3,4,0\n0,2,3,4,1\n1,2,3,4,0\n");
    assert_eq!(
        two,
        "x.csv: the labels could be in column 0 or in column 4 | say which: --set data.label=0 or --set data.label=4"
    );
    let two = refused("label,a,b,c,d,class\n0,2,3,4,1,5\n1,2,3,4,0,6\n");
    assert!(two.contains("column \"label\" or in column \"class\" | say which: --set data.label=label or"), "{two}");
    let none = refused("7,2,3,4,5\n7,2,3,4,5\n7,2,3,4,5\n");
    assert!(none.starts_with("x.csv: no column is called label, or looks like labels | "), "{none}");
    // init takes the setting that the hint prints, and writes it.
    let place = Place::new();
    place.put("two.csv", "0,2,3,4,1\n1,2,3,4,0\n".repeat(10));
    let note = place.fails(1, &["init", "two.csv"]);
    assert!(note.contains("--set data.label=0 or --set data.label=4"), "{note}");
    let written = place.ok(&["init", "two.csv", "--set", "data.label=4"]);
    assert!(written.contains("label = 4 "), "{written}");
    let written = place.ok(&[
        "init",
        "two.csv",
        "-o",
        "b.toml",
        "--set",
        "data.label=4",
        "--set",
        "data.classes=[\"no\",\"yes\"]",
    ]);
    assert!(written.contains("classes = [\"no\", \"yes\"]\n"), "{written}");
    place.fails(2, &["init", "two.csv", "-o", "c.toml", "--set", "training.epochs=5"]);
}

#[test]
fn pixels_are_put_in_the_order_of_their_numbers() {
    let (_, image, said) = read(
        "label,p0,p1,p10,p11,p2,p3,p4,p5,p6,p7,p8,p9,p12,p13,p14,p15\n\
         0,0,1,10,11,2,3,4,5,6,7,8,9,12,13,14,15\n1,0,1,10,11,2,3,4,5,6,7,8,9,12,13,14,15\n",
    );
    assert_eq!(image, (0..16).collect::<Vec<u8>>());
    assert_eq!(said, "pixels are put in the order of the numbers in their names");
}

#[test]
fn a_test_table_is_matched_by_the_names_of_its_columns() {
    let place = Place::new();
    place.put("t/train.csv", "label,a,b,c,d\n0,1,2,3,4\n1,5,6,7,8\n");
    let with = |test: &str| {
        place.put("t/test.csv", test);
        open(&place, "csv", "t", "").map_err(|error| error.to_string().replace(place.path("").to_str().unwrap(), ""))
    };
    let dataset = with("d,c,id,b,a,Label\n4,3,17,2,1,1\n8,7,18,6,5,0\n").unwrap();
    assert_eq!(pixels(&dataset), [[1, 2, 3, 4], [5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8]]);
    assert_eq!(names(&dataset), ["0", "1", "1", "0"]);
    assert!(said(dataset.reading(), &place).contains("matched by their names"));
    assert_eq!(
        with("label,a,b,c\n0,1,2,3\n").unwrap_err(),
        "t/test.csv: column \"d\" is missing, which the training images have"
    );
    let error = with("label,a,b,c,d,e\n0,1,2,3,4,5\n").unwrap_err();
    assert_eq!(error, "t/test.csv: the training images have no column \"e\"");
    let error = with("0,1,2\n").unwrap_err();
    assert_eq!(error, "t/test.csv: the table has 3 columns, but that of the training images has 5");
    // Without labels.
    let dataset = with("a,b,c,d\n1,2,3,4\n5,6,7,8\n9,9,9,9\n").unwrap();
    assert_eq!(given(&dataset), [2, 0, 0]);
    let part = dataset.reading().parts().iter().find(|part| part.part == Part::Unlabelled).unwrap();
    assert_eq!(part.images, 3);
    assert!(said(dataset.reading(), &place).contains("3 rows left out: without labels; predict reads them"));
    // Whole numbers to train on, others to test with.
    let error = with("label,a,b,c,d\n0,-1.5,2,3,4\n").unwrap_err();
    assert!(error.contains("from -1.5 to 4, but those of the training images are whole numbers"), "{error}");
}

#[test]
fn a_test_table_of_another_order_is_named_whatever_the_order_of_training() {
    let place = Place::new();
    // By their numbers, the pixels of training are in another order than in the file.
    place.put("t/train.csv", "label,p2,p1,p3,p0\n0,3,2,4,1\n1,7,6,8,5\n");
    let said_of = |test: &str| {
        place.put("t/test.csv", test);
        let dataset = opened(&place, "csv", "t", "");
        assert_eq!(pixels(&dataset), [[1, 2, 3, 4], [5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8]]);
        said(dataset.reading(), &place).contains("matched by their names")
    };
    assert!(said_of("p0,p1,p2,p3,label\n1,2,3,4,0\n5,6,7,8,1\n"));
    assert!(said_of("label,p3,p1,p2,p0\n0,4,2,3,1\n1,8,6,7,5\n"));
    assert!(!said_of("p2,p1,p3,p0,label\n3,2,4,1,0\n7,6,8,5,1\n"));
}

#[test]
fn texts_and_compressed_copies_beside_a_table_are_left_out() {
    let table = format!("{HEADER}{}", ROWS.repeat(8));
    let notes = "Digits of 1998.\nAsk Anna, who drew them, before you pass them on.\n";
    let gz = || super::gz(table.as_bytes());
    let read = |files: &[(&str, &[u8])]| {
        let place = Place::new();
        files.iter().for_each(|(name, bytes)| place.put(&format!("t/{name}"), bytes));
        let (_, dataset) = init(&place, "t");
        assert_eq!(dataset.classes(), ["0", "1"]);
        (given(&dataset), said(dataset.reading(), &place))
    };
    let (table, notes) = (table.as_bytes(), notes.as_bytes());
    let other = "not a file of this source";
    for (files, images, expected) in [
        (&[("digits.csv", table), ("README.txt", notes)][..], [24, 0, 0], format!("{other} (t/README.txt)")),
        (&[("train.csv", table), ("train_notes.txt", notes)], [24, 0, 0], format!("{other} (t/train_notes.txt)")),
        (
            &[("test-notes.txt", notes), ("test.csv", table), ("train.csv", table)],
            [24, 0, 24],
            format!("{other} (t/test-notes.txt)"),
        ),
        (&[("README.txt", notes), ("train.csv", table)], [24, 0, 0], format!("{other} (t/README.txt)")),
        (&[("more.csv", table), ("train.csv", table)], [24, 0, 0], format!("{NO_PART} (t/more.csv)")),
        (
            &[("digits.csv", table), ("digits.csv.gz", &gz())],
            [24, 0, 0],
            "the same name without .gz is read (t/digits.csv.gz)".into(),
        ),
        (
            &[("train.csv", table), ("train.csv.gz", &gz())],
            [24, 0, 0],
            "the same name without .gz is read (t/train.csv.gz)".into(),
        ),
    ] {
        assert_eq!(read(files), (images, format!("1 file left out: {expected}")));
    }
}

#[test]
fn tables_beside_pictures_are_training_images_if_their_names_say_so() {
    let place = Place::new();
    for (class, value) in [("cat", 10), ("dog", 200)] {
        (0..10).for_each(|i| place.put(&format!("p/{class}/{i}.png"), super::grey_png(4, 4, value + i)));
    }
    let boxes = "x,y,width,height\n1,2,30,40\n5,6,70,80\n";
    place.put("p/boxes.csv", boxes);
    let source = || detect(&place.path("p")).unwrap().source;
    assert_eq!(source(), Source::Folder);
    place.put("p/sizes.csv", boxes);
    let (_, dataset) = init(&place, "p");
    assert_eq!(dataset.classes(), ["cat", "dog"]);
    assert!(said(dataset.reading(), &place).contains("2 files left out"), "{}", said(dataset.reading(), &place));
    place.put("p/train.csv", format!("{HEADER}{ROWS}"));
    assert_eq!(source(), Source::Csv);
}

#[test]
fn kaggles_folder_trains_on_its_labelled_table() {
    let place = case("kaggle-folder");
    let (_, dataset) = init(&place, "data");
    assert_eq!((given(&dataset), dataset.height(), dataset.classes().len()), ([60, 0, 0], 8, 3));
    let said = said(dataset.reading(), &place);
    assert!(said.contains("12 rows left out: without labels; predict reads them (data/test.csv, row 2"), "{said}");
    assert!(said.contains(&format!("1 file left out: {NO_PART} (data/sample_submission.csv)")), "{said}");
}

#[test]
fn tables_of_a_folder_are_parts_by_their_names() {
    let place = case("other-file-names");
    let (_, dataset) = init(&place, "data");
    assert_eq!(
        (given(&dataset), dataset.height(), dataset.classes()),
        ([60, 0, 18], 8, &["0", "1", "2"].map(String::from)[..])
    );
    for (file, rows) in [("digits-val.tsv.gz", 12), ("digits_train.tsv", 30), ("Test digits.txt", 6)] {
        let table = "label\ta\n".to_string() + &"0\t1\n1\t2\n".repeat(rows / 2);
        let bytes = if file.ends_with("gz") { super::gz(table.as_bytes()) } else { table.into_bytes() };
        place.put(&format!("three/{file}"), bytes);
    }
    assert_eq!(given(&init(&place, "three").1), [30, 12, 6]);
    place.put("one/anything.csv", "label,a\n0,1\n1,2\n".to_string() + &"0,3\n1,4\n".repeat(10));
    assert_eq!(given(&opened(&place, "csv", "one", "")), [22, 0, 0]);
    place.put("two/train_a.csv", "label,a\n0,1\n1,2\n");
    place.put("two/train_b.csv", "label,a\n0,1\n1,2\n");
    let error = open(&place, "csv", "two", "").unwrap_err().to_string();
    assert!(
        error.ends_with("two/train_a.csv and ".to_string().as_str()) || error.contains("could be the same part"),
        "{error}"
    );
}

#[test]
fn old_files_of_digits_are_tables_whatever_their_ending() {
    let place = case("old-digit-files");
    let report = place.run(&["init", "zip.train", "-o", "report.toml"]);
    let report = text(&report.stderr);
    for said in ["values are separated by spaces", "column 0 is taken for the labels", "numbers from -1 to 1 are read"]
    {
        assert!(report.contains(said), "{report}");
    }
    let three = ["0", "1", "2"].map(String::from);
    for (file, images) in [("optdigits.tra", 24), ("optdigits.tes", 12)] {
        let (written, dataset) = init(&place, file);
        assert!(written.contains("label = 64 "), "{written}");
        assert_eq!((dataset.len(), dataset.height(), dataset.classes()), (images, 8, &three[..]));
        assert!(dataset.max_value() <= 16);
    }
    let (written, dataset) = init(&place, "semeion.data");
    assert!(!written.contains("label = "), "{written}");
    assert_eq!((dataset.len(), dataset.height(), dataset.max_value(), dataset.classes()), (20, 16, 1, &three[..]));
    let sentences = said(dataset.reading(), &place);
    assert!(
        sentences.contains("column 256 to column 265 are taken for the labels: a column for each class"),
        "{sentences}"
    );
    let (written, dataset) = init(&place, "zip.train");
    assert!(written.contains("label = 0 ") && written.contains("range = [-1.0, 1.0] "), "{written}");
    assert_eq!((dataset.len(), dataset.height(), dataset.max_value(), dataset.classes()), (12, 16, 255, &three[..]));
    assert!(said(dataset.reading(), &place).contains("numbers from -1 to 1 are read as grey values"));
    let (written, dataset) = init(&place, "shapes.arff");
    assert!(written.contains("label = \"class\" "), "{written}");
    assert_eq!((dataset.len(), dataset.height()), (24, 8));
    assert_eq!(dataset.classes(), ["bar", "cross", "ring"]);
    assert!(dataset.place(0).to_string().ends_with("shapes.arff, row 68"), "{}", dataset.place(0));
    let note = place.fails(1, &["init", "usps.libsvm"]);
    assert!(note.contains("sparse") && note.contains("sklearn.datasets.load_svmlight_file"), "{note}");
    // Together, the two parts of the UCI repository are one source.
    place.put("uci/optdigits.tra", place.file("optdigits.tra"));
    place.put("uci/optdigits.tes", place.file("optdigits.tes"));
    assert_eq!(given(&init(&place, "uci").1), [24, 0, 12]);
    // Under an ending that says nothing.
    place.put("digits.text", place.file("zip.train"));
    assert_eq!(init(&place, "digits.text").1.len(), 12);
}

#[test]
fn classes_with_a_column_each_are_named_by_the_header() {
    let (labels, image, said) = read("a,b,c,d,class_cat,class_cow\n1,2,3,4,1,0\n5,6,7,8,0,1\n9,9,9,9,1,0\n");
    assert_eq!((labels.as_str(), image), ("cat cow cat", vec![1, 2, 3, 4]));
    assert_eq!(
        said,
        "column \"class_cat\" to column \"class_cow\" are taken for the labels: a column for each class (one-hot)"
    );
    assert!(
        refused(&format!("{}1,2,3,4,1,1\n", "1,2,3,4,1,0\n5,6,7,8,0,1\n".repeat(600))).starts_with("x.csv, row 1201: ")
    );
}

#[test]
fn values_that_are_missing_are_named() {
    for (cell, message) in [("", "the cell is empty"), ("NaN", "the cell is \"NaN\""), ("?", "the cell is \"?\"")] {
        let refused = refused(&format!("label,a,b,c,d\n0,1,2,3,4\n1,1,{cell},3,4\n"));
        assert!(refused.starts_with(&format!("x.csv, row 3, column \"b\": {message}")), "{refused}");
        assert!(refused.ends_with("in pandas: table.fillna(0) or table.dropna()"), "{refused}");
    }
}

#[test]
fn whole_numbers_outside_of_0_to_255_are_an_error_with_their_place() {
    let refused = refused("label,a,b,c,d\n0,1,2,3,4\n1,1,2,3,256\n");
    assert_eq!(
        refused,
        "x.csv, row 3, column \"d\": a pixel is 256, but must be from 0 to 255 | give the range of the numbers, for \
         example data.range = [0, 65535]; or is it not a pixel?"
    );
}

#[test]
fn columns_of_words_are_labels() {
    let config = |content: &str| {
        let place = Place::new();
        place.put("x.csv", content);
        detect(&place.path("x.csv")).unwrap()
    };
    assert_eq!(config("a,b,kind,c,d\n1,2,x,3,4\n1,2,y,3,4\n").label, Column::Name("kind".into()));
    let config = config("writer,label,a,b,c,d\nanna,0,2,5,3,4\nbob,1,2,6,3,4\n");
    assert_eq!((config.label, config.group), (Column::Name("label".into()), Column::Name("writer".into())));
}

#[test]
fn labels_of_a_table_that_is_sorted_by_class_are_seen() {
    let place = Place::new();
    // A corner that is never drawn on is as constant as the labels of the first rows.
    let row = |i: usize| format!("0,{},{},{},{}\n", i % 7, i % 250, i % 19, i / 600);
    place.put("sorted.csv", (0..1500).map(row).collect::<String>());
    let dataset = opened(&place, "csv", "sorted.csv", "");
    assert_eq!((dataset.len(), dataset.classes()), (1500, &["0", "1", "2"].map(String::from)[..]));
}
