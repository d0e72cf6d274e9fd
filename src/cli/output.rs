//! Results on standard output, everything else on standard error, and what colours the terminal has.

use std::io::{ErrorKind, Write};
use std::process::{self, ExitCode};

use serde::Serialize;

use chiffres::native::Error;
use chiffres::native::interrupt;

/// Exit code of a command that failed.
pub const FAILURE: u8 = 1;
/// Exit code of wrong usage or configuration.
pub const USAGE: u8 = 2;
/// Exit code of a network that misses its quality gate.
pub const GATE_MISSED: u8 = 3;

/// Writes a result to standard output.
///
/// A reader who has seen enough (`chiffres show 0 | head -1`) closes the pipe: that is no failure, and no reason to say so.
pub fn print(text: &str) {
    let mut out = anstream::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => {
            note(&format!("error: cannot write to standard output: {error}"));
            process::exit(i32::from(FAILURE));
        }
    }
}

/// Writes a result as a JSON object on a line of its own.
pub fn print_json(value: &impl Serialize) {
    print(&(serde_json::to_string(value).expect("results are plain data") + "\n"));
}

/// Writes a line to standard error.
pub fn note(text: &str) {
    // Nobody may be reading; there is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Reports an error and what to do about it; the exit code says whose fault it is.
pub fn fail(error: &Error) -> ExitCode {
    let hint = error.hint().map_or(String::new(), |hint| format!("\nhint: {hint}"));
    for line in format!("error: {error}{hint}").lines() {
        match line.split_once(": ") {
            Some(("error", text)) => note(&format!("\x1b[1;31merror:\x1b[0m {text}")),
            Some(("hint", text)) => note(&format!("\x1b[1mhint:\x1b[0m {text}")),
            _ => note(line),
        }
    }
    ExitCode::from(match error {
        Error::Killed => interrupt::EXIT_CODE,
        error if error.is_usage() => USAGE,
        _ => FAILURE,
    })
}

/// How many colours standard output shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// None: shades of characters.
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

/// How this program is called: through cargo, where cargo called it.
pub fn program() -> &'static str {
    match std::env::var_os("CARGO") {
        Some(_) => "cargo run --release --",
        None => "chiffres",
    }
}

/// `1135` as `1,135`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits are ASCII")).collect();
    groups.join(",")
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
