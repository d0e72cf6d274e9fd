//! `chiffres`: parse, dispatch, exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    chiffres::native::device::unpack_on_cpu();
    let cli = cli::Cli::parse();
    cli.color.write_global();
    match cli.command.run() {
        Ok(code) => code,
        Err(error) => cli::output::fail(&error),
    }
}
