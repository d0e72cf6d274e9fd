//! `chiffres lab`: serve the page to a browser on this machine.

use std::io;
use std::process::ExitCode;

use chiffres::native::Result;
use chiffres::native::lab;

use super::output::{note, print};

#[derive(clap::Args)]
pub struct Args {
    /// Port of this machine to serve the page on; 0 picks a free one
    #[arg(long, value_name = "PORT", default_value_t = 4748)]
    port: u16,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let listening = |address: &str| {
            print(&format!("{address}\n"));
            note("only this machine can reach the page; press Ctrl-C to stop");
        };
        let no_browser = |error: &io::Error| note(&format!("no browser opened ({error}): open the address yourself"));
        lab::serve(self.port, listening, (!self.no_open).then_some(no_browser))?;
        Ok(ExitCode::SUCCESS)
    }
}
