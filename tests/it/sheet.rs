//! Sheets: printed, filled by the test, seen in perspective, and read box by box.

use std::path::Path;

use proptest::prelude::*;
use serde_json::json;

use chiffres::data::Reading;
use chiffres::drawings::Drawings;
use chiffres::error::{Corner, Language, SheetProblem};
use chiffres::native::{pictures, source};
use chiffres::preprocess::{DigitPreprocessing, Raster};
use chiffres::sheet::{
    Added, BOX, BoxReading, COLUMNS, Class, Finding, Paper, Point, Projection, ROWS, Rectangle, Shape, Sheet,
    SheetReader, print, shapes,
};

use crate::cli::{Place, text};

/// Pixels in a millimetre of the paper that the tests write on.
const SCALE: f64 = 8.0;

/// A sheet of paper: 0 for black to 1 for white.
#[derive(Clone)]
struct Page {
    height: usize,
    width: usize,
    grey: Vec<f32>,
}

impl Page {
    /// A sheet as it is printed, without the letters.
    fn printed(paper: Paper, sheet: u16) -> Self {
        let [width, height] = paper.size().map(|length| (length * SCALE) as usize);
        let mut page = Self { height, width, grey: vec![1.0; height * width] };
        for shape in shapes(paper, Language::French, sheet) {
            if let Shape::Fill { place, grey } = shape {
                page.fill(place, grey);
            }
        }
        page
    }

    fn fill(&mut self, place: Rectangle, grey: f32) {
        let pixel = |length: f64| (length * SCALE).round() as usize;
        for row in pixel(place.y)..pixel(place.y + place.height).min(self.height) {
            let columns = pixel(place.x)..pixel(place.x + place.width).min(self.width);
            self.grey[row * self.width..][columns].fill(grey);
        }
    }

    /// Writes a digit of MNIST, 11 mm high, moved from the middle of a box by some millimetres.
    fn write(&mut self, paper: Paper, row: usize, column: usize, digit: &Raster, by: Point) {
        let side = 1.4 * 11.0;
        let large = digit.resized((side * SCALE) as usize, (side * SCALE) as usize);
        let inside = paper.inside(row, column);
        let top = ((inside.y + (BOX - side) / 2.0 + by[1]) * SCALE) as usize;
        let left = ((inside.x + (BOX - side) / 2.0 + by[0]) * SCALE) as usize;
        for (i, &value) in large.pixels().iter().enumerate() {
            let ink = ((f32::from(value) / 255.0 - 0.35) / 0.3).clamp(0.0, 1.0);
            self.grey[(top + i / large.width()) * self.width + left + i % large.width()] *= 1.0 - 0.8 * ink;
        }
    }

    /// A line of 0.8 mm between two points of a box, in shares of its side.
    fn line(&mut self, paper: Paper, row: usize, column: usize, from: Point, to: Point) {
        let inside = paper.inside(row, column);
        for i in 0..=200 {
            let at = |axis: usize| from[axis] + (to[axis] - from[axis]) * f64::from(i) / 200.0;
            let (x, y) = (inside.x + at(0) * BOX, inside.y + at(1) * BOX);
            self.fill(Rectangle { x: x - 0.4, y: y - 0.4, width: 0.8, height: 0.8 }, 0.2);
        }
    }

    /// A photograph of several pages on a dark table, each with the places of its corners, clockwise from its top left.
    fn photograph(height: usize, width: usize, pages: &[(&Self, [Point; 4])]) -> Raster {
        let mut grey = vec![0.25f32; height * width];
        for (page, corners) in pages {
            let [w, h] = [page.width as f64, page.height as f64];
            let paper = [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]];
            let back = Projection::fit(&std::array::from_fn::<_, 4, _>(|i| (corners[i], paper[i]))).unwrap();
            for (i, value) in grey.iter_mut().enumerate() {
                // The mean of four points of a pixel.
                let point = |k: usize| {
                    let (x, y) = ((i % width) as f64 + (k % 2) as f64 / 2.0, (i / width) as f64 + (k / 2) as f64 / 2.0);
                    back.apply([x + 0.25, y + 0.25])
                };
                let seen: Vec<f32> = (0..4).map(point).filter_map(|[x, y]| page.at(x, y)).collect();
                if seen.len() == 4 {
                    *value = seen.iter().sum::<f32>() / 4.0;
                }
            }
        }
        // Light from one side.
        let light = |i: usize| 230.0 - 90.0 * (i % width) as f32 / width as f32;
        let pixels = grey.iter().enumerate().map(|(i, value)| (value * light(i)).round() as u8).collect();
        Raster::new(height, width, pixels)
    }

    fn at(&self, x: f64, y: f64) -> Option<f32> {
        let is_inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
        is_inside.then(|| self.grey[y as usize * self.width + x as usize])
    }
}

