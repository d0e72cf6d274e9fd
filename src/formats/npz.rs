//! NumPy arrays: `.npz` archives and the `.npy` files in them.
//!
//! Images are an array `[n, height, width]` or `[n, pixels]` of bytes, other whole numbers or floats; labels are an array
//! `[n]` of whole numbers. Arrays of bytes that lie uncompressed in an archive are read where they lie.

use std::io::{self, Cursor, Read, Seek, Write};
use std::ops::Range;
use std::sync::Arc;

use npyz::{NpyFile, NpyHeader, Order, TypeChar, WriterBuilder};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::data::{Bytes, Dataset, GreyValues, Pixels};
use crate::error::Result;

use super::{brief, broken, shape};

/// Longest header of an array that is read: NumPy's have 128 bytes.
const MAX_HEADER_BYTES: usize = 4096;
const HINT: &str = "save the arrays with numpy.savez: images as x, labels as y";

/// The bytes of one array: its header and its values.
pub struct Array {
    /// Its name in the archive.
    name: String,
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
    /// Whether the values were numbers from 0 to 1.
    pub is_unit: bool,
}

/// An archive, or what stands for one.
pub struct Archive {
    file: String,
    bytes: Arc<dyn Bytes>,
    names: Vec<String>,
}

impl Archive {
    /// Opens the bytes of an archive; `file` is the name that problems are reported under.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for bytes that are none.
    pub fn open(file: &str, bytes: Arc<dyn Bytes>) -> Result<Self> {
        let archive = zip(file, bytes.bytes())?;
        let names = archive.file_names().filter_map(|name| name.strip_suffix(".npy")).map(Into::into).collect();
        Ok(Self { file: file.into(), bytes, names })
    }

    /// Whether there is an array of that name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The array of a name.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) when there is none, with the names of those there are.
    pub fn array(&self, name: &str) -> Result<Array> {
        let place = format!("{}, array {name:?}", self.file);
        let damaged = |error: &dyn std::fmt::Display| {
            broken(place.clone(), cannot_read(error), "the file is damaged: get it again")
        };
        if !self.has(name) {
            let mut names = self.names.clone();
            names.sort();
            let known = if names.is_empty() { "none".into() } else { brief(&names.join(", ")) };
            return Err(broken(&self.file, format!("there is no array {name:?}; there are: {known}"), HINT));
        }
        let mut archive = zip(&self.file, self.bytes.bytes())?;
        let mut entry = archive.by_name(&format!("{name}.npy")).map_err(|error| damaged(&error))?;
        if entry.compression() == zip::CompressionMethod::Stored {
            let start = usize::try_from(entry.data_start()).unwrap_or(usize::MAX);
            let end = usize::try_from(entry.size()).ok().and_then(|size| start.checked_add(size));
            let end = end
                .filter(|&end| end <= self.bytes.bytes().len())
                .ok_or_else(|| damaged(&"it goes beyond the end of the file"))?;
            return Ok(Array { name: place, bytes: self.bytes.clone(), range: start..end });
        }
        // No more than the header of the array promises, which is held against what is there in turn.
        let (header, mut bytes) = header(&place, &mut entry)?;
        let length = length(&place, &header)?;
        entry.take((length as u64).saturating_add(1)).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        let range = 0..bytes.len();
        Ok(Array { name: place, bytes: Arc::new(bytes), range })
    }
}

impl Array {
    /// The bytes of a `.npy` file; `file` is the name that problems are reported under.
    pub fn of_file(file: &str, bytes: Arc<dyn Bytes>) -> Self {
        let range = 0..bytes.bytes().len();
        Self { name: file.into(), bytes, range }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes.bytes()[self.range.clone()]
    }

