//! NumPy arrays: an archive, a folder of `.npy` files, or one such file.

use std::path::{Path, PathBuf};

use crate::config::{Column, DataConfig};
use crate::data::{GreyRange, Images, Labels, Origin, Part, Parts, Reading, Reason, Remark, Thing, Unit};
use crate::error::data::NpzProblem;
use crate::error::{Place, Step};
use crate::formats::ImageShape;
use crate::formats::names::{self, Role};
use crate::formats::npz::{Archive, Array, ArrayImages, ArrayLabels, ImageStream};
use crate::native::error::{Error, Result, SourceProblem};

use super::super::pictures::shown;
use super::{listing, map, source_error};

/// Arrays by their names.
pub struct Arrays {
    path: PathBuf,
    names: Vec<String>,
    kept_in: KeptIn,
}

enum KeptIn {
    Archive(Archive),
    Folder,
    File,
}

/// The arrays of one part.
pub struct Chosen {
    pub part: Part,
    pub images: String,
    /// `None` for images without labels.
    pub labels: Option<String>,
}

impl Arrays {
    /// Opens an archive, a folder or a file; what is not an array is left out.
    pub fn open(path: &Path, reading: &mut Reading) -> Result<Self> {
        let (names, kept_in) = if path.is_dir() {
            let entries = listing::entries(path, reading)?;
            let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.is_folder);
            reading.leave_out_all(Thing::Folder, folders.iter().map(|entry| shown(&entry.path)), Reason::OtherFile);
            let names = reading.sift(Thing::File, files, |entry| match entry.name.strip_suffix(".npy") {
                Some(name) => Ok(name.to_string()),
                None => Err((shown(&entry.path), Reason::OtherFile)),
            });
            if names.is_empty() {
                return Err(source_error(path, SourceProblem::NoArrays));
            }
            (names, KeptIn::Folder)
        } else if is_array_file(path) {
            (vec![path.file_stem().unwrap_or_default().to_string_lossy().into_owned()], KeptIn::File)
        } else {
            return Ok(Self::of_archive(path, archive(path, reading)?));
        };
        Ok(Self { path: path.into(), names, kept_in })
    }

    fn of_archive(path: &Path, archive: Archive) -> Self {
        Self { path: path.into(), names: archive.names().to_vec(), kept_in: KeptIn::Archive(archive) }
    }

    pub fn array(&self, name: &str) -> Result<Array> {
        let of_file = |path: &Path| Ok(Array::of_file(&shown(path), map(path)?));
        match &self.kept_in {
            KeptIn::Archive(archive) => Ok(archive.array(name)?),
            _ if !self.has(name) => {
                let problem = NpzProblem::NoArray { name: name.into(), known: self.names.clone() };
                Err(self.fail(problem))
            }
            KeptIn::Folder => of_file(&self.path.join(format!("{name}.npy"))),
            KeptIn::File => of_file(&self.path),
        }
    }

    /// The arrays of each part: those that the configuration names, and else those whose names say so. The others are left
    /// out.
    pub fn choose(&self, config: &DataConfig, reading: &mut Reading) -> Result<Vec<Chosen>> {
        let mut choice = Choice { arrays: self, config, free: self.names.clone(), reading };
        choice.take_what_settings_name();
        let train = choice.train()?;
        let mut chosen = vec![train];
        for part in [Part::Validation, Part::Test] {
            match (choice.named(Role::Images, part)?, choice.named(Role::Labels, part)?) {
                (Some(images), labels) => chosen.push(Chosen { part, images, labels }),
                (None, Some(labels)) => choice.reading.leave_out(Thing::Array, labels, Reason::LabelsAlone),
                (None, None) => {}
            }
        }
        let groups: Vec<String> = match &config.group {
            Column::Name(group) if !group.is_empty() => {
                chosen.iter().flat_map(|chosen| group_names(group, chosen)).collect()
            }
            _ => Vec::new(),
        };
        let rest = choice.free.into_iter().filter(|name| !groups.contains(name));
        reading.leave_out_all(Thing::Array, rest, Reason::OtherName);
        Ok(chosen)
    }

    /// The array of images for a network to answer about: the one without labels, or the one to test with, or the only one.
    /// The others, and labels, are left out.
    fn choose_to_predict(&self, reading: &mut Reading) -> Result<String> {
        let config = DataConfig::default();
        let mut choice = Choice { arrays: self, config: &config, free: self.names.clone(), reading };
        let (mut found, mut labels) = (Vec::new(), Vec::new());
        for part in [Part::Test, Part::Validation, Part::Train] {
            let of_part = choice.named(Role::Labels, part)?;
            found.extend(choice.named(Role::Images, part)?.map(|images| (images, of_part.is_some())));
            labels.extend(of_part);
        }
        if found.is_empty() {
            let known = choice.shapes();
            let images = only(&known, are_images).ok_or_else(|| self.fail(NpzProblem::NoImagesToPredict { known }))?;
            choice.free.retain(|name| *name != images);
            found.push((images, false));
        }
        let rest = choice.free;
        let chosen = found.iter().position(|(_, is_labelled)| !is_labelled).unwrap_or(0);
        let (images, _) = found.swap_remove(chosen);
        reading.leave_out_all(Thing::Array, labels, Reason::Labels);
        reading.leave_out_all(Thing::Array, found.into_iter().map(|(other, _)| other), Reason::OtherPart);
        reading.leave_out_all(Thing::Array, rest, Reason::OtherName);
        Ok(images)
    }

    /// The name of the array of groups for the images of a part.
    fn group(&self, group: &str, chosen: &Chosen) -> Option<String> {
        group_names(group, chosen).into_iter().find(|name| self.has(name))
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    fn shape(&self, name: &str) -> Result<Vec<u64>> {
        match &self.kept_in {
            KeptIn::Archive(archive) => Ok(archive.shape(name)?),
            _ => Ok(self.array(name)?.shape()?),
        }
    }

    fn fail(&self, problem: NpzProblem) -> Error {
        crate::Error::data(shown(&self.path), problem).into()
    }
}

