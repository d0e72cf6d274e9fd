//! From TOML text to an [`Experiment`], with every problem found on the way.
//!
//! The text is parsed into spanned values, each value is held against [`KEYS`], and only what passed is
//! handed to serde; relations between settings are checked last. A problem never hides another one.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, Key, Kind, MAX_COLUMN, MAX_IMAGES, MAX_TEXT, MAX_WORDS};
use super::{DataConfig, Experiment, PicturePreprocessing, Portion, Source, SplitBy};

/// A value that replaces one of the file: `training.epochs=50`, as `--set` takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// Where the value stands, as `table.key`.
    pub path: String,
    /// The value as TOML; a bare word counts as a string.
    pub value: String,
    /// What the reader typed, which problems are reported under.
    pub origin: String,
}

impl Override {
    /// An override as typed on a command line: `key=value`.
    ///
    /// # Errors
    /// Text without `=`, or with nothing before it.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((path, value)) if !path.trim().is_empty() && !text.contains(['\n', '\r']) => {
                Ok(Self { path: path.trim().into(), value: value.trim().into(), origin: format!("--set {text}") })
            }
            _ => Err(format!("{text:?} is not KEY=VALUE; for example training.epochs=50")),
        }
    }
}

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// `file:line:column`, or the option that was typed.
    pub place: String,
    /// What was found and what is expected.
    pub message: String,
    /// What to write instead, where there is something to say.
    pub hint: Option<String>,
}

