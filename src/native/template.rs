//! The configuration that `chiffres init` writes: a template, filled in for the images at hand.

use std::collections::HashMap;

use crate::config::{Column, DataConfig, Experiment, LeaveOut, ModelConfig, Override, Source};
use crate::data::digits::{MAX_VALUE, SIDE};
use crate::data::{Dataset, MAX_SMALL_SCALE, Remark, SplitName};
use crate::model::MlpConfig;
use crate::native::error::Result;

use super::detect::resized;
use super::source::{self, OpenOptions};

/// A line is left out when one of its values is missing. Comments come last, after two spaces.
const TEMPLATE: &str = include_str!("template.toml");
/// Width of the column before the comments.
const SETTING_WIDTH: usize = 27;

/// The text of a configuration called `name` that trains on the images that `config` reads.
///
/// # Errors
/// As [`source::open`] when `config` does not read them.
pub fn configuration(name: &str, config: &DataConfig, options: OpenOptions<'_>) -> Result<String> {
    let (config, dataset) = match source::open(config, options) {
        // There are pictures without a digit among the photographs of digits.
        Err(_) if config.source == Source::Folder && config.reads_digits() => {
            let resized = resized(config)?;
            let dataset = source::open(&resized, options)?;
            (resized, dataset)
        }
        opened => (config.clone(), opened?),
    };
    let mut values = data_values(&config, &dataset);
    values.extend(training_values(&config, &dataset));
    values.insert("name", quoted(name));
    Ok(fill(TEMPLATE, &values))
}

