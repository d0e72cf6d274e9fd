//! Output: results on standard output, messages on standard error, and what the terminal can show.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::process::{self, ExitCode};

use anstyle::{AnsiColor, Style};
use indicatif::HumanCount;
use ratatui::crossterm::terminal;
use serde::Serialize;

use chiffres::error::Language;
use chiffres::native::Error;
use chiffres::native::error::TrainingProblem;
use chiffres::native::interrupt;

/// Exit code of a command that failed.
pub const FAILURE: u8 = 1;
/// Exit code of wrong usage or configuration.
pub const USAGE: u8 = 2;
/// Exit code of a check that failed: a network misses its quality gate, or a run has other weights.
pub const CHECK_FAILED: u8 = 3;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = Style::new().bold();

/// Columns of output that does not go to a terminal.
const DEFAULT_COLUMNS: usize = 80;
/// Fewest columns that pictures and tables are laid out for.
const MIN_COLUMNS: usize = 20;

/// Writes a result to standard output.
///
/// A closed pipe is not an error: in `chiffres show 0 | head -1`, the reader has all it wants.
pub fn print(text: &str) {
    let mut out = anstream::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Ok(()) => {}
        Err(problem) if problem.kind() == ErrorKind::BrokenPipe => {}
        Err(problem) => {
            error(&format!("cannot write to standard output: {problem}"));
            process::exit(i32::from(FAILURE));
        }
    }
}

/// Writes a result as a JSON object on a line of its own.
pub fn print_json(value: &impl Serialize) {
    print(&(serde_json::to_string(value).expect("results are plain data") + "\n"));
}

/// Writes a message to standard error.
pub fn note(text: &str) {
    // If standard error is closed, nobody is left to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Writes a line about an error to standard error.
pub fn error(error: &impl Display) {
    note(&format!("{ERROR}error:{ERROR:#} {error}"));
}

/// Writes a line to standard error that says what the user can do about an error.
pub fn hint(text: &str) {
    note(&format!("{HINT}hint:{HINT:#} {text}"));
}

/// Reports an error with its hints, and returns the exit code of its kind.
pub fn fail(failure: &Error) -> ExitCode {
    for message in failure.messages(Language::English) {
        error(&message);
        if let Some(text) = &message.hint {
            hint(text);
        }
    }
    ExitCode::from(match failure {
        Error::Training(TrainingProblem::Killed) => interrupt::EXIT_CODE,
        failure if failure.is_usage() => USAGE,
        _ => FAILURE,
    })
}

/// The colours that standard output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// None: characters of different density stand for shades.
    None,
    /// The 256 of xterm, 24 greys among them.
    Palette,
    /// 16 million.
    True,
}

impl Colors {
    pub fn of_stdout() -> Self {
        if anstream::AutoStream::choice(&std::io::stdout()) == anstream::ColorChoice::Never {
            return Self::None;
        }
        match std::env::var("COLORTERM").as_deref() {
            Ok("truecolor" | "24bit") => Self::True,
            _ => Self::Palette,
        }
    }
}

/// Columns of the terminal; the variable COLUMNS overrides them.
pub fn terminal_columns() -> usize {
    let columns = match std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()) {
        Some(columns) => columns,
        None => terminal::size().map_or(DEFAULT_COLUMNS, |(columns, _)| usize::from(columns)),
    };
    columns.max(MIN_COLUMNS)
}

/// The command that starts this program, for hints: `cargo run` if cargo started it.
pub fn program() -> &'static str {
    match std::env::var_os("CARGO") {
        Some(_) => "cargo run --release --",
        None => "chiffres",
    }
}

/// `1135` as `1,135`.
pub fn thousands(number: usize) -> String {
    HumanCount(number as u64).to_string()
}

/// `0.0790` as `7.9 %`.
pub fn percent(rate: f64) -> String {
    format!("{:.1} %", 100.0 * rate)
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", thousands(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
