//! NumPy arrays: `.npz` archives and the `.npy` files in them.
//!
//! Images are an array `[n, height, width]` or `[n, pixels]` of bytes, other whole numbers or floats; labels are an array
//! `[n]` of whole numbers. Uncompressed arrays of bytes are not copied: they stay in the bytes of the archive.

use std::fmt::Display;
use std::io::{self, Cursor, Read, Seek, Write};
use std::ops::Range;
use std::sync::Arc;

use npyz::{DType, Deserialize, Order, TypeChar, TypeRead, TypeStr, WriterBuilder};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::data::{Bytes, Dataset, Grey, GreyRange, Pixels};
use crate::error::data::NpzProblem;
use crate::error::{Error, Place, Result, Step, brief};

use super::npy::Header;
use super::{MAX_SIDE, shape};

/// Maximum number of bytes of an array's header; NumPy's have 128.
const MAX_HEADER_BYTES: usize = 4096;
/// Largest absolute value of a label.
const MAX_LABEL: f64 = 1e15;

/// The bytes of one array: its header and its values.
pub struct Array {
    /// Its place in errors.
    place: Place,
    bytes: Arc<dyn Bytes>,
    range: Range<usize>,
}

/// The images of an array.
pub struct ArrayImages {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// The images.
    pub pixels: Pixels,
    /// The range of the values; `None` for whole numbers from 0 to 255.
    pub range: Option<GreyRange>,
    /// Count of values a little outside of the range.
    pub clamped: usize,
}

/// An archive of arrays.
pub struct Archive {
    file: String,
    bytes: Arc<dyn Bytes>,
    names: Vec<String>,
}

impl Archive {
    /// Opens the bytes of an archive; `file` is its name in errors.
    ///
    /// # Errors
    /// [`Error::Data`] for bytes that are not an archive.
    pub fn open(file: &str, bytes: Arc<dyn Bytes>) -> Result<Self> {
        let archive = zip(file, bytes.bytes())?;
        let names = archive.file_names().filter_map(|name| name.strip_suffix(".npy")).map(Into::into).collect();
        Ok(Self { file: file.into(), bytes, names })
    }

    /// True if there is an array of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The array of this name.
    ///
    /// # Errors
    /// [`Error::Data`] if there is none, with the names of the others.
    pub fn array(&self, name: &str) -> Result<Array> {
        let place = Place::file(&*self.file).at(Step::Array(name.into()));
        let stopped = |error: &dyn Display| Error::data(place.clone(), stopped(error));
        if !self.has(name) {
            let mut known = self.names.clone();
            known.sort();
            return Err(Error::data(&*self.file, NpzProblem::NoArray { name: name.into(), known }));
        }
        let mut archive = zip(&self.file, self.bytes.bytes())?;
        let mut entry = archive.by_name(&format!("{name}.npy")).map_err(|error| stopped(&error))?;
        if entry.compression() == zip::CompressionMethod::Stored {
            let start = usize::try_from(entry.data_start()).unwrap_or(usize::MAX);
            let end = usize::try_from(entry.size()).ok().and_then(|size| start.checked_add(size));
            let end = end
                .filter(|&end| end <= self.bytes.bytes().len())
                .ok_or_else(|| Error::data(place.clone(), NpzProblem::BeyondEnd))?;
            return Ok(Array { place, bytes: self.bytes.clone(), range: start..end });
        }
        // Decompresses no more than the header promises, and one byte to notice an array that is too long.
        let (header, mut bytes) = header(&place, &mut entry)?;
        let length = length(&place, &header)?;
        entry.take((length as u64).saturating_add(1)).read_to_end(&mut bytes).map_err(|error| stopped(&error))?;
        let range = 0..bytes.len();
        Ok(Array { place, bytes: Arc::new(bytes), range })
    }
}

impl Array {
    /// The bytes of a `.npy` file; `file` is its name in errors.
    pub fn of_file(file: &str, bytes: Arc<dyn Bytes>) -> Self {
        let range = 0..bytes.bytes().len();
        Self { place: file.into(), bytes, range }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes.bytes()[self.range.clone()]
    }

    /// The header, and the position of the first value.
    fn header(&self) -> Result<(Header, usize)> {
        let mut cursor = Cursor::new(self.bytes());
        let (header, _) = header(&self.place, &mut cursor)?;
        let start = cursor.position() as usize;
        let (bytes, found) = (length(&self.place, &header)?, self.bytes().len() - start);
        if bytes != found {
            return Err(self.fail(NpzProblem::Length { shape: header.shape.clone(), bytes, found }));
        }
        Ok((header, start))
    }