/// Two digits of MNIST for each class: dark is 0.
fn digits() -> Vec<Vec<Raster>> {
    let folder = "tests/fixtures/handwriting";
    let files = source::pictures_in(Path::new(folder), &mut Reading::new(folder)).into_iter().map(Result::unwrap);
    let mut digits = vec![Vec::new(); COLUMNS];
    for file in files.filter(|file| file.to_str().unwrap().contains("mnist")) {
        let digit = file.file_name().unwrap().to_str().unwrap().as_bytes()[0] - b'0';
        digits[usize::from(digit)].push(pictures::read(&file).unwrap());
    }
    digits
}

/// A sheet with a digit in each box that `is_written` is true for.
fn filled(paper: Paper, sheet: u16, is_written: impl Fn(usize, usize) -> bool) -> Page {
    let (digits, mut page) = (digits(), Page::printed(paper, sheet));
    for (row, column) in boxes().filter(|&(row, column)| is_written(row, column)) {
        let of_class = &digits[column];
        page.write(paper, row, column, &of_class[row % of_class.len()], [0.0; 2]);
    }
    page
}

fn boxes() -> impl Iterator<Item = (usize, usize)> {
    (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column)))
}

/// The corners of a sheet that fills a picture of 900x1200, seen from below and from the left.
const UPRIGHT: [Point; 4] = [[112.0, 82.0], [757.0, 52.0], [847.0, 1147.0], [45.0, 1117.0]];

fn seen(page: &Page) -> Raster {
    Page::photograph(1200, 900, &[(page, UPRIGHT)])
}

fn findings(sheet: &Sheet) -> Vec<(usize, usize, Finding)> {
    let of_box = |reading: &BoxReading| {
        let (row, column) = (reading.row, reading.column);
        reading.findings.iter().map(move |&finding| (row, column, finding)).collect::<Vec<_>>()
    };
    sheet.listed().flat_map(of_box).collect()
}

#[test]
fn every_digit_of_a_photograph_is_read_in_its_place() {
    let digits = digits();
    for paper in [Paper::A4, Paper::Letter] {
        let (sheets, problems) = SheetReader::default().read(&seen(&filled(paper, 7, |_, _| true)));
        assert_eq!(problems, []);
        assert_eq!((sheets.len(), sheets[0].number, sheets[0].paper), (1, 7, paper));
        assert_eq!(findings(&sheets[0]), []);
        for reading in &sheets[0].boxes {
            let of_class = &digits[reading.column];
            let own = DigitPreprocessing::default().digit(&of_class[reading.row % of_class.len()]).unwrap();
            let pixels = reading.pixels.as_ref().unwrap();
            let differences = pixels.iter().zip(&own.pixels).map(|(a, b)| f64::from(a.abs_diff(*b)));
            let difference = differences.sum::<f64>() / 64.0;
            assert!(difference < 2.5, "row {}, digit {}: {difference}", reading.row, reading.column);
        }
    }
}

#[test]
fn a_sheet_is_read_as_pupils_fill_it() {
    let paper = Paper::A4;
    let mut page = filled(paper, 12, |row, column| (row, column) != (0, 3) && (row, column) != (5, 8));
    // A zigzag through a 2, and a 1 that leaves its box to the right.
    let zigzag: Vec<Point> =
        (0..8).map(|i| [if i % 2 == 0 { 0.15 } else { 0.85 }, 0.12 + 0.1 * f64::from(i)]).collect();
    zigzag.windows(2).for_each(|pair| page.line(paper, 4, 2, pair[0], pair[1]));
    page.line(paper, 7, 6, [0.5, 0.5], [1.4, 0.5]);
    let upside_down = [2, 3, 0, 1].map(|i: usize| UPRIGHT[i]);
    for corners in [UPRIGHT, upside_down] {
        let (sheets, problems) = SheetReader::default().read(&Page::photograph(1200, 900, &[(&page, corners)]));
        assert_eq!(problems, []);
        let found = findings(&sheets[0]);
        for (row, column, finding) in [(0, 3, Finding::Empty), (5, 8, Finding::Empty), (4, 2, Finding::CrossedOut)] {
            assert!(found.contains(&(row, column, finding)), "{finding:?} is not in {found:?}");
        }
        let about: Vec<_> = found.iter().filter(|(row, ..)| *row == 7).map(|&(_, column, _)| column).collect();
        assert!(about.contains(&6), "{found:?}");
        assert!(found.len() <= 5, "{found:?}");
    }
}

