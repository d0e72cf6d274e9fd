//! Networks with stages of convolution: their answers, gradients, files and refusals.

use burn::tensor::{Device, Tensor, TensorData};
use serde::Deserialize;

use chiffres::checkpoint::{checkpoint_from_bytes, checkpoint_to_bytes};
use chiffres::config::Activation;
use chiffres::data::Batch;
use chiffres::error::SplitProblem;
use chiffres::exchange::Network;
use chiffres::fused;
use chiffres::fused::kernel::convolution::{self, Stage};
use chiffres::fused::kernel::{Executor, InTurn, Instructions, Layer, Task};
use chiffres::model::{LayerWeights, StagesConfig};
use chiffres::{Classifier, Dataset, Error, Experiment, MlpConfig, SavedModel, Split, Trainer};

use crate::fused::{difference, gradients, processors};
use crate::{digits, experiment};

const SMALL: [&str; 4] = ["model.filters=[3, 5]", "model.hidden=[6]", "training.epochs=2", "training.batch_size=50"];

fn trainer(experiment: &Experiment) -> Trainer<std::sync::Arc<Dataset>> {
    Trainer::new(experiment, digits(), &Device::flex()).unwrap()
}

fn trained(experiment: &Experiment) -> SavedModel {
    let mut trainer = trainer(experiment);
    while trainer.epoch().is_some() {}
    SavedModel::new(experiment, &digits(), trainer.final_weights()).made_by(trainer.arithmetic())
}

/// A network for images of any size, with its starting weights.
fn untrained(height: usize, width: usize, settings: &[&str]) -> SavedModel {
    let experiment = experiment(settings);
    let config = MlpConfig::from_experiment(&experiment, [height, width, 1], 10);
    let saved = SavedModel::new(&experiment, &digits(), config.starting_weights());
    SavedModel { height, width, ..saved }
}

#[test]
fn stages_have_the_shapes_and_parameters_that_pytorch_counts() {
    // nn.Conv2d(1, 16, 3), nn.Conv2d(16, 32, 3), nn.Linear(1568, 64), nn.Linear(64, 10): 160 + 4,640 + 100,416 + 650.
    let stages = StagesConfig::new([28, 28, 1], vec![16, 32]);
    let config = MlpConfig::new(784, vec![64], 10).with_stages(stages);
    assert_eq!(config.parameters(), 105_866);
    assert_eq!(config.sizes(), "28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10");
    // nn.Conv2d(3, 32, 3), nn.Conv2d(32, 64, 3), nn.Linear(4096, 10): 896 + 18,496 + 40,970.
    let stages = StagesConfig::new([32, 32, 3], vec![32, 64]);
    let config = MlpConfig::new(3072, vec![], 10).with_stages(stages);
    assert_eq!(config.parameters(), 60_362);
    assert_eq!(config.sizes(), "32x32x3 -> 16x16x32 -> 8x8x64 -> 10");
}

/// By the plain loop in double precision, which knows nothing of Burn. Odd sides drop their last row and column.
#[test]
fn answers_are_those_of_a_plain_loop() {
    for (height, width, settings) in [
        (8, 8, &["model.filters=[8, 16]", "model.hidden=[]"][..]),
        (9, 7, &["model.filters=[3, 5]", "model.hidden=[6]", "model.activation=tanh"]),
        (5, 12, &["model.filters=[17]", "model.hidden=[6, 4]", "model.activation=gelu"]),
        (13, 13, &["model.filters=[2, 33, 1]", "model.hidden=[]", "model.init=glorot-normal"]),
    ] {
        let saved = untrained(height, width, settings);
        let pixels: Vec<u8> = (0..20 * height * width).map(|i| (i * 7919 % 17) as u8).collect();
        let exact = Network::new("network", &saved).probabilities(&pixels);
        for device in processors() {
            let classifier = Classifier::new(&saved, &device);
            for (image, exact) in pixels.chunks_exact(height * width).zip(&exact) {
                let found = classifier.predict(image).unwrap().probabilities;
                for (found, exact) in found.iter().zip(exact) {
                    assert!((f64::from(*found) - exact).abs() < 1e-5, "{height}x{width}: {found}, not {exact}");
                }
            }
        }
    }
}

#[test]
fn a_resumed_run_ends_as_one_that_never_stopped() {
    let experiment = experiment(&SMALL);
    let mut trainer = trainer(&experiment);
    trainer.epoch();
    let bytes = checkpoint_to_bytes(&experiment, &digits(), &trainer.state());
    let (read, state) = checkpoint_from_bytes("checkpoint", &bytes).unwrap();
    assert_eq!((&read, &state), (&experiment, &trainer.state()));
    let mut resumed = Trainer::resume(&experiment, digits(), &state, &Device::flex()).unwrap();
    while trainer.epoch().is_some() {}
    while resumed.epoch().is_some() {}
    assert_eq!(resumed.final_weights(), trainer.final_weights());
}

