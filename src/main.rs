//! The program `chiffres`: parses the command line, runs a command, returns its exit code.
// Only `cli::output` writes to the terminal.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    chiffres::native::device::set_up_burn();
    let cli = cli::Cli::parse();
    cli.color.write_global();
    match cli.run() {
        Ok(code) => code,
        Err(error) => cli::output::fail(&error),
    }
}
