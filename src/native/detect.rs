//! A first look at images of unknown origin: what a configuration must say to train on them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use ::csv::ReaderBuilder;
use flate2::read::MultiGzDecoder;

use crate::config::{Column, DataConfig, PicturePreprocessing, Source};
use crate::data::Dataset;
use crate::native::error::{Error, Result};

use super::pictures;
use super::source::{self, OpenOptions};

/// Longest side of an image that pictures are brought to where they are larger, or of several sizes.
const SIDE: usize = 32;

/// What the images in a file or folder are, and how they are to be read.
///
/// # Errors
/// [`Error::Request`] when it is nothing that a source reads.
pub fn detect(path: &Path) -> Result<DataConfig> {
    let shown = path.display().to_string();
    let config =
        |source: Source| DataConfig { path: shown.clone(), ..DataConfig::of(source, PicturePreprocessing::Resize) };
    let request = |message: String, hint: &str| Error::Request { message, hint: hint.into() };
    let metadata =
        path.metadata().map_err(|error| request(format!("cannot look at {shown}: {error}"), "check the path"))?;
    if metadata.is_dir() {
        let names: Vec<String> = path
            .read_dir()
            .map_err(|error| request(format!("cannot look into {shown}: {error}"), "check whether you may read it"))?
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        let has = |is: fn(&str) -> bool| names.iter().any(|name| is(name));
        if has(|name| name.contains("idx3-ubyte")) {
            return Ok(config(Source::Idx));
        }
        if has(|name| name == "train.csv" || name == "train.csv.gz") {
            let file = names.iter().find(|name| name.starts_with("train.csv")).expect("it was just found");
            return table(&path.join(file), config(Source::Csv));
        }
        if has(|name| name == "x.npy" || name == "x_train.npy") {
            return Ok(DataConfig { group: source::group(path)?, ..config(Source::Npz) });
        }
        if has(|name| name.ends_with(".parquet")) {
            return Ok(config(Source::Parquet));
        }
        return folder(path, config(Source::Folder));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends(&[".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz"]) {
        return table(path, config(Source::Csv));
    }
    if ends(&[".npz"]) {
        return Ok(DataConfig { group: source::group(path)?, ..config(Source::Npz) });
    }
    if ends(&[".parquet"]) {
        return Ok(config(Source::Parquet));
    }
    let message = format!("{shown} is of no kind of file that images are read from");
    Err(request(
        message,
        "give a .csv, .tsv, .npz or .parquet file, a folder with idx files, or a folder with a folder of pictures for each class",
    ))
}

/// The separator of a table, and the column of its labels.
fn table(path: &Path, config: DataConfig) -> Result<DataConfig> {
    let fail = |error: std::io::Error| Error::Request {
        message: format!("cannot read {}: {error}", path.display()),
        hint: "check whether it is a text table".into(),
    };
    let file = File::open(path).map_err(fail)?;
    let reader: Box<dyn Read> = match path.extension().is_some_and(|end| end == "gz") {
        true => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        false => Box::new(file),
    };
    // Some rows tell enough, and no file makes this longer.
    let mut reader = BufReader::new(reader.take(8 << 20));
    let mut first = String::new();
    reader.read_line(&mut first).map_err(fail)?;
    // What some programs begin a text with.
    let first = first.trim_start_matches('\u{feff}');
    let separator = [b',', b';', b'\t', b'|', b' ']
        .into_iter()
        .max_by_key(|&separator| first.bytes().filter(|&byte| byte == separator).count())
        .expect("there are some");
    let mut config = DataConfig { separator: char::from(separator).to_string(), ..config };
    let columns = |line: &str| {
        line.trim_end()
            .split(char::from(separator))
            .map(|field| field.trim().trim_matches('"').to_string())
            .collect::<Vec<_>>()
    };
    let names = columns(first);
    let has_names = 2 * names.iter().filter(|name| name.parse::<f64>().is_ok()).count() < names.len();
    if has_names {
        let named = |wanted: &[&str]| {
            names.iter().find(|name| wanted.iter().any(|known| name.eq_ignore_ascii_case(known))).cloned()
        };
        config.label = named(&["label", "class", "target", "y", "digit", "letter", "character"])
            .map_or(Column::default(), Column::Name);
        config.group =
            named(&["group", "writer", "subject", "author", "person"]).map_or(Column::default(), Column::Name);
        return Ok(config);
    }
    // Without names it is the first column or the last, whichever has fewer values, but more than one.
    let (mut first_values, mut last_values) = (BTreeSet::new(), BTreeSet::new());
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(reader);
    for row in rows.records().take(2000).flatten() {
        first_values.extend(row.iter().next().map(ToString::to_string));
        last_values.extend(row.iter().next_back().map(ToString::to_string));
    }
    let rank = |values: &BTreeSet<String>| {
        let is_text = values.iter().any(|value| value.trim().parse::<f64>().is_err());
        (values.len() < 2, !is_text, values.len())
    };
    let is_first = rank(&first_values) <= rank(&last_values);
    config.label = Column::Position(if is_first { 0 } else { names.len() - 1 });
    Ok(config)
}

/// The size that pictures are brought to: their own, if they are small and all alike.
fn folder(path: &Path, config: DataConfig) -> Result<DataConfig> {
    let files: Vec<_> = pictures::list(path).into_iter().filter_map(Result::ok).collect();
    if files.is_empty() {
        return Err(Error::Request {
            message: format!("there are no images in {} that could be read", path.display()),
            hint: "give a folder with a folder of PNG or JPEG pictures for each class, or with idx, csv, npy or parquet files".into(),
        });
    }
    let some = files.iter().step_by(files.len().div_ceil(50));
    let sizes: BTreeSet<(usize, usize)> =
        some.filter_map(|file| pictures::read(file).ok()).map(|raster| (raster.height(), raster.width())).collect();
    let Some(&(height, width)) = sizes.iter().nth(sizes.len() / 2) else { return Ok(config) };
    if sizes.len() == 1 && height.max(width) <= 2 * SIDE {
        return Ok(config);
    }
    let shrunk = |side: usize| (side * SIDE).div_ceil(height.max(width)).clamp(1, SIDE);
    let small = |side: usize| if height.max(width) > SIDE { shrunk(side) } else { side };
    Ok(DataConfig { size: vec![small(height), small(width)], ..config })
}

/// Whether images that are no pictures are of the size and the ink of the digits inside the program.
fn is_digits(source: Source, dataset: &Dataset) -> bool {
    let is_grid = matches!(source, Source::Idx | Source::Csv | Source::Npz);
    is_grid && (dataset.height(), dataset.width(), dataset.max_value()) == (8, 8, 16)
}

/// The text of a configuration that trains on images, for someone to read and change.
///
/// # Errors
/// As [`source::open`] when they cannot be read as the survey says.
pub fn configuration(name: &str, config: &DataConfig, opening: OpenOptions<'_>) -> Result<String> {
    let dataset = source::open(config, opening)?;
    let classes = dataset.classes().len();
    let images = dataset.given_train().unwrap_or(dataset.len());
    let train = if dataset.given_train().is_some() { images } else { images * 4 / 5 };
    let mut counts = vec![0usize; classes];
    dataset.labels()[..images].iter().for_each(|&label| counts[label as usize] += 1);
    let (most, least) = (counts.iter().max().copied().unwrap_or(1), counts.iter().min().copied().unwrap_or(1));

    let text = |value: &str| toml::Value::from(value).to_string();
    let source_words = match config.source {
        Source::Idx => "files of the MNIST family",
        Source::Csv => "a table with an image in each row",
        Source::Folder => "a folder of pictures for each class",
        Source::Npz => "NumPy arrays",
        Source::Parquet => "Parquet files with pictures in them",
        Source::Digits => "the digits inside the program",
    };
    let mut data = vec![
        (format!("source = \"{}\"", config.source), source_words.to_string()),
        (format!("path = {}", text(&config.path)), "seen from the folder the program is started in".into()),
    ];
    let column = |column: &Column| match column {
        Column::Position(position) => position.to_string(),
        Column::Name(name) => text(name),
    };
    if !config.label.is_none() {
        data.push((format!("label = {}", column(&config.label)), "the column of the labels".into()));
    }
    if !config.group.is_none() {
        data.push((
            format!("group = {}", column(&config.group)),
            match config.source {
                Source::Npz => "the array that says which images belong together".into(),
                _ => "the column that says which images belong together".into(),
            },
        ));
    }
    if config.separator != "," {
        data.push((format!("separator = {}", text(&config.separator)), "what stands between two values".into()));
    }
    if is_digits(config.source, &dataset) {
        data.push((
            "preprocess = \"digit\"".into(),
            "8x8 as the digits inside the program: pictures become such".into(),
        ));
    }
    if let [height, width] = config.size[..] {
        data.push((format!("size = [{height}, {width}]"), "rows and columns that pictures are brought to".into()));
    }
    let scale = if dataset.max_value() <= 64 { f32::from(dataset.max_value()) } else { config.scale };
    let by = if config.group.is_none() { "stratified" } else { "group" };
    let parts = match dataset.given_train() {
        Some(_) => "all training images; the test images are those that come along",
        None => "four fifths train, the others test",
    };
    data.push((format!("split = \"{by}\""), "order, random, stratified (each class has its share), group".into()));
    data.push(("train = \"auto\"".into(), parts.into()));
    data.push(("validation = 0.1".into(), "a tenth of the training images watches the training".into()));
    data.push((
        format!("scale = {scale:?}"),
        format!("grey values are 0 to {}; divided by this they are 0 to 1", dataset.max_value()),
    ));

    let hidden = if dataset.inputs() >= 256 { 128 } else { 32 };
    let left = (train * 9 / 10).max(1);
    let batch = match left {
        0..=31 => left.div_ceil(4).max(1),
        32..=2047 => 32,
        _ => 128,
    };
    let epochs = (8000 * batch / left).clamp(10, 300);
    let weights = if most >= 3 * least.max(1) { "balanced" } else { "none" };
    let training = [
        (format!("epochs = {epochs}"), format!("about {} steps in all", epochs * left.div_ceil(batch))),
        (format!("batch_size = {batch}"), "images per optimisation step".into()),
        (
            format!("class_weights = \"{weights}\""),
            match least == most {
                true => format!("every class has {most} images; \"balanced\" is for classes of several sizes"),
                false => format!("classes have {least} to {most} images; \"balanced\" has all count the same"),
            },
        ),
    ];
    let model = [
        (format!("hidden = [{hidden}]"), format!("{} -> {hidden} -> {classes}", dataset.inputs())),
        ("activation = \"gelu\"".into(), "sigmoid, tanh, relu, gelu, identity".into()),
        ("init = \"glorot-normal\"".into(), "how starting weights are drawn".into()),
    ];
    let optimizer = [
        ("kind = \"adamw\"".to_string(), "sgd, adam, adamw".to_string()),
        ("learning_rate = 0.003".into(), "the peak of the schedule".into()),
        ("schedule = \"cosine\"".into(), "constant, linear (to 0), cosine (to 0)".into()),
        ("warmup = 0.05".into(), "the first 5 % of the steps".into()),
        ("weight_decay = 0.05".into(), "keeps weights small".into()),
    ];
    let side = dataset.height().max(dataset.width()) as f64;
    let augmentation: String = [
        ("[augmentation]".to_string(), "more images out of those there are; keep what leaves an image in its class"),
        (format!("shift = {:.1}", side / 16.0), "pixels across and down"),
        ("rotation = 8.0".into(), "degrees"),
        ("scale = 0.1".into(), "larger or smaller by up to 10 %"),
    ]
    .iter()
    .map(|(setting, comment)| format!("# {setting:<25} # {comment}\n"))
    .collect();
    let table = |name: &str, lines: &[(String, String)]| {
        let lines: String = lines.iter().map(|(setting, comment)| format!("{setting:<27} # {comment}\n")).collect();
        format!("[{name}]\n{lines}")
    };
    let mut toml = format!(
        "# {} images of {}x{} pixels in {classes} classes.\n# Written by `chiffres init`: a place to start from. `chiffres data check` looks closer at the images.\n\n",
        dataset.len(),
        dataset.height(),
        dataset.width()
    );
    toml += &format!("name = {}\n\n", text(name));
    let tables = [
        table("data", &data),
        augmentation,
        table("model", &model),
        table("optimizer", &optimizer),
        table("training", &training),
    ];
    toml += &tables.join("\n");
    Ok(toml)
}