/// The text of a configuration with settings of `[data]` in it.
///
/// # Errors
/// Settings that do not fit.
pub fn with_settings(text: &str, settings: &[Override]) -> Result<String> {
    let experiment = Experiment::from_toml("init", text, settings)?;
    let data = toml::Table::try_from(&experiment.data).expect("settings are plain values");
    let mut lines: Vec<String> = text.lines().map(Into::into).collect();
    let line = |lines: &[String], name: &str| lines.iter().position(|line| line.starts_with(&format!("{name} = ")));
    for setting in settings {
        let Some((name, value)) = setting.path.strip_prefix("data.").and_then(|name| Some((name, data.get(name)?)))
        else {
            continue;
        };
        let written = format!("{name} = {value}");
        match line(&lines, name) {
            Some(at) if lines[at].starts_with(&written) => {}
            Some(at) => lines[at] = written,
            None => lines.insert(line(&lines, "path").map_or(0, |path| path + 1), written),
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// The values of the template by their names.
type Values = HashMap<&'static str, String>;

fn data_values(config: &DataConfig, dataset: &Dataset) -> Values {
    let column = |column: &Column| match column {
        Column::Position(position) => position.to_string(),
        Column::Name(name) => quoted(name),
    };
    let scale = match dataset.max_value() {
        small @ 0..=MAX_SMALL_SCALE => f32::from(small),
        _ => config.scale,
    };
    let mut values = Values::from([
        ("images", dataset.len().to_string()),
        ("height", dataset.height().to_string()),
        ("width", dataset.width().to_string()),
        ("classes", dataset.classes().len().to_string()),
        ("source", config.source.to_string()),
        ("source_comment", source_comment(config.source).into()),
        ("path", quoted(&config.path)),
        ("group_place", if config.source == Source::Npz { "array" } else { "column" }.into()),
        ("split", if config.group.is_none() { "stratified" } else { "group" }.into()),
        (
            "train_comment",
            match has(dataset, SplitName::Test) {
                true => "all training images; the source has test images of its own",
                false => "four fifths train, the others test",
            }
            .into(),
        ),
        ("validation", if has(dataset, SplitName::Validation) { "\"auto\"" } else { "0.1" }.into()),
        (
            "validation_comment",
            match has(dataset, SplitName::Validation) {
                true => "the validation images of the source watch training",
                false => "a tenth of the training images is held out to watch training",
            }
            .into(),
        ),
        ("scale", format!("{scale:?}")),
        ("max_value", dataset.max_value().to_string()),
    ]);
    if !config.label.is_none() {
        values.insert("label", column(&config.label));
    }
    if !config.group.is_none() {
        values.insert("group", column(&config.group));
    }
    if let LeaveOut::Columns(columns) = &config.leave_out {
        values.insert("leave_out", format!("[{}]", columns.iter().map(column).collect::<Vec<_>>().join(", ")));
    }
    if ![",", "auto"].contains(&config.separator.as_str()) {
        values.insert("separator", quoted(&config.separator));
    }
    if let [low, high] = dataset.resolved(config).range[..] {
        values.insert("range", format!("[{low:?}, {high:?}]"));
    }
    if config.transpose {
        values.insert("transpose", String::new());
    } else if dataset.reading().remarks().iter().any(|remark| matches!(remark, Remark::Sideways { .. })) {
        values.insert("transpose", "# ".into());
    }
    if has_digits(config.source, dataset) || (config.source == Source::Folder && config.reads_digits()) {
        values.insert("preprocess", "digit".into());
        let comment = match config.source {
            Source::Folder => "photographs of digits, it seems: finds each digit, 8x8; else \"resize\" and size",
            _ => "8x8 pixels, as the built-in digits; pictures are brought to this form",
        };
        values.insert("preprocess_comment", comment.into());
    }
    if let [height, width] = config.size[..] {
        values.insert("size", format!("[{height}, {width}]"));
        if config.source.has_pictures() && !config.finds_digits() {
            values.insert("fit", config.fit.to_string());
        }
    }
    if dataset.channels() > 1 {
        values.insert("channels", dataset.channels().to_string());
        values.insert("hue", "5.0".into());
    }
    values.insert("value_name", if dataset.channels() > 1 { "values" } else { "grey values" }.into());
    values
}

/// The network that is proposed: a perceptron for digits and tiny images, and stages of convolution for larger pictures.
fn network(config: &DataConfig, dataset: &Dataset, train: usize) -> ModelConfig {
    const FEW: usize = 200;
    let is_picture = (config.source.has_pictures() || dataset.channels() > 1) && !config.finds_digits();
    let few = if train < FEW { 2 } else { 1 };
    let filters = match dataset.height().min(dataset.width()) {
        0..12 => Vec::new(),
        12..24 => vec![16 / few],
        _ => vec![16 / few, 32 / few],
    };
    match is_picture && !filters.is_empty() {
        true => ModelConfig { filters, hidden: vec![64 / few], ..ModelConfig::default() },
        false => ModelConfig { hidden: vec![if dataset.inputs() >= 256 { 128 } else { 32 }], ..ModelConfig::default() },
    }
}

/// Settings that suit the number of images, their size, and the sizes of their classes.
fn training_values(config: &DataConfig, dataset: &Dataset) -> Values {
    let images = dataset.given(SplitName::Train).len();
    let train = if has(dataset, SplitName::Test) { images } else { images * 4 / 5 };
    // Without the tenth that is held out, if the source has no validation images.
    let train = if has(dataset, SplitName::Validation) { train } else { (train * 9 / 10).max(1) };
    let mut counts = vec![0usize; dataset.classes().len()];
    dataset.labels()[..images].iter().for_each(|&label| counts[label as usize] += 1);
    let (most, least) = (counts.iter().max().copied().unwrap_or(1), counts.iter().min().copied().unwrap_or(1));

    let batch_size = match train {
        0..=31 => train.div_ceil(4).max(1),
        32..=2047 => 32,
        _ => 128,
    };
    let model = network(config, dataset, train);
    // A step of a network with filters takes longer, and learns more.
    let epochs = match model.filters.is_empty() {
        true => (8000 * batch_size / train).clamp(10, 300),
        false => (3000 * batch_size / train).clamp(10, 100),
    };
    let list = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let (hidden, filters) = (list(&model.hidden), list(&model.filters));
    let has_filters = !model.filters.is_empty();
    let experiment = Experiment { model, ..Experiment::default() };
    let sizes = MlpConfig::from_experiment(&experiment, dataset.shape(), dataset.classes().len()).sizes();
    let side = dataset.height().max(dataset.width()) as f64;
    let mut values = Values::from([
        ("hidden", hidden),
        ("sizes", sizes),
        ("shift", format!("{:.1}", side / 16.0)),
        ("epochs", epochs.to_string()),
        ("steps", (epochs * train.div_ceil(batch_size)).to_string()),
        ("batch_size", batch_size.to_string()),
        ("class_weights", if most >= 3 * least.max(1) { "balanced" } else { "none" }.into()),
        (
            "class_weights_comment",
            match least == most {
                true => format!("every class has {most} images; \"balanced\" suits classes of different sizes"),
                false => format!("classes have {least} to {most} images; \"balanced\" gives each the same weight"),
            },
        ),
    ]);
    if has_filters {
        values.insert("filters", filters);
    }
    values
}

/// Returns whether the source has images of a part.
fn has(dataset: &Dataset, part: SplitName) -> bool {
    !dataset.given(part).is_empty()
}

fn source_comment(source: Source) -> &'static str {
    match source {
        Source::Idx => "files of the MNIST family",
        Source::Csv => "a table with an image in each row",
        Source::Folder => "a folder of pictures for each class",
        Source::Npz => "NumPy arrays",
        Source::Parquet => "Parquet files of pictures",
        Source::Digits => "the built-in digits",
    }
}

/// True if images of numbers, rather than pictures, have the size and the values of the built-in digits.
fn has_digits(source: Source, dataset: &Dataset) -> bool {
    let is_numbers = matches!(source, Source::Idx | Source::Csv | Source::Npz);
    is_numbers && (dataset.height(), dataset.width(), dataset.max_value()) == (SIDE, SIDE, MAX_VALUE)
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Fills in the lines of which all values are there, and aligns their comments.
fn fill(template: &str, values: &Values) -> String {
    let lines = template.lines().filter_map(|line| {
        let (setting, comment) = line.rsplit_once("  # ").unwrap_or((line, ""));
        let (setting, comment) = (fill_line(setting, values)?, fill_line(comment, values)?);
        Some(if comment.is_empty() { setting } else { format!("{setting:<SETTING_WIDTH$} # {comment}") })
    });
    lines.map(|line| line + "\n").collect()
}

/// A line with its `{name}`s replaced; `None` when one of them has no value.
fn fill_line(line: &str, values: &Values) -> Option<String> {
    let mut filled = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("the braces of the template are closed");
        filled += before;
        filled += values.get(name)?;
        rest = after;
    }
    Some(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_their_values_are_left_out_and_comments_align() {
        let values = Values::from([("path", quoted("a  # {b}")), ("what", "a path".into())]);
        let filled = fill("# {what}\npath = {path}  # {what}\nsize = {size}  # {what}\n", &values);
        assert_eq!(filled, format!("# a path\n{:<27} # a path\n", "path = \"a  # {b}\""));
    }
}
