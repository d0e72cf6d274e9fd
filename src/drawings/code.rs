//! Drawings as the text of a code to scan: a class hands in its digits without a network.
//!
//! The text has the characters of a QR code's alphanumeric mode, which every scanner gives back as they are: [`PREFIX`], then
//! bytes in base 45 (RFC 9285): version, length of the writer's name, name, number of drawings, drawings, CRC-32 of all before.
//! A drawing is its digit and 33 bytes: its 64 values from 0 to 16 as one number in base 17.

use crate::data::digits::{CLASSES, MAX_VALUE, SIDE};
use crate::error::CodeProblem;

use super::{Drawing, Drawings};

/// Drawings in one code: a digit each, so that a telephone reads it from a screen.
pub const DRAWINGS_PER_CODE: usize = 10;

const PREFIX: &str = "CHIFFRES:";
const VERSION: u8 = 1;
const PIXELS: usize = SIDE * SIDE;
const LEVELS: u32 = MAX_VALUE as u32 + 1;
/// Bytes of a drawing: 17^64 is a little less than 2^262.
const PACKED: usize = 33;
const CHECK: usize = 4;
/// The characters of the alphanumeric mode in their order.
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A code: its text, the writer, and the digits in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The name of the writer.
    pub writer: String,
    /// The digits, in the order of arrival.
    pub labels: Vec<usize>,
    /// The text.
    pub text: String,
}

impl Drawings {
    /// Codes of all drawings, writer after writer, with at most [`DRAWINGS_PER_CODE`] in each.
    pub fn codes(&self) -> Vec<Code> {
        let mut writers: Vec<&str> = Vec::new();
        for drawing in &self.drawings {
            if !writers.contains(&drawing.writer.as_str()) {
                writers.push(&drawing.writer);
            }
        }
        let of = |writer: &str| self.drawings.iter().filter(|drawing| drawing.writer == writer).collect::<Vec<_>>();
        writers
            .into_iter()
            .flat_map(|writer| of(writer).chunks(DRAWINGS_PER_CODE).map(|part| code(writer, part)).collect::<Vec<_>>())
            .collect()
    }

    /// The drawings in the text of a code.
    ///
    /// # Errors
    /// [`CodeProblem`] for the text of another code, of a later version, and for one that was altered.
    pub fn from_code(text: &str) -> Result<Self, CodeProblem> {
        let bytes = from_base_45(text.strip_prefix(PREFIX).ok_or(CodeProblem::Other)?).ok_or(CodeProblem::Altered)?;
        let (content, check) = bytes.split_at_checked(bytes.len().saturating_sub(CHECK)).ok_or(CodeProblem::Altered)?;
        if check != crc_32(content).to_be_bytes() {
            return Err(CodeProblem::Altered);
        }
        match content.first() {
            Some(&VERSION) => unpacked(&content[1..]).ok_or(CodeProblem::Altered),
            Some(&found) if found > VERSION => Err(CodeProblem::TooNew),
            _ => Err(CodeProblem::Altered),
        }
    }
}

fn code(writer: &str, drawings: &[&Drawing]) -> Code {
    let mut bytes = vec![VERSION, writer.len() as u8];
    bytes.extend(writer.bytes());
    bytes.push(drawings.len() as u8);
    for drawing in drawings {
        bytes.push(drawing.label as u8);
        bytes.extend(packed(&drawing.pixels));
    }
    bytes.extend(crc_32(&bytes).to_be_bytes());
    let labels = drawings.iter().map(|drawing| drawing.label).collect();
    Code { writer: writer.into(), labels, text: format!("{PREFIX}{}", to_base_45(&bytes)) }
}

/// The drawings of a code's content, after the version.
fn unpacked(content: &[u8]) -> Option<Drawings> {
    let (&length, rest) = content.split_first()?;
    let (writer, rest) = rest.split_at_checked(length.into())?;
    let (&count, rest) = rest.split_first()?;
    if rest.len() != usize::from(count) * (1 + PACKED) || count == 0 {
        return None;
    }
    let writer = std::str::from_utf8(writer).ok()?;
    let drawing = |bytes: &[u8]| {
        let label = usize::from(bytes[0]);
        (label < CLASSES).then_some(Drawing { label, writer: writer.into(), pixels: pixels(&bytes[1..])? })
    };
    Drawings::new(rest.chunks_exact(1 + PACKED).map(drawing).collect::<Option<_>>()?).ok()
}

/// Values from 0 to 16 as the digits of one number in base 17, the first the highest; big endian.
fn packed(pixels: &[u8]) -> [u8; PACKED] {
    let mut number = [0; PACKED];
    for &pixel in pixels {
        let mut carry = u32::from(pixel);
        for byte in number.iter_mut().rev() {
            carry += u32::from(*byte) * LEVELS;
            *byte = carry as u8;
            carry >>= 8;
        }
    }
    number
}

