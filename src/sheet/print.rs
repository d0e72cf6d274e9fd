//! Sheets as a PDF file, in the Helvetica that every program that shows PDF files has.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};

use crate::error::Language;

use super::layout::{
    COLUMNS, Corner, FRAME, LABEL, LABEL_GAP, MARGIN, MARK, NAME_STRIP, Paper, Point, ROWS, Rectangle,
};
use super::mark::{CELL, Code};

/// The grey of a frame: pale, so that it is never taken for ink.
const FRAME_GREY: f32 = 0.75;
/// The grey of the digits above the boxes, and of what pupils need not read.
const LABEL_GREY: f32 = 0.5;
const BLACK: f32 = 0.0;
const WHITE: f32 = 1.0;
/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;
/// The height of Helvetica's digits and capitals, as a share of the font's size.
const CAPITAL: f64 = 0.718;
/// The width of Helvetica's digits, as a share of the font's size.
const DIGIT_WIDTH: f64 = 0.556;

/// A thing that is printed, in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A filled rectangle.
    Fill {
        /// Its place.
        place: Rectangle,
        /// Its grey, from 0 for black to 1 for white.
        grey: f32,
    },
    /// A line of text.
    Text {
        /// Where its base line begins.
        start: Point,
        /// The height of its capitals.
        height: f64,
        /// The text.
        text: String,
        /// Its grey, from 0 for black to 1 for white.
        grey: f32,
    },
}

/// The words of a sheet in one language.
struct Words {
    sheet: &'static str,
    /// For the pupil, then for the photographer.
    instructions: [&'static str; 2],
    name: &'static str,
    cut_off: &'static str,
}

const ENGLISH: Words = Words {
    sheet: "Sheet",
    instructions: [
        "Write in each box the digit that is printed above it, with a dark pen; cross out a mistake.",
        "Then photograph the whole sheet, flat, with its four black corners.",
    ],
    name: "Name",
    cut_off: "all above the black squares is cut off, and not kept",
};

const FRENCH: Words = Words {
    sheet: "Feuille",
    instructions: [
        "Écrivez dans chaque case le chiffre imprimé au-dessus, avec un stylo foncé\u{a0}; barrez une erreur.",
        "Photographiez ensuite la feuille entière, à plat, avec ses quatre coins noirs.",
    ],
    name: "Prénom",
    cut_off: "ce qui est au-dessus des carrés noirs est coupé, et n’est pas gardé",
};

/// A PDF file of sheets `first` to `last`, one a page.
pub fn print(paper: Paper, language: Language, first: u16, last: u16) -> Vec<u8> {
    let (catalogue, pages, font) = (Ref::new(1), Ref::new(2), Ref::new(3));
    let sheets = || (first..=last).zip((4..).step_by(2));
    let mut pdf = Pdf::new();
    pdf.catalog(catalogue).pages(pages);
    pdf.pages(pages).kids(sheets().map(|(_, id)| Ref::new(id))).count(sheets().count() as i32);
    pdf.type1_font(font).base_font(Name(b"Helvetica")).encoding_predefined(Name(b"WinAnsiEncoding"));
    let [width, height] = paper.size().map(|length| (length * POINTS) as f32);
    for (sheet, id) in sheets() {
        let (page, content) = (Ref::new(id), Ref::new(id + 1));
        let mut written = pdf.page(page);
        written.parent(pages).media_box(Rect::new(0.0, 0.0, width, height)).contents(content);
        written.resources().fonts().pair(FONT, font);
        written.finish();
        let packed = packed(&content_of(paper, &shapes(paper, language, sheet)));
        pdf.stream(content, &packed).filter(Filter::FlateDecode);
    }
    pdf.finish()
}

const FONT: Name<'static> = Name(b"F");

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(content).and_then(|()| encoder.finish());
    packed.expect("memory takes all that is written to it")
}

/// The content of a page; PDF counts from the bottom left corner, in points.
fn content_of(paper: Paper, shapes: &[Shape]) -> Vec<u8> {
    let points = |length: f64| (length * POINTS) as f32;
    let from_bottom = |y: f64| points(paper.size()[1] - y);
    let mut content = Content::new();
    for shape in shapes {
        match shape {
            Shape::Fill { place: Rectangle { x, y, width, height }, grey } => {
                content.set_fill_gray(*grey);
                content.rect(points(*x), from_bottom(y + height), points(*width), points(*height)).fill_nonzero();
            }
            Shape::Text { start: [x, y], height, text, grey } => {
                content.set_fill_gray(*grey);
                content.begin_text().set_font(FONT, points(height / CAPITAL));
                content.next_line(points(*x), from_bottom(*y)).show(Str(&encoded(text))).end_text();
            }
        }
    }
    content.finish().into_vec()
}

