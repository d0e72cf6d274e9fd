//! From colours to grey, and from what is transparent to the paper it lies on.
//!
//! One home for the pictures of files and for what a browser draws: the same picture is the same grey in both.

/// What red, green and blue weigh in a grey value, in parts of 10,000 (ITU-R BT.709).
const WEIGHTS: [u32; 3] = [2126, 7152, 722];
const WHOLE: u32 = WEIGHTS[0] + WEIGHTS[1] + WEIGHTS[2];

/// The grey values of a picture: `pixels` are red, green and blue of each.
pub fn of_rgb(pixels: &[u8]) -> Vec<u8> {
    pixels.as_chunks::<3>().0.iter().map(|&colour| of(colour)).collect()
}

/// The grey values of a picture: `pixels` are red, green, blue and opacity of each, as [`on_paper`] takes it.
pub fn of_rgba(pixels: &[u8]) -> Vec<u8> {
    let pixels = pixels.as_chunks::<4>().0.iter();
    on_paper(pixels.map(|&[red, green, blue, alpha]| [of([red, green, blue]), alpha]))
}

/// The grey values of a picture on paper: `pixels` are grey value and opacity of each.
///
/// Where a picture is transparent, it lies on white, or on black if what is on it is light.
pub fn on_paper(pixels: impl Iterator<Item = [u8; 2]> + Clone) -> Vec<u8> {
    let (ink, opacity) = pixels.clone().fold((0, 0), |(ink, opacity), [value, alpha]| {
        (ink + u64::from(value) * u64::from(alpha), opacity + u64::from(alpha))
    });
    let paper = if ink > 128 * opacity { 0 } else { 255u32 };
    let lies = |[value, alpha]: [u8; 2]| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + paper * (255 - alpha) + 127) / 255) as u8
    };
    pixels.map(lies).collect()
}

/// The grey value of a colour, to the nearest.
fn of(colour: [u8; 3]) -> u8 {
    let sum: u32 = colour.iter().zip(WEIGHTS).map(|(&value, weight)| u32::from(value) * weight).sum();
    ((sum + WHOLE / 2) / WHOLE) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_as_light_as_its_parts_weigh() {
        // 0.2126, 0.7152 and 0.0722 of 255, to the nearest.
        assert_eq!(of_rgb(&[255, 0, 0, 0, 255, 0, 0, 0, 255]), [54, 182, 18]);
        assert_eq!(of_rgb(&[10, 20, 30, 255, 255, 255]), [19, 255]);
        assert!((0..=255).all(|value| of([value; 3]) == value), "grey stays what it is");
    }

    #[test]
    fn what_is_transparent_lies_on_paper_that_it_stands_out_from() {
        let dark = [0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 51];
        assert_eq!(of_rgba(&dark), [0, 255, 204]);
        let light = [255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 51];
        assert_eq!(of_rgba(&light), [255, 0, 51]);
        assert_eq!(of_rgba(&[9, 9, 9, 0]), [255], "nothing at all is white paper");
    }
}
