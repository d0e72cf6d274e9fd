//! The project's promises about speed, beside the bare Burn loop they are measured against.
//!
//! `cargo bench --bench training 2>/dev/null` prints times; `benches/peers/compare.py` sets the program beside
//! scikit-learn and NumPy.

use std::path::Path;
use std::sync::Arc;

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

use chiffres::config::Experiment;
use chiffres::data::{Augmenter, Batch, Batcher, Shuffle, TrainingBatcher, epoch_order};
use chiffres::native::device::{Devices, NamedDevice};
use chiffres::native::run_dir::RunInfo;
use chiffres::native::{Progress, RunDir, Training, device, pictures, train};
use chiffres::preprocess::DigitPreprocessing;
use chiffres::train::optimize;
use chiffres::{Classifier, Dataset, MlpConfig, SavedModel, Trainer, TrainingState};

/// Epochs of one sample; one has 5 steps of 200 images.
const EPOCHS: usize = 200;

fn main() {
    divan::main();
}

fn experiment() -> Experiment {
    let text = include_str!("../config/mlp.toml");
    let mut experiment = Experiment::from_toml("config/mlp.toml", text, &[]).expect("the configuration is right");
    experiment.training.epochs = EPOCHS;
    experiment
}

fn open(name: &str) -> Device {
    device::open(Some(name)).expect("CPU backends always work").device
}

fn cpu_backends() -> Vec<&'static str> {
    device::available().into_iter().filter(|name| ["flex", "ndarray"].contains(name)).collect()
}

/// The loop of the `train` module's documentation, over batches that are ready: the cost of Burn itself.
#[divan::bench(args = cpu_backends(), sample_count = 20, sample_size = 1)]
fn bare_loop(bencher: Bencher<'_, '_>, backend: &str) {
    let (experiment, digits, device) = (experiment(), Dataset::digits().unwrap(), open(backend).autodiff());
    let batcher = Batcher::new(&experiment.data);
    let order = epoch_order(1000, 0, 1, Shuffle::All);
    let batches: Vec<Batch> = order.chunks(200).map(|indices| batcher.batch(&digits, indices, &device)).collect();
    bencher.counter(ItemsCount::new(EPOCHS * batches.len())).bench(|| {
        let mut model = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).init(&device);
        let mut optimizer = experiment.optimizer.init();
        let cross_entropy = CrossEntropyLossConfig::new().init(&device);
        for _ in 0..EPOCHS {
            for Batch { images, targets, .. } in batches.iter().cloned() {
                let loss = cross_entropy.forward(model.forward(images), targets);
                let gradients = GradientsParams::from_grads(loss.backward(), &model);
                model = optimizer.step(0.1, model, gradients);
            }
        }
        model.weights()
    });
}

/// A whole run, as of `train`: Learner, shuffling, batches, metrics, history, a checkpoint every 40 epochs.
///
/// Progress is plain, so that events go through the Learner's metrics; its lines go to standard error.
#[divan::bench(args = cpu_backends(), sample_count = 20, sample_size = 1)]
fn learner(bencher: Bencher<'_, '_>, backend: &str) {
    let (mut experiment, digits, device) = (experiment(), Arc::new(Dataset::digits().unwrap()), open(backend));
    experiment.training.checkpoint_every = 40;
    let folder = tempfile::tempdir().unwrap();
    let devices = Devices::single(NamedDevice { name: backend.into(), device });
    let info = RunInfo::start(&devices, &experiment, &digits);
    let run = RunDir::create(folder.path(), &experiment, &info, false).unwrap();
    bencher.counter(ItemsCount::new(experiment.total_steps(1000))).bench(|| {
        let (run, kept, images) = (run.clone(), experiment.clone(), digits.clone());
        let checkpoint = move |state: &TrainingState| run.write_checkpoint(&kept, &images, state);
        let training = Training::new(&experiment, digits.clone(), devices.clone()).unwrap();
        train(Training { progress: Progress::Plain, checkpoint: Box::new(checkpoint), ..training })
            .map(|outcome| outcome.state)
            .unwrap()
    });
}

/// The same with the explicit loop, as in a browser.
#[divan::bench(args = cpu_backends(), sample_count = 20, sample_size = 1)]
fn trainer(bencher: Bencher<'_, '_>, backend: &str) {
    let (experiment, digits, device) = (experiment(), Dataset::digits().unwrap(), open(backend));
    bencher.counter(ItemsCount::new(experiment.total_steps(1000))).bench(|| {
        let mut trainer = Trainer::new(&experiment, &digits, &device).unwrap();
        while trainer.epoch().is_some() {}
        trainer.state()
    });
}

