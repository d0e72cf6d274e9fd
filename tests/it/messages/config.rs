//! Messages about configurations and the hints of settings.

use chiffres::config::{Found, Override, Place, Portion, Problem, ProblemKind, SETTINGS, Slip, Source};
use chiffres::error::{Language, Message};
use insta::assert_snapshot;

use super::pair;

#[test]
fn every_configuration_problem_reads_well_in_both_languages() {
    let setting = |path: &str| SETTINGS.iter().find(|setting| setting.path == path).unwrap();
    let not_allowed = |path, found, similar| ProblemKind::NotAllowed { setting: setting(path), found, similar };
    let value = |text: &str| Found::Value(text.into());
    let problems = [
        ("", ProblemKind::NotUtf8 { is_utf16: true }),
        ("", ProblemKind::NotUtf8 { is_utf16: false }),
        ("", ProblemKind::Syntax { toml: "unclosed array, expected `]`".into() }),
        ("nmae", ProblemKind::UnknownSetting { similar: Some("name"), siblings: vec![] }),
        ("model.x", ProblemKind::UnknownSetting { similar: None, siblings: vec!["hidden", "init"] }),
        ("model", ProblemKind::NotATable),
        ("model", ProblemKind::NotASetting { settings: vec!["hidden", "init"] }),
        ("model.init", not_allowed("model.init", value("\"gloro\""), Some("glorot-normal"))),
        ("training.shuffle", not_allowed("training.shuffle", Found::Table, None)),
        ("seed", not_allowed("seed", Found::HugeNumber, None)),
        ("training.batch_size", ProblemKind::BatchSize { found: 1234, images: 1000 }),
        ("training.batch_size", ProblemKind::BatchSize { found: -7, images: 1000 }),
        ("data.train", ProblemKind::NothingToTest { train: 1801, images: 1797 }),
        ("data.train", ProblemKind::NoTestImages { images: 1797 }),
        ("data.validation", ProblemKind::NothingToTrain { validation: 901, train: 900 }),
        ("training.patience", ProblemKind::NothingToWatch { patience: 7, suggested: Portion::Share(0.1) }),
        ("data.size", ProblemKind::OneNumberForSize { found: 28 }),
        ("data.label", ProblemKind::OtherSource { source: Source::Npz, applies_to: &[Source::Csv, Source::Parquet] }),
        ("data.path", ProblemKind::NoPath { source: Source::Folder }),
        ("data.size", ProblemKind::SizeOfDigits),
        ("data.channels", ProblemKind::ColourOfDigits),
        ("augmentation.colour", ProblemKind::GreyColours),
        ("data.train_images", ProblemKind::Twice { other: "data.images" }),
        ("data.split", ProblemKind::NoGroups),
        ("data.classes", ProblemKind::ClassesOfDigits),
        ("model.filters", ProblemKind::TooManyStages { stages: 4, height: 9, width: 8, max: 3 }),
    ];
    let mut transcript = String::new();
    for (i, (path, kind)) in problems.into_iter().enumerate() {
        let values: &[&str] = match &kind {
            ProblemKind::NotUtf8 { is_utf16: true } => &["UTF-16", "UTF-8", "PowerShell"],
            ProblemKind::NotUtf8 { is_utf16: false } => &["UTF-8"],
            ProblemKind::Syntax { .. } => &["TOML", "`]`"],
            ProblemKind::UnknownSetting { similar: Some(_), .. } => &["nmae", "name"],
            ProblemKind::UnknownSetting { .. } => &["model.x", "[model]", "hidden, init"],
            ProblemKind::NotATable => &["model", "[model]"],
            ProblemKind::NotASetting { .. } => &["model", "hidden, init"],
            ProblemKind::NotAllowed { similar: Some(_), .. } => &["model.init", "\"gloro\"", "\"glorot-normal\""],
            ProblemKind::NotAllowed { found: Found::Table, .. } => &["training.shuffle", "table", "true", "false"],
            ProblemKind::NotAllowed { .. } => &["seed", "64 bits", "9223372036854775807"],
            ProblemKind::BatchSize { found: 1234, .. } => &["training.batch_size", "1234", "1000", "[training]"],
            ProblemKind::BatchSize { .. } => &["training.batch_size", "-7", "1000", "200"],
            ProblemKind::NothingToTest { .. } => &["data.train", "1801", "1797"],
            ProblemKind::NoTestImages { .. } => &["data.train", "\"auto\"", "1797"],
            ProblemKind::NothingToTrain { .. } => &["data.validation", "901", "data.train", "900"],
            ProblemKind::NothingToWatch { .. } => &["training.patience", "7", "data.validation = 0.1"],
            ProblemKind::OneNumberForSize { .. } => &["data.size", "[28]", "[28, 28]"],
            ProblemKind::OtherSource { .. } => &["data.label", "\"npz\"", "csv, parquet"],
            ProblemKind::NoPath { .. } => &["\"folder\"", "data.path", "[data]"],
            ProblemKind::SizeOfDigits => &["data.size", "\"digit\""],
            ProblemKind::ColourOfDigits => &["data.channels", "3", "\"digit\""],
            ProblemKind::GreyColours => &["augmentation.colour", "data.channels = 3"],
            ProblemKind::Twice { .. } => &["data.train_images", "data.images"],
            ProblemKind::NoGroups => &["data.split", "\"group\"", "data.group"],
            ProblemKind::ClassesOfDigits => &["data.classes"],
            ProblemKind::TooManyStages { .. } => &["model.filters", "4", "9x8", "3"],
        };
        let place = Place::Position { file: "my.toml".into(), line: i + 1, column: 3 };
        let problem = Problem { place, path: path.into(), kind, slip: None };
        let place = format!("my.toml:{}:3", i + 1);
        transcript += &pair(|language| problem.message(language), &[values, &[place.as_str()]].concat());
    }
    let error = Override::parse("epochs").unwrap_err();
    transcript += &pair(|language| error.message(language), &["\"epochs\"", "training.epochs=50"]);
    assert_snapshot!(transcript);
}

#[test]
fn every_slip_reads_well_in_both_languages() {
    let slips = [
        (Slip::Backslash, &["/", r"'C:\Users\"][..]),
        (Slip::DecimalComma { meant: "0.5".into() }, &["0.5"]),
        (Slip::ThousandsSeparator { meant: "1000".into() }, &["1000"]),
        (Slip::TypographicQuotes { found: '“' }, &["“", "\"...\""]),
        (Slip::CapitalBoolean { meant: "true" }, &["true"]),
        (Slip::Colon, &["="]),
        (Slip::Lookalike { found: '\u{a0}', meant: ' ' }, &["U+00A0"]),
    ];
    let shown = slips.into_iter().map(|(slip, values)| {
        let place = Place::Position { file: "my.toml".into(), line: 1, column: 3 };
        let kind = ProblemKind::Syntax { toml: "invalid value".into() };
        let problem = Problem { place, path: String::new(), kind, slip: Some(slip) };
        pair(|language| problem.message(language), values)
    });
    assert_snapshot!(shown.collect::<String>());
}

#[test]
fn every_setting_is_explained_in_both_languages() {
    let mut transcript = String::new();
    for setting in SETTINGS {
        let message = |language| {
            let hint = match language {
                Language::English => setting.hint.english,
                Language::French => setting.hint.french,
            };
            Message::new(setting.allowed.describe(language)).hint(hint)
        };
        transcript += &format!("{}\n", setting.path);
        transcript += &pair(message, &[]);
    }
    assert_snapshot!(transcript);
}