/// The arrays while they are chosen.
struct Choice<'a> {
    arrays: &'a Arrays,
    config: &'a DataConfig,
    /// The arrays that are not chosen yet.
    free: Vec<String>,
    reading: &'a mut Reading,
}

impl Choice<'_> {
    fn take_what_settings_name(&mut self) {
        for role in [Role::Images, Role::Labels] {
            for part in [Part::Train, Part::Validation, Part::Test] {
                let (_, name) = names::setting(self.config, role, part);
                self.free.retain(|free| free != name);
            }
        }
    }

    /// The images to train on and their labels.
    fn train(&mut self) -> Result<Chosen> {
        let (images, labels) = (self.named(Role::Images, Part::Train)?, self.named(Role::Labels, Part::Train)?);
        let (images, labels) = match (images, labels) {
            (Some(images), Some(labels)) => (images, labels),
            (images, labels) => self.by_shape(images, labels)?,
        };
        Ok(Chosen { part: Part::Train, images, labels: Some(labels) })
    }

    /// The array that is named for a role and a part. Of arrays with the same values, the one with most dimensions.
    fn named(&mut self, role: Role, part: Part) -> Result<Option<String>> {
        let (setting, name) = names::setting(self.config, role, part);
        if !name.is_empty() {
            return Ok(Some(name.into()));
        }
        let mut candidates: Vec<String> =
            names::candidates(&self.free, role, part).into_iter().map(Into::into).collect();
        if candidates.len() > 1 {
            let dimensions = |name: &String| self.arrays.shape(name).map_or(0, |shape| shape.len());
            candidates.sort_by_key(|name| std::cmp::Reverse(dimensions(name)));
            let first = self.arrays.array(&candidates[0])?;
            for other in &candidates[1..] {
                if !self.arrays.array(other)?.has_values_of(&first) {
                    let arrays = [candidates[0].clone(), other.clone()];
                    return Err(self.arrays.fail(NpzProblem::TwoArrays { setting, arrays }));
                }
                self.reading.leave_out(Thing::Array, other, Reason::Copy);
            }
        }
        self.free.retain(|name| !candidates.contains(name));
        Ok(candidates.into_iter().next())
    }

    /// Images or labels of no usual name: the only array with the shape of images, and the only one with a label for each.
    fn by_shape(&mut self, images: Option<String>, labels: Option<String>) -> Result<(String, String)> {
        let known = self.shapes();
        let Some(images) = images.or_else(|| only(&known, are_images)) else {
            return Err(self.arrays.fail(NpzProblem::NoImages { known }));
        };
        let count = self.arrays.shape(&images)?.first().copied();
        let are_labels = |shape: &[u64]| matches!(shape, [_] | [_, 1]) && shape.first().copied() == count;
        let Some(labels) = labels.or_else(|| only(&known, are_labels)) else {
            return Err(self.arrays.fail(NpzProblem::NoLabels { images }));
        };
        self.free.retain(|name| *name != images && *name != labels);
        self.reading.remark(Remark::ByShape { images: images.clone(), labels: labels.clone() });
        Ok((images, labels))
    }

    /// The arrays that are not chosen yet, with their shapes.
    fn shapes(&self) -> Vec<(String, Vec<u64>)> {
        self.free.iter().filter_map(|name| Some((name.clone(), self.arrays.shape(name).ok()?))).collect()
    }
}

