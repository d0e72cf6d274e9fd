//! From TOML text to an [`Experiment`], collecting every problem on the way.
//!
//! The text is parsed into values with positions. Each is checked against its [`Setting`], and serde gets only those that
//! pass. The rules between settings come last. One problem never hides another.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::allowed::Allowed;
use super::overrides::Override;
use super::problem::{ConfigErrors, Found, Place, Problem, ProblemKind};
use super::rules::contradictions;
use super::settings::{DataConfig, Experiment, SETTINGS, Setting};
use super::slip::Slip;
use super::values::{PicturePreprocessing, Source};

/// A configuration file that is being read.
struct Document<'a> {
    file: &'a str,
    text: &'a str,
    /// Values that are allowed, by path.
    values: BTreeMap<&'static str, (toml::Value, Place)>,
    problems: Vec<Problem>,
}

/// The text of a file, with no other characters than those in it.
pub(super) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, ConfigErrors> {
    let is_utf16 = bytes.contains(&0);
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) if !is_utf16 => return Ok(text),
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    let at = valid.find('\0').unwrap_or(valid.len());
    let mut document = Document { file, text: valid, values: BTreeMap::new(), problems: Vec::new() };
    document.problem(document.place(at..at), "", ProblemKind::NotUtf8 { is_utf16 });
    Err(ConfigErrors { problems: document.problems })
}

/// Reads an experiment from TOML text; `file` is the name that problems are reported under.
pub(super) fn read(file: &str, text: &str, overrides: &[Override]) -> Result<Experiment, ConfigErrors> {
    let mut document = Document { file, text, values: BTreeMap::new(), problems: Vec::new() };
    let (table, syntax_errors) = DeTable::parse_recoverable(text);
    document.take_syntax_errors(syntax_errors);
    if document.problems.is_empty() {
        document.take_table("", table.get_ref());
    }
    for item in overrides {
        document.take_override(item);
    }
    document.take_defaults_of_the_source();
    document.finish()
}