#[test]
fn a_model_file_gives_the_network_back_and_names_its_stages() {
    let saved = trained(&experiment(&SMALL));
    let bytes = saved.to_bytes();
    assert_eq!(SavedModel::from_bytes("model", &bytes).unwrap(), saved);
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name| tensors.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("stages.0.weight"), [3, 3, 1, 3]);
    assert_eq!(shape("stages.1.weight"), [3, 3, 3, 5]);
    assert_eq!((shape("stages.1.bias"), shape("layers.0.weight")), (vec![5], vec![20, 6]));
    for end in (0..bytes.len()).step_by(97) {
        assert!(SavedModel::from_bytes("model", &bytes[..end]).is_err());
    }
    // An image that is too small for its stages.
    for (height, width) in [(3, 8), (8, 3), (1, 1), (0, 8), (usize::MAX, usize::MAX)] {
        let other = SavedModel { height, width, ..saved.clone() };
        let written = std::panic::catch_unwind(|| other.to_bytes());
        assert!(written.is_err() || SavedModel::from_bytes("model", &written.unwrap()).is_err());
    }
}

#[test]
fn training_learns() {
    let learned = trained(&experiment(&["model.filters=[8, 16]", "model.hidden=[]", "training.epochs=25"]));
    let split = Split::new(&digits(), &learned.experiment).unwrap();
    let classifier = Classifier::new(&learned, &Device::flex());
    let evaluation = chiffres::evaluate(&classifier, &digits(), &split, chiffres::SplitName::Test).unwrap();
    assert!(evaluation.error_rate() < 0.1, "{}", evaluation.error_rate());
}

#[test]
fn too_many_stages_are_an_error_before_training() {
    let text = "[model]\nfilters = [2, 2, 2, 2]";
    let error = Experiment::from_toml("my.toml", text, &[]).unwrap_err().to_string();
    assert!(error.starts_with("my.toml:2:11: model.filters has 4 stages, but images of 8x8 pixels"), "{error}");
    let mut experiment = experiment(&SMALL);
    experiment.model.filters = vec![2; 4];
    let problem = Trainer::new(&experiment, digits(), &Device::flex()).err();
    let expected = SplitProblem::TooManyStages { stages: 4, height: 8, width: 8, max: 3 };
    assert!(matches!(problem, Some(Error::Split(problem)) if problem == expected));
}

/// A batch of random pixels.
fn batch(inputs: usize, images: usize, device: &Device) -> Batch {
    let pixel = |i: usize| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32 / (1 << 24) as f32;
    let pixels: Vec<f32> = (0..images * inputs).map(pixel).collect();
    let targets: Vec<i32> = (0..images).map(|i| (i * 7 % 10) as i32).collect();
    Batch {
        images: Tensor::from_data(TensorData::new(pixels, [images, inputs]), device),
        targets: Tensor::from_data(TensorData::new(targets, [images]), device),
        weights: None,
        shard: None,
    }
}

fn network(image: [usize; 3], filters: &[usize], hidden: &[usize]) -> MlpConfig {
    MlpConfig::new(image.iter().product(), hidden.to_vec(), 10)
        .with_activation(Activation::Relu)
        .with_seed(1)
        .with_stages(StagesConfig::new(image, filters.to_vec()))
}

/// By Burn's `conv2d` and `max_pool2d`: the networks A, B and C of docs/performance.md, odd sides, and sizes that leave a
/// vector or a tile half empty.
#[test]
fn loss_and_gradients_are_those_of_burns_convolution() {
    let networks = [
        (network([28, 28, 1], &[16, 32], &[64]), 64),
        (network([8, 8, 1], &[8, 16], &[]), 200),
        (network([32, 32, 3], &[32, 64], &[]), 8),
        (network([9, 7, 2], &[5], &[6]), 7),
        (network([11, 18, 5], &[17, 33], &[20]), 5),
        (network([2, 3, 1], &[1], &[]), 1),
    ];
    for (config, images) in networks {
        let device = Device::flex().autodiff();
        let model = config.init(&device);
        let batch = batch(config.inputs, images, &device);
        let ordinary = model.forward_loss(&batch).1;
        let (fused, loss) = fused::forward_loss(&model, &batch).expect("on the processor");
        let exact = f64::from(ordinary.clone().into_scalar::<f32>());
        assert!((loss.mean - exact).abs() < 1e-6 * exact, "{}: {} and {exact}", config.sizes(), loss.mean);
        let (ordinary, fused) = (gradients(&model, ordinary), gradients(&model, fused));
        assert_eq!(ordinary.len(), 2 * (config.stages.filters.len() + config.hidden.len() + 1));
        for (ordinary, fused) in ordinary.iter().zip(&fused) {
            let difference = difference(ordinary, fused);
            assert!(difference <= 1e-5, "{}: {difference}", config.sizes());
        }
    }
}