    /// The header, and where in the bytes the values begin.
    fn header(&self) -> Result<(NpyHeader, usize)> {
        let mut cursor = Cursor::new(self.bytes());
        let (header, _) = header(&self.name, &mut cursor)?;
        let start = cursor.position() as usize;
        let (promised, found) = (length(&self.name, &header)?, self.bytes().len() - start);
        if promised != found {
            let reason = format!(
                "the header promises {} values in {promised} bytes, but there are {found}",
                shown(header.shape())
            );
            return Err(broken(&self.name, reason, "the file is damaged: get it again"));
        }
        Ok((header, start))
    }

    /// The images; rows of numbers are shaped as `size` says.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for an array that is not `[n, height, width]` or `[n, pixels]` of grey values.
    pub fn images(&self, size: &[usize]) -> Result<ArrayImages> {
        let (header, start) = self.header()?;
        let dimensions: Vec<usize> = header.shape().iter().map(|&size| size as usize).collect();
        let (images, (height, width)) = match dimensions[..] {
            [images, height, width] | [images, height, width, 1] => (images, (height, width)),
            [images, pixels] => (images, shape(&self.name, pixels, size)?),
            _ => {
                let reason =
                    format!("its shape is {}, but must be [n, rows, columns] or [n, pixels]", shown(&dimensions));
                return Err(broken(&self.name, reason, HINT));
            }
        };
        if let ([_, _, _, ..], &[rows, columns]) = (&dimensions[..], size)
            && (rows, columns) != (height, width)
        {
            let reason = format!("the images are {height}x{width}, but data.size = [{rows}, {columns}]");
            return Err(broken(&self.name, reason, "leave data.size away"));
        }
        if images == 0 || height == 0 || width == 0 || height > 4096 || width > 4096 {
            let reason = format!("its shape is {}: no images, or none of 1x1 to 4096x4096 pixels", shown(&dimensions));
            return Err(broken(&self.name, reason, HINT));
        }
        if type_of(&header) == Some((TypeChar::Uint, 1)) && header.order() == Order::C {
            let range = self.range.start + start..self.range.end;
            let pixels = Pixels::new(height * width, self.bytes.clone(), range);
            return Ok(ArrayImages { height, width, pixels, is_unit: false });
        }
        let mut grey = GreyValues::default();
        let mut at = 0;
        self.for_each(&header, start, |value| {
            let hint = "values are whole numbers from 0 to 255, or all of them from 0 to 1";
            let place = || format!("{}, value {at}", self.name);
            grey.push(value).map_err(|reason| broken(place(), reason, hint))?;
            at += 1;
            Ok(())
        })?;
        let (is_unit, values) = (grey.is_unit(), grey.into_bytes());
        let values = if header.order() == Order::C {
            values
        } else {
            transposed(&values, images, height * width, (height, width), dimensions.len())
        };
        Ok(ArrayImages { height, width, pixels: Pixels::in_memory(height * width, values), is_unit })
    }

    /// Labels or groups: whole numbers.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) for an array that is not `[n]` of whole numbers.
    pub fn labels(&self) -> Result<Vec<i64>> {
        let (header, start) = self.header()?;
        if !matches!(header.shape(), [_] | [_, 1]) {
            let reason = format!("its shape is {}, but must be [n]", shown(header.shape()));
            return Err(broken(&self.name, reason, HINT));
        }
        let mut labels = Vec::new();
        self.for_each(&header, start, |value| {
            if value.fract() != 0.0 || value.abs() > 1e15 {
                let place = format!("{}, value {}", self.name, labels.len());
                return Err(broken(place, format!("the label is {value}, but must be a whole number"), HINT));
            }
            labels.push(value as i64);
            Ok(())
        })?;
        Ok(labels)
    }

