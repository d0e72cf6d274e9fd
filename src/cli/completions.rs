//! `chiffres completions`: print a completion script for a shell.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use chiffres::native::Result;

use super::output::print;

#[derive(clap::Args)]
pub struct Args {
    /// Shell to complete commands in
    shell: Shell,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "chiffres", &mut script);
        print(&String::from_utf8_lossy(&script));
        Ok(ExitCode::SUCCESS)
    }
}
