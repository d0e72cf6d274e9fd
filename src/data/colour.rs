//! Colours and grey values of pixels, and the paper behind transparent ones.
//!
//! Picture files and the canvas of a browser both come here, so that the same picture is the same grey in both.

/// Weights of red, green and blue in a grey value, in parts of 10,000 (ITU-R BT.709).
const WEIGHTS: [u32; 3] = [2126, 7152, 722];
const WHOLE: u32 = WEIGHTS[0] + WEIGHTS[1] + WEIGHTS[2];

/// The grey values of white paper and black paper.
pub(crate) const WHITE: u8 = u8::MAX;
pub(crate) const BLACK: u8 = 0;

/// White, or full opacity.
const FULL: u32 = u8::MAX as u32;
/// A mean grey value above this one is light.
const HALF: u64 = 128;

/// The grey values of colours: `pixels` are red, green and blue of each.
pub(crate) fn to_grey(pixels: &[u8]) -> Vec<u8> {
    pixels.as_chunks::<3>().0.iter().map(|&colour| grey(colour)).collect()
}

/// Grey values as colours: red, green and blue of each, all equal.
pub(crate) fn of_grey(values: &[u8]) -> Vec<u8> {
    values.iter().flat_map(|&value| [value; 3]).collect()
}

/// Returns whether red, green and blue of some pixel differ.
pub(crate) fn has_colours(pixels: &[u8]) -> bool {
    pixels.as_chunks::<3>().0.iter().any(|&[red, green, blue]| red != green || green != blue)
}

/// The grey values of a picture: `pixels` are red, green, blue and opacity of each. The paper is that of the picture.
pub(crate) fn grey_of_rgba(pixels: &[u8]) -> Vec<u8> {
    let pixels = with_opacity(pixels);
    let paper = own_paper(pixels.clone()).unwrap_or(WHITE);
    on_paper(pixels, paper).collect()
}

/// Grey value and opacity of each pixel of a picture: `pixels` are red, green, blue and opacity of each.
pub(crate) fn with_opacity(pixels: &[u8]) -> impl Iterator<Item = [u8; 2]> + Clone {
    pixels.as_chunks::<4>().0.iter().map(|&[red, green, blue, alpha]| [grey([red, green, blue]), alpha])
}

/// The paper behind a picture that its ink stands out from: white, or black if the ink is light. `None` if all of it is
/// transparent. `pixels` are grey value and opacity of each.
pub(crate) fn own_paper(pixels: impl Iterator<Item = [u8; 2]>) -> Option<u8> {
    let (ink, opacity) = pixels.fold((0, 0), |(ink, opacity), [value, alpha]| {
        (ink + u64::from(value) * u64::from(alpha), opacity + u64::from(alpha))
    });
    (opacity > 0).then_some(if ink > HALF * opacity { BLACK } else { WHITE })
}

/// The values of a picture on paper: `pixels` are value and opacity of each, grey or one of the colours.
pub(crate) fn on_paper(pixels: impl Iterator<Item = [u8; 2]>, paper: u8) -> impl Iterator<Item = u8> {
    pixels.map(move |[value, alpha]| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + u32::from(paper) * (FULL - alpha) + FULL / 2) / FULL) as u8
    })
}

/// The grey value of a colour, to the nearest.
#[inline]
fn grey(colour: [u8; 3]) -> u8 {
    let sum: u32 = colour.iter().zip(WEIGHTS).map(|(&value, weight)| u32::from(value) * weight).sum();
    ((sum + WHOLE / 2) / WHOLE) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_grey_by_their_weights() {
        // 0.2126, 0.7152 and 0.0722 of 255, to the nearest.
        assert_eq!(to_grey(&[255, 0, 0, 0, 255, 0, 0, 0, 255]), [54, 182, 18]);
        assert_eq!(to_grey(&[10, 20, 30, 255, 255, 255]), [19, 255]);
        assert!((0..=255).all(|value| grey([value; 3]) == value), "grey stays what it is");
        assert_eq!(to_grey(&of_grey(&[0, 7, 255])), [0, 7, 255]);
        assert_eq!([has_colours(&[9, 9, 9, 7, 7, 7]), has_colours(&[9, 9, 9, 7, 7, 8])], [false, true]);
    }

    #[test]
    fn the_paper_behind_transparent_pixels_differs_from_the_ink() {
        let dark = [0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 51];
        assert_eq!(grey_of_rgba(&dark), [0, 255, 204]);
        let light = [255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 51];
        assert_eq!(grey_of_rgba(&light), [255, 0, 51]);
        assert_eq!(grey_of_rgba(&[9, 9, 9, 0]), [255], "nothing at all is white paper");
    }
}
