//! Rules between settings: values that are each allowed but contradict each other.

use super::problem::ProblemKind;
use super::settings::{DataConfig, Experiment};
use super::values::{Channels, PicturePreprocessing, Portion, Source, SplitBy};

/// A setting and what contradicts it.
pub(super) type Contradiction = (&'static str, ProblemKind);

/// Every contradiction between the settings of an experiment.
pub(super) fn contradictions(experiment: &Experiment) -> Vec<Contradiction> {
    let Experiment { data, .. } = experiment;
    let mut found = settings_of_other_sources(data);
    found.extend(settings_of_the_source(data));
    found.extend(sizes_of_the_splits(experiment));
    if !experiment.augmentation.colour.is_empty() && data.channels == Channels::GREY {
        found.push(("augmentation.colour", ProblemKind::GreyColours));
    }
    if let [size] = data.size[..] {
        found.push(("data.size", ProblemKind::OneNumberForSize { found: size }));
    }
    found.extend(stages(experiment));
    found
}

/// Stages of convolution that images of a known size are too small for. The split checks images whose size is not known
/// before they are read.
fn stages(Experiment { data, model, .. }: &Experiment) -> Option<Contradiction> {
    let stages = model.filters.len();
    let (height, width) = match (data.source, data.preprocess, &data.size[..]) {
        (Source::Digits, ..) | (_, PicturePreprocessing::Digit, _) => (8, 8),
        (_, PicturePreprocessing::Centred, _) => (28, 28),
        (.., &[height, width]) => (height, width),
        _ => return None,
    };
    let max = most_stages(height, width);
    (stages > max).then_some(("model.filters", ProblemKind::TooManyStages { stages, height, width, max }))
}

/// The most stages of convolution that an image can go through: each halves its sides, rounded down.
pub(crate) fn most_stages(height: usize, width: usize) -> usize {
    height.min(width).checked_ilog2().unwrap_or(0) as usize
}

/// Settings that do not apply to the source: more likely a mistake than meant.
fn settings_of_other_sources(data: &DataConfig) -> Vec<Contradiction> {
    use Source::{Csv, Folder, Idx, Npz, Parquet};
    const APPLIES_TO: [(&str, &[Source]); 21] = [
        ("data.path", &[Idx, Csv, Folder, Npz, Parquet]),
        ("data.images", &[Idx, Npz]),
        ("data.labels", &[Idx, Npz]),
        ("data.train_images", &[Idx, Npz]),
        ("data.train_labels", &[Idx, Npz]),
        ("data.validation_images", &[Idx, Npz]),
        ("data.validation_labels", &[Idx, Npz]),
        ("data.test_images", &[Idx, Npz]),
        ("data.test_labels", &[Idx, Npz]),
        ("data.label", &[Csv, Parquet]),
        ("data.group", &[Csv, Npz, Parquet]),
        ("data.size", &[Csv, Folder, Npz, Parquet]),
        ("data.channels", &[Idx, Csv, Folder, Npz, Parquet]),
        ("data.fit", &[Idx, Csv, Folder, Npz, Parquet]),
        ("data.range", &[Csv, Npz]),
        ("data.leave_out", &[Csv]),
        ("data.separator", &[Csv]),
        ("data.header", &[Csv]),
        ("data.transpose", &[Idx, Csv, Npz]),
        ("data.paper", &[Folder]),
        ("data.preprocess", &[Idx, Csv, Folder, Npz, Parquet]),
    ];
    let table = |data: &DataConfig| toml::Table::try_from(data).expect("settings are plain values");
    let (values, defaults) = (table(data), table(&DataConfig::default()));
    let is_changed = |path: &str| {
        let name = &path["data.".len()..];
        values[name] != defaults[name]
    };
    APPLIES_TO
        .into_iter()
        .filter(|(path, sources)| !sources.contains(&data.source) && is_changed(path))
        .map(|(path, applies_to)| (path, ProblemKind::OtherSource { source: data.source, applies_to }))
        .collect()
}

/// Settings that the source needs, and those that other settings make useless.
fn settings_of_the_source(data: &DataConfig) -> Vec<Contradiction> {
    let is_digits = data.source == Source::Digits;
    let mut found = Vec::new();
    if !is_digits && data.path.is_empty() {
        found.push(("data.path", ProblemKind::NoPath { source: data.source }));
    }
    for (name, other, values) in [
        ("data.train_images", "data.images", [&data.train_images, &data.images]),
        ("data.train_labels", "data.labels", [&data.train_labels, &data.labels]),
    ] {
        if values.iter().all(|value| !value.is_empty()) {
            found.push((name, ProblemKind::Twice { other }));
        }
    }
    if !data.size.is_empty() && data.preprocess != PicturePreprocessing::Resize && data.source.has_pictures() {
        found.push(("data.size", ProblemKind::SizeOfDigits));
    }
    if data.finds_digits() && !is_digits && data.channels == Channels::COLOUR {
        found.push(("data.channels", ProblemKind::ColourOfDigits));
    }
    if !is_digits && data.split == SplitBy::Group && data.group.is_none() {
        found.push(("data.split", ProblemKind::NoGroups));
    }
    if is_digits && !data.classes.is_empty() {
        found.push(("data.classes", ProblemKind::ClassesOfDigits));
    }
    found
}

/// Numbers of images: to train, to hold out, to test, in a batch. For other sources than the digits the split checks what
/// depends on the number of images.
fn sizes_of_the_splits(Experiment { data, training, .. }: &Experiment) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let images = data.source.images();
    let train = match images {
        Some(images) => data.train.of(images),
        // A fraction of an unknown number cannot be checked.
        None => data.train.of(0).filter(|&train| train > 0),
    };
    match (train, images) {
        (Some(train), Some(images)) if train >= images => {
            found.push(("data.train", ProblemKind::NothingToTest { train, images }));
        }
        (None, Some(images)) => found.push(("data.train", ProblemKind::NoTestImages { images })),
        _ => {}
    }
    if let Some(train) = train {
        let validation = data.validation.of(train).unwrap_or_default();
        let (batch_size, is_split) = (training.batch_size, images.is_none_or(|images| train < images));
        if validation >= train {
            found.push(("data.validation", ProblemKind::NothingToTrain { validation, train }));
        } else if is_split && data.also.is_empty() && batch_size > train - validation {
            let kind = ProblemKind::BatchSize { found: batch_size as i64, images: train - validation };
            found.push(("training.batch_size", kind));
        }
    }
    // The split checks the validation images of other sources.
    let holds_out = match data.validation {
        Portion::Auto => data.source != Source::Digits,
        portion => portion != Portion::NONE,
    };
    if training.patience > 0 && !holds_out {
        let suggested = train.map_or(Portion::Share(0.1), |train| Portion::Images((train / 5).max(1)));
        found.push(("training.patience", ProblemKind::NothingToWatch { patience: training.patience, suggested }));
    }
    found
}
