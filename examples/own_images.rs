//! Your own images: a folder of pictures for each class becomes a dataset, a trained network, and a model file.
//! Prints the dataset, the error rate and what was found of each class. `own_images FOLDER` reads a folder of yours.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use chiffres::config::Override;
use chiffres::native::{device, pictures, source};
use chiffres::{Classifier, Experiment, SavedModel, SplitName, Trainer, evaluate};

/// Settings that are not here have defaults; `chiffres init` writes a file with all of them.
const SETTINGS: &str = r#"
[data]
source = "folder"       # a folder for each class; four fifths of its pictures train
size = [16, 16]
[augmentation]
shift = 2               # a few pictures do not show every place: vary them
[model]
hidden = [20]
[training]
batch_size = 20
epochs = 300
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = match std::env::args().nth(1) {
        Some(folder) => PathBuf::from(folder),
        None => draw_shapes(&std::env::temp_dir().join("chiffres-shapes"))?,
    };
    let path = Override::parse(&format!("data.path={}", folder.display()))?;
    let experiment = Experiment::from_toml("own images", SETTINGS, &[path])?;
    let dataset = source::open(&experiment.data, source::OpenOptions::QUIET)?;
    let (images, height, width) = (dataset.len(), dataset.height(), dataset.width());
    println!("{images} images of {height}x{width} pixels, classes {}", dataset.classes().join(", "));

    let device = device::open(Some("flex"))?.device;
    let mut trainer = Trainer::new(&experiment, &dataset, &device)?;
    while trainer.epoch().is_some() {}
    let saved = SavedModel::new(&experiment, &dataset, trainer.final_weights());
    let evaluation = evaluate(&Classifier::new(&saved, &device), &dataset, trainer.split(), SplitName::Test)?;
    println!("error rate {:.1} % on {} test images", 100.0 * evaluation.error_rate(), evaluation.answers.len());
    for (class, scores) in dataset.classes().iter().zip(evaluation.confusion.class_scores()) {
        println!("  {class:8} {:.0} % found", 100.0 * scores.recall.unwrap_or(0.0));
    }

    let file = folder.with_extension("model");
    fs::write(&file, saved.to_bytes())?;
    println!("saved {}", file.display());
    Ok(())
}

/// Tells whether there is chalk on a pixel, `x` and `y` from the middle of a shape of radius `r`.
type IsChalk = fn(x: i32, y: i32, r: i32) -> bool;

/// 60 pictures each of a circle, a cross and a square in chalk, of several sizes and at several places.
fn draw_shapes(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let circle = |x: i32, y: i32, r: i32| (x * x + y * y - r * r).abs() <= r;
    let cross = |x: i32, y: i32, r: i32| x.abs() == y.abs() && x.abs() <= r;
    let square = |x: i32, y: i32, r: i32| x.abs().max(y.abs()) == r;
    let shapes: [(&str, IsChalk); 3] = [("circle", circle), ("cross", cross), ("square", square)];
    for (class, is_chalk) in shapes {
        let class = folder.join(class);
        fs::create_dir_all(&class)?;
        for i in 0..60 {
            let (x, y, r) = (6 + i % 5, 6 + i / 5 % 4, 3 + i % 3);
            let grey = (0..16 * 16).map(|at| if is_chalk(at % 16 - x, at / 16 - y, r) { 235 } else { 20 });
            let rgb = grey.flat_map(|value| [value; 3]).collect();
            fs::write(class.join(format!("{i}.png")), pictures::png(16, 16, rgb))?;
        }
    }
    Ok(folder.to_path_buf())
}