/// The gradient goes through the first stage too.
#[test]
fn the_gradient_of_the_images_is_that_of_burns_convolution() {
    let config = network([9, 10, 2], &[5, 18], &[]);
    for device in processors() {
        let device = device.autodiff();
        let model = config.init(&device);
        let mut batch = batch(config.inputs, 6, &device);
        batch.images = batch.images.require_grad();
        let gradient = |loss: Tensor<1>| -> Vec<f32> {
            batch.images.grad(&loss.backward()).unwrap().into_data().try_into_vec_as().unwrap()
        };
        let ordinary = gradient(model.forward_loss(&batch).1);
        let fused = gradient(fused::forward_loss(&model, &batch).expect("on the processor").0);
        assert!(difference(&ordinary, &fused) <= 1e-5);
    }
}

#[test]
fn weights_have_the_same_bits_on_every_instruction_set_and_backend() {
    let experiment = experiment(&[&SMALL[..], &["model.filters=[5, 17]", "optimizer.kind=adam"]].concat());
    let mut found = Vec::new();
    for device in processors() {
        for instructions in Instructions::all() {
            fused::set_instructions(instructions);
            let mut trainer = Trainer::new(&experiment, digits(), &device).unwrap();
            while trainer.epoch().is_some() {}
            found.push(trainer.final_weights());
        }
    }
    fused::set_instructions(Instructions::best());
    assert!(found.len() > 2 && found.iter().all(|weights| *weights == found[0]));
}

/// Runs tasks on `.0` threads, the last first.
struct Threads(usize);

impl Executor for Threads {
    fn run(&self, tasks: Vec<Task<'_>>) {
        let mut queues: Vec<Vec<Task<'_>>> = (0..self.0).map(|_| Vec::new()).collect();
        tasks.into_iter().enumerate().for_each(|(i, task)| queues[i % self.0].push(task));
        let run = |queue: Vec<Task<'_>>| queue.into_iter().rev().for_each(|task| task());
        std::thread::scope(|scope| queues.into_iter().for_each(|queue| drop(scope.spawn(move || run(queue)))));
    }
}

#[test]
fn a_stage_has_the_same_bits_on_any_number_of_threads_and_instruction_set() {
    let (image, filters, images) = ([13, 14, 6], 21, 37);
    let config = network(image, &[filters], &[]);
    let weights = config.starting_weights();
    let window = Layer { weight: &weights[0].weight, bias: &weights[0].bias };
    let stage = Stage { image, window };
    let pixels: Vec<f32> = (0..images * config.inputs).map(|i| (i * 7919 % 256) as f32 / 255.0).collect();
    let gradient: Vec<f32> =
        (0..images * config.stages.outputs()).map(|i| (i * 31 % 101) as f32 / 50.0 - 1.0).collect();
    let run = |instructions, executor: &dyn Executor| {
        let (out, winners) = convolution::forward(instructions, stage, &pixels, executor);
        let gradients = convolution::backward(instructions, stage, &pixels, &winners, &gradient, true, executor);
        (out, winners, gradients)
    };
    let expected = run(Instructions::best(), &InTurn);
    for instructions in Instructions::all() {
        for threads in [1, 2, 4, 16] {
            assert!(run(instructions, &Threads(threads)) == expected, "{threads} threads, {instructions:?}");
        }
    }
}

/// The loss of an image in double precision: stages and layers as plain loops, from the formulas.
fn loss(config: &MlpConfig, weights: &[Vec<f64>], pixels: &[f64], target: usize) -> f64 {
    let stages = config.stages.filters.len();
    let mut values = pixels.to_vec();
    for (i, (inputs, outputs)) in config.layers().enumerate() {
        let (weight, bias) = weights[i].split_at(inputs * outputs);
        let sum = |values: &[f64], output: usize| {
            bias[output] + values.iter().enumerate().map(|(k, value)| value * weight[k * outputs + output]).sum::<f64>()
        };
        if i >= stages {
            values = (0..outputs).map(|output| sum(&values, output)).collect();
            if i + 1 < weights.len() {
                values.iter_mut().for_each(|value| *value = value.max(0.0));
            }
            continue;
        }
        let [height, width, channels] = config.stages.shapes()[i];
        let at = |y: usize, x: usize, c: usize| match (1..=height).contains(&y) && (1..=width).contains(&x) {
            true => values[((y - 1) * width + x - 1) * channels + c],
            false => 0.0,
        };
        let mut pooled = vec![0.0f64; height / 2 * (width / 2) * outputs];
        for (y, x) in (0..height / 2 * 2).flat_map(|y| (0..width / 2 * 2).map(move |x| (y, x))) {
            let window: Vec<f64> =
                (0..9 * channels).map(|k| at(y + k / channels / 3, x + k / channels % 3, k % channels)).collect();
            for output in 0..outputs {
                let place = &mut pooled[(y / 2 * (width / 2) + x / 2) * outputs + output];
                *place = place.max(sum(&window, output));
            }
        }
        values = pooled;
    }
    let largest = values.iter().copied().fold(f64::MIN, f64::max);
    values.iter().map(|z| (z - largest).exp()).sum::<f64>().ln() + largest - values[target]
}

