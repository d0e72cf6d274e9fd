//! Kinds of files: pictures by their first bytes, whatever their ending.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use image::ImageFormat;

/// Bytes at the beginning of a file that decide its kind.
pub const HEAD: usize = 64;

/// Endings of the pictures that this program reads.
const ENDINGS: [&str; 19] = [
    "png", "apng", "jpg", "jpeg", "jpe", "jfif", "jif", "gif", "bmp", "dib", "tif", "tiff", "webp", "pbm", "pgm",
    "ppm", "pnm", "pam", "mpo",
];
/// Endings of photographs as the sensor of a camera saw them; many of them are TIFF files with a thumbnail.
const RAW: [&str; 12] = ["arw", "cr2", "cr3", "crw", "dng", "nef", "nrw", "orf", "pef", "raf", "rw2", "srw"];
/// Formats that this program does not read, by their first bytes.
const UNREAD: [(&[u8], &str); 8] = [
    (b"8BPS", "PSD"),
    (b"qoif", "QOI"),
    (b"farbfeld", "farbfeld"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"DDS \x7c\0\0\0", "DDS"),
    (b"\0\0\0\x0cJXL \r\n", "JPEG XL"),
    (b"\0\0\0\x0cjP  \r\n", "JPEG 2000"),
];
/// Formats that this program does not read, by their endings.
const UNREAD_ENDINGS: [(&str, &str); 8] = [
    ("heic", "HEIC"),
    ("heif", "HEIC"),
    ("avif", "AVIF"),
    ("svg", "SVG"),
    ("jxl", "JPEG XL"),
    ("ico", "ICO"),
    ("tga", "TGA"),
    ("psd", "PSD"),
];

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A picture, or a file that should be one by its ending.
    Picture,
    /// A picture in a format that this program does not read: its name.
    Unread(&'static str),
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind of a file with these first bytes.
    pub fn of(path: &Path, head: &[u8]) -> Self {
        let ending = ending(path);
        if RAW.contains(&ending.as_str()) {
            return Self::Unread("camera raw");
        }
        if format(head).is_some() {
            return Self::Picture;
        }
        match unread(head) {
            Some(name) => Self::Unread(name),
            None if ENDINGS.contains(&ending.as_str()) => Self::Picture,
            None => UNREAD_ENDINGS
                .iter()
                .find(|(unread, _)| *unread == ending)
                .map_or(Self::Other, |&(_, name)| Self::Unread(name)),
        }
    }

    /// The kind of a file, which is opened.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut head = Vec::with_capacity(HEAD);
        File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Self::of(path, &head))
    }
}

/// The ending of a file's name in small letters, without its point; empty if there is none.
pub fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// True if a file's ending is that of a picture.
pub fn has_ending(path: &Path) -> bool {
    ENDINGS.contains(&ending(path).as_str())
}

/// The format of a picture that this program reads.
pub fn format(head: &[u8]) -> Option<ImageFormat> {
    let starts = |signature: &[u8]| head.starts_with(signature);
    if starts(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else if starts(b"\xff\xd8\xff") {
        Some(ImageFormat::Jpeg)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(ImageFormat::Gif)
    } else if starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Some(ImageFormat::WebP)
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0\x08\0") || starts(b"MM\0+\0\x08") {
        Some(ImageFormat::Tiff)
    } else if is_bmp(head) {
        Some(ImageFormat::Bmp)
    } else if is_pnm(head) {
        Some(ImageFormat::Pnm)
    } else {
        None
    }
}

/// A text may begin with BM too: the size of the second header is one of seven.
fn is_bmp(head: &[u8]) -> bool {
    let size = head.get(14..18).map(|size| u32::from_le_bytes(size.try_into().expect("four bytes")));
    head.starts_with(b"BM") && size.is_some_and(|size| [12, 40, 52, 56, 64, 108, 124].contains(&size))
}

/// P1 to P6 and a size, or P7 and a word: a text that begins with P3 goes on otherwise.
fn is_pnm(head: &[u8]) -> bool {
    let Some((&[b'P', number @ b'1'..=b'7'], rest)) = head.split_first_chunk::<2>() else { return false };
    let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    rest.first().is_some_and(u8::is_ascii_whitespace)
        && match number {
            b'7' => rest.starts_with(b"\nWIDTH") || rest.starts_with(b"\nHEIGHT") || rest.starts_with(b"\n#"),
            _ => next.is_some_and(|&byte| byte.is_ascii_digit() || byte == b'#'),
        }
}

/// The name of a picture's format that this program does not read.
pub fn unread(head: &[u8]) -> Option<&'static str> {
    if head.get(4..8) == Some(b"ftyp") {
        let brands = || head[8..].chunks_exact(4);
        let has = |names: &[&[u8]]| brands().any(|brand| names.contains(&brand));
        return match () {
            () if has(&[b"avif", b"avis"]) => Some("AVIF"),
            () if has(&[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]) => Some("HEIC"),
            () if has(&[b"crx "]) => Some("camera raw"),
            () => None,
        };
    }
    UNREAD.iter().find(|(signature, _)| head.starts_with(signature)).map(|&(_, name)| name)
}