/// Everything that is wrong with a configuration, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigErrors {
    /// One or more.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("\nerror: ")?;
            }
            write!(f, "{}: {}", problem.place, problem.message)?;
            if let Some(hint) = &problem.hint {
                write!(f, "\nhint: {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// What was found so far.
struct Document<'a> {
    file: &'a str,
    text: &'a str,
    /// Accepted values by path.
    values: BTreeMap<&'static str, (toml::Value, Place)>,
    problems: Vec<Finding>,
}

/// Where something stands: an offset to sort by, and words to print.
#[derive(Clone)]
struct Place {
    /// Byte offset in the text; overrides and what stands nowhere come after it.
    offset: usize,
    words: String,
}

struct Finding {
    place: Place,
    /// The setting it is about, as it was written.
    path: String,
    message: String,
    hint: Option<String>,
}

pub(super) fn read(file: &str, text: &str, overrides: &[Override]) -> Result<Experiment, ConfigErrors> {
    let mut document = Document { file, text, values: BTreeMap::new(), problems: Vec::new() };
    let (table, syntax_errors) = DeTable::parse_recoverable(text);
    for error in syntax_errors {
        let place = document.place(error.span().map_or(0, |span| span.start));
        document.problem(place, "", format!("not valid TOML: {}", one_line(error.message())), None);
    }
    if document.problems.is_empty() {
        document.table("", table.get_ref());
    }
    for item in overrides {
        document.override_with(item);
    }
    document.finish()
}

impl Document<'_> {
    fn problem(&mut self, place: Place, path: &str, message: String, hint: Option<String>) {
        self.problems.push(Finding { place, path: path.into(), message, hint });
    }

    /// `file:line:column` of a byte offset, both counted from 1.
    fn place(&self, offset: usize) -> Place {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Place { offset, words: format!("{}:{line}:{column}", self.file) }
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let path =
                if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
            let is_table = KEYS.iter().any(|key| key.path.starts_with(&format!("{path}.")));
            let name = self.place(name.span().start);
            match (value.get_ref(), key(&path)) {
                (DeValue::Table(inner), _) if is_table => self.table(&path, inner),
                (other, Some(key)) => {
                    let place = self.place(value.span().start);
                    self.value(key, plain(other), place);
                }
                (_, None) if is_table => {
                    let hint = format!("write its keys under a line [{path}]");
                    self.problem(name, &path, format!("{path} must be a table"), Some(hint));
                }
                (_, None) => self.unknown(&path, name),
            }
        }
    }

    fn override_with(&mut self, item: &Override) {
        let place = Place { offset: usize::MAX, words: item.origin.clone() };
        let Some(key) = key(&item.path) else {
            let names = settings_of(&item.path);
            if names.is_empty() {
                return self.unknown(&item.path, place);
            }
            let hint = format!("its settings are {}", names.join(", "));
            return self.problem(place, &item.path, format!("{} is a table", item.path), Some(hint));
        };
        // What is typed in a shell has lost its quotes: a word that is no TOML value is a string.
        let value = format!("value = {}", item.value)
            .parse::<toml::Table>()
            .ok()
            .and_then(|mut table| table.remove("value"))
            .unwrap_or_else(|| toml::Value::String(item.value.clone()));
        // It replaces the value of the file, and with it what was wrong with that.
        self.problems.retain(|problem| problem.path != key.path);
        self.value(key, Some(value), place);
    }

    fn unknown(&mut self, path: &str, place: Place) {
        self.problem(place, path, format!("there is no setting {path}"), nearest(path));
    }

    /// Takes one value in, or says why not. `found` is `None` for numbers that TOML allows and Rust cannot hold.
    fn value(&mut self, key: &'static Key, found: Option<toml::Value>, place: Place) {
        let found = match found {
            Some(toml::Value::Integer(whole)) if matches!(key.kind, Kind::Number { .. }) => {
                Some(toml::Value::Float(whole as f64))
            }
            other => other,
        };
        match found {
            Some(value) if allowed(&key.kind, &value) => {
                self.values.insert(key.path, (value, place));
            }
            found => {
                let hint = found.as_ref().and_then(|value| suggestion(key, value));
                let is_whole = found.as_ref().is_some_and(toml::Value::is_integer);
                let got = found.map_or("a number beyond 64 bits".into(), |value| describe(&value));
                let message = format!("{} is {got}, but must be {}", key.path, self.expected(key, is_whole));
                self.problem(place, key.path, message, hint.or_else(|| Some(key.hint.to_string())));
            }
        }
    }

    /// What a key may be; the batch size is bounded by the training images of this very configuration, if it says how many.
    fn expected(&self, key: &Key, is_whole: bool) -> String {
        let data_is_right = !self.problems.iter().any(|problem| problem.path.starts_with("data."));
        if key.path == "training.batch_size" && is_whole && data_is_right {
            let images = |path: &str, default: usize| match self.values.get(path) {
                Some((toml::Value::Integer(n), _)) => Some(*n as usize),
                Some(_) => None,
                None => Some(default),
            };
            let is_digits = !self.values.contains_key("data.source");
            if let (true, Some(train), Some(held_out)) =
                (is_digits, images("data.train", 1000), images("data.validation", 0))
            {
                return format!("1 to {} (the training images)", train.saturating_sub(held_out));
            }
        }
        key.kind.expected()
    }

    fn finish(mut self) -> Result<Experiment, ConfigErrors> {
        self.defaults_of_the_source();
        let mut root = toml::Table::new();
        for (path, (value, _)) in &self.values {
            match path.split_once('.') {
                None => {
                    root.insert((*path).into(), value.clone());
                }
                Some((table, name)) => {
                    let table = root.entry(table).or_insert_with(|| toml::Table::new().into());
                    table.as_table_mut().expect("tables are not settings").insert(name.into(), value.clone());
                }
            }
        }
        match Experiment::deserialize(root) {
            Ok(experiment) => {
                if !self.problems.iter().any(|problem| problem.path.starts_with("data.")) {
                    self.relations(&experiment);
                }
                if self.problems.is_empty() {
                    return Ok(experiment);
                }
            }
            // Unreachable as long as KEYS and the structs agree, which a test holds.
            Err(error) => self.contradiction("", one_line(error.message()), ""),
        }
        self.problems.sort_by_key(|problem| problem.place.offset);
        let problem = |found: Finding| Problem { place: found.place.words, message: found.message, hint: found.hint };
        Err(ConfigErrors { problems: self.problems.into_iter().map(problem).collect() })
    }

    /// What a source has as its defaults, where the reader says nothing else.
    fn defaults_of_the_source(&mut self) {
        let word = |path: &str| self.values.get(path).map(|(value, _)| value.clone());
        let source = word("data.source").and_then(|value| Source::deserialize(value).ok());
        let preprocess = word("data.preprocess").and_then(|value| PicturePreprocessing::deserialize(value).ok());
        let (source, preprocess) =
            (source.unwrap_or(Source::Digits), preprocess.unwrap_or(PicturePreprocessing::Resize));
        let defaults = toml::Table::try_from(DataConfig::of(source, preprocess)).expect("settings are plain values");
        let nowhere = Place { offset: usize::MAX, words: self.file.to_string() };
        for key in KEYS {
            let Some(name) = key.path.strip_prefix("data.") else { continue };
            if let (false, Some(value)) = (self.values.contains_key(key.path), defaults.get(name)) {
                self.values.insert(key.path, (value.clone(), nowhere.clone()));
            }
        }
    }

    /// Settings that are each allowed but contradict each other.
    fn relations(&mut self, experiment: &Experiment) {
        let Experiment { data, training, .. } = experiment;
        self.settings_of_other_sources(data);
        let images = data.source.images();
        let train = images.map_or_else(|| data.train.of(0).filter(|&n| n > 0), |all| data.train.of(all));
        if let (Some(train), Some(images)) = (train, images)
            && train >= images
        {
            let message = format!("data.train is {train}, but must leave some of the {images} images to test");
            self.contradiction("data.train", message, "1000 is what the article uses");
        }
        if let (None, Some(images)) = (train, images) {
            let message = format!("data.train is \"auto\", but the {images} digits have no test images of their own");
            self.contradiction("data.train", message, "1000 is what the article uses");
        }
        // Where the source says how many images there are, the split is what checks the rest.
        if let Some(train) = train {
            let validation = data.validation.of(train).unwrap_or_default();
            if validation >= train {
                let message =
                    format!("data.validation is {validation}, but must be less than data.train, which is {train}");
                self.contradiction("data.validation", message, "0 holds out none");
            } else if images.is_none_or(|images| train < images) && training.batch_size > train - validation {
                let message = format!(
                    "training.batch_size is {}, but must be 1 to {} (the training images)",
                    training.batch_size,
                    train - validation
                );
                self.contradiction("training.batch_size", message, "write a smaller one under [training]");
            }
        }
        if training.patience > 0 && data.validation == Portion::NONE {
            let message =
                format!("training.patience is {}, but there is no validation loss to watch", training.patience);
            let hint = match train {
                Some(train) => format!("hold images out with data.validation = {}", (train / 5).max(1)),
                None => "hold images out with data.validation = 0.1".into(),
            };
            self.contradiction("training.patience", message, &hint);
        }
        if data.size.len() == 1 {
            let message = format!("data.size is [{}], but must be rows and columns", data.size[0]);
            self.contradiction("data.size", message, &format!("write [{0}, {0}]", data.size[0]));
        }
    }

    /// What the source has no use for is more likely a mistake than meant.
    fn settings_of_other_sources(&mut self, data: &DataConfig) {
        const ALL: &[Source] = &[Source::Idx, Source::Csv, Source::Folder, Source::Npz, Source::Parquet];
        const USES: [(&str, &[Source]); 11] = [
            ("path", ALL),
            ("train_images", &[Source::Idx]),
            ("train_labels", &[Source::Idx]),
            ("test_images", &[Source::Idx]),
            ("test_labels", &[Source::Idx]),
            ("label", &[Source::Csv, Source::Parquet]),
            ("group", &[Source::Csv, Source::Npz, Source::Parquet]),
            ("size", &[Source::Csv, Source::Folder, Source::Npz, Source::Parquet]),
            ("separator", &[Source::Csv]),
            ("header", &[Source::Csv]),
            ("preprocess", ALL),
        ];
        let defaults = toml::Table::try_from(DataConfig::default()).expect("settings are plain values");
        for (name, sources) in USES {
            let Some((path, (value, _))) =
                self.values.iter().find(|(path, _)| path.strip_prefix("data.") == Some(name))
            else {
                continue;
            };
            if *value != defaults[name] && !sources.contains(&data.source) {
                let of: Vec<String> = sources.iter().map(ToString::to_string).collect();
                let message = format!("{path} means nothing to data.source = \"{}\"", data.source);
                let hint = format!("it is for {}: leave it away, or change data.source", of.join(", "));
                self.contradiction(path, message, &hint);
            }
        }
        if data.source != Source::Digits && data.path.is_empty() {
            let message =
                format!("data.source is \"{}\", but data.path does not say where the images are", data.source);
            self.contradiction("data.path", message, "write path = \"...\" under [data], or --set data.path=...");
        }
        if !data.size.is_empty() && data.preprocess == PicturePreprocessing::Digit {
            let message = "data.size has no use: digits of data.preprocess = \"digit\" are 8x8 pixels".into();
            self.contradiction("data.size", message, "leave it away");
        }
        if data.split == SplitBy::Group && data.source != Source::Digits && data.group.is_none() {
            let message = "data.split is \"group\", but data.group does not say where the groups are".into();
            self.contradiction("data.split", message, "name the column of the groups with data.group");
        }
        if !data.classes.is_empty() && data.source == Source::Digits {
            let message = "data.classes cannot rename the digits".into();
            self.contradiction("data.classes", message, "leave it away");
        }
    }

    fn contradiction(&mut self, path: &str, message: String, hint: &str) {
        // A setting that already has a problem is not reported twice.
        if self.problems.iter().any(|problem| problem.path == path) {
            return;
        }
        let nowhere = Place { offset: usize::MAX, words: self.file.to_string() };
        let place = self.values.get(path).map_or(nowhere, |(_, place)| place.clone());
        self.problem(place, path, message, Some(hint.into()));
    }
}