    /// Hands over all values, in the order in which they are stored.
    fn for_each(&self, header: &NpyHeader, start: usize, mut take: impl FnMut(f64) -> Result<()>) -> Result<()> {
        macro_rules! values {
            ($type:ty) => {{
                let values = NpyFile::with_header(header.clone(), &self.bytes()[start..]).data::<$type>();
                let damaged = |error: &dyn std::fmt::Display| broken(&self.name, cannot_read(error), HINT);
                for value in values.map_err(|error| damaged(&error))? {
                    take(value.map_err(|error| damaged(&error))? as f64)?;
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
            _ => {
                let reason = format!(
                    "its values are of type {}, but must be whole numbers or floats of 32 or 64 bits",
                    brief(&header.dtype().descr())
                );
                Err(broken(&self.name, reason, "convert the array with .astype(\"uint8\") before saving it"))
            }
        }
    }
}

/// Values of an array that is stored with its first dimension changing fastest, in the usual order.
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
            // Rows of numbers are stored by pixel; images by column, then by row.
            let pixel = if dimensions == 2 { pixel } else { pixel % width * height + pixel / width };
            usual.push(values[pixel * images + image]);
        }
    }
    usual
}

fn zip<'a>(file: &str, bytes: &'a [u8]) -> Result<ZipArchive<Cursor<&'a [u8]>>> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        let reason = match error {
            ZipError::InvalidArchive(_) | ZipError::UnsupportedArchive(_) => {
                format!("it is no archive of arrays: {}", brief(&error.to_string()))
            }
            error => cannot_read(&error),
        };
        broken(file, reason, HINT)
    })
}

/// Reads the header of an array, and hands over its bytes; one that no NumPy would write is not even parsed.
fn header(place: &str, from: &mut impl Read) -> Result<(NpyHeader, Vec<u8>)> {
    let damaged = |reason: String| broken(place, reason, HINT);
    let cut = |error: io::Error| damaged(format!("it is no array: {}", brief(&error.to_string())));
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
        return Err(damaged("it is no array: it does not begin as NumPy's files do".into()));
    }
    let text_start = start.len();
    start.resize(text_start + length, 0);
    from.read_exact(&mut start[text_start..]).map_err(cut)?;
    if start[text_start..].iter().filter(|byte| b"([{".contains(byte)).count() > 4 {
        return Err(damaged("its header is not one of a plain array".into()));
    }
    let header = NpyHeader::from_reader(&*start);
    Ok((header.map_err(|_| damaged("its header is none that NumPy writes".into()))?, start))
}

/// Bytes that the values of an array take.
fn length(place: &str, header: &NpyHeader) -> Result<usize> {
    let size = header.dtype().num_bytes().filter(|_| !header.uses_pickled_array()).and_then(|size| {
        header.shape().iter().try_fold(size, |product, &size| product.checked_mul(usize::try_from(size).ok()?))
    });
    let reason = || {
        format!(
            "its header promises values of type {} in a shape of {}, which is none for images",
            brief(&header.dtype().descr()),
            shown(header.shape())
        )
    };
    size.ok_or_else(|| broken(place, reason(), HINT))
}

fn shown(shape: &(impl std::fmt::Debug + ?Sized)) -> String {
    brief(&format!("{shape:?}"))
}

fn cannot_read(error: &dyn std::fmt::Display) -> String {
    format!("it cannot be read: {}", brief(&error.to_string()))
}

fn type_of(header: &NpyHeader) -> Option<(TypeChar, u64)> {
    match header.dtype() {
        npyz::DType::Plain(kind) => Some((kind.type_char(), kind.size_field())),
        _ => None,
    }
}

/// Writes the two parts of a dataset as an archive: `x_train`, `y_train`, `x_test`, `y_test`, labels being class indices,
/// and, where groups are known, `group_train` and `group_test`, their numbers.
///
/// # Errors
/// Those of the writer.
pub fn write(to: impl Write + Seek, dataset: &Dataset, train: &[usize], test: &[usize]) -> io::Result<()> {
    let mut archive = Writer::new(to);
    archive.part(dataset, train, "_train")?;
    archive.part(dataset, test, "_test")?;
    archive.finish()
}

/// Writes some images of a dataset as an archive of one part: `x`, `y`, and `group` where groups are known.
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
        // Uncompressed, arrays are read where they lie.
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
