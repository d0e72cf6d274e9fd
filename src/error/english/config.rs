//! Problems of a configuration in English.

use crate::config::{Allowed, Found, NotAnOverride, Problem, ProblemKind, Slip};
use crate::error::Message;
use crate::error::words::{number, quoted};

use super::split::too_many_stages;

/// One problem of a configuration.
pub(in crate::error) fn problem(problem: &Problem) -> Message {
    let path = &problem.path;
    let message = match &problem.kind {
        ProblemKind::NotUtf8 { is_utf16: true } => Message::new("the file is UTF-16 text, not UTF-8").hint(
            "save it as UTF-8: in Notepad with Save as and Encoding; in PowerShell with | Out-File -Encoding utf8 in place of >",
        ),
        ProblemKind::NotUtf8 { is_utf16: false } => {
            Message::new("the file is not UTF-8 text: this character cannot be read").hint("save it as UTF-8")
        }
        ProblemKind::Syntax { toml } => Message::new(format!("not valid TOML: {toml}")),
        ProblemKind::UnknownSetting { similar, siblings } => {
            let message = Message::new(format!("there is no setting {path}"));
            match (similar, path.rsplit_once('.')) {
                (Some(similar), _) => message.hint(format!("did you mean {similar}?")),
                (None, Some((table, _))) if !siblings.is_empty() => {
                    message.hint(format!("settings of [{table}]: {}", siblings.join(", ")))
                }
                (None, _) => message,
            }
        }
        ProblemKind::NotATable => {
            Message::new(format!("{path} must be a table")).hint(format!("write its settings below a line [{path}]"))
        }
        ProblemKind::NotASetting { settings } => Message::new(format!("{path} is a table, not a setting"))
            .hint(format!("its settings are {}", settings.join(", "))),
        ProblemKind::NotAllowed { setting, found, similar } => {
            let found = match found {
                Found::Value(value) => value,
                Found::Table => "a table",
                Found::HugeNumber => "a number of more than 64 bits",
            };
            let message = Message::new(format!("{path} is {found}, but must be {}", allowed(&setting.allowed)));
            match similar {
                Some(word) => message.hint(format!("did you mean {word:?}?")),
                None => message.hint(setting.hint.english),
            }
        }
        ProblemKind::BatchSize { found, images } => {
            let text = format!("training.batch_size is {found}, but must be 1 to {images} (the training images)");
            let is_too_large = usize::try_from(*found).is_ok_and(|found| found > *images);
            Message::new(text).hint(match is_too_large {
                true => "write a smaller one under [training]",
                false => "200 is what the article uses",
            })
        }
        ProblemKind::NothingToTest { train, images } => {
            Message::new(format!("data.train is {train}, but must leave some of the {images} images to test"))
                .hint("1000 is what the article uses")
        }
        ProblemKind::NoTestImages { images } => {
            Message::new(format!("data.train is \"auto\", but the {images} digits have no test images of their own"))
                .hint("1000 is what the article uses")
        }
        ProblemKind::NothingToTrain { validation, train } => {
            Message::new(format!("data.validation is {validation}, but must be less than data.train, which is {train}"))
                .hint("0 holds out none")
        }
        ProblemKind::NothingToWatch { patience, suggested } => {
            Message::new(format!("training.patience is {patience}, but there is no validation loss to watch"))
                .hint(format!("hold images out with data.validation = {suggested}"))
        }
        ProblemKind::OneNumberForSize { found } => {
            Message::new(format!("data.size is [{found}], but must be rows and columns"))
                .hint(format!("write [{found}, {found}]"))
        }
        ProblemKind::OtherSource { source, applies_to } => {
            let sources: Vec<String> = applies_to.iter().map(ToString::to_string).collect();
            Message::new(format!("{path} does not apply to data.source = \"{source}\""))
                .hint(format!("it is for {}: remove it, or change data.source", sources.join(", ")))
        }
        ProblemKind::NoPath { source } => {
            Message::new(format!("data.source is \"{source}\", but data.path does not say where the images are"))
                .hint("write path = \"...\" under [data], or --set data.path=...")
        }
        ProblemKind::SizeOfDigits => {
            Message::new("data.size does not apply to data.preprocess = \"digit\" or \"centred\": their images are 8x8 or 28x28")
                .hint("remove it")
        }
        ProblemKind::ColourOfDigits => {
            Message::new("data.channels is 3, but data.preprocess = \"digit\" or \"centred\" makes grey images")
                .hint("remove one of them")
        }
        ProblemKind::GreyColours => {
            Message::new("augmentation.colour changes colours, but data.channels = 1 makes the images grey")
                .hint("set data.channels = 3, or remove augmentation.colour")
        }
        ProblemKind::Twice { other } => {
            Message::new(format!("{path} and {other} are two names of one setting")).hint("remove one of them")
        }
        ProblemKind::NoGroups => {
            Message::new("data.split is \"group\", but data.group does not say which column holds the groups")
                .hint("name the column of the groups with data.group")
        }
        ProblemKind::ClassesOfDigits => Message::new("data.classes cannot rename the digits").hint("remove it"),
        ProblemKind::TooManyStages { stages, height, width, max } => too_many_stages(*stages, *height, *width, *max),
    };
    let message = match &problem.slip {
        Some(slip) => message.hint(self::slip(slip)),
        None => message,
    };
    message.at(problem.place.to_string())
}

