//! Picture files: PNG, JPEG, GIF, BMP, TIFF, WebP and PNM in, grey values out; and PNG out.

mod jpeg;
mod kind;

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::native::error::{Error, MAX_PIXELS, PictureProblem, PictureUse, Result};
use crate::preprocess::{Raster, grey};

use jpeg::JpegLayout;

pub(super) use kind::{HEAD, Kind, ending, has_ending};

/// Maximum number of bytes of a picture file.
pub(crate) const MAX_FILE_BYTES: u64 = 50_000_000;
/// Maximum number of bytes of a decoded picture.
const MAX_DECODED_BYTES: u64 = 100_000_000;
/// Maximum number of bytes of a decoded picture, its file, and the decoder's buffers together: the program stays below 256 MiB.
const MAX_WORKING_BYTES: u64 = 240_000_000;

/// Reads a picture file as grey values.
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

/// Reads a picture from a stream of bytes; `name` stands for it in errors.
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
    let head = &bytes[..bytes.len().min(HEAD)];
    let format = kind::format(head).ok_or_else(|| match kind::unread(head) {
        Some(format) => PictureProblem::UnreadFormat { format },
        None => PictureProblem::OtherFormat,
    })?;
    let jpeg = (format == ImageFormat::Jpeg).then(|| JpegLayout::of(bytes));
    // The decoder fills the rest of such a picture with grey, and reports nothing.
    if jpeg.as_ref().is_some_and(|layout| !layout.is_whole) {
        return Err(PictureProblem::Damaged);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
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

/// A path for messages: control characters, which could move the cursor or change colours, are escaped.
pub fn shown(path: &Path) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    let chunks = path.as_os_str().as_encoded_bytes().utf8_chunks();
    // Names that are not UTF-8 stay apart: a\\xff and a\\xfe.
    chunks
        .map(|chunk| {
            let invalid = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
            chunk.valid().chars().map(escaped).chain(invalid).collect::<String>()
        })
        .collect()
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
