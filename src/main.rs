//! `chiffres`: parse, dispatch, exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    chiffres::native::device::set_up_burn();
    let cli = cli::Cli::parse();
    cli.color.write_global();
    match cli.command.run() {
        Ok(code) => code,
        Err(error) => cli::output::fail(&error),
    }
}