/// The values in a number; `None` if it has more of them.
fn pixels(number: &[u8]) -> Option<Vec<u8>> {
    let mut number = number.to_vec();
    let mut pixels = vec![0; PIXELS];
    for pixel in pixels.iter_mut().rev() {
        let mut rest = 0;
        for byte in &mut number {
            rest = rest << 8 | u32::from(*byte);
            *byte = (rest / LEVELS) as u8;
            rest %= LEVELS;
        }
        *pixel = rest as u8;
    }
    number.iter().all(|&byte| byte == 0).then_some(pixels)
}

fn to_base_45(bytes: &[u8]) -> String {
    let digits = |pair: &[u8]| {
        let number = pair.iter().fold(0, |number, &byte| number << 8 | usize::from(byte));
        let digits = [number % 45, number / 45 % 45, number / (45 * 45)];
        digits.into_iter().take(pair.len() + 1).map(|digit| char::from(ALPHABET[digit])).collect::<Vec<_>>()
    };
    bytes.chunks(2).flat_map(digits).collect()
}

fn from_base_45(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for digits in text.as_bytes().chunks(3) {
        let value = |digit: &u8| ALPHABET.iter().position(|known| known == digit);
        let digits: Vec<usize> = digits.iter().map(value).collect::<Option<_>>()?;
        let number = digits.iter().rev().fold(0, |number, digit| number * 45 + digit);
        match digits.len() {
            3 => bytes.extend(u16::try_from(number).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(number).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

/// The check of zip and PNG: the remainder by the reversed polynomial 0xEDB88320.
fn crc_32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawings(count: usize, writer: &str) -> Vec<Drawing> {
        let drawing = |i: usize| Drawing {
            label: i % 10,
            writer: writer.into(),
            pixels: (0..64).map(|k| ((k * k + 7 * i + 1) % 17) as u8).collect(),
        };
        (0..count).map(drawing).collect()
    }

    #[test]
    fn checks_and_characters_are_those_of_their_standards() {
        // The check value of CRC-32/ISO-HDLC, and the examples of RFC 9285.
        assert_eq!(crc_32(b"123456789"), 0xCBF4_3926);
        for (bytes, text) in
            [(&b"AB"[..], "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
        {
            assert_eq!((to_base_45(bytes).as_str(), from_base_45(text).as_deref()), (text, Some(bytes)));
        }
        assert_eq!(from_base_45("FGW"), Some(vec![0xff, 0xff]));
        assert!(from_base_45("GGW").is_none() && from_base_45("a00").is_none() && from_base_45("0").is_none());
    }

    #[test]
    fn ten_drawings_come_back_from_a_code_that_a_telephone_reads() {
        let mut all = drawings(23, "Zo\u{e9} 7");
        all.extend(drawings(1, "12"));
        let mut largest = vec![16; 64];
        largest[0] = 16;
        all[0].pixels = largest;
        let all = Drawings::new(all).unwrap();
        let codes = all.codes();
        assert_eq!(codes.iter().map(|code| code.labels.len()).collect::<Vec<_>>(), [10, 10, 3, 1]);
        // A QR code of version 15 and level M has room for 600 characters.
        assert!(codes.iter().all(|code| code.text.len() <= 600), "{}", codes[0].text.len());
        let read: Vec<Drawing> =
            codes.iter().flat_map(|code| Drawings::from_code(&code.text).unwrap().drawings().to_vec()).collect();
        assert_eq!(read, all.drawings());
    }

    #[test]
    fn other_and_altered_codes_are_refused() {
        let text = Drawings::new(drawings(2, "7")).unwrap().codes().remove(0).text;
        assert_eq!(Drawings::from_code("https://example.org"), Err(CodeProblem::Other));
        assert_eq!(Drawings::from_code(PREFIX), Err(CodeProblem::Altered));
        for place in PREFIX.len()..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[place] = if altered[place] == b'7' { b'8' } else { b'7' };
            let altered = String::from_utf8(altered).unwrap();
            assert_eq!(Drawings::from_code(&altered), Err(CodeProblem::Altered), "{place}");
            assert!(Drawings::from_code(&text[..place]).is_err());
        }
        let later = |version: u8| {
            let mut bytes = vec![version, 0, 0];
            bytes.extend(crc_32(&bytes).to_be_bytes());
            Drawings::from_code(&format!("{PREFIX}{}", to_base_45(&bytes)))
        };
        assert_eq!(later(2), Err(CodeProblem::TooNew));
        assert_eq!((later(0), later(1)), (Err(CodeProblem::Altered), Err(CodeProblem::Altered)));
    }
}
