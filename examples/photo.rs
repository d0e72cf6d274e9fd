//! From a photograph of a digit to an answer with its doubts: `photo [PICTURE...]`, or two that are beside the tests.
//! Prints for each the 8x8 image that the network read, its answer, and the reasons to doubt it.

use std::path::PathBuf;

use burn::tensor::Device;
use chiffres::native::{RunDir, pictures};
use chiffres::novelty::NoveltyDetector;
use chiffres::{Dataset, Recogniser, Split};

fn main() -> chiffres::native::Result<()> {
    let mut files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if files.is_empty() {
        files = ["7-paper39088.jpg", "2-paper52016.jpg"]
            .map(|name| format!("tests/fixtures/handwriting/{name}").into())
            .into();
    }
    // A finished network, and the images that it was trained on: what it has never seen like is doubtful.
    let saved = RunDir::read_model("examples/recipe.model")?;
    let digits = Dataset::digits()?;
    let split = Split::new(&digits, &saved.experiment)?;
    let detector = NoveltyDetector::new(&digits, &split.train);
    let recogniser = Recogniser::new(&saved, &Device::flex()).with_novelty(detector)?;

    for file in files {
        let recognition = recogniser.recognise(&pictures::read(&file)?)?;
        println!("{}", file.display());
        for row in recognition.pixels.chunks(8) {
            println!("{}", row.iter().map(|value| format!("{value:3}")).collect::<String>());
        }
        let answer = &recogniser.classifier().classes()[recognition.prediction.label];
        println!("answer  {answer}, {:.0} % sure", 100.0 * recognition.prediction.confidence());
        for doubt in recognition.doubts() {
            println!("doubt   {doubt}");
        }
        let neighbours = recognition.novelty.iter().flat_map(|novelty| &novelty.neighbours);
        let labels: Vec<String> = neighbours.map(|neighbour| digits.classes()[neighbour.label].clone()).collect();
        println!("nearest training images  {}\n", labels.join(" "));
    }
    Ok(())
}
