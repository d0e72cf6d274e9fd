//! `chiffres --version`: the version, and with `--verbose` the licences.

use chiffres::data::DATA_LICENCES;

use super::output;

/// Prints the version; with the licences of the program and of the data inside it if `verbose`.
pub fn print(verbose: bool) {
    let mut text = format!("chiffres {}\n", env!("CARGO_PKG_VERSION"));
    if verbose {
        text += &format!("\nlicences  {}\n", env!("CARGO_PKG_LICENSE"));
        for data in DATA_LICENCES {
            text += &format!("\n{}: {}\n", data.title, data.part);
            text += &format!("  by {}\n  {}, {}\n", data.source, data.spdx, data.url);
        }
    }
    output::print(&text);
}
