//! The training loop with nothing around it: forward, loss, backward, step, with Burn's own types.
//! Prints the loss of some epochs, then the errors on the test images.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::Device;
use chiffres::config::DataConfig;
use chiffres::data::{Batcher, Shuffle, epoch_order};
use chiffres::{Dataset, MlpConfig};

fn main() -> chiffres::Result<()> {
    let device = Device::flex().autodiff();
    let digits = Dataset::digits()?;
    let batcher = Batcher::new(&DataConfig::default());

    let mut model = MlpConfig::new(64, vec![15], 10).with_seed(0).init(&device);
    let mut optimizer = SgdConfig::new().init();
    let cross_entropy = CrossEntropyLossConfig::new().init(&device);

    for epoch in 1..=200 {
        let mut losses = Vec::new();
        for indices in epoch_order(1000, 0, epoch, Shuffle::All).chunks(200) {
            let batch = batcher.batch(&digits, indices, &device);
            let loss = cross_entropy.forward(model.forward(batch.images), batch.targets);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(1.0, model, gradients);
            losses.push(loss.into_scalar::<f32>());
        }
        if epoch % 50 == 0 {
            println!("epoch {epoch:3}  loss {:.3}", losses.iter().sum::<f32>() / losses.len() as f32);
        }
    }

    let test: Vec<usize> = (1000..digits.len()).collect();
    let batch = batcher.batch(&digits, &test, &Device::flex());
    let answers = model.valid().forward(batch.images).argmax(1).flatten::<1>(0, 1);
    let errors = answers.not_equal(batch.targets).int().sum().into_scalar::<i64>();
    println!("{errors} errors of {} test images", test.len());
    Ok(())
}