#[test]
fn two_sheets_on_one_photograph_are_both_read() {
    let pages = [3, 4].map(|sheet| filled(Paper::A4, sheet, move |row, _| row < usize::from(sheet)));
    let side_by_side = |left: f64| [[left, 60.0], [left + 740.0, 90.0], [left + 760.0, 1130.0], [left + 10.0, 1150.0]];
    let photograph = Page::photograph(1200, 1600, &[(&pages[0], side_by_side(20.0)), (&pages[1], side_by_side(820.0))]);
    let (sheets, problems) = SheetReader::default().read(&photograph);
    assert_eq!(problems, []);
    assert_eq!(sheets.iter().map(|sheet| sheet.number).collect::<Vec<_>>(), [3, 4]);
    for sheet in &sheets {
        assert_eq!(findings(sheet).len(), 100 - 10 * usize::from(sheet.number), "the other rows are empty");
    }
}

#[test]
fn a_missing_corner_is_named() {
    let page = filled(Paper::A4, 9, |_, _| true);
    let moved = UPRIGHT.map(|[x, y]| [x + 145.0, y]);
    let (sheets, problems) = SheetReader::default().read(&Page::photograph(1200, 900, &[(&page, moved)]));
    assert_eq!(sheets, []);
    assert_eq!(problems, [SheetProblem::MissingCorners { sheet: 9, corners: vec![Corner::BottomRight] }]);
    let blank = Raster::new(400, 300, vec![200; 400 * 300]);
    assert_eq!(SheetReader::default().read(&blank), (Vec::new(), vec![SheetProblem::NoSheet]));
}

#[test]
fn a_sheet_counts_once_and_a_copy_with_other_digits_is_refused() {
    let read = |page: &Page, corners| SheetReader::default().read(&Page::photograph(1200, 900, &[(page, corners)])).0;
    let page = filled(Paper::A4, 5, |_, _| true);
    let smaller = UPRIGHT.map(|[x, y]| [100.0 + 0.8 * x, 150.0 + 0.8 * y]);
    let mut class = Class::default();
    assert_eq!(class.add("a.jpg", read(&page, UPRIGHT).remove(0)), Added::New);
    assert_eq!(class.add("b.jpg", read(&page, smaller).remove(0)), Added::Again { kept: "a.jpg".into() });
    assert_eq!(class.len(), 100);

    let (digits, mut other) = (digits(), Page::printed(Paper::A4, 5));
    for (row, column) in boxes() {
        let wrong = &digits[(column + 3) % COLUMNS];
        other.write(Paper::A4, row, column, &wrong[row % wrong.len()], [0.0; 2]);
    }
    let refused = SheetProblem::OtherDigits { sheet: 5, kept: "a.jpg".into() };
    assert_eq!(class.add("c.jpg", read(&other, UPRIGHT).remove(0)), Added::Other(refused));

    let few = filled(Paper::A4, 2, |row, column| row == 0 && column < 3);
    assert_eq!(class.add("d.jpg", read(&few, UPRIGHT).remove(0)), Added::New);
    let dataset = class.dataset("class.npz").unwrap();
    assert_eq!((dataset.len(), dataset.height(), dataset.width(), dataset.max_value()), (103, 8, 8, 16));
    assert_eq!(dataset.group_names(), ["2", "5"]);
    assert_eq!(dataset.labels()[..4], [0, 1, 2, 0]);

    // Two copies of one sheet, each filled in part, have no box in common.
    for (photograph, half, kept) in [("e.jpg", 0, None), ("f.jpg", 5, Some("e.jpg"))] {
        let copy = filled(Paper::A4, 6, move |row, _| (half..half + 5).contains(&row));
        let added = class.add(photograph, read(&copy, UPRIGHT).remove(0));
        let refused = |kept: &str| Added::Other(SheetProblem::OtherDigits { sheet: 6, kept: kept.into() });
        assert_eq!(added, kept.map_or(Added::New, refused));
    }
}

