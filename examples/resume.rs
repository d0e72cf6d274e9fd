//! A training run that stops and goes on: its state leaves as bytes and comes back, as in another process.
//! Prints both runs' last epochs, and that the resumed network has the same weights as one that never stopped.

use burn::tensor::Device;
use chiffres::checkpoint::{checkpoint_from_bytes, checkpoint_to_bytes};
use chiffres::{Dataset, Experiment, Trainer};

fn main() -> chiffres::Result<()> {
    let (device, digits) = (Device::flex(), Dataset::digits()?);
    let experiment = Experiment::from_toml("resume", "[training]\nepochs = 40", &[])?;

    // Ten epochs, and the state as the bytes of a checkpoint file.
    let mut trainer = Trainer::new(&experiment, &digits, &device)?;
    for _ in 0..10 {
        trainer.epoch();
    }
    let checkpoint = checkpoint_to_bytes(&experiment, &digits, &trainer.state());
    println!("stopped after epoch {}", trainer.history().epochs.len());

    // Later, perhaps elsewhere: only the bytes are left.
    let (experiment, state) = checkpoint_from_bytes("my checkpoint", &checkpoint)?;
    let mut resumed = Trainer::resume(&experiment, &digits, &state, &device)?;
    while resumed.epoch().is_some() {}

    // The first run goes on, too: it never stopped.
    while trainer.epoch().is_some() {}

    for (name, trainer) in [("resumed", &resumed), ("never stopped", &trainer)] {
        let last = trainer.history().epochs.last().expect("there are 40 epochs");
        println!("{name:13}  epoch {}  loss {:.3}", last.epoch, last.train.loss);
    }
    println!("equal weights: {}", resumed.final_weights() == trainer.final_weights());
    Ok(())
}