/// The way to write what was meant.
fn slip(slip: &Slip) -> String {
    match slip {
        Slip::Backslash => {
            r"in double quotes \ begins an escape: write paths with /, or in single quotes, like 'C:\Users\me'".into()
        }
        Slip::DecimalComma { meant } => format!("write decimals with a point: {meant}"),
        Slip::ThousandsSeparator { meant } => format!("write {meant} without a separator; a list needs brackets"),
        Slip::TypographicQuotes { found } => format!("{found} is a typographic quote: write straight ones, \"...\""),
        Slip::CapitalBoolean { meant } => format!("write {meant}, in small letters"),
        Slip::Colon => "write = in place of the colon".into(),
        Slip::Lookalike { found, meant } => {
            format!("U+{:04X} is there, which looks like {meant:?}: write the plain character", u32::from(*found))
        }
    }
}

/// The allowed values of a setting.
pub(in crate::error) fn allowed(allowed: &Allowed) -> String {
    match allowed {
        Allowed::Name => {
            "a name in quotes: a letter or digit, then letters, digits, '-', '_' and '.', at most 100".into()
        }
        Allowed::Boolean => "true or false".into(),
        Allowed::Integer { min, max } => format!("a whole number, {min} to {max}"),
        Allowed::Number { min, max, above } => {
            let (min, max) = (number(*min), number(*max));
            if *above { format!("a number above {min}, up to {max}") } else { format!("a number, {min} to {max}") }
        }
        Allowed::Integers { min, max, max_len } => {
            format!("a list of at most {max_len} whole numbers, each {min} to {max}")
        }
        Allowed::Range => "two numbers, the smaller one first, or an empty list".into(),
        Allowed::Text => "a text of one line".into(),
        Allowed::Separator => {
            "\"auto\", or one character that is not a letter, a digit, a quote, '.', '+' or '-'".into()
        }
        Allowed::Texts => "a list of texts".into(),
        Allowed::Names => "a list of at least two different texts, or an empty one".into(),
        Allowed::Columns => "\"auto\", or a list of names in quotes and positions counted from 0".into(),
        Allowed::Column => "a name in quotes, or a position counted from 0".into(),
        Allowed::Portion { auto, min } => {
            let word = if *auto { "\"auto\", " } else { "" };
            format!("{word}a whole number, {min} or more, or a share between 0 and 1")
        }
        Allowed::Choice(words) => format!("one of {}", quoted(words)),
        Allowed::ColourStrengths => {
            "[hue, saturation, brightness], from 0 to 180 degrees, to 2 and to 2, or an empty list".into()
        }
        Allowed::Channels => "\"auto\", 1 or 3".into(),
        Allowed::WordOrInteger { word, min, max } => format!("{word:?}, or a whole number, {min} to {max}"),
    }
}

/// An override that is not `KEY=VALUE`.
pub(in crate::error) fn not_an_override(NotAnOverride { text }: &NotAnOverride) -> Message {
    Message::new(format!("{text:?} is not KEY=VALUE; for example training.epochs=50"))
}