fn key(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// The known setting, or table of settings, whose name is closest to `path`, if one is close enough to be meant.
fn nearest(path: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or_default();
    let similarity = |known: &str| strsim::jaro_winkler(name, known.rsplit('.').next().unwrap_or_default());
    let tables = KEYS.iter().filter_map(|key| key.path.split_once('.')).map(|(table, _)| table);
    let beside =
        |known: &&str| path.rsplit_once('.').map(|(table, _)| table) == known.rsplit_once('.').map(|(table, _)| table);
    let known: Vec<&str> = KEYS.iter().map(|key| key.path).chain(tables).collect();
    // A name of the same table is meant sooner than one of another.
    let score = |known: &&str| similarity(known) + if beside(known) { 0.1 } else { 0.0 };
    let best = known.into_iter().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    if score(&best) > 0.85 {
        return Some(format!("did you mean {best}?"));
    }
    let (table, _) = path.rsplit_once('.')?;
    let names = settings_of(table);
    (!names.is_empty()).then(|| format!("settings of [{table}]: {}", names.join(", ")))
}

/// The names of a table's settings.
fn settings_of(table: &str) -> Vec<&'static str> {
    KEYS.iter().filter_map(|key| key.path.strip_prefix(table)?.strip_prefix('.')).collect()
}

