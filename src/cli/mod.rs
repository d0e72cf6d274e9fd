//! The command line: one file a subcommand.

mod completions;
mod config;
mod cross_validate;
mod data;
mod errors;
mod evaluate;
mod explain;
mod init;
mod lab;
mod layout;
pub mod output;
mod picture;
mod predict;
mod report;
mod sheet;
mod show;
mod train;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use chiffres::native::Result;

/// Train a first neural network on handwritten digits.
#[derive(Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 done, 1 failure, 2 wrong usage or configuration, 3 quality gate missed, 130 interrupted.\n\
                  Results go to standard output, everything else to standard error."
)]
pub struct Cli {
    /// Colours in the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours; `auto` asks the terminal and respects NO_COLOR.
#[derive(Clone, Copy, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Train a network, then report how it does on the test images
    Train(train::Args),
    /// Report again how a trained network does
    Evaluate(evaluate::Args),
    /// Judge a configuration by its training images alone: hold out each part of them once
    #[command(visible_alias = "validate")]
    CrossValidate(cross_validate::Args),
    /// Let a trained network name images
    Predict(predict::Args),
    /// Show images as numbers and as pictures, or what the neurons of a network look for
    Show(show::Args),
    /// Show the images a trained network gets wrong
    Errors(errors::Args),
    /// Look at the images of a configuration before training on them, or give them to other programs
    Data(data::Args),
    /// Look at images of your own, and write a configuration that trains on them
    Init(init::Args),
    /// Check and explain configuration files
    Config(config::Args),
    /// Open the page: draw digits, and watch a network learn them, in a browser
    Lab(lab::Args),
    /// Lend a device of this machine to trainings on others
    Worker(worker::Args),
    /// Print a script that completes commands in your shell
    Completions(completions::Args),
}

impl Command {
    pub fn run(self) -> Result<ExitCode> {
        match self {
            Self::Train(args) => args.run(),
            Self::Evaluate(args) => args.run(),
            Self::CrossValidate(args) => args.run(),
            Self::Predict(args) => args.run(),
            Self::Show(args) => args.run(),
            Self::Errors(args) => args.run(),
            Self::Data(args) => args.run(),
            Self::Init(args) => args.run(),
            Self::Config(args) => args.run(),
            Self::Lab(args) => args.run(),
            Self::Worker(args) => args.run(),
            Self::Completions(args) => args.run(),
        }
    }
}

impl Color {
    pub fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}
