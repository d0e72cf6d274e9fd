//! Text and pictures beside each other, lined up by the columns they take in the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Captions, and the lines of the picture below them.
pub type Block = (Vec<String>, Vec<String>);

/// Columns between blocks.
const GAP: usize = 2;

/// Puts lines to the right of a picture that is `width` columns wide.
pub fn beside(picture: &[String], width: usize, lines: &[String]) -> String {
    let mut text = String::new();
    for i in 0..picture.len().max(lines.len()) {
        let (left, right) = (picture.get(i).map_or("", String::as_str), lines.get(i).map_or("", String::as_str));
        text.push_str(format!("  {}   {right}", pad_end(left, width)).trim_end());
        text.push('\n');
    }
    text
}

/// Puts blocks beside each other, all as wide as the widest and at least `width`, as many in a row as `columns` has room for.
pub fn side_by_side(blocks: &[Block], width: usize, columns: usize) -> String {
    let width = blocks.iter().map(own_width).fold(width, usize::max);
    let per_row = ((columns + GAP) / (width + GAP)).max(1);
    blocks.chunks(per_row).map(|row| joined(row, |_| width)).collect()
}

/// Puts blocks beside each other, each in its own width, as many in a row as `columns` has room for.
pub fn packed(blocks: &[Block], columns: usize) -> String {
    let mut text = String::new();
    let mut rest = blocks;
    while !rest.is_empty() {
        let mut room = columns + GAP;
        let fits = |block: &&Block| {
            let fits = own_width(block) + GAP <= room;
            room = room.saturating_sub(own_width(block) + GAP);
            fits
        };
        let count = rest.iter().take_while(fits).count().max(1);
        text += &joined(&rest[..count], own_width);
        rest = &rest[count..];
    }
    text
}

/// A label and the items after it, in lines of at most `columns`. No item is broken; items of later lines stand below the
/// first one.
pub fn wrapped<'a>(label: &str, items: impl IntoIterator<Item = &'a str>, separator: &str, columns: usize) -> String {
    let end_of_line = separator.trim_end();
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        let needed = width(label) + width(separator) + width(item) + width(end_of_line);
        match lines.last_mut() {
            Some(line) if width(line) + needed <= columns => {
                line.push_str(separator);
                line.push_str(item);
            }
            _ => lines.push(item.to_string()),
        }
    }
    let indent = " ".repeat(width(label));
    format!("{label}{}\n", lines.join(&format!("{end_of_line}\n{indent}")))
}

/// Columns that a text takes in the terminal: an escape code takes none, a Chinese character two.
pub fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().width()
}

/// The widest of some names, in columns.
pub fn widest<'a>(names: impl IntoIterator<Item = &'a String>) -> usize {
    names.into_iter().map(|name| width(name)).max().unwrap_or(0)
}

/// The text, with spaces after it up to `columns`.
pub fn pad_end(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text, with spaces before it up to `columns`.
pub fn pad_start(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The beginning of a plain text, at most `columns` wide.
pub fn cut(text: &str, columns: usize) -> String {
    let mut room = columns;
    let fits = |letter: &char| {
        let width = letter.width().unwrap_or(0);
        let fits = width <= room;
        room = room.saturating_sub(width);
        fits
    };
    text.chars().take_while(fits).collect()
}

fn own_width((captions, lines): &Block) -> usize {
    widest(captions.iter().chain(lines))
}

/// Blocks in one row.
fn joined(row: &[Block], width: impl Fn(&Block) -> usize) -> String {
    let mut text = String::new();
    let mut push = |of: fn(&Block) -> &Vec<String>| {
        for i in 0..row.iter().map(|block| of(block).len()).max().unwrap_or(0) {
            let cell = |block: &Block| pad_end(of(block).get(i).map_or("", String::as_str), width(block) + GAP);
            let line: String = row.iter().map(cell).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
    };
    push(|(captions, _)| captions);
    push(|(_, lines)| lines);
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::{Block, beside, cut, packed, pad_end, pad_start, side_by_side, width, wrapped};

    fn block(captions: &[&str], lines: &[&str]) -> Block {
        let owned = |lines: &[&str]| lines.iter().map(ToString::to_string).collect();
        (owned(captions), owned(lines))
    }

    #[test]
    fn chinese_is_two_columns_wide_and_escape_codes_none() {
        for (text, columns) in
            [("", 0), ("seven", 5), ("\u{4e03}", 2), ("e\u{301}te\u{301}", 3), ("\x1b[1;31m7\x1b[0m", 1)]
        {
            assert_eq!(width(text), columns, "{text:?}");
            assert_eq!(width(&pad_end(text, 6)), 6, "{text:?}");
            assert_eq!(width(&pad_start(text, 6)), 6, "{text:?}");
        }
        assert_eq!(pad_end("toolong", 3), "toolong");
    }

    #[test]
    fn a_cut_text_is_never_wider_than_its_columns() {
        assert_eq!(cut("Ankle boot", 5), "Ankle");
        assert_eq!(cut("\u{4e03}\u{516b}", 3), "\u{4e03}");
        assert_eq!(cut("\u{4e03}", 1), "");
        assert_eq!(cut("e\u{301}te\u{301}", 1), "e\u{301}");
    }

    #[test]
    fn pictures_with_chinese_captions_line_up() {
        let blocks = [block(&["\u{4e03}\u{516b}", "b"], &["##"]), block(&["cd"], &["##", "##"])];
        let row = "\u{4e03}\u{516b}  cd\nb\n##    ##\n      ##\n\n";
        assert_eq!(side_by_side(&blocks, 0, 80), row);
        assert_eq!(packed(&blocks, 8), row);
        assert_eq!(packed(&blocks, 7), "\u{4e03}\u{516b}\nb\n##\n\ncd\n##\n##\n\n");
        let lines = ["one".to_string(), "two".to_string()];
        assert_eq!(beside(&["\u{4e03}".to_string()], 4, &lines), "  \u{4e03}     one\n         two\n");
    }
    #[test]
    fn a_line_is_wrapped_between_items() {
        assert_eq!(wrapped("sizes  ", ["one two", "three", "four"], ", ", 20), "sizes  one two,\n       three, four\n");
        assert_eq!(wrapped("advice ", "keep it short".split(' '), " ", 15), "advice keep it\n       short\n");
        assert_eq!(wrapped("", ["a word wider than its line"], " ", 5), "a word wider than its line\n");
    }
}
