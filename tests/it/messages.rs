//! Messages: every error reads well in English and in French, and shows its values in both.
//!
//! Each enum of problems has a test, which builds every variant (an exhaustive `match` notices a new one) and gives both
//! messages to [`pair`].

use chiffres::error::{Language, Message};
use chiffres::native::error::LabProblem;

/// The message of an error in both languages; `message` is what makes it.
fn pair(message: impl Fn(Language) -> Message, values: &[&str]) -> String {
    let (english, french) = (message(Language::English), message(Language::French));
    for Message { text, hint, .. } in [&english, &french] {
        assert_ne!(text.trim(), "");
        assert!(hint.as_deref().is_none_or(|hint| !hint.trim().is_empty()), "an empty hint: {text}");
    }
    assert_ne!(english.text, french.text);
    assert_eq!(english.place.is_some(), french.place.is_some(), "{english}");
    assert_eq!(english.hint.is_some(), french.hint.is_some(), "{english}");
    let lines = [&english, &french].map(|message| {
        let hint = message.hint.as_ref().map_or(String::new(), |hint| format!("\n    {hint}"));
        format!("{message}{hint}")
    });
    for value in values {
        assert!(lines.iter().all(|line| line.contains(value)), "{value} is missing: {lines:#?}");
    }
    assert!(!has_wrong_spaces(&lines[1]), "French has no-break spaces before : ; ! ? and inside « »: {}", lines[1]);
    format!("en: {}\nfr: {}\n", lines[0], lines[1])
}

/// Whether a sign that French sets apart stands after a plain space, or after a letter.
fn has_wrong_spaces(text: &str) -> bool {
    let words: Vec<char> = text.chars().collect();
    words.windows(2).any(|pair| match pair {
        [' ', ':' | ';' | '!' | '?' | '»'] | ['«', ' '] => true,
        [before, ';' | '!' | '?' | '»'] => before.is_alphabetic(),
        _ => false,
    })
}

#[test]
fn french_spaces_are_recognised() {
    for wrong in ["quoi ?", "quoi?", "un : deux", "« un »", "un; deux"] {
        assert!(has_wrong_spaces(wrong), "{wrong}");
    }
    for right in ["quoi\u{a0}?", "un\u{a0}: deux", "«\u{a0}un\u{a0}»", "un\u{202f}; deux", "my.toml:1:2\u{a0}: non"] {
        assert!(!has_wrong_spaces(right), "{right}");
    }
}

#[test]
fn every_lab_problem_reads_well_in_both_languages() {
    let refused = || std::io::Error::other("address already in use");
    let problems = [LabProblem::NotBuilt, LabProblem::Port { port: 4748, source: refused() }];
    for problem in problems {
        let values: &[&str] = match &problem {
            LabProblem::NotBuilt => &["--features lab"],
            LabProblem::Port { .. } => &["127.0.0.1:4748", "address already in use", "--port 0"],
        };
        let error = chiffres::native::Error::from(problem);
        pair(|language| error.messages(language).swap_remove(0), values);
    }
}