fn recipe() -> Experiment {
    let text = include_str!("../config/recipe.toml");
    Experiment::from_toml("config/recipe.toml", text, &[]).expect("the configuration is right")
}

/// A batch of 250 varied images, from bytes to the device: what it may cost is bounded by [`recipe_step`].
#[divan::bench(args = cpu_backends())]
fn recipe_batch(bencher: Bencher<'_, '_>, backend: &str) {
    let (experiment, digits, device) = (recipe(), Dataset::digits().unwrap(), open(backend).autodiff());
    let batcher = TrainingBatcher::new(&experiment, &digits, &(0..1000).collect::<Vec<_>>());
    let indices: Vec<usize> = (0..250).collect();
    let mut epoch = 0;
    bencher.counter(ItemsCount::new(indices.len())).bench_local(|| {
        epoch += 1;
        batcher.batch(&digits, &indices, epoch, &device)
    });
}

/// Its variants alone, without scaling and upload.
#[divan::bench]
fn recipe_variants(bencher: Bencher<'_, '_>) {
    let (experiment, digits) = (recipe(), Dataset::digits().unwrap());
    let augmenter = Augmenter::new(&experiment.augmentation, 0, &digits).expect("the recipe varies images");
    let indices: Vec<usize> = (0..250).collect();
    let mut epoch = 0;
    bencher.counter(ItemsCount::new(indices.len())).bench_local(|| {
        epoch += 1;
        augmenter.variants(&digits, &indices, epoch)
    });
}

/// A batch of 200 images that are only gathered and scaled, by a power of two and by another number.
#[divan::bench(args = [16.0, 17.0])]
fn plain_batch(bencher: Bencher<'_, '_>, scale: f32) {
    let (mut experiment, digits, device) = (experiment(), Dataset::digits().unwrap(), Device::flex());
    experiment.data.scale = scale;
    let batcher = Batcher::new(&experiment.data);
    let indices = epoch_order(1000, 0, 1, Shuffle::All)[..200].to_vec();
    bencher.counter(ItemsCount::new(indices.len())).bench_local(|| batcher.batch(&digits, &indices, &device));
}

/// The optimisation step that such a batch feeds.
#[divan::bench(args = cpu_backends())]
fn recipe_step(bencher: Bencher<'_, '_>, backend: &str) {
    let (experiment, digits, device) = (recipe(), Dataset::digits().unwrap(), open(backend).autodiff());
    let indices: Vec<usize> = (0..250).collect();
    let batch = TrainingBatcher::new(&experiment, &digits, &indices).batch(&digits, &indices, 1, &device);
    let mut model = Some(MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).init(&device));
    let mut optimizer = experiment.optimizer.init();
    bencher.counter(ItemsCount::new(indices.len())).bench_local(|| {
        let (next, output) = optimize(model.take().unwrap(), &mut optimizer, 0.01, batch.clone());
        model = Some(next);
        output
    });
}

/// From a picture's bytes to grey values, and from these to 8x8: 28x28 pixels of MNIST, and a photograph of 283x286.
#[divan::bench(args = [("decode", "7-mnist24443.png"), ("decode", "1-paper5221.jpg"), ("digit", "7-mnist24443.png"), ("digit", "1-paper5221.jpg")])]
fn preprocessing(bencher: Bencher<'_, '_>, (step, file): (&str, &str)) {
    let bytes = std::fs::read(Path::new("tests/fixtures/handwriting").join(file)).unwrap();
    let raster = pictures::from_reader(file, &bytes[..]).unwrap();
    let settings = DigitPreprocessing::default();
    match step {
        "decode" => bencher.bench(|| pictures::from_reader(file, black_box(&bytes[..])).unwrap()),
        _ => bencher.bench(|| settings.digit(black_box(&raster)).unwrap()),
    }
}

/// Answers for 1 and for 10,000 images.
#[divan::bench(args = cpu_backends().into_iter().flat_map(|backend| [(backend, 1), (backend, 10_000)]))]
fn predictions(bencher: Bencher<'_, '_>, (backend, images): (&str, usize)) {
    let (experiment, digits, device) = (experiment(), Dataset::digits().unwrap(), open(backend));
    let model = MlpConfig::from_experiment(&experiment, [8, 8, 1], 10).init(&device).valid();
    let classifier = Classifier::new(&SavedModel::new(&experiment, &digits, model.weights()), &device);
    let indices: Vec<usize> = (0..images).map(|i| i % digits.len()).collect();
    bencher.counter(ItemsCount::new(images)).bench(|| classifier.predict_many(&digits, black_box(&indices)).unwrap());
}
