//! Connected pixels: those of a kind that touch each other, as strokes, holes and marks do.

/// Pixels that count as touching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Those with a side in common.
    Sides,
    /// Those with a side or a corner in common.
    Corners,
}

/// Visits each group of connected pixels for which `is_in` holds, in the order of their first pixels.
///
/// A pixel is its place in rows of `width`: `row * width + column`.
pub(crate) fn connected(
    [height, width]: [usize; 2],
    touch: Touch,
    is_in: impl Fn(usize) -> bool,
    mut visit: impl FnMut(&[usize]),
) {
    let mut waiting: Vec<bool> = (0..height * width).map(is_in).collect();
    let (mut group, mut pending) = (Vec::new(), Vec::new());
    for first in 0..waiting.len() {
        if !std::mem::take(&mut waiting[first]) {
            continue;
        }
        group.clear();
        pending.push(first);
        while let Some(pixel) = pending.pop() {
            group.push(pixel);
            let (row, column) = (pixel / width, pixel % width);
            for y in row.saturating_sub(1)..(row + 2).min(height) {
                for x in column.saturating_sub(1)..(column + 2).min(width) {
                    let beside = y * width + x;
                    let touches = touch == Touch::Corners || y == row || x == column;
                    if touches && std::mem::take(&mut waiting[beside]) {
                        pending.push(beside);
                    }
                }
            }
        }
        visit(&group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_connect_or_do_not() {
        let picture = b"#.#\n.##\n#..\n";
        let is_in = |pixel: usize| picture[pixel / 3 * 4 + pixel % 3] == b'#';
        let groups = |touch| {
            let mut groups = Vec::new();
            connected([3, 3], touch, is_in, |pixels| {
                let mut pixels = pixels.to_vec();
                pixels.sort_unstable();
                groups.push(pixels);
            });
            groups
        };
        assert_eq!(groups(Touch::Sides), [vec![0], vec![2, 4, 5], vec![6]]);
        assert_eq!(groups(Touch::Corners), [vec![0, 2, 4, 5, 6]]);
    }
}