/// The only array of no usual name whose shape fits.
fn only(known: &[(String, Vec<u64>)], fits: impl Fn(&[u64]) -> bool) -> Option<String> {
    let mut fitting = known.iter().filter(|(name, shape)| !names::is_usual(name) && fits(shape));
    fitting.next().filter(|_| fitting.next().is_none()).map(|(name, _)| name.clone())
}

fn are_images(shape: &[u64]) -> bool {
    shape.len() > 1 && shape[1..].iter().any(|&size| size > 1)
}

/// Opens an archive; what is not an array is left out.
fn archive(path: &Path, reading: &mut Reading) -> Result<Archive> {
    let archive = Archive::open(&shown(path), map(path)?)?;
    reading.leave_out_all(Thing::File, archive.others().iter().cloned(), Reason::OtherFile);
    Ok(archive)
}

pub fn open(path: &Path, config: &DataConfig) -> Result<Parts> {
    let mut reading = Reading::new(shown(path));
    let arrays = Arrays::open(path, &mut reading)?;
    if let Column::Position(position) = config.group {
        return Err(source_error(path, SourceProblem::GroupPosition { position }));
    }
    let mut range = GreyRange::of_setting(&config.range);
    let (mut train, mut validation, mut test) = (None, None, None);
    for chosen in arrays.choose(config, &mut reading)? {
        let images = match &chosen.labels {
            Some(labels) => {
                let (images, found) = part(&arrays, &chosen, labels, config, range)?;
                if chosen.part == Part::Train {
                    range = found;
                }
                images
            }
            None => {
                let array = arrays.array(&chosen.images)?;
                let images = array.shape()?.first().map_or(0, |&images| images as usize);
                reading.part(Part::Unlabelled, array.place().to_string(), images);
                continue;
            }
        };
        match chosen.part {
            Part::Validation => validation = Some(images),
            Part::Test => test = Some(images),
            Part::Train | Part::Unlabelled => train = Some(images),
        }
    }
    let mut train: Images = train.expect("images to train on come first, with labels");
    train.reading.merge(reading);
    Ok(Parts { train, validation, test })
}

/// Rows, columns and channels of images that are so many numbers in a row.
pub type ShapeOfRows<'a> = &'a dyn Fn(&Place, usize) -> Result<ImageShape>;

/// The images of an array, or of an archive, for a network to answer about.
pub fn to_predict(path: &Path, is_archive: bool, shape: ShapeOfRows<'_>, reading: &mut Reading) -> Result<ImageStream> {
    if !is_archive {
        let array = Array::of_file(&shown(path), map(path)?);
        let size = size_of_rows(array.place(), &array.shape()?, shape)?;
        return Ok(ImageStream::of_array(array, &size)?);
    }
    let archive = archive(path, reading)?;
    let name = Arrays::of_archive(path, archive.clone()).choose_to_predict(reading)?;
    let place = Place::file(shown(path)).at(Step::Array(name.clone()));
    let size = size_of_rows(&place, &archive.shape(&name)?, shape)?;
    Ok(ImageStream::of_archive(&archive, &name, &size)?)
}

/// The size of the images of an array of rows of numbers, as [`Array::images`] takes it.
fn size_of_rows(place: &Place, shape: &[u64], of_rows: ShapeOfRows<'_>) -> Result<Vec<usize>> {
    let [_, values] = *shape else { return Ok(Vec::new()) };
    let ImageShape { height, width, channels } = of_rows(place, values as usize)?;
    Ok([height, width].into_iter().chain((channels > 1).then_some(channels)).collect())
}

