//! `chiffres show`: images as numbers and as pictures, and the weights of neurons.

use std::path::PathBuf;
use std::process::ExitCode;

use chiffres::config::Override;
use chiffres::data::Image;
use chiffres::exchange::Origin;
use chiffres::inspect::{WeightMap, filter_maps, first_layer_maps};
use chiffres::model::LayerWeights;
use chiffres::native::Result;
use chiffres::native::detect::detect;
use chiffres::native::error::ShowProblem;
use chiffres::{Dataset, SavedModel};

use super::contact_sheet::{PER_ROW, write_png};
use super::layout::side_by_side;
use super::output::{Colors, note, print, terminal_columns};
use super::picture::Picture;
use super::{config, data, evaluate, place};

#[derive(clap::Args)]
pub struct Args {
    /// Indices of images, from 0
    #[arg(value_name = "INDEX", required_unless_present = "neurons")]
    indices: Vec<usize>,
    /// Show the images that this configuration trains on, instead of the digits
    #[arg(long, value_name = "CONFIG", conflicts_with = "neurons")]
    config: Option<PathBuf>,
    /// Replace a setting of that configuration: data.path=... (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = Override::parse, requires = "config")]
    set: Vec<Override>,
    /// Show the images at this path, of any kind that init reads, without a configuration
    #[arg(long, value_name = "PATH", conflicts_with_all = ["config", "neurons"])]
    data: Option<PathBuf>,
    /// Show what the neurons of a run's first layer look for instead, or the filters of its first stage
    #[arg(long, value_name = "RUN", conflicts_with = "indices")]
    neurons: Option<String>,
    /// Draw into a PNG file instead of the terminal
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

impl Args {
    pub fn run(self) -> Result<ExitCode> {
        match &self.neurons {
            Some(run) => self.neurons(run),
            None => self.images(),
        }
    }

    fn images(&self) -> Result<ExitCode> {
        let dataset = match (&self.config, &self.data) {
            (Some(path), _) => data::open(&config::experiment(path, &self.set)?.data)?,
            (None, Some(path)) => data::open(&detect(path)?)?,
            (None, None) => Dataset::digits()?,
        };
        let images: Vec<(usize, Image<'_>)> =
            self.indices.iter().map(|&index| Ok((index, dataset.image(index)?))).collect::<Result<_>>()?;
        let title = |index: usize, image: &Image<'_>| format!("image {index}: {}", dataset.classes()[image.label]);
        let place = |index: usize, columns: usize| place::caption(&dataset, index, columns);
        if let Some(path) = &self.png {
            let captions = |index: usize, image: &Image<'_>| {
                std::iter::once(title(index, image)).chain(place(index, place::COLUMNS)).collect()
            };
            let pictures: Vec<_> =
                images.iter().map(|(index, image)| (Picture::of_image(image), captions(*index, image))).collect();
            write_png(path, &pictures, PER_ROW)?;
            note(&format!("drawn into {}", path.display()));
            return Ok(ExitCode::SUCCESS);
        }
        let colors = Colors::of_stdout();
        let text: Vec<String> = images
            .iter()
            .map(|(index, image)| {
                let title = title(*index, image);
                let room = terminal_columns().saturating_sub(title.len() + 3).max(place::COLUMNS);
                let place = place(*index, room).map_or(String::new(), |place| format!("  ({place})"));
                format!("{title}{place}\n{}", numbers_and_picture(image, colors))
            })
            .collect();
        print(&text.join("\n"));
        Ok(ExitCode::SUCCESS)
    }

    fn neurons(&self, run: &str) -> Result<ExitCode> {
        let saved = evaluate::trained(run)?.saved;
        if let Some(Origin { file, program, .. }) = Origin::of(&saved) {
            note(&format!("imported from {file}, written by {program}"));
        }
        let layer = saved.weights.first().filter(|_| saved.weights.len() > 1).ok_or(ShowProblem::NoHiddenNeurons)?;
        let (unit, maps) = match saved.experiment.model.filters.is_empty() {
            true => ("neuron", neuron_maps(layer, &saved)),
            false => ("filter", filter_maps(layer).into_iter().map(|map| (map, "")).collect()),
        };
        let strongest = layer.weight.iter().fold(0.0f32, |most, weight| most.max(weight.abs()));
        let of_each = maps.len() / layer.outputs;
        let titled: Vec<_> = maps
            .iter()
            .enumerate()
            .map(|(i, (map, colour))| {
                (Picture::of_weights(map, strongest), vec![format!("{unit} {}{colour}", i / of_each)])
            })
            .collect();
        if let Some(path) = &self.png {
            write_png(path, &titled, PER_ROW)?;
            note(&format!("drawn into {}", path.display()));
            return Ok(ExitCode::SUCCESS);
        }
        let colors = Colors::of_stdout();
        let width = titled.first().map_or(0, |(picture, _)| picture.small_width(colors));
        let blocks: Vec<_> = titled.into_iter().map(|(picture, title)| (title, picture.small(colors))).collect();
        let legend = match colors {
            Colors::None => format!("\u{2588}\u{2588} ink raises the {unit}   ## ink lowers it   (full at"),
            _ => format!("orange: ink raises the {unit}   blue: ink lowers it   (full colour at"),
        };
        print(&format!("{}{legend} weight {strongest:.2})\n", side_by_side(&blocks, width, terminal_columns())));
        Ok(ExitCode::SUCCESS)
    }
}

/// The weights of each neuron as a picture of the image; of an image in colour, a picture for each colour, with its name.
fn neuron_maps(layer: &LayerWeights, saved: &SavedModel) -> Vec<(WeightMap, &'static str)> {
    let maps = |layer: &LayerWeights| first_layer_maps(layer, saved.height, saved.width);
    if saved.channels == 1 {
        return maps(layer).into_iter().map(|map| (map, "")).collect();
    }
    let colours = [", red", ", green", ", blue"];
    let of_channel = |channel: usize| {
        let rows = layer.weight.chunks_exact(layer.outputs).skip(channel).step_by(colours.len());
        let (inputs, weight) = (layer.inputs / colours.len(), rows.flatten().copied().collect());
        maps(&LayerWeights { inputs, weight, outputs: layer.outputs, bias: layer.bias.clone() })
    };
    let channels = [of_channel(0), of_channel(1), of_channel(2)];
    let of_neuron =
        |neuron: usize| channels.iter().zip(colours).map(move |(maps, colour)| (maps[neuron].clone(), colour));
    (0..layer.outputs).flat_map(of_neuron).collect()
}

/// An image as a matrix of grey values next to its picture, as in the article; colours are two hexadecimal digits each for
/// red, green and blue.
fn numbers_and_picture(image: &Image<'_>, colors: Colors) -> String {
    let width = image.max_value.to_string().len() + 1;
    let number = |pixel: &[u8]| match pixel {
        [value] => format!("{value:>width$}"),
        colours => colours.iter().fold(" ".into(), |text, value| format!("{text}{value:02x}")),
    };
    Picture::of_image(image)
        .large(colors)
        .into_iter()
        .zip(image.pixels.chunks(image.width * image.channels))
        .map(|(picture, row)| {
            let numbers: String = row.chunks(image.channels).map(number).collect();
            format!("{numbers}    {picture}\n")
        })
        .collect()
}
