//! Picture files: PNG and JPEG in, grey values out; and PNG out.

use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Luma, RgbImage};

use crate::error::{Error, Result};
use crate::preprocess::Raster;

/// Most pixels of a picture: what the cameras of telephones take.
pub const MOST_PIXELS: u64 = 25_000_000;
/// Most bytes of a picture file.
pub const MOST_FILE_BYTES: u64 = 50_000_000;
/// Most bytes that a picture may take when decoded.
const MOST_DECODED_BYTES: u64 = 100_000_000;
/// The same with what the decoder keeps meanwhile.
const MOST_WORKING_BYTES: u64 = 230_000_000;

/// What JPEG files begin with, and their scans: the compressed data.
const JPEG: &[u8] = b"\xff\xd8";
const SCAN: &[u8] = b"\xff\xda";

const HINT: &str = "give a PNG or JPEG picture of at most 25 million pixels, with one digit on it";

/// Reads a PNG or JPEG file as grey values.
///
/// Its size is looked at before anything is decoded: what is too large costs no memory.
///
/// # Errors
/// [`Error::Picture`] for a file that is missing, too large, no picture or a damaged one.
pub fn read(path: &Path) -> Result<Raster> {
    let name = path.display().to_string();
    let refuse = |reason: String| refuse(&name, reason);
    let file = File::open(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let metadata = file.metadata().map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if metadata.is_dir() {
        return Err(refuse("is a folder".into()));
    }
    from_reader(&name, file)
}

/// Reads a PNG or JPEG picture from wherever its bytes come from; `name` is what errors call it.
///
/// # Errors
/// As [`read`].
pub fn from_reader(name: &str, from: impl Read) -> Result<Raster> {
    let mut bytes = Vec::new();
    let read = BufReader::new(from).take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| refuse(name, format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_FILE_BYTES {
        return Err(refuse(name, format!("is larger than {} million bytes", MOST_FILE_BYTES / 1_000_000)));
    }
    if bytes.is_empty() {
        return Err(refuse(name, "is empty".into()));
    }
    decode(&bytes).map_err(|reason| refuse(name, reason))
}

fn refuse(name: &str, reason: String) -> Error {
    Error::Picture { path: name.into(), reason, hint: HINT.into() }
}

fn decode(bytes: &[u8]) -> Result<Raster, String> {
    if is_cut_jpeg(bytes) {
        return Err("is damaged or cut short".into());
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err("is neither a PNG nor a JPEG picture".into());
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| in_words(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err("has no pixels".into());
    }
    let (pixels, decoded) = (u64::from(width) * u64::from(height), decoder.total_bytes());
    let working = decoded + pixels * coefficient_bytes(bytes);
    if pixels > MOST_PIXELS || decoded > MOST_DECODED_BYTES || working > MOST_WORKING_BYTES {
        return Err(format!("is too large: {width} x {height} pixels"));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| in_words(&error))?;
    let mut grey = DynamicImage::ImageLuma8(grey(picture));
    grey.apply_orientation(orientation);
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    Ok(Raster::new(height, width, grey.into_luma8().into_raw()))
}

/// Whether a JPEG file ends before its picture does: the decoder makes up the rest without a word.
fn is_cut_jpeg(bytes: &[u8]) -> bool {
    const END: &[u8] = b"\xff\xd9";
    // Compressed data has no such pairs in it: after 0xff it has 0, or a marker of its own.
    let last_scan = bytes.windows(2).rposition(|pair| pair == SCAN).unwrap_or(0);
    bytes.starts_with(JPEG) && !bytes[last_scan..].windows(2).any(|pair| pair == END)
}

/// Bytes a pixel that the decoder keeps of a progressive JPEG: a coefficient of 16 bits for each of its colours.
fn coefficient_bytes(bytes: &[u8]) -> u64 {
    const PROGRESSIVE: &[u8] = b"\xff\xc2";
    /// Where a frame's header, after its marker, says how many colours there are: after length, depth, height and width.
    const COLOURS: usize = 9;
    let is_jpeg = bytes.starts_with(JPEG);
    let first_scan = bytes.windows(2).position(|pair| pair == SCAN).filter(|_| is_jpeg).unwrap_or(0);
    let headers = bytes[..first_scan].windows(COLOURS + 1).filter(|header| header.starts_with(PROGRESSIVE));
    headers.map(|header| 2 * u64::from(header[COLOURS])).filter(|colours| *colours <= 8).max().unwrap_or(0)
}

/// Grey values; where a picture is transparent, it lies on white, or on black if what is on it is light.
fn grey(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    let (ink, opacity) = picture.pixels().fold((0u64, 0u64), |(ink, opacity), pixel| {
        let [value, alpha] = pixel.0.map(u64::from);
        (ink + value * alpha, opacity + alpha)
    });
    let paper = if ink > 128 * opacity { 0 } else { 255u32 };
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [value, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        Luma([((value * alpha + paper * (255 - alpha) + 127) / 255) as u8])
    })
}

/// What is wrong with a file, without the decoder's prefix.
fn in_words(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => "is too large".into(),
        ImageError::Unsupported(_) => "is of a kind of picture that is not read here".into(),
        _ => "is damaged or cut short".into(),
    }
}

/// The pictures that a path stands for: itself, or all PNG and JPEG files in a folder and the folders in it, by name.
///
/// # Errors
/// [`Error::Picture`] when there is nothing there, or no picture in a folder.
pub fn list(path: &Path) -> Result<Vec<PathBuf>> {
    let name = path.display().to_string();
    let metadata = fs::metadata(path).map_err(|error| refuse(&name, format!("cannot be read: {error}")))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    let mut pending = vec![path.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let cannot = |error: std::io::Error| refuse(&folder.display().to_string(), format!("cannot be read: {error}"));
        for entry in fs::read_dir(&folder).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            // Links are followed to files only: a folder linked into itself has no end.
            match entry.file_type().map_err(cannot)?.is_dir() {
                true => pending.push(entry.path()),
                false if is_picture(&entry.path()) => found.push(entry.path()),
                false => {}
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(refuse(&name, "has no PNG or JPEG picture in it".into()));
    }
    Ok(found)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
    matches!(extension.as_deref(), Some("png" | "jpg" | "jpeg"))
}

/// The bytes of a PNG file of a picture in colour: `width * height` times red, green, blue.
///
/// # Panics
/// When there are not as many values as the sizes promise.
pub fn png(width: u32, height: u32, rgb: Vec<u8>) -> Vec<u8> {
    let picture = RgbImage::from_raw(width, height, rgb).expect("a canvas of its own size");
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).expect("pictures are encoded into memory");
    file.into_inner()
}
