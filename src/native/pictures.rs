//! Picture files: PNG and JPEG in, grey values out; and PNG out.

use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::native::error::{Error, MAX_PIXELS, PictureProblem, PictureUse, Result};
use crate::preprocess::{Raster, grey};

/// Maximum number of bytes of a picture file.
pub(crate) const MAX_FILE_BYTES: u64 = 50_000_000;
/// Maximum number of bytes of a decoded picture.
const MAX_DECODED_BYTES: u64 = 100_000_000;
/// Maximum number of bytes of a decoded picture, its file, and the decoder's buffers together: the program stays below 256 MiB.
const MAX_WORKING_BYTES: u64 = 240_000_000;

/// The first bytes of a JPEG file.
const JPEG: &[u8] = b"\xff\xd8";

/// Reads a PNG or JPEG file as grey values.
///
/// The size is checked before the picture is decoded: one that is too large costs no memory.
///
/// # Errors
/// [`Error::Picture`] for a file that is missing, too large, damaged or not a picture.
pub fn read(path: &Path) -> Result<Raster> {
    let name = shown(path);
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    if file.metadata().map_err(|error| unreadable(&name, &error))?.is_dir() {
        return Err(refuse(&name, PictureProblem::Folder));
    }
    from_reader(&name, file)
}

/// Reads a PNG or JPEG picture from a stream of bytes; `name` stands for it in errors.
///
/// # Errors
/// As [`read`].
pub fn from_reader(name: &str, from: impl Read) -> Result<Raster> {
    let mut bytes = Vec::new();
    let read = BufReader::new(from).take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(refuse(name, PictureProblem::TooManyBytes { max: MAX_FILE_BYTES }));
    }
    if bytes.is_empty() {
        return Err(refuse(name, PictureProblem::Empty));
    }
    decode(&bytes).map_err(|problem| refuse(name, problem))
}

fn refuse(name: &str, problem: PictureProblem) -> Error {
    Error::Picture { path: name.into(), problem, purpose: PictureUse::Recognise }
}

fn unreadable(name: &str, error: &std::io::Error) -> Error {
    refuse(name, PictureProblem::Unreadable { error: error.to_string() })
}

fn decode(bytes: &[u8]) -> Result<Raster, PictureProblem> {
    let jpeg = bytes.starts_with(JPEG).then(|| JpegLayout::of(bytes));
    // The decoder fills the rest of such a picture with grey, and reports nothing.
    if jpeg.as_ref().is_some_and(|layout| !layout.is_whole) {
        return Err(PictureProblem::Damaged);
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().expect("bytes in memory can be read");
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(PictureProblem::OtherFormat);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| problem(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PictureProblem::NoPixels);
    }
    let (pixels, decoded) = (u64::from(width) * u64::from(height), decoder.total_bytes());
    let working = bytes.len() as u64 + decoded + pixels * jpeg.map_or(0, |layout| layout.kept_bytes);
    if pixels > MAX_PIXELS || decoded > MAX_DECODED_BYTES || working > MAX_WORKING_BYTES {
        return Err(PictureProblem::TooLarge { size: Some((width, height)) });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| problem(&error))?;
    let mut grey = DynamicImage::ImageLuma8(grey(picture));
    grey.apply_orientation(orientation);
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    Ok(Raster::new(height, width, grey.into_luma8().into_raw()))
}

/// The layout of a JPEG file, read from marker to marker: a search for bytes would also find those of thumbnails within
/// the file, and of films after it.
struct JpegLayout {
    /// The marker of its end is there.
    is_whole: bool,
    /// Bytes a pixel that the decoder keeps of a progressive picture: a coefficient of 16 bits for each colour.
    kept_bytes: u64,
}

impl JpegLayout {
    fn of(bytes: &[u8]) -> Self {
        let mut layout = Self { is_whole: false, kept_bytes: 0 };
        let mut at = JPEG.len();
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

/// The grey values of a picture; no conversion takes more memory than decoding did.
fn grey(picture: DynamicImage) -> GrayImage {
    let (width, height, kind) = (picture.width(), picture.height(), picture.color());
    let values = match (kind.has_color(), kind.has_alpha()) {
        (false, false) => return picture.into_luma8(),
        (false, true) => grey::on_paper(picture.into_luma_alpha8().pixels().map(|pixel| pixel.0)),
        (true, false) => grey::of_rgb(&picture.into_rgb8()),
        (true, true) => grey::of_rgba(&picture.into_rgba8()),
    };
    GrayImage::from_raw(width, height, values).expect("a value for each pixel")
}

/// The problem behind an error of the decoder.
fn problem(error: &ImageError) -> PictureProblem {
    match error {
        ImageError::Limits(_) => PictureProblem::TooLarge { size: None },
        ImageError::Unsupported(_) => PictureProblem::OtherVariety,
        _ => PictureProblem::Damaged,
    }
}

/// The pictures that a path stands for: itself, or all PNG and JPEG files in a folder and the folders in it, by name.
///
/// A path that cannot be read is an [`Error::Picture`] beside the others.
pub fn list(path: &Path) -> Vec<Result<PathBuf>> {
    let cannot = |path: &Path, error: std::io::Error| unreadable(&shown(path), &error);
    match fs::metadata(path) {
        Err(error) => return vec![Err(cannot(path, error))],
        Ok(metadata) if !metadata.is_dir() => return vec![Ok(path.to_path_buf())],
        Ok(_) => {}
    }
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    let mut pending = vec![path.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                failed.push(Err(cannot(&folder, error)));
                continue;
            }
        };
        for entry in entries.filter_map(|entry| entry.ok()) {
            // Links to folders are not followed: a folder linked into itself has no end.
            match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                true => pending.push(entry.path()),
                false if is_picture(&entry.path()) => found.push(entry.path()),
                false => {}
            }
        }
    }
    found.sort();
    if found.is_empty() && failed.is_empty() {
        failed.push(Err(refuse(&shown(path), PictureProblem::NoPictures)));
    }
    found.into_iter().map(Ok).chain(failed).collect()
}

/// A path for messages: control characters, which could move the cursor or change colours, are escaped.
pub fn shown(path: &Path) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    path.display().to_string().chars().map(escaped).collect()
}

pub(super) fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
    matches!(extension.as_deref(), Some("png" | "jpg" | "jpeg"))
}

/// The bytes of a PNG file of a picture in colour: `width * height` times red, green, blue.
///
/// # Panics
/// If there are not `3 * width * height` values.
pub fn png(width: u32, height: u32, rgb: Vec<u8>) -> Vec<u8> {
    let picture = RgbImage::from_raw(width, height, rgb).expect("a canvas of its own size");
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).expect("pictures are encoded into memory");
    file.into_inner()
}