/// A text in the encoding of Windows, which is Latin-1 but for a few characters.
fn encoded(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '’' => 0x92,
        _ => u8::try_from(u32::from(c)).unwrap_or(b'?'),
    };
    text.chars().map(byte).collect()
}

/// All that is printed on a sheet.
pub fn shapes(paper: Paper, language: Language, sheet: u16) -> Vec<Shape> {
    let mut shapes = words(paper, language, sheet);
    for corner in Corner::ALL {
        shapes.extend(mark(Code { paper, sheet, corner }));
    }
    for (row, column) in (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| (row, column))) {
        let inside = paper.inside(row, column);
        shapes.extend(frame(inside));
        let x = inside.centre()[0] - LABEL / CAPITAL * DIGIT_WIDTH / 2.0;
        let start = [x, inside.y - FRAME - LABEL_GAP];
        shapes.push(Shape::Text { start, height: LABEL, text: column.to_string(), grey: LABEL_GREY });
    }
    shapes
}

/// The name's line and the texts between the marks.
fn words(paper: Paper, language: Language, sheet: u16) -> Vec<Shape> {
    const NAME_LINE: f64 = 75.0;
    const SPACE: f64 = 3.0;
    let words = match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
    };
    let text = |x: f64, y: f64, height: f64, text: String, grey: f32| Shape::Text { start: [x, y], height, text, grey };
    let left = MARGIN + MARK + 2.0 * SPACE;
    let base = NAME_STRIP - 6.0;
    let after_name = MARGIN + 17.0;
    let line = Rectangle { x: after_name, y: base + 0.6, width: NAME_LINE, height: 0.2 };
    let below = paper.mark(Corner::BottomLeft).centre()[1];
    let [first, second] = words.instructions;
    vec![
        text(MARGIN, base, 2.6, words.name.into(), BLACK),
        Shape::Fill { place: line, grey: BLACK },
        text(after_name + NAME_LINE + SPACE, base, 1.9, format!("({})", words.cut_off), LABEL_GREY),
        text(left, NAME_STRIP + 4.2, 4.0, format!("{} {sheet}", words.sheet), BLACK),
        text(left, NAME_STRIP + 8.8, 2.3, first.into(), BLACK),
        text(left, NAME_STRIP + 13.0, 2.3, second.into(), BLACK),
        text(
            left,
            below,
            1.9,
            format!("chiffres, {} {sheet}, {}, 1", words.sheet.to_lowercase(), paper.name()),
            LABEL_GREY,
        ),
    ]
}

/// A black square, and its white cells: a rectangle for each run of them in a row.
fn mark(code: Code) -> Vec<Shape> {
    let place = code.paper.mark(code.corner);
    let mut shapes = vec![Shape::Fill { place, grey: BLACK }];
    for (row, cells) in code.cells().iter().enumerate() {
        let mut first = 0;
        for run in cells.chunk_by(|a, b| a == b) {
            if !run[0] {
                let (x, y) = (place.x + CELL * first as f64, place.y + CELL * row as f64);
                let place = Rectangle { x, y, width: CELL * run.len() as f64, height: CELL };
                shapes.push(Shape::Fill { place, grey: WHITE });
            }
            first += run.len();
        }
    }
    shapes
}

/// The four lines around a box.
fn frame(inside: Rectangle) -> [Shape; 4] {
    let Rectangle { x, y, width, height } = inside.grown(FRAME);
    let line = |x: f64, y: f64, width: f64, height: f64| Shape::Fill {
        place: Rectangle { x, y, width, height },
        grey: FRAME_GREY,
    };
    [
        line(x, y, width, FRAME),
        line(x, y + height - FRAME, width, FRAME),
        line(x, y + FRAME, FRAME, height - 2.0 * FRAME),
        line(x + width - FRAME, y + FRAME, FRAME, height - 2.0 * FRAME),
    ]
}
