//! Pages: paper, rules, frames and digits on photographs.

use std::path::Path;

use proptest::prelude::*;

use chiffres::native::pictures;
use chiffres::preprocess::{DigitPreprocessing, Oddity, Page, Raster};

fn case(name: &str) -> Raster {
    pictures::read(&Path::new("tests/fixtures/cases").join(name)).unwrap()
}

fn page(picture: &Raster) -> Page {
    DigitPreprocessing::default().page(picture)
}

/// Ink on white paper: `strokes` are rectangles of rows, columns, height and width.
fn drawn(height: usize, width: usize, strokes: &[[usize; 4]]) -> Raster {
    let mut grey = vec![230; height * width];
    for &[top, left, tall, wide] in strokes {
        for row in top..top + tall {
            grey[row * width + left..][..wide].fill(40);
        }
    }
    Raster::new(height, width, grey)
}

/// A 7 of 60x40 pixels.
fn seven(top: usize, left: usize) -> [[usize; 4]; 2] {
    [[top, left, 8, 40], [top, left + 32, 60, 8]]
}

#[test]
fn a_sheet_on_a_desk_is_found() {
    for digit in ["2", "3", "4", "5"] {
        let picture = case(&format!("sheet-on-a-desk/{digit}.jpg"));
        let page = page(&picture);
        assert!(page.is_sheet && page.is_dark, "{digit}");
        assert_eq!(page.digits.len(), 1, "{digit}");
        // The digit is in the middle of the sheet, and less than half as large as the picture.
        let area = page.digits[0].area;
        assert!((150..250).contains(&area.top) && (300..400).contains(&area.left), "{area:?}");
        assert!((250..350).contains(&area.height) && (100..250).contains(&area.width), "{area:?}");
    }
}

#[test]
fn squares_are_removed_and_strokes_stay() {
    for digit in ["2", "3", "4", "5", "7"] {
        let page = page(&case(&format!("squared-paper/{digit}.png")));
        // Squares of 40 pixels on 600x600.
        assert!((28..=32).contains(&page.rules), "{digit}: {} rules", page.rules);
        assert_eq!(page.digits.len(), 1, "{digit}");
        let area = page.digits[0].area;
        assert!((240..290).contains(&area.height), "{digit}: {area:?}");
    }
}

#[test]
fn a_frame_is_not_ink_of_the_digit() {
    for digit in ["0", "2", "3", "4", "5"] {
        let page = page(&case(&format!("boxed-digit/{digit}.png")));
        assert_eq!((page.frames, page.digits.len()), (1, 1), "{digit}");
        assert!((300..360).contains(&page.digits[0].area.height), "{digit}: {:?}", page.digits[0].area);
    }
    // A frame alone, and a table, hold no digits.
    let sides = [[50, 50, 4, 300], [50, 50, 200, 4], [246, 50, 4, 300], [50, 346, 200, 4]];
    assert!(page(&drawn(300, 400, &sides)).digits.is_empty());
    let cells = [sides.as_slice(), &[[148, 50, 4, 300], [50, 150, 200, 4], [50, 250, 200, 4]]].concat();
    assert!(page(&drawn(300, 400, &cells)).digits.is_empty());
}

#[test]
fn an_underline_is_not_ink_of_the_digits() {
    let strokes = [seven(60, 60), seven(60, 130), [[130, 50, 5, 130]; 2]].concat();
    let page = page(&drawn(200, 260, &strokes));
    assert_eq!((page.frames, page.digits.len()), (1, 2));
    assert!(page.digits.iter().all(|digit| digit.area.height.abs_diff(60) <= 2), "{:?}", page.digits);
}

#[test]
fn digits_are_in_the_order_of_reading() {
    // The lower line first in the list of strokes, and each from right to left.
    let places = [(200, 180), (205, 60), (80, 240), (75, 150), (82, 60)];
    let strokes: Vec<[usize; 4]> = places.iter().flat_map(|&(top, left)| seven(top, left)).collect();
    let page = page(&drawn(320, 340, &strokes));
    let order: Vec<(usize, usize)> = page.digits.iter().map(|digit| (digit.line, digit.area.left)).collect();
    let near: Vec<(usize, usize)> = order.iter().map(|&(line, left)| (line, (left + 15) / 30 * 30)).collect();
    assert_eq!(near, [(0, 60), (0, 150), (0, 240), (1, 60), (1, 180)]);
    assert!(page.digits.iter().all(|digit| digit.oddities.is_empty()));
}

#[test]
fn what_touches_is_marked_as_too_broad() {
    let strokes = [seven(60, 60).as_slice(), &seven(60, 104), &[[60, 60, 8, 84]]].concat();
    let page = page(&drawn(200, 260, &strokes));
    assert_eq!(page.digits.len(), 1);
    assert_eq!(page.digits[0].oddities, [Oddity::Broad]);
}

#[test]
fn a_negative_is_read_as_its_picture() {
    let picture = drawn(200, 200, &seven(60, 80));
    let (dark, light) = (page(&picture), page(&picture.inverted()));
    assert!(dark.is_dark && !light.is_dark);
    assert_eq!(dark.digits[0].steps.pixels, light.digits[0].steps.pixels);
}

#[test]
fn photographs_go_the_old_way_with_settings_from_before_pages() {
    let mut text = serde_json::to_value(DigitPreprocessing::default()).unwrap();
    text.as_object_mut().unwrap().remove("page");
    let earlier: DigitPreprocessing = serde_json::from_value(text).unwrap();
    assert_eq!((earlier.page, earlier.with_pages()), (0, DigitPreprocessing::default()));
    for name in ["squared-paper/4.png", "boxed-digit/3.png", "sheet-on-a-desk/2.jpg", "two-digits/37.png"] {
        assert_eq!(earlier.photograph(&case(name)), earlier.digit(&case(name)), "{name}");
    }
    // Several digits are counted, and one is answered about.
    let steps = DigitPreprocessing::default().photograph(&case("two-digits/37.png")).unwrap();
    assert_eq!(steps.others, 1);
}

#[test]
fn blank_paper_has_no_digits() {
    assert!(page(&Raster::new(300, 200, vec![230; 300 * 200])).digits.is_empty());
    assert!(page(&Raster::new(1, 1, vec![0])).digits.is_empty());
    assert!(page(&Raster::new(1, 5000, vec![9; 5000])).digits.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_picture_is_a_page(height in 1usize..140, width in 1usize..140, seed: u64, levels in 2u64..256) {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % levels * 255 / (levels - 1)) as u8
        };
        let picture = Raster::new(height, width, (0..height * width).map(|_| next()).collect());
        for digit in page(&picture).digits {
            let area = digit.area;
            prop_assert!(area.top + area.height <= height && area.left + area.width <= width);
            prop_assert_eq!(digit.steps.pixels.len(), 64);
        }
    }
}