impl Document<'_> {
    fn problem(&mut self, place: Place, path: &str, kind: ProblemKind) {
        self.problems.push(Problem { place, path: path.into(), kind, slip: None });
    }

    /// Takes the errors of the TOML library; of a line with a slip that explains them, the first.
    fn take_syntax_errors(&mut self, errors: Vec<toml::de::Error>) {
        let mut explained = BTreeSet::new();
        for error in errors {
            let span = error.span().unwrap_or_default();
            let start = self.text[..self.text.floor_char_boundary(span.start)].rfind('\n').map_or(0, |end| end + 1);
            let slip = Slip::of_line(self.text[start..].lines().next().unwrap_or_default());
            if slip.is_none() || explained.insert(start) {
                let place = self.place(span);
                self.problem(place, "", ProblemKind::Syntax { toml: one_line(error.message()) });
                self.explain(slip);
            }
        }
    }

    /// Adds a slip to the problem that was reported last.
    fn explain(&mut self, slip: Option<Slip>) {
        if let Some(problem) = self.problems.last_mut() {
            problem.slip = slip;
        }
    }

    /// The place of a range of bytes.
    fn place(&self, span: Range<usize>) -> Place {
        let before = &self.text[..self.text.floor_char_boundary(span.start)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Place::Position { file: self.file.into(), line, column }
    }

    /// The place of a default: the file as a whole.
    fn whole_file(&self) -> Place {
        Place::File(self.file.into())
    }

    fn take_table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let path = format!("{prefix}{}", name.get_ref());
            let is_table = !settings_of(&path).is_empty();
            match (value.get_ref(), Setting::at(&path)) {
                (DeValue::Table(inner), _) if is_table => self.take_table(&format!("{path}."), inner),
                (other, Some(setting)) => {
                    self.take_value(setting, without_spans(other), self.place(value.span()));
                    let is_escaped = matches!(other, DeValue::String(text) if text.contains(|c: char| c.is_control()));
                    if is_escaped && self.problems.last().is_some_and(|problem| problem.path == setting.path) {
                        self.explain(Slip::of_escapes(&self.text[value.span()]));
                    }
                }
                (_, None) if is_table => self.problem(self.place(name.span()), &path, ProblemKind::NotATable),
                (_, None) => self.unknown(&path, self.place(name.span())),
            }
        }
    }

    fn take_override(&mut self, item: &Override) {
        let place = Place::Override(item.origin.clone());
        let Some(setting) = Setting::at(&item.path) else {
            let settings = settings_of(&item.path);
            return match settings.is_empty() {
                true => self.unknown(&item.path, place),
                false => self.problem(place, &item.path, ProblemKind::NotASetting { settings }),
            };
        };
        // An override replaces the value of the file, and with it the problem of that value.
        self.problems.retain(|problem| problem.path != setting.path);
        self.take_value(setting, Some(item.toml_value()), place);
    }

    fn unknown(&mut self, path: &str, place: Place) {
        let siblings = path.rsplit_once('.').map_or_else(Vec::new, |(table, _)| settings_of(table));
        self.problem(place, path, ProblemKind::UnknownSetting { similar: similar_name(path), siblings });
    }

    /// Accepts one value, or reports why not. `found` is `None` for a number that TOML allows and Rust cannot hold.
    fn take_value(&mut self, setting: &'static Setting, found: Option<toml::Value>, place: Place) {
        let found = match found {
            Some(toml::Value::Integer(whole)) if matches!(setting.allowed, Allowed::Number { .. }) => {
                Some(toml::Value::Float(whole as f64))
            }
            Some(toml::Value::Array(items)) if matches!(setting.allowed, Allowed::Range | Allowed::ColourStrengths) => {
                let float =
                    |item: toml::Value| item.as_integer().map_or(item, |whole| toml::Value::Float(whole as f64));
                Some(toml::Value::Array(items.into_iter().map(float).collect()))
            }
            other => other,
        };
        match found {
            Some(value) if setting.allowed.permits(&value) => {
                self.values.insert(setting.path, (value, place));
            }
            found => {
                let kind = self.refusal(setting, found.as_ref());
                self.problem(place, setting.path, kind);
                let slip = found.as_ref().and_then(toml::Value::as_str).and_then(Slip::of_number);
                self.explain(slip.filter(|slip| match setting.allowed {
                    Allowed::Number { .. } | Allowed::Portion { .. } => true,
                    Allowed::Integer { .. } => matches!(slip, Slip::ThousandsSeparator { .. }),
                    _ => false,
                }));
            }
        }
    }

    /// The problem of a value that is not allowed. The largest batch size is the number of training images, if known.
    fn refusal(&self, setting: &'static Setting, found: Option<&toml::Value>) -> ProblemKind {
        if let ("training.batch_size", Some(toml::Value::Integer(found)), Some(images)) =
            (setting.path, found, self.training_images())
        {
            return ProblemKind::BatchSize { found: *found, images };
        }
        ProblemKind::NotAllowed {
            setting,
            found: found.map_or(Found::HugeNumber, describe),
            similar: found.and_then(|value| similar_word(&setting.allowed, value)),
        }
    }

    /// Number of training images, if it can be told from what was read so far.
    fn training_images(&self) -> Option<usize> {
        let number = |path: &str, default: usize| match self.values.get(path) {
            Some((toml::Value::Integer(number), _)) => Some(*number as usize),
            Some(_) => None,
            None => Some(default),
        };
        if self.has_problem_in_data() || self.values.contains_key("data.source") {
            return None;
        }
        let (train, held_out) = (number("data.train", 1000)?, number("data.validation", 0)?);
        Some(train.saturating_sub(held_out))
    }

    fn has_problem_in_data(&self) -> bool {
        self.problems.iter().any(|problem| problem.path.starts_with("data."))
    }

    /// Settings of `[data]` that are not given have the defaults of their source.
    fn take_defaults_of_the_source(&mut self) {
        fn given<T: for<'de> Deserialize<'de>>(document: &Document<'_>, path: &str) -> Option<T> {
            let (value, _) = document.values.get(path)?;
            T::deserialize(value.clone()).ok()
        }
        let source = given(self, "data.source").unwrap_or(Source::Digits);
        let preprocess = given(self, "data.preprocess").unwrap_or(PicturePreprocessing::Resize);
        let filters: Vec<i64> = given(self, "model.filters").unwrap_or_default();
        let defaults = toml::Table::try_from(DataConfig::of(source, preprocess).with_filters(!filters.is_empty()))
            .expect("settings are plain values");
        for setting in SETTINGS {
            if let Some(default) = setting.path.strip_prefix("data.").and_then(|name| defaults.get(name)) {
                let whole_file = self.whole_file();
                self.values.entry(setting.path).or_insert_with(|| (default.clone(), whole_file));
            }
        }
    }

    fn finish(mut self) -> Result<Experiment, ConfigErrors> {
        let experiment = Experiment::deserialize(self.table()).expect("allowed values fit the settings' types");
        if !self.has_problem_in_data() {
            for (path, kind) in contradictions(&experiment) {
                // A setting that already has a problem is not reported twice.
                if !self.problems.iter().any(|problem| problem.path == path) {
                    let place = self.values.get(path).map_or_else(|| self.whole_file(), |(_, place)| place.clone());
                    self.problem(place, path, kind);
                }
            }
        }
        if self.problems.is_empty() {
            return Ok(experiment);
        }
        self.problems.sort_by_key(|problem| problem.place.order());
        Err(ConfigErrors { problems: self.problems })
    }

    /// The allowed values as nested tables.
    fn table(&self) -> toml::Table {
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
        root
    }
}