/// The images of one part, and the range of their numbers; `range` is that of the training images, if it is known.
fn part(
    arrays: &Arrays,
    chosen: &Chosen,
    labels: &str,
    config: &DataConfig,
    range: Option<GreyRange>,
) -> Result<(Images, Option<GreyRange>)> {
    let Chosen { images: name, .. } = chosen;
    let array = arrays.array(name)?;
    let mut reading = Reading::new(array.place().to_string());
    let ArrayImages { height, width, channels, pixels, range: found, clamped, remark } =
        array.images(&config.row_shape(), range)?;
    if chosen.part != Part::Train {
        GreyRange::check_part(found, range, array.place().clone())?;
    }
    GreyRange::report(found, clamped, &mut reading);
    remark.into_iter().for_each(|remark| reading.remark(remark));
    let same_length = |other: &str, found: usize| match found == pixels.len() {
        true => Ok(()),
        false => {
            let (image_array, images) = (name.clone(), pixels.len());
            Err(source_error(
                &arrays.path,
                SourceProblem::ArrayLength { name: other.into(), found, image_array, images },
            ))
        }
    };
    let ArrayLabels { labels: values, remarks } = arrays.array(labels)?.labels()?;
    remarks.into_iter().for_each(|remark| reading.remark(remark));
    same_length(labels, values.len())?;
    let groups = match &config.group {
        Column::Name(group) if !group.is_empty() => {
            let group = arrays.group(group, chosen).unwrap_or_else(|| group_names(group, chosen).swap_remove(0));
            let groups = arrays.array(&group)?.numbers()?;
            same_length(&group, groups.len())?;
            Some(Labels::Numbers(groups))
        }
        _ => None,
    };
    let file = match arrays.kept_in {
        KeptIn::File => array.place().clone(),
        _ => Place::file(shown(&arrays.path)).at(Step::Array(name.clone())),
    };
    let origin = Origin::File { file, unit: Unit::Image, first: 0 };
    let is_unit = found == Some(GreyRange::UNIT);
    let (is_light, labels) = (false, values);
    let images = Images { height, width, channels, pixels, is_light, is_unit, labels, groups, origin, reading };
    Ok((images, found))
}

/// The names that the array of groups can have for the images of a part: `group` in the form of the images' own name.
fn group_names(group: &str, chosen: &Chosen) -> Vec<String> {
    let both = |word: &str| [format!("{group}_{word}"), format!("{word}_{group}")];
    match (names::part_word(&chosen.images), chosen.part) {
        (Some(word), _) => both(&word).to_vec(),
        (None, Part::Validation) => both("validation").to_vec(),
        (None, Part::Test) => both("test").to_vec(),
        (None, Part::Train | Part::Unlabelled) => vec![group.into()],
    }
}

/// The arrays called `group`, if all images have a number in them.
///
/// # Errors
/// Those of opening an archive.
pub fn group(path: &Path) -> Result<Column> {
    let mut reading = Reading::new("");
    let arrays = Arrays::open(path, &mut reading)?;
    // The source reports what is wrong.
    let Ok(chosen) = arrays.choose(&DataConfig::default(), &mut reading) else { return Ok(Column::default()) };
    let has_numbers = |chosen: &Chosen| {
        let group = arrays.group("group", chosen);
        group.is_some_and(|group| arrays.array(&group).is_ok_and(|array| array.numbers().is_ok()))
    };
    let mut labelled = chosen.iter().filter(|chosen| chosen.labels.is_some());
    Ok(if labelled.all(has_numbers) { Column::Name("group".into()) } else { Column::default() })
}

/// The arrays of images and labels to test with, where there are none to train on; `None` for everything else.
pub fn test_arrays(path: &Path) -> Option<(String, String)> {
    let arrays = Arrays::open(path, &mut Reading::new("")).ok()?;
    let named = |role, part| names::candidates(&arrays.names, role, part).first().map(ToString::to_string);
    match named(Role::Images, Part::Train) {
        Some(_) => None,
        None => named(Role::Images, Part::Test).zip(named(Role::Labels, Part::Test)),
    }
}

/// Returns whether a file is a single array.
fn is_array_file(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("npy"))
}