/// For a misspelt word, the word that was meant.
fn suggestion(key: &Key, found: &toml::Value) -> Option<String> {
    let (Kind::Choice(words), Some(got)) = (key.kind, found.as_str()) else { return None };
    let similarity = |word: &&&str| strsim::jaro_winkler(got, word);
    let best = words.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    (words.len() > 1 && similarity(&best) > 0.75).then(|| format!("did you mean {best:?}?"))
}

fn allowed(kind: &Kind, value: &toml::Value) -> bool {
    match (kind, value) {
        (Kind::Name, toml::Value::String(name)) => {
            // Combining accents are what some keyboards make of a letter like \u{e9}.
            let accent = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
            name.starts_with(char::is_alphanumeric)
                && name.len() <= 100
                && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c) || accent(c))
        }
        (Kind::Flag, toml::Value::Boolean(_)) => true,
        (Kind::Integer { min, max }, toml::Value::Integer(n)) => (min..=max).contains(&n),
        (Kind::Number { min, max, above }, toml::Value::Float(x)) => {
            (if *above { x > min } else { x >= min }) && x <= max
        }
        (Kind::Integers { min, max, len }, toml::Value::Array(items)) => {
            items.len() <= *len && items.iter().all(|item| item.as_integer().is_some_and(|n| (min..=max).contains(&&n)))
        }
        (Kind::Choice(words), toml::Value::String(word)) => words.contains(&word.as_str()),
        (Kind::Text | Kind::Column, toml::Value::String(text)) => {
            text.len() <= MAX_TEXT && !text.contains(char::is_control)
        }
        (Kind::Column, toml::Value::Integer(n)) => (0..=MAX_COLUMN).contains(n),
        (Kind::Character, toml::Value::String(text)) => {
            let is_separator = |c: char| (c == '\t' || !c.is_control()) && c.is_ascii() && !c.is_ascii_alphanumeric();
            text.len() == 1 && text.chars().all(|c| is_separator(c) && !"\".+-".contains(c))
        }
        (Kind::Words, toml::Value::Array(items)) => {
            let words: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            words.is_some_and(|words| {
                let is_word = |word: &&str| !word.is_empty() && word.len() <= 100 && !word.contains(char::is_control);
                let different: std::collections::BTreeSet<&str> = words.iter().copied().collect();
                words.len() != 1
                    && words.len() <= MAX_WORDS
                    && different.len() == words.len()
                    && words.iter().all(is_word)
            })
        }
        (Kind::Portion { min, .. }, toml::Value::Integer(n)) => (*min..=MAX_IMAGES).contains(n),
        (Kind::Portion { .. }, toml::Value::Float(x)) => *x > 0.0 && *x < 1.0,
        (Kind::Portion { auto, .. }, toml::Value::String(word)) => *auto && word == "auto",
        (Kind::WordOrInteger { word, .. }, toml::Value::String(text)) => word == text,
        (Kind::WordOrInteger { min, max, .. }, toml::Value::Integer(n)) => (min..=max).contains(&n),
        _ => false,
    }
}

/// A value as it would be typed, shortened where it is long.
fn describe(value: &toml::Value) -> String {
    let text = match value {
        toml::Value::Table(_) => return "a table".into(),
        other => one_line(&other.to_string()),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A parsed value without its spans; `None` where a number does not fit.
fn plain(value: &DeValue<'_>) -> Option<toml::Value> {
    Some(match value {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        DeValue::Integer(n) => toml::Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).ok()?),
        DeValue::Float(x) => toml::Value::Float(x.as_str().parse().ok()?),
        DeValue::Boolean(flag) => toml::Value::Boolean(*flag),
        DeValue::Datetime(when) => toml::Value::Datetime(*when),
        DeValue::Array(items) => {
            toml::Value::Array(items.iter().map(|item| plain(item.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(table) => {
            let entries = table.iter().map(|(name, item)| Some((name.get_ref().to_string(), plain(item.get_ref())?)));
            toml::Value::Table(entries.collect::<Option<_>>()?)
        }
    })
}
