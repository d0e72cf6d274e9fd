//! The layout of JPEG files.

/// The first bytes of a JPEG file.
const START: &[u8] = b"\xff\xd8";

/// The layout of a JPEG file, read from marker to marker: a search for bytes would also find those of thumbnails within
/// the file, and of films after it.
pub struct JpegLayout {
    /// The marker of its end is there.
    pub is_whole: bool,
    /// Bytes a pixel that the decoder keeps of a progressive picture: a coefficient of 16 bits for each colour.
    pub kept_bytes: u64,
}

impl JpegLayout {
    pub fn of(bytes: &[u8]) -> Self {
        let mut layout = Self { is_whole: false, kept_bytes: 0 };
        let mut at = START.len();
        while let Some(&[0xff, marker]) = bytes.get(at..at + 2) {
            at += 2;
            match marker {
                0xd9 => {
                    layout.is_whole = true;
                    break;
                }
                // Padding; markers that stand alone.
                0xff => at -= 1,
                0x01 | 0xd0..=0xd7 => {}
                _ => {
                    let Some(&[high, low]) = bytes.get(at..at + 2) else { break };
                    if marker == 0xc2 {
                        // Length, depth, height and width come before the number of colours.
                        let colours = bytes.get(at + 7).map_or(0, |&colours| u64::from(colours));
                        layout.kept_bytes = layout.kept_bytes.max(2 * colours);
                    }
                    at += usize::from(u16::from_be_bytes([high, low]));
                    if marker == 0xda {
                        // In compressed data, 0xff is followed by 0 or by a restart marker.
                        let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7);
                        let rest = bytes.get(at..).unwrap_or_default();
                        at += rest.windows(2).position(is_marker).unwrap_or(rest.len());
                    }
                }
            }
        }
        layout
    }
}
