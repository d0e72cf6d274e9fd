//! Picture files: PNG, JPEG, GIF, BMP, TIFF, WebP and PNM in, grey values out; and PNG out.

mod jpeg;
mod kind;
mod memory;

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::config::Paper;
use crate::native::error::{Error, MAX_PIXELS, PictureProblem, PictureUse, Result};
use crate::preprocess::{Raster, grey};

use jpeg::JpegLayout;
use memory::{DECODING, Share};

pub(super) use kind::{HEAD, Kind, ending, has_ending};

/// Maximum number of bytes of a picture file.
pub(crate) const MAX_FILE_BYTES: u64 = 50_000_000;
/// Copies of a file while its picture is decoded: a decoder has its own.
const FILE_COPIES: u64 = 2;
/// A file above this size may hold a large picture.
pub(super) const LARGE_FILE: u64 = 1_000_000;
/// The memory that a large picture takes, as a multiple of its file; what it takes exactly is known when the file is read.
const PACKED: u64 = 18;
/// Maximum number of bytes of a decoded picture.
const MAX_DECODED_BYTES: u64 = 100_000_000;
/// Maximum number of bytes of a decoded picture, its file, and the decoder's buffers together: the program stays below 256 MiB.
const MAX_WORKING_BYTES: u64 = 240_000_000;

/// A decoded picture: the grey value of each pixel, and how opaque it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    grey: GrayImage,
    /// `None` if all pixels are opaque.
    opacity: Option<GrayImage>,
}

impl Picture {
    /// True if paper shows through it.
    pub fn is_transparent(&self) -> bool {
        self.opacity.is_some()
    }

    /// The paper that its ink stands out from; `None` for an opaque picture, or one of which nothing is visible.
    pub fn own_paper(&self) -> Option<Paper> {
        let paper = grey::own_paper(self.pixels()?)?;
        Some(if paper == grey::BLACK { Paper::Black } else { Paper::White })
    }

    /// The picture on a paper: [`Paper::Auto`] and [`Paper::Each`] stand for its own.
    pub fn on(self, paper: Paper) -> Raster {
        let paper = match paper {
            Paper::Auto | Paper::Each => self.own_paper().unwrap_or(Paper::White),
            given => given,
        };
        let paper = if paper == Paper::Black { grey::BLACK } else { grey::WHITE };
        let (height, width) = (self.grey.height() as usize, self.grey.width() as usize);
        let on_paper = self.pixels().map(|pixels| grey::on_paper(pixels, paper).collect());
        Raster::new(height, width, on_paper.unwrap_or_else(|| self.grey.into_raw()))
    }

    /// Grey value and opacity of each pixel.
    fn pixels(&self) -> Option<impl Iterator<Item = [u8; 2]>> {
        let opacity = self.opacity.as_ref()?.as_raw();
        Some(self.grey.as_raw().iter().zip(opacity).map(|(&grey, &opacity)| [grey, opacity]))
    }
}

/// Reads a picture file as grey values, on the paper that its ink stands out from.
///
/// # Errors
/// As [`read_on`].
pub fn read(path: &Path) -> Result<Raster> {
    read_on(path, Paper::Each)
}

/// Reads a picture file as grey values on a paper.
///
/// The size is checked before the picture is decoded: one that is too large costs no memory.
///
/// # Errors
/// [`Error::Picture`] for a file that is missing, too large, damaged or not a picture.
pub fn read_on(path: &Path, paper: Paper) -> Result<Raster> {
    read_with(path, |picture| picture.on(paper))
}

/// Reads a picture file, and makes something of it before the memory for the next picture is free.
///
/// # Errors
/// As [`read_on`].
pub fn read_with<T>(path: &Path, make: impl FnOnce(Picture) -> T) -> Result<T> {
    let name = shown(path);
    let open = || File::open(path).map_err(|error| unreadable(&name, &error));
    let file = open()?;
    let metadata = file.metadata().map_err(|error| unreadable(&name, &error))?;
    if metadata.is_dir() {
        return Err(refuse(&name, PictureProblem::Folder));
    }
    let size = metadata.len().min(MAX_FILE_BYTES);
    let mut share = DECODING.take(if size > LARGE_FILE { PACKED * size } else { FILE_COPIES * size });
    let mut make = Some(make);
    // What was made, or the memory that is needed and not free.
    let mut read = |file: File, share: &mut Share<'_>, is_last: bool| -> Result<Result<T, u64>> {
        let bytes = bytes_of(&name, file, size as usize + 1)?;
        let opened = Opened::new(&bytes).map_err(|problem| refuse(&name, problem))?;
        if !is_last && !share.grow(opened.memory) {
            return Ok(Err(opened.memory));
        }
        let picture = opened.decode().map_err(|problem| refuse(&name, problem))?;
        Ok(Ok(make.take().expect("a picture is decoded once")(picture)))
    };
    let needed = match read(file, &mut share, false)? {
        Ok(made) => return Ok(made),
        Err(needed) => needed,
    };
    // Waits without holding anything, so that threads never wait for each other.
    drop(share);
    let mut share = DECODING.take(needed);
    let made = read(open()?, &mut share, true)?;
    Ok(made.unwrap_or_else(|_| unreachable!("the last attempt asks for nothing")))
}

