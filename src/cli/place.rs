//! The places that images come from, short enough for captions.

use chiffres::Dataset;

use super::layout::width;

/// Maximum number of columns of a place in the caption of a picture.
pub const COLUMNS: usize = 30;

/// The file or row of an image, at most `columns` wide: its end is kept. `None` for the digits inside the program, whose
/// index says it all.
pub fn caption(dataset: &Dataset, index: usize, columns: usize) -> Option<String> {
    (!dataset.is_built_in()).then(|| shortened(&dataset.place(index).to_string(), columns))
}

/// The end of a text, after dots if it is wider than `columns`; from a separator of folders on, if there is one.
fn shortened(text: &str, columns: usize) -> String {
    const DOTS: &str = "...";
    if width(text) <= columns {
        return text.into();
    }
    let ends = || text.char_indices().map(|(at, _)| &text[at..]).filter(|end| width(end) + DOTS.len() <= columns);
    let whole_names = ends().find(|end| end.starts_with(['/', '\\']));
    format!("{DOTS}{}", whole_names.or_else(|| ends().next()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn the_end_of_a_long_place_is_kept() {
        assert_eq!(shortened("a/b.png", 10), "a/b.png");
        assert_eq!(shortened("photos/summer/cat/IMG_1.png", 20), ".../cat/IMG_1.png");
        assert_eq!(shortened("photos/a-very-long-name-of-a-file.png", 16), "...of-a-file.png");
        assert_eq!(shortened("\u{4e03}\u{516b}\u{4e03}", 5), "...\u{4e03}");
    }
}