#[test]
fn the_name_is_not_on_what_is_kept() {
    let empty = Page::printed(Paper::A4, 1);
    let mut named = empty.clone();
    named.fill(Rectangle { x: 30.0, y: 4.0, width: 60.0, height: 9.0 }, 0.1);
    let read = |page: &Page| SheetReader::default().read(&seen(page)).0;
    assert_eq!(read(&named), read(&empty));
    assert!(read(&named)[0].boxes.iter().all(|reading| reading.raster.is_none()));
}

#[test]
fn a_pdf_file_has_a_page_for_each_sheet_and_embeds_nothing() {
    for (paper, size) in [(Paper::A4, "595.2756 841.8898"), (Paper::Letter, "612 792")] {
        let file = print(paper, Language::French, 3, 7);
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-") && text.contains("/Count 5") && text.contains("/BaseFont /Helvetica"));
        assert_eq!(text.matches(&format!("[0 0 {size}]")).count(), 5, "{}", &text[..600]);
        assert!(!text.contains("FontFile"));
        let is_title = |shape: &Shape| matches!(shape, Shape::Text { text, .. } if text == "Feuille 7");
        assert!(shapes(paper, Language::French, 7).iter().any(is_title));
    }
}

/// Writes a photograph of a sheet as a PNG file.
fn save(place: &Place, name: &str, photograph: &Raster) {
    let (height, width) = (photograph.height() as u32, photograph.width() as u32);
    let rgb = photograph.pixels().iter().flat_map(|&value| [value; 3]).collect();
    place.put(name, pictures::png(width, height, rgb));
}

#[test]
fn the_program_prints_sheets_and_reads_them_into_a_dataset() {
    let place = Place::new();
    place.ok(&["sheet", "print", "--pupils", "2", "--lang", "fr", "-o", "sheets.pdf"]);
    assert!(place.file("sheets.pdf").starts_with(b"%PDF-"));
    let too_many = place.fails(2, &["sheet", "print", "--pupils", "400", "--first", "200", "-o", "more.pdf"]);
    assert!(too_many.contains("599") && too_many.contains("500"), "{too_many}");
    place.put("notes.txt", "mine");
    place.fails(2, &["sheet", "print", "--pupils", "1", "-o", "notes.txt"]);
    assert_eq!(place.file("notes.txt"), b"mine");

    for sheet in 7..=9 {
        save(&place, &format!("photos/{sheet}.png"), &seen(&filled(Paper::A4, sheet, |row, _| row < 4)));
    }
    save(&place, "photos/b.png", &Raster::new(300, 200, vec![180; 300 * 200]));
    let output = place.run(&["sheet", "read", "photos", "-o", "class.npz", "--png", "check.png", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let sheet = &answer["sheets"][0];
    assert_eq!((&sheet["sheet"], &sheet["paper"], &sheet["digits"]), (&json!(7), &json!("A4"), &json!(40)), "{answer}");
    let empty = sheet["boxes"].as_array().unwrap().iter().filter(|found| found["findings"] == json!(["empty"])).count();
    assert_eq!(empty, 60);
    assert_eq!(answer["failed"][0]["file"], "photos/b.png");
    assert!(place.file("check.png").starts_with(b"\x89PNG"));

    // The page reads the same file.
    let (drawings, _) = Drawings::read("class.npz", place.file("class.npz")).unwrap();
    let writers: Vec<&str> = drawings.drawings().iter().map(|drawing| drawing.writer.as_str()).collect();
    assert_eq!(writers, ["7", "8", "9"].map(|sheet| [sheet; 40]).concat());
    place.ok(&["init", "class.npz"]);
    let checked = place.json(&["data", "check", "class.toml", "--json"]);
    assert_eq!(checked["images"], 120);

    let nothing = place.fails(1, &["sheet", "read", "photos/b.png", "-o", "none.csv"]);
    assert!(nothing.contains("no sheet") && !place.has("none.csv"), "{nothing}");
    place.fails(2, &["sheet", "read", "photos", "-o", "class.txt"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_picture_makes_the_reader_panic(height in 1usize..120, width in 1usize..120, seed: u64, kind in 0u8..4) {
        let mut state = seed | 1;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let blocks: Vec<u8> = (0..64).map(|_| random() as u8).collect();
        let pixels = (0..height * width).map(|i| match kind {
            0 => random() as u8,
            1 => if random() % 2 == 0 { 0 } else { 255 },
            2 => blocks[(i / width * 8 / height) * 8 + i % width * 8 / width],
            _ => blocks[0],
        });
        let raster = Raster::new(height, width, pixels.collect());
        let (sheets, problems) = SheetReader::default().read(&raster);
        prop_assert!(sheets.len() + problems.len() > 0);
    }
}