/// Reads a picture from a stream of bytes, on the paper that its ink stands out from; `name` stands for it in errors.
///
/// # Errors
/// As [`read_on`].
pub fn from_reader(name: &str, from: impl Read) -> Result<Raster> {
    from_reader_on(name, from, Paper::Each)
}

/// Reads a picture from a stream of bytes, on a paper; `name` stands for it in errors.
///
/// # Errors
/// As [`read_on`].
pub fn from_reader_on(name: &str, from: impl Read, paper: Paper) -> Result<Raster> {
    let bytes = bytes_of(name, from, 0)?;
    let opened = Opened::new(&bytes).map_err(|problem| refuse(name, problem))?;
    let _share = DECODING.take(opened.memory);
    opened.decode().map(|picture| picture.on(paper)).map_err(|problem| refuse(name, problem))
}

/// The bytes of a picture file, whose number is expected to be less than `capacity`.
fn bytes_of(name: &str, from: impl Read, capacity: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(capacity);
    from.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    match bytes.len() as u64 {
        0 => Err(refuse(name, PictureProblem::Empty)),
        long if long > MAX_FILE_BYTES => Err(refuse(name, PictureProblem::TooManyBytes { max: MAX_FILE_BYTES })),
        _ => Ok(bytes),
    }
}

fn refuse(name: &str, problem: PictureProblem) -> Error {
    Error::Picture { path: name.into(), problem, purpose: PictureUse::Recognise }
}

fn unreadable(name: &str, error: &std::io::Error) -> Error {
    refuse(name, PictureProblem::Unreadable { error: error.to_string() })
}

/// A picture whose size is known and allowed, and that is not decoded yet.
struct Opened<D> {
    decoder: D,
    /// The most memory that it takes while it is decoded, with its file.
    memory: u64,
}

impl Opened<()> {
    fn new(bytes: &[u8]) -> Result<Opened<impl ImageDecoder + '_>, PictureProblem> {
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
        let decoder = reader.into_decoder().map_err(|error| problem(&error))?;
        let (width, height) = decoder.dimensions();
        if width == 0 || height == 0 {
            return Err(PictureProblem::NoPixels);
        }
        let (pixels, decoded) = (u64::from(width) * u64::from(height), decoder.total_bytes());
        let kept = pixels * jpeg.map_or(0, |layout| layout.kept_bytes);
        if pixels > MAX_PIXELS || decoded > MAX_DECODED_BYTES || bytes.len() as u64 + decoded + kept > MAX_WORKING_BYTES
        {
            return Err(PictureProblem::TooLarge { size: Some((width, height)) });
        }
        // Floats have no white of their own.
        if matches!(decoder.color_type(), ColorType::Rgb32F | ColorType::Rgba32F) {
            return Err(PictureProblem::OtherVariety);
        }
        // Buffers of the decoder beside its output: a frame, a strip, planes of colours.
        let beside = match format {
            ImageFormat::Gif | ImageFormat::Tiff | ImageFormat::WebP => decoded,
            _ => 0,
        };
        // The grey values come after those buffers: grey, opacity and the picture on its paper, or 8 bits of 16.
        let memory = FILE_COPIES * bytes.len() as u64 + decoded + (kept + beside).max(4 * pixels);
        Ok(Opened { decoder, memory })
    }
}

impl<D: ImageDecoder> Opened<D> {
    fn decode(mut self) -> Result<Picture, PictureProblem> {
        let orientation = self.decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let picture = DynamicImage::from_decoder(self.decoder).map_err(|error| problem(&error))?;
        let picture = Picture::of(picture);
        let upright = |image: GrayImage| {
            let mut image = DynamicImage::ImageLuma8(image);
            image.apply_orientation(orientation);
            image.into_luma8()
        };
        Ok(Picture { grey: upright(picture.grey), opacity: picture.opacity.map(upright) })
    }
}

impl Picture {
    /// The grey values and opacities of a picture; no conversion takes more memory than decoding did.
    fn of(picture: DynamicImage) -> Self {
        let (width, height, kind) = (picture.width(), picture.height(), picture.color());
        let plane = |values: Vec<u8>| GrayImage::from_raw(width, height, values).expect("a value for each pixel");
        let opaque = |values: Vec<u8>| Self { grey: plane(values), opacity: None };
        match (kind.has_color(), kind.has_alpha()) {
            (false, false) => opaque(picture.into_luma8().into_raw()),
            (true, false) => opaque(grey::of_rgb(&picture.into_rgb8())),
            (false, true) => {
                let pixels = picture.into_luma_alpha8();
                Self::with_opacity(pixels.pixels().map(|pixel| pixel.0), plane)
            }
            (true, true) => Self::with_opacity(grey::with_opacity(&picture.into_rgba8()), plane),
        }
    }

    fn with_opacity(pixels: impl Iterator<Item = [u8; 2]> + Clone, plane: impl Fn(Vec<u8>) -> GrayImage) -> Self {
        let is_opaque = pixels.clone().all(|[_, opacity]| opacity == u8::MAX);
        let opacity = (!is_opaque).then(|| plane(pixels.clone().map(|[_, opacity]| opacity).collect()));
        Self { grey: plane(pixels.map(|[grey, _]| grey).collect()), opacity }
    }
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
