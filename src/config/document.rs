//! From TOML text to an [`Experiment`], with every problem found on the way.
//!
//! The text is parsed into spanned values, each value is held against [`KEYS`], and only what passed is
//! handed to serde; relations between settings are checked last. A problem never hides another one.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::Experiment;
use super::keys::{KEYS, Key, Kind};

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
pub struct ConfigErrors(pub Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
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

    /// What a key may be; the batch size is bounded by the images of this very configuration.
    fn expected(&self, key: &Key, is_whole: bool) -> String {
        let data_is_right = !self.problems.iter().any(|problem| problem.path.starts_with("data."));
        if key.path == "training.batch_size" && is_whole && data_is_right {
            let whole = |path: &str, default: usize| match self.values.get(path) {
                Some((toml::Value::Integer(n), _)) => *n as usize,
                _ => default,
            };
            let defaults = Experiment::default().data;
            let images =
                whole("data.train", defaults.train).saturating_sub(whole("data.validation", defaults.validation));
            return format!("1 to {images} (the training images)");
        }
        key.kind.expected()
    }

    fn finish(mut self) -> Result<Experiment, ConfigErrors> {
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
        Err(ConfigErrors(self.problems.into_iter().map(problem).collect()))
    }

    /// Settings that are each allowed but contradict each other.
    fn relations(&mut self, experiment: &Experiment) {
        let Experiment { data, training, .. } = experiment;
        let (train, validation, images) = (data.train, data.validation, data.source.len());
        if train >= images {
            let message = format!("data.train is {train}, but must leave some of the {images} images to test");
            self.contradiction("data.train", message, "1000 is what the article uses");
        }
        if validation >= train {
            let message =
                format!("data.validation is {validation}, but must be less than data.train, which is {train}");
            self.contradiction("data.validation", message, "0 holds out none");
        } else if train < images && training.batch_size > experiment.train_images() {
            let message = format!(
                "training.batch_size is {}, but must be 1 to {} (the training images)",
                training.batch_size,
                experiment.train_images()
            );
            self.contradiction("training.batch_size", message, "write a smaller one under [training]");
        }
        if training.patience > 0 && validation == 0 {
            let message =
                format!("training.patience is {}, but there is no validation loss to watch", training.patience);
            let hint = format!("hold images out with data.validation = {}", (train / 5).max(1));
            self.contradiction("training.patience", message, &hint);
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
