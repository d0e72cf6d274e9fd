//! `chiffres lab`: the page, in a browser on this machine.

use std::io;
use std::process::ExitCode;

use chiffres::native::Result;
use chiffres::native::lab;

use super::output::{note, print};

#[derive(clap::Args)]
pub struct Args {
    /// Port of this machine to serve the page on; 0 takes any that is free
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
            note("only this machine can reach the page; Ctrl-C ends it");
        };
        let unopened = |error: &io::Error| note(&format!("open the address yourself: no browser was found ({error})"));
        lab::serve(self.port, listening, (!self.no_open).then_some(unopened))?;
        Ok(ExitCode::SUCCESS)
    }
}