    /// The images; `size` is the rows and columns of images that are rows of numbers, `range` that of the numbers, if it is
    /// known.
    ///
    /// # Errors
    /// [`Error::Data`] for an array that is not `[n, height, width]` or `[n, pixels]` of grey values.
    pub fn images(&self, size: &[usize], range: Option<GreyRange>) -> Result<ArrayImages> {
        let (header, start) = self.header()?;
        let dimensions: Vec<usize> = header.shape.iter().map(|&size| size as usize).collect();
        let (images, (height, width)) = match dimensions[..] {
            [images, height, width] | [images, height, width, 1] => (images, (height, width)),
            [images, pixels] => (images, shape(self.place.clone(), pixels, size)?),
            _ => return Err(self.fail(NpzProblem::ImagesShape { shape: header.shape.clone() })),
        };
        if let ([_, _, _, ..], &[rows, columns]) = (&dimensions[..], size)
            && (rows, columns) != (height, width)
        {
            return Err(self.fail(NpzProblem::OtherSize { found: (height, width), expected: (rows, columns) }));
        }
        if images == 0 || [height, width].iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(self.fail(NpzProblem::ImagesSize { shape: header.shape.clone(), max: MAX_SIDE }));
        }
        if type_of(&header) == Some((TypeChar::Uint, 1)) && header.order == Order::C && range.is_none() {
            let range = self.range.start + start..self.range.end;
            let pixels = Pixels::new(height * width, self.bytes.clone(), range);
            return Ok(ArrayImages { height, width, pixels, range: None, clamped: 0 });
        }
        let place = |at: usize| self.place.clone().at(Step::Value(at));
        let grey = Grey::read(
            range,
            |values| {
                let mut at = 0;
                self.for_each(&header, start, |value| {
                    at += 1;
                    values.push(value).map_err(|problem| Error::data(place(at - 1), problem))
                })
            },
            place,
        )?;
        let Grey { values, range, clamped } = grey;
        let values = if header.order == Order::C {
            values
        } else {
            transposed(&values, images, height * width, (height, width), dimensions.len())
        };
        Ok(ArrayImages { height, width, pixels: Pixels::in_memory(height * width, values), range, clamped })
    }

    /// Labels or groups: whole numbers.
    ///
    /// # Errors
    /// [`Error::Data`] for an array that is not `[n]` of whole numbers.
    pub fn labels(&self) -> Result<Vec<i64>> {
        let (header, start) = self.header()?;
        if !matches!(header.shape[..], [_] | [_, 1]) {
            return Err(self.fail(NpzProblem::LabelsShape { shape: header.shape.clone() }));
        }
        let mut labels = Vec::new();
        self.for_each(&header, start, |value| {
            if value.fract() != 0.0 || value.abs() > MAX_LABEL {
                let place = self.place.clone().at(Step::Value(labels.len()));
                return Err(Error::data(place, NpzProblem::LabelValue { found: value }));
            }
            labels.push(value as i64);
            Ok(())
        })?;
        Ok(labels)
    }

    /// Passes all values to `take`, in the order in which they are stored.
    fn for_each(&self, header: &Header, start: usize, mut take: impl FnMut(f64) -> Result<()>) -> Result<()> {
        macro_rules! values {
            ($type:ty) => {{
                let kind = header.kind.clone().map(DType::new_scalar).expect("its type was matched");
                let reader = <$type>::reader(&kind).map_err(|error| self.fail(stopped(&error)))?;
                let mut values = &self.bytes()[start..];
                while !values.is_empty() {
                    take(reader.read_one(&mut values).map_err(|error| self.fail(stopped(&error)))? as f64)?;
                }
                Ok(())
            }};
        }
        match type_of(header) {
            Some((TypeChar::Uint, 1)) => values!(u8),
            Some((TypeChar::Uint, 2)) => values!(u16),
            Some((TypeChar::Uint, 4)) => values!(u32),
            Some((TypeChar::Uint, 8)) => values!(u64),
            Some((TypeChar::Int, 1)) => values!(i8),
            Some((TypeChar::Int, 2)) => values!(i16),
            Some((TypeChar::Int, 4)) => values!(i32),
            Some((TypeChar::Int, 8)) => values!(i64),
            Some((TypeChar::Float, 4)) => values!(f32),
            Some((TypeChar::Float, 8)) => values!(f64),
            Some((TypeChar::Bool, _)) => {
                self.bytes()[start..].iter().try_for_each(|&value| take(f64::from(value != 0)))
            }
            _ => Err(self.fail(NpzProblem::ValueType { kind: brief(&header.type_text) })),
        }
    }

    fn fail(&self, problem: NpzProblem) -> Error {
        Error::data(self.place.clone(), problem)
    }
}

/// Brings values in Fortran's order, in which the first dimension changes fastest, to C's order.
fn transposed(
    values: &[u8],
    images: usize,
    pixels: usize,
    (height, width): (usize, usize),
    dimensions: usize,
) -> Vec<u8> {
    let mut usual = Vec::with_capacity(values.len());
    for image in 0..images {
        for pixel in 0..pixels {
            // An image of one dimension is stored by pixel; one of two by column, then by row.
            let pixel = if dimensions == 2 { pixel } else { pixel % width * height + pixel / width };
            usual.push(values[pixel * images + image]);
        }
    }
    usual
}

fn zip<'a>(file: &str, bytes: &'a [u8]) -> Result<ZipArchive<Cursor<&'a [u8]>>> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        let problem = match error {
            ZipError::InvalidArchive(_) | ZipError::UnsupportedArchive(_) => {
                NpzProblem::NotAnArchive { error: brief(&error.to_string()) }
            }
            error => stopped(&error),
        };
        Error::data(file, problem)
    })
}