#[test]
fn gradients_agree_with_finite_differences_in_double_precision() {
    const STEP: f64 = 1e-6;
    let config = network([9, 6, 2], &[3, 4], &[5]);
    let device = Device::flex().autodiff();
    let weights = config.starting_weights();
    let batch = batch(config.inputs, 2, &device);
    let pixels: Vec<f64> = batch.images.clone().into_data().iter::<f64>().collect();
    let model = config.init(&device);
    let found = gradients(&model, fused::forward_loss(&model, &batch).expect("on the processor").0);
    let found: Vec<Vec<f32>> = found.chunks(2).map(|pair| pair.concat()).collect();
    let mut exact: Vec<Vec<f64>> = weights
        .iter()
        .map(|layer| layer.weight.iter().chain(&layer.bias).map(|&value| f64::from(value)).collect())
        .collect();
    for i in 0..exact.len() {
        let largest = found[i].iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        for j in 0..exact[i].len() {
            let mut mean = |by: f64| {
                let value = exact[i][j];
                exact[i][j] = value + by;
                let images = pixels.chunks_exact(config.inputs).zip([0, 7]);
                let sum: f64 = images.map(|(image, target)| loss(&config, &exact, image, target)).sum();
                exact[i][j] = value;
                sum / 2.0
            };
            let slope = (mean(STEP) - mean(-STEP)) / (2.0 * STEP);
            let difference = (f64::from(found[i][j]) - slope).abs();
            assert!(difference <= 1e-5 * f64::from(largest) + 1e-8, "layer {i}, {j}: {} and {slope}", found[i][j]);
        }
    }
}

/// What PyTorch computed from the same starting weights and the same batches; see `tests/fixtures/torch_twin.py`.
#[derive(Deserialize)]
struct Twin {
    start: Vec<TwinLayer>,
    mean_loss_per_epoch: Vec<f64>,
    end: Vec<TwinLayer>,
    test_predictions: Vec<usize>,
}

#[derive(Deserialize)]
struct TwinLayer {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl From<&TwinLayer> for LayerWeights {
    fn from(TwinLayer { weight, bias }: &TwinLayer) -> Self {
        let outputs = bias.len();
        Self { inputs: weight.len() / outputs, outputs, weight: weight.clone(), bias: bias.clone() }
    }
}

#[test]
fn training_agrees_with_pytorch_on_every_cpu_backend() {
    let twin: Twin = serde_json::from_str(include_str!("../fixtures/torch_twin.json")).unwrap();
    let experiment = experiment(&[
        "model.filters=[4, 6]",
        "model.hidden=[8]",
        "optimizer.learning_rate=0.03",
        "model.activation=relu",
        "optimizer.weight_decay=0",
        "training.batch_size=100",
        "training.epochs=5",
        "training.shuffle=false",
    ]);
    for device in processors() {
        let start = twin.start.iter().map(LayerWeights::from).collect();
        let mut trainer = Trainer::builder(&experiment, digits(), &device).weights(start).build().unwrap();
        while trainer.epoch().is_some() {}
        let losses = trainer.history().epochs.iter().map(|epoch| epoch.train.loss);
        for (ours, theirs) in losses.zip(&twin.mean_loss_per_epoch) {
            assert!((ours - theirs).abs() < 1e-4, "loss {ours}, PyTorch's {theirs}");
        }
        let weights = trainer.final_weights();
        assert_eq!(weights.len(), twin.end.len());
        for (i, (ours, theirs)) in weights.iter().zip(&twin.end).enumerate() {
            let pairs = ours.weight.iter().chain(&ours.bias).zip(theirs.weight.iter().chain(&theirs.bias));
            let most = pairs.fold(0.0f32, |most, (a, b)| most.max((a - b).abs()));
            assert!(most < 1e-4, "layer {i} differs by {most}");
        }
        let saved = SavedModel::new(&experiment, &digits(), weights);
        let answers = Classifier::new(&saved, &device).predict_many(&digits(), &(1000..1797).collect::<Vec<_>>());
        assert!(answers.unwrap().iter().map(|answer| answer.label).eq(twin.test_predictions.iter().copied()));
    }
}
