//! `chiffres export`: a trained network as a file for other programs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use chiffres::error::{ExportError, ExportProblem};
use chiffres::evaluate::Relation;
use chiffres::exchange::{Format, Loss, ReadBack, usage};
use chiffres::native::Result;
use chiffres::native::exchange::{Export, Images, export};

use super::data;
use super::evaluate::{note_changed, trained};
use super::output::{count, note, print, thousands};

#[derive(clap::Args)]
pub struct Args {
    /// A run's name or folder, or a model file
    run: String,
    /// The format
    #[arg(long, value_name = "FORMAT")]
    to: To,
    /// With --to c: weights of 8 bits, a quarter of the flash; the errors that this costs are printed
    #[arg(long)]
    int8: bool,
    /// The file to write; the default is RUN.onnx, RUN.h, ... in this folder
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Images to compare the file on; or the dataset, if it has moved since training
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    /// ONNX: onnxruntime, browsers, phones, Netron
    Onnx,
    /// One C99 header, for computers and microcontrollers
    C,
    /// One Rust module without the standard library
    Rust,
    /// One JavaScript module, for browsers and Node
    Js,
    /// Arrays for scikit-learn's MLPClassifier
    Sklearn,
    /// Weights for PyTorch's nn.Sequential
    Pytorch,
    /// A model card: data, figures, limits, and how to make the network again
    Card,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let trained = trained(&self.run)?;
        let format = match (self.to, self.int8) {
            (To::C, true) => Format::CInt8,
            (to, false) => Format::from(to),
            (to, true) => {
                let problem = ExportProblem::Int8;
                return Err(ExportError { format: Format::from(to).title(), problem }.into());
            }
        };
        let made = data::with_options(|opening| export(&self.run, &trained, format, self.data.as_deref(), opening))?;
        let path = made.write(self.output.as_deref())?;
        if let Some(read) = made.read_back {
            note(&read_back(read, &made.images));
        }
        note_images(&made, self.data.as_deref());
        if let Some(loss) = made.loss {
            note(&lost(loss));
        }
        if matches!(format, Format::C | Format::CInt8) {
            note(&needs(&made));
        }
        let to_use_it = if format == Format::Card { "" } else { "; to use it:" };
        note(&format!("{} written, {} bytes{to_use_it}", path.display(), thousands(made.bytes.len())));
        print(&usage(&made.network, format, &path.to_string_lossy())?);
        Ok(ExitCode::SUCCESS)
    }
}

impl From<To> for Format {
    fn from(to: To) -> Self {
        match to {
            To::Onnx => Self::Onnx,
            To::C => Self::C,
            To::Rust => Self::Rust,
            To::Js => Self::Js,
            To::Sklearn => Self::Sklearn,
            To::Pytorch => Self::Pytorch,
            To::Card => Self::Card,
        }
    }
}

/// `read back: 797 of 797 labels, 3e-7`
fn read_back(read: ReadBack, images: &Images) -> String {
    let of = if matches!(images, Images::Random(_)) { " of random images" } else { "" };
    let difference = if read.difference == 0.0 { "0".into() } else { format!("{:.0e}", read.difference) };
    format!("read back: {} of {} labels{of}, {difference}", thousands(read.labels), thousands(read.images))
}

/// Notes that the file was not compared on the test images of training, or that the figures of a card are about others.
fn note_images(made: &Export, data: Option<&Path>) {
    match &made.images {
        Images::Labelled(Relation::Changed) => note_changed(Relation::Changed),
        Images::Labelled(Relation::Other) if made.format == Format::Card => {
            let path = data.unwrap_or(Path::new("--data")).display();
            note(&format!("note: the figures are those of {path}, which are not the images of training"));
        }
        Images::Labelled(Relation::Unknown) if made.format == Format::Card => {
            note("note: the model file does not say which images trained it: they may be among those of the figures")
        }
        Images::Labelled(_) => {}
        Images::Random(error) => {
            note(&format!("note: the test images could not be read: {error}"));
        }
    }
}

/// `8 bits: 795 of 797 labels as before, probabilities differ by up to 0.021; 64 errors instead of 63`
fn lost(loss: Loss) -> String {
    let Loss { images, labels, difference, errors } = loss;
    let errors = errors.map_or(String::new(), |[before, after]| match before == after {
        true => format!("; {} as before", count(after, "error")),
        false => format!("; {} instead of {}", count(after, "error"), thousands(before)),
    });
    let (labels, images) = (thousands(labels), thousands(images));
    format!("8 bits: {labels} of {images} labels as before, probabilities differ by up to {difference:.2}{errors}")
}

/// The flash and memory that a board needs, as a line.
fn needs(made: &Export) -> String {
    let cost = made.network.cost();
    format!(
        "needs: {} bytes of flash for the weights, about {} bytes of RAM, {} an image",
        thousands(if made.format == Format::CInt8 { cost.flash_int8() } else { cost.flash() }),
        thousands(cost.ram()),
        count(cost.multiply_adds, "multiply-add")
    )
}