/// Reads the header of an array, and the bytes up to its end.
fn header(place: &Place, from: &mut impl Read) -> Result<(Header, Vec<u8>)> {
    let fail = |problem: NpzProblem| Error::data(place.clone(), problem);
    let cut = |error: io::Error| fail(NpzProblem::NotAnArray { error: brief(&error.to_string()) });
    let mut start = vec![0; 10];
    from.read_exact(&mut start).map_err(cut)?;
    let mut length = usize::from(u16::from_le_bytes([start[8], start[9]]));
    if start[6] >= 2 {
        let mut more = [0; 2];
        from.read_exact(&mut more).map_err(cut)?;
        start.extend(more);
        length |= usize::from(u16::from_le_bytes(more)) << 16;
    }
    if !start.starts_with(b"\x93NUMPY") || length > MAX_HEADER_BYTES {
        return Err(fail(NpzProblem::NoSignature));
    }
    let text_start = start.len();
    start.resize(text_start + length, 0);
    from.read_exact(&mut start[text_start..]).map_err(cut)?;
    let text = std::str::from_utf8(&start[text_start..]).map_err(|_| fail(NpzProblem::Header))?;
    let header = Header::parse(text).map_err(fail)?;
    Ok((header, start))
}

/// Number of bytes that the values of an array take.
fn length(place: &Place, header: &Header) -> Result<usize> {
    let size = header.kind.as_ref().and_then(TypeStr::num_bytes).and_then(|size| {
        header.shape.iter().try_fold(size, |product, &size| product.checked_mul(usize::try_from(size).ok()?))
    });
    let problem = || NpzProblem::Promise { kind: brief(&header.type_text), shape: header.shape.clone() };
    size.ok_or_else(|| Error::data(place.clone(), problem()))
}

fn stopped(error: &dyn Display) -> NpzProblem {
    NpzProblem::Stopped { error: brief(&error.to_string()) }
}

fn type_of(header: &Header) -> Option<(TypeChar, u64)> {
    header.kind.as_ref().map(|kind| (kind.type_char(), kind.size_field()))
}

/// Writes the training images and the test images of a dataset as an archive: `x_train`, `y_train`, `x_test` and `y_test`,
/// and `group_train` and `group_test` if groups are known.
///
/// # Shapes
/// As those of [`write_part`].
///
/// # Errors
/// Those of the writer.
pub fn write(to: impl Write + Seek, dataset: &Dataset, train: &[usize], test: &[usize]) -> io::Result<()> {
    let mut archive = Writer::new(to);
    archive.part(dataset, train, "_train")?;
    archive.part(dataset, test, "_test")?;
    archive.finish()
}

/// Writes images of a dataset as an archive of `x`, `y`, and `group` if groups are known.
///
/// # Shapes
/// - x `[images, height, width]`, bytes
/// - y `[images]`, class indices, and group `[images]`, group numbers, of 64 bits
///
/// # Errors
/// Those of the writer.
pub fn write_part(to: impl Write + Seek, dataset: &Dataset, images: &[usize]) -> io::Result<()> {
    let mut archive = Writer::new(to);
    archive.part(dataset, images, "")?;
    archive.finish()
}

/// An archive that is being written.
struct Writer<W: Write + Seek>(zip::ZipWriter<W>);

impl<W: Write + Seek> Writer<W> {
    fn new(to: W) -> Self {
        Self(zip::ZipWriter::new(to))
    }

    /// Writes images, labels and groups under names that end in `suffix`.
    fn part(&mut self, dataset: &Dataset, images: &[usize], suffix: &str) -> io::Result<()> {
        let shape = [images.len() as u64, dataset.height() as u64, dataset.width() as u64];
        let pixels = images.iter().flat_map(|&image| dataset.pixels(image).iter().copied());
        self.array(&format!("x{suffix}"), &shape, pixels)?;
        let labels = images.iter().map(|&image| dataset.label(image) as i64);
        self.array(&format!("y{suffix}"), &shape[..1], labels)?;
        if let Some(groups) = dataset.groups() {
            let groups = images.iter().map(|&image| i64::from(groups[image]));
            self.array(&format!("group{suffix}"), &shape[..1], groups)?;
        }
        Ok(())
    }

    fn array<T: npyz::AutoSerialize>(
        &mut self,
        name: &str,
        shape: &[u64],
        values: impl Iterator<Item = T>,
    ) -> io::Result<()> {
        // Uncompressed arrays are not copied when they are read.
        let stored = zip::CompressionMethod::Stored;
        let options = zip::write::FileOptions::default().compression_method(stored).large_file(true);
        self.0.start_file(format!("{name}.npy"), options)?;
        let mut array = npyz::WriteOptions::new().default_dtype().shape(shape).writer(&mut self.0).begin_nd()?;
        array.extend(values)?;
        array.finish()
    }

    fn finish(mut self) -> io::Result<()> {
        self.0.finish()?;
        Ok(())
    }
}
