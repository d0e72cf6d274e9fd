//! Datasets as archives of NumPy arrays.

use std::io::{self, Seek, Write};

use npyz::WriterBuilder;

use crate::data::Dataset;

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
/// - x `[images, height, width]`, bytes; `[images, height, width, 3]` in colour
/// - y `[images]`, class indices, and group `[images]`, group numbers, of 64 bits
///
/// # Errors
/// Those of the writer.
pub fn write_part(to: impl Write + Seek, dataset: &Dataset, images: &[usize]) -> io::Result<()> {
    let mut archive = Writer::new(to);
    archive.part(dataset, images, "")?;
    archive.finish()
}

/// The numbers of groups: their names, if all of them are numbers; else counted from 0.
fn numbers(names: &[String]) -> Vec<i64> {
    let named: Option<Vec<i64>> = names.iter().map(|name| name.parse().ok()).collect();
    named.unwrap_or_else(|| (0..).take(names.len()).collect())
}

/// An archive that is being written.
struct Writer<W: Write + Seek>(zip::ZipWriter<W>);

impl<W: Write + Seek> Writer<W> {
    fn new(to: W) -> Self {
        Self(zip::ZipWriter::new(to))
    }

    /// Writes images, labels and groups under names that end in `suffix`.
    fn part(&mut self, dataset: &Dataset, images: &[usize], suffix: &str) -> io::Result<()> {
        let shape = [images.len(), dataset.height(), dataset.width(), dataset.channels()].map(|size| size as u64);
        let dimensions = if dataset.channels() > 1 { 4 } else { 3 };
        let pixels = images.iter().flat_map(|&image| dataset.pixels(image).iter().copied());
        self.array(&format!("x{suffix}"), &shape[..dimensions], pixels)?;
        let labels = images.iter().map(|&image| dataset.label(image) as i64);
        self.array(&format!("y{suffix}"), &shape[..1], labels)?;
        if let Some(groups) = dataset.groups() {
            let numbers: Vec<i64> = numbers(dataset.group_names());
            let groups = images.iter().map(|&image| numbers[groups[image] as usize]);
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
