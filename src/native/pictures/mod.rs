//! Picture files: PNG, JPEG, GIF, BMP, TIFF, WebP and PNM in, grey values or colours out; and PNG out.

mod jpeg;
mod kind;
mod memory;

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use crate::config::{Channels, Paper};
use crate::data::colour;
use crate::native::error::{Error, MAX_PIXELS, PictureProblem, PictureUse, Result};
use crate::preprocess::Raster;

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

/// A decoded picture: the grey value or the colour of each pixel, and how opaque it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    values: Raster,
    /// Of each pixel; `None` if all are opaque.
    opacity: Option<Vec<u8>>,
    has_colours: bool,
}

impl Picture {
    /// True if red, green and blue of some pixel differ in the file; the values may be grey all the same.
    pub fn has_colours(&self) -> bool {
        self.has_colours
    }

    /// True if it has the shape of a size.
    pub fn has_shape(&self, height: usize, width: usize) -> bool {
        self.values.has_shape(height, width)
    }

    /// True if paper shows through it.
    pub fn is_transparent(&self) -> bool {
        self.opacity.is_some()
    }

    /// The paper that its ink stands out from; `None` for an opaque picture, or one of which nothing is visible.
    pub fn own_paper(&self) -> Option<Paper> {
        let opacity = self.opacity.as_ref()?;
        let grey = self.values.grey();
        let pixels = grey.pixels().iter().zip(opacity).map(|(&value, &opacity)| [value, opacity]);
        let paper = colour::own_paper(pixels)?;
        Some(if paper == colour::BLACK { Paper::Black } else { Paper::White })
    }

