//! The command line: one file for each subcommand.

mod boxes;
mod completions;
mod config;
mod contact_sheet;
mod cross_validate;
mod data;
mod errors;
mod evaluate;
mod explain;
mod export;
mod import;
mod init;
mod lab;
mod layout;
pub mod output;
mod picture;
mod place;
mod predict;
mod read;
mod reading;
mod report;
mod rows;
mod sheet;
mod sheet_picture;
mod show;
mod train;
mod verify;
mod version;
mod worker;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use chiffres::native::Result;

/// Train a first neural network on handwritten digits.
#[derive(Parser)]
#[command(
    disable_version_flag = true,
    override_usage = "chiffres [OPTIONS] <COMMAND>",
    arg_required_else_help = true,
    after_help = "Exit codes: 0 success, 1 failure, 2 wrong usage or configuration, 3 a check failed, 130 interrupted.\n\
                  Results go to standard output, everything else to standard error."
)]
pub struct Cli {
    /// Use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    pub color: Color,
    /// Print version
    #[arg(long, short = 'V', display_order = 1000)]
    version: bool,
    /// With --version: print the licences of the program and of the data inside it
    #[arg(long, requires = "version", display_order = 1001)]
    verbose: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Use of colours; `auto` uses them in a terminal, unless NO_COLOR is set.
#[derive(Clone, Copy, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Train a network, then report its error rate on the test images
    Train(train::Args),
    /// Evaluate a trained network on its test images
    Evaluate(evaluate::Args),
    /// Train a run again, and check that its weights come out byte for byte
    Verify(verify::Args),
    /// Cross-validate a configuration: hold out each part of its training images in turn
    #[command(visible_alias = "validate")]
    CrossValidate(cross_validate::Args),
    /// Classify images with a trained network
    Predict(predict::Args),
    /// Read every digit on photographs of paper, line by line
    Read(read::Args),
    /// Show images as numbers and pictures, or the weights of a network's neurons
    Show(show::Args),
    /// Show the images that a trained network misclassifies
    Errors(errors::Args),
    /// Write a trained network for other programs: ONNX, C, Rust, JavaScript, scikit-learn, PyTorch
    Export(export::Args),
    /// Bring in a network of another program: scikit-learn, PyTorch, ONNX
    Import(import::Args),
    /// Check the images of a configuration before training, or export them for other programs
    Data(data::Args),
    /// Inspect your own images, and write a configuration that trains on them
    Init(init::Args),
    /// Print sheets that collect the digits of a class, and read their photographs
    Sheet(sheet::Args),
    /// Check and explain configurations, and list those inside the program
    Config(config::Args),
    /// Open the page in a browser: draw digits, and watch a network learn them
    Lab(lab::Args),
    /// Share a device of this machine with training runs elsewhere
    Worker(worker::Args),
    /// Print a completion script for your shell
    Completions(completions::Args),
}

impl Cli {
    pub fn run(self) -> Result<ExitCode> {
        if self.version {
            version::print(self.verbose);
            return Ok(ExitCode::SUCCESS);
        }
        match self.command {
            Some(command) => command.run(),
            None => {
                Self::command().error(ErrorKind::MissingSubcommand, "a command is required: train, for example").exit()
            }
        }
    }
}

impl Command {
    fn run(self) -> Result<ExitCode> {
        match self {
            Self::Train(args) => args.run(),
            Self::Evaluate(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::CrossValidate(args) => args.run(),
            Self::Predict(args) => args.run(),
            Self::Read(args) => args.run(),
            Self::Show(args) => args.run(),
            Self::Errors(args) => args.run(),
            Self::Export(args) => args.run(),
            Self::Import(args) => args.run(),
            Self::Data(args) => args.run(),
            Self::Init(args) => args.run(),
            Self::Sheet(args) => args.run(),
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