/// The known setting, or table of settings, whose name is closest to `path`, if one is close enough to be meant.
fn similar_name(path: &str) -> Option<&'static str> {
    fn name(path: &str) -> &str {
        path.rsplit('.').next().unwrap_or_default()
    }
    let table = |path: &str| path.rsplit_once('.').map(|(table, _)| table.to_string());
    let known = SETTINGS.iter().flat_map(|setting| [Some(setting.path), setting.path.split_once('.').map(|(t, _)| t)]);
    // A name of the same table is more likely meant than one of another.
    let score = |known: &str| {
        strsim::jaro_winkler(name(path), name(known)) + if table(path) == table(known) { 0.1 } else { 0.0 }
    };
    let best = known.flatten().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) > 0.85).then_some(best)
}

/// The names of a table's settings.
fn settings_of(table: &str) -> Vec<&'static str> {
    SETTINGS.iter().filter_map(|setting| setting.path.strip_prefix(table)?.strip_prefix('.')).collect()
}

/// For a misspelt word, the word that was meant.
fn similar_word(allowed: &Allowed, found: &toml::Value) -> Option<&'static str> {
    let (Allowed::Choice(words), Some(got)) = (allowed, found.as_str()) else { return None };
    let similarity = |word: &str| strsim::jaro_winkler(got, word);
    let best = words.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)))?;
    (similarity(best) > 0.75).then_some(best)
}

fn describe(value: &toml::Value) -> Found {
    const MAX_CHARS: usize = 60;
    if value.is_table() {
        return Found::Table;
    }
    let text = one_line(&value.to_string());
    Found::Value(match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A parsed value without its positions; `None` if a number does not fit.
fn without_spans(value: &DeValue<'_>) -> Option<toml::Value> {
    Some(match value {
        DeValue::String(text) => toml::Value::String(text.to_string()),
        DeValue::Integer(n) => toml::Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).ok()?),
        DeValue::Float(x) => toml::Value::Float(x.as_str().parse().ok()?),
        DeValue::Boolean(flag) => toml::Value::Boolean(*flag),
        DeValue::Datetime(when) => toml::Value::Datetime(*when),
        DeValue::Array(items) => {
            toml::Value::Array(items.iter().map(|item| without_spans(item.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(table) => {
            let entries =
                table.iter().map(|(name, item)| Some((name.get_ref().to_string(), without_spans(item.get_ref())?)));
            toml::Value::Table(entries.collect::<Option<_>>()?)
        }
    })
}
