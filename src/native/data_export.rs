//! Exports the images of a split in formats that other programs read.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};

use crate::config::{Channels, Column, DataConfig, Experiment, PicturePreprocessing, Portion, Source, SplitBy};
use crate::data::{Dataset, Split};
use crate::formats::{idx, npz, table};
use crate::native::error::{FileAction, FileProblem, Result};

use super::files::{file_error, new_beside, sync_folder, unsuited};

/// An export format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `train.csv` and `test.csv` in a folder.
    Csv,
    /// An archive of NumPy arrays.
    Npz,
    /// The four files of the MNIST family in a folder.
    Idx,
    /// PNG pictures, in a folder for each part and class.
    Folder,
}

/// Writes the images of a split; validation images come last among the training images.
///
/// Returns the table `[data]` of a configuration that reads them, in the same split.
///
/// # Errors
/// [`Error::Unsuited`](crate::native::Error::Unsuited) when `out` exists already, and when a class cannot name a folder;
/// [`Error::File`](crate::native::Error::File) when it cannot be written. Nothing is left half-written.
pub fn export(dataset: &Dataset, split: &Split, experiment: &Experiment, format: Format, out: &Path) -> Result<String> {
    if out.symlink_metadata().is_ok() {
        return Err(unsuited(out, FileProblem::Exists));
    }
    if let (Format::Folder, Some(class)) = (format, dataset.classes().iter().find(|name| !is_folder_name(name))) {
        return Err(unsuited(out, FileProblem::ClassName { class: class.clone() }));
    }
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(|source| file_error(FileAction::Create, parent, source))?;
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let is_free = |path: &Path| match path.symlink_metadata() {
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => Ok(()),
    };
    let staged = new_beside(parent, &name, is_free).map_err(|source| file_error(FileAction::Create, parent, source))?.0;
    let train = [split.train.as_slice(), &split.validation].concat();
    let written = match format {
        Format::Csv => write_csv(dataset, &train, &split.test, &staged),
        Format::Npz => write_file(&staged, |file| npz::write(file, dataset, &train, &split.test)),
        Format::Idx => write_idx(dataset, &train, &split.test, &staged),
        Format::Folder => write_folder(dataset, &train, &split.test, &staged),
    };
    let placed = written.and_then(|()| fs::rename(&staged, out));
    placed.map_err(|source| {
        let _ = if staged.is_dir() { fs::remove_dir_all(&staged) } else { fs::remove_file(&staged) };
        file_error(FileAction::Write, out, source)
    })?;
    sync_folder(parent)?;
    Ok(data_table(dataset, split, experiment, format, out))
}

fn is_folder_name(name: &str) -> bool {
    !name.contains(['/', '\\', '\0']) && !name.starts_with('.')
}

fn write_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write(&mut file)?;
    file.flush()?;
    file.get_ref().sync_all()
}

fn write_csv(dataset: &Dataset, train: &[usize], test: &[usize], folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    for (name, images) in [("train.csv", train), ("test.csv", test)] {
        write_file(&folder.join(name), |file| table::write(file, dataset, images))?;
    }
    Ok(())
}

fn write_idx(dataset: &Dataset, train: &[usize], test: &[usize], folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    for (name, images) in [("train", train), ("t10k", test)] {
        let shape = [images.len(), dataset.height(), dataset.width(), dataset.channels()];
        let dimensions = if dataset.channels() > 1 { 4 } else { 3 };
        write_file(&folder.join(format!("{name}-images-idx{dimensions}-ubyte")), |file| {
            idx::write(file, &shape[..dimensions], images.iter().map(|&image| dataset.pixels(image)))
        })?;
        let labels = images.iter().map(|&image| u8::try_from(dataset.label(image)));
        let labels: Vec<u8> = labels
            .collect::<Result<_, _>>()
            .map_err(|_| std::io::Error::other("idx files have room for 256 classes"))?;
        write_file(&folder.join(format!("{name}-labels-idx1-ubyte")), |file| {
            idx::write(file, &shape[..1], std::iter::once(labels.as_slice()))
        })?;
    }
    Ok(())
}

fn write_folder(dataset: &Dataset, train: &[usize], test: &[usize], folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    let full = u32::from(dataset.max_value());
    for (part, images) in [("train", train), ("test", test)] {
        let places: Vec<PathBuf> = dataset.classes().iter().map(|class| folder.join(part).join(class)).collect();
        places.iter().try_for_each(fs::create_dir_all)?;
        for (i, &image) in images.iter().enumerate() {
            let grey = |&value: &u8| ((u32::from(value) * u32::from(u8::MAX) + full / 2) / full) as u8;
            let pixels: Vec<u8> = dataset.pixels(image).iter().map(grey).collect();
            let (width, height) = (dataset.width() as u32, dataset.height() as u32);
            let picture: Option<DynamicImage> = match dataset.channels() {
                1 => GrayImage::from_raw(width, height, pixels).map(Into::into),
                _ => RgbImage::from_raw(width, height, pixels).map(Into::into),
            };
            let picture = picture.expect("an image has as many pixels as it says");
            let path = places[dataset.label(image)].join(format!("{i:07}.png"));
            write_file(&path, |file| picture.write_to(file, ImageFormat::Png).map_err(std::io::Error::other))?;
        }
    }
    Ok(())
}

/// The table of a configuration that reads the images again. Split by order, validation images are the last training
/// images; folders are sorted by class.
fn data_table(dataset: &Dataset, split: &Split, experiment: &Experiment, format: Format, out: &Path) -> String {
    let source = match format {
        Format::Csv => Source::Csv,
        Format::Npz => Source::Npz,
        Format::Idx => Source::Idx,
        Format::Folder => Source::Folder,
    };
    let (scale, by) = match format {
        Format::Folder => {
            let scale = experiment.data.scale * f32::from(u8::MAX) / f32::from(dataset.max_value());
            (scale, SplitBy::Stratified)
        }
        _ => (experiment.data.scale, SplitBy::Order),
    };
    // Pictures in folders have the full range of values; in the other formats, digits keep theirs.
    let is_digits = experiment.data.reads_digits() && format != Format::Folder;
    let preprocess = match experiment.data.preprocess {
        // What is centred stays so.
        PicturePreprocessing::Centred => PicturePreprocessing::Centred,
        _ if is_digits => PicturePreprocessing::Digit,
        _ => PicturePreprocessing::Resize,
    };
    let has_size = format == Format::Csv && !experiment.data.finds_digits();
    let config = DataConfig {
        path: out.display().to_string(),
        classes: dataset.classes().to_vec(),
        split: by,
        validation: Portion::Images(split.validation.len()),
        scale,
        offset: experiment.data.offset,
        channels: Channels::Number(dataset.channels()),
        size: if has_size { vec![dataset.height(), dataset.width()] } else { Vec::new() },
        group: match (format, dataset.groups()) {
            (Format::Csv | Format::Npz, Some(_)) => Column::Name("group".into()),
            _ => Column::default(),
        },
        ..DataConfig::of(source, preprocess)
    };
    let mut table = toml::Table::try_from(&config).expect("settings are plain values");
    let defaults = toml::Table::try_from(DataConfig::of(source, preprocess)).expect("settings are plain values");
    // These two decide the defaults of the others.
    let decides = |name: &str| name == "source" || name == "preprocess" && preprocess != PicturePreprocessing::Resize;
    table.retain(|name, value| decides(name) || defaults.get(name) != Some(value));
    format!("[data]\n{}", toml::to_string(&table).expect("settings are plain values"))
}
