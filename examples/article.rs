//! The article's way, with our default settings: see an image, flatten it, train 64 -> 15 -> 10 on 1,000, read the others.
//! Prints the image as numbers and as a picture, ten predictions beside their targets, the error rate, and a mistake.

use burn::tensor::Device;
use chiffres::data::Image;
use chiffres::{Classifier, Dataset, Experiment, SavedModel, SplitName, Trainer, evaluate};

fn main() -> chiffres::Result<()> {
    let device = Device::flex();

    // 1,797 images of 8x8 pixels, each a number from 0 (paper) to 16 (ink), and the digit that each shows.
    let digits = Dataset::digits()?;
    let first = digits.image(0)?;
    println!("image 0 shows {}:\n", digits.classes()[first.label]);
    for row in first.pixels.chunks(first.width) {
        println!("{}", row.iter().map(|value| format!("{value:3}")).collect::<String>());
    }
    println!("\n{}", picture(&first));

    // The network does not know rows: it reads 64 numbers, one after the other.
    println!("flattened: {} inputs, the first of them {:?}\n", first.pixels.len(), &first.pixels[..8]);

    // 64 inputs, 15 hidden neurons, 10 classes; 200 epochs over the first 1,000 images.
    let settings = "[model]\nhidden = [15]\n[data]\ntrain = 1000\n[training]\nepochs = 200";
    let experiment = Experiment::from_toml("article", settings, &[])?;
    let mut trainer = Trainer::new(&experiment, &digits, &device)?;
    while let Some(epoch) = trainer.epoch() {
        if epoch.epoch % 50 == 0 {
            println!("epoch {:3}  loss {:.3}", epoch.epoch, epoch.train.loss);
        }
    }

    // The 797 images that the network has never seen.
    let saved = SavedModel::new(&experiment, &digits, trainer.final_weights());
    let classifier = Classifier::new(&saved, &device);
    let evaluation = evaluate(&classifier, &digits, trainer.split(), SplitName::Test)?;
    let ten = &evaluation.answers[..10];
    println!("\npredicted {}", words(ten.iter().map(|answer| answer.prediction.label)));
    println!("target    {}", words(ten.iter().map(|answer| answer.target)));
    let (errors, images) = (evaluation.errors(), evaluation.answers.len());
    println!("\n{errors} errors of {images} images: {:.1} %", 100.0 * evaluation.error_rate());

    // The mistake that the network is most confident about.
    if let Some(mistake) = evaluation.mistakes().first() {
        let (index, target, prediction) = (mistake.index, mistake.target, &mistake.prediction);
        let confidence = 100.0 * prediction.confidence();
        println!("image {index} shows {target}, but was read as {} ({confidence:.0} % sure):\n", prediction.label);
        println!("{}", picture(&digits.image(index)?));
    }
    Ok(())
}

fn picture(image: &Image<'_>) -> String {
    let shade = |value: &u8| ["  ", "░░", "▒▒", "▓▓", "██"][usize::from(value.div_ceil(4))];
    let line = |row: &[u8]| format!("  {}\n", row.iter().map(shade).collect::<String>().trim_end());
    image.pixels.chunks(image.width).map(line).collect()
}

fn words(numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}
