//! `chiffres import`: a network of another program as a model file.

use std::path::PathBuf;
use std::process::ExitCode;

use chiffres::config::Activation;
use chiffres::exchange::{ColourOrder, ImageSize, ImportOptions, Imported};
use chiffres::native::{Result, import};

use super::layout::wrapped;
use super::output::{note, print, program, terminal_columns};

#[derive(clap::Args)]
#[command(
    after_help = "Reads .skops of scikit-learn, .onnx of skl2onnx and torch.onnx, .safetensors of PyTorch, .npz of coefs_0, \
                        intercepts_0, ..., and the exports of this program. Pickles are not opened: they may run any program."
)]
pub struct Args {
    /// The network's file
    file: PathBuf,
    /// The model file to write; the default is the name of the file with the ending .model, in this folder
    #[arg(long, short, value_name = "MODEL")]
    output: Option<PathBuf>,
    /// Rows and columns of the images, where they are not 8x8 or 28x28; 3x32x32 for planes of red, green and blue, 32x32x3
    /// for the three of a pixel side by side
    #[arg(long, value_name = "ROWSxCOLUMNS", value_parser = parse_size)]
    size: Option<ImageSize>,
    /// The number that pixels are divided by before they enter the network; 1 if they enter as they are
    #[arg(long, value_name = "NUMBER", value_parser = parse_scale)]
    scale: Option<f64>,
    /// The number that is added afterwards
    #[arg(long, value_name = "NUMBER", value_parser = parse_offset, allow_negative_numbers = true)]
    offset: Option<f64>,
    /// Activation of the hidden layers: sigmoid, tanh, relu, gelu, identity
    #[arg(long, value_name = "NAME", value_parser = parse_activation)]
    activation: Option<Activation>,
    /// Names of the classes in the order of the outputs, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    classes: Option<Vec<String>>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        let Self { file, output, size, scale, offset, activation, classes } = self;
        let imported = import::read(&file, &ImportOptions { size, scale, offset, activation, classes })?;
        let path = import::write(&imported, &file, output.as_deref())?;
        print(&summary(&imported));
        note(&format!(
            "{} written; to test it on labelled images: {} evaluate {0} --data PATH",
            path.display(),
            program()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// The network, its input and its classes, a line each.
fn summary(imported: &Imported) -> String {
    let network = &imported.network;
    let program = network.origin.as_ref().map_or("", |origin| &origin.program);
    let lines = [
        ("written by", program.into()),
        ("network", network.summary()),
        ("images", network.takes()),
        ("classes", network.classes.join(", ")),
    ];
    let wrap =
        |(label, text): (&str, String)| wrapped(&format!("{label:<12}"), text.split(' '), " ", terminal_columns());
    lines.into_iter().map(wrap).collect()
}

/// Parses a size: `28x28`, or one with colours, `3x32x32` or `32x32x3`.
fn parse_size(text: &str) -> std::result::Result<ImageSize, String> {
    let numbers: Option<Vec<usize>> = text.split(['x', '×']).map(|number| number.parse().ok()).collect();
    let (height, width, colours) = match numbers.as_deref() {
        Some(&[height, width]) => (height, width, None),
        Some(&[3, height, width]) if width != 3 => (height, width, Some(ColourOrder::Planes)),
        Some(&[height, width, 3]) if height != 3 => (height, width, Some(ColourOrder::Pixels)),
        _ => (0, 0, None),
    };
    match height > 0 && width > 0 {
        true => Ok(ImageSize { height, width, colours }),
        false => Err("expected rows and columns, like 28x28, or those of colours, like 3x32x32 or 32x32x3".into()),
    }
}

fn parse_scale(text: &str) -> std::result::Result<f64, String> {
    let parsed = text.parse().ok().filter(|scale: &f64| scale.is_finite() && *scale > 0.0);
    parsed.ok_or_else(|| "expected a number above 0, like 16".into())
}

fn parse_offset(text: &str) -> std::result::Result<f64, String> {
    let parsed = text.parse().ok().filter(|offset: &f64| offset.is_finite());
    parsed.ok_or_else(|| "expected a number, like -1".into())
}

fn parse_activation(text: &str) -> std::result::Result<Activation, String> {
    let activations = [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Gelu, Activation::Identity];
    let found = activations.into_iter().find(|activation| activation.to_string() == text);
    found.ok_or_else(|| "expected sigmoid, tanh, relu, gelu or identity".into())
}