    /// The picture on a paper: [`Paper::Auto`] and [`Paper::Each`] stand for its own.
    pub fn on(self, paper: Paper) -> Raster {
        let paper = match paper {
            Paper::Auto | Paper::Each => self.own_paper().unwrap_or(Paper::White),
            given => given,
        };
        let paper = if paper == Paper::Black { colour::BLACK } else { colour::WHITE };
        let Self { values, opacity: Some(opacity), .. } = self else { return self.values };
        let channels = values.channels();
        let opacity = opacity.iter().flat_map(|&opacity| std::iter::repeat_n(opacity, channels));
        let pixels = values.pixels().iter().zip(opacity).map(|(&value, opacity)| [value, opacity]);
        let on_paper = colour::on_paper(pixels, paper).collect();
        Raster::with_channels(values.height(), values.width(), channels, on_paper)
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
/// # Errors
/// As [`read_as`].
pub fn read_on(path: &Path, paper: Paper) -> Result<Raster> {
    read_as(path, paper, Channels::GREY)
}

/// Reads a picture file on a paper: as grey values, or with the colours that it has if `channels` asks for them.
///
/// The size is checked before the picture is decoded: one that is too large costs no memory.
///
/// # Errors
/// [`Error::Picture`] for a file that is missing, too large, damaged or not a picture.
pub fn read_as(path: &Path, paper: Paper, channels: Channels) -> Result<Raster> {
    read_with(path, channels, |picture| picture.on(paper))
}

/// Reads a picture file, and makes something of it before the memory for the next picture is free.
///
/// # Errors
/// As [`read_on`].
pub fn read_with<T>(path: &Path, channels: Channels, make: impl FnOnce(Picture) -> T) -> Result<T> {
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
        let opened = Opened::new(&bytes, channels).map_err(|problem| refuse(&name, problem))?;
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
    from_reader_as(name, from, Paper::Each, Channels::GREY)
}

/// Reads a picture from a stream of bytes, as [`read_as`] does; `name` stands for it in errors.
///
/// # Errors
/// As [`read_on`].
pub fn from_reader_as(name: &str, from: impl Read, paper: Paper, channels: Channels) -> Result<Raster> {
    from_reader_with(name, from, channels, |picture| picture.on(paper))
}

/// Reads a picture from a stream of bytes, as [`read_with`] does; `name` stands for it in errors.
///
/// # Errors
/// As [`read_on`].
pub fn from_reader_with<T>(
    name: &str,
    from: impl Read,
    channels: Channels,
    make: impl FnOnce(Picture) -> T,
) -> Result<T> {
    let bytes = bytes_of(name, from, 0)?;
    let opened = Opened::new(&bytes, channels).map_err(|problem| refuse(name, problem))?;
    let _share = DECODING.take(opened.memory);
    opened.decode().map(make).map_err(|problem| refuse(name, problem))
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
    channels: Channels,
    /// The most memory that it takes while it is decoded, with its file.
    memory: u64,
}

impl Opened<()> {
    fn new(bytes: &[u8], channels: Channels) -> Result<Opened<impl ImageDecoder + '_>, PictureProblem> {
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
        // The values come after those buffers: grey or colours, opacity and the picture on its paper, or 8 bits of 16.
        let a_pixel = if channels == Channels::GREY { 4 } else { 8 };
        let memory = FILE_COPIES * bytes.len() as u64 + decoded + (kept + beside).max(a_pixel * pixels);
        Ok(Opened { decoder, channels, memory })
    }
}

impl<D: ImageDecoder> Opened<D> {
    fn decode(mut self) -> Result<Picture, PictureProblem> {
        let orientation = self.decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let picture = DynamicImage::from_decoder(self.decoder).map_err(|error| problem(&error))?;
        let keeps_colours = self.channels != Channels::GREY;
        let Planes { values, opacity, has_colours } = Planes::of(picture, keeps_colours);
        let upright = |mut image: DynamicImage| {
            image.apply_orientation(orientation);
            image
        };
        let values = upright(values);
        let (height, width) = (values.height() as usize, values.width() as usize);
        let (channels, values) = match values {
            DynamicImage::ImageRgb8(colours) => (3, colours.into_raw()),
            grey => (1, grey.into_luma8().into_raw()),
        };
        let values = Raster::with_channels(height, width, channels, values);
        let opacity = opacity.map(|opacity| upright(opacity.into()).into_luma8().into_raw());
        Ok(Picture { values, opacity, has_colours })
    }
}

/// The values of a picture, as it lies in its file, and its opacities, if some pixels are not opaque.
struct Planes {
    /// `ImageLuma8` or `ImageRgb8`.
    values: DynamicImage,
    opacity: Option<GrayImage>,
    has_colours: bool,
}

impl Planes {
    /// The planes of a picture; without `keeps_colours`, colours become grey. No conversion takes more memory than decoding
    /// did.
    fn of(picture: DynamicImage, keeps_colours: bool) -> Self {
        let (width, height, kind) = (picture.width(), picture.height(), picture.color());
        let plane = |values: Vec<u8>| GrayImage::from_raw(width, height, values).expect("a value for each pixel");
        let plane_of_opacity = |opacity: Vec<u8>| {
            let is_opaque = opacity.iter().all(|&opacity| opacity == u8::MAX);
            (!is_opaque).then(|| plane(opacity))
        };
        match (kind.has_color(), kind.has_alpha()) {
            (false, false) => Self { values: picture.into_luma8().into(), opacity: None, has_colours: false },
            (true, false) => {
                let colours = picture.into_rgb8();
                let has_colours = colour::has_colours(&colours);
                let values = match has_colours && keeps_colours {
                    true => colours.into(),
                    false => plane(colour::to_grey(&colours)).into(),
                };
                Self { values, opacity: None, has_colours }
            }
            (false, true) => {
                let pixels = picture.into_luma_alpha8();
                let of = |i: usize| pixels.pixels().map(move |pixel| pixel.0[i]).collect();
                Self { values: plane(of(0)).into(), opacity: plane_of_opacity(of(1)), has_colours: false }
            }
            (true, true) => {
                let pixels = picture.into_rgba8();
                let has_colours = pixels.pixels().any(|pixel| pixel.0[3] > 0 && colour::has_colours(&pixel.0[..3]));
                let opacity = plane_of_opacity(pixels.pixels().map(|pixel| pixel.0[3]).collect());
                let values = match has_colours && keeps_colours {
                    true => {
                        let colours = pixels.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect();
                        RgbImage::from_raw(width, height, colours).expect("a colour for each pixel").into()
                    }
                    false => plane(colour::with_opacity(&pixels).map(|[grey, _]| grey).collect()).into(),
                };
                Self { values, opacity, has_colours }
            }
        }
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
